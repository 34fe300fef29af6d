//! Waits for JavaScript's promises. Each has a number, and all of them end in one function of ours: `JsFuture` makes two for each promise.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::Promise;

#[wasm_bindgen(module = "/src/cloudflare/promise.js")]
extern "C" {
    fn watch(promise: &Promise, number: u32, settle: &JsValue);
}

thread_local! {
    static NEXT: Cell<u32> = const { Cell::new(0) };
    static WATCHED: RefCell<HashMap<u32, Watched>> = RefCell::default();
    static SETTLE: JsValue = Closure::<dyn Fn(u32, bool, JsValue)>::new(settle).into_js_value();
}

/// A promise that somebody waits for.
enum Watched {
    Pending(Option<Waker>),
    Settled(Result<JsValue, JsValue>),
}

/// How a promise ends, once it does.
pub(super) struct Settling(u32);

impl Settling {
    pub(super) fn of(promise: &Promise) -> Self {
        let number = NEXT.get();
        NEXT.set(number.wrapping_add(1));
        note(number, Watched::Pending(None));
        SETTLE.with(|settle| watch(promise, number, settle));
        Self(number)
    }
}

impl Future for Settling {
    type Output = Result<JsValue, JsValue>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(Watched::Settled(how)) = forget(self.0) {
            return Poll::Ready(how);
        }
        note(self.0, Watched::Pending(Some(context.waker().clone())));
        Poll::Pending
    }
}

/// Nobody waits any longer.
impl Drop for Settling {
    fn drop(&mut self) {
        forget(self.0);
    }
}

fn settle(number: u32, well: bool, value: JsValue) {
    // What nobody waits for stays forgotten. Whoever is woken goes on at once, and may well wait for the next promise: nothing is borrowed here.
    if let Some(Watched::Pending(waker)) = forget(number) {
        note(number, Watched::Settled(if well { Ok(value) } else { Err(value) }));
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

fn note(number: u32, watched: Watched) {
    WATCHED.with_borrow_mut(|all| all.insert(number, watched));
}

fn forget(number: u32) -> Option<Watched> {
    WATCHED.with_borrow_mut(|all| all.remove(&number))
}
