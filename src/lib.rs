//! Nightlatch: an OpenID Connect provider with passwordless sign-in, on Cloudflare Workers.

pub mod jose;
pub mod mail;
pub mod oidc;
pub mod pages;
pub mod platform;
pub mod routes;
pub mod texts;
pub mod values;
