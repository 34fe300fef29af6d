//! Every page in every language: as a snapshot, and held to what all pages promise.
//!
//! With `NIGHTLATCH_PAGES` naming a folder the pages are written there as well, each with its policy beside it, to be looked at.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that stumbles has failed")]

#[path = "pages/account.rs"]
mod account;
#[path = "pages/mails.rs"]
mod mails;
#[path = "pages/second_factors.rs"]
mod second_factors;

use base64::Engine as _;
use nightlatch::flows::sign_in::Channel;
use nightlatch::mail::{CodeFor, KeptMail};
use nightlatch::pages::{
    AddressPage, AddressProblem, Asked, Branding, ChallengePage, ClientDisplay, CodePage, CodeProblem, ConfirmSignOutPage, ErrorKind, ErrorPage,
    HomePage, Logo, Look, MailboxPage, Page, PasskeyAsked, PasskeyOfferPage, PasskeysPage, Promise, SecondFactorPage, ShownPasskey, SignedIn,
    SignedOutPage, csp,
};
use nightlatch::texts::original;
use nightlatch::values::{CodeAlphabet, Language, Timestamp};
use sha2::{Digest as _, Sha256};

#[path = "pages/passwords.rs"]
mod passwords;

const EVIL: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}";

fn branding() -> Branding {
    Branding::named("Nightlatch").unwrap()
}

fn look(branding: &Branding, language: Language) -> Look<'_> {
    Look { language, texts: original(language), branding }
}

const CLIENT: ClientDisplay<'static> = ClientDisplay {
    name: "Harbour Books",
    logo_uri: "",
    client_uri: "https://books.example.com/",
    policy_uri: "https://books.example.com/privacy",
    tos_uri: "https://books.example.com/terms",
};

fn address<'a>(look: Look<'a>, problem: Option<AddressProblem<'a>>) -> AddressPage<'a> {
    AddressPage {
        look,
        client: Some(CLIENT),
        sealed: "sealed-request",
        email: "",
        asks_again: false,
        takes_passwords: false,
        problem,
        turnstile_site_key: None,
        passkey: Some(PASSKEY),
    }
}

/// As long as a real one.
const PASSKEY: PasskeyAsked<'static> = PasskeyAsked {
    ceremony: "6a00000AAAAAAAAAAAAAAAAAAAAAAab12",
    purpose: "sign-in",
    options: r#"{"allowCredentials":[],"challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","rpId":"login.example","timeout":300000,"userVerification":"required"}"#,
    unknown: "",
};

/// Whatever a browser may have shown.
const EVIL_PASSKEY: PasskeyAsked<'static> = PasskeyAsked { ceremony: EVIL, purpose: EVIL, options: EVIL, unknown: EVIL };

const MY_PHONE: ShownPasskey<'static> = ShownPasskey {
    id: "AQEBAQEBAQEBAQEBAQEBAQ",
    name: "My phone",
    authenticator: "Apple Passwords",
    created_at: Timestamp::from_seconds(1_763_757_720),
    used_at: Some(Timestamp::from_seconds(1_763_757_780)),
    is_synced: true,
};
const MY_KEY: ShownPasskey<'static> =
    ShownPasskey { id: "AgICAgICAgICAgICAgICAg", name: "Passkey", authenticator: "", used_at: None, is_synced: false, ..MY_PHONE };

fn passkeys<'a>(look: Look<'a>, passkeys: &'a [ShownPasskey<'a>]) -> PasskeysPage<'a> {
    PasskeysPage { look, passkeys, add: Some(PASSKEY), confirm: None, csrf: "csrf", news: None, problem: None }
}

