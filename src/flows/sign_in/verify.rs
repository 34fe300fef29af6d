//! Verifying a code. The first trip reads; the Worker derives and compares; the second trip redeems and begins session and authorization code, or
//! counts the miss. Wrong, expired, used and unknown take the same way and give the same answer.
//!
//! A page whose challenge was sent after another one takes the code of either, while that one is open: two mails lie in the inbox, and both are good.

use std::iter;

use super::budget::guess_limits;
use super::claim::Claimed;
use super::code_page::{CodeAsked, Ticket};
use super::finish::{Ending, FirstProof, Next, Waiting, WaitsFor};
use super::offer::Passkeys;
use super::{ToProve, seconds_until};
use crate::config::Admission;
use crate::factors::{Factor, SecondFactor};
use crate::flows::interaction::{Interaction, SignInFor};
use crate::flows::{Afterwards, Provider, Visit};
use crate::oidc::authorization_request::{NoWayBack, Rejected};
use crate::oidc::authorization_response::Location;
use crate::oidc::proof::{Method, Proof};
use crate::platform::{Fault, Platform, Statement};
use crate::store::budgets::Limit;
use crate::store::challenges::{self, Challenge};
use crate::store::factors::Factors;
use crate::store::sessions::Ground;
use crate::store::{run, run_one, users};
use crate::values::{BrowserId, CodeAlphabet, Seconds, SessionId, SignInId, Timestamp, UserId};

/// What came of a guess.
pub enum Verified {
    /// Right: the person is signed in and goes on.
    SignedIn(Box<VerifiedSession>),
    /// Right: the person is signed in, and is offered a passkey before they go on.
    Offered(Box<VerifiedSession>, SignInId),
    /// Right, and a second factor is asked for.
    SecondFactor(SignInId),
    /// Right, and a new password is asked for.
    NewPassword(SignInId),
    /// Right, and the person's password is asked for: for what they confirm, a code isn't taken.
    AskPassword(Box<ToProve>),
    /// Wrong, expired, used or unknown.
    WrongOrExpired(Box<CodeAsked>),
    /// Too many wrong guesses; the next one is looked at then.
    Blocked(Box<CodeAsked>, Timestamp),
    /// Right, and the address or phone number belongs to the account of whoever is signed in from now on.
    Claimed(Claimed),
    /// Right, but the operator has locked the person out.
    Disabled,
    /// Right, but a policy lets nobody in from here.
    NotFromHere,
    /// Right, but more is asked for, and the person has nothing more.
    NothingMore,
    /// Right, but not the person whom the client asked for, or the client's settings have changed: the client is told.
    ToldClient(Location),
    /// Right, but the client no longer accepts the request.
    Rejected(NoWayBack),
    /// The form wasn't made for this browser.
    StartAgain,
}

/// A sign-in that has succeeded.
pub struct VerifiedSession {
    /// The session.
    pub session: SessionId,
    /// The browser that has it.
    pub browser: BrowserId,
    /// The identity of the address that was typed or proven; empty where none was.
    pub address: String,
    /// The person, if they have shown two factors.
    pub sure_of: Option<UserId>,
    /// Where the person goes; `None` is our own home page.
    pub to: Option<Location>,
    /// What remains to be done after the answer.
    pub afterwards: Option<Afterwards>,
}

/// What a guess is judged by.
struct Judged {
    /// The page's own challenge; an unknown one is `None`.
    newest: Option<Challenge>,
    /// The one before, while its code is good.
    earlier: Option<Challenge>,
}

