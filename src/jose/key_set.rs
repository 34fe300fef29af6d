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
}

impl PublishedKey {
    fn signs_with(&self, algorithm: SignatureAlgorithm) -> bool {
        self.algorithm == algorithm.name()
    }
}

/// All keys that aren't revoked. Stored as JSON under the cache key `keys`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeySet(Vec<PublishedKey>);

impl KeySet {
    /// From rows or operators' plans, in any order.
    #[must_use]
    pub fn new(mut keys: Vec<PublishedKey>) -> Self {
        keys.sort_unstable_by(|a, b| (a.active_from, &a.kid).cmp(&(b.active_from, &b.kid)));
        Self(keys)
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

    /// The JWKS document (RFC 7517 §5): keys announced, used, and kept.
    #[must_use]
    pub fn document(&self, window: KeyWindow) -> Value {
        json!({"keys": self.0.iter().filter(|key| self.is_published(key, window)).map(|key| &key.public_jwk).collect::<Vec<_>>()})
    }

    /// Whether the signing key of an algorithm has been used longer than it should.
    #[must_use]
    pub fn is_rotation_overdue(&self, algorithm: SignatureAlgorithm, now: Timestamp, active: Seconds) -> bool {
        self.signing(algorithm, now).is_some_and(|key| now >= key.active_from + active)
    }

    /// A key is published until its successor has been used for the time that old keys are kept.
    fn is_published(&self, key: &PublishedKey, window: KeyWindow) -> bool {
        let successor = self.0.iter().find(|other| other.algorithm == key.algorithm && (other.active_from, &other.kid) > (key.active_from, &key.kid));
        successor.is_none_or(|successor| window.now < successor.active_from + window.keep)
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