fn second(look: Look<'_>, asked: Option<Asked>) -> SecondFactorPage<'_> {
    SecondFactorPage {
        look,
        client: Some(CLIENT),
        address: "ann@example.org",
        sign_in: "sign-in",
        csrf: "csrf",
        asked,
        passkey: Some(PASSKEY),
        other: None,
        trust_days: 30,
        problem: None,
    }
}

fn code(look: Look<'_>, problem: Option<CodeProblem>) -> CodePage<'_> {
    CodePage {
        look,
        client: Some(CLIENT),
        address: "ann@example.org",
        channel: Channel::Mail,
        promise: Promise::Sent,
        ticket: "ticket",
        problem,
        alphabet: CodeAlphabet::digits(6).unwrap(),
        resend_in: 58,
        other_address: "/authorize?client_id=books",
    }
}

/// Each page with a name for its file.
fn pages(look: Look<'_>) -> Vec<(&'static str, Page)> {
    let domains = ["example.com".to_owned(), "example.org".to_owned()];
    let not_allowed = AddressProblem::DomainNotAllowed { allowed: &domains };
    let mut pages = vec![
        ("address", address(look, None).render()),
        ("address_malformed", AddressPage { email: "ann@", ..address(look, Some(AddressProblem::Malformed)) }.render()),
        ("address_domain", AddressPage { client: None, ..address(look, Some(not_allowed)) }.render()),
        ("address_blocked", address(look, Some(AddressProblem::Blocked { seconds: 2_400 })).render()),
        ("address_or_password", AddressPage { takes_passwords: true, ..address(look, None) }.render()),
        ("code", code(look, None).render()),
        ("code_wrong", CodePage { resend_in: 0, ..code(look, Some(CodeProblem::WrongOrExpired)) }.render()),
        ("code_resent", code(look, Some(CodeProblem::Resent)).render()),
        ("code_ten_digits", CodePage { alphabet: CodeAlphabet::digits(10).unwrap(), promise: Promise::IfInvited, ..code(look, None) }.render()),
        ("code_base32", CodePage { alphabet: CodeAlphabet::Crockford8, ..code(look, None) }.render()),
        (
            "challenge",
            ChallengePage { look, client: Some(CLIENT), action: "Pay €40 to Harbour Books", challenge: "challenge", csrf: "csrf", by_code: true }
                .render(),
        ),
        ("second_passkey", second(look, None).render()),
        ("second_app_and_passkey", second(look, Some(Asked::AuthenticatorCode)).render()),
        ("offer", PasskeyOfferPage { look, client: Some(CLIENT), sign_in: "sign-in", csrf: "csrf", passkey: PASSKEY, failed: false }.render()),
        ("confirm_sign_out", ConfirmSignOutPage { look, client: Some(CLIENT), csrf: "csrf", sealed: "sealed" }.render()),
        ("signed_out", SignedOutPage { look, back: Some(("Harbour Books", "https://books.example.com/")) }.render()),
        ("home", HomePage { look, signed_in: None }.render()),
        ("passkeys", PasskeysPage { confirm: Some("/account/confirm?to=/account/passkeys"), ..passkeys(look, &[MY_PHONE, MY_KEY]) }.render()),
        ("passkeys_none", passkeys(look, &[]).render()),
        ("mailbox", MailboxPage { look, mails: &[kept_mail()] }.render()),
        ("mailbox_empty", MailboxPage { look, mails: &[] }.render()),
    ];
    let person = SignedIn { address: "ann@example.org", name: "", csrf: "csrf" };
    pages.push(("home_signed_in", HomePage { look, signed_in: Some(person) }.render()));
    let error = ErrorPage { look, kind: ErrorKind::BadRedirectUri, detail: "redirect_uri is not registered", request_id: "0a1b2c3d" };
    pages.push(("error", error.render()));
    pages.extend(second_factors::pages(look));
    pages.extend(passwords::pages(look));
    pages.extend(account::pages(look));
    pages.into_iter().map(|(name, page)| (name, page.unwrap())).collect()
}

fn kept_mail() -> KeptMail {
    KeptMail {
        to: "ann@example.org".to_owned(),
        subject: "123456 is your code for Harbour Books".to_owned(),
        text: "Your sign-in code for Harbour Books is 123456\n\n    123 456\n".to_owned(),
        html: "<p>123456</p>".to_owned(),
        code: "123456".to_owned(),
        sent_at: "2026-11-21T20:38:00Z".to_owned(),
    }
}

/// Every page in every language.
fn for_each_page(check: impl Fn(&str, Language, &Page)) {
    let branding = branding();
    for language in Language::ALL {
        for (name, page) in pages(look(&branding, *language)) {
            check(name, *language, &page);
        }
    }
}

/// The page without style and script, which would drown the rest.
fn without_blocks(html: &str) -> String {
    let mut rest = html;
    let mut kept = String::new();
    while let Some(at) = rest.find("<style>").into_iter().chain(rest.find("<script>")).min() {
        let tag = if rest[at..].starts_with("<style>") { "style" } else { "script" };
        let end = rest[at..].find(&format!("</{tag}>")).unwrap() + at;
        kept.push_str(&rest[..at]);
        kept.push_str(&format!("<{tag}>…"));
        rest = &rest[end..];
    }
    kept + rest
}

/// The policy without the hashes, which change with every comma of the style; another test holds them to their blocks.
fn without_hashes(policy: &str) -> String {
    policy.split(' ').map(|word| if word.starts_with("'sha256-") { "'sha256-…'" } else { word }).collect::<Vec<_>>().join(" ")
}

/// What stands between the tags of each inline block of this kind.
fn blocks<'a>(html: &'a str, tag: &str) -> Vec<&'a str> {
    let open = format!("<{tag}>");
    html.split(open.as_str()).skip(1).map(|tail| tail.split(&format!("</{tag}>")).next().unwrap()).collect()
}

