//! The Worker's secret changes: what the one before made still counts, what an older one made doesn't.

use std::rc::Rc;

use nightlatch::values::base64url;

use crate::browser::Browser;
use crate::house::{House, MINUTE, SECRETS};
use crate::page::Page;
use crate::phone::{ANN, asked, recovery_codes_of, with_app};
use crate::site::{Answer, Site};

const BOB: &str = "bob@example.org";

/// The secret of that year, the one before it beside it.
fn rotate(house: &Rc<House>, to: usize) {
    let [now, before] = [to, to - 1].map(|year| base64url::encode([SECRETS[year]; 32]));
    house.restart_with(&[("SECRET", &now), ("SECRET_PREVIOUS", &before)]);
}

/// What is under way as the secret changes: Ann is signed in, with tokens and a code that her site hasn't redeemed; Bob has been sent a code.
struct UnderWay {
    site: Site,
    ann: Browser,
    tokens: Answer,
    authorization_code: String,
    bob: Browser,
    code_page: Page,
}

fn under_way(house: &Rc<House>) -> UnderWay {
    let (site, ann, bob) = (house.books(), house.browser(), house.browser());
    let tokens = site.welcomes(&ann.signs_in(&site, ANN));
    let authorization_code = ann.visits(&site).authorization_code();
    let code_page = bob.asks_for_code(&bob.visits(&site), BOB);
    UnderWay { site, ann, tokens, authorization_code, bob, code_page }
}

#[test]
fn after_one_change_everything_under_way_goes_on() {
    let house = House::open();
    let UnderWay { site, ann, tokens, authorization_code, bob, code_page } = under_way(&house);
    let address_page = bob.visits(&site);
    rotate(&house, 1);
    assert!(ann.is_signed_in());
    assert_eq!(site.redeems(&authorization_code).status, 200);
    assert_eq!(site.refreshes(&tokens.text("refresh_token")).status, 200);
    assert_eq!(site.asks_who(&tokens.text("access_token")).status, 200);
    assert_eq!(bob.asks_for_code(&address_page, "eve@example.org").status, 200);
    assert!(bob.types_code(&code_page, &house.code_for(BOB)).leads_to().is_some());
}

#[test]
fn a_resend_after_a_change_repeats_the_code_of_the_secret_before() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits(&house.books()), ANN);
    rotate(&house, 1);
    house.wait(60);
    browser.asks_again(&page);
    let letters = house.letters();
    assert_eq!(letters[0].code, letters[1].code);
    assert!(browser.types_code(&page, &letters[1].code).leads_to().is_some());
}

#[test]
fn a_resend_whose_code_no_secret_derives_any_more_sends_a_new_one() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits(&house.books()), ANN);
    rotate(&house, 1);
    let reloaded = browser.opens(&page.at);
    rotate(&house, 2);
    house.wait(60);
    let anew = browser.asks_again(&reloaded);
    let letters = house.letters();
    assert_eq!(letters.len(), 2);
    assert!(browser.types_code(&anew, &letters[1].code).leads_to().is_some());
}

#[test]
fn after_two_changes_nothing_of_the_first_secret_counts() {
    let house = House::open();
    let UnderWay { site, ann, tokens, authorization_code, bob, code_page } = under_way(&house);
    rotate(&house, 2);
    assert!(!ann.is_signed_in());
    assert_eq!(site.redeems(&authorization_code).error(), "invalid_grant");
    assert_eq!(site.refreshes(&tokens.text("refresh_token")).error(), "invalid_grant");
    assert_eq!(bob.types_code(&code_page, &house.code_for(BOB)).leads_to(), None);
}

#[test]
fn a_key_that_no_secret_opens_breaks_signing_and_says_so_in_the_log_alone() {
    let house = House::open();
    rotate(&house, 2);
    let (browser, site) = (house.browser(), house.books());
    let answer = site.redeems(&browser.signs_in(&site, ANN).authorization_code());
    assert_eq!((answer.status, answer.error()), (500, "server_error"));
    assert!(!answer.json.to_string().contains("seal"));
    assert!(house.world.log.borrow().iter().any(|line| line.contains("sealed under another secret")));
}

#[test]
fn whoever_signs_in_between_keeps_app_and_recovery_codes_over_two_changes() {
    let (house, phone) = with_app();
    let codes = recovery_codes_of(&house, ANN);
    rotate(&house, 1);
    let (browser, page) = asked(&house);
    house.world.database.take_counters();
    assert!(browser.shows_app_code(&page, &phone.shows(&house)).leads_to().is_some());
    let sealing = house.world.database.take_counters().round_trips;
    house.wait(MINUTE);
    let (browser, page) = asked(&house);
    assert!(browser.shows_recovery_code(&page, &codes[0]).leads_to().is_some());
    rotate(&house, 2);
    house.wait(MINUTE);
    let (browser, page) = asked(&house);
    assert!(browser.shows_recovery_code(&page, &codes[1]).leads_to().is_some());
    house.wait(MINUTE);
    rotate(&house, 2);
    let (browser, page) = asked(&house);
    house.world.database.take_counters();
    assert!(browser.shows_app_code(&page, &phone.shows(&house)).leads_to().is_some());
    assert!(sealing <= house.world.database.take_counters().round_trips, "sealing anew is no trip more");
}

#[test]
fn what_hung_on_a_secret_that_is_gone_counts_as_wrong_and_the_log_says_why() {
    let (house, phone) = with_app();
    let codes = recovery_codes_of(&house, ANN);
    rotate(&house, 2);
    let (browser, page) = asked(&house);
    assert!(browser.shows_app_code(&page, &phone.shows(&house)).says("wrong or was used before"));
    assert!(browser.shows_recovery_code(&page, &codes[0]).says("wrong or was used before"));
    assert!(!browser.is_signed_in() && house.logged("factor_lost"));
    assert_eq!((house.count("authenticators"), house.count("recovery_codes")), (1, 10), "nothing is thrown away: the secret may come back");
    rotate(&house, 1);
    house.wait(MINUTE);
    let (browser, page) = asked(&house);
    assert!(browser.shows_app_code(&page, &phone.shows(&house)).leads_to().is_some());
}

#[cfg(feature = "operator")]
#[test]
fn with_the_operators_command_between_everybody_keeps_them() {
    let (house, phone) = with_app();
    let codes = recovery_codes_of(&house, ANN);
    rotate(&house, 1);
    house.reseals();
    rotate(&house, 2);
    let (browser, page) = asked(&house);
    assert!(browser.shows_app_code(&page, &phone.shows(&house)).leads_to().is_some());
    house.wait(MINUTE);
    let (browser, page) = asked(&house);
    assert!(browser.shows_recovery_code(&page, &codes[0]).leads_to().is_some());
}
