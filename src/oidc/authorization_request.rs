//! The authorization request: `AuthorizationRequest` → [`ValidatedRequest`], by `validate(client)` alone.
//! OpenID Connect Core §3.1.2.1 and §3.1.2.2, RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 9700 §2.1.

use serde::{Deserialize, Serialize};

use super::authorization_response::{AnswerTarget, ResponseMode};
use super::client::{Client, PkceRequirement, RefreshTokens};
use super::error::{ErrorCode, Refusal};
use super::parameters::Parameters;
use super::pkce::CodeChallenge;
use super::proof::Level;
use crate::values::{ClientId, Scope, Seconds};

/// How long the texts may be that a client chooses, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// `state`.
    pub state: usize,
    /// `nonce`.
    pub nonce: usize,
}

/// The longest hint that is kept, in bytes; a longer one is dropped.
const LONGEST_HINT: usize = 254;
/// The longest ID token that is read as a hint, in bytes.
const LONGEST_ID_TOKEN: usize = 8_192;

/// Why a request gets a page and never a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoWayBack {
    /// `client_id` is missing, repeated, malformed, or nobody's.
    UnknownClient,
    /// `redirect_uri` is missing, repeated, or not registered.
    BadRedirectUri,
    /// There are too many parameters to read.
    Unreadable,
}

/// A request that isn't followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejected {
    /// The client is told.
    ToClient(AnswerTarget, Refusal),
    /// Only the person is told.
    OnPage(NoWayBack),
}

/// The request as it came, those parameters that we read. It travels sealed through the form and lies in the challenge's row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    client_id: String,
    redirect_uri: String,
    rest: Unchecked,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Unchecked {
    #[serde(skip_serializing_if = "Option::is_none")]
    response_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_challenge: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_challenge_method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    login_hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token_hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ui_locales: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr_values: Option<String>,
    /// What makes the whole request wrong; told once the way back is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<Unreadable>,
}

/// A fault of form that validation reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Unreadable {
    Repeated,
    StateTooLong,
    NonceTooLong,
    TooLong,
    RequestObject,
    RequestUri,
    Registration,
}

/// Whether the person may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// Not said: ask only where nobody is signed in.
    WhenNeeded,
    /// `none`: never ask.
    Never,
    /// `login`, `select_account`, `create`: ask even where somebody is signed in. Whose address is typed decides the account.
    Always,
}

/// A request whose client, redirect URI and parameters are right.
#[derive(Debug, Clone)]
pub struct ValidatedRequest<'a> {
    /// The client that asks.
    pub client: &'a Client,
    /// Where the answer goes.
    pub target: AnswerTarget,
    /// What is granted: the asked scopes that the client may have.
    pub scope: Scope,
    /// `nonce`, to be repeated in the ID token.
    pub nonce: Option<&'a str>,
    /// The PKCE challenge; `None` only where the client needn't use PKCE.
    pub code_challenge: Option<CodeChallenge>,
    /// Whether the person may be asked.
    pub prompt: Prompt,
    /// How long ago the person may have signed in.
    pub max_age: Option<Seconds>,
    /// How surely the person must be signed in.
    pub level: Option<Level>,
    /// Pre-fills the address; never sends.
    pub login_hint: Option<&'a str>,
    /// Who should be signed in; verified by whoever can check its signature.
    pub id_token_hint: Option<&'a str>,
}

/// The parameters that [`AuthorizationRequest::parse`] looks at; it looks at no other, but for repeats.
pub const READ: &[&str] = &[
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "login_hint",
    "id_token_hint",
    "ui_locales",
    "acr_values",
    "request",
    "request_uri",
    "registration",
];

