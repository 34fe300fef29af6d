//! Wrong codes: five for a challenge, then the budgets of the address, the network and the whole deployment.

use std::rc::Rc;

use http::StatusCode;

use crate::browser::Browser;
use crate::house::{DAY, HOUR, House, MINUTE};
use crate::page::Page;

const ANN: &str = "ann@example.org";

fn ask(browser: &Browser, house: &Rc<House>, address: &str) -> Page {
    let page = browser.asks_for_code(&browser.visits(&house.books()), address);
    assert_eq!(page.status, StatusCode::OK);
    page
}

/// No code is as short as this, so that none of these guesses is right by chance.
fn miss(browser: &Browser, page: &Page, times: usize) {
    for _ in 0..times {
        let answer = browser.types_code(page, "1");
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
}

#[test]
fn a_typo_costs_a_guess_and_not_the_code() {
    let house = House::open();
    let browser = house.browser();
    let page = ask(&browser, &house, ANN);
    miss(&browser, &page, 4);
    assert!(browser.types_code(&page, &house.code_for(ANN)).leads_to().is_some());
}

#[test]
fn after_five_wrong_guesses_the_right_one_is_wrong_too() {
    let house = House::open();
    let browser = house.browser();
    let page = ask(&browser, &house, ANN);
    miss(&browser, &page, 5);
    let answer = browser.types_code(&page, &house.code_for(ANN));
    assert!(answer.leads_to().is_none() && answer.says("That code doesn’t work."));
    assert_eq!(house.number("SELECT misses FROM challenges"), 5);
}

#[test]
fn ten_wrong_guesses_in_an_hour_close_an_address_whoever_asks_anew() {
    let house = House::open();
    for _ in 0..2 {
        let browser = house.browser();
        miss(&browser, &ask(&browser, &house, ANN), 5);
        house.wait(MINUTE);
    }
    let browser = house.browser();
    let page = ask(&browser, &house, ANN);
    let blocked = browser.types_code(&page, &house.code_for(ANN));
    assert_eq!((blocked.status, blocked.retry_after()), (StatusCode::TOO_MANY_REQUESTS, HOUR - 2 * MINUTE));
    assert!(blocked.says("Too many wrong codes. Please try again in 58 minutes."));
    house.wait(HOUR - 2 * MINUTE);
    let page = ask(&browser, &house, ANN);
    assert!(browser.types_code(&page, &house.code_for(ANN)).leads_to().is_some());
}

#[test]
fn thirty_wrong_guesses_in_a_day_close_an_address() {
    let house = House::open();
    let begun = house.now();
    for _ in 0..6 {
        let browser = house.browser();
        miss(&browser, &ask(&browser, &house, ANN), 5);
        house.wait(31 * MINUTE);
    }
    let browser = house.browser();
    let page = ask(&browser, &house, ANN);
    let blocked = browser.types_code(&page, &house.code_for(ANN));
    assert_eq!((blocked.status, blocked.retry_after()), (StatusCode::TOO_MANY_REQUESTS, begun + DAY - house.now()));
    browser.prefers_json();
    let json: serde_json::Value = serde_json::from_str(&browser.types_code(&page, "1").html).unwrap();
    assert_eq!((&json["error"], &json["blocked_until"]), (&"too_many_requests".into(), &"2026-01-02T23:50:00Z".into()));
}

#[test]
fn fifty_wrong_guesses_in_an_hour_close_a_network() {
    let house = House::open();
    for n in 0..10 {
        let browser = house.browser();
        browser.moves_to(&format!("2001:db8::{n:x}"));
        miss(&browser, &ask(&browser, &house, &format!("person{n}@example.org")), 5);
    }
    let browser = house.browser();
    let page = ask(browser.moves_to("2001:db8::ffff"), &house, ANN);
    let code = house.code_for(ANN);
    assert_eq!(browser.types_code(&page, &code).status, StatusCode::TOO_MANY_REQUESTS);
    assert!(browser.moves_to("2001:db8:0:1::1").types_code(&page, &code).leads_to().is_some(), "another network is open");
}

#[test]
fn a_stranger_who_guesses_leaves_the_browser_that_knows_the_address_alone() {
    let house = House::open();
    let home = house.browser();
    home.signs_in(&house.books(), ANN);
    for _ in 0..2 {
        house.wait(MINUTE);
        let stranger = house.browser();
        stranger.moves_to("203.0.113.5");
        miss(&stranger, &ask(&stranger, &house, ANN), 5);
    }
    let page = home.asks_for_code(&home.visits_with(&house.books(), &[("prompt", "login")]), ANN);
    assert!(home.types_code(&page, &house.code_for(ANN)).leads_to().is_some());
}

#[test]
fn above_two_hundred_wrong_guesses_in_an_hour_new_codes_have_eight_digits() {
    let house = House::open();
    let code_length = |address: &str| {
        let browser = house.browser();
        ask(browser.moves_to("192.0.2.200"), &house, address);
        house.code_for(address).len()
    };
    for n in 0..40 {
        let browser = house.browser();
        browser.moves_to(&format!("203.0.113.{}", n / 8));
        miss(&browser, &ask(&browser, &house, &format!("person{n}@example.org")), 5);
    }
    assert_eq!(code_length("at-two-hundred@example.org"), 6);
    let browser = house.browser();
    let page = ask(&browser, &house, ANN);
    miss(&browser, &page, 1);
    assert_eq!(code_length("above@example.org"), 8);
    assert!(browser.types_code(&page, &house.code_for(ANN)).leads_to().is_some(), "codes that are out stay as they are");
    house.wait(HOUR);
    assert_eq!(code_length("an-hour-later@example.org"), 6);
}

#[test]
fn long_codes_under_attack_are_asked_for_and_taken() {
    let house = House::with(&[("DEPLOYMENT_GUESSES_PER_HOUR", "1")]);
    let browser = house.browser();
    miss(&browser, &ask(&browser, &house, "bob@example.org"), 2);
    let page = ask(&browser, &house, ANN);
    assert!(page.says("Code of 8 digits"));
    assert!(browser.types_code(&page, &house.code_for(ANN)).leads_to().is_some());
    house.restart_with(&[("OTP_DIGITS_UNDER_ATTACK", "10")]);
    assert!(ask(&house.browser(), &house, "carol@example.org").says("Code of 10 digits"));
}
