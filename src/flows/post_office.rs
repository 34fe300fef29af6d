//! The post office: the ways by which mails and text messages leave, opened once from the settings. Writes and sends nothing.

use crate::config::{Config, MailAdapter, Misconfigured, SignedWebhook, TextWay};
use crate::mail::providers::{Adapter, Brevo, Cloudflare, Mailgun, Postmark, Resend, SendGrid, Webhook, WebhookSecret};
use crate::mail::{ApiKey, MailTemplates, Mailbox, OutboundUrl, Sender, TemplateSources, TextAdapter, UrlProblem};
use crate::values::Secret;
use crate::values::issuer::Reach;

/// The ways by which mails and text messages leave.
pub struct PostOffice {
    /// The adapters in their order.
    pub adapters: Vec<Adapter>,
    /// The operator's own templates.
    pub templates: MailTemplates,
    /// Whom mails come from.
    pub sender: Sender,
    /// The development mailbox; empty where it isn't chosen.
    pub mailbox: Mailbox,
    /// Where text messages go; `None` where there are none, and nobody can give a phone number.
    pub sms: Option<TextAdapter>,
}

impl PostOffice {
    /// Opens every adapter that the settings choose.
    pub(super) fn open(config: &Config) -> Result<Self, Misconfigured> {
        let settings = &config.settings;
        let sources = TemplateSources {
            subject: settings.mail_subject_template.as_ref().map(|template| template.as_str()),
            text: settings.mail_text_template.as_ref().map(|template| template.as_str()),
            html: settings.mail_html_template.as_ref().map(|template| template.as_str()),
        };
        let templates =
            MailTemplates::parse(sources).map_err(|problem| Misconfigured::of("mail_text_template", format!("can't be used: {problem}")))?;
        let adapters = config.mail.iter().map(|adapter| open(adapter, settings.issuer.reach())).collect::<Result<Vec<_>, _>>()?;
        let sms = config.sms.as_ref().map(|way| open_text(way, settings.issuer.reach())).transpose()?;
        Ok(Self { adapters, templates, sender: sender(config)?, mailbox: Mailbox::default(), sms })
    }

    pub(super) fn needs_binding(&self) -> bool {
        self.adapters.iter().any(|adapter| matches!(adapter, Adapter::Cloudflare(_)))
    }

    /// Whether mails or text messages end in the development mailbox.
    #[must_use]
    pub fn has_mailbox(&self) -> bool {
        self.adapters.iter().any(|adapter| matches!(adapter, Adapter::Mailbox)) || matches!(self.sms, Some(TextAdapter::Mailbox))
    }
}

/// Adapters that need a sender have it in their settings; the mailbox and the webhook are told one all the same.
fn sender(config: &Config) -> Result<Sender, Misconfigured> {
    let settings = &config.settings;
    let address = settings.mail_from.as_ref().map_or("no-reply@nightlatch.invalid", |from| from.identity());
    let name = settings.mail_from_name.as_ref().unwrap_or(&settings.brand_name).as_str();
    Sender::parse(&format!("{} <{address}>", quoted(name))).map_err(|problem| Misconfigured::of("mail_from", format!("can't be used: {problem}")))
}

/// A display name without the characters that would end it.
fn quoted(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '"' | '\\' | '<' | '>')).collect()
}

fn open(adapter: &MailAdapter, reach: Reach) -> Result<Adapter, Misconfigured> {
    Ok(match adapter {
        MailAdapter::Mailbox => Adapter::Mailbox,
        MailAdapter::Cloudflare { .. } => Adapter::Cloudflare(Cloudflare),
        MailAdapter::Resend { api_key, base_url, .. } => {
            let resend = Resend::new(base_url, key("resend_api_key", api_key)?, reach);
            Adapter::Resend(resend.map_err(unusable("resend_url"))?)
        }
        MailAdapter::Postmark { server_token, message_stream, base_url, .. } => {
            let postmark = Postmark::new(base_url, key("postmark_server_token", server_token)?, message_stream, reach);
            Adapter::Postmark(postmark.map_err(unusable("postmark_url"))?)
        }
        MailAdapter::SendGrid { api_key, base_url, .. } => {
            let sendgrid = SendGrid::new(base_url, key("sendgrid_api_key", api_key)?, reach);
            Adapter::SendGrid(sendgrid.map_err(unusable("sendgrid_url"))?)
        }
        MailAdapter::Mailgun { api_key, domain, base_url, .. } => {
            let mailgun = Mailgun::new(base_url, domain, key("mailgun_api_key", api_key)?, reach);
            Adapter::Mailgun(mailgun.map_err(unusable("mailgun_url"))?)
        }
        MailAdapter::Brevo { api_key, base_url, .. } => {
            let brevo = Brevo::new(base_url, key("brevo_api_key", api_key)?, reach);
            Adapter::Brevo(brevo.map_err(unusable("brevo_url"))?)
        }
        MailAdapter::Webhook(signed) => Adapter::Webhook(webhook(signed, reach)?),
    })
}

fn open_text(way: &TextWay, reach: Reach) -> Result<TextAdapter, Misconfigured> {
    Ok(match way {
        TextWay::Mailbox => TextAdapter::Mailbox,
        TextWay::Webhook(signed) => TextAdapter::Webhook(webhook(signed, reach)?),
    })
}

fn webhook(signed: &SignedWebhook, reach: Reach) -> Result<Webhook, Misconfigured> {
    let url = OutboundUrl::parse(&signed.url, reach).map_err(unusable("webhook_url"))?;
    let secret = WebhookSecret::parse(signed.secret.expose())
        .ok_or_else(|| Misconfigured::of("webhook_secret", "must be whsec_ and base64 of 24 to 64 random bytes"))?;
    Ok(Webhook { url, secret })
}

fn key(setting: &str, secret: &Secret<String>) -> Result<ApiKey, Misconfigured> {
    ApiKey::parse(secret.expose()).ok_or_else(|| Misconfigured::of(setting, "has characters that no key or token has"))
}

fn unusable(setting: &'static str) -> impl Fn(UrlProblem) -> Misconfigured {
    move |problem| Misconfigured::of(setting, format!("can't be used: {problem}"))
}
