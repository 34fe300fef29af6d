//! A person's phone numbers: proven by a code before they count, told to sites that may know,
//! and never sent to more often than the operator can bear.

use std::rc::Rc;

use http::StatusCode;
use serde_json::Value as Json;

use crate::account::{ANN, csrf, form, has_passkey, reads, told};
use crate::browser::Browser;
use crate::house::{HOUR, House, MINUTE};
use crate::page::Page;

pub(crate) const NUMBER: &str = "+436641234567";
const OTHER: &str = "+447700900123";
const BOB: &str = "bob@example.org";
const PATH: &str = "/account/phones";
pub(crate) const WRONG: &str = "That code doesn’t work.";
const SCOPE: (&str, &str) = ("scope", "openid phone");

/// A house whose text messages leave, with these settings changed.
pub(crate) fn house_with(settings: &[(&str, &str)]) -> Rc<House> {
    House::with(&[&[("SMS", "webhook")], settings].concat())
}

pub(crate) fn at_home(house: &Rc<House>, address: &str) -> Browser {
    let browser = house.browser();
    browser.signs_in_at_home(address);
    browser
}

pub(crate) fn asks_to_add(browser: &Browser, number: &str) -> Page {
    browser.submits(&browser.opens(PATH), PATH, &[("phone", number)])
}

pub(crate) fn adds(house: &House, browser: &Browser, number: &str) -> Page {
    let page = asks_to_add(browser, number);
    browser.types_code(&page, &house.code_for_number(number))
}

/// Ann at home in such a house.
pub(crate) fn ann_at_home() -> (Rc<House>, Browser) {
    let house = house_with(&[]);
    let browser = at_home(&house, ANN);
    (house, browser)
}

/// The same with Bob in a browser of his own.
fn ann_and_bob() -> (Rc<House>, Browser, Browser) {
    let (house, ann) = ann_at_home();
    let bob = at_home(&house, BOB);
    (house, ann, bob)
}

/// Ann before the page that asks for the code which her number was sent.
pub(crate) fn ann_with_a_code() -> (Rc<House>, Browser, Page) {
    let (house, browser) = ann_at_home();
    let page = asks_to_add(&browser, NUMBER);
    (house, browser, page)
}

fn removes(browser: &Browser, number: &str) -> Page {
    let token = csrf(&browser.opens(PATH), PATH);
    browser.posts(PATH, &form(&[("csrf", &token), ("remove", number)]))
}

/// Lets sites of the house ask for the scope `phone`.
fn lets_ask_for_phones(house: &House) {
    house.world.database.ask("UPDATE clients SET metadata = json_set(metadata, '$.scope', 'openid email phone')", &[]);
}

#[test]
fn a_number_is_added_by_its_code_however_it_was_typed() {
    let (house, browser) = ann_at_home();
    let page = asks_to_add(&browser, "+43 (0)664 123 45-67");
    assert!(page.says("Check your phone") && reads(&page, "We sent a code to +436641234567.") && house.count("phones") == 0, "nothing counts before");
    let text = &house.texts()[0];
    assert_eq!((text["to"].as_str(), text["purpose"].as_str()), (Some(NUMBER), Some("verify_phone_number")));
    assert!(text["text"].as_str().unwrap().ends_with(&format!("@login.example #{}", text["code"].as_str().unwrap())));
    let added = browser.types_code(&page, &house.code_for_number(NUMBER));
    assert!(added.at.starts_with(PATH) && added.says("The number is added.") && added.says(NUMBER));
    assert!(browser.opens("/account").says("1 number"));
}

#[test]
fn its_people_are_told_by_mail_and_the_activity_knows_the_end_alone() {
    let (house, browser) = ann_at_home();
    adds(&house, &browser, NUMBER);
    assert_eq!(told(&house, "Phone number added: …4567"), [ANN]);
    assert!(house.letters().iter().all(|letter| !letter.text.contains(NUMBER)), "a mail isn't the place for a number");
    assert!(reads(&browser.opens("/account/activity"), "Phone number added: …4567"));
    let page = removes(&browser, NUMBER);
    assert!(page.header("location").unwrap().ends_with("?done=removed"));
    assert_eq!(told(&house, "Phone number removed: …4567"), [ANN]);
    assert_eq!((house.count("phones"), house.count("events")), (0, 2));
    removes(&browser, NUMBER);
    assert_eq!(house.count("events"), 2, "what isn't there isn't removed twice");
}

