//! Authenticator data with each part there, missing, too short and too long; and each flag.

use super::*;

const RP_ID: &str = "login.example";

fn data(flags: u8, behind: &[u8]) -> Vec<u8> {
    [Sha256::digest(RP_ID).as_slice(), &[flags], &7_u32.to_be_bytes(), behind].concat()
}

fn credential(id: &[u8]) -> Vec<u8> {
    let length = u16::try_from(id.len()).unwrap().to_be_bytes();
    let key = [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32][..], &[0xcc; 32]].concat();
    [b"0123456789abcdef", length.as_slice(), id, &key].concat()
}

fn checked(flags: u8, user_verification: UserVerification) -> Result<(), WebauthnError> {
    let expected = Expected { challenge: &[0; 32], rp_id: RP_ID, origins: &[], user_verification };
    AuthenticatorData::parse(&data(flags, &[])).unwrap().check(&expected)
}

#[test]
fn an_assertions_data_are_37_bytes() {
    let read = AuthenticatorData::parse(&data(USER_PRESENT, &[])).unwrap();
    assert_eq!((read.counter, &read.attested), (7, &None));
    for at in 0..37 {
        assert_eq!(AuthenticatorData::parse(&data(USER_PRESENT, &[])[..at]), Err(WebauthnError::AuthenticatorData), "{at}");
    }
    assert_eq!(AuthenticatorData::parse(&data(USER_PRESENT, &[0])), Err(WebauthnError::AuthenticatorData));
}

#[test]
fn a_registrations_data_hold_the_credential() {
    let flags = USER_PRESENT | ATTESTED_CREDENTIAL;
    let whole = data(flags, &credential(b"its id"));
    let attested = AuthenticatorData::parse(&whole).unwrap().attested.unwrap();
    assert_eq!(attested.id, CredentialId::from_bytes(b"its id").unwrap());
    assert_eq!(attested.aaguid, Aaguid::from_bytes(*b"0123456789abcdef"));
    for at in 0..whole.len() {
        assert!(AuthenticatorData::parse(&whole[..at]).is_err(), "{at}");
    }
    assert_eq!(AuthenticatorData::parse(&[whole.as_slice(), &[0]].concat()), Err(WebauthnError::AuthenticatorData));
    // What no flag announces may not be there.
    assert_eq!(AuthenticatorData::parse(&data(USER_PRESENT, &credential(b"its id"))), Err(WebauthnError::AuthenticatorData));
}

#[test]
fn a_credentials_id_has_1_to_1023_bytes() {
    let parse = |id: &[u8]| AuthenticatorData::parse(&data(USER_PRESENT | ATTESTED_CREDENTIAL, &credential(id)));
    assert!(parse(&[1]).is_ok() && parse(&[1; 1_023]).is_ok());
    assert_eq!(parse(&[]), Err(WebauthnError::CredentialId));
    assert_eq!(parse(&[1; 1_024]), Err(WebauthnError::CredentialId));
}

#[test]
fn extensions_are_passed_over_to_their_end() {
    let extensions = b"\xa1\x6bcredProtect\x02";
    let parse = |flags: u8, behind: &[u8]| AuthenticatorData::parse(&data(flags, behind));
    assert!(parse(USER_PRESENT | EXTENSIONS, extensions).is_ok());
    let both = [credential(b"its id").as_slice(), extensions].concat();
    assert!(parse(USER_PRESENT | ATTESTED_CREDENTIAL | EXTENSIONS, &both).is_ok());
    for wrong in [&[][..], &[0x80], &[0xa0, 0xa0], &extensions[..5], &[0xbf, 0xff]] {
        assert_eq!(parse(USER_PRESENT | EXTENSIONS, wrong), Err(WebauthnError::AuthenticatorData), "{wrong:x?}");
    }
    assert_eq!(parse(USER_PRESENT, extensions), Err(WebauthnError::AuthenticatorData));
}

#[test]
fn somebody_has_to_be_present() {
    assert_eq!(checked(USER_PRESENT, UserVerification::Preferred), Ok(()));
    assert_eq!(checked(0, UserVerification::Preferred), Err(WebauthnError::UserPresence));
    assert_eq!(checked(USER_VERIFIED, UserVerification::Required), Err(WebauthnError::UserPresence));
}

#[test]
fn the_person_is_verified_where_that_is_required() {
    assert_eq!(checked(USER_PRESENT | USER_VERIFIED, UserVerification::Required), Ok(()));
    assert_eq!(checked(USER_PRESENT | BACKUP_ELIGIBLE, UserVerification::Required), Err(WebauthnError::UserVerification));
}

#[test]
fn only_what_may_be_backed_up_is() {
    for flags in [BACKUP_ELIGIBLE, BACKUP_ELIGIBLE | BACKED_UP] {
        assert_eq!(checked(USER_PRESENT | flags, UserVerification::Preferred), Ok(()));
    }
    assert_eq!(checked(USER_PRESENT | BACKED_UP, UserVerification::Preferred), Err(WebauthnError::BackupState));
}

#[test]
fn reserved_flags_mean_nothing() {
    assert_eq!(checked(USER_PRESENT | 1 << 1 | 1 << 5, UserVerification::Preferred), Ok(()));
}

#[test]
fn another_rp_id_is_refused() {
    let data = AuthenticatorData::parse(&data(USER_PRESENT, &[])).unwrap();
    for rp_id in ["example", "evil.example", "LOGIN.example", ""] {
        let expected = Expected { challenge: &[0; 32], rp_id, origins: &[], user_verification: UserVerification::Preferred };
        assert_eq!(data.check(&expected), Err(WebauthnError::RpId), "{rp_id}");
    }
}
