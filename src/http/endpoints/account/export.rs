//! Everything that is stored of the person, as a file.

use ::http::header::CONTENT_DISPOSITION;
use ::http::{HeaderValue, StatusCode};

use super::Account;
use crate::flows::Failure;
use crate::http::reply::Reply;
use crate::platform::{Fault, Platform};
use crate::values::json;

/// Answers `/account/export`.
pub(super) async fn answer<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let text = account.exchange.provider.export(&account.person).await?;
    let document: serde_json::Value = json::read(text.as_bytes()).map_err(|_| Fault::new("an export isn't JSON"))?;
    let reply = Reply::json(StatusCode::OK, &document);
    Ok(reply.with(CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"account.json\"")))
}
