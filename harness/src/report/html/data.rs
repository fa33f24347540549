//! The data of a report's page, which its script reads. Long outputs are cut to a length that a page can bear; the
//! run's own JSON has all of them.

use std::collections::{BTreeMap, HashMap};

use clap::ValueEnum;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use crate::{
    forcing::Table,
    history::{Case, Outcome, Run},
    outcome::{
        Work,
        compare::{Comparison, Level, Verdict},
        words,
    },
};

/// Longest program and longest stream of a case that differs, in bytes.
const LONG: usize = 16 << 10;

/// Longest stream of a case that agrees.
const SHORT: usize = 2 << 10;

/// Longest text that is compared word by word.
const COMPARED: usize = 128 << 10;

/// Longest diff, in lines.
const LINES: usize = 200;

/// Longest table of what was forced, in rows.
const ROWS: usize = 300;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// All that the script knows.
#[derive(Serialize)]
pub struct Data<'a> {
    /// Titles of the runs.
    runs: Vec<String>,
    /// Levels in their order.
    levels: Vec<Level>,
    /// What each level means.
    meanings: BTreeMap<Level, &'static str>,
    cases: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    /// What links call it, where that is not its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "is_first")]
    run: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    suite: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'a str>,
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    area: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    outcomes: Vec<OutcomeEntry<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diffs: Vec<Diff>,
    /// References from which the subject departs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    departs: Vec<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    comparisons: &'a BTreeMap<String, Comparison>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    seconds: BTreeMap<&'a str, f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    forcing: Option<Table>,
}

#[derive(Serialize)]
struct OutcomeEntry<'a> {
    engines: &'a [String],
    ending: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stdout: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stderr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    work: Option<Work>,
}

/// How one stream of the subject differs from that of a reference.
#[derive(Serialize)]
pub(super) struct Diff {
    pub stream: &'static str,
    pub from: String,
    pub to: String,
    /// Each is its sign, then pieces, of which every second one is what differs within the line.
    pub lines: Vec<Vec<String>>,
    #[serde(skip_serializing_if = "is_first")]
    pub hidden: usize,
}

fn is_first(number: &usize) -> bool {
    *number == 0
}

impl<'a> Data<'a> {
    /// The data of these runs.
    pub fn of(runs: &'a [Run]) -> Data<'a> {
        let ids = ids(runs);
        let mut cases = Vec::new();
        for (index, (run, ids)) in runs.iter().zip(ids).enumerate() {
            cases.extend(run.cases.iter().zip(ids).map(|(case, id)| entry(case, id, index, run)));
        }
        let titles = runs.iter().map(|run| format!("{}: {}", run.name, run.title()));
        let levels = Level::value_variants().to_vec();
        let meanings = levels.iter().map(|level| (*level, words::meaning(*level))).collect();
        Data { runs: titles.collect(), levels, meanings, cases }
    }
}

/// What links call the cases of these runs: by name, where only one has it; with suite or a number otherwise.
pub fn ids(runs: &[Run]) -> Vec<Vec<String>> {
    let mut names: HashMap<&str, usize> = HashMap::new();
    for case in runs.iter().flat_map(|run| &run.cases) {
        *names.entry(&case.name).or_default() += 1;
    }
    let mut used: HashMap<String, usize> = HashMap::new();
    let mut id = |case: &Case| {
        if names[case.name.as_str()] == 1 {
            return case.name.clone();
        }
        let id = case.suite.as_ref().map_or_else(|| case.name.clone(), |suite| format!("{suite}/{}", case.name));
        let times = used.entry(id.clone()).or_default();
        *times += 1;
        if *times == 1 { id } else { format!("{id}~{times}") }
    };
    runs.iter().map(|run| run.cases.iter().map(&mut id).collect()).collect()
}

fn entry<'a>(case: &'a Case, id: String, index: usize, run: &'a Run) -> Entry<'a> {
    let agrees = case.verdict == Verdict::Agree;
    let longest = if agrees { SHORT } else { LONG };
    let references = run.engines.iter().map(|engine| engine.name.as_str()).filter(|name| *name != run.subject);
    Entry {
        name: &case.name,
        id: (id != case.name).then_some(id),
        run: index,
        suite: case.suite.as_deref(),
        class: case.class.as_deref(),
        verdict: case.verdict,
        level: case.level,
        bucket: case.bucket.as_deref(),
        reason: case.reason.as_deref(),
        title: case.title.as_deref(),
        area: case.area.as_deref(),
        file: case.file.as_deref(),
        source: case.source.as_deref().filter(|source| *source != case.name).map(|source| clipped(source, LONG)),
        outcomes: case.outcomes.iter().map(|outcome| outcome_entry(outcome, longest)).collect(),
        diffs: if agrees { Vec::new() } else { diffs(&case.outcomes) },
        departs: references.filter(|name| case.departs_from(name)).collect(),
        comparisons: &case.comparisons,
        seconds: case
            .seconds
            .iter()
            .map(|(engine, seconds)| (engine.as_str(), (seconds * 10_000.0).round() / 10_000.0))
            .collect(),
        forcing: case.forcing.as_ref().map(|forcing| Table::of(forcing, ROWS)),
    }
}

fn outcome_entry(outcome: &Outcome, longest: usize) -> OutcomeEntry<'_> {
    let stream = |text: &Option<String>| text.as_deref().map(|text| clipped(text, longest));
    OutcomeEntry {
        engines: &outcome.engines,
        ending: &outcome.ending,
        stdout: stream(&outcome.stdout),
        stderr: stream(&outcome.stderr),
        work: outcome.work,
    }
}

