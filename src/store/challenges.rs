//! One-time codes that were asked for. Five wrong guesses, one right one, and both decided by one conditional statement.

use super::budgets::{self, Limit, Ring};
use super::factors::{Factors, factors, factors_of_u};
use super::sql::Columns;
use crate::platform::{Fault, Statement, Value};
use crate::values::{ChallengeId, Timestamp, UserId, base64url};

/// A challenge as it begins.
pub struct NewChallenge<'a> {
    /// Its id, which begins with its end.
    pub id: &'a ChallengeId,
    /// The browser that asks; only the hash is stored.
    pub browser: &'a str,
    /// The identity of the address, or a phone number.
    pub address: &'a str,
    /// The address as typed.
    pub typed: &'a str,
    /// What the sign-in is for, as JSON.
    pub request: &'a str,
    /// How many characters the code has.
    pub digits: Digits<'a>,
}

/// How long a new code is.
pub struct Digits<'a> {
    /// As configured.
    pub usual: i64,
    /// While the whole deployment is being guessed at.
    pub under_attack: i64,
    /// The budget in which the deployment's misses are counted.
    pub deployment: &'a str,
    /// Above it the deployment is being guessed at.
    pub limit: Limit,
}

const INSERT: &str = "
    INSERT INTO challenges (id, browser, address, typed, lane, request, digits)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6,
           CASE WHEN length(misses) >= ?7 AND substr(misses, 0 - ?7, 10) > ?8 THEN ?9 ELSE ?10 END
    FROM (SELECT coalesce((SELECT misses FROM budgets WHERE day IN (?11, ?11 - 1) AND subject = ?12 ORDER BY day DESC LIMIT 1), '') AS misses)
    WHERE changes() = 1
    RETURNING digits";

/// Begins a challenge, if the statement before (the spending of a send) changed a row; gives the number of digits.
#[must_use]
pub fn insert(challenge: &NewChallenge<'_>, lane: &str, now: Timestamp) -> Statement {
    let digits = &challenge.digits;
    let parameters: [Value; 12] = [
        challenge.id.as_str().into(),
        base64url::sha256(challenge.browser).into(),
        challenge.address.into(),
        challenge.typed.into(),
        lane.into(),
        challenge.request.into(),
        budgets::ring_length(digits.limit.count + 1).into(),
        (now - digits.limit.window).ten_digits().into(),
        digits.under_attack.into(),
        digits.usual.into(),
        now.day().into(),
        digits.deployment.into(),
    ];
    Statement::new(INSERT, parameters)
}

/// A challenge as it stands, with what its verification needs to know.
pub struct Challenge {
    /// Its id.
    pub id: ChallengeId,
    /// The identity of its address.
    pub address: String,
    /// Its address as typed.
    pub typed: String,
    /// The budget of its address.
    pub lane: String,
    /// How many characters its code has.
    pub digits: i64,
    /// What it is for, as JSON.
    pub request: String,
    /// Wrong guesses so far.
    pub misses: i64,
    /// Whether it has been redeemed.
    pub redeemed: bool,
    /// Who has the address, if anybody.
    pub holder: Option<Holder>,
    /// The sends of its address.
    pub lane_sends: Ring,
    /// The misses of its address.
    pub lane_misses: Ring,
    /// The misses of the IP that asks.
    pub ip_misses: Ring,
}

impl Challenge {
    /// Whether its code may still be typed: unused, with some of so many guesses left, not over. The statements decide;
    /// this spares asking them in vain.
    #[must_use]
    pub fn is_open(&self, guesses: u32, now: Timestamp) -> bool {
        !self.redeemed && self.misses < i64::from(guesses) && self.id.end() > now
    }
}

/// Who has an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub user: UserId,
    /// Whether they have ever proven it.
    pub verified: bool,
    /// Whether they are locked out.
    pub disabled: bool,
    /// What else they can prove themselves by.
    pub factors: Factors,
}

const READ: &str = concat!(
    "
    SELECT c.id, c.address, c.typed, c.lane, c.digits, c.request, c.misses, c.redeemed_by, u.id AS user_id, a.verified_at, u.disabled_at, ",
    factors_of_u!("?2", "?5"),
    ",
           (SELECT b.sends FROM budgets b WHERE b.day IN (?3, ?3 - 1) AND b.subject = c.lane ORDER BY b.day DESC LIMIT 1) AS lane_sends,
           (SELECT b.misses FROM budgets b WHERE b.day IN (?3, ?3 - 1) AND b.subject = c.lane ORDER BY b.day DESC LIMIT 1) AS lane_misses,
           (SELECT b.misses FROM budgets b WHERE b.day IN (?3, ?3 - 1) AND b.subject = ?4 ORDER BY b.day DESC LIMIT 1) AS ip_misses
    FROM challenges c
    LEFT JOIN addresses a ON a.identity = c.address
    LEFT JOIN users u ON u.id = a.user_id
    WHERE c.id = ?1 AND c.browser = ?2"
);

/// Reads the challenge of this browser.
#[must_use]
pub fn read(id: &ChallengeId, browser: &str, visit: (&str, Timestamp)) -> Statement {
    let (ip, now) = visit;
    Statement::new(READ, [id.as_str().into(), base64url::sha256(browser).into(), now.day().into(), ip.into(), now.hex().into()])
}