#[test]
fn a_site_that_may_know_learns_the_number_that_was_added_last() {
    let (house, browser) = ann_at_home();
    lets_ask_for_phones(&house);
    let site = house.books();
    let tokens = site.welcomes(&browser.visits_with(&site, &[SCOPE]));
    let asks = || site.asks_who(&tokens.text("access_token")).json;
    assert!(asks().get("phone_number").is_none() && asks().get("phone_number_verified").is_none());
    adds(&house, &browser, NUMBER);
    assert_eq!((&asks()["phone_number"], &asks()["phone_number_verified"]), (&NUMBER.into(), &true.into()));
    house.wait(MINUTE);
    adds(&house, &browser, OTHER);
    assert_eq!(asks()["phone_number"], OTHER);
    assert!(site.trusts(&tokens.text("id_token")).get("phone_number").is_none(), "as with the other scopes: userinfo has the claims");
    removes(&browser, OTHER);
    assert_eq!(asks()["phone_number"], NUMBER);
    let without = site.welcomes(&browser.visits_with(&site, &[("scope", "openid email")]));
    assert!(site.asks_who(&without.text("access_token")).json.get("phone_number").is_none());
}

#[test]
fn discovery_speaks_of_phones_where_text_messages_leave() {
    let lists = |house: &Rc<House>| {
        let document = house.books().reads("/.well-known/openid-configuration").json;
        let has = |list: &str, name: &str| document[list].as_array().unwrap().iter().any(|item| item == name);
        [has("scopes_supported", "phone"), has("claims_supported", "phone_number"), has("claims_supported", "phone_number_verified")]
    };
    assert_eq!((lists(&house_with(&[])), lists(&House::open())), ([true; 3], [false; 3]));
}

#[test]
fn where_no_text_message_leaves_there_is_no_page_and_no_claim() {
    let (house, browser) = ann_at_home();
    lets_ask_for_phones(&house);
    let site = house.books();
    adds(&house, &browser, NUMBER);
    let tokens = site.welcomes(&browser.visits_with(&site, &[SCOPE]));
    house.restart_with(&[("SMS", "")]);
    assert_eq!(browser.opens(PATH).status, StatusCode::NOT_FOUND);
    assert_eq!(browser.posts(PATH, &form(&[("phone", NUMBER)])).status, StatusCode::NOT_FOUND);
    assert!(!browser.opens("/account").says("Phone number"));
    assert!(site.asks_who(&tokens.text("access_token")).json.get("phone_number").is_none());
    let export: Json = serde_json::from_str(&browser.opens("/account/export").html).unwrap();
    assert_eq!(export["phones"][0]["number"], NUMBER, "what is stored is told all the same");
}

#[test]
fn what_is_no_number_or_is_theirs_already_or_goes_nowhere_is_said() {
    let house = house_with(&[("SMS_PREFIXES", "+43,+44")]);
    let browser = at_home(&house, ANN);
    adds(&house, &browser, NUMBER);
    for (typed, words) in [
        ("", "isn’t a complete phone number"),
        ("0664 1234567", "isn’t a complete phone number"),
        ("+43 664 CALLME", "isn’t a complete phone number"),
        ("+43 664 1234567", "That number is yours already."),
        ("+49 171 3920012", "can’t send text messages to numbers of that country"),
    ] {
        let page = asks_to_add(&browser, typed);
        assert!(page.status == StatusCode::BAD_REQUEST && page.says(words) && page.html.contains("aria-invalid"), "{typed}: {}", page.html);
    }
    assert_eq!(house.texts().len(), 1, "none of it costs anything");
}

#[test]
fn a_number_that_somebody_has_gets_the_same_answers_and_stays_theirs() {
    let (house, ann, bob) = ann_and_bob();
    adds(&house, &bob, NUMBER);
    house.wait(MINUTE);
    let taken = asks_to_add(&ann, NUMBER);
    house.wait(MINUTE);
    let free = asks_to_add(&ann, OTHER);
    let strip = |page: &Page, number: &str| page.without_secrets().replace(number, "…");
    assert_eq!((free.status, strip(&free, OTHER)), (taken.status, strip(&taken, NUMBER)));
    let answer = ann.types_code(&taken, &house.code_for_number(NUMBER));
    assert!(answer.status == StatusCode::BAD_REQUEST && answer.says(WRONG));
    assert_eq!(house.count("phones"), 1);
    assert_eq!(told(&house, "Phone number").len(), 1, "of bob's own alone");
}

#[test]
fn wrong_expired_used_and_unknown_codes_are_answered_alike() {
    let (house, browser, page) = ann_with_a_code();
    let code = house.code_for_number(NUMBER);
    let wrong = browser.types_code(&page, if code == "000000" { "000001" } else { "000000" });
    browser.types_code(&page, &code);
    let used = browser.types_code(&page, &code);
    house.wait(10 * MINUTE);
    let expired = browser.types_code(&page, &code);
    house.world.database.ask("DELETE FROM challenges", &[]);
    let unknown = browser.types_code(&page, &code);
    for answer in [&used, &expired, &unknown] {
        assert_eq!((answer.status, answer.without_secrets()), (wrong.status, wrong.without_secrets()));
    }
    assert!(wrong.says(WRONG) && house.count("phones") == 1);
}

