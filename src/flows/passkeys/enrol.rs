//! Making a passkey: from the answer of the page to the statements that keep it. Whoever calls has seen a proof of the person that is fresh enough.

use super::ceremony::{Claimed, Shown, Use};
use crate::factors::webauthn::registration::NewPasskey;
use crate::factors::webauthn::response::RegistrationResponse;
use crate::flows::activity::Happening;
use crate::flows::{Provider, Visit};
use crate::platform::{Fault, Platform, Statement};
use crate::store::events::EventKind;
use crate::store::{passkeys, run, trusted_browsers};
use crate::values::line::is_deceptive;
use crate::values::{BrowserId, CeremonyId, CredentialId, SessionId, UserId};

/// What a passkey is called whose authenticator isn't known by name.
const UNKNOWN: &str = "Passkey";

/// Characters of a name.
const LONGEST_NAME: usize = 60;

/// A name that a person gives a passkey: one line, without characters that change its direction or can't be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// What a person has typed, if it can be one.
    ///
    /// ```
    /// # use nightlatch::flows::passkeys::Name;
    /// assert_eq!(Name::parse("  My phone ").unwrap().as_str(), "My phone");
    /// assert!(Name::parse("").is_none() && Name::parse("a\u{202e}b").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.contains(is_deceptive);
        fits.then(|| Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A passkey that was just kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// Its id.
    pub id: CredentialId,
    /// What it is called.
    pub name: Name,
}

/// Whose passkey it is to be, and the ceremony that it was made in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whose<'a> {
    pub(super) user: &'a UserId,
    /// The session that it is added from.
    pub(super) session: &'a SessionId,
    pub(super) ceremony: &'a CeremonyId,
    pub(super) purpose: &'a Use,
    pub(super) browser: Option<&'a BrowserId>,
    /// Origins whose pages may have made it, beside those of the relying party.
    pub(super) origins: &'a [String],
}

impl<P: Platform> Provider<P> {
    /// Keeps the passkey that a page of ours has made in the person's session; `None` where anything is wrong, where that session has ended or isn't as
    /// sure as the account by now, or where they have as many as they may. In the same transaction it is recorded, and browsers that weren't asked for
    /// the second factor are asked again.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn add_passkey(&self, whose: (&UserId, &SessionId, &BrowserId), shown: Shown<'_>, visit: &Visit) -> Result<Option<Added>, Fault> {
        let (user, session, browser) = whose;
        let Some(ceremony) = CeremonyId::parse(shown.ceremony) else { return Ok(None) };
        let purpose = Use::Enrol(user.clone());
        let whose = Whose { user, session, ceremony: &ceremony, purpose: &purpose, browser: Some(browser), origins: &[] };
        self.add_passkey_of(&whose, shown.credential, None, visit).await
    }

    pub(super) async fn add_passkey_of(
        &self,
        whose: &Whose<'_>,
        credential: &str,
        name: Option<Name>,
        visit: &Visit,
    ) -> Result<Option<Added>, Fault> {
        let Ok(answer) = RegistrationResponse::parse(credential) else { return Ok(None) };
        let claimed = Claimed { id: whose.ceremony, purpose: whose.purpose, browser: whose.browser, origins: whose.origins, now: visit.now };
        let Some(new) = self.made_passkey(answer, claimed).await? else { return Ok(None) };
        let name = name.unwrap_or_else(|| usual_name(&new));
        let mut answers = run(self.platform.database(), self.keep_passkey(whose, name.as_str(), &new, visit)?).await?;
        Ok(answers.skip(1).first().map(|_| Added { id: new.credential, name }))
    }

    fn keep_passkey(&self, whose: &Whose<'_>, name: &str, new: &NewPasskey, visit: &Visit) -> Result<Vec<Statement>, Fault> {
        let user = whose.user;
        Ok(vec![
            passkeys::spend(whose.ceremony),
            passkeys::add((user, whose.session), name, new, visit.now),
            self.record(user, Happening { kind: EventKind::PasskeyAdded, detail: name }, visit)?,
            trusted_browsers::forget_all_if_changed(user),
        ])
    }
}

fn usual_name(new: &NewPasskey) -> Name {
    Name(new.aaguid.name().unwrap_or(UNKNOWN).to_owned())
}
