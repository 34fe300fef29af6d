//! What text messages may cost: by number, by account, by network and for the whole deployment; and how often their codes may be guessed.

use std::rc::Rc;

use http::StatusCode;

use crate::account::ANN;
use crate::browser::Browser;
use crate::house::{DAY, HOUR, House, MINUTE};
use crate::phones::{NUMBER, WRONG, adds, ann_at_home, ann_with_a_code, asks_to_add, at_home, house_with};

/// Asks for a code to a number of that ending, and gives the seconds until the next one may be asked for, where it was refused.
fn asks(browser: &Browser, ending: u32) -> Option<i64> {
    let page = asks_to_add(browser, &format!("+4366412345{ending:02}"));
    (page.status != StatusCode::OK).then(|| {
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(page.says("Too many codes were asked for."));
        page.retry_after()
    })
}

/// So many people, each at home in a browser of their own.
fn people(house: &Rc<House>, count: usize) -> Vec<Browser> {
    (0..count).map(|n| at_home(house, &format!("p{n}@example.org"))).collect()
}

#[test]
fn two_text_messages_of_one_account_are_a_minute_apart() {
    let (house, browser) = ann_at_home();
    assert_eq!((asks(&browser, 1), asks(&browser, 1), asks(&browser, 2)), (None, Some(60), Some(60)));
    house.wait(MINUTE);
    assert_eq!((asks(&browser, 2), house.texts().len()), (None, 2));
}

#[test]
fn a_number_gets_three_in_an_hour_and_five_in_a_day_whoever_asks() {
    let house = house_with(&[("OTP_COOLDOWN", "0"), ("FRESH_PROOF", "86400")]);
    let browsers = people(&house, 7);
    let refused: Vec<Option<i64>> = browsers.iter().take(4).map(|browser| asks(browser, 7)).collect();
    assert_eq!(refused, [None, None, None, Some(HOUR)]);
    house.wait(HOUR);
    let refused: Vec<Option<i64>> = browsers.iter().skip(4).map(|browser| asks(browser, 7)).collect();
    assert_eq!(refused, [None, None, Some(DAY - HOUR)]);
    assert_eq!(house.texts().len(), 5);
}

#[test]
fn an_account_asks_for_five_in_an_hour_and_eight_in_a_day_whatever_the_number_and_the_network() {
    let house = house_with(&[("OTP_COOLDOWN", "0"), ("FRESH_PROOF", "86400")]);
    let browser = at_home(&house, ANN);
    for number in 0..5 {
        assert_eq!(asks(&browser, number), None);
    }
    assert_eq!(asks(browser.moves_to("203.0.113.9"), 5), Some(HOUR));
    house.wait(HOUR);
    for number in 10..13 {
        assert_eq!(asks(&browser, number), None);
    }
    assert_eq!((asks(&browser, 13), house.texts().len()), (Some(DAY - HOUR), 8));
}

#[test]
fn a_network_asks_for_ten_in_an_hour_whoever_it_is() {
    let house = house_with(&[("OTP_COOLDOWN", "0")]);
    let people = people(&house, 3);
    for number in 0..10 {
        assert_eq!(asks(&people[number as usize / 5], number), None);
    }
    assert_eq!(asks(&people[2], 20), Some(HOUR));
    assert_eq!(asks(people[2].moves_to("203.0.113.9"), 20), None, "elsewhere the same person may");
}

#[test]
fn the_whole_deployment_pays_for_so_many_and_no_more() {
    let house = house_with(&[("DEPLOYMENT_TEXTS_PER_HOUR", "2"), ("OTP_COOLDOWN", "0")]);
    let people = people(&house, 3);
    assert_eq!((asks(&people[0], 0), asks(people[1].moves_to("203.0.113.8"), 1)), (None, None));
    assert_eq!(asks(people[2].moves_to("203.0.113.9"), 2), Some(HOUR));
    assert_eq!(house.count("challenges"), 3 + 2, "a refused one begins nothing");
}

#[test]
fn a_message_that_nobody_takes_is_said_and_the_number_gets_its_send_back() {
    let house = house_with(&[("OTP_COOLDOWN", "0"), ("PHONE_TEXTS_PER_HOUR", "1")]);
    let browser = at_home(&house, ANN);
    house.lose_next_mail();
    let failed = asks_to_add(&browser, NUMBER);
    assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(failed.says("We couldn’t send the text message just now.") && house.logged("text_failed"));
    assert!(adds(&house, &browser, NUMBER).says("The number is added."));
}

#[test]
fn sending_again_sends_the_same_code_and_spends_the_same_budgets() {
    let (house, browser, page) = ann_with_a_code();
    let code = house.code_for_number(NUMBER);
    let too_soon = browser.asks_again(&page);
    assert_eq!((too_soon.status, too_soon.retry_after()), (StatusCode::TOO_MANY_REQUESTS, 60));
    assert!(too_soon.says("The last message may still be on its way."));
    house.wait(MINUTE);
    let again = browser.asks_again(&page);
    assert!(again.says("We sent it again. It may take a minute."));
    assert_eq!((house.texts().len(), house.code_for_number(NUMBER)), (2, code.clone()));
    house.wait(MINUTE);
    browser.asks_again(&page);
    house.wait(MINUTE);
    assert_eq!(browser.asks_again(&page).status, StatusCode::TOO_MANY_REQUESTS, "three an hour for this number");
    assert!(browser.types_code(&again, &code).says("The number is added."));
}

#[test]
fn five_wrong_guesses_spend_a_code_and_ten_an_hour_a_number() {
    let house = house_with(&[("OTP_COOLDOWN", "0")]);
    let browser = at_home(&house, ANN);
    for _ in 0..2 {
        let page = asks_to_add(&browser, NUMBER);
        for _ in 0..5 {
            browser.types_code(&page, "x");
        }
        if house.texts().len() == 1 {
            assert!(browser.types_code(&page, &house.code_for_number(NUMBER)).says(WRONG), "spent");
        }
    }
    let page = asks_to_add(&browser, NUMBER);
    let blocked = browser.types_code(&page, &house.code_for_number(NUMBER));
    assert_eq!(blocked.status, StatusCode::TOO_MANY_REQUESTS);
    assert!((HOUR - MINUTE..=HOUR).contains(&blocked.retry_after()) && house.count("phones") == 0);
}

#[test]
fn a_number_that_the_operator_serves_no_longer_has_no_message_sent_again() {
    for minutes in [1, 8] {
        let (house, browser, page) = ann_with_a_code();
        house.wait(minutes * MINUTE);
        house.restart_with(&[("SMS_PREFIXES", "+44")]);
        assert!(browser.asks_again(&page).says("That took a little long"));
        assert_eq!(house.texts().len(), 1, "after {minutes} minutes");
        house.restart_with(&[("SMS_PREFIXES", "+43")]);
        assert_eq!((browser.asks_again(&page).status, house.texts().len()), (StatusCode::OK, 2), "after {minutes} minutes");
    }
}
