//! A passkey beside another proof: step-up from `acr` 1 to 2, and what may stand there.

use http::StatusCode;
use serde_json::json;

use crate::device::{submits, takes_offer};
use crate::house::{House, MINUTE};
use crate::support::authenticator::{BACKUP_ELIGIBLE, USER_PRESENT};

const ANN: &str = "ann@example.org";
const SECOND: &str = "/sign-in/second";

#[test]
fn who_signed_in_by_code_steps_up_by_a_passkey() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let (device, back) = takes_offer(&house, &browser, &site, ANN);
    let signed_in_at = house.now();
    site.welcomes(&back);
    house.wait(MINUTE);
    let page = browser.visits_with(&site, &[("acr_values", "2")]);
    assert!(page.says("Use your passkey") && page.html.contains("<noscript>"));
    let (_, options) = page.passkey().unwrap();
    assert_eq!(options["allowCredentials"][0]["id"], "AQEBAQEBAQEBAQEBAQEBAQ");
    let claims = site.trusts(&site.welcomes(&submits(&browser, &page, SECOND, &device.shows(&page, |_| {}))).text("id_token"));
    assert_eq!((&claims["acr"], &claims["amr"], &claims["auth_time"]), (&"2".into(), &json!(["otp", "pop", "user", "mfa"]), &signed_in_at.into()));
}

#[test]
fn a_touch_is_enough_beside_another_factor() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let (device, back) = takes_offer(&house, &browser, &site, ANN);
    site.welcomes(&back);
    let page = browser.visits_with(&site, &[("acr_values", "2")]);
    let answer = device.shows(&page, |answer| answer.flags = USER_PRESENT | BACKUP_ELIGIBLE);
    let claims = site.trusts(&site.welcomes(&submits(&browser, &page, SECOND, &answer)).text("id_token"));
    assert_eq!((&claims["acr"], &claims["amr"]), (&"2".into(), &json!(["otp", "pop", "user", "mfa"])));
}

#[test]
fn a_code_and_then_a_passkey_where_two_factors_are_demanded() {
    let house = House::open();
    let (first, site) = (house.browser(), house.books());
    let (device, back) = takes_offer(&house, &first, &site, ANN);
    site.welcomes(&back);
    house.wait(2 * MINUTE);
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits_with(&site, &[("acr_values", "2")]), ANN);
    let second = browser.types_code(&page, &house.code_for(ANN));
    assert!(!browser.is_signed_in());
    site.welcomes(&submits(&browser, &second, SECOND, &device.shows(&second, |_| {})));
}

#[test]
fn a_wrong_passkey_is_refused_and_five_block() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let (device, back) = takes_offer(&house, &browser, &site, ANN);
    site.welcomes(&back);
    let page = browser.visits_with(&site, &[("acr_values", "2")]);
    let wrong = || device.shows(&page, |answer| answer.client_data["origin"] = "https://evil.example".into());
    for _ in 0..4 {
        let after = submits(&browser, &page, SECOND, &wrong());
        assert_eq!(after.status, StatusCode::BAD_REQUEST);
        assert!(after.says("That passkey didn’t work."));
    }
    assert_eq!(submits(&browser, &page, SECOND, &wrong()).status, StatusCode::TOO_MANY_REQUESTS);
}

#[test]
fn what_is_no_answer_of_a_passkey_is_a_wrong_one_whatever_else_the_person_has() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let (_, back) = takes_offer(&house, &browser, &site, ANN);
    site.welcomes(&back);
    crate::belongings::gets_an_app(&house, ANN);
    let page = browser.visits_with(&site, &[("acr_values", "2")]);
    for credential in ["", "nonsense", "{}"] {
        let answer = browser.submits(&page, SECOND, &[("credential", credential)]);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{credential}");
        assert!(answer.says("That passkey didn’t work."), "{credential}");
    }
}

#[test]
fn a_passkey_of_somebody_else_or_of_another_use_is_no_second_factor() {
    let house = House::open();
    let (ann, bob, site) = (house.browser(), house.browser(), house.books());
    let (device, back) = takes_offer(&house, &ann, &site, ANN);
    site.welcomes(&back);
    let offer = crate::device::signs_in_by_code(&house, &bob, &site, "bob@example.org");
    let bobs = crate::device::Device::of(&offer, nightlatch::platform::VerificationAlgorithm::Es256, 2);
    site.welcomes(&submits(&bob, &offer, "/sign-in/passkey/new", &bobs.makes(&offer, |_| {})));
    let address = ann.visits_with(&site, &[("prompt", "login")]);
    let page = ann.visits_with(&site, &[("acr_values", "2")]);
    assert_eq!(submits(&ann, &page, SECOND, &bobs.shows(&page, |_| {})).status, StatusCode::BAD_REQUEST, "Bob's");
    assert_eq!(submits(&ann, &page, SECOND, &device.shows(&address, |_| {})).status, StatusCode::BAD_REQUEST, "made for signing in");
    let right = device.shows(&page, |_| {});
    site.welcomes(&submits(&ann, &page, SECOND, &right));
    assert_eq!(submits(&ann, &page, SECOND, &right).status, StatusCode::BAD_REQUEST, "used before");
}
