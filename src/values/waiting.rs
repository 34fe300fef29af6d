//! Who waits for what, by number: values that come later, from outside, and at most once.
//!
//! The runtime may end a request whose client has gone away: nothing of it is called again, and nobody says so. What has been waited for too long is
//! given up, so that such requests don't pile up.

use std::collections::HashMap;
use std::mem;
use std::task::Waker;

/// How long somebody waits, in milliseconds: longer than any time limit of ours, or of D1.
const PATIENCE: u64 = 60_000;
/// How often it is looked whose patience has ended, in milliseconds.
const ROUND: u64 = 5_000;

/// Those who wait.
pub struct Waiting<T> {
    entries: HashMap<u32, Entry<T>>,
    next: u32,
    round: u64,
}

struct Entry<T> {
    since: u64,
    state: State<T>,
}

enum State<T> {
    Pending(Option<Waker>),
    Come(T),
}

/// What nobody waits for any longer. To let go of it may let go of others that wait: do it where nobody holds the table.
#[must_use]
pub struct GivenUp<T>(Vec<Entry<T>>);

impl<T> GivenUp<T> {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl<T> Waiting<T> {
    /// Begins to wait at this time, in milliseconds; gives the number, and from time to time those who have waited too long.
    pub fn begin(&mut self, now: u64) -> (u32, GivenUp<T>) {
        let given_up = if now >= self.round { self.round(now) } else { Vec::new() };
        let number = self.next;
        self.next = number.wrapping_add(1);
        self.entries.insert(number, Entry { since: now, state: State::Pending(None) });
        (number, GivenUp(given_up))
    }

    fn round(&mut self, now: u64) -> Vec<Entry<T>> {
        self.round = now + ROUND;
        self.entries.extract_if(|_, entry| now.saturating_sub(entry.since) > PATIENCE).map(|(_, entry)| entry).collect()
    }

    /// Takes what has come; else this waker is woken when it comes.
    pub fn poll(&mut self, number: u32, waker: &Waker) -> Option<T> {
        let entry = self.entries.get_mut(&number)?;
        match mem::replace(&mut entry.state, State::Pending(Some(waker.clone()))) {
            State::Come(value) => {
                self.entries.remove(&number);
                Some(value)
            }
            State::Pending(_) => None,
        }
    }

    /// It has come; gives whom to wake. What nobody waits for is dropped.
    pub fn come(&mut self, number: u32, value: T) -> Option<Waker> {
        let entry = self.entries.get_mut(&number)?;
        match mem::replace(&mut entry.state, State::Come(value)) {
            State::Pending(waker) => waker,
            State::Come(_) => None,
        }
    }

    /// Nobody waits for it any longer.
    pub fn end(&mut self, number: u32) -> GivenUp<T> {
        GivenUp(self.entries.remove(&number).into_iter().collect())
    }
}

impl<T> Default for Waiting<T> {
    fn default() -> Self {
        Self { entries: HashMap::new(), next: 0, round: 0 }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Bell(AtomicU32);

    impl Bell {
        fn rung(&self) -> u32 {
            self.0.load(Ordering::Relaxed)
        }
    }

    impl Wake for Bell {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn what_comes_wakes_who_waits_for_it_and_is_taken_once() {
        let (mut waiting, bell) = (Waiting::default(), Arc::new(Bell::default()));
        let waker = Waker::from(Arc::clone(&bell));
        let ((one, _), (other, _)) = (waiting.begin(0), waiting.begin(0));
        assert!(waiting.poll(one, &waker).is_none() && waiting.poll(other, Waker::noop()).is_none());
        waiting.come(one, "value").unwrap().wake();
        assert_eq!((bell.rung(), waiting.poll(one, &waker)), (1, Some("value")));
        assert_eq!((waiting.poll(one, &waker), waiting.poll(other, &waker)), (None, None));
    }

    #[test]
    fn what_comes_before_anybody_asks_is_kept() {
        let mut waiting = Waiting::default();
        let (one, _) = waiting.begin(0);
        assert!(waiting.come(one, "value").is_none(), "nobody is there to be woken");
        assert_eq!(waiting.poll(one, Waker::noop()), Some("value"));
    }

    #[test]
    fn what_nobody_waits_for_is_dropped() {
        let mut waiting = Waiting::default();
        let (one, _) = waiting.begin(0);
        assert_eq!(waiting.end(one).count(), 1);
        assert!(waiting.come(one, "value").is_none() && waiting.entries.is_empty());
    }

    #[test]
    fn whoever_waits_too_long_is_given_up_and_nobody_else() {
        let (mut waiting, bell) = (Waiting::<()>::default(), Arc::new(Bell::default()));
        let (old, _) = waiting.begin(0);
        assert!(waiting.poll(old, &Waker::from(Arc::clone(&bell))).is_none());
        let (young, _) = waiting.begin(1);
        assert_eq!(waiting.begin(PATIENCE).1.count(), 0, "nobody has waited longer than that");
        let given_up = waiting.begin(PATIENCE + ROUND).1;
        assert_eq!((given_up.count(), Arc::strong_count(&bell)), (2, 2), "the waker is still held");
        drop(given_up);
        assert_eq!(Arc::strong_count(&bell), 1, "and let go of with what was given up");
        assert!(waiting.come(old, ()).is_none() && waiting.come(young, ()).is_none());
        assert_eq!(waiting.entries.len(), 2, "the two that began since");
    }

    #[test]
    fn a_crowd_of_the_abandoned_stays_bounded() {
        let mut waiting = Waiting::<()>::default();
        for millisecond in 0..10 * PATIENCE {
            drop(waiting.begin(millisecond));
            assert!(waiting.entries.len() <= usize::try_from(PATIENCE + ROUND + 1).unwrap());
        }
    }
}
