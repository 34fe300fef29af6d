//! Recovery codes: how many are left, the button that makes new ones, the one page that shows them, and the file.

use ::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use ::http::{HeaderValue, Method, StatusCode};

use super::Account;
use crate::flows::Failure;
use crate::flows::account::recovery_codes::Made;
use crate::http::reply::Reply;
use crate::oidc::parameters::Parameters;
use crate::pages::{MadeCodesPage, RecoveryCodesPage};
use crate::platform::Platform;
use crate::texts::fill;
use crate::values::Timestamp;

/// What the forms' tokens are for.
const MAKE: &str = "make-recovery-codes";
const DOWNLOAD: &str = "download-recovery-codes";

/// Answers `/account/recovery-codes`.
pub(super) async fn answer<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    if !account.exchange.is(&Method::POST) {
        return show(account, account.news(), StatusCode::OK).await;
    }
    if let Some(form) = account.form(DOWNLOAD) {
        return download(account, &form).await;
    }
    match account.form(MAKE) {
        Some(form) => make(account, &form).await,
        None => Ok(account.foreign()?),
    }
}

async fn show<P: Platform>(account: &Account<'_, P>, word: Option<String>, status: StatusCode) -> Result<Reply, Failure> {
    let factors = account.person.factors;
    let (left, made_at) = account.exchange.provider.recovery_codes_left(&account.person.user).await?;
    let page = RecoveryCodesPage {
        look: account.look(),
        left,
        made_at: made_at.map_or(0, Timestamp::seconds),
        help: factors.passkey || factors.authenticator,
        csrf: &account.token(MAKE),
        news: word.as_deref(),
    };
    account.show(status, page.render())
}

async fn make<P: Platform>(account: &Account<'_, P>, form: &Parameters) -> Result<Reply, Failure> {
    if !account.is_fresh() {
        return Ok(account.to_confirm());
    }
    let factors = account.person.factors;
    // Whatever isn't a time voids none.
    let voids: u32 = form.one("voids").and_then(|seconds| seconds.parse().ok()).unwrap_or_default();
    let (whose, visit) = ((&account.person.user, &account.browser), &account.exchange.visit);
    match account.exchange.provider.make_recovery_codes(whose, Timestamp::from_seconds(voids.into()), visit).await? {
        Some((made, told)) => Ok(show_made(account, &made)?.and_then(told)),
        // A reload of the page that showed them; or there is nothing left that they could help, which the page says.
        None => show(account, (factors.passkey || factors.authenticator).then(|| "over".to_owned()), StatusCode::BAD_REQUEST).await,
    }
}

/// The one page that shows codes: the answer to the post that made them.
pub(super) fn show_made<P: Platform>(account: &Account<'_, P>, made: &Made) -> Result<Reply, Failure> {
    let codes: Vec<&str> = made.codes.iter().map(|code| code.as_str()).collect();
    let page = MadeCodesPage { look: account.look(), codes: &codes, sealed: &made.sealed, csrf: &account.token(DOWNLOAD) };
    account.show(StatusCode::OK, page.render())
}

async fn download<P: Platform>(account: &Account<'_, P>, form: &Parameters) -> Result<Reply, Failure> {
    let (provider, visit) = (account.exchange.provider, &account.exchange.visit);
    let sealed = form.one("codes").unwrap_or_default();
    let Some(codes) = provider.opened_recovery_codes(sealed, &account.person.user, &account.browser, visit.now) else {
        return show(account, Some("over".to_owned()), StatusCode::BAD_REQUEST).await;
    };
    let values = [("address", account.person.address.as_str()), ("host", account.exchange.issuer().host())];
    let head = fill(account.look().texts.recovery_file, &values);
    let text = format!("{head}\r\n\r\n{}\r\n", codes.join("\r\n"));
    Ok(Reply::text(text)
        .with(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))
        .with(CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"recovery-codes.txt\""))
        .with(CACHE_CONTROL, HeaderValue::from_static("no-store")))
}
