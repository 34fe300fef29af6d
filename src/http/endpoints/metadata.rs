//! Discovery, RFC 8414 metadata and the JWKS: public, kept by caches, read by any page.

use ::http::StatusCode;
use serde_json::json;

use crate::flows::Failure;
use crate::http::cors;
use crate::http::exchange::Exchange;
use crate::http::reply::Reply;
use crate::platform::Platform;

/// Answers both well-known places.
#[must_use]
pub fn document<P: Platform>(exchange: &Exchange<'_, P>) -> Reply {
    cors::open(Reply::public_json(exchange.provider.metadata().to_owned(), exchange.provider.config.settings.jwks_max_age))
}

/// Answers `/jwks`.
///
/// # Errors
/// A fault where there are no keys anywhere; nobody keeps that answer.
pub async fn keys<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let now = exchange.visit.now;
    let set = exchange.provider.key_set(now).await?;
    let document = set.document(exchange.provider.key_window(now));
    Ok(cors::open(Reply::public_json(document.to_string(), exchange.provider.config.settings.jwks_max_age)))
}

/// Answers `/health`.
pub async fn health<P: Platform>(exchange: &Exchange<'_, P>) -> Reply {
    match exchange.provider.check_health(exchange.visit.now).await {
        Ok(()) => Reply::json(StatusCode::OK, &json!({"status": "ok"})),
        Err(fault) => {
            exchange.provider.log("error", "unhealthy", json!({"request_id": exchange.visit.request_id, "fault": fault.to_string()}));
            Reply::json(StatusCode::SERVICE_UNAVAILABLE, &json!({"status": "unavailable"}))
        }
    }
}
