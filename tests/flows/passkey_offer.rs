//! A passkey is offered after a sign-in by code: taken or left, the person goes on.

use http::StatusCode;
use nightlatch::platform::VerificationAlgorithm;

use crate::device::{Change, Device, signs_in_by_code, submits, takes_offer};
use crate::house::{House, MINUTE};
use crate::support::authenticator::{BACKED_UP, BACKUP_ELIGIBLE, USER_PRESENT, USER_VERIFIED};

const ANN: &str = "ann@example.org";
const NEW: &str = "/sign-in/passkey/new";

#[test]
fn a_browser_that_can_make_passkeys_is_offered_one_before_the_way_back() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let offer = signs_in_by_code(&house, &browser, &site, ANN);
    assert!(offer.says("Add a passkey") && offer.says("Not now"));
    assert_eq!(house.count("codes"), 0, "the code is written on the way back");
    let (_, options) = offer.passkey().unwrap();
    assert_eq!(options["rp"]["id"], "login.example");
    assert_eq!(options["user"]["name"], ANN);
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!((&options["authenticatorSelection"]["residentKey"], &options["attestation"]), (&"required".into(), &"none".into()));
    let device = Device::of(&offer, VerificationAlgorithm::Es256, 1);
    let back = submits(&browser, &offer, NEW, &device.makes(&offer, |_| {}));
    let claims = site.trusts(&site.welcomes(&back).text("id_token"));
    assert_eq!((&claims["acr"], &claims["amr"]), (&"1".into(), &serde_json::json!(["otp"])), "what was proven was the code");
    assert_eq!(house.number("SELECT count(*) AS n FROM passkeys WHERE name = 'Google Password Manager'"), 1);
    assert_eq!(house.number("SELECT count(*) AS n FROM events WHERE kind = 'passkey_added'"), 1);
}

#[test]
fn each_algorithm_can_be_added_and_signs_in() {
    for algorithm in [VerificationAlgorithm::Es256, VerificationAlgorithm::Ed25519, VerificationAlgorithm::Rs256] {
        let house = House::open();
        let (browser, site) = (house.browser(), house.books());
        let offer = signs_in_by_code(&house, &browser, &site, ANN);
        let device = Device::of(&offer, algorithm, 1);
        site.welcomes(&submits(&browser, &offer, NEW, &device.makes(&offer, |_| {})));
        let other = house.browser();
        site.welcomes(&device.signs_in(&other, &other.visits(&site)));
    }
}

#[test]
fn not_now_goes_on_and_is_remembered_for_ninety_days() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let offer = signs_in_by_code(&house, &browser, &site, ANN);
    site.welcomes(&browser.submits(&offer, NEW, &[("later", "yes")]));
    let again = |browser: &crate::browser::Browser| {
        house.wait(2 * MINUTE);
        let page = browser.asks_for_code(&browser.visits_with(&site, &[("prompt", "login")]), ANN);
        browser.submits(&page, "/sign-in/code", &[("code", &house.code_for(ANN)), ("passkeys", "1")])
    };
    site.welcomes(&again(&browser));
    assert!(again(&house.browser()).passkey().is_some(), "another browser is asked");
    assert!(browser.cookie("nl_no_passkey").is_some());
    browser.set_cookie("nl_no_passkey", "ab12AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert!(again(&browser).passkey().is_some(), "a made-up cookie says nothing");
}

#[test]
fn nobody_is_offered_one_without_a_script_with_a_passkey_or_where_there_are_none() {
    let house = House::open();
    let site = house.books();
    site.welcomes(&house.browser().signs_in(&site, ANN));
    let browser = house.browser();
    site.welcomes(&takes_offer(&house, &browser, &site, "bob@example.org").1);
    house.wait(2 * MINUTE);
    let other = house.browser();
    site.welcomes(&signs_in_by_code(&house, &other, &site, "bob@example.org"));
    let without = House::with(&[("PASSKEYS", "off")]);
    let site = without.books();
    let browser = without.browser();
    assert!(browser.visits(&site).passkey().is_none());
    site.welcomes(&signs_in_by_code(&without, &browser, &site, ANN));
}

