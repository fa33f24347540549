//! A run on a terminal: what failed, then the counts.

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    io::{self, Write},
};

use anstyle::{AnsiColor, Style};

use super::{Summary, Tally, diff};
use crate::{
    outcome::{Ending, Verdict},
    run::{Judged, Run},
};

const FAILURE: Style = AnsiColor::Red.on_default().bold();
const SUCCESS: Style = AnsiColor::Green.on_default().bold();
const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
const HEADING: Style = Style::new().bold();

/// Names of cases that are shown for each reason for which some were not asked.
const NAMES: usize = 4;

/// Longest diff of one stream; the JSON document has the whole of it.
const DIFF_LINES: usize = 80;

/// Writes what failed and the counts of `run`. Colours are written too: `to` takes them out where they are not wanted.
///
/// # Errors
/// When `to` cannot be written to.
pub fn write(run: &Run, to: &mut impl Write) -> io::Result<()> {
    write_not_asked(run, to)?;
    for judged in run.failures() {
        write_failure(judged, to)?;
    }
    for judged in run.inconclusive() {
        let (suite, name, ending) = (&judged.case.suite, &judged.case.name, judged.judgement.ending.to_string());
        let ending = diff::visible(ending.as_bytes());
        writeln!(to, "{DOUBT}inconclusive{DOUBT:#} {HEADING}{suite} {name}{HEADING:#}: {ending}")?;
    }
    for problem in &run.problems {
        writeln!(to, "{FAILURE}problem{FAILURE:#} {problem}")?;
    }
    if !run.succeeded() {
        writeln!(to)?;
    }
    write_summary(run, to)
}

/// Writes what was not asked: how many cases, for which reasons, and which.
fn write_not_asked(run: &Run, to: &mut impl Write) -> io::Result<()> {
    let mut reasons = BTreeMap::<&str, Vec<&str>>::new();
    for judged in &run.cases {
        if let Ending::NotAsked(reason) = &judged.judgement.ending {
            reasons.entry(reason).or_default().push(&judged.case.name);
        }
    }
    let count: usize = reasons.values().map(Vec::len).sum();
    if count == 0 {
        return Ok(());
    }
    writeln!(to, "{HEADING}not asked: {count} of {} cases{HEADING:#}", run.cases.len())?;
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(reason, names)| (Reverse(names.len()), *reason));
    for (reason, names) in reasons {
        let shown = names[..names.len().min(NAMES)].join(", ");
        let more = if names.len() > NAMES { format!(" and {} more", names.len() - NAMES) } else { String::new() };
        writeln!(to, "{:>6}  {}: {shown}{more}", names.len(), diff::visible(reason.as_bytes()))?;
    }
    writeln!(to)
}

fn write_failure(judged: &Judged, to: &mut impl Write) -> io::Result<()> {
    let judgement = &judged.judgement;
    let (suite, name) = (&judged.case.suite, &judged.case.name);
    let streams: Vec<_> = judgement.differences.iter().map(|difference| difference.stream).collect();
    let expected = judgement.expected_status;
    let what = if judgement.ending != Ending::Exited(expected) {
        format!("exit status {expected} expected, {}", judgement.ending)
    } else {
        format!("{} not as recorded", streams.join(" and "))
    };
    let verdict = if judgement.verdict == Verdict::Crashed { "crashed" } else { "failed" };
    writeln!(
        to,
        "{FAILURE}{verdict:<7}{FAILURE:#} {HEADING}{suite} {name}{HEADING:#}: {}",
        diff::visible(what.as_bytes())
    )?;
    if let Some(title) = &judged.case.about.title {
        writeln!(to, "  {}", diff::visible(title.as_bytes()))?;
    }
    if let Some(breaks) = &judged.case.about.breaks {
        writeln!(to, "  Fails where {}", diff::visible(breaks.as_bytes()))?;
    }
    for difference in &judgement.differences {
        to.write_all(diff::unified(difference.stream, &difference.expected, &difference.came, DIFF_LINES).as_bytes())?;
        // Only where the evaluation ended as it should is a missing recording the likely cause.
        if !difference.recorded && judgement.ending == Ending::Exited(expected) {
            writeln!(to, "(nothing is recorded for {}: `--bless` records what the reference says)", difference.stream)?;
        }
    }
    writeln!(to)
}

fn write_summary(run: &Run, to: &mut impl Write) -> io::Result<()> {
    let summary = Summary::of(run);
    writeln!(to, "Judged: {} ({})", run.engine.engine, run.engine.version)?;
    writeln!(to, "{HEADING}class       cases   exact  status and stdout{HEADING:#}")?;
    for (class, tally) in &summary.classes {
        write_tally(&class.to_string(), tally, to)?;
    }
    write_tally("all", &summary.all, to)?;
    let remarks: Vec<_> = [
        (summary.all.crashed, "crashed"),
        (summary.all.known, "known to diverge"),
        (summary.all.inconclusive, "inconclusive"),
        (summary.all.not_asked, "not asked"),
        (summary.disabled, "switched off"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    if !remarks.is_empty() {
        writeln!(to, "{}", remarks.join(", "))?;
    }
    if run.succeeded() {
        return writeln!(to, "{SUCCESS}passed{SUCCESS:#}");
    }
    let (failed, problems, doubtful) = (summary.all.failed, summary.problems, summary.all.inconclusive);
    if failed + problems == 0 {
        let all = summary.all.cases;
        return writeln!(
            to,
            "{DOUBT}inconclusive{DOUBT:#}: {doubtful} of {all} cases reached a limit, and nothing failed"
        );
    }
    writeln!(to, "{FAILURE}failed{FAILURE:#}: {failed} of {} cases, {problems} other problems", summary.all.cases)
}

fn write_tally(label: &str, tally: &Tally, to: &mut impl Write) -> io::Result<()> {
    writeln!(to, "{label:<10} {:>6}  {:>6}  {:>17}", tally.cases, tally.exact, tally.stdout)
}
