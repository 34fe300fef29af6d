//! What the operator's command reads and writes: questions, requests for rows, plans.
//!
//! A question is `{"command", "input": {…}, "environment"?: {…}, "now"?: seconds, "rows"?: [[{column: value}]]}`. The answer is
//! `{"reads": [{"sql", "params"}]}` (ask again, with the rows of each statement behind those of earlier rounds), or
//! `{"statements": [{"sql", "params"}], "kv": [{"key", "value"}], "show": {…}}` (a value of `null` removes the key), or `{"error"}`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::config::{Config, Misconfigured};
use crate::platform::{Fault, Statement, Value as SqlValue};
use crate::values::Timestamp;

/// Why a command isn't carried out: one line that says how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(String);

impl Refused {
    /// From a text; what would break the line becomes a space.
    #[must_use]
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(text.as_ref().chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect())
    }
}

impl From<Misconfigured> for Refused {
    fn from(why: Misconfigured) -> Self {
        Self(why.to_string())
    }
}

/// One row as the scripts hand it over.
pub(super) type Row = Map<String, Value>;

/// A command and what it may look at.
pub struct Question {
    /// Which command.
    pub command: String,
    /// The time at which it is carried out.
    pub now: Timestamp,
    input: Value,
    environment: Option<BTreeMap<String, String>>,
    rows: Vec<Vec<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    command: String,
    #[serde(default)]
    input: Option<Value>,
    #[serde(default)]
    environment: Option<BTreeMap<String, String>>,
    #[serde(default)]
    now: Option<i64>,
    #[serde(default)]
    rows: Vec<Vec<Row>>,
}

impl Question {
    /// From JSON. The clock counts where the question says no time.
    ///
    /// # Errors
    /// Where it isn't a question.
    pub fn parse(text: &str, clock: Timestamp) -> Result<Self, Refused> {
        let written: Written =
            serde_json::from_str(text).map_err(|why| Refused::new(format!("this is no question to the operator command: {why}")))?;
        Ok(Self {
            command: written.command,
            now: written.now.map_or(clock, Timestamp::from_seconds),
            input: written.input.unwrap_or_else(|| json!({})),
            environment: written.environment,
            rows: written.rows,
        })
    }

    /// What the command is about.
    pub(super) fn input<T: DeserializeOwned>(&self) -> Result<T, Refused> {
        serde_json::from_value(self.input.clone()).map_err(|why| Refused::new(format!("{} can't be done with this input: {why}", self.command)))
    }

    /// The checked settings.
    pub(super) fn config(&self) -> Result<Config, Refused> {
        let environment = self.environment.as_ref().ok_or_else(|| Refused::new(format!("{} needs the Worker's environment", self.command)))?;
        Ok(crate::app::check(environment)?)
    }

    /// The checked settings, where the question came with any.
    pub(super) fn config_if_given(&self) -> Result<Option<Config>, Refused> {
        self.environment.as_ref().map(crate::app::check).transpose().map_err(Refused::from)
    }

    /// The rows that the one statement which was asked for gave, or `None` before it was asked for.
    pub(super) fn rows(&self) -> Option<&[Row]> {
        self.rows.first().map(Vec::as_slice)
    }
}

/// A text column of a row.
pub(super) fn text<'a>(row: &'a Row, column: &str) -> Result<&'a str, Refused> {
    row.get(column).and_then(Value::as_str).ok_or_else(|| Refused::new(format!("the database gave no text in the column {column}")))
}

/// A number column of a row; D1 may give it as a float.
pub(super) fn number(row: &Row, column: &str) -> Result<i64, Refused> {
    optional_number(row, column)?.ok_or_else(|| Refused::new(format!("the database gave no number in the column {column}")))
}

/// A number column that may be `NULL`.
pub(super) fn optional_number(row: &Row, column: &str) -> Result<Option<i64>, Refused> {
    let wrong = || Refused::new(format!("the database gave no number in the column {column}"));
    #[expect(clippy::cast_possible_truncation, reason = "seconds since the epoch stay far below 2^53")]
    let whole = |value: &Value| value.as_i64().or_else(|| value.as_f64().map(|float| float as i64));
    match row.get(column) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => whole(value).map(Some).ok_or_else(wrong),
    }
}

/// What the command says.
pub enum Answer {
    /// Ask again with the rows of these.
    Reads(Vec<Statement>),
    /// Do this.
    Plan(Plan),
}

/// What is to be done: the statements as one transaction, then the KV keys, then something for the person to read.
#[derive(Default)]
pub struct Plan {
    /// In their order, as one transaction.
    pub statements: Vec<Statement>,
    /// Keys and their new values; `None` removes one.
    pub kv: Vec<(String, Option<String>)>,
    /// What the person is shown.
    pub show: Value,
}

impl Plan {
    /// A plan that changes nothing.
    #[must_use]
    pub fn show(show: Value) -> Self {
        Self { show, ..Self::default() }
    }

    /// The same with a statement more.
    #[must_use]
    pub fn statement(mut self, sql: &'static str, parameters: Vec<SqlValue>) -> Self {
        self.statements.push(Statement { sql, parameters });
        self
    }

    /// The same with a KV key more.
    #[must_use]
    pub fn kv(mut self, key: impl Into<String>, value: Option<String>) -> Self {
        self.kv.push((key.into(), value));
        self
    }
}

impl From<Plan> for Answer {
    fn from(plan: Plan) -> Self {
        Self::Plan(plan)
    }
}

impl Answer {
    /// Asks for the rows of one statement.
    pub(super) fn read(sql: &'static str, parameters: Vec<SqlValue>) -> Self {
        Self::Reads(vec![Statement { sql, parameters }])
    }

    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Reads(statements) => json!({"reads": statements.iter().map(statement).collect::<Vec<_>>()}),
            Self::Plan(plan) => json!({
                "statements": plan.statements.iter().map(statement).collect::<Vec<_>>(),
                "kv": plan.kv.iter().map(|(key, value)| json!({"key": key, "value": value})).collect::<Vec<_>>(),
                "show": plan.show,
            }),
        }
    }
}

fn statement(statement: &Statement) -> Value {
    let parameters = statement.parameters.iter().map(|value| match value {
        SqlValue::Null => Value::Null,
        SqlValue::Integer(number) => json!(number),
        SqlValue::Text(text) => json!(text),
    });
    json!({"sql": statement.sql, "params": parameters.collect::<Vec<_>>()})
}

/// A text as a parameter.
pub(super) fn sql_text(text: impl ToString) -> SqlValue {
    SqlValue::Text(text.to_string())
}

/// A time as a parameter.
pub(super) fn sql_time(time: Timestamp) -> SqlValue {
    SqlValue::Integer(time.seconds())
}

/// Where random bytes come from.
pub struct Chance<'a>(&'a mut dyn FnMut(&mut [u8]) -> Result<(), Fault>);

impl<'a> Chance<'a> {
    /// From a source that fills a buffer.
    pub fn new(source: &'a mut dyn FnMut(&mut [u8]) -> Result<(), Fault>) -> Self {
        Self(source)
    }

    /// So many random bytes.
    pub(super) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Refused> {
        let mut bytes = [0; N];
        (self.0)(&mut bytes).map_err(|fault| Refused::new(format!("this machine gives no random bytes: {fault}")))?;
        Ok(bytes)
    }
}
