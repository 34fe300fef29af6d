//! Nightlatch as people meet it: browsers that sign in, sites that redeem, an operator who turns screws, and a clock that anybody may move.
//!
//! Everything runs over the real migrations in SQLite and real signatures; what workerd adds is tested in `tests/e2e`.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod belongings;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod device;
#[cfg(test)]
mod house;
#[cfg(test)]
mod page;
#[cfg(test)]
mod phone;
#[cfg(test)]
mod site;

#[cfg(test)]
mod account;
#[cfg(test)]
mod account_addresses;
#[cfg(test)]
mod account_whole;
#[cfg(test)]
mod action_challenges;
#[cfg(test)]
mod action_passkeys;
#[cfg(test)]
mod admission;
#[cfg(test)]
mod caching;
#[cfg(test)]
mod clean_up;
#[cfg(test)]
mod cost;
#[cfg(test)]
mod disabled;
#[cfg(test)]
mod guessing;
#[cfg(test)]
mod key_rotation;
#[cfg(test)]
mod logout;
#[cfg(test)]
mod outages;
#[cfg(test)]
mod passkey_account;
#[cfg(test)]
mod passkey_offer;
#[cfg(test)]
mod passkey_second_factor;
#[cfg(test)]
mod passkey_sign_in;
#[cfg(test)]
mod passkey_tickets;
#[cfg(test)]
mod passkeys_off;
#[cfg(test)]
mod password_account;
#[cfg(test)]
mod password_reset;
#[cfg(test)]
mod passwords;
#[cfg(test)]
mod phone_budgets;
#[cfg(test)]
mod phones;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod prompting;
#[cfg(test)]
mod refreshing;
#[cfg(test)]
mod resending;
#[cfg(test)]
mod second_factor;
#[cfg(test)]
mod second_factor_attacks;
#[cfg(test)]
mod second_factors_of_account;
#[cfg(test)]
mod secret_rotation;
#[cfg(test)]
mod sending;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod signing_in;
#[cfg(test)]
mod starting;
mod taken_back;
