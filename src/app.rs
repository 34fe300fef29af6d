//! The one dispatch.

use std::collections::BTreeMap;

use crate::http::message::{Afterwards, Handled, Incoming};
use crate::platform::Platform;

/// Why the settings can't be used: one line for the operator.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Misconfigured(pub String);

/// The application.
pub struct App<P: Platform> {
    platform: P,
}

impl<P: Platform> App<P> {
    /// Reads the settings.
    ///
    /// # Errors
    /// Where a setting is missing or wrong.
    pub fn new(platform: P, _environment: &BTreeMap<String, String>) -> Result<Self, Misconfigured> {
        Ok(Self { platform })
    }

    /// Answers one request.
    pub async fn handle(&self, _incoming: Incoming) -> Handled {
        Handled { answer: ::http::Response::new(String::new()), afterwards: None }
    }

    /// Does what an answer left to do.
    pub async fn afterwards(&self, _work: Afterwards) {}

    /// Deletes what has expired.
    pub async fn clean_up(&self) {
        self.platform.log("{}");
    }
}
