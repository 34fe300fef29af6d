//! Waits for JavaScript's promises. Each has a number, and all of them end in one function of ours: `JsFuture` makes two for each promise.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::{Date, Promise};

use crate::values::waiting::Waiting;

#[wasm_bindgen(module = "/src/cloudflare/promise.js")]
extern "C" {
    fn watch(promise: &Promise, number: u32, settle: &JsValue);
}

type Settled = Result<JsValue, JsValue>;

thread_local! {
    static WAITING: RefCell<Waiting<Settled>> = RefCell::default();
    static SETTLE: JsValue = Closure::<dyn Fn(u32, bool, JsValue)>::new(settle).into_js_value();
}

/// How a promise ends, once it does.
pub(super) struct Settling(u32);

impl Settling {
    pub(super) fn of(promise: &Promise) -> Self {
        let (number, given_up) = WAITING.with_borrow_mut(|waiting| waiting.begin(Date::now() as u64));
        drop(given_up);
        SETTLE.with(|settle| watch(promise, number, settle));
        Self(number)
    }
}

impl Future for Settling {
    type Output = Settled;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Settled> {
        WAITING.with_borrow_mut(|waiting| waiting.poll(self.0, context.waker())).map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for Settling {
    fn drop(&mut self) {
        drop(WAITING.with_borrow_mut(|waiting| waiting.end(self.0)));
    }
}

fn settle(number: u32, well: bool, value: JsValue) {
    let settled = if well { Ok(value) } else { Err(value) };
    let waker = WAITING.with_borrow_mut(|waiting| waiting.come(number, settled));
    // Whoever is woken goes on at once, and may well wait for the next promise: nothing is borrowed here.
    if let Some(waker) = waker {
        waker.wake();
    }
}
