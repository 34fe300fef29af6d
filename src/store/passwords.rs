//! Passwords: one for a person, as the text of its hash. A right one is taken by one conditional statement, which refuses while failures block it.

use super::budgets::{self, Limit, Ring};
use super::factors::{Factors, PasskeysHere, as_sure_as_account, factors, factors_of_u};
use super::sql::Columns;
use super::throttles::not_blocked;
use super::trusted_browsers;
use crate::platform::{Fault, Statement, Value};
use crate::values::{SessionId, SignInId, Timestamp, UserId, base64url};

/// Somebody tries a password.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The identity of the address.
    pub address: &'a str,
    /// The browser.
    pub browser: &'a str,
    /// Where failures with the address are counted.
    pub lane: &'a str,
    /// The budget of the IP.
    pub ip: &'a str,
    /// Misses that it allows.
    pub ip_limit: Limit,
    /// Now.
    pub now: Timestamp,
}

/// What blocks the attempts of an address and an IP.
pub struct Blocks {
    lane: Option<Timestamp>,
    ip: Ring,
}

impl Blocks {
    /// When the next attempt is looked at; `None` where it is now.
    #[must_use]
    pub fn until(&self, attempt: &Attempt<'_>) -> Option<Timestamp> {
        self.lane.filter(|until| *until > attempt.now).max(self.ip.blocked_until(&[attempt.ip_limit], attempt.now))
    }
}

/// Whose address it is, and what they have.
pub struct Known {
    /// What blocks the attempt.
    pub blocks: Blocks,
    /// The person who has proven the address, if there is one.
    pub user: Option<UserId>,
    /// Whether they are locked out.
    pub disabled: bool,
    /// The hash of their password, if they have one.
    pub hash: Option<String>,
    /// What else they can prove themselves by.
    pub factors: Factors,
}

/// The columns `blocked_until, ip_misses`: day, lane and IP under these numbers.
macro_rules! blocks {
    ($day:literal, $lane:literal, $ip:literal) => {
        concat!(
            "(SELECT t.blocked_until FROM throttles t WHERE t.day IN (",
            $day,
            ", ",
            $day,
            " - 1) AND t.subject = ",
            $lane,
            " ORDER BY t.day DESC LIMIT 1) AS blocked_until, (SELECT b.misses FROM budgets b WHERE b.day IN (",
            $day,
            ", ",
            $day,
            " - 1) AND b.subject = ",
            $ip,
            " ORDER BY b.day DESC LIMIT 1) AS ip_misses"
        )
    };
}

/// An address that nobody has proven opens nothing: whoever set its password may not be its owner.
const READ: &str = concat!(
    "SELECT ",
    blocks!("?1", "?2", "?3"),
    ", u.id AS user_id, u.disabled_at, p.hash, ",
    factors_of_u!("?5", "?6"),
    " FROM (SELECT 1)
      LEFT JOIN addresses a ON a.identity = ?4 AND a.verified_at IS NOT NULL
      LEFT JOIN users u ON u.id = a.user_id
      LEFT JOIN passwords p ON p.user_id = u.id"
);
const READ_BLOCKS: &str = concat!("SELECT ", blocks!("?1", "?2", "?3"));

const TAKE: &str = concat!(
    "UPDATE passwords SET used_at = ?3, hash = ?4 WHERE user_id = ?1 AND hash = ?2 AND ",
    not_blocked!("?5", "?6", "?3"),
    " AND NOT EXISTS (SELECT 1 FROM (SELECT misses AS ring FROM budgets WHERE day IN (?5, ?5 - 1) AND subject = ?7 ORDER BY day DESC LIMIT 1)
                      WHERE length(ring) >= ?8 AND substr(ring, 0 - ?8, 10) > ?9)
      RETURNING user_id"
);

impl Attempt<'_> {
    /// Reads what the attempt is judged by: always one row, whether anybody has the address or not.
    #[must_use]
    pub fn read(&self) -> Statement {
        let parameters: [Value; 6] = [
            self.now.day().into(),
            self.lane.into(),
            self.ip.into(),
            self.address.into(),
            base64url::sha256(self.browser).into(),
            self.now.hex().into(),
        ];
        Statement::new(READ, parameters)
    }

    /// Reads what blocks the next attempt.
    #[must_use]
    pub fn read_blocks(&self) -> Statement {
        Statement::new(READ_BLOCKS, [self.now.day().into(), self.lane.into(), self.ip.into()])
    }

    /// Takes a right password, whose hash was read as the first of these and is the second from now on; gives a row unless it has changed since, or the
    /// attempt is blocked.
    #[must_use]
    pub fn take(&self, user: &UserId, hashes: (&str, &str)) -> Statement {
        let (read, kept) = hashes;
        let parameters: [Value; 9] = [
            user.as_str().into(),
            read.into(),
            self.now.into(),
            kept.into(),
            self.now.day().into(),
            self.lane.into(),
            self.ip.into(),
            budgets::ring_length(self.ip_limit.count).into(),
            (self.now - self.ip_limit.window).ten_digits().into(),
        ];
        Statement::new(TAKE, parameters)
    }
}

/// What blocks an attempt, from the row of [`Attempt::read_blocks`].
///
/// # Errors
/// A fault where the row isn't one.
pub fn blocks(mut row: Columns) -> Result<Blocks, Fault> {
    blocks_of(&mut row)
}

