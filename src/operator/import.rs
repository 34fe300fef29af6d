//! People who come from another system: created, updated, skipped, or failed with a reason, each record by itself.
//!
//! An import fills in what is missing and replaces nothing: whoever changed their password here keeps it, however often the file is imported. A
//! password comes only with an address that the other system has verified, for whoever sets a password for an unproven address may not be its owner.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::protocol::{Answer, Chance, Plan, Question, Refused, Row, optional_number, sql_text, sql_time, text};
use super::users::{self, parsed, profile};
use crate::config::Switch;
use crate::factors::password::StoredPassword;
use crate::platform::Value as SqlValue;
use crate::values::{EmailAddress, UserId};

/// Records in one question: what they become is one transaction.
const MOST: usize = 100;

const READ: &str = "SELECT addresses.identity AS identity, addresses.verified_at AS verified_at, users.id AS id, users.profile AS profile,
  users.disabled_at AS disabled_at, passwords.changed_at AS password
FROM json_each(?1) asked JOIN addresses ON addresses.identity = asked.value JOIN users ON users.id = addresses.user_id
LEFT JOIN passwords ON passwords.user_id = users.id";
// The address decides: of two imports at a time only one makes a person.
const INSERT_USER: &str = "INSERT INTO users (id, profile, created_at, updated_at, disabled_at)
SELECT ?1, ?2, ?3, ?3, ?5 WHERE NOT EXISTS (SELECT 1 FROM addresses WHERE identity = ?4)";
const INSERT_ADDRESS: &str = "INSERT INTO addresses (identity, user_id, typed, position, verified_at)
VALUES (?1, ?2, ?3, 0, ?4) ON CONFLICT (identity) DO NOTHING";
const INSERT_PASSWORD: &str = "INSERT INTO passwords (user_id, hash, changed_at)
SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM users WHERE id = ?1) ON CONFLICT (user_id) DO NOTHING";
const NAME: &str = "UPDATE users SET profile = json_set(profile, '$.name', ?2), updated_at = ?3
WHERE id = ?1 AND json_extract(profile, '$.name') IS NULL";
const VERIFY: &str = "UPDATE addresses SET verified_at = ?2 WHERE identity = ?1 AND verified_at IS NULL";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Import {
    records: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// Where it stands in the file.
    line: u64,
    record: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    email: String,
    name: Option<String>,
    password_hash: Option<String>,
    #[serde(default)]
    email_verified: bool,
    #[serde(default)]
    disabled: bool,
}

/// A record that was read.
struct Person {
    address: EmailAddress,
    profile: Option<Value>,
    password_hash: Option<String>,
    verified: bool,
    disabled: bool,
}

/// What becomes of a record.
enum Outcome {
    Created,
    Updated,
    Skipped(String),
    Failed(String),
}

/// Imports up to a hundred records.
pub(super) fn import(question: &Question, chance: &mut Chance<'_>) -> Result<Answer, Refused> {
    let Import { records } = question.input()?;
    if records.len() > MOST {
        return Err(Refused::new(format!("At most {MOST} records can be imported at a time")));
    }
    let read: Vec<(u64, Value, Result<Person, Refused>)> =
        records.into_iter().map(|Line { line, record }| (line, email(&record), person(question, record))).collect();
    let Some(rows) = question.rows() else {
        let identities: Vec<&str> = read.iter().filter_map(|(_, _, person)| Some(person.as_ref().ok()?.address.identity())).collect();
        return Ok(Answer::read(READ, vec![sql_text(json!(identities))]));
    };
    let mut known = BTreeMap::new();
    for row in rows {
        known.insert(text(row, "identity")?.to_owned(), row);
    }
    let (mut plan, mut outcomes, mut seen) = (Plan::default(), Vec::new(), BTreeMap::new());
    for (line, email, person) in read {
        let outcome = match person {
            Err(why) => Outcome::Failed(why.to_string()),
            Ok(person) => match seen.insert(person.address.identity().to_owned(), line) {
                Some(earlier) => Outcome::Skipped(format!("line {earlier} has the same address")),
                None => match known.get(person.address.identity()) {
                    Some(row) => update(&mut plan, question, &person, row)?,
                    None => create(&mut plan, question, &person, UserId::new(chance.bytes()?)),
                },
            },
        };
        outcomes.push(shown(line, &email, &outcome));
    }
    plan.show = json!({"records": outcomes, "warnings": warnings(question)?});
    Ok(plan.into())
}

