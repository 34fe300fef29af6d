//! What a browser carries: its id, its session, and the addresses and people that it knows. Each value is tagged,
//! so that a made-up one is worth nothing.

use std::iter;

use super::sign_in::VerifiedSession;
use super::{Provider, Visit};
use crate::platform::{Fault, Platform, Statement};
use crate::store::sessions::{self, Session};
use crate::store::{Columns, run};
use crate::values::keyring::Purpose;
use crate::values::{BrowserId, Seconds, SessionId, Timestamp, UserId, base64url};

/// Addresses that a browser is remembered with; and people who have shown two factors in it.
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

    /// The session that a cookie proves: ours, not idle for too long, not past its end; and when it was seen last. Whether it has been ended,
    /// its row says.
    pub fn session_of_cookie(&self, cookie: &str, now: Timestamp) -> Option<(SessionId, Timestamp)> {
        let [id, seen] = self.keyring.accept::<2>(Purpose::Session, cookie)?;
        let seen = Timestamp::from_seconds(i64::from(u32::from_str_radix(seen, 16).ok()?));
        let session = SessionId::parse(id)?;
        (now < seen + self.config.settings.session_idle && now < session.end()).then_some((session, seen))
    }

    /// Runs a statement and gives its first row; in the same trip the visit is kept, where it must be.
    /// Whoever renews the session's cookie asks by this.
    ///
    /// # Errors
    /// A fault where something broke.
    pub(super) async fn run_visiting(&self, statement: Statement, visit: &Visit) -> Result<Option<Columns>, Fault> {
        let statements = iter::once(statement).chain(self.kept_visit(visit)).collect();
        Ok(run(self.platform.database(), statements).await?.first())
    }

    /// The statement that keeps the time of this visit where people see which of their sessions live: for the first visit in each seventh of
    /// `session_idle`.
    fn kept_visit(&self, visit: &Visit) -> Option<Statement> {
        let (session, seen) = (visit.session.as_ref()?, visit.seen?);
        // Counted back from the session's end, without the second in which it begins.
        let part = |time: Timestamp| ((session.end() - time).count() - 1).div_euclid(self.visit_part().count());
        (part(seen) != part(visit.now)).then(|| sessions::keep_visit(session, visit.now))
    }

    /// A session whose kept visit isn't later than this has been idle for too long, whatever visits it had in the same part.
    pub fn idle_since(&self, now: Timestamp) -> Timestamp {
        now - self.config.settings.session_idle - self.visit_part()
    }

    fn visit_part(&self) -> Seconds {
        Seconds::new((self.config.settings.session_idle.count() / 7).max(1))
    }

    /// The living session of the visitor, who visits it hereby.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn visited_session(&self, visit: &Visit) -> Result<Option<Session>, Fault> {
        let Some(session) = &visit.session else { return Ok(None) };
        self.run_visiting(sessions::read(session, visit.now), visit).await?.map(sessions::session).transpose()
    }

    /// The budget of an address: the browser's own lane where it has signed the address in before, else the one that all others share.
    pub fn address_budget(&self, address: &str, visit: &Visit) -> String {
        self.lane("address", address, visit)
    }

    /// Where failures with an address's password are counted: in the browser's own lane or the shared one, as with codes.
    /// Whether anybody has the address makes no difference.
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

    /// The cookie of known addresses after a sign-in: with one more, and with the person if they have shown two factors;
    /// the oldest of each are dropped.
    pub fn known_addresses_with(&self, signed_in: &VerifiedSession, visit: &Visit) -> String {
        let VerifiedSession { browser, address, sure_of, .. } = signed_in;
        let new = Some(hash(address)).filter(|_| !address.is_empty()).into_iter().chain(sure_of.as_ref().map(two_factors_of));
        let mut known: Vec<String> = Vec::new();
        for entry in new.chain(self.known(browser, &visit.known_addresses).map(str::to_owned)) {
            let of_its_kind = known.iter().filter(|own| own.len() == entry.len()).count();
            if of_its_kind < MOST_KNOWN && !known.contains(&entry) {
                known.push(entry);
            }
        }
        self.keyring.issue(Purpose::KnownAddresses, &[browser.as_str(), &known.join(".")])
    }

    /// The browser, if this person has shown two factors in it before: then its failures with a second factor are counted apart. Who has only a first
    /// one can't get a lane of their own by it, whatever they knew before the second was set up.
    pub fn lane_of_own<'a>(&self, user: &UserId, visit: &'a Visit) -> Option<&'a BrowserId> {
        let mark = two_factors_of(user);
        visit.browser.as_ref().filter(|browser| self.known(browser, &visit.known_addresses).any(|own| own == mark))
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

/// The entry that says so: one character longer than an address's.
fn two_factors_of(user: &UserId) -> String {
    format!("2{}", hash(user.as_str()))
}

fn hash(address: &str) -> String {
    base64url::sha256(address).chars().take(HASH_LENGTH).collect()
}
