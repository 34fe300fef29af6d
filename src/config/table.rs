//! All settings, each once: its name, type, default, range, and what it is for. `docs/settings.md` is checked against this table.
//!
//! Durations are in seconds. The range is of the number itself, of a text's characters, of a list's items, of a key's bytes.

use std::collections::BTreeMap;

use super::Misconfigured;
use super::kinds::{AdapterName, CodeLetters, Kind, Mode, PhonePrefix, Region, RequestLog, SmsWay, Switch};
use super::policies::PolicyRule;
use super::row::{Presence, Reader, Row};
use super::texts::{Color, OperatorText, PlainText, Template, WebAddress};
use crate::values::email_address::LocalPart;
use crate::values::{EmailAddress, EmailDomain, Issuer, Language, Seconds, Secret};

macro_rules! presence {
    (required) => {
        Presence::Required
    };
    (optional) => {
        Presence::Optional
    };
    ($default:literal) => {
        Presence::Default($default)
    };
}

macro_rules! range {
    () => {
        None
    };
    ($least:literal $most:literal) => {
        Some(($least, $most))
    };
}

macro_rules! settings {
    ($($(#[doc = $meaning:literal])+ $name:ident: $kind:ty = $presence:tt $(in $least:literal..=$most:literal)?;)+) => {
        /// Every setting's value, each under its own name.
        #[derive(Debug, Clone)]
        pub struct Settings {
            $($(#[doc = $meaning])+ pub $name: $kind,)+
        }

        /// Every setting, in the order of the documentation.
        pub const ROWS: &[Row] = &[$(Row {
            name: stringify!($name),
            presence: presence!($presence),
            kind: <$kind as Kind>::LOOK,
            range: range!($($least $most)?),
            #[cfg(not(target_arch = "wasm32"))]
            meaning: &[$($meaning),+],
        }),+];

        /// The same while they are read: none for what isn't there or can't be taken.
        struct All {
            $($name: Option<$kind>,)+
        }

        impl Settings {
            /// Reads each by its row.
            pub(super) fn read(environment: &BTreeMap<String, String>) -> Result<Self, Misconfigured> {
                let mut reader = Reader::of(ROWS, environment);
                // All are read before any is looked at: a `?` at each would bring the code to drop all those before it.
                match (All { $($name: reader.next(),)+ }) {
                    All { $($name: Some($name),)+ } => Ok(Self { $($name,)+ }),
                    All { .. } => Err(reader.problem()),
                }
            }
        }
    };
}

settings! {
    /// The address under which this Worker answers, its origin alone. It is the `iss` of every token and decides cookies and links.
    issuer: Issuer = required;
    /// The Worker's secret: codes, cookies, tokens and keys at rest hang on it.
    secret: Secret<Vec<u8>> = required in 32..=1024;
    /// The secret before a change: what was made with it still counts.
    secret_previous: Option<Secret<Vec<u8>>> = optional in 32..=1024;

    /// Who may sign in: everybody, only those invited by `npm run users -- invite`, or only addresses of `allowed_domains`.
    mode: Mode = "open";
    /// The domains whose addresses may sign in, separated by commas, subdomains not included. Only with the mode `allowed_domains`.
    allowed_domains: Option<Vec<EmailDomain>> = optional in 1..=100;
    /// Whether letters beyond ASCII may stand before the @ of an address. Few mail servers take them.
    non_ascii_local_part: LocalPart = "refuse";

    /// The name that pages and mails carry.
    brand_name: PlainText = "Nightlatch" in 1..=60;
    /// The logo above the pages.
    brand_logo_url: Option<WebAddress> = optional in 1..=400;
    /// The colour of buttons and links.
    brand_color: Option<Color> = optional;
    /// The same on a dark screen.
    brand_color_dark: Option<Color> = optional;
    /// Texts of pages and mails that you replace: language, key, text.
    page_texts: Vec<OperatorText> = "{}" in 0..=1000;
    /// The language of whoever asks for none that the pages know.
    default_language: Language = "en";

    /// What a code is written in: digits, or eight symbols of Crockford's base 32.
    otp_alphabet: CodeLetters = "digits";
    /// How many digits a code has.
    otp_digits: u8 = "6" in 6..=10;
    /// How many it has at least while the whole deployment is being guessed at: above `deployment_guesses_per_hour`.
    otp_digits_under_attack: u8 = "8" in 6..=10;
    /// How long a code is valid. More than 600 goes beyond what OWASP ASVS 6.5.5 allows.
    otp_lifetime: Seconds = "600" in 1..=3600;
    /// How long somebody waits before the same code can be sent again.
    otp_cooldown: Seconds = "60" in 0..=3600;
    /// A code that has less than this left isn't sent again: a new one is.
    otp_fresh_remaining: Seconds = "300" in 0..=3600;
    /// How many wrong guesses a code bears.
    otp_guesses: u32 = "5" in 1..=20;
    /// Whether the mail has a link that fills in the code. Signing in always takes a click on the page.
    otp_link: Switch = "off";

    /// Whether people may have a password beside the mailed code. Where it is off, nothing of passwords exists.
    passwords: Switch = "off";
    /// The fewest characters of a new password. NIST SP 800-63B-4 asks for 15 where a password is the only factor.
    password_shortest: u32 = "8" in 8..=64;
    /// The most characters of a new password.
    password_longest: u32 = "256" in 64..=512;
    /// Memory for the hash of a password (Argon2id), in KiB. Below 19456 with two iterations it is less than OWASP recommends.
    argon2_memory_kib: u32 = "19456" in 4096..=65536;
    /// Passes over that memory. Memory and passes multiplied are at most 262144.
    argon2_iterations: u32 = "2" in 1..=64;

    /// Codes sent to one address in an hour.
    address_sends_per_hour: u32 = "5" in 1..=100000;
    /// Codes sent to one address in a day.
    address_sends_per_day: u32 = "20" in 1..=100000;
    /// Wrong guesses for one address in an hour. A browser that signed it in before is counted apart.
    address_guesses_per_hour: u32 = "10" in 1..=100000;
    /// Wrong guesses for one address in a day.
    address_guesses_per_day: u32 = "30" in 1..=100000;
    /// Codes asked for from one IP address (IPv6: one /64 network) in an hour.
    ip_sends_per_hour: u32 = "30" in 1..=100000;
    /// Wrong guesses from one IP address (IPv6: one /64 network) in an hour.
    ip_guesses_per_hour: u32 = "50" in 1..=100000;
    /// Above so many wrong guesses in an hour, everybody's together, new codes have `otp_digits_under_attack`.
    deployment_guesses_per_hour: u32 = "200" in 1..=100000;

    /// The ways to send mail, in the order in which they are tried, separated by commas. `mailbox` is for localhost alone.
    mail: Vec<AdapterName> = required in 1..=8;
    /// The sender's address. Needed by all ways but `mailbox` and `webhook`.
    mail_from: Option<EmailAddress> = optional;
    /// The sender's name. Without it, `brand_name`.
    mail_from_name: Option<PlainText> = optional in 1..=60;
    /// How long sending may take over all adapters, in milliseconds.
    mail_timeout_ms: u32 = "5000" in 100..=25000;
    /// The mail's subject, instead of ours.
    mail_subject_template: Option<Template> = optional in 1..=200;
    /// The mail's text part, instead of ours.
    mail_text_template: Option<Template> = optional in 1..=20000;
    /// The mail's HTML part, instead of ours.
    mail_html_template: Option<Template> = optional in 1..=100000;
    /// Resend's API key.
    resend_api_key: Option<Secret<String>> = optional in 8..=512;
    /// A stand-in for Resend's server, for tests. Only where the issuer is localhost.
    resend_url: Option<WebAddress> = optional in 1..=400;
    /// Postmark's server token.
    postmark_server_token: Option<Secret<String>> = optional in 8..=512;
    /// Postmark's message stream.
    postmark_message_stream: PlainText = "outbound" in 1..=60;
    /// A stand-in for Postmark's server, for tests. Only where the issuer is localhost.
    postmark_url: Option<WebAddress> = optional in 1..=400;
    /// SendGrid's API key.
    sendgrid_api_key: Option<Secret<String>> = optional in 8..=512;
    /// Where SendGrid keeps the account: `eu` for one of its EU subusers.
    sendgrid_region: Region = "us";
    /// A stand-in for SendGrid's server, for tests. Only where the issuer is localhost.
    sendgrid_url: Option<WebAddress> = optional in 1..=400;
    /// Mailgun's API key: the account's, or better the sending key of the domain.
    mailgun_api_key: Option<Secret<String>> = optional in 8..=512;
    /// The domain that Mailgun sends for.
    mailgun_domain: Option<EmailDomain> = optional;
    /// Where Mailgun keeps that domain.
    mailgun_region: Region = "us";
    /// A stand-in for Mailgun's server, for tests. Only where the issuer is localhost.
    mailgun_url: Option<WebAddress> = optional in 1..=400;
    /// Brevo's API key.
    brevo_api_key: Option<Secret<String>> = optional in 8..=512;
    /// A stand-in for Brevo's server, for tests. Only where the issuer is localhost.
    brevo_url: Option<WebAddress> = optional in 1..=400;
    /// Where the webhook posts to.
    webhook_url: Option<WebAddress> = optional in 1..=400;
    /// What the webhook signs with: `whsec_` and the base64 of 24 to 64 random bytes.
    webhook_secret: Option<Secret<String>> = optional in 32..=512;
    /// How codes reach phones: not at all, or by the webhook. It needs the webhook's address and secret, whether or not mail leaves by it. `mailbox`
    /// shows them in the development mailbox, on localhost alone.
    sms: SmsWay = "off";
    /// How the numbers begin that text messages go to, separated by commas, such as `+43,+49`. Without it they go everywhere, at your cost.
    sms_prefixes: Option<Vec<PhonePrefix>> = optional in 1..=200;
    /// Text messages to one number in an hour.
    phone_texts_per_hour: u32 = "3" in 1..=10000;
    /// Text messages to one number in a day.
    phone_texts_per_day: u32 = "5" in 1..=10000;
    /// Changes of one account on one of its pages in an hour: each may be mailed to all its addresses, and is kept among what happened.
    account_changes_per_hour: u32 = "20" in 1..=1000;
    /// Text messages that one account asks for in an hour.
    account_texts_per_hour: u32 = "5" in 1..=10000;
    /// Text messages that one account asks for in a day.
    account_texts_per_day: u32 = "8" in 1..=10000;
    /// Text messages asked for from one IP address (IPv6: one /64 network) in an hour.
    ip_texts_per_hour: u32 = "10" in 1..=10000;
    /// Text messages asked for from one IP address (IPv6: one /64 network) in a day.
    ip_texts_per_day: u32 = "20" in 1..=10000;
    /// Text messages in an hour, everybody's together: no more are paid for, whoever asks.
    deployment_texts_per_hour: u32 = "100" in 1..=10000;
    /// Text messages in a day, everybody's together.
    deployment_texts_per_day: u32 = "500" in 1..=10000;

    /// Turnstile's site key. With it and its secret, a code is sent only after Turnstile's check.
    turnstile_site_key: Option<PlainText> = optional in 1..=100;
    /// Turnstile's secret key.
    turnstile_secret: Option<Secret<String>> = optional in 8..=512;
    /// A stand-in for Turnstile's server, for tests. Only where the issuer is localhost.
    turnstile_url: Option<WebAddress> = optional in 1..=400;
    /// How long Turnstile's check may take, in milliseconds; without an answer no code is sent.
    turnstile_timeout_ms: u32 = "3000" in 100..=25000;

    /// How long a person may take between the first page and the code.
    interaction_lifetime: Seconds = "3600" in 1..=86400;
    /// How long a person may take between the first proof and the second factor.
    second_factor_lifetime: Seconds = "600" in 30..=3600;
    /// So many failures of one kind of proof (an authenticator app's code, a recovery code, a password) …
    throttle_failures: u32 = "5" in 1..=100;
    /// … within this long …
    throttle_window: Seconds = "900" in 1..=86400;
    /// … block it for this long; each block that follows is twice as long as the one before, until a proof succeeds.
    throttle_block: Seconds = "300" in 1..=86400;
    /// No such block is longer.
    throttle_longest_block: Seconds = "86400" in 1..=86400;
    /// So many of those failures within 24 hours, however slowly they come, block until fewer are so young. NIST SP 800-63B-4 allows 100 in a row.
    throttle_failures_per_day: u32 = "20" in 1..=100;
    /// Whether people can sign in by passkey.
    passkeys: Switch = "on";
    /// The domain that passkeys are made for: the issuer's host, which it is by default, or a domain above it. A change makes every passkey useless.
    passkey_rp_id: Option<PlainText> = optional in 1..=253;
    /// Other origins whose pages may use this domain's passkeys, separated by commas: published at `/.well-known/webauthn`.
    /// Browsers take up to five names.
    passkey_origins: Option<Vec<WebAddress>> = optional in 1..=20;
    /// How long a passkey's challenge is good.
    passkey_challenge_lifetime: Seconds = "300" in 60..=600;
    /// How long a ticket is good by which a client's site adds a passkey.
    passkey_ticket_lifetime: Seconds = "300" in 30..=600;
    /// How long a browser that said "Not now" isn't offered a passkey again: 90 days.
    passkey_offer_pause: Seconds = "7776000" in 0..=31536000;
    /// How long a browser isn't asked for the second factor, once its person has said so: 30 days.
    trusted_browser_lifetime: Seconds = "2592000" in 0..=31536000;
    /// Rules that say which proofs a sign-in needs, the first that applies decides: [docs/policies.md](policies.md).
    policies: Vec<PolicyRule> = "[]" in 0..=50;
    /// How long what happened to an account is kept for its person: 400 days.
    activity_lifetime: Seconds = "34560000" in 1..=157680000;
    /// How old the last proof of who somebody is may be where they change an address or a factor of their account.
    fresh_proof: Seconds = "600" in 30..=86400;
    /// How long a person may take to open and answer a challenge that a client's backend has begun.
    action_challenge_lifetime: Seconds = "600" in 30..=86400;
    /// How long the client may take to validate what the person brings back.
    action_token_lifetime: Seconds = "60" in 1..=600;
    /// An authorization code's lifetime. More than 60 goes beyond what OWASP ASVS 10.4.3 allows.
    code_lifetime: Seconds = "60" in 1..=600;
    /// An access token's lifetime. Never more than `key_keep`.
    access_token_lifetime: Seconds = "3600" in 1..=86400;
    /// An ID token's lifetime. Never more than `key_keep`.
    id_token_lifetime: Seconds = "3600" in 1..=86400;
    /// After this long a refresh token's family ends, used or not: 30 days.
    refresh_absolute: Seconds = "2592000" in 1..=31536000;
    /// After this long without use it ends: 15 days. Never more than `refresh_absolute`.
    refresh_sliding: Seconds = "1296000" in 1..=31536000;
    /// For this long a refresh token that was just used gives the same successor again. Never more than `refresh_sliding`.
    refresh_grace: Seconds = "30" in 1..=300;
    /// After this long a session ends, used or not: 30 days.
    session_absolute: Seconds = "2592000" in 1..=31536000;
    /// After this long without use it ends: 7 days. Never more than `session_absolute`.
    session_idle: Seconds = "604800" in 1..=31536000;

    /// How long each isolate remembers clients and keys before it reads them again.
    cache_seconds: Seconds = "60" in 0..=3600;
    /// How long others may keep the published keys and the discovery document. Never more than `key_announce`.
    jwks_max_age: Seconds = "300" in 0..=86400;
    /// How long a new signing key is published before it signs: 14 days.
    key_announce: Seconds = "1209600" in 0..=31536000;
    /// How long a signing key signs: 90 days.
    key_active: Seconds = "7776000" in 1..=63072000;
    /// How long it is published after that: 14 days.
    key_keep: Seconds = "1209600" in 1..=31536000;

    /// How many expired rows one statement of the cron deletes. A run makes 40 of them at most.
    clean_up_rows: u32 = "500" in 1..=5000;

    /// Which requests have a line in the log: those answered with a status of 400 or more, or each one. Cloudflare's own log knows each one anyway.
    log_requests: RequestLog = "refused";

    /// The longest `state`, in characters.
    limit_state: u32 = "2048" in 1..=8192;
    /// The longest `nonce`, in characters.
    limit_nonce: u32 = "300" in 1..=2048;
}
