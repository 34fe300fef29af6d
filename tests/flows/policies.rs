//! The operator's policies, from both sides of the door: at a sign-in, and where somebody is signed in already.

use std::rc::Rc;

use crate::belongings::{RECOVERY_CODE, app_shows, gets_a_recovery_code, gets_an_app};
use crate::browser::Browser;
use crate::device::{submits, takes_offer};
use crate::house::{HOUR, House, MINUTE};
use crate::page::Page;

const ANN: &str = "ann@example.org";

fn house(rules: &str) -> Rc<House> {
    House::with(&[("POLICIES", rules)])
}

/// A house where Ann has signed in before the rules came; the browser is the one in which she did.
fn house_where_ann_has_been(rules: &str) -> (Rc<House>, Browser) {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in(&house.books(), ANN);
    house.wait(2 * MINUTE);
    house.restart_with(&[("POLICIES", rules)]);
    (house, browser)
}

fn is_second_page(page: &Page) -> bool {
    page.at.starts_with("/sign-in/second")
}

fn shows_the_app(house: &House, browser: &Browser, page: &Page) -> Page {
    browser.submits(page, "/sign-in/second", &[("authenticator_code", &app_shows(house))])
}

#[test]
fn without_rules_nothing_changes_and_nothing_more_is_asked_of_the_database() {
    let (house, browser) = house_where_ann_has_been("[]");
    browser.visits(&house.books());
    house.world.database.take_counters();
    browser.visits(&house.books()).authorization_code();
    assert_eq!(house.world.database.take_counters().round_trips, 1);
}

