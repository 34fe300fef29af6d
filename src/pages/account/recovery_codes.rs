//! Recovery codes: how many are left, and the one page that shows new ones. Each posts to `/account/recovery-codes`.

use askama::Template;

use super::head::{Head, Message};
use crate::factors::recovery_code::FEW;
use crate::pages::frame::{Frame, Look};
use crate::pages::page::{PRINT_SCRIPT, Page, Script};
use crate::platform::Fault;
use crate::texts::count;

/// How many recovery codes are left.
#[derive(Debug, Clone, Copy)]
pub struct RecoveryCodesPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// So many.
    pub left: u64,
    /// When they were made, in seconds; 0 where there are none. Handed back as `voids`: new ones void these and no others.
    pub made_at: i64,
    /// Whether the person has a second factor that they can stand in for.
    pub help: bool,
    /// The form's token, handed back as `csrf`.
    pub csrf: &'a str,
    /// What went wrong: `over`.
    pub news: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "pages/account/recovery_codes.html")]
struct RecoveryCodesTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a RecoveryCodesPage<'a>,
    state: String,
}

impl RecoveryCodesPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let message = match self.news {
            Some("over") => Some(Message::Problem(texts.recovery_over.to_string())),
            Some(_) | None if !self.help => Some(Message::Problem(texts.recovery_useless.to_string())),
            Some(_) | None if self.left == 0 => Some(Message::Problem(texts.recovery_none.to_string())),
            Some(_) | None if is_few(self.left) => Some(Message::Problem(texts.recovery_few.to_string())),
            Some(_) | None => None,
        };
        let head = Head::of(texts.account_recovery_codes, message);
        let (frame, needs) = head.frame(self.look);
        let state = match self.left {
            0 => texts.account_none.to_string(),
            left => count(texts.account_recovery_codes_state, self.look.language, left),
        };
        head.page(&frame, &RecoveryCodesTemplate { frame: &frame, view: self, state }, needs)
    }
}

/// Whether so many codes are few, and not none.
pub(super) const fn is_few(left: u64) -> bool {
    left > 0 && left < FEW as u64
}

/// New recovery codes.
#[derive(Clone, Copy)]
pub struct MadeCodesPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// They.
    pub codes: &'a [&'a str],
    /// They, sealed; handed back as `codes`.
    pub sealed: &'a str,
    /// The form's token, handed back as `csrf`.
    pub csrf: &'a str,
}

#[derive(Template)]
#[template(path = "pages/account/made_codes.html")]
struct MadeCodesTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a MadeCodesPage<'a>,
    script: &'static str,
}

impl MadeCodesPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let head = Head::of(texts.account_recovery_codes, Some(Message::News(texts.recovery_shown.to_string())));
        let (frame, needs) = head.frame_with(self.look, Script::Print);
        head.page(&frame, &MadeCodesTemplate { frame: &frame, view: self, script: PRINT_SCRIPT }, needs)
    }
}
