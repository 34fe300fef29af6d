//! A new password in place of a forgotten one: who may choose it, which ones are taken, and who is signed out.

use std::rc::Rc;

use http::StatusCode;

use crate::account::told;
use crate::belongings::{RECOVERY_CODE, app_shows, gets_a_recovery_code, gets_an_app};
use crate::browser::Browser;
use crate::house::{House, MINUTE};
use crate::page::Page;
use crate::passwords::{ANN, OTHER, RIGHT, ann_s_house, house, house_with, password_page_of, tries, tries_at};
use crate::phone::Phone;
use crate::site::Site;

/// From "Forgot your password?" to the page that asks for the new one, or for the second factor.
fn forgets(browser: &Browser, house: &Rc<House>, site: &Site, address: &str) -> Page {
    let sent = browser.forgets_password(&password_page_of(browser, site, address), address);
    browser.types_code(&sent, &house.code_for(address))
}

#[test]
fn a_forgotten_password_is_replaced_after_the_mailed_code_and_the_way_goes_on() {
    let house = ann_s_house();
    let (browser, site) = (house.browser(), house.books());
    let asks = forgets(&browser, &house, &site, ANN);
    assert!(asks.at.starts_with("/sign-in/new-password?") && asks.says("Choose a new password"), "{}", asks.at);
    assert!(browser.opens(&asks.at).says("Choose a new password"), "a reload finds it again");
    let back = browser.submits(&asks, "/sign-in/new-password", &[("new_password", OTHER)]);
    let claims = site.trusts(&site.welcomes(&back).text("id_token"));
    assert_eq!(claims["amr"], serde_json::json!(["otp"]), "choosing a password proves nothing");
    assert_eq!(house.count("sessions"), 1, "everybody else is signed out");
    assert_eq!(house.number("SELECT count(*) AS n FROM events WHERE kind = 'password_changed'"), 1);
    assert_eq!(tries(&house.browser(), &house, ANN, RIGHT).status, StatusCode::BAD_REQUEST);
    assert!(tries(&house.browser(), &house, ANN, OTHER).leads_to().is_some());
    let again = browser.submits(&asks, "/sign-in/new-password", &[("new_password", RIGHT)]);
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "one code sets one password");
    assert!(browser.opens(&asks.at).says("This step is already done"));
    assert!(tries(&house.browser(), &house, ANN, OTHER).leads_to().is_some());
}

#[test]
fn a_reset_ends_grants_trusted_browsers_and_sign_ins_that_wait() {
    let house = ann_s_house();
    let site = house.books();
    let elsewhere = site.welcomes(&tries_at(&house.browser(), &site, ANN, RIGHT));
    house.world.database.ask("INSERT INTO trusted_browsers (id, user_id, browser, created_at) SELECT 'ffffffff', id, 'b', 0 FROM users", &[]);
    let phone = Phone::set_up(&house, ANN, 1);
    let thief = house.browser();
    let waiting = tries(&thief, &house, ANN, RIGHT);
    let browser = house.browser();
    let second = forgets(&browser, &house, &house.books(), ANN);
    let asks = browser.submits(&second, "/sign-in/second", &[("authenticator_code", &phone.shows(&house))]);
    browser.submits(&asks, "/sign-in/new-password", &[("new_password", OTHER)]);
    assert_eq!((house.count("sessions"), house.count("trusted_browsers"), house.count("sign_ins")), (1, 0, 1));
    assert_eq!(site.refreshes(&elsewhere.text("refresh_token")).error(), "invalid_grant");
    house.wait(30);
    assert_eq!(thief.submits(&waiting, "/sign-in/second", &[("authenticator_code", "000000")]).status, StatusCode::BAD_REQUEST);
    assert_eq!(thief.opens(&waiting.at).status, StatusCode::BAD_REQUEST, "who was half in by the old one is out");
}

#[test]
fn a_reset_keeps_the_second_factor_even_in_a_trusted_browser() {
    let house = ann_s_house();
    let phone = Phone::set_up(&house, ANN, 1);
    let (browser, site) = (house.browser(), house.books());
    let second = tries(&browser, &house, ANN, RIGHT);
    browser.submits(&second, "/sign-in/second", &[("authenticator_code", &phone.shows(&house)), ("trust", "yes")]);
    assert_eq!(house.count("trusted_browsers"), 1);
    house.wait(60);
    let page = browser.uses_password(&browser.visits_with(&site, &[("prompt", "login")]), ANN);
    let sent = browser.forgets_password(&page, ANN);
    let second = browser.types_code(&sent, &house.code_for(ANN));
    assert!(second.at.starts_with("/sign-in/second?"), "{}", second.at);
    let skipped = second.at.replace("/sign-in/second", "/sign-in/new-password");
    assert_eq!(browser.opens(&skipped).status, StatusCode::BAD_REQUEST, "there is no way around it");
    let asks = browser.submits(&second, "/sign-in/second", &[("authenticator_code", &phone.shows(&house))]);
    assert!(asks.at.starts_with("/sign-in/new-password?"), "{}", asks.at);
    let back = browser.submits(&asks, "/sign-in/new-password", &[("new_password", OTHER)]);
    assert_eq!(site.trusts(&site.welcomes(&back).text("id_token"))["amr"], serde_json::json!(["otp", "mfa"]));
    assert_eq!((house.count("authenticators"), house.count("trusted_browsers")), (1, 0));
}

