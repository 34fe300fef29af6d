//! The `send_email` binding, recorded.

use std::cell::RefCell;

use nightlatch::platform::{BoundEmail, EmailBinding, Fault};

/// Mails that were handed over.
#[derive(Default)]
pub(crate) struct EmailRecorder {
    /// Every mail that was taken, oldest first.
    pub(crate) sent: RefCell<Vec<BoundEmail>>,
    /// While there is text here, mails are refused with it.
    pub(crate) refusal: RefCell<Option<String>>,
}

impl EmailBinding for EmailRecorder {
    fn is_bound(&self) -> bool {
        true
    }

    async fn send(&self, email: BoundEmail) -> Result<(), Fault> {
        if let Some(refusal) = self.refusal.borrow().as_ref() {
            return Err(Fault::new(format!("send_email: {refusal}")));
        }
        self.sent.borrow_mut().push(email);
        Ok(())
    }
}
