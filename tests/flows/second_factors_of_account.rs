//! A person who adds and removes authenticator apps, makes recovery codes, and forgets browsers, on the pages of their account.

use std::rc::Rc;

use http::StatusCode;

use crate::account::{csrf, form};
use crate::browser::Browser;
use crate::house::{HOUR, House, MINUTE, text};
use crate::page::Page;
use crate::phone::{Phone, STEP, recovery_codes_of};

const ANN: &str = "ann@example.org";
const BOB: &str = "bob@example.org";
const APPS: &str = "/account/authenticators";
const ADD: &str = "/account/authenticators/add";
const CODES: &str = "/account/recovery-codes";
const BROWSERS: &str = "/account/browsers";

fn house() -> Rc<House> {
    House::with(&[("OTP_COOLDOWN", "0")])
}

/// Somebody who has just signed in by a mailed code.
fn here(house: &Rc<House>, address: &str) -> Browser {
    let browser = house.browser();
    browser.signs_in_at_home(address);
    assert!(browser.is_signed_in());
    browser
}

/// Adds an app; gives the phone and the page that follows.
fn add(house: &House, browser: &Browser, name: &str) -> (Phone, Page) {
    let page = browser.opens(ADD);
    let phone = Phone::of_page(&page);
    let answer = browser.submits(&page, ADD, &[("name", name), ("code", &phone.shows(house))]);
    (phone, answer)
}

/// The codes that the page shows.
fn shown(page: &Page) -> Vec<String> {
    let list = page.html.split("class=\"codes\"").nth(1).unwrap().split("</ol>").next().unwrap();
    list.split("<li>").skip(1).map(|code| code.split('<').next().unwrap().to_owned()).collect()
}

#[test]
fn an_app_is_added_by_a_right_code_and_nothing_is_stored_before() {
    let house = house();
    let browser = here(&house, ANN);
    let page = browser.opens(ADD);
    let phone = Phone::of_page(&page);
    assert!(page.html.contains("<svg") && page.says("Scan this code with the app"));
    let wrong = browser.submits(&page, ADD, &[("name", "Phone"), ("code", "1")]);
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.says("That code isn’t right") && wrong.html.contains("value=\"Phone\""));
    assert_eq!(Phone::of_page(&wrong).shows(&house), phone.shows(&house), "the same key is offered again");
    assert_eq!((house.count("authenticators"), house.count("events")), (0, 0));

    let done = browser.submits(&wrong, ADD, &[("name", "Phone"), ("code", &phone.shows(&house))]);
    assert_eq!((done.status, shown(&done).len()), (StatusCode::OK, 10), "the first app comes with recovery codes");
    assert_eq!(done.header("cache-control"), Some("no-store"));
    assert_eq!((house.count("authenticators"), house.count("recovery_codes"), house.count("events")), (1, 10, 2));
    let sealed = house.world.database.ask("SELECT sealed_key FROM authenticators", &[]);
    assert!(!format!("{sealed:?}").contains(page.html.split("id=\"key\">").nth(1).unwrap().split(' ').next().unwrap()));
    let letter = house.letter_to(ANN);
    assert!(letter.code.is_empty() && letter.text.contains("Phone"), "{}", letter.text);
    let list = browser.opens(APPS);
    assert!(list.says("Phone") && list.says("2026-01-01 23:50 UTC"));
}

#[test]
fn the_code_that_added_it_signs_nobody_in() {
    let house = house();
    let (phone, _) = add(&house, &here(&house, ANN), "Phone");
    let browser = house.browser();
    let page = browser.signs_in(&house.books(), ANN);
    assert!(browser.shows_app_code(&page, &phone.shows(&house)).says("wrong or was used before"));
    house.wait(STEP);
    assert!(browser.shows_app_code(&page, &phone.shows(&house)).leads_to().is_some());
}

