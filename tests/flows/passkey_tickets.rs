//! A client's own site adds a passkey by a ticket: who gets one, where it works, and that it works once.

use std::rc::Rc;

use http::StatusCode;
use nightlatch::platform::VerificationAlgorithm;
use serde_json::{Value as Json, json};

use crate::browser::Browser;
use crate::device::{Device, submits, takes_offer};
use crate::house::{House, MINUTE};
use crate::site::{Answer, Site};

const ANN: &str = "ann@example.org";
const BOOKS: &str = "https://books.example";
const SCOPE: (&str, &str) = ("scope", "openid email passkeys");
const CALLBACK: &str = "https://books.example/callback";

/// A house whose client may add passkeys, on pages that browsers let use ours or not.
fn house(fits: bool) -> (Rc<House>, Browser, Site) {
    let house = if fits { House::with(&[("PASSKEY_ORIGINS", BOOKS)]) } else { House::open() };
    house.register(&json!({
        "client_id": "books", "client_name": "Harbour Books", "token_endpoint_auth_method": "none",
        "redirect_uris": [CALLBACK], "scope": "openid profile email offline_access passkeys",
    }));
    let (browser, site) = (house.browser(), house.books());
    (house, browser, site)
}

fn ticket(site: &Site, token: &str, body: &Json) -> Answer {
    site.posts_json("/passkeys/ticket", BOOKS, Some(token), body)
}

fn token(browser: &Browser, site: &Site) -> String {
    site.welcomes(&browser.signs_in_with(site, &[SCOPE], ANN)).text("access_token")
}

#[test]
fn a_page_of_the_site_adds_a_passkey_that_signs_in() {
    let (house, browser, site) = house(true);
    let issued = ticket(&site, &token(&browser, &site), &json!({}));
    assert_eq!((issued.status, &issued.json["expires_in"], &issued.json["origins"]), (200, &300.into(), &json!([BOOKS])));
    assert_eq!(issued.headers["access-control-allow-origin"], BOOKS);
    let sealed = issued.text("ticket");
    let options = site.posts_json("/passkeys/options", BOOKS, None, &json!({"ticket": sealed}));
    assert_eq!(options.json["user"]["name"], ANN);
    let (device, credential) = Device::makes_for(&options.json, BOOKS, 1);
    let body = json!({"ticket": sealed, "credential": credential, "name": "My phone"});
    let added = site.posts_json("/passkeys", BOOKS, None, &body);
    assert_eq!((added.status, added.text("name")), (201, "My phone".to_owned()));
    assert!(house.letters().iter().any(|letter| letter.text.contains("Passkey added")));
    let again = site.posts_json("/passkeys", BOOKS, None, &body);
    assert_eq!((again.status, again.error()), (400, "invalid_grant"));
    let (_, another) = Device::makes_for(&options.json, BOOKS, 2);
    let other = site.posts_json("/passkeys", BOOKS, None, &json!({"ticket": sealed, "credential": another}));
    assert_eq!((other.status, house.count("passkeys")), (400, 1), "a ticket is good once");
    let new = house.browser();
    let claims = site.trusts(&site.welcomes(&device.signs_in(&new, &new.visits(&site))).text("id_token"));
    assert_eq!(claims["acr"], "2");
}

#[test]
fn a_ticket_asks_for_the_scope_and_a_living_token() {
    let (_, browser, site) = house(true);
    let without = site.welcomes(&browser.signs_in_with(&site, &[("scope", "openid email")], ANN)).text("access_token");
    let refused = ticket(&site, &without, &json!({}));
    assert_eq!((refused.status, refused.error()), (403, "insufficient_scope"));
    let refused = ticket(&site, "nonsense", &json!({}));
    assert_eq!((refused.status, refused.error()), (401, "invalid_token"));
}

