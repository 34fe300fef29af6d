//! Tickets: a client's site adds a passkey for a person whose access token it holds. A ticket is sealed, short-lived, good once, and for one person
//! and one client; it is given only where the session behind the token has shown who the person is as recently and as surely as their account asks, and
//! counts while that session lives and is as sure as the account.
//!
//! The site's own page makes the passkey where its origin shares the RP id's domain, or stands in the setting `passkey_origins`;
//! everywhere else ours does.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::ceremony::{Ceremony, Enrolled, Use};
use super::enrol::{Added, Name, Whose};
use crate::config::RelyingParty;
use crate::flows::activity::Happening;
use crate::flows::{Afterwards, Failure, Provider, Visit};
use crate::oidc::client::Client;
use crate::oidc::error::{ErrorCode, Refusal, StepUpDemand};
use crate::oidc::proof::Level;
use crate::platform::{Fault, Platform};
use crate::store::events::EventKind;
use crate::store::{account, run_one};
use crate::values::keyring::Purpose;
use crate::values::{CeremonyId, ClientId, SessionId, Timestamp, UserId, json};

/// The scope that a client needs.
pub const SCOPE: &str = "passkeys";

/// What a ticket says. Its id is that of the one ceremony that it is good for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ticket {
    #[serde(rename = "i")]
    id: CeremonyId,
    #[serde(rename = "u")]
    user: UserId,
    /// The session behind the token that it was given for: a ticket ends with it.
    #[serde(rename = "s")]
    session: SessionId,
    #[serde(rename = "a")]
    address: String,
    #[serde(rename = "c")]
    client: ClientId,
    /// Where our page sends the person back to: a registered redirect URI.
    #[serde(rename = "r", skip_serializing_if = "Option::is_none", default)]
    return_to: Option<String>,
}

impl Ticket {
    /// Whose.
    #[must_use]
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// Where the person goes from our page.
    #[must_use]
    pub fn return_to(&self) -> Option<&str> {
        self.return_to.as_deref()
    }
}

/// A ticket as its client gets it.
pub struct Issued {
    /// The ticket.
    pub ticket: String,
    /// For whom.
    pub client: Rc<Client>,
}

impl<P: Platform> Provider<P> {
    /// A ticket for the person of an access token.
    ///
    /// # Errors
    /// `invalid_token`, `insufficient_scope`, `insufficient_user_authentication`, and `invalid_request` where `return_to` isn't registered.
    pub async fn issue_passkey_ticket(&self, access_token: &str, return_to: Option<&str>, visit: &Visit) -> Result<Issued, Failure> {
        let now = visit.now;
        let (claims, grant) = self.living_access_token(access_token, now).await?.ok_or(Refusal::invalid_token())?;
        if !claims.scope.contains(SCOPE) {
            return Err(Refusal::new(ErrorCode::InsufficientScope, "the access token hasn't the scope passkeys").into());
        }
        let client = self.client(&claims.client_id, now).await?.ok_or(Refusal::invalid_token())?;
        if return_to.is_some_and(|asked| client.redirect_uris.iter().all(|uri| uri.as_str() != asked)) {
            return Err(Refusal::invalid_request("return_to isn't a registered redirect URI").into());
        }
        let row = run_one(self.platform.database(), account::read(&grant.granted.session, "", now)).await?;
        let person = row.map(account::person).transpose()?.filter(|person| person.user == claims.sub);
        let level = person.as_ref().map_or(Level::One, |person| person.factors.highest_level());
        let Some(person) = person.filter(|person| self.is_fresh(person, now)) else {
            let demand = StepUpDemand { level, max_age: self.config.settings.fresh_proof };
            return Err(Refusal::insufficient_user_authentication(demand).into());
        };
        let id = CeremonyId::derived_with(self.keyring.current_name(), now + self.config.settings.passkey_ticket_lifetime, self.random()?);
        let return_to = return_to.map(str::to_owned);
        let ticket = Ticket { id, user: person.user, session: person.session, address: person.address, client: claims.client_id, return_to };
        let text = serde_json::to_string(&ticket).map_err(|_| Fault::new("a ticket can't be written"))?;
        Ok(Issued { ticket: self.seal(Purpose::PasskeyTicket, "", &text)?, client })
    }

