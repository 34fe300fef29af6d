//! An answer on its way: status, headers, body. Every header value goes through [`HeaderValue`], which no line break passes.

use ::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, LOCATION, PRAGMA, REFERRER_POLICY, RETRY_AFTER, SET_COOKIE,
    STRICT_TRANSPORT_SECURITY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use ::http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::message::{Afterwards, Handled};
use crate::flows::Failure;
use crate::oidc::authorization_response::Location;
use crate::oidc::error::{ErrorCode, Refusal};
use crate::pages::{Page, csp};
use crate::values::{Issuer, RequestId, Seconds};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An answer.
pub struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
    afterwards: Option<Afterwards>,
}

impl Reply {
    /// An answer without a body.
    #[must_use]
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: String::new(), afterwards: None }
    }

    /// A page of ours with its policy; nobody keeps it.
    #[must_use]
    pub fn page(status: StatusCode, page: Page) -> Self {
        let policy = csp(&page);
        Self { body: page.html, ..Self::empty(status) }
            .with(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))
            .with_text(CONTENT_SECURITY_POLICY, &policy)
            .with(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"))
            .with(REFERRER_POLICY, HeaderValue::from_static("same-origin"))
            .with(CACHE_CONTROL, HeaderValue::from_static("no-store"))
    }

    /// A plain text; its headers are its maker's.
    #[must_use]
    pub fn text(text: String) -> Self {
        Self { body: text, ..Self::empty(StatusCode::OK) }
    }

    /// JSON that nobody keeps; `Pragma` says so to caches of HTTP/1.0 (RFC 6749 §5.1).
    #[must_use]
    pub fn json(status: StatusCode, value: &Value) -> Self {
        Self { body: value.to_string(), ..Self::empty(status) }
            .with(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .with(CACHE_CONTROL, HeaderValue::from_static("no-store"))
            .with(PRAGMA, HeaderValue::from_static("no-cache"))
    }

    /// JSON that caches keep for so long.
    #[must_use]
    pub fn public_json(text: String, max_age: Seconds) -> Self {
        Self { body: text, ..Self::empty(StatusCode::OK) }
            .with(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .with_text(CACHE_CONTROL, &format!("public, max-age={}", max_age.count()))
    }

    /// See other: the browser goes on by GET, whatever brought it here (RFC 9700 §4.12).
    #[must_use]
    pub fn redirect(to: &Location) -> Self {
        Self::empty(StatusCode::SEE_OTHER)
            .with_text(LOCATION, to.as_str())
            .with(CACHE_CONTROL, HeaderValue::from_static("no-store"))
            .with(REFERRER_POLICY, HeaderValue::from_static("no-referrer"))
    }

    /// Not with this verb.
    #[must_use]
    pub fn method_not_allowed(allowed: &'static str) -> Self {
        Self::json(StatusCode::METHOD_NOT_ALLOWED, &json!({"error": "invalid_request", "error_description": "this URL doesn't take this method"}))
            .with(ALLOW, HeaderValue::from_static(allowed))
    }

    /// An RFC's error as JSON, with the status and the challenge that belong to it. A fault is `server_error` and says no more.
    #[must_use]
    pub fn failure(failure: &Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::refusal(refusal),
            Failure::Broken(_) => Self::refusal(&Refusal::new(ErrorCode::ServerError, "something broke here; the request id finds it in the log")),
        }
    }

    fn refusal(refusal: &Refusal) -> Self {
        let body = json!({"error": refusal.code.as_str(), "error_description": refusal.description});
        let reply = Self::json(status_of(refusal.code), &body);
        match refusal.code {
            ErrorCode::InvalidClient => reply.with(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"nightlatch\"")),
            ErrorCode::InvalidToken | ErrorCode::InsufficientScope => reply.with_challenge(refusal),
            // RFC 9470 §3.
            ErrorCode::InsufficientUserAuthentication(demand) => {
                let challenge = format!(
                    "Bearer realm=\"nightlatch\", error=\"{}\", error_description=\"{}\", acr_values=\"{}\", max_age=\"{}\"",
                    refusal.code.as_str(),
                    refusal.description,
                    demand.level.acr(),
                    demand.max_age.count()
                );
                reply.with_text(WWW_AUTHENTICATE, &challenge)
            }
            ErrorCode::InvalidRequest
            | ErrorCode::InvalidGrant
            | ErrorCode::UnauthorizedClient
            | ErrorCode::UnsupportedGrantType
            | ErrorCode::UnsupportedResponseType
            | ErrorCode::InvalidScope
            | ErrorCode::LoginRequired
            | ErrorCode::UnmetAuthenticationRequirements
            | ErrorCode::AccessDenied
            | ErrorCode::RequestNotSupported
            | ErrorCode::RequestUriNotSupported
            | ErrorCode::RegistrationNotSupported
            | ErrorCode::ServerError => reply,
        }
    }

    /// With the challenge of an endpoint that takes access tokens: it also says what is wrong with the request itself (RFC 6750 §3.1).
    #[must_use]
    pub fn with_challenge(self, refusal: &Refusal) -> Self {
        let (code, description) = (refusal.code.as_str(), &refusal.description);
        self.with_text(WWW_AUTHENTICATE, &format!("Bearer realm=\"nightlatch\", error=\"{code}\", error_description=\"{description}\""))
    }

    /// With another status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// With a header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// With a header whose text may not fit; then without it.
    #[must_use]
    pub fn with_text(self, name: HeaderName, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(value) => self.with(name, value),
            Err(_) => self,
        }
    }

    /// With one more cookie.
    #[must_use]
    pub fn with_cookie(mut self, cookie: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            self.headers.append(SET_COOKIE, value);
        }
        self
    }

    /// With the time to wait.
    #[must_use]
    pub fn retry_after(self, wait: Seconds) -> Self {
        self.with_text(RETRY_AFTER, &wait.count().to_string())
    }

    /// With work for afterwards.
    #[must_use]
    pub fn and_then(mut self, afterwards: Option<Afterwards>) -> Self {
        self.afterwards = afterwards;
        self
    }

    /// Without its body, as a HEAD is answered.
    #[must_use]
    pub fn without_body(mut self) -> Self {
        self.body.clear();
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Sends it off, with the headers that every answer has.
    #[must_use]
    pub fn send(self, issuer: &Issuer, request_id: &RequestId) -> Handled {
        let reply = self.with(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        let mut reply = reply.with_text(X_REQUEST_ID, request_id.as_str());
        if issuer.is_secure() {
            reply = reply.with(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
        }
        let mut answer = Response::new(reply.body);
        *answer.status_mut() = reply.status;
        *answer.headers_mut() = reply.headers;
        Handled { answer, afterwards: reply.afterwards }
    }
}

const fn status_of(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::InvalidClient | ErrorCode::InvalidToken | ErrorCode::InsufficientUserAuthentication(_) => StatusCode::UNAUTHORIZED,
        ErrorCode::InsufficientScope => StatusCode::FORBIDDEN,
        ErrorCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::InvalidRequest
        | ErrorCode::InvalidGrant
        | ErrorCode::UnauthorizedClient
        | ErrorCode::UnsupportedGrantType
        | ErrorCode::UnsupportedResponseType
        | ErrorCode::InvalidScope
        | ErrorCode::LoginRequired
        | ErrorCode::UnmetAuthenticationRequirements
        | ErrorCode::AccessDenied
        | ErrorCode::RequestNotSupported
        | ErrorCode::RequestUriNotSupported
        | ErrorCode::RegistrationNotSupported => StatusCode::BAD_REQUEST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::error::StepUpDemand;
    use crate::oidc::proof::Level;

    #[test]
    fn a_proof_too_old_or_too_weak_is_told_what_would_do() {
        let demand = StepUpDemand { level: Level::Two, max_age: Seconds::new(600) };
        let reply = Reply::failure(&Refusal::insufficient_user_authentication(demand).into());
        assert_eq!(reply.status(), StatusCode::UNAUTHORIZED);
        let challenge = reply.headers.get(WWW_AUTHENTICATE).unwrap().to_str().unwrap();
        assert!(challenge.starts_with("Bearer ") && challenge.contains("error=\"insufficient_user_authentication\""), "{challenge}");
        assert!(challenge.ends_with("acr_values=\"2\", max_age=\"600\""), "{challenge}");
    }
}
