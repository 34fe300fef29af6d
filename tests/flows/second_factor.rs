//! Signing in with a second factor: an authenticator app's code, a recovery code, a browser that is trusted.

use http::StatusCode;
use serde_json::json;

use crate::house::{DAY, HOUR, House, ISSUER, MINUTE};
use crate::phone::{ANN, Phone, STEP, asked, recovery_codes_of, with_app};

const BOB: &str = "bob@example.org";

#[test]
fn a_mailed_code_alone_signs_nobody_in_who_has_an_authenticator_app() {
    let (house, phone) = with_app();
    let sessions = house.count("sessions");
    let (browser, page) = asked(&house);
    assert!(!browser.is_signed_in() && browser.cookie("nl_session").is_none());
    assert_eq!(browser.visits_with(&house.books(), &[("prompt", "none")]).error(), "login_required");
    assert_eq!((house.count("sessions"), house.count("codes")), (sessions, 0));
    let back = browser.shows_app_code(&page, &phone.shows(&house));
    assert!(back.leads_to().is_some() && browser.is_signed_in());
    assert_eq!((house.count("sessions"), house.count("codes")), (sessions + 1, 1));
}

#[test]
fn the_home_page_asks_for_it_too() {
    let (house, phone) = with_app();
    let browser = house.browser();
    let page = browser.signs_in_at_home(ANN);
    assert!(page.says("One more step") && !browser.is_signed_in());
    assert!(browser.shows_app_code(&page, &phone.shows(&house)).says("You’re signed in"));
}

#[test]
fn tokens_say_two_factors_and_when_the_first_was_shown() {
    let (house, phone) = with_app();
    let (site, shop, began) = (house.books(), house.shop(), house.now());
    let browser = house.browser();
    let page = browser.signs_in(&site, ANN);
    house.wait(MINUTE);
    let tokens = site.welcomes(&browser.shows_app_code(&page, &phone.shows(&house)));
    for token in ["id_token", "access_token"] {
        let claims = site.trusts(&tokens.text(token));
        assert_eq!((&claims["acr"], &claims["amr"], &claims["auth_time"]), (&json!("2"), &json!(["otp", "mfa"]), &json!(began)), "{token}");
    }
    let told = shop.introspects(&tokens.text("access_token")).json;
    assert!(told["active"] == json!(false) || told["acr"] == json!("2"), "{told}");
    let refreshed = site.refreshes(&tokens.text("refresh_token"));
    assert_eq!(site.trusts(&refreshed.text("access_token"))["acr"], "2");
}

#[test]
fn the_owner_of_a_token_reads_in_it_what_was_proven() {
    let (house, phone) = with_app();
    let (shop, browser) = (house.shop(), house.browser());
    let began = house.now();
    let page = browser.signs_in(&shop, ANN);
    let tokens = shop.welcomes(&browser.shows_app_code(&page, &phone.shows(&house)));
    let told = shop.introspects(&tokens.text("access_token")).json;
    assert_eq!((&told["active"], &told["acr"], &told["amr"], &told["auth_time"]), (&json!(true), &json!("2"), &json!(["otp", "mfa"]), &json!(began)));
}

#[test]
fn one_factor_is_said_to_be_one() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let tokens = site.welcomes(&browser.signs_in(&site, ANN));
    let claims = site.trusts(&tokens.text("id_token"));
    assert_eq!((&claims["acr"], &claims["amr"]), (&json!("1"), &json!(["otp"])));
}

#[test]
fn a_step_is_taken_once_and_none_before_it() {
    let (house, phone) = with_app();
    let (browser, page) = asked(&house);
    let code = phone.shows(&house);
    assert!(browser.shows_app_code(&page, &code).leads_to().is_some());
    house.wait(1);
    let (other, page) = asked(&house);
    assert!(other.shows_app_code(&page, &code).says("wrong or was used before"));
    assert!(other.shows_app_code(&page, &phone.showed(&house, 1)).says("wrong or was used before"));
    assert!(other.shows_app_code(&page, &phone.showed(&house, -1)).leads_to().is_some(), "the next one is new");
}

