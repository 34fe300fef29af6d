//! Sessions at this provider. The cookie carries the time of the last visit under a tag, so that a visit writes nothing here.

use super::sign_ins;
use super::sql::Columns;
use crate::oidc::proof::Proof;
use crate::platform::{Fault, Statement, Value};
use crate::values::{ChallengeId, SessionId, Timestamp, UserId};

/// What a session, or a sign-in that goes on, begins by: something that happened in the same batch.
#[derive(Debug, Clone, Copy)]
pub enum Ground<'a> {
    /// The challenge was redeemed for it; the person is whoever has its address.
    Challenge(&'a ChallengeId),
    /// The statement before changed a row; the person is this one.
    Statement(&'a UserId),
}

/// A session as it begins.
pub struct NewSession<'a> {
    /// Its id, which begins with its absolute end.
    pub id: &'a SessionId,
    /// What it begins by.
    pub ground: Ground<'a>,
    /// When.
    pub now: Timestamp,
    /// How the person proved who they are.
    pub proof: &'a Proof,
    /// The browser's name for itself.
    pub user_agent: &'a str,
    /// Where the edge says it is.
    pub place: &'a str,
    /// The only person whose session may begin, where the client named one.
    pub expected: Option<&'a UserId>,
    /// The session that the browser had before. Where it was the same person's, this one goes on in its place.
    pub replaces: Option<&'a SessionId>,
}

/// The row of a session: of `u`, in place of the session `?10`.
macro_rules! insert {
    () => {
        "INSERT INTO sessions (id, user_id, auth_time, amr, acr, user_agent, place, created_at, first_session)
         SELECT ?1, u.id, ?3, ?4, ?5, ?6, ?7, ?9,
                coalesce((SELECT coalesce(o.first_session, o.id) FROM sessions o WHERE o.id = ?10 AND o.user_id = u.id), ?1)"
    };
}

const BEGIN_BY_CHALLENGE: &str = concat!(
    insert!(),
    " FROM challenges c JOIN addresses a ON a.identity = c.address JOIN users u ON u.id = a.user_id
      WHERE c.id = ?2 AND c.redeemed_by = ?1 AND u.disabled_at IS NULL AND (?8 IS NULL OR u.id = ?8)
      RETURNING user_id"
);

const BEGIN_BY_STATEMENT: &str = concat!(
    insert!(),
    " FROM users u
      WHERE u.id = ?2 AND u.disabled_at IS NULL AND (?8 IS NULL OR u.id = ?8) AND changes() = 1
      RETURNING user_id"
);

/// Begins the session, if its ground holds; gives the person.
#[must_use]
pub fn begin(session: &NewSession<'_>) -> Statement {
    let (sql, ground) = match session.ground {
        Ground::Challenge(challenge) => (BEGIN_BY_CHALLENGE, challenge.as_str()),
        Ground::Statement(user) => (BEGIN_BY_STATEMENT, user.as_str()),
    };
    let parameters: [Value; 10] = [
        session.id.as_str().into(),
        ground.into(),
        session.proof.auth_time.into(),
        session.proof.amr.as_str().into(),
        session.proof.acr.as_str().into(),
        session.user_agent.into(),
        session.place.into(),
        session.expected.map(UserId::as_str).into(),
        session.now.into(),
        session.replaces.map(SessionId::as_str).into(),
    ];
    Statement::new(sql, parameters)
}

/// A living session with its person.
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// The person's primary address as typed.
    pub address: Option<String>,
    /// The person's name, if the profile has one.
    pub name: Option<String>,
}

const READ: &str = "
    SELECT s.id, u.id AS user_id, (SELECT a.typed FROM addresses a WHERE a.user_id = u.id ORDER BY a.position LIMIT 1) AS address,
           json_extract(u.profile, '$.name') AS name
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ?1 AND substr(s.id, 1, 8) > ?2 AND u.disabled_at IS NULL";

/// Reads a living session.
#[must_use]
pub fn read(id: &SessionId, now: Timestamp) -> Statement {
    Statement::new(READ, [id.as_str().into(), now.hex().into()])
}

const KEEP_VISIT: &str = "UPDATE sessions SET seen_at = ?2 WHERE id = ?1";

/// Keeps the time of a visit.
#[must_use]
pub fn keep_visit(id: &SessionId, now: Timestamp) -> Statement {
    Statement::new(KEEP_VISIT, [id.as_str().into(), now.into()])
}

/// The condition that a session lives: the time of its end in hexadecimal and the time since when it may have been idle under these numbers.
macro_rules! lives {
    ($now:literal, $idle_since:literal) => {
        concat!("substr(id, 1, 8) > ", $now, " AND coalesce(seen_at, created_at) > ", $idle_since)
    };
}
pub(super) use lives;

/// The session from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn session(mut row: Columns) -> Result<Session, Fault> {
    Ok(Session {
        id: SessionId::from_stored(row.text()?),
        user: UserId::from_stored(row.text()?),
        address: row.optional_text()?,
        name: row.optional_text()?,
    })
}

/// The condition that a grant lives by the session `?1`, or by one that this has replaced: for use beyond it (`offline_access`) it wasn't given.
macro_rules! lives_by_session {
    () => {
        "user_id = (SELECT user_id FROM sessions WHERE id = ?1) AND ended_at IS NULL
         AND (session_id = ?1 OR coalesce(first_session, session_id) = (SELECT coalesce(s.first_session, s.id) FROM sessions s WHERE s.id = ?1))
         AND ' ' || scope || ' ' NOT LIKE '% offline_access %'"
    };
}

