//! The account as a whole: everything of it in one file, and nothing of it left.

use http::StatusCode;
use serde_json::Value as Json;

use crate::account::{ANN, csrf, form, has_passkey};
use crate::house::{House, text};

const PATH: &str = "/account/delete";

/// Something of the person in every table that has something of people.
fn fills(house: &House) {
    has_passkey(house);
    for sql in [
        "INSERT INTO authenticators (user_id, id, name, sealed_key, last_step, created_at) SELECT id, 'a', 'My phone', 'sealed', 0, 0 FROM users",
        "INSERT INTO recovery_codes (user_id, hash, created_at) SELECT id, 'hash', 0 FROM users",
        "INSERT INTO passwords (user_id, hash, changed_at) SELECT id, '$argon2id$secret', 0 FROM users",
        "INSERT INTO phones (number, user_id, verified_at) SELECT '+431234', id, 0 FROM users",
        "INSERT INTO trusted_browsers (id, user_id, browser, created_at) SELECT 'ffffffff', id, 'hash-of-browser', 0 FROM users",
        "INSERT INTO events (id, user_id, kind, at) SELECT 'ffffffff', id, 'passkey_added', 0 FROM users",
        "INSERT INTO throttles (day, subject, failures, blocks, blocked_until) SELECT 0, 'app:' || id, '', 0, 0 FROM users",
        "INSERT INTO throttles (day, subject, failures, blocks, blocked_until) SELECT 0, 'app:' || id || ':hash-of-browser', '', 0, 0 FROM users",
    ] {
        house.world.database.ask(sql, &[]);
    }
}

/// Every table with a column that names people.
fn tables_of_people(house: &House) -> Vec<String> {
    let sql = "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'user_id' ORDER BY m.name";
    let rows = house.world.database.ask(sql, &[]);
    rows.into_iter()
        .map(|row| match &row.0[0] {
            nightlatch::platform::Value::Text(name) => name.clone(),
            nightlatch::platform::Value::Null | nightlatch::platform::Value::Integer(_) => panic!("a table has no name"),
        })
        .collect()
}

#[test]
fn the_export_has_everything_and_no_secret() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    site.welcomes(&browser.signs_in(&site, ANN));
    browser.submits(&browser.opens("/account/profile"), "/account/profile", &[("name", "Ann")]);
    fills(&house);
    let page = browser.opens("/account/export");
    assert_eq!(page.header("content-disposition"), Some("attachment; filename=\"account.json\""));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let export: Json = serde_json::from_str(&page.html).unwrap();
    assert_eq!((&export["profile"]["name"], &export["addresses"][0]["address"]), (&"Ann".into(), &ANN.into()));
    assert_eq!((&export["addresses"][0]["primary"], &export["recovery_codes_left"]), (&true.into(), &1.into()));
    for (list, length) in
        [("passkeys", 1), ("authenticator_apps", 1), ("phones", 1), ("trusted_browsers", 1), ("sessions", 1), ("connected_sites", 1), ("events", 2)]
    {
        assert_eq!(export[list].as_array().unwrap().len(), length, "{list}");
    }
    assert_eq!(export["password_changed_at"], "1970-01-01T00:00:00Z");
    for secret in ["sealed", "argon2id", "hash", "public_jwk"] {
        assert!(!page.html.contains(secret), "{secret}");
    }
}

#[test]
fn the_export_is_the_persons_own() {
    let house = House::open();
    let (ann, bob) = (house.browser(), house.browser());
    ann.signs_in_at_home(ANN);
    bob.signs_in_at_home("bob@example.org");
    assert!(!bob.opens("/account/export").html.contains(ANN));
}

#[test]
fn nothing_of_a_deleted_account_is_left() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let tokens = site.welcomes(&browser.signs_in_with(&site, &[("scope", "openid offline_access")], ANN));
    let page = browser.opens(PATH);
    fills(&house);
    // A code alone isn't the highest level that the account has now: the session is made surer, as a second factor would.
    house.world.database.ask("UPDATE sessions SET acr = '2'", &[]);
    let typed = form(&[("csrf", &csrf(&page, PATH)), ("address", "ANN@example.org ")]);
    let answer = browser.posts(PATH, &typed);
    assert_eq!((answer.status, answer.header("location").unwrap()), (StatusCode::SEE_OTHER, "https://login.example/account/deleted"));
    assert!(browser.opens("/account/deleted").says("Your account is deleted"));
    let tables = tables_of_people(&house);
    assert!(tables.len() >= 12, "{tables:?}");
    for table in tables {
        assert_eq!(house.count(&table), 0, "{table}");
    }
    assert_eq!((house.count("users"), house.number("SELECT count(*) AS n FROM throttles WHERE day = 0")), (0, 0));
    assert!(!browser.is_signed_in());
    assert_eq!(site.asks_who(&tokens.text("access_token")).status, 401);
    assert_eq!(site.refreshes(&tokens.text("refresh_token")).error(), "invalid_grant");
    assert!(house.letter_to(ANN).text.contains("Your account was deleted"));
}

#[test]
fn others_stay_when_one_account_goes() {
    let house = House::open();
    let (ann, bob) = (house.browser(), house.browser());
    bob.signs_in_at_home("bob@example.org");
    ann.signs_in_at_home(ANN);
    let page = ann.opens(PATH);
    assert!(ann.submits(&page, PATH, &[("address", ANN)]).says("Your account is deleted"));
    assert!(bob.is_signed_in() && house.count("users") == 1 && house.count("addresses") == 1);
    house.wait(60);
    ann.signs_in_at_home(ANN);
    assert!(ann.is_signed_in(), "and may come back as somebody new");
}

#[test]
fn an_account_is_deleted_by_its_own_address_and_a_fresh_proof_alone() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    let page = browser.opens(PATH);
    for typed in ["", "yes", "bob@example.org"] {
        let answer = browser.submits(&page, PATH, &[("address", typed)]);
        assert!(answer.status == StatusCode::BAD_REQUEST && answer.says("Nothing was deleted."), "{typed}");
    }
    house.wait(600);
    let answer = browser.posts(PATH, &form(&[("csrf", &csrf(&page, PATH)), ("address", ANN)]));
    assert!(answer.header("location").unwrap().ends_with("/account/confirm?to=/account/delete"));
    assert_eq!(house.count("users"), 1);
}

#[test]
fn what_waits_in_other_tables_goes_with_the_account() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    let page = browser.opens(PATH);
    house.wait(60);
    house.browser().asks_for_code(&browser.opens("/sign-in"), ANN);
    house.world.database.ask("INSERT INTO spent (id) VALUES (?1)", &[text("ffffffff")]);
    browser.submits(&page, PATH, &[("address", ANN)]);
    assert_eq!(house.number("SELECT count(*) AS n FROM challenges WHERE address = 'ann@example.org'"), 0);
    assert_eq!(house.count("spent"), 1, "what names nobody stays");
}

#[test]
fn a_number_or_address_that_was_never_proven_goes_with_the_account_as_well() {
    let house = House::with(&[("SMS", "webhook")]);
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    browser.submits(&browser.opens("/account/phones"), "/account/phones", &[("phone", "+436641234567")]);
    browser.submits(&browser.opens("/account/addresses"), "/account/addresses", &[("email", "ann@work.example")]);
    assert_eq!(house.number("SELECT count(*) AS n FROM challenges WHERE address IN ('+436641234567', 'ann@work.example')"), 2);
    browser.submits(&browser.opens(PATH), PATH, &[("address", ANN)]);
    assert_eq!((house.count("challenges"), house.count("phones")), (0, 0));
}
