//! Token introspection. A caller learns of its own tokens and of those it is an audience of; of others, that they aren't active. RFC 7662.

use serde_json::{Value, json};

use super::{Failure, Provider};
use crate::oidc::client::Client;
use crate::oidc::error::Refusal;
use crate::platform::{Fault, Platform};
use crate::store::grants::{self, Grant};
use crate::store::run_one;
use crate::values::Timestamp;

impl<P: Platform> Provider<P> {
    /// What a token means to this client.
    ///
    /// # Errors
    /// `invalid_client` for a public client, which has no way to prove who it is (RFC 7662 §2.1).
    pub async fn introspect(&self, client: &Client, token: &str, now: Timestamp) -> Result<Value, Failure> {
        if client.is_public() {
            return Err(Refusal::invalid_client().into());
        }
        let about = match self.family_of(token) {
            Some((family, generation)) => {
                let row = run_one(self.platform.database(), grants::read(&family)).await?;
                row.map(grants::grant).transpose()?.and_then(|grant| self.refresh_token_means(client, &grant, generation, now))
            }
            None => self.access_token_means(client, token, now).await?,
        };
        Ok(about.unwrap_or_else(|| json!({"active": false})))
    }

    fn refresh_token_means(&self, client: &Client, grant: &Grant, generation: i64, now: Timestamp) -> Option<Value> {
        let granted = &grant.granted;
        let in_grace = grant.generation == generation + 1 && now <= grant.rotated_at + self.config.settings.refresh_grace;
        let current = grant.generation == generation || in_grace;
        let active = granted.client == client.id && current && !grant.ended && now < grant.expires_at;
        active.then(|| {
            json!({"active": true, "iss": self.issuer().as_str(), "sub": granted.user, "client_id": granted.client, "scope": granted.scope, "exp": grant.expires_at,
                   "auth_time": granted.proof.auth_time, "acr": granted.proof.acr, "amr": granted.proof.methods().collect::<Vec<_>>(), "sid": granted.session})
        })
    }

    async fn access_token_means(&self, client: &Client, token: &str, now: Timestamp) -> Result<Option<Value>, Fault> {
        let living = self.living_access_token(token, now).await?;
        Ok(living.filter(|(claims, _)| claims.client_id == client.id || claims.aud == client.id.as_str()).map(|(claims, _)| claims.introspected()))
    }
}
