//! The ports without an edge: SQLite, memory and RustCrypto, and a clock that the test moves.
//!
//! A test crate takes it in as `#[cfg(test)] #[path = "../support/mod.rs"] mod support;`. The platform is a handle: give one clone to
//! the application and keep another to look at what it did.

#![allow(dead_code, unused_imports, reason = "each test crate uses a part of it")]

pub(crate) mod authenticator;
mod cache;
mod clock;
mod crypto;
mod database;
mod email;
pub(crate) mod keys;
mod outbox;
mod random;

use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;

use nightlatch::platform::{Fault, Platform};
use nightlatch::values::Timestamp;

pub(crate) use cache::MemoryCache;
pub(crate) use clock::FixedClock;
pub(crate) use crypto::NativeCrypto;
pub(crate) use database::{Counters, SqliteDatabase};
pub(crate) use email::EmailRecorder;
pub(crate) use outbox::Outbox;
pub(crate) use random::SeededRandom;

/// Runs a future to its end.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    pollster::block_on(future)
}

/// One world of its own: an empty database with every migration applied, nothing cached, nothing sent.
#[derive(Clone, Default)]
pub(crate) struct SqlitePlatform(Rc<World>);

/// What a world is made of; each part is there to be looked at.
#[derive(Default)]
pub(crate) struct World {
    /// SQLite in memory.
    pub(crate) database: SqliteDatabase,
    /// Key-value pairs.
    pub(crate) cache: MemoryCache,
    /// What was posted, and what is answered.
    pub(crate) outbox: Outbox,
    /// Mails that the binding took.
    pub(crate) email: EmailRecorder,
    /// RS256 and ES256.
    pub(crate) crypto: NativeCrypto,
    /// The time.
    pub(crate) clock: FixedClock,
    /// The same bytes in every run.
    pub(crate) random: SeededRandom,
    /// The lines of the log.
    pub(crate) log: RefCell<Vec<String>>,
}

impl Deref for SqlitePlatform {
    type Target = World;

    fn deref(&self) -> &World {
        &self.0
    }
}

impl Platform for SqlitePlatform {
    type Database = SqliteDatabase;
    type Cache = MemoryCache;
    type Outbound = Outbox;
    type EmailBinding = EmailRecorder;
    type Crypto = NativeCrypto;

    fn database(&self) -> &Self::Database {
        &self.0.database
    }

    fn cache(&self) -> &Self::Cache {
        &self.0.cache
    }

    fn outbound(&self) -> &Self::Outbound {
        &self.0.outbox
    }

    fn email_binding(&self) -> &Self::EmailBinding {
        &self.0.email
    }

    fn crypto(&self) -> &Self::Crypto {
        &self.0.crypto
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    fn now_milliseconds(&self) -> u64 {
        self.0.clock.now().seconds().unsigned_abs() * 1000
    }

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Fault> {
        self.0.random.fill(buffer);
        Ok(())
    }

    fn log(&self, line: &str) {
        self.0.log.borrow_mut().push(line.to_owned());
    }
}