#[test]
fn changes_take_a_fresh_proof_at_the_highest_level() {
    let house = house();
    let browser = here(&house, ANN);
    let (phone, codes) = add(&house, &browser, "Phone");
    // The session was proven by one factor, and the account has two now.
    assert!(browser.opens(ADD).at.starts_with("/account/confirm"));
    let list = browser.opens(APPS);
    assert!(browser.submits(&list, APPS, &[]).at.starts_with("/account/confirm"));
    assert!(browser.submits(&browser.opens(CODES), CODES, &[]).at.starts_with("/account/confirm"));
    assert_eq!((house.count("authenticators"), house.count("recovery_codes")), (1, 10));

    house.wait(MINUTE);
    let confirm = browser.opens(ADD);
    let second = browser.types_code(&browser.asks_for_code(&confirm, ANN), &house.code_for(ANN));
    assert!(second.says("One more step"));
    let page = browser.shows_app_code(&second, &phone.shows(&house));
    assert!(page.at.starts_with(ADD) && page.says("Scan this code"), "back where it was meant to go: {}", page.at);
    house.wait(10 * MINUTE);
    assert!(browser.submits(&page, ADD, &[("code", &Phone::of_page(&page).shows(&house))]).at.starts_with("/account/confirm"));
    assert_eq!(shown(&codes).len(), 10);
    assert_eq!(house.count("authenticators"), 1);
}

#[test]
fn an_offer_is_one_browsers_and_lasts_ten_minutes() {
    let house = house();
    let (anns, bobs) = (here(&house, ANN), here(&house, BOB));
    let (page, others) = (anns.opens(ADD), bobs.opens(ADD));
    let offer = |page: &Page| page.hidden_fields(ADD).into_iter().find(|(name, _)| name == "offer").unwrap().1;
    let csrf = others.hidden_fields(ADD).into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let form: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("csrf", csrf.as_str()), ("offer", &offer(&page)), ("code", &Phone::of_page(&page).shows(&house))])
        .finish();
    let stolen = bobs.posts(ADD, &form);
    assert!(stolen.status == StatusCode::BAD_REQUEST && stolen.says("Here is a new key"));
    assert_eq!(house.count("authenticators"), 0);
    house.restart_with(&[("FRESH_PROOF", "3600")]);
    house.wait(10 * MINUTE);
    let late = anns.submits(&page, ADD, &[("code", &Phone::of_page(&page).shows(&house))]);
    assert!(late.says("Here is a new key") && house.count("authenticators") == 0);
}

#[test]
fn the_same_form_adds_one_app_and_ten_are_the_most() {
    let house = House::with(&[("OTP_COOLDOWN", "0"), ("FRESH_PROOF", "3600")]);
    let browser = here(&house, ANN);
    let (page, again) = (browser.opens(ADD), browser.opens(ADD));
    let phone = Phone::of_page(&page);
    browser.submits(&page, ADD, &[("code", &phone.shows(&house))]);
    house.world.database.ask("UPDATE sessions SET acr = '2'", &[]);
    let twice = browser.submits(&page, ADD, &[("code", &phone.shows(&house))]);
    assert!(twice.at.starts_with(APPS), "{}", twice.at);
    assert_eq!((house.count("authenticators"), house.count("recovery_codes")), (1, 10));
    let second = browser.submits(&again, ADD, &[("code", &Phone::of_page(&again).shows(&house))]);
    assert!(second.at.starts_with(APPS) && second.says("The app is added"), "codes come with the first one only");
    assert!(second.says("Authenticator app"), "an app without a name gets one");
    for number in 3..=10 {
        Phone::set_up(&house, ANN, number);
    }
    let (_, refused) = add(&house, &browser, "Eleventh");
    assert!(refused.says("as many apps as an account can have"));
    assert_eq!(house.count("authenticators"), 10);
}

