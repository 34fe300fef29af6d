//! How the person answers a challenge: its page, and what follows from yes and no.

use super::{ActionAsked, Provider};
use crate::factors::{Factor, SecondFactor};
use crate::flows::Visit;
use crate::flows::interaction::{Interaction, SignInFor, Then};
use crate::flows::sign_in::{Asker, ToProve};
use crate::oidc::authorization_response::{AnswerTarget, Location};
use crate::platform::{Fault, Platform};
use crate::store::account::AccountPerson;
use crate::store::action_challenges;
use crate::store::codes::Acceptable;
use crate::store::run_one;
use crate::store::sign_ins::{self, StepUp};
use crate::values::{ActionChallengeId, BrowserId, SignInId, Timestamp, UserId};

/// What the form's token is for.
const FORM: &str = "action-challenge";

/// What the page is made of.
pub struct ActionPageAsked {
    /// The challenge.
    pub challenge: ActionChallengeId,
    /// The site that asks.
    pub asker: Asker,
    /// For what.
    pub action: String,
    /// The form's token.
    pub token: String,
    /// The browser that is asked.
    pub browser: BrowserId,
    /// Whether a mailed code would do as well as what is asked for first.
    pub by_code: bool,
}

/// A challenge's page that somebody opens.
pub enum ActionPageVisited {
    /// It waits for an answer.
    Open(Box<ActionPageAsked>),
    /// Its person isn't the one who is signed in.
    SomebodyElse,
    /// A policy lets nobody do anything from here.
    NotFromHere,
    /// It is over, or was never there.
    Gone,
}

/// What the person says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonSays {
    /// Yes.
    Yes,
    /// Yes, by a mailed code.
    YesByCode,
    /// No.
    No,
}

/// What follows.
pub enum ActionAnswered {
    /// Back to the client: the person has declined.
    Declined(Location),
    /// To the page that asks for a second factor of whoever is signed in.
    SecondFactor(SignInId),
    /// To the sign-in page.
    SignIn(Box<ToProve>),
    /// To the page that asks for the password, where nothing else is taken.
    Password(Box<ToProve>),
    /// The challenge's person isn't the one who is signed in.
    SomebodyElse,
    /// A policy lets nobody do anything from here.
    NotFromHere,
    /// It is over, or was never there.
    Gone,
}

/// A challenge with whoever is here.
struct Opened {
    asked: ActionAsked,
    asker: Asker,
    user: UserId,
    action: String,
    /// The person, if they are signed in.
    person: Option<AccountPerson>,
    /// What of the challenge's factors they can show beside their session.
    seconds: Vec<SecondFactor>,
}

/// Whom a challenge finds.
enum Found {
    Opened(Box<Opened>),
    SomebodyElse,
    NotFromHere,
    Gone,
}

