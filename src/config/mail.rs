//! The ways out for mails and text messages with all that each of them needs, so that a chosen one can't lack it. Sends nothing.

use std::collections::BTreeMap;

use super::kinds::{AdapterName, Region, SmsWay};
use super::row::variable;
use super::table::Settings;
use super::{Misconfigured, WebAddress};
use crate::values::issuer::Reach;
use crate::values::{EmailAddress, EmailDomain, Issuer, Secret};

/// Resend's server.
const RESEND: &str = "https://api.resend.com";
/// Postmark's server.
const POSTMARK: &str = "https://api.postmarkapp.com";
/// SendGrid's servers.
const SENDGRID: Regional = Regional { us: "https://api.sendgrid.com", eu: "https://api.eu.sendgrid.com" };
/// Mailgun's servers.
const MAILGUN: Regional = Regional { us: "https://api.mailgun.net", eu: "https://api.eu.mailgun.net" };
/// Brevo's server.
const BREVO: &str = "https://api.brevo.com";

/// A provider's server in each region.
struct Regional {
    us: &'static str,
    eu: &'static str,
}

impl Regional {
    const fn of(&self, region: Region) -> &'static str {
        match region {
            Region::Us => self.us,
            Region::Eu => self.eu,
        }
    }
}

/// Whom mails come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The bare address.
    pub address: EmailAddress,
    /// The display name.
    pub name: String,
}

/// One way to send mail.
#[derive(Debug, Clone)]
pub enum MailAdapter {
    /// The development mailbox, on this machine.
    Mailbox,
    /// Resend.
    Resend {
        /// Its API key.
        api_key: Secret<String>,
        /// Its server, without a slash at the end.
        base_url: String,
        /// Whom mails come from.
        sender: Sender,
    },
    /// Postmark.
    Postmark {
        /// Its server token.
        server_token: Secret<String>,
        /// Its message stream.
        message_stream: String,
        /// Its server, without a slash at the end.
        base_url: String,
        /// Whom mails come from.
        sender: Sender,
    },
    /// SendGrid.
    SendGrid {
        /// Its API key.
        api_key: Secret<String>,
        /// Its server, without a slash at the end.
        base_url: String,
        /// Whom mails come from.
        sender: Sender,
    },
    /// Mailgun.
    Mailgun {
        /// Its API key.
        api_key: Secret<String>,
        /// The domain that it sends for.
        domain: EmailDomain,
        /// Its server, without a slash at the end.
        base_url: String,
        /// Whom mails come from.
        sender: Sender,
    },
    /// Brevo.
    Brevo {
        /// Its API key.
        api_key: Secret<String>,
        /// Its server, without a slash at the end.
        base_url: String,
        /// Whom mails come from.
        sender: Sender,
    },
    /// Cloudflare's `send_email` binding.
    Cloudflare {
        /// Whom mails come from.
        sender: Sender,
    },
    /// A signed request to a server of the operator's own.
    Webhook(SignedWebhook),
}

/// A server of the operator's own that takes signed requests.
#[derive(Debug, Clone)]
pub struct SignedWebhook {
    /// Where to.
    pub url: String,
    /// What requests are signed with.
    pub secret: Secret<String>,
}

/// The way by which text messages leave.
#[derive(Debug, Clone)]
pub enum TextWay {
    /// The development mailbox, on this machine.
    Mailbox,
    /// A signed request to a server of the operator's own.
    Webhook(SignedWebhook),
}

/// What an issuer that others can reach may choose.
const PUBLIC: &str = "resend, postmark, sendgrid, mailgun, brevo, cloudflare or webhook";

/// Asks for an adapter where none is chosen, and names those alone that the issuer may use. Others are asked by the table's own row.
pub(super) fn ask_for_one(environment: &BTreeMap<String, String>) -> Result<(), Misconfigured> {
    let said = |name: &str| environment.get(&variable(name)).map(|text| text.trim()).filter(|text| !text.is_empty());
    let issuer = said("issuer").and_then(|text| Issuer::parse(text).ok());
    match (said("mail"), issuer.map(|issuer| issuer.reach())) {
        (None, Some(Reach::Public)) => Err(Misconfigured::of("mail", format!("is missing: set it to {PUBLIC}"))),
        (Some(_), _) | (None, Some(Reach::Loopback) | None) => Ok(()),
    }
}

/// The chosen adapters in their order.
pub(super) fn adapters(settings: &Settings) -> Result<Vec<MailAdapter>, Misconfigured> {
    settings.mail.iter().map(|name| adapter(*name, settings)).collect()
}

