//! Passwords: signing in by one, what is never told, how tries are counted, and a new one in place of a forgotten one.

use std::rc::Rc;

use http::StatusCode;
use nightlatch::factors::password::{Cost, Password, hash};
use nightlatch::platform::Value;
use serde_json::Value as Json;

use crate::browser::Browser;
use crate::house::{House, MINUTE, text};
use crate::page::Page;
use crate::phone::Phone;
use crate::site::Site;

const ANN: &str = "ann@example.org";
const RIGHT: &str = "correct horse battery staple";
const OTHER: &str = "a quiet harbour in the morning";
const CHEAP: [(&str, &str); 3] = [("PASSWORDS", "on"), ("ARGON2_MEMORY_KIB", "4096"), ("ARGON2_ITERATIONS", "1")];

fn house() -> Rc<House> {
    house_with(&[])
}

fn house_with(settings: &[(&str, &str)]) -> Rc<House> {
    House::with(&CHEAP.iter().chain(settings).copied().collect::<Vec<_>>())
}

/// A house in which Ann has signed in before, in a browser that is gone, and has a password.
fn ann_s_house() -> Rc<House> {
    let house = house();
    settle(&house, ANN);
    house
}

fn settle(house: &Rc<House>, address: &str) {
    house.browser().signs_in(&house.books(), address);
    house.wait(MINUTE);
    set_hash(house, address, &own_hash(RIGHT));
}

fn own_hash(password: &str) -> String {
    hash(&Password::typed(password.to_owned()).unwrap(), [7; 16], Cost::new(4_096, 1).unwrap()).unwrap()
}

