//! Passwords: which ones are taken, how they are hashed, and how hashes that came from elsewhere are verified.
//!
//! | File | What it is |
//! |---|---|
//! | `typed` | a password as it was typed, in the form that is hashed |
//! | `policy` | which passwords are taken (NIST SP 800-63B-4 §3.1.1.2) |
//! | `common` | whether a password is among the common ones |
//! | `stored` | the one door: a stored hash is read here, and a password verified against it |
//! | `argon2id` | our own scheme (RFC 9106) |
//! | `aspnet`, `bcrypt`, `pbkdf2`, `scrypt` | schemes of imported hashes |
//! | `encoding` | numbers, lists and base64 within such texts |
//!
//! Stores nothing, counts no guesses, and rolls no dice: salts come in.

mod argon2id;
mod aspnet;
mod bcrypt;
mod common;
mod encoding;
mod pbkdf2;
mod policy;
mod scrypt;
mod stored;
mod typed;

pub use argon2id::{Cost, SALT_BYTES, hash};
pub use policy::{Policy, Refused, Whose};
pub use stored::{StoredPassword, UnreadableHash, Verdict, verify_nobody};
pub use typed::Password;
