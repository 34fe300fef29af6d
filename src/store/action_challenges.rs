//! Proofs that clients' backends have asked for: of one person, for one action. Begun by the client, proven by the person in a session, validated once.

use super::sql::Columns;
use crate::oidc::proof::Proof;
use crate::platform::{Fault, Statement, Value};
use crate::values::{ActionChallengeId, ClientId, SessionId, Timestamp, UserId};

/// A challenge as it begins.
pub struct NewActionChallenge<'a> {
    /// Its id, which begins with its end.
    pub id: &'a ActionChallengeId,
    /// The client that asks.
    pub client: &'a ClientId,
    /// The person who is asked.
    pub user: &'a UserId,
    /// For what.
    pub action: &'a str,
    /// Where the person goes afterwards.
    pub redirect_uri: &'a str,
    /// To be given back there.
    pub state: Option<&'a str>,
    /// The factors that are taken, separated by spaces.
    pub factors: &'a str,
}

const BEGIN: &str = "
    INSERT INTO action_challenges (id, client_id, user_id, action, redirect_uri, state, factors)
    SELECT ?1, ?2, u.id, ?4, ?5, ?6, ?7 FROM users u WHERE u.id = ?3 AND u.disabled_at IS NULL
    RETURNING id";

/// Begins it, if there is such a person and nobody has locked them out; then it gives a row.
#[must_use]
pub fn begin(new: &NewActionChallenge<'_>) -> Statement {
    let parameters: [Value; 7] = [
        new.id.as_str().into(),
        new.client.as_str().into(),
        new.user.as_str().into(),
        new.action.into(),
        new.redirect_uri.into(),
        new.state.into(),
        new.factors.into(),
    ];
    Statement::new(BEGIN, parameters)
}

/// A challenge that waits for its person.
pub struct ActionChallenge {
    /// The client that asks.
    pub client: ClientId,
    /// The person who is asked.
    pub user: UserId,
    /// For what.
    pub action: String,
    /// Where the person goes afterwards.
    pub redirect_uri: String,
    /// To be given back there.
    pub state: Option<String>,
    /// The factors that are taken, separated by spaces.
    pub factors: String,
}

const READ: &str = "
    SELECT client_id, user_id, action, redirect_uri, state, factors FROM action_challenges
    WHERE id = ?1 AND substr(id, 1, 8) > ?2 AND validated_by IS NULL";

/// Reads it, unless it is over.
#[must_use]
pub fn read(id: &ActionChallengeId, now: Timestamp) -> Statement {
    Statement::new(READ, [id.as_str().into(), now.hex().into()])
}

/// The challenge from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn action_challenge(mut row: Columns) -> Result<ActionChallenge, Fault> {
    Ok(ActionChallenge {
        client: ClientId::from_stored(row.text()?),
        user: UserId::from_stored(row.text()?),
        action: row.text()?,
        redirect_uri: row.text()?,
        state: row.optional_text()?,
        factors: row.text()?,
    })
}

const PROVE: &str = "
    UPDATE action_challenges SET auth_time = ?3, amr = ?4, acr = ?5, proven_by = ?2
    WHERE id = ?1 AND substr(id, 1, 8) > ?6 AND validated_by IS NULL
      AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = ?2 AND s.user_id = action_challenges.user_id)";

/// Proves it by a session that has begun in the same batch, if that is its person's. A later proof takes the place of an earlier one, whose token is
/// worth nothing from then on.
#[must_use]
pub fn prove(id: &ActionChallengeId, session: &SessionId, proof: &Proof, now: Timestamp) -> Statement {
    let parameters: [Value; 6] =
        [id.as_str().into(), session.as_str().into(), proof.auth_time.into(), proof.amr.as_str().into(), proof.acr.as_str().into(), now.hex().into()];
    Statement::new(PROVE, parameters)
}

const DECLINE: &str = "UPDATE action_challenges SET proven_by = NULL WHERE id = ?1 AND user_id = ?2 AND validated_by IS NULL";

/// Takes back what its person has proven: the token of an earlier yes is worth nothing from then on.
#[must_use]
pub fn decline(id: &ActionChallengeId, user: &UserId) -> Statement {
    Statement::new(DECLINE, [id.as_str().into(), user.as_str().into()])
}

/// One try to validate what a person has brought back.
pub struct Validation<'a> {
    /// The challenge that the token names.
    pub id: &'a ActionChallengeId,
    /// The session that the token names.
    pub session: &'a SessionId,
    /// The client that has authenticated.
    pub client: &'a ClientId,
    /// The person whom it expects.
    pub user: &'a str,
    /// The action that it expects.
    pub action: &'a str,
    /// A random name for this try.
    pub attempt: &'a str,
}

/// Client, person and action stand in the condition, so that whoever asks for others changes nothing. As with authorization codes, what is on its way
/// ends with its session, and with its person's being locked out.
const VALIDATE: &str = "
    UPDATE action_challenges SET validated_by = ?6
    WHERE id = ?1 AND proven_by = ?2 AND client_id = ?3 AND user_id = ?4 AND action = ?5 AND validated_by IS NULL
      AND EXISTS (SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ?2 AND u.disabled_at IS NULL)
    RETURNING auth_time, amr, acr";

impl Validation<'_> {
    /// Uses the token up, if all is as expected and nobody has done so before; then it gives a row.
    #[must_use]
    pub fn statement(&self) -> Statement {
        let parameters: [Value; 6] = [
            self.id.as_str().into(),
            self.session.as_str().into(),
            self.client.as_str().into(),
            self.user.into(),
            self.action.into(),
            self.attempt.into(),
        ];
        Statement::new(VALIDATE, parameters)
    }
}

/// How it was proven, from the row of [`Validation::statement`].
///
/// # Errors
/// A fault where the row isn't one.
pub fn proof(mut row: Columns) -> Result<Proof, Fault> {
    Ok(Proof { auth_time: row.time()?, amr: row.text()?, acr: row.text()? })
}
