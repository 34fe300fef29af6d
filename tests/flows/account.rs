//! A person before their own account: who gets in, whose proof is old, what the pages show and end.

use http::StatusCode;

use crate::browser::Browser;
use crate::house::{HOUR, House, text};
use crate::page::Page;

pub(crate) const ANN: &str = "ann@example.org";
const PAGES: [&str; 8] = [
    "/account",
    "/account/profile",
    "/account/addresses",
    "/account/sessions",
    "/account/apps",
    "/account/activity",
    "/account/export",
    "/account/delete",
];
const POSTED: [&str; 5] = ["/account/profile", "/account/addresses", "/account/sessions", "/account/apps", "/account/delete"];

/// The token of the first form that posts there.
pub(crate) fn csrf(page: &Page, action: &str) -> String {
    page.hidden_fields(action).into_iter().find(|(name, _)| name == "csrf").unwrap().1
}

/// Whether the page says this, with a value or two isolated in it.
pub(crate) fn reads(page: &Page, words: &str) -> bool {
    page.html.replace("<bdi>", "").replace("</bdi>", "").contains(words)
}

/// A form as browsers write it.
pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Who was told so by mail, the earliest first.
pub(crate) fn told(house: &House, words: &str) -> Vec<String> {
    house.letters().into_iter().filter(|letter| letter.text.contains(words)).map(|letter| letter.to).collect()
}

/// Gives the person a passkey that exists in the database alone.
pub(crate) fn has_passkey(house: &House) {
    let sql = "INSERT INTO passkeys (id, user_id, name, algorithm, public_jwk, counter, backup_eligible, backed_up, aaguid, transports, created_at)
               SELECT 'k', id, 'My key', 'ES256', '{}', 0, 0, 0, '', '', 0 FROM users";
    house.world.database.ask(sql, &[]);
}

#[test]
fn nobody_signed_in_sees_no_page_and_comes_back_to_it_after_signing_in() {
    let house = House::open();
    for path in PAGES {
        let browser = house.browser();
        house.wait(60);
        let asked = browser.opens(path);
        assert!(asked.says("Sign in") && asked.at.starts_with("/account/confirm?to="), "{path}: {}", asked.at);
        let page = browser.asks_for_code(&asked, ANN);
        let back = browser.types_code(&page, &house.code_for(ANN));
        assert_eq!((back.at.as_str(), back.status), (path, StatusCode::OK));
        house.wait(HOUR);
    }
}

#[test]
fn the_way_back_is_a_page_of_ours_whatever_is_asked_for() {
    let house = House::open();
    let browser = house.browser();
    for to in ["https://evil.example/", "//evil.example", "/account/../logout", "/account/sessions%0d%0aX", ""] {
        house.wait(HOUR);
        let page = browser.asks_for_code(&browser.opens(&format!("/account/confirm?to={to}")), ANN);
        assert_eq!(browser.types_code(&page, &house.code_for(ANN)).at, "/account", "{to}");
    }
}

#[test]
fn the_overview_says_who_it_is_and_leads_to_every_page() {
    let house = House::open();
    let browser = house.browser();
    assert!(!browser.opens("/").says("Your account"));
    browser.signs_in_at_home(ANN);
    assert!(browser.opens("/").says("Your account"));
    let page = browser.opens("/account");
    assert!(page.says(ANN) && page.says("1 address") && page.says("In this browser alone"));
    for path in PAGES.iter().skip(1) {
        assert!(page.html.contains(&format!("href=\"{path}\"")), "{path}");
    }
    assert!(browser.submits(&page, "/sign-out", &[]).says("You’re signed out"));
}

#[test]
fn every_form_stays_with_us_and_needs_its_own_token() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    let token = csrf(&browser.opens("/account/profile"), "/account/profile");
    for path in POSTED {
        let policy = browser.opens(path).header("content-security-policy").unwrap().to_owned();
        assert!(policy.ends_with("form-action 'self'") || policy.ends_with("form-action 'none'"), "{path}: {policy}");
        for forged in ["", "csrf=", "csrf=x"] {
            assert_eq!(browser.posts(path, forged).status, StatusCode::FORBIDDEN, "{path} {forged}");
        }
        if path != "/account/profile" {
            assert_eq!(browser.posts(path, &form(&[("csrf", &token)])).status, StatusCode::FORBIDDEN, "{path} takes the token of another action");
        }
    }
}

