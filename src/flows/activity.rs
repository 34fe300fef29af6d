//! What happened to an account: recorded beside the change itself, in the same transaction.

use super::sign_in::kept_user_agent;
use super::{Provider, Visit};
use crate::platform::{Fault, Platform, Statement};
use crate::store::events::{self, EventKind, NewEvent};
use crate::values::{EventId, SessionId, UserId};

/// Something that happens.
#[derive(Debug, Clone, Copy)]
pub struct Happening<'a> {
    /// What.
    pub kind: EventKind,
    /// A name or an address; never a secret.
    pub detail: &'a str,
}

impl<P: Platform> Provider<P> {
    /// The statement that records it, if the statement before changed a row.
    ///
    /// # Errors
    /// A fault where there are no random bytes.
    pub fn record(&self, user: &UserId, happening: Happening<'_>, visit: &Visit) -> Result<Statement, Fault> {
        let (id, user_agent) = (self.event_id(visit)?, kept_user_agent(visit));
        Ok(events::record(&new(&id, user, happening, &user_agent, visit)))
    }

    /// The statement that records it, if that session of the person has begun.
    ///
    /// # Errors
    /// A fault where there are no random bytes.
    pub fn record_in(&self, session: &SessionId, user: &UserId, happening: Happening<'_>, visit: &Visit) -> Result<Statement, Fault> {
        let (id, user_agent) = (self.event_id(visit)?, kept_user_agent(visit));
        Ok(events::record_in(session, &new(&id, user, happening, &user_agent, visit)))
    }

    fn event_id(&self, visit: &Visit) -> Result<EventId, Fault> {
        Ok(EventId::new(visit.now + self.config.settings.activity_lifetime, self.random()?))
    }
}

fn new<'a>(id: &'a EventId, user: &'a UserId, happening: Happening<'a>, user_agent: &'a str, visit: &'a Visit) -> NewEvent<'a> {
    let Happening { kind, detail } = happening;
    NewEvent { id, user, kind, detail, user_agent, place: visit.place.as_deref().unwrap_or_default(), now: visit.now }
}
