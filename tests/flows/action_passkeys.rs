//! An action confirmed by a passkey: the right one, somebody else's, one shown before; and factors that the operator has switched off.

use std::rc::Rc;

use http::StatusCode;
use nightlatch::platform::VerificationAlgorithm;
use serde_json::json;

use crate::action_challenges::{PAY, begins, opens, says, sub, token, validates};
use crate::browser::Browser;
use crate::device::{Device, signs_in_by_code, submits, takes_offer};
use crate::house::{House, MINUTE};
use crate::site::Site;
use crate::support::authenticator::{BACKUP_ELIGIBLE, USER_PRESENT};

const ANN: &str = "ann@example.org";
const BOB: &str = "bob@example.org";
const SECOND: &str = "/sign-in/second";

/// A house, the browser in which Ann signed in two minutes ago by a mailed code, the shop, and her passkey.
fn shopping_with_passkey() -> (Rc<House>, Browser, Site, Device) {
    let shopping = shopping_at_once();
    shopping.0.wait(2 * MINUTE);
    shopping
}

/// The same in the second in which she has signed in.
fn shopping_at_once() -> (Rc<House>, Browser, Site, Device) {
    let house = House::open();
    let (browser, shop) = (house.browser(), house.shop());
    let (device, back) = takes_offer(&house, &browser, &shop, ANN);
    shop.welcomes(&back);
    (house, browser, shop, device)
}

#[test]
fn somebody_signed_in_confirms_by_their_passkey_and_the_shop_learns_that_once() {
    let (house, browser, shop, device) = shopping_with_passkey();
    let begun = begins(&house, &shop, &[("factors", "passkey")]);
    let asked = says(&browser, &opens(&browser, &begun), "yes");
    assert!(asked.at.starts_with(SECOND) && asked.says("Use your passkey"), "{}: {}", asked.at, asked.html);
    assert!(!asked.html.contains("name=\"authenticator_code\"") && !asked.html.contains("name=\"recovery_code\""), "nothing else is taken");
    let back = submits(&browser, &asked, SECOND, &device.shows(&asked, |_| {}));
    assert_eq!((back.parameters()["state"].as_str(), back.parameters()["challenge"].clone()), ("order 7", begun.text("challenge")));
    let token = token(&back);
    for other in [("action", "Pay €4000 to Harbour Books"), ("user", "AAAAAAAAAAAAAAAAAAAAAA")] {
        assert_eq!(validates(&house, &shop, &token, &[other]), json!({"valid": false}), "{other:?}");
    }
    let expected = json!({
        "valid": true, "challenge": begun.text("challenge"), "user": sub(&house), "action": PAY,
        "acr": "2", "amr": ["pop", "user", "mfa"], "auth_time": house.now(),
    });
    assert_eq!(validates(&house, &shop, &token, &[]), expected);
    assert_eq!(validates(&house, &shop, &token, &[]), json!({"valid": false}), "once");
    assert_eq!(house.number("SELECT count(*) AS n FROM spent"), 2, "its making and its use");
}

#[test]
fn a_touch_alone_is_one_factor_for_the_shop() {
    let (house, browser, shop, device) = shopping_with_passkey();
    let asked = says(&browser, &opens(&browser, &begins(&house, &shop, &[("factors", "passkey")])), "yes");
    let touched = device.shows(&asked, |answer| answer.flags = USER_PRESENT | BACKUP_ELIGIBLE);
    let valid = validates(&house, &shop, &token(&submits(&browser, &asked, SECOND, &touched)), &[]);
    // The session beside it was proven before the shop asked: it counts for nothing.
    assert_eq!((&valid["acr"], &valid["amr"], &valid["auth_time"]), (&json!("1"), &json!(["pop", "user"]), &json!(house.now())));
}

#[test]
fn a_session_counts_for_nothing_however_young_it_is() {
    let (house, browser, shop, device) = shopping_at_once();
    let asked = says(&browser, &opens(&browser, &begins(&house, &shop, &[("factors", "passkey")])), "yes");
    let valid = validates(&house, &shop, &token(&submits(&browser, &asked, SECOND, &device.shows(&asked, |_| {}))), &[]);
    assert_eq!((&valid["acr"], &valid["amr"]), (&json!("2"), &json!(["pop", "user", "mfa"])));
}