#[test]
fn removing_the_last_app_ends_what_stood_for_it_and_trusts_no_browser() {
    let house = house();
    here(&house, ANN);
    let phone = Phone::set_up(&house, ANN, 1);
    recovery_codes_of(&house, ANN);
    let browser = house.browser();
    let page = browser.signs_in_at_home(ANN);
    browser.shows_app_code_and_trusts(&page, &phone.shows(&house));
    assert_eq!(house.count("trusted_browsers"), 1);
    let removed = browser.submits(&browser.opens(APPS), APPS, &[]);
    assert!(removed.says("The app is removed"));
    for table in ["authenticators", "recovery_codes", "trusted_browsers"] {
        assert_eq!(house.count(table), 0, "{table}");
    }
    assert!(house.letter_to(ANN).text.contains("Phone 1"));
    house.wait(MINUTE);
    assert!(house.browser().signs_in(&house.books(), ANN).leads_to().is_some(), "one factor is enough again");
}

#[test]
fn nobody_removes_somebody_elses_app() {
    let house = house();
    here(&house, ANN);
    Phone::set_up(&house, ANN, 1);
    let bob = here(&house, BOB);
    let phone = Phone::set_up(&house, BOB, 2);
    house.world.database.ask("UPDATE sessions SET acr = '2'", &[]);
    let list = bob.opens(APPS);
    let mut fields = list.hidden_fields(APPS);
    let own = fields[1].1.clone();
    let anns = house.world.database.ask("SELECT id FROM authenticators WHERE id <> ?1", &[text(&own)]);
    let nightlatch::platform::Value::Text(anns) = &anns[0].0[0] else { panic!("an id is a text") };
    fields[1].1.clone_from(anns);
    let form: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    bob.posts(APPS, &form);
    assert_eq!(house.count("authenticators"), 2);
    assert_eq!(phone.shows(&house).len(), 6);
}

#[test]
fn new_recovery_codes_void_the_old_and_can_be_downloaded_for_a_while() {
    let house = house();
    let browser = here(&house, ANN);
    Phone::set_up(&house, ANN, 1);
    let old = recovery_codes_of(&house, ANN);
    house.world.database.ask("UPDATE sessions SET acr = '2'", &[]);
    house.wait(MINUTE);
    let page = browser.opens(CODES);
    assert!(page.says("10 codes left") && page.says("The codes that you have stop working then"));
    let made = browser.submits(&page, CODES, &[]);
    let codes = shown(&made);
    assert_eq!((codes.len(), house.count("recovery_codes")), (10, 10));
    let reloaded = browser.submits(&page, CODES, &[]);
    assert!(reloaded.status == StatusCode::BAD_REQUEST && reloaded.says("can’t be shown again"), "a reload makes none, and those just shown count");
    assert!(codes.iter().all(|code| !old.contains(code)));
    for voids in ["", "-1", "9223372036854775807", "soon"] {
        let answer = browser.posts(CODES, &form(&[("csrf", &csrf(&page, CODES)), ("voids", voids)]));
        assert_eq!((answer.status, house.count("recovery_codes")), (StatusCode::BAD_REQUEST, 10), "{voids}");
    }
    let file = browser.submits(&made, CODES, &[]);
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"recovery-codes.txt\""));
    assert_eq!((file.header("content-type"), file.header("cache-control")), (Some("text/plain; charset=utf-8"), Some("no-store")));
    assert!(file.html.starts_with("Recovery codes for ann@example.org at login.example.") && codes.iter().all(|code| file.html.contains(code)));
    assert!(!browser.opens(CODES).html.contains(&codes[0]), "never again on a page");
    assert_eq!(house.count("recovery_codes"), 10, "a download makes nothing");

    house.wait(MINUTE);
    let other = house.browser();
    let second = other.signs_in_at_home(ANN);
    assert!(other.shows_recovery_code(&second, &old[0]).says("wrong or was used before"));
    assert!(other.shows_recovery_code(&second, &codes[0]).says("You’re signed in"));
    assert!(house.letter_to(ANN).code.is_empty(), "a recovery code that was used is told by mail");
    assert!(other.opens(CODES).says("9 codes left"));
    house.wait(10 * MINUTE);
    let late = browser.submits(&made, CODES, &[]);
    assert!(late.status == StatusCode::BAD_REQUEST && late.says("can’t be shown again"));
}

