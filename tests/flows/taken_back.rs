//! What somebody takes from their account takes with it whatever was half proven, or stood in for it; and nothing that was given in the browser that asks.

use std::rc::Rc;

use http::StatusCode;

use crate::account::{csrf, form};
use crate::belongings::{app_shows, gets_an_app};
use crate::browser::Browser;
use crate::device::takes_offer;
use crate::house::{House, MINUTE};
use crate::page::Page;
use crate::passwords::{ANN, OTHER, ann_s_house, password_page_of};
use crate::phone::Phone;

const OLD: &str = "old@example.org";

/// A stranger who reads one of Ann's mailboxes, on the page that asks for a new password.
fn half_done_reset(house: &Rc<House>, address: &str) -> (Browser, Page) {
    let thief = house.browser();
    let sent = thief.forgets_password(&password_page_of(&thief, &house.books(), address), address);
    let asks = thief.types_code(&sent, &house.code_for(address));
    assert!(asks.at.starts_with("/sign-in/new-password?"), "{}", asks.at);
    house.wait(2 * MINUTE);
    (thief, asks)
}

fn comes_too_late(thief: &Browser, asks: &Page, ann: &Browser) {
    let refused = thief.submits(asks, "/sign-in/new-password", &[("new_password", OTHER)]);
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(!thief.is_signed_in() && ann.is_signed_in());
}

fn posts(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    let token = csrf(&browser.opens(path), path);
    browser.posts(path, &form(&[&[("csrf", token.as_str())], fields].concat()))
}

#[test]
fn a_reset_that_is_half_done_ends_as_its_owner_signs_out_everywhere_else() {
    let house = ann_s_house();
    house.wait(2 * MINUTE);
    let (thief, asks) = half_done_reset(&house, ANN);
    let ann = house.browser();
    ann.signs_in_at_home(ANN);
    assert_eq!(posts(&ann, "/account/sessions", &[]).status, StatusCode::SEE_OTHER);
    comes_too_late(&thief, &asks, &ann);
}

#[test]
fn a_reset_that_is_half_done_ends_with_the_address_that_it_was_begun_by() {
    let house = ann_s_house();
    let sql = "INSERT INTO addresses (identity, user_id, typed, position, verified_at) SELECT ?1, user_id, ?1, 1, 0 FROM addresses";
    house.world.database.ask(sql, &[crate::house::text(OLD)]);
    house.wait(2 * MINUTE);
    let (thief, asks) = half_done_reset(&house, OLD);
    let ann = house.browser();
    ann.signs_in_at_home(ANN);
    posts(&ann, "/account/addresses", &[("remove", OLD)]);
    assert_eq!(house.count("addresses"), 1);
    comes_too_late(&thief, &asks, &ann);
}

#[test]
fn a_reset_that_is_half_done_ends_with_the_app_that_was_shown_for_it() {
    let house = ann_s_house();
    house.wait(2 * MINUTE);
    gets_an_app(&house, ANN);
    let thief = house.browser();
    let sent = thief.forgets_password(&password_page_of(&thief, &house.books(), ANN), ANN);
    let second = thief.types_code(&sent, &house.code_for(ANN));
    let asks = thief.submits(&second, "/sign-in/second", &[("authenticator_code", &app_shows(&house))]);
    assert!(asks.at.starts_with("/sign-in/new-password?"), "{}", asks.at);
    house.wait(2 * MINUTE);
    let ann = house.browser();
    let asked = ann.asks_for_code(&ann.opens("/sign-in"), ANN);
    let asked = ann.types_code(&asked, &house.code_for(ANN));
    ann.submits(&asked, "/sign-in/second", &[("authenticator_code", &app_shows(&house))]);
    posts(&ann, "/account/authenticators", &[("app", "AAAAAAAAAAAAAAAAAAAAAA")]);
    assert_eq!(house.count("authenticators"), 0);
    comes_too_late(&thief, &asks, &ann);
}

#[test]
fn with_the_last_passkey_go_the_recovery_codes_and_not_before() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let (device, back) = takes_offer(&house, &browser, &site, ANN);
    site.welcomes(&back);
    let browser = house.browser();
    device.signs_in(&browser, &browser.opens("/sign-in"));
    browser.submits(&browser.opens("/account/recovery-codes"), "/account/recovery-codes", &[]);
    gets_an_app(&house, ANN);
    posts(&browser, "/account/authenticators", &[("app", "AAAAAAAAAAAAAAAAAAAAAA")]);
    assert_eq!((house.count("authenticators"), house.count("recovery_codes")), (0, 10), "they stand in for the passkey");
    posts(&browser, "/account/passkeys", &[("passkey", "AQEBAQEBAQEBAQEBAQEBAQ")]);
    assert_eq!((house.count("passkeys"), house.count("recovery_codes")), (0, 0));
}

#[test]
fn a_change_of_the_password_keeps_what_this_browser_was_given_before_it_signed_in_anew() {
    let house = ann_s_house();
    let (browser, other, site) = (house.browser(), house.browser(), house.books());
    let mine = site.welcomes(&browser.signs_in(&site, ANN));
    house.wait(20 * MINUTE);
    let elsewhere = site.welcomes(&other.signs_in(&site, ANN));
    house.wait(MINUTE);
    let confirm = browser.opens("/account/password");
    assert!(confirm.at.starts_with("/account/confirm"), "{}", confirm.at);
    let page = browser.types_code(&browser.asks_for_code(&confirm, ANN), &house.code_for(ANN));
    let saved = browser.submits(&page, "/account/password", &[("new_password", OTHER), ("others", "yes")]);
    assert!(saved.says("Your new password is saved."));
    assert_eq!(site.refreshes(&mine.text("refresh_token")).status, 200);
    assert_eq!(site.refreshes(&elsewhere.text("refresh_token")).error(), "invalid_grant");
    assert!(browser.is_signed_in() && !other.is_signed_in());
}

