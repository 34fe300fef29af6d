//! Passwords: signing in by one, what is never told, how tries are counted, and a new one in place of a forgotten one.

use std::rc::Rc;

use http::StatusCode;
use nightlatch::factors::password::{Cost, Password, hash};
use nightlatch::platform::Value;
use serde_json::Value as Json;

use crate::browser::Browser;
use crate::house::{DAY, HOUR, House, MINUTE, text};
use crate::page::Page;
use crate::phone::Phone;
use crate::site::Site;

pub(crate) const ANN: &str = "ann@example.org";
pub(crate) const RIGHT: &str = "correct horse battery staple";
pub(crate) const OTHER: &str = "a quiet harbour in the morning";
const CHEAP: [(&str, &str); 3] = [("PASSWORDS", "on"), ("ARGON2_MEMORY_KIB", "4096"), ("ARGON2_ITERATIONS", "1")];

pub(crate) fn house() -> Rc<House> {
    house_with(&[])
}

pub(crate) fn house_with(settings: &[(&str, &str)]) -> Rc<House> {
    House::with(&CHEAP.iter().chain(settings).copied().collect::<Vec<_>>())
}

/// A house in which Ann has signed in before, in a browser that is gone, and has a password.
pub(crate) fn ann_s_house() -> Rc<House> {
    let house = house();
    settle(&house, ANN);
    house
}

pub(crate) fn settle(house: &Rc<House>, address: &str) {
    house.browser().signs_in(&house.books(), address);
    house.wait(MINUTE);
    set_hash(house, address, &own_hash(RIGHT));
}

pub(crate) fn own_hash(password: &str) -> String {
    hash(&Password::typed(password.to_owned()).unwrap(), [7; 16], Cost::new(4_096, 1).unwrap()).unwrap()
}

pub(crate) fn set_hash(house: &House, address: &str, hash: &str) {
    let sql = "INSERT INTO passwords (user_id, hash, changed_at) SELECT user_id, ?2, 0 FROM addresses WHERE identity = ?1
               ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash";
    house.world.database.ask(sql, &[text(address), text(hash)]);
}

fn stored_hash(house: &House) -> String {
    match house.world.database.ask("SELECT hash FROM passwords", &[])[0].0[0].clone() {
        Value::Text(hash) => hash,
        Value::Null | Value::Integer(_) => panic!("no hash"),
    }
}

/// The password page of a visit to some site.
pub(crate) fn password_page(browser: &Browser, house: &Rc<House>, address: &str) -> Page {
    password_page_of(browser, &house.books(), address)
}

pub(crate) fn password_page_of(browser: &Browser, site: &Site, address: &str) -> Page {
    let page = browser.uses_password(&browser.visits(site), address);
    assert_eq!(page.status, StatusCode::OK);
    page
}

pub(crate) fn tries(browser: &Browser, house: &Rc<House>, address: &str, password: &str) -> Page {
    tries_at(browser, &house.books(), address, password)
}

pub(crate) fn tries_at(browser: &Browser, site: &Site, address: &str, password: &str) -> Page {
    browser.types_password(&password_page_of(browser, site, address), address, password)
}

#[test]
fn nothing_of_passwords_exists_where_they_are_off() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.visits(&house.books());
    assert!(!page.says("password\"") && !page.says("Use a password"));
    for path in ["/sign-in/password", "/sign-in/new-password"] {
        assert_eq!(browser.opens(path).status, StatusCode::NOT_FOUND);
        assert_eq!(browser.posts(path, "").status, StatusCode::NOT_FOUND);
    }
    let sent = browser.presses(&page, "/sign-in", "/sign-in", &[("email", ANN), ("forgot", "yes")]);
    assert!(browser.types_code(&sent, &house.code_for(ANN)).leads_to().is_some(), "and a forgotten one is no question");
}

#[test]
fn a_right_password_signs_in_and_says_how() {
    let house = ann_s_house();
    let (browser, site) = (house.browser(), house.books());
    let page = browser.uses_password(&browser.visits(&site), "Ann@Example.org");
    let tokens = site.welcomes(&browser.types_password(&page, "Ann@Example.org", RIGHT));
    let claims = site.trusts(&tokens.text("id_token"));
    assert_eq!((&claims["amr"], &claims["acr"], &claims["auth_time"]), (&serde_json::json!(["pwd"]), &"1".into(), &house.now().into()));
    assert_eq!(house.number("SELECT used_at FROM passwords"), house.now());
    assert!(browser.cookie("nl_known").is_some(), "the browser knows the address from now on");
    assert_eq!(house.count("throttles"), 0);
}

