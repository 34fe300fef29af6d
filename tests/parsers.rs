//! Whatever comes in from outside is read or refused, never a panic; and what was written is read back as it was.
//!
//! Passkeys have theirs in `parsers/webauthn.rs`.
//!
//! Short by default; `PROPTEST_CASES=100000 cargo test --release --test parsers` looks longer.

#[cfg(test)]
#[path = "parsers/webauthn.rs"]
mod webauthn;

#[cfg(test)]
mod tests {
    use nightlatch::factors::password::{Cost, Password, Policy, StoredPassword, Verdict, Whose, hash};
    use nightlatch::factors::recovery_code::RecoveryCode;
    use nightlatch::factors::totp::TotpKey;
    use nightlatch::http::cookies::Cookie;
    use nightlatch::jose::jws::{self, Shown, TokenType};
    use nightlatch::oidc::authorization_request::{AuthorizationRequest, Limits, READ};
    use nightlatch::oidc::client::Client;
    use nightlatch::oidc::client_authentication::Credentials;
    use nightlatch::oidc::logout_request::LogoutRequest;
    use nightlatch::oidc::parameters::Parameters;
    use nightlatch::oidc::token_request::TokenRequest;
    use nightlatch::platform::SignatureAlgorithm;
    use nightlatch::routes::Route;
    use nightlatch::values::email_address::LocalPart;
    use nightlatch::values::keyring::{Purpose, Sealing};
    use nightlatch::values::redirect_uri::ApplicationType;
    use nightlatch::values::{
        BrowserId, ChallengeId, ClientId, EmailAddress, Issuer, KeyId, Keyring, Language, PhoneNumber, RedirectUri, Scope, Secret, SessionId,
        Timestamp, UserId, base64url,
    };
    use proptest::prelude::*;
    use serde_json::json;

    const LIMITS: Limits = Limits { state: 2_048, nonce: 300 };
    /// Text in which everything that our formats give a meaning is frequent.
    const SPICY: &str = r#"([a-zA-Z0-9]|[~.:;=&%+@#?/\\"' \-_,*<>\[\]{}\x00-\x1f]|\PC){0,80}"#;

    fn keyring() -> Keyring {
        Keyring::new(&Secret::new(vec![1; 32]), Some(&Secret::new(vec![2; 32])))
    }

    fn client() -> Client {
        let metadata = json!({"client_id": "c", "redirect_uris": ["https://app.example/cb"], "token_endpoint_auth_method": "none"});
        Client::from_metadata(&metadata).unwrap()
    }

