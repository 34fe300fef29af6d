//! Ways to prove who one is, each verified here as pure functions: what was sent and what came back. They store and send nothing.

pub mod email_otp;
pub mod password;
pub mod recovery_code;
pub mod totp;
pub mod webauthn;