/// The beginning of a text, and how much is left out.
pub(crate) fn clipped(text: &str, longest: usize) -> String {
    if text.len() <= longest {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(longest);
    format!("{}\n… {} bytes more, which the run's own JSON has", &text[..end], text.len() - end)
}

/// How the subject's outcome, the first, differs from each of the others.
fn diffs(outcomes: &[Outcome]) -> Vec<Diff> {
    let Some((subject, others)) = outcomes.split_first() else { return Vec::new() };
    let side = |outcome: &Outcome| format!("{} ({})", outcome.engines.join(", "), outcome.ending);
    others.iter().flat_map(|other| streams([(side(other), other), (side(subject), subject)])).collect()
}

/// How the streams of two outcomes differ, each with what it is called.
pub(super) fn streams([(from_name, from), (to_name, to)]: [(String, &Outcome); 2]) -> Vec<Diff> {
    let mut diffs = Vec::new();
    for (stream, from, to) in [("stdout", &from.stdout, &to.stdout), ("stderr", &from.stderr, &to.stderr)] {
        if let (Some(from), Some(to)) = (from, to)
            && from != to
        {
            let (lines, hidden) = difference(from, to);
            diffs.push(Diff { stream, from: from_name.clone(), to: to_name.clone(), lines, hidden });
        }
    }
    diffs
}

/// The lines of a diff, and how many of them are left out.
pub(crate) fn difference(from: &str, to: &str) -> (Vec<Vec<String>>, usize) {
    let (from, to) = (clipped(from, COMPARED), clipped(to, COMPARED));
    let diff = TextDiff::from_lines(&from, &to);
    let mut lines = Vec::new();
    let mut hidden = 0;
    for (index, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        let first = group.first().map_or(0, |op| op.old_range().start);
        if index > 0 || first > 0 {
            lines.push(vec!["@".to_owned(), format!("line {}", first + 1)]);
        }
        for op in group {
            if lines.len() >= LINES {
                hidden += op.old_range().len().max(op.new_range().len());
                continue;
            }
            for change in diff.iter_inline_changes(op) {
                let sign = match change.tag() {
                    ChangeTag::Delete => "-",
                    ChangeTag::Insert => "+",
                    ChangeTag::Equal => " ",
                };
                let mut line = vec![sign.to_owned()];
                for (differs, piece) in change.iter_strings_lossy() {
                    let piece = piece.strip_suffix('\n').unwrap_or(&piece);
                    if piece.is_empty() {
                        continue;
                    }
                    // Pieces alternate between what is common and what differs, beginning with what is common.
                    if (line.len() % 2 == 0) != differs {
                        line.push(String::new());
                    }
                    line.push(piece.to_owned());
                }
                // Where nothing is common, marking all of it says nothing.
                if line[1..].iter().step_by(2).all(|piece| piece.trim().is_empty()) {
                    line = vec![line[0].clone(), line[1..].concat()];
                }
                lines.push(line);
                if change.missing_newline() {
                    lines.push(vec!["@".to_owned(), "no newline at the end".to_owned()]);
                }
            }
        }
    }
    hidden += lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    (lines, hidden)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::changes::tests::run;

    /// The lines of a diff, with what differs within a line between brackets.
    fn check(from: &str, to: &str, expected: &[&str]) {
        let (lines, hidden) = difference(from, to);
        let shown = |line: &Vec<String>| {
            let piece = |(at, piece): (usize, &String)| if at % 2 == 1 { format!("[{piece}]") } else { piece.clone() };
            format!("{}{}", line[0], line[1..].iter().enumerate().map(piece).collect::<String>())
        };
        assert_eq!(
            (lines.iter().map(shown).collect::<Vec<_>>(), hidden),
            (expected.iter().map(|it| it.to_string()).collect(), 0)
        );
    }

    #[test]
    fn differences_within_a_line_are_marked() {
        check("error: one two\n", "error: one three\n", &["-error: one [two]", "+error: one [three]"]);
        check("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\nfive\n6\n", &["@line 2", " 2", " 3", " 4", "-5", "+five", " 6"]);
        check("a", "a\n", &["-a", "@no newline at the end", "+a"]);
    }

    #[test]
    fn long_diffs_and_long_texts_say_what_they_leave_out() {
        let text: String = (0..LINES * 3).map(|line| format!("{line}\n")).collect();
        let (lines, hidden) = difference("", &text);
        assert_eq!((lines.len(), hidden), (LINES, LINES * 2));
        assert_eq!(clipped("äöü", 3), "ä\n… 4 bytes more, which the run's own JSON has");
        assert_eq!(clipped("äöü", 6), "äöü");
    }

    #[test]
    fn every_case_has_a_link_of_its_own() {
        let runs = [run(&["x agree", "s/y agree", "t/y agree", "z agree", "z agree"]), run(&["s/y agree"])];
        assert_eq!(ids(&runs), [vec!["x", "s/y", "t/y", "z", "z~2"], vec!["s/y~2"]]);
    }
}
