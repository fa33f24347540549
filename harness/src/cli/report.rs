//! `thunkproof report`: turns runs into a page, JUnit XML, Markdown or JSON.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::{Complaint, outputs::Outputs};
use crate::{
    history::{self, Run, read::FORMAT, tally::Counts},
    report::{html, junit, markdown},
    write,
};

/// Makes reports of one or more runs.
///
/// Each RUN is a file that `check --json`, `diff --json` or `report --json` wrote; that of an interrupted run will do,
/// and the report says so. Files are written whole or not at all; `-` is standard
/// output, for one of them. The exit status is 0 whatever the runs came to, and 2
/// where a report could not be made.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The runs
    #[arg(value_name = "RUN", required = true)]
    runs: Vec<PathBuf>,

    #[command(flatten)]
    reports: Reports,
}

/// What is written; at least one of them.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Reports {
    /// Write a page to this file: all in one, with filters and search
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Write JUnit XML to this file
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,

    /// Write a summary in Markdown to this file, cut to what a comment on a pull request may hold
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,

    /// Write the runs to this file as one JSON document, in the same form whatever they come from
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    summary: Counts,
    runs: &'a [Run],
}

/// Runs the subcommand.
pub(super) fn run(arguments: &Arguments) -> Result<bool, Complaint> {
    let Arguments { runs: files, reports } = arguments;
    let kinds = [
        ("--html", reports.html.as_ref()),
        ("--junit", reports.junit.as_ref()),
        ("--markdown", reports.markdown.as_ref()),
        ("--json", reports.json.as_ref()),
    ];
    Outputs::probed(&kinds, files)?;
    let mut runs = Vec::new();
    for file in files {
        runs.extend(history::read(file)?);
    }
    if let Some(file) = &reports.html {
        write::text(file, &html::report(&runs, Vec::new())?)?;
    }
    if let Some(file) = &reports.junit {
        write::text(file, &junit::report(&runs)?)?;
    }
    if let Some(file) = &reports.markdown {
        write::text(file, &markdown::report(&runs))?;
    }
    if let Some(file) = &reports.json {
        write::json(file, &Document { format: FORMAT, summary: Counts::of(&runs), runs: &runs })?;
    }
    Ok(true)
}
