//! The provider's metadata: OpenID Connect Discovery 1.0 §3 and RFC 8414 §2. Only what is on is listed.

use serde_json::{Value, json};

use crate::routes;
use crate::values::{Issuer, Language};

/// The metadata document, the same at both well-known places.
#[must_use]
pub fn metadata(issuer: &Issuer) -> Value {
    let secret_methods = ["client_secret_basic", "client_secret_post"];
    json!({
        "issuer": issuer.as_str(),
        "authorization_endpoint": issuer.url(routes::AUTHORIZE),
        "token_endpoint": issuer.url(routes::TOKEN),
        "userinfo_endpoint": issuer.url(routes::USERINFO),
        "jwks_uri": issuer.url(routes::JWKS),
        "introspection_endpoint": issuer.url(routes::INTROSPECT),
        "revocation_endpoint": issuer.url(routes::REVOKE),
        "end_session_endpoint": issuer.url(routes::LOGOUT),
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "introspection_endpoint_auth_methods_supported": secret_methods,
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": [super::proof::ACR_ONE_FACTOR],
        "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
        "display_values_supported": ["page", "popup", "touch", "wap"],
        "claim_types_supported": ["normal"],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "sid", "nonce", "at_hash", "email", "email_verified", "name", "family_name", "given_name",
            "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"
        ],
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
        let document = metadata(&Issuer::parse("https://login.example.com").unwrap());
        for (name, value) in document.as_object().unwrap() {
            if name.ends_with("_endpoint") || name.ends_with("_uri") {
                assert!(value.as_str().unwrap().starts_with("https://login.example.com/"), "{name}");
            }
        }
    }
}
