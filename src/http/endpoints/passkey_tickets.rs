//! Adding a passkey from a client's own site: the ticket, the options and the passkey as JSON,
//! and the page of ours for sites whose origin doesn't fit.

use ::http::header::ORIGIN;
use ::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::passkeys::Written;
use super::sign_in_code::{foreign, not_from_here, over};
use super::sign_in_passkey::shown;
use crate::flows::Failure;
use crate::flows::passkeys::{Name, Ticket};
use crate::http::cors;
use crate::http::exchange::{Exchange, display};
use crate::http::reply::Reply;
use crate::oidc::authorization_response::Location;
use crate::oidc::client::Client;
use crate::oidc::error::{ErrorCode, Refusal};
use crate::pages::PasskeyForClientPage;
use crate::platform::Platform;
use crate::routes;
use crate::values::json;

/// What the form's token of our page is for.
const ACTION: &str = "passkey-by-ticket";

/// Answers `/passkeys/ticket`.
///
/// # Errors
/// A refusal or a fault.
pub async fn ticket<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    if exchange.is(&Method::OPTIONS) {
        return Ok(cors::preflight(exchange.incoming));
    }
    let token = exchange.incoming.bearer_token().ok_or(Refusal::invalid_token())?;
    // Whose pages may read the answer, a refusal too.
    let claims = exchange.provider.signed_access_token(token, exchange.visit.now).await?;
    let client = match claims {
        Some(claims) => exchange.provider.client(&claims.client_id, exchange.visit.now).await?,
        None => None,
    };
    let reply = issue(exchange, token).await.unwrap_or_else(|failure| exchange.failed(&failure));
    Ok(cors::for_client(reply, client.as_deref(), exchange.incoming))
}

async fn issue<P: Platform>(exchange: &Exchange<'_, P>, token: &str) -> Result<Reply, Failure> {
    let provider = exchange.provider;
    if provider.config.relying_party.is_none() {
        return Err(Refusal::invalid_request("there are no passkeys here").into());
    }
    let asked = json_body(exchange)?;
    let issued = provider.issue_passkey_ticket(token, text(&asked, "return_to")?, &exchange.visit).await?;
    let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("ticket", &issued.ticket).finish();
    let answer = json!({
        "ticket": issued.ticket,
        "expires_in": provider.config.settings.passkey_ticket_lifetime.count(),
        "url": exchange.issuer().url(&format!("{}?{query}", routes::PASSKEY_NEW)),
        "origins": provider.passkey_origins_of(&issued.client),
    });
    Ok(Reply::json(StatusCode::OK, &answer))
}

/// Answers `/passkeys/options`.
///
/// # Errors
/// A refusal or a fault.
pub async fn options<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    if exchange.is(&Method::OPTIONS) {
        return Ok(cors::preflight(exchange.incoming));
    }
    let (_, ticket, client) = opened(exchange).await?;
    let reply = ceremony_of(exchange, &ticket).await.unwrap_or_else(|failure| exchange.failed(&failure));
    Ok(cors::for_client(reply, Some(&client), exchange.incoming))
}

async fn ceremony_of<P: Platform>(exchange: &Exchange<'_, P>, ticket: &Ticket) -> Result<Reply, Failure> {
    exchange.provider.admit_ticket(ticket, &exchange.visit).await?;
    let ceremony = exchange.provider.ticket_ceremony(ticket).await?.ok_or(Refusal::invalid_request("there are no passkeys here"))?;
    Ok(Reply::json(StatusCode::OK, &ceremony.options))
}

/// Answers `/passkeys`.
///
/// # Errors
/// A refusal or a fault.
pub async fn add<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    if exchange.is(&Method::OPTIONS) {
        return Ok(cors::preflight(exchange.incoming));
    }
    let (body, ticket, client) = opened(exchange).await?;
    let reply = kept(exchange, &body, &ticket, &client).await.unwrap_or_else(|failure| exchange.failed(&failure));
    Ok(cors::for_client(reply, Some(&client), exchange.incoming))
}

async fn kept<P: Platform>(exchange: &Exchange<'_, P>, body: &Value, ticket: &Ticket, client: &Client) -> Result<Reply, Failure> {
    exchange.provider.admit_ticket(ticket, &exchange.visit).await?;
    let name = match text(body, "name")? {
        Some(name) => Some(Name::parse(name).ok_or(Refusal::invalid_request("the name must be 1 to 60 characters in one line"))?),
        None => None,
    };
    let credential = body.get("credential").filter(|credential| credential.is_object()).map(Value::to_string).unwrap_or_default();
    let (added, told) = exchange.provider.add_passkey_by_ticket(ticket, client, (&credential, name), &exchange.visit).await?;
    Ok(Reply::json(StatusCode::CREATED, &json!({"id": added.id, "name": added.name.as_str()})).and_then(told))
}

