//! The operator's name, logo and colours. Checks them once; draws nothing. Contrast after WCAG 2.2, success criterion 1.4.3.

use super::page::source_hash;
use std::fmt;
use url::Url;

use crate::values::issuer::{Reach, reach_of};

/// Why a brand isn't taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrandingProblem {
    /// Not `#rrggbb`.
    #[error("\"{0}\" isn't a colour: write it as #rrggbb")]
    Colour(String),
    /// Not a URL that an image can safely come from.
    #[error("\"{0}\" can't be a logo: it must be an https URL")]
    Logo(String),
    /// No name.
    #[error("the name of the service is empty")]
    Name,
}

/// A colour in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    const WHITE: Self = Self([255, 255, 255]);
    const BLACK: Self = Self([0, 0, 0]);

    /// Reads `#rrggbb`.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, BrandingProblem> {
        let wrong = || BrandingProblem::Colour(text.to_owned());
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let number = u32::from_str_radix(digits.ok_or_else(wrong)?, 16).map_err(|_| wrong())?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }

    /// White or black, whichever is easier to read on this colour. One of them always reaches 4.5 to 1.
    #[must_use]
    pub fn text_upon(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) { Self::WHITE } else { Self::BLACK }
    }

    /// The contrast ratio, from 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// An image on somebody's server, and the origin that the policy must let in for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// The image's URL.
    pub url: String,
    /// Scheme, host and port of it.
    pub origin: String,
}

impl Logo {
    /// Takes https anywhere, and http on this very machine.
    ///
    /// # Errors
    /// Any other URL.
    pub fn parse(text: &str) -> Result<Self, BrandingProblem> {
        let url = Url::parse(text).ok();
        let url = url.filter(|url| url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(url)));
        let url = url.ok_or_else(|| BrandingProblem::Logo(text.to_owned()))?;
        Ok(Self { origin: url.origin().ascii_serialization(), url: url.into() })
    }
}

fn is_this_machine(url: &Url) -> bool {
    url.host().is_some_and(|host| reach_of(&host) == Reach::Loopback)
}

/// How a deployment calls itself and looks.
#[derive(Debug, Clone)]
pub struct Branding {
    pub(super) name: String,
    pub(super) logo: Option<Logo>,
    pub(super) style: String,
    pub(super) style_hash: String,
}

impl Branding {
    /// The accent of a deployment that chose none, for light screens.
    pub const ACCENT: &'static str = "#4338ca";
    /// The same for dark ones.
    pub const ACCENT_DARK: &'static str = "#a5b4fc";

    /// A brand of that name in our own colours, without a logo.
    ///
    /// # Errors
    /// The name is empty.
    pub fn named(name: &str) -> Result<Self, BrandingProblem> {
        Self::new(name, None, Colour::parse(Self::ACCENT)?, Colour::parse(Self::ACCENT_DARK)?)
    }

    /// A brand. The second colour is for dark screens.
    ///
    /// # Errors
    /// The name is empty.
    pub fn new(name: &str, logo: Option<Logo>, accent: Colour, accent_dark: Colour) -> Result<Self, BrandingProblem> {
        let name = name.trim();
        if name.is_empty() {
            return Err(BrandingProblem::Name);
        }
        let style = format!(
            ":root{{--accent:{accent};--upon:{}}}@media(prefers-color-scheme:dark){{:root{{--accent:{accent_dark};--upon:{}}}}}",
            accent.text_upon(),
            accent_dark.text_upon()
        );
        Ok(Self { name: name.to_owned(), logo, style_hash: source_hash(&style), style })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_accent_gets_a_text_colour_that_can_be_read_upon_it() {
        for step in 0..=0xFFF_u32 {
            let accent = Colour([step >> 8, step >> 4 & 15, step & 15].map(|nibble| u8::try_from(nibble * 17).unwrap()));
            assert!(accent.contrast(accent.text_upon()) >= 4.5, "{accent}");
        }
    }

    #[test]
    fn our_own_accents_are_read_easily() {
        for accent in [Branding::ACCENT, Branding::ACCENT_DARK] {
            let accent = Colour::parse(accent).unwrap();
            assert!(accent.contrast(accent.text_upon()) >= 7.0, "{accent}");
        }
    }

    #[test]
    fn a_colour_is_six_hexadecimal_digits_and_no_css() {
        assert_eq!(Colour::parse("#0A5fff").unwrap().to_string(), "#0a5fff");
        for text in ["red", "#fff", "#12345g", "#1234567", "#123456;}body{display:none", "#+12345", ""] {
            assert_eq!(Colour::parse(text), Err(BrandingProblem::Colour(text.to_owned())));
        }
    }

    #[test]
    fn a_logo_comes_by_https_or_from_this_machine() {
        let logo = Logo::parse("https://cdn.example.com:8443/a/logo.svg?x='").unwrap();
        assert_eq!(logo.origin, "https://cdn.example.com:8443");
        assert_eq!(Logo::parse("http://localhost:8788/logo.svg").unwrap().origin, "http://localhost:8788");
        for text in ["http://example.com/l.png", "javascript:alert(1)", "data:image/png;base64,AA", "/logo.png", ""] {
            assert!(Logo::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_brand_needs_a_name() {
        assert_eq!(Branding::named("  ").unwrap_err(), BrandingProblem::Name);
    }
}
