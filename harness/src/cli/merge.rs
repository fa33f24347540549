//! `thunkproof merge`: puts the parts of a run together.

use std::{io::Write, path::PathBuf};

use clap::Args;

use super::{Complaint, outputs::Outputs, session};
use crate::{results, write};

/// Puts the files that the parts of a run of `check`, `diff` or `attrs` have written (--shard, --json) together into the
/// one that the whole run would have written.
///
/// Parts that overlap, are missing, are not finished or belong to different runs are refused, and nothing is written.
/// Otherwise the counts are printed, and the exit status is 0 where nothing diverges unexplained and 1 where something
/// does, as of the whole run.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The file to write, its cases in the order of the run; `-` is standard output
    out: PathBuf,

    /// The files of all parts
    #[arg(required = true)]
    parts: Vec<PathBuf>,
}

/// Runs the subcommand; gives whether nothing diverged unexplained.
pub(super) fn run(arguments: &Arguments) -> Result<bool, Complaint> {
    let outputs = Outputs::probed(&[("OUT", Some(&arguments.out))], &arguments.parts)?;
    if let Some(document) = results::merge_checks(&arguments.parts)? {
        write::json(&arguments.out, &document)?;
        let counts = &document["summary"]["all"];
        let of = |name: &str| counts[name].as_u64().unwrap_or_default();
        let problems = document["summary"]["problems"].as_u64().unwrap_or_default();
        outputs.show(|to| {
            let (cases, exact, known) = (of("cases"), of("exact"), of("known"));
            let (inconclusive, failed) = (of("inconclusive"), of("failed"));
            write!(to, "{cases} cases: {exact} exact, {failed} failed, {known} known, {inconclusive} inconclusive")?;
            if of("not_asked") > 0 {
                write!(to, ", {} not asked", of("not_asked"))?;
            }
            writeln!(to, "; {problems} other problems")
        })?;
        return Ok(document["succeeded"] == true);
    }
    let merged = results::merge(&arguments.parts)?;
    write::atomically(&arguments.out, |to| merged.write(to))?;
    session::print(&merged.summary, outputs)?;
    Ok(merged.summary.succeeded())
}
