//! Lays out errors in TOML as toml11 reports them: the message, and the lines that it is about, underlined.

use std::borrow::Cow;
use std::ops::Range;

use super::scanner::{Cursor, Pattern, shown};

/// Why a text is not TOML: all errors, in the order in which they were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TomlError {
    /// The text as it was read.
    pub(super) source: Vec<u8>,
    pub(super) problems: Vec<Problem>,
}

/// One thing that is wrong with a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Problem {
    title: Cow<'static, str>,
    /// The ranges that it is about, with a note for each.
    places: Vec<(Region, Cow<'static, str>)>,
    hint: &'static str,
}

impl Problem {
    pub(super) fn new(
        title: impl Into<Cow<'static, str>>,
        region: Region,
        note: impl Into<Cow<'static, str>>,
    ) -> Problem {
        Problem { title: title.into(), places: vec![(region, note.into())], hint: "" }
    }

    pub(super) fn here(title: impl Into<Cow<'static, str>>, cursor: Cursor<'_>, note: &'static str) -> Problem {
        Problem::new(title, Region::at(cursor), note)
    }

    /// The error that `pattern` does not match here. Its range is where matching stopped.
    pub(super) fn expected(title: impl Into<Cow<'static, str>>, pattern: &Pattern, mut cursor: Cursor<'_>) -> Problem {
        let note = format!("expected {}", pattern.expected(&mut cursor));
        Problem::new(title, Region::at(cursor), note)
    }

    /// Adds lines below the ranges. They may end with a newline or not.
    pub(super) fn with_hint(self, hint: &'static str) -> Problem {
        Problem { hint, ..self }
    }

    pub(super) fn with_place(mut self, region: Region, note: &'static str) -> Problem {
        self.places.push((region, note.into()));
        self
    }
}

/// Bytes of a text that an error is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    range: Range<usize>,
    /// The byte in the line that counts as the last one. It is behind the range if that is a whole construct.
    last_line_at: usize,
    /// The text, where it is not the document.
    text: Option<Vec<u8>>,
}

impl Region {
    /// The byte here; at the end, the one before.
    pub(super) fn at(cursor: Cursor<'_>) -> Region {
        if cursor.at_end() {
            return Region { range: cursor.at.saturating_sub(1)..cursor.at, last_line_at: cursor.at, text: None };
        }
        Region { range: cursor.at..cursor.at + 1, last_line_at: cursor.at, text: None }
    }

    pub(super) fn between(start: Cursor<'_>, end: Cursor<'_>) -> Region {
        Region { range: start.at..end.at, last_line_at: end.at, text: None }
    }

    /// A range of a text of its own.
    pub(super) fn within(range: Range<usize>, text: Vec<u8>) -> Region {
        Region { last_line_at: range.end, range, text: Some(text) }
    }
}

/// How much of a line is shown on either side of a range.
const CONTEXT: usize = 30;

impl TomlError {
    /// The report on the text that was read, in the library's layout.
    pub fn report(&self) -> Vec<u8> {
        let lines = Lines::of(&self.source);
        let mut out = Vec::new();
        for problem in &self.problems {
            problem.write(&self.source, &lines, &mut out);
        }
        out
    }
}

impl Problem {
    fn write(&self, source: &[u8], lines: &Lines, out: &mut Vec<u8>) {
        let excerpts: Vec<Excerpt> = self
            .places
            .iter()
            .map(|(region, _)| match &region.text {
                None => Excerpt::of(source, lines, region),
                Some(text) => Excerpt::of(text, &Lines::of(text), region),
            })
            .collect();
        let width = excerpts.iter().map(|excerpt| excerpt.last_number.to_string().len()).max().unwrap_or(1);
        let margin = " ".repeat(width + 1);
        out.extend_from_slice(format!("[error] {}\n", self.title).as_bytes());
        let mut name = "";
        for (excerpt, (region, note)) in excerpts.iter().zip(&self.places) {
            if !name.is_empty() {
                out.extend_from_slice(format!("{margin} | ...\n{margin} |\n").as_bytes());
            }
            let own_name = if region.text.is_none() { "fromTOML" } else { "internal temporary" };
            if name != own_name {
                out.extend_from_slice(format!(" --> {own_name}\n{margin} |\n").as_bytes());
                name = own_name;
            }
            excerpt.write(width, note, out);
        }
        out.extend_from_slice(self.hint.as_bytes());
    }
}

