//! The texts as they are written, a file for each language. Compiled into the build alone, which packs them: a text that is missing in one of them
//! doesn't compile.

/// The texts of one language: one line for each key.
macro_rules! texts_in {
    ($($key:ident: $text:literal,)+) => {
        pub(super) static TEXTS: super::keys::Texts = super::keys::Texts {
            $($key: $text,)+
        };
    };
}

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod ja;
mod keys;
mod macros;
mod pt;
mod zh;

pub(crate) use keys::Texts;

/// Each language's tag, and its texts.
pub(crate) const ALL: [(&str, &Texts); 8] = [
    ("en", &en::TEXTS),
    ("de", &de::TEXTS),
    ("es", &es::TEXTS),
    ("fr", &fr::TEXTS),
    ("pt", &pt::TEXTS),
    ("ar", &ar::TEXTS),
    ("zh", &zh::TEXTS),
    ("ja", &ja::TEXTS),
];
