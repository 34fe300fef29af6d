//! Codes by text message, against a real HTTP server on loopback that plays the operator's webhook: what it is handed, and what happens where
//! it doesn't take it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that stumbles has failed")]

mod provider;

use nightlatch::config::Config;
use nightlatch::flows::text_message::Texting;
use nightlatch::flows::{Provider as Nightlatch, Visit};
use nightlatch::mail::{TextPurpose, Undelivered};
use nightlatch::values::{Language, PhoneNumber, RequestId, Timestamp};
use provider::{Answer, Provider, World};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const NUMBER: &str = "+436641234567";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A deployment whose text messages go to this server, if to any.
fn nightlatch(webhook: Option<&Provider>) -> Nightlatch<World> {
    let url = webhook.map(|webhook| format!("{}/hooks/sms?tenant=1", webhook.base()));
    let mut settings = vec![
        ("ISSUER", "http://localhost:8787"),
        ("SECRET", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"),
        ("MAIL", "mailbox"),
        ("MAIL_TIMEOUT_MS", "400"),
        ("BRAND_NAME", "Harbour Books"),
    ];
    if let Some(url) = &url {
        settings.extend([("SMS", "webhook"), ("WEBHOOK_URL", url.as_str()), ("WEBHOOK_SECRET", SECRET)]);
    }
    let environment = settings.into_iter().map(|(name, value)| (format!("NIGHTLATCH_{name}"), value.to_owned())).collect();
    Nightlatch::new(World::default(), Config::parse(&environment).unwrap()).unwrap()
}

fn visit() -> Visit {
    Visit {
        now: Timestamp::from_seconds(1_795_293_480),
        request_id: RequestId::new([7; 16]),
        ip: None,
        place: None,
        country: None,
        user_agent: String::new(),
        accept_language: String::new(),
        browser: None,
        session: None,
        seen: None,
        known_addresses: String::new(),
        passkey_declined: String::new(),
    }
}

/// Sends a code; gives what came of it, and the log.
fn text(nightlatch: &Nightlatch<World>, language: Language) -> (Result<(), Undelivered>, Vec<Value>) {
    let to = PhoneNumber::parse(NUMBER).unwrap();
    let texting = Texting { to: &to, language, code: "123456", minutes_left: 10, purpose: TextPurpose::VerifyPhoneNumber };
    let message = nightlatch.compose_text(&texting, &visit()).unwrap();
    let outcome = pollster::block_on(nightlatch.deliver_text(&message, &visit()));
    let log = nightlatch.platform.log.borrow();
    for line in log.iter() {
        assert!(!line.contains("664") && !line.contains("123456") && !line.contains("tenant") && !line.contains("whsec"), "{line}");
    }
    (outcome, log.iter().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn the_webhook_gets_number_words_code_and_purpose_signed() {
    let webhook = Provider::that(Answer::says(204, ""));
    let (outcome, log) = text(&nightlatch(Some(&webhook)), Language::En);
    assert_eq!(outcome, Ok(()));
    assert_eq!((log[0]["event"].as_str(), log[0]["adapter"].as_str()), (Some("text_sent"), Some("webhook")));
    let heard = webhook.heard();
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("POST", "/hooks/sms?tenant=1"));
    let words = "123456 is your code for Harbour Books. Valid for 10 minutes. Type it only at localhost.\n\n@localhost #123456";
    let data = json!({ "channel": "sms", "to": NUMBER, "text": words, "code": "123456", "purpose": "verify_phone_number" });
    assert_eq!(heard.json(), json!({ "type": "sms_code", "timestamp": "2026-11-21T20:38:00Z", "data": data }));
    assert_eq!(heard.header("webhook-id"), format!("sms-{}", visit().request_id.as_str()), "a mail of the same visit has another id");
    assert_eq!(heard.header("webhook-signature"), heard.signature_under(SECRET));
}

#[test]
fn a_message_is_written_in_the_persons_language() {
    let webhook = Provider::that(Answer::says(200, ""));
    assert_eq!(text(&nightlatch(Some(&webhook)), Language::Ja).0, Ok(()));
    assert!(webhook.heard().json()["data"]["text"].as_str().unwrap().starts_with("123456 は Harbour Books のコードです。"));
}

#[test]
fn a_webhook_that_doesnt_take_it_is_told_of_in_the_log_alone() {
    let refuses = Provider::that(Answer::says(503, "+436641234567 123456"));
    let elsewhere = Provider::that(Answer::says(204, ""));
    let redirects = Provider::that(Answer::Redirects(elsewhere.base()));
    let hangs = Provider::that(Answer::Hangs);
    let trickles = Provider::that(Answer::Trickles);
    let gone = Provider::that_is_gone();
    for (webhook, reason) in [(&refuses, "refused"), (&redirects, "refused"), (&hangs, "no_answer"), (&trickles, "no_answer"), (&gone, "no_answer")] {
        let begin = Instant::now();
        let (outcome, log) = text(&nightlatch(Some(webhook)), Language::En);
        assert!(begin.elapsed() < Duration::from_millis(900), "{reason}: {:?}", begin.elapsed());
        assert_eq!(outcome, Err(Undelivered), "{reason}");
        assert_eq!(
            (log[0]["event"].as_str(), log[0]["level"].as_str(), log[0]["reason"].as_str()),
            (Some("text_failed"), Some("warn"), Some(reason))
        );
    }
    assert!(elsewhere.heard_nothing());
}

#[test]
fn the_development_mailbox_keeps_them_and_says_so_in_the_log() {
    let mut settings = vec![("ISSUER", "http://localhost:8787"), ("SECRET", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"), ("MAIL", "webhook")];
    settings.extend([("SMS", "mailbox"), ("WEBHOOK_URL", "http://localhost:1/"), ("WEBHOOK_SECRET", SECRET)]);
    let environment = settings.into_iter().map(|(name, value)| (format!("NIGHTLATCH_{name}"), value.to_owned())).collect();
    let nightlatch = Nightlatch::new(World::default(), Config::parse(&environment).unwrap()).unwrap();
    assert!(nightlatch.post.has_mailbox(), "for text messages alone, too");
    let to = PhoneNumber::parse(NUMBER).unwrap();
    let texting = Texting { to: &to, language: Language::En, code: "123456", minutes_left: 10, purpose: TextPurpose::VerifyPhoneNumber };
    let message = nightlatch.compose_text(&texting, &visit()).unwrap();
    assert_eq!(pollster::block_on(nightlatch.deliver_text(&message, &visit())), Ok(()));
    let kept = nightlatch.post.mailbox.mails(Some(NUMBER));
    let subject = "123456 is your code for Nightlatch. Valid for 10 minutes. Type it only at localhost.";
    assert_eq!((kept.len(), kept[0].code.as_str(), kept[0].subject.as_str(), kept[0].html.as_str()), (1, "123456", subject, ""));
    let log: Vec<Value> = nightlatch.platform.log.borrow().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((log[0]["event"].as_str(), log[0]["to"].as_str(), log[0]["code"].as_str()), (Some("dev_text"), Some(NUMBER), Some("123456")));
    assert_eq!((log.len(), log[0]["adapter"].as_str()), (1, Some("mailbox")));
}

#[test]
fn where_text_messages_are_off_none_leaves() {
    let nightlatch = nightlatch(None);
    assert!(nightlatch.post.sms.is_none());
    let (outcome, log) = text(&nightlatch, Language::En);
    assert_eq!((outcome, log.len()), (Err(Undelivered), 0));
}
