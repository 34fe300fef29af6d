//! The mails that carry a code, as people get them.

use nightlatch::mail::{CodeFor, CodeMail, Envelope, Mail, MailId, MailTemplates, Sender};
use nightlatch::texts::original;
use nightlatch::values::Language;

pub(super) fn code_mail(code_for: CodeFor, language: Language) -> Mail {
    let mail = CodeMail {
        code_for,
        language,
        texts: original(language),
        code: "123456",
        minutes_left: 10,
        site: "Harbour Books",
        place: Some("Graz, AT"),
        time: "2026-11-21 20:38 UTC",
        host: "id.example.com",
        link: Some("https://id.example.com/sign-in/code?challenge=c1#code=123456"),
    };
    let envelope = Envelope {
        id: MailId::parse("mail-1").unwrap(),
        from: Sender::parse("Nightlatch <codes@example.com>").unwrap(),
        to: "ann@example.org".to_owned(),
        sent_at: 1_795_293_480,
    };
    mail.compose(&MailTemplates::default(), envelope).unwrap()
}
