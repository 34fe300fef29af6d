//! The issuer: one origin, from which every URL, cookie name and `Origin` check comes. Never from what a request shows.

use url::{Host, Url};

/// Whether a host is this machine itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// A host on the public net.
    Public,
    /// `localhost` and names below it (RFC 6761 §6.3), 127.0.0.0/8 or `[::1]`.
    Loopback,
}

/// Why a text can't be an issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// Not an absolute URL.
    #[error("it isn't an absolute URL such as https://login.example.com")]
    NotAUrl,
    /// A path, query, fragment or credentials.
    #[error("it must be an origin alone: scheme, host and perhaps a port, nothing behind them")]
    MoreThanAnOrigin,
    /// `http` to a host that isn't this machine, or another scheme.
    #[error("it must be https (http is for localhost alone)")]
    Insecure,
}

/// The issuer's identifier: `https://login.example.com`, without a slash at the end.
///
/// ```
/// # use nightlatch::values::Issuer;
/// assert_eq!(Issuer::parse("https://login.example.com/").unwrap().as_str(), "https://login.example.com");
/// assert!(Issuer::parse("http://login.example.com").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    origin: String,
    host: String,
    reach: Reach,
    secure: bool,
}

impl Issuer {
    /// Parses the configured issuer.
    ///
    /// # Errors
    /// [`IssuerError`] says why it can't be one.
    pub fn parse(text: &str) -> Result<Self, IssuerError> {
        let url = Url::parse(text).map_err(|_| IssuerError::NotAUrl)?;
        let host = url.host().ok_or(IssuerError::NotAUrl)?;
        let reach = reach_of(&host);
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        if !bare {
            return Err(IssuerError::MoreThanAnOrigin);
        }
        let secure = url.scheme() == "https";
        if !secure && (url.scheme() != "http" || reach == Reach::Public) {
            return Err(IssuerError::Insecure);
        }
        Ok(Self { origin: url.origin().ascii_serialization(), host: host.to_string(), reach, secure })
    }

    /// The identifier, as it stands in `iss`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.origin
    }

    /// The host name, which mails name as the one place where a code may be typed.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is this machine.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        self.reach
    }

    /// Whether it is https: then cookies are `Secure` and `__Host-`.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// An absolute URL at this issuer.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

/// Whether a host is this machine.
#[must_use]
pub fn reach_of(host: &Host<&str>) -> Reach {
    let loopback = match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    if loopback { Reach::Loopback } else { Reach::Public }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_for_this_machine_alone() {
        assert_eq!(Issuer::parse("http://localhost:8787").unwrap().reach(), Reach::Loopback);
        assert_eq!(Issuer::parse("http://127.0.0.1:8787").unwrap().reach(), Reach::Loopback);
        assert_eq!(Issuer::parse("http://login.localhost:8787").unwrap().reach(), Reach::Loopback);
        assert_eq!(Issuer::parse("http://evillocalhost"), Err(IssuerError::Insecure));
        assert_eq!(Issuer::parse("http://[::1]:8787").unwrap().as_str(), "http://[::1]:8787");
        assert_eq!(Issuer::parse("http://example.com"), Err(IssuerError::Insecure));
        assert_eq!(Issuer::parse("http://localhost.example.com"), Err(IssuerError::Insecure));
        assert_eq!(Issuer::parse("ftp://localhost"), Err(IssuerError::Insecure));
    }

    #[test]
    fn nothing_stands_behind_the_origin() {
        for text in ["https://a.example/path", "https://a.example/?q", "https://a.example/#f", "https://me@a.example"] {
            assert_eq!(Issuer::parse(text), Err(IssuerError::MoreThanAnOrigin), "{text}");
        }
    }

    #[test]
    fn an_issuer_is_normalised_once() {
        assert_eq!(Issuer::parse("HTTPS://Login.Example.com:443/").unwrap().as_str(), "https://login.example.com");
    }
}
