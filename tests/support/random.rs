//! Randomness that is the same in every run: SHA-256 over a seed and a counter.

use std::cell::Cell;

use sha2::{Digest, Sha256};

/// The generator; two of the same seed give the same bytes.
#[derive(Default)]
pub(crate) struct SeededRandom {
    seed: u64,
    counter: Cell<u64>,
}

impl SeededRandom {
    /// A generator with bytes of its own.
    pub(crate) fn with_seed(seed: u64) -> Self {
        Self { seed, counter: Cell::new(0) }
    }

    /// Fills the buffer with the next bytes.
    pub(crate) fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let counter = self.counter.get();
            self.counter.set(counter + 1);
            let block = Sha256::new().chain_update(self.seed.to_be_bytes()).chain_update(counter.to_be_bytes()).finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }
}
