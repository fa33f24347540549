//! Programs that reached more than all before them, and changes of these. What is rare is reached step by step: a program
//! that comes closer is worth more changes than another one out of nothing.
//!
//! What counts are the evaluator's signals (`nix_evaluator::signal`), which a build with the feature `signals` counts and
//! no other does. They are counted for the whole process: with several workers, a program is now and then kept for what
//! another one reached meanwhile, and which programs are asked depends on how fast each worker is.

use std::{
    fs, io,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use fastrand::Rng;
use nix_evaluator::hash::{Algorithm, HashFormat, Hasher};

use super::{
    lacking,
    programs::{Programs, mixed},
};
use crate::{mutate, program::Expr};

/// How many programs are kept, at most.
const MOST: usize = 1 << 13;

/// The largest program that is kept: changes of it are to be as quick as what is generated.
const LARGEST: usize = 300;

/// Of the programs that are changed, every other is one of the last so many that were kept.
const RECENT: usize = 64;

/// Keeps programs that reached more than those before them.
#[derive(Default)]
pub struct Guide {
    reached: Mutex<Reached>,
}

#[derive(Default)]
struct Reached {
    /// Of each counter, the magnitudes that it has had.
    seen: Vec<u8>,
    kept: Vec<Expr>,
}

impl Guide {
    /// One that has seen nothing yet; none in a build that does not count signals.
    #[cfg(feature = "signals")]
    pub fn new() -> Option<Guide> {
        use std::sync::atomic::AtomicU8;

        use nix_evaluator::signal::{COUNTERS, count_into};

        static SIGNALS: [AtomicU8; COUNTERS] = [const { AtomicU8::new(0) }; COUNTERS];
        count_into(&SIGNALS);
        let reached = Reached { seen: vec![0; COUNTERS], kept: Vec::new() };
        Some(Guide { reached: Mutex::new(reached) })
    }

    /// None: this build does not count signals.
    #[cfg(not(feature = "signals"))]
    pub fn new() -> Option<Guide> {
        None
    }

    /// Keeps a program if what was evaluated since the last look reached more than all before it. Gives whether it did.
    pub fn look(&self, program: &Expr) -> bool {
        let mut reached = self.reached();
        let more = reached.take();
        if more && reached.kept.len() < MOST && program.size() <= LARGEST {
            reached.kept.push(program.clone());
        }
        more
    }

    /// A change of a program that was kept, in the place of about every other one of these programs; nothing in the place of
    /// the rest.
    pub fn nth(&self, programs: &Programs, index: u64) -> Option<(String, Expr)> {
        let seed = mixed(programs.seed(), !index);
        if programs.is_entry(index) || seed.is_multiple_of(2) {
            return None;
        }
        let mut rng = Rng::with_seed(seed);
        let (mut program, other) = {
            let reached = self.reached();
            let count = reached.kept.len();
            let first = if rng.bool() { count.saturating_sub(RECENT) } else { 0 };
            let mut one = || (first < count).then(|| reached.kept[rng.usize(first..count)].clone());
            (one()?, one()?)
        };
        mutate::change(&mut program, Some(&other), &mut rng);
        let is_asked = !lacking::is_named(programs.lacking(), &program);
        is_asked.then(|| (format!("fuzz-{}-{index}", programs.seed()), program))
    }

    /// Writes the programs that were kept into a folder, which is made where there is none, each under a name that its text
    /// decides.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        for program in &self.reached().kept {
            let source = program.to_source();
            let mut hasher = Hasher::new(Algorithm::Sha1);
            hasher.update(source.as_bytes());
            fs::write(folder.join(hasher.finish().to_text(HashFormat::Base16, false)), source)?;
        }
        Ok(())
    }

    fn reached(&self) -> MutexGuard<'_, Reached> {
        self.reached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reached {
    /// Takes what was counted. Gives whether a counter has a magnitude that it never had.
    #[cfg(feature = "signals")]
    fn take(&mut self) -> bool {
        let mut more = false;
        nix_evaluator::signal::take(|at, count| {
            let magnitude = 1 << count.ilog2();
            more |= self.seen[at] & magnitude == 0;
            self.seen[at] |= magnitude;
        });
        more
    }

    #[cfg(not(feature = "signals"))]
    fn take(&mut self) -> bool {
        self.seen.clear();
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{campaign::self_check::configuration, program::read};

    fn with(sources: &[&str]) -> Guide {
        let kept = sources.iter().map(|source| read(source).expect("a program")).collect();
        Guide { reached: Mutex::new(Reached { seen: Vec::new(), kept }) }
    }

    #[test]
    fn about_every_other_program_is_a_change_of_what_was_kept() {
        let programs = Programs::generated(1, configuration());
        let guide = with(&["let kept = 1; in [ kept kept ]", "{ kept = x: x; }"]);
        let made: Vec<_> = (0..200).filter_map(|index| guide.nth(&programs, index)).collect();
        assert!((70..130).contains(&made.len()), "{}", made.len());
        let changed = made.iter().filter(|(_, program)| program.to_source().contains("kept")).count();
        assert!(changed * 2 > made.len(), "{changed} of {}", made.len());
        assert_eq!(guide.nth(&programs, 7), guide.nth(&programs, 7));
        assert!((0..200).all(|index| with(&[]).nth(&programs, index).is_none()), "there is nothing to change yet");
    }

    #[test]
    fn what_a_subject_lacks_is_not_asked_by_way_of_a_change() {
        let lacking = ["sort".to_owned()].into();
        let programs = Programs::generated(1, configuration()).without(lacking);
        let guide = with(&["[ (builtins.sort 1 2) (builtins.sort 3 4) (builtins.sort 5 6) ]"]);
        let made = (0..200).filter_map(|index| guide.nth(&programs, index));
        assert!(made.into_iter().all(|(_, program)| !program.to_source().contains("sort")));
    }

    #[test]
    fn what_was_kept_is_written_once_for_each_text() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let into = folder.path().join("corpus");
        with(&["1", "[ 2 ]", "1"]).write(&into).expect("writable");
        let programs = Programs::generated(1, configuration()).with_corpus(&into).expect("readable");
        assert_eq!(programs.corpus_size(), (2, 0));
    }

    #[cfg(feature = "signals")]
    #[test]
    fn a_program_is_kept_for_what_none_reached_before() {
        use nix_evaluator::session::{Task, Variant};

        use crate::campaign::self_check::runner;

        let (guide, mut runner) = (Guide::new().expect("signals are counted"), runner());
        let mut look = |source: &str| {
            runner.run(source.as_bytes(), Task::STRICT, Variant::default());
            guide.look(&read(source).expect("a program"))
        };
        assert!(look("1 + 1"));
        // Other tests count at the same time, but not for ever.
        assert!((0..1000).any(|_| !look("1 + 1")));
        assert!(look("let a = [ b c ]; b = 1; c = x: a; in builtins.foldl' (p: q: q) a [ (throw \"\") a ]"));
        assert!(guide.reached().kept.len() >= 2);
    }
}
