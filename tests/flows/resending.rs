//! "Send it again": the same code while it has time left, a new one beside the old one afterwards, and a mail that states the true time.

use http::StatusCode;

use crate::house::{HOUR, House, MINUTE};

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
        let house = House::open();
        let browser = house.browser();
        let old = browser.asks_for_code(&browser.visits(&house.books()), ANN);
        house.wait(301);
        let new = browser.asks_again(&old);
        assert_ne!(old.at.split('&').next(), new.at.split('&').next());
        house.wait(later);
        let letters = house.letters();
        assert!(browser.types_code(&new, &letters[0].code).leads_to().is_none(), "each page takes its own code");
        assert_eq!(browser.types_code(&old, &letters[0].code).leads_to().is_some(), good, "{later}");
        if !good {
            assert!(browser.types_code(&new, &letters[1].code).leads_to().is_some());
        }
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
