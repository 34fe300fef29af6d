//! Commands about signing keys.

use super::*;
use crate::jose::key_set::{KeySet, KeyWindow};
use crate::platform::SignatureAlgorithm;
use crate::platform::SignatureAlgorithm::{Es256, Rs256};
use crate::values::keyring::Purpose;
use crate::values::{Keyring, Seconds, Secret, base64url};

const DAY: i64 = 86_400;

/// A key of the right shape; what it would sign doesn't matter here.
fn key(algorithm: &str, seed: u8) -> Value {
    let member = |length: usize, salt: u8| base64url::encode(vec![seed ^ salt; length]);
    let private_jwk = match algorithm {
        "RS256" => json!({"kty": "RSA", "alg": "RS256", "use": "sig", "n": member(256, 1), "e": "AQAB", "d": member(256, 2), "p": member(128, 3),
            "q": member(128, 4), "dp": member(128, 5), "dq": member(128, 6), "qi": member(128, 7)}),
        _ => json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "x": member(32, 1), "y": member(32, 2), "d": member(32, 3)}),
    };
    json!({"algorithm": algorithm, "private_jwk": private_jwk})
}

fn both(seed: u8) -> Value {
    json!([key("RS256", seed), key("ES256", seed)])
}

fn keyring(current: &str, previous: Option<&str>) -> Keyring {
    let secret = |text: &str| Secret::new(base64url::decode(text).unwrap());
    Keyring::new(&secret(current), previous.map(secret).as_ref())
}

impl Deployment {
    /// The key set as the Worker reads it.
    fn key_set(&self) -> KeySet {
        serde_json::from_str(&self.kv["keys"]).unwrap()
    }

    fn signing(&self, algorithm: SignatureAlgorithm) -> String {
        self.key_set().signing(algorithm, Timestamp::from_seconds(self.now)).unwrap().kid.to_string()
    }

    fn published(&self) -> usize {
        let window = KeyWindow { now: Timestamp::from_seconds(self.now), keep: Seconds::new(14 * DAY) };
        self.key_set().document(window)["keys"].as_array().unwrap().len()
    }

    /// The private JWK of a row, opened as the Worker opens it.
    fn private_jwk(&self, kid: &str, keyring: &Keyring) -> Option<Value> {
        let rows = self.query("SELECT sealed_private FROM signing_keys WHERE kid = ?1", &[json!(kid)]);
        let plain = keyring.open(Purpose::SigningKey, kid, rows[0]["sealed_private"].as_str().unwrap())?;
        Some(serde_json::from_slice(&plain).unwrap())
    }

