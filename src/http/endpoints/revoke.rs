//! The revocation endpoint. RFC 7009.

use ::http::{Method, StatusCode};

use super::token::{authenticated, not_authenticated};
use crate::flows::Failure;
use crate::http::cors;
use crate::http::exchange::Exchange;
use crate::http::reply::Reply;
use crate::oidc::error::Refusal;
use crate::platform::Platform;

/// Answers `/revoke`.
///
/// # Errors
/// A refusal or a fault.
pub async fn answer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    if exchange.is(&Method::OPTIONS) {
        return Ok(cors::preflight(exchange.incoming));
    }
    let (form, client) = match authenticated(exchange).await {
        Ok(authenticated) => authenticated,
        Err(failure) => return not_authenticated(exchange, &failure).await,
    };
    let reply = match form.one("token").filter(|_| !form.has_repeats()) {
        Some(token) => match exchange.provider.revoke(&client, token, exchange.visit.now).await {
            Ok(()) => Reply::empty(StatusCode::OK).with(::http::header::CACHE_CONTROL, ::http::HeaderValue::from_static("no-store")),
            Err(failure) => exchange.failed(&failure),
        },
        None => Reply::failure(&Refusal::invalid_request("token is missing, or a parameter is repeated").into()),
    };
    Ok(cors::for_client(reply, Some(&client), exchange.incoming))
}
