//! What an isolate remembers, for how long, and what it never does.

use std::rc::Rc;

use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::house::{House, MINUTE};

fn books(name: &str) -> Json {
    json!({"client_id": "books", "client_name": name, "redirect_uris": ["https://books.example/callback"], "token_endpoint_auth_method": "none"})
}

fn shows(house: &Rc<House>, name: &str) -> bool {
    house.browser().visits(&house.books()).says(name)
}

#[test]
fn a_client_is_remembered_for_a_minute() {
    let house = House::open();
    assert!(shows(&house, "Harbour Books"));
    house.register(&books("Castle Books"));
    house.world.database.take_counters();
    house.wait(MINUTE - 1);
    assert!(shows(&house, "Harbour Books"));
    assert_eq!(house.world.database.take_counters().round_trips, 0);
    house.wait(1);
    assert!(shows(&house, "Castle Books"));
    assert_eq!(house.world.database.take_counters().round_trips, 1);
}

#[test]
fn a_new_isolate_finds_clients_and_keys_in_the_cache() {
    let house = House::open();
    house.clean_up();
    house.world.cache.put("client:books", &books("Cached Books").to_string());
    house.restart();
    house.world.database.take_counters();
    assert!(shows(&house, "Cached Books"));
    assert_eq!(house.books().reads("/jwks").status, 200);
    assert_eq!(house.world.database.take_counters().round_trips, 0);
}

#[test]
fn a_client_that_is_missing_is_never_remembered() {
    let house = House::open();
    let unknown = "/authorize?client_id=new&redirect_uri=https://new.example/cb";
    assert_eq!(house.browser().opens(unknown).status, StatusCode::BAD_REQUEST);
    house.register(&json!({"client_id": "new", "redirect_uris": ["https://new.example/cb"], "token_endpoint_auth_method": "none"}));
    assert!(house.browser().opens(unknown).leads_to().is_some(), "told what is missing on its registered way");
}

#[test]
fn a_cache_full_of_nonsense_is_not_believed() {
    let house = House::open();
    for nonsense in ["", "{", "[]", "null", "{\"client_id\": \"shop\", \"redirect_uris\": [\"https://evil.example/\"]}"] {
        house.world.cache.put("keys", nonsense);
        house.world.cache.put("client:books", nonsense);
        house.restart();
        assert_eq!(house.books().reads("/jwks").json["keys"].as_array().map(Vec::len), Some(2), "{nonsense}");
        let page = house.browser().visits(&house.books());
        assert!(!page.says("evil.example"), "{nonsense}");
    }
}

#[test]
fn an_empty_key_set_is_neither_served_nor_remembered() {
    let house = House::open();
    house.world.database.ask("UPDATE signing_keys SET revoked_at = 1", &[]);
    let none = house.books().reads("/jwks");
    assert_eq!((none.status, none.headers["cache-control"].to_str().unwrap()), (500, "no-store"));
    house.world.database.ask("UPDATE signing_keys SET revoked_at = NULL", &[]);
    assert_eq!(house.books().reads("/jwks").status, 200);
}

#[test]
fn no_request_of_a_sign_in_writes_the_cache() {
    let house = House::open();
    let site = house.books();
    site.welcomes(&house.browser().signs_in(&site, "ann@example.org"));
    assert_eq!(house.world.cache.writes.get(), 0);
    house.clean_up();
    house.clean_up();
    assert_eq!(house.world.cache.writes.get(), 1, "the cron publishes the keys once");
}