/// The ends of a text's lines.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &[u8]) -> Lines {
        Lines(text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect())
    }

    fn number(&self, at: usize) -> usize {
        self.0.partition_point(|newline| *newline < at) + 1
    }
}

/// Lines around a place.
struct Excerpt {
    first_number: usize,
    last_number: usize,
    /// One line, or the first and the last.
    lines: Vec<Line>,
    /// Bytes of the place.
    length: usize,
}

struct Line {
    text: Vec<u8>,
    /// Bytes in front of the place in `text`.
    before: usize,
}

impl Excerpt {
    fn of(text: &[u8], numbers: &Lines, region: &Region) -> Excerpt {
        let (start, end) = (region.range.start, region.range.end);
        let last = end.saturating_sub(1);
        let (first_number, last_number) = (numbers.number(start), numbers.number(region.last_line_at));
        let lines = if first_number == last_number {
            vec![Line::around(text, start, last)]
        } else {
            // The library searches the start of the last line from a little way before it, not backwards from its end.
            let search_end = if text.len() - start > 60 { start + 50 } else { text.len() };
            let search_start = if last > 60 { last - 50 } else { 0 };
            let newline = |from: usize, to: usize| {
                text[from..to].iter().position(|byte| *byte == b'\n').map_or(to, |found| from + found)
            };
            vec![
                Line::around(text, start, newline(start, search_end)),
                Line::around(text, newline(search_start, last), last),
            ]
        };
        Excerpt { first_number, last_number, lines, length: end - start }
    }

    fn write(&self, width: usize, note: &str, out: &mut Vec<u8>) {
        let [first, rest @ ..] = self.lines.as_slice() else { return };
        let underlined = first.text.len().saturating_sub(first.before);
        write_line(width, self.first_number, &first.text, out);
        let Some(last) = rest.last() else {
            let limit = if first.text.len() < first.before + 1 { 1 } else { underlined };
            return write_underline(width, first.before, limit.min(self.length), note, out);
        };
        if self.last_number == self.first_number + 1 {
            write_underline(width, first.before, underlined, "", out);
        } else {
            write_underline(width, first.before, underlined, "and", out);
            write_line(width, self.first_number + 1, b"...", out);
            write_underline(width, 0, 3, "and", out);
        }
        write_line(width, self.last_number, &last.text, out);
        write_underline(width, 0, last.before + 1, note, out);
    }
}

impl Line {
    /// The line from `start` to `last`, with the text around them on that line.
    fn around(text: &[u8], start: usize, last: usize) -> Line {
        let window = start.saturating_sub(CONTEXT)..(last + CONTEXT).min(text.len());
        let line_start = text[window.start..start]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(window.start, |at| window.start + at + 1);
        let line_end = text[last.min(window.end)..window.end]
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(window.end, |at| last + at);
        let (mut shown, mut before) = (text[line_start..line_end].to_vec(), start - line_start);
        if line_start > 0 && text[line_start - 1] != b'\n' {
            shown.splice(0..0, *b"... ");
            before += 4;
        }
        if line_end < text.len() && text[line_end] != b'\n' {
            shown.extend_from_slice(b" ...");
        }
        Line { text: shown, before }
    }
}

fn write_line(width: usize, number: usize, line: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(format!(" {number:>width$} | ").as_bytes());
    for byte in line {
        match byte {
            b' ' => out.push(b' '),
            _ => out.extend_from_slice(shown(*byte).as_bytes()),
        }
    }
    out.push(b'\n');
}

fn write_underline(width: usize, before: usize, length: usize, note: &str, out: &mut Vec<u8>) {
    let line = format!("{} | {}{}-- {note}\n", " ".repeat(width + 1), " ".repeat(before), "^".repeat(length));
    out.extend_from_slice(line.as_bytes());
}
