//! Tokens for what was granted: access token, ID token, refresh token. OpenID Connect Core §3.1.3.3, RFC 6749 §5.1, RFC 9068.

use serde_json::{Map, Value, json};

use super::Provider;
use crate::jose::jws::TokenType;
use crate::oidc::claims::{self, AccessToken, AccessTokenIssue, Granted, IdTokenIssue};
use crate::oidc::client::Client;
use crate::platform::{Fault, Platform};
use crate::values::keyring::Purpose;
use crate::values::{GrantId, Scope, Timestamp, base64url};

/// Tokens to be issued.
pub struct Issue<'a> {
    /// To whom.
    pub client: &'a Client,
    /// For what.
    pub granted: &'a Granted,
    /// The access token's scope, within the grant's.
    pub scope: &'a Scope,
    /// The request's nonce; only a code's answer has it.
    pub nonce: Option<&'a str>,
    /// The refresh token's generation.
    pub generation: i64,
    /// Now.
    pub now: Timestamp,
}

impl<P: Platform> Provider<P> {
    /// The token endpoint's answer.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn issue_tokens(&self, issue: Issue<'_>) -> Result<Value, Fault> {
        let settings = &self.config.settings;
        let Issue { client, granted, now, .. } = issue;
        // Never beyond the grant, whose row says whether the token still holds.
        let lifetime = settings.access_token_lifetime.min(granted.grant.end() - now);
        let jti = base64url::encode(self.random()?);
        let access = AccessToken::new(self.issuer(), granted, AccessTokenIssue { now, lifetime, jti, scope: issue.scope.clone() });
        let access = serde_json::to_value(&access).map_err(|_| Fault::new("an access token can't be written"))?;
        let access = self.sign(TokenType::AccessToken, client.signing, &access, now).await?;
        let mut answer = Map::new();
        let mut add = |name: &str, value: Value| answer.insert(name.to_owned(), value);
        add("token_type", json!("Bearer"));
        add("expires_in", json!(lifetime));
        add("scope", json!(issue.scope));
        if issue.scope.contains("openid") {
            let id_issue = IdTokenIssue { now, lifetime: settings.id_token_lifetime, nonce: issue.nonce, access_token: &access };
            let claims = claims::id_token(self.issuer(), granted, &id_issue);
            add("id_token", json!(self.sign(TokenType::IdToken, client.signing, &claims, now).await?));
        }
        if granted.scope.contains("offline_access") {
            add("refresh_token", json!(self.refresh_token(&granted.grant, issue.generation)));
        }
        add("access_token", json!(access));
        Ok(Value::Object(answer))
    }

    /// The refresh token of a family's generation. The same pair always gives the same token.
    pub fn refresh_token(&self, family: &GrantId, generation: i64) -> String {
        self.keyring.issue(Purpose::RefreshToken, &[family.as_str(), &generation.to_string()])
    }

    /// The family and generation of a refresh token of ours.
    pub fn family_of(&self, refresh_token: &str) -> Option<(GrantId, i64)> {
        let [family, generation] = self.keyring.accept::<2>(Purpose::RefreshToken, refresh_token)?;
        Some((GrantId::parse(family)?, generation.parse().ok()?))
    }
}
