//! The development mailbox. It exists only where it is the chosen adapter, which a public issuer refuses, and only for requests whose own `Host` is this machine:
//! a name that an attacker points at 127.0.0.1 finds nothing. No other site may read it.

use ::http::StatusCode;
use ::http::header::HOST;
use serde_json::json;
use url::Url;

use crate::flows::Failure;
use crate::http::exchange::Exchange;
use crate::http::reply::Reply;
use crate::pages::MailboxPage;
use crate::platform::Platform;
use crate::values::EmailAddress;
use crate::values::email_address::LocalPart;
use crate::values::issuer::{Reach, reach_of};

/// Whether there is a mailbox for this request.
#[must_use]
pub fn exists<P: Platform>(exchange: &Exchange<'_, P>) -> bool {
    let host = exchange.incoming.header(HOST).and_then(|host| Url::parse(&format!("http://{host}/")).ok());
    let asked_here = host.as_ref().and_then(Url::host).is_some_and(|host| reach_of(&host) == Reach::Loopback);
    asked_here && exchange.issuer().reach() == Reach::Loopback && exchange.provider.post.has_mailbox()
}

/// Answers `/dev/mailbox`.
///
/// # Errors
/// A fault where it couldn't be rendered.
pub fn page<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let mails = exchange.provider.post.mailbox.mails(None);
    Ok(exchange.page(StatusCode::OK, MailboxPage { look: exchange.look(""), mails: &mails }.render())?)
}

/// Answers `/dev/mailbox.json?to=ADDRESS`: the newest first.
#[must_use]
pub fn json<P: Platform>(exchange: &Exchange<'_, P>) -> Reply {
    let query = exchange.query();
    // Mail goes to an address's proven form; it is found by any way of typing it.
    let address = query
        .one("to")
        .map(|to| EmailAddress::parse(to, LocalPart::AnyUnicode).map_or_else(|_| to.to_owned(), |address| address.identity().to_owned()));
    Reply::json(StatusCode::OK, &json!(exchange.provider.post.mailbox.mails(address.as_deref())))
}
