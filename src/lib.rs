//! Nightlatch: an OpenID Connect provider with passwordless sign-in, on Cloudflare Workers.

pub mod app;
#[cfg(target_arch = "wasm32")]
mod cloudflare;
pub mod config;
pub mod factors;
pub mod flows;
pub mod http;
pub mod jose;
pub mod mail;
pub mod oidc;
#[cfg(any(feature = "operator", test))]
pub mod operator;
pub mod pages;
pub mod platform;
pub mod routes;
pub mod store;
pub mod texts;
pub mod values;