fn adapter(name: AdapterName, settings: &Settings) -> Result<MailAdapter, Misconfigured> {
    match name {
        AdapterName::Mailbox => mailbox(settings),
        AdapterName::Resend => Ok(MailAdapter::Resend {
            api_key: needed("resend_api_key", settings.resend_api_key.as_ref(), "resend")?,
            base_url: base_url(settings.resend_url.as_ref(), RESEND),
            sender: sender(settings, "resend")?,
        }),
        AdapterName::Postmark => Ok(MailAdapter::Postmark {
            server_token: needed("postmark_server_token", settings.postmark_server_token.as_ref(), "postmark")?,
            message_stream: settings.postmark_message_stream.as_str().to_owned(),
            base_url: base_url(settings.postmark_url.as_ref(), POSTMARK),
            sender: sender(settings, "postmark")?,
        }),
        AdapterName::SendGrid => Ok(MailAdapter::SendGrid {
            api_key: needed("sendgrid_api_key", settings.sendgrid_api_key.as_ref(), "sendgrid")?,
            base_url: base_url(settings.sendgrid_url.as_ref(), SENDGRID.of(settings.sendgrid_region)),
            sender: sender(settings, "sendgrid")?,
        }),
        AdapterName::Mailgun => Ok(MailAdapter::Mailgun {
            api_key: needed("mailgun_api_key", settings.mailgun_api_key.as_ref(), "mailgun")?,
            domain: needed("mailgun_domain", settings.mailgun_domain.as_ref(), "mailgun")?,
            base_url: base_url(settings.mailgun_url.as_ref(), MAILGUN.of(settings.mailgun_region)),
            sender: sender(settings, "mailgun")?,
        }),
        AdapterName::Brevo => Ok(MailAdapter::Brevo {
            api_key: needed("brevo_api_key", settings.brevo_api_key.as_ref(), "brevo")?,
            base_url: base_url(settings.brevo_url.as_ref(), BREVO),
            sender: sender(settings, "brevo")?,
        }),
        AdapterName::Cloudflare => Ok(MailAdapter::Cloudflare { sender: sender(settings, "cloudflare")? }),
        AdapterName::Webhook => webhook(settings, &in_mail("webhook")).map(MailAdapter::Webhook),
    }
}

/// Whoever reads the mailbox signs in as anybody, so it exists on this machine alone.
fn mailbox(settings: &Settings) -> Result<MailAdapter, Misconfigured> {
    match settings.issuer.reach() {
        Reach::Loopback => Ok(MailAdapter::Mailbox),
        Reach::Public => Err(Misconfigured::of(
            "mail",
            format!("has mailbox, which is for localhost, but the issuer is {}: set it to {PUBLIC}", settings.issuer.as_str()),
        )),
    }
}

/// Where text messages go, if anywhere.
pub(super) fn sms(settings: &Settings) -> Result<Option<TextWay>, Misconfigured> {
    match (settings.sms, settings.issuer.reach()) {
        (SmsWay::Off, _) => Ok(None),
        (SmsWay::Webhook, _) => {
            webhook(settings, "NIGHTLATCH_SMS needs it: set it, or set NIGHTLATCH_SMS to off").map(|signed| Some(TextWay::Webhook(signed)))
        }
        (SmsWay::Mailbox, Reach::Loopback) => Ok(Some(TextWay::Mailbox)),
        (SmsWay::Mailbox, Reach::Public) => {
            let issuer = settings.issuer.as_str();
            Err(Misconfigured::of("sms", format!("is mailbox, which is for localhost, but the issuer is {issuer}: set it to off or webhook")))
        }
    }
}

fn webhook(settings: &Settings, remedy: &str) -> Result<SignedWebhook, Misconfigured> {
    let url = there("webhook_url", settings.webhook_url.as_ref(), remedy)?;
    if url.reach() == Reach::Loopback && settings.issuer.reach() == Reach::Public {
        return Err(Misconfigured::of("webhook_url", "leads to localhost, where the Worker has no server: set it to a public https address"));
    }
    Ok(SignedWebhook { url: url.as_str().to_owned(), secret: there("webhook_secret", settings.webhook_secret.as_ref(), remedy)? })
}

fn sender(settings: &Settings, adapter: &str) -> Result<Sender, Misconfigured> {
    let address = needed("mail_from", settings.mail_from.as_ref(), adapter)?;
    let name = settings.mail_from_name.as_ref().unwrap_or(&settings.brand_name);
    Ok(Sender { address, name: name.as_str().to_owned() })
}

/// What a mail adapter can't do without.
fn needed<T: Clone>(name: &str, value: Option<&T>, adapter: &str) -> Result<T, Misconfigured> {
    there(name, value, &in_mail(adapter))
}

fn there<T: Clone>(name: &str, value: Option<&T>, remedy: &str) -> Result<T, Misconfigured> {
    value.cloned().ok_or_else(|| Misconfigured::of(name, format!("is missing, and {remedy}")))
}

fn in_mail(adapter: &str) -> String {
    format!("{adapter} needs it: set it, or take {adapter} out of NIGHTLATCH_MAIL")
}

fn base_url(stand_in: Option<&WebAddress>, real: &str) -> String {
    stand_in.map_or(real, WebAddress::as_str).trim_end_matches('/').to_owned()
}
