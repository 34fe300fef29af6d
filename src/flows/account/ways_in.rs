//! The ways into an account, of which the last one can't be removed.

use crate::store::account::Counts;

/// Something that lets its person in by itself. A second factor doesn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayIn {
    /// One address, by a code that is mailed to it.
    Address,
    /// One passkey.
    Passkey,
    /// The password.
    Password,
}

/// Whether a way in remains once this one has gone.
///
/// ```
/// # use nightlatch::flows::account::{WayIn, remains_without};
/// # use nightlatch::store::account::Counts;
/// let counts = Counts { addresses: 1, ..Counts::default() };
/// assert!(!remains_without(counts, WayIn::Address));
/// assert!(remains_without(Counts { passkeys: 1, ..counts }, WayIn::Passkey));
/// ```
#[must_use]
pub const fn remains_without(counts: Counts, gone: WayIn) -> bool {
    let Counts { addresses, passkeys, passwords, .. } = counts;
    let there = match gone {
        WayIn::Address => addresses,
        WayIn::Passkey => passkeys,
        WayIn::Password => passwords,
    };
    // Nothing goes that isn't there.
    addresses + passkeys + passwords > if there > 0 { 1 } else { 0 }
}
