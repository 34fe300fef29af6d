//! From a site to the mail and back: what a sign-in gives, to whom it belongs, and when its code is over.

use http::StatusCode;

use crate::house::{House, ISSUER};

#[test]
fn somebody_new_signs_in_and_the_site_learns_who_it_is() {
    let house = House::open();
    for site in [house.books(), house.shop()] {
        let browser = house.browser();
        let page = browser.asks_for_code(&browser.visits(&site), "Ann@Example.org");
        let tokens = site.welcomes(&browser.types_code(&page, &house.code_for("ann@example.org")));
        let claims = site.trusts(&tokens.text("id_token"));
        assert_eq!((&claims["iss"], &claims["nonce"], &claims["auth_time"]), (&ISSUER.into(), &"n-0S6".into(), &house.now().into()));
        let person = site.asks_who(&tokens.text("access_token")).json;
        assert_eq!((&person["email"], &person["email_verified"], &person["sub"]), (&"ann@example.org".into(), &true.into(), &claims["sub"]));
        site.trusts(&tokens.text("access_token"));
        house.wait(60);
    }
    assert_eq!(house.count("users"), 1, "one address is one person at every site");
}

#[test]
fn nobody_is_made_before_the_address_is_proven() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits(&house.books()), "ann@example.org");
    browser.types_code(&page, "000000");
    assert_eq!((house.count("users"), house.count("addresses"), house.count("sessions")), (0, 0, 0));
    browser.types_code(&page, &house.code_for("ann@example.org"));
    assert_eq!((house.count("users"), house.count("addresses"), house.count("sessions")), (1, 1, 1));
    assert_eq!(house.number("SELECT verified_at FROM addresses"), house.now());
}

#[test]
fn the_mail_says_for_whom_from_where_and_for_how_long() {
    let house = House::open();
    let browser = house.browser();
    browser.asks_for_code(&browser.visits(&house.books()), "ann@example.org");
    let letter = house.letter_to("ann@example.org");
    assert_eq!(letter.subject, format!("{} is your code for Harbour Books", letter.code));
    for words in ["within 10 minutes", "only at login.example", "from Leeds, GB", "2026-01-01 23:50 UTC"] {
        assert!(letter.text.contains(words), "{words}: {}", letter.text);
    }
}

#[test]
fn a_code_lives_for_ten_minutes_and_not_a_second_longer() {
    for (seconds, lives) in [(599, true), (600, false)] {
        let house = House::open();
        let browser = house.browser();
        let page = browser.asks_for_code(&browser.visits(&house.books()), "ann@example.org");
        house.wait(seconds);
        let after = browser.types_code(&page, &house.code_for("ann@example.org"));
        assert_eq!(after.leads_to().is_some(), lives, "{seconds}");
    }
}

#[test]
fn a_code_is_read_however_it_is_pasted() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits(&house.books()), "ann@example.org");
    let code = house.code_for("ann@example.org");
    let pasted = format!(" {} {} ", &code[..3], &code[3..]);
    assert!(browser.types_code(&page, &pasted).leads_to().is_some());
}

#[test]
fn the_code_of_one_browser_is_worth_nothing_in_another() {
    let house = House::open();
    let (ann, mallory) = (house.browser(), house.browser());
    let page = ann.asks_for_code(&ann.visits(&house.books()), "ann@example.org");
    mallory.visits(&house.books());
    assert_eq!(mallory.opens(&page.at).status, StatusCode::BAD_REQUEST);
    let code = house.code_for("ann@example.org");
    let stolen = mallory.types_code(&page, &code);
    assert!(stolen.status == StatusCode::BAD_REQUEST && stolen.leads_to().is_none());
    assert!(ann.types_code(&page, &code).leads_to().is_some(), "and the try of another browser spends nothing");
}

#[test]
fn wrong_expired_and_used_codes_look_alike() {
    let house = House::open();
    let [wrong, expired, used] = ["wrong", "expired", "used"].map(|_| house.browser());
    let pages = [&wrong, &expired, &used].map(|browser| {
        house.wait(60);
        browser.asks_for_code(&browser.visits(&house.books()), "ann@example.org")
    });
    let [for_wrong, for_expired, for_used] = pages;
    let code_of_used = house.code_for("ann@example.org");
    assert!(used.types_code(&for_used, &code_of_used).leads_to().is_some());
    let answers = [wrong.types_code(&for_wrong, "000000"), used.types_code(&for_used, &code_of_used)];
    house.wait(540);
    let answers = [&answers[0], &answers[1], &expired.types_code(&for_expired, &house.letters()[1].code)];
    for answer in answers {
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.says("That code doesn’t work."));
    }
    let strip = |page: &crate::page::Page, asked: &crate::page::Page| {
        let challenge = asked.at.split("challenge=").nth(1).unwrap().to_owned();
        page.without_secrets().replace(&challenge, "…")
    };
    assert_eq!(strip(answers[0], &for_wrong), strip(answers[1], &for_used));
    assert_eq!(strip(answers[0], &for_wrong), strip(answers[2], &for_expired));
}

