//! `thunkproof merge`: puts the parts of a run together.

use std::path::PathBuf;

use clap::Args;

use super::{Complaint, session};
use crate::results;

/// Puts the files that the parts of a run have written (--shard, --json) together into the one that the whole run would
/// have written.
///
/// Parts that overlap, are missing, are not finished or belong to different runs are refused, and nothing is written.
/// Otherwise the counts are printed, and the exit status is 0 where nothing diverges unexplained and 1 where something
/// does, as of the whole run.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The file to write, its cases in the order of the run
    out: PathBuf,

    /// The files of all parts
    #[arg(required = true)]
    parts: Vec<PathBuf>,
}

/// Runs the subcommand; gives whether nothing diverged unexplained.
pub(super) fn run(arguments: &Arguments) -> Result<bool, Complaint> {
    let merged = results::merge(&arguments.parts)?;
    merged.write(&arguments.out)?;
    session::print(&merged.summary)?;
    Ok(merged.summary.succeeded())
}
