//! A relying party on the crate `openidconnect`: signs a person in, reads userinfo, refreshes, and makes the address that signs out.
//!
//! Speaks JSON, a line each. In: the registration, later the address of the callback. Out: where to send the person, later who they are.

use std::error::Error;
use std::io::{Write, stdin, stdout};

use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreUserInfoClaims};
use openidconnect::url::Url;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, LogoutRequest, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, Scope, TokenResponse,
};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let http = http_client();
    let registration: Value = serde_json::from_str(&read_line()?)?;
    let text = |name: &str| registration[name].as_str().map(str::to_owned);
    let needed = |name: &str| text(name).ok_or(format!("{name} is missing"));

    let metadata = ProviderMetadataWithLogout::discover(&IssuerUrl::new(needed("issuer")?)?, &http)?;
    let end_session = metadata.additional_metadata().end_session_endpoint.clone().ok_or("no end_session_endpoint")?;
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(needed("client_id")?), text("client_secret").map(ClientSecret::new))
        .set_redirect_uri(RedirectUrl::new(needed("redirect_uri")?)?);

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(["profile", "email", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    say(&json!({"authorize": url}))?;

    let callback: Value = serde_json::from_str(&read_line()?)?;
    let callback = Url::parse(callback["callback"].as_str().ok_or("callback is missing")?)?;
    let answer = |name: &str| callback.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    if answer("state").as_ref() != Some(state.secret()) {
        return Err("the state is another".into());
    }
    let code = AuthorizationCode::new(answer("code").ok_or("there is no code")?);
    let tokens = client.exchange_code(code)?.set_pkce_verifier(verifier).request(&http)?;
    let id_token = tokens.id_token().ok_or("there is no ID token")?;
    let checker = client.id_token_verifier();
    let claims = id_token.claims(&checker, &nonce)?;
    let hash = AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg()?, id_token.signing_key(&checker)?)?;
    if claims.access_token_hash() != Some(&hash) {
        return Err("at_hash is of another access token".into());
    }

    let info: CoreUserInfoClaims = client.user_info(tokens.access_token().to_owned(), Some(claims.subject().to_owned()))?.request(&http)?;

    let refresh = tokens.refresh_token().ok_or("there is no refresh token")?;
    let renewed = client.exchange_refresh_token(refresh)?.request(&http)?;
    let renewed_id_token = renewed.id_token().ok_or("there is no renewed ID token")?;
    let renewed_claims = renewed_id_token.claims(&checker, |_: Option<&Nonce>| Ok(()))?;
    let _: CoreUserInfoClaims = client.user_info(renewed.access_token().to_owned(), Some(claims.subject().to_owned()))?.request(&http)?;

    let logout = LogoutRequest::from(end_session)
        .set_id_token_hint(renewed_id_token)
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(needed("post_logout_redirect_uri")?)?)
        .set_state(CsrfToken::new("farewell".to_owned()));
    say(&json!({
        "claims": claims,
        "userinfo": info,
        "renewed": renewed_claims,
        "rotated": renewed.refresh_token().map(|token| token.secret()) != Some(refresh.secret()),
        "logout": logout.http_get_url(),
    }))
}

/// Follows no redirect, and hands on every status: the crate reads errors itself.
fn http_client() -> impl Fn(HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build().into();
    move |request| {
        let (parts, mut body) = agent.run(request)?.into_parts();
        Ok(HttpResponse::from_parts(parts, body.read_to_vec()?))
    }
}

fn read_line() -> Result<String, Box<dyn Error>> {
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    Ok(line)
}

fn say(value: &Value) -> Result<(), Box<dyn Error>> {
    let mut out = stdout();
    writeln!(out, "{value}")?;
    Ok(out.flush()?)
}
