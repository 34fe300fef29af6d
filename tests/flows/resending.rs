//! "Send it again": the same code while it has time left, a new one beside the old one afterwards, and a mail that states the true time.

use std::rc::Rc;

use http::StatusCode;

use crate::browser::Browser;
use crate::house::{HOUR, House, MINUTE};
use crate::page::Page;

const ANN: &str = "ann@example.org";

#[test]
fn a_resend_repeats_the_code_and_states_the_time_that_is_left() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits(&house.books()), ANN);
    house.wait(61);
    let again = browser.asks_again(&page);
    assert!(again.says("We sent it again."));
    let letters = house.letters();
    assert_eq!((letters.len(), &letters[0].code), (2, &letters[1].code));
    assert!(letters[0].text.contains("within 10 minutes") && letters[1].text.contains("within 9 minutes"));
    assert_eq!(house.count("challenges"), 1);
    assert!(browser.types_code(&page, &letters[1].code).leads_to().is_some());
}

#[test]
fn a_resend_waits_for_the_cooldown_and_says_how_long() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits(&house.books()), ANN);
    house.wait(15);
    let early = browser.asks_again(&page);
    assert_eq!((early.status, early.retry_after()), (StatusCode::TOO_MANY_REQUESTS, 45));
    assert!(early.says("You can have it sent again in 1 minute."));
    assert_eq!(house.letters().len(), 1);
    assert!(browser.opens(&page.at).html.contains("data-wait=\"45\""), "a reload counts on");
}

#[test]
fn with_five_minutes_left_the_code_is_repeated_and_with_less_it_is_a_new_one() {
    for (waited, same) in [(300, true), (301, false)] {
        let house = House::open();
        let browser = house.browser();
        let page = browser.asks_for_code(&browser.visits(&house.books()), ANN);
        house.wait(waited);
        browser.asks_again(&page);
        let letters = house.letters();
        assert_eq!(letters[0].code == letters[1].code, same, "{waited}");
        let minutes = if same { "within 5 minutes" } else { "within 10 minutes" };
        assert!(letters[1].text.contains(minutes), "{}", letters[1].text);
    }
}

#[test]
fn the_earlier_code_stays_good_until_its_own_end() {
    for (later, good) in [(298, true), (299, false)] {
        for on_new_page in [true, false] {
            let house = House::open();
            let (browser, site) = (house.browser(), house.books());
            let (old, new) = two_pages(&house, &browser);
            assert_ne!(old.at.split('&').next(), new.at.split('&').next());
            house.wait(later);
            let letters = house.letters();
            let back = browser.types_code(if on_new_page { &new } else { &old }, &letters[0].code);
            assert_eq!(back.leads_to().is_some(), good, "after {later} s, on the new page: {on_new_page}");
            if good {
                assert_eq!(site.redeems(&back.authorization_code()).status, 200);
            } else {
                assert!(browser.types_code(&new, &letters[1].code).leads_to().is_some());
            }
        }
    }
}

/// A code page, and the one that "Send it again" made of it when it had less than five minutes left.
fn two_pages(house: &Rc<House>, browser: &Browser) -> (Page, Page) {
    let old = browser.asks_for_code(&browser.visits(&house.books()), ANN);
    house.wait(301);
    let new = browser.asks_again(&old);
    (old, new)
}

/// Wrong guesses at both challenges, the earlier one first.
fn misses(house: &House) -> [i64; 2] {
    ["ASC", "DESC"].map(|order| house.number(&format!("SELECT misses FROM challenges ORDER BY id {order} LIMIT 1")))
}

/// Budgets that don't get in the way.
const GENEROUS: [(&str, &str); 2] = [("ADDRESS_GUESSES_PER_HOUR", "100"), ("ADDRESS_GUESSES_PER_DAY", "100")];

#[test]
fn both_codes_are_found_again_after_a_reload_and_another_resend() {
    let house = House::open();
    let browser = house.browser();
    let (_, new) = two_pages(&house, &browser);
    house.wait(MINUTE);
    let again = browser.asks_again(&browser.opens(&new.at));
    let letters = house.letters();
    assert!(letters[0].code != letters[1].code && letters[1].code == letters[2].code);
    assert!(browser.types_code(&browser.opens(&again.at), &letters[0].code).leads_to().is_some());
}

