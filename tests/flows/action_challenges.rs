//! Challenges by API: a shop asks Ann to confirm something, and learns once, and only as it asked, that she did.

use std::rc::Rc;

use serde_json::Value as Json;

use crate::belongings::{RECOVERY_CODE, app_shows, gets_a_recovery_code, gets_an_app, person};
use crate::browser::Browser;
use crate::house::{House, ISSUER, MINUTE};
use crate::page::Page;
use crate::passwords::{RIGHT, ann_s_house};
use crate::site::{Answer, Site};

const ANN: &str = "ann@example.org";
pub(crate) const PAY: &str = "Pay €40 to Harbour Books";
const DONE: &str = "https://shop.example/callback";

/// A house, the browser in which Ann is signed in to the shop, and the shop.
fn shopping() -> (Rc<House>, Browser, Site) {
    let house = House::open();
    let (browser, shop) = (house.browser(), house.shop());
    browser.signs_in(&shop, ANN).authorization_code();
    house.wait(2 * MINUTE);
    (house, browser, shop)
}

pub(crate) fn sub(house: &House) -> String {
    person(house, ANN).to_string()
}

pub(crate) fn begins(house: &House, shop: &Site, more: &[(&str, &str)]) -> Answer {
    let user = sub(house);
    let usual = [("user", user.as_str()), ("action", PAY), ("redirect_uri", DONE), ("state", "order 7")];
    let form: Vec<(&str, &str)> = usual.iter().filter(|(name, _)| more.iter().all(|(own, _)| own != name)).chain(more).copied().collect();
    shop.posts("/challenges", &form)
}

/// The challenge's page in a browser.
pub(crate) fn opens(browser: &Browser, begun: &Answer) -> Page {
    browser.opens(begun.text("url").strip_prefix(ISSUER).unwrap())
}

pub(crate) fn says(browser: &Browser, page: &Page, answer: &str) -> Page {
    browser.submits(page, "/challenge", &[("answer", answer)])
}

/// Ann confirms by a mailed code; the page leads back to the shop.
fn confirms_by_code(house: &House, browser: &Browser, begun: &Answer) -> Page {
    let address_page = says(browser, &opens(browser, begun), "yes");
    let code_page = browser.asks_for_code(&address_page, ANN);
    browser.types_code(&code_page, &house.code_for(ANN))
}

pub(crate) fn validates(house: &House, shop: &Site, token: &str, more: &[(&str, &str)]) -> Json {
    let user = sub(house);
    let usual = [("token", token), ("user", user.as_str()), ("action", PAY)];
    let form: Vec<(&str, &str)> = usual.iter().filter(|(name, _)| more.iter().all(|(own, _)| own != name)).chain(more).copied().collect();
    shop.posts("/challenges/validate", &form).json
}

pub(crate) fn token(back: &Page) -> String {
    back.parameters().remove("token").unwrap_or_else(|| panic!("no token: {:?}", back.parameters()))
}

