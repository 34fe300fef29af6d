//! Placeholder.
/// x
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    En,
}
