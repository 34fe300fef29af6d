//! A person before their own account: the living session with all that the pages need to know of whoever holds it, in one row.

use super::factors::{Factors, factors, factors_of_u};
use super::sessions::lives;
use serde_json::{Map, Value as Json};

use super::sql::Columns;
use crate::oidc::profile::ProfilePatch;
use crate::oidc::proof::Proof;
use crate::platform::{Fault, Statement, Value};
use crate::values::{Language, SessionId, Timestamp, UserId, base64url, json};

/// A person before their own account.
pub struct AccountPerson {
    /// The session.
    pub session: SessionId,
    /// The person.
    pub user: UserId,
    /// The primary address as typed; empty where there is none.
    pub address: String,
    /// The name, if the profile has one; else empty.
    pub name: String,
    /// How the session was proven, and when.
    pub proof: Proof,
    /// What the person can prove themselves by.
    pub factors: Factors,
}

const READ: &str = concat!(
    "SELECT s.id, u.id AS user_id,
            coalesce((SELECT a.typed FROM addresses a WHERE a.user_id = u.id ORDER BY a.position LIMIT 1), '') AS address,
            coalesce(json_extract(u.profile, '$.name'), '') AS name, s.auth_time, s.amr, s.acr, ",
    factors_of_u!("?3", "?2"),
    " FROM sessions s JOIN users u ON u.id = s.user_id
      WHERE s.id = ?1 AND substr(s.id, 1, 8) > ?2 AND u.disabled_at IS NULL"
);

/// Reads the person of a living session in that browser.
#[must_use]
pub fn read(session: &SessionId, browser: &str, now: Timestamp) -> Statement {
    Statement::new(READ, [session.as_str().into(), now.hex().into(), base64url::sha256(browser).into()])
}

/// The person from their row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn person(mut row: Columns) -> Result<AccountPerson, Fault> {
    Ok(AccountPerson {
        session: SessionId::from_stored(row.text()?),
        user: UserId::from_stored(row.text()?),
        address: row.text()?,
        name: row.text()?,
        proof: Proof { auth_time: row.time()?, amr: row.text()?, acr: row.text()? },
        factors: factors(&mut row)?,
    })
}

/// How much of everything an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Addresses.
    pub addresses: u64,
    /// Passkeys.
    pub passkeys: u64,
    /// Authenticator apps.
    pub authenticators: u64,
    /// Recovery codes that haven't been used.
    pub recovery_codes: u64,
    /// Browsers in which the second factor isn't asked for.
    pub trusted_browsers: u64,
    /// Phone numbers.
    pub phones: u64,
    /// Passwords: one or none.
    pub passwords: u64,
    /// Living sessions.
    pub sessions: u64,
    /// Clients with a living grant.
    pub apps: u64,
}

const COUNT: &str = concat!(
    "SELECT (SELECT count(*) FROM addresses WHERE user_id = ?1) AS addresses,
            (SELECT count(*) FROM passkeys WHERE user_id = ?1) AS passkeys,
            (SELECT count(*) FROM authenticators WHERE user_id = ?1) AS authenticators,
            (SELECT count(*) FROM recovery_codes WHERE user_id = ?1) AS recovery_codes,
            (SELECT count(*) FROM trusted_browsers WHERE user_id = ?1 AND substr(id, 1, 8) > ?2) AS trusted_browsers,
            (SELECT count(*) FROM phones WHERE user_id = ?1) AS phones,
            (SELECT count(*) FROM passwords WHERE user_id = ?1) AS passwords,
            (SELECT count(*) FROM sessions WHERE user_id = ?1 AND ",
    lives!("?2", "?4"),
    ") AS sessions,
            (SELECT count(DISTINCT client_id) FROM grants WHERE user_id = ?1 AND ended_at IS NULL AND expires_at > ?3) AS apps"
);

/// Counts what an account has; of sessions those whose kept visit is later than `idle_since`.
#[must_use]
pub fn count(user: &UserId, idle_since: Timestamp, now: Timestamp) -> Statement {
    Statement::new(COUNT, [Value::from(user.as_str()), now.hex().into(), now.into(), idle_since.into()])
}

/// The counts from their row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn counts(mut row: Columns) -> Result<Counts, Fault> {
    let mut next = || row.integer().map(|number| u64::try_from(number).unwrap_or_default());
    Ok(Counts {
        addresses: next()?,
        passkeys: next()?,
        authenticators: next()?,
        recovery_codes: next()?,
        trusted_browsers: next()?,
        phones: next()?,
        passwords: next()?,
        sessions: next()?,
        apps: next()?,
    })
}

const READ_PROFILE: &str = "SELECT profile, locale FROM users WHERE id = ?1";

/// Reads a person's profile.
#[must_use]
pub fn read_profile(user: &UserId) -> Statement {
    Statement::new(READ_PROFILE, [Value::from(user.as_str())])
}

/// The profile as a JSON object, and the language tag, from their row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn profile(mut row: Columns) -> Result<(Map<String, Json>, Option<String>), Fault> {
    let profile = json::read(row.text()?.as_bytes()).map_err(|_| Fault::new("a profile isn't a JSON object"))?;
    Ok((profile, row.optional_text()?))
}

/// One statement, so that what an operator has put there beside these claims stays whatever happens at the same time.
const CHANGE_PROFILE: &str = "UPDATE users SET profile = json_patch(profile, ?2), locale = coalesce(?3, locale), updated_at = ?4 WHERE id = ?1";

/// Changes a person's profile, and their language where one is given.
#[must_use]
pub fn change_profile(user: &UserId, patch: &ProfilePatch, language: Option<Language>, now: Timestamp) -> Statement {
    Statement::new(CHANGE_PROFILE, [user.as_str().into(), patch.to_text().into(), language.map(Language::tag).into(), now.into()])
}
