//! How often a code is sent: cooldown, the budgets of addresses and of networks, and what a lost mail gives back.

use std::rc::Rc;

use http::StatusCode;

use crate::browser::Browser;
use crate::house::{DAY, HOUR, House, MINUTE};
use crate::page::Page;

const ANN: &str = "ann@example.org";

fn ask(browser: &Browser, house: &Rc<House>, address: &str) -> Page {
    browser.asks_for_code(&browser.visits(&house.books()), address)
}

#[test]
fn the_next_mail_waits_for_the_cooldown() {
    let house = House::open();
    let browser = house.browser();
    assert_eq!(ask(&browser, &house, ANN).status, StatusCode::OK);
    house.wait(20);
    let blocked = ask(&browser, &house, ANN);
    assert_eq!((blocked.status, blocked.retry_after()), (StatusCode::TOO_MANY_REQUESTS, 40));
    assert!(blocked.says("Too many codes were asked for. Please try again in 1 minute."));
    assert_eq!(ask(&house.browser(), &house, ANN).status, StatusCode::TOO_MANY_REQUESTS, "another browser waits as well");
    assert_eq!(ask(&browser, &house, "bob@example.org").status, StatusCode::OK, "another address doesn't");
    house.wait(40);
    assert_eq!(ask(&browser, &house, ANN).status, StatusCode::OK);
    assert_eq!(house.letters().len(), 3);
}

#[test]
fn a_program_reads_until_when_it_is_blocked() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.visits(&house.books());
    browser.asks_for_code(&page, ANN);
    browser.prefers_json();
    let blocked = browser.asks_for_code(&page, ANN);
    let json: serde_json::Value = serde_json::from_str(&blocked.html).unwrap();
    assert_eq!((&json["error"], &json["blocked_until"]), (&"too_many_requests".into(), &"2026-01-01T23:51:00Z".into()));
    assert_eq!(blocked.retry_after(), 60);
}

#[test]
fn an_address_gets_five_mails_in_any_hour() {
    let house = House::open();
    let browser = house.browser();
    for _ in 0..5 {
        assert_eq!(ask(&browser, &house, ANN).status, StatusCode::OK);
        house.wait(2 * MINUTE);
    }
    let blocked = ask(&browser, &house, ANN);
    assert_eq!((blocked.status, blocked.retry_after()), (StatusCode::TOO_MANY_REQUESTS, 50 * MINUTE));
    house.wait(50 * MINUTE - 1);
    assert_eq!(ask(&browser, &house, ANN).retry_after(), 1, "midnight changes nothing");
    house.wait(1);
    assert_eq!(ask(&browser, &house, ANN).status, StatusCode::OK);
    house.wait(MINUTE);
    assert_eq!(ask(&browser, &house, ANN).retry_after(), MINUTE, "and the window slides: the second of the five is next to leave it");
}

#[test]
fn an_address_gets_twenty_mails_in_any_day() {
    let house = House::open();
    let browser = house.browser();
    for _ in 0..20 {
        assert_eq!(ask(&browser, &house, ANN).status, StatusCode::OK);
        house.wait(13 * MINUTE);
    }
    assert_eq!(ask(&browser, &house, ANN).retry_after(), DAY - 260 * MINUTE);
    house.wait(DAY - 260 * MINUTE);
    assert_eq!(ask(&browser, &house, ANN).status, StatusCode::OK);
}

#[test]
fn a_network_asks_for_thirty_mails_in_an_hour_and_of_ipv6_the_64_counts() {
    let house = House::open();
    let send = |ip: &str, n: usize| ask(house.browser().moves_to(ip), &house, &format!("person{n}@example.org"));
    for n in 0..30 {
        assert_eq!(send(&format!("2001:db8:0:7::{n:x}"), n).status, StatusCode::OK);
    }
    let blocked = send("2001:db8:0:7:ffff:ffff:ffff:ffff", 30);
    assert_eq!((blocked.status, blocked.retry_after()), (StatusCode::TOO_MANY_REQUESTS, HOUR));
    assert_eq!(send("2001:db8:0:8::1", 30).status, StatusCode::OK);
    house.wait(HOUR);
    assert_eq!(send("2001:db8:0:7::1", 31).status, StatusCode::OK);
}

