//! Throttling as the settings have it: failures of one kind of proof.

use super::Provider;
use crate::platform::Platform;
use crate::store::throttles::Throttle;

impl<P: Platform> Provider<P> {
    /// How failures are throttled.
    pub fn throttle(&self) -> Throttle {
        let settings = &self.config.settings;
        Throttle {
            failures: settings.throttle_failures.into(),
            window: settings.throttle_window,
            block: settings.throttle_block,
            longest: settings.throttle_longest_block,
            per_day: settings.throttle_failures_per_day.into(),
        }
    }
}