#[test]
fn pages_look_as_they_did() {
    for_each_page(|name, language, page| {
        insta::assert_snapshot!(format!("{name}.{}", language.tag()), format!("{}\n\n{}", without_hashes(&csp(page)), without_blocks(&page.html)));
    });
}

#[test]
fn mails_read_as_they_did() {
    for language in Language::ALL {
        let mail = mails::code_mail(CodeFor::SignIn, *language);
        insta::assert_snapshot!(format!("mail.{}", language.tag()), format!("{}\n\n{}\n\n{}", mail.subject, mail.text, mail.html));
        let mail = mails::code_mail(CodeFor::NewAddress, *language);
        insta::assert_snapshot!(format!("mail_address.{}", language.tag()), format!("{}\n\n{}", mail.subject, mail.text));
    }
}

#[test]
fn pages_can_be_written_to_a_folder_to_be_looked_at() {
    let Some(folder) = std::env::var_os("NIGHTLATCH_PAGES").map(std::path::PathBuf::from) else { return };
    std::fs::create_dir_all(&folder).unwrap();
    for_each_page(|name, language, page| {
        std::fs::write(folder.join(format!("{name}.{}.html", language.tag())), &page.html).unwrap();
        std::fs::write(folder.join(format!("{name}.{}.csp", language.tag())), csp(page)).unwrap();
    });
    for language in Language::ALL {
        std::fs::write(folder.join(format!("mail.{}.html", language.tag())), mails::code_mail(CodeFor::SignIn, *language).html).unwrap();
    }
}

#[test]
fn the_policy_lets_in_exactly_the_inline_blocks_of_its_page() {
    for_each_page(|name, _, page| {
        let policy = csp(page);
        let blocks: Vec<&str> = blocks(&page.html, "style").into_iter().chain(blocks(&page.html, "script")).collect();
        for block in &blocks {
            let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(block));
            assert!(policy.contains(&format!("'sha256-{hash}'")), "{name}: {policy}");
        }
        assert_eq!(policy.matches("'sha256-").count(), blocks.len(), "{name}");
        assert!(!policy.contains("unsafe") && !page.html.contains(" style=") && !page.html.contains(" onclick="), "{name}");
        assert!(policy.starts_with("default-src 'none'; ") && policy.contains("base-uri 'none'; frame-ancestors 'none'"), "{name}");
    });
}

