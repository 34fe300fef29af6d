//! The operator's commands: each is a question in JSON and an answer in JSON, a plan that others carry out on D1 and KV.
//!
//! It validates by the Worker's own rules and never touches the state itself: it asks for rows, then says which statements to run as one
//! transaction and which KV keys to write, so that the same command works on local state and on a deployed one.

mod clients;
mod import;
mod keys;
mod protocol;
mod users;

use serde_json::json;

pub use protocol::{Answer, Chance, Plan, Question, Refused};

use crate::values::Timestamp;

/// Answers one question, both as JSON texts; `Err` holds the answer that only says what is wrong.
///
/// # Errors
/// `{"error": "one line"}`.
pub fn answer(question: &str, clock: Timestamp, chance: &mut Chance<'_>) -> Result<String, String> {
    Question::parse(question, clock)
        .and_then(|question| carry_out(&question, chance))
        .map(|answer| answer.to_json().to_string())
        .map_err(|refused| json!({"error": refused.to_string()}).to_string())
}

fn carry_out(question: &Question, chance: &mut Chance<'_>) -> Result<Answer, Refused> {
    match question.command.as_str() {
        "config.check" => check_config(question),
        "clients.load" => clients::load(question),
        "clients.add" => clients::add(question, chance),
        "clients.update" => clients::update(question, chance),
        "clients.rotate-secret" => clients::rotate_secret(question, chance),
        "clients.remove" => clients::remove(question),
        "clients.list" => clients::list(question),
        "users.invite" => users::invite(question, chance),
        "users.import" => import::import(question, chance),
        "users.list" => users::list(question),
        "users.disable" => users::disable(question),
        "users.enable" => users::enable(question),
        "users.delete" => users::delete(question),
        "keys.add" => keys::add(question, chance),
        "keys.rotate" => keys::rotate(question, chance),
        "keys.revoke" => keys::revoke(question),
        "keys.reseal" => keys::reseal(question, chance),
        "keys.list" => keys::list(question),
        unknown => Err(Refused::new(format!("there is no command \"{unknown}\""))),
    }
}

fn check_config(question: &Question) -> Result<Answer, Refused> {
    let config = question.config()?;
    Ok(Plan::show(json!({"issuer": config.settings.issuer.as_str()})).into())
}

#[cfg(test)]
mod tests;
