//! A new password in place of a forgotten one: who has shown the mailed code, and the second factor where they have one, chooses it, and then the
//! sign-in ends as any other. The second factor stays as it is. Everybody who was signed in as this person before is signed out.

use super::code_page::Ticket;
use super::finish::WaitsFor;
use super::verify::Verified;
use super::{Asker, StepVisited, VerifiedSession};
use crate::factors::SecondFactor;
use crate::factors::password::{Password, Refused};
use crate::flows::activity::Happening;
use crate::flows::interaction::{Interaction, Then};
use crate::flows::{Afterwards, Provider, Visit};
use crate::oidc::authorization_request::{NoWayBack, Rejected};
use crate::oidc::authorization_response::Location;
use crate::oidc::proof::{Level, Proof};
use crate::platform::{Fault, Platform, Statement};
use crate::store::challenges::Challenge;
use crate::store::events::EventKind;
use crate::store::sessions::Ground;
use crate::store::sign_ins::{self, NewSignIn, SignIn};
use crate::store::{passwords, run, run_one, throttles, users};
use crate::values::{BrowserId, Seconds, SignInId, UserId};

/// What the page that asks for a new password is made of.
pub struct NewPasswordAsked {
    /// The sign-in.
    pub sign_in: SignInId,
    /// The form's token.
    pub token: String,
    /// Whose password, by the primary address as typed.
    pub address: String,
    /// For whom.
    pub asker: Asker,
    /// The languages that the client asks for.
    pub ui_locales: String,
}

/// What came of a new password.
pub enum NewPasswordSet {
    /// It is set: the person is signed in and goes on.
    SignedIn(Box<VerifiedSession>, Option<Afterwards>),
    /// It isn't taken.
    Refused(Box<NewPasswordAsked>, Refused),
    /// The client's settings have changed: the client is told.
    ToldClient(Location),
    /// The client no longer accepts the request.
    Rejected(NoWayBack),
    /// There is no such sign-in in this browser, or it is over.
    StartAgain,
}

/// What the form's token is for.
const ACTION: &str = "new-password";

impl<P: Platform> Provider<P> {
    /// Whether a sign-in leads to a new password before it ends.
    pub(super) fn asks_new_password(&self, interaction: &Interaction) -> bool {
        interaction.then == Then::NewPassword && self.offers_passwords()
    }

    /// The challenge is redeemed, and the sign-in waits for a new password. Who is new here is made with it, as by any right code.
    pub(super) async fn ask_new_password(
        &self,
        ticket: Ticket,
        challenge: &Challenge,
        by: (&Interaction, &Proof),
        visit: &Visit,
    ) -> Result<Verified, Fault> {
        let (interaction, proof) = by;
        let id = self.waiting_id(WaitsFor::Change, visit)?;
        let mut statements = self.redeem(&ticket, challenge, id.as_str(), visit);
        if challenge.holder.is_none() {
            let language = self.language(interaction.ui_locales(), visit);
            statements.extend(users::create((&challenge.id, id.as_str()), &UserId::new(self.random()?), (language.tag(), visit.now)));
        }
        let begins = statements.len();
        let request = interaction.to_text()?;
        let new = NewSignIn {
            id: &id,
            browser: ticket.browser.as_str(),
            address: &challenge.address,
            request: &request,
            proof,
            asks: passwords::ASKED,
            finished_by: None,
        };
        statements.push(new.begin(Ground::Challenge(&challenge.id)));
        if !self.has_begun(statements, begins).await? {
            return Ok(Verified::WrongOrExpired(Box::new(self.asked(ticket, Seconds::ZERO)?)));
        }
        Ok(Verified::NewPassword(id))
    }

