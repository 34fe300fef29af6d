//! The account's page for the password: set, changed, removed, after a fresh proof alone.

use std::rc::Rc;

use http::StatusCode;

use crate::browser::Browser;
use crate::house::{House, MINUTE};
use crate::page::Page;
use crate::passwords::{ANN, OTHER, RIGHT, ann_s_house, house, tries};
use crate::phone::Phone;

/// The account's page, opened by somebody who has just signed in.
fn account_page(browser: &Browser, house: &Rc<House>) -> Page {
    browser.signs_in_at_home(ANN);
    let page = browser.opens("/account/password");
    assert!(page.status == StatusCode::OK && page.at.starts_with("/account/password"), "{} at {}", page.status, page.at);
    house.wait(MINUTE);
    page
}

fn saves(browser: &Browser, page: &Page, typed: &[(&str, &str)]) -> Page {
    browser.submits(page, "/account/password", typed)
}

/// Presses the button that removes it, whose form is the third of the page.
fn removes(browser: &Browser) -> Page {
    let page = browser.opens("/account/password");
    let token = page.html.split("name=\"csrf\" value=\"").nth(2).unwrap().split('"').next().unwrap();
    browser.posts("/account/password", &format!("csrf={token}"))
}

#[test]
fn a_password_is_set_changed_and_removed_in_the_account() {
    let house = house();
    let browser = house.browser();
    let page = account_page(&browser, &house);
    assert!(page.says("You sign in without a password.") && !page.says("Remove the password"));
    assert!(browser.opens("/account").says("/account/password"));
    let saved = saves(&browser, &page, &[("new_password", RIGHT), ("others", "yes")]);
    assert!(saved.says("Your new password is saved.") && saved.says("Remove the password"));
    assert!(house.letter_to(ANN).code.is_empty(), "and the person is told by mail");
    assert!(tries(&house.browser(), &house, ANN, RIGHT).leads_to().is_some());

    saves(&browser, &browser.opens("/account/password"), &[("new_password", OTHER)]);
    assert_eq!(tries(&house.browser(), &house, ANN, RIGHT).status, StatusCode::BAD_REQUEST);
    assert!(tries(&house.browser(), &house, ANN, OTHER).leads_to().is_some());

    assert_eq!(removes(&browser).status, StatusCode::SEE_OTHER);
    assert!(browser.opens("/account/password?done=removed").says("Your password is removed."));
    assert_eq!(house.count("passwords"), 0);
    assert_eq!(tries(&house.browser(), &house, ANN, OTHER).status, StatusCode::BAD_REQUEST);
    assert_eq!(house.number("SELECT count(*) AS n FROM events WHERE kind LIKE 'password_%'"), 3);
}

#[test]
fn the_last_way_in_stays() {
    let house = ann_s_house();
    let browser = house.browser();
    account_page(&browser, &house);
    house.world.database.ask("DELETE FROM addresses", &[]);
    let refused = removes(&browser);
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.says("This is your only way in."));
    assert_eq!((house.count("passwords"), house.number("SELECT count(*) AS n FROM events WHERE kind = 'password_removed'")), (1, 0));
}

#[test]
fn a_change_signs_out_everywhere_else_unless_the_box_is_emptied() {
    for (box_is, left) in [(Some(("others", "yes")), 1), (None, 2)] {
        let house = ann_s_house();
        let browser = house.browser();
        let page = account_page(&browser, &house);
        assert_eq!(house.count("sessions"), 2);
        let typed: Vec<(&str, &str)> = [("new_password", OTHER)].into_iter().chain(box_is).collect();
        saves(&browser, &page, &typed);
        assert_eq!(house.count("sessions"), left);
        assert!(browser.is_signed_in());
    }
}

#[test]
fn the_password_is_changed_after_a_fresh_proof_at_the_accounts_highest_level_alone() {
    let house = ann_s_house();
    let browser = house.browser();
    let page = account_page(&browser, &house);
    house.wait(9 * MINUTE);
    let asked = saves(&browser, &page, &[("new_password", OTHER)]);
    assert!(asked.at.starts_with("/account/confirm?"), "ten minutes are over: {}", asked.at);
    assert!(tries(&house.browser(), &house, ANN, RIGHT).leads_to().is_some());

    let phone = Phone::set_up(&house, ANN, 1);
    let confirm = browser.opens("/account/password");
    let second = browser.types_password(&browser.uses_password(&confirm, ANN), ANN, RIGHT);
    assert!(second.at.starts_with("/sign-in/second?"), "the app is asked for as well: {}", second.at);
    let page = browser.submits(&second, "/sign-in/second", &[("authenticator_code", &phone.shows(&house))]);
    assert!(page.at.starts_with("/account/password"), "{}", page.at);
    assert!(saves(&browser, &page, &[("new_password", OTHER)]).says("Your new password is saved."));
}

#[test]
fn the_accounts_page_refuses_what_the_policy_and_what_other_pages_send() {
    let house = ann_s_house();
    let browser = house.browser();
    let page = account_page(&browser, &house);
    let short = saves(&browser, &page, &[("new_password", "short")]);
    assert!(short.status == StatusCode::BAD_REQUEST && short.says("at least 8 characters"));
    assert_eq!(browser.posts("/account/password", &format!("new_password={OTHER}")).status, StatusCode::FORBIDDEN);
    assert!(tries(&house.browser(), &house, ANN, RIGHT).leads_to().is_some());
}

#[test]
fn the_account_has_no_page_for_passwords_where_they_are_off() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    assert_eq!(browser.opens("/account/password").status, StatusCode::NOT_FOUND);
    assert!(!browser.opens("/account").says("/account/password"));
}
