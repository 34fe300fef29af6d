//! The cache port in memory; at once consistent, which KV isn't.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use nightlatch::platform::{Cache, Fault};

/// Key-value pairs, with a count of what the application did to them.
#[derive(Default)]
pub(crate) struct MemoryCache {
    /// What is stored; the test may change it behind the application's back.
    pub(crate) entries: RefCell<BTreeMap<String, String>>,
    /// Reads by the application.
    pub(crate) reads: Cell<u32>,
    /// Writes by the application.
    pub(crate) writes: Cell<u32>,
    /// While this is set, nothing can be asked.
    pub(crate) is_down: Cell<bool>,
}

impl MemoryCache {
    /// Stores a pair, as an operator's command does.
    pub(crate) fn put(&self, key: &str, text: &str) {
        self.entries.borrow_mut().insert(key.to_owned(), text.to_owned());
    }
}

impl Cache for MemoryCache {
    async fn read(&self, key: &str) -> Result<Option<String>, Fault> {
        self.reads.set(self.reads.get() + 1);
        if self.is_down.get() {
            return Err(Fault::new("KV is down"));
        }
        Ok(self.entries.borrow().get(key).cloned())
    }

    async fn write(&self, key: &str, text: &str) -> Result<(), Fault> {
        self.writes.set(self.writes.get() + 1);
        if self.is_down.get() {
            return Err(Fault::new("KV is down"));
        }
        self.put(key, text);
        Ok(())
    }
}