#[test]
fn somebody_who_is_not_signed_in_confirms_by_signing_in_with_the_passkey() {
    let (house, _, shop, device) = shopping_with_passkey();
    let browser = house.browser();
    let asked = says(&browser, &opens(&browser, &begins(&house, &shop, &[("factors", "passkey")])), "yes");
    let valid = validates(&house, &shop, &token(&device.signs_in(&browser, &asked)), &[]);
    assert_eq!((&valid["valid"], &valid["acr"], &valid["amr"]), (&json!(true), &json!("2"), &json!(["pop", "user", "mfa"])));
}

#[test]
fn a_passkey_of_somebody_else_confirms_nothing() {
    let (house, browser, shop, device) = shopping_with_passkey();
    let bobs_browser = house.browser();
    let offer = signs_in_by_code(&house, &bobs_browser, &house.books(), BOB);
    let bobs = Device::of(&offer, VerificationAlgorithm::Es256, 2);
    submits(&bobs_browser, &offer, "/sign-in/passkey/new", &bobs.makes(&offer, |_| {}));
    let begun = begins(&house, &shop, &[("factors", "passkey")]);

    let asked = says(&browser, &opens(&browser, &begun), "yes");
    let refused = submits(&browser, &asked, SECOND, &bobs.shows(&asked, |_| {}));
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "in Ann's browser");
    let stranger = house.browser();
    let address_page = says(&stranger, &opens(&stranger, &begun), "yes");
    assert_eq!(bobs.signs_in(&stranger, &address_page).error(), "login_required", "in a browser where nobody is signed in");
    assert_eq!(house.number("SELECT count(*) AS n FROM action_challenges WHERE proven_by IS NOT NULL"), 0);
    token(&submits(&browser, &asked, SECOND, &device.shows(&asked, |_| {})));
}

#[test]
fn what_was_shown_for_one_challenge_confirms_no_other() {
    let (house, browser, shop, device) = shopping_with_passkey();
    // An authenticator that doesn't count: only the ceremony stands against a replay.
    house.world.database.ask("UPDATE passkeys SET counter = 0", &[]);
    let (first, second) = (begins(&house, &shop, &[("factors", "passkey")]), begins(&house, &shop, &[("factors", "passkey")]));
    let asked = says(&browser, &opens(&browser, &first), "yes");
    let shown = device.shows(&asked, |answer| answer.counter = 0);
    let other = says(&browser, &opens(&browser, &second), "yes");
    assert_eq!(submits(&browser, &other, SECOND, &shown).status, StatusCode::BAD_REQUEST, "before it was used");
    token(&submits(&browser, &asked, SECOND, &shown));
    for page in [&asked, &other] {
        let replayed = submits(&browser, page, SECOND, &shown);
        assert_eq!((replayed.status, replayed.leads_to()), (StatusCode::BAD_REQUEST, None), "after it was used");
    }
    assert_eq!(house.number("SELECT count(*) AS n FROM action_challenges WHERE proven_by IS NOT NULL"), 1);
}

#[test]
fn a_factor_that_is_switched_off_is_refused_when_the_challenge_begins() {
    let (house, _, shop, _) = shopping_with_passkey();
    let why = |factors: &str| {
        let refused = begins(&house, &shop, &[("factors", factors)]);
        (refused.status, refused.error().to_owned(), refused.json["error_description"].as_str().unwrap_or_default().to_owned())
    };
    let off = |description: &str| (400, "invalid_request".to_owned(), description.to_owned());
    assert_eq!(why("email_code password"), off("factors names password, and passwords are switched off here"));
    assert_eq!(why("passkey").0, 201);
    house.restart_with(&[("PASSKEYS", "off"), ("PASSWORDS", "on")]);
    assert_eq!(why("authenticator passkey"), off("factors names passkey, and passkeys are switched off here"));
    assert_eq!(why("password").0, 201);
}
