//! What a sign-in is for, on its way from the first page to the last: sealed in the form for this browser, then in the challenge's row.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::action_challenge::ActionAsked;
use super::{Provider, Visit};
use crate::factors::Factor;
use crate::oidc::authorization_request::{AuthorizationRequest, NoWayBack, Rejected, ValidatedRequest};
use crate::oidc::authorization_response::AnswerTarget;
use crate::oidc::client::Client;
use crate::platform::{Fault, Platform};
use crate::routes::AccountPage;
use crate::values::keyring::Purpose;
use crate::values::{BrowserId, ChallengeId, Timestamp, UserId, json};

/// Why somebody signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignInFor {
    /// For our own home page.
    #[serde(rename = "h")]
    Home,
    /// For a page of the account, at the highest level that the account has.
    #[serde(rename = "a")]
    Account(AccountPage),
    /// To add the address to the account of whoever is signed in: nobody is signed in by it.
    #[serde(rename = "n")]
    NewAddress,
    /// The same with a phone number.
    #[serde(rename = "p")]
    NewPhone,
    /// For an action that a client's backend wants to have confirmed.
    #[serde(rename = "x")]
    Action(Box<ActionAsked>),
    /// For a client.
    #[serde(rename = "c")]
    Client(Box<AuthorizationRequest>),
}

/// What the account of whoever is signed in gets by a right code, which then signs nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addition {
    /// One more address.
    Address,
    /// A phone number.
    Phone,
}

impl SignInFor {
    /// What it adds to an account, where that is what it is for.
    #[must_use]
    pub const fn addition(&self) -> Option<Addition> {
        match self {
            Self::NewAddress => Some(Addition::Address),
            Self::NewPhone => Some(Addition::Phone),
            Self::Home | Self::Account(_) | Self::Action(_) | Self::Client(_) => None,
        }
    }
}

impl SignInFor {
    /// Whether the page on which it begins offers this factor in place of a mailed code.
    #[must_use]
    pub fn offers(&self, factor: Factor) -> bool {
        match self {
            Self::Action(asked) => asked.offers_first(factor),
            Self::Home | Self::Account(_) | Self::NewAddress | Self::NewPhone | Self::Client(_) => true,
        }
    }
}

/// What a sign-in by a mailed code leads to before it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Then {
    /// To its end.
    #[default]
    #[serde(rename = "g")]
    GoOn,
    /// To a new password in place of a forgotten one.
    #[serde(rename = "n")]
    NewPassword,
}

impl Then {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    fn goes_on(&self) -> bool {
        matches!(self, Self::GoOn)
    }
}

/// A sign-in under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interaction {
    /// What for.
    #[serde(rename = "f")]
    pub purpose: SignInFor,
    /// The only person who is accepted: whom the client named, or whose account it is.
    #[serde(rename = "e", skip_serializing_if = "Option::is_none", default)]
    pub expected: Option<UserId>,
    /// When it began.
    #[serde(rename = "b")]
    pub began_at: Timestamp,
    /// The challenge that this one was sent after, where its code was still good: it stays so until its own end, on the new page, too.
    #[serde(rename = "p", skip_serializing_if = "Option::is_none", default)]
    pub earlier: Option<ChallengeId>,
    /// What is asked for before it ends.
    #[serde(rename = "t", skip_serializing_if = "Then::goes_on", default)]
    pub then: Then,
}

impl Interaction {
    /// Where its client is told what has become of it, if it is for one.
    #[must_use]
    pub fn way_back<'a>(&'a self, request: Option<&'a ValidatedRequest<'a>>) -> Option<&'a AnswerTarget> {
        match &self.purpose {
            SignInFor::Action(asked) => Some(&asked.target),
            SignInFor::Home | SignInFor::Account(_) | SignInFor::NewAddress | SignInFor::NewPhone | SignInFor::Client(_) => {
                request.map(|request| &request.target)
            }
        }
    }

    /// The languages that the client asks for.
    #[must_use]
    pub fn ui_locales(&self) -> &str {
        match &self.purpose {
            SignInFor::Home | SignInFor::Account(_) | SignInFor::NewAddress | SignInFor::NewPhone | SignInFor::Action(_) => "",
            SignInFor::Client(request) => request.ui_locales(),
        }
    }

    /// As text, for the challenge's row and the seal.
    ///
    /// # Errors
    /// A fault where it can't be written, which no value of it causes.
    pub fn to_text(&self) -> Result<String, Fault> {
        serde_json::to_string(self).map_err(|_| Fault::new("an interaction can't be written"))
    }

    /// From the text in a challenge's row.
    ///
    /// # Errors
    /// A fault where it isn't one.
    pub fn from_text(text: &str) -> Result<Self, Fault> {
        json::read(text.as_bytes()).map_err(|_| Fault::new("an interaction can't be read"))
    }

    /// The request, checked once more against its client as it is now.
    ///
    /// # Errors
    /// Where the client no longer accepts it.
    pub fn validate<'a>(&'a self, client: Option<&'a Client>) -> Result<Option<ValidatedRequest<'a>>, Rejected> {
        match (&self.purpose, client) {
            (SignInFor::Home | SignInFor::Account(_) | SignInFor::NewAddress | SignInFor::NewPhone, _) => Ok(None),
            (SignInFor::Action(asked), Some(client)) if asked.target.is_of(client) => Ok(None),
            (SignInFor::Action(_), Some(_)) => Err(Rejected::OnPage(NoWayBack::BadRedirectUri)),
            (SignInFor::Client(request), Some(client)) => request.validate(client).map(Some),
            (SignInFor::Action(_) | SignInFor::Client(_), None) => Err(Rejected::OnPage(NoWayBack::UnknownClient)),
        }
    }
}

impl<P: Platform> Provider<P> {
    /// Seals a sign-in for one browser.
    ///
    /// # Errors
    /// A fault where there are no random bytes.
    pub fn seal_interaction(&self, interaction: &Interaction, browser: &BrowserId) -> Result<String, Fault> {
        self.seal(Purpose::Interaction, browser.as_str(), &interaction.to_text()?)
    }

    /// Opens what was sealed for the visitor's browser, unless it is too old.
    pub fn open_interaction(&self, sealed: &str, visit: &Visit) -> Option<Interaction> {
        let bytes = self.keyring.open(Purpose::Interaction, visit.browser.as_ref()?.as_str(), sealed)?;
        let interaction: Interaction = json::read(&bytes).ok()?;
        self.is_under_way(&interaction, visit.now).then_some(interaction)
    }

    /// Whether a sign-in is young enough to go on.
    pub fn is_under_way(&self, interaction: &Interaction, now: Timestamp) -> bool {
        now < interaction.began_at + self.config.settings.interaction_lifetime
    }

    /// The client of a sign-in, if it is for one that still exists.
    ///
    /// # Errors
    /// A fault where clients can't be looked up.
    pub async fn client_of(&self, interaction: &Interaction, now: Timestamp) -> Result<Option<Rc<Client>>, Fault> {
        match &interaction.purpose {
            SignInFor::Home | SignInFor::Account(_) | SignInFor::NewAddress | SignInFor::NewPhone => Ok(None),
            SignInFor::Action(asked) => self.client(&asked.client, now).await,
            SignInFor::Client(request) => match request.client_id() {
                Some(id) => self.client(&id, now).await,
                None => Ok(None),
            },
        }
    }
}
