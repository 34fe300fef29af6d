//! What each step of a sign-in costs in database round trips and written rows. The rows of indexes aren't counted here; D1 counts them, and
//! the benchmark does.

use std::rc::Rc;

use crate::browser::Browser;
use crate::house::{HOUR, House, MINUTE};
use crate::phone::Phone;
use crate::site::Site;

const ANN: &str = "ann@example.org";

/// Round trips and rows written by what is done.
fn cost<T>(house: &Rc<House>, step: impl FnOnce() -> T) -> (T, (u64, u64)) {
    house.world.database.take_counters();
    let outcome = step();
    let counters = house.world.database.take_counters();
    (outcome, (counters.round_trips, counters.rows_written))
}

/// A house whose isolate has warmed up, as an isolate has after its first sign-in, and a browser that Ann has used.
fn warm() -> (Rc<House>, Browser, Site) {
    let house = House::open();
    house.clean_up();
    let (browser, site) = (house.browser(), house.books());
    site.welcomes(&browser.signs_in(&site, ANN));
    house.wait(MINUTE - 1);
    (house, browser, site)
}

#[test]
fn discovery_and_keys_cost_nothing() {
    let (house, _, site) = warm();
    for path in ["/.well-known/openid-configuration", "/jwks"] {
        assert_eq!(cost(&house, || site.reads(path)).1, (0, 0), "{path}");
    }
}

#[test]
fn a_returning_person_costs_five_round_trips() {
    let (house, known, site) = warm();
    house.wait(1);
    let browser = house.browser();
    // The client is a minute old here: the first look at it is the one round trip that an isolate makes a minute.
    known.visits(&site);
    let (page, authorize) = cost(&house, || browser.visits(&site));
    assert_eq!(authorize, (0, 0), "authorize");
    let (code_page, send_and_page) = cost(&house, || browser.asks_for_code(&page, ANN));
    assert_eq!(send_and_page, (2, 3), "send, and the code page: lane, network, challenge");
    let (reloaded, code_page_alone) = cost(&house, || browser.opens(&code_page.at));
    assert_eq!(code_page_alone, (1, 0), "the code page");
    let (back, verify) = cost(&house, || browser.types_code(&reloaded, &house.code_for(ANN)));
    assert_eq!(verify, (2, 3), "verify: challenge, session, code");
    let (_, token) = cost(&house, || site.redeems(&back.authorization_code()));
    assert_eq!(token, (1, 2), "token: code, grant");
}

#[test]
fn a_first_sign_in_writes_the_person_and_the_address_as_well() {
    let (house, _, site) = warm();
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits(&site), "new@example.org");
    let (_, verify) = cost(&house, || browser.types_code(&page, &house.code_for("new@example.org")));
    assert_eq!(verify, (2, 5));
}

#[test]
fn somebody_signed_in_costs_one_round_trip_and_one_row() {
    let (house, browser, site) = warm();
    let (_, authorize) = cost(&house, || browser.visits(&site));
    assert_eq!(authorize, (1, 1));
    let (_, nobody) = cost(&house, || house.browser().visits_with(&site, &[("prompt", "none")]));
    assert_eq!(nobody, (0, 0));
}

#[test]
fn a_second_factor_costs_three_round_trips_more() {
    let (house, _, site) = warm();
    let phone = Phone::set_up(&house, ANN, 1);
    house.wait(1);
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits(&site), ANN);
    let code = house.code_for(ANN);
    let (second, first_factor_and_page) = cost(&house, || browser.types_code(&page, &code));
    assert_eq!(first_factor_and_page, (3, 2), "challenge, sign-in; and the page");
    let (back, second_factor) = cost(&house, || browser.shows_app_code(&second, &phone.shows(&house)));
    assert_eq!(second_factor, (2, 4), "step, sign-in, session, code");
    assert!(back.leads_to().is_some());
    house.wait(MINUTE);
    let page = browser.asks_for_code(&browser.visits_with(&site, &[("prompt", "login")]), ANN);
    let second = browser.types_code(&page, &house.code_for(ANN));
    assert_eq!(cost(&house, || browser.shows_app_code(&second, "1")).1, (2, 1), "a wrong one: the failure");
}

#[test]
fn every_use_of_a_token_costs_one_round_trip() {
    let (house, browser, site) = warm();
    let shop = house.shop();
    let tokens = site.welcomes(&browser.visits(&site));
    shop.introspects(&tokens.text("access_token"));
    assert_eq!(cost(&house, || site.asks_who(&tokens.text("access_token"))).1, (1, 0), "userinfo");
    assert_eq!(cost(&house, || shop.introspects(&tokens.text("access_token"))).1, (1, 0), "introspect");
    assert_eq!(cost(&house, || site.refreshes(&tokens.text("refresh_token"))).1, (1, 1), "refresh");
    assert_eq!(cost(&house, || site.revokes(&tokens.text("refresh_token"))).1, (1, 1), "revoke");
}

#[test]
fn wrong_and_unknown_codes_cost_the_same_trips_as_the_right_one() {
    let (house, _, site) = warm();
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits(&site), "new@example.org");
    let (_, wrong) = cost(&house, || browser.types_code(&page, "1"));
    assert_eq!(wrong, (2, 4), "challenge, lane, network, deployment");
    let (_, right) = cost(&house, || browser.types_code(&page, &house.code_for("new@example.org")));
    let (_, used) = cost(&house, || browser.types_code(&page, &house.code_for("new@example.org")));
    house.wait(HOUR + 11 * MINUTE);
    house.clean_up();
    assert_eq!(house.number("SELECT count(*) AS n FROM challenges WHERE address = 'new@example.org'"), 0);
    browser.visits(&site);
    let (_, swept) = cost(&house, || browser.types_code(&page, "1"));
    assert_eq!((right.0, used, swept), (2, (2, 0), (2, 0)));
}

#[test]
fn what_is_refused_at_the_door_asks_the_database_nothing() {
    let (house, _, site) = warm();
    for token in ["nonsense", "a.b.c", "6a000000AAAAAAAAAAAAAAAAAAAAAA~0~tagtagtag"] {
        assert_eq!(cost(&house, || site.refreshes(token)).1, (0, 0), "{token}");
        assert_eq!(cost(&house, || site.redeems(token)).1, (0, 0), "{token}");
        assert_eq!(cost(&house, || site.asks_who(token)).1, (0, 0), "{token}");
    }
}
