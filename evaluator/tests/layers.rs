//! Lists which modules of the evaluator's crates may name which, and which crate depends on which. docs/architecture.md
//! shows both lists.

#[path = "../../harness/tests/support/layers.rs"]
#[allow(dead_code, reason = "each test uses its part")]
mod layers;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use layers::Row;

/// Sources, positions and errors.
const SOURCE: &[Row<'_>] = &[
    ("background", ""),
    ("errors", "fault refusal source"),
    ("fault", ""),
    ("refusal", ""),
    ("signal", ""),
    ("source", ""),
];

/// What knows neither syntax nor values.
const FORMATS: &[Row<'_>] = &[
    ("fetchers", "format hash io settings store"),
    ("format", ""),
    ("hash", "settings"),
    ("io", ""),
    ("regex", ""),
    ("settings", "io"),
    ("store", "format hash io settings"),
];

/// From bytes to a tree.
const SYNTAX: &[Row<'_>] = &[
    ("actions", "lexer options paths print symbols tables tree"),
    ("bytes", ""),
    ("lexer", "bytes number tables unescape"),
    ("number", ""),
    ("observe", "lexer options parser symbols tables tree"),
    ("options", ""),
    ("parser", "actions lexer options symbols tables tree"),
    ("paths", ""),
    ("print", "symbols tree"),
    ("scope", "print symbols tree walk"),
    ("symbols", ""),
    ("tables", ""),
    ("tree", "symbols"),
    ("unescape", "bytes"),
    ("walk", "symbols tree"),
];

/// Values, compiler, machine, builtins. Modules such as `errors` and `syntax` stand for what is used of other crates.
const CORE: &[Row<'_>] = &[
    ("arithmetic", "errors source state value"),
    ("background", ""),
    (
        "builtins",
        "arithmetic coerce compare convert deep errors fetchers format hash heap io primop print refusal regex settings source state store symbols syntax value",
    ),
    ("coerce", "errors format io primop print source state symbols value"),
    ("compare", "errors io primop print source state symbols value"),
    ("compiler", "errors heap source symbols syntax value"),
    ("convert", "coerce compare errors format heap io primop print settings source state symbols value"),
    ("deep", "errors primop source value"),
    ("errors", ""),
    ("fetchers", ""),
    ("format", ""),
    ("hash", ""),
    ("heap", "background refusal"),
    ("io", ""),
    ("primop", "errors print settings source state store symbols value"),
    ("print", "errors format heap io state value"),
    ("refusal", ""),
    ("regex", ""),
    ("settings", ""),
    ("source", ""),
    ("state", "compiler errors fetchers hash heap io regex settings source store symbols syntax value"),
    ("store", ""),
    ("symbols", ""),
    ("syntax", ""),
    ("value", "heap source symbols"),
    ("vm", "arithmetic coerce compare errors heap io primop print source state symbols value"),
];

/// The command line, and many small evaluations in one process.
const EVALUATOR: &[Row<'_>] = &[
    ("builtins", ""),
    ("bytecode", ""),
    ("cli", "bytecode forcing profile refusal"),
    ("forcing", "bytecode"),
    ("profile", ""),
    ("refusal", ""),
    ("library", "builtins bytecode cli"),
    ("repl", "builtins bytecode forcing library"),
    ("session", "builtins bytecode cli"),
    ("signal", ""),
];

/// Each crate's folder within evaluator/, its name, and its modules.
const CRATES: &[(&str, &str, &[Row<'_>])] = &[
    ("source", "nix_evaluator_source", SOURCE),
    ("formats", "nix_evaluator_formats", FORMATS),
    ("syntax", "nix_evaluator_syntax", SYNTAX),
    ("core", "nix_evaluator_core", CORE),
    (".", "nix_evaluator", EVALUATOR),
];

#[test]
fn the_page_shows_what_modules_and_crates_may_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let problems: Vec<String> = CRATES
        .iter()
        .flat_map(|(place, name, rows)| {
            let problems = layers::problems(&folder.join(place).join("src/lib.rs"), rows);
            problems.into_iter().map(move |problem| format!("{name}: {problem}"))
        })
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let page = folder.join("../docs/architecture.md");
    for (_, name, rows) in CRATES {
        layers::check_page(&page, name, rows);
    }

    let dependencies = dependencies();
    let rows: Vec<(&str, String)> = dependencies
        .iter()
        .map(|(name, needed)| (name.as_str(), needed.iter().cloned().collect::<Vec<_>>().join(" ")))
        .collect();
    let rows: Vec<Row<'_>> = rows.iter().map(|(name, needed)| (*name, needed.as_str())).collect();
    layers::check_page(&page, "the crates", &rows);
}

/// Each package of the workspace with those packages of it that it needs.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .output()
        .expect("cargo runs");
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).expect("it is JSON");
    let packages = metadata["packages"].as_array().expect("there are packages");
    let names: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let needed = |package: &serde_json::Value| {
        let needed = package["dependencies"].as_array().into_iter().flatten();
        let needed = needed.filter(|needed| needed["kind"].is_null()).filter_map(|needed| needed["name"].as_str());
        needed.filter(|needed| names.contains(needed)).map(str::to_owned).collect()
    };
    packages.iter().map(|package| (package["name"].as_str().unwrap_or_default().to_owned(), needed(package))).collect()
}
