//! Shows a recording as an indented tree, for terminals.

use super::recording::{Fate, Kind, Outcome, Recording, Step};

/// How many steps are shown.
const MOST_LINES: usize = 10_000;

/// The tree: a line for each step, in order, and a summary of the thunks at the end.
pub fn tree(recording: &Recording) -> String {
    let mut text = String::new();
    let mut depths: Vec<usize> = Vec::with_capacity(recording.steps.len());
    for step in &recording.steps {
        let depth = step.parent.map_or(0, |parent| depths[parent] + 1);
        depths.push(depth);
        if depths.len() <= MOST_LINES {
            text.push_str(&format!("{:indent$}{}\n", "", line(recording, step), indent = 2 * depth));
        }
    }
    let left_out = depths.len().saturating_sub(MOST_LINES) + recording.steps_left_out;
    if left_out > 0 {
        text.push_str(&format!("… and {left_out} more steps\n"));
    }
    text.push_str(&summary(recording));
    text
}

/// How many thunks had which fate, in a line.
pub fn summary(recording: &Recording) -> String {
    let mut parts = Vec::new();
    for fate in [Fate::ForcedOnce, Fate::Shared, Fate::Unforced, Fate::Failed, Fate::Unfinished] {
        match recording.count(fate) {
            0 => {}
            count => parts.push(format!("{count} {fate}")),
        }
    }
    let total = recording.thunks.len() + recording.thunks_left_out;
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    format!("{total} thunk{}{parts}\n", if total == 1 { "" } else { "s" })
}

fn line(recording: &Recording, step: &Step) -> String {
    let mut line = recording.describe(step);
    if matches!(step.kind, Kind::Thunk | Kind::Application) {
        match (step.builtin, &step.need) {
            (Some(builtin), _) => line.push_str(&format!("  ← {builtin}")),
            (None, Some(need)) => line.push_str(&format!("  ← {}:{}", need.line, need.column)),
            (None, None) => {}
        }
        if let Some(looks) = step.thunk.map(|thunk| recording.thunks[thunk].looks).filter(|looks| *looks > 0) {
            line.push_str(&format!(", looked at {looks} more time{}", if looks == 1 { "" } else { "s" }));
        }
    }
    if step.outcome == Outcome::Failed {
        line.push_str("  ✗ failed");
    }
    line
}
