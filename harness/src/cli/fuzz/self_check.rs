//! `thunkproof fuzz` without a reference.

use std::{
    io::{self, Write},
    sync::atomic::Ordering,
};

use clap::ValueEnum;

use super::{Arguments, Complaint, End, HEADING, View, interrupt, unless_closed, unreduced};
use crate::{
    campaign::{
        guide::Guide,
        programs::Programs,
        report::{Folder, shown_by_oracle},
        self_check::{self, Event, Finding, Settings, Summary},
    },
    oracle::{Oracle, round_trip, variants},
    report,
};

/// Oracles, as people name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OracleGroup {
    /// The evaluator's own checks only (compiled in with debug assertions: `cargo build --profile checked`)
    Crash,
    /// What only makes the evaluator faster must not show
    Variants,
    /// What is printed must read back
    RoundTrips,
    /// Programs that mean the same must give the same
    Rewrites,
    /// A second evaluator, slow and plain, must come to the same
    Definition,
}

impl OracleGroup {
    fn oracles(self) -> Vec<Oracle> {
        match self {
            OracleGroup::Crash => vec![Oracle::NoCrash],
            OracleGroup::Variants => variants::Way::ALL.map(Oracle::Variant).to_vec(),
            OracleGroup::RoundTrips => round_trip::Way::ALL.map(Oracle::RoundTrip).to_vec(),
            OracleGroup::Rewrites => vec![Oracle::Rewrite],
            OracleGroup::Definition => vec![Oracle::Definition],
        }
    }
}

/// Runs a campaign by the built-in oracles. It succeeds where they find nothing.
pub(super) fn run(
    arguments: &Arguments,
    programs: &Programs,
    guide: Option<&Guide>,
    out: Option<&Folder>,
) -> Result<End, Complaint> {
    let oracles: Vec<Oracle> = match arguments.oracles.as_slice() {
        [] => Oracle::all().collect(),
        groups => groups.iter().flat_map(|group| group.oracles()).collect(),
    };
    let settings = Settings {
        programs,
        oracles: &oracles,
        runner: self_check::runner,
        time: arguments.time(),
        cases: arguments.cases,
        jobs: arguments.engines.jobs(),
        reduction: arguments.reduction(),
        first_only: arguments.first,
        guide,
    };
    let stop = interrupt::watch()?;
    let mut view = View::new(arguments.quiet);
    let mut unwritten = None;
    let mut number = 0;
    let (summary, findings) = self_check::run(&settings, stop, |event| match event {
        Event::Progress(summary) => view.show(&described(summary)),
        Event::Found(finding) => {
            number += 1;
            view.interject(|to| report::finding::write(&shown_by_oracle(finding), to));
            if let Some(Err(error)) = out.map(|out| out.write_difference(number, finding)) {
                // Nothing that is found from here on could be kept.
                stop.store(true, Ordering::Relaxed);
                unwritten.get_or_insert(error);
            }
        }
    });
    view.end();
    if let Some(out) = out {
        out.write_summary(&summary)?;
    }
    unless_closed(write_summary(&summary, &findings, &mut anstream::stdout().lock()))?;
    match unwritten {
        Some(error) => Err(error.into()),
        None if stop.load(Ordering::Relaxed) => Ok(End::Interrupted),
        None => Ok(End::from(findings.is_empty())),
    }
}

fn described(summary: &Summary) -> String {
    format!(
        "{:.0} s, {} programs, {:.0} each second of a processor\n  {} evaluations, {:.1} % of them give a value\n  \
         {} inconclusive, {} not applicable\n  buckets: {}",
        summary.seconds,
        summary.cases,
        summary.rate,
        summary.evaluations,
        success(summary),
        summary.inconclusive,
        summary.not_applicable,
        summary.buckets.len(),
    )
}

/// The part of evaluations that give a value, in per cent.
fn success(summary: &Summary) -> f64 {
    100.0 * summary.values as f64 / summary.evaluations.max(1) as f64
}

fn write_summary(summary: &Summary, findings: &[Finding], to: &mut impl Write) -> io::Result<()> {
    if !summary.buckets.is_empty() {
        writeln!(to, "{HEADING} cases  bucket{HEADING:#}")?;
        for (bucket, count) in &summary.buckets {
            writeln!(to, "{count:>6}  {bucket}")?;
        }
    }
    let checks = if summary.checks { "with" } else { "without" };
    writeln!(to, "oracles: {} ({checks} debug assertions)", summary.oracles.join(", "))?;
    writeln!(
        to,
        "{} programs in {:.0} s, {:.0} each second of a processor ({} evaluations, {:.0} each second of a processor)",
        summary.cases, summary.seconds, summary.rate, summary.evaluations, summary.evaluation_rate,
    )?;
    writeln!(
        to,
        "{:.1} % of evaluations give a value; of the programs, {} are inconclusive and {} not applicable",
        success(summary),
        summary.inconclusive,
        summary.not_applicable,
    )?;
    let note = unreduced(findings.iter().map(|finding| finding.reduced));
    writeln!(to, "{} buckets{note}", summary.buckets.len())
}
