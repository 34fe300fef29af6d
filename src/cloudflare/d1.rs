//! The storage port over D1: a batch is one round trip and one transaction.
//!
//! D1 binds a JavaScript number and gives one back, so whole numbers travel as 64-bit floats, exact up to 2^53. SQLite sees a `REAL`:
//! a column of type INTEGER stores it as an integer, but `?1 || ''` is `'1.0'`. What becomes part of a text is bound as text.
//! Rows come as objects in the order of their columns; a statement therefore names each column once, and never by a
//! number (JavaScript would move it to the front). A whole trip crosses between Rust and JavaScript as one JSON text each way.

use std::cell::RefCell;
use std::collections::HashMap;

use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::js_sys::Promise;

use super::failure::{fault, member, settled};
use crate::platform::{Database, Fault, Row, Statement, Value};
use crate::values::json;

/// The largest whole number that a 64-bit float holds without a gap below it.
const EXACT: i64 = 1 << 53;

#[wasm_bindgen]
extern "C" {
    type D1Database;
}

#[wasm_bindgen(module = "/src/cloudflare/d1.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn prepare(database: &D1Database, sql: &str) -> Result<u32, JsValue>;
    #[wasm_bindgen(catch)]
    fn batch(database: &D1Database, trip: &str) -> Result<Promise, JsValue>;
}

/// The binding `DB`, and the statements that were prepared on it.
pub(super) struct D1 {
    database: Option<D1Database>,
    // By the constant's place in memory.
    prepared: RefCell<HashMap<(*const u8, usize), u32>>,
}

/// A prepared statement's number, and what is bound to it.
#[derive(Serialize)]
struct Bound<'a>(u32, &'a [Value]);

impl D1 {
    pub(super) fn from_env(env: &Env) -> Self {
        let database = member(env, "DB").map(JsCast::unchecked_into);
        Self { database, prepared: RefCell::default() }
    }

    fn bound<'a>(&self, database: &D1Database, statement: &'a Statement) -> Result<Bound<'a>, Fault> {
        let beyond = |value: &Value| matches!(value, Value::Integer(number) if number.unsigned_abs() > EXACT.unsigned_abs());
        if statement.parameters.iter().any(beyond) {
            return Err(Fault::new("a number beyond 2^53 can't be bound"));
        }
        Ok(Bound(self.prepared(database, statement.sql)?, &statement.parameters))
    }

    fn prepared(&self, database: &D1Database, sql: &'static str) -> Result<u32, Fault> {
        let place = (sql.as_ptr(), sql.len());
        if let Some(number) = self.prepared.borrow().get(&place) {
            return Ok(*number);
        }
        let number = prepare(database, sql).map_err(|thrown| fault("D1 prepare", &thrown))?;
        self.prepared.borrow_mut().insert(place, number);
        Ok(number)
    }
}

impl Database for D1 {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault> {
        if statements.is_empty() {
            return Ok(Vec::new());
        }
        let database = self.database.as_ref().ok_or_else(|| Fault::new("the Worker has no D1 binding DB"))?;
        let bound = statements.iter().map(|statement| self.bound(database, statement)).collect::<Result<Vec<_>, _>>()?;
        let trip = serde_json::to_string(&bound).map_err(|_| Fault::new("parameters can't be written"))?;
        let text = settled("D1", batch(database, &trip)).await?.as_string().unwrap_or_default();
        json::read(text.as_bytes()).map_err(|error| Fault::new(format!("D1 gave rows that can't be read: {error}")))
    }
}
