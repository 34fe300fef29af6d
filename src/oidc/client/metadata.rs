//! Client metadata as JSON: read strictly, written canonically. RFC 7591 §2; `require_pkce`,
//! `client_secrets` and `allowed_origins` are members of our own.

use serde_json::{Map, Value, json};

use super::{AuthenticationMethod, Client, Display, PkceRequirement, RefreshTokens, StoredSecret};
use crate::oidc::proof::Level;
use crate::platform::SignatureAlgorithm;
use crate::values::line::is_deceptive;
use crate::values::redirect_uri::{ApplicationType, RedirectUri};
use crate::values::{ClientId, Scope, base64url};

/// Scopes of a client whose registration names none.
const DEFAULT_SCOPE: &str = "openid profile email offline_access";
/// More URIs than a client needs.
const MOST_URIS: usize = 50;
/// The longest text of a name, in characters.
const LONGEST_NAME: usize = 100;

/// What is wrong with a client's metadata: the member and a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct ClientMetadataError {
    /// The member's name.
    pub field: &'static str,
    /// What is wrong, and what would be right.
    pub reason: String,
}

/// Whether the metadata leave the id to us.
#[must_use]
pub fn generated_id_is_needed(metadata: &Value) -> bool {
    metadata.get("client_id").is_none()
}

fn wrong(field: &'static str, reason: impl Into<String>) -> ClientMetadataError {
    ClientMetadataError { field, reason: reason.into() }
}

pub(super) fn parse(metadata: &Value) -> Result<Client, ClientMetadataError> {
    let object = metadata.as_object().ok_or_else(|| wrong("client", "it must be a JSON object"))?;
    let id = text(object, "client_id")?
        .and_then(|id| ClientId::parse(&id))
        .ok_or_else(|| wrong("client_id", "1 to 100 visible ASCII characters are needed"))?;
    let application = application_type(object)?;
    let redirect_uris = uris(object, "redirect_uris", application)?;
    if redirect_uris.is_empty() {
        return Err(wrong("redirect_uris", "at least one is needed"));
    }
    check_response_types(object)?;
    let secrets = secrets(object)?;
    let authentication = authentication(object, &secrets)?;
    let origins = origins(object, &redirect_uris)?;
    Ok(Client {
        id,
        display: display(object)?,
        post_logout_redirect_uris: uris(object, "post_logout_redirect_uris", application)?,
        redirect_uris,
        application,
        authentication,
        secrets,
        refresh_tokens: grant_types(object)?,
        scope: scope(object)?,
        signing: signing(object)?,
        pkce: pkce(object, authentication)?,
        default_level: default_level(object)?,
        origins,
    })
}

pub(super) fn write(client: &Client) -> Value {
    let grants = match client.refresh_tokens {
        RefreshTokens::Allowed => json!(["authorization_code", "refresh_token"]),
        RefreshTokens::Denied => json!(["authorization_code"]),
    };
    let mut metadata = json!({
        "client_id": client.id,
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.post_logout_redirect_uris,
        "application_type": client.application,
        "grant_types": grants,
        "response_types": ["code"],
        "scope": client.scope,
        "id_token_signed_response_alg": match client.signing { SignatureAlgorithm::Rs256 => "RS256", SignatureAlgorithm::Es256 => "ES256" },
        "require_pkce": client.pkce == PkceRequirement::Required,
        "client_secrets": client.secrets,
        "allowed_origins": client.origins,
    });
    if let Some(object) = metadata.as_object_mut() {
        let method = match client.authentication {
            AuthenticationMethod::None => Some("none"),
            AuthenticationMethod::SecretBasic => Some("client_secret_basic"),
            AuthenticationMethod::SecretPost => Some("client_secret_post"),
            AuthenticationMethod::SecretAnywhere => None,
        };
        let shown = &client.display;
        let members = [
            ("token_endpoint_auth_method", method),
            ("client_name", shown.name.as_deref()),
            ("logo_uri", shown.logo_uri.as_deref()),
            ("policy_uri", shown.policy_uri.as_deref()),
            ("tos_uri", shown.tos_uri.as_deref()),
            ("client_uri", shown.client_uri.as_deref()),
        ];
        for (name, value) in members {
            if let Some(value) = value {
                object.insert(name.to_owned(), json!(value));
            }
        }
        if let Some(level) = client.default_level {
            object.insert("default_acr_values".to_owned(), json!([level.acr()]));
        }
    }
    metadata
}

