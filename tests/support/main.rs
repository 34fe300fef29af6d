//! Whether the stand-ins for the edge do what the edge does.

#[cfg(test)]
#[path = "mod.rs"]
mod support;

#[cfg(test)]
mod storage_tests {
    use nightlatch::platform::{Database, Fault, Row, Statement, Value};

    use crate::support::{Counters, SqlitePlatform, run};

    const INSERT: &str = "INSERT INTO users (id, created_at, updated_at) VALUES (?1, ?2, ?2)";

    fn batch(platform: &SqlitePlatform, statements: Vec<(&'static str, Vec<Value>)>) -> Result<Vec<Vec<Row>>, Fault> {
        let statements = statements.into_iter().map(|(sql, parameters)| Statement { sql, parameters }).collect();
        run(platform.database.batch(statements))
    }

    fn user(id: &str) -> Vec<Value> {
        vec![Value::Text(id.to_owned()), Value::Integer(1_767_225_600)]
    }

    #[test]
    fn a_batch_that_fails_changes_nothing() {
        let platform = SqlitePlatform::default();
        let failed = batch(&platform, vec![(INSERT, user("ann")), (INSERT, user("ann"))]);
        assert!(failed.unwrap_err().0.starts_with("D1_ERROR: UNIQUE constraint failed"));
        assert_eq!(platform.database.ask("SELECT id FROM users", &[]), []);
        assert_eq!(platform.database.take_counters(), Counters { round_trips: 1, statements: 2, rows_read: 0, rows_written: 0 });
    }

    #[test]
    fn a_later_statement_sees_whether_the_one_before_changed_a_row() {
        let platform = SqlitePlatform::default();
        let update = "UPDATE users SET locale = 'de' WHERE id = ?1";
        let changes = "SELECT changes() AS changed";
        let ann = || vec![Value::Text("ann".to_owned())];
        let results = batch(&platform, vec![(INSERT, user("ann")), (update, ann()), (changes, vec![])]).unwrap();
        assert_eq!(results[2], [Row(vec![Value::Integer(1)])]);
        let missed = "UPDATE users SET locale = 'de' WHERE id = 'bob'";
        let results = batch(&platform, vec![(missed, vec![]), (changes, vec![])]).unwrap();
        assert_eq!(results[1], [Row(vec![Value::Integer(0)])]);
        assert_eq!(platform.database.take_counters(), Counters { round_trips: 2, statements: 5, rows_read: 2, rows_written: 2 });
    }

    #[test]
    fn a_number_is_bound_as_d1_binds_it() {
        let platform = SqlitePlatform::default();
        let number = vec![Value::Integer(7)];
        let results = batch(&platform, vec![("SELECT ?1 AS n, ?1 || '' AS text, printf('%010d', ?1) AS digits", number)]).unwrap();
        let expected = [Value::Integer(7), Value::Text("7.0".to_owned()), Value::Text("0000000007".to_owned())];
        assert_eq!(results[0], [Row(expected.to_vec())]);
    }

    #[test]
    fn a_statement_with_a_parameter_too_few_or_a_column_named_twice_is_refused() {
        let platform = SqlitePlatform::default();
        assert!(batch(&platform, vec![("SELECT ?1 AS a, ?2 AS b", vec![Value::Null])]).is_err());
        assert!(batch(&platform, vec![("SELECT 1 AS a, 2 AS a", vec![])]).is_err());
        assert!(batch(&platform, vec![("SELECT 'x' AS a, 1", vec![])]).is_err());
    }
}

#[cfg(test)]
mod crypto_tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use nightlatch::platform::{Crypto, SignatureAlgorithm, Signed};
    use serde_json::Value;

    use crate::support::{NativeCrypto, keys, run};

    const BOTH: [(SignatureAlgorithm, &str, &str); 2] =
        [(SignatureAlgorithm::Rs256, keys::RS256_PRIVATE, keys::RS256_PUBLIC), (SignatureAlgorithm::Es256, keys::ES256_PRIVATE, keys::ES256_PUBLIC)];

    fn verifies(algorithm: SignatureAlgorithm, public: &str, message: &[u8], signature: &[u8]) -> bool {
        run(async {
            let key = NativeCrypto.import_verifying_key(algorithm.into(), public).await.unwrap();
            NativeCrypto.verify(algorithm.into(), &key, Signed { message, signature }).await.unwrap()
        })
    }

    fn sign(algorithm: SignatureAlgorithm, private: &str, message: &[u8]) -> Vec<u8> {
        run(async {
            let key = NativeCrypto.import_signing_key(algorithm, private).await.unwrap();
            NativeCrypto.sign(algorithm, &key, message).await.unwrap()
        })
    }

