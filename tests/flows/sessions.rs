//! How long somebody stays signed in, and that a session can't be carried around.

use crate::house::{DAY, HOUR, House};

const ANN: &str = "ann@example.org";

#[test]
fn signed_in_once_is_signed_in_at_every_site() {
    let house = House::open();
    let (browser, books, shop) = (house.browser(), house.books(), house.shop());
    let first = books.trusts(&books.welcomes(&browser.signs_in(&books, ANN)).text("id_token"));
    house.wait(HOUR);
    let second = shop.trusts(&shop.welcomes(&browser.visits(&shop)).text("id_token"));
    assert_eq!((&first["sub"], &first["sid"], &first["auth_time"]), (&second["sub"], &second["sid"], &second["auth_time"]));
    assert_eq!(house.letters().len(), 1);
}

#[test]
fn a_session_that_nobody_visits_for_seven_days_is_over() {
    for (idle, alive) in [(7 * DAY - 1, true), (7 * DAY, false)] {
        let house = House::open();
        let browser = house.browser();
        browser.signs_in_at_home(ANN);
        house.wait(idle);
        assert_eq!(browser.is_signed_in(), alive, "{idle}");
        assert_eq!(browser.visits(&house.books()).leads_to().is_some(), alive, "{idle}");
    }
}

#[test]
fn visits_keep_a_session_alive_for_thirty_days_at_most() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    browser.signs_in_at_home(ANN);
    for day in 0..5 {
        house.wait(6 * DAY - i64::from(day == 4));
        assert!(browser.visits(&site).leads_to().is_some(), "{day}");
    }
    house.wait(1);
    assert!(!browser.is_signed_in());
    assert!(browser.visits(&site).leads_to().is_none());
}

#[test]
fn a_new_sign_in_gives_a_new_session_and_ends_the_old_one() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    let planted = browser.cookie("nl_session").unwrap();
    house.wait(HOUR);
    browser.signs_in_at_home("bob@example.org");
    assert_ne!(browser.cookie("nl_session").unwrap(), planted);
    assert_eq!(house.count("sessions"), 1);
    browser.set_cookie("nl_session", &planted);
    assert!(!browser.is_signed_in());
}

#[test]
fn a_made_up_session_is_none() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    let cookie = browser.cookie("nl_session").unwrap();
    let later = format!("{:08x}", house.now() + 300 * DAY);
    for made_up in [String::new(), "x".to_owned(), cookie[1..].to_owned(), format!("{later}{}", &cookie[8..]), cookie.replace('~', ".")] {
        browser.set_cookie("nl_session", &made_up);
        assert!(!browser.is_signed_in(), "{made_up}");
    }
    browser.set_cookie("nl_session", &cookie);
    assert!(browser.is_signed_in());
}

#[test]
fn limits_are_settings() {
    let house = House::with(&[("SESSION_IDLE", "60"), ("SESSION_ABSOLUTE", "90")]);
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    house.wait(59);
    assert!(browser.is_signed_in());
    house.wait(31);
    assert!(!browser.is_signed_in());
}

/// The sessions that Ann sees listed in a new browser, its own left out.
fn others_listed(house: &std::rc::Rc<House>) -> usize {
    let looking = house.browser();
    looking.signs_in_at_home(ANN);
    let listed = looking.opens("/account/sessions").html.matches("name=\"session\"").count();
    looking.submits(&looking.opens("/"), "/sign-out", &[]);
    listed
}

#[test]
fn a_session_that_has_gone_idle_is_listed_no_more_after_a_day_at_the_latest() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    for (waited, expected) in [(7 * DAY - HOUR, 1), (DAY + HOUR, 0)] {
        house.wait(waited);
        assert_eq!(others_listed(&house), expected);
    }
    assert!(!browser.is_signed_in());
}

#[test]
fn a_session_that_is_visited_stays_listed_as_long_as_it_lives() {
    for visit in ["/", "/account", "site"] {
        let house = House::open();
        let (browser, site) = (house.browser(), house.books());
        browser.signs_in_at_home(ANN);
        for hour in [1, 5 * 24, 9 * 24 + 23, 14 * 24, 20 * 24 + 7] {
            house.wait(hour * HOUR - (house.now() - house.number("SELECT min(created_at) AS n FROM sessions")));
            if visit == "site" {
                assert!(browser.visits(&site).leads_to().is_some());
            } else {
                assert_eq!(browser.opens(visit).at, visit);
            }
        }
        house.wait(7 * DAY - 1);
        assert_eq!(others_listed(&house), 1, "{visit}");
        assert!(browser.is_signed_in());
    }
}

#[test]
fn a_visit_is_kept_once_in_a_seventh_of_the_idle_time() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    browser.signs_in_at_home(ANN);
    browser.visits(&site);
    let mut written = Vec::new();
    for hours in [1, 22, 2, 1, 1, 24, 1] {
        house.wait(hours * HOUR);
        site.reads("/jwks");
        house.world.database.take_counters();
        assert!(browser.is_signed_in());
        written.push(house.world.database.take_counters().rows_written);
    }
    assert_eq!(written, [0, 0, 1, 0, 0, 1, 0]);
}