#[test]
fn a_form_from_another_site_or_another_session_changes_nothing() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    let typed = form(&[("csrf", &csrf(&browser.opens("/account/profile"), "/account/profile")), ("name", "Mallory")]);
    for origin in ["https://evil.example", "null", "http://login.example"] {
        browser.stands_at(origin);
        assert_eq!(browser.posts("/account/profile", &typed).status, StatusCode::FORBIDDEN, "{origin}");
    }
    browser.stands_at(crate::house::ISSUER);
    house.wait(60);
    browser.signs_in_at_home(ANN);
    assert_eq!(browser.posts("/account/profile", &typed).status, StatusCode::FORBIDDEN, "the session is another");
    assert!(!browser.opens("/account").says("Mallory"));
}

#[test]
fn a_proof_older_than_ten_minutes_is_asked_for_anew_and_must_be_the_same_persons() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home("bob@example.org");
    house.wait(60);
    browser.signs_in_at_home(ANN);
    house.wait(599);
    assert_eq!(browser.opens("/account/delete").at, "/account/delete");
    house.wait(1);
    let asked = browser.opens("/account/delete");
    assert!(asked.says("Is it you?") && asked.html.contains(&format!("value=\"{ANN}\"")), "{}", asked.html);

    let page = browser.asks_for_code(&asked, "bob@example.org");
    let answer = browser.types_code(&page, &house.code_for("bob@example.org"));
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "bob isn't ann");
    let page = browser.asks_for_code(&asked, "new@example.org");
    browser.types_code(&page, &house.code_for("new@example.org"));
    assert_eq!(house.count("users"), 2, "nobody is made on the way to somebody's account");

    let page = browser.asks_for_code(&asked, ANN);
    assert_eq!(browser.types_code(&page, &house.code_for(ANN)).at, "/account/delete");
    assert_eq!(house.count("sessions"), 1, "the session that was too old has ended");
}

#[test]
fn an_account_with_a_second_factor_wants_it_for_a_change_however_fresh_the_code() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    has_passkey(&house);
    house.wait(60);
    let asked = browser.opens("/account/delete");
    assert!(asked.says("Is it you?"), "a code alone is no longer enough");
    let page = browser.asks_for_code(&asked, ANN);
    let next = browser.types_code(&page, &house.code_for(ANN));
    assert!(next.at.starts_with("/sign-in/second?"), "{}", next.at);
    assert!(browser.opens("/account/delete").says("Is it you?"));
}

#[test]
fn every_session_is_listed_and_ends_from_any_other() {
    let house = House::open();
    let (here, there, site) = (house.browser(), house.browser(), house.books());
    let tokens = site.welcomes(&there.signs_in_with(&site, &[("scope", "openid email")], ANN));
    house.wait(60);
    here.signs_in_at_home(ANN);
    let page = here.opens("/account/sessions");
    assert_eq!(page.html.matches("<li>").count(), 2);
    assert!(page.says("This browser") && page.says("Leeds, GB") && reads(&page, "by one-time code"));
    assert!(here.submits(&page, "/account/sessions", &[]).says("That browser is signed out."));
    assert!(!there.is_signed_in() && here.is_signed_in());
    assert_eq!(site.asks_who(&tokens.text("access_token")).status, 401, "what lived by it has ended");
    assert!(here.opens("/account/activity").says("Signed out elsewhere"));
}

#[test]
fn all_other_sessions_end_at_once_and_this_one_stays() {
    let house = House::open();
    let others = [house.browser(), house.browser(), house.browser()];
    for other in &others {
        other.signs_in_at_home(ANN);
        house.wait(60);
    }
    let (here, bob) = (house.browser(), house.browser());
    here.signs_in_at_home(ANN);
    bob.signs_in_at_home("bob@example.org");
    let token = csrf(&here.opens("/account/sessions"), "/account/sessions");
    for odd in ["", "nonsense"] {
        assert_eq!(here.posts("/account/sessions", &form(&[("csrf", &token), ("session", odd)])).status, StatusCode::FORBIDDEN);
        assert!(others.iter().all(|other| other.is_signed_in()), "who names one session wrongly doesn't mean all");
    }
    here.posts("/account/sessions", &form(&[("csrf", &token)]));
    assert!(others.iter().all(|other| !other.is_signed_in()) && here.is_signed_in() && bob.is_signed_in());
}