    /// What a ticket says, with the client that it is for; a refusal where it is none of ours, or over.
    ///
    /// # Errors
    /// `invalid_grant`.
    pub async fn open_passkey_ticket(&self, sealed: &str, now: Timestamp) -> Result<(Ticket, Rc<Client>), Failure> {
        let over = || Refusal::new(ErrorCode::InvalidGrant, "the ticket is over, or none of ours");
        let opened = self.keyring.open(Purpose::PasskeyTicket, "", sealed);
        let ticket: Ticket = opened.and_then(|bytes| json::read(&bytes).ok()).ok_or_else(over)?;
        if ticket.id.end() <= now || self.config.relying_party.is_none() {
            return Err(over().into());
        }
        let client = self.client(&ticket.client, now).await?.ok_or_else(over)?;
        Ok((ticket, client))
    }

    /// Refuses a ticket where a policy keeps its person out of where this request comes from.
    ///
    /// # Errors
    /// `access_denied`; `invalid_grant` where its session has ended.
    pub async fn admit_ticket(&self, ticket: &Ticket, visit: &Visit) -> Result<(), Failure> {
        let row = run_one(self.platform.database(), account::read(&ticket.session, "", visit.now)).await?;
        let person = row.map(account::person).transpose()?.filter(|person| person.user == ticket.user);
        let person = person.ok_or(Refusal::new(ErrorCode::InvalidGrant, "the ticket's session has ended"))?;
        if self.keeps_out(&person, visit) {
            return Err(Refusal::new(ErrorCode::AccessDenied, "the operator's policies don't allow this here").into());
        }
        Ok(())
    }

    /// The ceremony of a ticket.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn ticket_ceremony(&self, ticket: &Ticket) -> Result<Option<Ceremony>, Fault> {
        let existing = self.passkeys_of(&ticket.user).await?;
        let enrolled = Enrolled { user: &ticket.user, address: &ticket.address, existing: &existing };
        Ok(self.ceremony_of_ticket(&ticket.id, &enrolled))
    }

    /// Keeps the passkey that was made by a ticket; the person's addresses are told.
    ///
    /// # Errors
    /// `invalid_grant` where the passkey isn't right, the ticket was used, or its session has ended or isn't as sure as the account any more.
    pub async fn add_passkey_by_ticket(
        &self,
        ticket: &Ticket,
        client: &Client,
        made: (&str, Option<Name>),
        visit: &Visit,
    ) -> Result<(Added, Option<Afterwards>), Failure> {
        let (credential, name) = made;
        let (purpose, origins) = (Use::Ticket(ticket.user.clone()), self.passkey_origins_of(client));
        let whose = Whose { user: &ticket.user, session: &ticket.session, ceremony: &ticket.id, purpose: &purpose, browser: None, origins: &origins };
        let added = self.add_passkey_of(&whose, credential, name, visit).await?;
        let added = added.ok_or(Refusal::new(ErrorCode::InvalidGrant, "the passkey didn't work, or the ticket was used"))?;
        let told = self.notify(&ticket.user, Happening { kind: EventKind::PasskeyAdded, detail: added.name.as_str() }, visit).await;
        Ok((added, told))
    }

    /// The client's origins whose pages may use our passkeys.
    pub fn passkey_origins_of(&self, client: &Client) -> Vec<String> {
        let fits = |origin: &&String| self.config.relying_party.as_ref().is_some_and(|party| may_use(party, origin));
        client.origins.iter().filter(fits).cloned().collect()
    }
}

/// Whether a browser lets pages of the origin use the RP id: by its domain (WebAuthn Level 3 §5.1.3), or because it is listed (§5.11).
fn may_use(party: &RelyingParty, origin: &str) -> bool {
    let host = url::Url::parse(origin).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let below = host.strip_suffix(&party.id).is_some_and(|front| front.is_empty() || front.ends_with('.'));
    below || party.origins.iter().any(|listed| listed == origin)
}
