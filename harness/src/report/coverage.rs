//! What fixtures exercise, as a table for people and as one JSON document.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::coverage::{Coverage, Entry, Group};

const FAILURE: Style = AnsiColor::Red.on_default().bold();
const SUCCESS: Style = AnsiColor::Green.on_default().bold();
const HEADING: Style = Style::new().bold();

/// The document.
#[derive(Debug, Serialize)]
pub struct Document<'a> {
    succeeded: bool,
    /// Fixtures that were counted: those that parse.
    counted: usize,
    unparsed: usize,
    missing: Vec<&'a str>,
    entries: &'a [Entry],
}

impl Document<'_> {
    /// The document of `coverage`.
    pub fn of(coverage: &Coverage) -> Document<'_> {
        let missing: Vec<_> = coverage.missing().map(|entry| entry.name.as_str()).collect();
        Document {
            succeeded: missing.is_empty(),
            counted: coverage.counted,
            unparsed: coverage.unparsed,
            missing,
            entries: &coverage.entries,
        }
    }
}

/// Writes a table for each group, then what is missing. Colours are written too: `to` takes them out where they are not
/// wanted.
///
/// # Errors
/// When `to` cannot be written to.
pub fn write(coverage: &Coverage, to: &mut impl Write) -> io::Result<()> {
    for group in Group::ALL {
        let entries: Vec<_> = coverage.entries.iter().filter(|entry| entry.group == group).collect();
        let width = entries.iter().map(|entry| label(entry).chars().count()).max().unwrap_or(0);
        let title = group.title();
        writeln!(to, "{HEADING}{title:<width$}  eval-okay  eval-fail  parse-okay{HEADING:#}")?;
        for entry in entries {
            let style = if entry.is_missing() { FAILURE } else { Style::new() };
            let (label, count) = (label(entry), entry.fixtures);
            let (okay, fail, parse) = (count.eval_okay, count.eval_fail, count.parse_okay);
            writeln!(to, "{style}{label:<width$}  {okay:>9}  {fail:>9}  {parse:>10}{style:#}")?;
        }
        writeln!(to)?;
    }
    let (counted, unparsed) = (coverage.counted, coverage.unparsed);
    writeln!(to, "{counted} fixtures counted; {unparsed} more do not parse")?;
    let mut missing = 0;
    for entry in coverage.missing() {
        missing += 1;
        writeln!(to, "{FAILURE}no fixture{FAILURE:#} for {} `{}`", entry.group.title(), label(entry))?;
    }
    let all = coverage.entries.len();
    match missing {
        0 => writeln!(to, "{SUCCESS}covered{SUCCESS:#}: all {all} builtins, rules and forms"),
        _ => writeln!(to, "{FAILURE}not covered{FAILURE:#}: {missing} of {all} builtins, rules and forms"),
    }
}

fn label(entry: &Entry) -> String {
    match entry.feature {
        Some(feature) => format!("{} ({feature})", entry.name),
        None => entry.name.clone(),
    }
}
