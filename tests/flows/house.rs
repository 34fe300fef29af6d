//! A house: one deployment with its database, clock and post, and the isolate that answers for it at the moment.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use http::Response;
use nightlatch::app::App;
use nightlatch::http::message::Incoming;
use nightlatch::jose::jwk;
use nightlatch::platform::{SignatureAlgorithm, Value};
use nightlatch::values::keyring::{NONCE_BYTES, Purpose, Sealing};
use nightlatch::values::{KeyId, Keyring, Secret, base64url};
use serde_json::{Value as Json, json};

use crate::browser::Browser;
use crate::site::Site;
use crate::support::{SqlitePlatform, keys, run};

/// Where the house stands.
pub(crate) const ISSUER: &str = "https://login.example";
/// The secrets of the house over the years, the first one first.
pub(crate) const SECRETS: [u8; 3] = [1, 2, 3];

pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 86_400;

/// One deployment.
pub(crate) struct House {
    /// What is behind it.
    pub(crate) world: SqlitePlatform,
    settings: RefCell<BTreeMap<String, String>>,
    app: RefCell<Rc<App<SqlitePlatform>>>,
    posted_before_answer: Cell<usize>,
}

/// A mail that has left.
pub(crate) struct Letter {
    /// Where to.
    pub(crate) to: String,
    /// Its subject.
    pub(crate) subject: String,
    /// Its text part.
    pub(crate) text: String,
    /// The code in it.
    pub(crate) code: String,
}

impl House {
    /// A house with the usual settings, two keys and three clients. It is ten to midnight, so that windows cross the day.
    pub(crate) fn open() -> Rc<Self> {
        Self::with(&[])
    }

    /// The same with some settings changed; names without the prefix.
    pub(crate) fn with(settings: &[(&str, &str)]) -> Rc<Self> {
        let world = SqlitePlatform::default();
        world.clock.advance(DAY - 10 * MINUTE);
        let mut all = usual_settings();
        change(&mut all, settings);
        let app = RefCell::new(Rc::new(App::new(world.clone(), &all).unwrap()));
        let house = Rc::new(Self { world, settings: RefCell::new(all), app, posted_before_answer: Cell::new(0) });
        house.add_key(SignatureAlgorithm::Rs256, keys::RS256_PRIVATE, 0);
        house.add_key(SignatureAlgorithm::Es256, keys::ES256_PRIVATE, 0);
        for client in clients() {
            house.register(&client);
        }
        house
    }

    /// Another isolate over the same world, with some settings changed; an empty value removes one.
    pub(crate) fn restart_with(&self, settings: &[(&str, &str)]) {
        change(&mut self.settings.borrow_mut(), settings);
        *self.app.borrow_mut() = Rc::new(App::new(self.world.clone(), &self.settings.borrow()).unwrap());
    }

    /// The operator seals anew what hangs on the secret before, by the command's first batch.
    #[cfg(feature = "operator")]
    pub(crate) fn reseals(&self) {
        use nightlatch::operator::{Chance, answer};
        let mut random = |buffer: &mut [u8]| -> Result<(), nightlatch::platform::Fault> {
            buffer.fill(5);
            Ok(())
        };
        let mut ask = |rows: Json| -> Json {
            let question = json!({"command": "keys.reseal", "environment": *self.settings.borrow(), "rows": rows});
            let now = nightlatch::platform::Platform::now(&self.world);
            serde_json::from_str(&answer(&question.to_string(), now, &mut Chance::new(&mut random)).unwrap()).unwrap()
        };
        let read = ask(json!([]))["reads"][0].clone();
        let found = self.world.database.ask(read["sql"].as_str().unwrap(), &values(&read["params"]));
        let rows = found.iter().map(|row| match &row.0[..] {
            [Value::Text(user), Value::Text(id), Value::Text(sealed)] => json!({"user_id": user, "id": id, "sealed": sealed}),
            _ => panic!("no such row"),
        });
        for statement in ask(json!([rows.collect::<Json>()]))["statements"].as_array().unwrap() {
            self.world.database.ask(statement["sql"].as_str().unwrap(), &values(&statement["params"]));
        }
    }