    /// What a list says a key does.
    fn state_of(&mut self, kid: &str) -> String {
        let listed = self.run("keys.list", json!({})).unwrap();
        let found = listed["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid).unwrap();
        found["state"].as_str().unwrap().to_owned()
    }
}

#[test]
fn keys_are_sealed_in_the_database_and_published_without_their_private_members() {
    let mut deployment = Deployment::new();
    let show = deployment.run("keys.add", json!({"keys": both(9), "only_missing": true})).unwrap();
    let kid = deployment.signing(Es256);
    assert!(show["added"].as_array().unwrap().contains(&json!(kid)));
    let private = deployment.private_jwk(&kid, &keyring(SECRET, None)).unwrap();
    let given = key("ES256", 9)["private_jwk"].clone();
    assert_eq!(private, json!({"kty": "EC", "crv": "P-256", "x": given["x"], "y": given["y"], "d": given["d"]}));
    for secret in ["d", "p", "qi"] {
        let member = key("RS256", 9)["private_jwk"][secret].as_str().unwrap().to_owned();
        assert!(!deployment.kv["keys"].contains(&member) && !show.to_string().contains(&member));
        assert_eq!(deployment.count(&format!("SELECT count(*) FROM signing_keys WHERE sealed_private || public_jwk LIKE '%{member}%'")), 0);
    }
    assert_eq!(deployment.private_jwk(&kid, &keyring(OTHER_SECRET, None)), None);
}

#[test]
fn a_second_start_adds_no_keys_and_a_lost_secret_does() {
    let mut deployment = Deployment::new();
    deployment.run("keys.add", json!({"keys": both(1), "only_missing": true})).unwrap();
    let kid = deployment.signing(Rs256);
    let show = deployment.run("keys.add", json!({"keys": both(2), "only_missing": true})).unwrap();
    assert_eq!((&show["added"], deployment.signing(Rs256)), (&json!([]), kid));

    deployment.now += 1;
    deployment.set("SECRET", OTHER_SECRET);
    deployment.run("keys.add", json!({"keys": both(2), "only_missing": true})).unwrap();
    let signing = deployment.signing(Rs256);
    assert!(deployment.private_jwk(&signing, &keyring(OTHER_SECRET, None)).is_some(), "what signs can be opened");
}

#[test]
fn an_announced_key_that_no_secret_opens_never_comes_to_sign() {
    let mut deployment = Deployment::new();
    deployment.run("keys.add", json!({"keys": both(1)})).unwrap();
    let lost = deployment.run("keys.rotate", json!({"keys": [key("RS256", 2)]})).unwrap()["added"][0].as_str().unwrap().to_owned();
    deployment.now += 1;
    deployment.set("SECRET", OTHER_SECRET);
    deployment.run("keys.add", json!({"keys": both(3), "only_missing": true})).unwrap();
    deployment.now += 20 * DAY;
    let signing = deployment.signing(Rs256);
    assert!(deployment.private_jwk(&signing, &keyring(OTHER_SECRET, None)).is_some());
    assert_eq!(deployment.state_of(&lost), "revoked");
}

#[test]
fn keys_move_to_a_new_secret_so_that_the_old_one_can_go() {
    let mut deployment = Deployment::new();
    deployment.run("keys.add", json!({"keys": both(1)})).unwrap();
    let kid = deployment.signing(Rs256);
    deployment.set("SECRET", OTHER_SECRET);
    deployment.set("SECRET_PREVIOUS", SECRET);
    let show = deployment.run("keys.add", json!({"keys": both(2), "only_missing": true})).unwrap();
    assert_eq!(show["added"], json!([]));
    assert!(deployment.private_jwk(&kid, &keyring(OTHER_SECRET, None)).is_some());
}

#[test]
fn a_rotation_announces_a_key_that_signs_after_its_time_and_the_old_one_is_kept() {
    let mut deployment = Deployment::new();
    deployment.run("keys.add", json!({"keys": both(1)})).unwrap();
    let old = deployment.signing(Rs256);
    deployment.now += 76 * DAY;
    let show = deployment.run("keys.rotate", json!({"keys": [key("RS256", 2)]})).unwrap();
    let new = show["added"][0].as_str().unwrap().to_owned();
    assert_eq!((deployment.signing(Rs256), deployment.published()), (old.clone(), 3));
    assert_eq!((deployment.state_of(&old), deployment.state_of(&new)), ("signs".to_owned(), "announced".to_owned()));
    let refused = deployment.run("keys.rotate", json!({"keys": [key("RS256", 3)]})).unwrap_err();
    assert!(refused.starts_with("A successor for RS256 is announced already and signs from "), "{refused}");

    deployment.now += 14 * DAY;
    assert_eq!((deployment.signing(Rs256), deployment.published()), (new.clone(), 3));
    assert_eq!((deployment.state_of(&old), deployment.state_of(&new)), ("succeeded".to_owned(), "signs".to_owned()));
    deployment.now += 14 * DAY;
    assert_eq!(deployment.published(), 2);
}

#[test]
fn a_rotation_in_a_hurry_lets_the_new_key_sign_at_once() {
    let mut deployment = Deployment::new();
    deployment.run("keys.add", json!({"keys": both(1)})).unwrap();
    deployment.now += DAY;
    deployment.run("keys.rotate", json!({"keys": [key("RS256", 2)]})).unwrap();
    let show = deployment.run("keys.rotate", json!({"keys": [key("RS256", 3)], "now": true})).unwrap();
    assert_eq!(show["added"], json!([deployment.signing(Rs256)]));
}

#[test]
fn a_revoked_key_is_published_no_more_and_never_leaves_us_without_one_that_signs() {
    let mut deployment = Deployment::new();
    deployment.run("keys.add", json!({"keys": both(1)})).unwrap();
    let old = deployment.signing(Rs256);
    let refused = deployment.run("keys.revoke", json!({"kid": old})).unwrap_err();
    assert!(refused.ends_with("is the one that signs RS256: first run `npm run keys -- rotate --now`"), "{refused}");

    deployment.now += DAY;
    deployment.run("keys.rotate", json!({"keys": [key("RS256", 2)], "now": true})).unwrap();
    deployment.run("keys.revoke", json!({"kid": old})).unwrap();
    assert!(!deployment.kv["keys"].contains(&old));
    assert_eq!(deployment.state_of(&old), "revoked");
    assert_eq!(deployment.count("SELECT count(*) FROM signing_keys WHERE revoked_at IS NOT NULL"), 1);
    assert!(deployment.run("keys.revoke", json!({"kid": old})).unwrap_err().starts_with("There is no key"));
}

#[test]
fn where_the_signing_key_is_revoked_its_announced_successor_begins_at_once() {
    let mut deployment = Deployment::new();
    deployment.run("keys.add", json!({"keys": both(1)})).unwrap();
    let old = deployment.signing(Es256);
    let announced = deployment.run("keys.rotate", json!({"keys": [key("ES256", 2)]})).unwrap()["added"][0].as_str().unwrap().to_owned();
    deployment.run("keys.revoke", json!({"kid": old})).unwrap();
    assert_eq!(deployment.signing(Es256), announced);
    assert_eq!(deployment.count(&format!("SELECT active_from FROM signing_keys WHERE kid = '{announced}'")), NOW);
}

#[test]
fn a_retired_key_is_not_published_again_when_its_successor_is_revoked() {
    let mut deployment = Deployment::new();
    deployment.run("keys.add", json!({"keys": both(1)})).unwrap();
    let first = deployment.signing(Es256);
    deployment.now += DAY;
    deployment.run("keys.rotate", json!({"keys": [key("ES256", 2)], "now": true})).unwrap();
    let second = deployment.signing(Es256);
    deployment.now += 20 * DAY;
    deployment.run("keys.rotate", json!({"keys": [key("ES256", 3)]})).unwrap();
    let before = deployment.published();
    deployment.run("keys.revoke", json!({"kid": second})).unwrap();
    assert_eq!(deployment.published(), before - 1, "the second is gone, and the first stays away");
    let keys: Value = serde_json::from_str(&deployment.kv["keys"]).unwrap();
    let first = keys.as_array().unwrap().iter().find(|key| key["kid"] == first.as_str()).unwrap();
    assert_eq!(first["retired_at"], NOW + DAY);
}

#[test]
fn what_is_no_key_of_its_algorithm_is_refused() {
    let mut deployment = Deployment::new();
    let mut short = key("RS256", 1);
    short["private_jwk"]["n"] = json!("AQAB");
    let mut public = key("ES256", 1);
    public["private_jwk"].as_object_mut().unwrap().remove("d");
    let mut curve = key("ES256", 1);
    curve["private_jwk"]["crv"] = json!("P-384");
    let mut mixed = key("ES256", 1);
    mixed["algorithm"] = json!("RS256");
    let mut none = key("ES256", 1);
    none["algorithm"] = json!("none");
    for (key, expected) in [
        (short, "The RS256 key is wrong: "),
        (public, "The ES256 key is wrong: its member d"),
        (curve, "The ES256 key is wrong: "),
        (mixed, "The RS256 key is wrong: its kty must be RSA"),
        (none, "\"none\" is no algorithm"),
    ] {
        let line = deployment.run("keys.add", json!({"keys": [key]})).unwrap_err();
        assert!(line.starts_with(expected), "{line}");
    }
    deployment.run("keys.add", json!({"keys": both(1)})).unwrap();
    assert!(deployment.run("keys.add", json!({"keys": both(1)})).unwrap_err().contains("is there already"));
}
