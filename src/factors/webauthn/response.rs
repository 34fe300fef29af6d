//! What a page posts after `navigator.credentials`: the JSON of `PublicKeyCredential.toJSON()`. Reads and measures; checks nothing that was signed.
//! WebAuthn Level 3 §5.1 (`RegistrationResponseJSON`, `AuthenticationResponseJSON`).
//!
//! Extension outputs and `authenticatorAttachment` are passed over; so are the members that only repeat the attestation object.

use serde_json::Value;

use super::WebauthnError;
use crate::values::{CredentialId, UserId, base64url, json};

/// Characters of the whole: some three times as many as the longest known.
const LONGEST: usize = 16 * 1_024;
/// Bytes of the client data; browsers write some 200.
const LONGEST_CLIENT_DATA: usize = 4 * 1_024;
/// Bytes of an attestation object without certificates: the longest id and the longest RSA key take 1,700.
const LONGEST_ATTESTATION_OBJECT: usize = 4 * 1_024;
/// Bytes of authenticator data without a credential: 37, and extensions.
const LONGEST_AUTHENTICATOR_DATA: usize = 1_024;
/// Bytes of a signature: RSA's, of 4,096 bits.
const LONGEST_SIGNATURE: usize = 512;
/// Ways to an authenticator, and characters of each name; there are six, of up to ten.
const MOST_TRANSPORTS: usize = 8;
const LONGEST_TRANSPORT: usize = 20;

/// A passkey that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationResponse {
    /// What the browser calls it; the authenticator's own word is in the attestation object.
    pub credential: CredentialId,
    pub(super) client_data: Vec<u8>,
    pub(super) attestation_object: Vec<u8>,
    pub(super) transports: Vec<String>,
}

/// A passkey that was just used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssertionResponse {
    /// Which one it claims to be.
    pub credential: CredentialId,
    /// Whose it claims to be; discoverable passkeys say it always. It is the `user.id` that the passkey was made with: a [`UserId`] as it stands.
    pub user_handle: Option<UserId>,
    pub(super) client_data: Vec<u8>,
    pub(super) authenticator_data: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

impl RegistrationResponse {
    /// Reads a `RegistrationResponseJSON`.
    ///
    /// # Errors
    /// [`WebauthnError::Response`] where it isn't one, or something in it is too long.
    pub fn parse(json: &str) -> Result<Self, WebauthnError> {
        let (credential, response) = credential(json)?;
        Ok(Self {
            credential,
            client_data: bytes(&response, "clientDataJSON", LONGEST_CLIENT_DATA)?,
            attestation_object: bytes(&response, "attestationObject", LONGEST_ATTESTATION_OBJECT)?,
            transports: transports(&response),
        })
    }
}

impl AssertionResponse {
    /// Reads an `AuthenticationResponseJSON`.
    ///
    /// # Errors
    /// [`WebauthnError::Response`] where it isn't one, or something in it is too long;
    /// [`WebauthnError::UserHandle`] where it names nobody who could be ours.
    pub fn parse(json: &str) -> Result<Self, WebauthnError> {
        let (credential, response) = credential(json)?;
        let user_handle = match response.get("userHandle") {
            // An empty one is how some authenticators say that they have none.
            None | Some(Value::Null) => None,
            Some(Value::String(handle)) if handle.is_empty() => None,
            Some(handle) => Some(handle.as_str().and_then(UserId::parse).ok_or(WebauthnError::UserHandle)?),
        };
        Ok(Self {
            credential,
            user_handle,
            client_data: bytes(&response, "clientDataJSON", LONGEST_CLIENT_DATA)?,
            authenticator_data: bytes(&response, "authenticatorData", LONGEST_AUTHENTICATOR_DATA)?,
            signature: bytes(&response, "signature", LONGEST_SIGNATURE)?,
        })
    }
}

/// The id of the credential, and its `response`.
fn credential(json: &str) -> Result<(CredentialId, Value), WebauthnError> {
    if json.len() > LONGEST {
        return Err(WebauthnError::Response);
    }
    let mut object: Value = json::read(json.as_bytes()).map_err(|_| WebauthnError::Response)?;
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    if text("type") != Some("public-key") || text("id") != text("rawId") {
        return Err(WebauthnError::Response);
    }
    let id = text("id").and_then(CredentialId::parse).ok_or(WebauthnError::Response)?;
    let response = object.get_mut("response").map(Value::take).ok_or(WebauthnError::Response)?;
    Ok((id, response))
}

fn bytes(response: &Value, name: &str, longest: usize) -> Result<Vec<u8>, WebauthnError> {
    let text = response.get(name).and_then(Value::as_str).and_then(base64url::decode);
    text.filter(|bytes| bytes.len() <= longest).ok_or(WebauthnError::Response)
}

