//! Commands about people. Whoever is disabled or deleted is signed out at once, and what they granted ends (OWASP ASVS 7.4.2).

use serde::Deserialize;
use serde_json::{Value, json};

use super::protocol::{Answer, Chance, Plan, Question, Refused, Row, number, optional_number, sql_text, sql_time, text};
use crate::platform::{Statement, Value as SqlValue};
use crate::store::whole_account::DELETE_ALL;
use crate::values::email_address::LocalPart;
use crate::values::line::is_deceptive;
use crate::values::{EmailAddress, Timestamp, UserId};

/// So many people at a time, where nothing else is said.
const PAGE: i64 = 100;
/// At most so many.
const LONGEST_PAGE: i64 = 1_000;
/// The longest name, in characters.
const LONGEST_NAME: usize = 100;

const READ_BY_ADDRESS: &str = "SELECT users.id AS id, users.disabled_at AS disabled_at, addresses.identity AS identity
FROM addresses JOIN users ON users.id = addresses.user_id WHERE addresses.identity = ?1";
const READ_BY_ID: &str = "SELECT users.id AS id, users.disabled_at AS disabled_at, addresses.identity AS identity
FROM users LEFT JOIN addresses ON addresses.user_id = users.id AND addresses.position = 0 WHERE users.id = ?1";
const READ_PAGE: &str = "SELECT users.id AS id, users.profile AS profile, users.created_at AS created_at, users.disabled_at AS disabled_at,
  addresses.typed AS typed, addresses.identity AS identity, addresses.verified_at AS verified_at
FROM users LEFT JOIN addresses ON addresses.user_id = users.id AND addresses.position = 0
WHERE users.id > ?1 ORDER BY users.id LIMIT ?2";
const READ_LISTED: &str = "SELECT users.id AS id, users.profile AS profile, users.created_at AS created_at, users.disabled_at AS disabled_at,
  addresses.typed AS typed, addresses.identity AS identity, addresses.verified_at AS verified_at
FROM addresses JOIN users ON users.id = addresses.user_id WHERE addresses.identity = ?1";
// The address decides: of two invitations at a time only one makes a person.
const INSERT_USER: &str = "INSERT INTO users (id, profile, created_at, updated_at)
SELECT ?1, ?2, ?3, ?3 WHERE NOT EXISTS (SELECT 1 FROM addresses WHERE identity = ?4)";
const INSERT_ADDRESS: &str = "INSERT INTO addresses (identity, user_id, typed, position, verified_at)
VALUES (?1, ?2, ?3, 0, NULL) ON CONFLICT (identity) DO NOTHING";
const DISABLE: &str = "UPDATE users SET disabled_at = ?2, updated_at = ?2 WHERE id = ?1 AND disabled_at IS NULL";
const ENABLE: &str = "UPDATE users SET disabled_at = NULL, updated_at = ?2 WHERE id = ?1 AND disabled_at IS NOT NULL";
const DELETE_SESSIONS: &str = "DELETE FROM sessions WHERE user_id = ?1";
const DELETE_SIGN_INS: &str = "DELETE FROM sign_ins WHERE user_id = ?1";
const DELETE_TRUSTED_BROWSERS: &str = "DELETE FROM trusted_browsers WHERE user_id = ?1";
const DELETE_CODES: &str = "DELETE FROM codes WHERE user_id = ?1";
const END_GRANTS: &str = "UPDATE grants SET ended_at = ?2 WHERE user_id = ?1 AND ended_at IS NULL";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invite {
    address: String,
    name: Option<String>,
}

/// Makes a person with an address that isn't verified yet; changes nothing where the address is known.
pub(super) fn invite(question: &Question, chance: &mut Chance<'_>) -> Result<Answer, Refused> {
    let Invite { address, name } = question.input()?;
    let address = parsed(question, &address)?;
    let Some(rows) = question.rows() else { return Ok(Answer::read(READ_BY_ADDRESS, vec![sql_text(address.identity())])) };
    if let Some(row) = rows.first() {
        return Ok(Plan::show(json!({"message": known(&address, row)?, "invited": false, "user": person(row)?})).into());
    }
    let id = UserId::new(chance.bytes()?);
    let profile = name.map_or_else(|| Ok(json!({})), |name| profile(name.trim()))?;
    let now = sql_time(question.now);
    let show = json!({"invited": true, "user": {"id": id, "address": address.identity(), "disabled_at": null}});
    Ok(Plan::show(show)
        .statement(INSERT_USER, vec![sql_text(&id), sql_text(profile), now, sql_text(address.identity())])
        .statement(INSERT_ADDRESS, vec![sql_text(address.identity()), sql_text(&id), sql_text(address.typed())])
        .into())
}

/// What is to be said of somebody who needs no invitation.
fn known(address: &EmailAddress, row: &Row) -> Result<String, Refused> {
    let address = address.identity();
    Ok(match optional_number(row, "disabled_at")? {
        None => format!("{address} is here already and can sign in. Nothing has changed."),
        Some(_) => {
            format!("{address} is here already, but disabled. Nothing has changed: `npm run users -- enable --user {address}` lets them in again.")
        }
    })
}

