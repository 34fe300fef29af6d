//! Each condition where it holds and where it doesn't, and which rule decides.

use super::*;
use crate::config::PolicyResult;
use crate::oidc::proof::Method;
use crate::values::Timestamp;

/// The rules of a JSON text, by way of the settings.
fn rules(text: &str) -> Vec<PolicyRule> {
    serde_json::from_str(text).unwrap()
}

const NONE: Factors = Factors { passkey: false, authenticator: false, recovery_code: false, password: false, trusted_browser: false };

struct Around {
    client: ClientId,
    scope: Scope,
}

fn around() -> Around {
    Around { client: ClientId::parse("bank").unwrap(), scope: Scope::parse("openid payments").unwrap() }
}

/// The bank asks, from Leeds, in a known browser, right after a proof of somebody who has nothing else.
fn case(around: &Around) -> Case<'_> {
    Case {
        client: Some((&around.client, &around.scope)),
        browser: BrowserIs::Known,
        country: Country::parse("GB"),
        ip: "203.0.113.7".parse().ok(),
        person: Some(AboutPerson { proof_age: Seconds::ZERO, factors: NONE }),
    }
}

fn applies(when: &str, case: &Case<'_>) -> bool {
    let rules = rules(&format!(r#"[{{"name": "r", "when": {when}, "then": "block"}}]"#));
    match judge(&rules, case) {
        Verdict::Decided(rule) => rule.then == PolicyResult::Block,
        Verdict::Nothing | Verdict::DependsOnPerson => false,
    }
}

#[test]
fn each_condition_holds_where_it_should_and_nowhere_else() {
    let around = around();
    for (when, expected) in [
        ("{}", true),
        (r#"{"clients": ["shop", "bank"]}"#, true),
        (r#"{"clients": ["shop"]}"#, false),
        (r#"{"scopes": ["payments"]}"#, true),
        (r#"{"scopes": ["email", "profile"]}"#, false),
        (r#"{"new_browser": false}"#, true),
        (r#"{"new_browser": true}"#, false),
        (r#"{"countries": ["GB", "IE"]}"#, true),
        (r#"{"countries": ["DE"]}"#, false),
        (r#"{"not_countries": ["DE"]}"#, true),
        (r#"{"not_countries": ["GB"]}"#, false),
        (r#"{"networks": ["198.51.100.0/24", "203.0.113.0/24"]}"#, true),
        (r#"{"networks": ["203.0.113.8"]}"#, false),
        (r#"{"last_proof_older_than": 0}"#, false),
        (r#"{"has": ["passkey"]}"#, false),
        (r#"{"lacks": ["passkey", "password"]}"#, true),
        (r#"{"clients": ["bank"], "countries": ["DE"]}"#, false),
        (r#"{"clients": ["bank"], "countries": ["GB"], "lacks": ["authenticator"]}"#, true),
    ] {
        assert_eq!(applies(when, &case(&around)), expected, "{when}");
    }
}

#[test]
fn a_new_browser_is_not_a_known_one() {
    let around = around();
    let new = Case { browser: BrowserIs::New, ..case(&around) };
    assert!(applies(r#"{"new_browser": true}"#, &new) && !applies(r#"{"new_browser": false}"#, &new));
}

#[test]
fn an_unknown_place_is_in_no_country_and_no_network() {
    let around = around();
    let nowhere = Case { country: None, ip: None, ..case(&around) };
    for (when, expected) in
        [(r#"{"countries": ["GB"]}"#, false), (r#"{"not_countries": ["GB"]}"#, true), (r#"{"networks": ["0.0.0.0/0", "::/0"]}"#, false)]
    {
        assert_eq!(applies(when, &nowhere), expected, "{when}");
    }
}

#[test]
fn our_own_pages_are_no_client_and_have_no_scope() {
    let around = around();
    let at_home = Case { client: None, ..case(&around) };
    assert!(!applies(r#"{"clients": ["bank"]}"#, &at_home) && !applies(r#"{"scopes": ["openid"]}"#, &at_home));
    assert!(applies(r#"{"countries": ["GB"]}"#, &at_home));
}

#[test]
fn an_old_proof_and_what_a_person_has_are_looked_at() {
    let around = around();
    let factors = Factors { passkey: true, password: true, ..NONE };
    let old = Case { person: Some(AboutPerson { proof_age: Seconds::new(601), factors }), ..case(&around) };
    for (when, expected) in [
        (r#"{"last_proof_older_than": 600}"#, true),
        (r#"{"last_proof_older_than": 601}"#, false),
        (r#"{"has": ["passkey", "password"]}"#, true),
        (r#"{"has": ["passkey", "authenticator"]}"#, false),
        (r#"{"lacks": ["authenticator", "recovery_code"]}"#, true),
        (r#"{"lacks": ["authenticator", "passkey"]}"#, false),
    ] {
        assert_eq!(applies(when, &old), expected, "{when}");
    }
}

#[test]
fn the_first_rule_that_applies_decides() {
    let around = around();
    let rules = rules(
        r#"[{"name": "elsewhere", "when": {"countries": ["DE"]}, "then": "block"},
            {"name": "office", "when": {"networks": ["203.0.113.0/24"]}, "then": "allow"},
            {"name": "all", "then": {"challenge": ["passkey"]}}]"#,
    );
    let name = |case: &Case<'_>| match judge(&rules, case) {
        Verdict::Decided(rule) => rule.name.clone(),
        Verdict::Nothing | Verdict::DependsOnPerson => String::new(),
    };
    assert_eq!(name(&case(&around)), "office");
    assert_eq!(name(&Case { country: Country::parse("DE"), ..case(&around) }), "elsewhere");
    assert_eq!(name(&Case { ip: None, ..case(&around) }), "all");
    assert_eq!(judge(&[], &case(&around)), Verdict::Nothing);
}

#[test]
fn the_person_is_asked_after_only_where_a_rule_hangs_on_them() {
    let around = around();
    let unknown = Case { person: None, ..case(&around) };
    let verdict = |text: &str| match judge(&rules(text), &unknown) {
        Verdict::Nothing => "nothing",
        Verdict::Decided(_) => "decided",
        Verdict::DependsOnPerson => "depends",
    };
    assert_eq!(verdict(r#"[{"name": "r", "when": {"countries": ["DE"], "has": ["passkey"]}, "then": "block"}]"#), "nothing");
    assert_eq!(verdict(r#"[{"name": "r", "when": {"countries": ["GB"], "has": ["passkey"]}, "then": "block"}]"#), "depends");
    assert_eq!(verdict(r#"[{"name": "r", "when": {"countries": ["GB"]}, "then": "allow"}]"#), "decided");
}

#[test]
fn a_challenge_is_met_by_what_was_shown_beside_something_else_and_by_a_passkey_alone() {
    let at = Timestamp::from_seconds(5);
    let proof = |methods: &[Method]| methods[1..].iter().fold(Proof::by(methods[0], at), |proof, method| proof.and(*method));
    use Method::{AuthenticatorApp, EmailCode, Passkey, Password, RecoveryCode, VerifiedPasskey};
    for (shown, by_app, by_passkey) in [
        (&[EmailCode][..], false, false),
        (&[Password], false, false),
        (&[EmailCode, AuthenticatorApp], true, false),
        (&[Password, RecoveryCode], true, false),
        (&[VerifiedPasskey], false, true),
        (&[Passkey], false, true),
        (&[EmailCode, Passkey], false, true),
        (&[VerifiedPasskey, AuthenticatorApp], true, true),
        (&[EmailCode, AuthenticatorApp, Passkey], true, true),
        (&[EmailCode, Passkey, AuthenticatorApp], true, true),
        (&[EmailCode, Passkey, Passkey], false, true),
        (&[EmailCode, AuthenticatorApp, Passkey, RecoveryCode], true, true),
    ] {
        let proof = proof(shown);
        assert_eq!(is_met(&[SecondFactor::AuthenticatorApp], &proof), by_app, "{shown:?}");
        assert_eq!(is_met(&[SecondFactor::Passkey], &proof), by_passkey, "{shown:?}");
        assert_eq!(is_met(&SecondFactor::ALL, &proof), by_app || by_passkey, "{shown:?}");
    }
    assert!(!is_met(&[], &proof(&[VerifiedPasskey])));
}
