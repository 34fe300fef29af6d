//! The cache port over KV.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::js_sys::{Object, Promise};

use super::failure::{member, settled};
use crate::platform::{Cache, Fault};

/// Seconds that a data centre may answer from what it read before; KV takes no less than 30.
const CACHE_TTL: u32 = 60;

#[wasm_bindgen]
extern "C" {
    type KvNamespace;
    #[wasm_bindgen(method, catch)]
    fn get(this: &KvNamespace, key: &str, options: &GetOptions) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn put(this: &KvNamespace, key: &str, text: &str) -> Result<Promise, JsValue>;

    type GetOptions;
    #[wasm_bindgen(method, setter, js_name = type)]
    fn set_type(this: &GetOptions, value: &str);
    #[wasm_bindgen(method, setter, js_name = cacheTtl)]
    fn set_cache_ttl(this: &GetOptions, seconds: u32);
}

/// The binding `KV`.
pub(super) struct Kv(Option<KvNamespace>);

impl Kv {
    pub(super) fn from_env(env: &Env) -> Self {
        Self(member(env, "KV").map(JsCast::unchecked_into))
    }

    fn namespace(&self) -> Result<&KvNamespace, Fault> {
        self.0.as_ref().ok_or_else(|| Fault::new("the Worker has no KV binding KV"))
    }
}

impl Cache for Kv {
    async fn read(&self, key: &str) -> Result<Option<String>, Fault> {
        let options = Object::new().unchecked_into::<GetOptions>();
        options.set_type("text");
        options.set_cache_ttl(CACHE_TTL);
        Ok(settled("KV get", self.namespace()?.get(key, &options)).await?.as_string())
    }

    async fn write(&self, key: &str, text: &str) -> Result<(), Fault> {
        settled("KV put", self.namespace()?.put(key, text)).await.map(drop)
    }
}
