//! A signing key's life: announced, used, kept, gone; and what its successor means for tokens that it has signed.

use std::rc::Rc;

use nightlatch::platform::SignatureAlgorithm;
use nightlatch::values::base64url;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use serde_json::json;

use crate::house::{DAY, House, MINUTE};

const ANN: &str = "ann@example.org";

/// Another key on P-256, as a private JWK.
fn successor() -> String {
    let key = p256::SecretKey::from_slice(&[5; 32]).unwrap();
    let point = key.public_key().to_sec1_point(false);
    let part = |bytes: &[u8]| base64url::encode(bytes);
    json!({"kty": "EC", "crv": "P-256", "x": part(point.x().unwrap()), "y": part(point.y().unwrap()), "d": part(&[5; 32])}).to_string()
}

fn published(house: &Rc<House>) -> usize {
    let keys = house.books().reads("/jwks").json;
    keys["keys"].as_array().unwrap().iter().filter(|key| key["alg"] == "ES256").count()
}

fn signed_by(token: &str) -> String {
    let header: serde_json::Value = serde_json::from_slice(&base64url::decode(token.split('.').next().unwrap()).unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

#[test]
fn a_key_is_announced_then_signs_and_the_old_one_is_kept_and_then_gone() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let old = signed_by(&site.welcomes(&browser.signs_in(&site, ANN)).text("id_token"));
    let new = house.add_key(SignatureAlgorithm::Es256, &successor(), 14 * DAY);
    house.wait(MINUTE);
    let sign = || signed_by(&site.welcomes(&browser.visits(&site)).text("id_token"));
    assert_eq!((published(&house), sign()), (2, old.clone()), "announced");
    house.wait(6 * DAY);
    sign();
    house.wait(6 * DAY);
    sign();
    house.wait(2 * DAY - MINUTE - 1);
    assert_eq!(sign(), old, "a second before its time");
    house.wait(1);
    assert_eq!((published(&house), sign()), (2, new.to_string()), "used, and the old one kept");
    house.wait(14 * DAY - 1);
    assert_eq!(published(&house), 2);
    house.wait(1);
    assert_eq!(published(&house), 1, "gone");
}

#[test]
fn tokens_of_the_old_key_verify_as_long_as_it_is_kept() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let tokens = site.welcomes(&browser.signs_in(&site, ANN));
    house.wait(MINUTE);
    house.add_key(SignatureAlgorithm::Es256, &successor(), 0);
    house.restart();
    assert_eq!(site.asks_who(&tokens.text("access_token")).status, 200);
    site.trusts(&tokens.text("id_token"));
    let id_token = tokens.text("id_token");
    let silent = [("id_token_hint", id_token.as_str()), ("prompt", "none")];
    house.wait(6 * DAY);
    site.welcomes(&browser.visits_with(&site, &silent));
    house.wait(6 * DAY);
    site.welcomes(&browser.visits_with(&site, &silent));
    house.wait(2 * DAY);
    assert_eq!(browser.visits_with(&site, &silent).error(), "login_required", "nobody can say any more who that was");
}

#[test]
fn a_revoked_key_is_gone_within_a_minute_and_its_tokens_with_it() {
    let house = House::open();
    let (browser, site) = (house.browser(), house.books());
    let tokens = site.welcomes(&browser.signs_in(&site, ANN));
    let revoked = signed_by(&tokens.text("id_token"));
    house.add_key(SignatureAlgorithm::Es256, &successor(), 0);
    house.world.database.ask("UPDATE signing_keys SET revoked_at = 1 WHERE kid = ?1", &[crate::house::text(&revoked)]);
    house.wait(MINUTE);
    assert_eq!(published(&house), 1);
    assert_eq!(site.asks_who(&tokens.text("access_token")).status, 401);
}

#[test]
fn overdue_rotation_warns_and_never_stops_signing() {
    let house = House::open();
    house.wait(400 * DAY);
    house.clean_up();
    assert!(house.logged("key_rotation_overdue"));
    let site = house.books();
    site.welcomes(&house.browser().signs_in(&site, ANN));
}
