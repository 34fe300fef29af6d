//! What happened to an account, for its person's own eyes: every change of a factor, an address, a session. Sign-ins stand in `sessions`.

use super::sql::Columns;
use crate::platform::{Fault, Statement, Value};
use crate::texts::Texts;
use crate::values::{EventId, SessionId, Timestamp, UserId};

macro_rules! kinds {
    ($($(#[$doc:meta])+ $variant:ident: $name:literal, $words:ident,)+) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum EventKind {
            $($(#[$doc])+ $variant,)+
        }

        impl EventKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in rows and in the export.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it is called, with a place for the detail where it has one.
            #[must_use]
            pub fn words(self, texts: &Texts) -> &str {
                match self { $(Self::$variant => &texts.$words,)+ }
            }

            /// The kind of that name.
            #[must_use]
            pub fn of_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.name() == name)
            }
        }
    };
}

kinds! {
    /// A passkey was added; its name.
    PasskeyAdded: "passkey_added", event_passkey_added,
    /// A passkey was removed; its name.
    PasskeyRemoved: "passkey_removed", event_passkey_removed,
    /// An authenticator app was added; its name.
    AuthenticatorAdded: "authenticator_added", event_authenticator_added,
    /// An authenticator app was removed; its name.
    AuthenticatorRemoved: "authenticator_removed", event_authenticator_removed,
    /// New recovery codes were made.
    RecoveryCodesMade: "recovery_codes_made", event_recovery_codes_made,
    /// A recovery code was used.
    RecoveryCodeUsed: "recovery_code_used", event_recovery_code_used,
    /// A password was set or changed.
    PasswordChanged: "password_changed", event_password_changed,
    /// The password was removed.
    PasswordRemoved: "password_removed", event_password_removed,
    /// An address was added; it.
    AddressAdded: "address_added", event_address_added,
    /// An address was removed; it.
    AddressRemoved: "address_removed", event_address_removed,
    /// Another address became the primary one; it.
    AddressMadePrimary: "address_made_primary", event_address_made_primary,
    /// A phone number was added; its last digits.
    PhoneAdded: "phone_added", event_phone_added,
    /// A phone number was removed; its last digits.
    PhoneRemoved: "phone_removed", event_phone_removed,
    /// The profile was changed.
    ProfileChanged: "profile_changed", event_profile_changed,
    /// A session was ended by its person from another one.
    SessionEnded: "session_ended", event_session_ended,
    /// A site's access was ended by the person; its name.
    AppDisconnected: "app_disconnected", event_app_disconnected,
    /// A browser is no longer asked for the second factor.
    BrowserTrusted: "browser_trusted", event_browser_trusted,
    /// It is again.
    BrowserForgotten: "browser_forgotten", event_browser_forgotten,
    /// The account was deleted. Told by mail; no row is left to record it in.
    AccountDeleted: "account_deleted", event_account_deleted,
}

/// Something that happened.
pub struct NewEvent<'a> {
    /// Its id, which begins with the time until which it is kept.
    pub id: &'a EventId,
    /// To whom.
    pub user: &'a UserId,
    /// What.
    pub kind: EventKind,
    /// A name or an address; never a secret.
    pub detail: &'a str,
    /// The browser's name for itself.
    pub user_agent: &'a str,
    /// Where the edge says it is.
    pub place: &'a str,
    /// When.
    pub now: Timestamp,
}

const RECORD: &str = "
    INSERT INTO events (id, user_id, kind, detail, user_agent, place, at)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE changes() > 0";
const RECORD_IN: &str = "
    INSERT INTO events (id, user_id, kind, detail, user_agent, place, at)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE EXISTS (SELECT 1 FROM sessions WHERE id = ?8 AND user_id = ?2)";

/// Records it, if the statement before changed a row.
#[must_use]
pub fn record(event: &NewEvent<'_>) -> Statement {
    Statement::new(RECORD, parameters(event))
}

/// Records it, if that session of the person is there.
#[must_use]
pub fn record_in(session: &SessionId, event: &NewEvent<'_>) -> Statement {
    let mut parameters = parameters(event);
    parameters.push(session.as_str().into());
    Statement::new(RECORD_IN, parameters)
}

fn parameters(event: &NewEvent<'_>) -> Vec<Value> {
    vec![
        event.id.as_str().into(),
        event.user.as_str().into(),
        event.kind.name().into(),
        event.detail.into(),
        event.user_agent.into(),
        event.place.into(),
        event.now.into(),
    ]
}

/// Something that happened, as it is shown.
pub struct Event {
    /// What; `None` for what an older or newer version has written.
    pub kind: Option<EventKind>,
    /// A name or an address.
    pub detail: String,
    /// The browser's name for itself.
    pub user_agent: String,
    /// Where the edge said it was.
    pub place: String,
    /// When.
    pub at: Timestamp,
}

const LIST: &str = "SELECT kind, detail, user_agent, place, at FROM events WHERE user_id = ?1 ORDER BY at DESC, id DESC LIMIT ?2";

/// The latest events of a person, at most so many.
#[must_use]
pub fn list(user: &UserId, most: i64) -> Statement {
    Statement::new(LIST, [user.as_str().into(), most.into()])
}

/// An event from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn event(mut row: Columns) -> Result<Event, Fault> {
    Ok(Event { kind: EventKind::of_name(&row.text()?), detail: row.text()?, user_agent: row.text()?, place: row.text()?, at: row.time()? })
}
