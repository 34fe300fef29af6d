//! Commands about clients.

use super::*;
use crate::oidc::client::Client;

fn public_client() -> Value {
    json!({"client_id": "demo", "redirect_uris": ["https://app.example/cb"], "token_endpoint_auth_method": "none"})
}

fn confidential() -> Value {
    json!({"client_id": "server", "redirect_uris": ["https://server.example/cb"], "token_endpoint_auth_method": "client_secret_basic"})
}

impl Deployment {
    /// The client as the Worker reads it; D1 and KV say the same.
    fn client(&self, id: &str) -> Option<Client> {
        let cached = self.kv.get(&format!("client:{id}"));
        let rows = self.query("SELECT metadata FROM clients WHERE id = ?1", &[json!(id)]);
        assert_eq!(rows[0]["metadata"].as_str(), cached.map(String::as_str));
        cached.map(|metadata| Client::from_metadata(&serde_json::from_str(metadata).unwrap()).unwrap())
    }

    fn knows(&self, id: &str, secret: &str) -> bool {
        self.client(id).unwrap().knows_secret(secret, Timestamp::from_seconds(self.now))
    }
}

#[test]
fn a_file_of_clients_is_loaded_and_its_successor_replaces_it() {
    let mut deployment = Deployment::new();
    let mut server = confidential();
    server["client_secret"] = json!("from the file");
    deployment.run("clients.add", json!({"metadata": {"client_id": "by-hand", "redirect_uris": ["https://hand.example/"]}})).unwrap();
    let show = deployment.run("clients.load", json!({"clients": [public_client(), server]})).unwrap();
    assert_eq!(show, json!({"clients": ["demo", "server"]}));
    assert!(deployment.knows("server", "from the file"));
    assert!(!deployment.kv["client:server"].contains("from the file"));

    deployment.now += 5;
    let mut changed = public_client();
    changed["client_name"] = json!("Demo");
    deployment.run("clients.load", json!({"clients": [changed], "previous": ["demo", "server", "never-there"]})).unwrap();
    assert_eq!(deployment.client("demo").unwrap().shown_name(), "Demo");
    assert!(deployment.client("server").is_none());
    assert!(deployment.client("by-hand").is_some());
    assert_eq!(deployment.count("SELECT updated_at - created_at FROM clients WHERE id = 'demo'"), 5);
}

#[test]
fn a_malformed_file_changes_nothing_and_the_line_names_entry_and_member() {
    let mut deployment = Deployment::new();
    for (clients, expected) in [
        (
            json!([public_client(), {"client_id": "two", "redirect_uris": ["http://evil.example/"]}]),
            "Client 2 of the clients file (\"two\") is wrong: redirect_uris: ",
        ),
        (json!([{"redirect_uris": ["https://app.example/"]}]), "Client 1 of the clients file is wrong: client_id: "),
        (json!([public_client(), public_client()]), "Client 2 of the clients file (\"demo\") is wrong: client_id: another entry has the same"),
        (json!([7]), "Client 1 of the clients file is wrong: client: it must be a JSON object"),
        (json!([confidential()]), "Client 1 of the clients file (\"server\") is wrong: client_secret: "),
        (json!("demo"), "clients.load can't be done with this input: "),
    ] {
        let line = deployment.run("clients.load", json!({"clients": clients})).unwrap_err();
        assert!(line.starts_with(expected), "{line}");
    }
    assert_eq!(deployment.count("SELECT count(*) FROM clients"), 0);
    assert!(deployment.kv.is_empty());
}

#[test]
fn a_new_client_gets_an_id_and_a_confidential_one_a_secret_that_is_shown_once() {
    let mut deployment = Deployment::new();
    let show = deployment.run("clients.add", json!({"metadata": {"redirect_uris": ["https://app.example/"]}})).unwrap();
    let id = show["client"]["client_id"].as_str().unwrap();
    assert_eq!(id.len(), 22);
    assert!(deployment.client(id).unwrap().is_public());
    assert!(show.get("client_secret").is_none());

    let show = deployment.run("clients.add", json!({"metadata": confidential()})).unwrap();
    let secret = show["client_secret"].as_str().unwrap();
    assert_eq!(secret.len(), 43);
    assert!(deployment.knows("server", secret));
    let listed = deployment.run("clients.list", json!({})).unwrap().to_string();
    let hash = crate::values::base64url::sha256(secret);
    assert!(!listed.contains(secret) && !listed.contains(&hash) && listed.contains("\"server\""));
    assert_eq!(deployment.count(&format!("SELECT count(*) FROM clients WHERE metadata LIKE '%{secret}%'")), 0);
}

#[test]
fn what_is_taken_or_wrong_is_not_added() {
    let mut deployment = Deployment::new();
    deployment.run("clients.add", json!({"metadata": public_client()})).unwrap();
    assert!(deployment.run("clients.add", json!({"metadata": public_client()})).unwrap_err().starts_with("There is already a client \"demo\""));
    assert!(
        deployment.run("clients.add", json!({"metadata": {"redirect_uris": []}})).unwrap_err().starts_with("The client is wrong: redirect_uris: ")
    );
    let mut hashed = confidential();
    hashed["client_secrets"] = json!([{"sha256": "x"}]);
    assert!(deployment.run("clients.add", json!({"metadata": hashed})).unwrap_err().starts_with("client_secrets are written by this command alone"));
}

