//! `application/x-www-form-urlencoded` parameters, from a query or a body. RFC 6749 §3.1 and §3.2: an empty one counts as left out, none may be
//! repeated. Endpoints of our own take them as a JSON object, too.

use crate::values::json;
use serde_json::Value;

/// More parameters than any request of ours needs.
const MOST: usize = 100;
/// The longest query that a redirect of ours has, in bytes: Cloudflare takes URLs of 16 KiB.
const LONGEST_QUERY: usize = 16_000;

/// Decoded parameters in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Decodes a query or a body. `None` where there are over 100 of them.
    #[must_use]
    pub fn parse(encoded: &str) -> Option<Self> {
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(encoded.as_bytes()).take(MOST + 1).map(|(n, v)| (n.into_owned(), v.into_owned())).collect();
        (pairs.len() <= MOST).then_some(Self(pairs))
    }

    /// The members of a JSON object: texts, and lists of texts, which count as separated by spaces. `None` for anything else, or over 100 of them.
    ///
    /// ```
    /// # use nightlatch::oidc::parameters::Parameters;
    /// let read = Parameters::from_json(br#"{"action": "Pay", "factors": ["passkey", "authenticator"]}"#).unwrap();
    /// assert_eq!(read.one("factors"), Some("passkey authenticator"));
    /// assert!(Parameters::from_json(br#"{"action": 1}"#).is_none());
    /// ```
    #[must_use]
    pub fn from_json(body: &[u8]) -> Option<Self> {
        let Ok(Value::Object(members)) = json::read(body) else { return None };
        let text = |value: Value| match value {
            Value::String(text) => Some(text),
            Value::Array(items) => items.iter().map(Value::as_str).collect::<Option<Vec<_>>>().map(|items| items.join(" ")),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
        };
        let pairs = members.into_iter().map(|(name, value)| text(value).map(|text| (name, text))).collect::<Option<Vec<_>>>()?;
        (pairs.len() <= MOST).then_some(Self(pairs))
    }

    /// The first value under the name, unless it is empty.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The same as an owned text.
    #[must_use]
    pub fn owned(&self, name: &str) -> Option<String> {
        self.one(name).map(str::to_owned)
    }

    /// Whether the name stands there, be it without a value: where a form means another thing by leaving a field out.
    #[must_use]
    pub fn is_there(&self, name: &str) -> bool {
        self.0.iter().any(|(own, _)| own == name)
    }

    /// Whether the name stands there more than once.
    #[must_use]
    pub fn is_repeated(&self, name: &str) -> bool {
        self.0.iter().filter(|(own, _)| own == name).count() > 1
    }

    /// Whether any name stands there more than once. Several resources and audiences may be named (RFC 8707 §2, RFC 8693 §2.1);
    /// everything else stands once.
    #[must_use]
    pub fn has_repeats(&self) -> bool {
        self.0.iter().map(|(name, _)| name.as_str()).any(|name| !matches!(name, "resource" | "audience") && self.is_repeated(name))
    }

    /// Whether there is none at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those of these names, encoded again for a redirect from POST to GET, repeats and all. `None` where a URL can't be as long as that.
    #[must_use]
    pub fn to_query(&self, names: &[&str]) -> Option<String> {
        let read = self.0.iter().filter(|(name, _)| names.contains(&name.as_str()));
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(read).finish();
        (query.len() <= LONGEST_QUERY).then_some(query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_parameter_counts_as_left_out() {
        let parameters = Parameters::parse("state=&nonce=n").unwrap();
        assert_eq!(parameters.one("state"), None);
        assert!(parameters.is_there("state") && !parameters.is_there("code"), "but it can be told from one that was");
    }

    #[test]
    fn repeats_are_seen() {
        let parameters = Parameters::parse("a=1&b=2&a=3").unwrap();
        assert!(parameters.has_repeats());
        assert!(parameters.is_repeated("a"));
        assert!(!parameters.is_repeated("b"));
    }

    #[test]
    fn several_resources_hide_no_other_repeat() {
        let has_repeats = |body: &str| Parameters::parse(body).unwrap().has_repeats();
        assert!(!has_repeats("resource=a&resource=b&audience=c&audience=d&code=e"));
        assert!(has_repeats("resource=a&resource=b&code=e&code=f"));
    }

    #[test]
    fn a_query_has_what_is_read_and_its_repeats_and_fits_a_url() {
        let parameters = Parameters::parse("state=a+%26+b&unknown=1&nonce=n&state=c").unwrap();
        assert_eq!(parameters.to_query(&["state", "nonce"]).unwrap(), "state=a+%26+b&nonce=n&state=c");
        assert_eq!(parameters.to_query(&[]).unwrap(), "");
        let of_length = |length: usize| Parameters::parse(&format!("state={}", "s".repeat(length))).unwrap().to_query(&["state"]);
        assert!(of_length(15_994).is_some() && of_length(15_995).is_none());
    }

    #[test]
    fn there_is_a_bound() {
        assert!(Parameters::parse(&"a=1&".repeat(100)).is_some());
        assert!(Parameters::parse(&"a=1&".repeat(101)).is_none());
    }
}
