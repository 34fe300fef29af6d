//! Commands about clients. Secrets are shown once, when they are made, and stored as SHA-256; every change is written to KV as well.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::protocol::{Answer, Chance, Plan, Question, Refused, Row, optional_number, sql_text, sql_time, text};
use crate::oidc::client::{Client, StoredSecret};
use crate::values::{Seconds, Timestamp, base64url};

/// How long an old secret still counts after a rotation, where nothing else is said.
const KEEP_OLD_SECRET: i64 = 86_400;
/// The longest time an old secret may be kept: 90 days.
const LONGEST_KEEP: i64 = 7_776_000;

const READ: &str = "SELECT metadata FROM clients WHERE id = ?1";
const READ_ALL: &str = "SELECT id, metadata, created_at, updated_at FROM clients ORDER BY id";
const WRITE: &str = "INSERT INTO clients (id, metadata, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)
ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata, updated_at = excluded.updated_at";
const REMOVE: &str = "DELETE FROM clients WHERE id = ?1";
const END_GRANTS: &str = "UPDATE grants SET ended_at = ?2 WHERE client_id = ?1 AND ended_at IS NULL";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Load {
    clients: Vec<Value>,
    /// Ids that an earlier file had: those that aren't in this one go.
    #[serde(default)]
    previous: Vec<String>,
}

/// Writes all clients of a file.
pub(super) fn load(question: &Question) -> Result<Answer, Refused> {
    let Load { clients, previous } = question.input()?;
    let mut ids = BTreeSet::new();
    let mut plan = Plan::default();
    for (place, metadata) in clients.iter().enumerate() {
        let client = Client::from_metadata(metadata).map_err(|why| in_file(place, metadata, &why))?;
        if !ids.insert(client.id.as_str().to_owned()) {
            return Err(in_file(place, metadata, &"client_id: another entry has the same"));
        }
        plan = written(plan, &client, question.now);
    }
    for gone in previous.iter().filter(|id| !ids.contains(*id)) {
        plan = removed(plan, gone, question.now);
    }
    plan.show = json!({"clients": ids});
    Ok(plan.into())
}

