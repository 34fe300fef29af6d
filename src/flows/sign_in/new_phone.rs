//! One more phone number for an account: a code goes to it by text message, and is typed on the page that every code has. Text messages cost the
//! operator money, so each spends four budgets at once, and the operator may say to which countries they go.
//!
//! A number is for sites that the person shows it to. It signs nobody in, and is no second factor:
//! whoever takes over a number at its carrier would have it.

use super::budget::text_send;
use super::code_page::{Ticket, alphabet};
use super::send::{Beginning, Sent};
use super::{NotSent, OnItsWay};
use crate::flows::interaction::{Interaction, SignInFor, Then};
use crate::flows::text_message::Texting;
use crate::flows::{Provider, Visit};
use crate::mail::TextPurpose;
use crate::platform::{Fault, Platform, Statement};
use crate::store::account::AccountPerson;
use crate::store::budgets::Ring;
use crate::store::challenges::{self, Challenge};
use crate::store::phones::MOST;
use crate::store::text_sends::TextSend;
use crate::store::{Columns, run};
use crate::values::keyring::Purpose;
use crate::values::{BrowserId, ChallengeId, CodeAlphabet, PhoneNumber, Seconds, UserId};

/// What came of asking for the code.
pub enum PhoneSent {
    /// As for an address.
    Tried(Sent),
    /// No text message goes to such numbers.
    NotServed,
    /// The person has the number.
    HasAlready,
    /// The person has as many as there may be.
    TooMany,
}

/// Whose budgets a text message is taken from.
pub(super) struct TextLanes {
    pub(super) number: String,
    pub(super) account: String,
    pub(super) network: String,
}

/// A code that is to reach a number.
struct Coded<'a> {
    challenge: &'a ChallengeId,
    to: &'a PhoneNumber,
    alphabet: CodeAlphabet,
}

