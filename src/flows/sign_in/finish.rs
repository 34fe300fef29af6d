//! What follows a first proof: whether it is enough, and then the end of every sign-in, which begins the session, writes the code and ends the session
//! that the browser had before.

use super::VerifiedSession;
use crate::factors::SecondFactor;
use crate::flows::authorize::CodeToBe;
use crate::flows::interaction::{Interaction, SignInFor};
use crate::flows::{Provider, Visit};
use crate::oidc::authorization_request::ValidatedRequest;
use crate::oidc::authorization_response::Location;
use crate::oidc::error::{ErrorCode, Refusal};
use crate::oidc::proof::{Level, Proof};
use crate::platform::{Fault, Platform, Statement};
use crate::routes::AccountPage;
use crate::store::codes::Acceptable;
use crate::store::factors::Factors;
use crate::store::sessions::{self, Ground, NewSession};
use crate::store::sign_ins::NewSignIn;
use crate::values::{BrowserId, SessionId, SignInId, UserId};

/// Characters of a browser's name that are kept.
const USER_AGENT_LENGTH: usize = 200;

/// Where a first proof leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// It is enough.
    Finish,
    /// One of these is asked for.
    Ask(Vec<SecondFactor>),
    /// More is asked for, and the person has nothing more.
    Unmet,
}

/// A sign-in about to wait for its second factor.
pub(super) struct Waiting<'a> {
    pub(super) id: &'a SignInId,
    pub(super) browser: &'a BrowserId,
    /// The identity of the address that was typed or proven.
    pub(super) address: &'a str,
    pub(super) interaction: &'a Interaction,
    pub(super) proof: &'a Proof,
    pub(super) asks: &'a [SecondFactor],
    pub(super) ground: Ground<'a>,
}

/// A sign-in about to end.
pub(super) struct Ending<'a> {
    pub(super) session: SessionId,
    pub(super) proof: &'a Proof,
    pub(super) ground: Ground<'a>,
    pub(super) expected: Option<&'a UserId>,
    pub(super) request: Option<(&'a ValidatedRequest<'a>, CodeToBe)>,
    /// The page of ours that it was for.
    pub(super) page: Option<AccountPage>,
}

impl<P: Platform> Provider<P> {
    /// Whether a first proof is enough: for the client, for the account, which asks for all that it has, and for the person, whom an authenticator app of theirs protects in every browser but those that
    /// they trust.
    pub(super) fn next(&self, proof: &Proof, factors: Factors, interaction: &Interaction, request: Option<&ValidatedRequest<'_>>) -> Next {
        if proof.level() == Level::Two {
            return Next::Finish;
        }
        let level = match interaction.purpose {
            SignInFor::Account(_) => Some(factors.highest_level()),
            SignInFor::Home | SignInFor::Client(_) => request.and_then(|request| request.level),
        };
        let demanded = level == Some(Level::Two);
        if !demanded && (!factors.authenticator || factors.trusted_browser) {
            return Next::Finish;
        }
        let has = second_factors(factors);
        if has.is_empty() { Next::Unmet } else { Next::Ask(has) }
    }

    /// The statement by which a sign-in begins to wait.
    pub(super) fn wait(&self, waiting: &Waiting<'_>) -> Result<Statement, Fault> {
        let names: Vec<&str> = waiting.asks.iter().map(|factor| factor.name()).collect();
        let new = NewSignIn {
            id: waiting.id,
            browser: waiting.browser.as_str(),
            address: waiting.address,
            request: &waiting.interaction.to_text()?,
            proof: waiting.proof,
            asks: &names.join(" "),
            finished_by: None,
        };
        Ok(new.begin(waiting.ground))
    }

    /// A sign-in that ends now, for a request that has been validated once more.
    pub(super) fn ending<'a>(
        &self,
        proven: (&'a Proof, Ground<'a>),
        interaction: &'a Interaction,
        request: Option<&'a ValidatedRequest<'a>>,
        visit: &Visit,
    ) -> Result<Ending<'a>, Fault> {
        let (proof, ground) = proven;
        Ok(Ending {
            session: SessionId::new(visit.now + self.config.settings.session_absolute, self.random()?),
            proof,
            ground,
            expected: interaction.expected.as_ref(),
            request: match request {
                Some(request) => Some((request, self.code_to_be(request, visit.now)?)),
                None => None,
            },
            page: match interaction.purpose {
                SignInFor::Account(page) => Some(page),
                SignInFor::Home | SignInFor::Client(_) => None,
            },
        })
    }

    /// The statements that end a sign-in, the session's beginning first: it gives a row if its ground holds, and each of the others asks for it.
    pub(super) fn end(&self, ending: &Ending<'_>, visit: &Visit) -> Vec<Statement> {
        let session = &ending.session;
        let mut statements = vec![sessions::begin(&NewSession {
            id: session,
            ground: ending.ground,
            now: visit.now,
            proof: ending.proof,
            user_agent: &kept_user_agent(visit),
            place: visit.place.as_deref().unwrap_or_default(),
            expected: ending.expected,
        })];
        if let Some((request, code)) = &ending.request {
            let acceptable = Acceptable { not_before: ending.proof.auth_time, expected: ending.expected, level: request.level, now: visit.now };
            statements.push(self.code_statement(request, code, session, &acceptable));
        }
        if let Some(old) = &visit.session {
            statements.push(sessions::replace(old, session));
        }
        statements
    }

    /// A sign-in that has ended well, with the way back.
    pub(super) fn ended(&self, ending: &Ending<'_>, browser: &BrowserId, address: &str) -> VerifiedSession {
        VerifiedSession {
            session: ending.session.clone(),
            browser: browser.clone(),
            address: address.to_owned(),
            to: match (&ending.request, ending.page) {
                (Some((request, code)), _) => Some(self.code_answer(request, code)),
                (None, page) => page.map(|page| Location::to_own_page(self.issuer(), page.path())),
            },
        }
    }

    /// The way back where more is asked for than the person has.
    pub fn unmet(&self, request: &ValidatedRequest<'_>) -> Location {
        let refusal = Refusal::new(ErrorCode::UnmetAuthenticationRequirements, "the person has no second factor, and the request asks for one");
        request.target.with_error(&refusal, self.issuer())
    }
}

/// What the person can show beside a first proof. A recovery code stands in for the others, never alone.
pub(super) fn second_factors(factors: Factors) -> Vec<SecondFactor> {
    let primary = factors.passkey || factors.authenticator;
    let there = |factor: &SecondFactor| match factor {
        SecondFactor::Passkey => factors.passkey,
        SecondFactor::AuthenticatorApp => factors.authenticator,
        SecondFactor::RecoveryCode => factors.recovery_code && primary,
    };
    SecondFactor::ALL.into_iter().filter(there).collect()
}

/// The browser's name for itself, as much of it as is kept.
pub(in crate::flows) fn kept_user_agent(visit: &Visit) -> String {
    visit.user_agent.chars().take(USER_AGENT_LENGTH).collect()
}
