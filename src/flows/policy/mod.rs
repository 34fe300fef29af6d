//! What the operator's policies come to in one case: the rules are gone through in their order, and the first whose conditions all hold decides.
//!
//! Here everything is pure; `applied` brings the case of a sign-in and of a living session.

mod applied;

use std::net::IpAddr;

use crate::config::{AtLeastOne, PolicyChallenge, PolicyConditions, PolicyFactor, PolicyRule};
use crate::factors::SecondFactor;
use crate::oidc::proof::Proof;
use crate::store::factors::Factors;
use crate::values::{ClientId, Country, Scope, Seconds};

pub use applied::AtSession;

/// Whether a browser has signed the person's address in before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrowserIs {
    /// It has.
    Known,
    /// It hasn't.
    New,
}

/// A case: who asks, from where, and what is known of the person.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The client that asks, and what it is granted; `None` for our own pages.
    pub client: Option<(&'a ClientId, &'a Scope)>,
    /// The browser.
    pub browser: BrowserIs,
    /// Where the request comes from, as the edge guesses.
    pub country: Option<Country>,
    /// Its address.
    pub ip: Option<IpAddr>,
    /// The person, once it is known who.
    pub person: Option<AboutPerson>,
}

/// What a rule may ask of the person.
#[derive(Debug, Clone, Copy)]
pub struct AboutPerson {
    /// How long ago they have proven who they are.
    pub proof_age: Seconds,
    /// What they have.
    pub factors: Factors,
}

/// What the rules come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// No rule applies: all is as it would be without any.
    Nothing,
    /// This rule's result.
    Decided(&'a PolicyRule),
    /// It hangs on the person, of whom nothing is known yet.
    DependsOnPerson,
}

/// Goes through the rules.
#[must_use]
pub fn judge<'a>(rules: &'a [PolicyRule], case: &Case<'_>) -> Verdict<'a> {
    for rule in rules {
        match holds(&rule.when, case) {
            Some(true) => return Verdict::Decided(rule),
            Some(false) => {}
            None => return Verdict::DependsOnPerson,
        }
    }
    Verdict::Nothing
}

/// Whether all conditions hold; `None` where only what isn't known of the person could decide.
fn holds(when: &PolicyConditions, case: &Case<'_>) -> Option<bool> {
    if !holds_around(when, case) {
        return Some(false);
    }
    let asks_of_person = when.last_proof_older_than.is_some() || when.has.is_some() || when.lacks.is_some();
    if !asks_of_person {
        return Some(true);
    }
    case.person.map(|person| holds_of_person(when, person))
}

/// The conditions that have nothing to do with who the person is.
fn holds_around(when: &PolicyConditions, case: &Case<'_>) -> bool {
    let client = when.clients.as_ref().is_none_or(|clients| case.client.is_some_and(|(client, _)| clients.contains(client)));
    let scope = when.scopes.as_ref().is_none_or(|scopes| case.client.is_some_and(|(_, scope)| scopes.iter().any(|token| scope.contains(token))));
    let browser = when.new_browser.is_none_or(|new| new == (case.browser == BrowserIs::New));
    // Where nobody knows the country, it is none of those that are listed.
    let listed = |countries: &AtLeastOne<Country>| case.country.is_some_and(|country| countries.contains(&country));
    let country = when.countries.as_ref().is_none_or(listed) && !when.not_countries.as_ref().is_some_and(listed);
    let network = when.networks.as_ref().is_none_or(|networks| case.ip.is_some_and(|ip| networks.iter().any(|network| network.contains(ip))));
    client && scope && browser && country && network
}

fn holds_of_person(when: &PolicyConditions, person: AboutPerson) -> bool {
    let has = |factor: &PolicyFactor| match factor {
        PolicyFactor::Passkey => person.factors.passkey,
        PolicyFactor::Authenticator => person.factors.authenticator,
        PolicyFactor::RecoveryCode => person.factors.recovery_code,
        PolicyFactor::Password => person.factors.password,
    };
    when.last_proof_older_than.is_none_or(|seconds| person.proof_age > Seconds::new(i64::from(seconds)))
        && when.has.as_ref().is_none_or(|factors| factors.iter().all(has))
        && when.lacks.as_ref().is_none_or(|factors| !factors.iter().any(has))
}

/// The factors that a challenge takes.
#[must_use]
pub fn taken(challenge: &AtLeastOne<PolicyChallenge>) -> Vec<SecondFactor> {
    let factor = |named: &PolicyChallenge| match named {
        PolicyChallenge::Passkey => SecondFactor::Passkey,
        PolicyChallenge::Authenticator => SecondFactor::AuthenticatorApp,
        PolicyChallenge::RecoveryCode => SecondFactor::RecoveryCode,
    };
    challenge.iter().map(factor).collect()
}

/// Whether a proof has already what a challenge asks for. `amr` doesn't tell an app's code from a recovery code: either counts for the other.
#[must_use]
pub fn is_met(taken: &[SecondFactor], proof: &Proof) -> bool {
    let place = |method: &str| proof.methods().position(|own| own == method);
    let (code, passkey, both) = (place("otp"), place("pop"), place("mfa"));
    // Methods stand in the order in which they were shown. A code before a passkey that made it two factors was the mailed one.
    let code_beside_another = match (code, passkey, both) {
        (Some(_), None, Some(_)) => true,
        (Some(code), Some(passkey), Some(both)) => passkey < code || both < passkey,
        (None, _, _) | (Some(_), _, None) => false,
    };
    taken.iter().any(|factor| match factor {
        SecondFactor::Passkey => passkey.is_some(),
        SecondFactor::AuthenticatorApp | SecondFactor::RecoveryCode => code_beside_another,
    })
}

#[cfg(test)]
mod tests;
