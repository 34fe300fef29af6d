//! Which kind of authenticator holds a passkey, by its AAGUID: a name for lists, never a reason to trust. WebAuthn Level 3 §6.5.1.
//!
//! The list is kept by hand and short: what people have on phones and computers, and the keys most seen. The ids are those that the vendors publish, as
//! the FIDO Metadata Service and the community's list (passkeydeveloper/passkey-authenticator-aaguids) have them.

use std::fmt;

/// The id of a kind of authenticator. Without attestation it is a claim; many say nothing, which is all zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Aaguid(u128);

impl Aaguid {
    /// As authenticator data has it.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }

    /// As `Display` writes it, from a row of the database.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let read = Self(u128::from_str_radix(&text.replace('-', ""), 16).ok()?);
        (read.to_string() == text).then_some(read)
    }

    /// What people call it, if it is a well-known one.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        KNOWN.iter().find(|(id, _)| *id == self.0).map(|(_, name)| *name)
    }
}

impl fmt::Display for Aaguid {
    /// As RFC 9562 §4 writes an UUID.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.0;
        write!(f, "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", id >> 96, id >> 80 & 0xffff, id >> 64 & 0xffff, id >> 48 & 0xffff, id & 0xffff_ffff_ffff)
    }
}

#[rustfmt::skip]
const KNOWN: [(u128, &str); 37] = [
    // What comes with the device or the browser.
    (0xfbfc3007_154e_4ecc_8c0b_6e020557d7bd, "Apple Passwords"),
    (0xdd4ec289_e01d_41c9_bb89_70fa845d4bf2, "Apple Passwords (managed)"),
    (0xea9b8d66_4d01_1d21_3ce4_b6b48cb575d4, "Google Password Manager"),
    (0x08987058_cadc_4b81_b6e1_30de50dcbe96, "Windows Hello"),
    (0x9ddd1817_af5a_4672_a2b9_3e3dd95000a9, "Windows Hello"),
    (0x6028b017_b1d4_4c02_b4b3_afcdafc96bb2, "Windows Hello"),
    (0xd3452668_01fd_4c12_926c_83a4204853aa, "Microsoft Password Manager"),
    (0xde1e552d_db1d_4423_a619_566b625cdc84, "Microsoft Authenticator"),
    (0x90a3ccdf_635c_4729_a248_9b709135078f, "Microsoft Authenticator"),
    (0x53414d53_554e_4700_0000_000000000000, "Samsung Pass"),
    (0xadce0002_35bc_c60a_648b_0b25f1f05503, "Chrome on Mac"),
    (0x771b48fd_d3d4_4f74_9232_fc157ab0507a, "Edge on Mac"),
    (0xb5397666_4885_aa6b_cebf_e52262a439a2, "Chromium"),
    // Password managers.
    (0xbada5566_a7aa_401f_bd96_45619a55120d, "1Password"),
    (0xd548826e_79b4_db40_a3d8_11116f7e8349, "Bitwarden"),
    (0x531126d6_e717_415c_9320_3d9aa6981239, "Dashlane"),
    (0xf3809540_7f14_49c1_a8b3_8f813b225541, "Enpass"),
    (0xeaecdef2_1c31_5634_8639_f1cbd9c00a08, "KeePassDX"),
    (0xfdb141b2_5d84_443e_8a35_4698c205a502, "KeePassXC"),
    (0x0ea242b4_43c4_4a1b_8b17_dd6d0b6baec6, "Keeper"),
    (0xb78a0a55_6ef8_d246_a042_ba0f6d55050c, "LastPass"),
    (0xb84e4048_15dc_4dd0_8640_f4f60813c8af, "NordPass"),
    (0x50726f74_6f6e_5061_7373_50726f746f6e, "Proton Pass"),
    (0xb35a26b2_8f6e_4697_ab1d_d44db4da28c6, "Zoho Vault"),
    // Security keys.
    (0xcb69481e_8ff7_4039_93ec_0a2729a154a8, "YubiKey 5"),
    (0xee882879_721c_4913_9775_3dfcce97072a, "YubiKey 5"),
    (0x19083c3d_8383_4b18_bc03_8f1c9ab2fd1b, "YubiKey 5"),
    (0xff4dac45_ede8_4ec2_aced_cf66103f4335, "YubiKey 5"),
    (0xfa2b99dc_9e39_4257_8f92_4a30d23c4118, "YubiKey 5 NFC"),
    (0x2fc0579f_8113_47ea_b116_bb5a8db9202a, "YubiKey 5 NFC"),
    (0xa25342c0_3cdc_4414_8e46_f4807fca511c, "YubiKey 5 NFC"),
    (0xd7781e5d_e353_46aa_afe2_3ca49f13332a, "YubiKey 5 NFC"),
    (0xc5ef55ff_ad9a_4b9f_b580_adebafe026d0, "YubiKey 5Ci"),
    (0xa02167b9_ae71_4ac7_9a07_06432ebb6f1c, "YubiKey 5Ci"),
    (0x24673149_6c86_42e7_98d9_433fb5b73296, "YubiKey 5Ci"),
    (0xd8522d9f_575b_4866_88a9_ba99fa02f35b, "YubiKey Bio"),
    (0xa4e9fc6d_4cbe_4758_b8ba_37598bb5bbaa, "Security Key NFC by Yubico"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_authenticators_have_a_name() {
        for (text, name) in [
            ("fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "Apple Passwords"),
            ("08987058-cadc-4b81-b6e1-30de50dcbe96", "Windows Hello"),
            ("53414d53-554e-4700-0000-000000000000", "Samsung Pass"),
        ] {
            let aaguid = Aaguid::parse(text).unwrap();
            assert_eq!((aaguid.name(), aaguid.to_string().as_str()), (Some(name), text));
        }
        assert_eq!(Aaguid::from_bytes(*b"Proton Pass\0\0\0\0\0").name(), None);
        assert_eq!(Aaguid::from_bytes(*b"ProtonPassProton").name(), Some("Proton Pass"));
        assert_eq!(Aaguid::from_bytes([0; 16]).name(), None);
    }

    #[test]
    fn no_id_stands_in_the_list_twice() {
        let mut ids: Vec<u128> = KNOWN.iter().map(|(id, _)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), KNOWN.len());
    }

    #[test]
    fn an_aaguid_is_read_as_it_was_written() {
        for bytes in [[0; 16], [255; 16], *b"0123456789abcdef"] {
            let aaguid = Aaguid::from_bytes(bytes);
            assert_eq!(Aaguid::parse(&aaguid.to_string()), Some(aaguid));
        }
        for text in ["", "0", "00000000000000000000000000000000", "+0000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-00000000000G"] {
            assert_eq!(Aaguid::parse(text), None, "{text}");
        }
    }
}
