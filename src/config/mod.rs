//! The settings: read from the environment and checked once, by the Worker at its start and by the operator's command before a deployment.
//!
//! `table` is the list of all settings, `row` reads one, `kinds` and `texts` know what a value may look like; what must fit together is
//! checked here, in `order` and in `mail`. Reads nothing but the names that begin with `NIGHTLATCH_`.

mod kinds;
mod mail;
mod misconfigured;
mod order;
mod policies;
mod relying_party;
mod row;
mod table;
mod texts;

use std::collections::BTreeMap;

use crate::values::issuer::Reach;
use crate::values::{CodeAlphabet, EmailDomain, Keyring, Secret};

pub use kinds::{AdapterName, CodeLetters, Mode, PhonePrefix, Region, RequestLog, SmsWay, Switch};
pub use mail::{MailAdapter, Sender, SignedWebhook, TextWay};
pub use misconfigured::Misconfigured;
pub use policies::{AtLeastOne, PolicyChallenge, PolicyConditions, PolicyFactor, PolicyResult, PolicyRule};
pub use relying_party::RelyingParty;
pub use row::{Presence, Row, variable};
pub use table::{ROWS, Settings};
pub use texts::{Color, OperatorText, PlainText, Template, WebAddress};

/// What the name of every setting begins with.
pub const PREFIX: &str = "NIGHTLATCH_";
/// Where Turnstile's tokens are verified.
const TURNSTILE: &str = "https://challenges.cloudflare.com/turnstile/v0/siteverify";

/// Who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// Everybody with an address.
    Open,
    /// Only people whom the operator has invited.
    InviteOnly,
    /// Everybody with an address in one of these domains, their subdomains not included.
    AllowedDomains(Vec<EmailDomain>),
}

/// Cloudflare's Turnstile before a code is sent.
#[derive(Debug, Clone)]
pub struct Turnstile {
    /// What the page shows to Cloudflare's script.
    pub site_key: String,
    /// What the Worker shows to Cloudflare's server.
    pub secret: Secret<String>,
    /// Where tokens are verified.
    pub verify_url: String,
}

/// Everything that an operator has decided, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Each setting under its own name.
    pub settings: Settings,
    /// Who may sign in.
    pub admission: Admission,
    /// What new codes are written in.
    pub code_alphabet: CodeAlphabet,
    /// The same while the whole deployment is being guessed at; never shorter.
    pub code_alphabet_under_attack: CodeAlphabet,
    /// The mail adapters in the order in which they are tried; at least one.
    pub mail: Vec<MailAdapter>,
    /// Where text messages go, if anywhere.
    pub sms: Option<TextWay>,
    /// Turnstile, where it is asked for.
    pub turnstile: Option<Turnstile>,
    /// Who passkeys are made for, where there are any.
    pub relying_party: Option<RelyingParty>,
}

impl Config {
    /// Reads all settings. Names without our prefix are none of our business.
    ///
    /// # Errors
    /// The first thing that is wrong, in one line that says how to mend it.
    pub fn parse(environment: &BTreeMap<String, String>) -> Result<Self, Misconfigured> {
        row::refuse_unknown(ROWS, environment)?;
        mail::ask_for_one(environment)?;
        let mut settings = Settings::read(environment)?;
        order::put_in_order(&mut settings, environment)?;
        check_secrets(&settings)?;
        check_stand_ins(&settings)?;
        let relying_party = RelyingParty::of(&settings)?;
        check_policies(&settings, relying_party.as_ref())?;
        Ok(Self {
            admission: admission(&settings)?,
            code_alphabet: code_alphabet(&settings, settings.otp_digits)?,
            code_alphabet_under_attack: code_alphabet(&settings, settings.otp_digits.max(settings.otp_digits_under_attack))?,
            mail: mail::adapters(&settings)?,
            sms: mail::sms(&settings)?,
            turnstile: turnstile(&settings)?,
            relying_party,
            settings,
        })
    }

