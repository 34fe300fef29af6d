//! What a right code makes a person's own: an address or a phone number. The challenge was redeemed by a statement before in the same batch,
//! and the person is still signed in, as surely as their account is by now.

use super::factors::PasskeysHere;
use crate::platform::{Statement, Value};
use crate::values::{ChallengeId, SessionId, Timestamp, UserId};

/// Somebody who has typed the right code for what is to be theirs.
pub struct Claim<'a> {
    /// The challenge whose code it was.
    pub challenge: &'a ChallengeId,
    /// The name under which the same batch redeems it.
    pub redeemed_by: &'a str,
    /// The person.
    pub user: &'a UserId,
    /// Their session.
    pub session: &'a SessionId,
    /// Whether a passkey asks for a session of two factors.
    pub passkeys: PasskeysHere,
    /// Now.
    pub now: Timestamp,
}

/// Where a claim takes what is added to this table from: no row unless it holds, and the person has room for one more.
macro_rules! claimed {
    ($table:literal) => {
        concat!(
            "FROM challenges c JOIN users u ON u.id = ?3 JOIN sessions s ON s.user_id = u.id
             WHERE c.id = ?1 AND c.redeemed_by = ?2 AND u.disabled_at IS NULL AND s.id = ?6 AND substr(s.id, 1, 8) > ?7 AND ",
            super::factors::as_sure_as_account!("?8"),
            " AND (SELECT count(*) FROM ",
            $table,
            " WHERE user_id = ?3) < ?5"
        )
    };
}
pub(super) use claimed;

impl Claim<'_> {
    /// The statement that adds what is claimed, where the person has fewer than `most`.
    pub(super) fn statement(&self, sql: &'static str, most: i64) -> Statement {
        let parameters: [Value; 8] = [
            self.challenge.as_str().into(),
            self.redeemed_by.into(),
            self.user.as_str().into(),
            self.now.into(),
            most.into(),
            self.session.as_str().into(),
            self.now.hex().into(),
            self.passkeys.into(),
        ];
        Statement::new(sql, parameters)
    }
}
