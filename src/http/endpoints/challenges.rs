//! Challenges by API: where a client's backend begins one, and where it validates what its person has brought back. Both authenticate the client as the
//! token endpoint does, and take a form or a JSON object.

use std::rc::Rc;

use ::http::StatusCode;
use ::http::header::{AUTHORIZATION, LOCATION};
use serde_json::json;

use crate::flows::Failure;
use crate::http::exchange::Exchange;
use crate::http::reply::Reply;
use crate::oidc::client::Client;
use crate::oidc::client_authentication::Credentials;
use crate::oidc::error::Refusal;
use crate::oidc::parameters::Parameters;
use crate::platform::Platform;

/// Answers `/challenges`.
///
/// # Errors
/// A refusal or a fault.
pub async fn begin<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let (form, client) = authenticated(exchange).await?;
    let started = exchange.provider.start_action_challenge(&client, &form, &exchange.visit).await?;
    let body = json!({"challenge": started.challenge, "url": started.url, "expires_in": started.expires_in.count()});
    Ok(Reply::json(StatusCode::CREATED, &body).with_text(LOCATION, &started.url))
}

/// Answers `/challenges/validate`.
///
/// # Errors
/// A refusal or a fault.
pub async fn validate<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let (form, client) = authenticated(exchange).await?;
    Ok(Reply::json(StatusCode::OK, &exchange.provider.validate_action(&client, &form, &exchange.visit).await?))
}

async fn authenticated<P: Platform>(exchange: &Exchange<'_, P>) -> Result<(Parameters, Rc<Client>), Failure> {
    let form = parameters(exchange)?;
    let credentials = Credentials::parse(exchange.incoming.header(AUTHORIZATION), &form)?;
    let client = exchange.provider.authenticate(&credentials, exchange.visit.now).await?;
    Ok((form, client))
}

fn parameters<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Parameters, Refusal> {
    if !exchange.incoming.is_of_type("application/json") {
        return exchange.form();
    }
    Parameters::from_json(exchange.body()?).ok_or(Refusal::invalid_request("the body must be a JSON object of texts, or lists of texts"))
}
