//! Placeholder.
/// x
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    En,
}
impl Language {
    pub const ALL: [Self; 1] = [Self::En];
    pub fn tag(self) -> &'static str {
        "en"
    }
}
