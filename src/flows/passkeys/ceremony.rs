//! Ceremonies. Their challenge is derived, not stored: from the ceremony's id, the browser and the use, under the Worker's secret. So a page with a passkey
//! writes nothing, and an answer counts only in the browser, for the use, and within the time that it was asked for. That it counts once is a statement's.

use serde_json::{Value, json};

use crate::config::RelyingParty;
use crate::factors::webauthn::assertion::{self, FoundBy, Proof};
use crate::factors::webauthn::registration::{self, NewPasskey};
use crate::factors::webauthn::response::{AssertionResponse, RegistrationResponse};
use crate::factors::webauthn::{Expected, UserVerification};
use crate::flows::Provider;
use crate::platform::{Fault, Platform};
use crate::store::passkeys::{Kept, Passkey};
use crate::values::keyring::Purpose;
use crate::values::{BrowserId, CeremonyId, SignInId, Timestamp, UserId, base64url};

/// The algorithms that we verify, by their COSE numbers: ES256, Ed25519, RS256, the most wanted first.
const ALGORITHMS: [i32; 3] = [-7, -8, -257];

/// What a ceremony is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Use {
    /// Signing in by the passkey alone.
    SignIn,
    /// The second factor of this sign-in.
    Second(SignInId),
    /// Making a passkey for this person.
    Enrol(UserId),
    /// Making a passkey for this person by a ticket, whose id is the ceremony's: in whichever browser.
    Ticket(UserId),
}

impl Use {
    /// As text, for the derivation and for the page that asks for a new ceremony.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::SignIn => "sign-in".to_owned(),
            Self::Second(sign_in) => format!("second:{sign_in}"),
            Self::Enrol(user) => format!("enrol:{user}"),
            Self::Ticket(user) => format!("enrol-by-ticket:{user}"),
        }
    }

    /// From that text, for those that a page may have anew.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None if text == "sign-in" => Some(Self::SignIn),
            Some(("second", sign_in)) => SignInId::parse(sign_in).map(Self::Second),
            Some(("enrol", user)) => UserId::parse(user).map(Self::Enrol),
            Some(_) | None => None,
        }
    }
}

/// A ceremony as a page gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    /// Its id, handed back beside the answer.
    pub id: CeremonyId,
    /// What it is for, so that the page can have a new one.
    pub purpose: Use,
    /// The `publicKey` of `navigator.credentials`, as the JSON that `parseRequestOptionsFromJSON` and its sister read.
    pub options: Value,
}

/// What a page brings back.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The ceremony's id.
    pub ceremony: &'a str,
    /// The credential's JSON.
    pub credential: &'a str,
}

/// The ceremony that an answer claims to be of.
#[derive(Debug, Clone, Copy)]
pub struct Claimed<'a> {
    /// Its id.
    pub id: &'a CeremonyId,
    /// What it must be for.
    pub purpose: &'a Use,
    /// The browser that it must have been begun in, unless it is a ticket's.
    pub browser: Option<&'a BrowserId>,
    /// Origins whose pages may have gone through it, beside those of the relying party.
    pub origins: &'a [String],
    /// Now.
    pub now: Timestamp,
}

/// For whom a passkey is made.
#[derive(Debug, Clone, Copy)]
pub struct Enrolled<'a> {
    /// The person.
    pub user: &'a UserId,
    /// What the authenticator shows beside the passkey: the person's address.
    pub address: &'a str,
    /// Those that the person has already.
    pub existing: &'a [Passkey],
}

impl<P: Platform> Provider<P> {
    /// A ceremony that uses a passkey; without a list any of ours. `None` where there are no passkeys here.
    ///
    /// # Errors
    /// A fault where there are no random bytes.
    pub fn assertion_ceremony(&self, purpose: Use, allowed: &[Passkey], browser: &BrowserId, now: Timestamp) -> Result<Option<Ceremony>, Fault> {
        let Some(party) = &self.config.relying_party else { return Ok(None) };
        let user_verification = if purpose == Use::SignIn { "required" } else { "preferred" };
        let (id, challenge) = self.begin_ceremony(&purpose, browser, now)?;
        let options = json!({
            "challenge": challenge, "timeout": self.ceremony_milliseconds(), "rpId": party.id, "userVerification": user_verification,
            "allowCredentials": descriptors(allowed),
        });
        Ok(Some(Ceremony { id, purpose, options }))
    }

    /// A ceremony that makes a passkey. `None` where there are no passkeys here.
    ///
    /// # Errors
    /// A fault where there are no random bytes.
    pub fn enrolment_ceremony(&self, enrolled: &Enrolled<'_>, browser: &BrowserId, now: Timestamp) -> Result<Option<Ceremony>, Fault> {
        let Some(party) = &self.config.relying_party else { return Ok(None) };
        let purpose = Use::Enrol(enrolled.user.clone());
        let (id, challenge) = self.begin_ceremony(&purpose, browser, now)?;
        Ok(Some(Ceremony { id, purpose, options: self.creation_options(party, enrolled, &challenge) }))
    }

    /// The ceremony of a ticket: always the same one. `None` where there are no passkeys here.
    pub(super) fn ceremony_of_ticket(&self, id: &CeremonyId, enrolled: &Enrolled<'_>) -> Option<Ceremony> {
        let party = self.config.relying_party.as_ref()?;
        let purpose = Use::Ticket(enrolled.user.clone());
        let challenge = base64url::encode(self.passkey_challenge(id, &purpose, None)?);
        Some(Ceremony { id: id.clone(), purpose, options: self.creation_options(party, enrolled, &challenge) })
    }

