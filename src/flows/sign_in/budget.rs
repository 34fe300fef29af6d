//! The budgets of sends and guesses as the settings have them.

use crate::config::Settings;
use crate::flows::{Provider, Visit};
use crate::platform::Platform;
use crate::store::budgets::{Limit, Send};
use crate::store::challenges::Guess;
use crate::values::{BrowserId, ChallengeId};

impl<P: Platform> Provider<P> {
    /// A send in this lane, from this IP.
    pub(super) fn send_budget<'a>(&self, lane: &'a str, ip: &'a str, visit: &Visit) -> Send<'a> {
        let settings = &self.config.settings;
        Send {
            lane,
            ip,
            lane_limits: [Limit::per_hour(settings.address_sends_per_hour.into()), Limit::per_day(settings.address_sends_per_day.into())],
            ip_limit: Limit::per_hour(settings.ip_sends_per_hour.into()),
            cooldown: settings.otp_cooldown,
            now: visit.now,
        }
    }

    /// A guess at this challenge.
    pub(super) fn guess<'a>(&self, challenge: &'a ChallengeId, browser: &'a BrowserId, budgets: (&'a str, &'a str), visit: &Visit) -> Guess<'a> {
        let (lane, ip) = budgets;
        let settings = &self.config.settings;
        Guess {
            challenge,
            browser: browser.as_str(),
            lane,
            ip,
            allowed: settings.otp_guesses.into(),
            lane_limits: guess_limits(settings),
            ip_limit: Limit::per_hour(settings.ip_guesses_per_hour.into()),
            now: visit.now,
        }
    }
}

/// Wrong guesses for one address, in an hour and in a day.
pub(super) fn guess_limits(settings: &Settings) -> [Limit; 2] {
    [Limit::per_hour(settings.address_guesses_per_hour.into()), Limit::per_day(settings.address_guesses_per_day.into())]
}
