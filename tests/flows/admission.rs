//! Who is let in: everybody, only the invited, or only some domains.

use http::StatusCode;

use crate::house::House;
use crate::page::Page;

const INVITED: &str = "ann@example.org";
const STRANGER: &str = "bob@example.org";

/// A page as it would be for anybody.
fn anonymous(page: &Page, address: &str) -> (StatusCode, String) {
    (page.status, page.without_secrets().replace(address, "ADDRESS"))
}

#[test]
fn an_invited_person_gets_in_and_the_address_is_verified_then() {
    let house = House::with(&[("MODE", "invite_only")]);
    house.invite(INVITED);
    assert_eq!(house.number("SELECT count(verified_at) AS n FROM addresses"), 0);
    let (browser, site) = (house.browser(), house.books());
    let tokens = site.welcomes(&browser.signs_in(&site, INVITED));
    assert_eq!(house.number("SELECT verified_at FROM addresses"), house.now());
    let person = site.asks_who(&tokens.text("access_token")).json;
    assert_eq!((&person["sub"], &person["email_verified"]), (&"invited-ann@example.org".into(), &true.into()));
    assert_eq!(house.count("users"), 1);
}

#[test]
fn the_invited_and_strangers_see_the_same_and_only_the_invited_get_mail_after_the_answer() {
    let house = House::with(&[("MODE", "invite_only")]);
    house.invite(INVITED);
    let seen = [INVITED, STRANGER].map(|address| {
        let browser = house.browser();
        let page = browser.asks_for_code(&browser.visits(&house.books()), address);
        assert_eq!(house.posted_before_answer(), 0);
        let wrong = browser.types_code(&page, "000000");
        let early = browser.asks_again(&page);
        (anonymous(&page, address), anonymous(&wrong, address).0, wrong.html.len(), early.status, early.retry_after())
    });
    assert_eq!(seen[0], seen[1]);
    assert!(seen[0].0.1.contains("may sign in here, a code is on its way"));
    let letters = house.letters();
    assert_eq!((letters.len(), letters[0].to.as_str()), (1, INVITED));
}

#[test]
fn a_mail_that_fails_in_invite_only_mode_shows_nobody_anything() {
    let house = House::with(&[("MODE", "invite_only")]);
    house.invite(INVITED);
    let seen = [INVITED, STRANGER].map(|address| {
        if address == INVITED {
            house.lose_next_mail();
        }
        let browser = house.browser();
        let page = browser.asks_for_code(&browser.visits(&house.books()), address);
        let reloaded = browser.opens(&page.at);
        let again = browser.asks_again(&page);
        let anew = browser.asks_for_code(&browser.visits(&house.books()), address);
        (anonymous(&page, address), anonymous(&reloaded, address), again.status, again.retry_after(), anew.status)
    });
    assert_eq!(seen[0], seen[1]);
    assert!(house.logged("mail_failed"));
}

#[test]
fn strangers_spend_the_same_budgets_as_the_invited() {
    let house = House::with(&[("MODE", "invite_only")]);
    house.invite(INVITED);
    for address in [INVITED, STRANGER] {
        let browser = house.browser();
        let mut page = browser.asks_for_code(&browser.visits(&house.books()), address);
        for _ in 0..4 {
            house.wait(60);
            page = browser.asks_again(&page);
            assert_eq!(page.status, StatusCode::OK);
        }
        house.wait(60);
        assert_eq!(browser.asks_again(&page).retry_after(), 3_300, "{address}");
    }
}

#[test]
fn only_addresses_of_the_listed_domains_are_let_in() {
    let house = House::with(&[("MODE", "allowed_domains"), ("ALLOWED_DOMAINS", "example.org, bücher.example")]);
    let browser = house.browser();
    for (address, status) in [
        ("ann@example.org", StatusCode::OK),
        ("bob@EXAMPLE.ORG", StatusCode::OK),
        ("eva@xn--bcher-kva.example", StatusCode::OK),
        ("ann@sub.example.org", StatusCode::BAD_REQUEST),
        ("ann@example.org.evil.example", StatusCode::BAD_REQUEST),
        ("ann@elsewhere.example", StatusCode::BAD_REQUEST),
    ] {
        let page = browser.asks_for_code(&browser.visits(&house.books()), address);
        assert_eq!(page.status, status, "{address}");
        assert_eq!(page.says("Only addresses of"), status != StatusCode::OK, "{address}");
    }
    assert_eq!(house.letters().len(), 3);
}