fn set_hash(house: &House, address: &str, hash: &str) {
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
fn password_page(browser: &Browser, house: &Rc<House>, address: &str) -> Page {
    password_page_of(browser, &house.books(), address)
}

fn password_page_of(browser: &Browser, site: &Site, address: &str) -> Page {
    let page = browser.uses_password(&browser.visits(site), address);
    assert_eq!(page.status, StatusCode::OK);
    page
}

fn tries(browser: &Browser, house: &Rc<House>, address: &str, password: &str) -> Page {
    tries_at(browser, &house.books(), address, password)
}

fn tries_at(browser: &Browser, site: &Site, address: &str, password: &str) -> Page {
    browser.types_password(&password_page_of(browser, site, address), address, password)
}

/// From "Forgot your password?" to the page that asks for the new one, or for the second factor.
fn forgets(browser: &Browser, house: &Rc<House>, site: &Site, address: &str) -> Page {
    let sent = browser.forgets_password(&password_page_of(browser, site, address), address);
    browser.types_code(&sent, &house.code_for(address))
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
fn a_forgotten_password_is_replaced_after_the_mailed_code_and_the_way_goes_on() {
    let house = ann_s_house();
    let (browser, site) = (house.browser(), house.books());
    let asks = forgets(&browser, &house, &site, ANN);
    assert!(asks.at.starts_with("/sign-in/new-password?") && asks.says("Choose a new password"), "{}", asks.at);
    assert!(browser.opens(&asks.at).says("Choose a new password"), "a reload finds it again");
    let back = browser.submits(&asks, "/sign-in/new-password", &[("new_password", OTHER)]);
    let claims = site.trusts(&site.welcomes(&back).text("id_token"));
    assert_eq!(claims["amr"], serde_json::json!(["otp"]), "choosing a password proves nothing");
    assert_eq!(house.count("sessions"), 1, "everybody else is signed out");
    assert_eq!(house.number("SELECT count(*) AS n FROM events WHERE kind = 'password_changed'"), 1);
    assert_eq!(tries(&house.browser(), &house, ANN, RIGHT).status, StatusCode::BAD_REQUEST);
    assert!(tries(&house.browser(), &house, ANN, OTHER).leads_to().is_some());
    let again = browser.submits(&asks, "/sign-in/new-password", &[("new_password", RIGHT)]);
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "one code sets one password");
    assert!(tries(&house.browser(), &house, ANN, OTHER).leads_to().is_some());
}

#[test]
fn a_reset_ends_grants_trusted_browsers_and_sign_ins_that_wait() {
    let house = ann_s_house();
    let site = house.books();
    let elsewhere = site.welcomes(&tries_at(&house.browser(), &site, ANN, RIGHT));
    house.world.database.ask("INSERT INTO trusted_browsers (id, user_id, browser, created_at) SELECT 'ffffffff', id, 'b', 0 FROM users", &[]);
    let phone = Phone::set_up(&house, ANN, 1);
    let thief = house.browser();
    let waiting = tries(&thief, &house, ANN, RIGHT);
    let browser = house.browser();
    let second = forgets(&browser, &house, &house.books(), ANN);
    let asks = browser.submits(&second, "/sign-in/second", &[("authenticator_code", &phone.shows(&house))]);
    browser.submits(&asks, "/sign-in/new-password", &[("new_password", OTHER)]);
    assert_eq!((house.count("sessions"), house.count("trusted_browsers"), house.count("sign_ins")), (1, 0, 1));
    assert_eq!(site.refreshes(&elsewhere.text("refresh_token")).error(), "invalid_grant");
    house.wait(30);
    assert_eq!(thief.submits(&waiting, "/sign-in/second", &[("authenticator_code", "000000")]).status, StatusCode::BAD_REQUEST);
    assert_eq!(thief.opens(&waiting.at).status, StatusCode::BAD_REQUEST, "who was half in by the old one is out");
}

#[test]
fn a_reset_keeps_the_second_factor_even_in_a_trusted_browser() {
    let house = ann_s_house();
    let phone = Phone::set_up(&house, ANN, 1);
    let (browser, site) = (house.browser(), house.books());
    let second = tries(&browser, &house, ANN, RIGHT);
    browser.submits(&second, "/sign-in/second", &[("authenticator_code", &phone.shows(&house)), ("trust", "yes")]);
    assert_eq!(house.count("trusted_browsers"), 1);
    house.wait(60);
    let page = browser.uses_password(&browser.visits_with(&site, &[("prompt", "login")]), ANN);
    let sent = browser.forgets_password(&page, ANN);
    let second = browser.types_code(&sent, &house.code_for(ANN));
    assert!(second.at.starts_with("/sign-in/second?"), "{}", second.at);
    let skipped = second.at.replace("/sign-in/second", "/sign-in/new-password");
    assert_eq!(browser.opens(&skipped).status, StatusCode::BAD_REQUEST, "there is no way around it");
    let asks = browser.submits(&second, "/sign-in/second", &[("authenticator_code", &phone.shows(&house))]);
    assert!(asks.at.starts_with("/sign-in/new-password?"), "{}", asks.at);
    let back = browser.submits(&asks, "/sign-in/new-password", &[("new_password", OTHER)]);
    assert_eq!(site.trusts(&site.welcomes(&back).text("id_token"))["amr"], serde_json::json!(["otp", "mfa"]));
    assert_eq!((house.count("authenticators"), house.count("trusted_browsers")), (1, 0));
}

#[test]
fn what_is_no_good_as_a_password_is_said_and_asked_again() {
    let house = ann_s_house();
    let browser = house.browser();
    let asks = forgets(&browser, &house, &house.books(), ANN);
    for (typed, words) in [
        ("sh0rt!!", "at least 8 characters"),
        ("", "at least 8 characters"),
        (&"x y".repeat(90), "at most 256 characters"),
        (&"x y".repeat(2_000), "at most 256 characters"),
        ("PassWord1", "everybody tries first"),
        ("Ann@example.org", "your address or the name of this site"),
        ("Nightlatch-2026", "your address or the name of this site"),
        ("harbourbooks", "your address or the name of this site"),
    ] {
        let answer = browser.submits(&asks, "/sign-in/new-password", &[("new_password", typed)]);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.says(words), "{typed}: {words}");
    }
    assert_eq!(house.count("sessions"), 1);
    let long = "é \u{1F980} ".repeat(51);
    assert!(browser.submits(&asks, "/sign-in/new-password", &[("new_password", &long)]).leads_to().is_some(), "204 characters are taken whole");
    let short_by_one: String = long.chars().take(203).collect();
    assert_eq!(tries(&house.browser(), &house, ANN, &short_by_one).status, StatusCode::BAD_REQUEST, "and none of them is cut off");
    assert!(tries(&house.browser(), &house, ANN, &long).leads_to().is_some());
}

#[test]
fn somebody_new_begins_with_a_password_by_the_same_way() {
    let house = house();
    let (browser, site) = (house.browser(), house.books());
    let asks = forgets(&browser, &house, &site, "new@example.org");
    site.welcomes(&browser.submits(&asks, "/sign-in/new-password", &[("new_password", OTHER)]));
    assert_eq!((house.count("users"), house.count("passwords")), (1, 1));
    assert!(tries(&house.browser(), &house, "new@example.org", OTHER).leads_to().is_some());
}

#[test]
fn where_only_the_invited_come_in_a_stranger_learns_nothing() {
    let house = house_with(&[("MODE", "invite_only")]);
    house.invite(ANN);
    let answers = [ANN, "nobody@example.org"].map(|address| {
        let browser = house.browser();
        let wrong = tries(&browser, &house, address, OTHER);
        let sent = browser.forgets_password(&wrong, address);
        (wrong.status, sent.status, wrong.says("don’t go together"), sent.says("may sign in here, a code is on its way"))
    });
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], (StatusCode::BAD_REQUEST, StatusCode::OK, true, true));
}

#[test]
fn a_new_password_waits_ten_minutes_and_for_its_browser_alone() {
    let house = ann_s_house();
    let (browser, mallory) = (house.browser(), house.browser());
    let asks = forgets(&browser, &house, &house.books(), ANN);
    mallory.visits(&house.books());
    assert_eq!(mallory.opens(&asks.at).status, StatusCode::BAD_REQUEST);
    assert_eq!(mallory.submits(&asks, "/sign-in/new-password", &[("new_password", OTHER)]).status, StatusCode::FORBIDDEN);
    house.wait(10 * MINUTE);
    assert_eq!(browser.submits(&asks, "/sign-in/new-password", &[("new_password", OTHER)]).status, StatusCode::BAD_REQUEST);
}