    /// Another isolate that remembers nothing.
    pub(crate) fn restart(&self) {
        self.restart_with(&[]);
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, seconds: i64) {
        self.world.clock.advance(seconds);
    }

    /// Seconds since the epoch.
    pub(crate) fn now(&self) -> i64 {
        nightlatch::platform::Platform::now(&self.world).seconds()
    }

    /// Answers a request, and does afterwards what is left to do.
    pub(crate) fn answer(&self, incoming: Incoming) -> Response<String> {
        let app = Rc::clone(&self.app.borrow());
        let before = self.world.outbox.sent.borrow().len();
        let handled = run(app.handle(incoming));
        self.posted_before_answer.set(self.world.outbox.sent.borrow().len() - before);
        if let Some(work) = handled.afterwards {
            run(app.afterwards(work));
        }
        handled.answer
    }

    /// Mails that the last answer waited for.
    pub(crate) fn posted_before_answer(&self) -> usize {
        self.posted_before_answer.get()
    }

    /// The cron's hour has come.
    pub(crate) fn clean_up(&self) {
        let app = Rc::clone(&self.app.borrow());
        run(app.clean_up());
    }

    /// A browser that has never been here.
    pub(crate) fn browser(self: &Rc<Self>) -> Browser {
        Browser::new(Rc::clone(self))
    }

    /// A public client on a static site; its tokens are signed by ES256.
    pub(crate) fn books(self: &Rc<Self>) -> Site {
        Site::new(Rc::clone(self), "books", None)
    }

    /// A confidential client; its tokens are signed by RS256.
    pub(crate) fn shop(self: &Rc<Self>) -> Site {
        Site::new(Rc::clone(self), "shop", Some("shop-secret"))
    }

    /// Puts a client in, as the operator's command does.
    pub(crate) fn register(&self, metadata: &Json) {
        let id = metadata["client_id"].as_str().unwrap();
        let sql = "INSERT INTO clients (id, metadata, created_at, updated_at) VALUES (?1, ?2, 0, 0)
                   ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata";
        self.world.database.ask(sql, &[text(id), text(&metadata.to_string())]);
    }