#[test]
fn a_reset_under_way_ends_where_the_account_gets_a_further_factor() {
    let house = ann_s_house();
    let (browser, site) = (house.browser(), house.books());
    let asks = forgets(&browser, &house, &site, ANN);
    Phone::set_up(&house, ANN, 1);
    let hash = house.world.database.ask("SELECT hash FROM passwords", &[]);
    assert_eq!(browser.submits(&asks, "/sign-in/new-password", &[("new_password", OTHER)]).status, StatusCode::BAD_REQUEST);
    assert_eq!(house.world.database.ask("SELECT hash FROM passwords", &[]), hash);
    assert!(!browser.is_signed_in());
}

#[test]
fn what_is_no_good_as_a_password_is_said_and_asked_again() {
    let house = ann_s_house();
    let browser = house.browser();
    let asks = forgets(&browser, &house, &house.books(), ANN);
    for (typed, words) in [
        ("sh0rt!!", "at least 8 characters"),
        ("", "at least 8 characters"),
        (&"x y".repeat(90), "at most 256 characters"),
        (&"x y".repeat(2_000), "at most 256 characters"),
        ("PassWord1", "everybody tries first"),
        ("Ann@example.org", "your address or the name of this site"),
        ("Nightlatch-2026", "your address or the name of this site"),
        ("harbourbooks", "your address or the name of this site"),
    ] {
        let answer = browser.submits(&asks, "/sign-in/new-password", &[("new_password", typed)]);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.says(words), "{typed}: {words}");
    }
    assert_eq!(house.count("sessions"), 1);
    let long = "é \u{1F980} ".repeat(51);
    assert!(browser.submits(&asks, "/sign-in/new-password", &[("new_password", &long)]).leads_to().is_some(), "204 characters are taken whole");
    let short_by_one: String = long.chars().take(203).collect();
    assert_eq!(tries(&house.browser(), &house, ANN, &short_by_one).status, StatusCode::BAD_REQUEST, "and none of them is cut off");
    assert!(tries(&house.browser(), &house, ANN, &long).leads_to().is_some());
}

#[test]
fn somebody_new_begins_with_a_password_by_the_same_way() {
    let house = house();
    let (browser, site) = (house.browser(), house.books());
    let asks = forgets(&browser, &house, &site, "new@example.org");
    site.welcomes(&browser.submits(&asks, "/sign-in/new-password", &[("new_password", OTHER)]));
    assert_eq!((house.count("users"), house.count("passwords")), (1, 1));
    assert!(tries(&house.browser(), &house, "new@example.org", OTHER).leads_to().is_some());
}

#[test]
fn where_only_the_invited_come_in_a_stranger_learns_nothing() {
    let house = house_with(&[("MODE", "invite_only")]);
    house.invite(ANN);
    let answers = [ANN, "nobody@example.org"].map(|address| {
        let browser = house.browser();
        let wrong = tries(&browser, &house, address, OTHER);
        let sent = browser.forgets_password(&wrong, address);
        (wrong.status, sent.status, wrong.says("don’t go together"), sent.says("may sign in here, a code is on its way"))
    });
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], (StatusCode::BAD_REQUEST, StatusCode::OK, true, true));
}

#[test]
fn a_new_password_waits_ten_minutes_and_for_its_browser_alone() {
    let house = ann_s_house();
    let (browser, mallory) = (house.browser(), house.browser());
    let asks = forgets(&browser, &house, &house.books(), ANN);
    mallory.visits(&house.books());
    assert_eq!(mallory.opens(&asks.at).status, StatusCode::BAD_REQUEST);
    assert_eq!(mallory.submits(&asks, "/sign-in/new-password", &[("new_password", OTHER)]).status, StatusCode::FORBIDDEN);
    house.wait(10 * MINUTE);
    assert_eq!(browser.submits(&asks, "/sign-in/new-password", &[("new_password", OTHER)]).status, StatusCode::BAD_REQUEST);
}

#[test]
fn a_recovery_code_that_was_shown_for_it_is_told_at_once() {
    let house = ann_s_house();
    gets_an_app(&house, ANN);
    gets_a_recovery_code(&house, ANN);
    let browser = house.browser();
    let second = forgets(&browser, &house, &house.books(), ANN);
    let before = told(&house, "A recovery code was used").len();
    let asks = browser.shows_recovery_code(&second, RECOVERY_CODE);
    assert!(asks.at.starts_with("/sign-in/new-password?"), "{}", asks.at);
    assert_eq!(told(&house, "A recovery code was used").len(), before + 1, "whoever stops here has used it all the same");
}

#[test]
fn whoever_remembers_the_password_after_all_is_not_asked_for_another() {
    let house = ann_s_house();
    gets_an_app(&house, ANN);
    let (browser, site) = (house.browser(), house.books());
    let sent = browser.forgets_password(&password_page_of(&browser, &site, ANN), ANN);
    let page = browser.opens(&sent.at.replace("/sign-in/code", "/sign-in"));
    let second = browser.types_password(&browser.uses_password(&page, ANN), ANN, RIGHT);
    let back = browser.shows_app_code(&second, &app_shows(&house));
    site.welcomes(&back);
}