#[test]
fn an_ipv4_address_is_the_same_written_as_ipv6() {
    let house = House::with(&[("IP_SENDS_PER_HOUR", "1")]);
    assert_eq!(ask(house.browser().moves_to("192.0.2.9"), &house, ANN).status, StatusCode::OK);
    assert_eq!(ask(house.browser().moves_to("::ffff:192.0.2.9"), &house, "bob@example.org").status, StatusCode::TOO_MANY_REQUESTS);
}

#[test]
fn a_refused_send_spends_nothing() {
    let house = House::with(&[("IP_SENDS_PER_HOUR", "2")]);
    let browser = house.browser();
    ask(&browser, &house, ANN);
    for _ in 0..5 {
        assert_eq!(ask(&browser, &house, ANN).status, StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(ask(&browser, &house, "bob@example.org").status, StatusCode::OK);
}

#[test]
fn a_browser_that_knows_the_address_has_a_lane_of_its_own() {
    let house = House::open();
    let home = house.browser();
    home.signs_in(&house.books(), ANN);
    house.wait(HOUR);
    for _ in 0..5 {
        ask(house.browser().moves_to("203.0.113.5"), &house, ANN);
        house.wait(MINUTE);
    }
    assert_eq!(ask(&house.browser(), &house, ANN).status, StatusCode::TOO_MANY_REQUESTS, "a new browser has to wait");
    let thief = house.browser();
    thief.visits(&house.books());
    thief.set_cookie("nl_known", &home.cookie("nl_known").unwrap());
    assert_eq!(ask(&thief, &house, ANN).status, StatusCode::TOO_MANY_REQUESTS, "so has one that copied the cookie");
    let page = home.asks_for_code(&home.visits_with(&house.books(), &[("prompt", "login")]), ANN);
    assert!(home.types_code(&page, &house.code_for(ANN)).leads_to().is_some(), "Ann's own doesn't");
}

#[test]
fn a_lost_mail_gives_the_cooldown_and_the_address_its_send_back() {
    let house = House::with(&[("ADDRESS_SENDS_PER_HOUR", "1")]);
    let browser = house.browser();
    house.lose_next_mail();
    let failed = ask(&browser, &house, ANN);
    assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(failed.says("We couldn’t send the mail just now."));
    assert_eq!(browser.asks_for_code(&failed, ANN).status, StatusCode::OK, "the page can be sent again at once");
    assert_eq!(ask(&browser, &house, ANN).status, StatusCode::TOO_MANY_REQUESTS);
}

#[test]
fn a_lost_mail_never_gives_the_network_its_send_back() {
    let house = House::with(&[("IP_SENDS_PER_HOUR", "2")]);
    let browser = house.browser();
    for _ in 0..2 {
        house.lose_next_mail();
        assert_eq!(ask(&browser, &house, ANN).status, StatusCode::SERVICE_UNAVAILABLE);
    }
    assert_eq!(ask(&browser, &house, ANN).status, StatusCode::TOO_MANY_REQUESTS);
}

#[test]
fn a_mail_that_one_server_refuses_goes_to_the_next() {
    let house = House::with(&[("MAIL", "resend,webhook"), ("MAIL_FROM", "door@example.org"), ("RESEND_API_KEY", "re_12345678")]);
    house.world.outbox.answer(500, "{}");
    assert_eq!(ask(&house.browser(), &house, ANN).status, StatusCode::OK);
    assert_eq!(house.world.outbox.sent.borrow().len(), 2);
    assert!(house.logged("mail_failed") && house.logged("mail_sent"));
}

#[test]
fn a_login_hint_fills_in_and_never_sends() {
    let house = House::open();
    let page = house.browser().visits_with(&house.books(), &[("login_hint", ANN)]);
    assert!(page.html.contains("value=\"ann@example.org\""));
    assert_eq!((house.letters().len(), house.count("challenges"), house.count("budgets")), (0, 0, 0));
}

#[test]
fn what_is_no_address_is_said_and_costs_nothing() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.visits(&house.books());
    for typed in ["", "ann", "ann@", "ann@example", "ann@example.org,bob@example.org", "ann@example.org\r\nBcc: bob@example.org", "änn@example.org"]
    {
        assert_eq!(browser.asks_for_code(&page, typed).status, StatusCode::BAD_REQUEST, "{typed}");
    }
    assert_eq!((house.letters().len(), house.count("budgets")), (0, 0));
}
