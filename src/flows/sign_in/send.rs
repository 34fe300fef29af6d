//! Sending a code: the address is judged, the budgets are spent and the challenge begins in one transaction, then the mail goes out.
//!
//! In invite-only mode a stranger's address gets the same challenge, budgets and answer as a known one; only the mail, sent after the answer,
//! is missing.

use crate::config::Admission;
use crate::flows::interaction::Interaction;
use crate::flows::sign_in::code_mail::Mailing;
use crate::flows::sign_in::{Asker, NotSent, OnItsWay};
use crate::flows::{Afterwards, Provider, Visit};
use crate::platform::{Fault, Platform, Statement};
use crate::store::budgets::{Ring, Send};
use crate::store::challenges::{self, Digits, NewChallenge};
use crate::store::{run, users};
use crate::values::email_address::EmailAddressError;
use crate::values::{BrowserId, ChallengeId, CodeAlphabet, EmailAddress};

/// What the address page's form brings.
pub struct ToSend<'a> {
    /// The sign-in, opened from its seal.
    pub interaction: &'a Interaction,
    /// For whom.
    pub asker: &'a Asker,
    /// The address as typed.
    pub typed: &'a str,
    /// Turnstile's token, where it is asked for.
    pub turnstile: &'a str,
}

/// What came of it.
pub enum Sent {
    /// A code is on its way.
    OnItsWay(OnItsWay),
    /// None is.
    No(NotSent),
}

/// Whether somebody has the address; only invite-only mode asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Invited {
    /// Somebody has, or everybody may come.
    Yes,
    /// Nobody has.
    No,
}

/// A challenge about to begin.
pub(super) struct Beginning<'a> {
    pub(super) browser: &'a BrowserId,
    pub(super) address: &'a str,
    pub(super) typed: &'a str,
    pub(super) interaction: &'a Interaction,
    pub(super) asker: &'a Asker,
}

