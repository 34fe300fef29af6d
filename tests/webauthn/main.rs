//! Passkeys from the outside: the specification's own test vectors, and whole ceremonies with each check broken in turn.
//!
//! Real signatures by RustCrypto; the parsers are tested beside themselves, and with random bytes in `tests/parsers.rs`.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod registering;
#[cfg(test)]
mod signing_in;
#[cfg(test)]
mod vectors;
