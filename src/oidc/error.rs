//! The errors of OAuth 2.0 and OpenID Connect. RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 9470 §3, OpenID Connect Core §3.1.2.6.

use std::borrow::Cow;

use super::proof::Level;
use crate::values::Seconds;

/// How somebody must have signed in for what an access token asks for. RFC 9470 §3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepUpDemand {
    /// At least so surely: `acr_values`.
    pub level: Level,
    /// At most so long ago: `max_age`.
    pub max_age: Seconds,
}

/// An error code as it goes over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// Something is missing, repeated, malformed.
    InvalidRequest,
    /// The client isn't known, or hasn't proven who it is.
    InvalidClient,
    /// The code or refresh token is wrong, used, over, or somebody else's.
    InvalidGrant,
    /// The client may not use this.
    UnauthorizedClient,
    /// No such grant type here.
    UnsupportedGrantType,
    /// No such response type here.
    UnsupportedResponseType,
    /// None of the scopes can be given.
    InvalidScope,
    /// `prompt=none`, and nobody is signed in as asked.
    LoginRequired,
    /// The person can't sign in as surely as the client asks.
    UnmetAuthenticationRequirements,
    /// The person may not sign in, by the operator's policy.
    AccessDenied,
    /// `request` isn't read here.
    RequestNotSupported,
    /// `request_uri` isn't read here.
    RequestUriNotSupported,
    /// `registration` isn't read here.
    RegistrationNotSupported,
    /// The access token is wrong, over or ended.
    InvalidToken,
    /// The access token hasn't the scope.
    InsufficientScope,
    /// The person has signed in too long ago for this, or not surely enough.
    InsufficientUserAuthentication(StepUpDemand),
    /// Something broke.
    ServerError,
}

impl ErrorCode {
    /// The code as text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::LoginRequired => "login_required",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::AccessDenied => "access_denied",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::InsufficientUserAuthentication(_) => "insufficient_user_authentication",
            Self::ServerError => "server_error",
        }
    }
}

/// A no that the caller may read: a code, and a sentence for the developer on the other side.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", code.as_str())]
pub struct Refusal {
    /// The RFC's code.
    pub code: ErrorCode,
    /// What is wrong, in a sentence without secrets and without what came from outside.
    pub description: Cow<'static, str>,
}

impl Refusal {
    /// A refusal with a constant sentence.
    #[must_use]
    pub const fn new(code: ErrorCode, description: &'static str) -> Self {
        Self { code, description: Cow::Borrowed(description) }
    }

    /// `invalid_request`.
    #[must_use]
    pub const fn invalid_request(description: &'static str) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    /// `invalid_grant`. One sentence for every cause: what is wrong, used, over and foreign looks the same.
    #[must_use]
    pub const fn invalid_grant() -> Self {
        Self::new(ErrorCode::InvalidGrant, "the grant is wrong, used, expired, or was given to another client")
    }

    /// `invalid_client`. One sentence for every cause.
    #[must_use]
    pub const fn invalid_client() -> Self {
        Self::new(ErrorCode::InvalidClient, "client authentication failed")
    }

    /// `invalid_token`.
    #[must_use]
    pub const fn invalid_token() -> Self {
        Self::new(ErrorCode::InvalidToken, "the access token is wrong, expired or revoked")
    }

    /// `insufficient_user_authentication`: with what is demanded, a client knows how to ask for a better token.
    #[must_use]
    pub const fn insufficient_user_authentication(demand: StepUpDemand) -> Self {
        Self::new(ErrorCode::InsufficientUserAuthentication(demand), "the person must sign in more surely or more recently for this")
    }
}