fn text(object: &Map<String, Value>, field: &'static str) -> Result<Option<String>, ClientMetadataError> {
    match object.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => Err(wrong(field, "a text is needed")),
    }
}

fn texts(object: &Map<String, Value>, field: &'static str) -> Result<Option<Vec<String>>, ClientMetadataError> {
    let Some(value) = object.get(field).filter(|value| !value.is_null()) else { return Ok(None) };
    let list = value.as_array().ok_or_else(|| wrong(field, "an array of texts is needed"))?;
    if list.len() > MOST_URIS {
        return Err(wrong(field, "at most 50 are allowed"));
    }
    list.iter()
        .map(|item| item.as_str().map(str::to_owned))
        .collect::<Option<Vec<_>>>()
        .map(Some)
        .ok_or_else(|| wrong(field, "an array of texts is needed"))
}

fn uris(object: &Map<String, Value>, field: &'static str, application: ApplicationType) -> Result<Vec<RedirectUri>, ClientMetadataError> {
    let list = texts(object, field)?.unwrap_or_default();
    list.iter().map(|uri| RedirectUri::register(uri, application).map_err(|why| wrong(field, format!("{uri:?} can't be used: {why}")))).collect()
}

fn application_type(object: &Map<String, Value>) -> Result<ApplicationType, ClientMetadataError> {
    match text(object, "application_type")?.as_deref() {
        None | Some("web") => Ok(ApplicationType::Web),
        Some("native") => Ok(ApplicationType::Native),
        Some(_) => Err(wrong("application_type", "\"web\" or \"native\" is needed")),
    }
}

fn check_response_types(object: &Map<String, Value>) -> Result<(), ClientMetadataError> {
    let types = texts(object, "response_types")?.unwrap_or_else(|| vec!["code".to_owned()]);
    if types == ["code"] { Ok(()) } else { Err(wrong("response_types", "only [\"code\"] is offered")) }
}

fn grant_types(object: &Map<String, Value>) -> Result<RefreshTokens, ClientMetadataError> {
    let Some(types) = texts(object, "grant_types")? else { return Ok(RefreshTokens::Allowed) };
    if let Some(unknown) = types.iter().find(|kind| !matches!(kind.as_str(), "authorization_code" | "refresh_token")) {
        return Err(wrong("grant_types", format!("{unknown:?} isn't offered; authorization_code and refresh_token are")));
    }
    if !types.iter().any(|kind| kind == "authorization_code") {
        return Err(wrong("grant_types", "authorization_code is needed"));
    }
    Ok(if types.iter().any(|kind| kind == "refresh_token") { RefreshTokens::Allowed } else { RefreshTokens::Denied })
}

fn scope(object: &Map<String, Value>) -> Result<Scope, ClientMetadataError> {
    let text = text(object, "scope")?.unwrap_or_else(|| DEFAULT_SCOPE.to_owned());
    Scope::parse(&text)
        .filter(|scope| !scope.is_empty())
        .ok_or_else(|| wrong("scope", "scope tokens separated by spaces are needed, 300 characters at most"))
}

fn signing(object: &Map<String, Value>) -> Result<SignatureAlgorithm, ClientMetadataError> {
    match text(object, "id_token_signed_response_alg")?.as_deref() {
        None | Some("RS256") => Ok(SignatureAlgorithm::Rs256),
        Some("ES256") => Ok(SignatureAlgorithm::Es256),
        Some(_) => Err(wrong("id_token_signed_response_alg", "\"RS256\" or \"ES256\" is needed")),
    }
}

fn secrets(object: &Map<String, Value>) -> Result<Vec<StoredSecret>, ClientMetadataError> {
    let mut secrets: Vec<StoredSecret> = match object.get("client_secrets") {
        None | Some(Value::Null) => Vec::new(),
        Some(list) => {
            serde_json::from_value(list.clone()).map_err(|_| wrong("client_secrets", "an array of {\"sha256\", \"expires_at\"} is needed"))?
        }
    };
    if let Some(plain) = text(object, "client_secret")? {
        if plain.is_empty() || plain.len() > 100 || !plain.bytes().all(|b| (0x20..=0x7e).contains(&b)) {
            return Err(wrong("client_secret", "1 to 100 visible ASCII characters are needed"));
        }
        secrets.push(StoredSecret { sha256: base64url::sha256(plain), expires_at: None });
    }
    Ok(secrets)
}

