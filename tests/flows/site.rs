//! A site that lets people sign in: it asks, redeems, refreshes, and looks at what it got as closely as a strict client does.

use std::cell::Cell;
use std::net::IpAddr;
use std::rc::Rc;

use base64::Engine as _;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use nightlatch::http::message::{Body, EdgeData, Incoming};
use nightlatch::platform::{Crypto as _, SignatureAlgorithm, Signed};
use nightlatch::values::base64url;
use serde_json::Value as Json;

use crate::house::{House, ISSUER};
use crate::page::Page;
use crate::support::{NativeCrypto, run};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// One registered client.
pub(crate) struct Site {
    house: Rc<House>,
    id: &'static str,
    secret: Option<&'static str>,
    requests: Cell<u32>,
}

/// What the provider's machine-facing side answers.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: u16,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body; null where there is none.
    pub(crate) json: Json,
}

impl Answer {
    /// A text in it.
    pub(crate) fn text(&self, name: &str) -> String {
        self.json[name].as_str().unwrap_or_else(|| panic!("no {name} in {self:?}")).to_owned()
    }

    /// The RFC's error in it; empty where all went well.
    pub(crate) fn error(&self) -> &str {
        self.json["error"].as_str().unwrap_or_default()
    }
}

impl Site {
    pub(crate) fn new(house: Rc<House>, id: &'static str, secret: Option<&'static str>) -> Self {
        Self { house, id, secret, requests: Cell::new(0) }
    }

    fn redirect_uri(&self) -> String {
        format!("https://{}.example/callback", self.id)
    }

    /// Path and query to which it sends people: everything a request has, and some parameters of its own, which replace ours.
    pub(crate) fn request(&self, parameters: &[(&str, &str)]) -> String {
        self.requests.set(self.requests.get() + 1);
        let (redirect_uri, challenge, state) = (self.redirect_uri(), base64url::sha256(VERIFIER), format!("state {}", self.requests.get()));
        let usual = [
            ("client_id", self.id),
            ("redirect_uri", &redirect_uri),
            ("response_type", "code"),
            ("scope", "openid profile email offline_access"),
            ("state", &state),
            ("nonce", "n-0S6"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let usual = usual.iter().filter(|(name, _)| parameters.iter().all(|(own, _)| own != name));
        let query: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(usual).extend_pairs(parameters).finish();
        format!("/authorize?{query}")
    }

    /// Takes a person back and redeems the code that they bring, after a look at `state` and `iss`.
    pub(crate) fn welcomes(&self, page: &Page) -> Answer {
        let back = page.parameters();
        assert_eq!(back["state"], format!("state {}", self.requests.get()));
        assert_eq!(back["iss"], ISSUER);
        assert!(page.leads_to().unwrap().as_str().starts_with(&self.redirect_uri()));
        let tokens = self.redeems(&back["code"]);
        assert_eq!(tokens.status, 200, "{tokens:?}");
        tokens
    }

    /// Shows a code at the token endpoint.
    pub(crate) fn redeems(&self, code: &str) -> Answer {
        let redirect_uri = self.redirect_uri();
        self.posts("/token", &[("grant_type", "authorization_code"), ("code", code), ("redirect_uri", &redirect_uri), ("code_verifier", VERIFIER)])
    }

    /// Shows a refresh token at the token endpoint.
    pub(crate) fn refreshes(&self, token: &str) -> Answer {
        self.posts("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    /// The same, where it would like to have less than was granted.
    pub(crate) fn refreshes_for(&self, token: &str, scope: &str) -> Answer {
        self.posts("/token", &[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)])
    }

    /// Asks what a token means.
    pub(crate) fn introspects(&self, token: &str) -> Answer {
        self.posts("/introspect", &[("token", token)])
    }

    /// Ends what a token belongs to.
    pub(crate) fn revokes(&self, token: &str) -> Answer {
        self.posts("/revoke", &[("token", token)])
    }

    /// Asks who the person is.
    pub(crate) fn asks_who(&self, access_token: &str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {access_token}")).unwrap());
        self.sends(Method::GET, "/userinfo", headers, String::new())
    }

    /// Reads a public document.
    pub(crate) fn reads(&self, path: &str) -> Answer {
        self.sends(Method::GET, path, HeaderMap::new(), String::new())
    }

    /// The claims of a token, once its signature is verified by the published keys.
    pub(crate) fn trusts(&self, token: &str) -> Json {
        let (input, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = input.split_once('.').unwrap();
        let header: Json = serde_json::from_slice(&base64url::decode(header).unwrap()).unwrap();
        let algorithm = SignatureAlgorithm::parse(header["alg"].as_str().unwrap()).unwrap();
        let keys = self.reads("/jwks").json;
        let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).expect("the key is published").to_string();
        let signature = base64url::decode(signature).unwrap();
        let valid = run(async {
            let key = NativeCrypto.import_verifying_key(algorithm.into(), &key).await.unwrap();
            NativeCrypto.verify(algorithm.into(), &key, Signed { message: input.as_bytes(), signature: &signature }).await.unwrap()
        });
        assert!(valid, "the signature is wrong");
        serde_json::from_slice(&base64url::decode(claims).unwrap()).unwrap()
    }

    /// Posts JSON from a page of that origin, perhaps with an access token.
    pub(crate) fn posts_json(&self, path: &str, from: &str, access_token: Option<&str>, body: &Json) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(http::header::ORIGIN, HeaderValue::from_str(from).unwrap());
        if let Some(token) = access_token {
            headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}")).unwrap());
        }
        self.sends(Method::POST, path, headers, body.to_string())
    }

    /// Asks one of the endpoints for clients, authenticated as this one.
    pub(crate) fn posts(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        match self.secret {
            Some(secret) => {
                let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{}:{secret}", self.id));
                headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Basic {encoded}")).unwrap());
            }
            None => {
                body.append_pair("client_id", self.id);
            }
        }
        self.sends(Method::POST, path, headers, body.finish())
    }

    fn sends(&self, method: Method, path: &str, headers: HeaderMap, body: String) -> Answer {
        let edge = EdgeData { ip: Some(IpAddr::from([198, 51, 100, 7])), city: None, country: None };
        let body = Body::Complete(body.into_bytes());
        let answer = self.house.answer(Incoming { method, path: path.to_owned(), query: String::new(), headers, body, edge });
        let json = serde_json::from_str(answer.body()).unwrap_or_default();
        Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), json }
    }
}