#[test]
fn a_wrong_guess_that_two_codes_judge_costs_both_of_them_one() {
    let house = House::with(&GENEROUS);
    let browser = house.browser();
    let (old, new) = two_pages(&house, &browser);
    for _ in 0..3 {
        browser.types_code(&old, "1");
    }
    assert_eq!(misses(&house), [3, 0]);
    for _ in 0..4 {
        browser.types_code(&new, "1");
    }
    assert_eq!(misses(&house), [5, 4], "the earlier one bears five, on whichever page");
    let letters = house.letters();
    for page in [&old, &new] {
        assert!(browser.types_code(page, &letters[0].code).leads_to().is_none());
    }
    assert_eq!(misses(&house), [5, 5], "a spent code is a wrong guess at the other");
    assert!(browser.types_code(&new, &letters[1].code).leads_to().is_none());
}

#[test]
fn a_right_code_costs_neither_a_guess_and_is_used_once() {
    let house = House::with(&GENEROUS);
    let browser = house.browser();
    let (old, new) = two_pages(&house, &browser);
    let letters = house.letters();
    assert!(browser.types_code(&new, &letters[0].code).leads_to().is_some());
    assert_eq!(misses(&house), [0, 0]);
    for page in [&old, &new] {
        assert!(browser.types_code(page, &letters[0].code).leads_to().is_none());
    }
    assert_eq!(misses(&house), [0, 1], "what is used bears no guess");
    assert!(browser.types_code(&new, &letters[1].code).leads_to().is_some());
}

#[test]
fn two_codes_give_no_more_guesses_for_an_address_than_its_budget_has() {
    let house = House::open();
    let browser = house.browser();
    let (old, new) = two_pages(&house, &browser);
    browser.types_code(&old, "1");
    for _ in 0..5 {
        assert_eq!(browser.types_code(&new, "1").status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(misses(&house), [5, 5]);
    assert_eq!(browser.types_code(&new, &house.code_for(ANN)).status, StatusCode::TOO_MANY_REQUESTS);
}

#[test]
fn the_guess_that_fills_the_budget_is_counted_at_both_codes() {
    let house = House::with(&[("ADDRESS_GUESSES_PER_HOUR", "1"), ("ADDRESS_GUESSES_PER_DAY", "1")]);
    let browser = house.browser();
    let (_, new) = two_pages(&house, &browser);
    browser.types_code(&new, "1");
    assert_eq!(misses(&house), [1, 1]);
}

#[test]
fn a_code_for_another_address_is_not_taken_on_the_page_of_this_one() {
    let house = House::open();
    let browser = house.browser();
    let (_, new) = two_pages(&house, &browser);
    let bobs = browser.asks_for_code(&browser.opens(&new.at.replace("/sign-in/code", "/sign-in")), "bob@example.org");
    assert!(browser.types_code(&bobs, &house.letters()[0].code).leads_to().is_none());
}

#[test]
fn two_codes_cost_no_more_round_trips_than_one() {
    let house = House::open();
    let browser = house.browser();
    let (_, new) = two_pages(&house, &browser);
    for code in ["1", &house.letters()[0].code] {
        browser.visits(&house.books());
        house.world.database.take_counters();
        browser.types_code(&new, code);
        assert_eq!(house.world.database.take_counters().round_trips, 2, "{code}");
    }
}

#[test]
fn a_code_without_guesses_left_is_replaced() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits(&house.books()), ANN);
    for _ in 0..5 {
        browser.types_code(&page, "000000");
    }
    house.wait(60);
    let new = browser.asks_again(&page);
    let letters = house.letters();
    assert_ne!(letters[0].code, letters[1].code);
    assert!(browser.types_code(&new, &letters[1].code).leads_to().is_some());
}

