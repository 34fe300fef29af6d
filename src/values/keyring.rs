//! What the Worker's secret is used for: tags that prove "this id came from here", sealed texts, and keys for derivations.
//!
//! Every use has a key of its own, derived from the secret by HMAC. The current and the previous secret both verify; only the current one makes.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::secret::equal_in_constant_time;
use super::{Secret, base64url};

/// Bytes of a nonce for [`Keyring::seal`].
pub const NONCE_BYTES: usize = 24;

/// What a key is for. A tag or a sealed text made for one purpose says nothing for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Authorization codes.
    AuthorizationCode,
    /// Refresh tokens.
    RefreshToken,
    /// The session cookie.
    Session,
    /// The cookie of addresses that a browser has signed in before.
    KnownAddresses,
    /// The token in our own forms.
    Form,
    /// The derivation of one-time codes.
    OneTimeCode,
    /// Budget subjects, so that no address or IP stands in that table.
    Budget,
    /// An authorization request on its way through a form.
    Interaction,
    /// The code page's hidden field.
    CodeTicket,
    /// A logout that waits for the person's yes.
    Logout,
    /// Private signing keys at rest.
    SigningKey,
    /// Authenticator apps' keys at rest.
    TotpKey,
    /// What recovery codes are tagged with, at rest.
    RecoveryCode,
    /// What a page of the account hands itself from one step to the next.
    Account,
    /// What a client's backend shows to learn how an action was proven.
    ActionToken,
    /// The derivation of passkeys' challenges.
    PasskeyChallenge,
    /// The cookie of a browser that wants no passkey for now.
    PasskeyDeclined,
    /// Tickets by which a client's site adds a passkey.
    PasskeyTicket,
}

impl Purpose {
    const ALL: [Self; 18] = [
        Self::AuthorizationCode,
        Self::RefreshToken,
        Self::Session,
        Self::KnownAddresses,
        Self::Form,
        Self::OneTimeCode,
        Self::Budget,
        Self::Interaction,
        Self::CodeTicket,
        Self::Logout,
        Self::SigningKey,
        Self::TotpKey,
        Self::RecoveryCode,
        Self::Account,
        Self::ActionToken,
        Self::PasskeyChallenge,
        Self::PasskeyDeclined,
        Self::PasskeyTicket,
    ];

    const fn label(self) -> &'static [u8] {
        match self {
            Self::AuthorizationCode => b"nightlatch/1/authorization-code",
            Self::RefreshToken => b"nightlatch/1/refresh-token",
            Self::Session => b"nightlatch/1/session",
            Self::KnownAddresses => b"nightlatch/1/known-addresses",
            Self::Form => b"nightlatch/1/form",
            Self::OneTimeCode => b"nightlatch/1/one-time-code",
            Self::Budget => b"nightlatch/1/budget",
            Self::Interaction => b"nightlatch/1/interaction",
            Self::CodeTicket => b"nightlatch/1/code-ticket",
            Self::Logout => b"nightlatch/1/logout",
            Self::SigningKey => b"nightlatch/1/signing-key",
            Self::TotpKey => b"nightlatch/1/totp-key",
            Self::RecoveryCode => b"nightlatch/1/recovery-code",
            Self::Account => b"nightlatch/1/account",
            Self::ActionToken => b"nightlatch/1/action-token",
            Self::PasskeyChallenge => b"nightlatch/1/passkey-challenge",
            Self::PasskeyDeclined => b"nightlatch/1/passkey-declined",
            Self::PasskeyTicket => b"nightlatch/1/passkey-ticket",
        }
    }
}

/// One of the Worker's secrets with its name, four characters that reveal nothing of it.
struct Generation {
    name: String,
    keys: Vec<PurposeKey>,
}

/// The key of one purpose, derived once for each isolate: a request makes a dozen tags.
struct PurposeKey {
    purpose: Purpose,
    key: Secret<[u8; 32]>,
    mac: Hmac<Sha256>,
}

impl PurposeKey {
    fn derive(secret: &[u8], purpose: Purpose) -> Option<Self> {
        let key = Secret::new(finished(keyed(secret)?, &[purpose.label()]));
        Some(Self { purpose, mac: keyed(key.expose())?, key })
    }
}

impl Generation {
    fn new(secret: &Secret<Vec<u8>>) -> Self {
        let digest = keyed(secret.expose()).map(|mac| finished(mac, &[b"nightlatch/1/name"]));
        let name = digest.as_ref().and_then(|digest| digest.get(..3)).map(base64url::encode).unwrap_or_default();
        Self { name, keys: Purpose::ALL.into_iter().filter_map(|purpose| PurposeKey::derive(secret.expose(), purpose)).collect() }
    }

    fn key(&self, purpose: Purpose) -> Option<&PurposeKey> {
        self.keys.iter().find(|key| key.purpose == purpose)
    }
}

/// The Worker's secrets, current and previous.
pub struct Keyring {
    current: Generation,
    previous: Option<Generation>,
}

