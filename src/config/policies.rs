//! Policies: an ordered list of rules that say which proofs a sign-in needs, read once from JSON. What a rule comes to in one case is decided in
//! `flows::policy`; here is only what can be written. No script: every condition has a name, and all of a rule's conditions must hold.

use std::fmt;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::kinds::Kind;
use crate::values::{ClientId, Country, Network, json};

/// The longest name of a rule, in characters.
const LONGEST_NAME: usize = 60;

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRule {
    /// Its name, for the log and for whoever reads the settings.
    pub name: String,
    /// When it applies: always, where nothing is said.
    #[serde(default)]
    pub when: PolicyConditions,
    /// What follows.
    pub then: PolicyResult,
}

/// The conditions of a rule: those that are there must all hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyConditions {
    /// One of these clients asks.
    pub clients: Option<AtLeastOne<ClientId>>,
    /// One of these scopes is granted.
    pub scopes: Option<AtLeastOne<String>>,
    /// The browser has (not) signed in this address before.
    pub new_browser: Option<bool>,
    /// The request comes from one of these countries.
    pub countries: Option<AtLeastOne<Country>>,
    /// It comes from none of these countries, or nobody knows from where.
    pub not_countries: Option<AtLeastOne<Country>>,
    /// It comes from one of these networks.
    pub networks: Option<AtLeastOne<Network>>,
    /// The person has proven who they are longer ago than so many seconds.
    pub last_proof_older_than: Option<u32>,
    /// The person has each of these.
    pub has: Option<AtLeastOne<PolicyFactor>>,
    /// The person has none of these.
    pub lacks: Option<AtLeastOne<PolicyFactor>>,
}

impl PolicyConditions {
    /// What no request can be.
    fn contradiction(&self) -> Option<&'static str> {
        let had = |lacked: &PolicyFactor| self.has.iter().any(|has| has.contains(lacked));
        let excluded = |country: &Country| self.not_countries.iter().any(|not| not.contains(country));
        if self.lacks.iter().flat_map(AtLeastOne::iter).any(had) {
            return Some("nobody both has and lacks a factor");
        }
        self.countries.as_ref().filter(|countries| countries.iter().all(excluded)).map(|_| "all of its countries are among its not_countries")
    }
}

/// What a rule comes to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyResult {
    /// One proof is enough, as far as we are asked; a client may ask for more.
    Allow,
    /// Nobody signs in.
    Block,
    /// One of these is asked for beside the first proof, or has been the first proof.
    Challenge(AtLeastOne<PolicyChallenge>),
}

/// What a person may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyFactor {
    /// A passkey.
    Passkey,
    /// An authenticator app.
    Authenticator,
    /// An unused recovery code.
    RecoveryCode,
    /// A password.
    Password,
}

/// What may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyChallenge {
    /// A passkey.
    Passkey,
    /// An authenticator app's code.
    Authenticator,
    /// A recovery code.
    RecoveryCode,
}

/// A list with something in it: an empty one could mean everything or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<T>")]
pub struct AtLeastOne<T>(Vec<T>);

impl<T> TryFrom<Vec<T>> for AtLeastOne<T> {
    type Error = &'static str;

    fn try_from(list: Vec<T>) -> Result<Self, Self::Error> {
        if list.is_empty() { Err("a list is empty: fill it, or leave it out") } else { Ok(Self(list)) }
    }
}

impl<T> AtLeastOne<T> {
    /// What is in it.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }
}

impl<T: PartialEq> AtLeastOne<T> {
    /// Whether this is in it.
    pub fn contains(&self, item: &T) -> bool {
        self.0.contains(item)
    }
}

impl Kind for Vec<PolicyRule> {
    const LOOK: &'static str = r#"a JSON array of rules such as [{"name": "no bots", "when": {"networks": ["203.0.113.0/24"]}, "then": "block"}]"#;
    const SIZE_OF: Option<&'static str> = Some("rules");

    fn read(text: &str) -> Result<Self, String> {
        let values: Vec<Value> = json::read(text.as_bytes()).map_err(|_| format!("must be {}", Self::LOOK))?;
        let wrong = |place: usize, why: &str| {
            let name = values.get(place).and_then(|value| value.get("name")?.as_str()).unwrap_or("without a name");
            format!("its rule {} (\"{}\") is wrong: {why}", place + 1, shortened(name))
        };
        // From the text itself: a value has forgotten what stood there twice.
        let written = json::read::<Written>(text.as_bytes()).map_err(|why| {
            let why = why.to_string();
            let (place, why) = why.split_once(' ').unwrap_or(("", &why));
            wrong(place.parse().unwrap_or_default(), &shortened(why.split(" at line ").next().unwrap_or(why)))
        })?;
        let mut rules = Self::new();
        for (place, rule) in written.0.into_iter().enumerate() {
            check(&rule, &rules).map_err(|why| wrong(place, &why))?;
            rules.push(rule);
        }
        Ok(rules)
    }

    fn size(&self) -> Option<i64> {
        i64::try_from(self.len()).ok()
    }
}

/// Rules as they are written. What is wrong with one begins with its place.
struct Written(Vec<PolicyRule>);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Written;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of rules")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Written, A::Error> {
        let mut rules = Vec::new();
        while let Some(rule) = seq.next_element().map_err(|why| A::Error::custom(format_args!("{} {why}", rules.len())))? {
            rules.push(rule);
        }
        Ok(Written(rules))
    }
}