#[test]
fn only_pages_whose_post_stays_with_us_have_a_form_action() {
    for_each_page(|name, _, page| {
        let policy = csp(page);
        let stem = name.split('_').next().unwrap();
        let expected = match (stem, name) {
            ("address" | "challenge" | "code" | "confirm" | "second" | "offer" | "password" | "new", _) => None,
            (_, "account_activity" | "account_apps_none" | "account_deleted") => Some("form-action 'none'"),
            ("account" | "passkeys", _) | (_, "home_signed_in") => Some("form-action 'self'"),
            _ => Some("form-action 'none'"),
        };
        assert_eq!(policy.split("; ").find(|directive| directive.starts_with("form-action")), expected, "{name}");
        assert!(!page.html.contains("<form") || expected != Some("form-action 'none'"), "{name}");
    });
}

#[test]
fn the_form_that_goes_on_is_the_first_one() {
    let branding = branding();
    let html = code(look(&branding, Language::En), None).render().unwrap().html;
    let first = html.find("<form").unwrap();
    assert!(html[first..].starts_with("<form method=\"post\" action=\"/sign-in/code\""));
}

#[test]
fn whole_pages_stay_light_even_before_compression() {
    for_each_page(|name, language, page| {
        assert!(page.html.len() < 20_000, "{name}.{}: {} bytes", language.tag(), page.html.len());
    });
}

#[test]
fn every_page_has_one_heading_its_language_and_its_direction() {
    for_each_page(|name, language, page| {
        let root = format!("<html lang=\"{}\" dir=\"{}\">", language.tag(), language.direction().attribute());
        assert!(page.html.contains(&root), "{name}");
        assert_eq!(page.html.matches("<h1>").count(), 1, "{name}");
        assert!(!page.html.contains("{{") && !page.html.contains("{n}") && !page.html.contains("{client}"), "{name}");
    });
}

#[test]
fn a_problem_is_in_the_title_is_announced_and_belongs_to_its_field() {
    let branding = branding();
    let look = look(&branding, Language::En);
    let wrong = code(look, Some(CodeProblem::WrongOrExpired)).render().unwrap().html;
    let malformed = address(look, Some(AddressProblem::Malformed)).render().unwrap().html;
    for (html, id) in [(wrong, "message"), (malformed, "problem")] {
        assert!(html.contains("<title>Error: "), "{html}");
        assert!(html.contains(&format!("id=\"{id}\" role=\"alert\"")), "{html}");
        assert!(html.contains(&format!("aria-describedby=\"{id} ")) && html.contains("aria-invalid=\"true\""), "{html}");
    }
}

#[test]
fn a_mail_sent_again_is_news_and_no_error() {
    let branding = branding();
    let html = code(look(&branding, Language::En), Some(CodeProblem::Resent)).render().unwrap().html;
    assert!(html.contains("<title>Check your mail") && html.contains("role=\"status\"") && !html.contains("aria-invalid=\"true\""));
}

