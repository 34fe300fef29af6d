//! What somebody might try who has one factor and not the other.

use http::StatusCode;
use serde_json::json;

use crate::browser::Browser;
use crate::house::{DAY, HOUR, MINUTE};
use crate::page::Page;
use crate::passwords::misses_on_three_days;
use crate::phone::{ANN, asked, asked_in, recovery_codes_of, with_app};

/// Five wrong codes; gives the answer to the fifth.
fn block(browser: &Browser, page: &Page) -> Page {
    for _ in 0..4 {
        assert_eq!(browser.shows_app_code(page, "1").status, StatusCode::BAD_REQUEST);
    }
    browser.shows_app_code(page, "1")
}

#[test]
fn five_wrong_codes_block_and_the_right_one_is_refused_meanwhile() {
    let (house, phone) = with_app();
    let (browser, page) = asked(&house);
    let blocked = block(&browser, &page);
    assert_eq!((blocked.status, blocked.retry_after()), (StatusCode::TOO_MANY_REQUESTS, 5 * MINUTE));
    house.wait(MINUTE);
    let refused = browser.shows_app_code(&page, &phone.shows(&house));
    assert_eq!((refused.status, refused.retry_after()), (StatusCode::TOO_MANY_REQUESTS, 4 * MINUTE));
    assert!(refused.says("Try again in 4 minutes"));
    browser.prefers_json();
    let told: serde_json::Value = serde_json::from_str(&browser.shows_app_code(&page, "1").html).unwrap();
    assert_eq!(told["error"], json!("too_many_requests"));
    house.wait(4 * MINUTE);
    assert!(browser.shows_app_code(&page, &phone.shows(&house)).leads_to().is_some());
}

#[test]
fn every_block_is_twice_as_long_until_a_success() {
    let (house, phone) = with_app();
    house.restart_with(&[("THROTTLE_FAILURES_PER_DAY", "100")]);
    for minutes in [5, 10, 20, 40] {
        let (browser, page) = asked(&house);
        assert_eq!(block(&browser, &page).retry_after(), minutes * MINUTE);
        house.wait(minutes * MINUTE);
    }
    let (browser, page) = asked(&house);
    assert!(browser.shows_app_code(&page, &phone.shows(&house)).leads_to().is_some());
    house.wait(MINUTE);
    let (browser, page) = asked(&house);
    assert_eq!(block(&browser, &page).retry_after(), 5 * MINUTE);
}

#[test]
fn neither_another_sign_in_nor_another_browser_nor_midnight_gives_more_guesses() {
    let (house, phone) = with_app();
    for _ in 0..4 {
        let (browser, page) = asked(&house);
        assert_eq!(browser.shows_app_code(&page, "1").status, StatusCode::BAD_REQUEST);
        house.wait(MINUTE);
    }
    house.wait(DAY - house.now() % DAY - 2);
    for _ in 0..4 {
        let (browser, page) = asked(&house);
        assert_eq!(browser.shows_app_code(&page, "1").status, StatusCode::BAD_REQUEST);
        house.wait(1);
    }
    let (browser, page) = asked(&house);
    assert_eq!(browser.shows_app_code(&page, "1").status, StatusCode::TOO_MANY_REQUESTS, "the fifth, after midnight");
    let (other, page) = asked(&house);
    assert_eq!(other.shows_app_code(&page, &phone.shows(&house)).status, StatusCode::TOO_MANY_REQUESTS);
}

#[test]
fn the_longest_block_is_neither_escaped_nor_forgotten_over_two_midnights() {
    let (house, phone) = with_app();
    house.restart_with(&[("THROTTLE_BLOCK", "86400")]);
    let (browser, page) = asked(&house);
    assert_eq!(block(&browser, &page).retry_after(), DAY);
    house.wait(DAY - 10);
    house.clean_up();
    let (browser, page) = asked(&house);
    assert_eq!(browser.shows_app_code(&page, &phone.shows(&house)).retry_after(), 10);
    house.restart_with(&[("THROTTLE_BLOCK", "300")]);
    house.wait(HOUR);
    house.clean_up();
    let (browser, page) = asked(&house);
    assert_eq!(block(&browser, &page).retry_after(), 10 * MINUTE, "the second block, on the day after the next");
}

