//! Keys and signed tokens as bytes and claims; the signing itself is the platform's. RFC 7515, RFC 7517, RFC 7638.

pub mod jwk;
pub mod jws;
pub mod key_set;
