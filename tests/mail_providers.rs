//! Each adapter against a real HTTP server on loopback that plays its provider: the wire format as documented, every kind of answer, and
//! the fail-over between them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that stumbles has failed")]

mod provider;

use nightlatch::mail::providers::{Adapter, Brevo, Cloudflare, Mailgun, Postmark, Resend, SendGrid, Webhook, WebhookSecret};
use nightlatch::mail::{ApiKey, Courier, Mail, MailId, Mailbox, OutboundUrl, Reach, Sender, Undelivered};
use nightlatch::values::EmailDomain;
use provider::{ANSWER_LIMIT, Answer, Provider, World};
use serde_json::json;
use std::time::{Duration, Instant};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn mail() -> Mail {
    Mail {
        id: MailId::parse("mail-1").unwrap(),
        from: Sender::parse("Nightlatch <codes@example.com>").unwrap(),
        to: "ann@example.org".to_owned(),
        subject: "123456 is your code for Ünïcode \"Shop\"".to_owned(),
        text: "Your code is 123456\n".to_owned(),
        html: "<p>Your code is 123456</p>".to_owned(),
        code: "123456".to_owned(),
        sent_at: 1_795_293_480,
    }
}

fn resend(at: &Provider) -> Adapter {
    Adapter::Resend(Resend::new(&at.base(), ApiKey::parse("re_key").unwrap(), Reach::Loopback).unwrap())
}

fn postmark(at: &Provider) -> Adapter {
    Adapter::Postmark(Postmark::new(&at.base(), ApiKey::parse("server-token").unwrap(), Postmark::STREAM, Reach::Loopback).unwrap())
}

fn sendgrid(at: &Provider) -> Adapter {
    Adapter::SendGrid(SendGrid::new(&at.base(), ApiKey::parse("SG.key").unwrap(), Reach::Loopback).unwrap())
}

fn mailgun(at: &Provider) -> Adapter {
    let domain = EmailDomain::parse("mg.bücher.example").unwrap();
    Adapter::Mailgun(Mailgun::new(&at.base(), &domain, ApiKey::parse("key-123").unwrap(), Reach::Loopback).unwrap())
}

fn brevo(at: &Provider) -> Adapter {
    Adapter::Brevo(Brevo::new(&at.base(), ApiKey::parse("xkeysib-123").unwrap(), Reach::Loopback).unwrap())
}

fn webhook(at: &Provider) -> Adapter {
    let url = OutboundUrl::parse(&format!("{}/hooks/mail?tenant=1", at.base()), Reach::Loopback).unwrap();
    Adapter::Webhook(Webhook { url, secret: WebhookSecret::parse(SECRET).unwrap() })
}

/// What came of a delivery: the adapter that took the mail, and the log.
struct Delivery {
    by: Result<&'static str, Undelivered>,
    log: Vec<serde_json::Value>,
    mailbox: Mailbox,
    took: Duration,
}

impl Delivery {
    /// Of each failure in the log: adapter, reason, status, code.
    fn failures(&self) -> Vec<(String, String)> {
        let failed = self.log.iter().filter(|line| line["event"] == "mail_failed");
        failed.map(|line| (line["adapter"].as_str().unwrap().to_owned(), line["reason"].as_str().unwrap().to_owned())).collect()
    }
}

fn deliver_in(world: &World, budget_milliseconds: u32, adapters: &[Adapter]) -> Delivery {
    let mailbox = Mailbox::default();
    let courier = Courier { platform: world, adapters, mailbox: &mailbox, budget_milliseconds, request_id: "request-1" };
    let begin = Instant::now();
    let by = pollster::block_on(courier.deliver(&mail()));
    let took = begin.elapsed();
    let log: Vec<serde_json::Value> = world.log.borrow().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    Delivery { by, log, mailbox, took }
}

fn deliver(adapters: &[Adapter]) -> Delivery {
    deliver_in(&World::default(), 5_000, adapters)
}

