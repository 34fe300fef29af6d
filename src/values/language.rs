//! The languages that pages and mails are written in, and the choice between them.
//!
//! Chooses by `ui_locales` (OpenID Connect Core §3.1.2.1), then by `Accept-Language` (RFC 9110 §12.5.4), then takes the operator's
//! default. Holds no texts: those stand in `texts/`, one file for each language.

/// At most so many entries of a list are looked at, however long it is.
const ENTRIES_READ: usize = 24;

/// Which way a language is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// As English is.
    LeftToRight,
    /// As Arabic is.
    RightToLeft,
}

impl Direction {
    /// The value of HTML's `dir` attribute.
    #[must_use]
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

/// How a language counts: which of its forms goes with a number (Unicode CLDR, plural rules for whole numbers).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// One form for every number.
    Alike,
    /// Two forms: one, and all others.
    OneOther,
    /// Two forms: nought and one, and all others.
    ZeroOneOther,
    /// Four forms: one, two, three to ten, eleven and more (with the hundreds counting anew).
    Arabic,
}

impl Counting {
    /// How many forms there are.
    #[must_use]
    pub const fn forms(self) -> usize {
        match self {
            Self::Alike => 1,
            Self::OneOther | Self::ZeroOneOther => 2,
            Self::Arabic => 4,
        }
    }

    /// The place of the form that goes with this number, from 0.
    #[must_use]
    pub const fn form(self, number: u64) -> usize {
        match (self, number, number % 100) {
            (Self::Alike, _, _) | (Self::OneOther | Self::Arabic, 1, _) | (Self::ZeroOneOther, 0 | 1, _) => 0,
            (Self::OneOther | Self::ZeroOneOther, _, _) | (Self::Arabic, 2, _) => 1,
            (Self::Arabic, _, 3..=10) => 2,
            (Self::Arabic, _, _) => 3,
        }
    }
}

