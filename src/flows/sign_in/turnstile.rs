//! Cloudflare Turnstile, where the operator asks for it: a code is sent only to a browser that it vouches for.

use crate::flows::{Provider, Visit};
use crate::platform::{Outbound as _, OutboundAnswer, OutboundRequest, Platform};

impl<P: Platform> Provider<P> {
    /// Whether Turnstile vouches for the token, or isn't asked for. Where its server doesn't answer, nobody is vouched for.
    pub(super) async fn is_human(&self, token: &str, visit: &Visit) -> bool {
        let Some(turnstile) = &self.config.turnstile else { return true };
        if token.is_empty() || token.len() > 2_048 {
            return false;
        }
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("secret", turnstile.secret.expose()).append_pair("response", token);
        if let Some(ip) = visit.ip {
            form.append_pair("remoteip", &ip.to_string());
        }
        let request = OutboundRequest {
            url: turnstile.verify_url.clone(),
            headers: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
            body: form.finish(),
            timeout_milliseconds: self.config.settings.turnstile_timeout_ms,
        };
        self.platform.outbound().post(request).await.is_ok_and(|answer| vouches(&answer))
    }
}

/// A yes counts only where its server meant to answer: the words of an error page or of a redirect are nobody's.
fn vouches(answer: &OutboundAnswer) -> bool {
    answer.status == 200 && answer.body.at("/success").is_some_and(|success| success == true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::AnswerBody;

    #[test]
    fn only_a_whole_yes_vouches() {
        let says = |status: u16, body: &str| vouches(&OutboundAnswer { status, body: AnswerBody::Whole(body.to_owned()) });
        assert!(says(200, r#"{"success":true}"#));
        assert!(!says(200, r#"{"success":false}"#) && !says(500, r#"{"success":true}"#) && !says(200, "yes"));
        assert!(!vouches(&OutboundAnswer { status: 200, body: AnswerBody::TooLong }));
    }
}
