//! The rules of the house, checked over its own text: imports run downwards, the map is complete, files stay short, the platform stays in its
//! corner, and nothing knows on which machine it was written. Each rule is tried on a text that breaks it, too.

#![expect(clippy::unwrap_used, reason = "a rule that can't read the house's own files has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const LONGEST: usize = 400;
const WASM_ONLY: [&str; 5] = ["worker", "wasm_bindgen", "wasm_bindgen_futures", "js_sys", "web_sys"];
const CLOCKS_AND_DICE: [&str; 9] = ["SystemTime", "Instant::", "now_utc", "Utc::now", "Date::now", "getrandom::", "rand::", "thread_rng", "OsRng"];
/// Where the one reading of the clock for a request, and for the cron, may stand.
const CLOCK_READERS: [&str; 2] = ["src/app.rs", "src/http/exchange.rs"];
/// What isn't ours, or is made by machines.
const NOT_OURS: [&str; 10] =
    ["target", "node_modules", ".git", "build", ".tools", ".state", ".wrangler", ".secrets", "__pycache__", "package-lock.json"];

/// A file: its path from the root, with `/`, and its text.
struct File {
    path: String,
    text: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn walk(folder: &Path, found: &mut Vec<File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().unwrap();
        if NOT_OURS.contains(&name.as_str()) || kind.is_symlink() {
            continue;
        }
        let path = entry.path();
        if kind.is_dir() {
            walk(&path, found);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let path = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            found.push(File { path, text });
        }
    }
}

fn files_of(folder: &str, ending: &str) -> Vec<File> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    found.retain(|file| file.path.ends_with(ending));
    assert!(!found.is_empty(), "no {ending} in {folder}");
    found
}

fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}

/// The code without its comments. A `//` within a string is taken for one: what follows it there is no import.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The map in `lib.rs`: each module with its floor.
fn floors(lib: &str) -> BTreeMap<String, u32> {
    let rows = lib.lines().filter_map(|line| line.strip_prefix("//! | ")).filter_map(|row| {
        let mut cells = row.split(" | ");
        let floor = cells.next()?.trim().parse().ok()?;
        Some((cells.next()?.trim_matches('`').to_owned(), floor))
    });
    rows.collect()
}

/// The top module that a file belongs to, and how deep below the root its own module is.
fn module_of(path: &str) -> (String, usize) {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    (inner.split('/').next().unwrap_or_default().to_owned(), inner.split('/').count())
}

/// The top modules that a file's code names, by `crate::` or by climbing to the root.
fn imports(file: &File) -> Vec<String> {
    let (_, depth) = module_of(&file.path);
    let code = code(&file.text);
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found: Vec<String> = Vec::new();
    for (place, _) in code.match_indices("crate::") {
        let behind = &code[place + "crate::".len()..];
        match behind.strip_prefix('{') {
            Some(list) => found.extend(list.split('}').next().unwrap_or_default().split(',').map(|item| word(item.trim()))),
            None => found.push(word(behind)),
        }
    }
    for (place, climb) in code.match_indices(&"super::".repeat(depth)) {
        found.push(word(&code[place + climb.len()..]));
    }
    found
}

/// Imports that don't run downwards.
fn upward_imports(files: &[File], floors: &BTreeMap<String, u32>) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| file.path != "src/lib.rs" && !file.path.starts_with("src/bin/")) {
        let (own, _) = module_of(&file.path);
        let Some(own_floor) = floors.get(&own) else {
            wrong.push(format!("{} is in no module of the map", file.path));
            continue;
        };
        for other in imports(file).iter().filter(|other| **other != own) {
            if floors.get(other).is_some_and(|floor| floor >= own_floor) {
                wrong.push(format!("{} ({own}, floor {own_floor}) imports {other}", file.path));
            }
        }
    }
    wrong
}

/// Lines that have one of the words, outside the places where those belong.
fn lines_with(files: &[File], at_home: &[&str], is_wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let away = files.iter().filter(|file| !at_home.iter().any(|home| file.path.starts_with(home)));
    away.flat_map(|file| {
        let code = code(&file.text);
        let lines: Vec<String> = code.lines().filter(|line| is_wrong(line)).map(|line| format!("{}: {}", file.path, line.trim())).collect();
        lines
    })
    .collect()
}

