//! What tokens and userinfo say. OpenID Connect Core §2 and §5.4, RFC 9068 §2.2, RFC 7662 §2.2.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::proof::Proof;
use crate::values::{ClientId, GrantId, Issuer, Scope, Seconds, SessionId, Timestamp, UserId, base64url};

/// A person as tokens and userinfo speak of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// `sub`.
    pub id: UserId,
    /// The primary address in its proven form, and whether it is verified.
    pub email: Option<(String, bool)>,
    /// The phone number that was proven last; one that wasn't proven nobody has.
    pub phone: Option<String>,
    /// Standard claims of the scope `profile`.
    pub profile: Map<String, Value>,
    /// `locale`.
    pub locale: Option<String>,
    /// `updated_at`.
    pub updated_at: Timestamp,
}

/// The claims of the scope `profile` that a profile may hold (OpenID Connect Core §5.4); nothing else leaves by it.
pub(super) const PROFILE_CLAIMS: &[&str] = &[
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
];

/// The scope that releases a phone number, where there are any (OpenID Connect Core §5.4).
pub const PHONE: &str = "phone";
/// Its claims: the number in the form of E.164, and whether it is verified (§5.1).
pub const PHONE_CLAIMS: [&str; 2] = ["phone_number", "phone_number_verified"];

impl Person {
    /// What the scopes release (OpenID Connect Core §5.4).
    #[must_use]
    pub fn released_by(&self, scope: &Scope) -> Map<String, Value> {
        let mut claims = Map::new();
        claims.insert("sub".to_owned(), json!(self.id));
        if scope.contains("profile") {
            claims.extend(
                self.profile.iter().filter(|(name, _)| PROFILE_CLAIMS.contains(&name.as_str())).map(|(name, value)| (name.clone(), value.clone())),
            );
            claims.extend(self.locale.iter().map(|locale| ("locale".to_owned(), json!(locale))));
            claims.insert("updated_at".to_owned(), json!(self.updated_at));
        }
        if let Some((address, verified)) = self.email.as_ref().filter(|_| scope.contains("email")) {
            claims.insert("email".to_owned(), json!(address));
            claims.insert("email_verified".to_owned(), json!(verified));
        }
        if let Some(number) = self.phone.as_ref().filter(|_| scope.contains(PHONE)) {
            let [name, is_verified] = PHONE_CLAIMS;
            claims.insert(name.to_owned(), json!(number));
            claims.insert(is_verified.to_owned(), json!(true));
        }
        claims
    }
}

/// What a redeemed code or a refresh token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The row that says whether it still holds.
    pub grant: GrantId,
    /// Whose.
    pub user: UserId,
    /// To whom.
    pub client: ClientId,
    /// From which session.
    pub session: SessionId,
    /// What for.
    pub scope: Scope,
    /// How the person had signed in.
    pub proof: Proof,
}

/// The claims of an ID token (OpenID Connect Core §2).
#[must_use]
pub fn id_token(issuer: &Issuer, granted: &Granted, issue: &IdTokenIssue<'_>) -> Value {
    let mut claims = json!({
        "iss": issuer.as_str(),
        "sub": granted.user,
        "aud": granted.client,
        "exp": issue.now + issue.lifetime,
        "iat": issue.now,
        "auth_time": granted.proof.auth_time,
        "acr": granted.proof.acr,
        "amr": granted.proof.methods().collect::<Vec<_>>(),
        "sid": granted.session,
        "at_hash": at_hash(issue.access_token),
    });
    if let (Some(nonce), Some(object)) = (issue.nonce, claims.as_object_mut()) {
        object.insert("nonce".to_owned(), json!(nonce));
    }
    claims
}

/// What an ID token needs beside the grant.
pub struct IdTokenIssue<'a> {
    /// `iat`.
    pub now: Timestamp,
    /// Until `exp`.
    pub lifetime: Seconds,
    /// The request's `nonce`.
    pub nonce: Option<&'a str>,
    /// The access token beside it, for `at_hash`.
    pub access_token: &'a str,
}