    /// `PublicKeyCredentialCreationOptionsJSON` (WebAuthn Level 3 §5.1.9).
    fn creation_options(&self, party: &RelyingParty, enrolled: &Enrolled<'_>, challenge: &str) -> Value {
        let parameters = ALGORITHMS.map(|algorithm| json!({"type": "public-key", "alg": algorithm}));
        json!({
            "challenge": challenge, "timeout": self.ceremony_milliseconds(),
            "rp": {"id": party.id, "name": self.config.settings.brand_name.as_str()},
            // The id is base64url: its bytes become the user handle, which comes back as the id.
            "user": {"id": enrolled.user.as_str(), "name": enrolled.address, "displayName": enrolled.address},
            "pubKeyCredParams": parameters, "attestation": "none",
            "excludeCredentials": descriptors(enrolled.existing),
            "authenticatorSelection": {"residentKey": "required", "requireResidentKey": true, "userVerification": "required"},
        })
    }

    /// A new ceremony for a page that is open for long.
    ///
    /// # Errors
    /// A fault where there are no random bytes.
    pub fn renewed_ceremony(&self, purpose: &Use, browser: &BrowserId, now: Timestamp) -> Result<Option<(CeremonyId, String)>, Fault> {
        match &self.config.relying_party {
            Some(_) => self.begin_ceremony(purpose, browser, now).map(Some),
            None => Ok(None),
        }
    }

    /// Verifies that a passkey was used for this.
    ///
    /// # Errors
    /// A fault where something broke.
    pub(in crate::flows) async fn used_passkey(
        &self,
        answer: (&AssertionResponse, &Kept, FoundBy),
        claimed: Claimed<'_>,
    ) -> Result<Option<Proof>, Fault> {
        let user_verification = if *claimed.purpose == Use::SignIn { UserVerification::Required } else { UserVerification::Preferred };
        let Some((party, challenge)) = self.open_ceremony(claimed) else { return Ok(None) };
        let origins = origins(party, claimed.origins);
        let expected = Expected { challenge: &challenge, rp_id: &party.id, origins: &origins, user_verification };
        let (response, kept, found_by) = answer;
        let outcome = assertion::verify(self.platform.crypto(), response, &kept.stored(found_by), &expected).await?;
        Ok(outcome.map_err(|refused| self.log_refused_passkey(&refused.to_string())).ok())
    }

    /// Verifies that a passkey was made for this.
    ///
    /// # Errors
    /// A fault where something broke.
    pub(in crate::flows) async fn made_passkey(&self, answer: RegistrationResponse, claimed: Claimed<'_>) -> Result<Option<NewPasskey>, Fault> {
        let Some((party, challenge)) = self.open_ceremony(claimed) else { return Ok(None) };
        let origins = origins(party, claimed.origins);
        let expected = Expected { challenge: &challenge, rp_id: &party.id, origins: &origins, user_verification: UserVerification::Required };
        let outcome = registration::verify(self.platform.crypto(), answer, &expected).await?;
        Ok(outcome.map_err(|refused| self.log_refused_passkey(&refused.to_string())).ok())
    }

    /// The operator learns which check failed; the person doesn't.
    pub(in crate::flows) fn log_refused_passkey(&self, why: &str) {
        self.log("info", "passkey_refused", json!({"why": why}));
    }

    fn begin_ceremony(&self, purpose: &Use, browser: &BrowserId, now: Timestamp) -> Result<(CeremonyId, String), Fault> {
        let end = now + self.config.settings.passkey_challenge_lifetime;
        let id = CeremonyId::derived_with(self.keyring.current_name(), end, self.random()?);
        let challenge = self.passkey_challenge(&id, purpose, Some(browser)).ok_or_else(|| Fault::new("there is no key for challenges"))?;
        Ok((id, base64url::encode(challenge)))
    }

    fn open_ceremony(&self, claimed: Claimed<'_>) -> Option<(&RelyingParty, [u8; 32])> {
        let party = self.config.relying_party.as_ref()?;
        let challenge = self.passkey_challenge(claimed.id, claimed.purpose, claimed.browser).filter(|_| claimed.now < claimed.id.end())?;
        Some((party, challenge))
    }

    fn passkey_challenge(&self, id: &CeremonyId, purpose: &Use, browser: Option<&BrowserId>) -> Option<[u8; 32]> {
        let browser = browser.map_or("", BrowserId::as_str);
        self.keyring.derive(Purpose::PasskeyChallenge, id.secret_name(), &[id.as_str(), browser, &purpose.to_text()])
    }

    fn ceremony_milliseconds(&self) -> i64 {
        self.config.settings.passkey_challenge_lifetime.count().saturating_mul(1_000)
    }
}

fn origins<'a>(party: &'a RelyingParty, more: &'a [String]) -> Vec<&'a str> {
    party.origins.iter().chain(more).map(String::as_str).collect()
}

fn descriptors(passkeys: &[Passkey]) -> Vec<Value> {
    passkeys.iter().map(|passkey| json!({"type": "public-key", "id": passkey.id, "transports": passkey.transports})).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_read_as_it_was_written() {
        let sign_in = SignInId::new(Timestamp::from_seconds(1_000), [1; 16]);
        for purpose in [Use::SignIn, Use::Second(sign_in), Use::Enrol(UserId::new([2; 16]))] {
            assert_eq!(Use::parse(&purpose.to_text()), Some(purpose));
        }
        for text in ["", "sign-in:", "second", "second:", "enrol:short", "other:AAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(Use::parse(text), None, "{text}");
        }
    }
}