/// A crate's name stands first in its path: `x.worker::<P>()` and `other::worker::X` are somebody else's.
fn names_a_wasm_crate(line: &str) -> bool {
    let is_first = |place: usize| {
        let before = &line[..place];
        !before.strip_suffix("::").unwrap_or(before).ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.')
    };
    WASM_ONLY.iter().any(|name| {
        line.match_indices(&format!("{name}::")).any(|(place, _)| is_first(place)) || line.trim_start().starts_with(&format!("use {name};"))
    })
}

fn reads_clock_or_dice(line: &str) -> bool {
    CLOCKS_AND_DICE.iter().any(|name| line.match_indices(name).any(|(place, _)| !line[..place].ends_with(|c: char| c.is_alphanumeric() || c == '_')))
}

/// A second reader would bring all that it reads into the module once more.
fn reads_json_itself(line: &str) -> bool {
    ["serde_json::from_str", "serde_json::from_slice"].iter().any(|name| line.contains(name))
}

fn before_its_tests(file: File) -> File {
    let is_a_test = file.path.ends_with("tests.rs");
    let text = if is_a_test { String::new() } else { file.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned() };
    File { text, ..file }
}

/// Lists of one kind of thing, which nobody reads from end to end: the longer, the more is in one place.
const LISTS: [&str; 2] = ["src/texts/", "src/config/table.rs"];

fn too_long(files: &[File]) -> Vec<String> {
    let is_list = |file: &&File| LISTS.iter().any(|list| file.path.starts_with(list));
    files.iter().filter(|file| !is_list(file) && file.text.lines().count() > LONGEST).map(|file| file.path.clone()).collect()
}

/// Paths that exist on somebody's machine alone. They are put together here, so that this file doesn't name them.
fn machine_paths(files: &[File]) -> Vec<String> {
    let folders = ["work", "home", "root", "Users", "mnt"].map(|name| format!("/{name}/"));
    let names_one = |line: &&str| {
        // Where the documentation shows a path, it is its reader's.
        let line = line.replace("/home/you/", "");
        folders.iter().any(|folder| {
            line.match_indices(folder.as_str()).any(|(place, _)| !line[..place].ends_with(|c: char| c.is_alphanumeric() || "-_.~}*)".contains(c)))
        })
    };
    files.iter().flat_map(|file| file.text.lines().filter(names_one).map(|line| format!("{}: {}", file.path, line.trim()))).collect()
}

/// Lines of `lib.rs` that are neither the map nor a module.
fn beside_the_map(lib: &str) -> Vec<String> {
    let belongs = |line: &&str| {
        line.is_empty()
            || line.starts_with("//!")
            || line.starts_with("#[cfg(")
            || (line.ends_with(';') && line.trim_start_matches("pub ").starts_with("mod "))
    };
    lib.lines().filter(|line| !belongs(line)).map(str::to_owned).collect()
}

fn declared(lib: &str) -> Vec<String> {
    lib.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';')).map(str::to_owned).collect()
}

