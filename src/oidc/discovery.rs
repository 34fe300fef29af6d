//! The provider's metadata: OpenID Connect Discovery 1.0 §3 and RFC 8414 §2. Only what is on is listed.

use serde_json::{Value, json};

use super::claims::{PHONE, PHONE_CLAIMS, PROFILE_CLAIMS};
use crate::routes;
use crate::values::{Issuer, Language};

// As slices, that one loop turns into JSON: in place, each name would be code of its own.
const SCOPES: &[&str] = &["openid", "profile", "email", "offline_access"];
const PROMPTS: &[&str] = &["none", "login", "consent", "select_account", "create"];
const DISPLAYS: &[&str] = &["page", "popup", "touch", "wap"];
const CLAIMS: &[&str] = &["sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "sid", "nonce", "at_hash", "email", "email_verified"];
/// Those of the scope `profile` that no profile holds.
const CLAIMS_BESIDE_PROFILE: &[&str] = &["locale", "updated_at"];
const RESPONSE_MODES: &[&str] = &["query", "fragment"];
const GRANT_TYPES: &[&str] = &["authorization_code", "refresh_token"];
const ALGORITHMS: &[&str] = &["RS256", "ES256"];
const AUTH_METHODS_WITH_SECRET: &[&str] = &["client_secret_basic", "client_secret_post"];
const AUTH_METHODS: &[&str] = &["client_secret_basic", "client_secret_post", "none"];

/// The metadata document, the same at both well-known places. `more` are the scopes of what is on in this deployment alone.
#[must_use]
pub fn metadata(issuer: &Issuer, more: &[&'static str]) -> Value {
    let scopes: Vec<&str> = SCOPES.iter().chain(more).copied().collect();
    let of_phones: &[&str] = if more.contains(&PHONE) { &PHONE_CLAIMS } else { &[] };
    let claims = [CLAIMS, PROFILE_CLAIMS, CLAIMS_BESIDE_PROFILE, of_phones].concat();
    json!({
        "issuer": issuer.as_str(),
        "authorization_endpoint": issuer.url(routes::AUTHORIZE),
        "token_endpoint": issuer.url(routes::TOKEN),
        "userinfo_endpoint": issuer.url(routes::USERINFO),
        "jwks_uri": issuer.url(routes::JWKS),
        "introspection_endpoint": issuer.url(routes::INTROSPECT),
        "revocation_endpoint": issuer.url(routes::REVOKE),
        "end_session_endpoint": issuer.url(routes::LOGOUT),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": RESPONSE_MODES,
        "grant_types_supported": GRANT_TYPES,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ALGORITHMS,
        "token_endpoint_auth_methods_supported": AUTH_METHODS,
        "introspection_endpoint_auth_methods_supported": AUTH_METHODS_WITH_SECRET,
        "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": super::proof::Level::ALL.map(super::proof::Level::acr),
        "prompt_values_supported": PROMPTS,
        "display_values_supported": DISPLAYS,
        "claim_types_supported": ["normal"],
        "claims_supported": claims,
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "ui_locales_supported": Language::ALL.iter().map(|language| language.tag()).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_https_issuer_lists_https_endpoints_alone() {
        let document = metadata(&Issuer::parse("https://login.example.com").unwrap(), &[]);
        for (name, value) in document.as_object().unwrap() {
            if name.ends_with("_endpoint") || name.ends_with("_uri") {
                assert!(value.as_str().unwrap().starts_with("https://login.example.com/"), "{name}");
            }
        }
    }

    #[test]
    fn phone_numbers_are_spoken_of_where_there_are_any() {
        let issuer = Issuer::parse("https://login.example.com").unwrap();
        for (more, there) in [(&[][..], false), (&["passkeys"], false), (&["passkeys", "phone"], true)] {
            let document = metadata(&issuer, more);
            let lists = |list: &str, name: &str| document[list].as_array().unwrap().iter().any(|item| item == name);
            assert_eq!(lists("scopes_supported", "phone"), there);
            assert!(PHONE_CLAIMS.iter().all(|claim| lists("claims_supported", claim) == there));
        }
    }
}
