//! `thunkproof site`: makes a site of many runs.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use clap::Args;

use super::{Complaint, outputs};
use crate::{
    history::{self, Run},
    site::{self, Site, findings, table, trends},
};

/// Makes a site: what each engine answers, by class and by what of the language a case is about, with every answer a
/// click away, what fuzzing found, and how it went over time.
///
/// An INPUT is a file that `matrix --json`, `check --json` or `diff --json` wrote, or a folder that `fuzz --out` wrote.
/// All that was judged by recorded answers becomes one table with a column an engine; each `diff` is a table of its own.
/// The pages are static, ask nothing of any other place, and also work when they are opened from the folder. OUT is
/// replaced as a whole, or stays as it was. The exit status is 0 whatever the runs came to, and 2 where the site could
/// not be made.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder to write; one that exists must be empty, or an earlier site
    #[arg(value_parser = outputs::folder())]
    out: PathBuf,

    /// Runs and campaigns
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,

    /// A folder with past runs, as for `thunkproof history`
    #[arg(long, value_name = "FOLDER")]
    history: Option<PathBuf>,

    /// Show only this many of the latest runs of each series
    #[arg(long, value_name = "COUNT", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    last: u32,

    /// What the site is called
    #[arg(long, default_value = "How Nix evaluators answer")]
    title: String,
}

/// Runs the subcommand.
pub(super) fn run(arguments: &Arguments) -> Result<bool, Complaint> {
    site::probe(&arguments.out)?;
    let mut runs: Vec<Run> = Vec::new();
    let mut campaigns = Vec::new();
    for input in &arguments.inputs {
        if !input.is_dir() {
            runs.extend(history::read(input)?);
        } else if findings::is_campaign(input) {
            campaigns.push(findings::read(input)?);
        } else {
            let shown = input.display();
            let advice =
                "name a folder that `thunkproof fuzz --out` wrote, or the files of runs; past runs go to --history";
            return Err(Complaint(format!("{shown} is no campaign: {advice}")));
        }
    }
    let latest = runs.iter().max_by_key(|run| run.provenance.started);
    let (date, commit) = latest.map_or((None, None), |run| (run.date(), run.provenance.commit.clone()));
    let mut unreadable = Vec::new();
    let series = match &arguments.history {
        None => Vec::new(),
        Some(folder) => {
            let refused = |error: io::Error| Complaint(format!("cannot read {}: {error}", folder.display()));
            trends::read(folder, arguments.last as usize, &mut unreadable).map_err(refused)?
        }
    };
    let tables = table::tables(runs)?;
    let site = Site {
        title: arguments.title.clone(),
        date,
        commit,
        tables,
        campaigns,
        series,
        unreadable,
        remarks: Vec::new(),
    };
    site.write(&arguments.out)?;
    let cases: usize = site.tables.iter().map(|table| table.rows.len()).sum();
    let engines: usize = site.tables.iter().map(|table| table.columns.len()).sum();
    let found: usize = site.campaigns.iter().map(|campaign| campaign.findings.len()).sum();
    let index = arguments.out.join("index.html");
    let line = format!("{}: {engines} columns, {cases} cases, {found} findings\n", index.display());
    super::unless_closed(Write::write_all(&mut anstream::stdout(), line.as_bytes()))?;
    Ok(true)
}
