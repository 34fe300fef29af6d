//! Refresh tokens: rotated at every use, forgiving for half a minute, merciless afterwards.

use crate::house::{DAY, House};
use crate::site::{Answer, Site};

fn signed_in(house: &std::rc::Rc<House>) -> (Site, Answer) {
    let (browser, site) = (house.browser(), house.books());
    let tokens = site.welcomes(&browser.signs_in(&site, "ann@example.org"));
    (site, tokens)
}

fn token(answer: &Answer) -> String {
    answer.text("refresh_token")
}

#[test]
fn every_use_gives_a_successor_and_tokens_of_the_same_sign_in() {
    let house = House::open();
    let (site, first) = signed_in(&house);
    let before = site.trusts(&first.text("id_token"));
    house.wait(1_000);
    let second = site.refreshes(&token(&first));
    assert_ne!(token(&first), token(&second));
    let after = site.trusts(&second.text("id_token"));
    for claim in ["sub", "sid", "auth_time", "iss", "aud"] {
        assert_eq!(before[claim], after[claim], "{claim}");
    }
    assert_eq!(after["iat"], house.now());
    assert_eq!(site.asks_who(&second.text("access_token")).status, 200);
    assert_eq!(site.refreshes(&token(&second)).status, 200);
}

#[test]
fn for_thirty_seconds_the_predecessor_gets_the_same_successor() {
    let house = House::open();
    let (site, first) = signed_in(&house);
    let second = site.refreshes(&token(&first));
    house.wait(30);
    let again = site.refreshes(&token(&first));
    assert_eq!(token(&second), token(&again));
    assert_eq!(site.refreshes(&token(&second)).status, 200);
}

#[test]
fn after_thirty_seconds_the_predecessor_ends_the_family() {
    let house = House::open();
    let (site, first) = signed_in(&house);
    let second = site.refreshes(&token(&first));
    house.wait(31);
    assert_eq!(site.refreshes(&token(&first)).error(), "invalid_grant");
    assert_eq!(site.refreshes(&token(&second)).error(), "invalid_grant");
    assert_eq!(site.asks_who(&second.text("access_token")).status, 401);
    assert!(house.logged("refresh_token_reused"));
}

#[test]
fn a_grandparent_ends_the_family_at_any_time() {
    let house = House::open();
    let (site, first) = signed_in(&house);
    let second = site.refreshes(&token(&first));
    let third = site.refreshes(&token(&second));
    assert_eq!(site.refreshes(&token(&first)).error(), "invalid_grant");
    assert_eq!(site.refreshes(&token(&third)).error(), "invalid_grant");
}

#[test]
fn a_used_token_ends_the_family_whatever_scope_it_asks_for() {
    for scope in ["openid", "openid email", "openid admin", "\"", " "] {
        let house = House::open();
        let (site, first) = signed_in(&house);
        let second = site.refreshes(&token(&first));
        house.wait(31);
        assert_eq!(site.refreshes_for(&token(&first), scope).error(), "invalid_grant", "{scope}");
        assert_eq!(site.refreshes(&token(&second)).error(), "invalid_grant", "{scope}");
        assert!(house.logged("refresh_token_reused"));
    }
}

#[test]
fn a_narrower_scope_is_given_and_a_wider_one_refused_before_anything_rotates() {
    let house = House::open();
    let (site, first) = signed_in(&house);
    for wider in ["openid admin", "\"", " "] {
        assert_eq!(site.refreshes_for(&token(&first), wider).error(), "invalid_scope", "{wider}");
    }
    assert_eq!(house.number("SELECT generation FROM grants"), 0);
    assert_eq!(house.shop().refreshes_for(&token(&first), "openid admin").error(), "invalid_grant", "a stranger learns nothing of the scope");
    let second = site.refreshes_for(&token(&first), "openid email");
    assert_eq!(second.text("scope"), "openid email");
    assert_eq!(site.refreshes(&token(&second)).text("scope"), "openid profile email offline_access");
}

#[test]
fn another_clients_try_is_refused_and_leaves_the_family_alone() {
    let house = House::open();
    let (site, first) = signed_in(&house);
    let second = site.refreshes(&token(&first));
    house.wait(31);
    for stolen in [token(&first), token(&second)] {
        assert_eq!(house.shop().refreshes(&stolen).error(), "invalid_grant");
    }
    assert_eq!(site.refreshes(&token(&second)).status, 200);
}