impl<P: Platform> Provider<P> {
    /// Sends a code to an address.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn send_code(&self, to_send: &ToSend<'_>, browser: &BrowserId, visit: &Visit) -> Result<Sent, Fault> {
        if !self.is_human(to_send.turnstile, visit).await {
            return Ok(Sent::No(NotSent::NotHuman));
        }
        let address = match self.admitted_address(to_send.typed) {
            Ok(address) => address,
            Err(why) => return Ok(Sent::No(why)),
        };
        let lane = self.address_budget(address.identity(), visit);
        let beginning =
            Beginning { browser, address: address.identity(), typed: address.typed(), interaction: to_send.interaction, asker: to_send.asker };
        self.begin_challenge(&beginning, &lane, visit).await
    }

    pub(super) fn admitted_address(&self, typed: &str) -> Result<EmailAddress, NotSent> {
        let address = EmailAddress::parse(typed, self.config.settings.non_ascii_local_part).map_err(|error| match error {
            EmailAddressError::NonAsciiLocalPart => NotSent::NotAscii,
            EmailAddressError::Empty
            | EmailAddressError::TooLong
            | EmailAddressError::ForbiddenCharacter
            | EmailAddressError::NotOneAt
            | EmailAddressError::BadLocalPart
            | EmailAddressError::BadDomain => NotSent::Malformed,
        })?;
        match &self.config.admission {
            Admission::AllowedDomains(domains) if !domains.contains(address.domain()) => Err(NotSent::DomainNotAllowed),
            Admission::AllowedDomains(_) | Admission::Open | Admission::InviteOnly => Ok(address),
        }
    }

    /// Spends a send, begins a challenge with it, and mails the code.
    pub(super) async fn begin_challenge(&self, beginning: &Beginning<'_>, lane: &str, visit: &Visit) -> Result<Sent, Fault> {
        let ip = self.ip_budget(visit);
        let send = self.send_budget(lane, &ip, visit);
        let end = visit.now + self.config.settings.otp_lifetime;
        let challenge = ChallengeId::derived_with(self.keyring.current_name(), end, self.random()?);
        let request = beginning.interaction.to_text()?;
        let mut statements: Vec<Statement> = send.spend().into();
        statements.push(challenges::insert(&self.new_challenge(&challenge, beginning, &request), lane, visit.now));
        statements.extend([send.read(), users::is_known(beginning.address)]);
        let mut answers = run(self.platform.database(), statements).await?;
        let Some(mut begun) = answers.skip(2).first() else { return self.blocked(&send, answers.first()) };
        let invited = self.invited(beginning.interaction, answers.skip(1).first().is_some());
        let alphabet = CodeAlphabet::from_stored(begun.integer()?).ok_or_else(|| Fault::new("a challenge has no alphabet"))?;
        let mailing =
            Mailing { challenge: &challenge, address: beginning.address, alphabet, interaction: beginning.interaction, asker: beginning.asker };
        self.mail_code(&mailing, invited, &send, visit).await
    }

    pub(super) fn new_challenge<'a>(&'a self, id: &'a ChallengeId, beginning: &'a Beginning<'_>, request: &'a str) -> NewChallenge<'a> {
        let (deployment, limit) = self.deployment_budget();
        NewChallenge {
            id,
            browser: beginning.browser.as_str(),
            address: beginning.address,
            typed: beginning.typed,
            request,
            digits: Digits {
                usual: self.config.code_alphabet.stored(),
                under_attack: self.config.code_alphabet_under_attack.stored(),
                deployment,
                limit,
            },
        }
    }

    /// Everybody is invited, unless the mode says otherwise. Whoever is in may add an address that nobody knows.
    pub(super) fn invited(&self, interaction: &Interaction, is_known: bool) -> Invited {
        match (&self.config.admission, is_known || interaction.purpose.addition().is_some()) {
            (Admission::InviteOnly, false) => Invited::No,
            (Admission::InviteOnly, true) | (Admission::Open | Admission::AllowedDomains(_), _) => Invited::Yes,
        }
    }

    /// The refusal with its time, from the rings that refused.
    pub(super) fn blocked(&self, send: &Send<'_>, rings: Option<crate::store::Columns>) -> Result<Sent, Fault> {
        let mut rings = rings.ok_or_else(|| Fault::new("the budgets can't be read"))?;
        let (lane, ip) = (Ring::from_stored(rings.optional_text()?), Ring::from_stored(rings.optional_text()?));
        let until = send.blocked_until(&lane, &ip).unwrap_or(send.now + crate::values::Seconds::new(1));
        Ok(Sent::No(NotSent::Blocked(until)))
    }

    /// Mails a code of a send that has been spent. Where people may know whether it went out, the answer waits for it.
    pub(super) async fn mail_code(&self, mailing: &Mailing<'_>, invited: Invited, send: &Send<'_>, visit: &Visit) -> Result<Sent, Fault> {
        let mail = self.compose(mailing, visit)?;
        let challenge = mailing.challenge.clone();
        let afterwards = match (&self.config.admission, invited) {
            (Admission::InviteOnly, Invited::Yes) => Some(Afterwards::Deliver(Box::new(mail))),
            (_, Invited::No) => None,
            (Admission::Open | Admission::AllowedDomains(_), Invited::Yes) => {
                if self.deliver(&mail).await.is_err() {
                    run(self.platform.database(), vec![send.give_back()]).await?;
                    return Ok(Sent::No(NotSent::MailFailed));
                }
                None
            }
        };
        Ok(Sent::OnItsWay(OnItsWay { challenge, afterwards }))
    }

    /// Does what an answer left to do.
    pub async fn afterwards(&self, work: Afterwards) {
        match work {
            // Whether it arrived stands in the log alone. A send given back would tell a known address from an unknown one.
            Afterwards::Deliver(mail) => {
                let _ = self.deliver(&mail).await;
            }
            Afterwards::Tell(mails) => {
                for mail in &mails {
                    let _ = self.deliver(mail).await;
                }
            }
        }
    }
}
