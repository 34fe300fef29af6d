//! Commands about people.

use super::*;

impl Deployment {
    fn invite(&mut self, address: &str) -> Value {
        self.run("users.invite", json!({"address": address})).unwrap()
    }

    /// A session, a code, a grant and a challenge of this person.
    fn sign_in(&self, id: &str, address: &str) {
        self.execute(&format!(
            "INSERT INTO sessions (id, user_id, auth_time, amr, acr, created_at) VALUES ('s-{id}', '{id}', 0, '', '', 0);
             INSERT INTO codes (id, client_id, redirect_uri, code_challenge, user_id, session_id, scope, auth_time, amr, acr, grant_id)
               VALUES ('c-{id}', 'demo', '', '', '{id}', 's', '', 0, '', '', 'g');
             INSERT INTO grants (id, user_id, client_id, session_id, scope, auth_time, amr, acr, rotated_at, expires_at)
               VALUES ('g-{id}', '{id}', 'demo', 's', '', 0, '', '', 0, 0);
             INSERT INTO challenges (id, browser, address, typed, lane, digits, request) VALUES ('h-{id}', '', '{address}', '', '', 6, '{{}}');"
        ));
    }
}

#[test]
fn an_invitation_makes_a_person_whose_address_is_not_verified_yet() {
    let mut deployment = Deployment::new();
    let show = deployment.run("users.invite", json!({"address": " Ann@Bücher.example", "name": "Ann"})).unwrap();
    assert_eq!((&show["invited"], &show["user"]["address"]), (&json!(true), &json!("ann@xn--bcher-kva.example")));
    let listed = deployment.run("users.list", json!({})).unwrap();
    let user = &listed["users"][0];
    assert_eq!((&user["typed"], &user["verified_at"], &user["profile"]), (&json!("Ann@Bücher.example"), &Value::Null, &json!({"name": "Ann"})));
    assert_eq!((&user["created_at"], &listed["next"]), (&json!(NOW), &Value::Null));
}

#[test]
fn a_second_invitation_changes_nothing_however_the_address_is_written() {
    let mut deployment = Deployment::new();
    let first = deployment.invite("ann@example.org");
    let again = deployment.invite("ANN@Example.ORG");
    assert_eq!((&again["invited"], &again["user"]["id"]), (&json!(false), &first["user"]["id"]));
    assert_eq!(first["message"], Value::Null);
    assert_eq!(again["message"], "ann@example.org is here already and can sign in. Nothing has changed.");
    deployment.run("users.disable", json!({"user": "ann@example.org"})).unwrap();
    let disabled = deployment.invite("ann@example.org");
    assert_eq!(
        disabled["message"],
        "ann@example.org is here already, but disabled. Nothing has changed: `npm run users -- enable --user ann@example.org` lets them in again."
    );
    assert_eq!(deployment.count("SELECT count(*) FROM users") + deployment.count("SELECT count(*) FROM addresses"), 2);
}

#[test]
fn of_two_invitations_at_a_time_one_makes_a_person() {
    let mut deployment = Deployment::new();
    let question = json!({"command": "users.invite", "input": {"address": "ann@example.org"}, "rows": [[]]}).to_string();
    let (one, other) = (deployment.ask(&question).unwrap(), deployment.ask(&question).unwrap());
    assert_ne!(one["show"]["user"]["id"], other["show"]["user"]["id"]);
    deployment.apply(&one);
    deployment.apply(&other);
    assert_eq!(deployment.count("SELECT count(*) FROM users JOIN addresses ON addresses.user_id = users.id"), 1);
    assert_eq!(deployment.count("SELECT count(*) FROM users"), 1);
}

#[test]
fn the_settings_decide_which_addresses_can_be_invited() {
    let mut deployment = Deployment::new();
    let refused = deployment.run("users.invite", json!({"address": "änn@example.org"})).unwrap_err();
    assert!(refused.starts_with("\"änn@example.org\" is no address: "), "{refused}");
    deployment.set("NON_ASCII_LOCAL_PART", "allow");
    assert_eq!(deployment.invite("änn@example.org")["invited"], true);
    for (address, name) in [("not an address", "Ann"), ("bob@example.org", "a\nb"), ("bob@example.org", " ")] {
        deployment.run("users.invite", json!({"address": address, "name": name})).unwrap_err();
    }
}

