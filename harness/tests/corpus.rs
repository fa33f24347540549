//! The corpus: every entry is judged by all oracles that need no reference, and each does something of its own.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use thunkproof::{
    corpus::{self, Entry},
    oracle::{Oracle, Runner, Subject, Verdict, rewrites},
    program::read,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus")
}

fn entries() -> Vec<Entry> {
    corpus::entries(&folder()).expect("the corpus can be read")
}

/// What the oracles find wrong with an entry.
fn judged(entry: &Entry) -> Vec<String> {
    let mut runner = Runner::default();
    let mut found = Vec::new();
    let mut note = |verdict: Verdict| match verdict {
        Verdict::Differ(difference) => found.push(format!("{}: {difference}", entry.path.display())),
        Verdict::Inconclusive => found.push(format!("{}: runs out of a budget", entry.path.display())),
        Verdict::Agree | Verdict::NotApplicable => {}
    };
    let tree = str::from_utf8(&entry.text).ok().and_then(|text| read(text).ok());
    let subject = Subject { source: &entry.text, tree: tree.as_ref(), seed: 0 };
    for oracle in Oracle::all() {
        note(oracle.judge(&mut runner, subject));
    }
    for rewrite in rewrites::ALL {
        let Some(tree) = &tree else { continue };
        for seed in [0, 1 << 32 | 500, 7 << 32 | 5000] {
            if let Some(rewritten) = rewrites::rewrite_by(*rewrite, tree, seed) {
                match rewrites::judge_by(&mut runner, &entry.text, tree, &rewritten) {
                    // A rewrite may make calls deeper than is allowed.
                    Verdict::Inconclusive => {}
                    verdict => note(verdict),
                }
            }
        }
    }
    found
}

#[test]
fn all_oracles_agree_about_every_entry() {
    let found: Vec<String> = entries().par_iter().flat_map_iter(judged).collect();
    assert!(found.is_empty(), "{} findings\n{}", found.len(), found.join("\n\n"));
}

#[test]
fn there_is_enough_and_nothing_twice() {
    let entries = entries();
    let texts: BTreeSet<_> = entries.iter().map(|entry| &entry.text).collect();
    assert_eq!(texts.len(), entries.len(), "two entries have the same text");
    assert!(entries.len() >= 300, "{} entries", entries.len());
    let long: Vec<_> = entries.iter().filter(|entry| entry.text.len() > 4096).map(|entry| &entry.path).collect();
    assert!(long.is_empty(), "entries are small: {long:?}");
}

#[test]
fn it_covers_the_language() {
    let stats = corpus::stats(&entries());
    assert_eq!(stats.inconclusive, 0);
    // Every builtin that gives an answer without files, a network or another process.
    let missing: Vec<_> = stats
        .missing_builtins
        .iter()
        .filter(|name| !["fetch", "import", "scopedImport", "exec", "read"].iter().any(|it| name.starts_with(it)))
        .collect();
    assert!(missing.len() <= 8, "builtins in no entry: {missing:?}");
    let values = stats.endings.iter().filter(|(name, _)| name.starts_with("value")).map(|(_, count)| count);
    assert!(values.sum::<usize>() * 5 >= stats.entries * 2, "too few entries have a value: {:?}", stats.endings);
}
