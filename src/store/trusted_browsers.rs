//! Browsers in which one person isn't asked for the second factor, for a while. Each can be taken back.

use super::sql::Columns;
use crate::platform::{Fault, Statement, Value};
use crate::values::{AuthenticatorId, SessionId, Timestamp, TrustedBrowserId, UserId, base64url};

/// A browser as it becomes trusted.
pub struct NewTrustedBrowser<'a> {
    /// Its id, which begins with the end of the trust.
    pub id: &'a TrustedBrowserId,
    /// The session that was just begun in it.
    pub session: &'a SessionId,
    /// The browser; only the hash is stored.
    pub browser: &'a str,
    /// The browser's name for itself.
    pub user_agent: &'a str,
    /// Where the edge says it is.
    pub place: &'a str,
    /// Now.
    pub now: Timestamp,
}

const TRUST: &str = "
    INSERT INTO trusted_browsers (id, user_id, browser, user_agent, place, created_at)
    SELECT ?1, user_id, ?3, ?4, ?5, ?6 FROM sessions WHERE id = ?2";

/// Trusts the browser, if the session has begun.
#[must_use]
pub fn trust(new: &NewTrustedBrowser<'_>) -> Statement {
    let parameters: [Value; 6] = [
        new.id.as_str().into(),
        new.session.as_str().into(),
        base64url::sha256(new.browser).into(),
        new.user_agent.into(),
        new.place.into(),
        new.now.into(),
    ];
    Statement::new(TRUST, parameters)
}

const FORGET_EARLIER: &str = "DELETE FROM trusted_browsers WHERE browser = ?2 AND user_id = (SELECT user_id FROM sessions WHERE id = ?1)";

/// Forgets what the session's person had said of this browser before, if the session has begun: it is trusted once, until the latest end.
#[must_use]
pub fn forget_earlier(session: &SessionId, browser: &str) -> Statement {
    Statement::new(FORGET_EARLIER, [session.as_str().into(), base64url::sha256(browser).into()])
}

/// A browser that is trusted.
pub struct TrustedBrowser {
    /// Its id.
    pub id: TrustedBrowserId,
    /// The browser's name for itself.
    pub user_agent: String,
    /// Where the edge said it was.
    pub place: String,
    /// Since when.
    pub created_at: Timestamp,
}

const LIST: &str = "
    SELECT id, user_agent, place, created_at FROM trusted_browsers
    WHERE user_id = ?1 AND substr(id, 1, 8) > ?2 ORDER BY created_at DESC LIMIT 50";

/// The person's trusted browsers, the latest first.
#[must_use]
pub fn list(user: &UserId, now: Timestamp) -> Statement {
    Statement::new(LIST, [user.as_str().into(), now.hex().into()])
}

/// A trusted browser from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn trusted_browser(mut row: Columns) -> Result<TrustedBrowser, Fault> {
    Ok(TrustedBrowser { id: TrustedBrowserId::from_stored(row.text()?), user_agent: row.text()?, place: row.text()?, created_at: row.time()? })
}

const FORGET: &str = "DELETE FROM trusted_browsers WHERE user_id = ?1 AND id = ?2 RETURNING id";

/// Trusts the browser no more.
#[must_use]
pub fn forget(user: &UserId, id: &TrustedBrowserId) -> Statement {
    Statement::new(FORGET, [user.as_str().into(), id.as_str().into()])
}

const FORGET_ALL: &str = "DELETE FROM trusted_browsers WHERE user_id = ?1";

/// Trusts none of the person's browsers any more: what follows a change of their second factors.
#[must_use]
pub fn forget_all(user: &UserId) -> Statement {
    Statement::new(FORGET_ALL, [Value::from(user.as_str())])
}

const FORGET_ALL_OF: &str = "
    DELETE FROM trusted_browsers WHERE user_id = ?2 AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = ?1 AND s.user_id = ?2)";

/// The same, if that session of the person is there.
#[must_use]
pub fn forget_all_of(session: &SessionId, user: &UserId) -> Statement {
    Statement::new(FORGET_ALL_OF, [session.as_str().into(), user.as_str().into()])
}

const FORGET_ALL_BESIDE: &str = "
    DELETE FROM trusted_browsers WHERE user_id = ?1 AND EXISTS (SELECT 1 FROM authenticators a WHERE a.user_id = ?1 AND a.id = ?2)";

/// The same, if the person has that authenticator app.
#[must_use]
pub fn forget_all_beside(user: &UserId, app: &AuthenticatorId) -> Statement {
    Statement::new(FORGET_ALL_BESIDE, [user.as_str().into(), app.as_str().into()])
}

const FORGET_ALL_IF_CHANGED: &str = "DELETE FROM trusted_browsers WHERE user_id = ?1 AND changes() > 0";

/// The same, if the statement before changed a row.
#[must_use]
pub fn forget_all_if_changed(user: &UserId) -> Statement {
    Statement::new(FORGET_ALL_IF_CHANGED, [Value::from(user.as_str())])
}