#[test]
fn a_ticket_asks_for_a_proof_as_fresh_and_sure_as_the_account_has() {
    let (house, browser, site) = house(true);
    let fresh = token(&browser, &site);
    house.wait(10 * MINUTE);
    let late = ticket(&site, &fresh, &json!({}));
    assert_eq!((late.status, late.error()), (401, "insufficient_user_authentication"));
    let challenge = late.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("acr_values=\"1\"") && challenge.contains("max_age=\"600\""), "{challenge}");
    let (device, _) = takes_offer(&house, &house.browser(), &site, ANN);
    let page = browser.asks_for_code(&browser.visits_with(&site, &[SCOPE, ("prompt", "login")]), ANN);
    let by_code = site.welcomes(&browser.types_code(&page, &house.code_for(ANN))).text("access_token");
    let weak = ticket(&site, &by_code, &json!({}));
    assert!(weak.headers["www-authenticate"].to_str().unwrap().contains("acr_values=\"2\""), "{weak:?}");
    let by_passkey = device.signs_in(&browser, &browser.visits_with(&site, &[SCOPE, ("prompt", "login")]));
    assert_eq!(ticket(&site, &site.welcomes(&by_passkey).text("access_token"), &json!({})).status, 200);
}

#[test]
fn a_ticket_ends_with_its_session_and_where_the_account_has_become_surer() {
    for change in [
        "DELETE FROM sessions",
        "INSERT INTO authenticators (id, user_id, name, sealed_key, last_step, created_at) SELECT 'a', id, '', '', 0, 0 FROM users",
    ] {
        let (house, browser, site) = house(true);
        let sealed = ticket(&site, &token(&browser, &site), &json!({})).text("ticket");
        let options = site.posts_json("/passkeys/options", BOOKS, None, &json!({"ticket": sealed}));
        let (_, credential) = Device::makes_for(&options.json, BOOKS, 1);
        house.world.database.ask(change, &[]);
        let refused = site.posts_json("/passkeys", BOOKS, None, &json!({"ticket": sealed, "credential": credential}));
        assert_eq!((refused.status, refused.error(), house.count("passkeys")), (400, "invalid_grant", 0), "{change}");
    }
}

