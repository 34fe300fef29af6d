//! What pages with passkeys need beside their forms: a new ceremony where one was open for long, and the origins that share our passkeys.

use ::http::StatusCode;
use serde_json::json;

use crate::flows::Failure;
use crate::flows::passkeys::{Ceremony, Use};
use crate::http::cors;
use crate::http::exchange::Exchange;
use crate::http::reply::Reply;
use crate::oidc::error::Refusal;
use crate::pages::PasskeyAsked;
use crate::platform::Platform;

/// A ceremony in the texts that a page holds.
pub(in crate::http::endpoints) struct Written {
    id: String,
    purpose: String,
    options: String,
}

impl Written {
    pub(in crate::http::endpoints) fn of(ceremony: Ceremony) -> Self {
        Self { id: ceremony.id.to_string(), purpose: ceremony.purpose.to_text(), options: ceremony.options.to_string() }
    }

    pub(in crate::http::endpoints) fn asked(&self) -> PasskeyAsked<'_> {
        PasskeyAsked { ceremony: &self.id, purpose: &self.purpose, options: &self.options, unknown: "" }
    }
}

/// Answers `/passkeys/ceremony`: only our own pages read it, for no other origin is let in.
///
/// # Errors
/// `invalid_request` where the browser hasn't been here, or the use is none.
pub fn ceremony<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let purpose = exchange.query().one("use").and_then(Use::parse);
    let (Some(purpose), Some(browser)) = (purpose, &exchange.visit.browser) else {
        return Err(Refusal::invalid_request("the use is none, or this browser has been on no page of ours").into());
    };
    match exchange.provider.renewed_ceremony(&purpose, browser, exchange.visit.now)? {
        Some((ceremony, challenge)) => Ok(Reply::json(StatusCode::OK, &json!({"ceremony": ceremony, "challenge": challenge}))),
        None => Err(Refusal::invalid_request("there are no passkeys here").into()),
    }
}

/// Answers `/.well-known/webauthn` (WebAuthn Level 3 §5.11.1).
pub fn related_origins<P: Platform>(exchange: &Exchange<'_, P>) -> Reply {
    let config = &exchange.provider.config;
    match &config.relying_party {
        Some(party) => cors::open(Reply::public_json(json!({"origins": party.origins}).to_string(), config.settings.jwks_max_age)),
        None => Reply::json(StatusCode::NOT_FOUND, &json!({"error": "not_found", "error_description": "there are no passkeys here"})),
    }
}
