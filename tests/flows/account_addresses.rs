//! A person's addresses: proven by a code before they count, one of them primary, never none; and all of them told of every change.

use http::StatusCode;

use crate::account::{ANN, csrf, form, has_passkey, reads, told};
use crate::browser::Browser;
use crate::house::{HOUR, House};
use crate::page::Page;

const OTHER: &str = "ann@work.example";
const PATH: &str = "/account/addresses";

fn asks_to_add(browser: &Browser, address: &str) -> Page {
    browser.submits(&browser.opens(PATH), PATH, &[("email", address)])
}

fn adds(house: &House, browser: &Browser, address: &str) -> Page {
    let page = asks_to_add(browser, address);
    browser.types_code(&page, &house.code_for(address))
}

fn presses(browser: &Browser, button: &str, address: &str) -> Page {
    let token = csrf(&browser.opens(PATH), PATH);
    browser.posts(PATH, &form(&[("csrf", &token), (button, address)]))
}

#[test]
fn an_address_is_added_by_its_code_and_signs_in_as_the_same_person() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    browser.signs_in_at_home(ANN);
    let page = asks_to_add(&browser, "Ann@Work.example");
    assert!(page.says("Check your mail") && house.count("addresses") == 1, "nothing counts before its code");
    let letter = house.letter_to(OTHER);
    assert_eq!(letter.subject, format!("Confirm this address for Nightlatch: {}", letter.code));
    assert!(letter.text.contains("Confirm this address for your account at Nightlatch") && !letter.text.contains("sign-in code"), "{}", letter.text);
    let added = browser.types_code(&page, &house.code_for(OTHER));
    assert!(added.at.starts_with(PATH) && added.says("The address is added.") && added.says("Ann@Work.example"));
    house.wait(60);
    let elsewhere = house.browser();
    let tokens = site.welcomes(&elsewhere.signs_in(&site, OTHER));
    let person = site.asks_who(&tokens.text("access_token")).json;
    assert_eq!((&person["email"], house.count("users")), (&ANN.into(), 1), "sites learn the primary one");
}

#[test]
fn the_others_are_told_of_a_new_address_and_it_is_not_told_of_itself() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    adds(&house, &browser, OTHER);
    assert_eq!(told(&house, "E-mail address added: ann@work.example"), [ANN]);
    let letter = house.letter_to(ANN);
    assert_eq!(letter.subject, "Your account at Nightlatch has changed");
    assert!(letter.text.contains("from Leeds, GB") && letter.text.contains("login.example") && letter.code.is_empty(), "{}", letter.text);
    assert!(reads(&browser.opens("/account/activity"), "E-mail address added: ann@work.example"));
}

#[test]
fn an_address_that_somebody_has_gets_the_same_answers_and_stays_theirs() {
    let house = House::open();
    let (ann, bob) = (house.browser(), house.browser());
    bob.signs_in_at_home("bob@example.org");
    ann.signs_in_at_home(ANN);
    house.wait(60);
    let free = asks_to_add(&ann, "free@example.org");
    let taken = asks_to_add(&ann, "bob@example.org");
    let strip = |page: &Page, address: &str| page.without_secrets().replace(address, "…");
    assert_eq!((free.status, strip(&free, "free@example.org")), (taken.status, strip(&taken, "bob@example.org")));
    let answer = ann.types_code(&taken, &house.code_for("bob@example.org"));
    assert!(answer.status == StatusCode::BAD_REQUEST && answer.says("That code doesn’t work."));
    assert_eq!(house.number("SELECT count(DISTINCT user_id) AS n FROM addresses"), 2);
    assert!(told(&house, "address added").is_empty());
}

#[test]
fn fifty_right_codes_at_once_add_one_address() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    let page = asks_to_add(&browser, OTHER);
    let code = house.code_for(OTHER);
    let added = (0..50).filter(|_| browser.types_code(&page, &code).says("The address is added.")).count();
    assert_eq!((added, house.count("addresses"), house.count("events")), (1, 2, 1));
}