    /// The Worker's secrets, ready for use.
    #[must_use]
    pub fn keyring(&self) -> Keyring {
        Keyring::new(&self.settings.secret, self.settings.secret_previous.as_ref())
    }
}

fn admission(settings: &Settings) -> Result<Admission, Misconfigured> {
    match (settings.mode, &settings.allowed_domains) {
        (Mode::Open, None) => Ok(Admission::Open),
        (Mode::InviteOnly, None) => Ok(Admission::InviteOnly),
        (Mode::AllowedDomains, Some(domains)) => Ok(Admission::AllowedDomains(domains.clone())),
        (Mode::AllowedDomains, None) => {
            Err(Misconfigured::of("allowed_domains", "is missing, and the mode allowed_domains needs it: list the domains, separated by commas"))
        }
        (Mode::Open | Mode::InviteOnly, Some(_)) => {
            Err(Misconfigured::of("allowed_domains", "has no effect in this mode: set NIGHTLATCH_MODE to allowed_domains, or remove the list"))
        }
    }
}

fn code_alphabet(settings: &Settings, digits: u8) -> Result<CodeAlphabet, Misconfigured> {
    match settings.otp_alphabet {
        CodeLetters::Crockford => Ok(CodeAlphabet::Crockford8),
        CodeLetters::Digits => CodeAlphabet::digits(digits).ok_or_else(|| Misconfigured::of("otp_digits", "must be 6 to 10")),
    }
}

fn turnstile(settings: &Settings) -> Result<Option<Turnstile>, Misconfigured> {
    match (&settings.turnstile_site_key, &settings.turnstile_secret) {
        (None, None) => Ok(None),
        (Some(site_key), Some(secret)) => Ok(Some(Turnstile {
            site_key: site_key.as_str().to_owned(),
            secret: secret.clone(),
            verify_url: settings.turnstile_url.as_ref().map_or(TURNSTILE, WebAddress::as_str).to_owned(),
        })),
        (Some(_), None) => Err(Misconfigured::of("turnstile_secret", "is missing beside the site key: set both, or remove the site key")),
        (None, Some(_)) => Err(Misconfigured::of("turnstile_site_key", "is missing beside the secret: set both, or remove the secret")),
    }
}

fn check_secrets(settings: &Settings) -> Result<(), Misconfigured> {
    if settings.secret_previous.as_ref() == Some(&settings.secret) {
        return Err(Misconfigured::of("secret_previous", "is the same as NIGHTLATCH_SECRET: set it to the secret before this one, or remove it"));
    }
    Ok(())
}

/// Servers that stand in for the real ones are for tests on this machine: anywhere else they would be handed codes and keys.
fn check_stand_ins(settings: &Settings) -> Result<(), Misconfigured> {
    let stand_ins = [
        ("resend_url", &settings.resend_url),
        ("postmark_url", &settings.postmark_url),
        ("sendgrid_url", &settings.sendgrid_url),
        ("mailgun_url", &settings.mailgun_url),
        ("brevo_url", &settings.brevo_url),
        ("turnstile_url", &settings.turnstile_url),
    ];
    match (settings.issuer.reach(), stand_ins.iter().find(|(_, address)| address.is_some())) {
        (Reach::Public, Some((name, _))) => Err(Misconfigured::of(name, "is for an issuer on localhost alone: remove it")),
        (Reach::Public, None) | (Reach::Loopback, _) => Ok(()),
    }
}

/// A passkey that nobody can have can't be shown: no sign-in could ever do what such a rule asks for.
fn check_policies(settings: &Settings, passkeys: Option<&RelyingParty>) -> Result<(), Misconfigured> {
    match (policies::asks_for_passkey_alone(&settings.policies), passkeys) {
        (Some(rule), None) => {
            let why = format!("has a rule \"{}\" that asks for a passkey alone, and there are none here: let it take something else, too", rule.name);
            Err(Misconfigured::of("policies", why))
        }
        (None, _) | (Some(_), Some(_)) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
