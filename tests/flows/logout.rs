//! Signing out: at home, from a site, and what ends with it.

use http::StatusCode;

use crate::browser::Browser;
use crate::house::House;
use crate::page::Page;

const ANN: &str = "ann@example.org";

fn leaves(browser: &Browser, parameters: &[(&str, &str)]) -> Page {
    let query: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    browser.opens(&format!("/logout?{query}"))
}

#[test]
fn a_site_that_shows_its_id_token_signs_the_person_out_and_gets_them_back() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let tokens = site.welcomes(&browser.signs_in(&site, ANN));
    house.wait(2 * 3_600);
    let id_token = tokens.text("id_token");
    let back = leaves(&browser, &[("id_token_hint", &id_token), ("post_logout_redirect_uri", "https://books.example/bye"), ("state", "s 1")]);
    assert_eq!(back.leads_to().unwrap().as_str(), "https://books.example/bye?state=s+1");
    assert!(!browser.is_signed_in());
    assert_eq!((house.count("sessions"), browser.cookie("nl_session")), (0, None));
}

#[test]
fn what_was_granted_for_the_session_ends_with_it_and_offline_access_lives_on() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let offline = site.welcomes(&browser.signs_in(&site, ANN));
    let online = site.welcomes(&browser.visits_with(&site, &[("scope", "openid email")]));
    let waiting = browser.visits(&site).authorization_code();
    leaves(&browser, &[("id_token_hint", &offline.text("id_token"))]);
    assert_eq!(site.asks_who(&online.text("access_token")).status, 401);
    assert_eq!(site.redeems(&waiting).error(), "invalid_grant", "a code on its way ends too");
    assert_eq!(site.asks_who(&offline.text("access_token")).status, 200);
    assert_eq!(site.refreshes(&offline.text("refresh_token")).status, 200);
}

#[test]
fn what_a_replaced_session_had_granted_ends_with_its_successor() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    browser.signs_in(&site, ANN);
    let before = site.welcomes(&browser.visits_with(&site, &[("scope", "openid")]));
    house.wait(120);
    let after = site.welcomes(&browser.signs_in_with(&site, &[("prompt", "login")], ANN));
    assert_eq!(site.asks_who(&before.text("access_token")).status, 200);
    leaves(&browser, &[("id_token_hint", &after.text("id_token"))]);
    assert_eq!(site.asks_who(&before.text("access_token")).status, 401);
}

#[test]
fn without_a_hint_the_person_is_asked_and_stays_signed_in_until_the_yes() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in(&house.books(), ANN);
    let asked = leaves(&browser, &[("client_id", "books"), ("post_logout_redirect_uri", "https://books.example/bye")]);
    assert!(asked.says("Sign out?") && browser.is_signed_in());
    let out = browser.submits(&asked, "/logout/confirm", &[]);
    assert!(out.leads_to().is_none() && out.says("You’re signed out"), "without a valid hint nobody is sent on");
    assert!(!browser.is_signed_in());
}

#[test]
fn somebody_elses_hint_signs_nobody_out_unasked() {
    let house = House::open();
    let (anns, bobs, site) = (house.browser(), house.browser(), house.books());
    let hint = site.welcomes(&anns.signs_in(&site, ANN)).text("id_token");
    bobs.signs_in(&site, "bob@example.org");
    assert!(leaves(&bobs, &[("id_token_hint", &hint)]).says("Sign out?"));
    assert!(bobs.is_signed_in());
}

#[test]
fn nobody_is_sent_to_a_page_that_isnt_registered() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let hint = site.welcomes(&browser.signs_in(&site, ANN)).text("id_token");
    for uri in ["https://evil.example/", "https://books.example/bye?x=1", "https://books.example/bye/", "https://shop.example/bye"] {
        let page = leaves(&browser, &[("id_token_hint", &hint), ("post_logout_redirect_uri", uri)]);
        assert_eq!((page.status, page.leads_to()), (StatusCode::OK, None), "{uri}");
    }
}

#[test]
fn the_home_page_signs_out_by_its_own_button_alone() {
    let house = House::open();
    let browser = house.browser();
    let home = browser.signs_in_at_home(ANN);
    assert!(home.says("You’re signed in") && home.says("ann@example.org"));
    let stranger = house.browser();
    let strangers_home = stranger.signs_in_at_home("mallory@example.org");
    assert_eq!(browser.submits(&strangers_home, "/sign-out", &[]).status, StatusCode::FORBIDDEN);
    assert!(browser.is_signed_in());
    assert!(browser.submits(&home, "/sign-out", &[]).says("See you soon."));
    assert!(!browser.is_signed_in());
}

#[test]
fn a_cookie_kept_from_before_is_worth_nothing_after() {
    let house = House::open();
    let browser = house.browser();
    let home = browser.signs_in_at_home(ANN);
    let kept = browser.cookie("nl_session").unwrap();
    browser.submits(&home, "/sign-out", &[]);
    browser.set_cookie("nl_session", &kept);
    assert!(!browser.is_signed_in());
    assert_eq!(browser.visits_with(&house.books(), &[("prompt", "none")]).error(), "login_required");
}
