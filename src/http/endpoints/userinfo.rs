//! The userinfo endpoint, by GET and POST; the token in the header or in the form, never in the query. OpenID Connect Core §5.3, RFC 6750 §2.

use ::http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use ::http::{HeaderValue, Method, StatusCode};
use serde_json::Value;

use crate::flows::Failure;
use crate::http::cors;
use crate::http::exchange::Exchange;
use crate::http::reply::Reply;
use crate::oidc::error::Refusal;
use crate::platform::Platform;

/// Answers `/userinfo`.
///
/// # Errors
/// A fault where something broke.
pub async fn answer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    if exchange.is(&Method::OPTIONS) {
        return Ok(cors::preflight(exchange.incoming));
    }
    let token = match access_token(exchange) {
        Ok(Some(token)) => token,
        // Without a token the challenge alone says what is needed, and no error (RFC 6750 §3.1).
        Ok(None) => {
            let bare = Reply::empty(StatusCode::UNAUTHORIZED).with(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"nightlatch\""));
            return Ok(bare.with(CACHE_CONTROL, HeaderValue::from_static("no-store")));
        }
        Err(refusal) => return Ok(exchange.failed(&refusal.clone().into()).with_challenge(&refusal)),
    };
    let now = exchange.visit.now;
    let outcome = exchange.provider.userinfo(&token, now).await;
    // Even a token that has ended tells whose pages may read that it has.
    let client = match &outcome {
        Ok((_, claims)) => exchange.provider.client(&claims.client_id, now).await?,
        Err(_) => match exchange.provider.signed_access_token(&token, now).await? {
            Some(claims) => exchange.provider.client(&claims.client_id, now).await?,
            None => None,
        },
    };
    let reply = match outcome {
        Ok((claims, _)) => Reply::json(StatusCode::OK, &Value::Object(claims)),
        Err(failure) => exchange.failed(&failure),
    };
    Ok(cors::for_client(reply, client.as_deref(), exchange.incoming))
}

fn access_token<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Option<String>, Refusal> {
    let header = exchange.incoming.bearer_token().map(str::to_owned);
    let form = if exchange.is(&Method::POST) { exchange.form().ok() } else { None };
    if form.as_ref().is_some_and(|form| form.is_repeated("access_token")) {
        return Err(Refusal::invalid_request("the access token is repeated"));
    }
    match (header, form.and_then(|form| form.owned("access_token"))) {
        (Some(_), Some(_)) => Err(Refusal::invalid_request("the access token stands in two places")),
        (Some(token), None) | (None, Some(token)) => Ok(Some(token)),
        (None, None) => Ok(None),
    }
}