#[test]
fn from_where_a_policy_lets_nobody_in_our_page_adds_none() {
    let (house, browser, site) = house(false);
    house.restart_with(&[("POLICIES", r#"[{"name": "not from there", "when": {"networks": ["198.51.100.0/24"]}, "then": "block"}]"#)]);
    let issued = ticket(&site, &token(&browser, &site), &json!({"return_to": CALLBACK}));
    let path = issued.text("url").strip_prefix("https://login.example").unwrap().to_owned();
    let page = browser.opens(&path);
    let device = Device::of(&page, VerificationAlgorithm::Es256, 1);
    browser.moves_to("198.51.100.7");
    assert_eq!(browser.opens(&path).status, StatusCode::FORBIDDEN);
    let refused = submits(&browser, &page, "/passkeys/new", &device.makes(&page, |_| {}));
    assert_eq!((refused.status, house.count("passkeys")), (StatusCode::FORBIDDEN, 0));
}

#[test]
fn a_ticket_is_over_after_five_minutes_and_made_up_ones_are_none() {
    let (house, browser, site) = house(true);
    let sealed = ticket(&site, &token(&browser, &site), &json!({})).text("ticket");
    house.wait(300);
    for ticket in [sealed.as_str(), "", "ab12AAAA", &sealed[1..]] {
        let refused = site.posts_json("/passkeys/options", BOOKS, None, &json!({"ticket": ticket}));
        assert_eq!((refused.status, refused.error()), (400, "invalid_grant"), "{ticket}");
    }
}

#[test]
fn pages_of_other_origins_are_refused_and_so_is_what_they_made() {
    let (_, browser, site) = house(true);
    let sealed = ticket(&site, &token(&browser, &site), &json!({})).text("ticket");
    let evil = site.posts_json("/passkeys/options", "https://evil.example", None, &json!({"ticket": sealed}));
    assert_eq!((evil.error(), evil.headers.contains_key("access-control-allow-origin")), ("access_denied", false));
    let options = site.posts_json("/passkeys/options", BOOKS, None, &json!({"ticket": sealed})).json;
    let (_, elsewhere) = Device::makes_for(&options, "https://evil.example", 1);
    let refused = site.posts_json("/passkeys", BOOKS, None, &json!({"ticket": sealed, "credential": elsewhere}));
    assert_eq!(refused.error(), "invalid_grant");
}

#[test]
fn a_site_whose_origin_does_not_fit_sends_the_person_to_our_page_and_gets_them_back() {
    let (house, browser, site) = house(false);
    let issued = ticket(&site, &token(&browser, &site), &json!({"return_to": CALLBACK}));
    assert_eq!(issued.json["origins"], json!([]));
    let refused = site.posts_json("/passkeys/options", BOOKS, None, &json!({"ticket": issued.text("ticket")}));
    assert_eq!(refused.error(), "access_denied");
    let path = issued.text("url").strip_prefix("https://login.example").unwrap().to_owned();
    let page = browser.opens(&path);
    assert!(page.says("Harbour Books") && page.html.contains(&format!("href=\"{CALLBACK}\"")));
    assert_eq!(house.browser().opens(&path).status, StatusCode::BAD_REQUEST, "another person's browser");
    let device = Device::of(&page, VerificationAlgorithm::Es256, 1);
    let wrong = submits(&browser, &page, "/passkeys/new", &device.makes(&page, |answer| answer.rp_id = "evil.example".to_owned()));
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let back = submits(&browser, &page, "/passkeys/new", &device.makes(&page, |_| {}));
    assert_eq!((back.leads_to().unwrap().as_str(), house.count("passkeys")), (CALLBACK, 1));
}

#[test]
fn nobody_is_sent_to_an_address_that_is_not_registered() {
    let (_, browser, site) = house(false);
    let token = token(&browser, &site);
    for elsewhere in ["https://evil.example/", "https://books.example/callback2", "javascript:alert(1)"] {
        let refused = ticket(&site, &token, &json!({"return_to": elsewhere}));
        assert_eq!((refused.status, refused.error()), (400, "invalid_request"), "{elsewhere}");
    }
}

#[test]
fn a_ticket_and_a_page_of_ours_do_not_pass_for_each_other() {
    let (house, browser, site) = house(true);
    let sealed = ticket(&site, &token(&browser, &site), &json!({})).text("ticket");
    let options = site.posts_json("/passkeys/options", BOOKS, None, &json!({"ticket": sealed})).json;
    let account = browser.opens("/account/passkeys");
    let (_, credential) = Device::makes_for(&options, "https://login.example", 1);
    let (ceremony, _) = account.passkey().unwrap();
    let answer = [("ceremony", ceremony), ("credential", credential.to_string())];
    assert_eq!(submits(&browser, &account, "/account/passkeys", &answer).status, StatusCode::BAD_REQUEST);
    assert_eq!(house.count("passkeys"), 0);
}

#[test]
fn the_scope_is_listed_where_there_are_passkeys() {
    let scopes = |house: &Rc<House>| house.books().reads("/.well-known/openid-configuration").json["scopes_supported"].to_string();
    assert!(scopes(&House::open()).contains("\"passkeys\""));
    assert!(!scopes(&House::with(&[("PASSKEYS", "off")])).contains("passkeys"));
}

#[test]
fn a_block_holds_on_the_client_s_own_page_too() {
    let (house, browser, site) = house(true);
    let token = token(&browser, &site);
    let sealed = ticket(&site, &token, &json!({})).text("ticket");
    let options = site.posts_json("/passkeys/options", BOOKS, None, &json!({"ticket": sealed})).json;
    let (_, credential) = Device::makes_for(&options, BOOKS, 1);
    house.restart_with(&[("POLICIES", r#"[{"name": "nobody", "then": "block"}]"#)]);
    let site = house.books();
    for (path, body) in [("/passkeys/options", json!({"ticket": sealed})), ("/passkeys", json!({"ticket": sealed, "credential": credential}))] {
        let refused = site.posts_json(path, BOOKS, None, &body);
        assert_eq!((refused.status, refused.error()), (400, "access_denied"), "{path}");
    }
    assert_eq!(house.count("passkeys"), 0);
    house.restart_with(&[("POLICIES", "[]")]);
    assert_eq!(
        house.books().posts_json("/passkeys", BOOKS, None, &json!({"ticket": sealed, "credential": credential})).status,
        201,
        "the ticket isn't used up"
    );
}
