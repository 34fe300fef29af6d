//! Where a request of ours may go: https to a public name. The door against requests forged through us.
//!
//! Judges the URL as it is written. A public name that resolves to a private address isn't seen here; the edge has no private network
//! behind it.

use crate::values::issuer::reach_of;

pub use crate::values::issuer::Reach;
use std::fmt;
use url::{Host, Url};

/// Why a URL isn't gone to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlProblem {
    /// Not a URL.
    #[error("it isn't a URL")]
    Malformed,
    /// Not https.
    #[error("it must begin with https://")]
    NotHttps,
    /// A user name or password in it.
    #[error("it must not carry a user name or password")]
    Credentials,
    /// A fragment, which no server would see.
    #[error("it must not have a fragment")]
    Fragment,
    /// An address instead of a name.
    #[error("its host must be a name, not an IP address")]
    IpLiteral,
    /// A name that only means something in a local network.
    #[error("its host is a local name")]
    LocalName,
}

/// Endings that no public name has: RFC 6761, RFC 6762, RFC 8375, ICANN's `.internal`, and the usual home-made ones.
const LOCAL_ENDINGS: [&str; 10] =
    [".localhost", ".local", ".internal", ".home.arpa", ".localdomain", ".lan", ".intranet", ".corp", ".home", ".private"];

/// A URL that a request may go to.
///
/// ```
/// use nightlatch::mail::{OutboundUrl, Reach, UrlProblem};
/// assert!(OutboundUrl::parse("https://hooks.example.com/mail", Reach::Public).is_ok());
/// assert_eq!(OutboundUrl::parse("https://169.254.169.254/", Reach::Public), Err(UrlProblem::IpLiteral));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct OutboundUrl(String);

impl OutboundUrl {
    /// Judges a URL.
    ///
    /// # Errors
    /// Anything but https to a public name; with `Reach::Loopback` http and https to this machine are taken as well.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, UrlProblem> {
        let url = Url::parse(text).map_err(|_| UrlProblem::Malformed)?;
        let host = url.host().ok_or(UrlProblem::Malformed)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlProblem::Credentials);
        }
        if url.fragment().is_some() {
            return Err(UrlProblem::Fragment);
        }
        let on_this_machine = reach == Reach::Loopback && reach_of(&host) == Reach::Loopback;
        match url.scheme() {
            "http" | "https" if on_this_machine => {}
            "https" => public_name(&host)?,
            _ => return Err(UrlProblem::NotHttps),
        }
        Ok(Self(url.into()))
    }

    /// The URL's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OutboundUrl {
    /// Without its path and query: a webhook's may be secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.0.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        write!(formatter, "OutboundUrl({origin}/…)")
    }
}

fn public_name(host: &Host<&str>) -> Result<(), UrlProblem> {
    match host {
        Host::Ipv4(_) | Host::Ipv6(_) => Err(UrlProblem::IpLiteral),
        // The parser has lower-cased it. A dot at the end would slip past the endings.
        Host::Domain(name) if !name.contains('.') || name.ends_with('.') => Err(UrlProblem::LocalName),
        Host::Domain(name) if LOCAL_ENDINGS.iter().any(|ending| name.ends_with(ending)) => Err(UrlProblem::LocalName),
        Host::Domain(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(text: &str) -> Result<OutboundUrl, UrlProblem> {
        OutboundUrl::parse(text, Reach::Public)
    }

    #[test]
    fn https_to_a_public_name_is_taken_with_port_path_and_query() {
        let url = public("https://Hooks.Example.com:8443/a?b=c").unwrap();
        assert_eq!(url.as_str(), "https://hooks.example.com:8443/a?b=c");
    }

    #[test]
    fn any_other_scheme_is_refused() {
        for text in ["http://example.com/", "ftp://example.com/", "ws://example.com/"] {
            assert_eq!(public(text), Err(UrlProblem::NotHttps), "{text}");
        }
    }

    #[test]
    fn an_ip_address_is_refused_however_it_is_written() {
        let texts = ["https://127.0.0.1/", "https://10.0.0.1/", "https://8.8.8.8/", "https://[::1]/", "https://[::ffff:127.0.0.1]/"];
        let in_disguise = ["https://2130706433/", "https://0x7f.1/", "https://017700000001/", "https://127.1/", "https://①②⑦.0.0.1/"];
        for text in texts.iter().chain(&in_disguise) {
            assert_eq!(public(text), Err(UrlProblem::IpLiteral), "{text}");
        }
    }

    #[test]
    fn a_local_name_is_refused() {
        let texts = ["localhost", "LOCALHOST", "a.localhost", "printer.local", "db.internal", "metadata.google.internal", "router.home.arpa"];
        for host in texts.iter().chain(&["intranet", "com", "a.lan", "example.com.", "localhost.", "a.local."]) {
            assert_eq!(public(&format!("https://{host}/")), Err(UrlProblem::LocalName), "{host}");
        }
    }

    #[test]
    fn credentials_and_fragments_are_refused() {
        assert_eq!(public("https://user@example.com/"), Err(UrlProblem::Credentials));
        assert_eq!(public("https://:secret@example.com/"), Err(UrlProblem::Credentials));
        assert_eq!(public("https://example.com/#x"), Err(UrlProblem::Fragment));
    }

    #[test]
    fn what_is_no_url_is_refused() {
        for text in ["", "example.com", "/path", "https://", "https://exa mple.com/", "data:text/plain,x", "file:///etc/passwd"] {
            assert_eq!(public(text), Err(UrlProblem::Malformed), "{text}");
        }
    }

    #[test]
    fn this_machine_is_reached_only_where_the_issuer_is_on_it() {
        for text in ["http://localhost:9999/hook", "http://127.0.0.1:9999/", "https://[::1]:8443/"] {
            assert!(OutboundUrl::parse(text, Reach::Loopback).is_ok(), "{text}");
            assert!(public(text).is_err(), "{text}");
        }
    }

    #[test]
    fn reaching_this_machine_opens_no_other_door() {
        assert_eq!(OutboundUrl::parse("http://example.com/", Reach::Loopback), Err(UrlProblem::NotHttps));
        assert_eq!(OutboundUrl::parse("https://10.0.0.1/", Reach::Loopback), Err(UrlProblem::IpLiteral));
        assert_eq!(OutboundUrl::parse("https://db.internal/", Reach::Loopback), Err(UrlProblem::LocalName));
        assert_eq!(OutboundUrl::parse("http://x@localhost/", Reach::Loopback), Err(UrlProblem::Credentials));
    }

    #[test]
    fn a_webhooks_secret_path_isnt_printed() {
        assert_eq!(format!("{:?}", public("https://example.com/secret?key=1").unwrap()), "OutboundUrl(https://example.com/…)");
    }
}
