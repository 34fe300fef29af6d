//! The client data: what the browser saw of a ceremony, which the authenticator signs along. WebAuthn Level 3 §5.8.1; §7.1 steps 5 to 11, §7.2 steps
//! 8 to 14.
//!
//! A page within a page (`crossOrigin`, `topOrigin`) is refused: neither ours nor a client's passkey page works in a frame.

use serde_json::Value;
use subtle::ConstantTimeEq;

use super::{Expected, WebauthnError};
use crate::values::base64url;
use crate::values::json;

/// What UTF-8 decode drops from the start (step 5 and step 8).
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// Which ceremony the browser went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ceremony {
    /// A passkey was made.
    Create,
    /// A passkey was used.
    Get,
}

impl Ceremony {
    const fn name(self) -> &'static str {
        match self {
            Self::Create => "webauthn.create",
            Self::Get => "webauthn.get",
        }
    }
}

/// Checks the JSON that the browser wrote. Members that are unknown to us are passed over, as §5.8.1 asks.
///
/// # Errors
/// [`WebauthnError::ClientData`] where it isn't JSON of that kind, and each check's own.
pub fn check(json: &[u8], ceremony: Ceremony, expected: &Expected<'_>) -> Result<(), WebauthnError> {
    let json = std::str::from_utf8(json).map_err(|_| WebauthnError::ClientData)?;
    let client_data: Value = json::read(json.strip_prefix(BYTE_ORDER_MARK).unwrap_or(json).as_bytes()).map_err(|_| WebauthnError::ClientData)?;
    let text = |name: &str| client_data.get(name).and_then(Value::as_str).ok_or(WebauthnError::ClientData);
    if text("type")? != ceremony.name() {
        return Err(WebauthnError::Type);
    }
    let challenge = base64url::encode(expected.challenge);
    if !bool::from(text("challenge")?.as_bytes().ct_eq(challenge.as_bytes())) {
        return Err(WebauthnError::Challenge);
    }
    let origin = text("origin")?;
    if !expected.origins.contains(&origin) {
        return Err(WebauthnError::Origin);
    }
    let cross_origin = client_data.get("crossOrigin").is_some_and(|value| *value != Value::Bool(false));
    if cross_origin || client_data.get("topOrigin").is_some() {
        return Err(WebauthnError::CrossOrigin);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::factors::webauthn::UserVerification;
    use serde_json::json;

    const EXPECTED: Expected<'_> = Expected {
        challenge: &[7; 32],
        rp_id: "login.example",
        origins: &["https://login.example", "https://app.example"],
        user_verification: UserVerification::Preferred,
    };

    fn client_data() -> Value {
        json!({"type": "webauthn.get", "challenge": base64url::encode([7; 32]), "origin": "https://login.example", "crossOrigin": false})
    }

    fn checked(client_data: &Value) -> Result<(), WebauthnError> {
        check(client_data.to_string().as_bytes(), Ceremony::Get, &EXPECTED)
    }

    fn with(name: &str, value: impl Into<Value>) -> Result<(), WebauthnError> {
        let mut client_data = client_data();
        client_data[name] = value.into();
        checked(&client_data)
    }

    #[test]
    fn what_the_browser_saw_is_what_we_expect() {
        assert_eq!(checked(&client_data()), Ok(()));
        assert_eq!(with("origin", "https://app.example"), Ok(()));
        assert_eq!(with("other_keys_can_be_added_here", json!({"a": [1]})), Ok(()));
        // Browsers of Level 1 don't say anything of frames.
        let mut early = client_data();
        early.as_object_mut().unwrap().remove("crossOrigin");
        assert_eq!(checked(&early), Ok(()));
        let marked = format!("\u{FEFF}{}", client_data());
        assert_eq!(check(marked.as_bytes(), Ceremony::Get, &EXPECTED), Ok(()));
    }

    #[test]
    fn another_ceremony_is_refused() {
        for name in ["webauthn.create", "payment.get", "webauthn.get ", "WebAuthn.get", ""] {
            assert_eq!(with("type", name), Err(WebauthnError::Type), "{name}");
        }
        assert_eq!(check(client_data().to_string().as_bytes(), Ceremony::Create, &EXPECTED), Err(WebauthnError::Type));
    }

    #[test]
    fn another_challenge_is_refused() {
        let ours = base64url::encode([7; 32]);
        let padded = format!("{ours}=");
        for challenge in [&base64url::encode([8; 32]), &ours[..42], padded.as_str(), ""] {
            assert_eq!(with("challenge", challenge), Err(WebauthnError::Challenge), "{challenge}");
        }
    }

    #[test]
    fn another_origin_is_refused() {
        for origin in [
            "http://login.example",
            "https://login.example/",
            "https://login.example:8443",
            "https://LOGIN.example",
            "https://login.example.evil.example",
            "https://sub.login.example",
            "null",
            "",
        ] {
            assert_eq!(with("origin", origin), Err(WebauthnError::Origin), "{origin}");
        }
    }

    #[test]
    fn a_page_within_a_page_is_refused() {
        for value in [json!(true), json!("false"), json!(null)] {
            assert_eq!(with("crossOrigin", value), Err(WebauthnError::CrossOrigin));
        }
        assert_eq!(with("topOrigin", "https://login.example"), Err(WebauthnError::CrossOrigin));
    }

    #[test]
    fn what_is_no_client_data_is_refused() {
        for json in ["", "{}", "[]", "null", "{\"type\":1}", "\u{FEFF}\u{FEFF}{}", "{\"type\":\"webauthn.get\"}"] {
            assert_eq!(check(json.as_bytes(), Ceremony::Get, &EXPECTED), Err(WebauthnError::ClientData), "{json}");
        }
        for name in ["type", "challenge", "origin"] {
            assert_eq!(with(name, json!(["webauthn.get"])), Err(WebauthnError::ClientData), "{name}");
        }
        let twice = format!("{0}{0}", client_data());
        assert_eq!(check(twice.as_bytes(), Ceremony::Get, &EXPECTED), Err(WebauthnError::ClientData));
        assert_eq!(check(b"\xff\xfe{}", Ceremony::Get, &EXPECTED), Err(WebauthnError::ClientData));
        assert_eq!(check("[".repeat(100_000).as_bytes(), Ceremony::Get, &EXPECTED), Err(WebauthnError::ClientData));
    }
}
