//! The provider's signing keys over time: announced, used, kept, gone. The latest key whose time has come signs, however late its successor is.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::platform::SignatureAlgorithm;
use crate::values::{KeyId, Seconds, Timestamp};

/// A key as everybody may know it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublishedKey {
    /// Its thumbprint.
    pub kid: KeyId,
    /// `RS256` or `ES256`.
    pub algorithm: String,
    /// The public JWK.
    pub public_jwk: Value,
    /// Since when it is published.
    pub announced_at: Timestamp,
    /// Since when it signs.
    pub active_from: Timestamp,
    /// When it stopped, where the key that took its place has been revoked since and no longer says so by standing beside it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retired_at: Option<Timestamp>,
}

impl PublishedKey {
    fn signs_with(&self, algorithm: SignatureAlgorithm) -> bool {
        self.algorithm == algorithm.name()
    }

    fn comes_after(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && (self.active_from, &self.kid) > (other.active_from, &other.kid)
    }

    /// Remembers when it stopped, if the key that is being revoked took its place. The revocation of a successor puts nobody back to work.
    pub fn retire_for(&mut self, revoked: &Self) {
        if revoked.comes_after(self) {
            self.retired_at = Some(self.retired_at.map_or(revoked.active_from, |at| at.min(revoked.active_from)));
        }
    }
}

/// All keys that aren't revoked. Stored as JSON under the cache key `keys`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeySet(Vec<PublishedKey>);

impl KeySet {
    /// From rows or operators' plans, in any order.
    #[must_use]
    pub fn new(keys: Vec<PublishedKey>) -> Self {
        let mut ordered: Vec<PublishedKey> = Vec::with_capacity(keys.len());
        // There are a few: each to its place costs less than a sorting algorithm in the module.
        for key in keys {
            let place = ordered.partition_point(|before| (before.active_from, &before.kid) < (key.active_from, &key.kid));
            ordered.insert(place, key);
        }
        Self(ordered)
    }

    /// From all keys that were ever made, each with the time of its revocation, in any order.
    #[must_use]
    pub fn of_history(history: Vec<(PublishedKey, Option<Timestamp>)>) -> Self {
        let gone: Vec<(PublishedKey, Timestamp)> = history.iter().filter_map(|(key, revoked_at)| Some((key.clone(), (*revoked_at)?))).collect();
        // One that was revoked before its time retired nobody; one that left its place empty gave it back.
        let was_replaced = |gone: &PublishedKey, at: Timestamp| history.iter().any(|(key, _)| key.comes_after(gone) && key.active_from <= at);
        let replaced: Vec<&PublishedKey> = gone.iter().filter(|(key, at)| was_replaced(key, *at)).map(|(key, _)| key).collect();
        let standing = history.iter().filter(|(_, revoked_at)| revoked_at.is_none()).map(|(key, _)| {
            let mut key = key.clone();
            replaced.iter().for_each(|revoked| key.retire_for(revoked));
            key
        });
        Self::new(standing.collect())
    }

    /// Whether there is no key at all. Such a set is never cached and never served.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys, the earliest first.
    #[must_use]
    pub fn keys(&self) -> &[PublishedKey] {
        &self.0
    }

    /// The key that signs now: the latest whose time has come.
    #[must_use]
    pub fn signing(&self, algorithm: SignatureAlgorithm, now: Timestamp) -> Option<&PublishedKey> {
        self.0.iter().rev().find(|key| key.signs_with(algorithm) && key.active_from <= now)
    }

    /// The published key of that id and algorithm, if it still verifies.
    #[must_use]
    pub fn verifying(&self, kid: &KeyId, algorithm: SignatureAlgorithm, window: KeyWindow) -> Option<&PublishedKey> {
        self.0.iter().find(|key| key.kid == *kid && key.signs_with(algorithm) && self.is_published(key, window))
    }

    /// The JWKS document (RFC 7517 §5): keys announced, used, and kept. Those of the default algorithm come first, for clients that try the first key
    /// there is, whatever its `kid`.
    #[must_use]
    pub fn document(&self, window: KeyWindow) -> Value {
        let published = |by_default| {
            let is_wanted = move |key: &&PublishedKey| key.signs_with(SignatureAlgorithm::Rs256) == by_default && self.is_published(key, window);
            self.0.iter().filter(is_wanted).map(|key| &key.public_jwk)
        };
        json!({"keys": published(true).chain(published(false)).collect::<Vec<_>>()})
    }

    /// Whether the signing key of an algorithm has been used longer than it should.
    #[must_use]
    pub fn is_rotation_overdue(&self, algorithm: SignatureAlgorithm, now: Timestamp, active: Seconds) -> bool {
        self.signing(algorithm, now).is_some_and(|key| now >= key.active_from + active)
    }

    /// A key is published while it signs, and until its first successor, revoked or not, began to sign so long ago as old keys are kept.
    fn is_published(&self, key: &PublishedKey, window: KeyWindow) -> bool {
        let successor = self.0.iter().find(|other| other.comes_after(key)).map(|successor| successor.active_from);
        let end = [successor, key.retired_at].into_iter().flatten().min();
        end.is_none_or(|end| window.now < end + window.keep) || !self.0.iter().any(|other| other.comes_after(key) && other.active_from <= window.now)
    }
}

