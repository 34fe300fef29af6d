//! The code page: read by challenge and browser, so that reload, back button and a second tab find it again.

use crate::flows::interaction::{Interaction, SignInFor, Then};
use crate::flows::sign_in::Asker;
use crate::flows::{Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::store::challenges::{self, Challenge};
use crate::store::run_one;
use crate::values::keyring::Purpose;
use crate::values::{BrowserId, ChallengeId, CodeAlphabet, Seconds, Timestamp, json};

/// By what a code reaches the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Channel {
    /// By e-mail.
    #[default]
    #[serde(rename = "m")]
    Mail,
    /// By text message.
    #[serde(rename = "t")]
    Text,
}

impl Channel {
    fn of(purpose: &SignInFor) -> Self {
        match purpose {
            SignInFor::NewPhone => Self::Text,
            SignInFor::Home | SignInFor::Account(_) | SignInFor::NewAddress | SignInFor::Action(_) | SignInFor::Client(_) => Self::Mail,
        }
    }
}

/// What the code page is made of.
pub struct CodeAsked {
    /// The hidden field: the challenge, sealed for this browser.
    pub ticket: String,
    /// The challenge.
    pub challenge: ChallengeId,
    /// Where the code was sent, as typed.
    pub address: String,
    /// By what.
    pub channel: Channel,
    /// What the code is written in.
    pub alphabet: CodeAlphabet,
    /// How long until the code may be sent again.
    pub resend_in: Seconds,
    /// For whom.
    pub asker: Asker,
    /// The languages that the client asks for.
    pub ui_locales: String,
}

/// A code page that somebody comes back to.
pub enum CodePageVisited {
    /// Its code may still be typed.
    Open(Box<CodeAsked>),
    /// Its code is over. The sign-in isn't: the page can send another one.
    Over(Box<CodeAsked>),
    /// Its code has been used, in this browser: somebody went back to it.
    Done,
    /// Its sign-in is too old, or it isn't this browser's.
    Gone,
}

/// A code page's form, opened: everything that the page needs to be shown again, whatever has become of the challenge.
pub(super) struct Ticket {
    pub(super) browser: BrowserId,
    pub(super) challenge: ChallengeId,
    /// The one before, whose code may be typed on this page as well.
    pub(super) earlier: Option<ChallengeId>,
    pub(super) address: String,
    pub(super) channel: Channel,
    pub(super) alphabet: CodeAlphabet,
    pub(super) asker: Asker,
    pub(super) ui_locales: String,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Sealed {
    c: ChallengeId,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    e: Option<ChallengeId>,
    a: String,
    #[serde(default)]
    s: Channel,
    d: i64,
    k: Option<crate::values::ClientId>,
    l: String,
}

impl<P: Platform> Provider<P> {
    /// The code page of this browser's challenge.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn code_page(&self, challenge: &ChallengeId, visit: &Visit) -> Result<CodePageVisited, Fault> {
        let Some(browser) = &visit.browser else { return Ok(CodePageVisited::Gone) };
        let Some(challenge) = self.challenge(challenge, browser, visit).await? else { return Ok(CodePageVisited::Gone) };
        let interaction = Interaction::from_text(&challenge.request)?;
        let over = challenge.id.end() <= visit.now;
        if challenge.redeemed {
            return Ok(CodePageVisited::Done);
        }
        if over && !self.is_under_way(&interaction, visit.now) {
            return Ok(CodePageVisited::Gone);
        }
        let ticket = Ticket {
            browser: browser.clone(),
            alphabet: alphabet(&challenge)?,
            channel: Channel::of(&interaction.purpose),
            asker: self.client_of(&interaction, visit.now).await?,
            ui_locales: interaction.ui_locales().to_owned(),
            challenge: challenge.id,
            earlier: interaction.earlier,
            address: challenge.typed,
        };
        let last_sent = challenge.lane_sends.latest(1).unwrap_or(Timestamp::from_seconds(0));
        let resend_in = (last_sent + self.config.settings.otp_cooldown) - visit.now;
        let asked = Box::new(self.asked(ticket, resend_in.max(Seconds::ZERO))?);
        Ok(if over { CodePageVisited::Over(asked) } else { CodePageVisited::Open(asked) })
    }

    /// The sign-in that a challenge of this browser is for, so that another address can be typed. It is as old as it was:
    /// going back and forth doesn't make it live for ever.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn interaction_of(&self, challenge: &ChallengeId, visit: &Visit) -> Result<Option<Interaction>, Fault> {
        let Some(browser) = &visit.browser else { return Ok(None) };
        let challenge = self.challenge(challenge, browser, visit).await?;
        let interaction = challenge.map(|challenge| Interaction::from_text(&challenge.request)).transpose()?;
        let interaction = interaction.filter(|interaction| self.is_under_way(interaction, visit.now));
        // Another address's page has nothing to do with this one's codes, nor with a password that was forgotten for it.
        Ok(interaction.map(|interaction| Interaction { earlier: None, then: Then::GoOn, ..interaction }))
    }

    pub(super) async fn challenge(&self, id: &ChallengeId, browser: &BrowserId, visit: &Visit) -> Result<Option<Challenge>, Fault> {
        let ip = self.ip_budget(visit);
        run_one(self.platform.database(), challenges::read(id, browser.as_str(), (&ip, visit.now))).await?.map(challenges::challenge).transpose()
    }

    /// The page once more, from its own form alone: it looks the same whether the challenge is open, used, over or unknown.
    pub(super) fn asked(&self, ticket: Ticket, resend_in: Seconds) -> Result<CodeAsked, Fault> {
        let sealed = Sealed {
            c: ticket.challenge.clone(),
            e: ticket.earlier.clone(),
            a: ticket.address.clone(),
            s: ticket.channel,
            d: ticket.alphabet.stored(),
            k: ticket.asker.as_ref().map(|client| client.id.clone()),
            l: ticket.ui_locales.clone(),
        };
        let text = serde_json::to_string(&sealed).map_err(|_| Fault::new("a ticket can't be written"))?;
        Ok(CodeAsked {
            ticket: self.seal(Purpose::CodeTicket, ticket.browser.as_str(), &text)?,
            challenge: ticket.challenge,
            address: ticket.address,
            channel: ticket.channel,
            alphabet: ticket.alphabet,
            resend_in,
            asker: ticket.asker,
            ui_locales: ticket.ui_locales,
        })
    }

    /// Opens a code page's form; `None` where it wasn't made for the visitor's browser.
    pub(super) async fn open_ticket(&self, text: &str, visit: &Visit) -> Result<Option<Ticket>, Fault> {
        let Some(browser) = visit.browser.clone() else { return Ok(None) };
        let opened = self.keyring.open(Purpose::CodeTicket, browser.as_str(), text);
        let Some(sealed) = opened.and_then(|bytes| json::read::<Sealed>(&bytes).ok()) else { return Ok(None) };
        let asker = match &sealed.k {
            Some(id) => self.client(id, visit.now).await?,
            None => None,
        };
        let Some(alphabet) = CodeAlphabet::from_stored(sealed.d) else { return Ok(None) };
        Ok(Some(Ticket {
            browser,
            challenge: sealed.c,
            earlier: sealed.e,
            address: sealed.a,
            channel: sealed.s,
            alphabet,
            asker,
            ui_locales: sealed.l,
        }))
    }
}

/// What a challenge's code is written in.
pub(super) fn alphabet(challenge: &Challenge) -> Result<CodeAlphabet, Fault> {
    CodeAlphabet::from_stored(challenge.digits).ok_or_else(|| Fault::new("a challenge has no alphabet"))
}
