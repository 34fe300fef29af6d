//! Authorization codes. Begun by a living session, redeemed once by a conditional statement, and a replay ends what they gave.

use super::sql::Columns;
use crate::oidc::claims::Granted;
use crate::oidc::proof::{Level, Proof};
use crate::platform::{Fault, Statement, Value};
use crate::values::{ClientId, CodeId, GrantId, Scope, SessionId, Timestamp, UserId};

/// A code as it begins.
pub struct NewCode<'a> {
    /// Its id, which begins with its end.
    pub id: &'a CodeId,
    /// The grant that its redemption begins.
    pub grant: &'a GrantId,
    /// For which client.
    pub client: &'a ClientId,
    /// To which redirect URI it is sent.
    pub redirect_uri: &'a str,
    /// The PKCE challenge, or nothing.
    pub code_challenge: &'a str,
    /// What for.
    pub scope: &'a Scope,
    /// To be repeated in the ID token.
    pub nonce: Option<&'a str>,
}

/// What a session must be to give a code without asking.
pub struct Acceptable<'a> {
    /// Not signed in before then.
    pub not_before: Timestamp,
    /// The only person accepted, where the client named one.
    pub expected: Option<&'a UserId>,
    /// Signed in at least so surely, where the client asks for it.
    pub level: Option<Level>,
    /// Now.
    pub now: Timestamp,
}

const INSERT: &str = "
    INSERT INTO codes (id, client_id, redirect_uri, code_challenge, user_id, session_id, scope, nonce, auth_time, amr, acr, grant_id)
    SELECT ?1, ?2, ?3, ?4, s.user_id, s.id, ?5, ?6, s.auth_time, s.amr, s.acr, ?7
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ?8 AND substr(s.id, 1, 8) > ?9 AND u.disabled_at IS NULL AND s.auth_time >= ?10 AND (?11 IS NULL OR s.user_id = ?11)
      AND (?12 IS NULL OR s.acr >= ?12)
    RETURNING id";

/// Begins a code from a session, if that is alive and acceptable; then it gives a row.
#[must_use]
pub fn insert(code: &NewCode<'_>, session: &SessionId, acceptable: &Acceptable<'_>) -> Statement {
    let parameters: [Value; 12] = [
        code.id.as_str().into(),
        code.client.as_str().into(),
        code.redirect_uri.into(),
        code.code_challenge.into(),
        code.scope.into(),
        code.nonce.into(),
        code.grant.as_str().into(),
        session.as_str().into(),
        acceptable.now.hex().into(),
        acceptable.not_before.into(),
        acceptable.expected.map(UserId::as_str).into(),
        acceptable.level.map(Level::acr).into(),
    ];
    Statement::new(INSERT, parameters)
}

/// One try to redeem a code.
pub struct Redemption<'a> {
    /// The code's id.
    pub id: &'a CodeId,
    /// The client that has authenticated.
    pub client: &'a ClientId,
    /// The redirect URI that it shows.
    pub redirect_uri: &'a str,
    /// The challenge of the verifier that it shows, or nothing.
    pub code_challenge: &'a str,
    /// A random name for this try.
    pub attempt: &'a str,
    /// Now.
    pub now: Timestamp,
}

/// Client, redirect URI and verifier stand in the condition, so that a stranger's try changes nothing.
const REDEEM: &str = "
    UPDATE codes SET redeemed_by = ?5
    WHERE id = ?1 AND client_id = ?2 AND redirect_uri = ?3 AND code_challenge = ?4 AND redeemed_by IS NULL AND substr(id, 1, 8) > ?6
      AND EXISTS (SELECT 1 FROM users u WHERE u.id = codes.user_id AND u.disabled_at IS NULL)
      AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = codes.session_id)
    RETURNING grant_id, user_id, client_id, session_id, scope, auth_time, amr, acr, nonce";

const BEGIN_GRANT: &str = "
    INSERT INTO grants (id, user_id, client_id, session_id, scope, auth_time, amr, acr, rotated_at, expires_at, first_session)
    SELECT grant_id, user_id, client_id, session_id, scope, auth_time, amr, acr, ?3, ?4,
           (SELECT coalesce(s.first_session, s.id) FROM sessions s WHERE s.id = codes.session_id)
    FROM codes WHERE id = ?1 AND redeemed_by = ?2";

/// A code used again means that two hold it: what it gave ends (RFC 6749 §4.1.2, RFC 9700 §2.1.1).
const END_REPLAYED: &str = "
    UPDATE grants SET ended_at = ?6
    WHERE ended_at IS NULL AND id = (
      SELECT grant_id FROM codes
      WHERE id = ?1 AND client_id = ?2 AND redirect_uri = ?3 AND code_challenge = ?4 AND redeemed_by IS NOT NULL AND redeemed_by <> ?5)";

impl Redemption<'_> {
    /// The whole batch: redeem, begin the grant, end what a replay betrays. The first statement gives a row if the code was good.
    #[must_use]
    pub fn statements(&self, grant_expires: Timestamp) -> Vec<Statement> {
        let shown = |last: Value| -> Vec<Value> {
            vec![
                self.id.as_str().into(),
                self.client.as_str().into(),
                self.redirect_uri.into(),
                self.code_challenge.into(),
                self.attempt.into(),
                last,
            ]
        };
        vec![
            Statement::new(REDEEM, shown(self.now.hex().into())),
            Statement::new(BEGIN_GRANT, [self.id.as_str().into(), self.attempt.into(), self.now.into(), grant_expires.into()]),
            Statement::new(END_REPLAYED, shown(self.now.into())),
        ]
    }
}

/// What a redeemed code granted, and the nonce for its ID token.
///
/// # Errors
/// A fault where the row isn't one.
pub fn redeemed(mut row: Columns) -> Result<(Granted, Option<String>), Fault> {
    Ok((granted(&mut row)?, row.optional_text()?))
}

/// The columns `id, user_id, client_id, session_id, scope, auth_time, amr, acr`.
pub(super) fn granted(row: &mut Columns) -> Result<Granted, Fault> {
    Ok(Granted {
        grant: GrantId::from_stored(row.text()?),
        user: UserId::from_stored(row.text()?),
        client: ClientId::parse(&row.text()?).ok_or_else(|| Fault::new("a column isn't the client_id that it should be"))?,
        session: SessionId::from_stored(row.text()?),
        scope: row.scope()?,
        proof: Proof { auth_time: row.time()?, amr: row.text()?, acr: row.text()? },
    })
}
