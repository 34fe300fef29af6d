//! The policies at a sign-in's first proof, where a living session answers an authorization request, and at the account's pages. Where no rule asks
//! after the person, and where there are no rules at all, nothing is read.

use super::{AboutPerson, BrowserIs, Case, Verdict, is_met, judge, taken};
use crate::config::{PolicyResult, PolicyRule};
use crate::factors::SecondFactor;
use crate::flows::sign_in::FirstProof;
use crate::flows::{Provider, Visit};
use crate::oidc::authorization_request::ValidatedRequest;
use crate::platform::{Fault, Platform};
use crate::store::account::AccountPerson;
use crate::values::{Seconds, UserId};

/// What the policies say where somebody is signed in already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtSession {
    /// Nothing against it.
    Go,
    /// Nobody is let in.
    Blocked,
    /// One of these is asked for.
    Ask(Vec<SecondFactor>),
    /// Something is asked for that the person hasn't.
    Unmet,
}

impl<P: Platform> Provider<P> {
    /// What the policies say to a first proof; `None` where no rule applies.
    pub(in crate::flows) fn policy_of_sign_in(
        &self,
        first: &FirstProof<'_>,
        request: Option<&ValidatedRequest<'_>>,
        visit: &Visit,
    ) -> Option<&PolicyResult> {
        let proof_age = visit.now - first.proof.auth_time;
        let case = Case {
            client: request.map(|request| (&request.client.id, &request.scope)),
            browser: if self.is_known_here(first.address, visit) { BrowserIs::Known } else { BrowserIs::New },
            country: visit.country,
            ip: visit.ip,
            person: Some(AboutPerson { proof_age, factors: first.factors }),
        };
        match judge(&self.config.settings.policies, &case) {
            Verdict::Decided(rule) => {
                self.log_policy(rule, visit);
                Some(&rule.then)
            }
            Verdict::Nothing | Verdict::DependsOnPerson => None,
        }
    }

    /// What the policies say to an authorization request of somebody who is signed in. Only where a rule that could apply hangs on the person, or
    /// asks something of them, the session is read; one that isn't as the request asks decides nothing, and is found out by whoever goes on.
    ///
    /// # Errors
    /// A fault where something broke.
    pub(in crate::flows) async fn policy_at_session(
        &self,
        request: &ValidatedRequest<'_>,
        expected: Option<&UserId>,
        visit: &Visit,
    ) -> Result<AtSession, Fault> {
        let rules = &self.config.settings.policies;
        // Whoever is signed in here has signed in here.
        let browser = BrowserIs::Known;
        let case = Case { client: Some((&request.client.id, &request.scope)), browser, country: visit.country, ip: visit.ip, person: None };
        match judge(rules, &case) {
            Verdict::Nothing => return Ok(AtSession::Go),
            Verdict::Decided(rule) if rule.then == PolicyResult::Allow => return Ok(AtSession::Go),
            Verdict::Decided(_) | Verdict::DependsOnPerson => {}
        }
        let Some(person) = self.account_person(visit).await?.filter(|person| expected.is_none_or(|expected| *expected == person.user)) else {
            return Ok(AtSession::Go);
        };
        let proof_age = visit.now - person.proof.auth_time;
        let is_young = request.max_age.is_none_or(|most| most > Seconds::ZERO && proof_age <= most);
        let about = AboutPerson { proof_age, factors: person.factors };
        let Verdict::Decided(rule) = judge(rules, &Case { person: Some(about), ..case }) else { return Ok(AtSession::Go) };
        if !is_young {
            return Ok(AtSession::Go);
        }
        self.log_policy(rule, visit);
        Ok(match &rule.then {
            PolicyResult::Allow => AtSession::Go,
            PolicyResult::Block => AtSession::Blocked,
            PolicyResult::Challenge(named) => {
                let taken = taken(named);
                let asks: Vec<SecondFactor> = self.second_factors(person.factors).into_iter().filter(|factor| taken.contains(factor)).collect();
                match (is_met(&taken, &person.proof), asks.is_empty()) {
                    (true, _) => AtSession::Go,
                    (false, true) => AtSession::Unmet,
                    (false, false) => AtSession::Ask(asks),
                }
            }
        })
    }

    /// Whether the policies keep the person of a living session away from what is ours: their account, a passkey for a client's site, a client's
    /// challenge. What a rule's challenge names isn't asked for there: each of them asks for its own.
    pub fn keeps_out(&self, person: &AccountPerson, visit: &Visit) -> bool {
        let about = AboutPerson { proof_age: visit.now - person.proof.auth_time, factors: person.factors };
        let case = Case { client: None, browser: BrowserIs::Known, country: visit.country, ip: visit.ip, person: Some(about) };
        match judge(&self.config.settings.policies, &case) {
            Verdict::Decided(rule) if rule.then == PolicyResult::Block => {
                self.log_policy(rule, visit);
                true
            }
            Verdict::Decided(_) | Verdict::Nothing | Verdict::DependsOnPerson => false,
        }
    }

    /// The rule's name is the operator's own: it says nothing of the person.
    fn log_policy(&self, rule: &PolicyRule, visit: &Visit) {
        let result = match &rule.then {
            PolicyResult::Allow => "allow",
            PolicyResult::Block => "block",
            PolicyResult::Challenge(_) => "challenge",
        };
        self.log("info", "policy_applied", serde_json::json!({"request_id": visit.request_id, "rule": rule.name, "result": result}));
    }
}
