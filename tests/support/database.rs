//! The storage port over SQLite with the real migrations, as strict as D1 and with its oddities.
//!
//! Like D1: a batch is one transaction; numbers are bound as `REAL`; every parameter must be bound, and there are at most 100; a row's
//! columns have different names, none of them a number. Unlike D1's own count, rows written don't include those of indexes.

use std::cell::{Cell, RefCell};
use std::fs;
use std::path::Path;

use nightlatch::platform::{Database, Fault, Row, Statement, Value};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Statement as Prepared};

/// What the application asked for since the last look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    /// Batches.
    pub(crate) round_trips: u64,
    /// The statements in them.
    pub(crate) statements: u64,
    /// Rows that came back.
    pub(crate) rows_read: u64,
    /// Rows inserted, updated or deleted; D1 counts each index of a row again.
    pub(crate) rows_written: u64,
}

/// SQLite in memory.
pub(crate) struct SqliteDatabase {
    connection: RefCell<Connection>,
    counters: Cell<Counters>,
    /// While this is set, every batch fails.
    pub(crate) is_down: Cell<bool>,
}

impl Default for SqliteDatabase {
    fn default() -> Self {
        let connection = Connection::open_in_memory().expect("SQLite opens");
        for migration in migrations() {
            connection.execute_batch(&migration).expect("a migration applies");
        }
        Self { connection: RefCell::new(connection), counters: Cell::default(), is_down: Cell::default() }
    }
}

impl SqliteDatabase {
    /// What was counted since the last call.
    pub(crate) fn take_counters(&self) -> Counters {
        self.counters.take()
    }

    /// Runs one statement without counting it: to arrange and to look.
    pub(crate) fn ask(&self, sql: &str, parameters: &[Value]) -> Vec<Row> {
        let connection = self.connection.borrow();
        let mut prepared = connection.prepare(sql).expect("the test's own SQL is right");
        rows(&mut prepared, parameters).expect("the test's own SQL runs")
    }

    fn transact(&self, statements: &[Statement]) -> Result<Vec<Vec<Row>>, Fault> {
        let mut connection = self.connection.borrow_mut();
        let before = connection.total_changes();
        let transaction = connection.transaction().map_err(fault)?;
        let mut results = Vec::new();
        for statement in statements {
            let mut prepared = transaction.prepare_cached(statement.sql).map_err(fault)?;
            results.push(rows(&mut prepared, &statement.parameters)?);
        }
        transaction.commit().map_err(fault)?;
        self.count(&results, connection.total_changes() - before);
        Ok(results)
    }

    fn count(&self, results: &[Vec<Row>], written: u64) {
        let mut counters = self.counters.get();
        counters.rows_read += results.iter().map(|rows| rows.len() as u64).sum::<u64>();
        counters.rows_written += written;
        self.counters.set(counters);
    }
}

impl Database for SqliteDatabase {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault> {
        let mut counters = self.counters.get();
        counters.round_trips += u64::from(!statements.is_empty());
        counters.statements += statements.len() as u64;
        self.counters.set(counters);
        if self.is_down.get() {
            return Err(Fault::new("D1_ERROR: the database is down"));
        }
        self.transact(&statements)
    }
}

fn migrations() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("kv-schema/d1");
    let mut files: Vec<_> = fs::read_dir(folder).expect("the migrations are there").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "sql")).map(|file| fs::read_to_string(file).expect("a text")).collect()
}

fn rows(prepared: &mut Prepared<'_>, parameters: &[Value]) -> Result<Vec<Row>, Fault> {
    if prepared.parameter_count() != parameters.len() || parameters.len() > 100 {
        return Err(Fault::new("D1_ERROR: Wrong number of parameter bindings for SQL query."));
    }
    for (index, parameter) in (1..).zip(parameters) {
        match parameter {
            Value::Null => prepared.raw_bind_parameter(index, None::<i64>),
            Value::Integer(number) => prepared.raw_bind_parameter(index, *number as f64),
            Value::Text(text) => prepared.raw_bind_parameter(index, text),
        }
        .map_err(fault)?;
    }
    let names: Vec<String> = prepared.column_names().map(str::to_owned).collect();
    require_distinct(&names)?;
    let mut found = Vec::new();
    let mut cursor = prepared.raw_query();
    while let Some(row) = cursor.next().map_err(fault)? {
        found.push(Row((0..names.len()).map(|index| value(row.get_ref(index).map_err(fault)?)).collect::<Result<_, _>>()?));
    }
    Ok(found)
}

/// D1 gives a row as a JavaScript object: a name that occurs twice loses a column, a number goes to the front.
fn require_distinct(names: &[String]) -> Result<(), Fault> {
    for (index, name) in names.iter().enumerate() {
        if names[..index].contains(name) || name.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Fault::new(format!("the column {name} needs a name of its own")));
        }
    }
    Ok(())
}

fn value(raw: ValueRef<'_>) -> Result<Value, Fault> {
    match raw {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Integer(number)),
        ValueRef::Real(number) if number.fract() == 0.0 => Ok(Value::Integer(number as i64)),
        ValueRef::Real(_) => Err(Fault::new("D1 gave a number that isn't whole")),
        ValueRef::Text(text) => Ok(Value::Text(String::from_utf8_lossy(text).into_owned())),
        ValueRef::Blob(_) => Err(Fault::new("D1 gave neither text nor a number")),
    }
}

fn fault(error: rusqlite::Error) -> Fault {
    Fault::new(format!("D1_ERROR: {error}"))
}
