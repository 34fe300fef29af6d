//! What still answers while the database, or everything, is down.

use std::rc::Rc;

use http::StatusCode;

use crate::house::{DAY, House};

fn is_down(house: &Rc<House>) {
    house.world.database.is_down.set(true);
}

#[test]
fn discovery_and_keys_answer_while_the_database_is_down() {
    let house = House::open();
    house.clean_up();
    house.restart();
    is_down(&house);
    let site = house.books();
    for path in ["/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        let answer = site.reads(path);
        assert_eq!((answer.status, answer.headers["cache-control"].to_str().unwrap()), (200, "public, max-age=300"), "{path}");
    }
}

#[test]
fn keys_answer_from_memory_while_everything_is_down() {
    let house = House::open();
    let before = house.books().reads("/jwks").json;
    is_down(&house);
    house.world.cache.is_down.set(true);
    house.wait(DAY);
    assert_eq!(house.books().reads("/jwks").json, before);
}

#[test]
fn a_new_isolate_without_anything_to_ask_says_so_and_nobody_keeps_that() {
    let house = House::open();
    is_down(&house);
    house.world.cache.is_down.set(true);
    house.restart();
    let answer = house.books().reads("/jwks");
    assert_eq!((answer.status, answer.error(), answer.headers["cache-control"].to_str().unwrap()), (500, "server_error", "no-store"));
    assert!(!answer.json.to_string().contains("D1"), "the fault's text is for the log");
    house.world.database.is_down.set(false);
    assert_eq!(house.books().reads("/jwks").status, 200);
}

#[test]
fn without_the_cache_the_database_answers() {
    let house = House::open();
    house.world.cache.is_down.set(true);
    let site = house.books();
    site.welcomes(&house.browser().signs_in(&site, "ann@example.org"));
}

#[test]
fn people_see_a_page_and_sites_an_error_and_neither_sees_why() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let page = browser.visits(&site);
    let code = house.browser().signs_in(&site, "ann@example.org").authorization_code();
    is_down(&house);
    let broken = browser.asks_for_code(&page, "bob@example.org");
    assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(broken.says("Something broke on our side") && !broken.html.contains("D1_ERROR"));
    assert_eq!(site.redeems(&code).error(), "server_error");
    house.world.database.is_down.set(false);
    assert_eq!(site.redeems(&code).status, 200, "and nothing is lost");
    assert!(house.world.log.borrow().iter().any(|line| line.contains("D1_ERROR") && line.contains("request_id")));
}

#[test]
fn health_is_the_whole_truth() {
    let house = House::open();
    let health = || house.books().reads("/health").status;
    assert_eq!(health(), 200);
    is_down(&house);
    assert_eq!(health(), 503);
    house.world.database.is_down.set(false);
    house.world.database.ask("UPDATE signing_keys SET revoked_at = 1 WHERE algorithm = 'RS256'", &[]);
    assert_eq!(health(), 503, "a key is missing");
    house.world.database.ask("UPDATE signing_keys SET revoked_at = NULL", &[]);
    assert_eq!(health(), 200);
    house.world.database.ask("DROP TABLE challenges", &[]);
    assert_eq!(health(), 503, "a migration is missing");
    assert!(house.logged("unhealthy"));
}
