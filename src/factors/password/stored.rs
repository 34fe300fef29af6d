//! The one door to stored passwords: a hash's text is read here, whatever scheme it is of, and a typed password verified against it.
//!
//! Our own hashes are made of the password's normal form, those that came from elsewhere of what was typed. Every scheme has bounds, so that no
//! text makes a Worker use more memory or time than it has.

use super::argon2id::{Argon2id, Cost};
use super::bcrypt::Bcrypt;
use super::pbkdf2::{Pbkdf2, Prf};
use super::scrypt::Scrypt;
use super::{Password, aspnet};
use crate::platform::Fault;
use std::fmt;

/// No hash that is known here has a longer text, in octets.
const LONGEST: usize = 512;

/// What a password proved to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The right one.
    Right,
    /// The right one; its hash is to be replaced by a new one, since scheme or cost have changed.
    RightButRehash,
    /// Another one.
    Wrong,
}

/// Why a text is no hash that passwords can be verified against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableHash {
    /// No scheme of ours.
    #[error("the password hash is of no scheme that is known here")]
    UnknownScheme,
    /// One of them, but wrong in itself.
    #[error("the password hash can't be read")]
    Malformed,
    /// It would take more memory or time than a Worker has.
    #[error("the password hash would take too much memory or time to verify")]
    TooCostly,
}

/// A password's hash, read from the text that the database or an import holds.
pub struct StoredPassword(Scheme);

enum Scheme {
    Argon2id(Argon2id),
    Bcrypt(Bcrypt),
    Pbkdf2(Pbkdf2),
    Scrypt(Scrypt),
}

/// Reads what stands behind a scheme's prefix.
type Reader = fn(&str) -> Result<Scheme, UnreadableHash>;

/// ASP.NET Identity's texts have no prefix: what is none of these is read as one of them.
const SCHEMES: [(&str, Reader); 11] = [
    ("$argon2id$", |rest| Argon2id::parse(rest).map(Scheme::Argon2id)),
    ("$2a$", |rest| Bcrypt::parse(rest).map(Scheme::Bcrypt)),
    ("$2b$", |rest| Bcrypt::parse(rest).map(Scheme::Bcrypt)),
    ("$2y$", |rest| Bcrypt::parse(rest).map(Scheme::Bcrypt)),
    ("$scrypt$", |rest| Scrypt::parse(rest).map(Scheme::Scrypt)),
    // passlib's name for SHA-1.
    ("$pbkdf2$", |rest| Pbkdf2::parse_modular(Prf::Sha1, rest).map(Scheme::Pbkdf2)),
    ("$pbkdf2-sha1$", |rest| Pbkdf2::parse_modular(Prf::Sha1, rest).map(Scheme::Pbkdf2)),
    ("$pbkdf2-sha256$", |rest| Pbkdf2::parse_modular(Prf::Sha256, rest).map(Scheme::Pbkdf2)),
    ("$pbkdf2-sha512$", |rest| Pbkdf2::parse_modular(Prf::Sha512, rest).map(Scheme::Pbkdf2)),
    ("pbkdf2_sha1$", |rest| Pbkdf2::parse_django(Prf::Sha1, rest).map(Scheme::Pbkdf2)),
    ("pbkdf2_sha256$", |rest| Pbkdf2::parse_django(Prf::Sha256, rest).map(Scheme::Pbkdf2)),
];

impl StoredPassword {
    /// Reads a hash's text. Computes nothing.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, UnreadableHash> {
        if text.len() > LONGEST {
            return Err(UnreadableHash::UnknownScheme);
        }
        let scheme = SCHEMES.iter().find_map(|(prefix, read)| text.strip_prefix(prefix).map(read));
        scheme.unwrap_or_else(|| aspnet::parse(text).map(Scheme::Pbkdf2)).map(Self)
    }

    /// Whether it is this password's, and whether it is still as we would make it today, at this cost.
    ///
    /// # Errors
    /// A fault where there isn't memory enough.
    pub fn verify(&self, password: &Password, cost: Cost) -> Result<Verdict, Fault> {
        let (is_right, is_up_to_date) = match &self.0 {
            Scheme::Argon2id(hash) => (hash.is_of(password)?, hash.is_up_to_date(cost)),
            Scheme::Bcrypt(hash) => (hash.is_of(password.as_typed()), false),
            Scheme::Pbkdf2(hash) => (hash.is_of(password.as_typed()), false),
            Scheme::Scrypt(hash) => (hash.is_of(password.as_typed()), false),
        };
        Ok(match (is_right, is_up_to_date) {
            (true, true) => Verdict::Right,
            (true, false) => Verdict::RightButRehash,
            (false, _) => Verdict::Wrong,
        })
    }
}

/// Takes the time that a verification takes, for an account that doesn't exist or has no password. Always `Wrong`.
///
/// # Errors
/// A fault where there isn't memory enough: then as with any other account.
pub fn verify_nobody(password: &Password, cost: Cost) -> Result<Verdict, Fault> {
    let verdict = StoredPassword(Scheme::Argon2id(Argon2id::nobodys(cost))).verify(password, cost)?;
    // Nobody reads it; without this a compiler might leave the work out.
    std::hint::black_box(verdict);
    Ok(Verdict::Wrong)
}

impl fmt::Debug for StoredPassword {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("StoredPassword(…)")
    }
}

#[cfg(test)]
#[path = "stored_tests.rs"]
mod tests;