/// The account's page, opened by somebody who has just signed in.
fn account_page(browser: &Browser, house: &Rc<House>) -> Page {
    browser.signs_in_at_home(ANN);
    let page = browser.opens("/account/password");
    assert!(page.status == StatusCode::OK && page.at.starts_with("/account/password"), "{} at {}", page.status, page.at);
    house.wait(MINUTE);
    page
}

fn saves(browser: &Browser, page: &Page, typed: &[(&str, &str)]) -> Page {
    browser.submits(page, "/account/password", typed)
}

#[test]
fn a_password_is_set_changed_and_removed_in_the_account() {
    let house = house();
    let browser = house.browser();
    let page = account_page(&browser, &house);
    assert!(page.says("You sign in without a password.") && !page.says("Remove the password"));
    assert!(browser.opens("/account").says("/account/password"));
    let saved = saves(&browser, &page, &[("new_password", RIGHT), ("others", "yes")]);
    assert!(saved.says("Your new password is saved.") && saved.says("Remove the password"));
    assert!(house.letter_to(ANN).code.is_empty(), "and the person is told by mail");
    assert!(tries(&house.browser(), &house, ANN, RIGHT).leads_to().is_some());

    saves(&browser, &browser.opens("/account/password"), &[("new_password", OTHER)]);
    assert_eq!(tries(&house.browser(), &house, ANN, RIGHT).status, StatusCode::BAD_REQUEST);
    assert!(tries(&house.browser(), &house, ANN, OTHER).leads_to().is_some());

    let page = browser.opens("/account/password");
    let token = page.html.split("name=\"csrf\" value=\"").nth(2).unwrap().split('"').next().unwrap();
    let removed = browser.posts("/account/password", &format!("csrf={token}"));
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    assert!(browser.opens("/account/password?done=removed").says("Your password is removed."));
    assert_eq!(house.count("passwords"), 0);
    assert_eq!(tries(&house.browser(), &house, ANN, OTHER).status, StatusCode::BAD_REQUEST);
    assert_eq!(house.number("SELECT count(*) AS n FROM events WHERE kind LIKE 'password_%'"), 3);
}

#[test]
fn a_change_signs_out_everywhere_else_unless_the_box_is_emptied() {
    for (box_is, left) in [(Some(("others", "yes")), 1), (None, 2)] {
        let house = ann_s_house();
        let browser = house.browser();
        let page = account_page(&browser, &house);
        assert_eq!(house.count("sessions"), 2);
        let typed: Vec<(&str, &str)> = [("new_password", OTHER)].into_iter().chain(box_is).collect();
        saves(&browser, &page, &typed);
        assert_eq!(house.count("sessions"), left);
        assert!(browser.is_signed_in());
    }
}

#[test]
fn the_password_is_changed_after_a_fresh_proof_at_the_accounts_highest_level_alone() {
    let house = ann_s_house();
    let browser = house.browser();
    let page = account_page(&browser, &house);
    house.wait(9 * MINUTE);
    let asked = saves(&browser, &page, &[("new_password", OTHER)]);
    assert!(asked.at.starts_with("/account/confirm?"), "ten minutes are over: {}", asked.at);
    assert!(tries(&house.browser(), &house, ANN, RIGHT).leads_to().is_some());

    let phone = Phone::set_up(&house, ANN, 1);
    let confirm = browser.opens("/account/password");
    let second = browser.types_password(&browser.uses_password(&confirm, ANN), ANN, RIGHT);
    assert!(second.at.starts_with("/sign-in/second?"), "the app is asked for as well: {}", second.at);
    let page = browser.submits(&second, "/sign-in/second", &[("authenticator_code", &phone.shows(&house))]);
    assert!(page.at.starts_with("/account/password"), "{}", page.at);
    assert!(saves(&browser, &page, &[("new_password", OTHER)]).says("Your new password is saved."));
}

#[test]
fn the_accounts_page_refuses_what_the_policy_and_what_other_pages_send() {
    let house = ann_s_house();
    let browser = house.browser();
    let page = account_page(&browser, &house);
    let short = saves(&browser, &page, &[("new_password", "short")]);
    assert!(short.status == StatusCode::BAD_REQUEST && short.says("at least 8 characters"));
    assert_eq!(browser.posts("/account/password", &format!("new_password={OTHER}")).status, StatusCode::FORBIDDEN);
    assert!(tries(&house.browser(), &house, ANN, RIGHT).leads_to().is_some());
}

#[test]
fn the_account_has_no_page_for_passwords_where_they_are_off() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    assert_eq!(browser.opens("/account/password").status, StatusCode::NOT_FOUND);
    assert!(!browser.opens("/account").says("/account/password"));
}