#[test]
fn a_shop_learns_once_that_its_person_has_confirmed() {
    let (house, browser, shop) = shopping();
    let begun = begins(&house, &shop, &[]);
    assert_eq!((begun.status, begun.json["expires_in"].as_i64()), (201, Some(600)), "{begun:?}");
    let page = opens(&browser, &begun);
    assert!(page.says(PAY) && page.says("Corner Shop"), "{}", page.html);
    let back = confirms_by_code(&house, &browser, &begun);
    let parameters = back.parameters();
    assert!(back.leads_to().unwrap().as_str().starts_with(DONE));
    assert_eq!(
        (parameters["challenge"].clone(), parameters["state"].as_str(), parameters["iss"].as_str()),
        (begun.text("challenge"), "order 7", ISSUER)
    );
    let valid = validates(&house, &shop, &token(&back), &[]);
    assert_eq!(
        (valid["valid"].as_bool(), valid["user"].as_str(), valid["action"].as_str()),
        (Some(true), Some(sub(&house).as_str()), Some(PAY)),
        "{valid}"
    );
    assert_eq!((valid["acr"].as_str(), valid["amr"].to_string().as_str(), valid["auth_time"].as_i64()), (Some("1"), r#"["otp"]"#, Some(house.now())));
    assert_eq!(validates(&house, &shop, &token(&back), &[]), serde_json::json!({"valid": false}), "the second time it says nothing");
}

#[test]
fn whoever_asks_for_something_else_learns_nothing_and_uses_nothing_up() {
    let (house, browser, shop) = shopping();
    house.register(&serde_json::json!({"client_id": "rival", "client_secret": "rival-secret", "redirect_uris": ["https://rival.example/callback"]}));
    let rival = Site::new(Rc::clone(&house), "rival", Some("rival-secret"));
    let back = confirms_by_code(&house, &browser, &begins(&house, &shop, &[]));
    let invalid = serde_json::json!({"valid": false});
    let token = token(&back);
    assert_eq!(validates(&house, &rival, &token, &[]), invalid, "another client");
    assert_eq!(validates(&house, &shop, &token, &[("action", "Pay €4000 to Harbour Books")]), invalid, "another action");
    assert_eq!(validates(&house, &shop, &token, &[("user", "AAAAAAAAAAAAAAAAAAAAAA")]), invalid, "another person");
    assert_eq!(validates(&house, &shop, &token[..token.len() - 1], &[]), invalid, "another token");
    assert_eq!(validates(&house, &shop, &token, &[])["valid"], true);
}

#[test]
fn a_token_counts_for_a_minute_and_a_challenge_for_ten() {
    let (house, browser, shop) = shopping();
    let back = confirms_by_code(&house, &browser, &begins(&house, &shop, &[]));
    house.wait(MINUTE);
    assert_eq!(validates(&house, &shop, &token(&back), &[])["valid"], false);
    let begun = begins(&house, &shop, &[]);
    house.wait(10 * MINUTE);
    assert_eq!(opens(&browser, &begun).status, 400);
}

#[test]
fn a_token_ends_with_its_session_and_its_person() {
    for change in ["DELETE FROM sessions", "UPDATE users SET disabled_at = 1"] {
        let (house, browser, shop) = shopping();
        let back = confirms_by_code(&house, &browser, &begins(&house, &shop, &[]));
        house.world.database.ask(change, &[]);
        assert_eq!(validates(&house, &shop, &token(&back), &[])["valid"], false, "{change}");
    }
}

#[test]
fn a_living_session_alone_proves_nothing() {
    let (house, browser, shop) = shopping();
    let page = says(&browser, &opens(&browser, &begins(&house, &shop, &[])), "yes");
    assert!(page.html.contains("name=\"email\"") && page.html.contains(ANN), "the address page, with hers filled in: {}", page.html);
    assert!(page.leads_to().is_none());
}

#[test]
fn somebody_signed_in_shows_only_the_factor_and_that_is_what_the_shop_learns() {
    let (house, browser, shop) = shopping();
    gets_an_app(&house, ANN);
    let begun = begins(&house, &shop, &[("factors", "authenticator")]);
    let asked = says(&browser, &opens(&browser, &begun), "yes");
    assert!(asked.at.starts_with("/sign-in/second"), "{}", asked.at);
    let back = browser.submits(&asked, "/sign-in/second", &[("authenticator_code", &app_shows(&house))]);
    let valid = validates(&house, &shop, &token(&back), &[]);
    // The session was proven two minutes ago by a mailed code: none of that is fresh.
    assert_eq!((valid["amr"].to_string().as_str(), valid["acr"].as_str(), valid["auth_time"].as_i64()), (r#"["otp"]"#, Some("1"), Some(house.now())));
    assert!(browser.is_signed_in());
}

#[test]
fn from_where_a_policy_lets_nobody_in_a_living_session_confirms_nothing() {
    let (house, browser, shop) = shopping();
    gets_an_app(&house, ANN);
    house.restart_with(&[("POLICIES", r#"[{"name": "not from there", "when": {"networks": ["198.51.100.0/24"]}, "then": "block"}]"#)]);
    let begun = begins(&house, &shop, &[("factors", "authenticator")]);
    let page = opens(&browser, &begun);
    browser.moves_to("198.51.100.7");
    for refused in [opens(&browser, &begun), says(&browser, &page, "yes")] {
        assert!(refused.status == 403 && refused.says("You can’t sign in from here"), "{} at {}", refused.status, refused.at);
    }
    browser.moves_to("192.0.2.1");
    assert!(says(&browser, &page, "yes").at.starts_with("/sign-in/second"), "from elsewhere it goes on");
}

#[test]
fn somebody_who_is_not_signed_in_shows_who_they_are_and_the_factor() {
    let (house, _, shop) = shopping();
    gets_an_app(&house, ANN);
    let browser = house.browser();
    let begun = begins(&house, &shop, &[("factors", "authenticator")]);
    let asked = confirms_by_code(&house, &browser, &begun);
    assert!(asked.at.starts_with("/sign-in/second"), "the code isn't among what is taken: {}", asked.at);
    let back = browser.submits(&asked, "/sign-in/second", &[("authenticator_code", &app_shows(&house))]);
    let valid = validates(&house, &shop, &token(&back), &[]);
    assert_eq!((valid["amr"].to_string().as_str(), valid["acr"].as_str()), (r#"["otp","mfa"]"#, Some("2")));
}

#[test]
fn a_factor_that_is_not_taken_confirms_nothing() {
    let (house, browser, shop) = shopping();
    gets_an_app(&house, ANN);
    gets_a_recovery_code(&house, ANN);
    let begun = begins(&house, &shop, &[("factors", "authenticator")]);
    let asked = says(&browser, &opens(&browser, &begun), "yes");
    let refused = browser.submits(&asked, "/sign-in/second", &[("recovery_code", RECOVERY_CODE)]);
    assert_eq!(refused.status, 400);
    assert_eq!(house.number("SELECT count(*) AS n FROM action_challenges WHERE proven_by IS NOT NULL"), 0);
}

#[test]
fn whoever_has_none_of_the_factors_is_sent_back_with_an_error() {
    let (house, browser, shop) = shopping();
    let begun = begins(&house, &shop, &[("factors", "passkey authenticator")]);
    let back = confirms_by_code(&house, &browser, &begun);
    assert_eq!(back.error(), "unmet_authentication_requirements");
    assert_eq!(back.parameters()["state"], "order 7");
}

#[test]
fn a_mailed_code_may_be_chosen_where_it_is_taken() {
    let (house, browser, shop) = shopping();
    gets_an_app(&house, ANN);
    let page = opens(&browser, &begins(&house, &shop, &[("factors", "authenticator email_code")]));
    assert!(page.says("Use a code by e-mail instead"));
    assert!(says(&browser, &page, "code").html.contains("name=\"email\""));
    let page = opens(&browser, &begins(&house, &shop, &[("factors", "authenticator")]));
    assert!(!page.says("Use a code by e-mail instead"));
}

#[test]
fn a_no_is_told_and_leaves_nothing_proven() {
    let (house, browser, shop) = shopping();
    let back = says(&browser, &opens(&browser, &begins(&house, &shop, &[])), "no");
    assert_eq!((back.status.as_u16(), back.error().as_str()), (303, "access_denied"));
    assert_eq!(back.parameters()["state"], "order 7");
    assert_eq!(house.number("SELECT count(*) AS n FROM action_challenges WHERE proven_by IS NOT NULL"), 0);
}

#[test]
fn a_no_takes_an_earlier_yes_back_and_only_its_person_can_say_it() {
    let (house, browser, shop) = shopping();
    let begun = begins(&house, &shop, &[]);
    let yes = confirms_by_code(&house, &browser, &begun);
    let stranger = house.browser();
    assert_eq!(says(&stranger, &opens(&stranger, &begun), "no").error(), "access_denied");
    assert_eq!(house.number("SELECT count(*) AS n FROM action_challenges WHERE proven_by IS NOT NULL"), 1);
    assert_eq!(says(&browser, &opens(&browser, &begun), "no").error(), "access_denied");
    assert_eq!(validates(&house, &shop, &token(&yes), &[])["valid"], false);
}

#[test]
fn nobody_else_sees_or_confirms_it() {
    let (house, _, shop) = shopping();
    let begun = begins(&house, &shop, &[]);
    let bob = house.browser();
    bob.signs_in_at_home("bob@example.org");
    let page = opens(&bob, &begun);
    assert_eq!(page.status, 403);
    assert!(page.says("This is meant for somebody else") && !page.says(PAY), "{}", page.html);
    // Without a session Bob gets as far as his own code, which is not Ann's.
    house.wait(2 * MINUTE);
    let stranger = house.browser();
    let address_page = says(&stranger, &opens(&stranger, &begun), "yes");
    let code_page = stranger.asks_for_code(&address_page, "bob@example.org");
    let back = stranger.types_code(&code_page, &house.code_for("bob@example.org"));
    assert_eq!(back.error(), "login_required");
    assert_eq!(house.number("SELECT count(*) AS n FROM action_challenges WHERE proven_by IS NOT NULL"), 0);
}

#[test]
fn a_second_confirmation_takes_the_place_of_the_first() {
    let (house, browser, shop) = shopping();
    let begun = begins(&house, &shop, &[]);
    let first = confirms_by_code(&house, &browser, &begun);
    house.wait(MINUTE + 1);
    let second = confirms_by_code(&house, &browser, &begun);
    assert_eq!(validates(&house, &shop, &token(&first), &[])["valid"], false);
    assert_eq!(validates(&house, &shop, &token(&second), &[])["valid"], true);
    assert_eq!(opens(&browser, &begun).status, 400, "once validated, it is over");
}

#[test]
fn a_form_from_elsewhere_answers_nothing() {
    let (house, browser, shop) = shopping();
    let begun = begins(&house, &shop, &[]);
    let page = opens(&browser, &begun);
    let stranger = house.browser();
    let hidden = page.hidden_fields("/challenge");
    let form: String = hidden.iter().map(|(name, value)| format!("{name}={value}&")).collect();
    assert_eq!(stranger.posts("/challenge", &format!("{form}answer=yes")).status, 403);
}

#[test]
fn only_a_known_client_with_a_secret_asks_and_only_for_what_makes_sense() {
    let (house, _, shop) = shopping();
    assert_eq!(begins(&house, &house.books(), &[("redirect_uri", "https://books.example/callback")]).error(), "unauthorized_client");
    let liar = Site::new(Rc::clone(&house), "shop", Some("wrong"));
    assert_eq!((begins(&house, &liar, &[]).error(), begins(&house, &liar, &[]).status), ("invalid_client", 401));
    // Passwords are off unless the operator switches them on.
    for wrong in [
        ("factors", "email_code password"),
        ("user", "AAAAAAAAAAAAAAAAAAAAAA"),
        ("user", ""),
        ("action", ""),
        ("action", "two\nlines"),
        ("redirect_uri", "https://evil.example/"),
        ("factors", "fingerprint"),
    ] {
        let refused = begins(&house, &shop, &[wrong]);
        assert_eq!((refused.status, refused.error()), (400, "invalid_request"), "{wrong:?}");
    }
    house.disable(ANN);
    assert_eq!(begins(&house, &shop, &[]).status, 400);
    assert_eq!(house.count("action_challenges"), 0);
}

#[test]
fn a_token_that_was_got_in_the_last_second_outlives_the_clean_up() {
    let (house, browser, shop) = shopping();
    let address_page = says(&browser, &opens(&browser, &begins(&house, &shop, &[])), "yes");
    house.wait(9 * MINUTE);
    let code_page = browser.asks_for_code(&address_page, ANN);
    house.wait(50);
    let back = browser.types_code(&code_page, &house.code_for(ANN));
    house.wait(15);
    house.clean_up();
    assert_eq!(validates(&house, &shop, &token(&back), &[])["valid"], true, "45 seconds are left of it");
    house.wait(56);
    house.clean_up();
    assert_eq!(house.count("action_challenges"), 0);
}

#[test]
fn the_page_of_who_is_not_signed_in_offers_only_what_leads_on() {
    let house = ann_s_house();
    let (shop, begin) = (house.shop(), |factors: &str| begins(&house, &house.shop(), &[("factors", factors)]));
    for (factors, passkey, password) in [
        ("email_code", false, false),
        ("email_code passkey", true, false),
        ("email_code password authenticator", false, true),
        ("authenticator", true, true),
        ("passkey", true, true),
    ] {
        let browser = house.browser();
        let page = says(&browser, &opens(&browser, &begin(factors)), "yes");
        assert_eq!((page.passkey().is_some(), page.says("Use a password")), (passkey, password), "{factors}");
    }
    let browser = house.browser();
    let page = says(&browser, &opens(&browser, &begin("password")), "yes");
    assert!(page.html.contains("name=\"password\""), "where nothing else is taken, the password is asked for at once");
    let back = browser.types_password(&page, ANN, RIGHT);
    assert_eq!(validates(&house, &shop, &token(&back), &[])["amr"], serde_json::json!(["pwd"]));
}

#[test]
fn where_a_code_is_not_taken_whoever_has_a_password_is_asked_for_it() {
    let house = ann_s_house();
    let (browser, shop) = (house.browser(), house.shop());
    let begun = begins(&house, &shop, &[("factors", "authenticator password")]);
    let page = confirms_by_code(&house, &browser, &begun);
    assert!(page.status == 200 && page.html.contains("name=\"password\""), "{}", page.html);
    let back = browser.types_password(&page, ANN, RIGHT);
    assert_eq!(validates(&house, &shop, &token(&back), &[])["valid"], true);
}
