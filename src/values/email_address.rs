//! An e-mail address: kept as typed for display, and as one identity for everything else.
//!
//! The identity is the local part with ASCII letters in lower case, and the domain as the A-label that UTS 46 gives. Mail goes to the identity
//! alone, so that no two spellings of one mailbox become two people, and no letter that merely looks alike becomes somebody else.
//! Whether the mailbox exists is not asked here. RFC 5321 §4.1.2 (without quoting and literals), RFC 6531 §3.3, UTS 46 §4.

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, ErrorPolicy, Hyphens, Uts46};

/// The most octets that an identity may have: a path of 256 (RFC 5321 §4.5.3.1.3) without its angle brackets.
const LONGEST_IDENTITY: usize = 254;
/// The most octets before the `@` (RFC 5321 §4.5.3.1.1).
const LONGEST_LOCAL_PART: usize = 64;
/// Anything longer is refused unread: what is typed may be longer than its identity, but not by much.
const LONGEST_TYPED: usize = 1_016;

/// Which letters may stand before the `@`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalPart {
    /// ASCII alone: what every mail server takes.
    AsciiOnly,
    /// Letters of any script, where they are in the form that UTS 46 would leave alone (RFC 6531).
    AnyUnicode,
}

/// Why a text is no e-mail address that we send to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailAddressError {
    /// Nothing was typed.
    #[error("an address is needed")]
    Empty,
    /// More than 254 octets, or more than 64 before the `@`.
    #[error("the address is too long")]
    TooLong,
    /// A control, white-space, invisible or direction-changing character.
    #[error("the address has a character that no address may have")]
    ForbiddenCharacter,
    /// Not exactly one `@`.
    #[error("an address has one @, as in ann@example.org")]
    NotOneAt,
    /// What stands before the `@` isn't a local part.
    #[error("what stands before the @ isn't valid")]
    BadLocalPart,
    /// A letter beyond ASCII before the `@`, where only ASCII is taken.
    #[error("before the @ only plain letters, digits and signs are taken")]
    NonAsciiLocalPart,
    /// What stands after the `@` isn't the name of a mail domain.
    #[error("what stands after the @ isn't a domain, as in ann@example.org")]
    BadDomain,
}

/// A domain that mail can go to, as its A-label in lower case: at least two labels, no address literal, no final dot.
///
/// ```
/// use nightlatch::values::email_address::EmailDomain;
/// assert_eq!(EmailDomain::parse("Bücher.example").unwrap().as_str(), "xn--bcher-kva.example");
/// assert!(EmailDomain::parse("localhost").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailDomain(String);

impl EmailDomain {
    /// Reads a domain as a person types it.
    ///
    /// # Errors
    /// `BadDomain`, or `ForbiddenCharacter` where the text has one.
    pub fn parse(typed: &str) -> Result<Self, EmailAddressError> {
        if typed.chars().any(is_forbidden) {
            return Err(EmailAddressError::ForbiddenCharacter);
        }
        let label = Uts46::new()
            .to_ascii(typed.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::Verify)
            .map_err(|_| EmailAddressError::BadDomain)?;
        let (_, top) = label.rsplit_once('.').ok_or(EmailAddressError::BadDomain)?;
        // A name that ends in a number is an IPv4 address to many resolvers, and no top-level domain is one (RFC 3696 §2).
        if top.starts_with("0x") || top.bytes().all(|octet| octet.is_ascii_digit()) {
            return Err(EmailAddressError::BadDomain);
        }
        Ok(Self(label.into_owned()))
    }

    /// The A-label.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An address that mail can go to.
///
/// ```
/// use nightlatch::values::email_address::{EmailAddress, LocalPart};
/// let address = EmailAddress::parse(" Ann@Bücher.example ", LocalPart::AsciiOnly).unwrap();
/// assert_eq!(address.typed(), "Ann@Bücher.example");
/// assert_eq!(address.identity(), "ann@xn--bcher-kva.example");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress {
    typed: String,
    identity: String,
    domain: EmailDomain,
}

