//! Every tracked file is one that a rule expects: a report that was written to the wrong place, or a stray copy, is
//! named before it is committed.

use std::{path::Path, process::Command};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// What may lie where. `*` stays within a folder, `**` does not.
const EXPECTED: &[&str] = &[
    // The root.
    "{.gitignore,CONTRIBUTING.md,README.md,Cargo.toml,Cargo.lock,LICENSE-APACHE,LICENSE-MIT}",
    "{clippy,deny,known-divergences,rustfmt,typos}.toml",
    ".cargo/config.toml",
    ".ci/run",
    ".clusterfuzzlite/{Dockerfile,build.sh,project.yaml}",
    ".github/workflows/*.yml",
    // Programs and fixtures.
    "corpus/{regressions,seeds}/{README.md,*.nix}",
    "nix-lang-tests/{.gitattributes,README.md,reference.toml}",
    "nix-lang-tests/lang/{eval,parse}-{okay,fail}-*.{nix,exp,flags,run,toml,exp.xml,err.exp,exp-disabled}",
    "nix-lang-tests/lang/*.{nix,txt}",
    // What fixtures of flakes find in their store.
    "nix-lang-tests/lang/flake-files.toml",
    "nix-lang-tests/lang/dir*/**/*.nix",
    // What fixtures of the command line find: folders, a home, a link to a folder.
    "nix-lang-tests/lang/cli-folder/**/*.{nix,txt}",
    "nix-lang-tests/lang/cli-home/{.config/nix/nix.conf,.nix-defexpr/channels/some/.keep}",
    "nix-lang-tests/lang/cli-linked",
    // Archives that fixtures fetch.
    "nix-lang-tests/lang/fetched-*.{tar.gz,zip}",
    // Names as a file system that does not tell A from a has them.
    "nix-lang-tests/lang/{case-hack,case-hack-collision}/**",
    // What fixtures copy to a store, and what is made beside one.
    "nix-lang-tests/lang/store-files.toml",
    "nix-lang-tests/lang/store-folder/{default.nix,f,link,throws.nix,sub/g,sub/here.nix}",
    // Crates.
    "{evaluator,harness,fuzz}/**/{Cargo.toml,build.rs,README.md}",
    "{evaluator,harness}/**/{src,tests,benches,examples,grammar}/**/*.rs",
    "evaluator/**/src/**/*.{nix,tsv,txt}",
    "evaluator/**/benches/**/*.nix",
    "evaluator/tests/planted_faults/*.nix",
    "evaluator/**/tests/{bytecode,colours,nonstrict,statistics}/*.{nix,exp,golden,json,txt}",
    "evaluator/**/tests/**/*.{txt,tsv}",
    "harness/askama.toml",
    "harness/src/engine/fork_server/server.c",
    "harness/src/engine/manifests/*.toml",
    "harness/src/report/html/*.{css,html,js}",
    "harness/src/site/pages/*.{css,html,js}",
    "evaluator/src/forcing/page.html",
    "harness/tests/campaigns/*.toml",
    "harness/tests/findings/summary.json",
    "harness/tests/findings/buckets/*.json",
    "harness/tests/recorded/file.nix",
    "harness/tests/recorded/*/*.{command,status,stderr,stdout}",
    "harness/tests/absent/*.md",
    "harness/tests/package-set/*.{nix,txt}",
    "harness/tests/programs/{counted,faulty.c,nothing,one,scripted,slow}",
    "harness/tests/package-set/*.{nix,txt}",
    "harness/tests/{forcing,releases}/*.txt",
    "fuzz/{.gitignore,Cargo.lock,instrument}",
    "fuzz/{src,fuzz_targets}/*.rs",
    // Chores and pages.
    "scripts/{parser_cases.txt,forcing_pages.mjs,report_browser_test.mjs}",
    "scripts/include/*.sh",
    "docs/**/*.{md,tsv}",
    "docs/examples/*.nix",
    "docs/images/*.png",
];

fn expected() -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for pattern in EXPECTED {
        set.add(GlobBuilder::new(pattern).literal_separator(true).build().expect("a pattern"));
    }
    set.build().expect("patterns")
}

/// Whether a rule expects this file. Scripts have words for names, and no ending.
fn is_expected(rules: &GlobSet, name: &str) -> bool {
    let is_word = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    rules.is_match(name) || name.strip_prefix("scripts/").is_some_and(is_word)
}

/// All files that git tracks; nothing where this is an unpacked archive, or a machine without git.
fn tracked() -> Option<Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let listed = Command::new("git").args(["ls-files", "-z", "--deduplicate"]).current_dir(&root).output();
    let Some(listed) = listed.ok().filter(|listed| listed.status.success()) else {
        eprintln!("this is no git checkout: nothing is tested");
        return None;
    };
    let files = listed.stdout.split(|byte| *byte == 0).filter(|file| !file.is_empty());
    let files: Vec<_> = files.map(|file| String::from_utf8_lossy(file).into_owned()).collect();
    assert!(files.len() > 1000, "git lists {} files only", files.len());
    Some(files)
}

/// Whether Windows takes a path: no part of it is a device, ends with a dot or a space, or has a character that is not
/// for names.
fn is_valid_on_windows(path: &str) -> bool {
    path.split('/').all(|part| {
        let stem = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
        let numbered = |device: &str| {
            stem.strip_prefix(device).is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
        };
        let is_device = ["con", "prn", "aux", "nul"].contains(&stem.as_str()) || numbered("com") || numbered("lpt");
        let refused = |character: char| character.is_control() || "<>:\"|?*\\".contains(character);
        !is_device && !part.ends_with(['.', ' ']) && !part.contains(refused)
    })
}

#[test]
fn every_tracked_file_has_a_name_that_windows_takes() {
    let refused: Vec<_> = tracked().into_iter().flatten().filter(|file| !is_valid_on_windows(file)).collect();
    assert!(refused.is_empty(), "rename these: {refused:?}");
    for name in ["a/nul.rs", "Con", "com1.txt", "a:b", "a./b", "x?", "a\\b"] {
        assert!(!is_valid_on_windows(name), "{name}");
    }
    for name in ["a/null.rs", "console", "com.txt", ".x/y~1", "common/a b"] {
        assert!(is_valid_on_windows(name), "{name}");
    }
}

#[test]
fn every_tracked_file_is_expected() {
    let expected = expected();
    let strays: Vec<_> = tracked().into_iter().flatten().filter(|file| !is_expected(&expected, file)).collect();
    let advice = "take them out of git, or say in tests/tracked_files.rs what they are";
    assert!(strays.is_empty(), "tracked files that no rule expects ({advice}): {strays:?}");
}

#[test]
fn what_does_not_belong_is_seen() {
    let expected = expected();
    for stray in
        ["-", "run.json", "a.nix", "harness/run.jsonl", "scripts/run.json", "nix-lang-tests/lang/a.exp", "x/y.rs"]
    {
        assert!(!is_expected(&expected, stray), "{stray}");
    }
}
