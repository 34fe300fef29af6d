//! The offer of a passkey after a sign-in by code. The session has begun, the code for the client hasn't been written: whether the person takes the
//! offer or leaves it, they go on from here. Once left, a browser isn't offered again for a while.

use super::{Asker, VerifiedSession};
use crate::flows::activity::Happening;
use crate::flows::interaction::{Interaction, SignInFor};
use crate::flows::passkeys::{Ceremony, Enrolled, Shown};
use crate::flows::{Afterwards, Provider, Visit};
use crate::oidc::authorization_request::{NoWayBack, Rejected};
use crate::oidc::authorization_response::Location;
use crate::oidc::proof::Proof;
use crate::platform::{Fault, Platform, Statement};
use crate::store::codes::Acceptable;
use crate::store::events::EventKind;
use crate::store::factors::Factors;
use crate::store::run_one;
use crate::store::sessions::Ground;
use crate::store::sign_ins::{self, NewSignIn, SignIn};
use crate::values::{BrowserId, ChallengeId, SignInId};

/// What such a sign-in asks: no factor, only this.
const ASKS: &str = "offer_passkey";
/// What the form's token is for.
const ACTION: &str = "offer-passkey";

/// Whether the browser can make a passkey, as its page has found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passkeys {
    /// It can.
    Possible,
    /// It can't, or nobody knows.
    Unknown,
}

/// What the page with the offer is made of.
pub struct Offered {
    /// The sign-in.
    pub sign_in: SignInId,
    /// The form's token.
    pub token: String,
    /// The ceremony that makes the passkey.
    pub ceremony: Ceremony,
    /// For whom the person signs in.
    pub asker: Asker,
    /// The languages that the client asks for.
    pub ui_locales: String,
}

/// How the offer's page is answered.
#[derive(Debug, Clone, Copy)]
pub enum OfferAnswer<'a> {
    /// By a passkey that was just made.
    Taken(Shown<'a>),
    /// Not now.
    Left,
}

/// What came of it.
pub enum OfferSettled {
    /// The person goes on; what remains to be done after the answer.
    GoesOn(Box<VerifiedSession>, Option<Afterwards>),
    /// The passkey couldn't be kept: the page is shown again.
    Failed(Box<Offered>),
    /// The client's settings have changed: it is told.
    ToldClient(Location),
    /// The client no longer accepts the request.
    Rejected(NoWayBack),
    /// There is no such offer in this browser, or it is over.
    StartAgain,
}

impl<P: Platform> Provider<P> {
    /// Whether somebody who has just signed in by a code is offered a passkey: in a browser that can make one and hasn't said "not now", to a person
    /// who has none. Somebody with an authenticator app would have to show it first, and who is on the way to their account,
    /// or confirms an action, has something else in mind.
    pub(super) fn offers_passkey(&self, factors: Factors, passkeys: Passkeys, interaction: &Interaction, visit: &Visit) -> bool {
        match interaction.purpose {
            SignInFor::Account(_) | SignInFor::NewAddress | SignInFor::NewPhone | SignInFor::Action(_) => return false,
            SignInFor::Home | SignInFor::Client(_) => {}
        }
        let wanted = passkeys == Passkeys::Possible && self.config.relying_party.is_some() && !self.declines_passkeys(visit);
        wanted && !factors.passkey && !factors.authenticator
    }

    /// The statement by which a sign-in that has begun its session waits for the answer.
    pub(super) fn wait_for_answer(
        &self,
        id: &SignInId,
        proven: (&Proof, &ChallengeId, &str),
        verified: &VerifiedSession,
        interaction: &Interaction,
    ) -> Result<Statement, Fault> {
        let (proof, challenge, address) = proven;
        let new = NewSignIn {
            id,
            browser: verified.browser.as_str(),
            address,
            request: &interaction.to_text()?,
            proof,
            asks: ASKS,
            finished_by: Some(&verified.session),
        };
        Ok(new.begin(Ground::Challenge(challenge)))
    }

