//! How a client's backend begins a challenge.

use super::Provider;
use crate::factors::{Factor, SecondFactor};
use crate::flows::{Failure, Visit};
use crate::oidc::authorization_response::AnswerTarget;
use crate::oidc::client::Client;
use crate::oidc::error::{ErrorCode, Refusal};
use crate::oidc::parameters::Parameters;
use crate::platform::Platform;
use crate::routes;
use crate::store::action_challenges::{self, NewActionChallenge};
use crate::store::run_one;
use crate::values::line::is_deceptive;
use crate::values::{ActionChallengeId, Seconds, UserId};

/// The longest description of an action, in characters.
const LONGEST_ACTION: usize = 100;

/// A challenge that has begun.
pub struct Started {
    /// It.
    pub challenge: ActionChallengeId,
    /// Where the person is to be sent.
    pub url: String,
    /// How long that takes them there.
    pub expires_in: Seconds,
}

impl<P: Platform> Provider<P> {
    /// Begins a challenge for one of our people.
    ///
    /// # Errors
    /// `unauthorized_client` for a public client, `invalid_request` where something is missing or wrong, or where there is no such person.
    pub async fn start_action_challenge(&self, client: &Client, form: &Parameters, visit: &Visit) -> Result<Started, Failure> {
        if client.is_public() {
            return Err(Refusal::new(ErrorCode::UnauthorizedClient, "only a client that keeps a secret may begin a challenge").into());
        }
        if form.has_repeats() {
            return Err(Refusal::invalid_request("a parameter is repeated").into());
        }
        let user = form.one("user").and_then(UserId::parse).ok_or(NOBODY)?;
        let action = form.one("action").filter(|action| is_action(action));
        let action = action.ok_or(Refusal::invalid_request("action must be a line of 1 to 100 visible characters"))?;
        let asked = form.one("redirect_uri").unwrap_or_default();
        let target = AnswerTarget::registered(client, asked, None);
        let target = target.ok_or(Refusal::invalid_request("redirect_uri is missing, or not registered for this client"))?;
        let state = form.one("state");
        if state.is_some_and(|state| state.len() > self.request_limits().state) {
            return Err(Refusal::invalid_request("state is too long").into());
        }
        let factors = factors(form.one("factors"), |factor| self.offers_factor(factor))?;
        let lifetime = self.config.settings.action_challenge_lifetime;
        let id = ActionChallengeId::new(visit.now + lifetime, self.random()?);
        let new =
            NewActionChallenge { id: &id, client: &client.id, user: &user, action, redirect_uri: target.redirect_uri(), state, factors: &factors };
        run_one(self.platform.database(), action_challenges::begin(&new)).await?.ok_or(NOBODY)?;
        let url = self.issuer().url(&routes::challenge_page(&id));
        Ok(Started { challenge: id, url, expires_in: lifetime })
    }

    /// Whether the operator lets people show it here.
    fn offers_factor(&self, factor: Factor) -> bool {
        match factor {
            Factor::Password => self.offers_passwords(),
            Factor::Second(SecondFactor::Passkey) => self.offers_passkeys(),
            Factor::EmailCode | Factor::Second(SecondFactor::AuthenticatorApp | SecondFactor::RecoveryCode) => true,
        }
    }
}

const NOBODY: Refusal = Refusal::invalid_request("user must be the sub of somebody who can sign in here");

/// One line without characters that hide or turn what stands beside them: people read it before they say yes.
fn is_action(text: &str) -> bool {
    (1..=LONGEST_ACTION).contains(&text.chars().count()) && !text.trim().is_empty() && !text.contains(is_deceptive)
}

/// The names of the factors, each once; all that are offered here, where none is named.
fn factors(asked: Option<&str>, is_offered: impl Fn(Factor) -> bool) -> Result<String, Refusal> {
    let Some(asked) = asked else {
        let names: Vec<&str> = Factor::ALL.into_iter().filter(|factor| is_offered(*factor)).map(Factor::name).collect();
        return Ok(names.join(" "));
    };
    let mut names: Vec<&str> = Vec::new();
    for name in asked.split(' ').filter(|name| !name.is_empty()) {
        let factor = Factor::of_name(name);
        let factor = factor.ok_or(Refusal::invalid_request("factors are email_code, passkey, authenticator, recovery_code, password"))?;
        if !is_offered(factor) {
            return Err(switched_off(factor));
        }
        if !names.contains(&factor.name()) {
            names.push(factor.name());
        }
    }
    if names.is_empty() { Err(Refusal::invalid_request("factors has none")) } else { Ok(names.join(" ")) }
}

/// Nobody could ever confirm by it: the client learns that now, not from people who come back with an error.
const fn switched_off(factor: Factor) -> Refusal {
    match factor {
        Factor::Password => Refusal::invalid_request("factors names password, and passwords are switched off here"),
        Factor::Second(SecondFactor::Passkey) => Refusal::invalid_request("factors names passkey, and passkeys are switched off here"),
        Factor::EmailCode | Factor::Second(SecondFactor::AuthenticatorApp | SecondFactor::RecoveryCode) => {
            Refusal::invalid_request("factors names one that is switched off here")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_one_line_that_can_be_read() {
        for good in ["Pay €40 to Ann", "删除账户", &"x".repeat(100)] {
            assert!(is_action(good), "{good}");
        }
        for bad in ["", "   ", "a\nb", "pay\u{202e}04", "a\u{200b}b", &"x".repeat(101)] {
            assert!(!is_action(bad), "{bad:?}");
        }
    }

    #[test]
    fn factors_are_ours_and_stand_once() {
        let all = |asked| factors(asked, |_| true);
        assert_eq!(all(Some("passkey  authenticator passkey")).unwrap(), "passkey authenticator");
        assert_eq!(all(None).unwrap().split(' ').count(), Factor::ALL.len());
        assert!(all(Some("passkey fingerprint")).is_err() && all(Some(" ")).is_err());
    }

    #[test]
    fn what_is_switched_off_is_refused_by_name_and_left_out_where_none_is_named() {
        for (off, words) in [(Factor::Password, "passwords are"), (Factor::Second(SecondFactor::Passkey), "passkeys are")] {
            let others = |asked: Option<&str>| factors(asked, |factor| factor != off);
            let asked = format!("email_code {}", off.name());
            assert!(others(Some(&asked)).unwrap_err().description.contains(words));
            assert!(!others(None).unwrap().split(' ').any(|name| name == off.name()));
        }
    }
}
