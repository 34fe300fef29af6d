//! A person's own passkeys on their account's page: seen, added, renamed, removed, and by whom not.

use std::rc::Rc;

use http::StatusCode;
use nightlatch::platform::VerificationAlgorithm;

use crate::account::reads;
use crate::browser::Browser;
use crate::device::{Device, submits, takes_offer};
use crate::house::{House, MINUTE};
use crate::page::Page;

const ANN: &str = "ann@example.org";
const PAGE: &str = "/account/passkeys";
const FIRST: &str = "AQEBAQEBAQEBAQEBAQEBAQ";

/// A house in which Ann has a passkey and has just signed in by it.
fn ann_by_passkey() -> (Rc<House>, Browser, Device) {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let (device, back) = takes_offer(&house, &browser, &site, ANN);
    site.welcomes(&back);
    let browser = house.browser();
    device.signs_in(&browser, &browser.opens("/sign-in"));
    (house, browser, device)
}

fn token(page: &Page) -> String {
    page.hidden_fields(PAGE).into_iter().find(|(name, _)| name == "csrf").unwrap().1
}

#[test]
fn a_passkey_is_listed_with_what_it_is_and_when_it_was_used() {
    let (_, browser, _) = ann_by_passkey();
    let page = browser.opens(PAGE);
    for words in ["Google Password Manager", "Added 2026-01-01 23:50 UTC", "Last used 2026-01-01 23:50 UTC", "Stays on one device"] {
        assert!(reads(&page, words), "{words}: {}", page.html);
    }
    assert!(page.html.contains("data-known=\"[&#34;AQEBAQEBAQEBAQEBAQEBAQ&#34;]\""), "the browser is told which are taken");
    assert!(browser.opens("/account").says("1 passkey"));
}

#[test]
fn a_second_one_is_added_and_the_addresses_are_told() {
    let (house, browser, _) = ann_by_passkey();
    let page = browser.opens(PAGE);
    assert_eq!(page.passkey().unwrap().1["excludeCredentials"][0]["id"], FIRST);
    let other = Device::of(&page, VerificationAlgorithm::Ed25519, 2);
    assert!(submits(&browser, &page, PAGE, &other.makes(&page, |_| {})).says("The passkey was added."));
    assert_eq!(house.count("passkeys"), 2);
    assert!(house.letters().iter().any(|letter| letter.to == ANN && letter.text.contains("Passkey added")));
    let browser = house.browser();
    other.signs_in(&browser, &browser.opens("/sign-in"));
    assert!(browser.is_signed_in());
}

#[test]
fn without_a_fresh_proof_nothing_is_added_or_removed() {
    let (house, browser, device) = ann_by_passkey();
    let page = browser.opens(PAGE);
    let other = Device::of(&page, VerificationAlgorithm::Es256, 2);
    let answer = other.makes(&page, |_| {});
    let csrf = token(&page);
    house.wait(10 * MINUTE);
    let confirm = submits(&browser, &page, PAGE, &answer);
    assert!(confirm.passkey().is_some_and(|(_, options)| options["rpId"] == "login.example"), "the person is asked who they are");
    browser.posts(PAGE, &format!("csrf={csrf}&passkey={FIRST}"));
    assert_eq!(house.count("passkeys"), 1);
    let back = device.signs_in(&browser, &confirm);
    assert_eq!(back.at, PAGE);
    assert!(back.passkey().is_some());
}

#[test]
fn a_mailed_code_alone_removes_no_passkey() {
    let (house, _, _) = ann_by_passkey();
    house.wait(2 * MINUTE);
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    let page = browser.opens(PAGE);
    assert!(page.passkey().is_none() && page.says("Add a passkey"), "the button leads to the confirmation");
    browser.posts(PAGE, &format!("csrf={}&passkey={FIRST}", token(&page)));
    assert_eq!(house.count("passkeys"), 1);
}

