//! What redeemed codes gave: the row that access tokens point to, and the family of refresh tokens that counts its generations in it.
//!
//! A refresh token is derived from its family and generation, so none is stored. The next generation is written by one conditional statement;
//! for a short grace the predecessor gets the same successor again, and anything older ends the family (RFC 9700 §4.14.2).

use super::codes;
use super::sql::Columns;
use super::users;
use crate::oidc::claims::{Granted, Person};
use crate::platform::{Fault, Statement, Value};
use crate::values::{ClientId, GrantId, Seconds, Timestamp};

/// A use of a refresh token.
pub struct Rotation<'a> {
    /// The family.
    pub grant: &'a GrantId,
    /// The client that has authenticated.
    pub client: &'a ClientId,
    /// The generation of the token shown.
    pub generation: i64,
    /// Now.
    pub now: Timestamp,
    /// When the successor ends.
    pub expires: Timestamp,
    /// How long the predecessor gets the same successor.
    pub grace: Seconds,
}

const ROTATE: &str = "
    UPDATE grants SET generation = generation + 1, rotated_at = ?4, expires_at = ?5
    WHERE id = ?1 AND client_id = ?2 AND generation = ?3 AND ended_at IS NULL AND expires_at > ?4
      AND EXISTS (SELECT 1 FROM users u WHERE u.id = grants.user_id AND u.disabled_at IS NULL)";

const END_REUSED: &str = "
    UPDATE grants SET ended_at = ?4
    WHERE id = ?1 AND client_id = ?2 AND ended_at IS NULL AND (generation > ?3 + 1 OR (generation = ?3 + 1 AND rotated_at < ?5))
    RETURNING id";

impl Rotation<'_> {
    /// The whole batch: rotate, end the family where the token was too old, read what stands.
    #[must_use]
    pub fn statements(&self) -> Vec<Statement> {
        let mut statements = vec![Statement::new(ROTATE, self.parameters(self.expires))];
        statements.extend(self.check());
        statements
    }

    /// Without rotating: ends the family where the token was too old, and reads what stands.
    #[must_use]
    pub fn check(&self) -> [Statement; 2] {
        [Statement::new(END_REUSED, self.parameters(self.now - self.grace)), read(self.grant)]
    }

    fn parameters(&self, last: Timestamp) -> [Value; 5] {
        [self.grant.as_str().into(), self.client.as_str().into(), self.generation.into(), self.now.into(), last.into()]
    }
}

/// A grant as it stands, with its person.
pub struct Grant {
    /// What was granted.
    pub granted: Granted,
    /// The generation of the refresh token that is valid now.
    pub generation: i64,
    /// When that was made.
    pub rotated_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether it has been ended, or its person locked out.
    pub ended: bool,
    /// Its person.
    pub person: Person,
}

const READ: &str = "
    SELECT g.id, g.user_id, g.client_id, g.session_id, g.scope, g.auth_time, g.amr, g.acr, g.generation, g.rotated_at, g.expires_at, g.ended_at,
           u.id AS person_id, u.profile, u.locale, u.updated_at, u.disabled_at, a.identity, a.verified_at,
           (SELECT p.number FROM phones p WHERE p.user_id = u.id ORDER BY p.verified_at DESC, p.number LIMIT 1) AS phone
    FROM grants g JOIN users u ON u.id = g.user_id LEFT JOIN addresses a ON a.user_id = u.id AND a.position = 0
    WHERE g.id = ?1";

/// Reads a grant and its person.
#[must_use]
pub fn read(id: &GrantId) -> Statement {
    Statement::new(READ, [Value::from(id.as_str())])
}

/// The grant from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn grant(mut row: Columns) -> Result<Grant, Fault> {
    let granted = codes::granted(&mut row)?;
    let (generation, rotated_at, expires_at) = (row.integer()?, row.time()?, row.time()?);
    let ended = row.optional_time()?.is_some();
    let (mut person, standing) = users::person(&mut row)?;
    person.phone = row.optional_text()?;
    Ok(Grant { granted, generation, rotated_at, expires_at, ended: ended || standing == users::Standing::Disabled, person })
}

const END: &str = "UPDATE grants SET ended_at = ?3 WHERE id = ?1 AND client_id = ?2 AND ended_at IS NULL";

/// Ends a grant of this client: its refresh family and its access tokens.
#[must_use]
pub fn end(id: &GrantId, client: &ClientId, now: Timestamp) -> Statement {
    Statement::new(END, [id.as_str().into(), client.as_str().into(), now.into()])
}

const READ_OWNER: &str = "SELECT client_id FROM grants WHERE id = ?1";

/// Reads whose grant it is.
#[must_use]
pub fn read_owner(id: &GrantId) -> Statement {
    Statement::new(READ_OWNER, [Value::from(id.as_str())])
}

/// The client from that row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn owner(mut row: Columns) -> Result<ClientId, Fault> {
    Ok(ClientId::from_stored(row.text()?))
}
