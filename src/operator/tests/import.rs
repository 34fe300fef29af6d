//! People from another system.

use super::*;

const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG";
const ARGON2ID: &str = "$argon2id$v=19$m=16,t=2,p=1$c2FsdHNhbHQ$evCsWC5CWC7nY4P5+dhvUg";

impl Deployment {
    /// Imports these records; gives each outcome with its reason.
    fn import(&mut self, records: &[Value]) -> Vec<(String, String)> {
        let lines: Vec<Value> = (1..).zip(records).map(|(line, record)| json!({"line": line, "record": record})).collect();
        let shown = self.run("users.import", json!({"records": lines})).unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        shown["records"].as_array().unwrap().iter().map(|record| (text(&record["outcome"]), text(&record["reason"]))).collect()
    }

    fn outcomes(&mut self, records: &[Value]) -> Vec<String> {
        self.import(records).into_iter().map(|(outcome, _)| outcome).collect()
    }

    fn text(&self, sql: &str) -> String {
        self.database.query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

#[test]
fn each_record_is_created_updated_skipped_or_failed_by_itself() {
    let mut deployment = Deployment::new();
    deployment.run("users.invite", json!({"address": "bob@example.org"})).unwrap();
    let records = [
        json!({"email": "Ann@Example.org", "name": "Ann Archer", "email_verified": true, "password_hash": BCRYPT}),
        json!({"email": "bob@example.org", "name": "Bob", "email_verified": true, "password_hash": ARGON2ID}),
        json!({"email": "ANN@example.org"}),
        json!({"email": "no address"}),
        json!({"email": "carl@example.org", "disabled": true}),
    ];
    let outcomes = deployment.import(&records);
    let words: Vec<&str> = outcomes.iter().map(|(outcome, _)| outcome.as_str()).collect();
    assert_eq!(words, ["created", "updated", "skipped", "failed", "created"]);
    assert_eq!(outcomes[2].1, "line 1 has the same address");
    assert!(outcomes[3].1.starts_with("\"no address\" is no address: "), "{}", outcomes[3].1);
    assert_eq!(deployment.text("SELECT hash FROM passwords p JOIN addresses a USING (user_id) WHERE identity = 'ann@example.org'"), BCRYPT);
    assert_eq!(deployment.text("SELECT typed FROM addresses WHERE identity = 'ann@example.org'"), "Ann@Example.org");
    assert_eq!(deployment.count("SELECT count(*) FROM addresses WHERE verified_at = 1790000000"), 2);
    assert_eq!(deployment.count("SELECT count(*) FROM users WHERE disabled_at IS NOT NULL"), 1);
    assert_eq!(deployment.outcomes(&records), ["skipped", "skipped", "skipped", "failed", "skipped"], "once more changes nothing");
}

#[test]
fn an_import_replaces_nothing() {
    let mut deployment = Deployment::new();
    deployment.outcomes(&[json!({"email": "ann@example.org", "name": "Ann", "email_verified": true, "password_hash": ARGON2ID})]);
    let again = json!({"email": "ann@example.org", "name": "Anna", "email_verified": true, "password_hash": BCRYPT});
    assert_eq!(deployment.outcomes(&[again]), ["skipped"]);
    assert_eq!(deployment.text("SELECT hash FROM passwords"), ARGON2ID);
    assert_eq!(deployment.text("SELECT json_extract(profile, '$.name') FROM users"), "Ann");
}

#[test]
fn a_password_of_an_unproven_address_is_not_taken() {
    let mut deployment = Deployment::new();
    for record in [
        json!({"email": "ann@example.org", "password_hash": BCRYPT}),
        json!({"email": "ann@example.org", "password_hash": BCRYPT, "email_verified": false}),
    ] {
        let [(outcome, reason)] = &deployment.import(&[record])[..] else { panic!("one record") };
        assert!(outcome == "failed" && reason.contains("email_verified"), "{reason}");
    }
    assert_eq!(deployment.count("SELECT count(*) FROM users"), 0);
}

#[test]
fn hashes_are_read_as_the_worker_reads_them() {
    let mut deployment = Deployment::new();
    let vectors: Value = serde_json::from_str(include_str!("../../../tests/vectors/password_hashes.json")).unwrap();
    let record = |number: usize, hash: &Value| json!({"email": format!("p{number}@example.org"), "email_verified": true, "password_hash": hash});
    let all: Vec<Value> = vectors["vectors"].as_array().unwrap().iter().enumerate().map(|(number, vector)| record(number, &vector["hash"])).collect();
    assert!(deployment.outcomes(&all).iter().all(|outcome| outcome == "created"));
    for (hash, reason) in [
        ("plain text", "the password hash is of no scheme that is known here"),
        ("$2b$04$short", "the password hash can't be read"),
        ("$argon2id$v=19$m=1048576,t=2,p=1$c2FsdHNhbHQ$evCsWC5CWC7nY4P5+dhvUg", "the password hash would take too much memory or time to verify"),
    ] {
        assert_eq!(deployment.import(&[record(100, &json!(hash))]), [("failed".to_owned(), reason.to_owned())]);
    }
}

#[test]
fn what_no_record_can_be_is_said_and_the_others_go_on() {
    let mut deployment = Deployment::new();
    let outcomes = deployment.import(&[
        json!("ann@example.org"),
        json!({"name": "Ann"}),
        json!({"email": "ann@example.org", "role": "admin"}),
        json!({"email": "ann@example.org", "name": "a\nb"}),
        json!({"email": "ann@example.org"}),
    ]);
    let words: Vec<&str> = outcomes.iter().map(|(outcome, _)| outcome.as_str()).collect();
    assert_eq!(words, ["failed", "failed", "failed", "failed", "created"]);
    assert!(outcomes[2].1.contains("role"), "{}", outcomes[2].1);
}

#[test]
fn whoever_is_imported_as_disabled_is_signed_out() {
    let mut deployment = Deployment::new();
    let id = deployment.run("users.invite", json!({"address": "ann@example.org"})).unwrap()["user"]["id"].as_str().unwrap().to_owned();
    let sql = format!("INSERT INTO sessions (id, user_id, auth_time, amr, acr, created_at) VALUES ('s', '{id}', 0, '', '', 0)");
    deployment.execute(&sql);
    assert_eq!(deployment.outcomes(&[json!({"email": "ann@example.org", "disabled": true})]), ["updated"]);
    assert_eq!(deployment.count("SELECT count(*) FROM sessions"), 0);
    assert_eq!(deployment.outcomes(&[json!({"email": "ann@example.org", "disabled": false})]), ["skipped"], "nobody is let in by an import");
}

#[test]
fn of_two_imports_at_a_time_one_makes_the_person() {
    let mut deployment = Deployment::new();
    let record = json!({"line": 1, "record": {"email": "ann@example.org", "email_verified": true, "password_hash": BCRYPT}});
    let question = json!({"command": "users.import", "input": {"records": [record]}, "rows": [[]]}).to_string();
    let (one, other) = (deployment.ask(&question).unwrap(), deployment.ask(&question).unwrap());
    deployment.apply(&one);
    deployment.apply(&other);
    let counts = ["users", "addresses", "passwords"].map(|table| deployment.count(&format!("SELECT count(*) FROM {table}")));
    assert_eq!(counts, [1, 1, 1]);
}

#[test]
fn where_passwords_are_off_it_says_so() {
    let mut deployment = Deployment::new();
    let shown = deployment.run("users.import", json!({"records": []})).unwrap();
    assert!(shown["warnings"][0].as_str().unwrap().contains("NIGHTLATCH_PASSWORDS"));
    deployment.set("PASSWORDS", "on");
    assert_eq!(deployment.run("users.import", json!({"records": []})).unwrap()["warnings"], json!([]));
    let many: Vec<Value> = (0..101).map(|line| json!({"line": line, "record": {}})).collect();
    deployment.run("users.import", json!({"records": many})).unwrap_err();
}
