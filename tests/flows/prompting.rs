//! What a site may ask of a sign-in: silence, freshness, a certain person.

use crate::house::{DAY, HOUR, House, MINUTE};

const ANN: &str = "ann@example.org";
const BOB: &str = "bob@example.org";

#[test]
fn prompt_none_answers_from_the_session_or_says_that_nobody_is_there() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    assert_eq!(browser.visits_with(&site, &[("prompt", "none")]).error(), "login_required");
    browser.signs_in(&site, ANN);
    site.welcomes(&browser.visits_with(&site, &[("prompt", "none")]));
}

#[test]
fn prompt_login_asks_anew_and_gives_a_new_auth_time() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let before = site.trusts(&site.welcomes(&browser.signs_in(&site, ANN)).text("id_token"));
    house.wait(HOUR);
    assert!(browser.visits_with(&site, &[("prompt", "login")]).leads_to().is_none());
    let after = site.trusts(&site.welcomes(&browser.signs_in_with(&site, &[("prompt", "login")], ANN)).text("id_token"));
    assert_eq!(before["sub"], after["sub"]);
    assert_eq!(after["auth_time"], house.now());
    assert_ne!(before["sid"], after["sid"]);
}

#[test]
fn max_age_asks_anew_once_the_sign_in_is_older() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    browser.signs_in(&site, ANN);
    let signed_in = house.now();
    house.wait(MINUTE);
    let tokens = site.welcomes(&browser.visits_with(&site, &[("max_age", "60")]));
    assert_eq!(site.trusts(&tokens.text("id_token"))["auth_time"], signed_in);
    house.wait(1);
    assert!(browser.visits_with(&site, &[("max_age", "60")]).leads_to().is_none());
    assert_eq!(browser.visits_with(&site, &[("max_age", "60"), ("prompt", "none")]).error(), "login_required");
    let tokens = site.welcomes(&browser.signs_in_with(&site, &[("max_age", "60")], ANN));
    assert_eq!(site.trusts(&tokens.text("id_token"))["auth_time"], house.now());
}

#[test]
fn an_id_token_hint_asks_for_its_person_alone() {
    let house = House::open();
    let (anns, bobs, site) = (house.browser(), house.browser(), house.books());
    let hint = site.welcomes(&anns.signs_in(&site, ANN)).text("id_token");
    bobs.signs_in(&site, BOB);
    let silent = [("id_token_hint", hint.as_str()), ("prompt", "none")];
    site.welcomes(&anns.visits_with(&site, &silent));
    assert_eq!(bobs.visits_with(&site, &silent).error(), "login_required");

    house.wait(MINUTE);
    let page = bobs.visits_with(&site, &[("id_token_hint", &hint)]);
    let page = bobs.asks_for_code(&page, BOB);
    assert_eq!(bobs.types_code(&page, &house.code_for(BOB)).error(), "login_required", "Bob proves that he is Bob, but Ann was asked for");
    let newcomer = house.browser();
    let page = newcomer.asks_for_code(&newcomer.visits_with(&site, &[("id_token_hint", &hint)]), "eve@example.org");
    assert_eq!(newcomer.types_code(&page, &house.code_for("eve@example.org")).error(), "login_required");
    assert_eq!(house.count("users"), 2, "and nobody is made on the way");
}

#[test]
fn an_expired_hint_still_names_its_person_and_a_forged_one_nobody() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let hint = site.welcomes(&browser.signs_in(&site, ANN)).text("id_token");
    house.wait(DAY);
    site.welcomes(&browser.visits_with(&site, &[("id_token_hint", &hint), ("prompt", "none")]));
    let forged = format!("{}A", &hint[..hint.len() - 5]);
    assert_eq!(browser.visits_with(&site, &[("id_token_hint", &forged), ("prompt", "none")]).error(), "login_required");
}

#[test]
fn two_contradicting_prompts_are_refused() {
    let house = House::open();
    assert_eq!(house.browser().visits_with(&house.books(), &[("prompt", "none login")]).error(), "invalid_request");
}

#[test]
fn a_fault_is_told_to_the_site_that_asked() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    browser.signs_in(&site, ANN);
    house.world.database.is_down.set(true);
    assert_eq!(browser.visits_with(&site, &[("prompt", "none")]).error(), "server_error");
    assert!(house.logged("fault"));
}
