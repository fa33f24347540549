//! Prints an error as the reference prints it: trace, positions with excerpts, message, suggestions.
//!
//! This follows `showErrorInfo` (`libutil/error.cc`). It builds the text with colours, trims white space from its
//! lines, and leaves it to the logger to remove the colours. Escapes count as text when white space is trimmed, so the
//! order is the same here: [`styled`] builds the text, [`filter_escapes`] removes the colours.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::highlight::{BLUE, MAGENTA, NORMAL, RED, filter_escapes};
use super::{Error, Trace};
use crate::source::{Pos, SourceMap};

/// How many repeated frames in a row are shown. If there are more, all are left out and counted.
const REPEATED_FRAMES_SHOWN: usize = 5;
/// How much trace is shown without `--show-trace`. A frame counts one, and one more if it has a position.
const TRACE_SHOWN: usize = 3;

/// The level at which an error is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `error:`
    Error,
    /// `warning:`
    Warning,
    /// `evaluation warning:`, of `builtins.warn`.
    EvaluationWarning,
}

impl Level {
    fn prefix(self) -> (&'static str, &'static str) {
        match self {
            Level::Error => (RED, "error:"),
            Level::Warning => (MAGENTA, "warning:"),
            Level::EvaluationWarning => (MAGENTA, "evaluation warning:"),
        }
    }
}

/// The text of an error for people, without a line break at its end. It is what the reference prints on stderr, with
/// colours if that is a terminal.
pub fn render(error: &Error, sources: &SourceMap, show_trace: bool, colour: bool) -> Vec<u8> {
    filter_escapes(&styled(Level::Error, error, sources, show_trace), colour).into_owned()
}

/// The text of an error or warning for loggers, with all colours and before tabs are expanded.
pub fn styled(level: Level, error: &Error, sources: &SourceMap, show_trace: bool) -> Vec<u8> {
    styled_within(level, error, sources, show_trace, usize::MAX).unwrap_or_default()
}

/// Like [`styled`]; none if the text has more than about `most` bytes. Each line of trace may show long lines of the
/// source.
pub fn styled_within(
    level: Level,
    error: &Error,
    sources: &SourceMap,
    show_trace: bool,
    most: usize,
) -> Option<Vec<u8>> {
    let (style, word) = level.prefix();
    let prefix = format!("{style}{word}{NORMAL} ");
    let mut text = Vec::new();
    if !error.trace.is_empty() {
        show_frames(&mut text, error, sources, show_trace, most)?;
        text.push(b'\n');
        text.extend_from_slice(prefix.as_bytes());
    }
    text.extend_from_slice(&error.message);
    text.push(b'\n');
    show_place(&mut text, "", error.pos, sources);
    if !error.suggestions.is_empty() {
        show_suggestions(&mut text, &error.suggestions);
    }
    (text.len() <= most).then(|| indent(&prefix, &" ".repeat(word.len() + 1), trim_end(&text)))
}

/// Appends the trace, outermost frame first. Nothing if it exceeds `most` bytes.
fn show_frames(text: &mut Vec<u8>, error: &Error, sources: &SourceMap, show_trace: bool, most: usize) -> Option<()> {
    let mut frames = Frames { text, sources, count: 0 };
    let mut seen: FxHashSet<(Pos, bool, &[u8])> = FxHashSet::default();
    let mut repeated: Vec<&Trace> = Vec::new();
    let mut truncated = false;
    for frame in error.trace.iter().rev().filter(|frame| !frame.message.is_empty()) {
        truncated |= !show_trace && frames.count > crate::fault!(132, TRACE_SHOWN, TRACE_SHOWN + 1);
        if truncated && !frame.always {
            continue;
        }
        // What has been seen stays seen after frames were left out. The reference means to forget it there, but
        // clears a copy.
        if !seen.insert((frame.pos, frame.is_unplaced, &frame.message)) {
            repeated.push(frame);
            continue;
        }
        frames.show_repeated(&mut repeated);
        frames.count += 1;
        frames.show(frame);
        if frames.text.len() > most {
            return None;
        }
    }
    frames.show_repeated(&mut repeated);
    if truncated {
        let words = "(stack trace truncated; use '--show-trace' to show the full, detailed trace)";
        text.extend_from_slice(format!("\n{MAGENTA}{words}{NORMAL}\n").as_bytes());
    }
    Some(())
}

