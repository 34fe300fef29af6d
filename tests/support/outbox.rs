//! The way out, recorded: nothing leaves, and the answers are the test's.

use std::cell::RefCell;
use std::collections::VecDeque;

use nightlatch::platform::{AnswerBody, Fault, Outbound, OutboundAnswer, OutboundRequest};

/// What was posted, and what will be answered.
#[derive(Default)]
pub(crate) struct Outbox {
    /// Every request, oldest first.
    pub(crate) sent: RefCell<Vec<OutboundRequest>>,
    script: RefCell<VecDeque<Result<OutboundAnswer, Fault>>>,
}

impl Outbox {
    /// The next request that has no answer yet gets this one.
    pub(crate) fn answer(&self, status: u16, body: &str) {
        self.script.borrow_mut().push_back(Ok(OutboundAnswer { status, body: AnswerBody::Whole(body.to_owned()) }));
    }

    /// The next request that has no answer yet gets none in time.
    pub(crate) fn time_out(&self) {
        self.script.borrow_mut().push_back(Err(Fault::new("fetch: timed out")));
    }
}

impl Outbound for Outbox {
    /// Without a script everything succeeds: 200 and an empty JSON object.
    async fn post(&self, request: OutboundRequest) -> Result<OutboundAnswer, Fault> {
        self.sent.borrow_mut().push(request);
        let scripted = self.script.borrow_mut().pop_front();
        scripted.unwrap_or_else(|| Ok(OutboundAnswer { status: 200, body: AnswerBody::Whole("{}".to_owned()) }))
    }
}