#[test]
fn resends_spend_the_same_budget_as_sends() {
    let house = House::open();
    let browser = house.browser();
    let mut page = browser.asks_for_code(&browser.visits(&house.books()), ANN);
    for _ in 0..4 {
        house.wait(60);
        page = browser.asks_again(&page);
    }
    house.wait(60);
    assert_eq!(browser.asks_again(&page).retry_after(), 3_300);
}

#[test]
fn a_lost_resend_is_told_and_can_be_tried_at_once() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits(&house.books()), ANN);
    house.wait(60);
    house.lose_next_mail();
    let failed = browser.asks_again(&page);
    assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(failed.says("We couldn’t send the mail again just now."));
    assert_eq!(browser.asks_again(&failed).status, StatusCode::OK);
}

#[test]
fn a_code_page_that_lay_open_for_too_long_says_so_and_sends_another_code() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let page = browser.asks_for_code(&browser.visits(&site), ANN);
    house.wait(11 * MINUTE);
    house.clean_up();
    let reloaded = browser.opens(&page.at);
    assert_eq!(reloaded.status, StatusCode::OK);
    assert!(reloaded.says("That code doesn’t work."), "{}", reloaded.html);
    assert!(reloaded.html.contains("data-wait=\"0\""));
    let (typed, typed_after_reload) = (browser.types_code(&page, &house.code_for(ANN)), browser.types_code(&reloaded, "1"));
    assert_eq!((typed.status, typed.without_secrets()), (typed_after_reload.status, typed_after_reload.without_secrets()));
    assert_eq!(house.number("SELECT misses FROM challenges"), 0, "what is over bears no guess");
    let again = browser.asks_again(&reloaded);
    assert!(again.says("We sent it again."));
    assert_ne!(house.letters()[0].code, house.letters()[1].code);
    let back = browser.types_code(&again, &house.code_for(ANN));
    assert_eq!(back.parameters()["state"], "state 1");
    site.welcomes(&back);
}

#[test]
fn a_code_page_of_an_hour_ago_asks_to_begin_anew() {
    for (seconds, found) in [(HOUR - 1, true), (HOUR, false)] {
        let house = House::open();
        let browser = house.browser();
        let page = browser.asks_for_code(&browser.visits(&house.books()), ANN);
        house.wait(seconds);
        house.clean_up();
        let expected = if found { StatusCode::OK } else { StatusCode::BAD_REQUEST };
        assert_eq!(browser.opens(&page.at).status, expected, "the code page after {seconds} s");
        assert_eq!(browser.opens(&page.at.replace("/sign-in/code", "/sign-in")).status, expected, "the address page after {seconds} s");
        assert_eq!(browser.asks_again(&page).status, expected, "another mail after {seconds} s");
    }
}

#[test]
fn going_back_to_the_address_page_makes_a_sign_in_no_younger() {
    let house = House::open();
    let browser = house.browser();
    let mut page = browser.asks_for_code(&browser.visits(&house.books()), ANN);
    for n in 0..3 {
        house.wait(15 * MINUTE);
        let address_page = browser.opens(&page.at.replace("/sign-in/code", "/sign-in"));
        page = browser.asks_for_code(&address_page, &format!("ann{n}@example.org"));
        assert_eq!(page.status, StatusCode::OK);
    }
    let address_page = browser.opens(&page.at.replace("/sign-in/code", "/sign-in"));
    house.wait(15 * MINUTE);
    assert_eq!(browser.asks_for_code(&address_page, ANN).status, StatusCode::BAD_REQUEST);
}

#[test]
fn the_page_of_a_used_code_is_over() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits(&house.books()), ANN);
    browser.types_code(&page, &house.code_for(ANN));
    for wait in [0, 11 * MINUTE] {
        house.wait(wait);
        assert_eq!(browser.opens(&page.at).status, StatusCode::BAD_REQUEST);
    }
}

#[test]
fn a_code_page_that_is_over_is_nobody_elses() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits(&house.books()), ANN);
    house.wait(11 * MINUTE);
    let stranger = house.browser();
    stranger.visits(&house.books());
    assert_eq!(stranger.opens(&page.at).status, StatusCode::BAD_REQUEST);
}
