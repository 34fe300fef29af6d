//! The endpoints, one file each.

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
