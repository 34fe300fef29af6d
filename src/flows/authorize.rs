//! The authorization endpoint: from a request to a code where somebody is signed in as asked, else to the sign-in page.
//! OpenID Connect Core §3.1.2, RFC 6749 §4.1.1, RFC 9700 §2.1.

use std::rc::Rc;

use super::interaction::{Interaction, SignInFor, Then};
use super::policy::AtSession;
use super::{Provider, Visit};
use crate::factors::{Factor, SecondFactor};
use crate::jose::jws::TokenType;
use crate::oidc::authorization_request::{AuthorizationRequest, NoWayBack, Prompt, Rejected, ValidatedRequest};
use crate::oidc::authorization_response::{AnswerTarget, Location};
use crate::oidc::client::Client;
use crate::oidc::error::{ErrorCode, Refusal};
use crate::oidc::parameters::Parameters;
use crate::oidc::proof::Level;
use crate::platform::{Fault, Platform, Statement};
use crate::store::codes::{self, Acceptable, NewCode};
use crate::store::run_one;
use crate::store::sign_ins::{self, StepUp};
use crate::values::keyring::Purpose;
use crate::values::{BrowserId, CodeId, GrantId, Seconds, SessionId, SignInId, Timestamp, UserId};

/// Where an authorization request leads.
pub enum Authorized {
    /// Back to the client: with a code, or with an error. The session, if any, has been visited.
    Answer(Location, Option<SessionId>),
    /// To the page that asks the person who is signed in for a second factor.
    StepUp(SignInId, BrowserId),
    /// To the sign-in page.
    SignIn(Box<AddressAsked>),
    /// To a page that says why there is no way back.
    NoWayBack(NoWayBack),
}

/// What the sign-in page is made of.
pub struct AddressAsked {
    /// The browser that is asked.
    pub browser: BrowserId,
    /// The sign-in, sealed for it.
    pub sealed: String,
    /// The client that asks; `None` for our own home page.
    pub client: Option<Rc<Client>>,
    /// Pre-fills the address.
    pub login_hint: String,
    /// The languages that the client asks for.
    pub ui_locales: String,
    /// Whether somebody who is signed in shows once more who they are.
    pub asks_again: bool,
    /// Whether a passkey may be shown in place of a code.
    pub takes_passkeys: bool,
    /// Whether a password may be typed in place of a code.
    pub takes_passwords: bool,
}

/// A code on its way into the database.
pub struct CodeToBe {
    id: CodeId,
    grant: GrantId,
}