struct Frames<'text> {
    text: &'text mut Vec<u8>,
    sources: &'text SourceMap,
    count: usize,
}

impl Frames<'_> {
    fn show(&mut self, frame: &Trace) {
        self.text.extend_from_slice("\n… ".as_bytes());
        self.text.extend_from_slice(&frame.message);
        self.text.push(b'\n');
        crate::fault!(133 => self.count = self.count.saturating_sub(1););
        self.count += usize::from(show_place(self.text, "  ", frame.pos, self.sources));
    }

    fn show_repeated(&mut self, repeated: &mut Vec<&Trace>) {
        let number = repeated.len();
        if number > crate::fault!(131, REPEATED_FRAMES_SHOWN, REPEATED_FRAMES_SHOWN + 1) {
            let words = format!("\n{MAGENTA}({number} duplicate frames omitted){NORMAL}\n");
            self.text.extend_from_slice(words.as_bytes());
            repeated.clear();
        }
        for frame in repeated.drain(..) {
            self.show(frame);
        }
    }
}

/// Appends the position `pos` and the lines around it; false if it has none.
fn show_place(text: &mut Vec<u8>, indentation: &str, pos: Pos, sources: &SourceMap) -> bool {
    let Some(place) = sources.place(pos) else { return false };
    text.extend_from_slice(format!("{indentation}{BLUE}at {MAGENTA}").as_bytes());
    text.extend_from_slice(&place.describe());
    text.extend_from_slice(format!("{NORMAL}:").as_bytes());
    let Some(source) = sources.shown_text(&place.source) else { return true };
    let [previous, current, next] = lines_around(&source, place.line);
    let mut show = |number: usize, line: &[u8]| {
        text.extend_from_slice(format!("\n {number:5}| ").as_bytes());
        text.extend_from_slice(line);
    };
    if let Some(line) = previous {
        show(place.line - 1, line);
    }
    if let Some(line) = current {
        show(place.line, line);
        text.extend_from_slice(format!("\n      |{}{RED}^{NORMAL}", " ".repeat(place.column)).as_bytes());
    }
    if let Some(line) = next {
        text.extend_from_slice(format!("\n {:5}| ", place.line + 1).as_bytes());
        text.extend_from_slice(line);
    }
    text.push(b'\n');
    true
}

/// The line before, the line itself, and the line after. A line ends with `\n`, `\r` or `\r\n`. The last of these is
/// followed by one more, empty line. An empty text has no lines.
fn lines_around(text: &[u8], line: usize) -> [Option<&[u8]>; 3] {
    let mut rest = (!text.is_empty()).then_some(text);
    let mut lines = std::iter::from_fn(|| {
        let text = rest?;
        let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(text.len());
        rest = match &text[end..] {
            [] => None,
            [b'\r', b'\n', after @ ..] | [_, after @ ..] => Some(after),
        };
        Some(&text[..end])
    });
    for _ in 0..line.saturating_sub(2) {
        lines.next();
    }
    let previous = if line > 1 { lines.next() } else { None };
    let current = lines.next();
    [previous, current, lines.next()]
}

fn show_suggestions(text: &mut Vec<u8>, suggestions: &[Box<[u8]>]) {
    text.extend_from_slice(b"Did you mean ");
    for (index, suggestion) in suggestions.iter().enumerate() {
        let between = match index {
            0 if suggestions.len() > 1 => "one of ",
            0 => "",
            _ if index + 1 == suggestions.len() => " or ",
            _ => ", ",
        };
        text.extend_from_slice(format!("{between}{MAGENTA}").as_bytes());
        text.extend_from_slice(&filter_escapes(suggestion, true));
        text.extend_from_slice(NORMAL.as_bytes());
    }
    text.extend_from_slice(b"?\n");
}

/// Puts a prefix before the first line of `text` and an indentation before the others, and trims white space at the
/// ends of lines. An empty text stays empty, without the prefix.
fn indent(first: &str, rest: &str, text: &[u8]) -> Vec<u8> {
    let mut result: Vec<u8> = Vec::new();
    if text.is_empty() {
        return result;
    }
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if index > 0 {
            result.push(b'\n');
        }
        let prefix = if index == 0 { first } else { rest };
        let line: Cow<'_, [u8]> = [prefix.as_bytes(), line].concat().into();
        result.extend_from_slice(trim_end(&line));
    }
    result
}

fn trim_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).map_or(0, |last| last + 1);
    &text[..end]
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
