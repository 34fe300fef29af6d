//! The budgets of sends and guesses as the settings have them.

use super::new_phone::TextLanes;
use crate::config::Settings;
use crate::flows::{Provider, Visit};
use crate::platform::Platform;
use crate::store::budgets::{Limit, Send};
use crate::store::challenges::Guess;
use crate::store::text_sends::{Payer, TextSend};
use crate::values::{BrowserId, ChallengeId, Seconds};

/// The budget in which the whole deployment's text messages are counted.
const DEPLOYMENT_TEXTS: &str = "deployment-texts";

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

/// A text message from these lanes. Two for one number or one account never follow one another at once;
/// a network and the deployment know no such pause.
pub(super) fn text_send<'a>(settings: &Settings, lanes: &'a TextLanes, visit: &Visit) -> TextSend<'a> {
    let payer =
        |subject, (hour, day): (u32, u32), cooldown| Payer { subject, limits: [Limit::per_hour(hour.into()), Limit::per_day(day.into())], cooldown };
    let s = settings;
    TextSend {
        payers: [
            payer(&lanes.number, (s.phone_texts_per_hour, s.phone_texts_per_day), s.otp_cooldown),
            payer(&lanes.account, (s.account_texts_per_hour, s.account_texts_per_day), s.otp_cooldown),
            payer(&lanes.network, (s.ip_texts_per_hour, s.ip_texts_per_day), Seconds::ZERO),
            payer(DEPLOYMENT_TEXTS, (s.deployment_texts_per_hour, s.deployment_texts_per_day), Seconds::ZERO),
        ],
        now: visit.now,
    }
}

/// Wrong guesses for one address, in an hour and in a day.
pub(super) fn guess_limits(settings: &Settings) -> [Limit; 2] {
    [Limit::per_hour(settings.address_guesses_per_hour.into()), Limit::per_day(settings.address_guesses_per_day.into())]
}
