//! Sending once more: the same code while it has time left, so that a late mail still works;
//! else a new challenge for this browser beside the old one.

use super::code_page::{CodeAsked, alphabet};
use super::send::{Beginning, Sent};
use crate::flows::interaction::{Interaction, SignInFor};
use crate::flows::sign_in::code_mail::Mailing;
use crate::flows::{Provider, Visit};
use crate::platform::{Fault, Platform, Statement};
use crate::store::challenges::Challenge;
use crate::store::run;
use crate::values::keyring::Purpose;
use crate::values::{ChallengeId, Seconds};

/// What came of it.
pub enum Resent {
    /// As for a first send, with the page to show it on.
    Tried(Sent, Box<CodeAsked>),
    /// The form wasn't made for this browser, or the sign-in has taken too long: it begins anew.
    StartAgain,
    /// A new code needs Turnstile's check, which is on the address page.
    AskAddress(ChallengeId),
}

impl<P: Platform> Provider<P> {
    /// Sends the code of a code page once more.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn resend_code(&self, ticket: &str, visit: &Visit) -> Result<Resent, Fault> {
        let Some(ticket) = self.open_ticket(ticket, visit).await? else { return Ok(Resent::StartAgain) };
        let Some(challenge) = self.challenge(&ticket.challenge, &ticket.browser, visit).await? else { return Ok(Resent::StartAgain) };
        let interaction = Interaction::from_text(&challenge.request)?;
        if interaction.purpose == SignInFor::NewPhone {
            let Some(sent) = self.text_again(&ticket, &challenge, interaction, visit).await? else { return Ok(Resent::StartAgain) };
            return Ok(Resent::Tried(sent, Box::new(self.asked(ticket, Seconds::ZERO)?)));
        }
        let sent = if self.lives_long_enough(&challenge, visit) {
            self.send_again(&challenge, &interaction, &ticket.asker, visit).await?
        } else if !self.is_under_way(&interaction, visit.now) {
            return Ok(Resent::StartAgain);
        } else if self.config.turnstile.is_some() {
            return Ok(Resent::AskAddress(challenge.id));
        } else {
            // One at most is left behind with time in it: each new challenge begins when the one before it has little.
            let earlier = Some(challenge.id.clone()).filter(|_| challenge.is_open(self.config.settings.otp_guesses, visit.now));
            let beginning = Beginning {
                browser: &ticket.browser,
                address: &challenge.address,
                typed: &challenge.typed,
                interaction: &Interaction { earlier, ..interaction },
                asker: &ticket.asker,
            };
            self.begin_challenge(&beginning, &challenge.lane, visit).await?
        };
        Ok(Resent::Tried(sent, Box::new(self.asked(ticket, Seconds::ZERO)?)))
    }

    /// Whether the code is worth sending again: unused, with guesses and time left.
    pub(super) fn lives_long_enough(&self, challenge: &Challenge, visit: &Visit) -> bool {
        let settings = &self.config.settings;
        // A code whose secret is gone can't be derived any more.
        let derivable = self.keyring.key(Purpose::OneTimeCode, challenge.id.secret_name()).is_some();
        derivable && challenge.is_open(settings.otp_guesses, visit.now) && challenge.id.end() - visit.now >= settings.otp_fresh_remaining
    }

    async fn send_again(&self, challenge: &Challenge, interaction: &Interaction, asker: &super::Asker, visit: &Visit) -> Result<Sent, Fault> {
        let ip = self.ip_budget(visit);
        let send = self.send_budget(&challenge.lane, &ip, visit);
        let mut statements: Vec<Statement> = send.spend().into();
        statements.push(send.read());
        let mut answers = run(self.platform.database(), statements).await?;
        if answers.first().is_none() {
            return self.blocked(&send, answers.skip(1).first());
        }
        let mailing = Mailing { challenge: &challenge.id, address: &challenge.address, alphabet: alphabet(challenge)?, interaction, asker };
        self.mail_code(&mailing, self.invited(interaction, challenge.holder.is_some()), &send, visit).await
    }
}