#[test]
fn codes_are_read_as_people_type_them_and_as_clocks_differ() {
    for steps_ago in [-1, 0, 1] {
        let (house, phone) = with_app();
        house.wait(2 * STEP);
        let (browser, page) = asked(&house);
        let (front, back) = (phone.showed(&house, steps_ago)[..3].to_owned(), phone.showed(&house, steps_ago)[3..].to_owned());
        assert!(browser.shows_app_code(&page, &format!(" {front} {back} ")).leads_to().is_some(), "{steps_ago}");
    }
    for steps_ago in [-2, 2] {
        let (house, phone) = with_app();
        house.wait(3 * STEP);
        let (browser, page) = asked(&house);
        assert_eq!(browser.shows_app_code(&page, &phone.showed(&house, steps_ago)).status, StatusCode::BAD_REQUEST, "{steps_ago}");
    }
}

#[test]
fn any_of_several_apps_will_do_and_nobody_elses() {
    let (house, phone) = with_app();
    let tablet = Phone::set_up(&house, ANN, 2);
    house.browser().signs_in_at_home(BOB);
    let bobs = Phone::set_up(&house, BOB, 3);
    let (browser, page) = asked(&house);
    assert!(browser.shows_app_code(&page, &bobs.shows(&house)).says("wrong"));
    assert!(browser.shows_app_code(&page, &tablet.shows(&house)).leads_to().is_some());
    house.wait(MINUTE);
    let (browser, page) = asked(&house);
    assert!(browser.shows_app_code(&page, &phone.shows(&house)).leads_to().is_some());
}

#[test]
fn a_recovery_code_works_once_and_is_recorded() {
    let (house, _) = with_app();
    let codes = recovery_codes_of(&house, ANN);
    let (browser, page) = asked(&house);
    let site = house.books();
    assert!(browser.shows_recovery_code(&page, &codes[3].to_lowercase().replace('-', " ")).leads_to().is_some());
    assert_eq!(house.count("recovery_codes"), 9);
    assert_eq!(house.number("SELECT count(*) AS n FROM events WHERE kind = 'recovery_code_used'"), 1);
    assert_eq!(site.trusts(&site.welcomes(&browser.visits_with(&site, &[("acr_values", "2")])).text("id_token"))["acr"], "2");
    house.wait(MINUTE);
    let (browser, page) = asked(&house);
    assert!(browser.shows_recovery_code(&page, &codes[3]).says("wrong or was used before"));
    assert!(browser.shows_recovery_code(&page, "nothing like a code").says("wrong or was used before"));
    assert!(browser.shows_recovery_code(&page, &codes[4]).leads_to().is_some());
}

#[test]
fn recovery_codes_alone_are_no_second_factor() {
    let house = House::open();
    house.browser().signs_in_at_home(ANN);
    recovery_codes_of(&house, ANN);
    house.wait(MINUTE);
    assert!(house.browser().signs_in(&house.books(), ANN).leads_to().is_some());
    house.wait(MINUTE);
    let back = house.browser().signs_in_with(&house.books(), &[("acr_values", "2")], ANN);
    assert_eq!(back.error(), "unmet_authentication_requirements");
}

#[test]
fn a_site_that_asks_for_two_factors_is_told_where_there_is_one() {
    let house = House::open();
    let browser = house.browser();
    let back = browser.signs_in_with(&house.books(), &[("acr_values", "2")], ANN);
    assert_eq!(back.error(), "unmet_authentication_requirements");
    assert!(!browser.is_signed_in());
    house.wait(MINUTE);
    house.browser().signs_in_at_home(ANN);
    house.wait(MINUTE);
    assert_eq!(house.browser().signs_in_with(&house.books(), &[("acr_values", "2")], ANN).error(), "unmet_authentication_requirements");
}

