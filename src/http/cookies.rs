//! Our cookies. On https they are `__Host-` and `Secure`: no other host, no other path and no plain connection can set them (RFC 6265bis §4.1.3).

use crate::values::{Issuer, Seconds};

/// A cookie of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// The browser's id.
    Browser,
    /// The session.
    Session,
    /// Addresses that the browser has signed in before.
    KnownAddresses,
    /// That the browser wants no passkey for now.
    PasskeyDeclined,
}

impl Cookie {
    const fn bare_name(self) -> &'static str {
        match self {
            Self::Browser => "nl_browser",
            Self::Session => "nl_session",
            Self::KnownAddresses => "nl_known",
            Self::PasskeyDeclined => "nl_no_passkey",
        }
    }

    /// Its name at this issuer.
    fn name(self, issuer: &Issuer) -> String {
        let prefix = if issuer.is_secure() { "__Host-" } else { "" };
        format!("{prefix}{}", self.bare_name())
    }

    /// Its value in a `Cookie` header, if it is there exactly once: of two, one would be somebody else's.
    #[must_use]
    pub fn read<'a>(self, header: &'a str, issuer: &Issuer) -> Option<&'a str> {
        let name = self.name(issuer);
        let mut values = header.split(';').filter_map(|pair| pair.trim().split_once('=')).filter(|(own, _)| *own == name).map(|(_, value)| value);
        values.next().filter(|_| values.next().is_none())
    }

    /// A `Set-Cookie` header that keeps the value for so long.
    #[must_use]
    pub fn set(self, value: &str, lifetime: Seconds, issuer: &Issuer) -> String {
        let secure = if issuer.is_secure() { "; Secure" } else { "" };
        format!("{}={value}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}", self.name(issuer), lifetime.count())
    }

    /// A `Set-Cookie` header that forgets it.
    #[must_use]
    pub fn forget(self, issuer: &Issuer) -> String {
        self.set("", Seconds::ZERO, issuer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_has_host_cookies_and_http_has_not() {
        let secure = Issuer::parse("https://login.example").unwrap();
        let local = Issuer::parse("http://localhost:8787").unwrap();
        assert_eq!(Cookie::Session.set("v", Seconds::new(9), &secure), "__Host-nl_session=v; Path=/; Max-Age=9; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(Cookie::Session.set("v", Seconds::new(9), &local), "nl_session=v; Path=/; Max-Age=9; HttpOnly; SameSite=Lax");
        assert_eq!(Cookie::Session.read("nl_session=planted", &secure), None);
    }

    #[test]
    fn a_cookie_that_stands_twice_is_not_read() {
        let local = Issuer::parse("http://localhost:8787").unwrap();
        assert_eq!(Cookie::Browser.read("a=b; nl_browser=x", &local), Some("x"));
        assert_eq!(Cookie::Browser.read("nl_browser=x; nl_browser=y", &local), None);
    }
}