    /// The page of this browser's offer; `None` where there is none, or where it is over.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn passkey_offer(&self, id: &SignInId, visit: &Visit) -> Result<Option<Offered>, Fault> {
        match (&visit.browser, self.offer_of(id, visit).await?) {
            (Some(browser), Some(sign_in)) => self.offered(&sign_in, browser, visit).await,
            (Some(_) | None, _) => Ok(None),
        }
    }

    /// Takes the answer; then the person goes on to where they were going.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn settle_offer(&self, id: &SignInId, answer: OfferAnswer<'_>, visit: &Visit) -> Result<OfferSettled, Fault> {
        let (Some(browser), Some(sign_in)) = (&visit.browser, self.offer_of(id, visit).await?) else { return Ok(OfferSettled::StartAgain) };
        let Some(session) = &sign_in.finished_by else { return Ok(OfferSettled::StartAgain) };
        // What was offered to somebody without a second factor isn't given to somebody who has one by now: that asks for a fresh proof.
        let has_one = sign_in.factors.passkey || sign_in.factors.authenticator;
        let mut told = None;
        if let OfferAnswer::Taken(shown) = answer
            && !has_one
        {
            let Some(added) = self.add_passkey((&sign_in.user, session, browser), shown, visit).await? else {
                let again = self.offered(&sign_in, browser, visit).await?;
                return Ok(again.map_or(OfferSettled::StartAgain, |offered| OfferSettled::Failed(Box::new(offered))));
            };
            told = self.notify(&sign_in.user, Happening { kind: EventKind::PasskeyAdded, detail: added.name.as_str() }, visit).await;
        }
        self.go_on(&sign_in, browser, told, visit).await
    }

    /// Whether a form of the page was made for the visitor's browser.
    pub fn accepts_offer_form(&self, token: &str, visit: &Visit) -> bool {
        self.accepts_form_token(visit, ACTION, token)
    }

    /// The sign-in that waits for an answer in the session that it has begun.
    async fn offer_of(&self, id: &SignInId, visit: &Visit) -> Result<Option<SignIn>, Fault> {
        let Some(browser) = &visit.browser else { return Ok(None) };
        let found = run_one(self.platform.database(), sign_ins::read(id, browser.as_str(), visit.now)).await?;
        let sign_in = found.map(sign_ins::sign_in).transpose()?;
        Ok(sign_in.filter(|sign_in| sign_in.asks == ASKS && sign_in.finished_by.is_some() && sign_in.finished_by == visit.session))
    }

    async fn offered(&self, sign_in: &SignIn, browser: &BrowserId, visit: &Visit) -> Result<Option<Offered>, Fault> {
        let interaction = Interaction::from_text(&sign_in.request)?;
        let enrolled = Enrolled { user: &sign_in.user, address: &sign_in.shown_address, existing: &[] };
        let Some(ceremony) = self.enrolment_ceremony(&enrolled, browser, visit.now)? else { return Ok(None) };
        Ok(Some(Offered {
            sign_in: sign_in.id.clone(),
            token: self.form_token(browser, ACTION),
            ceremony,
            asker: self.client_of(&interaction, visit.now).await?,
            ui_locales: interaction.ui_locales().to_owned(),
        }))
    }

    /// Writes the code from the session and gives the way back.
    async fn go_on(&self, sign_in: &SignIn, browser: &BrowserId, told: Option<Afterwards>, visit: &Visit) -> Result<OfferSettled, Fault> {
        let Some(session) = &sign_in.finished_by else { return Ok(OfferSettled::StartAgain) };
        let interaction = Interaction::from_text(&sign_in.request)?;
        let client = self.client_of(&interaction, visit.now).await?;
        let request = match interaction.validate(client.as_deref()) {
            Ok(request) => request,
            Err(Rejected::OnPage(why)) => return Ok(OfferSettled::Rejected(why)),
            Err(Rejected::ToClient(target, refusal)) => return Ok(OfferSettled::ToldClient(target.with_error(&refusal, self.issuer()))),
        };
        let (browser, address) = (browser.clone(), sign_in.address.clone());
        let mut verified = VerifiedSession { session: session.clone(), browser, address, sure_of: None, to: None, afterwards: None };
        if let Some(request) = request {
            let code = self.code_to_be(&request, visit.now)?;
            // Since the proof everything has been as the client asked: only the time of an offer lies between.
            let not_before = sign_in.proof.auth_time;
            let acceptable = Acceptable { not_before, expected: interaction.expected.as_ref(), level: request.level, now: visit.now };
            let statement = self.code_statement(&request, &code, session, &acceptable);
            if run_one(self.platform.database(), statement).await?.is_none() {
                return Ok(OfferSettled::ToldClient(self.login_required(&request.target)));
            }
            verified.to = Some(self.code_answer(&request, &code));
        }
        Ok(OfferSettled::GoesOn(Box::new(verified), told))
    }
}
