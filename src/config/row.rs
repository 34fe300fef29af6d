//! One row of the table of settings, and how its value is read from the environment. Knows no setting by name.

use std::collections::BTreeMap;

use super::kinds::Kind;
use super::{Misconfigured, PREFIX};

/// A name that is at most so many letters away from ours is taken for a slip.
const CLOSE: usize = 4;
/// So much of a wrong value is shown.
const SHOWN: usize = 60;

/// What stands where the operator says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// There is no start without it.
    Required,
    /// Nothing.
    Optional,
    /// This text, read as if the operator had written it.
    Default(&'static str),
}

/// One setting, as the table and its documentation show it.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The name in lower case, without the prefix.
    pub name: &'static str,
    /// What stands where the operator says nothing.
    pub presence: Presence,
    /// What a value looks like, with its unit.
    pub kind: &'static str,
    /// The least and the most: of a number itself, of a text its characters, of a list its items.
    pub range: Option<(i64, i64)>,
    /// What it is for, a line each. For the documentation alone: the deployed module goes without.
    #[cfg(not(target_arch = "wasm32"))]
    pub meaning: &'static [&'static str],
}

/// The variable's name in the environment.
#[must_use]
pub fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_ascii_uppercase())
}

/// Reads the rows one after the other, and keeps what was first wrong.
pub(super) struct Reader<'a> {
    rows: std::slice::Iter<'a, Row>,
    environment: &'a BTreeMap<String, String>,
    problem: Option<Misconfigured>,
}

impl<'a> Reader<'a> {
    pub(super) fn of(rows: &'a [Row], environment: &'a BTreeMap<String, String>) -> Self {
        Self { rows: rows.iter(), environment, problem: None }
    }

    /// The next row's value. The table's fields and rows stand in one order, for one macro makes both.
    pub(super) fn next<T: Kind>(&mut self) -> Option<T> {
        let row = self.rows.next()?;
        match row.read(self.environment) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.problem.get_or_insert(problem);
                None
            }
        }
    }

    /// Why a value is missing.
    pub(super) fn problem(self) -> Misconfigured {
        self.problem.unwrap_or_else(|| Misconfigured::line("the table of settings has too few rows"))
    }
}

impl Row {
    /// The value: what the environment says, else the default. What doesn't hang on its kind stands apart: there are many kinds.
    fn read<T: Kind>(&self, environment: &BTreeMap<String, String>) -> Result<T, Misconfigured> {
        let Some(text) = self.text(environment)? else { return T::absent().ok_or_else(|| self.missing()) };
        let fitting = |value: T| match self.misfit(value.size(), T::SIZE_OF) {
            None => Ok(value),
            Some(reason) => Err(reason),
        };
        T::read(text).and_then(fitting).map_err(|reason| self.wrong(T::IS_SECRET, text, &reason))
    }

    /// The text that is to be read, if there is one.
    fn text<'a>(&self, environment: &'a BTreeMap<String, String>) -> Result<Option<&'a str>, Misconfigured> {
        let default = match self.presence {
            Presence::Required | Presence::Optional => None,
            Presence::Default(text) => Some(text),
        };
        match environment.get(&variable(self.name)).map(String::as_str).or(default).map(str::trim) {
            Some("") => Err(Misconfigured::of(self.name, format!("is empty: {}", self.remedy()))),
            text => Ok(text),
        }
    }

    fn missing(&self) -> Misconfigured {
        Misconfigured::of(self.name, format!("is missing: {}", self.remedy()))
    }

    /// Why a value of this size is refused.
    fn misfit(&self, size: Option<i64>, what: Option<&str>) -> Option<String> {
        let (least, most) = self.range?;
        let is_out = size.is_some_and(|size| size < least || size > most);
        is_out.then(|| format!("must be {}", range_in_words(least, most, what)))
    }

    fn wrong(&self, is_secret: bool, text: &str, reason: &str) -> Misconfigured {
        if is_secret {
            return Misconfigured::of(self.name, reason);
        }
        let mut shown: String = text.chars().take(SHOWN).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        Misconfigured::of(self.name, format!("is \"{shown}\", and {reason}"))
    }

    fn remedy(&self) -> String {
        match self.presence {
            Presence::Required => format!("set it to {}", self.kind),
            Presence::Optional | Presence::Default(_) => format!("set it to {}, or remove it", self.kind),
        }
    }
}

fn range_in_words(least: i64, most: i64, what: Option<&str>) -> String {
    let what = what.map(|what| format!(" {what}")).unwrap_or_default();
    if least == most { format!("{least}{what}") } else { format!("{least} to {most}{what}") }
}

/// Refuses a name with our prefix that the rows don't have: it would be a setting that silently does nothing.
pub(super) fn refuse_unknown(rows: &[Row], environment: &BTreeMap<String, String>) -> Result<(), Misconfigured> {
    let known = |name: &str| rows.iter().any(|row| variable(row.name) == name);
    let Some(unknown) = environment.keys().find(|name| name.starts_with(PREFIX) && !known(name)) else { return Ok(()) };
    let nearest = rows.iter().map(|row| (distance(unknown, &variable(row.name)), row)).min_by_key(|(distance, _)| *distance);
    let shown: String = unknown.chars().take(SHOWN).collect();
    Err(Misconfigured::line(&match nearest {
        Some((distance, row)) if distance <= CLOSE => format!("{shown} is no setting: did you mean {}?", variable(row.name)),
        Some(_) | None => format!("{shown} is no setting: remove it, or look up its name in docs/settings.md"),
    }))
}

/// How many letters must be changed, added or removed to make one text of the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in one.chars().enumerate() {
        let mut next = vec![place + 1];
        for ((diagonal, above), own) in row.iter().zip(row.iter().skip(1)).zip(&other) {
            let left = next.last().copied().unwrap_or_default();
            next.push((diagonal + usize::from(letter != *own)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
