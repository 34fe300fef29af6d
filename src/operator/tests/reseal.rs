//! What people's second factors hang on, sealed anew after the Worker's secret has changed.

use super::*;
use crate::factors::recovery_code::Pepper;
use crate::factors::totp::TotpKey;
use crate::values::{Keyring, Secret, UserId, base64url};

const THIRD_SECRET: &str = "CBECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

fn keyring(current: &str, previous: Option<&str>) -> Keyring {
    let secret = |text: &str| Secret::new(base64url::decode(text).unwrap());
    Keyring::new(&secret(current), previous.map(secret).as_ref())
}

impl Deployment {
    /// People with an app and two recovery codes each, sealed under that secret; gives their ids.
    fn people(&self, number: u16, secret: &str) -> Vec<UserId> {
        (0..number).map(|number| self.person(number, secret)).collect()
    }

    fn person(&self, number: u16, secret: &str) -> UserId {
        let keys = keyring(secret, None);
        let mut id = [0; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        let user = UserId::new(id);
        let key = TotpKey::new([7; 20]).seal(&keys, &user, [1; 24]);
        let pepper = Pepper::new([8; 32]).seal(&keys, &user, [2; 24]);
        let app = "INSERT INTO authenticators (user_id, id, name, sealed_key, last_step, created_at) VALUES (?1, 'app', 'Phone', ?2, 0, 0)";
        self.query(app, &[json!(user), json!(key)]);
        let codes = "INSERT INTO recovery_codes (user_id, hash, created_at, sealed_pepper) VALUES (?1, 'one', 0, ?2), (?1, 'two', 0, ?2)";
        self.query(codes, &[json!(user), json!(pepper)]);
        user
    }

    /// Whether all that somebody has can be opened by this keyring.
    fn opens(&self, user: &UserId, keys: &Keyring) -> bool {
        let column = |sql: &str| -> Vec<String> {
            let rows = self.query(sql, &[json!(user)]);
            rows.as_array().unwrap().iter().map(|row| row["sealed"].as_str().unwrap().to_owned()).collect()
        };
        let apps = column("SELECT sealed_key AS sealed FROM authenticators WHERE user_id = ?1");
        let peppers = column("SELECT sealed_pepper AS sealed FROM recovery_codes WHERE user_id = ?1");
        assert_eq!((apps.len(), peppers.len()), (1, 2));
        apps.iter().all(|sealed| TotpKey::open(keys, user, sealed) == Some(TotpKey::new([7; 20])))
            && peppers.iter().all(|sealed| Pepper::open(keys, user, sealed) == Some(Pepper::new([8; 32])))
    }

    fn changes_secret(&mut self, now: &str, before: &str) {
        self.set("SECRET", now);
        self.set("SECRET_PREVIOUS", before);
    }

    fn reseals(&mut self, after: &Value) -> Value {
        self.run("keys.reseal", if after.is_null() { json!({}) } else { json!({"after": after}) }).unwrap()
    }
}

#[test]
fn all_of_it_survives_two_changes_with_the_command_between() {
    let mut deployment = Deployment::new();
    let [ann, bob]: [UserId; 2] = deployment.people(2, SECRET).try_into().unwrap();
    deployment.changes_secret(OTHER_SECRET, SECRET);
    let shown = deployment.reseals(&Value::Null);
    assert_eq!(shown, json!({"resealed": 4, "lost_apps": 0, "lost_recovery_codes": 0, "after": null}));
    let alone = keyring(OTHER_SECRET, None);
    assert!(deployment.opens(&ann, &alone) && deployment.opens(&bob, &alone), "the first secret may go");
    assert_eq!(deployment.reseals(&Value::Null)["resealed"], 0, "what is done isn't done twice");

    deployment.changes_secret(THIRD_SECRET, OTHER_SECRET);
    assert_eq!(deployment.reseals(&Value::Null)["resealed"], 4);
    assert!(deployment.opens(&ann, &keyring(THIRD_SECRET, None)));
}

#[test]
fn what_neither_secret_opens_is_counted_and_left_until_an_older_one_is_back() {
    let mut deployment = Deployment::new();
    let lost = deployment.person(1, SECRET);
    deployment.person(2, OTHER_SECRET);
    deployment.changes_secret(THIRD_SECRET, OTHER_SECRET);
    let shown = deployment.reseals(&Value::Null);
    assert_eq!(shown, json!({"resealed": 2, "lost_apps": 1, "lost_recovery_codes": 1, "after": null}));
    assert!(deployment.opens(&lost, &keyring(SECRET, None)), "nothing of it is thrown away");
    deployment.changes_secret(THIRD_SECRET, SECRET);
    assert_eq!(deployment.reseals(&Value::Null)["resealed"], 2);
    assert!(deployment.opens(&lost, &keyring(THIRD_SECRET, None)));
}

#[test]
fn batches_are_bounded_and_the_last_one_ends_even_among_what_is_lost() {
    let mut deployment = Deployment::new();
    let people = deployment.people(230, SECRET);
    deployment
        .execute("UPDATE authenticators SET sealed_key = 'lost' WHERE user_id IN (SELECT user_id FROM authenticators ORDER BY user_id LIMIT 100)");
    deployment.changes_secret(OTHER_SECRET, SECRET);
    let (mut after, mut batches) = (Value::Null, Vec::new());
    loop {
        let shown = deployment.reseals(&after);
        batches.push((shown["resealed"].as_u64().unwrap(), shown["lost_apps"].as_u64().unwrap()));
        after = shown["after"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!(batches, [(100, 100), (200, 0), (60, 0)]);
    assert!(deployment.opens(&people[229], &keyring(OTHER_SECRET, None)));
}
