//! Passkeys. One is used by a conditional statement behind the one that spends its challenge, so that of many answers to one challenge a single one counts.

use super::factors::{Factors, as_sure_as_account, factors, factors_of_u};
use super::sql::Columns;
use crate::factors::webauthn::aaguid::Aaguid;
use crate::factors::webauthn::assertion::{FoundBy, Proof, StoredPasskey};
use crate::factors::webauthn::registration::NewPasskey;
use crate::platform::{Fault, Statement, Value, VerificationAlgorithm};
use crate::values::{CeremonyId, CredentialId, SessionId, SignInId, Timestamp, UserId, base64url};

/// Most that a person can have.
pub const MOST: i64 = 20;

/// A passkey as its signature is verified.
pub struct Kept {
    id: CredentialId,
    /// Whose it is.
    pub user: UserId,
    algorithm: VerificationAlgorithm,
    public_jwk: String,
    counter: u32,
    backup_eligible: bool,
}

impl Kept {
    /// As the verification takes it.
    #[must_use]
    pub fn stored(&self, found_by: FoundBy) -> StoredPasskey<'_> {
        StoredPasskey {
            credential: &self.id,
            user: &self.user,
            found_by,
            algorithm: self.algorithm,
            public_jwk: &self.public_jwk,
            counter: self.counter,
            backup_eligible: self.backup_eligible,
        }
    }
}

/// A passkey's person, as a sign-in needs to know them.
pub struct Holder {
    /// Whether the operator has locked them out.
    pub disabled: bool,
    /// The identity of their primary address.
    pub address: String,
    /// What they have.
    pub factors: Factors,
}

const READ: &str = concat!(
    "SELECT p.id, p.user_id, p.algorithm, p.public_jwk, p.counter, p.backup_eligible, u.disabled_at IS NOT NULL AS disabled,
            coalesce((SELECT a.identity FROM addresses a WHERE a.user_id = u.id ORDER BY a.position LIMIT 1), '') AS address, ",
    factors_of_u!("?2", "?3"),
    " FROM passkeys p JOIN users u ON u.id = p.user_id WHERE p.id = ?1"
);

/// Reads a passkey with its person, for a sign-in in that browser.
#[must_use]
pub fn read(id: &CredentialId, browser: &str, now: Timestamp) -> Statement {
    Statement::new(READ, [id.as_str().into(), base64url::sha256(browser).into(), now.hex().into()])
}

/// The passkey and its person from their row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn held(mut row: Columns) -> Result<(Kept, Holder), Fault> {
    let kept = kept_from(&mut row)?;
    let holder = Holder { disabled: row.integer()? == 1, address: row.text()?, factors: factors(&mut row)? };
    Ok((kept, holder))
}

const READ_OF_SIGN_IN: &str = "
    SELECT id, user_id, algorithm, public_jwk, counter, backup_eligible FROM passkeys
    WHERE id = ?1 AND user_id = (SELECT user_id FROM sign_ins WHERE id = ?2)";

/// Reads a passkey, if it is one of the person's who is signing in.
#[must_use]
pub fn read_of_sign_in(id: &CredentialId, sign_in: &SignInId) -> Statement {
    Statement::new(READ_OF_SIGN_IN, [id.as_str().into(), sign_in.as_str().into()])
}

/// The passkey from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn kept(mut row: Columns) -> Result<Kept, Fault> {
    kept_from(&mut row)
}

fn kept_from(row: &mut Columns) -> Result<Kept, Fault> {
    Ok(Kept {
        id: CredentialId::from_stored(row.text()?),
        user: UserId::from_stored(row.text()?),
        algorithm: VerificationAlgorithm::parse(&row.text()?).ok_or_else(|| Fault::new("a column isn't the algorithm that it should be"))?,
        public_jwk: row.text()?,
        counter: u32::try_from(row.integer()?).map_err(|_| Fault::new("a column isn't the counter that it should be"))?,
        backup_eligible: row.integer()? == 1,
    })
}

const SPEND: &str = "INSERT INTO spent (id) VALUES (?1) ON CONFLICT (id) DO NOTHING RETURNING id";

/// Spends a ceremony; gives a row the first time.
#[must_use]
pub fn spend(ceremony: &CeremonyId) -> Statement {
    Statement::new(SPEND, [Value::from(ceremony.as_str())])
}

/// The counter's rule once more, for two answers may have been read at a time.
const USE: &str = "
    UPDATE passkeys SET counter = ?3, backed_up = ?4, used_at = ?5
    WHERE id = ?1 AND user_id = ?2 AND (counter < ?3 OR (counter = 0 AND ?3 = 0)) AND changes() = 1
    RETURNING id";

