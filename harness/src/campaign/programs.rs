//! The programs of a campaign. Each is a function of the seed and its number, so that a campaign can be repeated, split
//! or run at another speed, and any of its programs can be made by itself.

use std::{collections::BTreeSet, io, path::Path};

use walkdir::WalkDir;

use super::lacking;
use crate::{
    generate::{Configuration, generate_from_seed},
    mutate,
    names::shown,
    program::{Expr, read},
    read as files,
};

/// One in so many programs comes from the corpus, where there is one.
const FROM_CORPUS: u64 = 4;

/// How often a program is drawn anew that names a builtin which is to be left out.
const DRAWS: u64 = 64;

/// An endless row of programs.
pub struct Programs {
    seed: u64,
    configuration: Configuration,
    corpus: Vec<(String, Expr)>,
    refused: usize,
    lacking: BTreeSet<String>,
}

impl Programs {
    /// Generated programs only.
    pub fn generated(seed: u64, configuration: Configuration) -> Programs {
        Programs { seed, configuration, corpus: Vec::new(), refused: 0, lacking: BTreeSet::new() }
    }

    /// With the entries of a folder, in the order of their names: files `*.nix`, and those without an extension, which is
    /// how libFuzzer names what it keeps; also in folders below. What cannot be read into a tree is left out and counted.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read.
    pub fn with_corpus(mut self, folder: &Path) -> io::Result<Programs> {
        for entry in WalkDir::new(folder).sort_by_file_name() {
            let entry = entry?;
            let is_program = match entry.path().extension() {
                // One that cannot be read is refused; among what has no extension there may be anything.
                Some(extension) => extension == "nix" && !entry.path().is_dir(),
                None => entry.path().is_file(),
            };
            if !is_program {
                continue;
            }
            let name = shown(entry.path().file_stem().unwrap_or_default());
            let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", shown(entry.path())));
            let bytes = files::whole(entry.path()).map_err(named)?;
            match std::str::from_utf8(&bytes).ok().and_then(|source| read(source).ok()) {
                Some(program) => self.corpus.push((name, program)),
                None => self.refused += 1,
            }
        }
        Ok(self)
    }

    /// Without programs that name one of these builtins.
    #[must_use]
    pub fn without(mut self, lacking: BTreeSet<String>) -> Programs {
        self.corpus.retain(|(_, program)| !lacking::is_named(&lacking, program));
        self.lacking = lacking;
        self
    }

    /// Builtins that no program names.
    pub fn lacking(&self) -> &BTreeSet<String> {
        &self.lacking
    }

    /// How many entries the corpus has, and how many could not be read.
    pub fn corpus_size(&self) -> (usize, usize) {
        (self.corpus.len(), self.refused)
    }

    /// What decides which programs there are.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Whether the program of this number is an entry of the corpus as it is.
    pub fn is_entry(&self, index: u64) -> bool {
        index < self.corpus.len() as u64
    }

    /// The program of this number, and its name.
    pub fn nth(&self, index: u64) -> (String, Expr) {
        // The corpus first, as it is.
        if self.is_entry(index) {
            let (name, program) = &self.corpus[index as usize];
            return (name.clone(), program.clone());
        }
        let seed = mixed(self.seed, index);
        let mut program = self.drawn(seed);
        for draw in 1..DRAWS {
            if !lacking::is_named(&self.lacking, &program) {
                break;
            }
            program = self.drawn(mixed(seed, draw));
        }
        (format!("fuzz-{}-{index}", self.seed), program)
    }

    fn drawn(&self, seed: u64) -> Expr {
        let corpus = self.corpus.len() as u64;
        if corpus > 0 && seed.is_multiple_of(FROM_CORPUS) {
            let (_, entry) = &self.corpus[(seed / FROM_CORPUS % corpus) as usize];
            return self.mutated(entry, seed);
        }
        generate_from_seed(seed, &self.configuration)
    }

    /// An entry that is changed, with parts of another one or of a generated program.
    fn mutated(&self, entry: &Expr, seed: u64) -> Expr {
        let generated;
        let chosen = mixed(seed, 1) as usize % (self.corpus.len() + 1);
        let other = match self.corpus.get(chosen) {
            Some((_, other)) => other,
            None => {
                generated = generate_from_seed(seed, &self.configuration);
                &generated
            }
        };
        let mut program = entry.clone();
        mutate::change(&mut program, Some(other), &mut fastrand::Rng::with_seed(seed));
        program
    }
}

/// A number that looks random, for this seed and index: a step of the generator splitmix64.
pub(super) fn mixed(seed: u64, index: u64) -> u64 {
    let mut mixed = seed.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_program_is_a_function_of_seed_and_number() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("b.nix"), "1 + 1").expect("writable");
        fs::write(folder.path().join("a.nix"), "{ a = 1; }").expect("writable");
        fs::write(folder.path().join("c.nix"), "1 +").expect("writable");
        fs::write(folder.path().join("da39a3ee"), "[ 1 ]").expect("writable");
        fs::write(folder.path().join("e.txt"), "2").expect("writable");
        let programs = |seed| {
            let programs = Programs::generated(seed, Configuration::default());
            let programs = programs.with_corpus(folder.path()).expect("readable");
            assert_eq!(programs.corpus_size(), (3, 1));
            (0..40).map(|index| programs.nth(index).1.to_source()).collect::<Vec<_>>()
        };
        assert_eq!(programs(1)[..3], ["{ a = 1; }", "1 + 1", "[ 1 ]"]);
        assert_eq!(programs(1), programs(1));
        assert_ne!(programs(1)[3..], programs(2)[3..]);
    }

    #[test]
    fn what_is_left_out_is_drawn_anew_and_the_rest_stays() {
        let lacking: BTreeSet<String> = ["map", "warn", "typeOf"].map(str::to_owned).into();
        let all = Programs::generated(1, Configuration::default());
        let some = Programs::generated(1, Configuration::default()).without(lacking.clone());
        let mut drawn_anew = 0;
        for index in 0..60 {
            let (with, without) = (all.nth(index), some.nth(index));
            assert!(!lacking::is_named(&lacking, &without.1), "{}", without.1.to_source());
            if lacking::is_named(&lacking, &with.1) {
                drawn_anew += 1;
            } else {
                assert_eq!(with, without);
            }
        }
        assert!(drawn_anew > 5, "{drawn_anew}");
    }
}