#[test]
fn fifty_right_codes_at_once_add_one_number() {
    let (house, browser, page) = ann_with_a_code();
    let code = house.code_for_number(NUMBER);
    let added = (0..50).filter(|_| browser.types_code(&page, &code).says("The number is added.")).count();
    assert_eq!((added, house.count("phones"), house.count("events")), (1, 1, 1));
}

#[test]
fn two_people_with_the_code_of_one_number_do_not_both_get_it() {
    let (house, ann, bob) = ann_and_bob();
    let for_ann = asks_to_add(&ann, NUMBER);
    let code_of_ann = house.code_for_number(NUMBER);
    house.wait(MINUTE);
    let for_bob = asks_to_add(&bob, NUMBER);
    assert!(bob.types_code(&for_bob, &house.code_for_number(NUMBER)).says("The number is added."));
    assert!(ann.types_code(&for_ann, &code_of_ann).says(WRONG));
    assert_eq!(house.count("phones"), 1);
}

#[test]
fn the_code_works_in_its_browser_and_its_session_alone() {
    let (house, ann, bob) = ann_and_bob();
    let page = asks_to_add(&ann, NUMBER);
    let code = house.code_for_number(NUMBER);
    let stolen = bob.types_code(&page, &code);
    assert!(stolen.status == StatusCode::BAD_REQUEST && stolen.says("That took a little long"), "the form is sealed for another browser");
    assert_eq!(bob.opens(&page.at).status, StatusCode::BAD_REQUEST);
    ann.submits(&ann.opens("/account"), "/sign-out", &[]);
    assert_eq!(ann.types_code(&page, &code).status, StatusCode::BAD_REQUEST);
    assert_eq!((house.count("phones"), house.count("users"), house.count("sessions")), (0, 2, 1), "nobody is signed in by it");
}

#[test]
fn a_session_that_was_ended_elsewhere_or_a_person_locked_out_adds_no_number() {
    for change in ["DELETE FROM sessions", "UPDATE users SET disabled_at = 1"] {
        let (house, browser, page) = ann_with_a_code();
        house.world.database.ask(change, &[]);
        assert!(browser.types_code(&page, &house.code_for_number(NUMBER)).says(WRONG), "{change}");
        assert_eq!(house.count("phones"), 0);
    }
}

#[test]
fn a_code_whose_guesses_are_spent_tells_nothing_to_whoever_has_signed_out() {
    let (house, browser, page) = ann_with_a_code();
    let code = house.code_for_number(NUMBER);
    browser.submits(&browser.opens("/account"), "/sign-out", &[]);
    let mut wrong = browser.types_code(&page, "x");
    for _ in 0..5 {
        wrong = browser.types_code(&page, "x");
    }
    let right = browser.types_code(&page, &code);
    assert!(right.says(WRONG), "{}", right.html);
    assert_eq!((right.status, right.without_secrets()), (wrong.status, wrong.without_secrets()));
}

#[test]
fn nobody_who_is_not_signed_in_any_more_has_a_message_sent_again() {
    for change in ["DELETE FROM sessions", "UPDATE users SET disabled_at = 1"] {
        let (house, browser, page) = ann_with_a_code();
        for minutes in [1, 6] {
            house.wait(minutes * MINUTE);
            house.world.database.ask(change, &[]);
            assert!(browser.asks_again(&page).says("That took a little long"), "{change}");
        }
        assert_eq!((house.texts().len(), house.count("challenges")), (1, 2), "{change}");
    }
}

#[test]
fn somebody_else_in_the_same_browser_does_not_get_the_number() {
    let house = house_with(&[]);
    let elsewhere = at_home(&house, ANN);
    house.wait(MINUTE);
    let browser = at_home(&house, ANN);
    let page = asks_to_add(&browser, NUMBER);
    browser.submits(&browser.opens("/account"), "/sign-out", &[]);
    browser.signs_in_at_home(BOB);
    assert!(elsewhere.is_signed_in(), "ann is still there, but not here");
    assert!(browser.types_code(&page, &house.code_for_number(NUMBER)).says(WRONG));
    assert_eq!(house.count("phones"), 0);
}