#[test]
fn a_browser_that_signed_in_anew_loses_what_it_was_given_before_and_this_one_keeps_it() {
    const OFFLINE: (&str, &str) = ("scope", "openid offline_access");
    for ends_all in [false, true] {
        let house = House::open();
        let (here, there, site) = (house.browser(), house.browser(), house.books());
        let given = |browser: &Browser| {
            let tokens = site.welcomes(&browser.signs_in_with(&site, &[OFFLINE], ANN));
            house.wait(60);
            let page = browser.asks_for_code(&browser.visits_with(&site, &[OFFLINE, ("prompt", "login")]), ANN);
            browser.types_code(&page, &house.code_for(ANN)).authorization_code();
            house.wait(60);
            tokens.text("refresh_token")
        };
        let (theirs, ours) = (given(&there), given(&here));
        let page = here.opens("/account/sessions");
        let token = csrf(&page, "/account/sessions");
        let form = if ends_all { form(&[("csrf", &token)]) } else { String::new() };
        if ends_all {
            here.posts("/account/sessions", &form)
        } else {
            here.submits(&page, "/account/sessions", &[])
        };
        assert!(!there.is_signed_in() && here.is_signed_in());
        assert_eq!(site.refreshes(&theirs).error(), "invalid_grant", "{ends_all}");
        assert_eq!(site.refreshes(&ours).status, 200, "{ends_all}");
    }
}

#[test]
fn who_was_left_signed_in_somewhere_ends_no_other_session_before_showing_who_they_are() {
    let house = House::open();
    let (left_open, elsewhere) = (house.browser(), house.browser());
    left_open.signs_in_at_home(ANN);
    let token = csrf_of_sessions(&house, &left_open);
    house.wait(9 * 60);
    elsewhere.signs_in_at_home(ANN);
    house.wait(60);
    let refused = left_open.posts("/account/sessions", &form(&[("csrf", &token)]));
    assert!(refused.header("location").unwrap().contains("/account/confirm?to=/account/sessions"));
    assert!(elsewhere.is_signed_in());
    let page = left_open.asks_for_code(&left_open.opens("/account/confirm?to=/account/sessions"), ANN);
    let sessions = left_open.types_code(&page, &house.code_for(ANN));
    assert!(left_open.submits(&sessions, "/account/sessions", &[]).says("That browser is signed out."));
    assert!(!elsewhere.is_signed_in());
}

/// The token of the page's forms, which are there once there is another session.
fn csrf_of_sessions(house: &std::rc::Rc<House>, browser: &crate::browser::Browser) -> String {
    house.wait(60);
    house.browser().signs_in_at_home(ANN);
    csrf(&browser.opens("/account/sessions"), "/account/sessions")
}

#[test]
fn every_page_of_the_account_leads_out() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    for path in
        PAGES.iter().filter(|path| **path != "/account" && **path != "/account/export").chain(&["/account/passkeys", "/account/authenticators"])
    {
        assert!(browser.opens(path).html.contains("<a href=\"/logout\">Sign out</a>"), "{path}");
    }
    let asked = browser.opens("/logout");
    assert!(asked.says("Would you like to sign out of"), "{}", asked.html);
    assert!(browser.submits(&asked, "/logout/confirm", &[]).says("You’re signed out") && !browser.is_signed_in());
}

#[test]
fn somebody_elses_session_cannot_be_ended() {
    let house = House::open();
    let (ann, bob, site) = (house.browser(), house.browser(), house.books());
    let sid = site.trusts(&site.welcomes(&bob.signs_in(&site, "bob@example.org")).text("id_token"))["sid"].as_str().unwrap().to_owned();
    ann.signs_in_at_home(ANN);
    house.wait(60);
    house.browser().signs_in_at_home(ANN);
    let token = csrf(&ann.opens("/account/sessions"), "/account/sessions");
    ann.posts("/account/sessions", &form(&[("csrf", &token), ("session", &sid)]));
    assert!(bob.is_signed_in());
    assert_eq!(house.count("events"), 0, "nothing happened, and nothing is told");
}

#[test]
fn a_site_that_is_disconnected_loses_every_token_at_once() {
    let house = House::open();
    let (browser, books, shop) = (house.browser(), house.books(), house.shop());
    let lost = books.welcomes(&browser.signs_in_with(&books, &[("scope", "openid email offline_access")], ANN));
    let kept = shop.welcomes(&browser.visits(&shop));
    let page = browser.opens("/account/apps");
    assert!(page.says("Harbour Books") && page.says("Corner Shop") && page.says("also while you’re away"), "{}", page.html);
    let token = csrf(&page, "/account/apps");
    let done = browser.posts("/account/apps", &form(&[("csrf", &token), ("client", "books")]));
    assert_eq!(done.header("location").unwrap(), format!("{}/account/apps?done=disconnected", crate::house::ISSUER));
    assert_eq!(books.asks_who(&lost.text("access_token")).status, 401);
    assert_eq!(books.refreshes(&lost.text("refresh_token")).error(), "invalid_grant");
    assert_eq!(shop.asks_who(&kept.text("access_token")).status, 200);
    assert!(!browser.opens("/account/apps").says("Harbour Books"));
    assert!(reads(&browser.opens("/account/activity"), "Site disconnected: Harbour Books"));
}