fn nothing(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

fn lib() -> String {
    fs::read_to_string(root().join("src/lib.rs")).unwrap()
}

#[test]
fn imports_run_downwards() {
    nothing(&upward_imports(&files_of("src", ".rs"), &floors(&lib())));
}

#[test]
fn the_map_names_every_module_and_holds_nothing_else() {
    let lib = lib();
    let mut modules: Vec<String> =
        fs::read_dir(root().join("src")).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    modules.retain(|name| name != "lib.rs" && name != "bin");
    let mut modules: Vec<String> = modules.iter().map(|name| name.trim_end_matches(".rs").to_owned()).collect();
    modules.sort();
    modules.dedup();
    assert_eq!(declared(&lib), modules);
    assert_eq!(floors(&lib).into_keys().collect::<Vec<_>>(), modules);
    nothing(&beside_the_map(&lib));
}

#[test]
fn no_file_is_too_long_to_read() {
    for (folder, ending) in
        [("src", ".rs"), ("tests", ".rs"), ("tests", ".mjs"), ("scripts", ".mjs"), ("www", ".js"), ("www", ".css"), ("www", ".html")]
    {
        nothing(&too_long(&files_of(folder, ending)));
    }
}

#[test]
fn the_platform_is_named_in_its_own_folder_alone() {
    nothing(&lines_with(&files_of("src", ".rs"), &["src/cloudflare/"], names_a_wasm_crate));
}

#[test]
fn nobody_reads_a_clock_or_rolls_dice() {
    let files = files_of("src", ".rs");
    nothing(&lines_with(&files, &["src/cloudflare/", "src/bin/"], reads_clock_or_dice));
    nothing(&lines_with(&files, &CLOCK_READERS, |line| line.contains("platform.now()")));
}

#[test]
fn json_is_read_in_one_way() {
    let files: Vec<File> = files_of("src", ".rs").into_iter().map(before_its_tests).collect();
    nothing(&lines_with(&files, &["src/values/json.rs", "src/operator/", "src/bin/"], reads_json_itself));
}

#[test]
fn every_module_says_what_it_is() {
    let silent = files_of("src", ".rs").into_iter().chain(files_of("tests", ".rs")).filter(|file| !file.text.starts_with("//! "));
    nothing(&silent.map(|file| file.path).collect::<Vec<_>>());
}

#[test]
fn nothing_names_a_place_on_somebodys_machine() {
    nothing(&machine_paths(&files_of("", "")));
}

#[test]
fn an_upward_import_is_seen_however_it_is_written() {
    let floors = floors(&lib());
    for (path, text) in [
        ("src/values/scope.rs", "use crate::oidc::client::Client;"),
        ("src/values/scope.rs", "fn f(x: crate::store::Columns) {}"),
        ("src/oidc/client.rs", "use crate::{values, flows::Provider};"),
        ("src/oidc/client.rs", "use crate::jose::jwk;"),
        ("src/oidc/client.rs", "use super::super::http::reply::Reply;"),
        ("src/oidc/mod.rs", "use super::pages::Page;"),
        ("src/nowhere.rs", ""),
    ] {
        assert_eq!(upward_imports(&[file(path, text)], &floors).len(), 1, "{path}: {text}");
    }
    for (path, text) in [
        ("src/oidc/client.rs", "use crate::values::Scope; // not crate::flows::Provider"),
        ("src/oidc/client.rs", "use super::error::Refusal;\nmod tests { use super::super::pkce; }"),
        ("src/http/reply.rs", "use crate::http::message::Handled;"),
        ("src/app.rs", "mod tests { use super::*; }"),
    ] {
        assert_eq!(upward_imports(&[file(path, text)], &floors), Vec::<String>::new(), "{path}: {text}");
    }
}

#[test]
fn every_other_rule_can_be_broken_too() {
    let wrong = |line: &str, is_wrong: fn(&str) -> bool| lines_with(&[file("src/flows/x.rs", line)], &["src/cloudflare/"], is_wrong).len();
    for line in ["use worker::Env;", "let d = js_sys::Date::new_0();", "use ::wasm_bindgen::JsValue;"] {
        assert_eq!(wrong(line, names_a_wasm_crate), 1, "{line}");
    }
    assert_eq!(wrong("let x = self.worker::<P>(); // worker::Env", names_a_wasm_crate), 0);
    assert_eq!(wrong("let now = SystemTime::now();", reads_clock_or_dice), 1);
    assert_eq!(wrong("getrandom::fill(&mut bytes)?;", reads_clock_or_dice), 1);
    assert_eq!(wrong("let brand::Name = operand::x();", reads_clock_or_dice), 0);
    assert_eq!(lines_with(&[file("src/cloudflare/x.rs", "use worker::Env;")], &["src/cloudflare/"], names_a_wasm_crate).len(), 0);
    assert_eq!(wrong("    serde_json::from_str::<KeySet>(&text)", reads_json_itself), 1);
    assert_eq!(before_its_tests(file("a.rs", "use x;\n#[cfg(test)]\nmod tests {\n}")).text, "use x;\n");
    assert_eq!(too_long(&[file("a", &"x\n".repeat(401)), file("b", &"x\n".repeat(400))]), ["a"]);
    assert_eq!(beside_the_map("//! Doc\n\npub mod app;\nmod cloudflare;\n#[cfg(test)]\nfn f() {}\nuse app::App;\n"), ["fn f() {}", "use app::App;"]);
    assert_eq!(declared("pub mod app;\nmod cloudflare;\n"), ["app", "cloudflare"]);
    assert_eq!(floors("//! | 3 | `store` | SQL |\n//! | Floor | Module |"), BTreeMap::from([("store".to_owned(), 3)]));
    let paths = ["/ho", "me/ann/x"].concat();
    assert_eq!(machine_paths(&[file("a", &format!("see {paths}")), file("b", "https://login.example/work/ and a/home/b")]).len(), 1);
}