#[test]
fn a_session_that_has_ended_meanwhile_ends_no_others() {
    let house = House::open();
    let (browser, other) = (house.browser(), house.browser());
    browser.signs_in_at_home(ANN);
    house.wait(2 * MINUTE);
    other.signs_in_at_home(ANN);
    let token = csrf(&browser.opens("/account/sessions"), "/account/sessions");
    posts(&other, "/account/sessions", &[]);
    browser.posts("/account/sessions", &form(&[("csrf", &token)]));
    assert!(other.is_signed_in() && !browser.is_signed_in());
}

#[test]
fn a_session_that_somebody_else_s_replaces_ends_with_what_lives_by_it() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    browser.signs_in(&site, ANN);
    let anns = site.welcomes(&browser.visits_with(&site, &[("scope", "openid")]));
    let lasting = site.welcomes(&browser.visits(&site));
    house.wait(2 * MINUTE);
    site.welcomes(&browser.signs_in_with(&site, &[("prompt", "login")], "bob@example.org"));
    assert_eq!(site.asks_who(&anns.text("access_token")).status, 401);
    assert_eq!(site.asks_who(&lasting.text("access_token")).status, 200, "what was given for use beyond the session goes on");
}

#[test]
fn signing_out_here_leaves_what_another_browser_was_given() {
    let house = House::open();
    let (one, two, site) = (house.browser(), house.browser(), house.books());
    one.signs_in(&site, ANN);
    let earlier = site.welcomes(&one.visits_with(&site, &[("scope", "openid")]));
    house.wait(2 * MINUTE);
    site.welcomes(&one.signs_in_with(&site, &[("prompt", "login")], ANN));
    house.wait(2 * MINUTE);
    two.signs_in_at_home(ANN);
    two.submits(&two.opens("/"), "/sign-out", &[]);
    assert!(one.is_signed_in());
    assert_eq!(site.asks_who(&earlier.text("access_token")).status, 200);
    one.submits(&one.opens("/"), "/sign-out", &[]);
    assert_eq!(site.asks_who(&earlier.text("access_token")).status, 401, "it lived by the session that this one had replaced");
}

#[test]
fn an_app_that_is_refused_lets_every_browser_be_trusted_as_before() {
    let house = House::with(&[("OTP_COOLDOWN", "0")]);
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    for number in 1..=10 {
        Phone::set_up(&house, ANN, number);
    }
    house.world.database.ask("UPDATE sessions SET acr = '2'", &[]);
    house.world.database.ask("INSERT INTO trusted_browsers (id, user_id, browser, created_at) SELECT 'ffffffff', id, 'b', 0 FROM users", &[]);
    let page = browser.opens("/account/authenticators/add");
    let phone = Phone::of_page(&page);
    let refused = browser.submits(&page, "/account/authenticators/add", &[("code", &phone.shows(&house))]);
    assert!(refused.says("You have as many apps as an account can have"), "{}", refused.html);
    assert_eq!((house.count("authenticators"), house.count("trusted_browsers")), (10, 1));
}

#[test]
fn one_change_too_many_waits_and_is_not_made() {
    let house = House::with(&[("ACCOUNT_CHANGES_PER_HOUR", "3")]);
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    for number in 1..4 {
        assert_eq!(posts(&browser, "/account/profile", &[("name", &format!("Ann {number}"))]).status, StatusCode::SEE_OTHER);
        house.wait(MINUTE);
    }
    let (letters, events) = (house.letters().len(), house.count("events"));
    let refused = posts(&browser, "/account/profile", &[("name", "Ann 4")]);
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.says("Please go on in 57 minutes."), "{}", refused.html);
    assert_eq!(refused.headers["retry-after"], "3420");
    assert_eq!((house.letters().len(), house.count("events")), (letters, events));
    assert_eq!(house.number("SELECT count(*) AS n FROM users WHERE profile LIKE '%Ann 3%'"), 1);
    house.browser().signs_in_at_home(ANN);
    assert_eq!(posts(&browser, "/account/sessions", &[]).status, StatusCode::SEE_OTHER, "what makes the account safer doesn't wait");
    let other = house.browser();
    other.signs_in_at_home("bob@example.org");
    assert_eq!(posts(&other, "/account/profile", &[("name", "Bob")]).status, StatusCode::SEE_OTHER, "nobody else waits");
    house.wait(57 * MINUTE);
    assert_eq!(posts(&browser, "/account/profile", &[("name", "Ann 4")]).status, StatusCode::SEE_OTHER);
}

#[test]
fn a_session_that_was_left_open_uses_up_no_change_of_what_needs_a_fresh_proof() {
    let house = House::with(&[("ACCOUNT_CHANGES_PER_HOUR", "3")]);
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    house.wait(20 * MINUTE);
    for _ in 0..5 {
        assert_eq!(posts(&browser, "/account/addresses", &[("remove", "x@example.org")]).status, StatusCode::SEE_OTHER);
    }
    let ann = house.browser();
    ann.signs_in_at_home(ANN);
    for _ in 0..3 {
        assert_eq!(posts(&ann, "/account/addresses", &[("remove", "x@example.org")]).status, StatusCode::SEE_OTHER);
    }
    assert_eq!(posts(&ann, "/account/addresses", &[("remove", "x@example.org")]).status, StatusCode::TOO_MANY_REQUESTS);
}
