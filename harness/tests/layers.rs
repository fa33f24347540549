//! Which modules of the harness may name which: docs/architecture.md shows these rows.

#[path = "support/layers.rs"]
mod layers;

use std::{fs, path::Path};

use layers::Row;

/// Each module, and all that it names.
const ROWS: &[Row<'_>] = &[
    ("bench", "read"),
    ("bless", "case engine outcome"),
    (
        "campaign",
        "bless case coverage differential engine generate known mutate names oracle outcome program read reduce report",
    ),
    ("case", "names panics read"),
    (
        "cli",
        "bench bless campaign case corpus coverage differential engine forcing generate history known names oracle
        outcome package_set program project provenance read reduce report results run shard site write",
    ),
    ("corpus", "coverage names panics read"),
    ("coverage", "case"),
    ("definition", "program"),
    ("differential", "case engine forcing known outcome provenance"),
    ("engine", "case definition names outcome panics program project read"),
    ("forcing", "case engine outcome program read"),
    ("fuzzing", "campaign case engine generate known mutate oracle outcome program project reduce"),
    ("generate", "case coverage engine outcome program"),
    ("history", "case engine forcing outcome provenance read"),
    ("known", "engine outcome program read reduce"),
    ("mutate", "generate program"),
    ("names", ""),
    ("oracle", "definition outcome panics program"),
    ("outcome", "case"),
    ("package_set", "case differential engine outcome shard"),
    ("panics", ""),
    ("program", ""),
    ("project", ""),
    ("provenance", ""),
    ("read", "names"),
    ("reduce", "case engine mutate outcome program"),
    ("report", "bench case coverage differential engine forcing history names outcome provenance run shard"),
    ("results", "case differential engine outcome read report shard write"),
    ("run", "case engine known outcome"),
    ("shard", ""),
    ("site", "coverage history outcome read report"),
    ("write", ""),
];

#[test]
fn modules_name_only_what_their_row_allows() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    layers::check(&crate_folder.join("src/lib.rs"), ROWS);
    layers::check_page(&crate_folder.join("../docs/architecture.md"), "the harness", ROWS);
}

/// Reads a crate of these files, and gives what is wrong with these rows of it.
fn problems(files: &[(&str, &str)], rows: &[Row<'_>]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("it can be made");
        fs::write(file, text).expect("it can be written");
    }
    let shown = format!("{}/", folder.path().display());
    let problems = layers::problems(&folder.path().join("lib.rs"), rows);
    problems.into_iter().map(|problem| problem.replace(&shown, "")).collect()
}

/// Whether this text of a module `a` names the module `b`.
#[track_caller]
fn check(text: &str, names: bool) {
    let files = [("lib.rs", "mod a; mod b; pub use b::Shown; use b::*;"), ("a.rs", text), ("b.rs", "")];
    let found = problems(&files, &[("a", ""), ("b", "")]);
    assert_eq!(!found.is_empty(), names, "{text}: {found:?}");
}

#[test]
fn every_way_to_name_a_module_is_seen() {
    for text in [
        "use crate::b;",
        "use crate::{c, b::{self, D}};",
        "use super::b::D as E;",
        "pub use super::{b};",
        "fn f() { use crate::b::g; g() }",
        "fn f() { crate::b::g(); }",
        "fn f(b: &crate::b::B<u8>) {}",
        "fn f(b: Vec<super::b::B>) {}",
        "fn f() -> bool { matches!(1, crate::b::ONE) }",
        "fn f() { vec![[super::b::ONE]]; }",
        "macro_rules! m { () => { $crate::b::g() }; }",
        "m! { use crate::{c, b::d}; }",
        "#[derive(D)] #[d(with = crate::b::g)] struct S;",
        "struct S { #[serde(with = \"crate::b::g\")] field: u8 }",
        "mod inner { use super::super::b; }",
        "mod inner { fn f() { super::super::b::g() } }",
        "use crate::Shown;",
        "#[cfg(not(test))] use crate::b;",
        "#[cfg(any(test, unix))] use crate::b;",
        "pub(in super::b) fn f() {}",
        // These hide what is named.
        "use super::*;",
        "use crate::*;",
        "use crate as root;",
        "this is no Rust",
    ] {
        check(text, true);
    }
}

#[test]
fn nothing_else_is_taken_for_a_name() {
    for text in [
        "use b::C;",
        "use ::b::C;",
        "use self::b::C;",
        "//! See [`crate::b`].\n/// And [`super::b::D`].\nstruct S;",
        "fn f() { b::g(); \"crate::b::g\"; }",
        "mod inner { use super::b; }",
        "mod inner { use super::*; }",
        "use crate::a::b;",
        "#[cfg(test)] use crate::b;",
        "#[cfg(test)] mod tests { use crate::b; }",
        "#[cfg(test)] mod tests;",
        "#[cfg(all(test, unix))] fn f() { crate::b::g() }",
        "struct S; impl S { #[cfg(test)] fn f() { crate::b::g() } }",
        "fn f() { #[cfg(test)] let b = crate::b::g(); }",
        "struct S { #[cfg(test)] b: crate::b::B }",
    ] {
        check(text, false);
    }
}

#[test]
fn modules_of_modules_are_read() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a/mod.rs", "mod one; mod two;"),
        ("a/one.rs", "fn f() { super::super::b::g() }"),
        ("a/two/mod.rs", "mod deep { mod deeper; }"),
        ("a/two/deep/deeper.rs", "\nuse super::super::super::super::c;"),
        ("b.rs", ""),
        ("c.rs", ""),
    ];
    let problems = problems(&files, &[("a", ""), ("b", ""), ("c", "")]);
    let row = "which its row does not allow";
    assert_eq!(
        problems,
        [format!("a/one.rs:1: `a` names `b`, {row}"), format!("a/two/deep/deeper.rs:2: `a` names `c`, {row}")]
    );
}

#[test]
fn rows_must_be_true() {
    let files =
        [("lib.rs", "mod a; mod b; mod c;"), ("a.rs", "use crate::b;"), ("b.rs", "use crate::c;"), ("c.rs", "")];
    let check = |rows: &[Row<'_>], expected: &[&str]| assert_eq!(problems(&files, rows), expected, "{rows:?}");
    check(&[("a", "b"), ("b", "c"), ("c", "")], &[]);
    check(&[("a", "b"), ("b", "c")], &["module `c` has no row"]);
    check(&[("a", "b"), ("b", "c"), ("c", ""), ("d", "")], &["the row `d` is of no module"]);
    check(&[("a", "b"), ("b", ""), ("c", "")], &["b.rs:1: `b` names `c`, which its row does not allow"]);
    check(
        &[("a", "b"), ("b", "c"), ("c", "a")],
        &["`c` does not name `a`: take it out of its row", "a circle: a → b → c → a"],
    );
}

#[test]
fn a_module_is_drawn_below_those_that_name_it() {
    let rows: &[Row<'_>] = &[("a", "b c"), ("b", "c"), ("c", "")];
    let expected = "| height | module | may name |\n|---|---|---|\n\
                    | 2 | `a` | `b`, `c` |\n| 1 | `b` | `c` |\n| 0 | `c` |  |\n";
    assert_eq!(layers::drawn(rows), expected);
}
