//! The keys that everybody may know: as rows, as the KV entry that the Worker reads, and as a list for people.

use serde_json::{Value, json};

use crate::jose::key_set::{KeySet, PublishedKey};
use crate::operator::protocol::{Plan, Refused, Row, number, optional_number, text};
use crate::platform::SignatureAlgorithm;
use crate::values::{KeyId, Timestamp};

/// The KV key under which all published keys stand.
const CACHE_KEY: &str = "keys";

/// The keys that aren't revoked.
pub(super) fn published(rows: &[Row]) -> Result<Vec<PublishedKey>, Refused> {
    let mut history = Vec::new();
    for row in rows {
        let revoked_at = optional_number(row, "revoked_at")?.map(Timestamp::from_seconds);
        let public_jwk = serde_json::from_str(text(row, "public_jwk")?).map_err(|why| Refused::new(format!("a stored key is no JSON: {why}")))?;
        let key = PublishedKey {
            kid: KeyId::from_stored(text(row, "kid")?.to_owned()),
            algorithm: text(row, "algorithm")?.to_owned(),
            public_jwk,
            announced_at: Timestamp::from_seconds(number(row, "announced_at")?),
            active_from: Timestamp::from_seconds(number(row, "active_from")?),
            retired_at: None,
        };
        history.push((key, revoked_at));
    }
    Ok(KeySet::of_history(history).keys().to_vec())
}

/// The plan with the KV entry.
pub(super) fn publish(plan: Plan, keys: Vec<PublishedKey>) -> Result<Plan, Refused> {
    let keys = serde_json::to_string(&KeySet::new(keys)).map_err(|why| Refused::new(why.to_string()))?;
    Ok(plan.kv(CACHE_KEY, Some(keys)))
}

/// Whether it is the latest of its algorithm whose time has come.
pub(super) fn is_signing(keys: &[PublishedKey], place: usize, now: Timestamp) -> bool {
    let Some(key) = keys.get(place) else { return false };
    let algorithm = SignatureAlgorithm::parse(&key.algorithm);
    algorithm.is_some_and(|algorithm| KeySet::new(keys.to_vec()).signing(algorithm, now).is_some_and(|signing| signing.kid == key.kid))
}

/// Each key with what it does now.
pub(super) fn shown(keys: &[PublishedKey], now: Timestamp) -> Vec<Value> {
    let state = |place: usize, key: &PublishedKey| match (key.active_from > now, is_signing(keys, place, now)) {
        (true, _) => "announced",
        (false, true) => "signs",
        (false, false) => "succeeded",
    };
    let shown = keys.iter().enumerate().map(|(place, key)| {
        json!({
            "kid": key.kid,
            "algorithm": key.algorithm,
            "state": state(place, key),
            "announced_at": key.announced_at,
            "active_from": key.active_from,
        })
    });
    shown.collect()
}
