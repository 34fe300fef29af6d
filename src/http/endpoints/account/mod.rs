//! The account's pages. Each is seen by the person of a living session alone; every post comes from our own page and carries the token of its action.

mod activity;
mod addresses;
mod apps;
mod authenticators;
mod browsers;
pub mod confirm;
pub mod delete;
mod export;
mod overview;
mod passkeys;
mod password;
mod phones;
mod profile;
mod recovery_codes;
mod sessions;

use ::http::{Method, StatusCode};
use serde_json::json;

use super::Answering;
use super::sign_in_code::{not_from_here, whole};
use crate::flows::Failure;
use crate::flows::sign_in::Claimed;
use crate::http::exchange::Exchange;
use crate::http::reply::Reply;
use crate::oidc::authorization_response::Location;
use crate::oidc::parameters::Parameters;
use crate::pages::{ErrorKind, Look, Page};
use crate::platform::{Fault, Platform};
use crate::routes::AccountPage;
use crate::store::account::AccountPerson;
use crate::values::{BrowserId, Timestamp};

/// Answers a page of the account.
///
/// # Errors
/// A fault where something broke.
pub async fn answer<P: Platform>(page: AccountPage, exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let Some(person) = exchange.provider.account_person(&exchange.visit).await? else { return Ok(to_confirm(exchange, page)) };
    if exchange.provider.keeps_out(&person, &exchange.visit) {
        return Ok(not_from_here(exchange)?);
    }
    let account = Account { exchange, browser: exchange.provider.browser(&exchange.visit)?, person, page };
    if account.may_change_much()
        && let Some(until) = exchange.provider.count_change(&account.person.user, page, &exchange.visit).await?
    {
        return Ok(too_many(exchange, until)?);
    }
    let answering: Answering<'_> = match page {
        AccountPage::Overview => Box::pin(overview::answer(&account)),
        AccountPage::Authenticators => Box::pin(authenticators::answer(&account)),
        AccountPage::AddAuthenticator => Box::pin(authenticators::answer_new(&account)),
        AccountPage::RecoveryCodes => Box::pin(recovery_codes::answer(&account)),
        AccountPage::Browsers => Box::pin(browsers::answer(&account)),
        AccountPage::Password => Box::pin(password::answer(&account)),
        AccountPage::Profile => Box::pin(profile::answer(&account)),
        AccountPage::Addresses => Box::pin(addresses::answer(&account)),
        AccountPage::Phones => Box::pin(phones::answer(&account)),
        AccountPage::Apps => Box::pin(apps::answer(&account)),
        AccountPage::Activity => Box::pin(activity::answer(&account)),
        AccountPage::Export => Box::pin(export::answer(&account)),
        AccountPage::Delete => Box::pin(delete::answer(&account)),
        AccountPage::Passkeys => Box::pin(passkeys::answer(&account)),
        AccountPage::Sessions => Box::pin(sessions::answer(&account)),
    };
    answering.await
}

/// A visit of a person to a page of their account.
pub(in crate::http::endpoints) struct Account<'a, P: Platform> {
    pub(in crate::http::endpoints) exchange: &'a Exchange<'a, P>,
    pub(in crate::http::endpoints) browser: BrowserId,
    pub(in crate::http::endpoints) person: AccountPerson,
    pub(in crate::http::endpoints) page: AccountPage,
}

