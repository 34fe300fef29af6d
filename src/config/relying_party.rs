//! The relying party of passkeys: its id, and the origins whose pages may use it. WebAuthn Level 3 §5.4.2, §5.11.

use super::{Misconfigured, PlainText, Settings, Switch};

/// Who passkeys are made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// The RP id: the issuer's host, or a domain above it.
    pub id: String,
    /// The origins whose pages may use its passkeys, the issuer's first.
    pub origins: Vec<String>,
}

impl RelyingParty {
    /// What the settings say; `None` where there are no passkeys: switched off, or the issuer's host is an IP address, which no passkey can be made for.
    pub(super) fn of(settings: &Settings) -> Result<Option<Self>, Misconfigured> {
        let host = settings.issuer.host();
        let is_address = host.starts_with('[') || host.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
        if settings.passkeys == Switch::Off || is_address {
            return Ok(None);
        }
        let id = settings.passkey_rp_id.as_ref().map_or(host, PlainText::as_str).to_ascii_lowercase();
        let above = host.strip_suffix(&id).is_some_and(|front| front.ends_with('.') && id.contains('.'));
        if id != host && !above {
            return Err(Misconfigured::of("passkey_rp_id", format!("must be {host} or a domain above it")));
        }
        let mut origins = vec![settings.issuer.as_str().to_owned()];
        for address in settings.passkey_origins.iter().flatten() {
            if address.as_str().trim_end_matches('/') != address.origin() {
                return Err(Misconfigured::of("passkey_origins", format!("must be origins alone: write {} instead", address.origin())));
            }
            if !origins.iter().any(|known| known == address.origin()) {
                origins.push(address.origin().to_owned());
            }
        }
        Ok(Some(Self { id, origins }))
    }
}
