//! Stores and folders of inputs, as the command line names them: what is there is read, and nothing is written.

mod support;

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use nix_evaluator::cli::{Invocation, run};
use support::nix_eval;

/// A flag's arguments in front of an expression, and what is printed; an error's last line where it fails.
fn answer(flags: &[&str], expression: &str) -> String {
    let features = ["--extra-experimental-features", "fetch-tree flakes"];
    let all: Vec<&str> = ["--eval", "--strict", "--json"].into_iter().chain(features).collect();
    let done = nix_eval(&[&all, flags, &["-E", expression]].concat());
    let text = if done.status == 0 { done.stdout } else { done.stderr };
    String::from_utf8_lossy(&text).trim_end().lines().last().unwrap_or_default().trim().to_owned()
}

/// All names below a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
    entries.map(|entry| entry.unwrap().path().display().to_string()).collect()
}

/// A folder with a source in it.
fn source() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source");
    fs::create_dir(&source).unwrap();
    fs::write(source.join("default.nix"), "1 + 1").unwrap();
    let path = source.display().to_string();
    (folder, path)
}

#[test]
fn a_locked_input_that_is_at_hand_needs_no_network() {
    let (folder, source) = source();
    let root = format!("local?root={}", folder.path().join("root").display());
    let tree = format!("builtins.fetchTree {{ type = \"path\"; path = \"{source}\"; }}");
    let out = answer(&["--store", &root], &format!("({tree}).outPath")).replace('"', "");
    let hash = answer(&["--store", &root], &format!("({tree}).narHash")).replace('"', "");
    assert!(out.starts_with("/nix/store/") && hash.starts_with("sha256-"), "{out} {hash}");

    let locked = format!(
        "import (builtins.fetchTree {{ type = \"tarball\"; url = \"https://nowhere.invalid/a.tar.gz\"; narHash = \
         \"{hash}\"; }})"
    );
    let unreached = answer(&[], &locked);
    assert!(unreached.contains("Could not resolve host: nowhere.invalid"), "{unreached}");
    let cache = folder.path().join("cache");
    fs::create_dir(&cache).unwrap();
    fs::rename(&source, cache.join(out.rsplit('/').next().unwrap())).unwrap();
    let before = names(folder.path());
    assert_eq!(answer(&["--input-cache", &cache.display().to_string()], &locked), "2");
    let tarball = format!("import (fetchTarball {{ url = \"https://nowhere.invalid/a\"; sha256 = \"{hash}\"; }})");
    assert_eq!(answer(&["--input-cache", &cache.display().to_string()], &tarball), "2");
    assert_eq!(names(folder.path()), before, "nothing is written");
}

#[test]
fn an_output_that_is_there_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let root = format!("local?root={}", folder.path().display());
    let derivation = "(derivation { name = \"made\"; builder = \"b\"; system = \"c\"; })";
    let flags = ["--read-write-mode", "--store", &root];
    let out = answer(&flags, &format!("\"${{{derivation}}}\"")).replace('"', "");
    let missing = answer(&flags, &format!("import {derivation}"));
    assert!(missing.contains("this evaluator builds nothing"), "{missing}");
    let place = format!("{}{out}", folder.path().display());
    fs::create_dir_all(Path::new(&place).parent().unwrap()).unwrap();
    fs::write(&place, "6 * 7").unwrap();
    assert_eq!(answer(&flags, &format!("import {derivation}")), "42");
    // A path in the store's own words, which lies in its other folder.
    assert_eq!(answer(&["--store", &root], &format!("builtins.readFile \"{out}\"")), "\"6 * 7\"");
}

#[test]
fn a_store_is_never_written_to() {
    let (folder, source) = source();
    let root = folder.path().join("root");
    let done = run(&Invocation {
        arguments: ["-E", &format!("derivation {{ name = \"a\"; builder = {source}; system = \"c\"; }}")]
            .map(OsString::from)
            .to_vec(),
        environment: vec![("NIX_REMOTE".into(), format!("local?root={}", root.display()).into())],
        current_dir: "/".into(),
        ..Invocation::default()
    });
    assert_eq!(done.status, 0, "{}", String::from_utf8_lossy(&done.stderr));
    assert!(String::from_utf8_lossy(&done.stdout).trim_end().ends_with("-a.drv"));
    assert!(!root.exists(), "nothing is made");
}
