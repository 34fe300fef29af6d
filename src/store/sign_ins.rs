//! Sign-ins that go on after their first proof: a second factor is asked for, or something is offered before the way back. Bound to one browser, and
//! finished once.

use super::codes::Acceptable;
use super::factors::{Factors, factors, factors_of_u};
use super::sessions::Ground;
use super::sql::Columns;
use crate::oidc::proof::Proof;
use crate::platform::{Fault, Statement, Value};
use crate::values::{SessionId, SignInId, Timestamp, UserId, base64url};

/// A sign-in as it begins to wait.
pub struct NewSignIn<'a> {
    /// Its id, which begins with its end.
    pub id: &'a SignInId,
    /// The browser; only the hash is stored.
    pub browser: &'a str,
    /// The identity of the address that was typed or proven.
    pub address: &'a str,
    /// What it is for, as JSON.
    pub request: &'a str,
    /// What has been proven so far.
    pub proof: &'a Proof,
    /// What is asked next.
    pub asks: &'a str,
    /// The session that it has begun already, where it only waits for an offer to be taken or left.
    pub finished_by: Option<&'a SessionId>,
}

const BEGIN_BY_CHALLENGE: &str = "
    INSERT INTO sign_ins (id, browser, user_id, address, request, auth_time, amr, acr, asks, finished_by)
    SELECT ?1, ?2, u.id, ?3, ?4, ?5, ?6, ?7, ?8, ?9
    FROM challenges c JOIN addresses a ON a.identity = c.address JOIN users u ON u.id = a.user_id
    WHERE c.id = ?10 AND c.redeemed_by = coalesce(?9, ?1) AND u.disabled_at IS NULL
    RETURNING id";

const BEGIN_BY_STATEMENT: &str = "
    INSERT INTO sign_ins (id, browser, user_id, address, request, auth_time, amr, acr, asks, finished_by)
    SELECT ?1, ?2, u.id, ?3, ?4, ?5, ?6, ?7, ?8, ?9
    FROM users u
    WHERE u.id = ?10 AND u.disabled_at IS NULL AND changes() = 1
    RETURNING id";

impl NewSignIn<'_> {
    /// Begins it if its ground holds (a challenge may have been redeemed for it or for the session that it has begun); then it gives a row.
    #[must_use]
    pub fn begin(&self, ground: Ground<'_>) -> Statement {
        let (sql, ground) = match ground {
            Ground::Challenge(challenge) => (BEGIN_BY_CHALLENGE, challenge.as_str()),
            Ground::Statement(user) => (BEGIN_BY_STATEMENT, user.as_str()),
        };
        let parameters: [Value; 10] = [
            self.id.as_str().into(),
            base64url::sha256(self.browser).into(),
            self.address.into(),
            self.request.into(),
            self.proof.auth_time.into(),
            self.proof.amr.as_str().into(),
            self.proof.acr.as_str().into(),
            self.asks.into(),
            self.finished_by.map(SessionId::as_str).into(),
            ground.into(),
        ];
        Statement::new(sql, parameters)
    }
}

const BEGIN_BY_SESSION: &str = "
    INSERT INTO sign_ins (id, browser, user_id, address, request, auth_time, amr, acr, asks, session_id)
    SELECT ?1, ?2, u.id, '', ?3, s.auth_time, s.amr, s.acr, ?4, s.id
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ?5 AND substr(s.id, 1, 8) > ?6 AND u.disabled_at IS NULL AND s.auth_time >= ?7 AND (?8 IS NULL OR s.user_id = ?8)
      AND (instr(?4, 'passkey') > 0 AND EXISTS (SELECT 1 FROM passkeys f WHERE f.user_id = u.id)
           OR EXISTS (SELECT 1 FROM authenticators f WHERE f.user_id = u.id))
    RETURNING id";

/// A session that is to become surer by a second factor.
pub struct StepUp<'a> {
    /// The sign-in's id.
    pub id: &'a SignInId,
    /// The browser; only the hash is stored.
    pub browser: &'a str,
    /// What it is for, as JSON.
    pub request: &'a str,
    /// What may be asked; what the person hasn't is left out by the page.
    pub asks: &'a str,
    /// The session as it is.
    pub session: &'a SessionId,
    /// What it must be to be built on.
    pub acceptable: &'a Acceptable<'a>,
}

/// Begins the step-up, if the session is alive and acceptable and its person has a second factor; then it gives a row.
#[must_use]
pub fn step_up(step_up: &StepUp<'_>) -> Statement {
    let acceptable = step_up.acceptable;
    let parameters: [Value; 8] = [
        step_up.id.as_str().into(),
        base64url::sha256(step_up.browser).into(),
        step_up.request.into(),
        step_up.asks.into(),
        step_up.session.as_str().into(),
        acceptable.now.hex().into(),
        acceptable.not_before.into(),
        acceptable.expected.map(UserId::as_str).into(),
    ];
    Statement::new(BEGIN_BY_SESSION, parameters)
}

