//! What an authorization request may say, and who is told where it says something else.

use serde_json::json;

use super::*;
use crate::values::Issuer;

const LIMITS: Limits = Limits { state: 2_048, nonce: 300 };
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn client() -> Client {
    Client::from_metadata(&json!({"client_id": "demo", "redirect_uris": ["https://app.example/cb"], "token_endpoint_auth_method": "none"})).unwrap()
}

fn confidential(require_pkce: bool) -> Client {
    Client::from_metadata(
        &json!({"client_id": "demo", "redirect_uris": ["https://app.example/cb"], "client_secret": "s", "require_pkce": require_pkce}),
    )
    .unwrap()
}

/// A right request with some parameters changed; an empty value leaves one out.
fn request(changes: &[(&str, &str)]) -> AuthorizationRequest {
    let mut pairs = vec![
        ("client_id", "demo"),
        ("redirect_uri", "https://app.example/cb"),
        ("response_type", "code"),
        ("scope", "openid email"),
        ("state", "s"),
        ("nonce", "n"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    pairs.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    pairs.extend_from_slice(changes);
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    AuthorizationRequest::parse(&Parameters::parse(&query).unwrap(), LIMITS).unwrap()
}

fn refusal(changes: &[(&str, &str)]) -> &'static str {
    match request(changes).validate(&client()) {
        Err(Rejected::ToClient(_, refusal)) => refusal.code.as_str(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_right_request_is_followed() {
    let request = request(&[("prompt", "login"), ("max_age", "60"), ("unknown", "ignored")]);
    let client = client();
    let validated = request.validate(&client).unwrap();
    assert_eq!(validated.scope.to_string(), "openid email");
    assert_eq!(validated.prompt, Prompt::Always);
    assert_eq!(validated.max_age, Some(Seconds::new(60)));
    assert_eq!(validated.nonce, Some("n"));
}

#[test]
fn without_a_client_or_its_redirect_uri_there_is_no_way_back() {
    let bad = |query: &str| AuthorizationRequest::parse(&Parameters::parse(query).unwrap(), LIMITS).unwrap_err();
    assert_eq!(bad("redirect_uri=https://app.example/cb"), NoWayBack::UnknownClient);
    assert_eq!(bad("client_id=demo"), NoWayBack::BadRedirectUri);
    assert_eq!(bad("client_id=demo&client_id=other&redirect_uri=https://app.example/cb"), NoWayBack::UnknownClient);
    assert_eq!(bad("client_id=demo&redirect_uri=https://app.example/cb&redirect_uri=https://evil.example/"), NoWayBack::BadRedirectUri);
    assert_eq!(request(&[("client_id", "other")]).validate(&client()).unwrap_err(), Rejected::OnPage(NoWayBack::UnknownClient));
    for evil in ["https://evil.example/", "https://app.example/cb/../evil", "https://app.example/cb?x=1", "//app.example/cb", "javascript:alert(1)"] {
        assert_eq!(request(&[("redirect_uri", evil)]).validate(&client()).unwrap_err(), Rejected::OnPage(NoWayBack::BadRedirectUri), "{evil}");
    }
}

#[test]
fn each_wrong_parameter_has_its_error() {
    for (changes, error) in [
        (vec![("response_type", "")], "invalid_request"),
        (vec![("response_type", "token")], "unsupported_response_type"),
        (vec![("response_type", "code id_token")], "unsupported_response_type"),
        (vec![("response_mode", "web_message")], "invalid_request"),
        (vec![("scope", "")], "invalid_scope"),
        (vec![("scope", "admin")], "invalid_scope"),
        (vec![("code_challenge", "")], "invalid_request"),
        (vec![("code_challenge_method", "plain")], "invalid_request"),
        (vec![("code_challenge_method", "")], "invalid_request"),
        (vec![("code_challenge", "short")], "invalid_request"),
        (vec![("prompt", "none login")], "invalid_request"),
        (vec![("prompt", "dance")], "invalid_request"),
        (vec![("max_age", "-1")], "invalid_request"),
        (vec![("max_age", "soon")], "invalid_request"),
        (vec![("max_age", "+1")], "invalid_request"),
        (vec![("request", "eyJ")], "request_not_supported"),
        (vec![("request_uri", "https://a.example")], "request_uri_not_supported"),
        (vec![("registration", "{}")], "registration_not_supported"),
        (vec![("state", "a"), ("state", "b")], "invalid_request"),
        (vec![("scope", "openid"), ("scope", "email")], "invalid_request"),
        (vec![("unheard_of", "a"), ("unheard_of", "a")], "invalid_request"),
    ] {
        assert_eq!(refusal(&changes), error, "{changes:?}");
    }
}

#[test]
fn lengths_are_bounded() {
    let long_state = "s".repeat(2_049);
    assert_eq!(refusal(&[("state", &long_state)]), "invalid_request");
    assert_eq!(refusal(&[("nonce", &"n".repeat(301))]), "invalid_request");
    assert_eq!(refusal(&[("scope", &"openid ".repeat(60))]), "invalid_scope");
    assert!(request(&[("state", &"s".repeat(2_048)), ("nonce", &"n".repeat(300))]).validate(&client()).is_ok());
}

#[test]
fn what_is_too_long_does_not_pass_for_left_out() {
    let long = "a".repeat(400);
    for name in ["response_type", "response_mode", "code_challenge", "code_challenge_method", "prompt", "max_age", "acr_values"] {
        assert_eq!(refusal(&[(name, &long)]), "invalid_request", "{name}");
    }
    let request = request(&[("code_challenge", &long), ("code_challenge_method", "")]);
    assert!(matches!(request.validate(&confidential(false)), Err(Rejected::ToClient(_, _))));
}

#[test]
fn only_a_confidential_client_registered_so_goes_without_pkce() {
    let without = request(&[("code_challenge", ""), ("code_challenge_method", "")]);
    assert!(without.validate(&confidential(false)).unwrap().code_challenge.is_none());
    assert!(without.validate(&confidential(true)).is_err());
    // What such a client does bring is checked all the same: no downgrade.
    assert!(request(&[("code_challenge_method", "plain")]).validate(&confidential(false)).is_err());
    assert!(request(&[("code_challenge", "")]).validate(&confidential(false)).is_err());
}

#[test]
fn an_error_travels_in_the_mode_that_was_asked_for() {
    let client = client();
    let located = |changes: &[(&str, &str)]| match request(changes).validate(&client) {
        Err(Rejected::ToClient(target, refusal)) => target.with_error(&refusal, &Issuer::parse("https://op.example").unwrap()).as_str().to_owned(),
        other => panic!("{other:?}"),
    };
    assert!(located(&[("response_mode", "fragment"), ("scope", "")]).starts_with("https://app.example/cb#error=invalid_scope"));
    assert!(located(&[("scope", "")]).starts_with("https://app.example/cb?error=invalid_scope"));
    assert!(located(&[("response_type", "token")]).starts_with("https://app.example/cb#error=unsupported_response_type"));
}

#[test]
fn a_request_survives_its_way_through_the_form() {
    let request = request(&[("prompt", "login"), ("ui_locales", "de en"), ("state", "a\u{0}\"<b>")]);
    let text = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<AuthorizationRequest>(&text).unwrap(), request);
}

#[test]
fn what_is_read_is_all_that_a_post_must_carry_over() {
    let query: String = READ.iter().map(|name| format!("{name}=1&")).collect();
    let whole = Parameters::parse(&query).unwrap();
    let read = |parameters: &Parameters| AuthorizationRequest::parse(parameters, LIMITS).unwrap();
    for name in READ {
        let rest: Vec<&str> = READ.iter().copied().filter(|other| other != name).collect();
        let without = Parameters::parse(&whole.to_query(&rest).unwrap()).unwrap();
        if !matches!(*name, "client_id" | "redirect_uri" | "request_uri" | "registration") {
            assert_ne!(read(&without), read(&whole), "{name} is read");
        }
    }
    let beside = Parameters::parse(&format!("{query}display=popup&claims=%7B%7D")).unwrap();
    assert_eq!(read(&beside), read(&whole), "nothing else is");
}

#[test]
fn a_request_that_names_no_level_of_ours_gets_the_clients_own() {
    let mut client = client();
    let level = |client: &Client, acr_values: &str| request(&[("acr_values", acr_values)]).validate(client).unwrap().level;
    assert_eq!([level(&client, ""), level(&client, "2")], [None, Some(Level::Two)]);
    client.default_level = Some(Level::Two);
    assert_eq!([level(&client, ""), level(&client, "urn:example:gold")], [Some(Level::Two); 2]);
    assert_eq!(level(&client, "1"), Some(Level::One), "a request overrides the registration");
}
