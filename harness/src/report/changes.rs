//! What changed between two runs, on a terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::diff::visible;
use crate::{
    history::{
        Changes, Run,
        changes::{Change, What},
    },
    outcome::compare::Comparison,
};

const HEADING: Style = Style::new().bold();
const FAILURE: Style = AnsiColor::Red.on_default().bold();
const SUCCESS: Style = AnsiColor::Green.on_default().bold();
const DOUBT: Style = AnsiColor::Yellow.on_default();

/// Writes what changed: names of at most `most` cases of each kind, then the counts. Colours are written too: `to` takes
/// them out where they are not wanted.
///
/// # Errors
/// When `to` cannot be written to.
pub fn write(before: &Run, after: &Run, changes: &Changes, most: usize, to: &mut impl Write) -> io::Result<()> {
    for (label, run) in [("before", before), ("after", after)] {
        let date = run.date().map(|date| format!(", {date}")).unwrap_or_default();
        let (name, title, cases) = (&run.name, run.title(), run.cases.len());
        writeln!(to, "{label:<6} {HEADING}{}{HEADING:#}: {cases} cases of {}{date}", line(name), line(&title))?;
    }
    for remark in &changes.remarks {
        writeln!(to, "{DOUBT}note{DOUBT:#}   {}", line(remark))?;
    }
    writeln!(to)?;
    let counts = changes.counts();
    for (what, count) in &counts {
        for change in changes.of(*what).take(most) {
            write_change(change, to)?;
        }
        if *count > most {
            writeln!(to, "{what}: … and {} more", count - most)?;
        }
    }
    if !changes.changes.is_empty() {
        writeln!(to)?;
    }
    let parts: Vec<_> = counts
        .iter()
        .filter(|(what, count)| {
            **count > 0 || matches!(what, What::Broke | What::Fixed | What::Appeared | What::Vanished)
        })
        .map(|(what, count)| format!("{count} {what}"))
        .collect();
    let style = if changes.succeeded() { SUCCESS } else { FAILURE };
    writeln!(to, "{style}{}{style:#}, {} as they were", parts.join(", "), changes.same)
}

fn write_change(change: &Change, to: &mut impl Write) -> io::Result<()> {
    let style = match change.what {
        What::Broke | What::Vanished => FAILURE,
        What::Inconclusive => DOUBT,
        What::Fixed | What::Conclusive => SUCCESS,
        What::Appeared | What::Changed => Style::new(),
    };
    let state = |state: &Comparison| line(&state.to_string());
    let states = match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{} → {}", state(before), state(after)),
        (Some(only), None) | (None, Some(only)) => state(only),
        (None, None) => String::new(),
    };
    writeln!(to, "{style}{}{style:#} {HEADING}{}{HEADING:#}: {states}", change.what, line(&change.name))
}

/// A text in one line, in which everything shows.
fn line(text: &str) -> String {
    visible(text.as_bytes()).replace('\n', "⏎")
}