#[test]
fn one_is_renamed_and_removed_and_then_signs_nobody_in() {
    let (house, browser, device) = ann_by_passkey();
    let csrf = token(&browser.opens(PAGE));
    browser.posts(PAGE, &format!("csrf={csrf}&passkey={FIRST}&name=My+phone"));
    assert!(browser.opens(PAGE).says("My phone"));
    for name in ["+", "", "%00"] {
        assert_eq!(browser.posts(PAGE, &format!("csrf={csrf}&passkey={FIRST}&name={name}")).status, StatusCode::BAD_REQUEST, "{name}");
    }
    assert_eq!(browser.posts(PAGE, &format!("passkey={FIRST}")).status, StatusCode::FORBIDDEN);
    browser.posts(PAGE, &format!("csrf={csrf}&passkey={FIRST}"));
    assert_eq!(house.number("SELECT count(*) AS n FROM events WHERE kind = 'passkey_removed' AND detail = 'My phone'"), 1);
    let other = house.browser();
    assert!(device.signs_in(&other, &other.opens("/sign-in")).says("That passkey didn’t work."));
}

#[test]
fn nobody_touches_the_passkeys_of_somebody_else() {
    let (house, _, _) = ann_by_passkey();
    let bob = house.browser();
    bob.signs_in_at_home("bob@example.org");
    let csrf = token(&bob.opens(PAGE));
    bob.posts(PAGE, &format!("csrf={csrf}&passkey={FIRST}&name=Mine"));
    bob.posts(PAGE, &format!("csrf={csrf}&passkey={FIRST}"));
    assert_eq!(house.number("SELECT count(*) AS n FROM passkeys WHERE name <> 'Mine'"), 1);
}

#[test]
fn the_last_way_in_stays() {
    let (house, browser, _) = ann_by_passkey();
    house.world.database.ask("DELETE FROM addresses", &[]);
    let csrf = token(&browser.opens(PAGE));
    let after = browser.posts(PAGE, &format!("csrf={csrf}&passkey={FIRST}"));
    assert!(after.says("This is your only way to sign in."));
    assert_eq!((house.count("passkeys"), house.number("SELECT count(*) AS n FROM events WHERE kind = 'passkey_removed'")), (1, 0));
}

#[test]
fn of_two_the_first_can_go_and_the_second_stays() {
    let (house, browser, _) = ann_by_passkey();
    house.world.database.ask("DELETE FROM addresses", &[]);
    let copy = "INSERT INTO passkeys SELECT 'copy', user_id, name, algorithm, public_jwk, counter, backup_eligible, backed_up, aaguid, transports,
                created_at, used_at FROM passkeys";
    house.world.database.ask(copy, &[]);
    let csrf = token(&browser.opens(PAGE));
    assert_eq!(browser.posts(PAGE, &format!("csrf={csrf}&passkey={FIRST}")).status, StatusCode::SEE_OTHER);
    assert!(browser.posts(PAGE, &format!("csrf={csrf}&passkey=copy")).says("This is your only way to sign in."));
    assert_eq!(house.count("passkeys"), 1);
}

#[test]
fn a_person_has_twenty_at_most() {
    let (house, browser, _) = ann_by_passkey();
    let copy =
        "INSERT INTO passkeys SELECT 'copy' || n, user_id, name, algorithm, public_jwk, counter, backup_eligible, backed_up, aaguid, transports,
                created_at, used_at FROM passkeys, (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 18) SELECT n FROM c)";
    house.world.database.ask(copy, &[]);
    let page = browser.opens(PAGE);
    let (twentieth, too_many) = (Device::of(&page, VerificationAlgorithm::Es256, 2), Device::of(&page, VerificationAlgorithm::Es256, 3));
    let second_tab = browser.opens(PAGE);
    submits(&browser, &page, PAGE, &twentieth.makes(&page, |_| {}));
    let after = submits(&browser, &second_tab, PAGE, &too_many.makes(&second_tab, |_| {}));
    assert_eq!((after.status, house.count("passkeys")), (StatusCode::BAD_REQUEST, 20));
    assert!(browser.opens(PAGE).says("You have 20 passkeys"));
}

#[test]
fn browsers_that_were_trusted_are_asked_again() {
    let (house, browser, _) = ann_by_passkey();
    let trust = "INSERT INTO trusted_browsers (id, user_id, browser, created_at) SELECT 'ffffffffAAAAAAAAAAAAAAAAAAAAAA', id, 'b', 0 FROM users";
    house.world.database.ask(trust, &[]);
    let csrf = token(&browser.opens(PAGE));
    browser.posts(PAGE, &format!("csrf={csrf}&passkey={FIRST}"));
    assert_eq!(house.count("trusted_browsers"), 0);
}
