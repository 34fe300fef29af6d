//! The texts as the build has packed them (`build.rs`): DEFLATE (RFC 1951), one after the other in the order of the keys, with U+0000 between them.

use std::sync::OnceLock;

use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::keys::Texts;
use crate::values::Language;

/// More than any language has.
const MOST_BYTES: usize = 256 * 1024;

macro_rules! packed {
    ($tag:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $tag, ".texts"))
    };
}

const fn packed(language: Language) -> &'static [u8] {
    match language {
        Language::En => packed!("en"),
        Language::De => packed!("de"),
        Language::Es => packed!("es"),
        Language::Fr => packed!("fr"),
        Language::Pt => packed!("pt"),
        Language::Ar => packed!("ar"),
        Language::Zh => packed!("zh"),
        Language::Ja => packed!("ja"),
    }
}

/// The texts of a language as they are written; unpacked where an isolate first asks for them.
#[must_use]
pub fn original(language: Language) -> &'static Texts {
    static UNPACKED: [OnceLock<Texts>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];
    static NONE: Texts = Texts::EMPTY;
    let place = Language::ALL.iter().position(|one| *one == language).and_then(|place| UNPACKED.get(place));
    place.map_or(&NONE, |place| place.get_or_init(|| unpacked(packed(language))))
}

/// What doesn't unpack would be empty. It's part of the module, so the tests have seen all of it.
fn unpacked(packed: &'static [u8]) -> Texts {
    let bytes = decompress_to_vec_with_limit(packed, MOST_BYTES).unwrap_or_default();
    let words: &'static str = String::from_utf8(bytes).unwrap_or_default().leak();
    Texts::in_order(words.split('\0'))
}
