//! Redirect URIs, registered and asked for. They match character by character; the port of a native client's loopback URI is the one exception.
//! RFC 9700 §2.1, RFC 8252 §7.3.

use serde::{Deserialize, Serialize};
use url::Url;

use super::issuer::{Reach, reach_of};

/// The longest redirect URI, in characters.
pub const LONGEST: usize = 400;

/// What kind of application a client is (OpenID Connect Registration §2, `application_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApplicationType {
    /// Runs behind a web address.
    Web,
    /// Installed on a device: loopback ports are free, schemes of its own are allowed.
    Native,
}

/// Why a text can't be a redirect URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    /// Over [`LONGEST`] characters.
    #[error("it is longer than 400 characters")]
    TooLong,
    /// Not an absolute URI in ASCII.
    #[error("it isn't an absolute URI in visible ASCII characters")]
    NotAbsolute,
    /// A fragment.
    #[error("it has a fragment")]
    Fragment,
    /// A user name or password.
    #[error("it carries a user name or password")]
    Credentials,
    /// A scheme that a browser would run, or http to another machine, or an own scheme without a dot.
    #[error("its scheme isn't https (http is for localhost; schemes of one's own are for native clients and need a dot)")]
    Scheme,
}

/// A registered redirect URI, kept to the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

impl RedirectUri {
    /// Checks a URI that is to be registered.
    ///
    /// # Errors
    /// [`RedirectUriError`] says why it can't be one.
    pub fn register(text: &str, application: ApplicationType) -> Result<Self, RedirectUriError> {
        if text.len() > LONGEST {
            return Err(RedirectUriError::TooLong);
        }
        // A backslash or a control character is read differently by different parsers: never registered, so never matched.
        if !text.bytes().all(|b| (0x21..=0x7e).contains(&b) && !matches!(b, b'\\' | b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}')) {
            return Err(RedirectUriError::NotAbsolute);
        }
        if text.contains('#') {
            return Err(RedirectUriError::Fragment);
        }
        let url = Url::parse(text).map_err(|_| RedirectUriError::NotAbsolute)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RedirectUriError::Credentials);
        }
        let allowed = match url.scheme() {
            "https" => url.host().is_some(),
            "http" => url.host().is_some_and(|host| reach_of(&host) == Reach::Loopback),
            own => application == ApplicationType::Native && own.contains('.'),
        };
        if allowed { Ok(Self(text.to_owned())) } else { Err(RedirectUriError::Scheme) }
    }

    /// The URI to the letter.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request's URI is this one: to the letter, or for a native client's loopback URI with any port.
    #[must_use]
    pub fn matches(&self, asked: &str, application: ApplicationType) -> bool {
        self.0 == asked
            || (application == ApplicationType::Native
                && without_loopback_port(&self.0).is_some_and(|own| without_loopback_port(asked).as_ref() == Some(&own)))
    }

    /// Its origin, where its scheme has one.
    #[must_use]
    pub fn origin(&self) -> Option<String> {
        let origin = Url::parse(&self.0).ok()?.origin();
        origin.is_tuple().then(|| origin.ascii_serialization())
    }
}

/// The URI cut around the port, by the letter: `http://127.0.0.1` and `/callback`. `None` unless it is http to a loopback address.
fn without_loopback_port(text: &str) -> Option<(&str, &str)> {
    let host = ["http://127.0.0.1", "http://[::1]", "http://localhost"].into_iter().find(|host| text.starts_with(host))?;
    let rest = text.get(host.len()..)?;
    let rest = match rest.strip_prefix(':') {
        Some(behind) => {
            let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 || digits > 5 {
                return None;
            }
            behind.get(digits..)?
        }
        None => rest,
    };
    (rest.is_empty() || rest.starts_with('/') || rest.starts_with('?')).then_some((host, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ApplicationType::{Native, Web};

    #[test]
    fn what_may_be_registered() {
        for good in ["https://app.example/cb", "https://app.example/cb?x=1", "http://localhost:8788/", "http://127.0.0.1/cb"] {
            assert!(RedirectUri::register(good, Web).is_ok(), "{good}");
        }
        assert!(RedirectUri::register("com.example.app:/cb", Native).is_ok());
    }

    #[test]
    fn what_may_not_be_registered() {
        for bad in [
            "/cb",
            "",
            "https://",
            "https://app.example/#f",
            "https://me@app.example/",
            "https://a:b@app.example/",
            "http://app.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://app.example\\@evil.example/",
            "https://app.example/\u{e4}",
            "https://app.example/ x",
            "com.example.app:/cb",
            "https://app.example/\n",
        ] {
            assert!(RedirectUri::register(bad, Web).is_err(), "{bad}");
        }
        assert!(RedirectUri::register("javascript:alert(1)", Native).is_err());
        assert!(RedirectUri::register(&format!("https://a.example/{}", "x".repeat(400)), Web).is_err());
    }

    #[test]
    fn a_uri_matches_to_the_letter() {
        let uri = RedirectUri::register("https://app.example/cb", Web).unwrap();
        assert!(uri.matches("https://app.example/cb", Web));
        for other in [
            "https://app.example/cb/",
            "https://app.example/cb?x",
            "https://app.example/CB",
            "https://APP.example/cb",
            "https://app.example:443/cb",
            "https://app.example/cb#",
            "https://app.example/./cb",
            "https://app.example/%63b",
            "http://app.example/cb",
            "https://app.example.evil.example/cb",
            "https://app.example@evil.example/cb",
        ] {
            assert!(!uri.matches(other, Web), "{other}");
        }
    }

    #[test]
    fn only_a_native_clients_loopback_port_is_free() {
        let uri = RedirectUri::register("http://127.0.0.1/cb", Native).unwrap();
        assert!(uri.matches("http://127.0.0.1:51234/cb", Native));
        assert!(!uri.matches("http://127.0.0.1:51234/cb", Web));
        for other in [
            "http://127.0.0.1:51234/other",
            "http://127.0.0.1:5@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://localhost:1/cb",
            "http://127.0.0.1:/cb",
            "https://127.0.0.1:1/cb",
        ] {
            assert!(!uri.matches(other, Native), "{other}");
        }
    }
}