/// The left half of the access token's SHA-256 (OpenID Connect Core §3.1.3.6); SHA-256 fits RS256 and ES256.
///
/// ```
/// # use nightlatch::oidc::claims::at_hash;
/// // OpenID Connect Core, appendix A.4.
/// assert_eq!(at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), "77QmUPtjPfzWtF2AnpK9RQ");
/// ```
#[must_use]
pub fn at_hash(access_token: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(access_token.as_bytes()).get(..16).map(base64url::encode).unwrap_or_default()
}

/// The claims of a JWT access token (RFC 9068 §2.2).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccessToken {
    /// Issuer.
    pub iss: String,
    /// Who it is about.
    pub sub: UserId,
    /// Who it is for: this provider's own endpoints.
    pub aud: String,
    /// When it ends.
    pub exp: Timestamp,
    /// When it was made.
    pub iat: Timestamp,
    /// Its own id.
    pub jti: String,
    /// To which client it was given.
    pub client_id: ClientId,
    /// What for, separated by spaces.
    pub scope: Scope,
    /// When the person signed in.
    pub auth_time: Timestamp,
    /// How.
    pub acr: String,
    /// By which methods.
    pub amr: Vec<String>,
    /// The session.
    pub sid: SessionId,
    /// The grant, whose end is its end.
    pub grant: GrantId,
}

impl AccessToken {
    /// For what was granted, with a fresh `jti`.
    #[must_use]
    pub fn new(issuer: &Issuer, granted: &Granted, issue: AccessTokenIssue) -> Self {
        Self {
            iss: issuer.as_str().to_owned(),
            sub: granted.user.clone(),
            aud: issuer.as_str().to_owned(),
            exp: issue.now + issue.lifetime,
            iat: issue.now,
            jti: issue.jti,
            client_id: granted.client.clone(),
            scope: issue.scope,
            auth_time: granted.proof.auth_time,
            acr: granted.proof.acr.clone(),
            amr: granted.proof.methods().map(str::to_owned).collect(),
            sid: granted.session.clone(),
            grant: granted.grant.clone(),
        }
    }

    /// What introspection says of it while it holds (RFC 7662 §2.2).
    #[must_use]
    pub fn introspected(&self) -> Value {
        json!({
            "active": true, "token_type": "Bearer", "iss": self.iss, "sub": self.sub, "aud": self.aud, "exp": self.exp, "iat": self.iat, "jti": self.jti,
            "client_id": self.client_id, "scope": self.scope, "auth_time": self.auth_time, "acr": self.acr, "amr": self.amr, "sid": self.sid,
        })
    }
}

/// What an access token needs beside the grant.
pub struct AccessTokenIssue {
    /// `iat`.
    pub now: Timestamp,
    /// Until `exp`.
    pub lifetime: Seconds,
    /// Its own id, random.
    pub jti: String,
    /// What for; within the grant's scope.
    pub scope: Scope,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ann() -> Person {
        let mut profile = Map::new();
        profile.insert("name".to_owned(), json!("Ann"));
        profile.insert("is_admin".to_owned(), json!(true));
        Person {
            id: UserId::new([1; 16]),
            email: Some(("Ann@example.org".to_owned(), true)),
            phone: Some("+436641234567".to_owned()),
            profile,
            locale: Some("de".to_owned()),
            updated_at: Timestamp::from_seconds(7),
        }
    }

    #[test]
    fn each_scope_releases_its_claims_and_no_others() {
        let released = |scope: &str| ann().released_by(&Scope::parse(scope).unwrap()).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(released("openid"), ["sub"]);
        assert_eq!(released("openid email"), ["email", "email_verified", "sub"]);
        assert_eq!(released("openid phone"), ["phone_number", "phone_number_verified", "sub"]);
        assert_eq!(released("openid profile"), ["locale", "name", "sub", "updated_at"]);
    }

    #[test]
    fn whoever_has_no_number_has_no_claim_about_one() {
        let released = Person { phone: None, ..ann() }.released_by(&Scope::parse("openid phone").unwrap());
        assert_eq!(released.keys().collect::<Vec<_>>(), ["sub"], "a claim without a value is left out (OpenID Connect Core §5.3.2)");
    }
}