/// Keeps what a right signature showed, if the statement before (the spending of its ceremony) changed a row; then it gives a row.
#[must_use]
pub fn use_once(used: &Kept, proof: &Proof, now: Timestamp) -> Statement {
    let parameters: [Value; 5] =
        [used.id.as_str().into(), used.user.as_str().into(), i64::from(proof.counter).into(), i64::from(proof.backed_up).into(), now.into()];
    Statement::new(USE, parameters)
}

const ADD: &str = concat!(
    "INSERT INTO passkeys (id, user_id, name, algorithm, public_jwk, counter, backup_eligible, backed_up, aaguid, transports, created_at)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
    WHERE changes() = 1 AND (SELECT count(*) FROM passkeys WHERE user_id = ?2) < ?12
      AND EXISTS (
        SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.id = ?13 AND s.user_id = ?2 AND substr(s.id, 1, 8) > ?14 AND u.disabled_at IS NULL AND ",
    as_sure_as_account!("1"),
    ")
    ON CONFLICT (id) DO NOTHING
    RETURNING id"
);

/// Adds a passkey, if the statement before (the spending of its ceremony) changed a row, and the session that it is added from is alive and as sure as
/// the account is: whoever was signed out meanwhile, or overtaken by another factor, adds none. Gives a row unless somebody has it already, or the
/// person has as many as they may.
#[must_use]
pub fn add(owner: (&UserId, &SessionId), name: &str, new: &NewPasskey, now: Timestamp) -> Statement {
    let (user, session) = owner;
    let parameters: [Value; 14] = [
        new.credential.as_str().into(),
        user.as_str().into(),
        name.into(),
        new.algorithm.name().into(),
        new.public_jwk.as_str().into(),
        i64::from(new.counter).into(),
        i64::from(new.backup_eligible).into(),
        i64::from(new.backed_up).into(),
        new.aaguid.to_string().into(),
        new.transports.join(" ").into(),
        now.into(),
        MOST.into(),
        session.as_str().into(),
        now.hex().into(),
    ];
    Statement::new(ADD, parameters)
}

/// A passkey as its person sees it.
#[derive(Debug, Clone)]
pub struct Passkey {
    /// Its id.
    pub id: CredentialId,
    /// The name that its person gave it.
    pub name: String,
    /// The kind of its authenticator.
    pub aaguid: Option<Aaguid>,
    /// How a browser may reach it.
    pub transports: Vec<String>,
    /// Whether it has been copied to other devices.
    pub backed_up: bool,
    /// Since when it is here.
    pub created_at: Timestamp,
    /// When it was used last.
    pub used_at: Option<Timestamp>,
}

const LIST: &str = "
    SELECT id, name, aaguid, transports, backed_up, created_at, used_at FROM passkeys WHERE user_id = ?1 ORDER BY created_at, id LIMIT 20";

/// A person's passkeys.
#[must_use]
pub fn list(user: &UserId) -> Statement {
    Statement::new(LIST, [Value::from(user.as_str())])
}

/// A passkey from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn passkey(mut row: Columns) -> Result<Passkey, Fault> {
    Ok(Passkey {
        id: CredentialId::from_stored(row.text()?),
        name: row.text()?,
        aaguid: Aaguid::parse(&row.text()?),
        transports: row.text()?.split(' ').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        backed_up: row.integer()? == 1,
        created_at: row.time()?,
        used_at: row.optional_time()?,
    })
}

const RENAME: &str = "UPDATE passkeys SET name = ?3 WHERE user_id = ?1 AND id = ?2 RETURNING id";

/// Gives one another name.
#[must_use]
pub fn rename(user: &UserId, id: &CredentialId, name: &str) -> Statement {
    Statement::new(RENAME, [user.as_str().into(), id.as_str().into(), name.into()])
}

const REMOVE: &str = "
    DELETE FROM passkeys
    WHERE user_id = ?1 AND id = ?2
      AND (EXISTS (SELECT 1 FROM addresses a WHERE a.user_id = ?1) OR EXISTS (SELECT 1 FROM passwords p WHERE p.user_id = ?1)
           OR EXISTS (SELECT 1 FROM passkeys f WHERE f.user_id = ?1 AND f.id <> ?2))
    RETURNING id";

/// Removes one, if another way in remains; gives a row if it was there.
#[must_use]
pub fn remove(user: &UserId, id: &CredentialId) -> Statement {
    Statement::new(REMOVE, [user.as_str().into(), id.as_str().into()])
}