impl<P: Platform> Provider<P> {
    /// The page of a challenge.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn action_page(&self, id: &ActionChallengeId, visit: &Visit) -> Result<ActionPageVisited, Fault> {
        let opened = match self.open_action(id, visit).await? {
            Found::Opened(opened) => opened,
            Found::SomebodyElse => return Ok(ActionPageVisited::SomebodyElse),
            Found::NotFromHere => return Ok(ActionPageVisited::NotFromHere),
            Found::Gone => return Ok(ActionPageVisited::Gone),
        };
        let browser = self.browser(visit)?;
        Ok(ActionPageVisited::Open(Box::new(ActionPageAsked {
            challenge: id.clone(),
            token: self.form_token(&browser, FORM),
            browser,
            by_code: opened.asked.takes_any(Factor::EmailCode) && !opened.seconds.is_empty(),
            asker: opened.asker,
            action: opened.action,
        })))
    }

    /// What follows from the person's answer.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn answer_action(&self, id: &ActionChallengeId, says: PersonSays, visit: &Visit) -> Result<ActionAnswered, Fault> {
        let opened = match self.open_action(id, visit).await? {
            Found::Opened(opened) => opened,
            Found::SomebodyElse => return Ok(ActionAnswered::SomebodyElse),
            Found::NotFromHere => return Ok(ActionAnswered::NotFromHere),
            Found::Gone => return Ok(ActionAnswered::Gone),
        };
        let Opened { asked, user, person, seconds, .. } = *opened;
        if says == PersonSays::No {
            // Whoever has only found the page takes nothing back.
            if person.is_some() {
                run_one(self.platform.database(), action_challenges::decline(id, &user)).await?;
            }
            return Ok(ActionAnswered::Declined(self.action_declined(&asked)));
        }
        let by_password_alone = asked.is_by_password_alone();
        let purpose = SignInFor::Action(Box::new(asked));
        let interaction = Interaction { purpose, expected: Some(user), began_at: visit.now, earlier: None, then: Then::GoOn };
        if says == PersonSays::Yes
            && let Some(person) = person.as_ref().filter(|_| !seconds.is_empty())
            && let Some(sign_in) = self.ask_second(person, &interaction, &seconds, visit).await?
        {
            return Ok(ActionAnswered::SecondFactor(sign_in));
        }
        let address = person.map(|person| person.address).unwrap_or_default();
        let first = Box::new(ToProve { interaction, address });
        Ok(if by_password_alone { ActionAnswered::Password(first) } else { ActionAnswered::SignIn(first) })
    }

    /// Whether a form of the page was made for the visitor's browser.
    pub fn accepts_action_form(&self, token: &str, visit: &Visit) -> bool {
        self.accepts_form_token(visit, FORM, token)
    }

    async fn open_action(&self, id: &ActionChallengeId, visit: &Visit) -> Result<Found, Fault> {
        let row = run_one(self.platform.database(), action_challenges::read(id, visit.now)).await?;
        let Some(challenge) = row.map(action_challenges::action_challenge).transpose()? else { return Ok(Found::Gone) };
        let Some(client) = self.client(&challenge.client, visit.now).await? else { return Ok(Found::Gone) };
        // What was registered when the challenge began may not be so any more.
        let Some(target) = AnswerTarget::registered(&client, &challenge.redirect_uri, challenge.state) else { return Ok(Found::Gone) };
        let person = self.account_person(visit).await?;
        if person.as_ref().is_some_and(|person| person.user != challenge.user) {
            return Ok(Found::SomebodyElse);
        }
        // Whoever isn't signed in is judged as they sign in.
        if person.as_ref().is_some_and(|person| self.keeps_out(person, visit)) {
            return Ok(Found::NotFromHere);
        }
        let asked = ActionAsked { id: id.clone(), client: challenge.client, target, factors: challenge.factors };
        let has = person.as_ref().map(|person| self.second_factors(person.factors)).unwrap_or_default();
        let seconds = has.into_iter().filter(|factor| asked.takes(*factor)).collect();
        Ok(Found::Opened(Box::new(Opened { asked, asker: Some(client), user: challenge.user, action: challenge.action, person, seconds })))
    }

    /// The session says who is here; one of these is shown beside it.
    async fn ask_second(
        &self,
        person: &AccountPerson,
        interaction: &Interaction,
        asks: &[SecondFactor],
        visit: &Visit,
    ) -> Result<Option<SignInId>, Fault> {
        let Some(browser) = &visit.browser else { return Ok(None) };
        let id = SignInId::new(visit.now + self.config.settings.second_factor_lifetime, self.random()?);
        let names: Vec<&str> = asks.iter().map(|factor| factor.name()).collect();
        let acceptable = Acceptable { not_before: Timestamp::from_seconds(0), expected: Some(&person.user), level: None, now: visit.now };
        let begins = StepUp {
            id: &id,
            browser: browser.as_str(),
            request: &interaction.to_text()?,
            asks: &names.join(" "),
            session: &person.session,
            acceptable: &acceptable,
        };
        Ok(run_one(self.platform.database(), sign_ins::step_up(&begins)).await?.map(|_| id))
    }
}
