//! The home page: who is signed in, and the button that signs them out.

use ::http::StatusCode;

use super::logout::SIGN_OUT;
use crate::flows::Failure;
use crate::http::exchange::Exchange;
use crate::http::reply::Reply;
use crate::pages::{HomePage, SignedIn};
use crate::platform::Platform;

/// Answers `/`.
///
/// # Errors
/// A fault where something broke.
pub async fn answer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let visit = &exchange.visit;
    let session = exchange.provider.visited_session(visit).await?;
    let look = exchange.look("");
    let Some(session) = session else { return Ok(exchange.page(StatusCode::OK, HomePage { look, signed_in: None }.render())?) };
    let browser = exchange.provider.browser(visit)?;
    let signed_in = SignedIn {
        address: session.address.as_deref().unwrap_or_default(),
        name: session.name.as_deref().unwrap_or_default(),
        csrf: &exchange.provider.form_token(&browser, SIGN_OUT),
    };
    let reply = exchange.page(StatusCode::OK, HomePage { look, signed_in: Some(signed_in) }.render())?;
    Ok(reply.with_cookie(&exchange.browser_cookie(&browser)).with_cookie(&exchange.session_cookie(&session.id)))
}
