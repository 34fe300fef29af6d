//! The second factor: its page, and the verification of what is shown there (`second_proof` judges it). The first trip reads the sign-in and what its
//! person has; the second takes the factor, finishes the sign-in and begins the session in one transaction, or counts the failure.

use super::finish::{Ending, WhatFor, kept_user_agent};
use super::second_proof::reading;
use super::{Asker, StepVisited, ToProve, VerifiedSession};
use crate::factors::SecondFactor;
use crate::factors::webauthn::response::AssertionResponse;
use crate::flows::activity::Happening;
use crate::flows::interaction::Interaction;
use crate::flows::passkeys::{self, Ceremony, Use};
use crate::flows::{Afterwards, Provider, Visit};
use crate::oidc::authorization_request::{NoWayBack, Rejected};
use crate::oidc::authorization_response::Location;
use crate::oidc::proof::{Method, Proof};
use crate::platform::{Fault, Platform, Statement};
use crate::store::events::EventKind;
use crate::store::sessions::Ground;
use crate::store::sign_ins::{self, SignIn};
use crate::store::trusted_browsers::{self, NewTrustedBrowser};
use crate::store::{self, Columns, run, run_one, throttles};
use crate::values::{BrowserId, SignInId, Timestamp, TrustedBrowserId};

/// What the page that asks for a second factor is made of.
pub struct SecondAsked {
    /// The sign-in.
    pub sign_in: SignInId,
    /// The form's token.
    pub token: String,
    /// Whose sign-in, by the primary address as typed.
    pub address: String,
    /// What may be shown.
    pub asks: Vec<SecondFactor>,
    /// The ceremony for the person's passkeys, where one may be shown.
    pub ceremony: Option<Ceremony>,
    /// For whom.
    pub asker: Asker,
    /// The languages that the client asks for.
    pub ui_locales: String,
}

/// What a person shows.
#[derive(Clone, Copy)]
pub enum Shown<'a> {
    /// An authenticator app's code, as typed.
    AuthenticatorCode(&'a str),
    /// A recovery code, as typed.
    RecoveryCode(&'a str),
    /// A passkey's answer.
    Passkey(passkeys::Shown<'a>),
}

/// Whether the person wants to be asked again in this browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Not for a while.
    ThisBrowser,
    /// Every time.
    Nothing,
}

/// What came of it.
pub enum SecondVerified {
    /// Right: the person is signed in and goes on.
    SignedIn(Box<VerifiedSession>),
    /// Right, and a new password is asked for; what remains to be done after the answer.
    NewPassword(SignInId, Option<Afterwards>),
    /// Wrong, or used before.
    Wrong(Box<SecondAsked>),
    /// Too many failures; the next try is looked at then.
    Blocked(Box<SecondAsked>, Timestamp),
    /// The client's settings have changed, and it is told.
    ToldClient(Location),
    /// The client no longer accepts the request.
    Rejected(NoWayBack),
    /// What was proven before is older by now than the client wants: the person shows anew who they are.
    TooOld(Box<ToProve>),
    /// There is no such sign-in in this browser, or it is over.
    StartAgain,
}

/// A factor that is right, on its way into the database: the statement that takes it, and what goes with it.
struct Taken<'a> {
    method: Method,
    /// The last of them changes a row if the factor may be taken.
    statements: Vec<Statement>,
    /// Where its failures are counted.
    throttle: &'a str,
    trust: Trust,
    happening: Option<EventKind>,
}

/// What the form's token is for.
const ACTION: &str = "second-factor";