#[test]
fn a_code_for_tokens_is_taken_once_within_a_minute_and_a_replay_ends_what_it_gave() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let back = browser.signs_in(&site, "ann@example.org");
    let tokens = site.welcomes(&back);
    assert_eq!(site.asks_who(&tokens.text("access_token")).status, 200);
    assert_eq!(site.redeems(&back.authorization_code()).error(), "invalid_grant");
    assert_eq!(site.asks_who(&tokens.text("access_token")).status, 401);
    assert_eq!(site.refreshes(&tokens.text("refresh_token")).error(), "invalid_grant");

    let code = browser.visits(&site).authorization_code();
    house.wait(60);
    assert_eq!(site.redeems(&code).error(), "invalid_grant");
}

#[test]
fn a_strangers_try_with_a_code_leaves_the_owners_alone() {
    let house = House::open();
    let (books, shop) = (house.books(), house.shop());
    let back = house.browser().signs_in(&books, "ann@example.org");
    assert_eq!(shop.redeems(&back.authorization_code()).error(), "invalid_grant");
    books.welcomes(&back);
}

#[test]
fn the_way_back_survives_reload_another_address_and_a_second_tab() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let typo = browser.asks_for_code(&browser.visits(&site), "amn@example.org");
    let reloaded = browser.opens(&typo.at);
    assert_eq!(reloaded.status, StatusCode::OK);
    let address_page = browser.opens(&typo.at.replace("/sign-in/code", "/sign-in"));
    let page = browser.asks_for_code(&address_page, "ann@example.org");
    let second_tab = browser.opens(&page.at);
    let back = browser.types_code(&second_tab, &house.code_for("ann@example.org"));
    assert_eq!(back.parameters()["state"], "state 1");
    site.welcomes(&back);
    assert!(browser.opens(&page.at).says("This step is already done"), "who goes back further finds no dead end that blames the clock");
    assert!(browser.opens(&typo.at).says("amn@example.org"), "the other address's page is a step of its own");
}

#[test]
fn an_address_page_that_lay_open_for_an_hour_asks_to_begin_anew() {
    for (seconds, status) in [(3_599, StatusCode::OK), (3_600, StatusCode::BAD_REQUEST)] {
        let house = House::open();
        let browser = house.browser();
        let page = browser.visits(&house.books());
        house.wait(seconds);
        assert_eq!(browser.asks_for_code(&page, "ann@example.org").status, status, "{seconds}");
    }
}

#[test]
fn crockford_codes_are_typed_as_they_are_heard() {
    let house = House::with(&[("OTP_ALPHABET", "crockford")]);
    let browser = house.browser();
    let page = browser.asks_for_code(&browser.visits(&house.books()), "ann@example.org");
    let code = house.code_for("ann@example.org");
    let heard = code.to_lowercase().replace('0', "o").replace('1', "l");
    assert!(browser.types_code(&page, &format!("{}-{}", &heard[..4], &heard[4..])).leads_to().is_some());
}

#[test]
fn a_posted_request_is_carried_over_without_what_nobody_reads() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let request = site.request(&[]);
    let post = |more: &str| browser.posts("/authorize", &format!("{}{more}", request.split_once('?').unwrap().1));
    let answer = post(&format!("&unknown={}", "u".repeat(20_000)));
    assert_eq!((answer.status, answer.header("location").unwrap()), (StatusCode::SEE_OTHER, format!("{ISSUER}{request}").as_str()));
    assert!(browser.opens(&request).says("Harbour Books"));

    let repeated = post("&nonce=again").header("location").unwrap().replace(ISSUER, "");
    assert_eq!(browser.opens(&repeated).error(), "invalid_request");
    assert_eq!(post(&format!("&login_hint={}", "u".repeat(20_000))).status, StatusCode::BAD_REQUEST, "no URL is as long as that");
}
