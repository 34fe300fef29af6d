//! Signing in: by a one-time code that is sent by e-mail (send, show the page, send again, verify), by a password, and what may follow.
//! An address or a phone number that an account is to have is proven by the same code on the same page.

mod budget;
mod claim;
mod code_mail;
mod code_page;
mod finish;
mod new_address;
mod new_password;
mod new_phone;
mod offer;
mod passkey;
mod password;
mod resend;
mod second_factor;
mod second_proof;
mod send;
mod turnstile;
mod verify;

use std::rc::Rc;

use crate::oidc::client::Client;
use crate::values::{ChallengeId, Seconds, Timestamp};

pub use claim::Claimed;
pub use code_page::{Channel, CodeAsked, CodePageVisited};
pub(super) use finish::{FirstProof, kept_user_agent};
pub use new_address::AddressSent;
pub use new_password::{NewPasswordAsked, NewPasswordSet};
pub use new_phone::PhoneSent;
pub use offer::{OfferAnswer, OfferSettled, Offered, Passkeys};
pub use passkey::PasskeySignedIn;
pub use password::{PasswordTyped, PasswordVerified};
pub use resend::Resent;
pub use second_factor::{SecondAsked, SecondVerified, Shown, Trust};
pub use send::{Sent, ToSend};
pub use verify::{Verified, VerifiedSession};

use super::Afterwards;
use super::interaction::Interaction;

/// Why no code was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSent {
    /// The address, or the phone number, isn't one.
    Malformed,
    /// Its local part has letters that this deployment doesn't take.
    NotAscii,
    /// Its domain isn't one of those that are let in.
    DomainNotAllowed,
    /// Too many were sent; one may be sent again then.
    Blocked(Timestamp),
    /// No adapter took the mail, or the text message.
    MailFailed,
    /// Turnstile didn't vouch for the browser.
    NotHuman,
}

/// A code on its way.
#[derive(Debug)]
pub struct OnItsWay {
    /// The challenge that it answers.
    pub challenge: ChallengeId,
    /// What remains to be done after the answer.
    pub afterwards: Option<Afterwards>,
}

/// A step of a sign-in that somebody comes to, or goes back to.
pub enum StepVisited<T> {
    /// It is to be taken.
    Open(T),
    /// This browser has taken it.
    Done,
    /// There is no such step in this browser, or its time is over.
    Gone,
}

/// A sign-in whose person is to show who they are, first of all or anew.
pub struct ToProve {
    /// It.
    pub interaction: Interaction,
    /// Their address as typed, to spare them typing it.
    pub address: String,
}

/// A client, or our own home page.
pub type Asker = Option<Rc<Client>>;

/// How long until then, at least a second.
#[must_use]
pub fn seconds_until(then: Timestamp, now: Timestamp) -> Seconds {
    (then - now).max(Seconds::new(1))
}
