//! The token endpoint. RFC 6749 §3.2.

use ::http::Method;
use ::http::StatusCode;
use ::http::header::AUTHORIZATION;
use serde_json::Value;

use crate::flows::Failure;
use crate::http::cors;
use crate::http::exchange::Exchange;
use crate::http::reply::Reply;
use crate::oidc::client::Client;
use crate::oidc::client_authentication::Credentials;
use crate::oidc::parameters::Parameters;
use crate::oidc::token_request::TokenRequest;
use crate::platform::Platform;

/// Answers `/token`.
///
/// # Errors
/// A fault where the client can't be looked up.
pub async fn answer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    if exchange.is(&Method::OPTIONS) {
        return Ok(cors::preflight(exchange.incoming));
    }
    let (form, client) = match authenticated(exchange).await {
        Ok(authenticated) => authenticated,
        Err(failure) => return not_authenticated(exchange, &failure).await,
    };
    let outcome = grant(exchange, &client, &form).await;
    let reply = match &outcome {
        Ok(tokens) => Reply::json(StatusCode::OK, tokens),
        Err(failure) => exchange.failed(failure),
    };
    Ok(cors::for_client(reply, Some(&client), exchange.incoming))
}

async fn grant<P: Platform>(exchange: &Exchange<'_, P>, client: &Client, form: &Parameters) -> Result<Value, Failure> {
    let request = TokenRequest::parse(form)?;
    exchange.provider.grant(client, request, &exchange.visit).await
}

/// Says why to the pages of the client that was named: whether it exists is no secret (its sign-in page shows its name).
///
/// # Errors
/// A fault where the client can't be looked up.
pub(super) async fn not_authenticated<P: Platform>(exchange: &Exchange<'_, P>, failure: &Failure) -> Result<Reply, Failure> {
    let form = exchange.form().unwrap_or_default();
    let named = Credentials::parse(exchange.incoming.header(AUTHORIZATION), &form);
    let client = match named {
        Ok(credentials) => exchange.provider.client(&credentials.client_id, exchange.visit.now).await?,
        Err(_) => None,
    };
    Ok(cors::for_client(exchange.failed(failure), client.as_deref(), exchange.incoming))
}

/// The form and the client that it authenticates.
///
/// # Errors
/// `invalid_client`, `invalid_request`, or a fault.
pub(super) async fn authenticated<P: Platform>(exchange: &Exchange<'_, P>) -> Result<(Parameters, std::rc::Rc<Client>), Failure> {
    let form = exchange.form()?;
    let credentials = Credentials::parse(exchange.incoming.header(AUTHORIZATION), &form)?;
    let client = exchange.provider.authenticate(&credentials, exchange.visit.now).await?;
    Ok((form, client))
}
