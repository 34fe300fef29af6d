//! Somebody whom the operator has locked out: nothing opens any more.

use http::StatusCode;

use crate::house::{House, MINUTE};

const ANN: &str = "ann@example.org";

#[test]
fn what_was_open_closes_at_once() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let tokens = site.welcomes(&browser.signs_in(&site, ANN));
    let waiting = browser.visits(&site).authorization_code();
    house.disable(ANN);
    assert!(!browser.is_signed_in());
    assert_eq!(browser.visits_with(&site, &[("prompt", "none")]).error(), "login_required");
    assert_eq!(site.redeems(&waiting).error(), "invalid_grant");
    assert_eq!(site.refreshes(&tokens.text("refresh_token")).error(), "invalid_grant");
    assert_eq!(site.asks_who(&tokens.text("access_token")).status, 401);
    let shop = house.shop();
    assert_eq!(shop.introspects(&tokens.text("access_token")).json, serde_json::json!({"active": false}));
}

#[test]
fn the_right_code_is_answered_by_a_page_that_says_why_and_a_wrong_one_is_not() {
    let house = House::open();
    house.browser().signs_in_at_home(ANN);
    house.disable(ANN);
    house.wait(MINUTE);
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits(&house.books()), ANN);
    assert!(browser.types_code(&page, "1").says("That code doesn’t work."));
    let refused = browser.types_code(&page, &house.code_for(ANN));
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.says("This account is switched off") && !browser.is_signed_in());
}
