//! Where the person is signed in, and the buttons that end it there.

use ::http::{Method, StatusCode};

use super::Account;
use crate::flows::Failure;
use crate::http::reply::Reply;
use crate::pages::{SessionsPage, ShownSession};
use crate::platform::Platform;
use crate::values::SessionId;

/// What the forms' token is for.
const END: &str = "end-session";

/// Answers `/account/sessions`.
pub(super) async fn answer<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    if account.exchange.is(&Method::POST) { end(account).await } else { show(account).await }
}

async fn show<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let (provider, visit) = (account.exchange.provider, &account.exchange.visit);
    let listed = provider.sessions_of(&account.person.user, visit.now).await?;
    let sessions: Vec<ShownSession<'_>> = listed
        .iter()
        .map(|session| ShownSession {
            id: session.id.as_str(),
            user_agent: &session.user_agent,
            place: &session.place,
            since: session.created_at,
            proof: &session.proof,
            is_here: session.id == account.person.session,
        })
        .collect();
    let (csrf, news) = (account.token(END), account.news());
    let page = SessionsPage { look: account.look(), sessions: &sessions, csrf: &csrf, news: news.as_deref() };
    account.show(StatusCode::OK, page.render())
}

async fn end<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let Some(form) = account.form(END) else { return Ok(account.foreign()?) };
    if !account.is_recent() {
        return Ok(account.to_confirm());
    }
    let (provider, visit) = (account.exchange.provider, &account.exchange.visit);
    match form.one("session").and_then(SessionId::parse) {
        Some(session) => {
            provider.end_own_session(&account.person, &session, visit).await?;
            Ok(account.done("ended"))
        }
        // No form of ours names what is no session.
        None if form.is_there("session") => Ok(account.foreign()?),
        None => {
            provider.end_other_sessions(&account.person, visit).await?;
            Ok(account.done("others"))
        }
    }
}
