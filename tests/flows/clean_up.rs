//! The cron: what has expired goes, all else stays.

use std::rc::Rc;

use crate::house::{DAY, HOUR, House, MINUTE};

/// Rows of the tables that expire: challenges, codes, sessions, grants, budgets.
fn rows(house: &Rc<House>) -> [i64; 5] {
    ["challenges", "codes", "sessions", "grants", "budgets"].map(|table| house.count(table))
}

/// The same after the cron's visit, so many seconds later.
fn later(house: &Rc<House>, seconds: i64) -> [i64; 5] {
    house.wait(seconds);
    house.clean_up();
    rows(house)
}

#[test]
fn each_row_goes_when_its_time_is_over_and_not_before() {
    let house = House::open();
    let site = house.books();
    site.welcomes(&house.browser().signs_in(&site, "ann@example.org"));
    // The lane of the address and the network.
    assert_eq!(later(&house, 0), [1, 1, 1, 1, 2]);
    assert_eq!(later(&house, 61 * MINUTE), [1, 1, 1, 1, 2], "a row lives to the end of its last second");
    assert_eq!(later(&house, 1), [1, 0, 1, 1, 2], "a used code is kept as long as its access token lives: one minute and an hour");
    assert_eq!(later(&house, 9 * MINUTE - 1), [1, 0, 1, 1, 2], "a challenge is kept as long as a sign-in may take: ten minutes and an hour");
    assert_eq!(later(&house, 1), [0, 0, 1, 1, 2], "the challenge");
    assert_eq!(later(&house, 24 * HOUR), [0, 0, 1, 1, 0], "budgets, once the day after theirs is over");
    assert_eq!(later(&house, 29 * DAY - HOUR - 10 * MINUTE - 1), [0, 0, 1, 1, 0]);
    assert_eq!(later(&house, 1), [0, 0, 0, 1, 0], "the session after thirty days");
    assert_eq!(later(&house, MINUTE), [0, 0, 0, 0, 0], "the grant after those and its code's minute");
    assert_eq!((house.count("users"), house.count("addresses"), house.count("clients"), house.count("signing_keys")), (1, 1, 2, 2));
}

#[test]
fn a_replay_is_still_seen_after_the_code_has_expired_and_the_cron_has_come() {
    let house = House::open();
    let site = house.books();
    let back = house.browser().signs_in(&site, "ann@example.org");
    let tokens = site.welcomes(&back);
    later(&house, 30 * MINUTE);
    assert_eq!(site.redeems(&back.authorization_code()).error(), "invalid_grant");
    assert_eq!(site.asks_who(&tokens.text("access_token")).status, 401);
}

#[test]
fn budgets_of_yesterday_are_kept_because_today_still_counts_them() {
    let house = House::with(&[("ADDRESS_SENDS_PER_DAY", "1")]);
    let browser = house.browser();
    let ask = || browser.asks_for_code(&browser.visits(&house.books()), "ann@example.org").status.as_u16();
    assert_eq!(ask(), 200);
    assert_eq!(later(&house, 23 * HOUR)[4], 2);
    assert_eq!(ask(), 429);
    later(&house, HOUR);
    assert_eq!(ask(), 200);
}

#[test]
fn a_grant_without_offline_access_goes_with_its_access_token() {
    let house = House::open();
    let site = house.books();
    site.welcomes(&house.browser().signs_in_with(&site, &[("scope", "openid")], "ann@example.org"));
    assert_eq!(later(&house, HOUR + MINUTE)[3], 1);
    assert_eq!(later(&house, 1)[3], 0);
}

#[test]
fn more_rows_than_one_batch_takes_all_go() {
    let house = House::open();
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
               INSERT INTO sessions (id, user_id, auth_time, amr, acr, created_at) SELECT printf('%08x', i) || 'old', 'ann', 0, '', '', 0 FROM n";
    house.world.database.ask(sql, &[]);
    assert_eq!(house.count("sessions"), 1200);
    house.world.database.take_counters();
    house.clean_up();
    assert_eq!(house.count("sessions"), 0);
    assert_eq!(house.world.database.take_counters().round_trips, 3, "one where every table has its turn, one for the rest, and the keys");
}

/// Expired rows of two tables.
fn expired(house: &House, challenges: i64, sessions: i64) {
    let numbers = |rows: i64| format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})");
    let challenges = format!(
        "{} INSERT INTO challenges (id, browser, address, typed, lane, digits, request) SELECT printf('%08x', i) || 'old', '', '', '', '', 6, '' FROM n",
        numbers(challenges)
    );
    let sessions = format!(
        "{} INSERT INTO sessions (id, user_id, auth_time, amr, acr, created_at) SELECT printf('%08x', i) || 'old', 'ann', 0, '', '', 0 FROM n",
        numbers(sessions)
    );
    for sql in [challenges, sessions] {
        house.world.database.ask(&sql, &[]);
    }
}

#[test]
fn one_run_stays_below_the_fifty_queries_that_the_free_plan_allows() {
    let house = House::open();
    expired(&house, 30_000, 1);
    house.world.database.take_counters();
    house.clean_up();
    let statements = house.world.database.take_counters().statements;
    assert_eq!(statements, 41, "forty deletions, and the keys");
    assert_eq!(house.count("challenges"), 30_000 - 500 - 29 * 500, "eleven tables have had a turn, and this one all the others");
    house.clean_up();
    assert_eq!(house.count("challenges"), 0, "the next run goes on");
}

#[test]
fn a_table_with_much_to_delete_keeps_no_other_waiting() {
    let house = House::open();
    expired(&house, 30_000, 3_000);
    house.clean_up();
    assert_eq!(house.count("sessions"), 0);
}

#[test]
fn how_many_rows_a_statement_deletes_is_the_operators_choice() {
    let house = House::with(&[("CLEAN_UP_ROWS", "10")]);
    expired(&house, 1_000, 1);
    house.clean_up();
    assert_eq!(house.count("challenges"), 1_000 - 30 * 10);
}
