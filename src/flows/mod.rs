//! The use cases, each reading like its specification's list of steps. They know people, clients and stores; not HTTP, not HTML.

pub mod account;
pub mod action_challenge;
pub mod activity;
pub mod authorize;
pub mod browser;
pub mod clean_up;
pub mod client_directory;
pub mod grants;
pub mod health;
pub mod interaction;
pub mod introspect;
pub mod keys;
pub mod logout;
pub mod notice;
pub mod passkeys;
pub mod passwords;
pub mod policy;
pub mod post_office;
pub mod provider;
pub mod revoke;
pub mod sign_in;
pub mod text_message;
pub mod throttle;
pub mod tokens;
pub mod userinfo;

pub use provider::{Provider, Visit};

use crate::mail::Mail;
use crate::oidc::error::Refusal;
use crate::platform::Fault;

/// Why a use case didn't come to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The caller is told.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The log is told; the caller learns `server_error`.
    #[error(transparent)]
    Broken(#[from] Fault),
}

/// Work that goes on after the answer has left.
pub enum Afterwards {
    /// A mail whose fate nobody may see.
    Deliver(Box<Mail>),
    /// Mails that tell a person's addresses what happened to the account.
    Tell(Vec<Mail>),
}

impl std::fmt::Debug for Afterwards {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Deliver(_) => f.write_str("Deliver(…)"),
            Self::Tell(mails) => write!(f, "Tell({} mails)", mails.len()),
        }
    }
}
