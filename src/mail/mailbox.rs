//! The development mailbox: mails and text messages kept in memory instead of sent. Who may look into it is decided elsewhere.

use super::calendar::rfc3339;
use super::message::Mail;
use super::text_message::TextMessage;
use serde::Serialize;
use std::cell::RefCell;
use std::collections::VecDeque;

/// So many mails are kept; the oldest go first.
const ROOM: usize = 200;

/// A mail as `/dev/mailbox.json` shows it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct KeptMail {
    /// Who it went to: an address or a number.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// Plain text part.
    pub text: String,
    /// HTML part; empty for a text message.
    pub html: String,
    /// The code alone.
    pub code: String,
    /// When: RFC 3339, in UTC.
    pub sent_at: String,
}

/// A ring of mails, for the life of an isolate.
#[derive(Default)]
pub struct Mailbox {
    mails: RefCell<VecDeque<KeptMail>>,
}

impl Mailbox {
    /// Puts a mail in.
    pub fn keep(&self, mail: &Mail) {
        let kept = KeptMail {
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            code: mail.code.clone(),
            sent_at: rfc3339(mail.sent_at),
        };
        self.put(kept);
    }

    /// Puts a text message in: its first line stands where a mail has its subject.
    pub fn keep_text(&self, message: &TextMessage) {
        self.put(KeptMail {
            to: message.to.as_str().to_owned(),
            subject: message.text.lines().next().unwrap_or_default().to_owned(),
            text: message.text.clone(),
            html: String::new(),
            code: message.code.clone(),
            sent_at: rfc3339(message.sent_at),
        });
    }

    fn put(&self, kept: KeptMail) {
        let mut mails = self.mails.borrow_mut();
        mails.push_front(kept);
        mails.truncate(ROOM);
    }

    /// The mails, newest first; only those to one address if one is given, whatever its case.
    #[must_use]
    pub fn mails(&self, to: Option<&str>) -> Vec<KeptMail> {
        let mails = self.mails.borrow();
        mails.iter().filter(|mail| to.is_none_or(|to| mail.to.eq_ignore_ascii_case(to))).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{MailId, Sender};

    fn mail(to: &str, code: &str) -> Mail {
        Mail {
            id: MailId::parse("m").unwrap(),
            from: Sender::parse("codes@example.com").unwrap(),
            to: to.to_owned(),
            subject: String::new(),
            text: String::new(),
            html: String::new(),
            code: code.to_owned(),
            sent_at: 0,
        }
    }

    #[test]
    fn the_newest_mail_comes_first_and_the_oldest_goes() {
        let mailbox = Mailbox::default();
        (0..250).for_each(|number| mailbox.keep(&mail("ann@example.org", &number.to_string())));
        let codes: Vec<String> = mailbox.mails(None).into_iter().map(|mail| mail.code).collect();
        assert_eq!((codes.len(), codes[0].as_str(), codes[199].as_str()), (200, "249", "50"));
    }

    #[test]
    fn one_address_sees_its_own_mails() {
        let mailbox = Mailbox::default();
        mailbox.keep(&mail("ann@example.org", "1"));
        mailbox.keep(&mail("bob@example.org", "2"));
        let json = serde_json::to_value(mailbox.mails(Some("Ann@Example.org"))).unwrap();
        let expected = serde_json::json!([
            {"to": "ann@example.org", "subject": "", "text": "", "html": "", "code": "1", "sent_at": "1970-01-01T00:00:00Z"}
        ]);
        assert_eq!(json, expected);
    }
}
