//! Values that are parsed once, at the door: inside the house a wrong one can't exist.

pub mod base64url;
pub mod code_alphabet;
pub mod country;
pub mod email_address;
pub mod ids;
pub mod issuer;
pub mod json;
pub mod keyring;
pub mod language;
pub mod line;
pub mod network;
pub mod phone_number;
pub mod random_stock;
pub mod redirect_uri;
pub mod scope;
pub mod secret;
pub mod timestamp;
pub mod typed_code;
pub mod user_agent;

pub use code_alphabet::CodeAlphabet;
pub use country::Country;
pub use email_address::{EmailAddress, EmailDomain};
pub use ids::{
    ActionChallengeId, AuthenticatorId, BrowserId, CeremonyId, ChallengeId, ClientId, CodeId, CredentialId, EventId, GrantId, KeyId, RequestId,
    SessionId, SignInId, TrustedBrowserId, UserId,
};
pub use issuer::Issuer;
pub use keyring::Keyring;
pub use language::Language;
pub use network::Network;
pub use phone_number::PhoneNumber;
pub use redirect_uri::RedirectUri;
pub use scope::Scope;
pub use secret::Secret;
pub use timestamp::{Seconds, Timestamp};
pub use user_agent::UserAgent;