#[test]
fn two_people_with_the_code_of_one_address_do_not_both_get_it() {
    let house = House::open();
    let (ann, bob) = (house.browser(), house.browser());
    ann.signs_in_at_home(ANN);
    bob.signs_in_at_home("bob@example.org");
    let for_ann = asks_to_add(&ann, OTHER);
    let code_of_ann = house.code_for(OTHER);
    house.wait(60);
    let for_bob = asks_to_add(&bob, OTHER);
    assert!(bob.types_code(&for_bob, &house.code_for(OTHER)).says("The address is added."));
    assert!(ann.types_code(&for_ann, &code_of_ann).says("That code doesn’t work."));
    assert_eq!(house.count("addresses"), 3);
}

#[test]
fn the_code_of_a_new_address_signs_nobody_in_and_makes_nobody() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    let page = asks_to_add(&browser, OTHER);
    browser.submits(&browser.opens("/account"), "/sign-out", &[]);
    let answer = browser.types_code(&page, &house.code_for(OTHER));
    assert!(answer.status == StatusCode::BAD_REQUEST && !browser.is_signed_in(), "without the session it adds nothing");
    assert_eq!((house.count("users"), house.count("addresses"), house.count("sessions")), (1, 1, 0));
}

#[test]
fn a_session_that_was_ended_elsewhere_adds_no_address() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    let page = asks_to_add(&browser, OTHER);
    house.world.database.ask("DELETE FROM sessions", &[]);
    assert!(browser.types_code(&page, &house.code_for(OTHER)).says("That code doesn’t work."));
    assert_eq!(house.count("addresses"), 1);
}

#[test]
fn a_session_that_another_factor_has_overtaken_adds_no_address() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    let page = asks_to_add(&browser, OTHER);
    has_passkey(&house);
    assert!(browser.types_code(&page, &house.code_for(OTHER)).says("That code doesn’t work."));
    assert_eq!(house.count("addresses"), 1);
    // With as many proofs as the account asks for, it does.
    house.world.database.ask("UPDATE sessions SET acr = '2'", &[]);
    house.wait(HOUR);
    house.world.database.ask("UPDATE sessions SET auth_time = auth_time + 3600", &[]);
    let page = asks_to_add(&browser, OTHER);
    browser.types_code(&page, &house.code_for(OTHER));
    assert_eq!(house.count("addresses"), 2);
}

#[test]
fn a_factor_that_is_switched_off_keeps_no_address_away() {
    let house = House::with(&[("PASSKEYS", "off")]);
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    has_passkey(&house);
    let page = asks_to_add(&browser, OTHER);
    browser.types_code(&page, &house.code_for(OTHER));
    assert_eq!(house.count("addresses"), 2);
}

#[test]
fn somebody_else_in_the_same_browser_does_not_get_the_address() {
    let house = House::open();
    let elsewhere = house.browser();
    elsewhere.signs_in_at_home(ANN);
    house.wait(60);
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    let page = asks_to_add(&browser, OTHER);
    browser.submits(&browser.opens("/account"), "/sign-out", &[]);
    browser.signs_in_at_home("bob@example.org");
    assert!(elsewhere.is_signed_in(), "ann is still there, but not here");
    assert!(browser.types_code(&page, &house.code_for(OTHER)).says("That code doesn’t work."));
    assert_eq!(house.count("addresses"), 2);
}

#[test]
fn a_new_address_spends_the_same_budgets_as_a_sign_in() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    asks_to_add(&browser, OTHER);
    let again = asks_to_add(&browser, OTHER);
    assert_eq!((again.status, again.retry_after()), (StatusCode::TOO_MANY_REQUESTS, 60));
    house.wait(60);
    let page = asks_to_add(&browser, OTHER);
    for _ in 0..5 {
        browser.types_code(&page, "000000");
    }
    assert!(browser.types_code(&page, &house.code_for(OTHER)).says("That code doesn’t work."), "five wrong guesses spend it");
}

#[test]
fn sending_again_and_choosing_another_address_lead_on() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    let page = asks_to_add(&browser, OTHER);
    house.wait(60);
    let again = browser.asks_again(&page);
    assert!(again.says("We sent it again."));
    assert_eq!(browser.opens(&page.at.replace("/sign-in/code", "/sign-in")).at, PATH);
    assert!(browser.types_code(&again, &house.code_for(OTHER)).says("The address is added."));
}

