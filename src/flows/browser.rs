//! What a browser carries: its id, its session, and the addresses that it has signed in before. Each value is tagged, so that a made-up one is worth nothing.

use super::{Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::values::keyring::Purpose;
use crate::values::{BrowserId, SessionId, Timestamp, base64url};

/// Addresses that a browser is remembered with.
const MOST_KNOWN: usize = 5;
/// Characters of an address's hash in the cookie: 96 bits.
const HASH_LENGTH: usize = 16;

impl<P: Platform> Provider<P> {
    /// The visitor's browser, or a new one.
    ///
    /// # Errors
    /// A fault where there are no random bytes.
    pub fn browser(&self, visit: &Visit) -> Result<BrowserId, Fault> {
        match &visit.browser {
            Some(browser) => Ok(browser.clone()),
            None => Ok(BrowserId::new(self.random()?)),
        }
    }

    /// The session cookie of a visit at this moment: the id and the time, tagged. A visit moves the idle limit by a new cookie and writes no row.
    pub fn session_cookie(&self, session: &SessionId, now: Timestamp) -> String {
        self.keyring.issue(Purpose::Session, &[session.as_str(), &now.hex()])
    }

    /// The session that a cookie proves: ours, not idle for too long, not past its end. Whether it has been ended, its row says.
    pub fn session_of_cookie(&self, cookie: &str, now: Timestamp) -> Option<SessionId> {
        let [id, seen] = self.keyring.accept::<2>(Purpose::Session, cookie)?;
        let seen = Timestamp::from_seconds(i64::from(u32::from_str_radix(seen, 16).ok()?));
        let session = SessionId::parse(id)?;
        (now < seen + self.config.settings.session_idle && now < session.end()).then_some(session)
    }

    /// The budget of an address: the browser's own lane where it has signed the address in before, else the one that all others share.
    pub fn address_budget(&self, address: &str, visit: &Visit) -> String {
        self.lane("address", address, visit)
    }

    /// Where failures with an address's password are counted: in the browser's own lane or the shared one, as with codes. Whether anybody has the address
    /// makes no difference.
    pub fn password_lane(&self, address: &str, visit: &Visit) -> String {
        self.lane("password", address, visit)
    }

    fn lane(&self, of: &str, address: &str, visit: &Visit) -> String {
        match &visit.browser {
            Some(browser) if self.knows(browser, &visit.known_addresses, address) => {
                self.keyring.tag(Purpose::Budget, &[of, address, browser.as_str()])
            }
            Some(_) | None => self.keyring.tag(Purpose::Budget, &[of, address]),
        }
    }

    /// The cookie of known addresses with one more, the oldest dropped.
    pub fn known_addresses_with(&self, address: &str, browser: &BrowserId, visit: &Visit) -> String {
        let hash = hash(address);
        let mut known: Vec<String> = self.known(browser, &visit.known_addresses).filter(|own| *own != hash).map(str::to_owned).collect();
        known.insert(0, hash);
        known.truncate(MOST_KNOWN);
        self.keyring.issue(Purpose::KnownAddresses, &[browser.as_str(), &known.join(".")])
    }

    /// Whether the visitor's browser has signed the address in before.
    pub fn is_known_here(&self, address: &str, visit: &Visit) -> bool {
        visit.browser.as_ref().is_some_and(|browser| self.knows(browser, &visit.known_addresses, address))
    }

    fn knows(&self, browser: &BrowserId, cookie: &str, address: &str) -> bool {
        let hash = hash(address);
        self.known(browser, cookie).any(|own| own == hash)
    }

    fn known<'a>(&self, browser: &BrowserId, cookie: &'a str) -> impl Iterator<Item = &'a str> {
        let list = self.keyring.accept::<2>(Purpose::KnownAddresses, cookie).filter(|[owner, _]| *owner == browser.as_str()).map(|[_, list]| list);
        list.unwrap_or_default().split('.').filter(|own| !own.is_empty())
    }

    /// The value of the cookie that says that this browser wants no passkey for now.
    pub fn passkey_declined(&self, browser: &BrowserId) -> String {
        self.keyring.tag(Purpose::PasskeyDeclined, &[browser.as_str()])
    }

    /// Whether the visitor's browser has said so.
    pub fn declines_passkeys(&self, visit: &Visit) -> bool {
        let declined = |browser: &BrowserId| self.keyring.verify_tag(Purpose::PasskeyDeclined, &[browser.as_str()], &visit.passkey_declined);
        visit.browser.as_ref().is_some_and(declined)
    }

    /// The token in a form that isn't sealed: it fits this browser and this use alone.
    pub fn form_token(&self, browser: &BrowserId, action: &str) -> String {
        self.keyring.tag(Purpose::Form, &[browser.as_str(), action])
    }

    /// Whether the token is the one of this browser for this use.
    pub fn accepts_form_token(&self, visit: &Visit, action: &str, token: &str) -> bool {
        visit.browser.as_ref().is_some_and(|browser| self.keyring.verify_tag(Purpose::Form, &[browser.as_str(), action], token))
    }
}

fn hash(address: &str) -> String {
    base64url::sha256(address).chars().take(HASH_LENGTH).collect()
}
