//! The grants of the token endpoint, one file each.

mod authorization_code;
mod refresh_token;

use std::rc::Rc;

use serde_json::Value;

use super::{Failure, Provider, Visit};
use crate::oidc::client::Client;
use crate::oidc::client_authentication::Credentials;
use crate::oidc::error::Refusal;
use crate::oidc::token_request::TokenRequest;
use crate::platform::Platform;
use crate::values::Timestamp;

impl<P: Platform> Provider<P> {
    /// The client that the credentials prove.
    ///
    /// # Errors
    /// `invalid_client` for an unknown client and for a wrong proof alike.
    pub async fn authenticate(&self, credentials: &Credentials, now: Timestamp) -> Result<Rc<Client>, Failure> {
        let client = self.client(&credentials.client_id, now).await?;
        client.filter(|client| credentials.prove(client, now)).ok_or_else(|| Refusal::invalid_client().into())
    }

    /// Gives an authenticated client the tokens that its request earns.
    ///
    /// # Errors
    /// `invalid_grant` and its like.
    pub async fn grant(&self, client: &Client, request: TokenRequest, visit: &Visit) -> Result<Value, Failure> {
        match request {
            TokenRequest::AuthorizationCode { code, redirect_uri, verifier } => {
                self.redeem_code(client, &code, (&redirect_uri, verifier), visit.now).await
            }
            TokenRequest::RefreshToken { token, scope } => self.refresh(client, &token, scope, visit).await,
        }
    }
}