#[test]
fn where_only_the_invited_come_in_they_may_add_an_address_that_nobody_knows() {
    let house = House::with(&[("MODE", "invite_only")]);
    let browser = house.browser();
    house.invite(ANN);
    browser.signs_in_at_home(ANN);
    assert!(adds(&house, &browser, OTHER).says("The address is added."));
}

#[test]
fn what_is_no_address_or_is_theirs_already_is_said() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    for (typed, words) in [("ann@", "isn’t a complete e-mail address"), ("ANN@example.org", "That address is yours already.")] {
        let page = asks_to_add(&browser, typed);
        assert!(page.status == StatusCode::BAD_REQUEST && page.says(words), "{typed}");
    }
}

#[test]
fn another_address_becomes_the_primary_one_and_sites_learn_it() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    browser.signs_in_at_home(ANN);
    adds(&house, &browser, OTHER);
    assert!(presses(&browser, "primary", OTHER).header("location").unwrap().ends_with("?done=primary"));
    let tokens = site.welcomes(&browser.visits(&site));
    assert_eq!(site.asks_who(&tokens.text("access_token")).json["email"], OTHER);
    assert_eq!(house.number("SELECT count(*) AS n FROM addresses WHERE position = 0"), 1);
    let mut told = told(&house, "Primary e-mail address is now ann@work.example");
    told.sort();
    assert_eq!(told, [ANN, OTHER]);
    presses(&browser, "primary", OTHER);
    assert_eq!(house.number("SELECT count(*) AS n FROM events WHERE kind = 'address_made_primary'"), 1, "twice is once");
}

#[test]
fn an_address_is_removed_with_a_last_word_and_the_primary_one_never() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    adds(&house, &browser, OTHER);
    presses(&browser, "remove", ANN);
    assert_eq!(house.count("addresses"), 2, "the primary one stays");
    presses(&browser, "remove", OTHER);
    assert_eq!(house.count("addresses"), 1);
    let mut told = told(&house, "E-mail address removed: ann@work.example");
    told.sort();
    assert_eq!(told, [ANN, OTHER], "it is told, too: whoever has it may not have wanted this");
    presses(&browser, "remove", ANN);
    assert_eq!(house.count("addresses"), 1, "the last one stays");
}

#[test]
fn nobody_touches_an_address_of_somebody_else() {
    let house = House::open();
    let (ann, bob) = (house.browser(), house.browser());
    bob.signs_in_at_home("bob@example.org");
    adds(&house, &bob, "bob@work.example");
    house.wait(60);
    ann.signs_in_at_home(ANN);
    for button in ["remove", "primary"] {
        presses(&ann, button, "bob@work.example");
    }
    assert_eq!(house.number("SELECT count(*) AS n FROM addresses WHERE identity = 'bob@work.example' AND position = 1"), 1);
}

#[test]
fn an_old_proof_changes_no_address() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    adds(&house, &browser, OTHER);
    let page = browser.opens(PATH);
    house.wait(600);
    for typed in [("primary", OTHER), ("remove", OTHER), ("email", "third@example.org")] {
        let answer = browser.posts(PATH, &form(&[("csrf", &csrf(&page, PATH)), typed]));
        assert!(answer.header("location").unwrap().ends_with("/account/confirm?to=/account/addresses"), "{typed:?}");
    }
    assert_eq!(house.count("addresses"), 2);
    assert!(house.letters().iter().all(|letter| letter.to != "third@example.org"));
}

#[test]
fn a_notice_that_cannot_be_sent_takes_nothing_back() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    adds(&house, &browser, OTHER);
    house.wait(HOUR / 12);
    house.lose_next_mail();
    presses(&browser, "remove", OTHER);
    assert_eq!(house.count("addresses"), 1);
    assert_eq!(house.posted_before_answer(), 0, "notices leave after the answer");
}

#[test]
fn ten_addresses_are_the_most() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    for number in 1..10 {
        let sql = "INSERT INTO addresses (identity, user_id, typed, position, verified_at) SELECT ?1, id, ?1, ?2, 0 FROM users";
        let address = crate::house::text(&format!("a{number}@example.org"));
        house.world.database.ask(sql, &[address, nightlatch::platform::Value::Integer(number)]);
    }
    assert!(asks_to_add(&browser, OTHER).says("as many addresses as there can be"));
}
