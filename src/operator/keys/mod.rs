//! Commands about signing keys. They come as private JWKs, are sealed under the Worker's secret, and their public halves are published in KV.
//!
//! Makes no keys: the scripts do, for no request ever may. `adding` puts new ones in, `published` knows which one does what,
//! `reseal` looks after what else is sealed.

mod adding;
mod published;
mod reseal;

use serde::Deserialize;
use serde_json::json;

use super::protocol::{Answer, Chance, Plan, Question, Refused, optional_number, sql_text, sql_time, text};
use adding::{Activate, Adding, Begun, NewKey};
use published::{is_signing, publish, published, shown};

pub(super) use reseal::reseal;

const READ: &str = "SELECT kid, algorithm, public_jwk, sealed_private, announced_at, active_from, revoked_at
FROM signing_keys ORDER BY active_from, kid";
const REVOKE: &str = "UPDATE signing_keys SET revoked_at = ?2 WHERE kid = ?1 AND revoked_at IS NULL";
const ACTIVATE: &str = "UPDATE signing_keys SET active_from = ?2 WHERE kid = ?1";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Add {
    keys: Vec<NewKey>,
    /// Leaves out the algorithms that have a key which this secret opens.
    #[serde(default)]
    only_missing: bool,
    #[serde(default)]
    activate: Activate,
}

/// Adds keys.
pub(super) fn add(question: &Question, chance: &mut Chance<'_>) -> Result<Answer, Refused> {
    let Add { keys, only_missing, activate } = question.input()?;
    let mut work = match Adding::begin(question)? {
        Begun::Ask(answer) => return Ok(answer),
        Begun::Adding(work) => work,
    };
    work.reseal(chance)?;
    for key in &keys {
        if !(only_missing && work.has_readable(&key.algorithm)) {
            work.insert(key, activate, chance)?;
        }
    }
    work.finish()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotate {
    keys: Vec<NewKey>,
    /// Lets the new keys sign at once, for when the old ones are in doubt.
    #[serde(default)]
    now: bool,
}

/// Announces the successors of the keys that sign, or puts them to work at once.
pub(super) fn rotate(question: &Question, chance: &mut Chance<'_>) -> Result<Answer, Refused> {
    let Rotate { keys, now } = question.input()?;
    let mut work = match Adding::begin(question)? {
        Begun::Ask(answer) => return Ok(answer),
        Begun::Adding(work) => work,
    };
    work.reseal(chance)?;
    for key in &keys {
        let waiting = work.keys.iter().find(|own| own.algorithm == key.algorithm && own.active_from > question.now);
        if let Some(waiting) = waiting.filter(|_| !now) {
            return Err(Refused::new(format!(
                "A successor for {} is announced already and signs from {}: wait for it, or rotate with --now",
                key.algorithm,
                waiting.active_from.for_people()
            )));
        }
        work.insert(key, if now { Activate::Now } else { Activate::Announced }, chance)?;
    }
    work.finish()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    kid: String,
}

/// Takes a key out at once; where it was signing, its announced successor begins.
pub(super) fn revoke(question: &Question) -> Result<Answer, Refused> {
    let Revoke { kid } = question.input()?;
    let Some(rows) = question.rows() else { return Ok(Answer::read(READ, Vec::new())) };
    let mut keys = published(rows)?;
    let place = keys.iter().position(|key| key.kid.as_str() == kid);
    let place = place.ok_or_else(|| Refused::new(format!("There is no key \"{kid}\" that could be revoked: see `npm run keys -- list`")))?;
    let signs = is_signing(&keys, place, question.now);
    let revoked = keys.remove(place);
    let mut plan = Plan::default().statement(REVOKE, vec![sql_text(&revoked.kid), sql_time(question.now)]);
    if signs {
        let successor = keys.iter_mut().find(|key| key.algorithm == revoked.algorithm && key.active_from > question.now);
        let successor = successor.ok_or_else(|| {
            Refused::new(format!("The key \"{kid}\" is the one that signs {}: first run `npm run keys -- rotate --now`", revoked.algorithm))
        })?;
        successor.active_from = question.now;
        plan = plan.statement(ACTIVATE, vec![sql_text(&successor.kid), sql_time(question.now)]);
    }
    if revoked.active_from <= question.now {
        keys.iter_mut().for_each(|key| key.retire_for(&revoked));
    }
    plan.show = json!({"revoked": kid, "keys": shown(&keys, question.now)});
    Ok(publish(plan, keys)?.into())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {}

/// All keys, the revoked ones too.
pub(super) fn list(question: &Question) -> Result<Answer, Refused> {
    let List {} = question.input()?;
    let Some(rows) = question.rows() else { return Ok(Answer::read(READ, Vec::new())) };
    let mut all = shown(&published(rows)?, question.now);
    for row in rows {
        if let Some(revoked_at) = optional_number(row, "revoked_at")? {
            all.push(json!({"kid": text(row, "kid")?, "algorithm": text(row, "algorithm")?, "state": "revoked", "revoked_at": revoked_at}));
        }
    }
    Ok(Plan::show(json!({"keys": all})).into())
}
