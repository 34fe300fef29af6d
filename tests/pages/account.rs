//! The account's pages as they are shown, and as somebody would like to break them.

use nightlatch::flows::account::Happened;
use nightlatch::flows::sign_in::Channel;
use nightlatch::mail::{Envelope, MailId, NoticeMail, Sender};
use nightlatch::oidc::profile::ProfileField;
use nightlatch::oidc::proof::Proof;
use nightlatch::pages::{
    ActivityPage, AddressesPage, AppsPage, CodePage, CodeProblem, DeletePage, DeletedPage, Look, NewAddressProblem, OverviewPage, Page, PhoneProblem,
    PhonesPage, ProfilePage, SessionsPage, ShownAddress, ShownApp, ShownSession,
};
use nightlatch::platform::Fault;
use nightlatch::store::account::Counts;
use nightlatch::store::events::{Event, EventKind};
use nightlatch::store::sessions::ListedSession;
use nightlatch::texts::original;
use nightlatch::values::{Language, SessionId, Timestamp};

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
const LATER: Timestamp = Timestamp::from_seconds(1_795_293_480);

fn proof() -> Proof {
    Proof { auth_time: LATER, amr: "pwd otp mfa".to_owned(), acr: "2".to_owned() }
}

fn happened(detail: &str, user_agent: &str, place: &str) -> Vec<Happened> {
    let event = Event {
        kind: Some(EventKind::AddressAdded),
        detail: detail.to_owned(),
        user_agent: user_agent.to_owned(),
        place: place.to_owned(),
        at: LATER,
    };
    let session = ListedSession {
        id: SessionId::from_stored("s".to_owned()),
        proof: proof(),
        user_agent: user_agent.to_owned(),
        place: place.to_owned(),
        created_at: LATER,
    };
    vec![Happened::SignIn(session), Happened::Change(event)]
}

fn addresses<'a>(look: Look<'a>, addresses: &'a [ShownAddress<'a>]) -> AddressesPage<'a> {
    AddressesPage { look, addresses, csrf: "csrf", typed: "", news: None, problem: None }
}

fn phones<'a>(look: Look<'a>, numbers: &'a [String]) -> PhonesPage<'a> {
    PhonesPage { look, numbers, csrf: "csrf", typed: "", news: None, problem: None }
}

