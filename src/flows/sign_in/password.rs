//! Signing in by a password. The first trip reads; the password is judged; the second trip takes it and begins session and authorization code, or
//! counts the failure. Wrong, unknown, without a password and locked out take the same way in the same time, and give the same answer.
//!
//! Failures are counted by address, whether anybody has it or not, in a lane of its own for a browser that has signed the address in before; and by
//! IP, in the budget that wrong codes spend as well.

use super::finish::{FirstProof, Next, Waiting, WaitsFor};
use super::{Asker, NotSent, VerifiedSession};
use crate::factors::SecondFactor;
use crate::factors::password::{Password, StoredPassword, Verdict, verify_nobody};
use crate::flows::interaction::Interaction;
use crate::flows::{Provider, Visit};
use crate::oidc::authorization_request::{NoWayBack, Rejected};
use crate::oidc::authorization_response::Location;
use crate::oidc::proof::{Method, Proof};
use crate::platform::{Fault, Platform, Statement};
use crate::store::budgets::{self, Limit};
use crate::store::passwords::{self, Attempt, Known};
use crate::store::sessions::Ground;
use crate::store::{run, run_one, throttles};
use crate::values::{BrowserId, SignInId, Timestamp, UserId};

/// What the password page's form brings.
pub struct PasswordTyped<'a> {
    /// The sign-in, opened from its seal.
    pub interaction: &'a Interaction,
    /// For whom.
    pub asker: &'a Asker,
    /// The address as typed.
    pub address: &'a str,
    /// The password as typed.
    pub password: &'a str,
}

/// What came of it.
pub enum PasswordVerified {
    /// Right: the person is signed in and goes on.
    SignedIn(Box<VerifiedSession>),
    /// Right, and a second factor is asked for.
    SecondFactor(SignInId),
    /// Wrong, for nobody, for somebody without a password or locked out: nobody is told which.
    Wrong,
    /// Too many failures; the next try is looked at then.
    Blocked(Timestamp),
    /// The address isn't one, or of a domain that isn't let in, whoever has it.
    NotAdmitted(NotSent),
    /// Right, but not the person whom the client asked for, or the client asks for more: the client is told. Or its request is no longer good.
    ToldClient(Location),
    /// The client no longer accepts the request.
    Rejected(NoWayBack),
    /// Right, but for somebody else than whose account it is about.
    StartAgain,
    /// Right, but a policy lets nobody in like this.
    NotFromHere,
    /// Right, but more is asked for than the person has.
    NothingMore,
}

/// A right password.
struct Right<'a> {
    user: &'a UserId,
    /// The hash that it was verified by, and the one to be kept.
    hashes: (&'a str, String),
}

