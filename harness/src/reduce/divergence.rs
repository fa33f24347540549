//! What a reduction must keep: two engines still differ in the same way, or one engine still says or does something.

use std::path::PathBuf;

use crate::{
    case::{Question, question::Trace},
    engine::{Named, terms},
    mutate::clock,
    outcome::{
        Ending, Outcome,
        compare::{Comparison, Level, Verdict, compare_on},
    },
    program::Expr,
};

/// What must still show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The subject differs from the reference under this signature.
    Bucket(String),
    /// The subject's standard error, or how it ended, holds this text.
    Message(String),
}

/// Engines that are asked about each candidate.
pub struct Asker<'a> {
    /// Whose outcome is looked at.
    pub subject: &'a Named,
    /// Whom it is compared with, unless only what it says itself counts.
    pub reference: Option<&'a Named>,
    /// The folder that programs are evaluated in.
    pub folder: PathBuf,
    /// The finest level that counts.
    pub finest: Level,
    /// Whether calls are counted.
    pub count_work: bool,
    /// How much of a trace is asked for.
    pub trace: Trace,
}

impl<'a> Asker<'a> {
    /// How what both do with this source compares.
    pub fn compare(&self, source: &[u8]) -> Option<Comparison> {
        self.ask(source).map(|(_, comparison)| comparison)
    }

    /// What both do with this source, and how that compares.
    pub fn ask(&self, source: &[u8]) -> Option<([Outcome; 2], Comparison)> {
        let reference = self.reference?;
        let request = self.question(source).request(self.count_work);
        let (ours, theirs) = (self.subject.engine.evaluate(&request), reference.engine.evaluate(&request));
        let terms = terms(&*self.subject.engine, &*reference.engine, &request, self.finest);
        let comparison = compare_on(&ours, &theirs, terms);
        Some(([ours, theirs], comparison))
    }

    /// The outcomes of this source: the subject's, then the reference's.
    pub fn outcomes(&self, source: &[u8]) -> Vec<Outcome> {
        let request = self.question(source).request(self.count_work);
        let engines = std::iter::once(self.subject).chain(self.reference);
        engines.map(|named| named.engine.evaluate(&request)).collect()
    }

    /// The signature that this source shows.
    pub fn bucket(&self, source: &[u8]) -> Option<String> {
        self.compare(source).filter(|comparison| comparison.verdict == Verdict::Diverge)?.bucket
    }

    /// Whether this source still shows what is kept.
    pub fn shows(&self, source: &[u8], kept: &Kept) -> bool {
        match kept {
            Kept::Bucket(bucket) => self.bucket(source).as_ref() == Some(bucket),
            Kept::Message(text) => {
                let request = self.question(source).request(false);
                let outcome = self.subject.engine.evaluate(&request);
                let ending = match &outcome.ending {
                    Ending::Exited(_) => String::new(),
                    ending => ending.to_string(),
                };
                ending.contains(text) || String::from_utf8_lossy(&outcome.stderr).contains(text)
            }
        }
    }

    /// The test for a reduction of `program`: it must still show what is kept, and must not come to show the time of day,
    /// which two engines tell differently.
    pub fn keeps<'k>(&'k self, program: &Expr, kept: Kept) -> impl Fn(&Expr) -> bool + Sync + use<'k, 'a> {
        let shows_time = clock::is_shown(program);
        move |candidate| {
            (shows_time || !clock::is_shown(candidate)) && self.shows(candidate.to_source().as_bytes(), &kept)
        }
    }

    fn question(&self, source: &[u8]) -> Question {
        Question::expression(String::new(), source.to_vec(), self.folder.as_path()).with_trace(self.trace)
    }
}
