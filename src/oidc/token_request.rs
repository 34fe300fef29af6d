//! The token request: one variant a grant type. RFC 6749 §4.1.3 and §6, RFC 7636 §4.5.

use super::error::{ErrorCode, Refusal};
use super::parameters::Parameters;
use super::pkce::CodeVerifier;
use crate::values::{Scope, Secret};

/// What a client asks the token endpoint for.
pub enum TokenRequest {
    /// `authorization_code`.
    AuthorizationCode {
        /// The code.
        code: Secret<String>,
        /// The redirect URI that it was sent to.
        redirect_uri: String,
        /// The PKCE verifier.
        verifier: Option<CodeVerifier>,
    },
    /// `refresh_token`.
    RefreshToken {
        /// The token.
        token: Secret<String>,
        /// Perhaps fewer scopes than were granted.
        scope: AskedScope,
    },
}

/// What a refresh asks for. A malformed scope is judged after the token is: it must not hide that the token was used before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskedScope {
    /// Nothing was said: all that was granted.
    AsGranted,
    /// Not more than this.
    Within(Scope),
    /// Something that is no scope.
    Malformed,
}

impl TokenRequest {
    /// Reads the body.
    ///
    /// # Errors
    /// A refusal where something is missing, repeated or malformed.
    pub fn parse(body: &Parameters) -> Result<Self, Refusal> {
        if body.has_repeats() {
            return Err(Refusal::invalid_request("a parameter is repeated"));
        }
        match body.one("grant_type") {
            Some("authorization_code") => Self::code(body),
            Some("refresh_token") => Self::refresh(body),
            Some(_) => Err(Refusal::new(ErrorCode::UnsupportedGrantType, "authorization_code and refresh_token are offered")),
            None => Err(Refusal::invalid_request("grant_type is missing")),
        }
    }

    fn code(body: &Parameters) -> Result<Self, Refusal> {
        let code = body.owned("code").ok_or(Refusal::invalid_request("code is missing"))?;
        let redirect_uri = body.owned("redirect_uri").ok_or(Refusal::invalid_request("redirect_uri is missing"))?;
        let verifier = match body.one("code_verifier") {
            None => None,
            Some(text) => Some(CodeVerifier::parse(text).ok_or(Refusal::invalid_request("code_verifier must be 43 to 128 unreserved characters"))?),
        };
        Ok(Self::AuthorizationCode { code: Secret::new(code), redirect_uri, verifier })
    }

    fn refresh(body: &Parameters) -> Result<Self, Refusal> {
        let token = body.owned("refresh_token").ok_or(Refusal::invalid_request("refresh_token is missing"))?;
        let scope = match body.one("scope") {
            None => AskedScope::AsGranted,
            Some(text) => Scope::parse(text).map_or(AskedScope::Malformed, AskedScope::Within),
        };
        Ok(Self::RefreshToken { token: Secret::new(token), scope })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(body: &str) -> &'static str {
        TokenRequest::parse(&Parameters::parse(body).unwrap()).err().map_or("none", |refusal| refusal.code.as_str())
    }

    #[test]
    fn each_missing_or_malformed_parameter_is_refused() {
        for (body, expected) in [
            ("", "invalid_request"),
            ("grant_type=password", "unsupported_grant_type"),
            ("grant_type=authorization_code&redirect_uri=u", "invalid_request"),
            ("grant_type=authorization_code&code=c", "invalid_request"),
            ("grant_type=authorization_code&code=c&redirect_uri=u&code_verifier=short", "invalid_request"),
            ("grant_type=authorization_code&code=c&code=d&redirect_uri=u", "invalid_request"),
            ("resource=a&resource=b&grant_type=authorization_code&code=c&code=d&redirect_uri=u", "invalid_request"),
            ("grant_type=refresh_token", "invalid_request"),
            ("grant_type=authorization_code&code=c&redirect_uri=u", "none"),
            ("grant_type=refresh_token&refresh_token=t&scope=openid", "none"),
        ] {
            assert_eq!(error(body), expected, "{body}");
        }
    }
}