#[test]
fn a_token_unused_for_fifteen_days_is_over() {
    for (idle, status) in [(15 * DAY - 1, 200), (15 * DAY, 400)] {
        let house = House::open();
        let (site, first) = signed_in(&house);
        house.wait(idle);
        assert_eq!(site.refreshes(&token(&first)).status, status, "{idle}");
    }
}

#[test]
fn a_family_ends_after_thirty_days_however_often_it_is_used() {
    let house = House::open();
    let (site, mut tokens) = signed_in(&house);
    for _ in 0..3 {
        house.wait(10 * DAY);
        tokens = site.refreshes(&token(&tokens));
        assert_eq!(tokens.status, 200);
    }
    assert!(tokens.json["expires_in"].as_i64().unwrap() <= 60, "no access token outlives its grant: {tokens:?}");
    // The family was counted from the end of the authorization code's minute.
    house.wait(60);
    assert_eq!(site.refreshes(&token(&tokens)).error(), "invalid_grant");
    assert_eq!(site.asks_who(&tokens.text("access_token")).status, 401);
}

#[test]
fn without_offline_access_there_is_no_refresh_token() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let tokens = site.welcomes(&browser.signs_in_with(&site, &[("scope", "openid email")], "ann@example.org"));
    assert!(tokens.json.get("refresh_token").is_none());
}

#[test]
fn an_access_token_lasts_an_hour() {
    for (seconds, status) in [(3_599, 200), (3_600, 401)] {
        let house = House::open();
        let (site, tokens) = signed_in(&house);
        house.wait(seconds);
        assert_eq!(site.asks_who(&tokens.text("access_token")).status, status, "{seconds}");
    }
}

#[test]
fn a_revoked_refresh_token_takes_the_access_token_with_it() {
    let house = House::open();
    let (site, tokens) = signed_in(&house);
    assert_eq!(site.revokes(&token(&tokens)).status, 200);
    assert_eq!(site.asks_who(&tokens.text("access_token")).status, 401);
    assert_eq!(site.refreshes(&token(&tokens)).error(), "invalid_grant");
    assert_eq!(site.revokes(&token(&tokens)).status, 200, "what is revoked may be revoked again");
}

#[test]
fn another_clients_token_is_not_revoked_and_the_client_is_told() {
    let house = House::open();
    let (site, tokens) = signed_in(&house);
    for kind in ["access_token", "refresh_token"] {
        let refused = house.shop().revokes(&tokens.text(kind));
        assert_eq!((refused.status, refused.error()), (400, "invalid_grant"), "{kind}");
    }
    assert_eq!(house.shop().revokes("nonsense").status, 200, "what is nobody's is revoked already");
    assert_eq!(site.asks_who(&tokens.text("access_token")).status, 200);
    assert_eq!(site.refreshes(&token(&tokens)).status, 200);
}

#[test]
fn introspection_follows_a_token_through_its_life() {
    let house = House::open();
    let (browser, shop) = (house.browser(), house.shop());
    let tokens = shop.welcomes(&browser.signs_in(&shop, "ann@example.org"));
    let active = |token: &str| shop.introspects(token).json["active"].as_bool().unwrap();
    assert!(active(&tokens.text("access_token")) && active(&token(&tokens)));
    assert!(!active(&tokens.text("id_token")) && !active("nonsense"));
    let next = shop.refreshes(&token(&tokens));
    house.wait(31);
    assert!(!active(&token(&tokens)) && active(&token(&next)));
    house.wait(3_600);
    assert!(!active(&tokens.text("access_token")) && !active(&next.text("access_token")) && active(&token(&next)));
}

#[test]
fn a_site_whose_rights_were_narrowed_gets_no_more_than_it_may_have_now() {
    let house = House::open();
    let (site, tokens) = signed_in(&house);
    let books = |scope: &str, grants: &[&str]| {
        house.register(&serde_json::json!({
            "client_id": "books", "token_endpoint_auth_method": "none", "scope": scope, "grant_types": grants,
            "redirect_uris": ["https://books.example/callback"], "post_logout_redirect_uris": ["https://books.example/bye"],
        }));
        house.restart();
    };
    books("openid", &["authorization_code", "refresh_token"]);
    let narrowed = site.refreshes(&tokens.text("refresh_token"));
    assert_eq!(narrowed.text("scope"), "openid");
    books("openid", &["authorization_code"]);
    assert_eq!(site.refreshes(&narrowed.text("refresh_token")).error(), "unauthorized_client");
}