fn blocks_of(row: &mut Columns) -> Result<Blocks, Fault> {
    Ok(Blocks { lane: row.optional_time()?, ip: Ring::from_stored(row.optional_text()?) })
}

/// What an attempt is judged by, from the row of [`Attempt::read`].
///
/// # Errors
/// A fault where the row isn't one.
pub fn known(mut row: Columns) -> Result<Known, Fault> {
    Ok(Known {
        blocks: blocks_of(&mut row)?,
        user: row.optional_text()?.map(UserId::from_stored),
        disabled: row.optional_time()?.is_some(),
        hash: row.optional_text()?,
        factors: factors(&mut row)?,
    })
}

/// A sign-in that asks for a new password: what stands in its `asks`.
pub const ASKED: &str = "new_password";

const ADDRESSES_OF_SIGN_IN: &str = "
    SELECT a.identity FROM sign_ins s JOIN addresses a ON a.user_id = s.user_id WHERE s.id = ?1 ORDER BY a.position LIMIT 20";

/// The identities of the addresses of the person who is signing in: none of them may be their password.
#[must_use]
pub fn addresses_of_sign_in(sign_in: &SignInId) -> Statement {
    Statement::new(ADDRESSES_OF_SIGN_IN, [Value::from(sign_in.as_str())])
}

const SET_BY_SIGN_IN: &str = concat!(
    "INSERT INTO passwords (user_id, hash, changed_at)
     SELECT u.id, ?4, ?5 FROM sign_ins s JOIN users u ON u.id = s.user_id
     WHERE s.id = ?1 AND s.browser = ?2 AND substr(s.id, 1, 8) > ?3 AND s.finished_by IS NULL AND s.asks = 'new_password' AND u.disabled_at IS NULL AND ",
    as_sure_as_account!("?6"),
    " ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at, used_at = NULL
      RETURNING user_id"
);

/// Sets the password that this browser's sign-in asks for; gives a row if it does, and the account has got no further factor since.
#[must_use]
pub fn set_by_sign_in(whose: (&SignInId, &str), hash: &str, passkeys: PasskeysHere, now: Timestamp) -> Statement {
    let (sign_in, browser) = whose;
    let parameters: [Value; 6] =
        [sign_in.as_str().into(), base64url::sha256(browser).into(), now.hex().into(), hash.into(), now.into(), passkeys.into()];
    Statement::new(SET_BY_SIGN_IN, parameters)
}

const SET_IN: &str = "
    INSERT INTO passwords (user_id, hash, changed_at)
    SELECT s.user_id, ?3, ?4 FROM sessions s WHERE s.id = ?1 AND s.user_id = ?2
    ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at, used_at = NULL
    RETURNING user_id";

/// Sets the password of the person of that session; gives a row if the session is there.
#[must_use]
pub fn set_in(session: &SessionId, user: &UserId, hash: &str, now: Timestamp) -> Statement {
    Statement::new(SET_IN, [session.as_str().into(), user.as_str().into(), hash.into(), now.into()])
}

/// Asked once more here, so that two removals at a time don't take the last two ways in.
const REMOVE: &str = "
    DELETE FROM passwords
    WHERE user_id = ?2 AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = ?1 AND s.user_id = ?2)
      AND (EXISTS (SELECT 1 FROM addresses a WHERE a.user_id = ?2) OR EXISTS (SELECT 1 FROM passkeys f WHERE f.user_id = ?2))
    RETURNING user_id";

/// Removes the password of the person of that session, if another way in remains; gives a row if there was one.
#[must_use]
pub fn remove(session: &SessionId, user: &UserId) -> Statement {
    Statement::new(REMOVE, [session.as_str().into(), user.as_str().into()])
}

const READ_IN: &str = "SELECT p.user_id FROM passwords p JOIN sessions s ON s.user_id = p.user_id WHERE s.id = ?1 AND p.user_id = ?2";

/// Gives a row if the person of that session has a password.
#[must_use]
pub fn read_in(session: &SessionId, user: &UserId) -> Statement {
    Statement::new(READ_IN, [session.as_str().into(), user.as_str().into()])
}

const END_OTHER_SESSIONS: &str = "
    DELETE FROM sessions WHERE user_id = ?1 AND id <> ?2 AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = ?2 AND s.user_id = ?1)";
const END_OTHER_SIGN_INS: &str = "
    DELETE FROM sign_ins
    WHERE user_id = ?1 AND finished_by IS NOT ?2 AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = ?2 AND s.user_id = ?1)";
const END_OTHER_GRANTS: &str = "
    UPDATE grants SET ended_at = ?3
    WHERE user_id = ?1 AND session_id <> ?2 AND ended_at IS NULL AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = ?2 AND s.user_id = ?1)";

/// Signs the person out everywhere but in this session, if that has begun by a password that was forgotten: sessions, sign-ins that wait for more, whatever
/// was granted, in this browser too, and trusted browsers.
#[must_use]
pub fn end_everything_else(user: &UserId, session: &SessionId, now: Timestamp) -> [Statement; 4] {
    let whose = || -> [Value; 2] { [user.as_str().into(), session.as_str().into()] };
    [
        Statement::new(END_OTHER_SESSIONS, whose()),
        Statement::new(END_OTHER_SIGN_INS, whose()),
        Statement::new(END_OTHER_GRANTS, [user.as_str().into(), session.as_str().into(), now.into()]),
        trusted_browsers::forget_all_of(session, user),
    ]
}
