//! What people own beside their mailbox: an authenticator app and a recovery code, put in as their account page would.

use hmac::{Hmac, KeyInit as _, Mac as _};
use nightlatch::factors::recovery_code::{PEPPER_BYTES, Pepper, RecoveryCode};
use nightlatch::factors::totp::TotpKey;
use nightlatch::platform::Value;
use nightlatch::values::keyring::NONCE_BYTES;
use nightlatch::values::{Keyring, Secret, UserId};
use sha1::Sha1;

use crate::house::{House, SECRETS, text};

const APP_KEY: [u8; 20] = [42; 20];
/// The recovery code of whoever has one.
pub(crate) const RECOVERY_CODE: &str = "ABCDE-23456";

fn keyring() -> Keyring {
    Keyring::new(&Secret::new(vec![SECRETS[0]; 32]), None)
}

/// The person of an address.
pub(crate) fn person(house: &House, address: &str) -> UserId {
    match house.world.database.ask("SELECT user_id FROM addresses WHERE identity = ?1", &[text(address)])[0].0[0].clone() {
        Value::Text(id) => UserId::from_stored(id),
        Value::Null | Value::Integer(_) => panic!("nobody has {address}"),
    }
}

/// Gives somebody an authenticator app.
pub(crate) fn gets_an_app(house: &House, address: &str) {
    let user = person(house, address);
    let sealed = TotpKey::new(APP_KEY).seal(&keyring(), &user, [9; NONCE_BYTES]);
    let sql =
        "INSERT INTO authenticators (user_id, id, name, sealed_key, last_step, created_at) VALUES (?1, 'AAAAAAAAAAAAAAAAAAAAAA', 'Phone', ?2, 0, 0)";
    house.world.database.ask(sql, &[text(user.as_str()), text(&sealed)]);
}

/// Gives somebody a recovery code.
pub(crate) fn gets_a_recovery_code(house: &House, address: &str) {
    let user = person(house, address);
    let pepper = Pepper::new([3; PEPPER_BYTES]);
    let tag = RecoveryCode::read(RECOVERY_CODE).unwrap().tag(&pepper, &user);
    let sealed = pepper.seal(&keyring(), &user, [4; NONCE_BYTES]);
    let sql = "INSERT INTO recovery_codes (user_id, hash, sealed_pepper, created_at) VALUES (?1, ?2, ?3, 0)";
    house.world.database.ask(sql, &[text(user.as_str()), text(&tag), text(&sealed)]);
}

/// What the app shows now. RFC 6238.
pub(crate) fn app_shows(house: &House) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(&APP_KEY).unwrap();
    mac.update(&(house.now() / 30).to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest[19] & 15);
    let number = u32::from_be_bytes(digest[offset..offset + 4].try_into().unwrap()) & 0x7FFF_FFFF;
    format!("{:06}", number % 1_000_000)
}