#[test]
fn nothing_that_a_stranger_writes_becomes_markup() {
    let branding = Branding::named(EVIL).unwrap();
    let look = look(&branding, Language::En);
    let client = ClientDisplay { name: EVIL, logo_uri: EVIL, client_uri: EVIL, policy_uri: "javascript:alert(1)", tos_uri: EVIL };
    let domains = [EVIL.to_owned()];
    let problem = Some(AddressProblem::DomainNotAllowed { allowed: &domains });
    let mail = KeptMail { to: EVIL.into(), subject: EVIL.into(), text: EVIL.into(), html: EVIL.into(), code: EVIL.into(), sent_at: EVIL.into() };
    let person = SignedIn { address: EVIL, name: EVIL, csrf: EVIL };
    let pages = [
        AddressPage {
            look,
            client: Some(client),
            sealed: EVIL,
            email: EVIL,
            asks_again: false,
            takes_passwords: true,
            problem,
            turnstile_site_key: Some(EVIL),
            passkey: Some(EVIL_PASSKEY),
        }
        .render(),
        CodePage { client: Some(client), address: EVIL, ticket: EVIL, other_address: EVIL, ..code(look, None) }.render(),
        ConfirmSignOutPage { look, client: Some(client), csrf: EVIL, sealed: EVIL }.render(),
        SignedOutPage { look, back: Some((EVIL, "https://x.example/\"><script>alert(1)</script>")) }.render(),
        SignedOutPage { look, back: Some((EVIL, "javascript:alert(1)")) }.render(),
        ErrorPage { look, kind: ErrorKind::BadRequest, detail: EVIL, request_id: EVIL }.render(),
        HomePage { look, signed_in: Some(person) }.render(),
        MailboxPage { look, mails: &[mail] }.render(),
    ];
    let broken = account::broken_by(look, EVIL).into_iter().chain(second_factors::broken_by(look, EVIL)).chain(passwords::evil_pages(look, client));
    for page in pages.into_iter().chain(broken) {
        let html = page.unwrap().html;
        assert!(!html.contains("<script>alert") && !html.contains("<img src=x") && !html.contains("javascript:"), "{html}");
        assert!(html.contains("&#"), "{html}");
    }
}

#[test]
fn logos_are_let_in_by_their_exact_origins() {
    let accent = nightlatch::pages::Colour::parse("#0055aa").unwrap();
    let logo = Logo::parse("https://cdn.example.net/brand.svg").unwrap();
    let branding = Branding::new("Brand", Some(logo), accent, accent).unwrap();
    let client = ClientDisplay { logo_uri: "https://books.example.com/logo.png", ..CLIENT };
    let page = AddressPage { client: Some(client), ..address(look(&branding, Language::En), None) }.render().unwrap();
    assert!(csp(&page).contains("; img-src 'self' https://cdn.example.net https://books.example.com; "), "{}", csp(&page));
    assert!(page.html.contains("src=\"https://books.example.com/logo.png\""));
}

#[test]
fn the_check_for_robots_opens_the_policy_for_its_origin_alone() {
    let branding = branding();
    let page = AddressPage { turnstile_site_key: Some("0x4AAA"), passkey: None, ..address(look(&branding, Language::De), None) }.render().unwrap();
    let policy = csp(&page);
    assert!(policy.contains("; script-src https://challenges.cloudflare.com; frame-src https://challenges.cloudflare.com; "), "{policy}");
    let page_with_passkeys = AddressPage { turnstile_site_key: Some("0x4AAA"), ..address(look(&branding, Language::De), None) }.render().unwrap();
    assert!(csp(&page_with_passkeys).contains(" https://challenges.cloudflare.com; connect-src 'self'; frame-src "));
    assert!(page.html.contains("data-sitekey=\"0x4AAA\" data-language=\"de\""));
}

#[test]
fn every_kind_of_error_has_its_own_words_in_every_language() {
    let branding = branding();
    for language in Language::ALL {
        let mut pages: Vec<String> = Vec::new();
        for kind in ErrorKind::ALL {
            let page = ErrorPage { look: look(&branding, *language), kind, detail: "", request_id: "r" };
            let html = page.render().unwrap().html;
            let helps = matches!(kind, ErrorKind::Expired | ErrorKind::StepDone | ErrorKind::SomebodyElse | ErrorKind::NotFound);
            assert_eq!(html.contains("href=\"/\""), helps, "{kind:?} leads home where that helps");
            pages.push(html);
        }
        pages.sort();
        pages.dedup();
        assert_eq!(pages.len(), ErrorKind::ALL.len());
    }
}