#[test]
fn a_right_second_factor_forgets_the_misses_of_three_days() {
    let (house, phone) = with_app();
    misses_on_three_days(&house, || {
        let (browser, page) = asked(&house);
        browser.shows_app_code(&page, "1")
    });
    assert_eq!(house.count("throttles"), 3);
    let (browser, page) = asked(&house);
    assert!(browser.shows_app_code(&page, &phone.shows(&house)).leads_to().is_some());
    assert_eq!(house.count("throttles"), 0);
}

#[test]
fn however_slowly_they_come_twenty_wrong_codes_in_a_day_are_all() {
    let (house, phone) = with_app();
    let first = house.now();
    for number in 1..=20 {
        let (browser, page) = asked(&house);
        let answer = browser.shows_app_code(&page, "1");
        let expected = if number < 20 { StatusCode::BAD_REQUEST } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(answer.status, expected, "{number}");
        house.wait(HOUR);
    }
    let (browser, page) = asked(&house);
    let refused = browser.shows_app_code(&page, &phone.shows(&house));
    assert_eq!((refused.status, refused.retry_after()), (StatusCode::TOO_MANY_REQUESTS, first + DAY - house.now()));
    house.wait(first + DAY - house.now());
    let (browser, page) = asked(&house);
    assert_eq!(browser.shows_app_code(&page, "1").retry_after(), HOUR, "one has grown old, and one takes its place");
    house.wait(HOUR);
    let (browser, page) = asked(&house);
    assert!(browser.shows_app_code(&page, &phone.shows(&house)).leads_to().is_some());
    house.wait(MINUTE);
    let (browser, page) = asked(&house);
    assert_eq!(browser.shows_app_code(&page, "1").status, StatusCode::BAD_REQUEST, "a right one forgets them all");
}

#[test]
fn whoever_holds_the_first_factor_locks_nobody_out_where_they_have_shown_both() {
    let (house, phone) = with_app();
    let (own, page) = asked(&house);
    assert!(own.shows_app_code(&page, &phone.shows(&house)).leads_to().is_some());
    house.wait(MINUTE);
    let (thief, page) = asked(&house);
    assert_eq!(block(&thief, &page).status, StatusCode::TOO_MANY_REQUESTS);
    let (elsewhere, page) = asked(&house);
    assert_eq!(elsewhere.shows_app_code(&page, &phone.shows(&house)).status, StatusCode::TOO_MANY_REQUESTS, "a browser like any other");
    let page = asked_in(&house, &own);
    assert_eq!(own.shows_app_code(&page, "1").status, StatusCode::BAD_REQUEST);
    assert!(own.shows_app_code(&page, &phone.shows(&house)).leads_to().is_some());
    house.wait(MINUTE);
    assert_eq!(thief.shows_app_code(&asked_in(&house, &thief), "1").status, StatusCode::TOO_MANY_REQUESTS, "and frees nobody else");
    house.wait(MINUTE);
    let page = asked_in(&house, &own);
    assert_eq!(block(&own, &page).status, StatusCode::TOO_MANY_REQUESTS, "its own lane is no wider");
}

