//! Token revocation. Either token ends the whole grant: its refresh family and its access tokens. RFC 7009 §2.

use super::{Failure, Provider};
use crate::oidc::client::Client;
use crate::oidc::error::Refusal;
use crate::platform::Platform;
use crate::store::{grants, run};
use crate::values::{GrantId, Timestamp};

impl<P: Platform> Provider<P> {
    /// Ends what the token belongs to, if it is this client's. A token that is nobody's is revoked already (RFC 7009 §2.2).
    ///
    /// # Errors
    /// `invalid_grant` for another client's token, which lives on: the client is told (RFC 7009 §2.1) by the code that stands for what "was issued to
    /// another client" (RFC 6749 §5.2). Or a fault.
    pub async fn revoke(&self, client: &Client, token: &str, now: Timestamp) -> Result<(), Failure> {
        let Some(grant) = self.grant_of_token(token, now).await? else { return Ok(()) };
        let mut answers = run(self.platform.database(), vec![grants::end(&grant, &client.id, now), grants::read_owner(&grant)]).await?;
        match answers.skip(1).first().map(grants::owner).transpose()? {
            Some(owner) if owner != client.id => Err(Refusal::invalid_grant().into()),
            Some(_) | None => Ok(()),
        }
    }

    async fn grant_of_token(&self, token: &str, now: Timestamp) -> Result<Option<GrantId>, Failure> {
        if let Some((family, _)) = self.family_of(token) {
            return Ok(Some(family));
        }
        Ok(self.signed_access_token(token, now).await?.map(|claims| claims.grant))
    }
}