    /// The page of this browser's sign-in; gone where it asks for no new password.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn new_password_page(&self, id: &SignInId, visit: &Visit) -> Result<StepVisited<NewPasswordAsked>, Fault> {
        let Some(browser) = &visit.browser else { return Ok(StepVisited::Gone) };
        let found = run_one(self.platform.database(), sign_ins::read(id, browser.as_str(), visit.now)).await?;
        match found.map(sign_ins::sign_in).transpose()?.filter(|sign_in| sign_in.asks == passwords::ASKED) {
            Some(sign_in) if sign_in.finished_by.is_none() => self.new_password_asked(&sign_in, browser, visit).await.map(StepVisited::Open),
            Some(_) => Ok(StepVisited::Done),
            None => Ok(StepVisited::Gone),
        }
    }

    /// Sets the password that the page brings.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn set_new_password(&self, id: &SignInId, typed: &str, visit: &Visit) -> Result<NewPasswordSet, Fault> {
        let Some(browser) = &visit.browser else { return Ok(NewPasswordSet::StartAgain) };
        let statements = vec![sign_ins::read(id, browser.as_str(), visit.now), passwords::addresses_of_sign_in(id)];
        let mut answers = run(self.platform.database(), statements).await?;
        let found = answers.first().map(sign_ins::sign_in).transpose()?.filter(asks_for_password);
        let Some(sign_in) = found else { return Ok(NewPasswordSet::StartAgain) };
        let addresses = answers.rows().into_iter().map(|row| crate::store::Columns::of(row).text()).collect::<Result<Vec<_>, _>>()?;
        let interaction = Interaction::from_text(&sign_in.request)?;
        let asker = self.client_of(&interaction, visit.now).await?;
        match self.accepted_password(typed, &addresses, &asker) {
            Ok(password) => self.finish_by_new_password((&sign_in, browser), (&interaction, &asker), &password, visit).await,
            Err(why) => Ok(NewPasswordSet::Refused(Box::new(self.new_password_asked(&sign_in, browser, visit).await?), why)),
        }
    }

    /// One transaction: the password is set, the sign-in finished, the session begun, the code written, everything else ended.
    async fn finish_by_new_password(
        &self,
        whose: (&SignIn, &BrowserId),
        what_for: (&Interaction, &Asker),
        password: &Password,
        visit: &Visit,
    ) -> Result<NewPasswordSet, Fault> {
        let ((sign_in, browser), (interaction, asker)) = (whose, what_for);
        let request = match interaction.validate(asker.as_deref()) {
            Ok(request) => request,
            Err(Rejected::OnPage(why)) => return Ok(NewPasswordSet::Rejected(why)),
            Err(Rejected::ToClient(target, refusal)) => return Ok(NewPasswordSet::ToldClient(target.with_error(&refusal, self.issuer()))),
        };
        let hash = self.hash_password(password)?;
        let ending = self.ending((&sign_in.proof, Ground::Statement(&sign_in.user)), interaction, request.as_ref(), visit)?;
        let session = &ending.session;
        let mut statements = vec![
            passwords::set_by_sign_in((&sign_in.id, browser.as_str()), &hash, self.passkeys_here(), visit.now),
            sign_ins::finish(&sign_in.id, browser.as_str(), visit.now, session),
        ];
        statements.extend(self.end(&ending, visit));
        statements.extend(passwords::end_everything_else(&sign_in.user, session, visit.now));
        statements.extend(self.forgotten_failures(sign_in, &ending.session, visit));
        let happening = Happening { kind: EventKind::PasswordChanged, detail: "" };
        statements.push(self.record_in(session, &sign_in.user, happening, visit)?);
        if !self.has_begun(statements, 2).await? {
            return Ok(NewPasswordSet::StartAgain);
        }
        let told = self.notify(&sign_in.user, happening, visit).await;
        Ok(NewPasswordSet::SignedIn(Box::new(self.ended(&ending, browser, &sign_in.address)), told))
    }

    /// The owner is back: what others failed at counts no more, and of the second factors neither, where one was shown.
    fn forgotten_failures(&self, sign_in: &SignIn, session: &crate::values::SessionId, visit: &Visit) -> Vec<Statement> {
        let own = self.lane_of_own(&sign_in.user, visit);
        let of_factors = SecondFactor::ALL.map(|factor| throttles::subject(factor.name(), &sign_in.user, own));
        let lanes = [self.password_lane(&sign_in.address, visit)].into_iter();
        let subjects = lanes.chain(of_factors.into_iter().filter(|_| sign_in.proof.level() == Level::Two));
        subjects.map(|subject| throttles::forget_if_begun(&subject, session, visit.now)).collect()
    }

    async fn new_password_asked(&self, sign_in: &SignIn, browser: &BrowserId, visit: &Visit) -> Result<NewPasswordAsked, Fault> {
        let interaction = Interaction::from_text(&sign_in.request)?;
        Ok(NewPasswordAsked {
            sign_in: sign_in.id.clone(),
            token: self.form_token(browser, ACTION),
            address: sign_in.shown_address.clone(),
            asker: self.client_of(&interaction, visit.now).await?,
            ui_locales: interaction.ui_locales().to_owned(),
        })
    }

    /// Whether a form of the page was made for the visitor's browser.
    pub fn accepts_new_password_form(&self, token: &str, visit: &Visit) -> bool {
        self.accepts_form_token(visit, ACTION, token)
    }
}

fn asks_for_password(sign_in: &SignIn) -> bool {
    sign_in.asks == passwords::ASKED && sign_in.finished_by.is_none()
}
