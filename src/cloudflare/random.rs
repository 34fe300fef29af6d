//! Random octets, drawn from the runtime many at a time: a call into it costs as much as reading all of a request's headers.

use std::cell::RefCell;

use zeroize::Zeroize as _;

use crate::platform::Fault;

/// What is drawn at a time. A sign-in takes some 300.
const STOCK: usize = 2_048;

/// Octets that nobody has been given yet.
pub(super) struct Random(RefCell<Stock>);

struct Stock {
    octets: [u8; STOCK],
    left: usize,
}

impl Random {
    pub(super) const fn new() -> Self {
        Self(RefCell::new(Stock { octets: [0; STOCK], left: 0 }))
    }

    /// Fills the buffer with octets that nobody else gets.
    ///
    /// # Errors
    /// A fault where the runtime has none.
    pub(super) fn fill(&self, buffer: &mut [u8]) -> Result<(), Fault> {
        match self.0.try_borrow_mut() {
            Ok(mut stock) if buffer.len() <= STOCK => stock.hand_out(buffer),
            Ok(_) | Err(_) => draw(buffer),
        }
    }
}

impl Stock {
    fn hand_out(&mut self, buffer: &mut [u8]) -> Result<(), Fault> {
        if self.left < buffer.len() {
            self.left = 0;
            draw(&mut self.octets)?;
            self.left = STOCK;
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

fn draw(buffer: &mut [u8]) -> Result<(), Fault> {
    getrandom::fill(buffer).map_err(|error| Fault::new(format!("no randomness: {error}")))
}