fn authentication(object: &Map<String, Value>, secrets: &[StoredSecret]) -> Result<AuthenticationMethod, ClientMetadataError> {
    const FIELD: &str = "token_endpoint_auth_method";
    let method = match text(object, FIELD)?.as_deref() {
        Some("none") => AuthenticationMethod::None,
        Some("client_secret_basic") => AuthenticationMethod::SecretBasic,
        Some("client_secret_post") => AuthenticationMethod::SecretPost,
        Some(_) => return Err(wrong(FIELD, "\"none\", \"client_secret_basic\" or \"client_secret_post\" is needed")),
        None if secrets.is_empty() => AuthenticationMethod::None,
        None => AuthenticationMethod::SecretAnywhere,
    };
    match method {
        AuthenticationMethod::None if !secrets.is_empty() => Err(wrong(FIELD, "a public client (\"none\") has no client_secret")),
        AuthenticationMethod::SecretBasic | AuthenticationMethod::SecretPost if secrets.is_empty() => {
            Err(wrong("client_secret", "this authentication method needs one"))
        }
        AuthenticationMethod::None | AuthenticationMethod::SecretBasic | AuthenticationMethod::SecretPost | AuthenticationMethod::SecretAnywhere => {
            Ok(method)
        }
    }
}

fn pkce(object: &Map<String, Value>, authentication: AuthenticationMethod) -> Result<PkceRequirement, ClientMetadataError> {
    match object.get("require_pkce") {
        None | Some(Value::Null | Value::Bool(true)) => Ok(PkceRequirement::Required),
        Some(Value::Bool(false)) if authentication == AuthenticationMethod::None => {
            Err(wrong("require_pkce", "a public client can't go without PKCE"))
        }
        Some(Value::Bool(false)) => Ok(PkceRequirement::Optional),
        Some(_) => Err(wrong("require_pkce", "true or false is needed")),
    }
}

/// OpenID Connect Registration §2: in order of preference. Unlike a request's, they are all ours, or a slip would lower the client's level unseen.
fn default_level(object: &Map<String, Value>) -> Result<Option<Level>, ClientMetadataError> {
    const FIELD: &str = "default_acr_values";
    let values = texts(object, FIELD)?.unwrap_or_default();
    let levels = values.iter().map(|value| Level::of_acr(value)).collect::<Option<Vec<_>>>();
    let levels = levels.ok_or_else(|| wrong(FIELD, "\"1\" (one factor) and \"2\" (two factors) are offered"))?;
    Ok(levels.first().copied())
}

fn display(object: &Map<String, Value>) -> Result<Display, ClientMetadataError> {
    let name = text(object, "client_name")?;
    if let Some(name) = &name
        && (name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(is_deceptive))
    {
        return Err(wrong("client_name", "1 to 100 characters are needed, without control and direction characters"));
    }
    Ok(Display {
        name,
        logo_uri: link(object, "logo_uri")?,
        policy_uri: link(object, "policy_uri")?,
        tos_uri: link(object, "tos_uri")?,
        client_uri: link(object, "client_uri")?,
    })
}

fn link(object: &Map<String, Value>, field: &'static str) -> Result<Option<String>, ClientMetadataError> {
    let Some(text) = text(object, field)? else { return Ok(None) };
    RedirectUri::register(&text, ApplicationType::Web)
        .map(|uri| Some(uri.as_str().to_owned()))
        .map_err(|_| wrong(field, "an https URL is needed (http for localhost)"))
}

