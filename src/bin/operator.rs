//! The operator's command: one question on standard input, one answer on standard output. The rules are in `nightlatch::operator`.

use std::io::{Read, Write};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use nightlatch::operator::{Chance, answer};
use nightlatch::platform::Fault;
use nightlatch::values::Timestamp;

fn main() -> ExitCode {
    let mut question = String::new();
    if std::io::stdin().read_to_string(&mut question).is_err() {
        return say(r#"{"error":"the question isn't text in UTF-8"}"#, ExitCode::FAILURE);
    }
    let mut random = |buffer: &mut [u8]| getrandom::fill(buffer).map_err(|why| Fault::new(why.to_string()));
    match answer(&question, clock(), &mut Chance::new(&mut random)) {
        Ok(plan) => say(&plan, ExitCode::SUCCESS),
        Err(error) => say(&error, ExitCode::FAILURE),
    }
}

fn say(line: &str, code: ExitCode) -> ExitCode {
    match writeln!(std::io::stdout(), "{line}") {
        Ok(()) => code,
        Err(_) => ExitCode::FAILURE,
    }
}

fn clock() -> Timestamp {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Timestamp::from_seconds(i64::try_from(seconds).unwrap_or_default())
}