impl Keyring {
    /// From the configured secrets (at least 32 bytes each; `config` checks that).
    #[must_use]
    pub fn new(current: &Secret<Vec<u8>>, previous: Option<&Secret<Vec<u8>>>) -> Self {
        Self { current: Generation::new(current), previous: previous.map(Generation::new) }
    }

    /// The name of the current secret: four base64url characters.
    #[must_use]
    pub fn current_name(&self) -> &str {
        &self.current.name
    }

    /// The key for a purpose, of the secret with that name; `None` where that secret is neither the current nor the previous one.
    #[must_use]
    pub fn key(&self, purpose: Purpose, name: &str) -> Option<Secret<[u8; 32]>> {
        self.named(name)?.key(purpose).map(|key| key.key.clone())
    }

    /// The parts with a tag behind them, `~` between: what only this provider can have made.
    #[must_use]
    pub fn issue(&self, purpose: Purpose, parts: &[&str]) -> String {
        let mut text = parts.join("~");
        text.push('~');
        text.push_str(&self.tag(purpose, parts));
        text
    }

    /// The `N` parts of what [`Keyring::issue`] made for this purpose; `None` for anything else.
    #[must_use]
    pub fn accept<'a, const N: usize>(&self, purpose: Purpose, text: &'a str) -> Option<[&'a str; N]> {
        let (front, tag) = text.rsplit_once('~')?;
        let parts: Vec<&str> = front.split('~').collect();
        let parts: [&str; N] = parts.try_into().ok()?;
        self.verify_tag(purpose, &parts, tag).then_some(parts)
    }

    /// A tag over the parts under the current secret: its name and 32 bytes.
    #[must_use]
    pub fn tag(&self, purpose: Purpose, parts: &[&str]) -> String {
        tag_of(&self.current, purpose, parts)
    }

    /// 32 bytes that only this provider can know, of the secret with that name; `None` where that secret is neither the current nor the previous one.
    #[must_use]
    pub fn derive(&self, purpose: Purpose, name: &str, parts: &[&str]) -> Option<[u8; 32]> {
        self.named(name)?.key(purpose).map(|key| mac_of(key, parts))
    }

    /// Whether the tag is one of ours over these parts, under the current or the previous secret.
    #[must_use]
    pub fn verify_tag(&self, purpose: Purpose, parts: &[&str], tag: &str) -> bool {
        tag.get(..4)
            .and_then(|name| self.named(name))
            .is_some_and(|generation| equal_in_constant_time(tag_of(generation, purpose, parts).as_bytes(), tag.as_bytes()))
    }

    /// Encrypts and authenticates (XChaCha20-Poly1305); it opens only beside the same associated text. The nonce is random.
    #[must_use]
    pub fn seal(&self, purpose: Purpose, associated: &str, sealing: Sealing<'_>) -> String {
        let Some(key) = self.current.key(purpose) else { return String::new() };
        let cipher = XChaCha20Poly1305::new(key.key.expose().into());
        let payload = Payload { msg: sealing.plain, aad: associated.as_bytes() };
        // Encryption fails only on messages of some 256 GiB; an empty text opens nowhere.
        let Ok(body) = cipher.encrypt(&XNonce::from(sealing.nonce), payload) else { return String::new() };
        let mut bytes = sealing.nonce.to_vec();
        bytes.extend_from_slice(&body);
        format!("{}{}", self.current.name, base64url::encode(bytes))
    }

    /// What was sealed for this purpose beside this associated text; `None` for anything else.
    #[must_use]
    pub fn open(&self, purpose: Purpose, associated: &str, sealed: &str) -> Option<Vec<u8>> {
        let (name, body) = sealed.split_at_checked(4)?;
        let key = self.named(name)?.key(purpose)?;
        let bytes = base64url::decode(body)?;
        let (nonce, body) = bytes.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        let cipher = XChaCha20Poly1305::new(key.key.expose().into());
        cipher.decrypt(&XNonce::from(nonce), Payload { msg: body, aad: associated.as_bytes() }).ok()
    }

    /// What the previous secret sealed, sealed under the current one; `None` where that has sealed it already, and where neither opens it.
    /// The nonce is random.
    #[must_use]
    pub fn reseal(&self, purpose: Purpose, associated: &str, resealing: Resealing<'_>) -> Option<String> {
        let Resealing { sealed, nonce } = resealing;
        if sealed.starts_with(self.current_name()) {
            return None;
        }
        let plain = Zeroizing::new(self.open(purpose, associated, sealed)?);
        Some(self.seal(purpose, associated, Sealing { plain: &plain, nonce }))
    }

    fn named(&self, name: &str) -> Option<&Generation> {
        let is_named = |generation: &&Generation| generation.name == name;
        Some(&self.current).filter(is_named).or_else(|| self.previous.as_ref().filter(is_named))
    }
}

/// What [`Keyring::seal`] works on.
pub struct Sealing<'a> {
    /// The text to hide.
    pub plain: &'a [u8],
    /// Fresh random bytes.
    pub nonce: [u8; NONCE_BYTES],
}

