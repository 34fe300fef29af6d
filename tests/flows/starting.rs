//! What stops the start, what an answer carries, and in which language it speaks.

use std::collections::BTreeMap;

use http::StatusCode;
use nightlatch::app::App;

use crate::house::{House, usual_settings};
use crate::support::SqlitePlatform;

/// The one line with which a start is refused.
fn refusal(changes: &[(&str, Option<&str>)]) -> String {
    let mut settings: BTreeMap<String, String> = usual_settings();
    for (name, value) in changes {
        let name = format!("NIGHTLATCH_{name}");
        match value {
            Some(value) => settings.insert(name, (*value).to_owned()),
            None => settings.remove(&name),
        };
    }
    match App::new(SqlitePlatform::default(), &settings) {
        Ok(_) => panic!("{changes:?} started"),
        Err(why) => why.to_string(),
    }
}

#[test]
fn a_new_house_has_nobody_in_it() {
    let house = House::open();
    for table in ["users", "addresses", "passwords", "passkeys", "authenticators", "sessions"] {
        assert_eq!(house.count(table), 0, "{table}");
    }
}

#[test]
fn a_wrong_setting_stops_the_start_with_one_line_that_names_it() {
    for (name, value) in [
        ("ISSUER", None),
        ("SECRET", None),
        ("MAIL", None),
        ("ISSUER", Some("http://login.example")),
        ("ISSUER", Some("https://login.example/path")),
        ("SECRET", Some("dG9vIHNob3J0")),
        ("MAIL", Some("pigeon")),
        ("MAIL", Some("mailbox")),
        ("WEBHOOK_SECRET", Some("whsec_tooshorttooshorttooshorttooshort=")),
        ("WEBHOOK_URL", None),
        ("OTP_DIGITS", Some("5")),
        ("OTP_LIFETIME", Some("ten minutes")),
        ("MODE", Some("closed")),
        ("PAGE_TEXTS", Some(r#"{"en": {"adress_heading": "x"}}"#)),
        ("MAIL_TEXT_TEMPLATE", Some("no code in here")),
        ("BRAND_LOGO_URL", Some("javascript:alert(1)")),
        ("TURNSTILE_SITE_KEY", Some("0x4AAA")),
    ] {
        let line = refusal(&[(name, value)]);
        assert!(!line.contains('\n') && line.len() < 400, "{line}");
        assert!(line.contains("NIGHTLATCH_"), "{name} {value:?}: {line}");
    }
}

#[test]
fn an_unknown_setting_stops_the_start_and_the_nearest_name_is_told() {
    assert!(refusal(&[("OTP_DIGIT", Some("6"))]).contains("NIGHTLATCH_OTP_DIGITS"));
}

#[test]
fn no_refusal_shows_a_secret() {
    let line = refusal(&[("SECRET", Some("c2VjcmV0LXNlY3JldA"))]);
    assert!(!line.contains("c2VjcmV0"), "{line}");
}

#[test]
fn turnstile_is_waited_for_as_long_as_the_operator_says() {
    let changes = [("TURNSTILE_SITE_KEY", "1x00000000"), ("TURNSTILE_SECRET", "1x0000000000"), ("TURNSTILE_TIMEOUT_MS", "700")];
    let house = House::with(&changes);
    let browser = house.browser();
    let page = browser.visits(&house.books());
    house.world.outbox.time_out();
    let refused = browser.submits(&page, "/sign-in", &[("email", "ann@example.org"), ("cf-turnstile-response", "token")]);
    assert_eq!(refused.status, 400);
    assert_eq!(house.world.outbox.sent.borrow().iter().map(|request| request.timeout_milliseconds).collect::<Vec<_>>(), [700]);
}

#[test]
fn pages_and_mails_speak_the_persons_language() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.speaks("nl, de-AT;q=0.8, en;q=0.5").visits(&house.books());
    assert!(page.html.contains("<html lang=\"de\" dir=\"ltr\">"));
    browser.asks_for_code(&page, "ann@example.org");
    assert!(house.letter_to("ann@example.org").subject.contains("ist Ihr Code für Harbour Books"));
}

#[test]
fn what_the_site_asks_for_comes_before_what_the_browser_does() {
    let house = House::open();
    let browser = house.browser();
    browser.speaks("de");
    let page = browser.visits_with(&house.books(), &[("ui_locales", "nl ar en")]);
    assert!(page.html.contains("<html lang=\"ar\" dir=\"rtl\">"));
    let page = browser.asks_for_code(&page, "ann@example.org");
    assert!(page.html.contains("dir=\"rtl\""));
    let wrong = browser.types_code(&page, "1");
    assert!(wrong.html.contains("dir=\"rtl\""), "it stays so to the end");
    browser.types_code(&page, &house.code_for("ann@example.org"));
    assert_eq!(house.number("SELECT count(*) AS n FROM users WHERE locale = 'ar'"), 1);
}

#[test]
fn whoever_asks_for_no_language_of_ours_gets_the_operators() {
    let house = House::with(&[("DEFAULT_LANGUAGE", "de")]);
    assert!(house.browser().speaks("nl").visits(&house.books()).html.contains("lang=\"de\""));
}

#[test]
fn every_page_comes_with_its_armour() {
    let house = House::open();
    let browser = house.browser();
    let pages = ["/", "/sign-in", "/signed-out", "/authorize", "/logout", "/nothing-here"].map(|path| browser.opens(path));
    for page in pages {
        let header = |name| page.header(name).unwrap_or_default().to_owned();
        assert_eq!(header("cache-control"), "no-store", "{}", page.at);
        assert_eq!(header("referrer-policy"), "same-origin", "{}", page.at);
        assert_eq!((header("x-content-type-options"), header("x-frame-options")), ("nosniff".to_owned(), "DENY".to_owned()), "{}", page.at);
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
        assert!(!header("strict-transport-security").is_empty() && !header("x-request-id").is_empty());
    }
}

#[test]
fn a_public_house_has_no_development_mailbox() {
    let house = House::open();
    for path in ["/dev/mailbox", "/dev/mailbox.json", "/dev/mailbox.json?to=ann@example.org"] {
        assert_eq!(house.browser().opens(path).status, StatusCode::NOT_FOUND, "{path}");
    }
}

/// The path and status of each request that the log has a line for.
fn logged_requests(house: &House) -> Vec<(String, u64)> {
    let lines = house.world.log.take().into_iter().map(|line| serde_json::from_str::<serde_json::Value>(&line).unwrap());
    let requests = lines.filter(|line| line["event"] == "request");
    requests.map(|line| (line["path"].as_str().unwrap().to_owned(), line["status"].as_u64().unwrap())).collect()
}

#[test]
fn the_log_has_a_line_for_each_refusal_and_for_each_request_where_asked() {
    let house = House::open();
    let visits = || {
        for path in ["/jwks", "/userinfo?access_token=secret", "/nowhere"] {
            house.browser().opens(path);
        }
    };
    visits();
    let refused = [("/userinfo".to_owned(), 401), ("/nowhere".to_owned(), 404)];
    assert_eq!(logged_requests(&house), refused);
    house.restart_with(&[("LOG_REQUESTS", "all")]);
    visits();
    assert_eq!(logged_requests(&house), [vec![("/jwks".to_owned(), 200)], refused.to_vec()].concat());
}

#[test]
fn no_code_or_token_stands_in_the_log() {
    let house = House::with(&[("LOG_REQUESTS", "all")]);
    let (browser, site) = (house.browser(), house.books());
    let back = browser.signs_in(&site, "ann@example.org");
    let tokens = site.welcomes(&back);
    site.redeems(&back.authorization_code());
    house.clean_up();
    let log = house.world.log.borrow().join("\n");
    let code = house.code_for("ann@example.org");
    let secrets = [code, back.authorization_code(), tokens.text("refresh_token"), tokens.text("access_token"), browser.cookie("nl_session").unwrap()];
    for secret in secrets.iter().chain([&"ann@example.org".to_owned()]) {
        assert!(!log.contains(secret.as_str()), "{secret}");
    }
}