#[test]
fn an_offer_is_of_its_browser_and_its_session_and_lasts_ten_minutes() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let offer = signs_in_by_code(&house, &browser, &site, ANN);
    assert_eq!(house.browser().opens(&offer.at).status, StatusCode::BAD_REQUEST);
    assert!(browser.opens(&offer.at).says("Add a passkey"), "a reload finds it");
    house.wait(601);
    assert_eq!(browser.opens(&offer.at).status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.submits(&offer, NEW, &[("later", "yes")]).status, StatusCode::BAD_REQUEST);
}

#[test]
fn an_offer_ends_with_its_session_wherever_that_was_ended() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let offer = signs_in_by_code(&house, &browser, &site, ANN);
    let device = Device::of(&offer, VerificationAlgorithm::Es256, 1);
    house.wait(MINUTE);
    let elsewhere = house.browser();
    elsewhere.signs_in_at_home(ANN);
    let sessions = elsewhere.opens("/account/sessions");
    assert!(elsewhere.submits(&sessions, "/account/sessions", &[]).says("That browser is signed out."));
    assert_eq!(browser.opens(&offer.at).status, StatusCode::BAD_REQUEST);
    let refused = submits(&browser, &offer, NEW, &device.makes(&offer, |_| {}));
    assert_eq!((refused.status, house.count("passkeys")), (StatusCode::BAD_REQUEST, 0));
}

#[test]
fn an_answer_with_anything_wrong_adds_nothing() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let offer = signs_in_by_code(&house, &browser, &site, ANN);
    let device = Device::of(&offer, VerificationAlgorithm::Es256, 1);
    let broken: [(&str, Change); 8] = [
        ("challenge", |answer| answer.client_data["challenge"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into()),
        ("origin", |answer| answer.client_data["origin"] = "https://evil.example".into()),
        ("type", |answer| answer.client_data["type"] = "webauthn.get".into()),
        ("frame", |answer| answer.client_data["crossOrigin"] = true.into()),
        ("RP id", |answer| answer.rp_id = "evil.example".to_owned()),
        ("UP", |answer| answer.flags = USER_VERIFIED | BACKUP_ELIGIBLE),
        ("UV", |answer| answer.flags = USER_PRESENT | BACKUP_ELIGIBLE),
        ("BS without BE", |answer| answer.flags = USER_PRESENT | USER_VERIFIED | BACKED_UP),
    ];
    for (what, breaks) in broken {
        let page = submits(&browser, &offer, NEW, &device.makes(&offer, breaks));
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{what}");
        assert!(page.says("couldn’t be added"), "{what}");
    }
    assert_eq!((house.count("passkeys"), house.count("events"), house.count("spent")), (0, 0, 0));
    let answer = device.makes(&offer, |_| {});
    site.welcomes(&submits(&browser, &offer, NEW, &answer));
    house.world.database.ask("DELETE FROM passkeys", &[]);
    let again = submits(&browser, &offer, NEW, &answer);
    assert_eq!((again.status, house.count("passkeys")), (StatusCode::BAD_REQUEST, 0), "an answer counts once");
}

#[test]
fn a_passkey_of_somebody_else_is_not_added_twice() {
    let house = House::open();
    let site = house.books();
    let (ann, bob) = (house.browser(), house.browser());
    site.welcomes(&takes_offer(&house, &ann, &site, ANN).1);
    let offer = signs_in_by_code(&house, &bob, &site, "bob@example.org");
    let device = Device::of(&offer, VerificationAlgorithm::Es256, 1);
    let page = submits(&bob, &offer, NEW, &device.makes(&offer, |_| {}));
    assert_eq!((page.status, house.count("passkeys")), (StatusCode::BAD_REQUEST, 1));
}

#[test]
fn an_offer_is_no_older_than_a_fresh_proof() {
    let house = House::with(&[("SECOND_FACTOR_LIFETIME", "3600")]);
    let (browser, site) = (house.browser(), house.books());
    let offer = signs_in_by_code(&house, &browser, &site, ANN);
    let device = Device::of(&offer, VerificationAlgorithm::Es256, 1);
    house.wait(599);
    let again = browser.opens(&offer.at);
    assert_eq!(again.status, StatusCode::OK);
    house.wait(1);
    assert!(browser.opens(&offer.at).says("That took a little long"));
    let late = submits(&browser, &again, NEW, &device.makes(&again, |_| {}));
    assert_eq!((late.status, house.count("passkeys")), (StatusCode::BAD_REQUEST, 0));
}