impl<P: Platform> Provider<P> {
    /// Sends a code to a number that the person would like to add. The caller has seen a fresh proof.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn send_phone_code(&self, user: &UserId, typed: &str, browser: &BrowserId, visit: &Visit) -> Result<PhoneSent, Fault> {
        let Ok(number) = PhoneNumber::parse(typed) else { return Ok(PhoneSent::Tried(Sent::No(NotSent::Malformed))) };
        if !self.serves(&number) {
            return Ok(PhoneSent::NotServed);
        }
        let own = self.phones_of(user).await?;
        if own.iter().any(|own| own == number.as_str()) {
            return Ok(PhoneSent::HasAlready);
        }
        if i64::try_from(own.len()).is_ok_and(|count| count >= MOST) {
            return Ok(PhoneSent::TooMany);
        }
        let interaction =
            Interaction { purpose: SignInFor::NewPhone, expected: Some(user.clone()), began_at: visit.now, earlier: None, then: Then::GoOn };
        self.begin_phone_challenge((user, &number), browser, &interaction, visit).await.map(PhoneSent::Tried)
    }

    /// Sends once more: the same code while it has time left, else a new one. `None` where the page is too old, its code has been used, or its person
    /// isn't signed in here any more, or such numbers aren't served any longer: nobody pays for such a message.
    pub(super) async fn text_again(
        &self,
        ticket: &Ticket,
        challenge: &Challenge,
        interaction: Interaction,
        visit: &Visit,
    ) -> Result<Option<Sent>, Fault> {
        let person = self.account_person(visit).await?.filter(|person| interaction.expected.as_ref() == Some(&person.user));
        let Some(AccountPerson { user, .. }) = person.filter(|_| !challenge.redeemed) else { return Ok(None) };
        let number = PhoneNumber::parse(&challenge.address).map_err(|_| Fault::new("a challenge has no number"))?;
        if !self.serves(&number) {
            return Ok(None);
        }
        if !self.lives_long_enough(challenge, visit) {
            if !self.is_under_way(&interaction, visit.now) {
                return Ok(None);
            }
            let earlier = Some(challenge.id.clone()).filter(|_| challenge.is_open(self.config.settings.otp_guesses, visit.now));
            let interaction = Interaction { earlier, ..interaction };
            return self.begin_phone_challenge((&user, &number), &ticket.browser, &interaction, visit).await.map(Some);
        }
        let lanes = self.text_lanes(&number, &user, visit);
        let send = text_send(&self.config.settings, &lanes, visit);
        let mut statements: Vec<Statement> = send.spend().into();
        statements.push(send.read());
        let mut answers = run(self.platform.database(), statements).await?;
        if answers.first().is_none() {
            return blocked(&send, answers.skip(3).first()).map(Some);
        }
        let coded = Coded { challenge: &challenge.id, to: &number, alphabet: alphabet(challenge)? };
        self.text_code(&coded, &send, visit).await.map(Some)
    }

    /// Spends a text message, begins a challenge with it, and sends the code.
    async fn begin_phone_challenge(
        &self,
        whose: (&UserId, &PhoneNumber),
        browser: &BrowserId,
        interaction: &Interaction,
        visit: &Visit,
    ) -> Result<Sent, Fault> {
        let (user, number) = whose;
        let lanes = self.text_lanes(number, user, visit);
        let send = text_send(&self.config.settings, &lanes, visit);
        let end = visit.now + self.config.settings.otp_lifetime;
        let challenge = ChallengeId::derived_with(self.keyring.current_name(), end, self.random()?);
        let request = interaction.to_text()?;
        let beginning = Beginning { browser, address: number.as_str(), typed: number.as_str(), interaction, asker: &None };
        let mut statements: Vec<Statement> = send.spend().into();
        statements.push(challenges::insert(&self.new_challenge(&challenge, &beginning, &request), &lanes.number, visit.now));
        statements.push(send.read());
        let mut answers = run(self.platform.database(), statements).await?;
        let Some(mut begun) = answers.skip(4).first() else { return blocked(&send, answers.first()) };
        let alphabet = CodeAlphabet::from_stored(begun.integer()?).ok_or_else(|| Fault::new("a challenge has no alphabet"))?;
        self.text_code(&Coded { challenge: &challenge, to: number, alphabet }, &send, visit).await
    }

    /// Sends the code of a text message that has been paid for. The answer waits for it, in every mode: whose account it is, is known.
    async fn text_code(&self, coded: &Coded<'_>, send: &TextSend<'_>, visit: &Visit) -> Result<Sent, Fault> {
        let Coded { challenge, to, alphabet } = *coded;
        let code = self.code_of(challenge, to.as_str(), alphabet).ok_or_else(|| Fault::new("a fresh challenge has no key"))?;
        let texting = Texting {
            to,
            language: self.language("", visit),
            code: code.reveal(),
            minutes_left: u64::try_from((challenge.end() - visit.now).minutes_rounded_up()).unwrap_or_default(),
            purpose: TextPurpose::VerifyPhoneNumber,
        };
        let message = self.compose_text(&texting, visit)?;
        if self.deliver_text(&message, visit).await.is_err() {
            run(self.platform.database(), vec![send.give_back()]).await?;
            return Ok(Sent::No(NotSent::MailFailed));
        }
        Ok(Sent::OnItsWay(OnItsWay { challenge: challenge.clone(), afterwards: None }))
    }

    fn text_lanes(&self, number: &PhoneNumber, user: &UserId, visit: &Visit) -> TextLanes {
        TextLanes {
            number: self.keyring.tag(Purpose::Budget, &["phone", number.as_str()]),
            account: self.keyring.tag(Purpose::Budget, &["account-texts", user.as_str()]),
            network: self.ip_text_budget(visit),
        }
    }

    /// Whether text messages go to such numbers.
    fn serves(&self, number: &PhoneNumber) -> bool {
        let prefixes = &self.config.settings.sms_prefixes;
        prefixes.as_ref().is_none_or(|prefixes| prefixes.iter().any(|prefix| prefix.begins(number)))
    }
}

/// The refusal with its time, from the rings that refused.
fn blocked(send: &TextSend<'_>, rings: Option<Columns>) -> Result<Sent, Fault> {
    let mut rings = rings.ok_or_else(|| Fault::new("the budgets can't be read"))?;
    let mut next = || rings.optional_text().map(Ring::from_stored);
    let rings = [next()?, next()?, next()?, next()?];
    let until = send.blocked_until(&rings).unwrap_or(send.now + Seconds::new(1));
    Ok(Sent::No(NotSent::Blocked(until)))
}
