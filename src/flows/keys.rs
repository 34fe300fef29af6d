//! Signing and verifying with the provider's keys. The published set comes from memory, then the cache, then the database;
//! an empty one is never kept.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;

use super::Provider;
use crate::jose::jws::{self, Shown, TokenType};
use crate::jose::key_set::{KeySet, KeyWindow};
use crate::platform::{Cache as _, Crypto, Fault, Platform, SignatureAlgorithm, Signed};
use crate::store;
use crate::values::keyring::Purpose;
use crate::values::{KeyId, Timestamp, json};

/// More keys than a provider has at a time.
const MOST_REMEMBERED: usize = 64;

type SigningKeys<P> = RefCell<HashMap<KeyId, <<P as Platform>::Crypto as Crypto>::SigningKey>>;
type VerifyingKeys<P> = RefCell<HashMap<KeyId, <<P as Platform>::Crypto as Crypto>::VerifyingKey>>;

/// What this isolate remembers of keys. Values only: a future of another request is never awaited.
pub struct Keys<P: Platform> {
    set: RefCell<Option<(Rc<KeySet>, Timestamp)>>,
    signing: SigningKeys<P>,
    verifying: VerifyingKeys<P>,
}

impl<P: Platform> Default for Keys<P> {
    fn default() -> Self {
        Self { set: RefCell::new(None), signing: RefCell::default(), verifying: RefCell::default() }
    }
}

impl<P: Platform> Provider<P> {
    /// The keys that aren't revoked.
    ///
    /// # Errors
    /// A fault where none can be found anywhere.
    pub async fn key_set(&self, now: Timestamp) -> Result<Rc<KeySet>, Fault> {
        let remembered = self.keys.set.borrow().clone();
        if let Some((set, at)) = &remembered
            && *at > now - self.config.settings.cache_seconds
        {
            return Ok(Rc::clone(set));
        }
        match self.fresh_key_set().await {
            Ok(set) => {
                let set = Rc::new(set);
                *self.keys.set.borrow_mut() = Some((Rc::clone(&set), now));
                Ok(set)
            }
            // Old keys still verify and sign while nothing can be asked.
            Err(fault) => remembered.map(|(set, _)| set).ok_or(fault),
        }
    }

    async fn fresh_key_set(&self) -> Result<KeySet, Fault> {
        let cached = self.platform.cache().read(store::keys::CACHE_KEY).await.unwrap_or_default();
        let cached = cached.and_then(|text| json::read::<KeySet>(text.as_bytes()).ok()).filter(|set| !set.is_empty());
        if let Some(set) = cached {
            return Ok(set);
        }
        self.stored_key_set().await
    }

    /// The keys as the database has them.
    ///
    /// # Errors
    /// A fault where it can't be asked or has none.
    pub async fn stored_key_set(&self) -> Result<KeySet, Fault> {
        let rows = store::run(self.platform.database(), vec![store::keys::read_history()]).await?.rows();
        let set = KeySet::of_history(rows.into_iter().map(store::keys::key).collect::<Result<_, _>>()?);
        if set.is_empty() { Err(Fault::new("there is no signing key: `npm run keys -- rotate --now` makes one")) } else { Ok(set) }
    }

    /// The point at which key sets are looked at.
    pub fn key_window(&self, now: Timestamp) -> KeyWindow {
        KeyWindow { now, keep: self.config.settings.key_keep }
    }

    /// A signed token.
    ///
    /// # Errors
    /// A fault where there is no key for the algorithm.
    pub async fn sign(&self, kind: TokenType, algorithm: SignatureAlgorithm, claims: &Value, now: Timestamp) -> Result<String, Fault> {
        let set = self.key_set(now).await?;
        let kid = set.signing(algorithm, now).ok_or_else(|| Fault::new(format!("there is no {} key", algorithm.name())))?.kid.clone();
        let key = self.signing_key(algorithm, &kid).await?;
        let input = jws::signing_input(kind, algorithm, &kid, claims);
        let signature = self.platform.crypto().sign(algorithm, &key, input.as_bytes()).await?;
        Ok(jws::compact(&input, &signature))
    }

    async fn signing_key(&self, algorithm: SignatureAlgorithm, kid: &KeyId) -> Result<<P::Crypto as Crypto>::SigningKey, Fault> {
        let remembered = self.keys.signing.borrow().get(kid).cloned();
        if let Some(key) = remembered {
            return Ok(key);
        }
        let mut row =
            store::run_one(self.platform.database(), store::keys::read_sealed(kid)).await?.ok_or_else(|| Fault::new("a signing key is gone"))?;
        let jwk = self.keyring.open(Purpose::SigningKey, kid.as_str(), &row.text()?);
        let jwk = jwk
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| Fault::new("a signing key was sealed under another secret than NIGHTLATCH_SECRET"))?;
        let key = self.platform.crypto().import_signing_key(algorithm, &jwk).await?;
        remember(&self.keys.signing, kid, &key);
        Ok(key)
    }

    /// A token of one kind that we have signed with a key that is still published; `None` for anything else.
    ///
    /// # Errors
    /// A fault where the keys can't be found.
    pub async fn verified<'a>(&self, kind: TokenType, token: &'a str, now: Timestamp) -> Result<Option<Shown<'a>>, Fault> {
        let Some(shown) = Shown::parse(kind, token) else { return Ok(None) };
        let set = self.key_set(now).await?;
        let Some(published) = set.verifying(&shown.kid, shown.algorithm, self.key_window(now)) else { return Ok(None) };
        let remembered = self.keys.verifying.borrow().get(&shown.kid).cloned();
        let key = match remembered {
            Some(key) => key,
            None => {
                let key = self.platform.crypto().import_verifying_key(shown.algorithm.into(), &published.public_jwk.to_string()).await?;
                remember(&self.keys.verifying, &shown.kid, &key);
                key
            }
        };
        let signed = Signed { message: shown.signing_input.as_bytes(), signature: &shown.signature };
        let valid = self.platform.crypto().verify(shown.algorithm.into(), &key, signed).await?;
        Ok(valid.then_some(shown))
    }
}

fn remember<K: Clone>(keys: &RefCell<HashMap<KeyId, K>>, kid: &KeyId, key: &K) {
    let mut keys = keys.borrow_mut();
    if keys.len() >= MOST_REMEMBERED {
        keys.clear();
    }
    keys.insert(kid.clone(), key.clone());
}
