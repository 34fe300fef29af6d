//! What is shown as a second factor, judged: whether it is right, and the statements that take it. What the previous secret of the Worker sealed is
//! sealed anew by the same transaction, so that whoever signs in needs that secret no more.

use super::second_factor::Shown;
use crate::factors::SecondFactor;
use crate::factors::recovery_code::{Pepper, RecoveryCode};
use crate::factors::totp::TotpKey;
use crate::factors::webauthn::assertion::FoundBy;
use crate::factors::webauthn::response::AssertionResponse;
use crate::flows::passkeys::{Claimed, Use};
use crate::flows::{Provider, Visit};
use crate::oidc::proof::Method;
use crate::platform::{Fault, Platform, Statement};
use crate::store::authenticators::{self, Authenticator, RightCode};
use crate::store::passkeys::Kept;
use crate::store::sign_ins::SignIn;
use crate::store::{self, Answers, Columns, recovery_codes};
use crate::values::keyring::Purpose;
use crate::values::{CeremonyId, SignInId};

/// What proves to be right, and what takes it: the last of the statements changes a row if it may be taken.
pub(super) type Right = (Method, Vec<Statement>);

/// The statement that reads what a proof is judged by.
pub(super) fn reading(shown: &Shown<'_>, passkey: Option<&AssertionResponse>, sign_in: &SignInId) -> Statement {
    match (shown, passkey) {
        (_, Some(answer)) => store::passkeys::read_of_sign_in(&answer.credential, sign_in),
        (Shown::RecoveryCode(_), None) => recovery_codes::pepper_of_sign_in(sign_in),
        (Shown::AuthenticatorCode(_) | Shown::Passkey(_), None) => authenticators::list_of_sign_in(sign_in),
    }
}

impl<P: Platform> Provider<P> {
    /// Judges an app's code by the apps that were read.
    pub(super) fn right_app_code(&self, sign_in: &SignIn, typed: &str, judged: (&mut Answers, &str), visit: &Visit) -> Result<Option<Right>, Fault> {
        let (answers, throttle) = judged;
        let apps = answers.rows().into_iter().map(Columns::of).map(authenticators::authenticator).collect::<Result<Vec<_>, _>>()?;
        let matching = |app: &&Authenticator| match TotpKey::open(&self.keyring, &sign_in.user, &app.sealed_key) {
            Some(key) => key.matching_step(typed, visit.now, Some(app.last_step)),
            None => {
                self.log_lost(SecondFactor::AuthenticatorApp, visit);
                None
            }
        };
        let Some((app, step)) = apps.iter().find_map(|app| matching(&app).map(|step| (app, step))) else { return Ok(None) };
        let resealed = self.reseal(Purpose::TotpKey, sign_in.user.as_str(), &app.sealed_key)?;
        let code = RightCode { id: &app.id, step, resealed: resealed.as_deref() };
        Ok(Some((Method::AuthenticatorApp, vec![authenticators::take(sign_in, code, throttle, visit.now)])))
    }

    /// Judges a recovery code by the pepper that was read. Whether a code of that tag is left, the statement that takes it finds out.
    pub(super) fn right_recovery_code(
        &self,
        sign_in: &SignIn,
        typed: &str,
        judged: (&mut Answers, &str),
        visit: &Visit,
    ) -> Result<Option<Right>, Fault> {
        let (answers, throttle) = judged;
        let sealed = answers.first().map(|mut row| row.text()).transpose()?;
        let (Some(code), Some(sealed)) = (RecoveryCode::read(typed), sealed) else { return Ok(None) };
        let Some(pepper) = Pepper::open(&self.keyring, &sign_in.user, &sealed) else {
            self.log_lost(SecondFactor::RecoveryCode, visit);
            return Ok(None);
        };
        let resealed = self.reseal(Purpose::RecoveryCode, sign_in.user.as_str(), &sealed)?;
        let mut statements: Vec<Statement> = resealed.iter().map(|anew| recovery_codes::reseal(&sign_in.user, &sealed, anew)).collect();
        statements.push(recovery_codes::take(sign_in, &code.tag(&pepper, &sign_in.user), throttle, visit.now));
        Ok(Some((Method::RecoveryCode, statements)))
    }

    /// Judges a passkey's answer by what was kept of it.
    pub(super) async fn second_passkey(
        &self,
        sign_in: &SignIn,
        ceremony: &str,
        answer: (&AssertionResponse, &Kept),
        visit: &Visit,
    ) -> Result<Option<Right>, Fault> {
        let (answer, kept) = answer;
        let (Some(ceremony), Some(browser)) = (CeremonyId::parse(ceremony), &visit.browser) else { return Ok(None) };
        let claimed = Claimed { id: &ceremony, purpose: &Use::Second(sign_in.id.clone()), browser: Some(browser), origins: &[], now: visit.now };
        let used = self.used_passkey((answer, kept, FoundBy::Person), claimed).await?;
        Ok(used.map(|used| {
            let method = if used.user_verified { Method::VerifiedPasskey } else { Method::Passkey };
            (method, vec![store::passkeys::spend(&ceremony), store::passkeys::use_once(kept, &used, visit.now)])
        }))
    }

    /// Neither secret opens what this factor hangs on: no code will ever be right, and only the operator can know why.
    fn log_lost(&self, factor: SecondFactor, visit: &Visit) {
        self.log("warn", "factor_lost", serde_json::json!({"request_id": visit.request_id, "factor": factor.name()}));
    }
}
