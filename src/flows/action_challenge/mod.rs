//! Challenges by API: a client's backend asks one person to confirm one action, sends them here, and validates what they bring back, once.
//!
//! The proof itself is a sign-in like any other, for the purpose [`ActionAsked`]: every factor works for it as it does elsewhere. A session that lives
//! already says who is here, and proves nothing: something is always shown anew.

mod answer;
mod start;
mod validate;

use serde::{Deserialize, Serialize};

pub use answer::{ActionAnswered, ActionPageAsked, ActionPageVisited, PersonSays};
pub use start::Started;

use super::Provider;
use crate::factors::{Factor, SecondFactor};
use crate::oidc::authorization_response::{AnswerTarget, Location};
use crate::oidc::error::{ErrorCode, Refusal};
use crate::oidc::proof::Proof;
use crate::platform::Platform;
use crate::values::keyring::Purpose;
use crate::values::{ActionChallengeId, ClientId, SessionId, Timestamp};

/// A confirmation under way: what of the challenge its end needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionAsked {
    /// The challenge.
    #[serde(rename = "i")]
    pub id: ActionChallengeId,
    /// The client that asks.
    #[serde(rename = "k")]
    pub client: ClientId,
    /// Where the person goes afterwards.
    #[serde(rename = "t")]
    pub target: AnswerTarget,
    /// The names of the factors that are taken, separated by spaces.
    #[serde(rename = "f")]
    factors: String,
}

impl ActionAsked {
    /// Whether this may be shown.
    #[must_use]
    pub fn takes(&self, factor: SecondFactor) -> bool {
        self.takes_any(Factor::Second(factor))
    }

    /// Whether this may be shown, as whichever proof.
    #[must_use]
    pub fn takes_any(&self, factor: Factor) -> bool {
        self.factors.split(' ').any(|name| name == factor.name())
    }

    /// Whether the page on which somebody signs in for it offers this: where it counts by itself, or where a mailed code wouldn't, and something is shown
    /// beside whatever comes first.
    #[must_use]
    pub fn offers_first(&self, factor: Factor) -> bool {
        self.takes_any(factor) || (!self.takes_any(Factor::EmailCode) && self.takes_a_second())
    }

    /// Whether nothing but a password is taken.
    #[must_use]
    pub fn is_by_password_alone(&self) -> bool {
        self.takes_any(Factor::Password) && !self.takes_any(Factor::EmailCode) && !self.takes_a_second()
    }

    fn takes_a_second(&self) -> bool {
        SecondFactor::ALL.into_iter().any(|factor| self.takes(factor))
    }

    /// Whether a first proof is by one of the factors. As a first proof, `otp` is the mailed code.
    #[must_use]
    pub fn is_met_by(&self, first: &Proof) -> bool {
        first.methods().any(|method| match method {
            "otp" => self.takes_any(Factor::EmailCode),
            "pwd" => self.takes_any(Factor::Password),
            "pop" => self.takes(SecondFactor::Passkey),
            _ => false,
        })
    }
}

/// A confirmation about to end well.
pub(super) struct Confirmed<'a> {
    pub(super) asked: &'a ActionAsked,
    /// What was shown for it.
    pub(super) proof: Proof,
    /// Until when its client may validate it.
    pub(super) token_end: Timestamp,
}

impl<P: Platform> Provider<P> {
    /// The way back to the client of somebody who has confirmed the action in this session.
    pub(super) fn action_answer(&self, confirmed: &Confirmed<'_>, session: &SessionId) -> Location {
        let asked = confirmed.asked;
        let token = self.keyring.issue(Purpose::ActionToken, &[asked.id.as_str(), session.as_str(), &confirmed.token_end.hex()]);
        asked.target.with_challenge(&asked.id, &token, self.issuer())
    }

    /// The way back of somebody who says no.
    fn action_declined(&self, asked: &ActionAsked) -> Location {
        let refusal = Refusal::new(ErrorCode::AccessDenied, "the person has declined");
        asked.target.with_error(&refusal, self.issuer())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::Client;
    use crate::oidc::proof::Method;

    #[test]
    fn a_first_proof_counts_where_its_factor_is_taken() {
        let metadata = serde_json::json!({"client_id": "bank", "redirect_uris": ["https://bank.example/done"]});
        let client = Client::from_metadata(&metadata).unwrap();
        let target = AnswerTarget::registered(&client, "https://bank.example/done", None).unwrap();
        let at = Timestamp::from_seconds(9);
        let asked = |factors: &str| ActionAsked {
            id: ActionChallengeId::new(at, [1; 16]),
            client: client.id.clone(),
            target: target.clone(),
            factors: factors.to_owned(),
        };
        for (factors, method, met) in [
            ("email_code", Method::EmailCode, true),
            ("passkey authenticator recovery_code password", Method::EmailCode, false),
            ("password", Method::Password, true),
            ("email_code", Method::Password, false),
            ("authenticator passkey", Method::VerifiedPasskey, true),
            ("authenticator", Method::Passkey, false),
        ] {
            assert_eq!(asked(factors).is_met_by(&Proof::by(method, at)), met, "{factors}, {method:?}");
        }
    }
}
