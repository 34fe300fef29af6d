//! The authorization endpoint. A POST answers 303 to the same request by GET, so that Lax cookies arrive.

use ::http::{Method, StatusCode};

use super::sign_in::address_page;
use crate::flows::Failure;
use crate::flows::authorize::Authorized;
use crate::http::exchange::Exchange;
use crate::http::reply::Reply;
use crate::oidc::authorization_request::{self, NoWayBack};
use crate::oidc::authorization_response::Location;
use crate::oidc::parameters::Parameters;
use crate::pages::ErrorKind;
use crate::platform::{Fault, Platform};
use crate::routes;

/// Answers `/authorize`.
///
/// # Errors
/// A fault where something broke.
pub async fn answer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    if exchange.is(&Method::POST) {
        let query = exchange.form().ok().and_then(|form| form.to_query(authorization_request::READ));
        let Some(query) = query else { return Ok(no_way_back(exchange, NoWayBack::Unreadable)?) };
        let again = format!("{}?{query}", routes::AUTHORIZE);
        return Ok(Reply::redirect(&Location::to_own_page(exchange.issuer(), &again)));
    }
    let Some(parameters) = Parameters::parse(&exchange.incoming.query) else { return Ok(no_way_back(exchange, NoWayBack::Unreadable)?) };
    match exchange.provider.authorize(&parameters, &exchange.visit).await? {
        Authorized::StepUp(sign_in, browser) => {
            let page = Location::to_own_page(exchange.issuer(), &routes::second_factor(&sign_in));
            Ok(Reply::redirect(&page).with_cookie(&exchange.browser_cookie(&browser)))
        }
        Authorized::Answer(location, None) => Ok(Reply::redirect(&location)),
        Authorized::Answer(location, Some(session)) => Ok(Reply::redirect(&location).with_cookie(&exchange.session_cookie(&session))),
        Authorized::SignIn(asked) => Ok(address_page(exchange, &asked, None)?),
        Authorized::NoWayBack(why) => Ok(no_way_back(exchange, why)?),
    }
}

/// The page for a request that can't be answered to its client.
///
/// # Errors
/// A fault where it couldn't be rendered.
pub(super) fn no_way_back<P: Platform>(exchange: &Exchange<'_, P>, why: NoWayBack) -> Result<Reply, Fault> {
    let (kind, detail) = match why {
        NoWayBack::UnknownClient => (ErrorKind::UnknownClient, "client_id is missing, repeated, or not registered"),
        NoWayBack::BadRedirectUri => (ErrorKind::BadRedirectUri, "redirect_uri is missing, repeated, or not registered for this client"),
        NoWayBack::Unreadable => (ErrorKind::BadRequest, "the request can't be read"),
    };
    exchange.error_page(StatusCode::BAD_REQUEST, kind, detail)
}
