//! Nightlatch: an OpenID Connect provider with passwordless sign-in, on Cloudflare Workers.

pub mod config;
pub mod factors;
pub mod jose;
pub mod oidc;
#[cfg(any(feature = "operator", test))]
pub mod operator;
pub mod platform;
pub mod routes;
pub mod values;
