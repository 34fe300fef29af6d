//! An operator who switches passkeys off: whoever has one gets in by what is left, and keeps the account in hand.

use crate::browser::Browser;
use crate::device::takes_offer;
use crate::house::{House, MINUTE};
use crate::page::Page;

const ANN: &str = "ann@example.org";
const ADD_APP: &str = "/account/authenticators/add";

fn by_code(house: &House, browser: &Browser, page: &Page) -> Page {
    let code_page = browser.asks_for_code(page, ANN);
    browser.types_code(&code_page, &house.code_for(ANN))
}

#[test]
fn a_passkey_that_cannot_be_shown_is_asked_of_nobody_and_locks_nobody_out_of_the_account() {
    let house = House::open();
    let (first, site) = (house.browser(), house.books());
    let (_, back) = takes_offer(&house, &first, &site, ANN);
    site.welcomes(&back);
    house.wait(2 * MINUTE);
    let browser = house.browser();
    by_code(&house, &browser, &browser.opens("/sign-in"));
    assert!(browser.opens(ADD_APP).says("Is it you?"), "where passkeys are on, the code alone opens nothing");

    house.restart_with(&[("PASSKEYS", "off")]);
    house.wait(2 * MINUTE);
    let browser = house.browser();
    let address_page = browser.visits(&site);
    assert!(address_page.passkey().is_none() && !address_page.says("passkey"), "{}", address_page.html);
    let claims = site.trusts(&site.welcomes(&by_code(&house, &browser, &address_page)).text("id_token"));
    assert_eq!((&claims["acr"], &claims["amr"]), (&"1".into(), &serde_json::json!(["otp"])));
    assert_eq!(house.count("passkeys"), 1, "it stays where it is");

    let page = browser.opens(ADD_APP);
    assert_eq!(page.at, ADD_APP, "a fresh code is the highest proof that there is");
    let removed = browser.opens("/account/delete");
    assert_eq!(removed.at, "/account/delete");
    house.wait(10 * MINUTE);
    let asked = browser.opens(ADD_APP);
    assert!(asked.says("Is it you?"), "an old one isn't");
    assert_eq!(by_code(&house, &browser, &asked).at, ADD_APP, "and a code is all that is asked for");

    house.wait(2 * MINUTE);
    let demanding = browser.visits_with(&site, &[("acr_values", "2")]);
    assert_eq!(demanding.error(), "unmet_authentication_requirements", "no page that asks for nothing: {}", demanding.at);
}

#[test]
fn a_change_goes_through_by_a_fresh_code_alone() {
    let house = House::open();
    let (first, site) = (house.browser(), house.books());
    let (_, back) = takes_offer(&house, &first, &site, ANN);
    site.welcomes(&back);
    house.restart_with(&[("PASSKEYS", "off")]);
    house.wait(2 * MINUTE);
    let browser = house.browser();
    by_code(&house, &browser, &browser.opens("/sign-in"));
    let page = browser.opens("/account/addresses");
    let code_page = browser.submits(&page, "/account/addresses", &[("email", "ann@work.example")]);
    let after = browser.types_code(&code_page, &house.code_for("ann@work.example"));
    assert!(after.says("The address is added."), "{}: {}", after.at, after.html);
    assert_eq!(house.count("addresses"), 2);
}
