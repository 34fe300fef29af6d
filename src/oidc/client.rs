//! A client and its metadata. RFC 7591 §2, OpenID Connect Registration §2.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::proof::Level;
use crate::platform::SignatureAlgorithm;
use crate::values::redirect_uri::{ApplicationType, RedirectUri};
use crate::values::secret::equal_in_constant_time;
use crate::values::{ClientId, Scope, Timestamp, base64url};

mod metadata;
pub use metadata::{ClientMetadataError, generated_id_is_needed};

/// How a client proves who it is at the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthenticationMethod {
    /// A public client: it can't keep a secret and shows its id alone.
    None,
    /// The secret in the `Authorization` header.
    SecretBasic,
    /// The secret in the body.
    SecretPost,
    /// The secret in either place: where the registration names no method.
    SecretAnywhere,
}

/// Whether every authorization request must bring a `code_challenge`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PkceRequirement {
    /// Always; the default.
    Required,
    /// A confidential client that was registered without the requirement. What it brings is checked all the same.
    Optional,
}

/// Whether a client may hold refresh tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshTokens {
    /// With the scope `offline_access`.
    Allowed,
    /// Never.
    Denied,
}

/// A secret as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSecret {
    /// SHA-256 of the secret, in base64url.
    pub sha256: String,
    /// From then on it counts no more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<Timestamp>,
}

/// A registered client. Only [`Client::from_metadata`] makes one, so that a malformed one can't exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// `client_id`.
    pub id: ClientId,
    /// How people know it.
    pub display: Display,
    /// Where answers may go.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a person may be sent after signing out.
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Web or native.
    pub application: ApplicationType,
    /// How it proves who it is.
    pub authentication: AuthenticationMethod,
    /// Its secrets, hashed; several may be valid at a time.
    pub secrets: Vec<StoredSecret>,
    /// Whether it may hold refresh tokens.
    pub refresh_tokens: RefreshTokens,
    /// The scopes that it may ask for.
    pub scope: Scope,
    /// The algorithm of its tokens.
    pub signing: SignatureAlgorithm,
    /// Whether PKCE is required of it.
    pub pkce: PkceRequirement,
    /// How surely its people sign in where a request says nothing: the first of `default_acr_values`.
    pub default_level: Option<Level>,
    /// The origins whose pages may read the token endpoint's answers.
    pub origins: Vec<String>,
}

/// What people see of a client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Display {
    /// `client_name`.
    pub name: Option<String>,
    /// `logo_uri`.
    pub logo_uri: Option<String>,
    /// `policy_uri`.
    pub policy_uri: Option<String>,
    /// `tos_uri`.
    pub tos_uri: Option<String>,
    /// `client_uri`.
    pub client_uri: Option<String>,
}

impl Client {
    /// Parses and checks metadata: what an operator gives, and what was stored.
    ///
    /// # Errors
    /// [`ClientMetadataError`] names the field and what is wrong with it.
    pub fn from_metadata(metadata: &Value) -> Result<Self, ClientMetadataError> {
        metadata::parse(metadata)
    }

    /// The metadata as they are stored: secrets as hashes.
    #[must_use]
    pub fn to_metadata(&self) -> Value {
        metadata::write(self)
    }

    /// The name that people read: its own, or else the host it lives at, or its id.
    #[must_use]
    pub fn shown_name(&self) -> String {
        let host = || self.redirect_uris.first().and_then(|uri| url::Url::parse(uri.as_str()).ok()?.host_str().map(str::to_owned));
        self.display.name.clone().or_else(host).unwrap_or_else(|| self.id.to_string())
    }

    /// Whether the secret is one of its living ones.
    #[must_use]
    pub fn knows_secret(&self, secret: &str, now: Timestamp) -> bool {
        let hash = base64url::sha256(secret);
        let living = |stored: &&StoredSecret| stored.expires_at.is_none_or(|end| now < end);
        // Every one is compared, so that the time doesn't tell which.
        self.secrets.iter().filter(living).fold(false, |found, stored| found | equal_in_constant_time(stored.sha256.as_bytes(), hash.as_bytes()))
    }

    /// Whether it has no secret to keep.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.authentication == AuthenticationMethod::None
    }

    /// The registered URI of `post_logout_redirect_uri`, to the letter.
    #[must_use]
    pub fn post_logout_redirect_uri(&self, asked: &str) -> Option<&RedirectUri> {
        self.post_logout_redirect_uris.iter().find(|uri| uri.as_str() == asked)
    }
}
