//! Token revocation. Either token ends the whole grant: its refresh family and its access tokens. RFC 7009.

use super::{Failure, Provider};
use crate::oidc::client::Client;
use crate::platform::Platform;
use crate::store::{grants, run_one};
use crate::values::{GrantId, Timestamp};

impl<P: Platform> Provider<P> {
    /// Ends what the token belongs to, if it is this client's. A token that is nobody's is revoked already (RFC 7009 §2.2).
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn revoke(&self, client: &Client, token: &str, now: Timestamp) -> Result<(), Failure> {
        if let Some(grant) = self.grant_of_token(token, now).await? {
            run_one(self.platform.database(), grants::end(&grant, &client.id, now)).await?;
        }
        Ok(())
    }

    async fn grant_of_token(&self, token: &str, now: Timestamp) -> Result<Option<GrantId>, Failure> {
        if let Some((family, _)) = self.family_of(token) {
            return Ok(Some(family));
        }
        Ok(self.signed_access_token(token, now).await?.map(|claims| claims.grant))
    }
}
