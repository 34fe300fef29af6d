//! Requests and answers.

pub mod message;
