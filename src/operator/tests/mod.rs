//! The commands as the scripts run them: questions and answers in JSON, plans carried out on SQLite with the real migrations.

mod clients;
mod import;
mod keys;
mod questions;
mod reseal;
mod users;

use std::collections::BTreeMap;

use rusqlite::types::{Value as Sql, ValueRef};
use serde_json::{Map, Value, json};

use super::{Chance, answer};
use crate::platform::Fault;
use crate::values::Timestamp;

const NOW: i64 = 1_790_000_000;
const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const OTHER_SECRET: &str = "BBECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// D1 and KV of a deployment, and its environment.
struct Deployment {
    database: rusqlite::Connection,
    kv: BTreeMap<String, String>,
    environment: BTreeMap<String, String>,
    now: i64,
    drawn: u8,
}

impl Deployment {
    fn new() -> Self {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/kv-schema/d1");
        let mut migrations: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        migrations.sort();
        for migration in migrations {
            database.execute_batch(&std::fs::read_to_string(migration).unwrap()).unwrap();
        }
        let mut new = Self { database, kv: BTreeMap::new(), environment: BTreeMap::new(), now: NOW, drawn: 0 };
        new.set("ISSUER", "http://localhost:8787");
        new.set("SECRET", SECRET);
        new.set("MAIL", "mailbox");
        new
    }

    fn set(&mut self, name: &str, value: &str) {
        self.environment.insert(format!("NIGHTLATCH_{name}"), value.to_owned());
    }

    /// Carries a command out as the scripts do; gives what is shown, or the line that says what is wrong.
    fn run(&mut self, command: &str, input: Value) -> Result<Value, String> {
        let mut rows: Vec<Value> = Vec::new();
        for _ in 0..5 {
            let question = json!({"command": command, "input": input, "environment": self.environment, "now": self.now, "rows": rows});
            let answer = self.ask(&question.to_string())?;
            let Some(reads) = answer["reads"].as_array() else {
                self.apply(&answer);
                return Ok(answer["show"].clone());
            };
            rows.extend(reads.iter().map(|read| self.query(read["sql"].as_str().unwrap(), read["params"].as_array().unwrap())));
        }
        panic!("{command} asks for more and more rows");
    }

    fn ask(&mut self, question: &str) -> Result<Value, String> {
        let drawn = &mut self.drawn;
        let mut random = |buffer: &mut [u8]| -> Result<(), Fault> {
            *drawn = drawn.wrapping_add(1);
            buffer.fill(*drawn);
            Ok(())
        };
        let given = answer(question, Timestamp::from_seconds(NOW), &mut Chance::new(&mut random));
        let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        given.map(|text| parsed(&text)).map_err(|text| {
            let line = parsed(&text)["error"].as_str().unwrap().to_owned();
            assert!(!line.chars().any(char::is_control), "{line:?}");
            line
        })
    }

    /// As one transaction, then the KV keys.
    fn apply(&mut self, plan: &Value) {
        self.database.execute_batch("BEGIN").unwrap();
        for statement in plan["statements"].as_array().unwrap() {
            self.query(statement["sql"].as_str().unwrap(), statement["params"].as_array().unwrap());
        }
        self.database.execute_batch("COMMIT").unwrap();
        for entry in plan["kv"].as_array().unwrap() {
            let key = entry["key"].as_str().unwrap().to_owned();
            match entry["value"].as_str() {
                Some(value) => self.kv.insert(key, value.to_owned()),
                None => self.kv.remove(&key),
            };
        }
    }

    fn query(&self, sql: &str, parameters: &[Value]) -> Value {
        let mut statement = self.database.prepare(sql).unwrap();
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let parameters = parameters.iter().map(|parameter| match parameter {
            Value::Null => Sql::Null,
            Value::Number(number) => Sql::Integer(number.as_i64().unwrap()),
            Value::String(text) => Sql::Text(text.clone()),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => panic!("D1 can't bind {parameter}"),
        });
        let mut rows = statement.query(rusqlite::params_from_iter(parameters)).unwrap();
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let cells = columns.iter().enumerate().map(|(place, column)| {
                let value = match row.get_ref(place).unwrap() {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(number) => json!(number),
                    ValueRef::Text(text) => json!(std::str::from_utf8(text).unwrap()),
                    ValueRef::Real(_) | ValueRef::Blob(_) => panic!("no column of ours holds that"),
                };
                (column.clone(), value)
            });
            found.push(Value::Object(cells.collect::<Map<_, _>>()));
        }
        Value::Array(found)
    }

    /// One number out of the database.
    fn count(&self, sql: &str) -> i64 {
        self.database.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn execute(&self, sql: &str) {
        self.database.execute_batch(sql).unwrap();
    }
}
