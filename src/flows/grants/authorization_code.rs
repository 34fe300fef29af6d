//! The authorization code grant. One statement redeems: code, client, redirect URI and verifier in its condition. RFC 6749 §4.1.3, RFC 7636 §4.6.

use serde_json::Value;

use crate::flows::tokens::Issue;
use crate::flows::{Failure, Provider};
use crate::oidc::client::Client;
use crate::oidc::error::Refusal;
use crate::oidc::pkce::CodeVerifier;
use crate::platform::Platform;
use crate::store::codes::{self, Redemption};
use crate::store::run;
use crate::values::keyring::Purpose;
use crate::values::{CodeId, Secret, Timestamp, base64url};

impl<P: Platform> Provider<P> {
    pub(super) async fn redeem_code(
        &self,
        client: &Client,
        code: &Secret<String>,
        shown: (&str, Option<CodeVerifier>),
        now: Timestamp,
    ) -> Result<Value, Failure> {
        let (redirect_uri, verifier) = shown;
        let [id] = self.keyring.accept::<1>(Purpose::AuthorizationCode, code.expose()).ok_or(Refusal::invalid_grant())?;
        let id = CodeId::parse(id).ok_or(Refusal::invalid_grant())?;
        let challenge = verifier.map(|verifier| verifier.challenge());
        let redemption = Redemption {
            id: &id,
            client: &client.id,
            redirect_uri,
            code_challenge: challenge.as_ref().map_or("", |challenge| challenge.as_str()),
            attempt: &base64url::encode(self.random()?),
            now,
        };
        let expires = now + self.config.settings.refresh_sliding;
        let row = run(self.platform.database(), redemption.statements(expires)).await?.first().ok_or(Refusal::invalid_grant())?;
        let (granted, nonce) = codes::redeemed(row)?;
        // The client's permissions may have been narrowed since the code was written.
        let scope = granted.scope.within(&client.scope);
        if scope.is_empty() {
            return Err(Refusal::invalid_grant().into());
        }
        let issue = Issue { client, granted: &granted, scope: &scope, nonce: nonce.as_deref(), generation: 0, now };
        Ok(self.issue_tokens(issue).await?)
    }
}