impl<P: Platform> Provider<P> {
    /// Answers an authorization request.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn authorize(&self, parameters: &Parameters, visit: &Visit) -> Result<Authorized, Fault> {
        let request = match AuthorizationRequest::parse(parameters, self.request_limits()) {
            Ok(request) => request,
            Err(why) => return Ok(Authorized::NoWayBack(why)),
        };
        let client = match request.client_id() {
            Some(id) => self.client(&id, visit.now).await?,
            None => None,
        };
        let Some(client) = client else { return Ok(Authorized::NoWayBack(NoWayBack::UnknownClient)) };
        let validated = match request.validate(&client) {
            Ok(validated) => validated,
            Err(Rejected::OnPage(why)) => return Ok(Authorized::NoWayBack(why)),
            Err(Rejected::ToClient(target, refusal)) => return Ok(Authorized::Answer(target.with_error(&refusal, self.issuer()), None)),
        };
        // From here on there is a way back: even a fault is told there (RFC 6749 §4.1.2.1), so that a silent try never strands the person here.
        match self.follow(&request, &validated, visit).await {
            Ok(authorized) => Ok(authorized),
            Err(fault) => {
                self.log("error", "fault", serde_json::json!({"request_id": visit.request_id, "fault": fault.to_string()}));
                let refusal = Refusal::new(ErrorCode::ServerError, "something broke here; the request id finds it in the log");
                Ok(Authorized::Answer(validated.target.with_error(&refusal, self.issuer()), None))
            }
        }
    }

    async fn follow(&self, request: &AuthorizationRequest, validated: &ValidatedRequest<'_>, visit: &Visit) -> Result<Authorized, Fault> {
        let expected = match self.hinted_person(validated.id_token_hint, visit.now).await? {
            Hint::Nobody => None,
            Hint::Person(person) => Some(person),
            // A hint that can't be verified names nobody: no silent answer may rest on it.
            Hint::Unverifiable if validated.prompt == Prompt::Never => return Ok(Authorized::Answer(self.login_required(&validated.target), None)),
            Hint::Unverifiable => None,
        };
        let session = visit.session.as_ref().filter(|_| validated.prompt != Prompt::Always);
        let mut asks = Some(self.offered_second_factors()).filter(|_| validated.level == Some(Level::Two));
        if let Some(session) = session {
            let told = |location| Ok(Authorized::Answer(location, Some(session.clone())));
            match self.policy_at_session(validated, expected.as_ref(), visit).await? {
                AtSession::Go => {
                    if let Some(answer) = self.answer_from_session(validated, session, expected.as_ref(), visit).await? {
                        return told(answer);
                    }
                }
                AtSession::Ask(named) => asks = Some(named),
                AtSession::Unmet => return told(self.unmet(&validated.target)),
                AtSession::Blocked => return told(self.blocked_by_policy(&validated.target)),
            }
        }
        if validated.prompt == Prompt::Never {
            return Ok(Authorized::Answer(self.login_required(&validated.target), None));
        }
        if let (Some(session), Some(asks)) = (session, asks) {
            if let Some(step_up) = self.step_up(request, validated, (session, expected.as_ref(), &asks), visit).await? {
                return Ok(step_up);
            }
            if self.has_nothing_more(validated, expected.as_ref(), visit).await? {
                return Ok(Authorized::Answer(self.unmet(&validated.target), Some(session.clone())));
            }
        }
        let login_hint = validated.login_hint.unwrap_or_default().to_owned();
        let purpose = SignInFor::Client(Box::new(request.clone().without_id_token_hint()));
        let interaction = Interaction { purpose, expected, began_at: visit.now, earlier: None, then: Then::GoOn };
        Ok(Authorized::SignIn(Box::new(self.ask_address(&interaction, visit, login_hint).await?)))
    }

    /// Where somebody is signed in as asked but for a second factor, that alone is missing: one of those that are asked for.
    async fn step_up(
        &self,
        request: &AuthorizationRequest,
        validated: &ValidatedRequest<'_>,
        who: (&SessionId, Option<&UserId>, &[SecondFactor]),
        visit: &Visit,
    ) -> Result<Option<Authorized>, Fault> {
        let (session, expected, asks) = who;
        let Some(not_before) = not_before(validated.max_age, visit.now) else { return Ok(None) };
        let purpose = SignInFor::Client(Box::new(request.clone().without_id_token_hint()));
        let text = Interaction { purpose, expected: expected.cloned(), began_at: visit.now, earlier: None, then: Then::GoOn }.to_text()?;
        let browser = self.browser(visit)?;
        let id = SignInId::new(visit.now + self.config.settings.second_factor_lifetime, self.random()?);
        let acceptable = Acceptable { not_before, expected, level: None, now: visit.now };
        let asks: Vec<&str> = asks.iter().map(|factor| factor.name()).collect();
        let asks = asks.join(" ");
        let begins = StepUp { id: &id, browser: browser.as_str(), request: &text, asks: &asks, session, acceptable: &acceptable };
        let begun = run_one(self.platform.database(), sign_ins::step_up(&begins)).await?.is_some();
        Ok(begun.then_some(Authorized::StepUp(id, browser)))
    }

    /// Whether whoever is signed in as asked has no second factor at all: another proof of the first kind wouldn't help.
    async fn has_nothing_more(&self, request: &ValidatedRequest<'_>, expected: Option<&UserId>, visit: &Visit) -> Result<bool, Fault> {
        let Some(not_before) = not_before(request.max_age, visit.now) else { return Ok(false) };
        let person = self.account_person(visit).await?;
        Ok(person.is_some_and(|person| {
            let as_asked = person.proof.auth_time >= not_before && expected.is_none_or(|expected| *expected == person.user);
            as_asked && self.second_factors(person.factors).is_empty()
        }))
    }

    /// What the sign-in page needs for a sign-in.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn ask_address(&self, interaction: &Interaction, visit: &Visit, login_hint: String) -> Result<AddressAsked, Fault> {
        let browser = self.browser(visit)?;
        Ok(AddressAsked {
            sealed: self.seal_interaction(interaction, &browser)?,
            browser,
            client: self.client_of(interaction, visit.now).await?,
            login_hint,
            ui_locales: interaction.ui_locales().to_owned(),
            asks_again: matches!(interaction.purpose, SignInFor::Account(_)) && interaction.expected.is_some(),
            takes_passkeys: interaction.purpose.offers(Factor::Second(SecondFactor::Passkey)),
            takes_passwords: self.offers_passwords() && interaction.purpose.offers(Factor::Password),
        })
    }

    /// One statement decides: it writes a code if the session is alive and as asked.
    async fn answer_from_session(
        &self,
        request: &ValidatedRequest<'_>,
        session: &SessionId,
        expected: Option<&UserId>,
        visit: &Visit,
    ) -> Result<Option<Location>, Fault> {
        let now = visit.now;
        let Some(not_before) = not_before(request.max_age, now) else { return Ok(None) };
        let code = self.code_to_be(request, now)?;
        let statement = self.code_statement(request, &code, session, &Acceptable { not_before, expected, level: request.level, now });
        let written = self.run_visiting(statement, visit).await?.is_some();
        Ok(written.then(|| self.code_answer(request, &code)))
    }

    /// A new code for a validated request.
    ///
    /// # Errors
    /// A fault where there are no random bytes.
    pub fn code_to_be(&self, request: &ValidatedRequest<'_>, now: Timestamp) -> Result<CodeToBe, Fault> {
        let settings = &self.config.settings;
        let end = now + settings.code_lifetime;
        let grant_lifetime = if request.scope.contains("offline_access") { settings.refresh_absolute } else { settings.access_token_lifetime };
        Ok(CodeToBe { id: CodeId::new(end, self.random()?), grant: GrantId::new(end + grant_lifetime, self.random()?) })
    }

    /// The statement that writes the code from a session, if that is acceptable.
    pub fn code_statement(&self, request: &ValidatedRequest<'_>, code: &CodeToBe, session: &SessionId, acceptable: &Acceptable<'_>) -> Statement {
        let new = NewCode {
            id: &code.id,
            grant: &code.grant,
            client: &request.client.id,
            redirect_uri: request.target.redirect_uri(),
            code_challenge: request.code_challenge.as_ref().map_or("", |challenge| challenge.as_str()),
            scope: &request.scope,
            nonce: request.nonce,
        };
        codes::insert(&new, session, acceptable)
    }

    /// The way back with the code.
    pub fn code_answer(&self, request: &ValidatedRequest<'_>, code: &CodeToBe) -> Location {
        let text = self.keyring.issue(Purpose::AuthorizationCode, &[code.id.as_str()]);
        request.target.with_code(&text, self.issuer())
    }

    /// The way back where the person who is here isn't the one asked for, or nobody is.
    pub fn login_required(&self, target: &AnswerTarget) -> Location {
        let refusal = Refusal::new(ErrorCode::LoginRequired, "nobody is signed in as this request asks");
        target.with_error(&refusal, self.issuer())
    }

    async fn hinted_person(&self, hint: Option<&str>, now: Timestamp) -> Result<Hint, Fault> {
        let Some(hint) = hint else { return Ok(Hint::Nobody) };
        let claims = self.verified(TokenType::IdToken, hint, now).await?.and_then(|shown| shown.claims::<HintClaims>());
        Ok(claims.filter(|claims| claims.iss == self.issuer().as_str()).map_or(Hint::Unverifiable, |claims| Hint::Person(claims.sub)))
    }
}

/// The earliest sign-in that is young enough; `None` where none is.
fn not_before(max_age: Option<Seconds>, now: Timestamp) -> Option<Timestamp> {
    match max_age {
        None => Some(Timestamp::from_seconds(0)),
        // `max_age=0` is as good as `prompt=login` (OpenID Connect Core §3.1.2.1), even in the second of a sign-in.
        Some(Seconds::ZERO) => None,
        Some(age) => Some(now - age),
    }
}

/// Whom an `id_token_hint` names.
enum Hint {
    Nobody,
    Person(UserId),
    Unverifiable,
}

#[derive(serde::Deserialize)]
struct HintClaims {
    iss: String,
    sub: UserId,
}
