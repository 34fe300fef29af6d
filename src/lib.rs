//! Nightlatch: an OpenID Connect provider with passwordless sign-in, on Cloudflare Workers.

pub mod app;
#[cfg(target_arch = "wasm32")]
mod cloudflare;
pub mod flows;
pub mod http;
pub mod platform;
pub mod values;