macro_rules! languages {
    ($($(#[$doc:meta])* $variant:ident: $tag:literal, $name:literal, $direction:ident, $counting:ident;)+) => {
        /// A language that every text is there in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Language {
            $($(#[$doc])* $variant,)+
        }

        impl Language {
            /// All of them, in the order in which they are listed to people.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The BCP 47 tag.
            #[must_use]
            pub const fn tag(self) -> &'static str {
                match self { $(Self::$variant => $tag,)+ }
            }

            /// The language's name in itself.
            #[must_use]
            pub const fn own_name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Which way it is written.
            #[must_use]
            pub const fn direction(self) -> Direction {
                match self { $(Self::$variant => Direction::$direction,)+ }
            }

            /// How it counts.
            #[must_use]
            pub const fn counting(self) -> Counting {
                match self { $(Self::$variant => Counting::$counting,)+ }
            }
        }
    };
}

languages! {
    /// English.
    En: "en", "English", LeftToRight, OneOther;
    /// German.
    De: "de", "Deutsch", LeftToRight, OneOther;
    /// Spanish.
    Es: "es", "Español", LeftToRight, OneOther;
    /// French.
    Fr: "fr", "Français", LeftToRight, ZeroOneOther;
    /// Portuguese.
    Pt: "pt", "Português", LeftToRight, ZeroOneOther;
    /// Arabic.
    Ar: "ar", "العربية", RightToLeft, Arabic;
    /// Chinese, in simplified characters.
    Zh: "zh", "中文", LeftToRight, Alike;
    /// Japanese.
    Ja: "ja", "日本語", LeftToRight, Alike;
}

impl Language {
    /// The language of a BCP 47 tag, by its first subtag, whatever the case.
    ///
    /// ```
    /// use nightlatch::values::Language;
    /// assert_eq!(Language::of_tag("de-AT"), Some(Language::De));
    /// assert_eq!(Language::of_tag("den"), None);
    /// ```
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.iter().copied().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The language to answer in: the first known one of `ui_locales` (tags separated by spaces), else the best of the
    /// `Accept-Language` header, else the default. Each list may be empty.
    ///
    /// ```
    /// use nightlatch::values::Language;
    /// assert_eq!(Language::negotiate("", "nl, de-AT;q=0.8, en;q=0.5", Language::En), Language::De);
    /// ```
    #[must_use]
    pub fn negotiate(ui_locales: &str, accept_language: &str, default: Self) -> Self {
        let asked = ui_locales.split_ascii_whitespace().take(ENTRIES_READ).find_map(Self::of_tag);
        asked.or_else(|| best_accepted(accept_language)).unwrap_or(default)
    }
}

/// The known language with the greatest weight; of equal ones the first.
fn best_accepted(accept_language: &str) -> Option<Language> {
    let mut best: Option<(Language, u16)> = None;
    for entry in accept_language.split(',').take(ENTRIES_READ) {
        let (tag, parameters) = entry.split_once(';').unwrap_or((entry, ""));
        let Some(language) = Language::of_tag(tag.trim()) else { continue };
        let weight = weight(parameters);
        if weight > best.map_or(0, |(_, greatest)| greatest) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// A weight in thousandths (RFC 9110 §12.4.2). A malformed one counts as 0: its sender can't have meant much by it.
fn weight(parameters: &str) -> u16 {
    let parameters = parameters.trim();
    if parameters.is_empty() {
        return 1000;
    }
    let Some(value) = parameters.strip_prefix("q=").or_else(|| parameters.strip_prefix("Q=")) else { return 0 };
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    match (whole, digits) {
        ("1", true) if fraction.bytes().all(|byte| byte == b'0') => 1000,
        ("0", true) => fraction.bytes().chain(*b"000").take(3).fold(0, |thousandths, digit| thousandths * 10 + u16::from(digit - b'0')),
        (_, true | false) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ui_locales_go_before_accept_language() {
        assert_eq!(Language::negotiate("nl ar-EG en", "de", Language::En), Language::Ar);
    }

    #[test]
    fn the_greatest_weight_wins_and_of_equal_ones_the_first() {
        assert_eq!(Language::negotiate("", "en;q=0.4, de;q=0.9, ar;q=0.90", Language::En), Language::De);
        assert_eq!(Language::negotiate("", "ar,de", Language::En), Language::Ar);
    }

    #[test]
    fn a_weight_of_zero_or_nonsense_is_no_wish() {
        assert_eq!(Language::negotiate("", "de;q=0, ar;q=2, en-GB;q=x", Language::Ar), Language::Ar);
        assert_eq!(Language::negotiate("", "de;q=0.0001", Language::En), Language::En);
    }

    #[test]
    fn an_unknown_language_or_none_gives_the_default() {
        assert_eq!(Language::negotiate("tlh", "*", Language::De), Language::De);
        assert_eq!(Language::negotiate("", "", Language::Ar), Language::Ar);
    }

    #[test]
    fn a_region_and_any_case_find_their_language() {
        assert_eq!(Language::of_tag("DE_ch"), Some(Language::De));
        assert_eq!(Language::of_tag("ar-Arab-SA"), Some(Language::Ar));
        for tag in ["zh", "zh-CN", "zh-Hans-SG", "zh-TW"] {
            assert_eq!(Language::of_tag(tag), Some(Language::Zh), "{tag}");
        }
        assert_eq!((Language::of_tag("pt-BR"), Language::of_tag("pt-PT")), (Some(Language::Pt), Some(Language::Pt)));
        assert_eq!(Language::of_tag("english"), None);
    }

    #[test]
    fn an_endless_list_is_read_only_at_its_beginning() {
        let long = format!("{}de", "xx,".repeat(100_000));
        assert_eq!(Language::negotiate("", &long, Language::En), Language::En);
    }

    #[test]
    fn arabic_counts_in_four_forms() {
        let forms: Vec<usize> = [1, 2, 3, 10, 11, 60, 103].iter().map(|number| Counting::Arabic.form(*number)).collect();
        assert_eq!(forms, [0, 1, 2, 2, 3, 3, 2]);
    }

    #[test]
    fn french_counts_nought_as_one() {
        let forms: Vec<usize> = [0, 1, 2, 101].iter().map(|number| Counting::ZeroOneOther.form(*number)).collect();
        assert_eq!(forms, [0, 0, 1, 1]);
    }

    #[test]
    fn japanese_counts_all_numbers_alike() {
        assert_eq!([0, 1, 2, 101].map(|number| Counting::Alike.form(number)), [0; 4]);
    }

    #[test]
    fn german_counts_in_two_forms() {
        let forms: Vec<usize> = [0, 1, 2, 101].iter().map(|number| Counting::OneOther.form(*number)).collect();
        assert_eq!(forms, [1, 0, 1, 1]);
    }
}
