//! The Worker's entry points: a request, and the clean-up cron.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use http::StatusCode;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::js_sys::{Object, Promise, Reflect};
use worker::web_sys::{Request, Response};
use worker::worker_sys::Context as EdgeContext;

use super::failure::fault;
use super::{Cloudflare, console_log, drive, request, response};
use crate::app::App;
use crate::http::message::Afterwards;

thread_local! {
    // One for the life of the isolate, whose environment never changes; or the line that says why there is none.
    static APP: OnceCell<Result<Rc<App<Cloudflare>>, String>> = const { OnceCell::new() };
}

/// Answers a request.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "wasm-bindgen exports public functions alone")]
pub fn fetch(request: Request, env: Env, context: EdgeContext) -> Promise {
    drive::promise(async move {
        match answer(&request, &env, &context).await {
            Ok(response) => response.into(),
            Err(thrown) => broken(&thrown),
        }
    })
}

async fn answer(request: &Request, env: &Env, context: &EdgeContext) -> Result<Response, JsValue> {
    let app = match app(env) {
        Ok(app) => app,
        Err(line) => return response::plain(StatusCode::SERVICE_UNAVAILABLE, &line),
    };
    let incoming = match request::read(request).await {
        Ok(incoming) => incoming,
        // Mostly the client went away in the middle of its own request, and nobody is there to read more.
        Err(_) => return response::plain(StatusCode::BAD_REQUEST, "The request broke off, or can't be read."),
    };
    let handled = app.handle(incoming).await;
    if let Some(work) = handled.afterwards {
        work_on(context, app, work)?;
    }
    response::write(&handled.answer)
}

/// The answer where the runtime took none of ours.
fn broken(thrown: &JsValue) -> JsValue {
    let line = fault("answer", thrown).to_string();
    console_log(&serde_json::json!({ "level": "error", "event": "no_answer", "message": line }).to_string());
    response::plain(StatusCode::INTERNAL_SERVER_ERROR, "Something broke here.").map_or(JsValue::UNDEFINED, JsValue::from)
}

/// Does the cron's work.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "wasm-bindgen exports public functions alone")]
pub fn scheduled(_event: JsValue, env: Env, _context: JsValue) -> Promise {
    drive::promise(async move {
        if let Ok(app) = app(&env) {
            app.clean_up().await;
        }
        JsValue::UNDEFINED
    })
}

/// Keeps the invocation alive until the work is done, after the answer has left.
fn work_on(context: &EdgeContext, app: Rc<App<Cloudflare>>, work: Afterwards) -> Result<(), JsValue> {
    let promise = drive::promise(async move {
        app.afterwards(work).await;
        JsValue::UNDEFINED
    });
    context.wait_until(&promise)
}

fn app(env: &Env) -> Result<Rc<App<Cloudflare>>, String> {
    APP.with(|app| app.get_or_init(|| start(env)).clone())
}

fn start(env: &Env) -> Result<Rc<App<Cloudflare>>, String> {
    App::new(Cloudflare::new(env), &environment(env)).map(Rc::new).map_err(|why| {
        let line = why.to_string();
        console_log(&serde_json::json!({ "level": "error", "event": "misconfigured", "message": line }).to_string());
        line
    })
}

/// The variables and secrets: whatever in the environment is text.
fn environment(env: &Env) -> BTreeMap<String, String> {
    let text = |name: JsValue| Some((name.as_string()?, Reflect::get(env, &name).ok()?.as_string()?));
    let mut environment = BTreeMap::new();
    // One by one: to collect them would bring a sorting algorithm into the module.
    for (name, value) in Object::keys(env.unchecked_ref::<Object>()).iter().filter_map(text) {
        environment.insert(name, value);
    }
    environment
}