fn in_file(place: usize, metadata: &Value, why: &dyn std::fmt::Display) -> Refused {
    let name = metadata.get("client_id").and_then(Value::as_str).map(|id| format!(" (\"{id}\")")).unwrap_or_default();
    Refused::new(format!("Client {} of the clients file{name} is wrong: {why}", place + 1))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Add {
    metadata: Map<String, Value>,
}

/// Writes a new client; makes its id and its secret where they are needed and not given.
pub(super) fn add(question: &Question, chance: &mut Chance<'_>) -> Result<Answer, Refused> {
    let Add { mut metadata } = question.input()?;
    refuse_hashes(&metadata)?;
    if !metadata.contains_key("client_id") {
        metadata.insert("client_id".to_owned(), json!(base64url::encode(chance.bytes::<16>()?)));
    }
    let made = if needs_secret(&metadata) { Some(new_secret(&mut metadata, chance)?) } else { None };
    let client = client(metadata)?;
    // The first round only asks; whatever chance gave then is forgotten.
    let Some(rows) = question.rows() else { return Ok(Answer::read(READ, vec![sql_text(&client.id)])) };
    if !rows.is_empty() {
        return Err(Refused::new(format!(
            "There is already a client \"{}\": change it with `npm run clients -- update`, or choose another client_id",
            client.id
        )));
    }
    Ok(saved(&client, made, question.now))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Update {
    client_id: String,
    patch: Map<String, Value>,
}

/// Changes members of a client's metadata; a member of `null` is removed (RFC 7396).
pub(super) fn update(question: &Question, chance: &mut Chance<'_>) -> Result<Answer, Refused> {
    let Update { client_id, patch } = question.input()?;
    refuse_hashes(&patch)?;
    if patch.contains_key("client_secret") {
        return Err(Refused::new("client_secret can't be changed here: use `npm run clients -- rotate-secret`"));
    }
    if patch.get("client_id").is_some_and(|id| id.as_str() != Some(&client_id)) {
        return Err(Refused::new("A client keeps its client_id: add a new client and remove this one"));
    }
    let Some(rows) = question.rows() else { return Ok(Answer::read(READ, vec![sql_text(&client_id)])) };
    let before = stored(rows, &client_id)?;
    let mut metadata = patched(&before, patch)?;
    let made = if needs_secret(&metadata) { Some(new_secret(&mut metadata, chance)?) } else { None };
    Ok(saved(&client(metadata)?, made, question.now))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RotateSecret {
    client_id: String,
    /// How long the old secrets still count.
    keep_seconds: Option<i64>,
}

/// Gives a confidential client a new secret; the old ones count for a while.
pub(super) fn rotate_secret(question: &Question, chance: &mut Chance<'_>) -> Result<Answer, Refused> {
    let RotateSecret { client_id, keep_seconds } = question.input()?;
    let keep = keep_seconds.unwrap_or(KEEP_OLD_SECRET);
    if !(0..=LONGEST_KEEP).contains(&keep) {
        return Err(Refused::new(format!("The old secret can be kept for 0 to {LONGEST_KEEP} seconds")));
    }
    let Some(rows) = question.rows() else { return Ok(Answer::read(READ, vec![sql_text(&client_id)])) };
    let mut client = stored(rows, &client_id)?;
    if client.is_public() {
        return Err(Refused::new(format!("The client \"{client_id}\" is public and has no secret")));
    }
    let end = question.now + Seconds::new(keep);
    for old in &mut client.secrets {
        old.expires_at = Some(old.expires_at.map_or(end, |own| own.min(end)));
    }
    client.secrets.retain(|old| old.expires_at.is_some_and(|own| own > question.now));
    let secret = base64url::encode(chance.bytes::<32>()?);
    client.secrets.push(StoredSecret { sha256: base64url::sha256(&secret), expires_at: None });
    Ok(saved(&client, Some(secret), question.now))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Remove {
    client_id: String,
}

/// Removes a client and ends what its people granted it.
pub(super) fn remove(question: &Question) -> Result<Answer, Refused> {
    let Remove { client_id } = question.input()?;
    let Some(rows) = question.rows() else { return Ok(Answer::read(READ, vec![sql_text(&client_id)])) };
    // A removal that got as far as the database alone leaves the client in KV, where the Worker looks first: running it again mends that.
    let show = if rows.is_empty() {
        json!({"message": format!("There is no client \"{client_id}\" in the database. What KV may have had of it is gone.")})
    } else {
        json!({"removed": client_id})
    };
    Ok(removed(Plan::show(show), &client_id, question.now).into())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {}

/// All clients, without hashes.
pub(super) fn list(question: &Question) -> Result<Answer, Refused> {
    let List {} = question.input()?;
    let Some(rows) = question.rows() else { return Ok(Answer::read(READ_ALL, Vec::new())) };
    let clients = rows.iter().map(|row| {
        let mut shown = shown(&parsed(text(row, "metadata")?)?);
        for column in ["created_at", "updated_at"] {
            shown.insert(column.to_owned(), json!(optional_number(row, column)?));
        }
        Ok(shown)
    });
    Ok(Plan::show(json!({"clients": clients.collect::<Result<Vec<_>, Refused>>()?})).into())
}

/// A hash that comes from outside could be that of a secret too weak for us to have accepted.
fn refuse_hashes(metadata: &Map<String, Value>) -> Result<(), Refused> {
    if metadata.contains_key("client_secrets") {
        return Err(Refused::new("client_secrets are written by this command alone: give client_secret, or nothing to have one made"));
    }
    Ok(())
}

/// Whether the method asks for a secret, and there is none.
fn needs_secret(metadata: &Map<String, Value>) -> bool {
    let has_none = |name: &str| metadata.get(name).is_none_or(|value| value.is_null() || value.as_array().is_some_and(Vec::is_empty));
    let method = metadata.get("token_endpoint_auth_method").and_then(Value::as_str);
    method.is_some_and(|method| method != "none") && has_none("client_secret") && has_none("client_secrets")
}

fn new_secret(metadata: &mut Map<String, Value>, chance: &mut Chance<'_>) -> Result<String, Refused> {
    let secret = base64url::encode(chance.bytes::<32>()?);
    metadata.insert("client_secret".to_owned(), json!(secret));
    Ok(secret)
}

/// The client's metadata with the changes, and without what followed from the old ones alone.
fn patched(before: &Client, patch: Map<String, Value>) -> Result<Map<String, Value>, Refused> {
    let Value::Object(mut metadata) = before.to_metadata() else { return Err(Refused::new("the stored metadata are no JSON object")) };
    if patch.contains_key("redirect_uris") && has_derived_origins(before, &metadata) {
        metadata.remove("allowed_origins");
    }
    if patch.get("token_endpoint_auth_method").and_then(Value::as_str) == Some("none") {
        metadata.remove("client_secrets");
    }
    for (name, value) in patch {
        if value.is_null() {
            metadata.remove(&name)
        } else {
            metadata.insert(name, value)
        };
    }
    Ok(metadata)
}

/// Whether its origins are those of its redirect URIs, which nobody listed.
fn has_derived_origins(client: &Client, metadata: &Map<String, Value>) -> bool {
    let mut unlisted = metadata.clone();
    unlisted.remove("allowed_origins");
    Client::from_metadata(&Value::Object(unlisted)).is_ok_and(|derived| derived.origins == client.origins)
}

fn client(metadata: Map<String, Value>) -> Result<Client, Refused> {
    Client::from_metadata(&Value::Object(metadata)).map_err(|why| Refused::new(format!("The client is wrong: {why}")))
}

fn stored(rows: &[Row], client_id: &str) -> Result<Client, Refused> {
    parsed(text(rows.first().ok_or_else(|| unknown(client_id))?, "metadata")?)
}

fn parsed(metadata: &str) -> Result<Client, Refused> {
    let metadata: Value = serde_json::from_str(metadata).map_err(|why| Refused::new(format!("a stored client is no JSON: {why}")))?;
    Client::from_metadata(&metadata).map_err(|why| Refused::new(format!("a stored client is wrong: {why}")))
}

fn unknown(client_id: &str) -> Refused {
    Refused::new(format!("There is no client \"{client_id}\": see `npm run clients -- list`"))
}

fn saved(client: &Client, made: Option<String>, now: Timestamp) -> Answer {
    let mut show = json!({"client": shown(client)});
    if let (Some(secret), Some(object)) = (made, show.as_object_mut()) {
        object.insert("client_secret".to_owned(), json!(secret));
    }
    written(Plan::show(show), client, now).into()
}

/// What people see of a client: when its secrets end instead of their hashes.
fn shown(client: &Client) -> Map<String, Value> {
    let Value::Object(mut metadata) = client.to_metadata() else { return Map::new() };
    let ends: Vec<Value> = client.secrets.iter().map(|secret| json!({"expires_at": secret.expires_at})).collect();
    metadata.insert("client_secrets".to_owned(), json!(ends));
    metadata
}

fn cache_key(id: &str) -> String {
    format!("client:{id}")
}

fn written(plan: Plan, client: &Client, now: Timestamp) -> Plan {
    let metadata = client.to_metadata().to_string();
    plan.statement(WRITE, vec![sql_text(&client.id), sql_text(&metadata), sql_time(now)]).kv(cache_key(client.id.as_str()), Some(metadata))
}

fn removed(plan: Plan, id: &str, now: Timestamp) -> Plan {
    plan.statement(REMOVE, vec![sql_text(id)]).statement(END_GRANTS, vec![sql_text(id), sql_time(now)]).kv(cache_key(id), None)
}
