//! The endpoints, one file each.

use std::pin::Pin;

use super::reply::Reply;
use crate::flows::Failure;

/// What an endpoint is about to answer: a future of its own on the heap, and so a function of its own in the module. Written into one, all of them
/// became a function of a quarter of a megabyte, which each fresh isolate had to compile before its first answer.
pub(crate) type Answering<'a> = Pin<Box<dyn Future<Output = Result<Reply, Failure>> + 'a>>;

pub mod account;
pub mod authorize;
pub mod challenge;
pub mod challenges;
pub mod home;
pub mod introspect;
pub mod logout;
pub mod mailbox;
pub mod metadata;
pub mod passkey_tickets;
pub mod passkeys;
pub mod revoke;
pub mod sign_in;
pub mod sign_in_code;
pub mod sign_in_new_password;
pub mod sign_in_passkey;
pub mod sign_in_password;
pub mod sign_in_second;
pub mod token;
pub mod userinfo;