    /// Puts a signing key in that signs from then on (seconds from now), sealed under the first secret; gives its `kid`.
    pub(crate) fn add_key(&self, algorithm: SignatureAlgorithm, private_jwk: &str, signs_in: i64) -> KeyId {
        let jwk: Json = serde_json::from_str(private_jwk).unwrap();
        let kid = jwk::thumbprint(algorithm, &jwk).unwrap();
        let public = jwk::public(algorithm, &jwk).unwrap();
        let keyring = Keyring::new(&Secret::new(vec![SECRETS[0]; 32]), None);
        let sealing = Sealing { plain: private_jwk.as_bytes(), nonce: [7; NONCE_BYTES] };
        let sealed = keyring.seal(Purpose::SigningKey, kid.as_str(), sealing);
        let sql = "INSERT INTO signing_keys (kid, algorithm, public_jwk, sealed_private, announced_at, active_from) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let values = [
            text(kid.as_str()),
            text(algorithm.name()),
            text(&public.to_string()),
            text(&sealed),
            Value::Integer(self.now()),
            Value::Integer(self.now() + signs_in),
        ];
        self.world.database.ask(sql, &values);
        kid
    }

    /// Invites somebody, as the operator's command does: known, but never proven.
    pub(crate) fn invite(&self, address: &str) {
        let user = text(&format!("invited-{address}"));
        self.world.database.ask("INSERT INTO users (id, created_at, updated_at) VALUES (?1, 0, 0)", std::slice::from_ref(&user));
        self.world.database.ask("INSERT INTO addresses (identity, user_id, typed) VALUES (?1, ?2, ?1)", &[text(address), user]);
    }

    /// Locks somebody out, as the operator's command does.
    pub(crate) fn disable(&self, address: &str) {
        let sql = "UPDATE users SET disabled_at = ?2 WHERE id = (SELECT user_id FROM addresses WHERE identity = ?1)";
        self.world.database.ask(sql, &[text(address), Value::Integer(self.now())]);
    }

    /// How many rows a table has.
    pub(crate) fn count(&self, table: &str) -> i64 {
        self.number(&format!("SELECT count(*) AS n FROM {table}"))
    }

    /// The one number that a query gives.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        match self.world.database.ask(sql, &[])[0].0[0] {
            Value::Integer(number) => number,
            Value::Null | Value::Text(_) => panic!("{sql} gives no number"),
        }
    }

    /// Every mail that was handed over to be sent, the oldest first, whatever the server said to it.
    pub(crate) fn letters(&self) -> Vec<Letter> {
        self.sent("email").iter().map(letter).collect()
    }

    /// Every text message that was handed over to be sent, the oldest first.
    pub(crate) fn texts(&self) -> Vec<Json> {
        self.sent("sms")
    }

    /// The newest code that was sent to a number.
    pub(crate) fn code_for_number(&self, number: &str) -> String {
        let texts = self.texts();
        let text = texts.iter().rev().find(|text| text["to"] == number).unwrap_or_else(|| panic!("no text message to {number}"));
        text["code"].as_str().unwrap().to_owned()
    }

    fn sent(&self, channel: &str) -> Vec<Json> {
        let data = |body: &String| serde_json::from_str::<Json>(body).unwrap()["data"].clone();
        self.world.outbox.sent.borrow().iter().map(|request| data(&request.body)).filter(|data| data["channel"] == channel).collect()
    }

    /// The newest mail to an address.
    pub(crate) fn letter_to(&self, address: &str) -> Letter {
        self.letters().into_iter().rev().find(|letter| letter.to == address).unwrap_or_else(|| panic!("no mail to {address}"))
    }

    /// The newest code that was mailed to an address.
    pub(crate) fn code_for(&self, address: &str) -> String {
        self.letter_to(address).code
    }

    /// The next mails get no answer from the server that should take them.
    pub(crate) fn lose_next_mail(&self) {
        self.world.outbox.time_out();
    }

    /// Whether the log has a line of this event.
    pub(crate) fn logged(&self, event: &str) -> bool {
        self.world.log.borrow().iter().any(|line| serde_json::from_str::<Json>(line).unwrap()["event"] == event)
    }
}

/// Settings of a house that nobody has touched.
pub(crate) fn usual_settings() -> BTreeMap<String, String> {
    let mut settings = BTreeMap::new();
    let secret = base64url::encode([SECRETS[0]; 32]);
    let usual = [
        ("ISSUER", ISSUER),
        ("SECRET", &secret),
        ("MAIL", "webhook"),
        ("WEBHOOK_URL", "https://post.example/mail"),
        ("WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    ];
    change(&mut settings, &usual);
    settings
}

fn change(settings: &mut BTreeMap<String, String>, changes: &[(&str, &str)]) {
    for (name, value) in changes {
        let name = format!("NIGHTLATCH_{name}");
        if value.is_empty() {
            settings.remove(&name)
        } else {
            settings.insert(name, (*value).to_owned())
        };
    }
}

fn clients() -> [Json; 2] {
    [
        json!({
            "client_id": "books", "client_name": "Harbour Books", "token_endpoint_auth_method": "none", "id_token_signed_response_alg": "ES256",
            "redirect_uris": ["https://books.example/callback"], "post_logout_redirect_uris": ["https://books.example/bye"],
        }),
        json!({
            "client_id": "shop", "client_name": "Corner Shop", "client_secret": "shop-secret",
            "redirect_uris": ["https://shop.example/callback"], "post_logout_redirect_uris": ["https://shop.example/bye"],
        }),
    ]
}

fn letter(data: &Json) -> Letter {
    let part = |name: &str| data[name].as_str().unwrap().to_owned();
    Letter { to: part("to"), subject: part("subject"), text: part("text"), code: part("code") }
}

/// A plan's parameters for SQL.
#[cfg(feature = "operator")]
fn values(parameters: &Json) -> Vec<Value> {
    let value = |parameter: &Json| parameter.as_i64().map_or_else(|| text(parameter.as_str().unwrap()), Value::Integer);
    parameters.as_array().unwrap().iter().map(value).collect()
}

/// A text for SQL.
pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
