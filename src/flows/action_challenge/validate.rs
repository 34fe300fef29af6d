//! How a client's backend validates what its person has brought back: for exactly this client, person and action, and once.

use serde_json::{Value, json};

use super::Provider;
use crate::flows::{Failure, Visit};
use crate::oidc::client::Client;
use crate::oidc::error::{ErrorCode, Refusal};
use crate::oidc::parameters::Parameters;
use crate::platform::Platform;
use crate::store::action_challenges::{self, Validation};
use crate::store::run_one;
use crate::values::keyring::Purpose;
use crate::values::{ActionChallengeId, SessionId, Timestamp};

impl<P: Platform> Provider<P> {
    /// What a token says. Whatever is wrong with it looks the same, and uses nothing up.
    ///
    /// # Errors
    /// `unauthorized_client` for a public client, `invalid_request` where something is missing.
    pub async fn validate_action(&self, client: &Client, form: &Parameters, visit: &Visit) -> Result<Value, Failure> {
        if client.is_public() {
            return Err(Refusal::new(ErrorCode::UnauthorizedClient, "only a client that keeps a secret may validate a challenge").into());
        }
        let (Some(token), Some(user), Some(action), false) = (form.one("token"), form.one("user"), form.one("action"), form.has_repeats()) else {
            return Err(Refusal::invalid_request("token, user and action are needed, each once").into());
        };
        let Some((id, session)) = self.action_token(token, visit.now) else { return Ok(invalid()) };
        let attempt = visit.request_id.as_str();
        let validation = Validation { id: &id, session: &session, client: &client.id, user, action, attempt };
        let Some(row) = run_one(self.platform.database(), validation.statement()).await? else { return Ok(invalid()) };
        let proof = action_challenges::proof(row)?;
        let amr: Vec<&str> = proof.methods().collect();
        Ok(json!({
            "valid": true, "challenge": id, "user": user, "action": action, "acr": proof.acr, "amr": amr, "auth_time": proof.auth_time,
        }))
    }

    /// The challenge and the session that a token of ours names, while it counts.
    fn action_token(&self, token: &str, now: Timestamp) -> Option<(ActionChallengeId, SessionId)> {
        let [id, session, end] = self.keyring.accept::<3>(Purpose::ActionToken, token)?;
        let end = Timestamp::from_seconds(i64::from(u32::from_str_radix(end, 16).ok()?));
        let living = now < end;
        living.then_some((ActionChallengeId::parse(id)?, SessionId::parse(session)?))
    }
}

fn invalid() -> Value {
    json!({"valid": false})
}
