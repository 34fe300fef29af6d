//! Between Rust values and SQL's: parameters in, columns out.

use crate::platform::{Database, Fault, Row, Statement, Value};
use crate::values::{Scope, Timestamp};

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::Integer(time.seconds())
    }
}

impl From<&Scope> for Value {
    fn from(scope: &Scope) -> Self {
        Self::Text(scope.to_string())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Statement {
    /// A constant text with its parameters, `?1` first.
    #[must_use]
    pub fn new(sql: &'static str, parameters: impl Into<Vec<Value>>) -> Self {
        Self { sql, parameters: parameters.into() }
    }
}

/// The rows that a batch gave, statement by statement.
pub struct Answers(std::vec::IntoIter<Vec<Row>>);

impl Answers {
    /// The rows of the next statement.
    #[must_use]
    pub fn rows(&mut self) -> Vec<Row> {
        self.0.next().unwrap_or_default()
    }

    /// The first row of the next statement.
    #[must_use]
    pub fn first(&mut self) -> Option<Columns> {
        self.rows().into_iter().next().map(Columns::of)
    }

    /// Passes over so many statements, whose rows say nothing.
    pub fn skip(&mut self, statements: usize) -> &mut Self {
        self.0.by_ref().take(statements).for_each(drop);
        self
    }
}

/// Runs the statements as one transaction and one round trip.
///
/// # Errors
/// A fault; then nothing has changed.
pub async fn run(database: &impl Database, statements: Vec<Statement>) -> Result<Answers, Fault> {
    Ok(Answers(database.batch(statements).await?.into_iter()))
}

/// Runs one statement; gives its first row.
///
/// # Errors
/// A fault; then nothing has changed.
pub async fn run_one(database: &impl Database, statement: Statement) -> Result<Option<Columns>, Fault> {
    Ok(run(database, vec![statement]).await?.first())
}

/// The columns of one row, read from the left in the order in which the statement names them.
pub struct Columns(std::vec::IntoIter<Value>);

impl Columns {
    /// The columns of a row.
    #[must_use]
    pub fn of(row: Row) -> Self {
        Self(row.0.into_iter())
    }

    /// The next column: text, or NULL.
    ///
    /// # Errors
    /// A fault where it is something else, or where there is none.
    pub fn optional_text(&mut self) -> Result<Option<String>, Fault> {
        match self.0.next() {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            Some(Value::Integer(_)) | None => Err(Fault::new("a column isn't the text that it should be")),
        }
    }

    /// The next column: text.
    ///
    /// # Errors
    /// A fault where it is something else, or where there is none.
    pub fn text(&mut self) -> Result<String, Fault> {
        self.optional_text()?.ok_or_else(|| Fault::new("a column is NULL that should be text"))
    }

    /// The next column: a whole number, or NULL.
    ///
    /// # Errors
    /// A fault where it is something else, or where there is none.
    pub fn optional_integer(&mut self) -> Result<Option<i64>, Fault> {
        match self.0.next() {
            Some(Value::Integer(number)) => Ok(Some(number)),
            Some(Value::Null) => Ok(None),
            Some(Value::Text(_)) | None => Err(Fault::new("a column isn't the number that it should be")),
        }
    }

    /// The next column: a whole number.
    ///
    /// # Errors
    /// A fault where it is something else, or where there is none.
    pub fn integer(&mut self) -> Result<i64, Fault> {
        self.optional_integer()?.ok_or_else(|| Fault::new("a column is NULL that should be a number"))
    }

    /// The next column: a point in time.
    ///
    /// # Errors
    /// A fault where it is something else, or where there is none.
    pub fn time(&mut self) -> Result<Timestamp, Fault> {
        self.integer().map(Timestamp::from_seconds)
    }

    /// The next column: a point in time, or NULL.
    ///
    /// # Errors
    /// A fault where it is something else, or where there is none.
    pub fn optional_time(&mut self) -> Result<Option<Timestamp>, Fault> {
        Ok(self.optional_integer()?.map(Timestamp::from_seconds))
    }

    /// The next column: a scope.
    ///
    /// # Errors
    /// A fault where it is something else, or where there is none.
    pub fn scope(&mut self) -> Result<Scope, Fault> {
        Scope::parse(&self.text()?).ok_or_else(|| Fault::new("a column isn't the scope that it should be"))
    }
}
