//! What follows a first proof: whether it is enough, and then the end of every sign-in, which begins the session,
//! writes the code and ends the session that the browser had before.

use super::VerifiedSession;
use crate::config::PolicyResult;
use crate::factors::SecondFactor;
use crate::flows::action_challenge::Confirmed;
use crate::flows::authorize::CodeToBe;
use crate::flows::interaction::{Interaction, SignInFor};
use crate::flows::{Provider, Visit, policy};
use crate::oidc::authorization_request::ValidatedRequest;
use crate::oidc::authorization_response::{AnswerTarget, Location};
use crate::oidc::error::{ErrorCode, Refusal};
use crate::oidc::proof::{Level, Proof};
use crate::platform::{Fault, Platform, Statement};
use crate::routes::AccountPage;
use crate::store::action_challenges;
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
    /// A policy lets nobody in.
    Blocked,
}

/// What a sign-in is for; with the client's request, once more validated, where a client asks.
pub(super) type WhatFor<'a> = (&'a Interaction, Option<&'a ValidatedRequest<'a>>);

/// A first proof, and whose it is.
pub(in crate::flows) struct FirstProof<'a> {
    pub(in crate::flows) proof: &'a Proof,
    pub(in crate::flows) factors: Factors,
    /// The identity of the address that was typed or proven.
    pub(in crate::flows) address: &'a str,
}

/// What a sign-in waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WaitsFor {
    /// Another proof.
    Factor,
    /// A passkey or a password, to be kept from then on; perhaps behind another proof.
    Change,
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
    /// The action that it confirms, and how.
    pub(super) action: Option<Confirmed<'a>>,
}

impl<P: Platform> Provider<P> {
    /// Whether a first proof is enough: for the operator's policies, for the client, for the account, which asks for all that it has, and for the
    /// person, whom an authenticator app of theirs protects in every browser but those that they trust.
    pub(super) fn next(&self, first: &FirstProof<'_>, what_for: WhatFor<'_>, visit: &Visit) -> Next {
        let (interaction, request) = what_for;
        let factors = self.usable(first.factors);
        let level = match interaction.purpose {
            SignInFor::Account(_) => Some(factors.highest_level()),
            SignInFor::Home | SignInFor::NewAddress | SignInFor::NewPhone | SignInFor::Action(_) | SignInFor::Client(_) => {
                request.and_then(|request| request.level)
            }
        };
        // What protects an account, whoever replaces its password must show, in a trusted browser, too.
        let level = if self.asks_new_password(interaction) { level.max(Some(factors.highest_level())) } else { level };
        let (mut is_protected, mut must_ask) = (factors.authenticator && !factors.trusted_browser, false);
        let mut asks = self.second_factors(first.factors);
        match self.policy_of_sign_in(first, request, visit) {
            Some(PolicyResult::Block) => return Next::Blocked,
            Some(PolicyResult::Allow) => is_protected = false,
            Some(PolicyResult::Challenge(named)) => {
                let taken = policy::taken(named);
                must_ask = !policy::is_met(&taken, first.proof);
                asks.retain(|factor| !must_ask || taken.contains(factor));
            }
            None => {}
        }
        if let SignInFor::Action(asked) = &interaction.purpose
            && !asked.is_met_by(first.proof)
        {
            must_ask = true;
            asks.retain(|factor| asked.takes(*factor));
        }
        let is_short = first.proof.level() < Level::Two && (level == Some(Level::Two) || is_protected);
        match (must_ask || is_short, asks.is_empty()) {
            (false, _) => Next::Finish,
            (true, true) => Next::Unmet,
            (true, false) => Next::Ask(asks),
        }
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

    /// The id of a sign-in that waits for a second factor; or for what changes how its person signs in, which is never longer than a proof is fresh.
    pub(super) fn waiting_id(&self, waits_for: WaitsFor, visit: &Visit) -> Result<SignInId, Fault> {
        let settings = &self.config.settings;
        let lifetime = match waits_for {
            WaitsFor::Factor => settings.second_factor_lifetime,
            WaitsFor::Change => settings.second_factor_lifetime.min(settings.fresh_proof),
        };
        Ok(SignInId::new(visit.now + lifetime, self.random()?))
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
                SignInFor::Home | SignInFor::NewAddress | SignInFor::NewPhone | SignInFor::Action(_) | SignInFor::Client(_) => None,
            },
            action: match &interaction.purpose {
                SignInFor::Action(asked) => {
                    Some(Confirmed { asked, proof: proof.clone(), token_end: visit.now + self.config.settings.action_token_lifetime })
                }
                SignInFor::Home | SignInFor::NewAddress | SignInFor::NewPhone | SignInFor::Account(_) | SignInFor::Client(_) => None,
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
            replaces: visit.session.as_ref(),
        })];
        if let Some((request, code)) = &ending.request {
            let acceptable = Acceptable { not_before: ending.proof.auth_time, expected: ending.expected, level: request.level, now: visit.now };
            statements.push(self.code_statement(request, code, session, &acceptable));
        }
        if let Some(confirmed) = &ending.action {
            statements.push(action_challenges::prove(&confirmed.asked.id, session, &confirmed.proof, visit.now));
        }
        if let Some(old) = &visit.session {
            statements.extend(sessions::replace(old, session, visit.now));
        }
        statements
    }

    /// A sign-in that has ended well, with the way back.
    pub(super) fn ended(&self, ending: &Ending<'_>, browser: &BrowserId, address: &str) -> VerifiedSession {
        VerifiedSession {
            session: ending.session.clone(),
            browser: browser.clone(),
            address: address.to_owned(),
            sure_of: match ending.ground {
                Ground::Statement(user) if ending.proof.level() == Level::Two => Some(user.clone()),
                Ground::Statement(_) | Ground::Challenge(_) => None,
            },
            to: match (&ending.request, &ending.action) {
                (Some((request, code)), _) => Some(self.code_answer(request, code)),
                (None, Some(confirmed)) => Some(self.action_answer(confirmed, &ending.session)),
                (None, None) => ending.page.map(|page| Location::to_own_page(self.issuer(), page.path())),
            },
            afterwards: None,
        }
    }

    /// What the person can show here beside a first proof. A recovery code stands in for the others, never alone.
    pub(in crate::flows) fn second_factors(&self, factors: Factors) -> Vec<SecondFactor> {
        let factors = self.usable(factors);
        let there = |factor: &SecondFactor| match factor {
            SecondFactor::Passkey => factors.passkey,
            SecondFactor::AuthenticatorApp => factors.authenticator,
            SecondFactor::RecoveryCode => factors.recovery_code && (factors.passkey || factors.authenticator),
        };
        SecondFactor::ALL.into_iter().filter(there).collect()
    }

    /// Tells the client that more is asked for than the person has.
    pub(in crate::flows) fn unmet(&self, target: &AnswerTarget) -> Location {
        let refusal = Refusal::new(ErrorCode::UnmetAuthenticationRequirements, "the person has no factor of those that this sign-in asks for");
        target.with_error(&refusal, self.issuer())
    }

    /// Tells the client that a policy lets nobody in.
    pub(in crate::flows) fn blocked_by_policy(&self, target: &AnswerTarget) -> Location {
        let refusal = Refusal::new(ErrorCode::AccessDenied, "the operator's policies don't allow this sign-in");
        target.with_error(&refusal, self.issuer())
    }
}

/// The browser's name for itself, as much of it as is kept.
pub(in crate::flows) fn kept_user_agent(visit: &Visit) -> String {
    visit.user_agent.chars().take(USER_AGENT_LENGTH).collect()
}
