//! "Send it again": the same code while it has time left, a new one beside the old one afterwards, and a mail that states the true time.

use http::StatusCode;

use crate::house::House;

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
