//! The provider: the world, the settings and what an isolate remembers; and the visit: what one request brings.

use std::cell::OnceCell;
use std::net::IpAddr;

use super::client_directory::ClientDirectory;
use super::keys::Keys;
use super::passwords;
use super::post_office::PostOffice;
use crate::config::{Config, Misconfigured};
use crate::mail::OutboundUrl;
use crate::oidc::authorization_request::Limits;
use crate::oidc::claims::PHONE;
use crate::oidc::discovery;
use crate::platform::{EmailBinding as _, Fault, Platform};
use crate::store::budgets::Limit;
use crate::texts::Catalogue;
use crate::values::ids::RANDOM_BYTES;
use crate::values::keyring::{NONCE_BYTES, Purpose, Resealing, Sealing};
use crate::values::{BrowserId, Country, Issuer, Keyring, Language, RequestId, SessionId, Timestamp};

/// The provider of one isolate.
pub struct Provider<P: Platform> {
    /// The world.
    pub platform: P,
    /// What the operator has decided.
    pub config: Config,
    /// The Worker's secrets.
    pub keyring: Keyring,
    /// Clients, remembered for a minute.
    pub clients: ClientDirectory,
    /// Signing keys, remembered for a minute.
    pub keys: Keys<P>,
    /// How mail leaves.
    pub post: PostOffice,
    /// What people read.
    pub texts: Catalogue,
    metadata: OnceCell<String>,
}

/// What one request brings, whatever it asks for.
pub struct Visit {
    /// When it came.
    pub now: Timestamp,
    /// Its name in the log.
    pub request_id: RequestId,
    /// From where, as the edge saw it.
    pub ip: Option<IpAddr>,
    /// Where that is, as the edge guesses.
    pub place: Option<String>,
    /// In which country, as the edge guesses.
    pub country: Option<Country>,
    /// The browser's name for itself, shortened.
    pub user_agent: String,
    /// `Accept-Language`.
    pub accept_language: String,
    /// The browser, if it has been here.
    pub browser: Option<BrowserId>,
    /// The session that its cookie proves.
    pub session: Option<SessionId>,
    /// When that cookie was given: the visit before this one.
    pub seen: Option<Timestamp>,
    /// Its cookie of addresses that it has signed in before.
    pub known_addresses: String,
    /// Its cookie that says that it wants no passkey for now.
    pub passkey_declined: String,
}

/// Checks what of the settings only their use can judge: adapters, templates, replaced texts.
///
/// # Errors
/// What is wrong, in one line.
pub fn check(config: &Config) -> Result<(), Misconfigured> {
    PostOffice::open(config)?;
    check_turnstile(config)?;
    passwords::check(config)?;
    catalogue(config).map(|_| ())
}

/// Its server is behind the same door as those of the mail.
fn check_turnstile(config: &Config) -> Result<(), Misconfigured> {
    let Some(turnstile) = &config.turnstile else { return Ok(()) };
    let url = OutboundUrl::parse(&turnstile.verify_url, config.settings.issuer.reach());
    url.map(|_| ()).map_err(|problem| Misconfigured::of("turnstile_url", format!("can't be used: {problem}")))
}

impl<P: Platform> Provider<P> {
    /// The provider that these settings describe.
    ///
    /// # Errors
    /// What is wrong with the mail's settings or the replaced texts, in one line.
    pub fn new(platform: P, config: Config) -> Result<Self, Misconfigured> {
        check_turnstile(&config)?;
        passwords::check(&config)?;
        let post = PostOffice::open(&config)?;
        if post.needs_binding() && !platform.email_binding().is_bound() {
            return Err(Misconfigured::of(
                "mail",
                "has cloudflare, but the Worker has no binding EMAIL: add [[send_email]] with name = \"EMAIL\" to wrangler.toml",
            ));
        }
        Ok(Self {
            platform,
            keyring: config.keyring(),
            clients: ClientDirectory::default(),
            keys: Keys::default(),
            post,
            texts: catalogue(&config)?,
            metadata: OnceCell::new(),
            config,
        })
    }

