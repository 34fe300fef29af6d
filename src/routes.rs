//! Every URL of ours, parsed and printed in one place.

mod account;

pub use account::{AccountMethods, AccountPage};

/// Who is signed in.
pub const HOME: &str = "/";
/// The authorization endpoint.
pub const AUTHORIZE: &str = "/authorize";
/// The address page for a sign-in of our own; where its form asks for a code.
pub const SIGN_IN: &str = "/sign-in";
/// The code page; where its form is verified.
pub const SIGN_IN_CODE: &str = "/sign-in/code";
/// Where the code page asks for the code once more.
pub const SIGN_IN_RESEND: &str = "/sign-in/resend";
/// The page that asks for a second factor; where its form is verified.
pub const SIGN_IN_SECOND: &str = "/sign-in/second";
/// Where the passkey of the address page is verified.
pub const SIGN_IN_PASSKEY: &str = "/sign-in/passkey";
/// The page that offers a passkey after a sign-in by code; where its forms are answered.
pub const SIGN_IN_PASSKEY_NEW: &str = "/sign-in/passkey/new";
/// Where a page that is open for long gets a new ceremony.
pub const PASSKEY_CEREMONY: &str = "/passkeys/ceremony";
/// Where a client gets the ticket by which its site adds a passkey.
pub const PASSKEY_TICKET: &str = "/passkeys/ticket";
/// The options of a ticket's ceremony.
pub const PASSKEY_OPTIONS: &str = "/passkeys/options";
/// Where a client's site hands in the passkey that it has made.
pub const PASSKEYS: &str = "/passkeys";
/// The page that adds a passkey for sites whose own can't.
pub const PASSKEY_NEW: &str = "/passkeys/new";
/// The origins that may use this domain's passkeys (WebAuthn Level 3 §5.11).
pub const WEBAUTHN: &str = "/.well-known/webauthn";
/// Where a person shows once more who they are, before a page of the account.
pub const ACCOUNT_CONFIRM: &str = "/account/confirm";
/// What a person sees after deleting the account.
pub const ACCOUNT_DELETED: &str = "/account/deleted";
/// Where the home page's button signs out.
pub const SIGN_OUT: &str = "/sign-out";
/// What a person sees after signing out.
pub const SIGNED_OUT: &str = "/signed-out";
/// The end-session endpoint.
pub const LOGOUT: &str = "/logout";
/// Where a logout that needed a yes is confirmed.
pub const LOGOUT_CONFIRM: &str = "/logout/confirm";
/// The token endpoint.
pub const TOKEN: &str = "/token";
/// The userinfo endpoint.
pub const USERINFO: &str = "/userinfo";
/// The introspection endpoint.
pub const INTROSPECT: &str = "/introspect";
/// The revocation endpoint.
pub const REVOKE: &str = "/revoke";
/// Where a client's backend begins a challenge.
pub const CHALLENGES: &str = "/challenges";
/// Where it validates what its person has brought back.
pub const CHALLENGES_VALIDATE: &str = "/challenges/validate";
/// Where the person answers it.
pub const CHALLENGE: &str = "/challenge";
/// The public keys.
pub const JWKS: &str = "/jwks";
/// OpenID Connect Discovery.
pub const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";
/// RFC 8414 metadata.
pub const OAUTH_METADATA: &str = "/.well-known/oauth-authorization-server";
/// Whether this Worker can do its work.
pub const HEALTH: &str = "/health";
/// The development mailbox for eyes.
pub const MAILBOX: &str = "/dev/mailbox";
/// The development mailbox for programs.
pub const MAILBOX_JSON: &str = "/dev/mailbox.json";

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// [`HOME`].
    Home,
    /// [`AUTHORIZE`].
    Authorize,
    /// [`SIGN_IN`].
    SignIn,
    /// [`SIGN_IN_CODE`].
    SignInCode,
    /// [`SIGN_IN_RESEND`].
    SignInResend,
    /// [`SIGN_IN_SECOND`].
    SignInSecond,
    /// [`SIGN_IN_PASSKEY`].
    SignInPasskey,
    /// [`SIGN_IN_PASSKEY_NEW`].
    SignInPasskeyNew,
    /// [`PASSKEY_CEREMONY`].
    PasskeyCeremony,
    /// [`PASSKEY_TICKET`].
    PasskeyTicket,
    /// [`PASSKEY_OPTIONS`].
    PasskeyOptions,
    /// [`PASSKEYS`].
    Passkeys,
    /// [`PASSKEY_NEW`].
    PasskeyNew,
    /// [`WEBAUTHN`].
    Webauthn,
    /// A page of the account.
    Account(AccountPage),
    /// [`ACCOUNT_CONFIRM`].
    AccountConfirm,
    /// [`ACCOUNT_DELETED`].
    AccountDeleted,
    /// [`SIGN_OUT`].
    SignOut,
    /// [`SIGNED_OUT`].
    SignedOut,
    /// [`LOGOUT`].
    Logout,
    /// [`LOGOUT_CONFIRM`].
    LogoutConfirm,
    /// [`TOKEN`].
    Token,
    /// [`USERINFO`].
    Userinfo,
    /// [`INTROSPECT`].
    Introspect,
    /// [`REVOKE`].
    Revoke,
    /// [`CHALLENGES`].
    Challenges,
    /// [`CHALLENGES_VALIDATE`].
    ChallengesValidate,
    /// [`CHALLENGE`].
    Challenge,
    /// [`JWKS`].
    Jwks,
    /// [`OPENID_CONFIGURATION`] and [`OAUTH_METADATA`].
    Metadata,
    /// [`HEALTH`].
    Health,
    /// [`MAILBOX`].
    Mailbox,
    /// [`MAILBOX_JSON`].
    MailboxJson,
}

