//! The introspection endpoint. RFC 7662.

use ::http::StatusCode;

use super::token::authenticated;
use crate::flows::Failure;
use crate::http::exchange::Exchange;
use crate::http::reply::Reply;
use crate::oidc::error::Refusal;
use crate::platform::Platform;

/// Answers `/introspect`.
///
/// # Errors
/// A refusal or a fault.
pub async fn answer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let (form, client) = authenticated(exchange).await?;
    let token = form.one("token").filter(|_| !form.has_repeats());
    let token = token.ok_or(Refusal::invalid_request("token is missing, or a parameter is repeated"))?;
    Ok(Reply::json(StatusCode::OK, &exchange.provider.introspect(&client, token, exchange.visit.now).await?))
}
