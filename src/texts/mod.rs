//! Everything that a person reads, in each language; an operator may replace any of it by its key.
//!
//! Holds words only. A language is one file here; a text that is missing in one of them doesn't compile (`written`), and the module carries
//! them packed (`packed`). A text may have places like
//! `{client}`, which `fill` sets; one that counts has its forms side by side, separated by `|` (`1 minute|{n} minutes`).

mod fill;
mod keys;
mod macros;
mod packed;

pub use fill::{clock, count, fill, fill_html, fill_markup, places};
pub use keys::Texts;
pub use packed::original;

use crate::values::Language;

/// Why an operator's text isn't taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextProblem {
    /// There is no text of that key.
    #[error("there is no text called \"{0}\"")]
    UnknownKey(String),
    /// It has a place that nothing is known for.
    #[error("the text \"{key}\" can't have the place {{{place}}}")]
    UnknownPlace {
        /// The text's key.
        key: String,
        /// The place's name.
        place: String,
    },
    /// It hasn't as many forms as its language counts in.
    #[error("the text \"{key}\" needs {forms} forms, separated by |")]
    Forms {
        /// The text's key.
        key: String,
        /// How many there must be.
        forms: usize,
    },
}

/// All texts as this deployment shows them: the originals, and what its operator replaced.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    replaced: Vec<(Language, Texts)>,
}

impl Catalogue {
    /// The texts of a language.
    #[must_use]
    pub fn texts(&self, language: Language) -> &Texts {
        let replaced = self.replaced.iter().find(|(of, _)| *of == language);
        replaced.map_or_else(|| original(language), |(_, texts)| texts)
    }

    /// Replaces one text of one language.
    ///
    /// # Errors
    /// The key is unknown, or the text has a place that the original hasn't, or too few forms.
    pub fn replace(&mut self, language: Language, key: &str, text: &str) -> Result<(), TextProblem> {
        check(language, key, text)?;
        let mut texts = *self.texts(language);
        // The settings are read once for each isolate, and live as long as it does.
        texts.set(key, Box::leak(text.to_owned().into_boxed_str()));
        self.replaced.retain(|(of, _)| *of != language);
        self.replaced.push((language, texts));
        Ok(())
    }
}

/// The places and forms of the original are what its caller fills.
fn check(language: Language, key: &str, text: &str) -> Result<(), TextProblem> {
    let Some(original) = original(language).of_key(key) else { return Err(TextProblem::UnknownKey(key.to_owned())) };
    if let Some(place) = places(text).find(|place| !places(original).any(|known| known == *place)) {
        return Err(TextProblem::UnknownPlace { key: key.to_owned(), place: place.to_owned() });
    }
    // Which texts count is seen in English: a language with one form has no `|`.
    let counts = self::original(Language::En).of_key(key).is_some_and(|english| english.contains('|'));
    let forms = language.counting().forms();
    if counts && text.split('|').count() != forms {
        return Err(TextProblem::Forms { key: key.to_owned(), forms });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_fills_the_same_places() {
        for key in Texts::KEYS {
            let english: Vec<&str> = sorted_places(Language::En, key);
            for language in Language::ALL {
                assert_eq!(sorted_places(*language, key), english, "{key} in {}", language.own_name());
            }
        }
    }

    #[test]
    fn no_text_is_empty_and_each_counting_one_has_its_forms() {
        for language in Language::ALL {
            for key in Texts::KEYS {
                let text = original(*language).of_key(key).unwrap();
                assert!(!text.trim().is_empty(), "{key} in {}", language.own_name());
                let english = original(Language::En).of_key(key).unwrap();
                let forms = if english.contains('|') { language.counting().forms() } else { 1 };
                assert_eq!(text.split('|').count(), forms, "{key} in {}", language.own_name());
            }
        }
    }

    #[test]
    fn no_translation_is_left_in_english() {
        // The same as in English, rightly.
        let is_shared = |language: Language, key: &str| {
            matches!(
                (language, key),
                (_, "page_title") | (Language::Es, "page_title_error") | (Language::De, "account_passkeys" | "passkeys_heading" | "passkeys_name")
            )
        };
        for key in Texts::KEYS {
            for language in Language::ALL.iter().filter(|language| **language != Language::En && !is_shared(**language, key)) {
                assert_ne!(original(*language).of_key(key), original(Language::En).of_key(key), "{key} in {}", language.own_name());
            }
        }
    }

    #[test]
    fn an_operators_text_replaces_ours_in_its_language_only() {
        let mut catalogue = Catalogue::default();
        catalogue.replace(Language::De, "address_heading", "Hereinspaziert").unwrap();
        assert_eq!(catalogue.texts(Language::De).address_heading, "Hereinspaziert");
        assert_eq!(catalogue.texts(Language::En).address_heading, "Sign in");
    }

    #[test]
    fn an_operators_text_with_a_mistake_is_refused_and_named() {
        let mut catalogue = Catalogue::default();
        let unknown = catalogue.replace(Language::En, "adress_heading", "x").unwrap_err();
        assert_eq!(unknown.to_string(), "there is no text called \"adress_heading\"");
        let place = catalogue.replace(Language::En, "address_to_client", "for {klient}").unwrap_err();
        assert_eq!(place.to_string(), "the text \"address_to_client\" can't have the place {klient}");
        let forms = catalogue.replace(Language::Ar, "minutes", "{n} د").unwrap_err();
        assert_eq!(forms, TextProblem::Forms { key: "minutes".to_owned(), forms: 4 });
        let forms = catalogue.replace(Language::Ja, "minutes", "1分間|{n}分間").unwrap_err();
        assert_eq!(forms, TextProblem::Forms { key: "minutes".to_owned(), forms: 1 });
        catalogue.replace(Language::Ja, "minutes", "{n}分間").unwrap();
    }

    /// Of a text that counts, the places of its last form: the others may write the number as a word.
    fn sorted_places(language: Language, key: &str) -> Vec<&'static str> {
        let text = original(language).of_key(key).unwrap();
        let mut found: Vec<&str> = places(text.rsplit('|').next().unwrap()).collect();
        found.sort_unstable();
        found
    }
}
