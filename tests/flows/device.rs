//! A device that makes passkeys and uses them, as its browser's pages ask.

use std::cell::Cell;

use nightlatch::platform::VerificationAlgorithm;
use nightlatch::values::{UserId, base64url};
use serde_json::Value as Json;

use crate::browser::Browser;
use crate::house::{House, ISSUER};
use crate::page::Page;
use crate::site::Site;
use crate::support::authenticator::{Answer, Asked, Authenticator};

/// Changes what a device says before it is signed.
pub(crate) type Change = fn(&mut Answer);

/// One device with one passkey.
pub(crate) struct Device {
    authenticator: Authenticator,
    user: UserId,
    counter: Cell<u32>,
}

impl Device {
    /// A device for the person whom a page makes a passkey for.
    pub(crate) fn of(page: &Page, algorithm: VerificationAlgorithm, seed: u8) -> Self {
        let (_, options) = page.passkey().expect("the page makes a passkey");
        let user = UserId::parse(options["user"]["id"].as_str().unwrap()).unwrap();
        Self::with(algorithm, seed, &user)
    }

    /// A device for somebody; two with the same seed have the same key and the same credential id.
    pub(crate) fn with(algorithm: VerificationAlgorithm, seed: u8, user: &UserId) -> Self {
        Self { authenticator: Authenticator::new(algorithm, seed, user), user: user.clone(), counter: Cell::new(0) }
    }

    /// Whose it is.
    pub(crate) fn user(&self) -> &UserId {
        &self.user
    }

    /// What it answers to the page that makes a passkey, with something changed before it is signed.
    pub(crate) fn makes(&self, page: &Page, change: impl FnOnce(&mut Answer)) -> [(&'static str, String); 2] {
        let (ceremony, options) = page.passkey().expect("the page makes a passkey");
        let rp_id = options["rp"]["id"].as_str().unwrap();
        let mut answer = self.authenticator.creates(Asked { challenge: challenge(&options), rp_id, origin: ISSUER });
        change(&mut answer);
        [("ceremony", ceremony), ("credential", self.authenticator.registration(&answer).to_string())]
    }

    /// What it answers to a site's page of that origin, which has the options of a ticket.
    pub(crate) fn makes_for(options: &Json, origin: &str, seed: u8) -> (Self, Json) {
        let user = UserId::parse(options["user"]["id"].as_str().unwrap()).unwrap();
        let device = Self::with(VerificationAlgorithm::Es256, seed, &user);
        let rp_id = options["rp"]["id"].as_str().unwrap();
        let answer = device.authenticator.creates(Asked { challenge: challenge(options), rp_id, origin });
        let credential = device.authenticator.registration(&answer);
        (device, credential)
    }

    /// What it answers to a page that asks for a passkey, with something changed before it is signed.
    pub(crate) fn shows(&self, page: &Page, change: impl FnOnce(&mut Answer)) -> [(&'static str, String); 2] {
        let (ceremony, options) = page.passkey().expect("the page asks for a passkey");
        self.counter.set(self.counter.get() + 1);
        let asked = Asked { challenge: challenge(&options), rp_id: options["rpId"].as_str().unwrap(), origin: ISSUER };
        let mut answer = self.authenticator.gets(asked, self.counter.get());
        change(&mut answer);
        [("ceremony", ceremony), ("credential", self.authenticator.assertion(&answer).to_string())]
    }

    /// Signs in by its passkey on the address page.
    pub(crate) fn signs_in(&self, browser: &Browser, page: &Page) -> Page {
        submits(browser, page, "/sign-in/passkey", &self.shows(page, |_| {}))
    }
}

/// Posts what a device has answered.
pub(crate) fn submits(browser: &Browser, page: &Page, action: &str, answer: &[(&'static str, String); 2]) -> Page {
    let typed: Vec<(&str, &str)> = answer.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.submits(page, action, &typed)
}

/// Signs in by code in a browser that can make passkeys; gives the page that comes after.
pub(crate) fn signs_in_by_code(house: &House, browser: &Browser, site: &Site, address: &str) -> Page {
    let page = browser.asks_for_code(&browser.visits(site), address);
    browser.submits(&page, "/sign-in/code", &[("code", &house.code_for(address)), ("passkeys", "1")])
}

/// Signs in by code, and takes the offer of a passkey.
pub(crate) fn takes_offer(house: &House, browser: &Browser, site: &Site, address: &str) -> (Device, Page) {
    let offer = signs_in_by_code(house, browser, site, address);
    let device = Device::of(&offer, VerificationAlgorithm::Es256, 1);
    let back = submits(browser, &offer, "/sign-in/passkey/new", &device.makes(&offer, |_| {}));
    (device, back)
}

fn challenge(options: &Json) -> [u8; 32] {
    base64url::decode(options["challenge"].as_str().unwrap()).unwrap().try_into().unwrap()
}