    /// A query made of the parameters that an endpoint knows, with anything in them, some twice.
    fn query(names: Vec<&'static str>) -> impl Strategy<Value = String> {
        let pair = (proptest::sample::select(names), SPICY);
        proptest::collection::vec(pair, 0..12).prop_map(|pairs| url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    }

    /// What clients send to the authorization endpoint, and we don't read.
    const UNREAD: &[&str] = &["display", "claims", "resource"];
    const TOKEN: &[&str] = &["grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "scope", "client_id", "client_secret"];

    /// Texts that are nearly hashes: each scheme's form, with any numbers and any text in its places.
    fn nearly_a_hash() -> impl Strategy<Value = String> {
        let number = || prop_oneof![0..40_u32, any::<u32>()];
        let base64 = || "[A-Za-z0-9+/.]{0,44}={0,2}";
        prop_oneof![
            (number(), number(), number(), base64(), base64()).prop_map(|(m, t, p, s, h)| format!("$argon2id$v=19$m={m},t={t},p={p}${s}${h}")),
            (number(), number(), number(), base64(), base64()).prop_map(|(n, r, p, s, h)| format!("$scrypt$ln={n},r={r},p={p}${s}${h}")),
            (number(), "[./A-Za-z0-9]{50,55}").prop_map(|(cost, rest)| format!("$2b${cost:02}${rest}")),
            ("(|-sha1|-sha256|-sha512)", number(), base64(), base64()).prop_map(|(prf, i, s, h)| format!("$pbkdf2{prf}${i}${s}${h}")),
            ("sha(1|256)", number(), SPICY, base64()).prop_map(|(prf, i, s, h)| format!("pbkdf2_{prf}${i}${s}${h}")),
            (0..3_u8, proptest::collection::vec(any::<u8>(), 0..120))
                .prop_map(|(version, rest)| { base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [vec![version], rest].concat()) }),
            ("[$](argon2id|scrypt|2[aby]|pbkdf2)[$]", SPICY).prop_map(|(scheme, rest)| scheme + &rest),
        ]
    }

    proptest! {
        #[test]
        fn a_password_hash_is_read_or_refused(text in nearly_a_hash(), odd in SPICY) {
            // Reading computes nothing: whatever a text asks for, it's done at once.
            let _ = (StoredPassword::parse(&text).is_ok(), StoredPassword::parse(&odd).is_ok());
        }

        #[test]
        fn a_password_is_right_for_its_own_hash_alone(typed in SPICY, other in SPICY, salt in any::<[u8; 16]>(), memory in 8..40_u32) {
            let cost = Cost::new(memory, 1).unwrap();
            let password = |text: &str| Password::typed(text.to_owned()).unwrap();
            let stored = StoredPassword::parse(&hash(&password(&typed), salt, cost).unwrap()).unwrap();
            prop_assert_eq!(stored.verify(&password(&typed), cost), Ok(Verdict::Right));
            if typed != other && typed.is_ascii() && other.is_ascii() {
                prop_assert_eq!(stored.verify(&password(&other), cost), Ok(Verdict::Wrong));
            }
            let _ = Policy::DEFAULT.judge(&password(&typed), Whose { addresses: &[&other], site_names: &[&other, &typed] });
        }

        #[test]
        fn codes_of_apps_and_recovery_are_read_or_refused(typed in SPICY, seconds in any::<i64>(), key in any::<[u8; 20]>(), random in any::<[u8; 32]>()) {
            let key = TotpKey::new(key);
            let now = Timestamp::from_seconds(seconds);
            if let Some(step) = key.matching_step(&typed, now, None) {
                prop_assert_eq!(key.matching_step(&typed, now, Some(step)), None);
            }
            let uri = url::Url::parse(&key.uri(&typed, &typed)).unwrap();
            prop_assert_eq!(uri.query_pairs().count(), 5);
            if let Some(code) = RecoveryCode::read(&typed) {
                let shown = code.shown();
                prop_assert_eq!(RecoveryCode::read(&shown).unwrap().shown(), shown);
            }
            let _ = TotpKey::open(&keyring(), &UserId::new([1; 16]), &typed);
            let set: Vec<u8> = random.iter().cycle().take(100).copied().collect();
            for code in RecoveryCode::set(set.as_slice().try_into().unwrap()) {
                prop_assert!(RecoveryCode::read(&code.shown()).is_some());
            }
        }

        #[test]
        fn parameters_are_read_and_written_alike(text in SPICY, pairs in proptest::collection::vec((SPICY, SPICY), 0..20)) {
            let _ = Parameters::parse(&text);
            let encoded: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
            let parameters = Parameters::parse(&encoded).unwrap();
            let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
            prop_assert_eq!(parameters.to_query(&names).and_then(|query| Parameters::parse(&query)), Some(parameters.clone()));
            for (name, value) in &pairs {
                if !parameters.is_repeated(name) && !value.is_empty() {
                    prop_assert_eq!(parameters.one(name), Some(value.as_str()));
                }
            }
        }

        #[test]
        fn no_authorization_request_is_answered_anywhere_but_at_its_client(query in query([READ, UNREAD].concat()), named in any::<bool>()) {
            let query = if named { format!("client_id=c&redirect_uri=https://app.example/cb&{query}") } else { query };
            let Ok(request) = AuthorizationRequest::parse(&Parameters::parse(&query).unwrap(), LIMITS) else { return Ok(()) };
            let text = serde_json::to_string(&request).unwrap();
            prop_assert_eq!(&serde_json::from_str::<AuthorizationRequest>(&text).unwrap(), &request);
            if let Ok(valid) = request.validate(&client()) {
                prop_assert_eq!(valid.target.redirect_uri(), "https://app.example/cb");
                prop_assert!(valid.code_challenge.is_some());
            }
        }

        #[test]
        fn credentials_and_token_requests_are_read_or_refused(header in SPICY, body in query(TOKEN.to_vec()), id in "[!-~]{1,30}", secret in "[ -~]{1,30}") {
            let body = Parameters::parse(&body).unwrap();
            let _ = (TokenRequest::parse(&body).is_ok(), Credentials::parse(Some(&header), &body).is_ok(), Credentials::parse(None, &body).is_ok());
            let _ = LogoutRequest::parse(&body);
            let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let pair = format!("{}:{}", encode(&id), encode(&secret));
            let basic = format!("Basic {}", base64::Engine::encode(&base64::engine::general_purpose::STANDARD, pair));
            let metadata = json!({"client_id": &id, "client_secret": &secret, "redirect_uris": ["https://app.example/cb"]});
            let credentials = Credentials::parse(Some(&basic), &Parameters::default()).unwrap();
            prop_assert!(credentials.prove(&Client::from_metadata(&metadata).unwrap(), Timestamp::from_seconds(0)));
        }

        #[test]
        fn a_token_is_read_as_the_kind_that_it_is(text in SPICY, kid in "[A-Za-z0-9_-]{1,43}", claim in SPICY, header in SPICY) {
            for kind in [TokenType::IdToken, TokenType::AccessToken] {
                prop_assert!(Shown::parse(kind, &text).is_none());
                let odd = format!("{}.{}.{}", base64url::encode(&header), base64url::encode(&claim), base64url::encode(&text));
                prop_assert!(Shown::parse(kind, &odd).is_none());
            }
            let claims = json!({"sub": claim});
            let kid = KeyId::from_stored(kid);
            let token = jws::compact(&jws::signing_input(TokenType::IdToken, SignatureAlgorithm::Rs256, &kid, &claims), b"signature");
            let shown = Shown::parse(TokenType::IdToken, &token).unwrap();
            prop_assert_eq!((&shown.kid, shown.signature.as_slice()), (&kid, b"signature".as_slice()));
            prop_assert_eq!(shown.claims::<serde_json::Value>(), Some(claims));
            prop_assert!(Shown::parse(TokenType::AccessToken, &token).is_none());
        }

        #[test]
        fn the_keyring_takes_what_it_made_and_nothing_else(text in SPICY, parts in ("[A-Za-z0-9_-]{0,40}", "[0-9]{1,9}"), place in any::<prop::sample::Index>()) {
            let keys = keyring();
            prop_assert!(keys.accept::<1>(Purpose::Session, &text).is_none());
            prop_assert!(keys.accept::<2>(Purpose::Session, &text).is_none());
            prop_assert!(keys.open(Purpose::Interaction, "b", &text).is_none());
            let issued = keys.issue(Purpose::Session, &[&parts.0, &parts.1]);
            prop_assert_eq!(keys.accept::<2>(Purpose::Session, &issued), Some([parts.0.as_str(), parts.1.as_str()]));
            let mut changed = issued.clone().into_bytes();
            let place = place.index(changed.len());
            changed[place] = if changed[place] == b'x' { b'y' } else { b'x' };
            prop_assert!(keys.accept::<2>(Purpose::Session, std::str::from_utf8(&changed).unwrap()).is_none());
        }

        #[test]
        fn what_is_sealed_opens_for_its_own_browser_alone(plain in SPICY, browser in SPICY, other in SPICY, nonce in any::<[u8; 24]>()) {
            let keys = keyring();
            let sealed = keys.seal(Purpose::CodeTicket, &browser, Sealing { plain: plain.as_bytes(), nonce });
            prop_assert_eq!(keys.open(Purpose::CodeTicket, &browser, &sealed), Some(plain.into_bytes()));
            prop_assert_eq!(keys.open(Purpose::CodeTicket, &other, &sealed).is_some(), browser == other);
            prop_assert!(keys.open(Purpose::Logout, &browser, &sealed).is_none());
        }

        #[test]
        fn an_address_is_one_plain_address_and_its_identity_stays_what_it_is(
            text in SPICY, local in r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\PC]{1,70}", domain in r"[a-zA-Z0-9.\-öß\PC]{1,60}",
        ) {
            for typed in [text, format!("{local}@{domain}"), format!("ann@{domain}"), format!("{local}@example.org")] {
                for letters in [LocalPart::AsciiOnly, LocalPart::AnyUnicode] {
                    let Ok(address) = EmailAddress::parse(&typed, letters) else { continue };
                    let identity = address.identity();
                    prop_assert!(identity.len() <= 254 && identity.matches('@').count() == 1, "{identity:?}");
                    prop_assert!(!identity.chars().any(|c| c.is_control() || c.is_whitespace() || ",;<>()\"".contains(c)), "{identity:?}");
                    let again = EmailAddress::parse(identity, letters).unwrap();
                    prop_assert_eq!(again.identity(), identity);
                }
            }
        }

        #[test]
        fn a_cookie_is_read_if_it_stands_there_once(header in SPICY, value in "[A-Za-z0-9_~.-]{1,60}") {
            for issuer in ["https://login.example", "http://localhost:8787"] {
                let issuer = Issuer::parse(issuer).unwrap();
                let set = Cookie::Session.set(&value, nightlatch::values::Seconds::new(9), &issuer);
                let pair = set.split(';').next().unwrap();
                prop_assert_eq!(Cookie::Session.read(&header, &issuer), None);
                let (once, twice) = (format!("a=b; {pair}; c=d"), format!("{pair}; {pair}"));
                prop_assert_eq!(Cookie::Session.read(&once, &issuer), Some(value.as_str()));
                prop_assert_eq!(Cookie::Session.read(&twice, &issuer), None);
            }
        }

        #[test]
        fn a_redirect_uri_is_matched_to_the_letter(text in SPICY, tail in "[a-z0-9/?=&.%-]{0,30}", port in 0u32..100_000) {
            for application in [ApplicationType::Web, ApplicationType::Native] {
                let registered = RedirectUri::register("https://app.example/cb", application).unwrap();
                prop_assert_eq!(registered.matches(&text, application), text == "https://app.example/cb");
                if let Ok(uri) = RedirectUri::register(&format!("https://app.example/{tail}"), application) {
                    prop_assert!(uri.matches(uri.as_str(), application));
                    let longer = format!("{}x", uri.as_str());
                    prop_assert!(!uri.matches(&longer, application));
                }
                let _ = RedirectUri::register(&text, application);
            }
            let native = RedirectUri::register("http://127.0.0.1/cb", ApplicationType::Native).unwrap();
            let asked = format!("http://127.0.0.1:{port}/cb");
            prop_assert!(native.matches(&asked, ApplicationType::Native));
            prop_assert!(!native.matches(&asked, ApplicationType::Web));
            let elsewhere = format!("http://127.0.0.1{tail}@evil.example/cb");
            prop_assert!(!native.matches(&elsewhere, ApplicationType::Native));
        }

        #[test]
        fn a_language_is_always_found(locales in SPICY, accept in SPICY, weight in "[0-9.]{0,6}") {
            for accept in [accept, format!("de;q={weight}, ar;q={weight}")] {
                let _ = Language::negotiate(&locales, &accept, Language::En);
            }
            prop_assert_eq!(Language::negotiate("de-AT", &weight, Language::En), Language::De);
        }

        #[test]
        fn ids_are_read_in_their_own_form_alone(text in SPICY, end in 0..=u32::MAX, random in any::<[u8; 16]>(), secret in "[A-Za-z0-9_-]{4}") {
            for known in [SessionId::parse(&text).map(|id| id.to_string()), ChallengeId::parse(&text).map(|id| id.to_string()),
                          BrowserId::parse(&text).map(|id| id.to_string()), UserId::parse(&text).map(|id| id.to_string()),
                          ClientId::parse(&text).map(|id| id.to_string())].into_iter().flatten() {
                prop_assert_eq!(&known, &text);
                prop_assert!(known.len() <= 100 && known.is_ascii());
            }
            let end = Timestamp::from_seconds(i64::from(end));
            let session = SessionId::new(end, random);
            prop_assert_eq!(SessionId::parse(session.as_str()), Some(session.clone()));
            prop_assert_eq!(session.end(), end);
            let challenge = ChallengeId::derived_with(&secret, end, random);
            let read = ChallengeId::parse(challenge.as_str()).unwrap();
            prop_assert_eq!((read.end(), read.secret_name()), (end, secret.as_str()));
        }

        #[test]
        fn scopes_issuers_numbers_and_paths_are_read_or_refused(text in SPICY) {
            if let Some(scope) = Scope::parse(&text) {
                prop_assert_eq!(Scope::parse(&scope.to_string()), Some(scope));
            }
            if let Ok(issuer) = Issuer::parse(&text) {
                prop_assert_eq!(Issuer::parse(issuer.as_str()).map(|again| again.as_str().to_owned()), Ok(issuer.as_str().to_owned()));
            }
            if let Ok(number) = PhoneNumber::parse(&text) {
                prop_assert_eq!(PhoneNumber::parse(number.as_str()), Ok(number));
            }
            let _ = Route::parse(&text);
            let _ = base64url::decode(&text);
        }
    }
}
