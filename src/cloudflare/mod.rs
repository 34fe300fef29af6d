//! The edge: the ports over D1, KV, `fetch`, `send_email` and WebCrypto, and the Worker's entry points.
//!
//! Compiled for wasm32 alone. Everything here is thin: it turns our values into JavaScript's and back, and decides
//! nothing. A JavaScript exception becomes a `Fault` or `None`; nothing panics, since a panic ends the isolate and
//! every request in it.

mod body;
mod crypto;
mod d1;
mod drive;
mod email;
mod entry;
mod failure;
mod jwk;
mod kv;
mod outbound;
mod promise;
mod request;
mod response;

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;
use worker::js_sys::Date;

use crate::platform::{Fault, Platform};
use crate::values::Timestamp;
use crate::values::random_stock::RandomStock;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = log)]
    fn console_log(line: &str);
}

/// Made for WebAssembly: quicker there than the allocator that Rust brings, and smaller.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Everything that an isolate has; bindings belong to no request, so they are looked up once.
struct Cloudflare {
    database: d1::D1,
    cache: kv::Kv,
    outbound: outbound::Fetch,
    email: email::SendEmail,
    crypto: crypto::WebCrypto,
    random: RefCell<RandomStock>,
}

impl Cloudflare {
    /// Takes the bindings `DB`, `KV` and `EMAIL`. One that is missing is a fault only when it is used.
    fn new(env: &Env) -> Self {
        Self {
            database: d1::D1::from_env(env),
            cache: kv::Kv::from_env(env),
            outbound: outbound::Fetch,
            email: email::SendEmail::from_env(env),
            crypto: crypto::WebCrypto,
            random: RefCell::default(),
        }
    }
}

impl Platform for Cloudflare {
    type Database = d1::D1;
    type Cache = kv::Kv;
    type Outbound = outbound::Fetch;
    type EmailBinding = email::SendEmail;
    type Crypto = crypto::WebCrypto;

    fn database(&self) -> &Self::Database {
        &self.database
    }

    fn cache(&self) -> &Self::Cache {
        &self.cache
    }

    fn outbound(&self) -> &Self::Outbound {
        &self.outbound
    }

    fn email_binding(&self) -> &Self::EmailBinding {
        &self.email
    }

    fn crypto(&self) -> &Self::Crypto {
        &self.crypto
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_seconds((Date::now() / 1000.0).floor() as i64)
    }

    fn now_milliseconds(&self) -> u64 {
        Date::now() as u64
    }

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Fault> {
        let draw = |octets: &mut [u8]| getrandom::fill(octets).map_err(|error| Fault::new(format!("no randomness: {error}")));
        match self.random.try_borrow_mut() {
            Ok(mut stock) => stock.fill(buffer, draw),
            Err(_) => draw(buffer),
        }
    }

    fn log(&self, line: &str) {
        console_log(line);
    }
}
