//! Random octets that are drawn many at a time and handed out once: a call into the runtime for a few costs as much as one for many.

use std::fmt;

use zeroize::Zeroize as _;

/// What is drawn at a time.
const OCTETS: usize = 2_048;

/// Octets that nobody has been given yet. What is handed out is overwritten.
pub struct RandomStock {
    octets: [u8; OCTETS],
    left: usize,
}

impl RandomStock {
    /// A stock of none: the first call draws.
    #[must_use]
    pub const fn new() -> Self {
        Self { octets: [0; OCTETS], left: 0 }
    }

    /// Fills the buffer with octets that nobody else gets. `draw` fills what it is given with fresh ones.
    ///
    /// # Errors
    /// What `draw` gives; nothing is handed out then.
    pub fn fill<E>(&mut self, buffer: &mut [u8], mut draw: impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<(), E> {
        if buffer.len() > OCTETS {
            return draw(buffer);
        }
        if self.left < buffer.len() {
            self.left = 0;
            draw(&mut self.octets)?;
            self.left = OCTETS;
        }
        let rest = self.left - buffer.len();
        if let Some(octets) = self.octets.get_mut(rest..self.left) {
            buffer.copy_from_slice(octets);
            octets.zeroize();
        }
        self.left = rest;
        Ok(())
    }
}

impl Default for RandomStock {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for RandomStock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RandomStock(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::convert::Infallible;

    /// Draws numbers in place of octets' randomness: each pair of octets occurs once in 65,536.
    fn numbers(next: &mut u16) -> impl FnMut(&mut [u8]) -> Result<(), Infallible> {
        |buffer| {
            for pair in buffer.chunks_mut(2) {
                pair.copy_from_slice(&next.to_be_bytes()[..pair.len()]);
                *next += 1;
            }
            Ok(())
        }
    }

    #[test]
    fn no_octets_are_handed_out_twice_however_many_are_asked_for() {
        let (mut stock, mut next, mut seen) = (RandomStock::new(), 1, HashSet::new());
        for length in (0..96).map(|turn| [2, 16, 24, 128, OCTETS, OCTETS + 2][turn % 6]) {
            let mut buffer = vec![0; length];
            stock.fill(&mut buffer, numbers(&mut next)).unwrap();
            for pair in buffer.chunks(2) {
                assert!(seen.insert(pair.to_vec()), "{pair:?} was handed out before");
            }
        }
        assert!(!seen.contains(&vec![0, 0]), "what was overwritten is never handed out");
    }

    #[test]
    fn what_was_handed_out_is_nowhere_left() {
        let (mut stock, mut next) = (RandomStock::new(), 1);
        stock.fill(&mut [0; 100], numbers(&mut next)).unwrap();
        assert!(stock.octets[OCTETS - 100..].iter().all(|octet| *octet == 0));
        assert!(stock.octets[..OCTETS - 100].chunks(2).all(|pair| pair != [0, 0]));
        assert_eq!(format!("{stock:?}"), "RandomStock(…)");
    }

    #[test]
    fn a_draw_that_fails_leaves_nothing_to_be_handed_out() {
        let (mut stock, mut next) = (RandomStock::new(), 1);
        stock.fill(&mut [0; OCTETS - 8], numbers(&mut next)).unwrap();
        let mut buffer = [0; 16];
        assert_eq!(stock.fill(&mut buffer, |_| Err("none")), Err("none"));
        assert_eq!((stock.fill(&mut [0; 1], |_| Err("none")), buffer), (Err("none"), [0; 16]), "the eight that were left aren't, either");
    }
}
