//! What people's second factors hang on, sealed anew after a change of the Worker's secret: authenticator apps' keys,
//! and the peppers of recovery codes.
//!
//! One question is one batch, in the order of people's ids; its answer says where the next one begins. Signing keys are `adding`'s.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::operator::protocol::{Answer, Chance, Plan, Question, Refused, Row, sql_text, text};
use crate::platform::Value as SqlValue;
use crate::store::{authenticators, recovery_codes};
use crate::values::keyring::{NONCE_BYTES, Purpose, Resealing};
use crate::values::{AuthenticatorId, UserId};

/// Rows of a batch: on D1 their statements travel in one command line, which takes 128 KiB.
const BATCH: usize = 200;

/// What isn't sealed under the current secret, whose name is `?1`, behind the place `?2`, `?3`.
/// A pepper has no id and stands before its person's apps.
const READ: &str = "SELECT user_id, id, sealed_key AS sealed FROM authenticators
WHERE substr(sealed_key, 1, 4) <> ?1 AND (user_id, id) > (?2, ?3)
UNION ALL
SELECT user_id, '' AS id, sealed_pepper AS sealed FROM recovery_codes
WHERE substr(sealed_pepper, 1, 4) <> ?1 AND user_id > ?2 GROUP BY user_id
ORDER BY user_id, id LIMIT ?4";

/// The last row of the batch before.
#[derive(Deserialize, Serialize, Clone, Default)]
#[serde(deny_unknown_fields)]
struct Place {
    user: String,
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reseal {
    #[serde(default)]
    after: Option<Place>,
}

/// Seals one batch anew, and says how many rows neither secret opens.
pub(in crate::operator) fn reseal(question: &Question, chance: &mut Chance<'_>) -> Result<Answer, Refused> {
    let Reseal { after } = question.input()?;
    let keyring = question.config()?.keyring();
    let Some(rows) = question.rows() else {
        let Place { user, id } = after.unwrap_or_default();
        let most = SqlValue::Integer(i64::try_from(BATCH).unwrap_or(i64::MAX));
        return Ok(Answer::read(READ, vec![sql_text(keyring.current_name()), sql_text(user), sql_text(id), most]));
    };
    let (mut plan, mut lost_apps, mut lost_codes) = (Plan::default(), 0, 0);
    for row in rows {
        let (user, id, sealed) = (UserId::from_stored(text(row, "user_id")?.to_owned()), text(row, "id")?, text(row, "sealed")?);
        let purpose = if id.is_empty() { Purpose::RecoveryCode } else { Purpose::TotpKey };
        let resealing = Resealing { sealed, nonce: chance.bytes::<NONCE_BYTES>()? };
        match keyring.reseal(purpose, user.as_str(), resealing) {
            Some(anew) if id.is_empty() => plan.statements.push(recovery_codes::reseal(&user, sealed, &anew)),
            Some(anew) => plan.statements.push(authenticators::reseal((&user, &AuthenticatorId::from_stored(id.to_owned())), sealed, &anew)),
            None if id.is_empty() => lost_codes += 1,
            None => lost_apps += 1,
        }
    }
    let resealed = plan.statements.len();
    plan.show = json!({"resealed": resealed, "lost_apps": lost_apps, "lost_recovery_codes": lost_codes, "after": last(rows)?});
    Ok(plan.into())
}

/// Where the next batch begins; `None` where this one wasn't full.
fn last(rows: &[Row]) -> Result<Option<Place>, Refused> {
    let Some(row) = rows.last().filter(|_| rows.len() == BATCH) else { return Ok(None) };
    Ok(Some(Place { user: text(row, "user_id")?.to_owned(), id: text(row, "id")?.to_owned() }))
}