    /// The metadata document, written once for each isolate.
    pub fn metadata(&self) -> &str {
        self.metadata.get_or_init(|| {
            let passkeys = self.config.relying_party.as_ref().map(|_| super::passkeys::SCOPE);
            let phones = Some(PHONE).filter(|_| self.takes_phones());
            let more: Vec<&str> = passkeys.into_iter().chain(phones).collect();
            discovery::metadata(self.issuer(), &more).to_string()
        })
    }

    /// Whether people can give a phone number: there is a way by which text messages leave.
    pub const fn takes_phones(&self) -> bool {
        self.post.sms.is_some()
    }

    /// Who we are.
    pub fn issuer(&self) -> &Issuer {
        &self.config.settings.issuer
    }

    /// Fresh random bytes for an id.
    ///
    /// # Errors
    /// A fault where there are none.
    pub fn random(&self) -> Result<[u8; RANDOM_BYTES], Fault> {
        let mut bytes = [0; RANDOM_BYTES];
        self.platform.fill_random(&mut bytes)?;
        Ok(bytes)
    }

    /// Seals a text beside an associated one.
    ///
    /// # Errors
    /// A fault where there are no random bytes for the nonce.
    pub fn seal(&self, purpose: Purpose, associated: &str, plain: &str) -> Result<String, Fault> {
        let mut nonce = [0; NONCE_BYTES];
        self.platform.fill_random(&mut nonce)?;
        Ok(self.keyring.seal(purpose, associated, Sealing { plain: plain.as_bytes(), nonce }))
    }

    /// What the previous secret sealed, sealed under the current one; `None` where there is nothing to do, or nothing that can be done.
    ///
    /// # Errors
    /// A fault where there are no random bytes for the nonce.
    pub fn reseal(&self, purpose: Purpose, associated: &str, sealed: &str) -> Result<Option<String>, Fault> {
        let mut nonce = [0; NONCE_BYTES];
        self.platform.fill_random(&mut nonce)?;
        Ok(self.keyring.reseal(purpose, associated, Resealing { sealed, nonce }))
    }

    /// The language for a person: what the client asks for, what the browser asks for, what the operator chose.
    pub fn language(&self, ui_locales: &str, visit: &Visit) -> Language {
        Language::negotiate(ui_locales, &visit.accept_language, self.config.settings.default_language)
    }

    /// How long the texts may be that clients choose.
    pub fn request_limits(&self) -> Limits {
        let length = |setting: u32| usize::try_from(setting).unwrap_or(usize::MAX);
        Limits { state: length(self.config.settings.limit_state), nonce: length(self.config.settings.limit_nonce) }
    }

    /// The budget of sends and guesses from the visitor's IP (IPv6: its /64).
    pub fn ip_budget(&self, visit: &Visit) -> String {
        self.keyring.tag(Purpose::Budget, &["ip", &network(visit)])
    }

    /// The budget of text messages that the visitor's IP asks for.
    pub fn ip_text_budget(&self, visit: &Visit) -> String {
        self.keyring.tag(Purpose::Budget, &["ip-texts", &network(visit)])
    }

    /// The budget in which the whole deployment's misses are counted.
    pub fn deployment_budget(&self) -> (&'static str, Limit) {
        ("deployment", Limit::per_hour(i64::from(self.config.settings.deployment_guesses_per_hour)))
    }

    /// Writes a line of the structured log.
    pub fn log(&self, level: &str, event: &str, more: serde_json::Value) {
        let mut line = serde_json::json!({"level": level, "event": event});
        if let (Some(line), serde_json::Value::Object(more)) = (line.as_object_mut(), more) {
            line.extend(more);
        }
        self.platform.log(&line.to_string());
    }
}

/// The visitor's network: the IPv4 address, or the /64 of the IPv6 one.
fn network(visit: &Visit) -> String {
    match visit.ip {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(mapped) => mapped.to_string(),
            None => format!("{:016x}/64", u128::from(address) >> 64),
        },
        None => "unknown".to_owned(),
    }
}

fn catalogue(config: &Config) -> Result<Catalogue, Misconfigured> {
    let mut texts = Catalogue::default();
    for replaced in &config.settings.page_texts {
        texts
            .replace(replaced.language, &replaced.key, &replaced.text)
            .map_err(|problem| Misconfigured::of("page_texts", format!("can't be used: {problem}")))?;
    }
    Ok(texts)
}
