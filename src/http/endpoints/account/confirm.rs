//! Where a person shows who they are on the way to a page of their account: the sign-in page, with their address filled in.

use crate::flows::Failure;
use crate::http::endpoints::sign_in::ask;
use crate::http::exchange::Exchange;
use crate::http::reply::Reply;
use crate::oidc::authorization_response::Location;
use crate::platform::Platform;
use crate::routes::AccountPage;

/// Answers `/account/confirm`. Whoever has just shown it goes on at once.
///
/// # Errors
/// A fault where something broke.
pub async fn answer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let (provider, visit) = (exchange.provider, &exchange.visit);
    let page = exchange.query().one("to").and_then(AccountPage::of_path).unwrap_or(AccountPage::Overview);
    let person = provider.account_person(visit).await?;
    if person.as_ref().is_some_and(|person| provider.is_fresh(person, visit.now)) {
        return Ok(Reply::redirect(&Location::to_own_page(exchange.issuer(), page.path())));
    }
    let (user, address) = person.map(|person| (person.user, person.address)).unzip();
    let interaction = provider.account_sign_in(page, user, visit.now);
    Ok(ask(exchange, &interaction, address.unwrap_or_default(), None).await?)
}