#[test]
fn a_patch_changes_its_members_and_removes_those_of_null() {
    let mut deployment = Deployment::new();
    let mut metadata = public_client();
    metadata["client_name"] = json!("Demo");
    metadata["policy_uri"] = json!("https://app.example/policy");
    deployment.run("clients.add", json!({"metadata": metadata})).unwrap();
    let patch = json!({"redirect_uris": ["https://new.example/cb"], "policy_uri": null});
    deployment.run("clients.update", json!({"client_id": "demo", "patch": patch})).unwrap();
    let client = deployment.client("demo").unwrap();
    assert_eq!(client.redirect_uris[0].as_str(), "https://new.example/cb");
    assert_eq!(client.origins, ["https://new.example"]);
    assert_eq!((client.display.name.as_deref(), client.display.policy_uri), (Some("Demo"), None));
}

#[test]
fn origins_that_were_listed_stay_when_the_redirect_uris_change() {
    let mut deployment = Deployment::new();
    let mut metadata = public_client();
    metadata["redirect_uris"] = json!(["https://app.example/cb", "https://b.example/cb"]);
    metadata["allowed_origins"] = json!(["https://app.example"]);
    deployment.run("clients.add", json!({"metadata": metadata})).unwrap();
    deployment.run("clients.update", json!({"client_id": "demo", "patch": {"redirect_uris": ["https://c.example/cb"]}})).unwrap();
    assert_eq!(deployment.client("demo").unwrap().origins, ["https://app.example"]);
}

#[test]
fn a_client_that_becomes_confidential_gets_a_secret_and_loses_it_when_it_becomes_public() {
    let mut deployment = Deployment::new();
    deployment.run("clients.add", json!({"metadata": public_client()})).unwrap();
    let update = |method: &str| json!({"client_id": "demo", "patch": {"token_endpoint_auth_method": method}});
    let show = deployment.run("clients.update", update("client_secret_post")).unwrap();
    assert!(deployment.knows("demo", show["client_secret"].as_str().unwrap()));
    let again = deployment.run("clients.update", update("client_secret_basic")).unwrap();
    assert!(again.get("client_secret").is_none());
    deployment.run("clients.update", update("none")).unwrap();
    assert!(deployment.client("demo").unwrap().secrets.is_empty());
}

#[test]
fn what_a_patch_may_not_touch_is_refused() {
    let mut deployment = Deployment::new();
    deployment.run("clients.add", json!({"metadata": public_client()})).unwrap();
    for (patch, expected) in [
        (json!({"client_id": "other"}), "A client keeps its client_id"),
        (json!({"client_secret": "x"}), "client_secret can't be changed here"),
        (json!({"client_secrets": []}), "client_secrets are written by this command alone"),
        (json!({"redirect_uris": ["http://evil.example/"]}), "The client is wrong: redirect_uris: "),
    ] {
        let line = deployment.run("clients.update", json!({"client_id": "demo", "patch": patch})).unwrap_err();
        assert!(line.starts_with(expected), "{line}");
    }
    let line = deployment.run("clients.update", json!({"client_id": "nobody", "patch": {}})).unwrap_err();
    assert!(line.starts_with("There is no client \"nobody\""), "{line}");
}

#[test]
fn an_old_secret_counts_for_as_long_as_it_is_kept() {
    let mut deployment = Deployment::new();
    let first = deployment.run("clients.add", json!({"metadata": confidential()})).unwrap()["client_secret"].as_str().unwrap().to_owned();
    let rotate = |deployment: &mut Deployment, keep: i64| {
        let show = deployment.run("clients.rotate-secret", json!({"client_id": "server", "keep_seconds": keep})).unwrap();
        show["client_secret"].as_str().unwrap().to_owned()
    };
    let second = rotate(&mut deployment, 100);
    deployment.now += 99;
    assert!(deployment.knows("server", &first) && deployment.knows("server", &second));
    // A longer time for the second doesn't lengthen the first one's.
    let third = rotate(&mut deployment, 1_000);
    deployment.now += 1;
    assert!(!deployment.knows("server", &first) && deployment.knows("server", &second) && deployment.knows("server", &third));
    let fourth = rotate(&mut deployment, 0);
    assert!(!deployment.knows("server", &third) && deployment.knows("server", &fourth));
    assert_eq!(deployment.client("server").unwrap().secrets.len(), 1);

    deployment.run("clients.add", json!({"metadata": public_client()})).unwrap();
    assert!(deployment.run("clients.rotate-secret", json!({"client_id": "demo"})).unwrap_err().contains("is public and has no secret"));
    assert!(deployment.run("clients.rotate-secret", json!({"client_id": "server", "keep_seconds": -1})).unwrap_err().contains("0 to 7776000"));
}

#[test]
fn a_removed_client_is_gone_from_both_stores_and_what_it_was_granted_ends() {
    let mut deployment = Deployment::new();
    deployment.run("clients.add", json!({"metadata": public_client()})).unwrap();
    deployment.execute(
        "INSERT INTO grants (id, user_id, client_id, session_id, scope, auth_time, amr, acr, rotated_at, expires_at)
         VALUES ('a', 'ann', 'demo', 's', 'openid', 0, '', '', 0, 0), ('b', 'ann', 'other', 's', 'openid', 0, '', '', 0, 0)",
    );
    deployment.run("clients.remove", json!({"client_id": "demo"})).unwrap();
    assert!(deployment.client("demo").is_none());
    assert_eq!(deployment.count("SELECT ended_at FROM grants WHERE id = 'a'"), NOW);
    assert_eq!(deployment.count("SELECT count(*) FROM grants WHERE ended_at IS NULL"), 1);
    // Once more mends a removal that never reached KV.
    deployment.kv.insert("client:demo".to_owned(), "left over".to_owned());
    deployment.run("clients.remove", json!({"client_id": "demo"})).unwrap();
    assert!(!deployment.kv.contains_key("client:demo"));
}
