//! Every refusal says in one line what is wrong and how to mend it; and the documentation is the table.

use std::collections::BTreeMap;

use super::*;
use crate::values::{PhoneNumber, Seconds};

const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const OTHER_SECRET: &str = "BBECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

fn environment(base: &[(&str, &str)], changes: &[(&str, &str)]) -> BTreeMap<String, String> {
    base.iter().chain(changes).map(|(name, value)| (variable(name), (*value).to_owned())).collect()
}

fn local(changes: &[(&str, &str)]) -> Result<Config, Misconfigured> {
    Config::parse(&environment(&[("issuer", "http://localhost:8787"), ("secret", SECRET), ("mail", "mailbox")], changes))
}

fn public(changes: &[(&str, &str)]) -> Result<Config, Misconfigured> {
    let base = [
        ("issuer", "https://login.example.com"),
        ("secret", SECRET),
        ("mail", "resend"),
        ("mail_from", "login@example.com"),
        ("resend_api_key", "re_12345678"),
    ];
    Config::parse(&environment(&base, changes))
}

/// The line of a refusal, which must be one line without any secret.
fn line(outcome: Result<Config, Misconfigured>) -> String {
    let line = outcome.expect_err("this must be refused").to_string();
    assert!(!line.chars().any(|c| c.is_control()), "{line:?}");
    assert!(line.len() < 400, "{line}");
    assert!(!line.contains(SECRET) && !line.contains("hush"), "{line}");
    line
}

#[test]
fn three_settings_are_enough_on_this_machine_and_the_rest_has_its_defaults() {
    let config = local(&[]).unwrap();
    assert_eq!(config.admission, Admission::Open);
    assert_eq!(config.code_alphabet, CodeAlphabet::digits(6).unwrap());
    assert!(matches!(config.mail.as_slice(), [MailAdapter::Mailbox]));
    assert!(config.turnstile.is_none());
    assert_eq!(config.settings.otp_lifetime, Seconds::new(600));
    assert_eq!(config.settings.refresh_sliding, Seconds::new(15 * 86_400));
    assert_eq!(config.settings.brand_name.as_str(), "Nightlatch");
}

#[test]
fn every_default_is_a_value_that_its_own_row_accepts() {
    let defaults: Vec<_> = ROWS
        .iter()
        .filter_map(|row| match row.presence {
            Presence::Default(text) => Some((row.name, text)),
            Presence::Required | Presence::Optional => None,
        })
        .collect();
    local(&defaults).unwrap();
}

#[test]
fn names_without_our_prefix_are_none_of_our_business() {
    let mut environment = environment(&[("issuer", "http://localhost:8787"), ("secret", SECRET), ("mail", "mailbox")], &[]);
    environment.insert("PATH".into(), "/bin".into());
    environment.insert("OTP_DIGITS".into(), "nonsense".into());
    environment.insert("nightlatch_otp_digits".into(), "nonsense".into());
    assert!(Config::parse(&environment).is_ok());
}

#[test]
fn an_unknown_name_is_refused_and_a_slip_is_recognised() {
    assert_eq!(line(local(&[("otp_digit", "6")])), "NIGHTLATCH_OTP_DIGIT is no setting: did you mean NIGHTLATCH_OTP_DIGITS?");
    assert_eq!(line(local(&[("brand_colour", "#000000")])), "NIGHTLATCH_BRAND_COLOUR is no setting: did you mean NIGHTLATCH_BRAND_COLOR?");
    assert_eq!(
        line(local(&[("quantum_entanglement", "on")])),
        "NIGHTLATCH_QUANTUM_ENTANGLEMENT is no setting: remove it, or look up its name in docs/settings.md"
    );
    line(local(&[("evil\nname", "x")]));
}

#[test]
fn what_is_required_is_asked_for() {
    for missing in ["issuer", "secret", "mail"] {
        let mut environment = environment(&[("issuer", "http://localhost:8787"), ("secret", SECRET), ("mail", "mailbox")], &[]);
        environment.remove(&variable(missing));
        let line = line(Config::parse(&environment));
        assert!(line.starts_with(&format!("{} is missing: set it to ", variable(missing))), "{line}");
    }
}

