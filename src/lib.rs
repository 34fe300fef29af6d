//! Nightlatch: an OpenID Connect provider with passwordless sign-in, on Cloudflare Workers.
//!
//! The map of the house. A module imports from the floors below its own, never from beside or above; `tests/architecture.rs` keeps it so.
//!
//! | Floor | Module | What it is |
//! |---|---|---|
//! | 8 | `cloudflare` | wasm32 alone: entry points, D1, KV, WebCrypto, `fetch`, `send_email`, the clock |
//! | 8 | `operator` | what the operator's command decides: clients, people, keys; as plans that scripts carry out |
//! | 7 | `app` | a request in, an answer out: the one dispatch |
//! | 6 | `http` | endpoints, cookies, cross-site protection, CORS, answers |
//! | 5 | `pages` | a view for each page template, and the policy that goes with it |
//! | 4 | `flows` | the use cases: authorize, sign in, tokens, logout, keys, clean-up |
//! | 3 | `store` | SQL, one file an aggregate; rows become types here and nowhere else |
//! | 2 | `oidc` | the pure protocol, one file a concept |
//! | 2 | `jose` | JWK and JWS: bytes and claims; signing is a port's |
//! | 2 | `factors` | pure verification of what people prove themselves by |
//! | 2 | `mail` | what a mail says and how it leaves; one file a provider |
//! | 1 | `platform` | the ports: database, cache, mail, crypto, chance, clock, log |
//! | 1 | `config` | settings, read and checked once |
//! | 1 | `routes` | every URL, parsed and printed in one place |
//! | 1 | `texts` | everything that people read, one file a language |
//! | 0 | `values` | ids, secrets, times, addresses, scopes: parsed once, wrong ones can't exist |

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