#[test]
fn the_way_back_survives_a_wrong_password_a_reload_and_a_change_of_mind() {
    let house = ann_s_house();
    let (browser, site) = (house.browser(), house.books());
    let page = browser.uses_password(&browser.visits(&site), ANN);
    let wrong = browser.types_password(&page, ANN, OTHER);
    assert!(wrong.says("This address and this password don’t go together."));
    let reloaded = browser.types_password(&page, ANN, OTHER);
    let back = browser.types_password(&reloaded, ANN, RIGHT);
    assert_eq!(back.parameters()["state"], "state 1");
    site.welcomes(&back);

    let browser = house.browser();
    let page = browser.uses_password(&browser.visits(&site), ANN);
    let sent = browser.presses(&page, "/sign-in/password", "/sign-in", &[("email", ANN), ("password", "half typed")]);
    let back = browser.types_code(&sent, &house.code_for(ANN));
    assert_eq!(back.parameters()["state"], "state 2");
    site.welcomes(&back);
}

#[test]
fn wrong_unknown_without_and_locked_out_look_and_cost_the_same() {
    let house = house();
    for address in ["wrong@example.org", "locked@example.org", "proven@example.org"] {
        settle(&house, address);
    }
    house.disable("locked@example.org");
    house.browser().signs_in(&house.books(), "without@example.org");
    house.invite("invited@example.org");
    set_hash(&house, "invited@example.org", &own_hash(RIGHT));
    let cases = [
        ("wrong@example.org", OTHER),
        ("nobody@example.org", RIGHT),
        ("without@example.org", RIGHT),
        ("locked@example.org", RIGHT),
        ("invited@example.org", RIGHT),
    ];
    let mut seen = Vec::new();
    for (address, password) in cases {
        let browser = house.browser();
        let page = password_page(&browser, &house, address);
        house.world.database.take_counters();
        let answer = browser.types_password(&page, address, password);
        let counters = house.world.database.take_counters();
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{address}");
        let html = answer.without_fields("/sign-in/password").replace(address, "…").replace(&address.replace('@', "&#64;"), "…");
        seen.push((html, counters.round_trips, counters.rows_written, answer.header("retry-after").map(str::to_owned)));
    }
    for other in &seen[1..] {
        assert_eq!(&seen[0], other);
    }
    assert_eq!((seen[0].1, seen[0].2), (2, 2), "the address's failures, the network's");
    assert_eq!(house.count("users"), 5, "nobody is made by a try");
    assert!(tries(&house.browser(), &house, "proven@example.org", RIGHT).leads_to().is_some());
}

