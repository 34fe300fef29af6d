//! Signing in by a passkey alone: what it gives, what it costs, and each thing that is wrong.

use std::rc::Rc;

use http::StatusCode;
use nightlatch::platform::VerificationAlgorithm;
use nightlatch::values::UserId;
use serde_json::json;

use crate::device::{Change, Device, submits, takes_offer};
use crate::house::{House, MINUTE};
use crate::page::Page;
use crate::site::Site;
use crate::support::authenticator::{BACKED_UP, BACKUP_ELIGIBLE, USER_PRESENT, USER_VERIFIED};

const ANN: &str = "ann@example.org";
const HERE: &str = "/sign-in/passkey";
const FAILED: &str = "That passkey didn’t work.";

/// A house in which Ann has a passkey.
fn house_with_passkey() -> (Rc<House>, Site, Device) {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let (device, back) = takes_offer(&house, &browser, &site, ANN);
    site.welcomes(&back);
    house.wait(2 * MINUTE);
    (house, site, device)
}

fn assert_failed(page: &Page, what: &str) {
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "{what}");
    assert!(page.says(FAILED), "{what}");
}

#[test]
fn a_passkey_alone_is_two_factors() {
    let (house, site, device) = house_with_passkey();
    let browser = house.browser();
    let page = browser.visits_with(&site, &[("acr_values", "2")]);
    assert!(page.says("Sign in with a passkey") && page.html.contains(r#"autocomplete="username webauthn""#));
    let claims = site.trusts(&site.welcomes(&device.signs_in(&browser, &page)).text("id_token"));
    assert_eq!((&claims["acr"], &claims["amr"], &claims["auth_time"]), (&"2".into(), &json!(["pop", "user", "mfa"]), &house.now().into()));
    assert!(browser.is_signed_in());
    assert_eq!(house.number("SELECT used_at AS n FROM passkeys"), house.now());
}

#[test]
fn the_page_with_a_passkey_writes_nothing_and_a_sign_in_takes_two_trips() {
    let (house, site, device) = house_with_passkey();
    house.clean_up();
    house.browser().visits(&site);
    let browser = house.browser();
    house.world.database.take_counters();
    let page = browser.visits(&site);
    let seen = house.world.database.take_counters();
    assert_eq!((seen.round_trips, seen.rows_written), (0, 0));
    let back = device.signs_in(&browser, &page);
    let done = house.world.database.take_counters();
    assert_eq!((done.round_trips, done.rows_written), (2, 4), "ceremony, counter, session, code");
    site.welcomes(&back);
}

#[test]
fn each_broken_check_gets_the_same_answer() {
    let (house, site, device) = house_with_passkey();
    let browser = house.browser();
    let broken: [(&str, Change); 10] = [
        ("challenge", |answer| answer.client_data["challenge"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into()),
        ("origin", |answer| answer.client_data["origin"] = "https://evil.example".into()),
        ("type", |answer| answer.client_data["type"] = "webauthn.create".into()),
        ("frame", |answer| answer.client_data["crossOrigin"] = true.into()),
        ("RP id", |answer| answer.rp_id = "evil.example".to_owned()),
        ("UP", |answer| answer.flags = USER_VERIFIED | BACKUP_ELIGIBLE),
        ("UV", |answer| answer.flags = USER_PRESENT | BACKUP_ELIGIBLE),
        ("BE changed", |answer| answer.flags = USER_PRESENT | USER_VERIFIED),
        ("BS without BE", |answer| answer.flags = USER_PRESENT | USER_VERIFIED | BACKED_UP),
        ("user handle", |answer| answer.user_handle = Some("AAAAAAAAAAAAAAAAAAAAAA".to_owned())),
    ];
    for (what, breaks) in broken {
        let page = browser.visits(&site);
        assert_failed(&submits(&browser, &page, HERE, &device.shows(&page, breaks)), what);
    }
    let page = browser.visits(&site);
    let mut signed = device.shows(&page, |_| {});
    let mut credential: serde_json::Value = serde_json::from_str(&signed[1].1).unwrap();
    credential["response"]["authenticatorData"] = credential["response"]["authenticatorData"].as_str().unwrap().replace('A', "B").into();
    signed[1].1 = credential.to_string();
    assert_failed(&submits(&browser, &page, HERE, &signed), "signature");
    for junk in ["", "{}", "null", "[1]"] {
        assert_failed(&submits(&browser, &page, HERE, &[("ceremony", signed[0].1.clone()), ("credential", junk.to_owned())]), junk);
    }
    assert!(!browser.is_signed_in());
    assert_eq!(house.number("SELECT count(*) AS n FROM spent"), 1, "only the passkey's making has spent a ceremony");
    site.welcomes(&device.signs_in(&browser, &browser.visits(&site)));
}

#[test]
fn the_counter_must_grow() {
    let (house, site, device) = house_with_passkey();
    let browser = house.browser();
    let page = browser.visits(&site);
    site.welcomes(&submits(&browser, &page, HERE, &device.shows(&page, |answer| answer.counter = 9)));
    for (counter, comes_in) in [(9, false), (8, false), (0, false), (10, true)] {
        let browser = house.browser();
        let page = browser.visits(&site);
        let after = submits(&browser, &page, HERE, &device.shows(&page, |answer| answer.counter = counter));
        assert_eq!(after.leads_to().is_some(), comes_in, "{counter}");
    }
}

#[test]
fn a_passkey_that_nobody_here_has_is_named_to_the_browser() {
    let (house, site, _) = house_with_passkey();
    let browser = house.browser();
    let page = browser.visits(&site);
    let user = UserId::new([9; 16]);
    let foreign = Device::with(VerificationAlgorithm::Es256, 7, &user);
    let after = submits(&browser, &page, HERE, &foreign.shows(&page, |_| {}));
    assert_failed(&after, "foreign");
    assert!(after.html.contains(r#"data-unknown="BwcHBwcHBwcHBwcHBwcHBw""#));
    assert!(page.html.contains(r#"data-unknown="""#));
}

#[test]
fn another_key_under_the_same_credential_id_is_refused() {
    let (house, site, device) = house_with_passkey();
    let browser = house.browser();
    let page = browser.visits(&site);
    let thief = Device::with(VerificationAlgorithm::Es256, 7, device.user());
    let after = submits(&browser, &page, HERE, &thief.shows(&page, |answer| answer.credential = vec![1; 16]));
    assert_failed(&after, "foreign key");
    let other_algorithm = Device::with(VerificationAlgorithm::Ed25519, 1, device.user());
    assert_failed(&submits(&browser, &page, HERE, &other_algorithm.shows(&page, |_| {})), "algorithm");
}

#[test]
fn a_ceremony_is_of_its_browser_its_use_and_its_five_minutes() {
    let (house, site, device) = house_with_passkey();
    let (browser, other) = (house.browser(), house.browser());
    let others = other.visits(&site);
    let page = browser.visits(&site);
    let answer = device.shows(&page, |_| {});
    assert_failed(&submits(&other, &others, HERE, &answer), "another browser");
    house.wait(300);
    assert_failed(&submits(&browser, &page, HERE, &answer), "five minutes");
    let renewed = browser.opens("/passkeys/ceremony?use=sign-in");
    let renewed: serde_json::Value = serde_json::from_str(&renewed.html).unwrap();
    let challenge = renewed["challenge"].clone();
    let mut answer = device.shows(&page, |answer| answer.client_data["challenge"] = challenge);
    answer[0].1 = renewed["ceremony"].as_str().unwrap().to_owned();
    site.welcomes(&submits(&browser, &page, HERE, &answer));
    let enrol = browser.opens(&format!("/passkeys/ceremony?use=enrol:{}", device.user()));
    let enrol: serde_json::Value = serde_json::from_str(&enrol.html).unwrap();
    let mut answer = device.shows(&page, |answer| answer.client_data["challenge"] = enrol["challenge"].clone());
    answer[0].1 = enrol["ceremony"].as_str().unwrap().to_owned();
    assert_failed(&submits(&browser, &page, HERE, &answer), "another use");
}

#[test]
fn a_replay_signs_nobody_in() {
    let (house, site, device) = house_with_passkey();
    let browser = house.browser();
    let page = browser.visits(&site);
    // An authenticator that doesn't count: only the ceremony stands against a replay.
    house.world.database.ask("UPDATE passkeys SET counter = 0", &[]);
    let answer = device.shows(&page, |answer| answer.counter = 0);
    site.welcomes(&submits(&browser, &page, HERE, &answer));
    let sessions = house.count("sessions");
    for _ in 0..49 {
        assert_failed(&submits(&browser, &page, HERE, &answer), "replay");
    }
    assert_eq!(house.count("sessions"), sessions);
}

#[test]
fn who_is_locked_out_or_not_expected_does_not_come_in() {
    let (house, site, device) = house_with_passkey();
    let bob = house.browser();
    let tokens = site.welcomes(&bob.signs_in(&site, "bob@example.org"));
    let browser = house.browser();
    let page = browser.visits_with(&site, &[("id_token_hint", &tokens.text("id_token"))]);
    assert_eq!(device.signs_in(&browser, &page).error(), "login_required");
    house.disable(ANN);
    let after = device.signs_in(&browser, &browser.visits(&site));
    assert_eq!(after.status, StatusCode::FORBIDDEN);
    assert!(!browser.is_signed_in());
}

#[test]
fn the_address_page_counts_only_its_own_posts() {
    let (house, site, device) = house_with_passkey();
    let browser = house.browser();
    let page = browser.visits(&site);
    let answer = device.shows(&page, |_| {});
    let stranger = house.browser();
    let theirs = submits(&stranger, &page, HERE, &answer);
    assert_eq!(theirs.status, StatusCode::BAD_REQUEST);
    browser.prefers_json();
    let told = submits(&browser, &page, HERE, &[("ceremony", String::new()), ("credential", "{}".to_owned())]);
    assert!(told.html.contains("invalid_grant"));
}

#[test]
fn a_changed_secret_keeps_pages_alive_that_are_open() {
    let (house, site, device) = house_with_passkey();
    let browser = house.browser();
    let page = browser.visits(&site);
    let secret = |byte: u8| nightlatch::values::base64url::encode([byte; 32]);
    house.restart_with(&[("SECRET", &secret(2)), ("SECRET_PREVIOUS", &secret(1))]);
    site.welcomes(&device.signs_in(&browser, &page));
}

#[test]
fn the_origins_that_share_the_passkeys_are_published() {
    let house = House::with(&[("PASSKEY_RP_ID", "login.example"), ("PASSKEY_ORIGINS", "https://books.example,https://shop.example")]);
    let origins = house.books().reads("/.well-known/webauthn").json;
    assert_eq!(origins, json!({"origins": ["https://login.example", "https://books.example", "https://shop.example"]}));
}