/// What [`Keyring::reseal`] works on.
pub struct Resealing<'a> {
    /// The text as it was sealed.
    pub sealed: &'a str,
    /// Fresh random bytes.
    pub nonce: [u8; NONCE_BYTES],
}

fn tag_of(generation: &Generation, purpose: Purpose, parts: &[&str]) -> String {
    // Every purpose has its key; without one the tag would be one that nobody issued.
    let Some(key) = generation.key(purpose) else { return String::new() };
    format!("{}{}", generation.name, base64url::encode(mac_of(key, parts)))
}

fn mac_of(key: &PurposeKey, parts: &[&str]) -> [u8; 32] {
    let lengths: Vec<[u8; 4]> = parts.iter().map(|part| u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes()).collect();
    // Each part follows its length, so that ("ab", "c") and ("a", "bc") differ.
    let framed: Vec<&[u8]> = lengths.iter().zip(parts).flat_map(|(length, part)| [length.as_slice(), part.as_bytes()]).collect();
    finished(key.mac.clone(), &framed)
}

/// HMAC takes keys of any length (RFC 2104 §3): there is always one.
fn keyed(key: &[u8]) -> Option<Hmac<Sha256>> {
    <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).ok()
}

fn finished(mut mac: Hmac<Sha256>, parts: &[&[u8]]) -> [u8; 32] {
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring(current: u8, previous: Option<u8>) -> Keyring {
        let previous = previous.map(|byte| Secret::new(vec![byte; 32]));
        Keyring::new(&Secret::new(vec![current; 32]), previous.as_ref())
    }

    #[test]
    fn what_was_issued_is_accepted_for_its_purpose_alone() {
        let keys = keyring(1, None);
        let text = keys.issue(Purpose::RefreshToken, &["grant", "3"]);
        assert_eq!(keys.accept::<2>(Purpose::RefreshToken, &text), Some(["grant", "3"]));
        assert_eq!(keys.accept::<2>(Purpose::AuthorizationCode, &text), None);
        assert_eq!(keys.accept::<1>(Purpose::RefreshToken, &text), None);
        assert_eq!(keys.accept::<2>(Purpose::RefreshToken, &text.replace("~3~", "~4~")), None);
    }

    #[test]
    fn parts_cannot_be_shifted() {
        let keys = keyring(1, None);
        assert_ne!(keys.tag(Purpose::Form, &["ab", "c"]), keys.tag(Purpose::Form, &["a", "bc"]));
    }

    #[test]
    fn the_previous_secret_still_verifies_and_an_older_one_does_not() {
        let text = keyring(1, None).issue(Purpose::Session, &["s"]);
        assert!(keyring(2, Some(1)).accept::<1>(Purpose::Session, &text).is_some());
        assert!(keyring(3, Some(2)).accept::<1>(Purpose::Session, &text).is_none());
    }

    #[test]
    fn what_the_previous_secret_sealed_is_sealed_anew_and_nothing_else() {
        let sealed = keyring(1, None).seal(Purpose::TotpKey, "ann", Sealing { plain: b"key", nonce: [9; 24] });
        let both = keyring(2, Some(1));
        let anew = both.reseal(Purpose::TotpKey, "ann", Resealing { sealed: &sealed, nonce: [8; 24] }).unwrap();
        assert_eq!(keyring(3, Some(2)).open(Purpose::TotpKey, "ann", &anew).as_deref(), Some(b"key".as_slice()));
        for (keys, whose, sealed) in [(&both, "ann", &anew), (&both, "bob", &sealed), (&keyring(3, Some(2)), "ann", &sealed)] {
            assert_eq!(keys.reseal(Purpose::TotpKey, whose, Resealing { sealed, nonce: [7; 24] }), None);
        }
    }

    #[test]
    fn a_sealed_text_opens_only_beside_its_associated_text() {
        let keys = keyring(1, None);
        let sealed = keys.seal(Purpose::Interaction, "browser-a", Sealing { plain: b"request", nonce: [9; 24] });
        assert_eq!(keys.open(Purpose::Interaction, "browser-a", &sealed).as_deref(), Some(b"request".as_slice()));
        assert_eq!(keys.open(Purpose::Interaction, "browser-b", &sealed), None);
        assert_eq!(keys.open(Purpose::CodeTicket, "browser-a", &sealed), None);
        assert_eq!(keys.open(Purpose::Interaction, "browser-a", ""), None);
        assert_eq!(keys.open(Purpose::Interaction, "browser-a", "🦀🦀"), None);
    }

    #[test]
    fn every_bit_of_a_sealed_text_counts() {
        let keys = keyring(1, None);
        let sealed = keys.seal(Purpose::Interaction, "b", Sealing { plain: b"x", nonce: [9; 24] });
        for place in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            if changed != sealed && base64url::decode(&changed[4..]) != base64url::decode(&sealed[4..]) {
                assert_eq!(keys.open(Purpose::Interaction, "b", &changed), None);
            }
        }
    }
}
