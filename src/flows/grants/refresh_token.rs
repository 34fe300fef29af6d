//! Refresh token rotation: one statement advances the family; its immediate predecessor gets the same successor for a short grace;
//! anything older ends it. RFC 6749 §6, RFC 9700 §4.14.2.

use serde_json::Value;

use crate::flows::tokens::Issue;
use crate::flows::{Failure, Provider, Visit};
use crate::oidc::client::{Client, RefreshTokens};
use crate::oidc::error::{ErrorCode, Refusal};
use crate::oidc::token_request::AskedScope;
use crate::platform::Platform;
use crate::store::grants::{self, Grant, Rotation};
use crate::store::run;
use crate::values::{Scope, Secret, Timestamp};

impl<P: Platform> Provider<P> {
    pub(super) async fn refresh(&self, client: &Client, token: &Secret<String>, scope: AskedScope, visit: &Visit) -> Result<Value, Failure> {
        let now = visit.now;
        if client.refresh_tokens == RefreshTokens::Denied {
            return Err(Refusal::new(ErrorCode::UnauthorizedClient, "this client may not use refresh tokens").into());
        }
        let (family, generation) = self.family_of(token.expose()).ok_or(Refusal::invalid_grant())?;
        let settings = &self.config.settings;
        let rotation = Rotation {
            grant: &family,
            client: &client.id,
            generation,
            now,
            expires: (now + settings.refresh_sliding).min(family.end()),
            grace: settings.refresh_grace,
        };
        let scope = match scope {
            AskedScope::AsGranted => None,
            AskedScope::Within(scope) => Some(self.narrower(&rotation, client, Some(scope), visit).await?),
            AskedScope::Malformed => Some(self.narrower(&rotation, client, None, visit).await?),
        };
        let mut answers = run(self.platform.database(), rotation.statements()).await?;
        let reused = answers.skip(1).first().is_some();
        self.tell_of_reuse(reused.then_some(client), visit);
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

    /// A wider scope than was granted is refused before anything rotates (RFC 6749 §6), but not before the token is looked at: whoever shows one that
    /// was used ends the family, whatever scope they ask for.
    async fn narrower(&self, rotation: &Rotation<'_>, client: &Client, scope: Option<Scope>, visit: &Visit) -> Result<Scope, Failure> {
        let mut answers = run(self.platform.database(), rotation.check().into()).await?;
        self.tell_of_reuse(answers.first().map(|_| client), visit);
        let grant = answers.first().map(grants::grant).transpose()?;
        let grant = grant.filter(|grant| holds(grant, client, visit.now)).ok_or(Refusal::invalid_grant())?;
        let narrower = scope.filter(|scope| !scope.is_empty() && scope.is_within(&grant.granted.scope));
        Ok(narrower.ok_or(Refusal::new(ErrorCode::InvalidScope, "scope must be within what was granted"))?)
    }

    fn tell_of_reuse(&self, by: Option<&Client>, visit: &Visit) {
        if let Some(client) = by {
            self.log("warn", "refresh_token_reused", serde_json::json!({"request_id": visit.request_id, "client_id": client.id}));
        }
    }
}

fn holds(grant: &Grant, client: &Client, now: Timestamp) -> bool {
    grant.granted.client == client.id && !grant.ended && now < grant.expires_at && now < grant.granted.grant.end()
}
