//! Mails and text messages: what they say, and how they leave.
//!
//! Content comes from typed data and the texts; delivery goes through ordered adapters. Decides neither who gets a mail nor when.
//! A provider is one file in `providers/` and one line in its list.

mod api_key;
mod calendar;
mod code_mail;
mod deliver;
mod deliver_text;
mod isolated;
mod line;
mod mailbox;
mod message;
mod notice_mail;
mod outbound_url;
pub mod providers;
mod templates;
mod text_message;

pub use api_key::ApiKey;
pub use calendar::utc_minute;
pub use code_mail::{CodeFor, CodeMail, Envelope};
pub use deliver::{Courier, Undelivered};
pub use deliver_text::{TextAdapter, TextCourier};
pub use line::one_line;
pub use mailbox::{KeptMail, Mailbox};
pub use message::{Mail, MailId, Sender, SenderProblem};
pub use notice_mail::NoticeMail;
pub use outbound_url::{OutboundUrl, Reach, UrlProblem};
pub use templates::{MailTemplates, TemplateProblem, TemplateSources};
pub use text_message::{CodeText, TextMessage, TextPurpose};