fn code_by_text(look: Look<'_>, problem: Option<CodeProblem>) -> CodePage<'_> {
    CodePage { client: None, address: "+436641234567", channel: Channel::Text, other_address: "/account/phones", ..crate::code(look, problem) }
}

/// Each page with a name for its file.
pub(crate) fn pages(look: Look<'_>) -> Vec<(&'static str, Result<Page, Fault>)> {
    let counts = Counts { addresses: 2, passkeys: 1, authenticators: 0, recovery_codes: 9, phones: 2, sessions: 3, apps: 1, ..Counts::default() };
    let proof = proof();
    let here = ShownSession { id: "s1", user_agent: CHROME, place: "Graz, AT", since: LATER, proof: &proof, is_here: true };
    let sessions = [here, ShownSession { id: "s2", user_agent: "", place: "", is_here: false, ..here }];
    let overview =
        OverviewPage { look, address: "ann@example.org", name: "Ann Ørsted", counts, takes_passwords: false, takes_phones: true, csrf: "csrf" };
    let numbers = ["+436641234567".to_owned(), "+447700900123".to_owned()];
    let app = ShownApp { client: "books", name: "Harbour Books", scope: "openid email offline_access openid", since: LATER };
    let own = [
        ShownAddress { identity: "ann@example.org", typed: "Ann@example.org", is_primary: true },
        ShownAddress { identity: "ann@work.example", typed: "ann@work.example", is_primary: false },
    ];
    let mut values = [""; ProfileField::ALL.len()];
    values[0] = "Ann Ørsted";
    let profile = ProfilePage { look, values, language: Some(Language::De), csrf: "csrf", is_saved: true, unusable: None };
    let unusable = ProfilePage { is_saved: false, language: None, unusable: Some(ProfileField::Website), ..profile };
    let delete = DeletePage { look, address: "ann@example.org", csrf: "csrf", is_mistyped: false };
    vec![
        ("account", overview.render()),
        ("account_sessions", SessionsPage { look, sessions: &sessions, csrf: "csrf", news: Some("ended") }.render()),
        ("account_apps", AppsPage { look, apps: &[app], csrf: "csrf", news: None }.render()),
        ("account_apps_none", AppsPage { look, apps: &[], csrf: "csrf", news: Some("disconnected") }.render()),
        ("account_activity", ActivityPage { look, happened: &happened("ann@work.example", CHROME, "Graz, AT") }.render()),
        ("account_profile", profile.render()),
        ("account_profile_unusable", unusable.render()),
        ("account_addresses", addresses(look, &own).render()),
        ("account_addresses_own", AddressesPage { problem: Some(NewAddressProblem::HasAlready), ..addresses(look, &own) }.render()),
        ("account_phones", PhonesPage { news: Some("added"), ..phones(look, &numbers) }.render()),
        ("account_phones_none", phones(look, &[]).render()),
        (
            "account_phones_blocked",
            PhonesPage { typed: "+447700900124", problem: Some(PhoneProblem::Blocked { seconds: 2_400 }), ..phones(look, &numbers[..1]) }.render(),
        ),
        ("code_by_text", code_by_text(look, None).render()),
        ("code_by_text_wrong", code_by_text(look, Some(CodeProblem::WrongOrExpired)).render()),
        ("account_delete", delete.render()),
        ("account_delete_mistyped", DeletePage { is_mistyped: true, ..delete }.render()),
        ("account_deleted", DeletedPage { look }.render()),
    ]
}

/// Pages on which everything is what a stranger has written.
pub(crate) fn broken_by<'a>(look: Look<'a>, evil: &'a str) -> Vec<Result<Page, Fault>> {
    let proof = proof();
    let session = ShownSession { id: evil, user_agent: evil, place: evil, since: LATER, proof: &proof, is_here: false };
    let app = ShownApp { client: evil, name: evil, scope: evil, since: LATER };
    let address = ShownAddress { identity: evil, typed: evil, is_primary: false };
    let numbers = [evil.to_owned()];
    vec![
        OverviewPage { look, address: evil, name: evil, counts: Counts::default(), takes_passwords: true, takes_phones: true, csrf: evil }.render(),
        PhonesPage { look, numbers: &numbers, csrf: evil, typed: evil, news: Some(evil), problem: Some(PhoneProblem::Malformed) }.render(),
        SessionsPage { look, sessions: &[session], csrf: evil, news: Some(evil) }.render(),
        AppsPage { look, apps: &[app], csrf: evil, news: Some(evil) }.render(),
        ActivityPage { look, happened: &happened(evil, evil, evil) }.render(),
        ProfilePage { look, values: [evil; ProfileField::ALL.len()], language: None, csrf: evil, is_saved: false, unusable: None }.render(),
        AddressesPage { csrf: evil, typed: evil, news: Some(evil), ..addresses(look, &[address]) }.render(),
        DeletePage { look, address: evil, csrf: evil, is_mistyped: true }.render(),
    ]
}

#[test]
fn notices_read_as_they_did() {
    for language in Language::ALL {
        let texts = original(*language);
        let notice = NoticeMail {
            language: *language,
            texts,
            what: texts.event_address_added,
            detail: "ann@work.example",
            site: "Nightlatch",
            place: Some("Graz, AT"),
            browser: &texts.browser(CHROME),
            time: "2026-11-21 20:38 UTC",
            host: "id.example.com",
        };
        let envelope = Envelope {
            id: MailId::parse("mail-1-0").unwrap(),
            from: Sender::parse("Nightlatch <codes@example.com>").unwrap(),
            to: "ann@example.org".to_owned(),
            sent_at: 1_795_293_480,
        };
        let mail = notice.compose(envelope).unwrap();
        insta::assert_snapshot!(format!("notice.{}", language.tag()), format!("{}\n\n{}\n\n{}", mail.subject, mail.text, mail.html));
    }
}
