//! Drives a future as JavaScript's promises wake it: the first step is taken at once, every later one inside the callback of the promise that it
//! waited for.
//!
//! `future_to_promise` takes each step in a microtask of its own, and in workerd a microtask costs about as much as reading a request.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use wasm_bindgen::JsValue;
use worker::js_sys::{Function, Promise};
use worker::send::SendWrapper;

/// The promise of what the future gives.
pub(super) fn promise(future: impl Future<Output = JsValue> + 'static) -> Promise {
    let mut future = Some(future);
    Promise::new(&mut |resolve, _| {
        if let Some(future) = future.take() {
            start(future, resolve);
        }
    })
}

fn start(future: impl Future<Output = JsValue> + 'static, resolve: Function) {
    let told = async move {
        let value = future.await;
        // A promise's own function throws nothing.
        let _ = resolve.call1(&JsValue::UNDEFINED, &value);
    };
    Arc::new(Task(SendWrapper::new(RefCell::new(Some(Box::pin(told)))))).step();
}

/// A future on its way; none once it has come to its end.
type Steps = RefCell<Option<Pin<Box<dyn Future<Output = ()>>>>>;

/// A Worker has one thread, so nothing is ever sent.
struct Task(SendWrapper<Steps>);

impl Task {
    fn step(self: Arc<Self>) {
        // Promises call back later, never while a step is being taken: what can't be borrowed needn't be.
        let Ok(mut future) = self.0.try_borrow_mut() else { return };
        let waker = Waker::from(Arc::clone(&self));
        let polled = future.as_mut().map(|future| future.as_mut().poll(&mut Context::from_waker(&waker)));
        if let Some(Poll::Ready(())) = polled {
            *future = None;
        }
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.step();
    }
}