pub(super) fn profile(name: &str) -> Result<Value, Refused> {
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains(is_deceptive) {
        return Err(Refused::new("The name must be 1 to 100 characters in one line"));
    }
    Ok(json!({"name": name}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    /// The id behind which the page begins.
    #[serde(default)]
    after: String,
    limit: Option<i64>,
    /// The only person to be shown.
    address: Option<String>,
}

/// A page of people, in the order of their ids; or the one who has an address.
pub(super) fn list(question: &Question) -> Result<Answer, Refused> {
    let List { after, limit, address } = question.input()?;
    if let Some(address) = address {
        return list_one(question, &address);
    }
    let limit = limit.unwrap_or(PAGE);
    if !(1..=LONGEST_PAGE).contains(&limit) {
        return Err(Refused::new(format!("The limit must be 1 to {LONGEST_PAGE}")));
    }
    // One more than is shown says whether there are more.
    let Some(rows) = question.rows() else { return Ok(Answer::read(READ_PAGE, vec![sql_text(after), SqlValue::Integer(limit + 1)])) };
    let shown = usize::try_from(limit).unwrap_or_default();
    let users = rows.iter().take(shown).map(listed).collect::<Result<Vec<_>, _>>()?;
    let next = if rows.len() > shown { users.last().and_then(|user| user.get("id")).cloned() } else { None };
    Ok(Plan::show(json!({"users": users, "next": next})).into())
}

fn list_one(question: &Question, address: &str) -> Result<Answer, Refused> {
    let address = parsed(question, address)?;
    let Some(rows) = question.rows() else { return Ok(Answer::read(READ_LISTED, vec![sql_text(address.identity())])) };
    let users = rows.iter().map(listed).collect::<Result<Vec<_>, _>>()?;
    Ok(Plan::show(json!({"users": users, "next": null})).into())
}

fn listed(row: &Row) -> Result<Value, Refused> {
    Ok(json!({
        "id": text(row, "id")?,
        "address": row.get("identity"),
        "typed": row.get("typed"),
        "verified_at": optional_number(row, "verified_at")?,
        "profile": serde_json::from_str::<Value>(text(row, "profile")?).unwrap_or_default(),
        "created_at": number(row, "created_at")?,
        "disabled_at": optional_number(row, "disabled_at")?,
    }))
}

/// Lets a person in no more, and signs them out everywhere.
pub(super) fn disable(question: &Question) -> Result<Answer, Refused> {
    for_person(question, |mut plan, id| {
        plan.statements.extend(lock_out(id, question.now));
        plan
    })
}

/// Locks a person out, and signs them out everywhere: of what they had half proven, and of the browsers that they trusted, nothing is left either.
pub(super) fn lock_out(id: &str, now: Timestamp) -> [Statement; 6] {
    [
        Statement { sql: DISABLE, parameters: vec![sql_text(id), sql_time(now)] },
        Statement { sql: DELETE_SESSIONS, parameters: vec![sql_text(id)] },
        Statement { sql: DELETE_SIGN_INS, parameters: vec![sql_text(id)] },
        Statement { sql: DELETE_TRUSTED_BROWSERS, parameters: vec![sql_text(id)] },
        Statement { sql: DELETE_CODES, parameters: vec![sql_text(id)] },
        Statement { sql: END_GRANTS, parameters: vec![sql_text(id), sql_time(now)] },
    ]
}

/// Lets a person in again. What ended stays ended.
pub(super) fn enable(question: &Question) -> Result<Answer, Refused> {
    for_person(question, |plan, id| plan.statement(ENABLE, vec![sql_text(id), sql_time(question.now)]))
}

/// Removes a person and everything that names them.
pub(super) fn delete(question: &Question) -> Result<Answer, Refused> {
    for_person(question, |plan, id| DELETE_ALL.iter().fold(plan, |plan, sql| plan.statement(sql, vec![sql_text(id)])))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    /// An address or an id.
    user: String,
}

fn for_person(question: &Question, change: impl FnOnce(Plan, &str) -> Plan) -> Result<Answer, Refused> {
    let Person { user } = question.input()?;
    let Some(rows) = question.rows() else {
        return Ok(if user.contains('@') {
            Answer::read(READ_BY_ADDRESS, vec![sql_text(parsed(question, &user)?.identity())])
        } else {
            Answer::read(READ_BY_ID, vec![sql_text(user)])
        });
    };
    let row = rows.first().ok_or_else(|| Refused::new(format!("There is nobody called \"{user}\": see `npm run users -- list`")))?;
    Ok(change(Plan::show(json!({"user": person(row)?})), text(row, "id")?).into())
}

/// The address by the Worker's rule, or by the strict one where no settings came along.
pub(super) fn parsed(question: &Question, address: &str) -> Result<EmailAddress, Refused> {
    let local_part = question.config_if_given()?.map_or(LocalPart::AsciiOnly, |config| config.settings.non_ascii_local_part);
    EmailAddress::parse(address, local_part).map_err(|why| Refused::new(format!("\"{address}\" is no address: {why}")))
}

/// A person as they were before the command.
fn person(row: &Row) -> Result<Value, Refused> {
    Ok(json!({"id": text(row, "id")?, "address": row.get("identity"), "disabled_at": optional_number(row, "disabled_at")?}))
}
