//! Networks of IP addresses, in CIDR notation. RFC 4632 §3.1, RFC 4291 §2.3.

use std::net::IpAddr;

use serde::Deserialize;

/// A network: the addresses that begin with the same bits.
///
/// ```
/// # use nightlatch::values::Network;
/// let office = Network::parse("203.0.113.0/24").unwrap();
/// assert!(office.contains("203.0.113.7".parse().unwrap()));
/// assert!(!office.contains("203.0.114.7".parse().unwrap()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network {
    /// The first address, as the highest bits of 128; an IPv4 address in its mapped form (RFC 4291 §2.5.5.2).
    first: u128,
    /// How many bits they share.
    shared: u32,
}

/// Bits before an IPv4 address in its mapped form.
const MAPPED: u32 = 96;

impl Network {
    /// Reads `address/bits`, or an address alone. `None` where it is neither, or where bits are set behind those that are shared: that is most often a slip.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().ok()?;
        let (offset, width) = match address {
            IpAddr::V4(_) => (MAPPED, 32),
            IpAddr::V6(_) => (0, 128),
        };
        let bits = match bits {
            None => width,
            Some(bits) if bits.bytes().all(|b| b.is_ascii_digit()) => bits.parse().ok().filter(|bits| *bits <= width)?,
            Some(_) => return None,
        };
        let network = Self { first: bits_of(address), shared: offset + bits };
        (network.first & !network.mask() == 0).then_some(network)
    }

    /// Whether the address lies in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        bits_of(address) & self.mask() == self.first
    }

    fn mask(&self) -> u128 {
        u128::MAX.checked_shl(128 - self.shared).unwrap_or(0)
    }
}

fn bits_of(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().into(),
        IpAddr::V6(address) => address.into(),
    }
}

impl TryFrom<String> for Network {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a network is the first of its addresses and a number of bits, such as 203.0.113.0/24 or 2001:db8::/32")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(network: &str, address: &str) -> bool {
        Network::parse(network).unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn an_address_lies_in_its_own_networks_alone() {
        for (network, address, inside) in [
            ("203.0.113.0/24", "203.0.113.255", true),
            ("203.0.113.0/24", "203.0.112.255", false),
            ("203.0.113.9", "203.0.113.9", true),
            ("203.0.113.9", "203.0.113.8", false),
            ("0.0.0.0/0", "255.1.2.3", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("2001:db8::1/128", "2001:db8::1", true),
        ] {
            assert_eq!(contains(network, address), inside, "{address} in {network}");
        }
    }

    #[test]
    fn an_ipv4_address_is_the_same_in_its_mapped_form() {
        assert!(contains("203.0.113.0/24", "::ffff:203.0.113.7"));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in
            ["", "203.0.113.0/33", "203.0.113.1/24", "2001:db8::/129", "2001:db8::1/32", "203.0.113/24", "203.0.113.0/", "203.0.113.0/+8", "office"]
        {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