impl AuthorizationRequest {
    /// Reads the parameters.
    ///
    /// # Errors
    /// [`NoWayBack`] where not even the client and its redirect URI can be read.
    pub fn parse(parameters: &Parameters, limits: Limits) -> Result<Self, NoWayBack> {
        let once = |name: &str| parameters.one(name).filter(|_| !parameters.is_repeated(name)).map(str::to_owned);
        let client_id = once("client_id").ok_or(NoWayBack::UnknownClient)?;
        let redirect_uri = once("redirect_uri").ok_or(NoWayBack::BadRedirectUri)?;
        let state = once("state");
        let fault = fault_of_form(parameters, limits);
        let short = |name: &str, longest: usize| parameters.owned(name).filter(|value| value.len() <= longest);
        let rest = Unchecked {
            response_type: short("response_type", LONGEST_HINT),
            response_mode: short("response_mode", LONGEST_HINT),
            scope: short("scope", crate::values::scope::LONGEST + 1),
            state: state.filter(|state| state.len() <= limits.state),
            nonce: short("nonce", limits.nonce),
            code_challenge: short("code_challenge", LONGEST_HINT),
            code_challenge_method: short("code_challenge_method", LONGEST_HINT),
            prompt: short("prompt", LONGEST_HINT),
            max_age: short("max_age", LONGEST_HINT),
            login_hint: short("login_hint", LONGEST_HINT),
            // One that is too long to read is one that can't be verified, not one that was left out.
            id_token_hint: parameters.owned("id_token_hint").map(|hint| if hint.len() <= LONGEST_ID_TOKEN { hint } else { "unreadable".to_owned() }),
            ui_locales: short("ui_locales", LONGEST_HINT),
            acr_values: short("acr_values", LONGEST_HINT),
            fault,
        };
        Ok(Self { client_id, redirect_uri, rest })
    }

    /// The client that it names, if that can be a `client_id`.
    #[must_use]
    pub fn client_id(&self) -> Option<ClientId> {
        ClientId::parse(&self.client_id)
    }

    /// The languages that the client asks for, in its order.
    #[must_use]
    pub fn ui_locales(&self) -> &str {
        self.rest.ui_locales.as_deref().unwrap_or_default()
    }

    /// The same request without the ID token, once it is known whom that names.
    #[must_use]
    pub fn without_id_token_hint(mut self) -> Self {
        self.rest.id_token_hint = None;
        self
    }

    /// Checks it against the client that it names: first the way back, then everything that can be told on that way.
    ///
    /// # Errors
    /// [`Rejected`] says what is wrong and who may be told.
    pub fn validate<'a>(&'a self, client: &'a Client) -> Result<ValidatedRequest<'a>, Rejected> {
        if self.client_id != client.id.as_str() {
            return Err(Rejected::OnPage(NoWayBack::UnknownClient));
        }
        if !client.redirect_uris.iter().any(|uri| uri.matches(&self.redirect_uri, client.application)) {
            return Err(Rejected::OnPage(NoWayBack::BadRedirectUri));
        }
        let target = AnswerTarget::new(self.redirect_uri.clone(), self.rest.answer_mode(), self.rest.state.clone());
        self.rest.check(client, target.clone()).map_err(|refusal| Rejected::ToClient(target, refusal))
    }
}

fn fault_of_form(parameters: &Parameters, limits: Limits) -> Option<Unreadable> {
    if parameters.has_repeats() {
        return Some(Unreadable::Repeated);
    }
    let too_long = |name: &str, longest: usize| parameters.one(name).is_some_and(|value| value.len() > longest);
    if too_long("state", limits.state) {
        return Some(Unreadable::StateTooLong);
    }
    if too_long("nonce", limits.nonce) {
        return Some(Unreadable::NonceTooLong);
    }
    // What is too long isn't kept, and must not pass for left out: a request without its challenge is another request.
    if ["response_type", "response_mode", "code_challenge", "code_challenge_method", "prompt", "max_age", "acr_values"]
        .iter()
        .any(|name| too_long(name, LONGEST_HINT))
    {
        return Some(Unreadable::TooLong);
    }
    let first = |name: &str, fault: Unreadable| parameters.one(name).map(|_| fault);
    first("request", Unreadable::RequestObject)
        .or_else(|| first("request_uri", Unreadable::RequestUri))
        .or_else(|| first("registration", Unreadable::Registration))
}

impl Unreadable {
    const fn refusal(self) -> Refusal {
        match self {
            Self::Repeated => Refusal::invalid_request("a parameter is repeated"),
            Self::StateTooLong => Refusal::invalid_request("state is too long"),
            Self::NonceTooLong => Refusal::invalid_request("nonce is too long"),
            Self::TooLong => Refusal::invalid_request("a parameter is too long"),
            Self::RequestObject => Refusal::new(ErrorCode::RequestNotSupported, "request objects are not supported"),
            Self::RequestUri => Refusal::new(ErrorCode::RequestUriNotSupported, "request_uri is not supported"),
            Self::Registration => Refusal::new(ErrorCode::RegistrationNotSupported, "registration is not supported"),
        }
    }
}

