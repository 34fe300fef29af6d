//! The pages of second factors as they are shown, and as somebody would like to break them.

use nightlatch::pages::{
    AppProblem, Asked, AuthenticatorsPage, BrowsersPage, Look, MadeCodesPage, NewAuthenticatorPage, Page, RecoveryCodesPage, SecondFactorPage,
    SecondProblem, ShownAuthenticator, ShownBrowser,
};
use nightlatch::platform::Fault;
use nightlatch::values::Timestamp;

fn second_factor(look: Look<'_>, asked: Asked, problem: Option<SecondProblem>) -> SecondFactorPage<'_> {
    SecondFactorPage {
        look,
        client: None,
        address: "ann@example.org",
        sign_in: "sign-in",
        csrf: "csrf",
        asked: Some(asked),
        passkey: None,
        other: Some("/sign-in/second?sign_in=sign-in"),
        trust_days: 30,
        problem,
    }
}

const KEY_URI: &str =
    "otpauth://totp/Nightlatch:ann%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Nightlatch&algorithm=SHA1&digits=6&period=30";

fn new_authenticator(look: Look<'_>, problem: Option<AppProblem>) -> NewAuthenticatorPage<'_> {
    let key = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";
    NewAuthenticatorPage { look, uri: KEY_URI, key, sealed: "sealed-offer", name: "", csrf: "csrf", problem }
}

/// Each page with a name for its file.
pub(crate) fn pages(look: Look<'_>) -> Vec<(&'static str, Result<Page, Fault>)> {
    let time = Timestamp::from_seconds(1_795_293_480);
    let apps = [
        ShownAuthenticator { id: "a1", name: "Phone", since: time, used: Some(time) },
        ShownAuthenticator { id: "a2", name: "Tablet", since: time, used: None },
    ];
    let user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let browsers = [ShownBrowser { id: "b1", user_agent, place: "Graz, AT", until: time }];
    let recovery = |left, help| RecoveryCodesPage { look, left, made_at: 1_763_757_720, help, csrf: "csrf", news: None }.render();
    let codes = ["01234-56789", "ABCDE-FGHJK", "KMNPQ-RSTVW", "XYZ01-23456", "789AB-CDEFG", "HJKMN-PQRST", "VWXYZ-01234"];
    vec![
        ("second_factor", second_factor(look, Asked::AuthenticatorCode, None).render()),
        ("second_factor_wrong", second_factor(look, Asked::AuthenticatorCode, Some(SecondProblem::Wrong)).render()),
        ("second_factor_recovery", second_factor(look, Asked::RecoveryCode, Some(SecondProblem::Blocked { seconds: 290 })).render()),
        ("account_authenticators", AuthenticatorsPage { look, apps: &apps, is_full: false, csrf: "csrf", news: Some("added") }.render()),
        ("account_authenticators_none", AuthenticatorsPage { look, apps: &[], is_full: false, csrf: "csrf", news: None }.render()),
        ("account_new_authenticator", new_authenticator(look, None).render()),
        ("account_new_authenticator_wrong", new_authenticator(look, Some(AppProblem::Wrong)).render()),
        ("account_recovery_codes", recovery(8, true)),
        ("account_recovery_codes_few", recovery(2, true)),
        ("account_recovery_codes_useless", recovery(0, false)),
        ("account_made_codes", MadeCodesPage { look, codes: &codes, sealed: "sealed-codes", csrf: "csrf" }.render()),
        ("account_browsers", BrowsersPage { look, browsers: &browsers, csrf: "csrf", news: None }.render()),
        ("account_browsers_none", BrowsersPage { look, browsers: &[], csrf: "csrf", news: Some("all") }.render()),
    ]
}

/// The pages with a text everywhere that somebody would like to be markup.
pub(crate) fn broken_by<'a>(look: Look<'a>, evil: &'a str) -> Vec<Result<Page, Fault>> {
    let app = ShownAuthenticator { id: evil, name: evil, since: Timestamp::from_seconds(0), used: None };
    let browser = ShownBrowser { id: evil, user_agent: evil, place: evil, until: Timestamp::from_seconds(0) };
    let asked = second_factor(look, Asked::RecoveryCode, None);
    vec![
        SecondFactorPage { address: evil, sign_in: evil, csrf: evil, other: Some(evil), ..asked }.render(),
        AuthenticatorsPage { look, apps: &[app], is_full: true, csrf: evil, news: Some(evil) }.render(),
        NewAuthenticatorPage { uri: evil, key: evil, sealed: evil, name: evil, csrf: evil, ..new_authenticator(look, None) }.render(),
        RecoveryCodesPage { look, left: 3, made_at: 1, help: true, csrf: evil, news: Some(evil) }.render(),
        MadeCodesPage { look, codes: &[evil], sealed: evil, csrf: evil }.render(),
        BrowsersPage { look, browsers: &[browser], csrf: evil, news: Some(evil) }.render(),
    ]
}