/// A sign-in that waits.
pub struct SignIn {
    /// Its id.
    pub id: SignInId,
    /// Whose.
    pub user: UserId,
    /// The person's primary address as typed.
    pub shown_address: String,
    /// The identity of the address that was typed or proven.
    pub address: String,
    /// What it is for, as JSON.
    pub request: String,
    /// What has been proven so far.
    pub proof: Proof,
    /// What is asked next.
    pub asks: String,
    /// Whether its first proof is that of a session which was there before.
    pub steps_up: bool,
    /// The session that it has begun.
    pub finished_by: Option<SessionId>,
    /// What the person has.
    pub factors: Factors,
}

const READ: &str = concat!(
    "SELECT s.id, s.user_id, coalesce((SELECT a.typed FROM addresses a WHERE a.user_id = u.id ORDER BY a.position LIMIT 1), '') AS shown_address,
            s.address, s.request, s.auth_time, s.amr, s.acr, s.asks, s.session_id IS NOT NULL AS steps_up, s.finished_by, ",
    factors_of_u!("?2", "?3"),
    " FROM sign_ins s JOIN users u ON u.id = s.user_id
      WHERE s.id = ?1 AND s.browser = ?2 AND substr(s.id, 1, 8) > ?3 AND u.disabled_at IS NULL
        AND (coalesce(s.finished_by, s.session_id) IS NULL
             OR EXISTS (SELECT 1 FROM sessions b WHERE b.id = coalesce(s.finished_by, s.session_id) AND substr(b.id, 1, 8) > ?3))"
);

/// Reads this browser's sign-in, unless it is over. One that makes a session surer is over with it, as is one that offers something in the session that
/// it has begun: what that proved isn't taken up again after the person has been signed out.
#[must_use]
pub fn read(id: &SignInId, browser: &str, now: Timestamp) -> Statement {
    Statement::new(READ, [id.as_str().into(), base64url::sha256(browser).into(), now.hex().into()])
}

/// The sign-in from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn sign_in(mut row: Columns) -> Result<SignIn, Fault> {
    Ok(SignIn {
        id: SignInId::from_stored(row.text()?),
        user: UserId::from_stored(row.text()?),
        shown_address: row.text()?,
        address: row.text()?,
        request: row.text()?,
        proof: Proof { auth_time: row.time()?, amr: row.text()?, acr: row.text()? },
        asks: row.text()?,
        steps_up: row.integer()? == 1,
        finished_by: row.optional_text()?.map(SessionId::from_stored),
        factors: factors(&mut row)?,
    })
}

/// The condition that nothing has finished the sign-in, for the statement that takes a factor for it: none is used up where another was quicker.
macro_rules! not_finished {
    ($sign_in:literal) => {
        concat!("EXISTS (SELECT 1 FROM sign_ins WHERE id = ", $sign_in, " AND finished_by IS NULL)")
    };
}
pub(super) use not_finished;

const FINISH: &str = "
    UPDATE sign_ins SET finished_by = ?4
    WHERE id = ?1 AND browser = ?2 AND substr(id, 1, 8) > ?3 AND finished_by IS NULL AND changes() = 1
    RETURNING id";

/// Finishes it by a session that begins in the same batch, if the statement before (the second factor's) changed a row and nothing has finished it
/// yet.
#[must_use]
pub fn finish(id: &SignInId, browser: &str, now: Timestamp, session: &SessionId) -> Statement {
    Statement::new(FINISH, [id.as_str().into(), base64url::sha256(browser).into(), now.hex().into(), session.as_str().into()])
}

const END_WAITING: &str = "DELETE FROM sign_ins WHERE user_id = ?1 AND finished_by IS NULL";

/// Ends the person's sign-ins that wait for more. Whatever is taken from an account (a factor, an address, every session elsewhere) takes with it what was
/// half proven before: else a new password that somebody is about to choose would outlive it.
#[must_use]
pub fn end_waiting(user: &UserId) -> Statement {
    Statement::new(END_WAITING, [Value::from(user.as_str())])
}

const GO_ON: &str = "
    UPDATE sign_ins SET amr = ?4, acr = ?5, asks = ?6
    WHERE id = ?1 AND browser = ?2 AND substr(id, 1, 8) > ?3 AND finished_by IS NULL AND changes() = 1
    RETURNING id";

/// Asks for the next thing, if the statement before (the second factor's) changed a row and nothing has finished the sign-in yet.
#[must_use]
pub fn go_on(id: &SignInId, browser: &str, now: Timestamp, next: (&Proof, &str)) -> Statement {
    let (proof, asks) = next;
    let parameters: [Value; 6] =
        [id.as_str().into(), base64url::sha256(browser).into(), now.hex().into(), proof.amr.as_str().into(), proof.acr.as_str().into(), asks.into()];
    Statement::new(GO_ON, parameters)
}