#[test]
fn resend_gets_what_its_documentation_asks_for() {
    let provider = Provider::that(Answer::says(200, r#"{"id":"49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"}"#));
    assert_eq!(deliver(&[resend(&provider)]).by, Ok("resend"));
    let heard = provider.heard();
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("POST", "/emails"));
    assert_eq!(heard.header("authorization"), "Bearer re_key");
    assert_eq!(heard.header("content-type"), "application/json");
    assert_eq!(heard.header("idempotency-key"), "mail-1");
    assert!(heard.header("user-agent").starts_with("nightlatch/"));
    let mail = mail();
    let expected = json!({
        "from": "Nightlatch <codes@example.com>", "to": ["ann@example.org"],
        "subject": mail.subject, "html": mail.html, "text": mail.text,
    });
    assert_eq!(heard.json(), expected);
}

#[test]
fn postmark_gets_what_its_documentation_asks_for() {
    let body = r#"{"To":"ann@example.org","SubmittedAt":"2026-11-21T20:38:00Z","MessageID":"0a12","ErrorCode":0,"Message":"OK"}"#;
    let provider = Provider::that(Answer::says(200, body));
    assert_eq!(deliver(&[postmark(&provider)]).by, Ok("postmark"));
    let heard = provider.heard();
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("POST", "/email"));
    assert_eq!(heard.header("x-postmark-server-token"), "server-token");
    assert_eq!((heard.header("accept"), heard.header("content-type")), ("application/json", "application/json"));
    let mail = mail();
    let expected = json!({
        "From": "Nightlatch <codes@example.com>", "To": "ann@example.org", "Subject": mail.subject, "HtmlBody": mail.html,
        "TextBody": mail.text, "MessageStream": "outbound", "TrackOpens": false, "TrackLinks": "None",
    });
    assert_eq!(heard.json(), expected);
}

#[test]
fn sendgrid_gets_what_its_documentation_asks_for() {
    let provider = Provider::that(Answer::says(202, ""));
    assert_eq!(deliver(&[sendgrid(&provider)]).by, Ok("sendgrid"));
    let heard = provider.heard();
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("POST", "/v3/mail/send"));
    assert_eq!(heard.header("authorization"), "Bearer SG.key");
    assert_eq!((heard.header("accept"), heard.header("content-type")), ("application/json", "application/json"));
    let mail = mail();
    let expected = json!({
        "personalizations": [{ "to": [{ "email": "ann@example.org" }] }],
        "from": { "email": "codes@example.com", "name": "Nightlatch" },
        "subject": mail.subject,
        "content": [{ "type": "text/plain", "value": mail.text }, { "type": "text/html", "value": mail.html }],
        "tracking_settings": {
            "click_tracking": { "enable": false, "enable_text": false },
            "open_tracking": { "enable": false }, "subscription_tracking": { "enable": false },
        },
    });
    assert_eq!(heard.json(), expected);
}