    #[test]
    fn what_is_signed_verifies_and_nothing_else_does() {
        for (algorithm, private, public) in BOTH {
            let mut signature = sign(algorithm, private, b"open the door");
            assert!(verifies(algorithm, public, b"open the door", &signature), "{algorithm:?}");
            assert!(!verifies(algorithm, public, b"open the floor", &signature), "{algorithm:?}");
            signature[20] ^= 1;
            assert!(!verifies(algorithm, public, b"open the door", &signature), "{algorithm:?}");
            assert!(!verifies(algorithm, public, b"open the door", &signature[1..]), "{algorithm:?}");
            assert!(!verifies(algorithm, public, b"open the door", &[]), "{algorithm:?}");
        }
    }

    #[test]
    fn a_key_of_another_kind_is_refused() {
        let (rsa, ec) = (SignatureAlgorithm::Rs256, SignatureAlgorithm::Es256);
        assert!(run(NativeCrypto.import_verifying_key(rsa.into(), keys::ES256_PUBLIC)).is_err());
        assert!(run(NativeCrypto.import_verifying_key(ec.into(), keys::RS256_PUBLIC)).is_err());
        assert!(run(NativeCrypto.import_signing_key(ec, keys::ES256_PUBLIC)).is_err());
        let misnamed = keys::ES256_PUBLIC.replace("ES256", "ES384");
        assert!(run(NativeCrypto.import_verifying_key(ec.into(), &misnamed)).is_err());
    }

    fn vector(json: &str) -> (String, Vec<u8>, Vec<u8>) {
        let vector: Value = serde_json::from_str(json).unwrap();
        let signature = URL_SAFE_NO_PAD.decode(vector["signature"].as_str().unwrap()).unwrap();
        (vector["private_jwk"].to_string(), vector["signing_input"].as_str().unwrap().as_bytes().to_vec(), signature)
    }

    #[test]
    fn the_rs256_example_of_rfc_7515_comes_out_byte_for_byte() {
        let (jwk, message, signature) = vector(include_str!("../vectors/rfc7515_a2_rs256.json"));
        assert!(verifies(SignatureAlgorithm::Rs256, &jwk, &message, &signature));
        assert_eq!(sign(SignatureAlgorithm::Rs256, &jwk, &message), signature);
    }

    #[test]
    fn the_es256_example_of_rfc_7515_verifies() {
        let (jwk, message, signature) = vector(include_str!("../vectors/rfc7515_a3_es256.json"));
        assert!(verifies(SignatureAlgorithm::Es256, &jwk, &message, &signature));
        assert!(!verifies(SignatureAlgorithm::Es256, &jwk, &message[1..], &signature));
    }
}

#[cfg(test)]
mod world_tests {
    use nightlatch::platform::{AnswerBody, Cache, Outbound, OutboundAnswer, OutboundRequest, Platform};

    use crate::support::{SeededRandom, SqlitePlatform, run};

    #[test]
    fn two_worlds_roll_the_same_dice_and_one_never_rolls_the_same_twice() {
        let bytes = |platform: &SqlitePlatform| {
            let mut bytes = [0; 40];
            platform.fill_random(&mut bytes).unwrap();
            bytes
        };
        let (here, there) = (SqlitePlatform::default(), SqlitePlatform::default());
        let first = bytes(&here);
        assert_eq!(first, bytes(&there));
        assert_ne!(first, bytes(&here));
        let mut other = [0; 40];
        SeededRandom::with_seed(1).fill(&mut other);
        assert_ne!(first, other);
    }

    #[test]
    fn a_clone_is_the_same_world() {
        let platform = SqlitePlatform::default();
        let seen = platform.clone();
        let before = platform.now();
        seen.clock.advance(61);
        assert_eq!(platform.now().seconds() - before.seconds(), 61);
        run(platform.cache().write("keys", "[]")).unwrap();
        assert_eq!(seen.cache.entries.borrow().get("keys").map(String::as_str), Some("[]"));
        platform.log("{}");
        assert_eq!(*seen.log.borrow(), ["{}"]);
    }

    #[test]
    fn an_outbound_request_is_kept_and_answered_by_the_script() {
        let platform = SqlitePlatform::default();
        platform.outbox.answer(503, "later");
        platform.outbox.time_out();
        let post = || {
            run(platform.outbound().post(OutboundRequest {
                url: "https://mail.example/".to_owned(),
                headers: vec![],
                body: "{}".to_owned(),
                timeout_milliseconds: 5_000,
            }))
        };
        assert_eq!(post().unwrap(), OutboundAnswer { status: 503, body: AnswerBody::Whole("later".to_owned()) });
        assert!(post().is_err());
        assert_eq!(post().unwrap().status, 200);
        assert_eq!(platform.outbox.sent.borrow().len(), 3);
    }
}
