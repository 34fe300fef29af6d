//! Waits for JavaScript's promises. Each has a number, and all of them end in one function of ours: `JsFuture` makes two for each promise, which cost
//! more than many a promise does.

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
        WATCHED.with_borrow_mut(|watched| watched.insert(number, Watched::Pending(None)));
        SETTLE.with(|settle| watch(promise, number, settle));
        Self(number)
    }
}

impl Future for Settling {
    type Output = Result<JsValue, JsValue>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let found = WATCHED.with_borrow_mut(|watched| watched.remove(&self.0));
        if let Some(Watched::Settled(how)) = found {
            return Poll::Ready(how);
        }
        let pending = Watched::Pending(Some(context.waker().clone()));
        WATCHED.with_borrow_mut(|watched| watched.insert(self.0, pending));
        Poll::Pending
    }
}

/// Nobody waits any longer.
impl Drop for Settling {
    fn drop(&mut self) {
        WATCHED.with_borrow_mut(|watched| watched.remove(&self.0));
    }
}

fn settle(number: u32, well: bool, value: JsValue) {
    let how = if well { Ok(value) } else { Err(value) };
    let pending = WATCHED.with_borrow_mut(|watched| {
        let one = watched.get_mut(&number)?;
        Some(std::mem::replace(one, Watched::Settled(how)))
    });
    // Outside of the borrow: whoever is woken goes on at once, and may well wait for the next promise.
    if let Some(Watched::Pending(Some(waker))) = pending {
        waker.wake();
    }
}