/// The challenge from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn challenge(mut row: Columns) -> Result<Challenge, Fault> {
    Ok(Challenge {
        id: ChallengeId::from_stored(row.text()?),
        address: row.text()?,
        typed: row.text()?,
        lane: row.text()?,
        digits: row.integer()?,
        request: row.text()?,
        misses: row.integer()?,
        redeemed: row.optional_text()?.is_some(),
        holder: holder(&mut row)?,
        lane_sends: Ring::from_stored(row.optional_text()?),
        lane_misses: Ring::from_stored(row.optional_text()?),
        ip_misses: Ring::from_stored(row.optional_text()?),
    })
}

fn holder(row: &mut Columns) -> Result<Option<Holder>, Fault> {
    let (user, verified_at, disabled_at) = (row.optional_text()?, row.optional_time()?, row.optional_time()?);
    let factors = factors(row)?;
    Ok(user.map(|user| Holder { user: UserId::from_stored(user), verified: verified_at.is_some(), disabled: disabled_at.is_some(), factors }))
}

/// A guess at the code, right or wrong.
pub struct Guess<'a> {
    /// At which challenge.
    pub challenge: &'a ChallengeId,
    /// From which browser.
    pub browser: &'a str,
    /// The budget of the challenge's address.
    pub lane: &'a str,
    /// The budget of the IP.
    pub ip: &'a str,
    /// Wrong guesses that a challenge allows.
    pub allowed: i64,
    /// Misses that the address's budget allows, in an hour and in a day.
    pub lane_limits: [Limit; 2],
    /// Misses that the IP's budget allows.
    pub ip_limit: Limit,
    /// Now.
    pub now: Timestamp,
}

/// What both outcomes ask of the challenge and the budgets: not used, not over, not five times missed, nobody over a limit.
macro_rules! open_challenge {
    () => {
        "
    WHERE id = ?1 AND browser = ?2 AND redeemed_by IS NULL AND misses < ?3 AND substr(id, 1, 8) > ?4
      AND NOT EXISTS (SELECT 1 FROM (SELECT misses AS ring FROM budgets WHERE day IN (?5, ?5 - 1) AND subject = ?6 ORDER BY day DESC LIMIT 1)
                      WHERE (length(ring) >= ?7 AND substr(ring, 0 - ?7, 10) > ?8) OR (length(ring) >= ?9 AND substr(ring, 0 - ?9, 10) > ?10))
      AND NOT EXISTS (SELECT 1 FROM (SELECT misses AS ring FROM budgets WHERE day IN (?5, ?5 - 1) AND subject = ?11 ORDER BY day DESC LIMIT 1)
                      WHERE length(ring) >= ?12 AND substr(ring, 0 - ?12, 10) > ?13)"
    };
}

const MISS: &str = concat!("UPDATE challenges SET misses = misses + 1", open_challenge!(), " RETURNING misses");
/// Of the same guess, which the budgets have let through: it was judged by this code, too, so nothing may keep it from being counted.
const MISS_AS_WELL: &str = "
    UPDATE challenges SET misses = misses + 1
    WHERE id = ?1 AND browser = ?2 AND redeemed_by IS NULL AND misses < ?3 AND substr(id, 1, 8) > ?4
    RETURNING misses";
const REDEEM: &str = concat!("UPDATE challenges SET redeemed_by = ?14", open_challenge!(), " RETURNING id");

impl Guess<'_> {
    fn parameters(&self) -> Vec<Value> {
        let [hour, day] = self.lane_limits;
        vec![
            self.challenge.as_str().into(),
            base64url::sha256(self.browser).into(),
            self.allowed.into(),
            self.now.hex().into(),
            self.now.day().into(),
            self.lane.into(),
            budgets::ring_length(hour.count).into(),
            (self.now - hour.window).ten_digits().into(),
            budgets::ring_length(day.count).into(),
            (self.now - day.window).ten_digits().into(),
            self.ip.into(),
            budgets::ring_length(self.ip_limit.count).into(),
            (self.now - self.ip_limit.window).ten_digits().into(),
        ]
    }

    /// Counts a wrong guess: at the challenge, and if that was open, in the budgets of the address, the IP and the deployment.
    #[must_use]
    pub fn miss(&self, deployment: (&str, Limit)) -> [Statement; 4] {
        self.counted(Statement::new(MISS, self.parameters()), deployment)
    }

    /// Counts the same wrong guess at an earlier challenge that it was judged by as well. The budgets don't prevent it,
    /// or the guess that fills them would be judged twice and counted once.
    #[must_use]
    pub fn miss_as_well(&self, deployment: (&str, Limit)) -> [Statement; 4] {
        let parameters: Vec<Value> = self.parameters().into_iter().take(4).collect();
        self.counted(Statement::new(MISS_AS_WELL, parameters), deployment)
    }

    fn counted(&self, at_challenge: Statement, deployment: (&str, Limit)) -> [Statement; 4] {
        let [hour, day] = self.lane_limits;
        let (subject, limit) = deployment;
        [
            at_challenge,
            budgets::add_miss(self.lane, hour.count.max(day.count), self.now),
            budgets::add_miss(self.ip, self.ip_limit.count, self.now),
            budgets::add_miss(subject, limit.count + 1, self.now),
        ]
    }

    /// Redeems the challenge for what begins in the same batch, named by its id: a session, or a sign-in that goes on. Gives a row if it was open.
    #[must_use]
    pub fn redeem(&self, by: &str) -> Statement {
        let mut parameters = self.parameters();
        parameters.push(by.into());
        Statement::new(REDEEM, parameters)
    }
}