#[test]
fn a_site_stays_connected_for_everybody_else() {
    let house = House::open();
    let (ann, bob, site) = (house.browser(), house.browser(), house.books());
    let tokens = site.welcomes(&bob.signs_in(&site, "bob@example.org"));
    site.welcomes(&ann.signs_in(&site, ANN));
    let token = csrf(&ann.opens("/account/apps"), "/account/apps");
    ann.posts("/account/apps", &form(&[("csrf", &token), ("client", "books")]));
    assert_eq!(site.asks_who(&tokens.text("access_token")).status, 200);
}

#[test]
fn the_profile_is_what_sites_learn_under_its_scope() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    browser.signs_in_at_home(ANN);
    let page = browser.opens("/account/profile");
    let typed =
        [("name", "Ann Ørsted"), ("birthdate", "1984-02-29"), ("zoneinfo", "Europe/Paris"), ("website", "https://ann.example/"), ("locale", "de")];
    assert!(browser.submits(&page, "/account/profile", &typed).says("Saved."));
    let tokens = site.welcomes(&browser.visits_with(&site, &[("scope", "openid profile")]));
    let person = site.asks_who(&tokens.text("access_token")).json;
    for (claim, value) in typed {
        assert_eq!(person[claim], value, "{claim}");
    }
    assert!(browser.opens("/account").says("Ann Ørsted"));
    browser.submits(&browser.opens("/account/profile"), "/account/profile", &[("name", "Ann")]);
    assert!(site.asks_who(&tokens.text("access_token")).json["website"].is_null(), "an emptied field is gone");
}

#[test]
fn what_an_operator_has_put_into_a_profile_stays() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    house.world.database.ask("UPDATE users SET profile = '{\"gender\":\"f\",\"department\":7}'", &[]);
    browser.submits(&browser.opens("/account/profile"), "/account/profile", &[("name", "Ann")]);
    assert_eq!(house.number("SELECT json_extract(profile, '$.department') AS n FROM users"), 7);
}

#[test]
fn a_field_that_cannot_be_taken_is_named_and_nothing_is_saved() {
    let house = House::open();
    let browser = house.browser();
    browser.signs_in_at_home(ANN);
    for (field, value, label) in
        [("website", "javascript:alert(1)", "Web page"), ("birthdate", "1985-02-29", "Date of birth"), ("name", "x\u{202e}y", "Full name")]
    {
        let page = browser.submits(&browser.opens("/account/profile"), "/account/profile", &[("nickname", "A"), (field, value)]);
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(page.says(&format!("We can’t take this: {label}")) && page.html.contains("value=\"A\""), "{field}");
    }
    assert_eq!(house.number("SELECT count(*) AS n FROM users WHERE profile = '{}'"), 1);
}

#[test]
fn the_activity_is_the_persons_own_in_plain_words_the_latest_first() {
    let house = House::open();
    let (ann, bob) = (house.browser(), house.browser());
    bob.signs_in_at_home("bob@example.org");
    bob.submits(&bob.opens("/account/profile"), "/account/profile", &[("name", "Bob")]);
    ann.signs_in_at_home(ANN);
    for number in 0..120 {
        let sql = "INSERT INTO events (id, user_id, kind, detail, at) SELECT ?1, user_id, 'passkey_added', ?2, ?3 FROM addresses WHERE identity = ?4";
        let id = format!("ffffffff{number:022}");
        house.world.database.ask(sql, &[text(&id), text(&format!("key {number}")), nightlatch::platform::Value::Integer(number), text(ANN)]);
    }
    let page = ann.opens("/account/activity");
    assert_eq!(page.html.matches("<li>").count(), 100);
    assert!(reads(&page, "Signed in by one-time code") && page.says("key 119") && !reads(&page, "key 20<") && !page.says("Profile changed"));
    assert!(page.html.find("Signed in by").unwrap() < page.html.find("key 119").unwrap());
}