/// Hints for the browser, given back to it later; names of the future are kept (§5.8.4), what can't be one is dropped.
fn transports(response: &Value) -> Vec<String> {
    let listed = response.get("transports").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_name = |name: &&str| (1..=LONGEST_TRANSPORT).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    listed.iter().filter_map(Value::as_str).filter(is_name).take(MOST_TRANSPORTS).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn registration() -> Value {
        json!({
            "id": "AQID", "rawId": "AQID", "type": "public-key", "authenticatorAttachment": "platform", "clientExtensionResults": {"credProps": {}},
            "response": {"clientDataJSON": "e30", "attestationObject": "oA", "transports": ["internal", "hybrid"], "publicKeyAlgorithm": -7},
        })
    }

    fn assertion() -> Value {
        let response = json!({"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "MA", "userHandle": "AAAAAAAAAAAAAAAAAAAAAA"});
        json!({"id": "AQID", "rawId": "AQID", "type": "public-key", "clientExtensionResults": {}, "response": response})
    }

    #[test]
    fn a_registration_is_read() {
        let read = RegistrationResponse::parse(&registration().to_string()).unwrap();
        assert_eq!((read.credential.as_str(), read.client_data.as_slice(), read.attestation_object.as_slice()), ("AQID", &b"{}"[..], &[0xa0][..]));
        assert_eq!(read.transports, ["internal", "hybrid"]);
    }

    #[test]
    fn transports_are_hints_that_may_be_missing() {
        let transports = |transports: Value| {
            let mut registration = registration();
            registration["response"]["transports"] = transports;
            RegistrationResponse::parse(&registration.to_string()).unwrap().transports
        };
        assert_eq!(transports(json!(null)), [""; 0]);
        assert_eq!(transports(json!(["usb", 1, "", "a,b", "<b>", "x".repeat(21), "smart-card", "teleport"])), ["usb", "smart-card", "teleport"]);
        assert_eq!(transports(json!(vec!["nfc"; 100])).len(), 8);
    }

    #[test]
    fn an_assertion_is_read_with_or_without_its_user() {
        let handle = |handle: Value| {
            let mut assertion = assertion();
            assertion["response"]["userHandle"] = handle;
            AssertionResponse::parse(&assertion.to_string()).map(|read| read.user_handle.map(|user| user.to_string()))
        };
        assert_eq!(handle(json!("AAAAAAAAAAAAAAAAAAAAAA")), Ok(Some("AAAAAAAAAAAAAAAAAAAAAA".to_owned())));
        assert_eq!(handle(json!(null)), Ok(None));
        assert_eq!(handle(json!("")), Ok(None));
        for wrong in [json!("AAAA"), json!(7), json!(["AAAAAAAAAAAAAAAAAAAAAA"])] {
            assert_eq!(handle(wrong), Err(WebauthnError::UserHandle));
        }
    }

    #[test]
    fn what_is_no_response_is_refused() {
        for json in ["", "null", "[]", "{}", "{\"type\":\"public-key\"}", &"{\"id\":".repeat(20_000)] {
            assert_eq!(RegistrationResponse::parse(json), Err(WebauthnError::Response));
            assert_eq!(AssertionResponse::parse(json), Err(WebauthnError::Response));
        }
        for (name, value) in [
            ("id", json!("AQIE")),
            ("id", json!(1)),
            ("rawId", json!(null)),
            ("type", json!("password")),
            ("response", json!(null)),
            ("response", json!("e30")),
            ("padding", json!(" ".repeat(16 * 1_024))),
        ] {
            let (mut registration, mut assertion) = (registration(), assertion());
            registration[name] = value.clone();
            assertion[name] = value;
            assert_eq!(RegistrationResponse::parse(&registration.to_string()), Err(WebauthnError::Response), "{name}");
            assert_eq!(AssertionResponse::parse(&assertion.to_string()), Err(WebauthnError::Response), "{name}");
        }
    }

    #[test]
    fn each_part_has_its_longest() {
        for (name, longest) in [("clientDataJSON", 4_096), ("attestationObject", 4_096)] {
            let mut registration = registration();
            registration["response"][name] = base64url::encode(vec![0; longest]).into();
            assert!(RegistrationResponse::parse(&registration.to_string()).is_ok(), "{name}");
            registration["response"][name] = base64url::encode(vec![0; longest + 1]).into();
            assert!(RegistrationResponse::parse(&registration.to_string()).is_err(), "{name}");
        }
        for (name, longest) in [("clientDataJSON", 4_096), ("authenticatorData", 1_024), ("signature", 512)] {
            let mut assertion = assertion();
            assertion["response"][name] = base64url::encode(vec![0; longest]).into();
            assert!(AssertionResponse::parse(&assertion.to_string()).is_ok(), "{name}");
            assertion["response"][name] = base64url::encode(vec![0; longest + 1]).into();
            assert!(AssertionResponse::parse(&assertion.to_string()).is_err(), "{name}");
            assertion["response"][name] = "not base64url".into();
            assert!(AssertionResponse::parse(&assertion.to_string()).is_err(), "{name}");
        }
    }
}