#[test]
fn a_browser_that_has_shown_the_first_factor_alone_has_no_lane_of_its_own() {
    let (house, phone) = with_app();
    // Signed in by code before there was an app: known, but not by two factors.
    house.world.database.ask("DELETE FROM authenticators", &[]);
    let known = house.browser();
    assert!(known.signs_in(&house.books(), ANN).leads_to().is_some());
    let phone_again = crate::phone::Phone::set_up(&house, ANN, 1);
    let (thief, page) = asked(&house);
    assert_eq!(block(&thief, &page).status, StatusCode::TOO_MANY_REQUESTS);
    house.wait(MINUTE);
    assert_eq!(known.shows_app_code(&asked_in(&house, &known), &phone_again.shows(&house)).status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(phone.shows(&house), phone_again.shows(&house));
}

#[test]
fn recovery_codes_have_a_throttle_of_their_own() {
    let (house, phone) = with_app();
    let codes = recovery_codes_of(&house, ANN);
    let (browser, page) = asked(&house);
    for place in 0..5 {
        let answer = browser.shows_recovery_code(&page, &format!("00000-0000{place}"));
        assert_eq!(answer.status, if place < 4 { StatusCode::BAD_REQUEST } else { StatusCode::TOO_MANY_REQUESTS });
    }
    assert_eq!(browser.shows_recovery_code(&page, &codes[0]).status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(house.count("recovery_codes"), 10, "what is refused isn't used up");
    assert!(browser.shows_app_code(&page, &phone.shows(&house)).leads_to().is_some());
}

#[test]
fn another_browser_has_no_use_for_the_sign_in() {
    let (house, phone) = with_app();
    let (_, page) = asked(&house);
    let (thief, own) = asked(&house);
    assert_eq!(thief.opens(&page.at).status, StatusCode::BAD_REQUEST);
    let id = page.at.split('=').nth(1).unwrap();
    let fields = own.hidden_fields("/sign-in/second");
    let csrf = &fields.iter().find(|(name, _)| name == "csrf").unwrap().1;
    let answer = thief.posts("/sign-in/second", &format!("sign_in={id}&csrf={csrf}&authenticator_code={}", phone.shows(&house)));
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.leads_to().is_none() && !thief.is_signed_in());
}

#[test]
fn a_form_without_its_token_or_with_another_browsers_is_foreign() {
    let (house, phone) = with_app();
    let (browser, page) = asked(&house);
    let (_, others) = asked(&house);
    let id = page.at.split('=').nth(1).unwrap();
    let csrf = others.hidden_fields("/sign-in/second").into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    for csrf in ["", &csrf] {
        let answer = browser.posts("/sign-in/second", &format!("sign_in={id}&csrf={csrf}&authenticator_code={}", phone.shows(&house)));
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    assert!(browser.shows_app_code(&page, &phone.shows(&house)).leads_to().is_some(), "and costs nothing");
}

#[test]
fn a_sign_in_waits_ten_minutes() {
    let (house, phone) = with_app();
    let (browser, page) = asked(&house);
    house.wait(10 * MINUTE);
    assert_eq!(browser.opens(&page.at).status, StatusCode::BAD_REQUEST);
    let late = browser.shows_app_code(&page, &phone.shows(&house));
    assert!(late.leads_to().is_none() && !browser.is_signed_in());
}

#[test]
fn a_code_that_comes_for_a_finished_sign_in_is_not_used_up() {
    let (house, phone) = with_app();
    let codes = recovery_codes_of(&house, ANN);
    let (browser, page) = asked(&house);
    let tab = browser.opens(&format!("{}&by=recovery_code", page.at));
    browser.shows_app_code(&page, &phone.shows(&house));
    assert_eq!(browser.submits(&tab, "/sign-in/second", &[("recovery_code", &codes[0])]).status, StatusCode::BAD_REQUEST);
    assert_eq!(house.count("recovery_codes"), 10);
}

#[test]
fn somebody_locked_out_in_between_stays_out() {
    let (house, phone) = with_app();
    let (browser, page) = asked(&house);
    house.disable(ANN);
    let answer = browser.shows_app_code(&page, &phone.shows(&house));
    assert!(answer.leads_to().is_none() && !browser.is_signed_in());
    assert_eq!(browser.opens(&page.at).status, StatusCode::BAD_REQUEST);
}

#[test]
fn a_client_that_has_changed_is_told_the_same_whatever_was_typed() {
    let (house, phone) = with_app();
    let (browser, page) = asked(&house);
    house.register(&json!({
        "client_id": "books", "client_name": "Harbour Books", "token_endpoint_auth_method": "none",
        "redirect_uris": ["https://books.example/elsewhere"],
    }));
    house.wait(2 * MINUTE);
    house.restart();
    let (wrong, right) = (browser.shows_app_code(&page, "1"), browser.shows_app_code(&page, &phone.shows(&house)));
    assert_eq!((wrong.status, wrong.leads_to().is_none()), (right.status, right.leads_to().is_none()));
    assert!(right.leads_to().is_none() && !browser.is_signed_in());
    assert_eq!(house.count("codes"), 0);
}

#[test]
fn a_factor_that_was_not_asked_for_proves_nothing() {
    let (house, _) = with_app();
    let (browser, page) = asked(&house);
    // Codes made after the sign-in began to wait, by whoever holds another session.
    let codes = recovery_codes_of(&house, ANN);
    let fields = page.hidden_fields("/sign-in/second");
    let form: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).append_pair("recovery_code", &codes[0]).finish();
    assert!(browser.posts("/sign-in/second", &form).leads_to().is_none());
    assert_eq!(house.count("recovery_codes"), 10);
}

#[test]
fn an_app_of_a_lost_secret_opens_nothing() {
    let (house, phone) = with_app();
    let (browser, page) = asked(&house);
    house.world.database.ask("UPDATE authenticators SET sealed_key = 'nonsense'", &[]);
    assert_eq!(browser.shows_app_code(&page, &phone.shows(&house)).status, StatusCode::BAD_REQUEST);
    assert!(house.logged("factor_lost"));
}