impl<P: Platform> Provider<P> {
    /// Verifies a guess.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn verify_code(&self, ticket: &str, typed: &str, passkeys: Passkeys, visit: &Visit) -> Result<Verified, Fault> {
        let Some(ticket) = self.open_ticket(ticket, visit).await? else { return Ok(Verified::StartAgain) };
        let judged = self.judged(&ticket, visit).await?;
        if let Some(until) = judged.newest.as_ref().and_then(|challenge| self.guesses_blocked_until(challenge, visit)) {
            return Ok(Verified::Blocked(Box::new(self.asked(ticket, seconds_until(until, visit.now))?), until));
        }
        match [&judged.newest, &judged.earlier].into_iter().flatten().find(|challenge| self.is_right(challenge, typed)) {
            Some(challenge) => self.right_guess(ticket, challenge, passkeys, visit).await,
            None => self.wrong_guess(ticket, &judged, visit).await,
        }
    }

    /// One trip, whether there is an earlier challenge or not.
    async fn judged(&self, ticket: &Ticket, visit: &Visit) -> Result<Judged, Fault> {
        let ip = self.ip_budget(visit);
        let read = |id| challenges::read(id, ticket.browser.as_str(), (&ip, visit.now));
        let earlier = ticket.earlier.as_ref().filter(|earlier| earlier.end() > visit.now);
        let mut answers = run(self.platform.database(), iter::once(&ticket.challenge).chain(earlier).map(read).collect()).await?;
        let mut next = || answers.first().map(challenges::challenge).transpose();
        let (newest, earlier) = (next()?, next()?);
        Ok(Judged { newest, earlier: earlier.filter(|earlier| earlier.is_open(self.config.settings.otp_guesses, visit.now)) })
    }

    fn guesses_blocked_until(&self, challenge: &Challenge, visit: &Visit) -> Option<Timestamp> {
        let settings = &self.config.settings;
        let lane = challenge.lane_misses.blocked_until(&guess_limits(settings), visit.now);
        lane.max(challenge.ip_misses.blocked_until(&[Limit::per_hour(settings.ip_guesses_per_hour.into())], visit.now))
    }

    fn is_right(&self, challenge: &Challenge, typed: &str) -> bool {
        let alphabet = CodeAlphabet::from_stored(challenge.digits);
        let code = alphabet.and_then(|alphabet| self.code_of(&challenge.id, &challenge.address, alphabet));
        let matches = code.is_some_and(|code| code.matches(typed));
        // A stranger in invite-only mode was never sent a code: hitting it by chance opens nothing.
        let stranger = self.config.admission == Admission::InviteOnly && challenge.holder.is_none();
        matches && (!stranger || Interaction::from_text(&challenge.request).is_ok_and(|interaction| interaction.purpose.addition().is_some()))
    }

    async fn wrong_guess(&self, ticket: Ticket, judged: &Judged, visit: &Visit) -> Result<Verified, Fault> {
        let ip = self.ip_budget(visit);
        // An unknown challenge has no lane; its statements change nothing, and cost the same.
        let lane = judged.newest.as_ref().map_or("", |challenge| &challenge.lane);
        let guess = self.guess(&ticket.challenge, &ticket.browser, (lane, &ip), visit);
        let mut statements: Vec<Statement> = guess.miss(self.deployment_budget()).into();
        if let Some(earlier) = &judged.earlier {
            // What was judged by two codes is two wrong guesses, in the challenges and in the budgets, as if it had been typed on both pages. If the
            // newest alone bore it, the earlier code would be tried five times on its own page and five times here.
            let guess = self.guess(&earlier.id, &ticket.browser, (&earlier.lane, &ip), visit);
            statements.extend(guess.miss_as_well(self.deployment_budget()));
        }
        run(self.platform.database(), statements).await?;
        Ok(Verified::WrongOrExpired(Box::new(self.asked(ticket, Seconds::ZERO)?)))
    }

    async fn right_guess(&self, ticket: Ticket, challenge: &Challenge, passkeys: Passkeys, visit: &Visit) -> Result<Verified, Fault> {
        let interaction = Interaction::from_text(&challenge.request)?;
        if let Some(addition) = interaction.purpose.addition() {
            return self.claim(ticket, challenge, (addition, interaction.expected), visit).await;
        }
        let asker = ticket.asker.clone();
        let request = match interaction.validate(asker.as_deref()) {
            Ok(request) => request,
            Err(Rejected::OnPage(why)) => return self.use_up(ticket, challenge, Verified::Rejected(why), visit).await,
            Err(Rejected::ToClient(target, refusal)) => {
                let told = Verified::ToldClient(target.with_error(&refusal, self.issuer()));
                return self.use_up(ticket, challenge, told, visit).await;
            }
        };
        if challenge.holder.as_ref().is_some_and(|holder| holder.disabled) {
            return self.use_up(ticket, challenge, Verified::Disabled, visit).await;
        }
        if let Some(expected) = &interaction.expected
            && challenge.holder.as_ref().is_none_or(|holder| holder.user != *expected)
        {
            let told = match interaction.way_back(request.as_ref()) {
                Some(target) => Verified::ToldClient(self.login_required(target)),
                // For a page of ours: somebody else's code proves nothing here, and makes nobody new.
                None => Verified::StartAgain,
            };
            return self.use_up(ticket, challenge, told, visit).await;
        }
        let proof = Proof::by(Method::EmailCode, visit.now);
        let factors = challenge.holder.as_ref().map(|holder| holder.factors).unwrap_or_default();
        let first = FirstProof { proof: &proof, factors, address: &challenge.address };
        match self.next(&first, (&interaction, request.as_ref()), visit) {
            Next::Blocked => {
                let told = interaction.way_back(request.as_ref()).map(|target| self.blocked_by_policy(target));
                self.use_up(ticket, challenge, told.map_or(Verified::NotFromHere, Verified::ToldClient), visit).await
            }
            Next::Unmet if self.wants_password(&interaction, factors) => {
                let again = ToProve { interaction, address: challenge.typed.clone() };
                self.use_up(ticket, challenge, Verified::AskPassword(Box::new(again)), visit).await
            }
            Next::Unmet => {
                let told = interaction.way_back(request.as_ref()).map(|target| self.unmet(target));
                self.use_up(ticket, challenge, told.map_or(Verified::NothingMore, Verified::ToldClient), visit).await
            }
            Next::Ask(asks) => self.ask_more(ticket, challenge, (&interaction, &proof, &asks), visit).await,
            Next::Finish if self.asks_new_password(&interaction) => self.ask_new_password(ticket, challenge, (&interaction, &proof), visit).await,
            Next::Finish if self.offers_passkey(factors, passkeys, &interaction, visit) => {
                let ending = self.ending((&proof, Ground::Challenge(&challenge.id)), &interaction, None, visit)?;
                self.finish_with_offer(ticket, challenge, (&interaction, ending), visit).await
            }
            Next::Finish => {
                let ending = self.ending((&proof, Ground::Challenge(&challenge.id)), &interaction, request.as_ref(), visit)?;
                self.finish(ticket, challenge, (&interaction, ending), visit).await
            }
        }
    }

    /// Whether what a code isn't enough for can be had by the person's password.
    fn wants_password(&self, interaction: &Interaction, factors: Factors) -> bool {
        match &interaction.purpose {
            SignInFor::Action(asked) => asked.takes_any(Factor::Password) && factors.password && self.offers_passwords(),
            SignInFor::Home | SignInFor::NewAddress | SignInFor::NewPhone | SignInFor::Account(_) | SignInFor::Client(_) => false,
        }
    }

    /// A right guess that signs nobody in is used up all the same: what it tells is told once, and to nobody whose guesses are spent.
    pub(super) async fn use_up(&self, ticket: Ticket, challenge: &Challenge, outcome: Verified, visit: &Visit) -> Result<Verified, Fault> {
        let nobody = SessionId::new(visit.now, self.random()?);
        let ip = self.ip_budget(visit);
        let guess = self.guess(&challenge.id, &ticket.browser, (&challenge.lane, &ip), visit);
        if run_one(self.platform.database(), guess.redeem(nobody.as_str())).await?.is_some() {
            return Ok(outcome);
        }
        Ok(Verified::WrongOrExpired(Box::new(self.asked(ticket, Seconds::ZERO)?)))
    }

    /// One transaction: the challenge is redeemed, the person made where there was none, the session begun, the code written. Each statement asks for
    /// what the one before it wrote; the session tells whether all of it happened.
    async fn finish(&self, ticket: Ticket, challenge: &Challenge, end: (&Interaction, Ending<'_>), visit: &Visit) -> Result<Verified, Fault> {
        let (interaction, ending) = end;
        let (statements, begins) = self.whole_sign_in(&ticket, challenge, (interaction, &ending), visit)?;
        if !self.has_begun(statements, begins).await? {
            return Ok(Verified::WrongOrExpired(Box::new(self.asked(ticket, Seconds::ZERO)?)));
        }
        Ok(Verified::SignedIn(Box::new(self.ended(&ending, &ticket.browser, &challenge.address))))
    }

    /// The same without the code: a passkey is offered first.
    async fn finish_with_offer(
        &self,
        ticket: Ticket,
        challenge: &Challenge,
        end: (&Interaction, Ending<'_>),
        visit: &Visit,
    ) -> Result<Verified, Fault> {
        let (interaction, ending) = end;
        let (mut statements, begins) = self.whole_sign_in(&ticket, challenge, (interaction, &ending), visit)?;
        let id = self.waiting_id(WaitsFor::Change, visit)?;
        let verified = self.ended(&ending, &ticket.browser, &challenge.address);
        statements.push(self.wait_for_answer(&id, (ending.proof, &challenge.id, &challenge.address), &verified, interaction)?);
        if !self.has_begun(statements, begins).await? {
            return Ok(Verified::WrongOrExpired(Box::new(self.asked(ticket, Seconds::ZERO)?)));
        }
        Ok(Verified::Offered(Box::new(verified), id))
    }

    /// The statements of a whole sign-in, and the place of the session's beginning among them.
    fn whole_sign_in(
        &self,
        ticket: &Ticket,
        challenge: &Challenge,
        end: (&Interaction, &Ending<'_>),
        visit: &Visit,
    ) -> Result<(Vec<Statement>, usize), Fault> {
        let (interaction, ending) = end;
        let mut statements = self.redeem(ticket, challenge, ending.session.as_str(), visit);
        if challenge.holder.is_none() {
            let language = self.language(interaction.ui_locales(), visit);
            let newcomer = UserId::new(self.random()?);
            statements.extend(users::create((&challenge.id, ending.session.as_str()), &newcomer, (language.tag(), visit.now)));
        }
        let begins = statements.len();
        statements.extend(self.end(ending, visit));
        Ok((statements, begins))
    }

    /// The challenge is redeemed, and the sign-in waits for a second factor.
    async fn ask_more(
        &self,
        ticket: Ticket,
        challenge: &Challenge,
        asked: (&Interaction, &Proof, &[SecondFactor]),
        visit: &Visit,
    ) -> Result<Verified, Fault> {
        let (interaction, proof, asks) = asked;
        let waits_for = if self.asks_new_password(interaction) { WaitsFor::Change } else { WaitsFor::Factor };
        let id = self.waiting_id(waits_for, visit)?;
        let mut statements = self.redeem(&ticket, challenge, id.as_str(), visit);
        let begins = statements.len();
        let waiting = Waiting {
            id: &id,
            browser: &ticket.browser,
            address: &challenge.address,
            interaction,
            proof,
            asks,
            ground: Ground::Challenge(&challenge.id),
        };
        statements.push(self.wait(&waiting)?);
        if !self.has_begun(statements, begins).await? {
            return Ok(Verified::WrongOrExpired(Box::new(self.asked(ticket, Seconds::ZERO)?)));
        }
        Ok(Verified::SecondFactor(id))
    }

    /// Redeems the challenge for what begins; an invited person's address is proven with it.
    pub(super) fn redeem(&self, ticket: &Ticket, challenge: &Challenge, by: &str, visit: &Visit) -> Vec<Statement> {
        let ip = self.ip_budget(visit);
        let mut statements = vec![self.guess(&challenge.id, &ticket.browser, (&challenge.lane, &ip), visit).redeem(by)];
        if challenge.holder.as_ref().is_some_and(|holder| !holder.verified) {
            statements.push(users::verify_address(&challenge.id, by, visit.now));
        }
        statements
    }

    /// Runs the batch; whether the statement at that place gave a row.
    pub(super) async fn has_begun(&self, statements: Vec<Statement>, begins: usize) -> Result<bool, Fault> {
        let mut answers = run(self.platform.database(), statements).await?;
        Ok(answers.skip(begins).first().is_some())
    }
}
