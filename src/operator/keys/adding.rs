//! New signing keys: checked, sealed, announced or put to work.
//!
//! A key that the previous secret sealed is sealed anew under the current one along the way, so that the previous one can go.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::published::{publish, published, shown};
use super::{READ, REVOKE};
use crate::jose::jwk;
use crate::jose::key_set::PublishedKey;
use crate::operator::protocol::{Answer, Chance, Plan, Question, Refused, Row, number, optional_number, sql_text, sql_time, text};
use crate::platform::SignatureAlgorithm;
use crate::values::keyring::{NONCE_BYTES, Purpose, Sealing};
use crate::values::{KeyId, Keyring, Seconds, Timestamp, base64url};

const INSERT: &str = "INSERT INTO signing_keys (kid, algorithm, public_jwk, sealed_private, announced_at, active_from)
VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (kid) DO NOTHING";
const RESEAL: &str = "UPDATE signing_keys SET sealed_private = ?2 WHERE kid = ?1";

/// When a new key begins to sign.
#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "snake_case")]
pub(super) enum Activate {
    /// At once.
    #[default]
    Now,
    /// After everybody has had the time to read it.
    Announced,
}

/// A key that the scripts have made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewKey {
    pub(super) algorithm: String,
    private_jwk: Map<String, Value>,
}

/// The keys as they are and as they will be, while a command adds to them.
pub(super) struct Adding<'a> {
    rows: &'a [Row],
    keyring: Keyring,
    now: Timestamp,
    announce: Seconds,
    /// Those that aren't revoked.
    pub(super) keys: Vec<PublishedKey>,
    plan: Plan,
    added: Vec<KeyId>,
}

/// Whether the rows are there.
pub(super) enum Begun<'a> {
    /// They must be asked for.
    Ask(Answer),
    /// They are.
    Adding(Adding<'a>),
}

impl<'a> Adding<'a> {
    /// Begins with the rows, or asks for them.
    pub(super) fn begin(question: &'a Question) -> Result<Begun<'a>, Refused> {
        let config = question.config()?;
        let Some(rows) = question.rows() else { return Ok(Begun::Ask(Answer::read(READ, Vec::new()))) };
        Ok(Begun::Adding(Self {
            rows,
            keyring: config.keyring(),
            now: question.now,
            announce: config.settings.key_announce,
            keys: published(rows)?,
            plan: Plan::default(),
            added: Vec::new(),
        }))
    }

    /// Seals under the current secret what the previous one sealed. An announced key that neither opens could never sign: it is revoked.
    pub(super) fn reseal(&mut self, chance: &mut Chance<'_>) -> Result<(), Refused> {
        for row in self.rows {
            let (kid, sealed) = (text(row, "kid")?, text(row, "sealed_private")?);
            if sealed.starts_with(self.keyring.current_name()) {
                continue;
            }
            match self.keyring.open(Purpose::SigningKey, kid, sealed) {
                Some(plain) => {
                    let sealed = self.sealed(kid, &plain, chance)?;
                    self.plan = std::mem::take(&mut self.plan).statement(RESEAL, vec![sql_text(kid), sql_text(sealed)]);
                }
                None if number(row, "active_from")? > self.now.seconds() => {
                    self.plan = std::mem::take(&mut self.plan).statement(REVOKE, vec![sql_text(kid), sql_time(self.now)]);
                    self.keys.retain(|key| key.kid.as_str() != kid);
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Whether a key of the algorithm, not revoked, can be opened with our secrets.
    pub(super) fn has_readable(&self, algorithm: &str) -> bool {
        let opens = |row: &Row| {
            let (kid, sealed) = (text(row, "kid").ok()?, text(row, "sealed_private").ok()?);
            self.keyring.open(Purpose::SigningKey, kid, sealed)
        };
        self.rows
            .iter()
            .any(|row| text(row, "algorithm") == Ok(algorithm) && matches!(optional_number(row, "revoked_at"), Ok(None)) && opens(row).is_some())
    }

    /// Puts a new key in.
    pub(super) fn insert(&mut self, new: &NewKey, activate: Activate, chance: &mut Chance<'_>) -> Result<(), Refused> {
        let algorithm = SignatureAlgorithm::parse(&new.algorithm)
            .ok_or_else(|| Refused::new(format!("\"{}\" is no algorithm that we sign with: RS256 and ES256 are", new.algorithm)))?;
        let private = private_members(algorithm, &new.private_jwk)?;
        let public_jwk = jwk::public(algorithm, &private).map_err(|why| Refused::new(format!("The {} key is wrong: {why}", new.algorithm)))?;
        let kid = jwk::thumbprint(algorithm, &private).map_err(|why| Refused::new(format!("The {} key is wrong: {why}", new.algorithm)))?;
        if self.rows.iter().any(|row| text(row, "kid") == Ok(kid.as_str())) {
            return Err(Refused::new(format!("The key \"{kid}\" is there already: see `npm run keys -- list`")));
        }
        let sealed = self.sealed(kid.as_str(), private.to_string().as_bytes(), chance)?;
        let active_from = match activate {
            Activate::Now => self.now,
            Activate::Announced => self.now + self.announce,
        };
        let parameters =
            vec![sql_text(&kid), sql_text(algorithm.name()), sql_text(&public_jwk), sql_text(sealed), sql_time(self.now), sql_time(active_from)];
        self.plan = std::mem::take(&mut self.plan).statement(INSERT, parameters);
        self.added.push(kid.clone());
        self.keys.push(PublishedKey {
            kid,
            algorithm: algorithm.name().to_owned(),
            public_jwk,
            announced_at: self.now,
            active_from,
            retired_at: None,
        });
        Ok(())
    }

    /// The `kid` is the associated text, so that no row's private part opens in another row.
    fn sealed(&self, kid: &str, plain: &[u8], chance: &mut Chance<'_>) -> Result<String, Refused> {
        let nonce = chance.bytes::<NONCE_BYTES>()?;
        Ok(self.keyring.seal(Purpose::SigningKey, kid, Sealing { plain, nonce }))
    }

    /// The whole plan.
    pub(super) fn finish(mut self) -> Result<Answer, Refused> {
        self.plan.show = json!({"added": self.added, "keys": shown(&self.keys, self.now)});
        Ok(publish(self.plan, self.keys)?.into())
    }
}

/// The members that make up a private key of the algorithm, and none beside (RFC 7518 §6).
fn private_members(algorithm: SignatureAlgorithm, given: &Map<String, Value>) -> Result<Value, Refused> {
    let (kty, names): (_, &[&str]) = match algorithm {
        SignatureAlgorithm::Rs256 => ("RSA", &["n", "e", "d", "p", "q", "dp", "dq", "qi"]),
        SignatureAlgorithm::Es256 => ("EC", &["x", "y", "d"]),
    };
    let wrong = |what: &str| Refused::new(format!("The {} key is wrong: {what}", algorithm.name()));
    if given.get("kty").and_then(Value::as_str) != Some(kty) {
        return Err(wrong(&format!("its kty must be {kty}")));
    }
    let mut members = Map::from_iter([("kty".to_owned(), json!(kty))]);
    if algorithm == SignatureAlgorithm::Es256 {
        members.insert("crv".to_owned(), given.get("crv").cloned().unwrap_or_default());
    }
    for name in names {
        let value = given.get(*name).and_then(Value::as_str).filter(|value| !value.is_empty() && base64url::decode(value).is_some());
        members.insert((*name).to_owned(), json!(value.ok_or_else(|| wrong(&format!("its member {name} must be base64url")))?));
    }
    Ok(Value::Object(members))
}