#[test]
fn an_old_proof_or_too_weak_a_one_changes_no_number() {
    let (house, browser) = ann_at_home();
    adds(&house, &browser, NUMBER);
    let token = csrf(&browser.opens(PATH), PATH);
    let changes = |browser: &Browser| {
        for typed in [("remove", NUMBER), ("phone", OTHER)] {
            let answer = browser.posts(PATH, &form(&[("csrf", &token), typed]));
            assert!(answer.header("location").unwrap().ends_with("/account/confirm?to=/account/phones"), "{typed:?}");
        }
    };
    has_passkey(&house);
    changes(&browser);
    house.world.database.ask("DELETE FROM passkeys", &[]);
    house.wait(10 * MINUTE);
    changes(&browser);
    assert_eq!((house.count("phones"), house.texts().len()), (1, 1));
}

#[test]
fn a_form_of_another_page_or_without_its_token_changes_nothing() {
    let (house, browser) = ann_at_home();
    let token = csrf(&browser.opens(PATH), PATH);
    let other_page = csrf(&browser.opens("/account/addresses"), "/account/addresses");
    for token in ["", other_page.as_str()] {
        assert_eq!(browser.posts(PATH, &form(&[("csrf", token), ("phone", NUMBER)])).status, StatusCode::FORBIDDEN);
    }
    browser.stands_at("https://evil.example");
    assert_eq!(browser.posts(PATH, &form(&[("csrf", &token), ("phone", NUMBER)])).status, StatusCode::FORBIDDEN);
    assert!(house.texts().is_empty());
}

#[test]
fn nobody_touches_a_number_of_somebody_else() {
    let (house, ann, bob) = ann_and_bob();
    adds(&house, &bob, NUMBER);
    removes(&ann, NUMBER);
    assert_eq!(house.count("phones"), 1);
    assert!(told(&house, "removed").is_empty());
}

#[test]
fn an_old_page_sends_a_new_code_and_the_late_one_still_works_on_it() {
    let (house, browser, page) = ann_with_a_code();
    let late = house.code_for_number(NUMBER);
    house.wait(6 * MINUTE);
    let again = browser.asks_again(&page);
    assert_ne!(house.code_for_number(NUMBER), late);
    assert!(browser.types_code(&again, &late).says("The number is added."));
    house.wait(HOUR);
    assert!(browser.asks_again(&again).says("That took a little long"), "a page isn't good for ever");
    assert_eq!(house.texts().len(), 2);
}

#[test]
fn a_page_whose_code_was_used_sends_no_more_messages() {
    let (house, browser, page) = ann_with_a_code();
    browser.types_code(&page, &house.code_for_number(NUMBER));
    house.wait(2 * MINUTE);
    assert!(browser.asks_again(&page).says("That took a little long"));
    assert_eq!(house.texts().len(), 1);
}

#[test]
fn another_number_is_typed_on_the_page_of_numbers() {
    let (_, browser, page) = ann_with_a_code();
    assert!(page.says("Use another number") && page.says("No message yet?"));
    assert_eq!(browser.opens(&page.at.replace("/sign-in/code", "/sign-in")).at, PATH);
}

#[test]
fn whom_the_operator_has_invited_may_add_a_number_and_is_told_at_once() {
    let house = house_with(&[("MODE", "invite_only")]);
    house.invite(ANN);
    let browser = at_home(&house, ANN);
    let page = asks_to_add(&browser, NUMBER);
    assert!(reads(&page, "We sent a code to"), "no doubt about who may");
    assert!(browser.types_code(&page, &house.code_for_number(NUMBER)).says("The number is added."));
}

#[test]
fn five_numbers_are_the_most() {
    let (house, browser, page) = ann_with_a_code();
    for number in 0..5 {
        let sql = "INSERT INTO phones (number, user_id, verified_at) SELECT ?1, id, 0 FROM users";
        house.world.database.ask(sql, &[crate::house::text(&format!("+4411111111{number}"))]);
    }
    assert!(browser.types_code(&page, &house.code_for_number(NUMBER)).says(WRONG), "the statement itself knows");
    house.wait(MINUTE);
    assert!(asks_to_add(&browser, OTHER).says("as many numbers as there can be"));
    assert_eq!((house.count("phones"), house.texts().len()), (5, 1));
}

#[test]
fn the_message_and_the_page_speak_the_persons_language() {
    let (house, browser) = ann_at_home();
    browser.speaks("de");
    let page = asks_to_add(&browser, NUMBER);
    assert!(page.says("Sehen Sie auf Ihr Telefon"));
    assert!(house.texts()[0]["text"].as_str().unwrap().contains("ist Ihr Code"), "{}", house.texts()[0]["text"]);
}

#[test]
fn an_account_without_its_person_asks_for_nothing() {
    let house = house_with(&[]);
    let stranger = house.browser();
    assert!(stranger.opens(PATH).at.starts_with("/account/confirm?to=/account/phones"));
    assert!(stranger.posts(PATH, &form(&[("phone", NUMBER)])).header("location").unwrap().ends_with("/account/confirm?to=/account/phones"));
    assert!(house.texts().is_empty());
}