#[test]
fn a_block_tells_the_client_and_signs_nobody_in() {
    let house = house(r#"[{"name": "not from Britain", "when": {"countries": ["GB"]}, "then": "block"}]"#);
    let browser = house.browser();
    let back = browser.signs_in(&house.books(), ANN);
    assert_eq!(back.error(), "access_denied");
    assert_eq!((house.count("sessions"), house.count("users")), (0, 0));
    assert!(house.logged("policy_applied"));
}

#[test]
fn a_block_where_no_client_can_be_told_has_a_page_that_says_so() {
    let house = house(r#"[{"name": "not from there", "when": {"networks": ["192.0.2.0/24"]}, "then": "block"}]"#);
    let page = house.browser().signs_in_at_home(ANN);
    assert_eq!(page.status, 403);
    assert!(page.says("You can’t sign in from here"), "{}", page.html);
    let elsewhere = house.browser();
    house.wait(2 * MINUTE);
    elsewhere.moves_to("198.51.100.1").signs_in_at_home(ANN);
    assert!(elsewhere.is_signed_in());
}

#[test]
fn a_block_holds_for_somebody_who_is_signed_in_already() {
    let (house, browser) = house_where_ann_has_been(r#"[{"name": "books closes", "when": {"clients": ["books"]}, "then": "block"}]"#);
    assert_eq!(browser.visits(&house.books()).error(), "access_denied");
    assert_eq!(browser.visits_with(&house.books(), &[("prompt", "none")]).error(), "access_denied");
    browser.visits(&house.shop()).authorization_code();
}

#[test]
fn an_ended_session_is_asked_to_sign_in_before_a_rule_is_told() {
    let (house, browser) = house_where_ann_has_been(r#"[{"name": "books closes", "when": {"clients": ["books"]}, "then": "block"}]"#);
    house.world.database.ask("DELETE FROM sessions", &[]);
    let page = browser.visits(&house.books());
    assert!(page.says("Sign in"), "{}", page.html);
}

#[test]
fn a_challenge_asks_for_a_second_factor_that_nothing_else_would_ask_for() {
    let (house, _) = house_where_ann_has_been(
        r#"[{"name": "shop is careful", "when": {"clients": ["shop"]}, "then": {"challenge": ["recovery_code", "authenticator"]}}]"#,
    );
    gets_an_app(&house, ANN);
    gets_a_recovery_code(&house, ANN);
    let (browser, shop) = (house.browser(), house.shop());
    let page = browser.signs_in(&shop, ANN);
    assert!(is_second_page(&page));
    let back = browser.submits(&page, "/sign-in/second", &[("recovery_code", RECOVERY_CODE)]);
    let claims = shop.trusts(&shop.welcomes(&back).text("id_token"));
    assert_eq!((claims["acr"].as_str(), claims["amr"].to_string().as_str()), (Some("2"), r#"["otp","mfa"]"#));
}

#[test]
fn a_challenge_takes_no_factor_that_it_does_not_name() {
    let (house, _) = house_where_ann_has_been(r#"[{"name": "no codes from paper", "then": {"challenge": ["authenticator"]}}]"#);
    gets_an_app(&house, ANN);
    gets_a_recovery_code(&house, ANN);
    let browser = house.browser();
    let page = browser.signs_in(&house.books(), ANN);
    let wrong = browser.submits(&page, "/sign-in/second", &[("recovery_code", RECOVERY_CODE)]);
    assert_eq!(wrong.status, 400);
    shows_the_app(&house, &browser, &page).authorization_code();
}

#[test]
fn whoever_has_nothing_that_a_challenge_names_is_told_and_so_is_the_client() {
    let house = house(r#"[{"name": "careful", "then": {"challenge": ["passkey", "authenticator"]}}]"#);
    assert_eq!(house.browser().signs_in(&house.books(), ANN).error(), "unmet_authentication_requirements");
    house.wait(2 * MINUTE);
    let page = house.browser().signs_in_at_home(ANN);
    assert_eq!(page.status, 403);
    assert!(page.says("More is needed to sign in"), "{}", page.html);
    assert_eq!(house.count("sessions"), 0);
}

#[test]
fn a_challenge_steps_a_living_session_up_once() {
    let (house, browser) =
        house_where_ann_has_been(r#"[{"name": "shop is careful", "when": {"clients": ["shop"]}, "then": {"challenge": ["authenticator"]}}]"#);
    assert_eq!(browser.visits(&house.shop()).error(), "unmet_authentication_requirements");
    gets_an_app(&house, ANN);
    assert_eq!(browser.visits_with(&house.shop(), &[("prompt", "none")]).error(), "login_required");
    browser.visits(&house.books()).authorization_code();
    let page = browser.visits(&house.shop());
    assert!(is_second_page(&page), "no address is asked for: {}", page.at);
    shows_the_app(&house, &browser, &page).authorization_code();
    browser.visits_with(&house.shop(), &[("prompt", "none")]).authorization_code();
}

#[test]
fn an_old_proof_is_challenged_and_a_young_one_is_not() {
    let (house, browser) =
        house_where_ann_has_been(r#"[{"name": "after an hour", "when": {"last_proof_older_than": 3600}, "then": {"challenge": ["authenticator"]}}]"#);
    gets_an_app(&house, ANN);
    browser.visits(&house.books()).authorization_code();
    house.wait(HOUR);
    assert!(is_second_page(&browser.visits(&house.books())));
}

#[test]
fn a_new_browser_is_challenged_and_a_known_one_is_not() {
    let (house, known) =
        house_where_ann_has_been(r#"[{"name": "new browser", "when": {"new_browser": true}, "then": {"challenge": ["recovery_code"]}}]"#);
    gets_an_app(&house, ANN);
    gets_a_recovery_code(&house, ANN);
    // The app's own protection is another matter: this rule adds to what is asked in a new browser.
    known.opens("/");
    assert!(known.visits(&house.books()).parameters().contains_key("code"));
    let page = house.browser().signs_in(&house.books(), ANN);
    assert!(is_second_page(&page) && !page.html.contains("authenticator_code"), "{}", page.html);
}

#[test]
fn an_allow_spares_the_second_factor_and_no_client_that_asks_for_it() {
    let (house, _) = house_where_ann_has_been(r#"[{"name": "office", "when": {"networks": ["192.0.2.0/24"]}, "then": "allow"}]"#);
    gets_an_app(&house, ANN);
    house.browser().signs_in(&house.books(), ANN).authorization_code();
    house.wait(2 * MINUTE);
    let browser = house.browser();
    assert!(is_second_page(&browser.moves_to("198.51.100.1").signs_in(&house.books(), ANN)), "elsewhere the app is asked for");
    house.wait(2 * MINUTE);
    assert!(is_second_page(&house.browser().signs_in_with(&house.books(), &[("acr_values", "2")], ANN)));
}

#[test]
fn rules_that_ask_after_the_person_cost_one_round_trip_and_others_none() {
    let (house, browser) = house_where_ann_has_been(
        r#"[{"name": "far", "when": {"countries": ["AQ"], "lacks": ["passkey"]}, "then": "block"}, {"name": "office", "when": {"countries": ["GB"]}, "then": "allow"}]"#,
    );
    let trips = |house: &House| house.world.database.take_counters().round_trips;
    browser.visits(&house.books()).authorization_code();
    trips(&house);
    browser.visits(&house.books()).authorization_code();
    assert_eq!(trips(&house), 1);
    house.restart_with(&[("POLICIES", r#"[{"name": "no app", "when": {"has": ["password"]}, "then": "block"}]"#)]);
    browser.visits(&house.books()).authorization_code();
    trips(&house);
    browser.visits(&house.books()).authorization_code();
    assert_eq!(trips(&house), 2);
}

#[test]
fn a_client_may_ask_two_factors_of_everybody() {
    let (house, browser) = house_where_ann_has_been("[]");
    house.register(&serde_json::json!({
        "client_id": "books", "token_endpoint_auth_method": "none", "id_token_signed_response_alg": "ES256",
        "redirect_uris": ["https://books.example/callback"], "default_acr_values": ["2"],
    }));
    house.restart();
    assert_eq!(browser.visits(&house.books()).error(), "unmet_authentication_requirements");
    browser.visits_with(&house.books(), &[("acr_values", "1")]).authorization_code();
    gets_an_app(&house, ANN);
    assert!(is_second_page(&browser.visits(&house.books())));
}

#[test]
fn a_wrong_rule_stops_the_start_and_is_named() {
    for rules in
        [r#"{"name": "x"}"#, r#"[{"name": "typo", "when": {"client": ["books"]}, "then": "block"}]"#, r#"[{"name": "typo", "then": "deny"}]"#]
    {
        let mut settings = crate::house::usual_settings();
        settings.insert("NIGHTLATCH_POLICIES".to_owned(), rules.to_owned());
        let why = nightlatch::app::App::new(crate::support::SqlitePlatform::default(), &settings).err().unwrap().to_string();
        assert!(why.starts_with("NIGHTLATCH_POLICIES ") && !why.contains('\n') && why.len() < 400, "{why}");
        assert!(!rules.starts_with('[') || why.contains("rule 1 (\"typo\")"), "{why}");
    }
}

#[test]
fn a_block_holds_at_the_account_too_where_a_client_was_let_in_before() {
    let rules = r#"[{"name": "books", "when": {"clients": ["books"]}, "then": "allow"},
                    {"name": "not from there", "when": {"networks": ["198.51.100.0/24"]}, "then": "block"}]"#;
    let house = house(rules);
    let browser = house.browser();
    browser.moves_to("198.51.100.7").signs_in(&house.books(), ANN).authorization_code();
    for path in ["/account", "/account/addresses", "/account/export"] {
        let page = browser.opens(path);
        assert!(page.status == 403 && page.says("You can’t sign in from here"), "{path}");
    }
    let page = browser.moves_to("192.0.2.1").opens("/account/addresses");
    assert_eq!(page.status, 200, "from elsewhere the same session is let in");
    let letters = house.letters().len();
    let refused = browser.moves_to("198.51.100.7").submits(&page, "/account/addresses", &[("email", "more@example.org")]);
    assert_eq!((refused.status.as_u16(), house.letters().len()), (403, letters), "no code is mailed");
    assert!(browser.is_signed_in(), "and nobody is signed out");
}

#[test]
fn a_challenge_names_no_factor_for_the_account_itself() {
    let (house, browser) = house_where_ann_has_been(r#"[{"name": "passkeys", "then": {"challenge": ["passkey"]}}]"#);
    assert_eq!(browser.opens("/account").status, 200);
    assert!(house.count("sessions") == 1);
}

#[test]
fn an_app_that_was_shown_after_code_and_passkey_is_not_asked_for_again() {
    let house = house(r#"[{"name": "books by app", "when": {"clients": ["books"]}, "then": {"challenge": ["authenticator"]}}]"#);
    let (browser, shop, books) = (house.browser(), house.shop(), house.books());
    let (device, back) = takes_offer(&house, &browser, &shop, ANN);
    shop.welcomes(&back);
    let second = browser.visits_with(&shop, &[("acr_values", "2")]);
    shop.welcomes(&submits(&browser, &second, "/sign-in/second", &device.shows(&second, |_| {})));
    gets_an_app(&house, ANN);
    let asked = browser.visits(&books);
    assert!(asked.at.starts_with("/sign-in/second"), "{}", asked.at);
    let tokens = books.welcomes(&browser.submits(&asked, "/sign-in/second", &[("authenticator_code", &app_shows(&house))]));
    assert_eq!(books.trusts(&tokens.text("id_token"))["amr"], serde_json::json!(["pop", "user", "mfa", "otp"]));
    books.welcomes(&browser.visits_with(&books, &[("prompt", "none")]));
}
