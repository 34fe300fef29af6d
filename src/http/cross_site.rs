//! Whether a post comes from our own pages. `Origin` must be the issuer: `null`, another one and none at all are refused. The form's token is checked beside it.

use super::message::Incoming;
use crate::values::Issuer;

/// Whether the request's `Origin` is the issuer's.
#[must_use]
pub fn comes_from_our_page(incoming: &Incoming, issuer: &Issuer) -> bool {
    incoming.header(::http::header::ORIGIN) == Some(issuer.as_str())
}
