//! The userinfo endpoint, and what it means that an access token holds. OpenID Connect Core §5.3, RFC 9068 §4.

use serde_json::{Map, Value};

use super::{Failure, Provider};
use crate::jose::jws::TokenType;
use crate::oidc::claims::AccessToken;
use crate::oidc::error::{ErrorCode, Refusal};
use crate::platform::{Fault, Platform};
use crate::store::grants::{self, Grant};
use crate::store::run_one;
use crate::values::Timestamp;

impl<P: Platform> Provider<P> {
    /// What an access token's scopes release of its person.
    ///
    /// # Errors
    /// `invalid_token`, or `insufficient_scope` without `openid`.
    pub async fn userinfo(&self, access_token: &str, now: Timestamp) -> Result<(Map<String, Value>, AccessToken), Failure> {
        let (claims, grant) = self.living_access_token(access_token, now).await?.ok_or(Refusal::invalid_token())?;
        if !claims.scope.contains("openid") {
            return Err(Refusal::new(ErrorCode::InsufficientScope, "the access token hasn't the scope openid").into());
        }
        let mut person = grant.person;
        // What isn't advertised isn't released, even where numbers are left from before.
        person.phone = person.phone.filter(|_| self.takes_phones());
        Ok((person.released_by(&claims.scope), claims))
    }

    /// An access token that we signed, that hasn't expired, and whose grant hasn't ended.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn living_access_token(&self, token: &str, now: Timestamp) -> Result<Option<(AccessToken, Grant)>, Fault> {
        let Some(claims) = self.signed_access_token(token, now).await?.filter(|claims| now < claims.exp) else { return Ok(None) };
        let row = run_one(self.platform.database(), grants::read(&claims.grant)).await?;
        let grant = row.map(grants::grant).transpose()?;
        Ok(grant.filter(|grant| !grant.ended && grant.granted.user == claims.sub).map(|grant| (claims, grant)))
    }

    /// An access token that we signed, expired or not.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn signed_access_token(&self, token: &str, now: Timestamp) -> Result<Option<AccessToken>, Fault> {
        let claims = self.verified(TokenType::AccessToken, token, now).await?.and_then(|shown| shown.claims::<AccessToken>());
        Ok(claims.filter(|claims| claims.iss == self.issuer().as_str()))
    }
}
