//! What a text message costs. Its number, the account that asks, the network that asks and the whole deployment each have a budget of their own, and
//! one leaves only if all four allow it: one statement decides, and the rest of its batch follows. The rings are those of `budgets`.

use super::budgets::{self, Limit, Ring};
use crate::platform::{Statement, Value};
use crate::values::{Seconds, Timestamp};

/// One of those whose budget a text message is taken from.
pub struct Payer<'a> {
    /// Under which its sends are counted.
    pub subject: &'a str,
    /// Within an hour, within a day.
    pub limits: [Limit; 2],
    /// Between two of its sends.
    pub cooldown: Seconds,
}

/// A text message that would like to leave.
pub struct TextSend<'a> {
    /// The number, the account, the network, the deployment. The number's is the lane in which guesses are counted, too.
    pub payers: [Payer<'a>; 4],
    /// Now.
    pub now: Timestamp,
}

/// The condition that a payer can pay: subject, then ring length and beginning of the hour, the same of the day, and the end of the cooldown.
macro_rules! can_pay {
    ($subject:literal, $hour:literal, $hour_begins:literal, $day:literal, $day_begins:literal, $last:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM (SELECT sends AS ring FROM budgets WHERE day IN (?1, ?1 - 1) AND subject = ",
            $subject,
            " ORDER BY day DESC LIMIT 1) WHERE (length(ring) >= ",
            $hour,
            " AND substr(ring, 0 - ",
            $hour,
            ", 10) > ",
            $hour_begins,
            ") OR (length(ring) >= ",
            $day,
            " AND substr(ring, 0 - ",
            $day,
            ", 10) > ",
            $day_begins,
            ") OR substr(ring, -10) > ",
            $last,
            ")"
        )
    };
}

const SPEND: &str = concat!(
    "WITH old AS (SELECT sends, misses FROM budgets WHERE day IN (?1, ?1 - 1) AND subject = ?4 ORDER BY day DESC LIMIT 1)
     INSERT INTO budgets (day, subject, sends, misses)
     SELECT ?1, ?4, substr(coalesce((SELECT sends FROM old), '') || ?2, 0 - ?3), coalesce((SELECT misses FROM old), '')
     WHERE ",
    can_pay!("?4", "?5", "?6", "?7", "?8", "?9"),
    " AND ",
    can_pay!("?10", "?11", "?12", "?13", "?14", "?15"),
    " AND ",
    can_pay!("?16", "?17", "?18", "?19", "?20", "?21"),
    " AND ",
    can_pay!("?22", "?23", "?24", "?25", "?26", "?27"),
    " ON CONFLICT (day, subject) DO UPDATE SET sends = excluded.sends
      RETURNING day"
);

const READ: &str = "
    SELECT (SELECT sends FROM budgets WHERE day IN (?1, ?1 - 1) AND subject = ?2 ORDER BY day DESC LIMIT 1) AS number_sends,
           (SELECT sends FROM budgets WHERE day IN (?1, ?1 - 1) AND subject = ?3 ORDER BY day DESC LIMIT 1) AS account_sends,
           (SELECT sends FROM budgets WHERE day IN (?1, ?1 - 1) AND subject = ?4 ORDER BY day DESC LIMIT 1) AS network_sends,
           (SELECT sends FROM budgets WHERE day IN (?1, ?1 - 1) AND subject = ?5 ORDER BY day DESC LIMIT 1) AS deployment_sends";

impl Payer<'_> {
    fn most(&self) -> i64 {
        let [hour, day] = self.limits;
        hour.count.max(day.count)
    }

    fn blocked_until(&self, ring: &Ring, now: Timestamp) -> Option<Timestamp> {
        let [hour, day] = self.limits;
        ring.blocked_until(&[hour, day, Limit { count: 1, window: self.cooldown }], now)
    }
}

impl TextSend<'_> {
    /// Takes one send from all four, if all four allow it, and tells by a row whether they did. The statements stand first in their batch; what
    /// depends on them follows at once and asks `changes() = 1`.
    #[must_use]
    pub fn spend(&self) -> [Statement; 4] {
        let [number, account, network, deployment] = &self.payers;
        let mut parameters: Vec<Value> = vec![self.now.day().into(), self.now.ten_digits().into(), budgets::ring_length(number.most()).into()];
        for payer in &self.payers {
            let [hour, day] = payer.limits;
            parameters.extend([
                Value::from(payer.subject),
                budgets::ring_length(hour.count).into(),
                (self.now - hour.window).ten_digits().into(),
                budgets::ring_length(day.count).into(),
                (self.now - day.window).ten_digits().into(),
                (self.now - payer.cooldown).ten_digits().into(),
            ]);
        }
        let add = |payer: &Payer<'_>| budgets::add_send(payer.subject, payer.most(), self.now);
        [Statement { sql: SPEND, parameters }, add(account), add(network), add(deployment)]
    }

    /// Reads the four rings.
    #[must_use]
    pub fn read(&self) -> Statement {
        let subjects = self.payers.iter().map(|payer| Value::from(payer.subject));
        Statement { sql: READ, parameters: std::iter::once(self.now.day().into()).chain(subjects).collect() }
    }

    /// Gives the number its send back, for a message that nobody took. The others have spent theirs: whoever makes us try pays for it.
    #[must_use]
    pub fn give_back(&self) -> Statement {
        let [number, ..] = &self.payers;
        budgets::give_back(number.subject, self.now)
    }

    /// When the next send is allowed, as far as these rings know.
    #[must_use]
    pub fn blocked_until(&self, rings: &[Ring; 4]) -> Option<Timestamp> {
        self.payers.iter().zip(rings).filter_map(|(payer, ring)| payer.blocked_until(ring, self.now)).max()
    }
}