/// Who reads a route's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// People: they get pages.
    People,
    /// Programs: they get JSON, whatever they say they accept.
    Programs,
}

impl Route {
    /// Who reads its answers.
    #[must_use]
    pub const fn audience(self) -> Audience {
        match self {
            Self::Token
            | Self::Userinfo
            | Self::Introspect
            | Self::Revoke
            | Self::Challenges
            | Self::ChallengesValidate
            | Self::Jwks
            | Self::Metadata
            | Self::Health
            | Self::MailboxJson
            | Self::PasskeyCeremony
            | Self::PasskeyTicket
            | Self::PasskeyOptions
            | Self::Passkeys
            | Self::Webauthn => Audience::Programs,
            Self::Home
            | Self::Authorize
            | Self::SignIn
            | Self::SignInCode
            | Self::SignInResend
            | Self::SignInSecond
            | Self::SignInPasskey
            | Self::SignInPasskeyNew
            | Self::PasskeyNew
            | Self::Account(_)
            | Self::AccountConfirm
            | Self::AccountDeleted
            | Self::Challenge
            | Self::SignOut
            | Self::SignedOut
            | Self::Logout
            | Self::LogoutConfirm
            | Self::Mailbox => Audience::People,
        }
    }

    /// What the path names, if anything.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        Some(match path {
            HOME => Self::Home,
            AUTHORIZE => Self::Authorize,
            SIGN_IN => Self::SignIn,
            SIGN_IN_CODE => Self::SignInCode,
            SIGN_IN_RESEND => Self::SignInResend,
            SIGN_IN_SECOND => Self::SignInSecond,
            SIGN_IN_PASSKEY => Self::SignInPasskey,
            SIGN_IN_PASSKEY_NEW => Self::SignInPasskeyNew,
            PASSKEY_CEREMONY => Self::PasskeyCeremony,
            PASSKEY_TICKET => Self::PasskeyTicket,
            PASSKEY_OPTIONS => Self::PasskeyOptions,
            PASSKEYS => Self::Passkeys,
            PASSKEY_NEW => Self::PasskeyNew,
            WEBAUTHN => Self::Webauthn,
            ACCOUNT_CONFIRM => Self::AccountConfirm,
            ACCOUNT_DELETED => Self::AccountDeleted,
            SIGN_OUT => Self::SignOut,
            SIGNED_OUT => Self::SignedOut,
            LOGOUT => Self::Logout,
            LOGOUT_CONFIRM => Self::LogoutConfirm,
            TOKEN => Self::Token,
            USERINFO => Self::Userinfo,
            INTROSPECT => Self::Introspect,
            REVOKE => Self::Revoke,
            CHALLENGES => Self::Challenges,
            CHALLENGES_VALIDATE => Self::ChallengesValidate,
            CHALLENGE => Self::Challenge,
            JWKS => Self::Jwks,
            OPENID_CONFIGURATION | OAUTH_METADATA => Self::Metadata,
            HEALTH => Self::Health,
            MAILBOX => Self::Mailbox,
            MAILBOX_JSON => Self::MailboxJson,
            other => Self::Account(AccountPage::of_path(other)?),
        })
    }
}

/// The code page of a challenge.
#[must_use]
pub fn code_page(challenge: &crate::values::ChallengeId) -> String {
    format!("{SIGN_IN_CODE}?challenge={challenge}")
}

/// The page that asks a sign-in's second factor.
#[must_use]
pub fn second_factor(sign_in: &crate::values::SignInId) -> String {
    format!("{SIGN_IN_SECOND}?sign_in={sign_in}")
}

/// The page of a challenge that a client's backend has begun.
#[must_use]
pub fn challenge_page(challenge: &crate::values::ActionChallengeId) -> String {
    format!("{CHALLENGE}?id={challenge}")
}

/// The page that offers a passkey after that sign-in.
#[must_use]
pub fn passkey_offer(sign_in: &crate::values::SignInId) -> String {
    format!("{SIGN_IN_PASSKEY_NEW}?sign_in={sign_in}")
}

/// The address page that goes back from a challenge, so that another address can be typed.
#[must_use]
pub fn other_address(challenge: &crate::values::ChallengeId) -> String {
    format!("{SIGN_IN}?challenge={challenge}")
}