impl Unchecked {
    /// The mode that even an error is answered in: the asked one, or the default of the asked response type.
    fn answer_mode(&self) -> ResponseMode {
        match self.response_mode.as_deref() {
            Some("fragment") => ResponseMode::Fragment,
            Some(_) => ResponseMode::Query,
            None if self.response_type.as_deref().is_some_and(|kind| kind.split(' ').any(|part| part != "code" && part != "none")) => {
                ResponseMode::Fragment
            }
            None => ResponseMode::Query,
        }
    }

    fn check<'a>(&'a self, client: &'a Client, target: AnswerTarget) -> Result<ValidatedRequest<'a>, Refusal> {
        if let Some(fault) = self.fault {
            return Err(fault.refusal());
        }
        match self.response_type.as_deref() {
            Some("code") => {}
            Some(_) => return Err(Refusal::new(ErrorCode::UnsupportedResponseType, "only response_type=code is offered")),
            None => return Err(Refusal::invalid_request("response_type is missing")),
        }
        if self.response_mode.as_deref().is_some_and(|mode| mode != "query" && mode != "fragment") {
            return Err(Refusal::invalid_request("response_mode must be query or fragment"));
        }
        Ok(ValidatedRequest {
            client,
            target,
            scope: self.granted_scope(client)?,
            nonce: self.nonce.as_deref(),
            code_challenge: self.pkce(client)?,
            prompt: self.prompt()?,
            max_age: self.max_age()?,
            // What a request names overrides the registration (OpenID Connect Registration §2), unless it names nothing that we know.
            level: self.acr_values.as_deref().and_then(Level::asked).or(client.default_level),
            login_hint: self.login_hint.as_deref(),
            id_token_hint: self.id_token_hint.as_deref(),
        })
    }

    fn granted_scope(&self, client: &Client) -> Result<Scope, Refusal> {
        let refused = Refusal::new(ErrorCode::InvalidScope, "scope is missing, malformed, or nothing in it is allowed to this client");
        let asked = self.scope.as_deref().and_then(Scope::parse).ok_or_else(|| refused.clone())?;
        let granted = match client.refresh_tokens {
            RefreshTokens::Allowed => asked.within(&client.scope),
            RefreshTokens::Denied => asked.within(&client.scope).without("offline_access"),
        };
        if granted.is_empty() { Err(refused) } else { Ok(granted) }
    }

    fn pkce(&self, client: &Client) -> Result<Option<CodeChallenge>, Refusal> {
        match (self.code_challenge.as_deref(), self.code_challenge_method.as_deref()) {
            (None, None) if client.pkce == PkceRequirement::Optional => Ok(None),
            (None, _) => Err(Refusal::invalid_request("code_challenge is missing: PKCE with S256 is required")),
            // Without a method the challenge would be `plain` (RFC 7636 §4.3), which is never accepted.
            (Some(challenge), Some("S256")) => {
                CodeChallenge::parse(challenge).map(Some).ok_or(Refusal::invalid_request("code_challenge must be 43 base64url characters"))
            }
            (Some(_), _) => Err(Refusal::invalid_request("code_challenge_method must be S256")),
        }
    }

    fn prompt(&self) -> Result<Prompt, Refusal> {
        let values: Vec<&str> = self.prompt.as_deref().unwrap_or_default().split(' ').filter(|value| !value.is_empty()).collect();
        if values.contains(&"none") {
            return if values.len() == 1 { Ok(Prompt::Never) } else { Err(Refusal::invalid_request("prompt=none stands alone")) };
        }
        if values.iter().any(|value| !matches!(*value, "login" | "consent" | "select_account" | "create")) {
            return Err(Refusal::invalid_request("prompt has an unknown value"));
        }
        // Clients here are first-party: `consent` is accepted and asks for nothing more.
        Ok(if values.iter().any(|value| *value != "consent") { Prompt::Always } else { Prompt::WhenNeeded })
    }

    fn max_age(&self) -> Result<Option<Seconds>, Refusal> {
        let Some(text) = self.max_age.as_deref() else { return Ok(None) };
        let seconds = text.parse::<u32>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
        let seconds = seconds.ok_or(Refusal::invalid_request("max_age must be a whole number of seconds"))?;
        Ok(Some(Seconds::new(i64::from(seconds))))
    }
}

#[cfg(test)]
mod tests;
