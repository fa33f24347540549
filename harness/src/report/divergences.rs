//! A differential run on a terminal: differences as they are found, then the signatures, then the counts.

use std::{
    collections::HashMap,
    io::{self, Write},
};

use anstyle::{AnsiColor, Style};

use super::diff;
use crate::{
    differential::{Answered, Summary},
    engine::Named,
    forcing,
    outcome::{
        Outcome,
        compare::{Level, NOT_ASKED, Verdict},
    },
};

const DIVERGES: Style = AnsiColor::Red.on_default().bold();
const INCONCLUSIVE: Style = AnsiColor::Yellow.on_default();
const AGREES: Style = AnsiColor::Green.on_default().bold();
const HEADING: Style = Style::new().bold();

/// Longest diff of one case; the JSON lines have the whole outcomes.
const DIFF_LINES: usize = 40;

/// Cases of one signature that are shown with their diffs; of the others a line has to do.
const SHOWN: usize = 3;

/// Writes differences, and remembers what it has shown.
pub struct Terminal<'a> {
    engines: &'a [Named],
    shown: HashMap<String, usize>,
}

impl<'a> Terminal<'a> {
    /// For a run over these engines: the subject, then the references.
    pub fn new(engines: &'a [Named]) -> Terminal<'a> {
        Terminal { engines, shown: HashMap::new() }
    }

    /// Writes what people want to see of one case, which is nothing where the engines agree.
    ///
    /// # Errors
    /// When `to` cannot be written to.
    pub fn write_case(&mut self, answered: &Answered, to: &mut impl Write) -> io::Result<()> {
        let (index, worst) = answered.worst();
        let name = diff::visible(answered.question.name.as_bytes());
        let name = name.lines().next().unwrap_or_default();
        let bucket = worst.bucket.as_deref().unwrap_or_default();
        let (reason, details) =
            worst.reason.as_deref().map_or(("", ""), |reason| reason.split_once('\n').unwrap_or((reason, "")));
        let reason = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        match worst.verdict {
            // What was not asked is counted by its reason.
            Verdict::Agree | Verdict::Known | Verdict::NotAsked => return Ok(()),
            Verdict::Inconclusive => {
                writeln!(to, "{INCONCLUSIVE}inconclusive{INCONCLUSIVE:#} {HEADING}{name}{HEADING:#}{reason}")?;
                return details.lines().try_for_each(|line| writeln!(to, "  {}", diff::visible(line.as_bytes())));
            }
            Verdict::Diverge => {
                writeln!(to, "{DIVERGES}diverge{DIVERGES:#} {HEADING}{name}{HEADING:#} [{bucket}]{reason}")?;
            }
        }
        let shown = self.shown.entry(bucket.to_owned()).or_default();
        *shown += 1;
        if *shown > SHOWN {
            return Ok(());
        }
        let (ours, theirs) = (&self.engines[0], &self.engines[index + 1]);
        let (subject, reference) = (&answered.outcomes[0], &answered.outcomes[index + 1]);
        if subject.ending != reference.ending {
            writeln!(to, "{}: {}", theirs.name, diff::visible(reference.ending.to_string().as_bytes()))?;
            writeln!(to, "{}: {}", ours.name, diff::visible(subject.ending.to_string().as_bytes()))?;
        }
        for line in &answered.cause {
            writeln!(to, "{}", diff::visible(line.as_bytes()))?;
        }
        for line in answered.forcing.iter().flat_map(forcing::lines) {
            writeln!(to, "{}", diff::visible(line.as_bytes()))?;
        }
        if worst.level == Some(Level::Work) {
            return write_work(&[(&theirs.name, reference), (&ours.name, subject)], to);
        }
        for (stream, theirs_bytes, ours_bytes) in
            [("stdout", &reference.stdout, &subject.stdout), ("stderr", &reference.stderr, &subject.stderr)]
        {
            if theirs_bytes != ours_bytes {
                let titles = [format!("{} {stream}", theirs.name), format!("{} {stream}", ours.name)];
                to.write_all(diff::between(&titles, theirs_bytes, ours_bytes, DIFF_LINES).as_bytes())?;
            }
        }
        writeln!(to)
    }
}

/// Writes the signatures and the counts.
///
/// # Errors
/// When `to` cannot be written to.
pub fn write_summary(summary: &Summary, to: &mut impl Write) -> io::Result<()> {
    let not_asked = summary.count(Verdict::NotAsked);
    if not_asked > 0 {
        writeln!(to, "{HEADING}not asked: {not_asked} of {} cases{HEADING:#}", summary.cases)?;
        for (reason, count) in summary.not_asked() {
            writeln!(to, "{count:>6}  {}", diff::visible(reason.as_bytes()))?;
        }
        writeln!(to)?;
    }
    let mut buckets: Vec<_> = summary.buckets.iter().filter(|(bucket, _)| !bucket.starts_with(NOT_ASKED)).collect();
    if !buckets.is_empty() {
        writeln!(to, "{HEADING} cases  signature{HEADING:#}")?;
        buckets.sort_by_key(|(bucket, count)| (std::cmp::Reverse(**count), *bucket));
        for (bucket, count) in buckets {
            writeln!(to, "{count:>6}  {bucket}")?;
        }
        writeln!(to)?;
    }
    let subject = summary.engines.get_key_value(&summary.subject);
    let references = summary.engines.iter().filter(|(name, _)| **name != summary.subject);
    for (name, engine) in subject.into_iter().chain(references) {
        let role = if *name == summary.subject { "subject" } else { "reference" };
        let (version, rate) = (&engine.version, engine.rate);
        let peak = engine.peak_memory.map(|bytes| format!(", at most {} MiB", bytes.div_ceil(1 << 20)));
        let peak = peak.unwrap_or_default();
        writeln!(to, "{role:<9} {HEADING}{name}{HEADING:#} ({}, {version}): {rate:.0} cases/s{peak}", engine.engine)?;
        for note in &engine.notes {
            writeln!(to, "          {INCONCLUSIVE}note{INCONCLUSIVE:#} {note}")?;
        }
    }
    for problem in &summary.problems {
        writeln!(to, "{DIVERGES}problem{DIVERGES:#} {problem}")?;
    }
    for (reason, count) in &summary.skipped {
        writeln!(to, "not asked: {count} {reason}")?;
    }
    let asked = [Verdict::Agree, Verdict::Diverge, Verdict::Known, Verdict::Inconclusive];
    let counts: Vec<_> = asked
        .into_iter()
        .chain((not_asked > 0).then_some(Verdict::NotAsked))
        .map(|verdict| format!("{} {verdict}", summary.count(verdict)))
        .collect();
    let style = if summary.succeeded() { AGREES } else { DIVERGES };
    let (cases, seconds, rate) = (summary.cases, summary.seconds, summary.rate);
    writeln!(to, "{cases} cases: {style}{}{style:#} ({seconds:.1} s, {rate:.0} cases/s)", counts.join(", "))
}

fn write_work(sides: &[(&String, &Outcome)], to: &mut impl Write) -> io::Result<()> {
    for (name, outcome) in sides {
        if let Some(work) = outcome.work {
            let (functions, builtins) = (work.function_calls, work.builtin_calls);
            writeln!(to, "{name}: {functions} calls of functions, {builtins} of builtins")?;
        }
    }
    writeln!(to)
}
