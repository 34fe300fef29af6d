//! A person's phone with an authenticator app on it, and the paper with their recovery codes: both as the account's pages leave them in the database.

use std::rc::Rc;

use base32ct::{Base32UpperUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use nightlatch::factors::recovery_code::{self, Pepper, RecoveryCode};
use nightlatch::factors::totp::TotpKey;
use nightlatch::platform::{Database as _, Statement, Value};
use nightlatch::store::authenticators::{self, Authenticator};
use nightlatch::store::recovery_codes::{self, NewCodes};
use nightlatch::values::keyring::NONCE_BYTES;
use nightlatch::values::{AuthenticatorId, Keyring, Secret, Timestamp, UserId};
use sha1::Sha1;

use crate::browser::Browser;
use crate::house::{HOUR, House, SECRETS, text};
use crate::page::Page;
use crate::support::run;

pub(crate) const ANN: &str = "ann@example.org";

/// Seconds of a step.
pub(crate) const STEP: i64 = 30;

/// An authenticator app that knows a key.
pub(crate) struct Phone {
    key: [u8; 20],
}

impl Phone {
    /// The phone of somebody whose account has its key; the latest step that was taken is the one before this.
    pub(crate) fn set_up(house: &House, address: &str, number: u8) -> Self {
        let (user, key) = (user_of(house, address), [number; 20]);
        let new = Authenticator {
            id: AuthenticatorId::new([number; 16]),
            name: format!("Phone {number}"),
            sealed_key: TotpKey::new(key).seal(&keyring(), &user, [number; NONCE_BYTES]),
            last_step: house.now() / STEP - 1,
            created_at: Timestamp::from_seconds(house.now()),
            used_at: None,
        };
        write(house, vec![authenticators::add(&user, &new)]);
        Self { key }
    }

    /// The app that was shown this key.
    /// The app that was shown the key of this page.
    pub(crate) fn of_page(page: &Page) -> Self {
        let key = page.html.split("id=\"key\">").nth(1).unwrap().split('<').next().unwrap().replace(' ', "");
        Self::with_key(Base32UpperUnpadded::decode_vec(&key).unwrap().try_into().unwrap())
    }

    pub(crate) const fn with_key(key: [u8; 20]) -> Self {
        Self { key }
    }

    /// The code that it shows now.
    pub(crate) fn shows(&self, house: &House) -> String {
        self.showed(house, 0)
    }

    /// The code of so many steps ago; of one to come where that is negative.
    pub(crate) fn showed(&self, house: &House, steps_ago: i64) -> String {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.key).unwrap();
        mac.update(&(house.now() / STEP - steps_ago).to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let offset = usize::from(digest[19] & 0xF);
        let number = u32::from_be_bytes(digest[offset..offset + 4].try_into().unwrap()) & 0x7FFF_FFFF;
        format!("{:06}", number % 1_000_000)
    }
}

/// A house where Ann has an account and, an hour later, an authenticator app; she may ask for codes as often as the tests like.
pub(crate) fn with_app() -> (Rc<House>, Phone) {
    let house = House::with(&[("OTP_COOLDOWN", "0"), ("ADDRESS_SENDS_PER_HOUR", "100"), ("ADDRESS_SENDS_PER_DAY", "1000")]);
    house.browser().signs_in_at_home(ANN);
    house.wait(HOUR);
    let phone = Phone::set_up(&house, ANN, 1);
    (house, phone)
}

/// The page that asks Ann for her second factor, in a new browser that comes from the bookshop.
pub(crate) fn asked(house: &Rc<House>) -> (Browser, Page) {
    let browser = house.browser();
    let page = asked_in(house, &browser);
    (browser, page)
}

/// The same in a browser that she has used before.
pub(crate) fn asked_in(house: &Rc<House>, browser: &Browser) -> Page {
    let page = browser.signs_in_with(&house.books(), &[("prompt", "login")], ANN);
    assert!(page.says("One more step"), "{}", page.html);
    page
}

/// The recovery codes that somebody has kept.
pub(crate) fn recovery_codes_of(house: &House, address: &str) -> Vec<String> {
    let random: [u8; recovery_code::RANDOM_BYTES] = std::array::from_fn(|place| u8::try_from(place).unwrap());
    let (user, codes) = (user_of(house, address), RecoveryCode::set(&random));
    let pepper = Pepper::new([3; recovery_code::PEPPER_BYTES]);
    let tags = codes.iter().map(|code| code.tag(&pepper, &user)).collect();
    let stored = NewCodes { tags, sealed_pepper: pepper.seal(&keyring(), &user, [4; NONCE_BYTES]) };
    write(house, recovery_codes::replace(&user, Timestamp::from_seconds(0), &stored, Timestamp::from_seconds(house.now())).into());
    codes.iter().map(|code| code.shown().to_string()).collect()
}

/// Somebody's id.
pub(crate) fn user_of(house: &House, address: &str) -> UserId {
    let rows = house.world.database.ask("SELECT user_id FROM addresses WHERE identity = ?1", &[text(address)]);
    match &rows[0].0[0] {
        Value::Text(user) => UserId::from_stored(user.clone()),
        Value::Null | Value::Integer(_) => panic!("nobody has {address}"),
    }
}

impl Browser {
    /// Types an app's code into the page that asks for a second factor.
    pub(crate) fn shows_app_code(&self, page: &Page, code: &str) -> Page {
        self.submits(page, "/sign-in/second", &[("authenticator_code", code)])
    }

    /// The same, and ticks that it isn't to be asked again here.
    pub(crate) fn shows_app_code_and_trusts(&self, page: &Page, code: &str) -> Page {
        self.submits(page, "/sign-in/second", &[("authenticator_code", code), ("trust", "yes")])
    }

    /// Chooses the recovery code instead, and types one.
    pub(crate) fn shows_recovery_code(&self, page: &Page, code: &str) -> Page {
        let page = self.opens(&format!("{}&by=recovery_code", page.at));
        self.submits(&page, "/sign-in/second", &[("recovery_code", code)])
    }
}

fn keyring() -> Keyring {
    Keyring::new(&Secret::new(vec![SECRETS[0]; 32]), None)
}

fn write(house: &House, statements: Vec<Statement>) {
    run(house.world.database.batch(statements)).unwrap();
    house.world.database.take_counters();
}
