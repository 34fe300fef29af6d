//! Which passwords are taken: long enough, not a common one, not the person's address or this site's name. Hashes none.
//!
//! NIST SP 800-63B-4 §3.1.1.2: each code point counts as one character, the whole password is compared with the list and no part of it, and
//! there are no composition rules. It asks for 15 characters where a password is the only factor; the shortest length is a setting for that.

use super::common;
use super::typed::{Password, normal_form};

/// How many characters a password may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    shortest: usize,
    longest: usize,
}

/// Whose password it is to be, and where: what others would try first.
#[derive(Debug, Clone, Copy)]
pub struct Whose<'a> {
    /// The person's addresses.
    pub addresses: &'a [&'a str],
    /// What this site is called: its brand, its host, the client that asks.
    pub site_names: &'a [&'a str],
}

/// Why a password isn't taken; the person is told which (§3.1.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Fewer characters than this.
    #[error("the password has fewer than {0} characters")]
    TooShort(usize),
    /// More characters than this.
    #[error("the password has more than {0} characters")]
    TooLong(usize),
    /// One of those that everybody tries.
    #[error("the password is one of the most common ones")]
    Common,
    /// The person's address or the site's name, at most with figures or signs added.
    #[error("the password is the person's address or the name of this site")]
    Names,
}

impl Policy {
    /// The fewest characters that a policy may ask for (§3.1.1.2, a "shall").
    pub const LEAST_SHORTEST: usize = 8;
    /// The fewest characters that a policy may stop at (§3.1.1.2, a "should").
    pub const LEAST_LONGEST: usize = 64;
    /// The most characters that a policy may allow.
    pub const MOST_LONGEST: usize = 512;
    /// 8 to 256 characters.
    pub const DEFAULT: Self = Self { shortest: 8, longest: 256 };

    /// From the fewest and the most characters; `None` where they are out of bounds.
    #[must_use]
    pub fn new(shortest: usize, longest: usize) -> Option<Self> {
        let bounds =
            (Self::LEAST_SHORTEST..=Self::LEAST_LONGEST).contains(&shortest) && (Self::LEAST_LONGEST..=Self::MOST_LONGEST).contains(&longest);
        bounds.then_some(Self { shortest, longest })
    }

    /// Whether the password may be this person's.
    ///
    /// # Errors
    /// Says why not.
    pub fn judge(&self, password: &Password, whose: Whose<'_>) -> Result<(), Refused> {
        let text = password.normal();
        let characters = text.chars().count();
        if characters < self.shortest {
            return Err(Refused::TooShort(self.shortest));
        }
        if characters > self.longest {
            return Err(Refused::TooLong(self.longest));
        }
        if common::contains(text) {
            return Err(Refused::Common);
        }
        let mut names = whose.addresses.iter().flat_map(|address| parts_of(address)).chain(whose.site_names.iter().copied());
        if names.any(|name| says_the_same(text, name)) {
            return Err(Refused::Names);
        }
        Ok(())
    }
}

/// An address, what stands before its `@`, and what stands behind it.
fn parts_of(address: &str) -> impl Iterator<Item = &str> {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    [address, local, domain].into_iter().filter(|part| !part.is_empty())
}

/// Whether the password is that name, or no more than the name with figures and signs added ("Night-Latch 2026!").
fn says_the_same(password: &str, name: &str) -> bool {
    let (whole, named) = (password.to_lowercase(), normal_form(name).to_lowercase());
    let core = core_of(&whole);
    whole == named || (!core.is_empty() && core == core_of(&named))
}

/// The letters, and the figures that stand between them.
fn core_of(text: &str) -> String {
    let plain: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    plain.trim_matches(char::is_numeric).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Policy, Refused, Whose};
    use crate::factors::password::Password;

    const ANN: Whose<'static> = Whose {
        addresses: &["ann.miller@example.org", "12345679x@example.net"],
        site_names: &["Nightlatch", "login.example.org", "Bücherei", "Mu\u{308}hlenhof"],
    };

    fn judged(text: &str) -> Result<(), Refused> {
        Policy::DEFAULT.judge(&Password::typed(text.to_owned()).unwrap(), ANN)
    }

    #[test]
    fn eight_to_256_characters_are_taken_whatever_they_are() {
        assert_eq!(judged("rq7vkzpw"), Ok(()));
        assert_eq!(judged("rq7vkzp"), Err(Refused::TooShort(8)));
        assert_eq!(judged(&"vk7 ".repeat(64)), Ok(()));
        assert_eq!(judged(&"vk7 é".repeat(52)), Err(Refused::TooLong(256)));
        for taken in [
            "correct horse battery staple",
            "        v       ",
            "пароль-на-реке",
            "🦀🌊🦀🌊🦀🌊🦀🌊",
            "日本語のパスワード",
            "aaaaaaaaaaaaaaaaaaaaaaab",
        ] {
            assert_eq!(judged(taken), Ok(()), "{taken}");
        }
    }

    #[test]
    fn a_character_is_a_code_point_of_the_normal_form() {
        assert_eq!(judged("🦀🌊🦀🌊🦀🌊🦀"), Err(Refused::TooShort(8)));
        // Eight code points as typed, seven once "e" and its accent are one.
        assert_eq!(judged("qzvkwxe\u{301}"), Err(Refused::TooShort(8)));
        assert_eq!(judged("qzvkwxye\u{301}"), Ok(()));
    }

    #[test]
    fn common_passwords_are_refused_in_any_case() {
        for common in ["password", "PASSWORD", "Password1", "12345678", "qwertyuiop", "iloveyou", "trustno1"] {
            assert_eq!(judged(common), Err(Refused::Common), "{common}");
        }
        // Only the whole password is compared.
        assert_eq!(judged("password of the river"), Ok(()));
    }

    #[test]
    fn ones_own_address_and_the_sites_name_are_refused() {
        for named in [
            "ann.miller@example.org",
            "Ann.Miller@Example.ORG",
            "annmiller",
            "ann_miller1",
            "AnnMiller2026!",
            "2026 ann miller",
            "example.org",
            "12345679x",
            "nightlatch",
            "Night-Latch 2026!",
            "login.example.org",
            "bu\u{308}cherei",
            "mühlenhof",
        ] {
            assert_eq!(judged(named), Err(Refused::Names), "{named}");
        }
        for other in ["ann.miller@example.com", "annmillers river", "nightlatch is home", "2026-2027!"] {
            assert_eq!(judged(other), Ok(()), "{other}");
        }
    }

    #[test]
    fn a_name_of_figures_alone_is_compared_whole() {
        let whose = Whose { addresses: &["4915771234@example.org"], site_names: &["", "2026"] };
        let judged = |text: &str| Policy::DEFAULT.judge(&Password::typed(text.to_owned()).unwrap(), whose);
        assert_eq!(judged("4915771234"), Err(Refused::Names));
        assert_eq!(judged("4915771235"), Ok(()));
        assert_eq!(judged("!!!!!!!!?"), Ok(()));
    }

    #[test]
    fn an_operators_bounds_are_within_reason() {
        assert_eq!(Policy::new(8, 256), Some(Policy::DEFAULT));
        assert!(Policy::new(15, 64).is_some() && Policy::new(64, 512).is_some());
        for (shortest, longest) in [(7, 256), (65, 256), (8, 63), (8, 513)] {
            assert_eq!(Policy::new(shortest, longest), None);
        }
        let strict = Policy::new(15, 64).unwrap();
        assert_eq!(strict.judge(&Password::typed("fourteen chars".to_owned()).unwrap(), ANN), Err(Refused::TooShort(15)));
    }
}
