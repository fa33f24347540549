//! Errors in TOML as toml11 reports them: what is wrong, and the lines it is about with the places underlined.

use std::ops::Range;

/// Why a text is not TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TomlError {
    /// What is wrong.
    pub message: String,
    /// The places it is about, in bytes from the start, and what to say of each; at least one.
    pub places: Vec<(Range<usize>, &'static str)>,
}

/// As much of a line is shown on either side of a place.
const CONTEXT: usize = 30;

impl TomlError {
    /// The report on the text that was read, in the library's layout.
    pub fn report(&self, text: &[u8]) -> Vec<u8> {
        // The library reads a text that ends without a newline as if it ended with one.
        let mut text = text.to_vec();
        if text.last() != Some(&b'\n') {
            text.push(b'\n');
        }
        let excerpts: Vec<_> =
            self.places.iter().map(|(range, note)| (Excerpt::of(&text, range.clone()), note)).collect();
        let width = excerpts.iter().map(|(excerpt, _)| excerpt.last_number.to_string().len()).max().unwrap_or(1);
        let margin = " ".repeat(width + 1);
        let mut out = format!("[error] {}\n --> fromTOML\n{margin} |\n", self.message).into_bytes();
        for (index, (excerpt, note)) in excerpts.iter().enumerate() {
            if index > 0 {
                out.extend_from_slice(format!("{margin} | ...\n{margin} |\n").as_bytes());
            }
            excerpt.write(width, note, &mut out);
        }
        out
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
    fn of(text: &[u8], range: Range<usize>) -> Excerpt {
        let start = range.start.min(text.len() - 1);
        let end = range.end.clamp(start + 1, text.len());
        let number = |at: usize| text[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        let last = end - 1;
        let (first_number, last_number) = (number(start), number(last));
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
        let underlined = (first.text.len() + 1).saturating_sub(first.before + 1);
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
    /// The line from `start` to `last`, with what stands around them on it.
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
        let name = match byte {
            b' '..=b'~' => {
                out.push(*byte);
                continue;
            }
            0 => "(NUL)",
            b'\n' => "(LINE FEED)",
            b'\r' => "(CARRIAGE RETURN)",
            b'\t' => "(TAB)",
            0x0b => "(VERTICAL TAB)",
            0x0c => "(FORM FEED)",
            0x1b => "(ESCAPE)",
            _ => "",
        };
        out.extend_from_slice(format!("0x{byte:02x}{name}").as_bytes());
    }
    out.push(b'\n');
}

fn write_underline(width: usize, before: usize, length: usize, note: &str, out: &mut Vec<u8>) {
    let line = format!("{} | {}{}-- {note}\n", " ".repeat(width + 1), " ".repeat(before), "^".repeat(length));
    out.extend_from_slice(line.as_bytes());
}
