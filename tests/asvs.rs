//! `docs/asvs.md` goes through two chapters of OWASP ASVS 5.0. Whether every item stands there once, with a test or a reason, and whether each test
//! that it names is really there: a file that has gone, or a test with another name by now, is told.

use std::fs;
use std::path::Path;

const PAGE: &str = "docs/asvs.md";
/// The sections of V6 and V7 in ASVS 5.0.0, and how many items each has.
const SECTIONS: [(&str, u8); 14] = [
    ("6.1", 3),
    ("6.2", 12),
    ("6.3", 8),
    ("6.4", 6),
    ("6.5", 8),
    ("6.6", 4),
    ("6.7", 2),
    ("6.8", 4),
    ("7.1", 3),
    ("7.2", 4),
    ("7.3", 2),
    ("7.4", 5),
    ("7.5", 3),
    ("7.6", 2),
];
const NONE: &str = "–";

/// One item: its number, what is said of it, and where it is proven.
#[derive(Debug, PartialEq, Eq)]
struct Item<'a> {
    number: &'a str,
    here: &'a str,
    proof: &'a str,
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).ok()
}

/// The rows of the page's tables whose first cell is an item's number.
fn items(page: &str) -> Vec<Item<'_>> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let rows = rows.map(|row| row.split(" | ").collect::<Vec<_>>());
    rows.filter_map(|cells| match cells[..] {
        [number, _, _, here, proof] if number.starts_with(|c: char| c.is_ascii_digit()) => Some(Item { number, here, proof }),
        _ => None,
    })
    .collect()
}

/// What each group of a proof's cell names: a file, and tests in it.
fn named(proof: &str) -> Vec<(&str, Vec<String>)> {
    let groups = proof.split("; ").filter(|group| *group != NONE);
    groups.map(|group| group.split_once(": ").map_or((group, Vec::new()), |(file, tests)| (file.trim_matches('`'), tests_in(tests)))).collect()
}

/// Names in backticks and names in quotes, as they would stand in the file that has them.
fn tests_in(text: &str) -> Vec<String> {
    let quote =
        |mark: char, before: &str, after: &str| text.split(mark).skip(1).step_by(2).map(|name| format!("{before}{name}{after}")).collect::<Vec<_>>();
    if text.starts_with('"') { quote('"', "test(\"", "\",") } else { quote('`', "#[test]\nfn ", "() {") }
}

/// What is wrong with an item.
fn problems(item: &Item<'_>, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let number = item.number;
    let mut wrong = Vec::new();
    if item.here.is_empty() {
        wrong.push(format!("{number} says nothing"));
    }
    for (file, tests) in named(item.proof) {
        let Some(text) = read(file) else {
            wrong.push(format!("{number} names {file}, which isn't there"));
            continue;
        };
        // Tests of a module stand further to the right.
        let text: String = text.lines().map(|line| format!("{}\n", line.trim_start())).collect();
        if tests.is_empty() {
            wrong.push(format!("{number} names no test in {file}"));
        }
        wrong.extend(tests.iter().filter(|test| !text.contains(*test)).map(|test| format!("{number}: {file} has no {test:?}")));
    }
    wrong
}

#[test]
fn every_item_of_both_chapters_stands_there_once_and_in_order() {
    let page = read(PAGE).unwrap();
    let listed: Vec<&str> = items(&page).iter().map(|item| item.number).collect();
    let expected: Vec<String> = SECTIONS.iter().flat_map(|(section, count)| (1..=*count).map(move |number| format!("{section}.{number}"))).collect();
    assert_eq!(listed, expected);
}

#[test]
fn every_test_that_is_named_is_there() {
    let page = read(PAGE).unwrap();
    let wrong: Vec<String> = items(&page).iter().flat_map(|item| problems(item, read)).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let proven = items(&page).iter().filter(|item| item.proof != NONE).count();
    assert!(proven > 50, "most items have a test: {proven}");
}

#[test]
fn a_table_that_rots_is_noticed() {
    let there = |path: &str| {
        (path != "tests/gone.rs").then(|| "mod tests {\n    #[test]\n    fn it_holds() {\n}\n  test(\"it holds, too\", async".to_owned())
    };
    let item = |proof| Item { number: "6.1.1", here: "x", proof };
    for good in ["–", "`a.rs`: `it_holds`", "`a.rs`: `it_holds`; `b.mjs`: \"it holds, too\""] {
        assert_eq!(problems(&item(good), there), Vec::<String>::new(), "{good}");
    }
    for bad in ["`tests/gone.rs`: `it_holds`", "`a.rs`: `it_hold`", "`a.rs`", "`a.rs`: `it_holds`, `it_held`", "`b.mjs`: \"it holds\""] {
        assert_eq!(problems(&item(bad), there).len(), 1, "{bad}");
    }
    assert_eq!(problems(&Item { number: "6.1.1", here: "", proof: "–" }, there).len(), 1);
    assert_eq!(items("| Item | x |\n| 6.1.1 | 1 | a | b | – |\n"), [Item { number: "6.1.1", here: "b", proof: "–" }]);
}