const END_GRANTS_OF_SOMEBODY_ELSE: &str = concat!(
    "UPDATE grants SET ended_at = ?3 WHERE ",
    lives_by_session!(),
    " AND EXISTS (SELECT 1 FROM sessions o JOIN sessions n ON n.user_id <> o.user_id WHERE o.id = ?1 AND n.id = ?2)"
);
const REPLACE: &str = "DELETE FROM sessions WHERE id = ?1 AND EXISTS (SELECT 1 FROM sessions WHERE id = ?2)";

/// Ends the session that the browser had before, if the new one has begun. What was granted in it goes on with the new one, or ends where that is
/// somebody else's.
#[must_use]
pub fn replace(old: &SessionId, new: &SessionId, now: Timestamp) -> [Statement; 2] {
    [
        Statement::new(END_GRANTS_OF_SOMEBODY_ELSE, [old.as_str().into(), new.as_str().into(), now.into()]),
        Statement::new(REPLACE, [old.as_str().into(), new.as_str().into()]),
    ]
}

/// What was granted for use beyond the session outlives it; the rest ends with it (OpenID Connect Back-Channel Logout §2.7).
const END_GRANTS: &str = concat!("UPDATE grants SET ended_at = ?2 WHERE ", lives_by_session!());
const END: &str = "DELETE FROM sessions WHERE id = ?1";

/// Ends the session and the grants that live by it.
#[must_use]
pub fn end(id: &SessionId, now: Timestamp) -> [Statement; 2] {
    [Statement::new(END_GRANTS, [id.as_str().into(), now.into()]), Statement::new(END, [Value::from(id.as_str())])]
}

/// A living session as its person sees it.
pub struct ListedSession {
    /// Its id.
    pub id: SessionId,
    /// How it was proven, and when.
    pub proof: Proof,
    /// The browser's name for itself.
    pub user_agent: String,
    /// Where the edge said it was.
    pub place: String,
    /// Since when.
    pub created_at: Timestamp,
}

const LIST: &str = concat!(
    "SELECT id, auth_time, amr, acr, user_agent, place, created_at FROM sessions WHERE user_id = ?1 AND ",
    lives!("?2", "?3"),
    " ORDER BY created_at DESC, id LIMIT 100"
);

/// The person's living sessions, the latest first: those whose kept visit is later than `idle_since`.
#[must_use]
pub fn list(user: &UserId, idle_since: Timestamp, now: Timestamp) -> Statement {
    Statement::new(LIST, [user.as_str().into(), now.hex().into(), idle_since.into()])
}

/// A session from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn listed(mut row: Columns) -> Result<ListedSession, Fault> {
    Ok(ListedSession {
        id: SessionId::from_stored(row.text()?),
        proof: Proof { auth_time: row.time()?, amr: row.text()?, acr: row.text()? },
        user_agent: row.text()?,
        place: row.text()?,
        created_at: row.time()?,
    })
}

const END_GRANTS_OF_OWN: &str = "
    UPDATE grants SET ended_at = ?3
    WHERE user_id = ?2 AND ended_at IS NULL AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = ?1 AND s.user_id = ?2)
      AND (session_id = ?1 OR coalesce(first_session, session_id) = (SELECT coalesce(s.first_session, s.id) FROM sessions s WHERE s.id = ?1))";
const END_OWN: &str = "DELETE FROM sessions WHERE id = ?1 AND user_id = ?2";

/// Ends a session of this person and all that was granted in it and in those that it replaced, for offline use too: whoever ends it from elsewhere
/// doesn't trust that browser any more. The last statement changes a row if it was theirs.
#[must_use]
pub fn end_own(user: &UserId, id: &SessionId, now: Timestamp) -> [Statement; 2] {
    [
        Statement::new(END_GRANTS_OF_OWN, [id.as_str().into(), user.as_str().into(), now.into()]),
        Statement::new(END_OWN, [id.as_str().into(), user.as_str().into()]),
    ]
}

const END_GRANTS_OF_OTHERS: &str = "
    UPDATE grants SET ended_at = ?3
    WHERE user_id = ?2 AND ended_at IS NULL AND session_id <> ?1
      AND coalesce(first_session, session_id) <> (SELECT coalesce(s.first_session, s.id) FROM sessions s WHERE s.id = ?1 AND s.user_id = ?2)";
const END_OTHERS: &str = "
    DELETE FROM sessions WHERE user_id = ?2 AND id <> ?1 AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = ?1 AND s.user_id = ?2)";

/// Ends every session of this person but this one, if that is there, with all that was granted elsewhere and the sign-ins that wait for more: what this
/// browser was given before it signed in anew stays. The last statement changes rows if there were other sessions.
#[must_use]
pub fn end_others(user: &UserId, kept: &SessionId, now: Timestamp) -> [Statement; 3] {
    [
        sign_ins::end_waiting(user),
        Statement::new(END_GRANTS_OF_OTHERS, [kept.as_str().into(), user.as_str().into(), now.into()]),
        Statement::new(END_OTHERS, [kept.as_str().into(), user.as_str().into()]),
    ]
}
