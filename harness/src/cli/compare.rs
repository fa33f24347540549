//! `thunkproof compare`: tells what changed between two runs.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};

use super::{Complaint, outputs::Outputs};
use crate::{
    history::{self, Changes, Run},
    report::{changes, html, markdown},
    write,
};

/// Tells what was fixed, broke, appeared and vanished between two runs.
///
/// Each is a file that `check --json`, `diff --json` or `report --json` wrote. A case that is missing from one of them
/// is counted and named. The exit status is 0 where nothing broke or vanished, 1 where something did, 2 where a file
/// cannot be used.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The earlier run
    before: PathBuf,

    /// The later run
    after: PathBuf,

    /// What standard output is written in
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// How many cases of each kind the text names
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    most: usize,

    /// Write Markdown to this file, cut to what a comment on a pull request may hold
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,

    /// Write a page to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Write all changes to this file as one JSON document
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// What a comparison is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// For a pull request
    Markdown,
}

/// Runs the subcommand; gives whether nothing broke or vanished.
pub(super) fn run(arguments: &Arguments) -> Result<bool, Complaint> {
    let reports = [
        ("--markdown", arguments.markdown.as_ref()),
        ("--html", arguments.html.as_ref()),
        ("--json", arguments.json.as_ref()),
    ];
    let outputs = Outputs::probed(&reports, &[arguments.before.clone(), arguments.after.clone()])?;
    let (before, after) = (one_run(&arguments.before)?, one_run(&arguments.after)?);
    let changes = Changes::between(&before, &after);
    if let Some(file) = &arguments.markdown {
        write::text(file, &markdown::changes(&before, &after, &changes))?;
    }
    if let Some(file) = &arguments.html {
        let shown = |run| html::changes::Shown { run, page: None };
        write::text(file, &html::changes::page(shown(&before), shown(&after), &changes, Vec::new())?)?;
    }
    if let Some(file) = &arguments.json {
        write::json(file, &changes)?;
    }
    outputs.show(|to| match arguments.format {
        Format::Text => changes::write(&before, &after, &changes, arguments.most, to),
        Format::Markdown => to.write_all(markdown::changes(&before, &after, &changes).as_bytes()),
    })?;
    Ok(changes.succeeded())
}

fn one_run(file: &Path) -> Result<Run, Complaint> {
    let mut runs = history::read(file)?;
    match (runs.pop(), runs.len()) {
        (Some(run), 0) => Ok(run),
        (_, others) => {
            let advice = "compare takes one: name the file it was made from";
            Err(Complaint(format!("{} holds {} runs; {advice}", file.display(), others + 1)))
        }
    }
}