#[test]
fn only_what_the_issuer_may_use_is_proposed_to_it() {
    for mail in [None, Some(" ")] {
        let asked = |issuer: &str| {
            let mut environment = environment(&[("issuer", issuer), ("secret", SECRET)], &[]);
            environment.extend(mail.map(|mail| (variable("mail"), mail.to_owned())));
            line(Config::parse(&environment))
        };
        assert_eq!(
            asked("https://login.example.com"),
            "NIGHTLATCH_MAIL is missing: set it to resend, postmark, sendgrid, mailgun, brevo, cloudflare or webhook"
        );
        assert!(asked("http://localhost:8787").ends_with(": set it to mailbox, resend, postmark, sendgrid, mailgun, brevo, cloudflare or webhook"));
    }
}

#[test]
fn malformed_values_are_refused_with_their_name_and_what_would_be_right() {
    for (name, value, expected) in [
        ("issuer", "login.example.com", "absolute URL"),
        ("issuer", "http://login.example.com", "must be https"),
        ("issuer", "https://login.example.com/path", "origin alone"),
        ("secret", "hush", "32 to 1024 bytes"),
        ("secret", "hush, not base64", "must be base64url"),
        ("secret_previous", SECRET, "is the same as NIGHTLATCH_SECRET"),
        ("mode", "closed", "must be open, invite_only or allowed_domains"),
        ("brand_name", "a\u{202E}b", "one line without invisible"),
        ("brand_name", "a\nb", "one line without invisible"),
        ("brand_name", &"x".repeat(61), "1 to 60 characters"),
        ("brand_logo_url", "http://example.com/logo.svg", "https address"),
        ("brand_logo_url", "javascript:alert(1)", "https address"),
        ("brand_color", "red", "six hexadecimal digits"),
        ("brand_color", "#12345g", "six hexadecimal digits"),
        ("page_texts", "{", "JSON object"),
        ("page_texts", r#"{"en": {"a": 1}}"#, "JSON object"),
        ("page_texts", r#"{"tlh": {}}"#, "\"tlh\" must be one of en, de, es, fr, pt, ar, zh, ja"),
        ("default_language", "tlh", "must be one of en, de, es, fr, pt, ar, zh, ja"),
        ("non_ascii_local_part", "maybe", "refuse or allow"),
        ("otp_alphabet", "emoji", "digits or crockford"),
        ("otp_digits", "5", "must be 6 to 10"),
        ("otp_digits", "11", "must be 6 to 10"),
        ("otp_digits", "+6", "whole number"),
        ("otp_digits", "300", "whole number"),
        ("otp_lifetime", "0", "must be 1 to 3600"),
        ("otp_lifetime", "10m", "whole number of seconds"),
        ("otp_lifetime", "-1", "whole number of seconds"),
        ("otp_lifetime", "99999999999999999999", "whole number of seconds"),
        ("otp_link", "true", "on or off"),
        ("mail", "pigeon", "\"pigeon\" must be mailbox, resend"),
        ("mail", "mailbox,mailbox", "\"mailbox\" must stand there once"),
        ("mail", "mailbox,", "must be mailbox, resend"),
        ("mail_from", "Ann <ann@example.org>", "must be an e-mail address"),
        ("mail_timeout_ms", "60000", "must be 100 to 25000"),
        ("mailgun_domain", "mg.example.org/x", "must be a domain"),
        ("mailgun_region", "de", "must be us or eu"),
        ("resend_api_key", "hush hush hush", "visible ASCII"),
        ("webhook_secret", "hush", "32 to 512 characters"),
        ("otp_guesses", "", "is empty"),
        ("otp_guesses", "  ", "is empty"),
    ] {
        let line = line(local(&[(name, value)]));
        assert!(line.starts_with(&variable(name)) && line.contains(expected), "{line}");
    }
}

#[test]
fn a_wrong_value_is_shown_cut_short_and_on_one_line() {
    let line = line(local(&[("mode", &format!("x\ny{}", "z".repeat(500)))]));
    assert!(line.starts_with("NIGHTLATCH_MODE is \"x yzzz") && line.contains('…'), "{line}");
}

#[test]
fn the_mailbox_is_for_this_machine_alone() {
    for issuer in ["http://localhost:8787", "https://localhost", "http://127.0.0.1:1", "http://127.8.9.1", "http://[::1]:8787"] {
        assert!(local(&[("issuer", issuer)]).is_ok(), "{issuer}");
    }
    for issuer in ["https://login.example.com", "https://localhost.example.com", "https://192.168.0.1", "https://[::2]"] {
        let line = line(local(&[("issuer", issuer)]));
        assert!(
            line.starts_with("NIGHTLATCH_MAIL has mailbox, which is for localhost")
                && line.ends_with("set it to resend, postmark, sendgrid, mailgun, brevo, cloudflare or webhook"),
            "{line}"
        );
    }
    line(public(&[("mail", "resend,mailbox")]));
}

#[test]
fn an_adapter_comes_with_all_that_it_needs_or_not_at_all() {
    let config = public(&[
        ("mail", " resend, postmark,sendgrid, mailgun,brevo,cloudflare ,webhook"),
        ("postmark_server_token", "12345678"),
        ("sendgrid_api_key", "SG.12345678"),
        ("sendgrid_region", "eu"),
        ("mailgun_api_key", "key-12345678"),
        ("mailgun_domain", "MG.bücher.example"),
        ("brevo_api_key", "xkeysib-12345678"),
        ("webhook_url", "https://hooks.example.com/mail/"),
        ("webhook_secret", OTHER_SECRET),
        ("brand_name", "Example"),
    ])
    .unwrap();
    let [
        MailAdapter::Resend { base_url, sender, .. },
        MailAdapter::Postmark { message_stream, .. },
        MailAdapter::SendGrid { base_url: sendgrid, .. },
        MailAdapter::Mailgun { base_url: mailgun, domain, .. },
        MailAdapter::Brevo { base_url: brevo, .. },
        MailAdapter::Cloudflare { .. },
        MailAdapter::Webhook(webhook),
    ] = config.mail.as_slice()
    else {
        panic!("not in the order that was asked for: {:?}", config.mail);
    };
    assert_eq!((base_url.as_str(), sender.address.identity(), sender.name.as_str()), ("https://api.resend.com", "login@example.com", "Example"));
    assert_eq!((message_stream.as_str(), webhook.url.as_str()), ("outbound", "https://hooks.example.com/mail/"));
    assert_eq!((sendgrid.as_str(), brevo.as_str()), ("https://api.eu.sendgrid.com", "https://api.brevo.com"));
    assert_eq!((mailgun.as_str(), domain.as_str()), ("https://api.mailgun.net", "mg.xn--bcher-kva.example"));

    for (mail, missing) in [
        ("resend", "resend_api_key"),
        ("postmark", "postmark_server_token"),
        ("sendgrid", "sendgrid_api_key"),
        ("mailgun", "mailgun_api_key"),
        ("brevo", "brevo_api_key"),
        ("cloudflare", "mail_from"),
        ("webhook", "webhook_url"),
        ("mailbox,webhook", "webhook_url"),
    ] {
        let line = line(local(&[("mail", mail)]));
        assert!(line.starts_with(&format!("{} is missing, and ", variable(missing))) && line.contains("set it, or take"), "{line}");
    }
    let line = line(public(&[("mail", "webhook"), ("webhook_url", "http://localhost:1"), ("webhook_secret", OTHER_SECRET)]));
    assert!(line.contains("leads to localhost"), "{line}");
}

#[test]
fn text_messages_leave_by_the_webhook_whether_or_not_mail_does() {
    assert!(local(&[]).unwrap().sms.is_none());
    let webhook = [("webhook_url", "https://hooks.example.com/sms"), ("webhook_secret", OTHER_SECRET)];
    let config = public(&[&[("sms", "webhook")], webhook.as_slice()].concat()).unwrap();
    assert!(matches!(config.sms.unwrap(), TextWay::Webhook(signed) if signed.url == "https://hooks.example.com/sms"));
    assert!(public(&webhook).unwrap().sms.is_none(), "a webhook alone sends no text messages");
    for (missing, change) in [("webhook_url", webhook[1]), ("webhook_secret", webhook[0])] {
        let line = line(public(&[("sms", "webhook"), change]));
        let expected = "is missing, and NIGHTLATCH_SMS needs it: set it, or set NIGHTLATCH_SMS to off";
        assert_eq!(line, format!("{} {expected}", variable(missing)));
    }
    assert!(line(local(&[("sms", "pigeon")])).contains("must be off, webhook or mailbox"));
}

#[test]
fn the_development_mailbox_takes_text_messages_on_localhost_alone() {
    assert!(matches!(local(&[("sms", "mailbox")]).unwrap().sms, Some(TextWay::Mailbox)));
    assert!(line(public(&[("sms", "mailbox")])).contains("NIGHTLATCH_SMS is mailbox, which is for localhost"));
}

#[test]
fn text_messages_go_to_numbers_that_begin_as_the_operator_says() {
    let prefixes = local(&[("sms_prefixes", "+43, +4415")]).unwrap().settings.sms_prefixes.unwrap();
    let goes_to = |number: &str| prefixes.iter().any(|prefix| prefix.begins(&PhoneNumber::parse(number).unwrap()));
    assert!(goes_to("+436641234567") && goes_to("+441512345678") && !goes_to("+447700900123") && !goes_to("+14366412345"));
    for wrong in ["43", "+", "+0", "+43x", "0043", "+43,+43", "+1234567890123456"] {
        assert!(line(local(&[("sms_prefixes", wrong)])).contains("sms_prefixes".to_uppercase().as_str()), "{wrong}");
    }
}

#[test]
fn stand_ins_for_other_servers_are_for_this_machine_alone() {
    let config =
        local(&[("mail", "resend"), ("mail_from", "login@example.com"), ("resend_api_key", "re_12345678"), ("resend_url", "http://127.0.0.1:9/")])
            .unwrap();
    assert!(matches!(config.mail.as_slice(), [MailAdapter::Resend { base_url, .. }] if base_url == "http://127.0.0.1:9"));
    for name in ["resend_url", "postmark_url", "sendgrid_url", "mailgun_url", "brevo_url", "turnstile_url"] {
        assert!(local(&[(name, "http://127.0.0.1:9/base/")]).is_ok());
        let line = line(public(&[(name, "https://evil.example")]));
        assert_eq!(line, format!("{} is for an issuer on localhost alone: remove it", variable(name)));
    }
}

#[test]
fn modes_and_domains_belong_together() {
    let config = public(&[("mode", "allowed_domains"), ("allowed_domains", "Example.org, bücher.example")]).unwrap();
    let domains = ["example.org", "xn--bcher-kva.example"].map(|domain| EmailDomain::parse(domain).unwrap());
    assert_eq!(config.admission, Admission::AllowedDomains(domains.to_vec()));
    assert_eq!(public(&[("mode", "invite_only")]).unwrap().admission, Admission::InviteOnly);
    assert!(line(public(&[("mode", "allowed_domains")])).contains("list the domains"));
    assert!(line(public(&[("allowed_domains", "example.org")])).contains("has no effect in this mode"));
    assert!(line(public(&[("mode", "allowed_domains"), ("allowed_domains", "localhost")])).contains("must be a domain"));
}

#[test]
fn under_attack_a_code_never_gets_shorter() {
    for (usual, under_attack, expected) in
        [("6", None, 8), ("7", None, 8), ("9", None, 9), ("10", None, 10), ("6", Some("10"), 10), ("8", Some("6"), 8)]
    {
        let changes: Vec<_> = [("otp_digits", usual)].into_iter().chain(under_attack.map(|digits| ("otp_digits_under_attack", digits))).collect();
        assert_eq!(local(&changes).unwrap().code_alphabet_under_attack, CodeAlphabet::digits(expected).unwrap(), "{usual} {under_attack:?}");
    }
    assert_eq!(local(&[("otp_alphabet", "crockford")]).unwrap().code_alphabet_under_attack, CodeAlphabet::Crockford8);
}

#[test]
fn turnstile_is_there_with_both_its_keys_or_not_at_all() {
    let config = public(&[("turnstile_site_key", "1x0"), ("turnstile_secret", "1x000000AA")]).unwrap();
    assert_eq!(config.turnstile.unwrap().verify_url, "https://challenges.cloudflare.com/turnstile/v0/siteverify");
    assert!(line(public(&[("turnstile_site_key", "1x0")])).starts_with("NIGHTLATCH_TURNSTILE_SECRET is missing"));
    assert!(line(public(&[("turnstile_secret", "1x000000AA")])).starts_with("NIGHTLATCH_TURNSTILE_SITE_KEY is missing"));
}

#[test]
fn a_rule_that_takes_a_passkey_alone_needs_passkeys() {
    let challenge = |named: &str| format!(r#"[{{"name": "careful", "then": {{"challenge": [{named}]}}}}]"#);
    let (alone, beside) = (challenge("\"passkey\""), challenge("\"passkey\", \"authenticator\""));
    assert!(local(&[("policies", &alone)]).is_ok());
    assert!(local(&[("policies", &beside), ("passkeys", "off")]).is_ok());
    assert!(
        line(local(&[("policies", &alone), ("passkeys", "off")])).starts_with("NIGHTLATCH_POLICIES has a rule \"careful\" that asks for a passkey")
    );
}

#[test]
fn limits_that_contradict_each_other_are_refused_and_defaults_give_way() {
    for (name, value, limit, limit_value) in [
        ("session_idle", "101", "session_absolute", "100"),
        ("refresh_sliding", "101", "refresh_absolute", "100"),
        ("refresh_grace", "21", "refresh_sliding", "20"),
        ("jwks_max_age", "11", "key_announce", "10"),
        ("access_token_lifetime", "61", "key_keep", "60"),
        ("id_token_lifetime", "61", "key_keep", "60"),
        ("address_sends_per_hour", "3", "address_sends_per_day", "2"),
        ("address_guesses_per_hour", "3", "address_guesses_per_day", "2"),
    ] {
        let refused = line(local(&[(name, value), (limit, limit_value)]));
        assert_eq!(
            refused,
            format!("{} is {value}, more than the {limit_value} of {}: lower the one or raise the other", variable(name), variable(limit))
        );
        assert!(local(&[(limit, limit_value)]).is_ok(), "{limit}");
    }
    let settings = local(&[("refresh_absolute", "20")]).unwrap().settings;
    assert_eq!((settings.refresh_sliding, settings.refresh_grace), (Seconds::new(20), Seconds::new(20)));
}

#[test]
fn no_secret_shows_in_the_debug_form_of_the_configuration() {
    let config = public(&[("secret_previous", OTHER_SECRET), ("turnstile_site_key", "1x0"), ("turnstile_secret", "hush-hush")]).unwrap();
    let shown = format!("{config:?}");
    for secret in [SECRET, OTHER_SECRET, "hush-hush", "re_12345678", "[0, 1, 2, 3"] {
        assert!(!shown.contains(secret));
    }
}

/// The documentation of one setting, as a row of its table.
fn documented(row: &Row) -> String {
    let default = match row.presence {
        Presence::Required => "required".to_owned(),
        Presence::Optional => "not set".to_owned(),
        Presence::Default(text) => format!("`{text}`"),
    };
    let range = row.range.map(|(least, most)| format!("; {least} to {most}")).unwrap_or_default();
    let kind = row.kind.replace('|', "\\|");
    let meaning: String = row.meaning.concat();
    format!("| `{}` | {default} | {kind}{range} | {} |\n", row.name, meaning.trim())
}

#[test]
fn the_documentation_is_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/settings.md");
    let written = std::fs::read_to_string(path).unwrap_or_default();
    let (introduction, _) = written.split_once("\n| Name |").expect("docs/settings.md has a table");
    let rows: String = ROWS.iter().map(documented).collect();
    let expected = format!("{introduction}\n| Name | Default | Value | Meaning |\n|---|---|---|---|\n{rows}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &expected).unwrap();
    }
    assert!(
        written == expected || std::env::var_os("UPDATE_DOCS").is_some(),
        "docs/settings.md is out of date: run UPDATE_DOCS=1 cargo test the_documentation"
    );
}
