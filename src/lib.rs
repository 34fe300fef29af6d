//! Nightlatch: an OpenID Connect provider with passwordless sign-in, on Cloudflare Workers.

pub mod config;
pub mod factors;
pub mod jose;
pub mod oidc;
pub mod platform;
pub mod routes;
pub mod store;
pub mod values;
