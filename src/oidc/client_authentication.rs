//! How a client proves who it is at the back-channel endpoints. RFC 6749 §2.3.1, RFC 9700 §2.5.

use base64::Engine;

use super::client::{AuthenticationMethod, Client};
use super::error::Refusal;
use super::parameters::Parameters;
use crate::values::{ClientId, Secret, Timestamp};

/// What a request shows of its client.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Who it says it is.
    pub client_id: ClientId,
    proof: Proof,
}

#[derive(Debug, Clone)]
enum Proof {
    None,
    Basic(Secret<String>),
    Post(Secret<String>),
}

impl Credentials {
    /// Reads them from the `Authorization` header or the body; never from both.
    ///
    /// # Errors
    /// `invalid_request` for two methods at a time, `invalid_client` where there is no readable client.
    pub fn parse(authorization: Option<&str>, body: &Parameters) -> Result<Self, Refusal> {
        let in_body = body.one("client_secret");
        let Some(header) = authorization else {
            let client_id = body.one("client_id").and_then(ClientId::parse).ok_or(Refusal::invalid_client())?;
            let proof = in_body.map_or(Proof::None, |secret| Proof::Post(Secret::new(secret.to_owned())));
            return Ok(Self { client_id, proof });
        };
        if in_body.is_some() {
            return Err(Refusal::invalid_request("the client authenticates in two ways at a time"));
        }
        let (client_id, secret) = basic(header).ok_or(Refusal::invalid_client())?;
        if body.one("client_id").is_some_and(|named| named != client_id.as_str()) {
            return Err(Refusal::invalid_request("client_id differs from the one in the Authorization header"));
        }
        Ok(Self { client_id, proof: Proof::Basic(secret) })
    }

    /// Whether they prove that this is the client.
    #[must_use]
    pub fn prove(&self, client: &Client, now: Timestamp) -> bool {
        let method = match (&self.proof, client.authentication) {
            (Proof::None, AuthenticationMethod::None) => return self.client_id == client.id,
            (Proof::Basic(secret), AuthenticationMethod::SecretBasic | AuthenticationMethod::SecretAnywhere)
            | (Proof::Post(secret), AuthenticationMethod::SecretPost | AuthenticationMethod::SecretAnywhere) => secret,
            (Proof::None | Proof::Basic(_) | Proof::Post(_), _) => return false,
        };
        self.client_id == client.id && client.knows_secret(method.expose(), now)
    }
}

/// `Basic base64(form-urlencoded id ":" form-urlencoded secret)`.
fn basic(header: &str) -> Option<(ClientId, Secret<String>)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded.trim()).ok()?;
    let text = Secret::new(String::from_utf8(bytes).ok()?);
    let (id, secret) = text.expose().split_once(':')?;
    Some((ClientId::parse(&form_decoded(id)?)?, Secret::new(form_decoded(secret)?)))
}

fn form_decoded(text: &str) -> Option<String> {
    // The parser splits at `&` and `=`: both are put out of its way first.
    let escaped = format!("v={}", text.replace('&', "%26").replace('=', "%3D"));
    url::form_urlencoded::parse(escaped.as_bytes()).next().map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    fn client(method: Option<&str>) -> Client {
        let mut metadata = json!({"client_id": "web app", "redirect_uris": ["https://app.example/cb"]});
        metadata["client_id"] = json!("web:app");
        if method != Some("none") {
            metadata["client_secret"] = json!("p+q r%&=:s");
        }
        if let Some(method) = method {
            metadata["token_endpoint_auth_method"] = json!(method);
        }
        Client::from_metadata(&metadata).unwrap()
    }

    fn header(id: &str, secret: &str) -> String {
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", encode(id), encode(secret))))
    }

    fn body(text: &str) -> Parameters {
        Parameters::parse(text).unwrap()
    }

    #[test]
    fn a_secret_counts_in_the_registered_place_alone() {
        let basic = Credentials::parse(Some(&header("web:app", "p+q r%&=:s")), &body("")).unwrap();
        let post = Credentials::parse(None, &body("client_id=web:app&client_secret=p%2Bq+r%25%26%3D:s")).unwrap();
        let none = Credentials::parse(None, &body("client_id=web:app")).unwrap();
        for (method, expected) in [
            (Some("client_secret_basic"), [true, false, false]),
            (Some("client_secret_post"), [false, true, false]),
            (Some("none"), [false, false, true]),
            (None, [true, true, false]),
        ] {
            let client = client(method);
            assert_eq!([basic.prove(&client, NOW), post.prove(&client, NOW), none.prove(&client, NOW)], expected, "{method:?}");
        }
    }

    #[test]
    fn a_wrong_secret_proves_nothing() {
        let client = client(Some("client_secret_basic"));
        for secret in ["", "p+q", "p+q r%&=:S"] {
            assert!(!Credentials::parse(Some(&header("web:app", secret)), &body("")).unwrap().prove(&client, NOW), "{secret}");
        }
    }

    #[test]
    fn two_ways_at_a_time_are_refused() {
        let refusal = Credentials::parse(Some(&header("web:app", "s")), &body("client_secret=s")).unwrap_err();
        assert_eq!(refusal.code.as_str(), "invalid_request");
        let refusal = Credentials::parse(Some(&header("web:app", "s")), &body("client_id=other")).unwrap_err();
        assert_eq!(refusal.code.as_str(), "invalid_request");
    }

    #[test]
    fn an_unreadable_header_is_no_client() {
        for header in ["Basic", "Basic !!!", "Bearer abc", "Basic YQ==", ""] {
            assert_eq!(Credentials::parse(Some(header), &body("")).unwrap_err().code.as_str(), "invalid_client", "{header}");
        }
        assert_eq!(Credentials::parse(None, &body("")).unwrap_err().code.as_str(), "invalid_client");
    }
}
