//! The storage port over D1: a batch is one round trip and one transaction.
//!
//! D1 binds a JavaScript number and gives one back, so whole numbers travel as 64-bit floats, exact up to 2^53. SQLite sees a `REAL`:
//! a column of type INTEGER stores it as an integer, but `?1 || ''` is `'1.0'`. What becomes part of a text is bound as text.
//! Rows come as objects in the order of their columns; a statement therefore names each column once, and never by a
//! number (JavaScript would move it to the front). Parameters and rows cross between Rust and JavaScript as one JSON text for each
//! statement: every value that crosses by itself costs more than it does there.

use std::cell::RefCell;
use std::collections::HashMap;

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::js_sys::{Array, JSON, Promise};

use super::failure::{fault, member, settled};
use crate::platform::{Database, Fault, Row, Statement, Value};
use crate::values::json;

/// The largest whole number that a 64-bit float holds without a gap below it.
const EXACT: i64 = 1 << 53;

#[wasm_bindgen]
extern "C" {
    type D1Database;
    #[wasm_bindgen(method, catch)]
    fn prepare(this: &D1Database, sql: &str) -> Result<D1Statement, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn batch(this: &D1Database, statements: &Array) -> Result<Promise, JsValue>;

    #[derive(Clone)]
    type D1Statement;
    #[wasm_bindgen(method, catch, variadic)]
    fn bind(this: &D1Statement, values: &Array) -> Result<D1Statement, JsValue>;

    type D1Result;
    #[wasm_bindgen(method, getter)]
    fn results(this: &D1Result) -> Option<Array>;
}

/// The binding `DB`, and the statements that were prepared on it.
pub(super) struct D1 {
    database: Option<D1Database>,
    // By the constant's place in memory: a statement without parameters bound is a plain value that outlives requests.
    prepared: RefCell<HashMap<(*const u8, usize), D1Statement>>,
}

impl D1 {
    pub(super) fn from_env(env: &Env) -> Self {
        let database = member(env, "DB").map(JsCast::unchecked_into);
        Self { database, prepared: RefCell::default() }
    }

    fn bound(&self, database: &D1Database, statement: &Statement) -> Result<D1Statement, Fault> {
        let prepared = self.prepared(database, statement.sql)?;
        if statement.parameters.is_empty() {
            return Ok(prepared);
        }
        let values = JSON::parse(&json_of(&statement.parameters)?).map_err(|thrown| fault("D1 bind", &thrown))?.unchecked_into::<Array>();
        prepared.bind(&values).map_err(|thrown| fault("D1 bind", &thrown))
    }

    fn prepared(&self, database: &D1Database, sql: &'static str) -> Result<D1Statement, Fault> {
        let place = (sql.as_ptr(), sql.len());
        if let Some(statement) = self.prepared.borrow().get(&place) {
            return Ok(statement.clone());
        }
        let statement = database.prepare(sql).map_err(|thrown| fault("D1 prepare", &thrown))?;
        self.prepared.borrow_mut().insert(place, statement.clone());
        Ok(statement)
    }
}

impl Database for D1 {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault> {
        if statements.is_empty() {
            return Ok(Vec::new());
        }
        let database = self.database.as_ref().ok_or_else(|| Fault::new("the Worker has no D1 binding DB"))?;
        let bound = Array::new();
        for statement in &statements {
            bound.push(self.bound(database, statement)?.as_ref());
        }
        let results = settled("D1", database.batch(&bound)).await?.unchecked_into::<Array>();
        results.iter().map(|result| rows(&result.unchecked_into())).collect()
    }
}

fn json_of(parameters: &[Value]) -> Result<String, Fault> {
    let beyond = |value: &Value| matches!(value, Value::Integer(number) if number.unsigned_abs() > EXACT.unsigned_abs());
    if parameters.iter().any(beyond) {
        return Err(Fault::new("a number beyond 2^53 can't be bound"));
    }
    serde_json::to_string(parameters).map_err(|_| Fault::new("parameters can't be written"))
}

fn rows(result: &D1Result) -> Result<Vec<Row>, Fault> {
    let Some(results) = result.results() else { return Ok(Vec::new()) };
    if results.length() == 0 {
        return Ok(Vec::new());
    }
    let text = JSON::stringify(&results).map_err(|thrown| fault("D1", &thrown))?;
    json::read(String::from(text).as_bytes()).map_err(|error| Fault::new(format!("D1 gave rows that can't be read: {error}")))
}
