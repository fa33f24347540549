//! The list of known changes between releases, and where those releases are.

// Each test uses a part of it.
#![allow(dead_code)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The releases whose answers are recorded, oldest first.
pub const RELEASES: [&str; 4] = ["2.3.7", "2.8.0", "2.26.3", "2.34.8"];

/// A change: a line of the list.
pub struct Change {
    pub since: String,
    pub title: String,
    pub source: String,
    pub program: String,
    pub answers: [String; 4],
}

/// The folder of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is a folder of the workspace")
}

/// The list.
pub fn file() -> PathBuf {
    workspace().join("docs/known-changes.tsv")
}

/// All that is listed.
pub fn changes() -> Vec<Change> {
    let text = fs::read_to_string(file()).expect("docs/known-changes.tsv");
    let change = |line: &str| {
        let fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let [since, title, source, program, answers @ ..] = fields.as_slice() else {
            panic!("docs/known-changes.tsv: eight fields a line: {line}")
        };
        let answers = answers.to_vec().try_into().expect("an answer of each release");
        let [since, title, source, program] = [since, title, source, program].map(String::clone);
        Change { since, title, source, program, answers }
    };
    text.lines().map(change).collect()
}

/// The `nix-instantiate` of a release.
pub fn program(release: &str) -> Option<PathBuf> {
    let folder = env::var_os("THUNKPROOF_REFERENCES").filter(|folder| !folder.is_empty());
    let folder = workspace().join(folder.map_or_else(|| "target/reference".into(), PathBuf::from));
    let programs = fs::read_dir(folder).ok()?.flatten().map(|suite| suite.path().join("bin/nix-instantiate"));
    programs.filter(|program| program.exists()).find(|program| {
        let answer = Command::new(program).arg("--version").env("NIX_REMOTE", "dummy://").output();
        answer.is_ok_and(|answer| answer.stdout.ends_with(format!(" {release}\n").as_bytes()))
    })
}
