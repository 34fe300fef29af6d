//! Settings that only make sense in an order: an idle limit above the absolute one would never be reached.
//!
//! A default bows to what the operator says; two values of the operator's that contradict each other are refused.

use std::collections::BTreeMap;

use super::kinds::Kind;
use super::row::variable;
use super::{Misconfigured, Settings};

/// Lowers defaults that lie above the operator's limits, and refuses values that do.
pub(super) fn put_in_order(settings: &mut Settings, environment: &BTreeMap<String, String>) -> Result<(), Misconfigured> {
    let s = settings;
    let orders = [
        at_most("session_idle", &mut s.session_idle, ("session_absolute", s.session_absolute), environment),
        at_most("refresh_sliding", &mut s.refresh_sliding, ("refresh_absolute", s.refresh_absolute), environment),
        at_most("refresh_grace", &mut s.refresh_grace, ("refresh_sliding", s.refresh_sliding), environment),
        at_most("jwks_max_age", &mut s.jwks_max_age, ("key_announce", s.key_announce), environment),
        // A token must not outlive the published key that it is verified with.
        at_most("access_token_lifetime", &mut s.access_token_lifetime, ("key_keep", s.key_keep), environment),
        at_most("id_token_lifetime", &mut s.id_token_lifetime, ("key_keep", s.key_keep), environment),
        at_most("address_sends_per_hour", &mut s.address_sends_per_hour, ("address_sends_per_day", s.address_sends_per_day), environment),
        at_most("phone_texts_per_hour", &mut s.phone_texts_per_hour, ("phone_texts_per_day", s.phone_texts_per_day), environment),
        at_most("account_texts_per_hour", &mut s.account_texts_per_hour, ("account_texts_per_day", s.account_texts_per_day), environment),
        at_most("ip_texts_per_hour", &mut s.ip_texts_per_hour, ("ip_texts_per_day", s.ip_texts_per_day), environment),
        at_most("deployment_texts_per_hour", &mut s.deployment_texts_per_hour, ("deployment_texts_per_day", s.deployment_texts_per_day), environment),
        at_most("address_guesses_per_hour", &mut s.address_guesses_per_hour, ("address_guesses_per_day", s.address_guesses_per_day), environment),
    ];
    orders.into_iter().collect()
}

fn at_most<T: Kind + Copy + PartialOrd>(
    name: &str,
    value: &mut T,
    (limit_name, limit): (&str, T),
    environment: &BTreeMap<String, String>,
) -> Result<(), Misconfigured> {
    if *value <= limit {
        return Ok(());
    }
    if environment.contains_key(&variable(name)) {
        let (value, limit) = (value.size().unwrap_or_default(), limit.size().unwrap_or_default());
        let limit_name = variable(limit_name);
        return Err(Misconfigured::of(name, format!("is {value}, more than the {limit} of {limit_name}: lower the one or raise the other")));
    }
    *value = limit;
    Ok(())
}
