//! Placeholder.
/// x
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress;
