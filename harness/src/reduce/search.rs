//! The search of a reduction: tries candidates in parallel, and remembers what was tried.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
    time::Instant,
};

use rayon::prelude::*;

use super::{Effort, Reduced};

/// Candidates that are tried at once. It must not depend on the machine, or the outcome would.
const BATCH: usize = 8;

/// A search for the smallest interesting thing.
pub(super) struct Search<'a, T> {
    best: T,
    is_interesting: &'a (dyn Fn(&T) -> bool + Sync),
    key: &'a (dyn Fn(&T) -> Vec<u8> + Sync),
    /// Verdicts by the hash of what was tried.
    tried: Mutex<HashMap<u64, bool>>,
    effort: Effort,
    began: Instant,
    tries: usize,
}

impl<'a, T: Clone + Send + Sync> Search<'a, T> {
    /// Begins with `best`, which is interesting. `key` is the text by which two candidates are the same.
    pub fn new(
        best: T,
        is_interesting: &'a (dyn Fn(&T) -> bool + Sync),
        key: &'a (dyn Fn(&T) -> Vec<u8> + Sync),
        effort: Effort,
    ) -> Search<'a, T> {
        Search { best, is_interesting, key, tried: Mutex::default(), effort, began: Instant::now(), tries: 0 }
    }

    /// The smallest interesting thing so far.
    pub fn best(&self) -> &T {
        &self.best
    }

    /// Whether a limit is reached.
    pub fn is_over(&self) -> bool {
        self.tries >= self.effort.tries || self.began.elapsed() >= self.effort.time
    }

    /// Tries candidates in their order until one is interesting, which becomes the best; gives the mark that it came
    /// with.
    pub fn take_first<Mark: Copy + Send + Sync>(
        &mut self,
        mut candidates: impl Iterator<Item = (Mark, T)>,
    ) -> Option<Mark> {
        while !self.is_over() {
            let most = BATCH.min(self.effort.tries - self.tries);
            let batch: Vec<_> = candidates.by_ref().take(most).collect();
            if batch.is_empty() {
                return None;
            }
            let search = &*self;
            let found = batch.par_iter().with_max_len(1).position_first(|(_, candidate)| search.test(candidate));
            self.tries += found.map_or(batch.len(), |at| at + 1);
            if let Some(at) = found {
                let (mark, candidate) = batch.into_iter().nth(at)?;
                self.best = candidate;
                return Some(mark);
            }
        }
        None
    }

    fn test(&self, candidate: &T) -> bool {
        let mut hasher = DefaultHasher::new();
        (self.key)(candidate).hash(&mut hasher);
        let key = hasher.finish();
        let tried = || self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let known = tried().get(&key).copied();
        known.unwrap_or_else(|| {
            let verdict = (self.is_interesting)(candidate);
            tried().insert(key, verdict);
            verdict
        })
    }

    /// What came of it.
    pub fn finish(self) -> Reduced<T> {
        let finished = !self.is_over();
        Reduced { program: self.best, tries: self.tries, finished }
    }
}