impl<P: Platform> Account<'_, P> {
    /// Whether the person may change an address or a factor now; else `to_confirm` is the answer.
    pub(in crate::http::endpoints) fn is_fresh(&self) -> bool {
        self.exchange.provider.is_fresh(&self.person, self.exchange.visit.now)
    }

    /// Whether this is a form that may add to what is mailed and kept. What only ever makes the account safer is never counted, nor what is refused for
    /// want of a fresh proof: whoever sits before a session that was left open keeps its owner from nothing.
    fn may_change_much(&self) -> bool {
        let counts = match self.page {
            AccountPage::Profile => true,
            AccountPage::Addresses
            | AccountPage::Phones
            | AccountPage::Passkeys
            | AccountPage::Authenticators
            | AccountPage::AddAuthenticator
            | AccountPage::RecoveryCodes
            | AccountPage::Password
            | AccountPage::Delete => self.is_fresh(),
            AccountPage::Overview
            | AccountPage::Sessions
            | AccountPage::Apps
            | AccountPage::Browsers
            | AccountPage::Activity
            | AccountPage::Export => false,
        };
        counts && self.exchange.is(&Method::POST) && self.exchange.own_form().is_some()
    }

    /// Whether they have shown anything lately: enough to sign out somewhere else; else `to_confirm` is the answer.
    pub(in crate::http::endpoints) fn is_recent(&self) -> bool {
        self.exchange.provider.is_recent(&self.person, self.exchange.visit.now)
    }

    /// To where the person shows once more who they are, and back to this page.
    pub(in crate::http::endpoints) fn to_confirm(&self) -> Reply {
        to_confirm(self.exchange, self.page)
    }

    /// How the page looks.
    pub(in crate::http::endpoints) fn look(&self) -> Look<'_> {
        self.exchange.look("")
    }

    /// The token of a form: for this browser, this session and this action alone.
    pub(in crate::http::endpoints) fn token(&self, action: &str) -> String {
        self.exchange.provider.form_token(&self.browser, &self.bound(action))
    }

    /// The form of that action, if one of our own pages has posted it for this session; else `foreign` is the answer.
    pub(in crate::http::endpoints) fn form(&self, action: &str) -> Option<Parameters> {
        let exchange = self.exchange;
        let is_ours =
            |form: &Parameters| exchange.provider.accepts_form_token(&exchange.visit, &self.bound(action), form.one("csrf").unwrap_or_default());
        exchange.own_form().filter(is_ours)
    }

    /// The answer to a form that isn't ours.
    pub(in crate::http::endpoints) fn foreign(&self) -> Result<Reply, Fault> {
        self.exchange.error_page(StatusCode::FORBIDDEN, ErrorKind::ForeignForm, "the form was not posted from this site's own page")
    }

    /// The page, with the cookies that a visit renews.
    pub(in crate::http::endpoints) fn show(&self, status: StatusCode, page: Result<Page, Fault>) -> Result<Reply, Failure> {
        Ok(self.visited(self.exchange.page(status, page)?))
    }

    /// After a post: to this page by GET, which tells the news of that word.
    pub(in crate::http::endpoints) fn done(&self, word: &str) -> Reply {
        self.visited(Reply::redirect(&Location::to_own_page(self.exchange.issuer(), &self.page.done(word))))
    }

    /// The word of the news that this page is to tell.
    pub(in crate::http::endpoints) fn news(&self) -> Option<String> {
        self.exchange.query().owned("done")
    }

    fn visited(&self, reply: Reply) -> Reply {
        let exchange = self.exchange;
        reply.with_cookie(&exchange.browser_cookie(&self.browser)).with_cookie(&exchange.session_cookie(&self.person.session))
    }

    fn bound(&self, action: &str) -> String {
        format!("account {action} {}", self.person.session)
    }
}

/// After the right code: back to the page where the address or number stands, and the person's addresses are told.
pub(in crate::http::endpoints) async fn claimed<P: Platform>(exchange: &Exchange<'_, P>, claimed: &Claimed) -> Reply {
    let told = exchange.provider.notify_claimed(claimed, &exchange.visit).await;
    Reply::redirect(&Location::to_own_page(exchange.issuer(), &claimed.page.done("added"))).and_then(told)
}

/// The answer to one change more than an account may have.
fn too_many<P: Platform>(exchange: &Exchange<'_, P>, until: Timestamp) -> Result<Reply, Fault> {
    let (status, wait) = (StatusCode::TOO_MANY_REQUESTS, exchange.until(until));
    let reply = if exchange.prefers_json() {
        let description = "too many changes of one account";
        Reply::json(status, &json!({"error": "too_many_requests", "error_description": description, "blocked_until": until.rfc3339()}))
    } else {
        exchange.error_page(status, ErrorKind::TooManyChanges { seconds: whole(wait) }, "")?
    };
    Ok(reply.retry_after(wait))
}

fn to_confirm<P: Platform>(exchange: &Exchange<'_, P>, page: AccountPage) -> Reply {
    Reply::redirect(&Location::to_own_page(exchange.issuer(), &page.confirm()))
}