#[test]
fn a_program_gets_the_same_in_json() {
    let house = ann_s_house();
    let browser = house.browser();
    let page = password_page(&browser, &house, ANN);
    browser.prefers_json();
    let answer = browser.types_password(&page, ANN, OTHER);
    let json: Json = serde_json::from_str(&answer.html).unwrap();
    assert_eq!((answer.status, &json["error"]), (StatusCode::BAD_REQUEST, &"invalid_grant".into()));
    for _ in 0..4 {
        browser.types_password(&page, ANN, OTHER);
    }
    let blocked = browser.types_password(&page, ANN, RIGHT);
    let json: Json = serde_json::from_str(&blocked.html).unwrap();
    assert_eq!((blocked.status, blocked.retry_after(), &json["error"]), (StatusCode::TOO_MANY_REQUESTS, 5 * MINUTE, &"too_many_requests".into()));
    assert!(json["blocked_until"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn five_failures_block_for_five_minutes_and_each_further_block_is_twice_as_long() {
    let house = ann_s_house();
    let browser = house.browser();
    let page = password_page(&browser, &house, ANN);
    for round in [5 * MINUTE, 10 * MINUTE, 20 * MINUTE] {
        for _ in 0..4 {
            assert_eq!(browser.types_password(&page, ANN, OTHER).status, StatusCode::BAD_REQUEST);
        }
        let fifth = browser.types_password(&page, ANN, OTHER);
        assert_eq!((fifth.status, fifth.retry_after()), (StatusCode::TOO_MANY_REQUESTS, round));
        assert_eq!(browser.types_password(&page, ANN, RIGHT).status, StatusCode::TOO_MANY_REQUESTS, "the right one is looked at no more");
        house.wait(round);
    }
    assert!(browser.types_password(&page, ANN, RIGHT).leads_to().is_some());
    assert_eq!(house.count("throttles"), 0, "a success forgets them");
}

#[test]
fn a_right_password_forgets_the_misses_of_three_days_also_where_a_second_factor_is_still_to_come() {
    for second_factor in [false, true] {
        let house = ann_s_house();
        if second_factor {
            Phone::set_up(&house, ANN, 1);
        }
        let browser = house.browser();
        misses_on_three_days(&house, || tries(&browser, &house, ANN, OTHER));
        let days = "SELECT count(DISTINCT day) AS n FROM throttles";
        assert_eq!(house.number(days), 3);
        let after = tries(&browser, &house, ANN, RIGHT);
        assert_eq!(after.says("One more step"), second_factor, "{}", after.html);
        assert_eq!(house.number(days), 0, "with a second factor to come: {second_factor}");
    }
}

/// Does it on three days in a row, once each.
pub(crate) fn misses_on_three_days(house: &House, miss: impl Fn() -> Page) {
    for day in 0..3 {
        house.wait(if day == 0 { 0 } else { DAY });
        assert_eq!(miss().status, StatusCode::BAD_REQUEST);
    }
}

#[test]
fn however_slowly_they_come_twenty_wrong_ones_in_a_day_are_all_for_strangers() {
    let house = ann_s_house();
    let known = house.browser();
    assert!(tries(&known, &house, ANN, RIGHT).leads_to().is_some());
    let first = house.now();
    for number in 1..=20 {
        let expected = if number < 20 { StatusCode::BAD_REQUEST } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(tries(&house.browser(), &house, ANN, OTHER).status, expected, "{number}");
        house.wait(HOUR);
    }
    let refused = tries(&house.browser(), &house, ANN, RIGHT);
    assert_eq!((refused.status, refused.retry_after()), (StatusCode::TOO_MANY_REQUESTS, first + DAY - house.now()));
    known.submits(&known.opens("/"), "/sign-out", &[]);
    assert!(tries(&known, &house, ANN, RIGHT).leads_to().is_some(), "her own browser isn't concerned");
}

#[test]
fn tries_at_an_address_that_nobody_has_block_it_just_so() {
    let house = ann_s_house();
    let browser = house.browser();
    let page = password_page(&browser, &house, "nobody@example.org");
    let statuses: Vec<u16> = (0..6).map(|_| browser.types_password(&page, "nobody@example.org", OTHER).status.as_u16()).collect();
    assert_eq!(statuses, [400, 400, 400, 400, 429, 429]);
}

#[test]
fn a_stranger_who_guesses_leaves_the_browser_that_knows_the_address_alone() {
    let house = ann_s_house();
    let home = house.browser();
    home.signs_in(&house.books(), ANN);
    let stranger = house.browser();
    stranger.moves_to("203.0.113.5");
    let page = password_page(&stranger, &house, ANN);
    for _ in 0..5 {
        stranger.types_password(&page, ANN, OTHER);
    }
    assert_eq!(tries(&house.browser(), &house, ANN, RIGHT).status, StatusCode::TOO_MANY_REQUESTS);
    let page = home.uses_password(&home.visits_with(&house.books(), &[("prompt", "login")]), ANN);
    assert!(home.types_password(&page, ANN, RIGHT).leads_to().is_some());
}

#[test]
fn fifty_wrong_passwords_in_an_hour_close_a_network() {
    let house = ann_s_house();
    let browser = house.browser();
    let page = password_page(&browser, &house, ANN);
    for n in 0..49 {
        assert_eq!(browser.types_password(&page, &format!("person{n}@example.org"), OTHER).status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(browser.types_password(&page, "person49@example.org", OTHER).status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(browser.types_password(&page, ANN, RIGHT).status, StatusCode::TOO_MANY_REQUESTS);
    assert!(browser.moves_to("203.0.113.9").types_password(&page, ANN, RIGHT).leads_to().is_some(), "another network is open");
}

#[test]
fn an_address_that_is_none_is_told_so_and_a_domain_that_is_not_let_in() {
    let house = house_with(&[("MODE", "allowed_domains"), ("ALLOWED_DOMAINS", "example.org")]);
    let browser = house.browser();
    let page = password_page(&browser, &house, "ann@");
    assert!(browser.types_password(&page, "ann@", RIGHT).says("That isn’t a complete e-mail address."));
    assert!(browser.types_password(&page, "ann@example.com", RIGHT).says("Only addresses of example.org can sign in here."));
    assert_eq!(house.count("throttles"), 0);
}

#[test]
fn hashes_of_every_other_scheme_sign_in_and_become_ours() {
    let file: Json = serde_json::from_str(include_str!("../vectors/password_hashes.json")).unwrap();
    let house = ann_s_house();
    for vector in file["vectors"].as_array().unwrap() {
        let (password, stored) = (vector["password"].as_str().unwrap(), vector["hash"].as_str().unwrap());
        if password.is_empty() {
            continue;
        }
        set_hash(&house, ANN, stored);
        assert!(tries(&house.browser(), &house, ANN, password).leads_to().is_some(), "{stored}");
        assert!(stored_hash(&house).starts_with("$argon2id$v=19$m=4096,t=1,p=1$"), "{stored}");
        assert!(tries(&house.browser(), &house, ANN, password).leads_to().is_some(), "{stored}, made anew");
        assert_eq!(tries(&house.browser(), &house, ANN, &format!("{}x", &password[..4])).status, StatusCode::BAD_REQUEST);
    }
}

#[test]
fn a_higher_cost_makes_the_hash_anew_at_the_next_sign_in() {
    let house = ann_s_house();
    house.restart_with(&[("ARGON2_ITERATIONS", "2")]);
    assert!(tries(&house.browser(), &house, ANN, RIGHT).leads_to().is_some());
    assert!(stored_hash(&house).starts_with("$argon2id$v=19$m=4096,t=2,p=1$"));
}

#[test]
fn the_second_factor_follows_the_password() {
    let house = ann_s_house();
    let phone = Phone::set_up(&house, ANN, 1);
    let (browser, site) = (house.browser(), house.books());
    let second = tries_at(&browser, &site, ANN, RIGHT);
    assert!(second.at.starts_with("/sign-in/second?"), "{}", second.at);
    assert_eq!(house.count("sessions"), 1, "the session of the earlier browser, and no other one yet");
    let back = browser.submits(&second, "/sign-in/second", &[("authenticator_code", &phone.shows(&house))]);
    let claims = site.trusts(&site.welcomes(&back).text("id_token"));
    assert_eq!((&claims["amr"], &claims["acr"]), (&serde_json::json!(["pwd", "otp", "mfa"]), &"2".into()));
}

#[test]
fn somebody_else_than_the_client_named_is_not_signed_in() {
    let house = house();
    settle(&house, ANN);
    settle(&house, "bob@example.org");
    let site = house.books();
    let bob = site.welcomes(&tries_at(&house.browser(), &site, "bob@example.org", RIGHT)).text("id_token");
    let browser = house.browser();
    let page = browser.uses_password(&browser.visits_with(&site, &[("id_token_hint", &bob), ("prompt", "login")]), ANN);
    let sessions = house.count("sessions");
    assert_eq!(browser.types_password(&page, ANN, RIGHT).error(), "login_required");
    assert_eq!(house.count("sessions"), sessions);
}

#[test]
fn a_form_of_another_browser_or_site_is_refused() {
    let house = ann_s_house();
    let (ann, mallory) = (house.browser(), house.browser());
    let page = password_page(&ann, &house, ANN);
    mallory.visits(&house.books());
    assert_eq!(mallory.types_password(&page, ANN, RIGHT).status, StatusCode::BAD_REQUEST);
    assert_eq!(house.count("throttles"), 0);
}

#[test]
fn a_policy_judges_a_right_password_and_tells_nothing_of_a_wrong_one() {
    let rule = r#"[{"name": "not from Britain", "when": {"countries": ["GB"]}, "then": "block"}]"#;
    let house = ann_s_house();
    house.restart_with(&[("POLICIES", rule)]);
    let sessions = house.count("sessions");
    assert_eq!(tries(&house.browser(), &house, ANN, OTHER).status, StatusCode::BAD_REQUEST);
    assert_eq!(tries(&house.browser(), &house, ANN, RIGHT).error(), "access_denied");
    let browser = house.browser();
    let page = browser.uses_password(&browser.opens("/sign-in"), ANN);
    assert_eq!(browser.types_password(&page, ANN, RIGHT).status, StatusCode::FORBIDDEN);
    assert_eq!(house.count("sessions"), sessions);
}
