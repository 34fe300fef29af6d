//! The RP-initiated logout request. OpenID Connect RP-Initiated Logout 1.0 §2.

use serde::{Deserialize, Serialize};

use super::parameters::Parameters;
use crate::values::ClientId;

/// What a client may say when it sends a person here to sign out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutRequest {
    /// An ID token that was issued here; a past `exp` doesn't matter.
    pub id_token_hint: Option<String>,
    /// The client, where there is no hint or to confirm it.
    pub client_id: Option<ClientId>,
    /// Where the person would like to go afterwards.
    pub post_logout_redirect_uri: Option<String>,
    /// To be given back there.
    pub state: Option<String>,
    /// The languages that the client asks for.
    pub ui_locales: Option<String>,
}

/// The parameters that [`LogoutRequest::parse`] looks at.
pub const READ: &[&str] = &["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales"];

impl LogoutRequest {
    /// Reads the parameters; what is repeated, malformed or too long counts as left out, so that signing out always works.
    #[must_use]
    pub fn parse(parameters: &Parameters) -> Self {
        let once = |name: &str, longest: usize| {
            parameters.one(name).filter(|value| !parameters.is_repeated(name) && value.len() <= longest).map(str::to_owned)
        };
        Self {
            id_token_hint: once("id_token_hint", 8_192),
            client_id: once("client_id", 100).as_deref().and_then(ClientId::parse),
            post_logout_redirect_uri: once("post_logout_redirect_uri", 400),
            state: once("state", 2_048),
            ui_locales: once("ui_locales", 254),
        }
    }
}