impl<P: Platform> Provider<P> {
    /// Verifies a password.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn verify_password(&self, typed: &PasswordTyped<'_>, browser: &BrowserId, visit: &Visit) -> Result<PasswordVerified, Fault> {
        match typed.interaction.validate(typed.asker.as_deref()) {
            Ok(_) => {}
            Err(Rejected::OnPage(why)) => return Ok(PasswordVerified::Rejected(why)),
            Err(Rejected::ToClient(target, refusal)) => return Ok(PasswordVerified::ToldClient(target.with_error(&refusal, self.issuer()))),
        }
        let address = match self.admitted_address(typed.address) {
            Ok(address) => address,
            Err(why) => return Ok(PasswordVerified::NotAdmitted(why)),
        };
        let (lane, ip) = (self.password_lane(address.identity(), visit), self.ip_budget(visit));
        let ip_limit = Limit::per_hour(self.config.settings.ip_guesses_per_hour.into());
        let attempt = Attempt { address: address.identity(), browser: browser.as_str(), lane: &lane, ip: &ip, ip_limit, now: visit.now };
        // Once more where the hash has changed between the trips: another tab has signed in, and made it anew.
        for _ in 0..2 {
            if let Some(outcome) = self.try_password((typed, browser), &attempt, visit).await? {
                return Ok(outcome);
            }
        }
        self.wrong_password(&attempt).await
    }

    /// Both trips; `None` where the password was right, but isn't the person's any more.
    async fn try_password(
        &self,
        typed: (&PasswordTyped<'_>, &BrowserId),
        attempt: &Attempt<'_>,
        visit: &Visit,
    ) -> Result<Option<PasswordVerified>, Fault> {
        let row = run_one(self.platform.database(), attempt.read()).await?.ok_or_else(|| Fault::new("an attempt finds no row"))?;
        let known = passwords::known(row)?;
        if let Some(until) = known.blocks.until(attempt) {
            return Ok(Some(PasswordVerified::Blocked(until)));
        }
        match self.judge(&known, typed.0.password)? {
            Some(right) => self.right_password(typed, (attempt, &known, &right), visit).await,
            None => self.wrong_password(attempt).await.map(Some),
        }
    }

    /// Judges a password: always by one hash, for whomever it is.
    fn judge<'a>(&self, known: &'a Known, typed: &str) -> Result<Option<Right<'a>>, Fault> {
        // So long a text is nobody's password.
        let Some(password) = Password::typed(typed.to_owned()) else { return Ok(None) };
        let cost = self.password_cost();
        let stored = known.hash.as_deref().and_then(|hash| StoredPassword::parse(hash).ok());
        let verdict = match &stored {
            Some(stored) => stored.verify(&password, cost)?,
            None => verify_nobody(&password, cost)?,
        };
        let (Some(user), Some(hash), false) = (&known.user, &known.hash, known.disabled) else { return Ok(None) };
        Ok(match verdict {
            Verdict::Right => Some(Right { user, hashes: (hash, hash.clone()) }),
            Verdict::RightButRehash => Some(Right { user, hashes: (hash, self.hash_password(&password)?) }),
            Verdict::Wrong => None,
        })
    }

    /// Counts the failure: at the address, and if that wasn't blocked, at the IP.
    async fn wrong_password(&self, attempt: &Attempt<'_>) -> Result<PasswordVerified, Fault> {
        let statements = vec![
            self.throttle().fail(attempt.lane, attempt.now),
            budgets::add_miss(attempt.ip, attempt.ip_limit.count, attempt.now),
            attempt.read_blocks(),
        ];
        let mut answers = run(self.platform.database(), statements).await?;
        let row = answers.skip(2).first().ok_or_else(|| Fault::new("an attempt finds no row"))?;
        // Among many at a time this one may have come too late to be judged: then nobody learns whether it was right.
        Ok(match passwords::blocks(row)?.until(attempt) {
            Some(until) => PasswordVerified::Blocked(until),
            None => PasswordVerified::Wrong,
        })
    }

    async fn right_password(
        &self,
        typed: (&PasswordTyped<'_>, &BrowserId),
        judged: (&Attempt<'_>, &Known, &Right<'_>),
        visit: &Visit,
    ) -> Result<Option<PasswordVerified>, Fault> {
        let ((typed, browser), (attempt, known, right)) = (typed, judged);
        let request = match typed.interaction.validate(typed.asker.as_deref()) {
            Ok(request) => request,
            Err(Rejected::OnPage(why)) => return Ok(Some(PasswordVerified::Rejected(why))),
            Err(Rejected::ToClient(target, refusal)) => return Ok(Some(PasswordVerified::ToldClient(target.with_error(&refusal, self.issuer())))),
        };
        let (hash, kept) = &right.hashes;
        let take = attempt.take(right.user, (hash, kept));
        let way_back = typed.interaction.way_back(request.as_ref());
        if typed.interaction.expected.as_ref().is_some_and(|expected| expected != right.user) {
            let told = way_back.map_or(PasswordVerified::StartAgain, |target| PasswordVerified::ToldClient(self.login_required(target)));
            return self.take((attempt, vec![take], 0), told).await;
        }
        let proof = Proof::by(Method::Password, visit.now);
        let first = FirstProof { proof: &proof, factors: known.factors, address: attempt.address };
        match self.next(&first, (typed.interaction, request.as_ref()), visit) {
            Next::Blocked => {
                let told = way_back.map(|target| self.blocked_by_policy(target));
                self.take((attempt, vec![take], 0), told.map_or(PasswordVerified::NotFromHere, PasswordVerified::ToldClient)).await
            }
            Next::Unmet => {
                let told = way_back.map(|target| self.unmet(target));
                self.take((attempt, vec![take], 0), told.map_or(PasswordVerified::NothingMore, PasswordVerified::ToldClient)).await
            }
            Next::Ask(asks) => self.ask_after_password((typed, browser), (attempt, right.user, take), (&proof, &asks), visit).await,
            Next::Finish => {
                let ending = self.ending((&proof, Ground::Statement(right.user)), typed.interaction, request.as_ref(), visit)?;
                let mut statements = vec![take];
                statements.extend(self.end(&ending, visit));
                statements.push(throttles::forget_if_begun(attempt.lane, &ending.session, visit.now));
                let ended = PasswordVerified::SignedIn(Box::new(self.ended(&ending, browser, attempt.address)));
                self.take((attempt, statements, 1), ended).await
            }
        }
    }

    async fn ask_after_password(
        &self,
        typed: (&PasswordTyped<'_>, &BrowserId),
        taken: (&Attempt<'_>, &UserId, Statement),
        asked: (&Proof, &[SecondFactor]),
        visit: &Visit,
    ) -> Result<Option<PasswordVerified>, Fault> {
        let ((typed, browser), (attempt, user, take), (proof, asks)) = (typed, taken, asked);
        let id = self.waiting_id(WaitsFor::Factor, visit)?;
        let (interaction, ground) = (typed.interaction, Ground::Statement(user));
        let waiting = Waiting { id: &id, browser, address: attempt.address, interaction, proof, asks, ground };
        let statements = vec![take, self.wait(&waiting)?, throttles::forget_if_waiting(attempt.lane, &id, visit.now)];
        self.take((attempt, statements, 1), PasswordVerified::SecondFactor(id)).await
    }

    /// One transaction: what blocks the attempt is read, and if nothing does, the password is taken with all that follows. It has happened if the
    /// statement at that place gave a row. A right password that comes too late is as many trips as a wrong one, and learns as little.
    async fn take(&self, taking: (&Attempt<'_>, Vec<Statement>, usize), outcome: PasswordVerified) -> Result<Option<PasswordVerified>, Fault> {
        let (attempt, mut statements, place) = taking;
        statements.insert(0, attempt.read_blocks());
        let mut answers = run(self.platform.database(), statements).await?;
        let blocks = passwords::blocks(answers.first().ok_or_else(|| Fault::new("an attempt finds no row"))?)?;
        if answers.skip(place).first().is_some() {
            return Ok(Some(outcome));
        }
        Ok(blocks.until(attempt).map(PasswordVerified::Blocked))
    }
}
