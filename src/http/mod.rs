//! HTTP: requests into use cases, outcomes into answers. One file an endpoint; cookies, headers and cross-site protection once for all.

pub mod cookies;
pub mod cors;
pub mod cross_site;
pub mod endpoints;
pub mod exchange;
pub mod head;
pub mod message;
pub mod reply;