impl<P: Platform> Provider<P> {
    /// The page of this browser's sign-in.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn second_factor_page(&self, id: &SignInId, visit: &Visit) -> Result<StepVisited<SecondAsked>, Fault> {
        let Some(browser) = &visit.browser else { return Ok(StepVisited::Gone) };
        let found = run_one(self.platform.database(), sign_ins::read(id, browser.as_str(), visit.now)).await?;
        match found.map(sign_ins::sign_in).transpose()? {
            Some(sign_in) if sign_in.finished_by.is_none() => self.second_asked(&sign_in, browser, visit).await.map(StepVisited::Open),
            Some(_) => Ok(StepVisited::Done),
            None => Ok(StepVisited::Gone),
        }
    }

    /// Verifies what is shown on the page.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn verify_second_factor(&self, id: &SignInId, shown: Shown<'_>, trust: Trust, visit: &Visit) -> Result<SecondVerified, Fault> {
        let Some(browser) = &visit.browser else { return Ok(SecondVerified::StartAgain) };
        let (factor, event) = match shown {
            Shown::AuthenticatorCode(_) => (SecondFactor::AuthenticatorApp, None),
            Shown::RecoveryCode(_) => (SecondFactor::RecoveryCode, Some(EventKind::RecoveryCodeUsed)),
            Shown::Passkey(_) => (SecondFactor::Passkey, None),
        };
        let answer = match shown {
            Shown::Passkey(shown) => AssertionResponse::parse(shown.credential).ok(),
            Shown::AuthenticatorCode(_) | Shown::RecoveryCode(_) => None,
        };
        let statements = vec![
            sign_ins::read(id, browser.as_str(), visit.now),
            throttles::read_of_sign_in(factor.name(), id, browser, visit.now),
            reading(&shown, answer.as_ref(), id),
        ];
        let mut answers = run(self.platform.database(), statements).await?;
        let sign_in = answers.first().map(sign_ins::sign_in).transpose()?.filter(|sign_in| sign_in.finished_by.is_none());
        let Some(sign_in) = sign_in else { return Ok(SecondVerified::StartAgain) };
        let blocks = answers.first().map(throttles::blocks).transpose()?.unwrap_or_default();
        let own = self.lane_of_own(&sign_in.user, visit);
        let blocked = if own.is_some() { blocks.own } else { blocks.shared };
        if let Some(until) = blocked.filter(|until| *until > visit.now) {
            return Ok(SecondVerified::Blocked(Box::new(self.second_asked(&sign_in, browser, visit).await?), until));
        }
        // Before anything is judged: what the client no longer wants tells nobody whether a code is right.
        let interaction = Interaction::from_text(&sign_in.request)?;
        let client = self.client_of(&interaction, visit.now).await?;
        let request = match interaction.validate(client.as_deref()) {
            Ok(request) => request,
            Err(Rejected::OnPage(why)) => return Ok(SecondVerified::Rejected(why)),
            Err(Rejected::ToClient(target, refusal)) => return Ok(SecondVerified::ToldClient(target.with_error(&refusal, self.issuer()))),
        };
        // The session has grown too old for the request meanwhile: nothing is taken in vain.
        let most = request.as_ref().and_then(|request| request.max_age).filter(|_| sign_in.steps_up);
        if most.is_some_and(|most| visit.now - sign_in.proof.auth_time > most) {
            let address = sign_in.shown_address;
            return Ok(SecondVerified::TooOld(Box::new(ToProve { interaction, address })));
        }
        if !self.takes(&sign_in).contains(&factor) {
            return Ok(SecondVerified::Wrong(Box::new(self.second_asked(&sign_in, browser, visit).await?)));
        }
        let throttle = throttles::subject(factor.name(), &sign_in.user, own);
        let right = match shown {
            Shown::AuthenticatorCode(typed) => self.right_app_code(&sign_in, typed, (&mut answers, &throttle), visit)?,
            Shown::RecoveryCode(typed) => self.right_recovery_code(&sign_in, typed, (&mut answers, &throttle), visit)?,
            // Without an answer no passkey was read.
            Shown::Passkey(shown) => match answer.zip(answers.first()) {
                Some((answer, row)) => self.second_passkey(&sign_in, shown.ceremony, (&answer, &store::passkeys::kept(row)?), visit).await?,
                None => None,
            },
        };
        let Some((method, statements)) = right else { return self.second_failed(&sign_in, &throttle, browser, visit).await };
        let taken = Taken { method, statements, throttle: &throttle, trust, happening: event };
        self.complete((&sign_in, browser), (&interaction, request.as_ref()), taken, visit).await
    }

    /// Counts the failure; the row says whether it blocked, and no row that it was blocked before.
    async fn second_failed(&self, sign_in: &SignIn, throttle: &str, browser: &BrowserId, visit: &Visit) -> Result<SecondVerified, Fault> {
        let statements = vec![self.throttle().fail(throttle, visit.now), throttles::read(throttle, visit.now)];
        let mut answers = run(self.platform.database(), statements).await?;
        let asked = Box::new(self.second_asked(sign_in, browser, visit).await?);
        Ok(match answers.skip(1).first().map(throttles::blocked_until).transpose()? {
            Some(until) => SecondVerified::Blocked(asked, until),
            None => SecondVerified::Wrong(asked),
        })
    }

    /// One transaction: the factor is taken, the sign-in finished, the session begun, the code written. Each statement asks for what the one before
    /// it wrote; the session tells whether all of it happened.
    async fn complete(&self, whose: (&SignIn, &BrowserId), what_for: WhatFor<'_>, taken: Taken<'_>, visit: &Visit) -> Result<SecondVerified, Fault> {
        let ((sign_in, browser), (interaction, request)) = (whose, what_for);
        let proof = sign_in.proof.and(taken.method);
        if self.asks_new_password(interaction) {
            return self.go_on_to_new_password(whose, taken, &proof, visit).await;
        }
        let mut ending = self.ending((&proof, Ground::Statement(&sign_in.user)), interaction, request, visit)?;
        // A session that was there before proves nothing anew: an action is confirmed by what has been shown for it.
        if let Some(confirmed) = ending.action.as_mut().filter(|_| sign_in.steps_up) {
            confirmed.proof = Proof::by(taken.method, visit.now);
        }
        let statements = self.completion(whose, &ending, &taken, visit)?;
        let mut answers = run(self.platform.database(), statements).await?;
        if answers.skip(taken.statements.len() + 1).first().is_none() {
            // Used a moment ago, by this or another sign-in; or blocked since it was read.
            return self.second_failed(sign_in, taken.throttle, browser, visit).await;
        }
        let mut ended = self.ended(&ending, browser, &sign_in.address);
        if let Some(kind) = taken.happening {
            ended.afterwards = self.notify(&sign_in.user, Happening { kind, detail: "" }, visit).await;
        }
        Ok(SecondVerified::SignedIn(Box::new(ended)))
    }

    /// The factor is taken, and the sign-in asks for the new password. Failures are forgotten, and browsers trusted or not, once that is set.
    async fn go_on_to_new_password(
        &self,
        whose: (&SignIn, &BrowserId),
        taken: Taken<'_>,
        proof: &Proof,
        visit: &Visit,
    ) -> Result<SecondVerified, Fault> {
        let (sign_in, browser) = whose;
        let (mut statements, goes_on) = (taken.statements.clone(), taken.statements.len());
        statements.push(sign_ins::go_on(&sign_in.id, browser.as_str(), visit.now, (proof, store::passwords::ASKED)));
        if let Some(kind) = taken.happening {
            statements.push(self.record(&sign_in.user, Happening { kind, detail: "" }, visit)?);
        }
        if !self.has_begun(statements, goes_on).await? {
            return self.second_failed(sign_in, taken.throttle, browser, visit).await;
        }
        let told = match taken.happening {
            Some(kind) => self.notify(&sign_in.user, Happening { kind, detail: "" }, visit).await,
            None => None,
        };
        Ok(SecondVerified::NewPassword(sign_in.id.clone(), told))
    }

    fn completion(&self, whose: (&SignIn, &BrowserId), ending: &Ending<'_>, taken: &Taken<'_>, visit: &Visit) -> Result<Vec<Statement>, Fault> {
        let (sign_in, browser) = whose;
        let session = &ending.session;
        let mut statements = taken.statements.clone();
        statements.push(sign_ins::finish(&sign_in.id, browser.as_str(), visit.now, session));
        statements.extend(self.end(ending, visit));
        statements.push(throttles::forget_if_begun(taken.throttle, session, visit.now));
        if taken.trust == Trust::ThisBrowser && self.config.settings.trusted_browser_lifetime.count() > 0 {
            let id = TrustedBrowserId::new(visit.now + self.config.settings.trusted_browser_lifetime, self.random()?);
            let user_agent = kept_user_agent(visit);
            let place = visit.place.as_deref().unwrap_or_default();
            let new = NewTrustedBrowser { id: &id, session, browser: browser.as_str(), user_agent: &user_agent, place, now: visit.now };
            statements.push(trusted_browsers::forget_earlier(session, browser.as_str()));
            statements.push(trusted_browsers::trust(&new));
            statements.push(self.record_in(session, &sign_in.user, Happening { kind: EventKind::BrowserTrusted, detail: "" }, visit)?);
        }
        if let Some(kind) = taken.happening {
            statements.push(self.record_in(session, &sign_in.user, Happening { kind, detail: "" }, visit)?);
        }
        Ok(statements)
    }

    async fn second_asked(&self, sign_in: &SignIn, browser: &BrowserId, visit: &Visit) -> Result<SecondAsked, Fault> {
        let interaction = Interaction::from_text(&sign_in.request)?;
        let asks = self.takes(sign_in);
        let ceremony = if asks.contains(&SecondFactor::Passkey) { self.second_ceremony(sign_in, browser, visit).await? } else { None };
        Ok(SecondAsked {
            sign_in: sign_in.id.clone(),
            token: self.form_token(browser, ACTION),
            address: sign_in.shown_address.clone(),
            asks,
            ceremony,
            asker: self.client_of(&interaction, visit.now).await?,
            ui_locales: interaction.ui_locales().to_owned(),
        })
    }

    /// What the sign-in asks for and its person has.
    fn takes(&self, sign_in: &SignIn) -> Vec<SecondFactor> {
        let asks: Vec<SecondFactor> = sign_in.asks.split(' ').filter_map(SecondFactor::of_name).collect();
        self.second_factors(sign_in.factors).into_iter().filter(|factor| asks.contains(factor)).collect()
    }

    async fn second_ceremony(&self, sign_in: &SignIn, browser: &BrowserId, visit: &Visit) -> Result<Option<Ceremony>, Fault> {
        let rows = run(self.platform.database(), vec![store::passkeys::list(&sign_in.user)]).await?.rows();
        let allowed = rows.into_iter().map(Columns::of).map(store::passkeys::passkey).collect::<Result<Vec<_>, _>>()?;
        self.assertion_ceremony(Use::Second(sign_in.id.clone()), &allowed, browser, visit.now)
    }

    /// Whether a form of the page was made for the visitor's browser.
    pub fn accepts_second_factor_form(&self, token: &str, visit: &Visit) -> bool {
        self.accepts_form_token(visit, ACTION, token)
    }
}
