//! The ports: everything that the core asks of the world it runs in.
//!
//! Two worlds implement them: `cloudflare/` (D1, KV, WebCrypto, `fetch`) and the tests (SQLite, memory, RustCrypto).
//! Nothing here reads a clock, rolls dice or talks to a network; it only says what such things must answer.

use std::fmt;

use serde::de::{self, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::values::Timestamp;
use crate::values::json;

/// Something broke that no caller could have prevented: logged, and shown to nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Fault(pub String);

impl Fault {
    /// A fault with the text that the log will show.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// The world: one value for the life of an isolate.
pub trait Platform: 'static {
    /// SQL that must be exact.
    type Database: Database;
    /// Key-value pairs that may be a minute old.
    type Cache: Cache;
    /// HTTP requests to others.
    type Outbound: Outbound;
    /// Cloudflare's `send_email` binding, or what stands in for it.
    type EmailBinding: EmailBinding;
    /// Asymmetric signatures.
    type Crypto: Crypto;

    /// SQL that must be exact.
    fn database(&self) -> &Self::Database;
    /// Key-value pairs that may be a minute old.
    fn cache(&self) -> &Self::Cache;
    /// HTTP requests to others.
    fn outbound(&self) -> &Self::Outbound;
    /// Cloudflare's `send_email` binding.
    fn email_binding(&self) -> &Self::EmailBinding;
    /// Asymmetric signatures.
    fn crypto(&self) -> &Self::Crypto;
    /// The time now. Frozen between two awaits on the edge.
    fn now(&self) -> Timestamp;
    /// Milliseconds since the epoch, for durations in the log alone.
    fn now_milliseconds(&self) -> u64;
    /// Fills the buffer from the system's random source.
    ///
    /// # Errors
    /// A fault where the source gives nothing.
    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Fault>;
    /// Writes one line of the structured log.
    fn log(&self, line: &str);
}

/// A value that goes into or comes out of SQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// SQL `NULL`.
    Null,
    /// A whole number; at most 2^53 either side of zero, as JavaScript holds it.
    Integer(i64),
    /// Text.
    Text(String),
}

/// One SQL statement: a constant text with numbered parameters (`?1`, `?2`, …), at most 100 of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The constant text.
    pub sql: &'static str,
    /// What stands for `?1`, `?2`, ….
    pub parameters: Vec<Value>,
}

/// One row: its values in the order in which the statement names its columns (each column with a name of its own).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row(pub Vec<Value>);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl Visitor<'_> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a whole number or null")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        i64::try_from(number).map(Value::Integer).map_err(E::custom)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }
}

/// A row as JSON: an object whose members stand in the order of the columns.
impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Row, A::Error> {
        let mut values = Vec::new();
        while let Some((IgnoredAny, value)) = members.next_entry()? {
            values.push(value);
        }
        Ok(Row(values))
    }
}

/// The storage port is SQL, so that the SQL which is tested is the SQL that runs.
#[expect(async_fn_in_trait, reason = "one thread: no future of ours is Send")]
pub trait Database {
    /// Runs the statements in order as one transaction and one round trip; gives the rows of each.
    ///
    /// # Errors
    /// A fault; then none of the statements has changed anything.
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault>;
}

/// The cache port. It may be a minute old, and it may lie about absence.
#[expect(async_fn_in_trait, reason = "one thread: no future of ours is Send")]
pub trait Cache {
    /// The text under the key, if any is seen.
    ///
    /// # Errors
    /// A fault where the store can't be asked.
    async fn read(&self, key: &str) -> Result<Option<String>, Fault>;
    /// Writes the text under the key. Only the clean-up cron calls it; no request does.
    ///
    /// # Errors
    /// A fault where the store can't be written.
    async fn write(&self, key: &str, text: &str) -> Result<(), Fault>;
}

/// A POST to somebody else's HTTP interface.
#[derive(Clone)]
pub struct OutboundRequest {
    /// Where to; `mail::outbound` has judged it.
    pub url: String,
    /// Header names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body as it goes over the wire.
    pub body: String,
    /// After so many milliseconds it counts as failed.
    pub timeout_milliseconds: u32,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundAnswer {
    /// The HTTP status. A redirect isn't followed.
    pub status: u16,
    /// What was read of the body.
    pub body: AnswerBody,
}

/// The body of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerBody {
    /// All of it, at most 64 KiB.
    Whole(String),
    /// It was longer. Nothing is judged by the beginning of a text.
    TooLong,
}

impl AnswerBody {
    /// What it says at a JSON pointer (RFC 6901), where all of it is JSON and something is there.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<serde_json::Value> {
        match self {
            Self::Whole(text) => json::read::<serde_json::Value>(text.as_bytes()).ok()?.pointer_mut(pointer).map(serde_json::Value::take),
            Self::TooLong => None,
        }
    }

    /// Whether a text stands there that isn't empty.
    #[must_use]
    pub fn has_text_at(&self, pointer: &str) -> bool {
        self.at(pointer).is_some_and(|value| value.as_str().is_some_and(|text| !text.is_empty()))
    }
}

/// The one way out: POST only, no redirects followed, 64 KiB, a time limit.
#[expect(async_fn_in_trait, reason = "one thread: no future of ours is Send")]
pub trait Outbound {
    /// Sends and waits for the answer.
    ///
    /// # Errors
    /// A fault where there was no answer in time.
    async fn post(&self, request: OutboundRequest) -> Result<OutboundAnswer, Fault>;
}

