//! The use cases.

/// Work that goes on after the answer has left.
#[derive(Debug)]
pub enum Afterwards {}
