//! Refresh token rotation: one statement advances the family; its immediate predecessor gets the same successor for a short grace; anything older ends it.
//! RFC 6749 §6, RFC 9700 §4.14.2.

use serde_json::Value;

use crate::flows::tokens::Issue;
use crate::flows::{Failure, Provider, Visit};
use crate::oidc::client::{Client, RefreshTokens};
use crate::oidc::error::{ErrorCode, Refusal};
use crate::platform::Platform;
use crate::store::grants::{self, Grant, Rotation};
use crate::store::{run, run_one};
use crate::values::{GrantId, Scope, Secret, Timestamp};

impl<P: Platform> Provider<P> {
    pub(super) async fn refresh(&self, client: &Client, token: &Secret<String>, scope: Option<Scope>, visit: &Visit) -> Result<Value, Failure> {
        let now = visit.now;
        if client.refresh_tokens == RefreshTokens::Denied {
            return Err(Refusal::new(ErrorCode::UnauthorizedClient, "this client may not use refresh tokens").into());
        }
        let (family, generation) = self.family_of(token.expose()).ok_or(Refusal::invalid_grant())?;
        if let Some(scope) = &scope {
            self.check_narrower(&family, client, scope).await?;
        }
        let settings = &self.config.settings;
        let rotation = Rotation {
            grant: &family,
            client: &client.id,
            generation,
            now,
            expires: (now + settings.refresh_sliding).min(family.end()),
            grace: settings.refresh_grace,
        };
        let mut answers = run(self.platform.database(), rotation.statements()).await?;
        let (_, reused) = (answers.rows(), answers.first().is_some());
        if reused {
            self.log("warn", "refresh_token_reused", serde_json::json!({"request_id": visit.request_id, "client_id": client.id}));
        }
        let grant = answers.first().map(grants::grant).transpose()?.ok_or(Refusal::invalid_grant())?;
        if !holds(&grant, client, now) || grant.generation != generation + 1 {
            return Err(Refusal::invalid_grant().into());
        }
        // What the client may have now, not what it might have had when the person signed in (ASVS 10.4.11).
        let scope = scope.unwrap_or_else(|| grant.granted.scope.clone()).within(&client.scope);
        if scope.is_empty() {
            return Err(Refusal::invalid_grant().into());
        }
        let issue = Issue { client, granted: &grant.granted, scope: &scope, nonce: None, generation: grant.generation, now };
        Ok(self.issue_tokens(issue).await?)
    }

    /// A wider scope than was granted is refused before anything rotates (RFC 6749 §6).
    async fn check_narrower(&self, family: &GrantId, client: &Client, scope: &Scope) -> Result<(), Failure> {
        let grant = run_one(self.platform.database(), grants::read(family)).await?.map(grants::grant).transpose()?;
        let grant = grant.filter(|grant| grant.granted.client == client.id).ok_or(Refusal::invalid_grant())?;
        if !scope.is_empty() && scope.is_within(&grant.granted.scope) {
            return Ok(());
        }
        Err(Refusal::new(ErrorCode::InvalidScope, "scope must be within what was granted").into())
    }
}

fn holds(grant: &Grant, client: &Client, now: Timestamp) -> bool {
    grant.granted.client == client.id && !grant.ended && now < grant.expires_at && now < grant.granted.grant.end()
}
