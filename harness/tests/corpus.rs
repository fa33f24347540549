//! The programs that fuzzing starts from, those of `corpus/` and the fixtures: what of them does something of its own is
//! judged by all oracles that need no reference.

use std::{collections::BTreeSet, path::Path, sync::LazyLock};

use rayon::prelude::*;
use thunkproof::{
    corpus::{self, Entry},
    oracle::{Oracle, Runner, Subject, Verdict, rewrites},
    program::read,
};

/// Longer programs are left out, as `scripts/seeds` leaves them out.
const LONGEST: usize = 4096;

/// What lies in a folder of the repository.
fn within(folder: &str) -> Vec<Entry> {
    corpus::entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder)).expect("it can be read")
}

/// All that does something of its own.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut entries = [within("corpus"), within("nix-lang-tests/lang")].concat();
    entries.retain(|entry| entry.text.len() <= LONGEST);
    entries.sort_by_key(|entry| entry.text.len());
    corpus::minimise(entries).kept
});

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
    let found: Vec<String> = ENTRIES.par_iter().flat_map_iter(judged).collect();
    assert!(found.is_empty(), "{} findings\n{}", found.len(), found.join("\n\n"));
}

#[test]
fn there_is_enough_and_nothing_twice() {
    let texts: BTreeSet<_> = ENTRIES.iter().map(|entry| &entry.text).collect();
    assert_eq!(texts.len(), ENTRIES.len(), "two entries have the same text");
    assert!(ENTRIES.len() >= 300, "{} entries", ENTRIES.len());
    let long: Vec<_> =
        within("corpus").into_iter().filter(|entry| entry.text.len() > LONGEST).map(|entry| entry.path).collect();
    assert!(long.is_empty(), "entries of the corpus are small: {long:?}");
}

#[test]
fn what_is_a_fixture_is_not_in_the_corpus_as_well() {
    let fixtures: BTreeSet<_> = within("nix-lang-tests/lang").into_iter().map(|entry| entry.text).collect();
    assert!(fixtures.len() > 300, "{} fixtures", fixtures.len());
    let mut copies = within("corpus");
    copies.retain(|entry| fixtures.contains(&entry.text));
    let copies: Vec<_> = copies.iter().map(|entry| &entry.path).collect();
    assert!(copies.is_empty(), "fuzzing starts from fixtures too, so these copies can go: {copies:?}");
}

#[test]
fn it_covers_the_language() {
    let stats = corpus::stats(&ENTRIES);
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
