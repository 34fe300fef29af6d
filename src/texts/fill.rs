//! Sets values into a text's places. Knows plain text and HTML; what a text says is no concern of it.

use askama::filters::{Escaper, Html};

use super::Texts;
use crate::values::{Language, UserAgent};

/// The names of a text's places: what stands in braces and is lower-case letters only.
pub fn places(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).filter_map(|piece| match piece {
        Piece::Place(name) => Some(name),
        Piece::Words(_) => None,
    })
}

/// Plain text with its places set. A place without a value stays as it is.
#[must_use]
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 64);
    for piece in pieces(text) {
        match piece {
            Piece::Words(words) => filled.push_str(words),
            Piece::Place(name) => match value_of(name, values) {
                Some(value) => filled.push_str(value),
                None => filled.extend(["{", name, "}"]),
            },
        }
    }
    filled
}

/// HTML with its places set: words and values escaped, each value isolated from the direction of what surrounds it.
#[must_use]
pub fn fill_html(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 96);
    for piece in pieces(text) {
        match piece {
            Piece::Words(words) => escape_into(&mut filled, words),
            Piece::Place(name) => {
                filled.push_str("<bdi>");
                escape_into(&mut filled, value_of(name, values).unwrap_or(name));
                filled.push_str("</bdi>");
            }
        }
    }
    filled
}

/// Markup with its places set: the markup as it is, the values escaped.
#[must_use]
pub fn fill_markup(markup: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(markup.len() + 96);
    for piece in pieces(markup) {
        match piece {
            Piece::Words(words) => filled.push_str(words),
            Piece::Place(name) => escape_into(&mut filled, value_of(name, values).unwrap_or(name)),
        }
    }
    filled
}

/// Minutes and seconds as a clock shows them, in every language: `1:05`.
#[must_use]
pub fn clock(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

impl Texts {
    /// How long somebody must wait, rounded up and in words: minutes below two hours, hours from then on.
    #[must_use]
    pub fn wait(&self, language: Language, seconds: u64) -> String {
        let minutes = seconds.div_ceil(60).max(1);
        if minutes < 120 { count(self.minutes, language, minutes) } else { count(self.hours, language, minutes.div_ceil(60)) }
    }

    /// A browser as people know it: which, and on which system.
    #[must_use]
    pub fn browser(&self, user_agent: &str) -> String {
        let UserAgent { browser, system } = UserAgent::read(user_agent);
        match (browser, system) {
            (Some(browser), Some(system)) => fill(self.account_browser_on, &[("browser", browser), ("system", system)]),
            (Some(only), None) | (None, Some(only)) => only.to_owned(),
            (None, None) => self.account_browser_unknown.to_string(),
        }
    }

    /// A number of minutes in words.
    #[must_use]
    pub fn minutes_in_words(&self, language: Language, minutes: u64) -> String {
        count(self.minutes, language, minutes)
    }
}

/// The form of a counting text that goes with the number, with the number set as `{n}`.
#[must_use]
pub fn count(forms: &str, language: Language, number: u64) -> String {
    let form = forms.split('|').nth(language.counting().form(number));
    fill(form.unwrap_or("{n}"), &[("n", &number.to_string())])
}

fn value_of<'v>(name: &str, values: &[(&str, &'v str)]) -> Option<&'v str> {
    values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// As HTML wants it in text and in quoted attributes.
fn escape_into(html: &mut String, text: &str) {
    // A string takes whatever is written into it.
    let _ = Html.write_escaped_str(html, text);
}

enum Piece<'t> {
    Words(&'t str),
    Place(&'t str),
}

/// Cuts a text at its places. Braces around anything else, CSS for one, are words.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((name, after)) = place_at_start(rest) {
            rest = after;
            return Some(Piece::Place(name));
        }
        let braces = rest.match_indices('{').map(|(at, _)| at);
        let end = braces.skip_while(|at| *at == 0).find(|at| rest.get(*at..).is_some_and(|tail| place_at_start(tail).is_some()));
        let (words, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(Piece::Words(words))
    })
}

fn place_at_start(text: &str) -> Option<(&str, &str)> {
    let (name, after) = text.strip_prefix('{')?.split_once('}')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    is_name.then_some((name, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::original;

    #[test]
    fn places_are_filled_wherever_they_stand() {
        assert_eq!(fill("{a}, {b} and {a}", &[("a", "1"), ("b", "{a}")]), "1, {a} and 1");
        assert_eq!(fill("no {such} place {", &[]), "no {such} place {");
    }

    #[test]
    fn braces_of_css_are_no_places() {
        assert_eq!(places("p{color:red} a{} {Code} {code}").collect::<Vec<_>>(), ["code"]);
    }

    #[test]
    fn a_value_in_html_is_escaped_and_isolated() {
        let html = fill_html("to <b> {client}", &[("client", "<script>'\"&")]);
        assert_eq!(html, "to &#60;b&#62; <bdi>&#60;script&#62;&#39;&#34;&#38;</bdi>");
    }

    #[test]
    fn a_wait_is_rounded_up_and_counted_as_the_language_counts() {
        let english = original(Language::En);
        assert_eq!(english.wait(Language::En, 0), "1 minute");
        assert_eq!(english.wait(Language::En, 61), "2 minutes");
        assert_eq!(english.wait(Language::En, 7_201), "3 hours");
        assert_eq!(original(Language::De).wait(Language::De, 86_400), "24 Stunden");
        assert_eq!(original(Language::Fr).wait(Language::Fr, 60), "1 minute");
        assert_eq!(original(Language::Pt).wait(Language::Pt, 7_201), "3 horas");
        assert_eq!(original(Language::Zh).wait(Language::Zh, 60), "1 分钟");
        assert_eq!(original(Language::Ja).wait(Language::Ja, 600), "10分");
        assert_eq!(original(Language::Ar).wait(Language::Ar, 120), "دقيقتين");
        assert_eq!(original(Language::Ar).wait(Language::Ar, 600), "10 دقائق");
    }

    #[test]
    fn a_clock_has_two_digits_for_seconds() {
        assert_eq!([clock(0), clock(65), clock(3_600)], ["0:00", "1:05", "60:00"]);
    }
}
