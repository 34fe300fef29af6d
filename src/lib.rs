//! Nightlatch: an OpenID Connect provider with passwordless sign-in, on Cloudflare Workers.

pub mod config;
pub mod factors;
pub mod platform;
pub mod values;
