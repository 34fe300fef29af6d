//! The protocol itself, pure: what a request must be, what an answer is made of. One file a concept; nothing here stores, signs or waits.

pub mod authorization_request;
pub mod authorization_response;
pub mod claims;
pub mod client;
pub mod client_authentication;
pub mod discovery;
pub mod error;
pub mod logout_request;
pub mod parameters;
pub mod pkce;
pub mod profile;
pub mod proof;
pub mod token_request;