fn origins(object: &Map<String, Value>, redirect_uris: &[RedirectUri]) -> Result<Vec<String>, ClientMetadataError> {
    const FIELD: &str = "allowed_origins";
    let mut origins: Vec<String> = Vec::new();
    let Some(listed) = texts(object, FIELD)? else {
        for origin in redirect_uris.iter().filter_map(RedirectUri::origin) {
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        return Ok(origins);
    };
    for text in listed {
        let origin = RedirectUri::register(&text, ApplicationType::Web).ok().and_then(|uri| uri.origin());
        let origin = origin
            .filter(|origin| *origin == text)
            .ok_or_else(|| wrong(FIELD, format!("{text:?} isn't an origin such as https://app.example.com")))?;
        origins.push(origin);
    }
    Ok(origins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demo() -> Value {
        json!({"client_id": "demo", "redirect_uris": ["https://app.example/cb"], "token_endpoint_auth_method": "none"})
    }

    fn with(field: &str, value: Value) -> Value {
        let mut metadata = demo();
        metadata[field] = value;
        metadata
    }

    #[test]
    fn a_client_written_and_read_again_is_the_same() {
        let mut metadata = demo();
        metadata["token_endpoint_auth_method"] = json!("client_secret_post");
        metadata["client_secret"] = json!("a secret");
        metadata["require_pkce"] = json!(false);
        metadata["client_name"] = json!("Demo");
        metadata["default_acr_values"] = json!(["2", "1"]);
        let client = Client::from_metadata(&metadata).unwrap();
        assert_eq!(Client::from_metadata(&client.to_metadata()), Ok(client.clone()));
        assert!(!client.to_metadata().to_string().contains("a secret"));
    }

    #[test]
    fn each_malformed_member_is_named() {
        for (field, value) in [
            ("client_id", json!("")),
            ("client_id", json!("a b")),
            ("client_id", json!("x".repeat(101))),
            ("redirect_uris", json!([])),
            ("redirect_uris", json!("https://a.example")),
            ("redirect_uris", json!(["javascript:alert(1)"])),
            ("redirect_uris", json!([1])),
            ("post_logout_redirect_uris", json!(["http://evil.example"])),
            ("response_types", json!(["token"])),
            ("grant_types", json!(["password"])),
            ("grant_types", json!(["refresh_token"])),
            ("scope", json!("a\"b")),
            ("scope", json!("")),
            ("token_endpoint_auth_method", json!("tls")),
            ("token_endpoint_auth_method", json!(1)),
            ("client_secrets", json!("x")),
            ("require_pkce", json!("no")),
            ("require_pkce", json!(false)),
            ("client_name", json!("a\u{202e}b")),
            ("client_name", json!("")),
            ("logo_uri", json!("http://evil.example/logo.png")),
            ("application_type", json!("desktop")),
            ("id_token_signed_response_alg", json!("none")),
            ("allowed_origins", json!(["https://a.example/path"])),
            ("default_acr_values", json!("2")),
            ("default_acr_values", json!(["2", "urn:example:gold"])),
        ] {
            assert_eq!(Client::from_metadata(&with(field, value.clone())).unwrap_err().field, field, "{value}");
        }
        assert_eq!(Client::from_metadata(&with("client_secret", json!("s"))).unwrap_err().field, "token_endpoint_auth_method");
        assert_eq!(Client::from_metadata(&with("token_endpoint_auth_method", json!("client_secret_basic"))).unwrap_err().field, "client_secret");
        assert_eq!(Client::from_metadata(&json!([])).unwrap_err().field, "client");
    }

    #[test]
    fn a_registration_that_names_no_method_accepts_the_secret_in_either_place() {
        let mut metadata = demo();
        metadata["token_endpoint_auth_method"] = Value::Null;
        metadata["client_secret"] = json!("s");
        assert_eq!(Client::from_metadata(&metadata).unwrap().authentication, AuthenticationMethod::SecretAnywhere);
    }

    #[test]
    fn origins_come_from_the_redirect_uris_unless_they_are_listed() {
        assert_eq!(Client::from_metadata(&demo()).unwrap().origins, ["https://app.example"]);
        assert_eq!(Client::from_metadata(&with("allowed_origins", json!(["https://b.example"]))).unwrap().origins, ["https://b.example"]);
    }

    #[test]
    fn an_expired_secret_counts_no_more() {
        let mut metadata = demo();
        metadata["token_endpoint_auth_method"] = json!("client_secret_basic");
        metadata["client_secrets"] = json!([{"sha256": base64url::sha256("old"), "expires_at": 100}, {"sha256": base64url::sha256("new")}]);
        let client = Client::from_metadata(&metadata).unwrap();
        let at = crate::values::Timestamp::from_seconds;
        assert!(client.knows_secret("old", at(99)));
        assert!(!client.knows_secret("old", at(100)));
        assert!(client.knows_secret("new", at(100)));
        assert!(!client.knows_secret("", at(100)));
    }
}
