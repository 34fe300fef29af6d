//! Signing in by a passkey alone. The first trip reads the passkey and whose it is; the Worker verifies; the second trip spends the ceremony, keeps
//! the counter, and begins session and authorization code in one transaction. Everything that is wrong gets one and the same answer.

use super::VerifiedSession;
use super::finish::{FirstProof, Next, Waiting, WaitsFor};
use crate::factors::webauthn::assertion::{FoundBy, Proof as PasskeyProof};
use crate::factors::webauthn::response::AssertionResponse;
use crate::flows::interaction::Interaction;
use crate::flows::passkeys::{Claimed, Shown, Use};
use crate::flows::{Provider, Visit};
use crate::oidc::authorization_request::{NoWayBack, Rejected, ValidatedRequest};
use crate::oidc::authorization_response::Location;
use crate::oidc::proof::{Method, Proof};
use crate::platform::{Fault, Platform, Statement};
use crate::store::passkeys::{self, Holder, Kept};
use crate::store::sessions::Ground;
use crate::store::{run, run_one};
use crate::values::{BrowserId, CeremonyId, CredentialId, SignInId};

/// What came of it.
pub enum PasskeySignedIn {
    /// Right: the person is signed in and goes on.
    SignedIn(Box<VerifiedSession>),
    /// Right, and more is asked for.
    More(SignInId),
    /// It didn't work. The passkey is named where nobody here has it, so that the browser can be told.
    Failed {
        /// The passkey that is unknown here.
        unknown: Option<CredentialId>,
    },
    /// Right, but the operator has locked the person out.
    Disabled,
    /// Right, but a policy lets nobody in from here.
    NotFromHere,
    /// Right, but more is asked for, and the person has nothing more.
    NothingMore,
    /// Right, but not the person whom the client asked for, or the client's settings have changed: the client is told.
    ToldClient(Location),
    /// Right, but the client no longer accepts the request.
    Rejected(NoWayBack),
}

/// A passkey whose signature is right.
struct Right<'a> {
    ceremony: &'a CeremonyId,
    kept: &'a Kept,
    holder: &'a Holder,
    used: &'a PasskeyProof,
    proof: &'a Proof,
}

impl<P: Platform> Provider<P> {
    /// Verifies what a page's passkey has answered.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn sign_in_by_passkey(
        &self,
        shown: Shown<'_>,
        interaction: &Interaction,
        browser: &BrowserId,
        visit: &Visit,
    ) -> Result<PasskeySignedIn, Fault> {
        let failed = PasskeySignedIn::Failed { unknown: None };
        let answer = AssertionResponse::parse(shown.credential).map_err(|why| self.log_refused_passkey(&why.to_string()));
        let (Some(ceremony), Ok(answer)) = (CeremonyId::parse(shown.ceremony), answer) else { return Ok(failed) };
        let found = run_one(self.platform.database(), passkeys::read(&answer.credential, browser.as_str(), visit.now)).await?;
        let Some((kept, holder)) = found.map(passkeys::held).transpose()? else {
            self.log_refused_passkey("nobody here has this passkey");
            return Ok(PasskeySignedIn::Failed { unknown: Some(answer.credential) });
        };
        let claimed = Claimed { id: &ceremony, purpose: &Use::SignIn, browser: Some(browser), origins: &[], now: visit.now };
        let Some(used) = self.used_passkey((&answer, &kept, FoundBy::Passkey), claimed).await? else { return Ok(failed) };
        if holder.disabled {
            return Ok(PasskeySignedIn::Disabled);
        }
        let proof = Proof::by(Method::VerifiedPasskey, visit.now);
        let right = Right { ceremony: &ceremony, kept: &kept, holder: &holder, used: &used, proof: &proof };
        self.right_passkey(&right, interaction, browser, visit).await
    }

    async fn right_passkey(
        &self,
        right: &Right<'_>,
        interaction: &Interaction,
        browser: &BrowserId,
        visit: &Visit,
    ) -> Result<PasskeySignedIn, Fault> {
        let client = self.client_of(interaction, visit.now).await?;
        let request = match interaction.validate(client.as_deref()) {
            Ok(request) => request,
            Err(Rejected::OnPage(why)) => return Ok(PasskeySignedIn::Rejected(why)),
            Err(Rejected::ToClient(target, refusal)) => return Ok(PasskeySignedIn::ToldClient(target.with_error(&refusal, self.issuer()))),
        };
        let way_back = interaction.way_back(request.as_ref());
        if let (Some(expected), Some(target)) = (&interaction.expected, way_back)
            && right.kept.user != *expected
        {
            return Ok(PasskeySignedIn::ToldClient(self.login_required(target)));
        }
        let first = FirstProof { proof: right.proof, factors: right.holder.factors, address: &right.holder.address };
        match self.next(&first, (interaction, request.as_ref()), visit) {
            Next::Blocked => {
                let told = way_back.map(|target| self.blocked_by_policy(target));
                Ok(told.map_or(PasskeySignedIn::NotFromHere, PasskeySignedIn::ToldClient))
            }
            Next::Unmet => Ok(way_back.map(|target| self.unmet(target)).map_or(PasskeySignedIn::NothingMore, PasskeySignedIn::ToldClient)),
            Next::Ask(asks) => {
                let id = self.waiting_id(WaitsFor::Factor, visit)?;
                let waiting = Waiting {
                    id: &id,
                    browser,
                    address: &right.holder.address,
                    interaction,
                    proof: right.proof,
                    asks: &asks,
                    ground: Ground::Statement(&right.kept.user),
                };
                let begun = self.has_begun_by(right, vec![self.wait(&waiting)?], visit).await?;
                Ok(if begun { PasskeySignedIn::More(id) } else { PasskeySignedIn::Failed { unknown: None } })
            }
            Next::Finish => self.end_by_passkey(right, (interaction, request.as_ref()), browser, visit).await,
        }
    }

    /// One transaction: the ceremony is spent, the counter kept, the session begun, the code written.
    /// Each statement asks for what the one before it wrote.
    async fn end_by_passkey(
        &self,
        right: &Right<'_>,
        asked: (&Interaction, Option<&ValidatedRequest<'_>>),
        browser: &BrowserId,
        visit: &Visit,
    ) -> Result<PasskeySignedIn, Fault> {
        let (interaction, request) = asked;
        let ending = self.ending((right.proof, Ground::Statement(&right.kept.user)), interaction, request, visit)?;
        if !self.has_begun_by(right, self.end(&ending, visit), visit).await? {
            return Ok(PasskeySignedIn::Failed { unknown: None });
        }
        Ok(PasskeySignedIn::SignedIn(Box::new(self.ended(&ending, browser, &right.holder.address))))
    }

    /// Spends the ceremony and keeps the counter; whether the first statement behind them gave a row.
    async fn has_begun_by(&self, right: &Right<'_>, behind: Vec<Statement>, visit: &Visit) -> Result<bool, Fault> {
        let mut statements = vec![passkeys::spend(right.ceremony), passkeys::use_once(right.kept, right.used, visit.now)];
        statements.extend(behind);
        let mut answers = run(self.platform.database(), statements).await?;
        Ok(answers.skip(2).first().is_some())
    }
}