#[test]
fn mailgun_gets_what_its_documentation_asks_for() {
    let provider = Provider::that(Answer::says(200, r#"{"id":"<20261121203800.1.2@mg.example>","message":"Queued. Thank you."}"#));
    assert_eq!(deliver(&[mailgun(&provider)]).by, Ok("mailgun"));
    let heard = provider.heard();
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("POST", "/v3/mg.xn--bcher-kva.example/messages"));
    assert_eq!(heard.header("authorization"), "Basic YXBpOmtleS0xMjM=");
    assert_eq!(heard.header("content-type"), "application/x-www-form-urlencoded");
    let mail = mail();
    let form: Vec<(String, String)> = url::form_urlencoded::parse(heard.body.as_bytes()).into_owned().collect();
    let expected = [
        ("from", "Nightlatch <codes@example.com>"),
        ("to", "ann@example.org"),
        ("subject", &mail.subject),
        ("text", &mail.text),
        ("html", &mail.html),
        ("o:tracking", "no"),
    ];
    assert_eq!(form, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn brevo_gets_what_its_documentation_asks_for() {
    let provider = Provider::that(Answer::says(201, r#"{"messageId":"<202611212038.1@smtp-relay.mailin.fr>"}"#));
    assert_eq!(deliver(&[brevo(&provider)]).by, Ok("brevo"));
    let heard = provider.heard();
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("POST", "/v3/smtp/email"));
    assert_eq!(heard.header("api-key"), "xkeysib-123");
    assert_eq!((heard.header("accept"), heard.header("content-type")), ("application/json", "application/json"));
    let mail = mail();
    let expected = json!({
        "sender": { "email": "codes@example.com", "name": "Nightlatch" }, "to": [{ "email": "ann@example.org" }],
        "subject": mail.subject, "htmlContent": mail.html, "textContent": mail.text,
    });
    assert_eq!(heard.json(), expected);
}

#[test]
fn a_sender_without_a_name_is_an_address_alone() {
    let nameless = Mail { from: Sender::parse("codes@example.com").unwrap(), ..mail() };
    let sendgrid = SendGrid::new("https://api.sendgrid.com", ApiKey::parse("SG.key").unwrap(), Reach::Public).unwrap();
    assert!(sendgrid.request(&nameless, 1).body.contains(r#""from":{"email":"codes@example.com"}"#));
    let brevo = Brevo::new("https://api.brevo.com", ApiKey::parse("xkeysib-123").unwrap(), Reach::Public).unwrap();
    assert!(brevo.request(&nameless, 1).body.contains(r#""sender":{"email":"codes@example.com"}"#));
}

#[test]
fn the_webhook_is_signed_so_that_its_receiver_can_check_it() {
    let provider = Provider::that(Answer::says(204, ""));
    assert_eq!(deliver(&[webhook(&provider)]).by, Ok("webhook"));
    let heard = provider.heard();
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("POST", "/hooks/mail?tenant=1"));
    assert_eq!((heard.header("webhook-id"), heard.header("webhook-timestamp")), ("mail-1", "1795293480"));
    assert_eq!(heard.header("webhook-signature"), heard.signature_under(SECRET));
    let mail = mail();
    let data = json!({
        "channel": "email", "to": "ann@example.org", "from": "Nightlatch <codes@example.com>", "subject": mail.subject,
        "text": mail.text, "html": mail.html, "code": "123456",
    });
    assert_eq!(heard.json(), json!({ "type": "sign_in_code", "timestamp": "2026-11-21T20:38:00Z", "data": data }));
}

#[test]
fn the_binding_gets_the_mail_in_its_parts() {
    let world = World::default();
    assert_eq!(deliver_in(&world, 5_000, &[Adapter::Cloudflare(Cloudflare)]).by, Ok("cloudflare"));
    let bound = world.bound.borrow().clone().unwrap();
    assert_eq!((bound.from_address.as_str(), bound.from_name.as_str()), ("codes@example.com", "Nightlatch"));
    let mail = mail();
    assert_eq!((bound.to, bound.subject, bound.text, bound.html), (mail.to, mail.subject, mail.text, mail.html));
}

#[test]
fn a_binding_that_refuses_lets_the_next_adapter_try() {
    let world = World { binding_refuses: true, ..World::default() };
    let delivery = deliver_in(&world, 5_000, &[Adapter::Cloudflare(Cloudflare), Adapter::Mailbox]);
    assert_eq!(delivery.by, Ok("mailbox"));
    assert_eq!(delivery.failures(), [("cloudflare".to_owned(), "no_answer".to_owned())]);
}

#[test]
fn a_provider_that_says_no_is_logged_by_its_own_code() {
    let quota = Provider::that(Answer::says(429, r#"{"statusCode":429,"message":"For ann@example.org","name":"daily_quota_exceeded"}"#));
    let inactive = Provider::that(Answer::says(422, r#"{"ErrorCode":406,"Message":"ann@example.org is inactive"}"#));
    let accepted_but_not = Provider::that(Answer::says(200, r#"{"ErrorCode":300,"Message":"Invalid email request"}"#));
    let broken = Provider::that(Answer::says(503, "<html>down</html>"));
    let recipient = r#"{"errors":[{"message":"Does ann@example.org exist?","field":"personalizations.0.to.0.email","help":null}]}"#;
    let recipient = Provider::that(Answer::says(400, recipient));
    let limit = Provider::that(Answer::says(429, r#"{"errors":[{"field":null,"message":"too many requests"}]}"#));
    let domain = Provider::that(Answer::says(401, "Forbidden"));
    let credits = Provider::that(Answer::says(402, r#"{"code":"not_enough_credits","message":"ann@example.org can't be mailed"}"#));
    let first = [resend(&quota), postmark(&inactive), postmark(&accepted_but_not), webhook(&broken)];
    let second = [sendgrid(&recipient), sendgrid(&limit), mailgun(&domain), brevo(&credits)];
    let delivery = deliver(&[first, second].concat());
    assert_eq!(delivery.by, Err(Undelivered));
    let told: Vec<_> = delivery.log.iter().map(|line| (line["status"].as_u64().unwrap(), line["code"].as_str())).collect();
    assert_eq!(told[..4], [(429, Some("daily_quota_exceeded")), (422, Some("406")), (200, Some("300")), (503, None)]);
    assert_eq!(told[4..], [(400, Some("personalizations.0.to.0.email")), (429, None), (401, None), (402, Some("not_enough_credits"))]);
}

#[test]
fn the_beginning_of_an_answer_that_is_too_long_isnt_taken_for_all_of_it() {
    let padded = |yes: &str, length: usize| Answer::says(200, &format!("{yes}{}", " ".repeat(length - yes.len())));
    let yes = r#"{"id":"49a3999c","ErrorCode":0,"messageId":"49a3999c"}"#;
    for (length, taken) in [(ANSWER_LIMIT, true), (ANSWER_LIMIT + 1, false)] {
        for adapter in [resend, postmark, mailgun, brevo] {
            let provider = Provider::that(padded(yes, length));
            assert_eq!(deliver(&[adapter(&provider)]).by.is_ok(), taken, "{length}");
        }
    }
}

#[test]
fn an_answer_that_is_no_answer_isnt_taken_for_success() {
    for body in ["", "OK", "{}", "[]", r#"{"id":""}"#, r#"{"id":7}"#, "<html>", "\u{0}"] {
        let provider = Provider::that(Answer::says(200, body));
        let delivery = deliver(&[resend(&provider)]);
        assert_eq!(delivery.failures(), [("resend".to_owned(), "garbled".to_owned())], "{body}");
        for adapter in [postmark, sendgrid, mailgun, brevo] {
            let provider = Provider::that(Answer::says(200, body));
            let delivery = deliver(&[adapter(&provider)]);
            assert_eq!((delivery.by, delivery.failures()[0].1.as_str()), (Err(Undelivered), "garbled"), "{body}");
        }
    }
}

#[test]
fn a_redirect_is_a_refusal_and_isnt_followed() {
    let elsewhere = Provider::that(Answer::says(200, r#"{"id":"x"}"#));
    let provider = Provider::that(Answer::Redirects(format!("{}/emails", elsewhere.base())));
    assert_eq!(deliver(&[resend(&provider)]).by, Err(Undelivered));
    assert!(elsewhere.heard_nothing());
}

#[test]
fn the_first_adapter_that_takes_the_mail_ends_it() {
    let broken = Provider::that(Answer::says(500, r#"{"statusCode":500,"message":"","name":"internal_server_error"}"#));
    let works = Provider::that(Answer::says(200, r#"{"ErrorCode":0,"Message":"OK"}"#));
    let never = Provider::that(Answer::says(204, ""));
    let delivery = deliver(&[resend(&broken), postmark(&works), webhook(&never)]);
    assert_eq!(delivery.by, Ok("postmark"));
    assert_eq!(delivery.failures(), [("resend".to_owned(), "refused".to_owned())]);
    assert_eq!(broken.heard().path, "/emails");
    assert!(never.heard_nothing());
}

#[test]
fn nobody_listening_lets_the_next_adapter_try() {
    let gone = Provider::that_is_gone();
    let works = Provider::that(Answer::says(204, ""));
    let delivery = deliver(&[resend(&gone), webhook(&works)]);
    assert_eq!(delivery.by, Ok("webhook"));
    assert_eq!(delivery.failures(), [("resend".to_owned(), "no_answer".to_owned())]);
}

#[test]
fn an_adapter_that_hangs_leaves_the_next_one_its_share_of_the_time() {
    let hangs = Provider::that(Answer::Hangs);
    let works = Provider::that(Answer::says(204, ""));
    let delivery = deliver_in(&World::default(), 600, &[resend(&hangs), webhook(&works)]);
    assert_eq!(delivery.by, Ok("webhook"));
    assert_eq!(delivery.failures(), [("resend".to_owned(), "no_answer".to_owned())]);
}

#[test]
fn all_adapters_together_keep_to_the_time() {
    let providers = [Provider::that(Answer::Hangs), Provider::that(Answer::Trickles), Provider::that(Answer::Hangs)];
    let delivery = deliver_in(&World::default(), 600, &[resend(&providers[0]), postmark(&providers[1]), webhook(&providers[2])]);
    assert_eq!(delivery.by, Err(Undelivered));
    assert!(delivery.took < Duration::from_millis(900), "{:?}", delivery.took);
    assert_eq!(delivery.failures().len(), 3);
}

#[test]
fn without_time_nothing_is_asked() {
    let provider = Provider::that(Answer::says(204, ""));
    let delivery = deliver_in(&World::default(), 20, &[webhook(&provider)]);
    assert_eq!(delivery.failures(), [("webhook".to_owned(), "no_time".to_owned())]);
    assert!(provider.heard_nothing());
}

#[test]
fn neither_address_nor_code_nor_key_reaches_the_log() {
    let refuses = Provider::that(Answer::says(403, r#"{"statusCode":403,"name":"only to ann@example.org","message":"ann@example.org 123456"}"#));
    let works = Provider::that(Answer::says(204, ""));
    let delivery = deliver(&[resend(&refuses), webhook(&works)]);
    let log = delivery.log.iter().map(ToString::to_string).collect::<String>();
    for secret in ["ann", "123456", "re_key", "tenant", "whsec"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
    assert!(delivery.log.iter().all(|line| line["request_id"] == "request-1" && line["level"].is_string()));
}

#[test]
fn the_development_mailbox_keeps_the_mail_and_prints_it() {
    let delivery = deliver(&[Adapter::Mailbox]);
    assert_eq!(delivery.by, Ok("mailbox"));
    let kept = delivery.mailbox.mails(Some("ann@example.org"));
    assert_eq!((kept.len(), kept[0].code.as_str(), kept[0].sent_at.as_str()), (1, "123456", "2026-11-21T20:38:00Z"));
    assert_eq!((delivery.log[0]["event"].as_str(), delivery.log[0]["code"].as_str()), (Some("dev_mail"), Some("123456")));
}

#[test]
fn a_mail_without_any_adapter_isnt_delivered() {
    assert_eq!(deliver(&[]).by, Err(Undelivered));
}