/// The body with its ticket, where the page that posts it may use our passkeys.
async fn opened<P: Platform>(exchange: &Exchange<'_, P>) -> Result<(Value, Ticket, std::rc::Rc<Client>), Failure> {
    let body = json_body(exchange)?;
    let (ticket, client) = exchange.provider.open_passkey_ticket(text(&body, "ticket")?.unwrap_or_default(), exchange.visit.now).await?;
    let origin = exchange.incoming.header(ORIGIN).unwrap_or_default();
    if !exchange.provider.passkey_origins_of(&client).iter().any(|fits| fits == origin) {
        return Err(Refusal::new(ErrorCode::AccessDenied, "pages of this origin can't use these passkeys: open the ticket's url instead").into());
    }
    Ok((body, ticket, client))
}

/// Answers `/passkeys/new`: our own page, for the person whose ticket it is and who is signed in here.
///
/// # Errors
/// A fault where something broke.
pub async fn page<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let form = if exchange.is(&Method::POST) { exchange.own_form() } else { Some(exchange.query()) };
    let Some(form) = form else { return Ok(foreign(exchange)?) };
    let sealed = form.one("ticket").unwrap_or_default();
    let Ok((ticket, client)) = exchange.provider.open_passkey_ticket(sealed, exchange.visit.now).await else { return Ok(over(exchange)?) };
    // A ticket in somebody else's browser would put a stranger's passkey among theirs.
    let person = exchange.provider.account_person(&exchange.visit).await?.filter(|person| person.user == *ticket.user());
    let Some(person) = person else { return Ok(over(exchange)?) };
    if exchange.provider.keeps_out(&person, &exchange.visit) {
        return Ok(not_from_here(exchange)?);
    }
    if !exchange.is(&Method::POST) {
        return shown_page(exchange, (sealed, &ticket), &client, StatusCode::OK).await;
    }
    if !exchange.provider.accepts_form_token(&exchange.visit, ACTION, form.one("csrf").unwrap_or_default()) {
        return Ok(foreign(exchange)?);
    }
    match exchange.provider.add_passkey_by_ticket(&ticket, &client, (shown(&form).credential, None), &exchange.visit).await {
        Ok((_, told)) => Ok(Reply::redirect(&way_back(exchange, &ticket, &client)).and_then(told)),
        Err(Failure::Refused(_)) => shown_page(exchange, (sealed, &ticket), &client, StatusCode::BAD_REQUEST).await,
        Err(failure) => Err(failure),
    }
}

async fn shown_page<P: Platform>(
    exchange: &Exchange<'_, P>,
    whose: (&str, &Ticket),
    client: &std::rc::Rc<Client>,
    status: StatusCode,
) -> Result<Reply, Failure> {
    let (sealed, ticket) = whose;
    let Some(ceremony) = exchange.provider.ticket_ceremony(ticket).await? else { return Ok(over(exchange)?) };
    let browser = exchange.provider.browser(&exchange.visit)?;
    let (name, asker, written) = (client.shown_name(), Some(std::rc::Rc::clone(client)), Written::of(ceremony));
    let (back, csrf) = (way_back(exchange, ticket, client), exchange.provider.form_token(&browser, ACTION));
    let view = PasskeyForClientPage {
        look: exchange.look(""),
        client: display(&asker, &name),
        name: &name,
        ticket: sealed,
        csrf: &csrf,
        passkey: written.asked(),
        back: back.as_str(),
        failed: status != StatusCode::OK,
    };
    Ok(exchange.page(status, view.render())?.with_cookie(&exchange.browser_cookie(&browser)))
}

/// To the client's page that the ticket names, if it is still registered; else to our own.
fn way_back<P: Platform>(exchange: &Exchange<'_, P>, ticket: &Ticket, client: &Client) -> Location {
    let registered = ticket.return_to().and_then(|asked| client.redirect_uris.iter().find(|uri| uri.as_str() == asked));
    registered.map_or_else(|| Location::to_own_page(exchange.issuer(), routes::HOME), Location::to_registered)
}

fn json_body<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Value, Refusal> {
    if !exchange.incoming.is_of_type("application/json") {
        return Err(Refusal::invalid_request("the body must be application/json"));
    }
    let body: Value = json::read(exchange.body()?).map_err(|_| Refusal::invalid_request("the body isn't JSON"))?;
    if body.is_object() { Ok(body) } else { Err(Refusal::invalid_request("the body isn't a JSON object")) }
}

/// A member that is a text, if it is there.
fn text<'a>(body: &'a Value, name: &str) -> Result<Option<&'a str>, Refusal> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            Err(Refusal::invalid_request("a member isn't the text that it should be"))
        }
    }
}