/// A mail as the `send_email` binding takes it.
#[derive(Clone)]
pub struct BoundEmail {
    /// Sender, a bare address.
    pub from_address: String,
    /// The sender's display name.
    pub from_name: String,
    /// Recipient, a bare address.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// Plain text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// After so many milliseconds it counts as failed.
    pub timeout_milliseconds: u32,
}

/// Cloudflare's `send_email` binding.
#[expect(async_fn_in_trait, reason = "one thread: no future of ours is Send")]
pub trait EmailBinding {
    /// Whether there is such a binding.
    fn is_bound(&self) -> bool;
    /// Hands the mail over.
    ///
    /// # Errors
    /// A fault where there is no such binding, where it refuses, or where it doesn't answer in time.
    async fn send(&self, email: BoundEmail) -> Result<(), Fault>;
}

/// The signature algorithms that we sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3), 2,048 bits.
    Rs256,
    /// ECDSA on P-256 with SHA-256 (RFC 7518 §3.4), the signature as R || S.
    Es256,
}

/// The signature algorithms that we verify: those that we sign with, and one more that passkeys have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VerificationAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3), 2,048 bits at least.
    Rs256,
    /// ECDSA on P-256 with SHA-256 (RFC 7518 §3.4), the signature as R || S.
    Es256,
    /// Ed25519 (RFC 8032 §5.1), which RFC 8037 §3.1 calls `EdDSA`.
    Ed25519,
}

impl VerificationAlgorithm {
    /// Its name in a row of the database: the `alg` of RFC 7518 §3.1 and RFC 9864 §2.2.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::Ed25519 => "Ed25519",
        }
    }

    /// The algorithm of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Rs256, Self::Es256, Self::Ed25519].into_iter().find(|algorithm| algorithm.name() == name)
    }
}

impl From<SignatureAlgorithm> for VerificationAlgorithm {
    fn from(algorithm: SignatureAlgorithm) -> Self {
        match algorithm {
            SignatureAlgorithm::Rs256 => Self::Rs256,
            SignatureAlgorithm::Es256 => Self::Es256,
        }
    }
}

/// Signatures. Keys are imported once for each isolate and kept by the caller.
#[expect(async_fn_in_trait, reason = "one thread: no future of ours is Send")]
pub trait Crypto {
    /// An imported private key.
    type SigningKey: Clone + 'static;
    /// An imported public key.
    type VerifyingKey: Clone + 'static;

    /// Imports a private JWK (RFC 7517), as JSON text.
    ///
    /// # Errors
    /// A fault where it isn't a key of the algorithm.
    async fn import_signing_key(&self, algorithm: SignatureAlgorithm, private_jwk: &str) -> Result<Self::SigningKey, Fault>;
    /// Imports a public JWK, as JSON text.
    ///
    /// # Errors
    /// A fault where it isn't a key of the algorithm.
    async fn import_verifying_key(&self, algorithm: VerificationAlgorithm, public_jwk: &str) -> Result<Self::VerifyingKey, Fault>;
    /// Signs the bytes.
    ///
    /// # Errors
    /// A fault where the platform refuses.
    async fn sign(&self, algorithm: SignatureAlgorithm, key: &Self::SigningKey, message: &[u8]) -> Result<Vec<u8>, Fault>;
    /// Whether the signature is that key's over these bytes.
    ///
    /// # Errors
    /// A fault where the platform refuses.
    async fn verify(&self, algorithm: VerificationAlgorithm, key: &Self::VerifyingKey, signed: Signed<'_>) -> Result<bool, Fault>;
}

/// A message beside what claims to be its signature.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The bytes that were signed.
    pub message: &'a [u8],
    /// The signature's bytes.
    pub signature: &'a [u8],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_algorithm_is_read_as_it_was_written() {
        for algorithm in [VerificationAlgorithm::Rs256, VerificationAlgorithm::Es256, VerificationAlgorithm::Ed25519] {
            assert_eq!(VerificationAlgorithm::parse(algorithm.name()), Some(algorithm));
        }
        assert_eq!(VerificationAlgorithm::parse("none"), None);
        assert_eq!(VerificationAlgorithm::from(SignatureAlgorithm::Es256).name(), "ES256");
    }

    #[test]
    fn a_row_of_json_keeps_the_order_of_its_columns() {
        let rows: Vec<Row> = serde_json::from_str(r#"[{"z":"é\u2028","a":null,"m":-9007199254740992}]"#).unwrap();
        assert_eq!(rows, [Row(vec![Value::Text("é\u{2028}".to_owned()), Value::Null, Value::Integer(-9_007_199_254_740_992)])]);
    }

    #[test]
    fn what_is_no_value_of_ours_is_refused() {
        for text in [r#"{"a":1.5}"#, r#"{"a":[1]}"#, r#"{"a":true}"#, "[1]"] {
            assert!(serde_json::from_str::<Row>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parameters_become_json() {
        let parameters = [Value::Null, Value::Integer(7), Value::Text("\"\n".to_owned())];
        assert_eq!(serde_json::to_string(&parameters).unwrap(), r#"[null,7,"\"\n"]"#);
    }
}