fn email(record: &Value) -> Value {
    record.get("email").filter(|email| email.is_string()).cloned().unwrap_or_default()
}

fn person(question: &Question, record: Value) -> Result<Person, Refused> {
    let written: Written = serde_json::from_value(record).map_err(|why| Refused::new(format!("the record can't be read: {why}")))?;
    let address = parsed(question, &written.email)?;
    if let Some(hash) = &written.password_hash {
        StoredPassword::parse(hash).map_err(|why| Refused::new(why.to_string()))?;
        if !written.email_verified {
            let why = "a password_hash needs \"email_verified\": true: a password that was set for an unproven address may be somebody else's";
            return Err(Refused::new(why));
        }
    }
    let profile = written.name.map(|name| profile(name.trim())).transpose()?;
    Ok(Person { address, profile, password_hash: written.password_hash, verified: written.email_verified, disabled: written.disabled })
}

fn create(plan: &mut Plan, question: &Question, person: &Person, id: UserId) -> Outcome {
    let (now, identity) = (sql_time(question.now), person.address.identity());
    let if_so = |so: bool| if so { now.clone() } else { SqlValue::Null };
    let profile = person.profile.clone().unwrap_or_else(|| json!({}));
    add(plan, INSERT_USER, vec![sql_text(&id), sql_text(profile), now.clone(), sql_text(identity), if_so(person.disabled)]);
    add(plan, INSERT_ADDRESS, vec![sql_text(identity), sql_text(&id), sql_text(person.address.typed()), if_so(person.verified)]);
    if let Some(hash) = &person.password_hash {
        add(plan, INSERT_PASSWORD, vec![sql_text(&id), sql_text(hash), now]);
    }
    Outcome::Created
}

fn update(plan: &mut Plan, question: &Question, person: &Person, row: &Row) -> Result<Outcome, Refused> {
    let (now, id, before) = (sql_time(question.now), text(row, "id")?, plan.statements.len());
    let has_name = serde_json::from_str::<Value>(text(row, "profile")?).is_ok_and(|profile| profile.get("name").is_some());
    if let Some(name) = person.profile.as_ref().and_then(|profile| profile.get("name")).and_then(Value::as_str).filter(|_| !has_name) {
        add(plan, NAME, vec![sql_text(id), sql_text(name), now.clone()]);
    }
    if person.verified && optional_number(row, "verified_at")?.is_none() {
        add(plan, VERIFY, vec![sql_text(person.address.identity()), now.clone()]);
    }
    if let Some(hash) = person.password_hash.as_ref().filter(|_| row.get("password").is_none_or(Value::is_null)) {
        add(plan, INSERT_PASSWORD, vec![sql_text(id), sql_text(hash), now]);
    }
    if person.disabled && optional_number(row, "disabled_at")?.is_none() {
        plan.statements.extend(users::lock_out(id, question.now));
    }
    let changed = plan.statements.len() > before;
    Ok(if changed { Outcome::Updated } else { Outcome::Skipped("is here already, and nothing of it is missing".to_owned()) })
}

fn add(plan: &mut Plan, sql: &'static str, parameters: Vec<SqlValue>) {
    plan.statements.push(crate::platform::Statement { sql, parameters });
}

fn shown(line: u64, email: &Value, outcome: &Outcome) -> Value {
    let (outcome, reason) = match outcome {
        Outcome::Created => ("created", None),
        Outcome::Updated => ("updated", None),
        Outcome::Skipped(why) => ("skipped", Some(why)),
        Outcome::Failed(why) => ("failed", Some(why)),
    };
    json!({"line": line, "email": email, "outcome": outcome, "reason": reason})
}

fn warnings(question: &Question) -> Result<Vec<&'static str>, Refused> {
    let passwords = question.config_if_given()?.map_or(Switch::On, |config| config.settings.passwords);
    Ok(match passwords {
        Switch::On => Vec::new(),
        Switch::Off => vec!["Passwords are off here: nobody signs in by one until NIGHTLATCH_PASSWORDS is on."],
    })
}