#[test]
fn somebody_signed_in_who_has_no_second_factor_types_no_code_to_hear_that() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    let demanding = [("acr_values", "2")];
    assert_eq!(browser.visits_with(&house.books(), &demanding).error(), "unmet_authentication_requirements");
    assert!(browser.is_signed_in());
    assert_eq!(browser.visits_with(&house.books(), &[("acr_values", "2"), ("prompt", "none")]).error(), "login_required");
    // Where somebody else may sign in, or a proof is too old, the page asks who it is.
    for more in [[("acr_values", "2"), ("prompt", "login")], [("acr_values", "2"), ("max_age", "0")]] {
        assert!(browser.visits_with(&house.books(), &more).html.contains("name=\"email\""), "{more:?}");
    }
    Phone::set_up(&house, ANN, 1);
    assert!(browser.visits_with(&house.books(), &demanding).at.starts_with("/sign-in/second"));
}

#[test]
fn a_session_of_one_factor_becomes_one_of_two() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let first = site.welcomes(&browser.signs_in(&site, ANN));
    let (signed_in, old) = (house.now(), browser.cookie("nl_session"));
    let phone = Phone::set_up(&house, ANN, 1);
    house.wait(HOUR);
    let demand = [("acr_values", "2")];
    assert_eq!(browser.visits_with(&site, &[("acr_values", "2"), ("prompt", "none")]).error(), "login_required");
    let page = browser.visits_with(&site, &demand);
    assert!(page.says("One more step"), "the first factor isn't asked again");
    let tokens = site.welcomes(&browser.shows_app_code(&page, &phone.shows(&house)));
    let claims = site.trusts(&tokens.text("id_token"));
    assert_eq!((&claims["acr"], &claims["auth_time"]), (&json!("2"), &json!(signed_in)));
    assert_ne!(claims["sid"], site.trusts(&first.text("id_token"))["sid"]);
    assert_ne!(browser.cookie("nl_session"), old);
    assert_eq!(house.number("SELECT count(*) AS n FROM sessions"), 1, "it takes the old one's place");
    site.welcomes(&browser.visits_with(&site, &[("acr_values", "2"), ("prompt", "none")]));
}

#[test]
fn a_session_that_is_too_old_or_somebody_elses_is_not_built_on() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let hint = site.welcomes(&house.browser().signs_in(&site, BOB)).text("id_token");
    browser.signs_in(&site, ANN);
    Phone::set_up(&house, ANN, 1);
    house.wait(HOUR);
    for more in [("max_age", "60"), ("max_age", "0"), ("prompt", "login"), ("id_token_hint", hint.as_str())] {
        let page = browser.visits_with(&site, &[("acr_values", "2"), more]);
        assert!(!page.says("One more step") && page.leads_to().is_none(), "{more:?}");
    }
}

#[test]
fn signing_out_ends_the_step_up_that_had_begun() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    browser.signs_in(&site, ANN);
    let phone = Phone::set_up(&house, ANN, 1);
    let page = browser.visits_with(&site, &[("acr_values", "2")]);
    browser.submits(&browser.opens("/"), "/sign-out", &[]);
    let late = browser.shows_app_code(&page, &phone.shows(&house));
    assert!(late.says("took too long") || late.status == StatusCode::BAD_REQUEST);
    assert!(late.leads_to().is_none() && !browser.is_signed_in(), "an app's code alone is one factor");
}

