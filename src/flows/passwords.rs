//! Passwords as the settings have them: whether there are any, what their hashes cost, and which ones are taken.

use super::Provider;
use super::sign_in::Asker;
use crate::config::{Config, Misconfigured, Settings, Switch};
use crate::factors::password::{self, Cost, Password, Policy, Refused, Whose};
use crate::platform::{Fault, Platform};

/// Checks what the table of settings can't: what two figures make together.
pub(super) fn check(config: &Config) -> Result<(), Misconfigured> {
    let settings = &config.settings;
    cost(settings).ok_or_else(|| {
        Misconfigured::of("argon2_iterations", "is too much for this memory: both multiplied must be at most 262144; lower one of them")
    })?;
    policy(settings).ok_or_else(|| Misconfigured::of("password_shortest", "must be 8 to 64, and password_longest 64 to 512"))?;
    Ok(())
}

fn cost(settings: &Settings) -> Option<Cost> {
    Cost::new(settings.argon2_memory_kib, settings.argon2_iterations)
}

fn policy(settings: &Settings) -> Option<Policy> {
    let length = |setting: u32| usize::try_from(setting).unwrap_or(usize::MAX);
    Policy::new(length(settings.password_shortest), length(settings.password_longest))
}

impl<P: Platform> Provider<P> {
    /// Whether people may have passwords here.
    pub fn offers_passwords(&self) -> bool {
        match self.config.settings.passwords {
            Switch::On => true,
            Switch::Off => false,
        }
    }

    /// What a hash costs.
    pub(super) fn password_cost(&self) -> Cost {
        cost(&self.config.settings).unwrap_or(Cost::DEFAULT)
    }

    /// The text to store for a password, under a salt of its own.
    pub(super) fn hash_password(&self, password: &Password) -> Result<String, Fault> {
        password::hash(password, self.random()?, self.password_cost())
    }

    /// What was typed, if it may be the password of somebody with these addresses, who may be on the way to a client.
    pub(super) fn accepted_password(&self, typed: &str, addresses: &[String], asker: &Asker) -> Result<Password, Refused> {
        let password = Password::typed(typed.to_owned()).ok_or(Refused::TooLong(self.password_lengths().1))?;
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        let client = asker.as_ref().map(|client| client.shown_name()).unwrap_or_default();
        let site_names = [self.config.settings.brand_name.as_str(), self.issuer().host(), &client];
        let policy = policy(&self.config.settings).unwrap_or(Policy::DEFAULT);
        policy.judge(&password, Whose { addresses: &addresses, site_names: &site_names })?;
        Ok(password)
    }

    /// The fewest and the most characters of a new password.
    pub fn password_lengths(&self) -> (usize, usize) {
        let length = |setting: u32| usize::try_from(setting).unwrap_or(usize::MAX);
        (length(self.config.settings.password_shortest), length(self.config.settings.password_longest))
    }
}