#[test]
fn whoever_has_no_second_factor_is_told_that_codes_help_nobody() {
    let house = house();
    let browser = here(&house, ANN);
    let page = browser.opens(CODES);
    assert!(page.says("only help beside an authenticator app or a passkey") && !page.html.contains("<form"));
    assert!(!browser.opens("/account").says("Few left"));
}

#[test]
fn no_codes_are_made_for_somebody_whose_last_factor_went_in_another_tab() {
    let house = house();
    let browser = here(&house, ANN);
    Phone::set_up(&house, ANN, 1);
    house.world.database.ask("UPDATE sessions SET acr = '2'", &[]);
    let page = browser.opens(CODES);
    house.world.database.ask("DELETE FROM authenticators", &[]);
    let refused = browser.submits(&page, CODES, &[]);
    assert!(refused.status == StatusCode::BAD_REQUEST && refused.says("only help beside an authenticator app or a passkey"));
    assert_eq!((house.count("recovery_codes"), house.number("SELECT count(*) AS n FROM events WHERE kind = 'recovery_codes_made'")), (0, 0));
}

#[test]
fn below_three_codes_a_person_is_warned() {
    let house = house();
    let browser = here(&house, ANN);
    Phone::set_up(&house, ANN, 1);
    recovery_codes_of(&house, ANN);
    let delete = "DELETE FROM recovery_codes WHERE hash IN (SELECT hash FROM recovery_codes LIMIT ?1)";
    house.world.database.ask(delete, &[nightlatch::platform::Value::Integer(7)]);
    assert!(!browser.opens(CODES).says("few codes left") && !browser.opens("/account").says("Few left"));
    house.world.database.ask(delete, &[nightlatch::platform::Value::Integer(1)]);
    assert!(browser.opens(CODES).says("few codes left") && browser.opens("/account").says("Few left: make new ones"));
}

#[test]
fn trusted_browsers_are_listed_and_forgotten_by_their_person_alone() {
    let house = house();
    here(&house, ANN);
    let phone = Phone::set_up(&house, ANN, 1);
    let home = house.browser();
    let page = home.signs_in_at_home(ANN);
    home.shows_app_code_and_trusts(&page, &phone.shows(&house));
    let list = home.opens(BROWSERS);
    assert!(list.says("2026-01-31 23:50 UTC") && list.says("Leeds, GB"));

    let bob = here(&house, BOB);
    let id = list.hidden_fields(BROWSERS).into_iter().find(|(name, _)| name == "browser").unwrap().1;
    assert!(bob.opens(BROWSERS).says("None yet"));
    bob.posts(BROWSERS, &format!("browser={id}"));
    assert_eq!(house.count("trusted_browsers"), 1);

    assert!(home.submits(&list, BROWSERS, &[]).says("asked for the second step again"));
    assert_eq!(house.count("trusted_browsers"), 0);
    assert_eq!(house.number("SELECT count(*) AS n FROM events WHERE kind = 'browser_forgotten'"), 1);
    house.wait(HOUR);
    assert!(home.signs_in_with(&house.books(), &[("prompt", "login")], ANN).says("One more step"));
}

#[test]
fn nothing_here_is_for_strangers_or_foreign_forms() {
    let house = house();
    let stranger = house.browser();
    for path in [APPS, ADD, CODES, BROWSERS] {
        assert!(stranger.opens(path).at.starts_with("/account/confirm"), "{path}");
    }
    let browser = here(&house, ANN);
    for path in [APPS, ADD, CODES, BROWSERS] {
        assert_eq!(browser.posts(path, "csrf=x&app=y&code=1").status, StatusCode::FORBIDDEN, "{path}");
    }
}
