//! The corpus: small programs as plain `.nix` files. Each is kept because it has a feature that no earlier one has.

mod features;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use serde::Serialize;
use walkdir::WalkDir;

use crate::{names::shown, read};

pub use features::{Feature, Kind, Observer};

/// The folder of entries that are never dropped: each stands for a bug that was.
pub const REGRESSIONS: &str = "regressions";

/// A program of the corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: Vec<u8>,
}

/// All `.nix` files in a folder and below it, and those without an extension, which is how libFuzzer names what it
/// keeps; smallest first, then by path.
///
/// # Errors
/// When the folder or a file in it cannot be read.
pub fn entries(folder: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for found in WalkDir::new(folder).sort_by_file_name() {
        let path = found?.into_path();
        let is_wanted = match path.extension() {
            // One that cannot be read is refused; among what has no extension there may be anything.
            Some(extension) => extension == "nix" && !path.is_dir(),
            None => path.is_file(),
        };
        if is_wanted {
            let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", shown(&path)));
            entries.push(Entry { text: read::whole(&path).map_err(named)?, path });
        }
    }
    entries.sort_by(|one, other| (one.text.len(), &one.path).cmp(&(other.text.len(), &other.path)));
    Ok(entries)
}

/// Whether an entry is in the folder of regressions.
pub fn is_regression(path: &Path) -> bool {
    path.components().any(|component| component.as_os_str() == REGRESSIONS)
}

/// What to keep of a corpus.
#[derive(Debug, Default)]
pub struct Minimised {
    /// Entries that do something new, and all regressions.
    pub kept: Vec<Entry>,
    /// Entries that do not.
    pub dropped: Vec<Entry>,
    /// What each that is kept adds first, but for regressions.
    pub added: BTreeMap<PathBuf, Feature>,
}

/// Keeps, smallest first, what adds a feature. An entry that runs out of a budget is dropped: it would cost each
/// campaign that starts from the corpus more than it is worth.
pub fn minimise(entries: Vec<Entry>) -> Minimised {
    let mut observer = Observer::default();
    let mut seen = BTreeSet::new();
    let mut minimised = Minimised::default();
    // Regressions stay whatever they do, so the others must add to them.
    let (regressions, others): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| is_regression(&entry.path));
    for entry in regressions {
        seen.extend(observer.features(&entry.text).unwrap_or_default());
        minimised.kept.push(entry);
    }
    for entry in others {
        let features = observer.features(&entry.text).unwrap_or_default();
        match features.difference(&seen).max().cloned() {
            Some(added) => {
                minimised.added.insert(entry.path.clone(), added);
                minimised.kept.push(entry);
            }
            None => minimised.dropped.push(entry),
        }
        seen.extend(features);
    }
    minimised
}

/// What a corpus holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// How many entries.
    pub entries: usize,
    /// How many of them are regressions.
    pub regressions: usize,
    /// How many bytes in all.
    pub bytes: usize,
    /// How many run out of a budget, and so tell nothing.
    pub inconclusive: usize,
    /// How many entries have the same text as another.
    pub duplicates: usize,
    /// How many different features there are of each kind.
    pub features: BTreeMap<Kind, usize>,
    /// How many entries end in each way.
    pub endings: BTreeMap<String, usize>,
    /// Builtins that no entry uses.
    pub missing_builtins: Vec<String>,
    /// Forms that no entry has.
    pub missing_forms: Vec<String>,
}

/// What these entries hold.
pub fn stats(entries: &[Entry]) -> Stats {
    let mut observer = Observer::default();
    let mut seen: BTreeSet<Feature> = BTreeSet::new();
    let mut stats = Stats { entries: entries.len(), ..Stats::default() };
    let mut texts = BTreeSet::new();
    for entry in entries {
        stats.regressions += usize::from(is_regression(&entry.path));
        stats.bytes += entry.text.len();
        stats.duplicates += usize::from(!texts.insert(&entry.text));
        let Some(features) = observer.features(&entry.text) else {
            stats.inconclusive += 1;
            continue;
        };
        for feature in features.iter().filter(|feature| feature.kind == Kind::Ending) {
            *stats.endings.entry(feature.name.to_string()).or_default() += 1;
        }
        seen.extend(features);
    }
    for feature in &seen {
        *stats.features.entry(feature.kind).or_default() += 1;
    }
    let missing = |kind, all: Vec<String>| -> Vec<String> {
        let has = |name: &String| seen.iter().any(|feature| feature.kind == kind && *feature.name == **name);
        all.into_iter().filter(|name| !has(name)).collect()
    };
    stats.missing_builtins = missing(Kind::Builtin, features::builtins());
    stats.missing_forms = missing(Kind::Form, features::forms());
    stats
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn entry(path: &str, text: &str) -> Entry {
        Entry { path: path.into(), text: text.into() }
    }

    #[test]
    fn what_adds_nothing_is_dropped_and_regressions_are_kept() {
        let entries = vec![
            entry("a.nix", "1"),
            entry("b.nix", "2"),
            entry("c.nix", "1 + 2"),
            entry("runs-away.nix", "let f = x: f x; in f 1"),
            entry("d.nix", "let a = [ b ]; b = a; in a"),
            entry("regressions/e.nix", "3"),
        ];
        let minimised = minimise(entries);
        let names = |entries: &[Entry]| -> Vec<String> {
            entries.iter().map(|entry| entry.path.display().to_string()).collect()
        };
        assert_eq!(names(&minimised.kept), ["regressions/e.nix", "c.nix", "d.nix"]);
        let added: Vec<_> = minimised.added.iter().map(|(path, added)| (path.to_str(), added.kind)).collect();
        assert_eq!(added, [(Some("c.nix"), Kind::Rule), (Some("d.nix"), Kind::Ending)]);
        assert_eq!(names(&minimised.dropped), ["a.nix", "b.nix", "runs-away.nix"]);
    }

    #[test]
    fn stats_tell_what_is_missing() {
        let entries = [entry("a.nix", "builtins.map (x: x) [ ]"), entry("b.nix", "throw \"\""), entry("c.nix", "1 +")];
        let stats = stats(&entries);
        assert_eq!(stats.entries, 3);
        assert!(!stats.missing_builtins.contains(&"map".to_owned()));
        assert!(stats.missing_builtins.contains(&"filter".to_owned()));
        assert_eq!(
            stats.endings.iter().map(|(name, count)| (name.as_str(), *count)).collect::<Vec<_>>(),
            [("fails: Syntax", 1), ("fails: Thrown", 1), ("value: list", 1)]
        );
    }

    #[test]
    fn entries_come_smallest_first() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("b.nix", "12"), ("a", "123"), ("c.nix", "1"), ("d.txt", "")] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let found = entries(folder.path()).unwrap();
        let names: Vec<_> = found.iter().filter_map(|entry| entry.path.file_name()?.to_str()).collect();
        assert_eq!(names, ["c.nix", "b.nix", "a"]);
    }
}