impl EmailAddress {
    /// Reads an address as a person types it; white space around it is dropped.
    ///
    /// # Errors
    /// Says which part is wrong. Whatever could end a header line, begin a second recipient or route elsewhere is refused.
    pub fn parse(typed: &str, local_part: LocalPart) -> Result<Self, EmailAddressError> {
        if typed.len() > LONGEST_TYPED {
            return Err(EmailAddressError::TooLong);
        }
        let typed = typed.trim_matches(|c: char| c.is_whitespace() && !is_line_or_control(c));
        if typed.is_empty() {
            return Err(EmailAddressError::Empty);
        }
        if typed.chars().any(is_forbidden) {
            return Err(EmailAddressError::ForbiddenCharacter);
        }
        let (local, domain) = typed.split_once('@').ok_or(EmailAddressError::NotOneAt)?;
        // Full-width and small signs would become an @ by compatibility mapping somewhere further on.
        if domain.contains(['@', '\u{FF20}', '\u{FE6B}']) {
            return Err(EmailAddressError::NotOneAt);
        }
        let local = folded_local_part(local, local_part)?;
        let domain = EmailDomain::parse(domain)?;
        let identity = format!("{local}@{}", domain.as_str());
        if identity.len() > LONGEST_IDENTITY {
            return Err(EmailAddressError::TooLong);
        }
        Ok(Self { typed: typed.to_owned(), identity, domain })
    }

    /// As the person typed it, to be shown to that person.
    #[must_use]
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// What the address is compared, counted, stored and written to by.
    #[must_use]
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// The domain of the identity.
    #[must_use]
    pub fn domain(&self) -> &EmailDomain {
        &self.domain
    }
}

/// The local part with its ASCII letters in lower case, if it is one.
fn folded_local_part(local: &str, allowed: LocalPart) -> Result<String, EmailAddressError> {
    if local.len() > LONGEST_LOCAL_PART {
        return Err(EmailAddressError::TooLong);
    }
    if local.split('.').any(str::is_empty) || local.chars().any(|c| c.is_ascii() && !is_local_ascii(c)) {
        return Err(EmailAddressError::BadLocalPart);
    }
    let folded = local.to_ascii_lowercase();
    if folded.is_ascii() {
        return Ok(folded);
    }
    match allowed {
        LocalPart::AsciiOnly => Err(EmailAddressError::NonAsciiLocalPart),
        LocalPart::AnyUnicode if is_settled(&folded) => Ok(folded),
        LocalPart::AnyUnicode => Err(EmailAddressError::BadLocalPart),
    }
}

/// The characters of an atom (RFC 5322 §3.2.3) and the dot; without `%` and `!`, by which old servers route to another host.
fn is_local_ascii(c: char) -> bool {
    c.is_ascii_alphanumeric() || "#$&'*+-/=?^_`{|}~.".contains(c)
}

/// Whether every letter is in the one form that UTS 46 leaves alone, and none turns into an ASCII letter by a change of case.
/// So full-width letters, ligatures, the Kelvin sign, and decomposed, upper-case or dotless ones are refused, not folded.
fn is_settled(local: &str) -> bool {
    let mut mapped = String::new();
    let processed =
        Uts46::new().process(local.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow, ErrorPolicy::FailFast, |_, _, _| true, &mut mapped, None);
    let unchanged = match processed {
        Ok(idna::uts46::ProcessingSuccess::Passthrough) => true,
        Ok(idna::uts46::ProcessingSuccess::WroteToSink) => mapped == local,
        Err(_) => false,
    };
    unchanged && !local.chars().filter(|c| !c.is_ascii()).any(becomes_ascii_letter)
}

/// Whether a change of case makes one ASCII letter of it: `ı` becomes `I`, `ſ` becomes `S`, the Kelvin sign becomes `k`.
fn becomes_ascii_letter(c: char) -> bool {
    let is_one_ascii = |mut letters: &mut dyn Iterator<Item = char>| {
        let first = letters.next();
        first.is_some_and(|letter| letter.is_ascii()) && (&mut letters).next().is_none()
    };
    is_one_ascii(&mut c.to_uppercase()) || is_one_ascii(&mut c.to_lowercase())
}

/// Control characters and the two line separators: never trimmed, always refused.
fn is_line_or_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// What may stand nowhere in an address: control, white space, invisible, direction-changing, private and unassigned-for-ever characters.
/// The two joiners (U+200C, U+200D) are left to UTS 46, which knows where a script needs them.
fn is_forbidden(c: char) -> bool {
    is_line_or_control(c)
        || c.is_whitespace()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{E000}'..='\u{F8FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFF}'
            | '\u{E0000}'..='\u{10FFFF}')
}

#[cfg(test)]
#[path = "email_address_tests.rs"]
mod tests;