/// A rule that takes nothing but a passkey.
pub(super) fn asks_for_passkey_alone(rules: &[PolicyRule]) -> Option<&PolicyRule> {
    let alone =
        |rule: &&PolicyRule| matches!(&rule.then, PolicyResult::Challenge(named) if named.iter().all(|named| *named == PolicyChallenge::Passkey));
    rules.iter().find(alone)
}

fn check(rule: &PolicyRule, before: &[PolicyRule]) -> Result<(), String> {
    if rule.name.is_empty() || rule.name.chars().count() > LONGEST_NAME || rule.name.chars().any(char::is_control) {
        return Err(format!("its name must have 1 to {LONGEST_NAME} characters"));
    }
    if before.iter().any(|other| other.name == rule.name) {
        return Err("another rule has the same name".to_owned());
    }
    if let Some(why) = rule.when.contradiction() {
        return Err(format!("it never applies: {why}"));
    }
    if let Some(always) = before.iter().find(|other| other.when == PolicyConditions::default()) {
        return Err(format!("it is never reached, for \"{}\" before it always applies", always.name));
    }
    Ok(())
}

/// One line of a bounded length: it may repeat what the operator wrote.
fn shortened(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(160).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<PolicyRule>, String> {
        Vec::<PolicyRule>::read(text)
    }

    #[test]
    fn every_condition_and_every_result_can_be_written() {
        let rules = read(
            r#"[
                {"name": "office", "when": {"networks": ["203.0.113.0/24", "2001:db8::/32"], "new_browser": false}, "then": "allow"},
                {"name": "abroad", "when": {"not_countries": ["DE", "AT"], "countries": ["CH"]}, "then": "block"},
                {"name": "bank", "when": {"clients": ["bank"], "scopes": ["payments"], "last_proof_older_than": 600, "has": ["passkey", "password"],
                 "lacks": ["authenticator", "recovery_code"]}, "then": {"challenge": ["passkey", "authenticator", "recovery_code"]}},
                {"name": "everybody else", "then": {"challenge": ["passkey"]}}
            ]"#,
        );
        let rules = rules.unwrap();
        assert_eq!(rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>(), ["office", "abroad", "bank", "everybody else"]);
        assert_eq!(rules[2].when.last_proof_older_than, Some(600));
        assert_eq!(rules[1].then, PolicyResult::Block);
        assert_eq!(read("[]"), Ok(Vec::new()));
    }

    #[test]
    fn a_wrong_rule_is_named_and_so_is_what_is_wrong_with_it() {
        for (rule, named) in [
            (r#"{"name": "a", "when": {"client": ["x"]}, "then": "block"}"#, "client"),
            (r#"{"name": "a", "when": {"clients": []}, "then": "block"}"#, "empty"),
            (r#"{"name": "a", "when": {"countries": ["Germany"]}, "then": "block"}"#, "DE"),
            (r#"{"name": "a", "when": {"countries": ["UK"]}, "then": "block"}"#, "GB"),
            (r#"{"name": "a", "when": {"networks": ["203.0.113.1/24"]}, "then": "block"}"#, "203.0.113.0/24"),
            (r#"{"name": "a", "when": {"last_proof_older_than": -1}, "then": "block"}"#, "-1"),
            (r#"{"name": "a", "when": {"has": ["fingerprint"]}, "then": "block"}"#, "fingerprint"),
            (r#"{"name": "a", "then": "deny"}"#, "deny"),
            (r#"{"name": "a", "then": {"challenge": []}}"#, "empty"),
            (r#"{"name": "a", "then": {"challenge": ["password"]}}"#, "password"),
            (r#"{"name": "a"}"#, "then"),
            (r#"{"name": "a", "when": {"networks": ["203.0.113.0/24"]}, "when": {"new_browser": true}, "then": "block"}"#, "duplicate field `when`"),
            (r#"{"name": "a", "when": {"countries": ["DE"], "countries": ["AT"]}, "then": "block"}"#, "duplicate field `countries`"),
            (r#"{"name": "a", "when": {"has": ["passkey", "password"], "lacks": ["password"]}, "then": "block"}"#, "has and lacks"),
            (r#"{"name": "a", "when": {"countries": ["DE"], "not_countries": ["AT", "DE"]}, "then": "block"}"#, "not_countries"),
            (r#"{"name": "", "then": "block"}"#, "characters"),
        ] {
            let why = read(&format!(r#"[{{"name": "first", "when": {{"new_browser": true}}, "then": "allow"}}, {rule}]"#)).unwrap_err();
            assert!(why.starts_with("its rule 2 (\"") && why.contains(named), "{rule}: {why}");
        }
        assert!(read(r#"[{"then": "block"}]"#).unwrap_err().contains("name"));
        assert!(read("{}").unwrap_err().starts_with("must be a JSON array"));
    }

    #[test]
    fn two_rules_of_one_name_and_a_rule_that_is_never_reached_are_slips() {
        let twice = r#"[{"name": "a", "when": {"new_browser": true}, "then": "allow"}, {"name": "a", "then": "block"}]"#;
        assert!(read(twice).unwrap_err().contains("same name"));
        let unreached = r#"[{"name": "all", "then": "allow"}, {"name": "b", "when": {"new_browser": true}, "then": "block"}]"#;
        assert!(read(unreached).unwrap_err().contains("never reached"));
    }
}
