//! The file of a differential run: its header, a line for each case, and its summary. A run that was ended can go on
//! from its file, and the files of its parts can be merged.
//!
//! The first line is `{"run": …}`, the last line the summary. A case's line is written with one call when the case is
//! finished, so that no end of the process loses a finished case: only the last line can be cut off. Cases stand in the
//! order in which they were finished; `index` is their place in the run.

mod checks;
mod header;
mod merge;
mod reader;
mod writer;

use std::{io, path::PathBuf};

use crate::write;

pub use checks::merge_checks;
pub use header::{Header, Who};
pub use merge::{Merged, merge};
pub use reader::{CaseRecord, Line, Lines};
pub use writer::{Opened, Writer};

/// Why a file of results cannot be used. Each says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It cannot be written.
    #[error("cannot write {}: {source}", write::named(file))]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no file of results.
    #[error("{} does not begin with a line that says which run it is: it was not written by this version's --json", .0.display())]
    NoRun(PathBuf),
    /// A line in its middle is no case.
    #[error("{}:{line}: this is no finished case: the file is damaged, so start anew in another file", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// It holds a run that was not finished, and was to be overwritten.
    #[error("{} holds a run that was not finished: --resume goes on with it; to start anew, remove the file", .0.display())]
    Unfinished(PathBuf),
    /// It holds another run.
    #[error("{} holds another run: {difference}; write to another file, or start anew without --resume", file.display())]
    OtherRun {
        /// The file.
        file: PathBuf,
        /// In what it differs.
        difference: String,
    },
    /// Standard output holds no run.
    #[error("standard output holds no run that could be gone on with: name a file with --json")]
    NothingToResume,
    /// Another process writes to it.
    #[error("{} is being written by another run", .0.display())]
    InUse(PathBuf),
    /// Files cannot be merged.
    #[error("{0}")]
    Unmergeable(String),
}