/// The point in time at which a key set is looked at, and how long old keys are kept.
#[derive(Debug, Clone, Copy)]
pub struct KeyWindow {
    /// Now.
    pub now: Timestamp,
    /// How long a key is published after its successor has begun to sign.
    pub keep: Seconds,
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn key(name: &str, active_from: i64) -> PublishedKey {
        PublishedKey {
            kid: KeyId::from_stored(name.to_owned()),
            algorithm: "RS256".to_owned(),
            public_jwk: json!({"kid": name}),
            announced_at: Timestamp::from_seconds(active_from - 14 * DAY),
            active_from: Timestamp::from_seconds(active_from),
            retired_at: None,
        }
    }

    fn set() -> KeySet {
        KeySet::new(vec![key("second", 90 * DAY), key("first", 0)])
    }

    fn at(day: i64) -> KeyWindow {
        KeyWindow { now: Timestamp::from_seconds(day * DAY), keep: Seconds::new(14 * DAY) }
    }

    fn signing(day: i64) -> String {
        set().signing(SignatureAlgorithm::Rs256, at(day).now).unwrap().kid.to_string()
    }

    #[test]
    fn a_key_is_announced_used_kept_and_gone() {
        let kids =
            |day| set().document(at(day))["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!((signing(80), kids(80)), ("first".to_owned(), vec!["first".to_owned(), "second".to_owned()]));
        assert_eq!((signing(90), kids(90)), ("second".to_owned(), vec!["first".to_owned(), "second".to_owned()]));
        assert_eq!((signing(104), kids(104)), ("second".to_owned(), vec!["second".to_owned()]));
    }

    #[test]
    fn of_two_keys_that_begin_at_once_one_succeeds_the_other() {
        let set = KeySet::new(vec![key("b", 0), key("a", 0)]);
        assert_eq!(set.signing(SignatureAlgorithm::Rs256, at(1).now).unwrap().kid.as_str(), "b");
        assert_eq!(set.document(at(15))["keys"], json!([{"kid": "b"}]));
    }

    #[test]
    fn keys_of_the_default_algorithm_come_first() {
        let other = PublishedKey { algorithm: "ES256".to_owned(), ..key("another", -DAY) };
        assert_eq!(published(&KeySet::new(vec![other, key("second", 90 * DAY), key("first", 0)]), 80), ["first", "second", "another"]);
    }

    fn day(day: i64) -> Timestamp {
        Timestamp::from_seconds(day * DAY)
    }

    fn published(set: &KeySet, day: i64) -> Vec<String> {
        set.document(at(day))["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_retired_key_stays_retired_when_its_successor_is_revoked() {
        // The second was revoked on day 100, and the third began in its place.
        let set = KeySet::of_history(vec![(key("third", 100 * DAY), None), (key("first", 0), None), (key("second", 90 * DAY), Some(day(100)))]);
        assert_eq!(published(&set, 103), ["first", "third"], "kept for its own fortnight");
        assert_eq!(published(&set, 104), ["third"]);
        let read_again: KeySet = serde_json::from_str(&serde_json::to_string(&set).unwrap()).unwrap();
        assert_eq!(read_again, set);
    }

    #[test]
    fn a_key_that_was_revoked_before_its_time_retired_nobody() {
        let set = KeySet::of_history(vec![(key("first", 0), None), (key("second", 90 * DAY), Some(day(89)))]);
        assert_eq!(published(&set, 200), ["first"]);
        let set = KeySet::of_history(vec![(key("first", 0), None), (key("second", 90 * DAY), Some(day(89))), (key("third", 100 * DAY), None)]);
        assert_eq!(published(&set, 113), ["first", "third"]);
        assert_eq!(published(&set, 114), ["third"]);
    }

    #[test]
    fn a_key_that_signs_again_is_published_whatever_was_before() {
        let set = KeySet::of_history(vec![(key("first", 0), None), (key("second", 90 * DAY), Some(day(91)))]);
        assert_eq!(set.signing(SignatureAlgorithm::Rs256, day(300)).unwrap().kid.as_str(), "first");
        assert_eq!(published(&set, 300), ["first"]);
        let mut retired = key("first", 0);
        retired.retire_for(&key("second", 90 * DAY));
        assert_eq!(published(&KeySet::new(vec![retired]), 300), ["first"]);
    }

    #[test]
    fn overdue_rotation_never_stops_signing() {
        assert_eq!(signing(1_000), "second");
        assert!(set().is_rotation_overdue(SignatureAlgorithm::Rs256, at(180).now, Seconds::new(90 * DAY)));
        assert!(!set().is_rotation_overdue(SignatureAlgorithm::Rs256, at(100).now, Seconds::new(90 * DAY)));
    }

    #[test]
    fn a_key_of_another_algorithm_verifies_nothing() {
        let kid = KeyId::from_stored("first".to_owned());
        assert!(set().verifying(&kid, SignatureAlgorithm::Rs256, at(1)).is_some());
        assert!(set().verifying(&kid, SignatureAlgorithm::Es256, at(1)).is_none());
        assert!(set().verifying(&kid, SignatureAlgorithm::Rs256, at(104)).is_none());
    }
}