#[test]
fn a_trusted_browser_is_not_asked_again_unless_a_site_insists() {
    let (house, phone) = with_app();
    let (browser, page) = asked(&house);
    let site = house.books();
    browser.shows_app_code_and_trusts(&page, &phone.shows(&house));
    assert_eq!(house.number("SELECT count(*) AS n FROM events WHERE kind = 'browser_trusted'"), 1);
    house.wait(HOUR);
    let tokens = site.welcomes(&browser.signs_in_with(&site, &[("prompt", "login")], ANN));
    assert_eq!(site.trusts(&tokens.text("id_token"))["acr"], "1", "trust is no factor");
    house.wait(MINUTE);
    let page = browser.signs_in_with(&site, &[("prompt", "login"), ("acr_values", "2")], ANN);
    assert!(page.says("One more step"));
    browser.shows_app_code_and_trusts(&page, &phone.shows(&house));
    assert_eq!(house.count("trusted_browsers"), 1, "trusted once, until the latest end");
    house.wait(MINUTE);
    assert!(house.browser().signs_in(&site, ANN).says("One more step"), "other browsers aren't trusted");
    house.wait(30 * DAY);
    assert!(browser.signs_in_with(&site, &[("prompt", "login")], ANN).says("One more step"), "and this one for thirty days");
}

#[test]
fn trust_is_one_persons_in_one_browser() {
    let (house, phone) = with_app();
    let (browser, page) = asked(&house);
    browser.shows_app_code_and_trusts(&page, &phone.shows(&house));
    browser.submits(&browser.opens("/"), "/sign-out", &[]);
    browser.signs_in_at_home(BOB);
    Phone::set_up(&house, BOB, 2);
    browser.submits(&browser.opens("/"), "/sign-out", &[]);
    house.wait(MINUTE);
    assert!(browser.signs_in_at_home(BOB).says("One more step"));
}

#[test]
fn where_browsers_are_never_trusted_nobody_is_asked_to() {
    let (house, phone) = with_app();
    house.restart_with(&[("TRUSTED_BROWSER_LIFETIME", "0")]);
    let (browser, page) = asked(&house);
    assert!(!page.html.contains("name=\"trust\""));
    assert!(browser.shows_app_code_and_trusts(&page, &phone.shows(&house)).leads_to().is_some());
    assert_eq!(house.count("trusted_browsers"), 0);
}

#[test]
fn reload_back_and_a_second_tab_show_the_same_question() {
    let (house, phone) = with_app();
    let (browser, page) = asked(&house);
    let (tab, reloaded) = (browser.opens(&page.at), browser.opens(&page.at));
    assert_eq!(tab.html, page.html);
    assert!(browser.shows_app_code(&reloaded, &phone.shows(&house)).leads_to().is_some());
    let back = browser.opens(&page.at);
    assert!(back.status == StatusCode::BAD_REQUEST && back.says("This step is already done"));
    assert!(house.browser().opens(&page.at).says("That took a little long"), "another browser learns nothing of it");
    let twice = browser.shows_app_code(&tab, &phone.showed(&house, -1));
    assert!(twice.leads_to().is_none(), "it was finished in the other tab");
    assert_eq!(house.count("codes"), 1);
    assert!(page.at.starts_with("/sign-in/second?sign_in=") && ISSUER.starts_with("https"));
}

#[test]
fn a_session_that_grows_too_old_while_the_factor_is_asked_for_is_proven_anew() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    browser.signs_in(&site, ANN);
    let phone = Phone::set_up(&house, ANN, 1);
    house.wait(299);
    let asked = browser.visits_with(&site, &[("acr_values", "2"), ("max_age", "300")]);
    assert!(asked.at.starts_with("/sign-in/second"), "{}", asked.at);
    house.wait(2);
    let page = browser.shows_app_code(&asked, &phone.shows(&house));
    assert!(page.html.contains("name=\"email\"") && page.html.contains(ANN), "{}", page.html);
    let second = browser.types_code(&browser.asks_for_code(&page, ANN), &house.code_for(ANN));
    let tokens = site.welcomes(&browser.shows_app_code(&second, &phone.shows(&house)));
    let age = house.now() - site.trusts(&tokens.text("id_token"))["auth_time"].as_i64().unwrap();
    assert!(age <= 300, "{age}");
}