#[test]
fn the_one_who_has_an_address_is_listed_alone() {
    let mut deployment = Deployment::new();
    deployment.invite("ann@example.org");
    deployment.invite("bob@example.org");
    let found = deployment.run("users.list", json!({"address": "BOB@example.org"})).unwrap();
    assert_eq!((found["users"].as_array().map(Vec::len), &found["users"][0]["address"]), (Some(1), &json!("bob@example.org")));
    assert_eq!(deployment.run("users.list", json!({"address": "carl@example.org"})).unwrap()["users"], json!([]));
}

#[test]
fn people_are_listed_page_by_page() {
    let mut deployment = Deployment::new();
    for number in 0..5 {
        deployment.invite(&format!("user{number}@example.org"));
    }
    let (mut after, mut pages, mut seen) = (json!(""), 0, std::collections::BTreeSet::new());
    while !after.is_null() {
        let page = deployment.run("users.list", json!({"after": after, "limit": 2})).unwrap();
        seen.extend(page["users"].as_array().unwrap().iter().map(|user| user["id"].to_string()));
        after = page["next"].clone();
        pages += 1;
    }
    assert_eq!((pages, seen.len()), (3, 5));
    deployment.run("users.list", json!({"limit": 0})).unwrap_err();
}

#[test]
fn whoever_is_disabled_is_signed_out_everywhere_and_can_be_enabled_again() {
    let mut deployment = Deployment::new();
    let id = deployment.invite("ann@example.org")["user"]["id"].as_str().unwrap().to_owned();
    deployment.sign_in(&id, "ann@example.org");
    deployment.sign_in("bob", "bob@example.org");
    for person in [id.as_str(), "bob"] {
        let columns = "(id, browser, user_id, address, request, auth_time, amr, acr, asks)";
        deployment.execute(&format!("INSERT INTO sign_ins {columns} VALUES ('s-{person}', 'b', '{person}', '', '', 0, 'otp', '1', 'new_password')"));
        deployment.execute(&format!("INSERT INTO trusted_browsers (id, user_id, browser, created_at) VALUES ('t-{person}', '{person}', 'b', 0)"));
    }
    deployment.run("users.disable", json!({"user": "Ann@example.org"})).unwrap();
    assert_eq!(deployment.count("SELECT disabled_at FROM users"), NOW);
    assert_eq!(deployment.count("SELECT count(*) FROM sign_ins WHERE user_id = 'bob'") + deployment.count("SELECT count(*) FROM sign_ins"), 2);
    assert_eq!(
        deployment.count("SELECT count(*) FROM trusted_browsers WHERE user_id = 'bob'") + deployment.count("SELECT count(*) FROM trusted_browsers"),
        2
    );
    assert_eq!(deployment.count("SELECT count(*) FROM sessions") + deployment.count("SELECT count(*) FROM codes"), 2, "bob's are left");
    assert_eq!(deployment.count("SELECT count(*) FROM grants WHERE ended_at IS NULL AND user_id = 'bob'"), 1);
    assert_eq!(deployment.count("SELECT count(*) FROM grants WHERE ended_at IS NULL"), 1);

    deployment.now += 10;
    let show = deployment.run("users.disable", json!({"user": id})).unwrap();
    assert_eq!(show["user"]["disabled_at"], NOW, "the first time counts");
    deployment.run("users.enable", json!({"user": id})).unwrap();
    assert_eq!(deployment.count("SELECT count(*) FROM users WHERE disabled_at IS NULL"), 1);
    assert_eq!(deployment.count("SELECT count(*) FROM grants WHERE ended_at IS NULL"), 1, "what ended stays ended");
}

#[test]
fn nothing_is_left_of_whoever_is_deleted() {
    let mut deployment = Deployment::new();
    let id = deployment.invite("ann@example.org")["user"]["id"].as_str().unwrap().to_owned();
    deployment.sign_in(&id, "ann@example.org");
    deployment.sign_in("bob", "bob@example.org");
    deployment.run("users.delete", json!({"user": "ann@example.org"})).unwrap();
    for (table, left) in [("users", 0), ("addresses", 0), ("sessions", 1), ("codes", 1), ("grants", 1), ("challenges", 1)] {
        assert_eq!(deployment.count(&format!("SELECT count(*) FROM {table}")), left, "{table}");
    }
    for command in ["users.delete", "users.disable", "users.enable"] {
        assert!(deployment.run(command, json!({"user": "ann@example.org"})).unwrap_err().starts_with("There is nobody called \"ann@example.org\""));
        assert!(deployment.run(command, json!({"user": id})).unwrap_err().starts_with("There is nobody called"));
    }
}
