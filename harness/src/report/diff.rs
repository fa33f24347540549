//! Shows where two outputs differ, for people.

use std::{borrow::Cow, fmt::Write as _, time::Duration};

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();
const PLACE: Style = AnsiColor::Cyan.on_default();

/// The longest line that is shown whole, in characters.
const LONGEST_LINE: usize = 2000;

/// How long the smallest difference of two texts is looked for; then any will do.
const LONGEST_SEARCH: Duration = Duration::from_secs(2);

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// A unified diff of what was `expected` and what `came`, coloured, at most `most` lines long. Whoever prints it takes
/// the colours out where they are not wanted.
pub fn unified(stream: &str, expected: &[u8], came: &[u8], most: usize) -> String {
    between(&[format!("expected {stream}"), format!("{stream} that came")], expected, came, most)
}

/// The same of any two texts, under these titles.
pub fn between(titles: &[String; 2], one: &[u8], other: &[u8], most: usize) -> String {
    let (one, other) = (visible(one), visible(other));
    let diff = TextDiff::configure().timeout(LONGEST_SEARCH).diff_lines(&one, &other);
    let mut lines = vec![format!("--- {}\n", titles[0]), format!("+++ {}\n", titles[1])];
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        lines.push(format!("{PLACE}{}{PLACE:#}\n", hunk.header()));
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ('-', REMOVED),
                ChangeTag::Insert => ('+', ADDED),
                ChangeTag::Equal => (' ', Style::new()),
            };
            let value = change.value();
            lines.push(format!("{style}{sign}{}{style:#}\n", shortened(value.strip_suffix('\n').unwrap_or(value))));
            if change.missing_newline() {
                lines.push("\\ no newline at the end\n".to_owned());
            }
        }
    }
    let hidden = lines.len().saturating_sub(most);
    lines.truncate(most);
    if hidden > 0 {
        lines.push(format!("… and {hidden} lines more\n"));
    }
    lines.concat()
}

/// The start of a line that nobody reads to its end.
fn shortened(line: &str) -> Cow<'_, str> {
    match line.char_indices().nth(LONGEST_LINE) {
        None => line.into(),
        Some((end, _)) => format!("{}… and {} bytes more", &line[..end], line.len() - end).into(),
    }
}

/// Bytes as text in which everything shows: what is not UTF-8, or would steer the terminal, is written as an escape.
pub fn visible(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\n' | '\t' => text.push(character),
                _ if character.is_control() => text.extend(character.escape_default()),
                _ => text.push(character),
            }
        }
        for byte in chunk.invalid() {
            // Writing to a String does not fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: &[u8], came: &[u8], most: usize, shown: &str) {
        let coloured = unified("stdout", expected, came, most);
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), shown);
    }

    #[test]
    fn changes_show_with_context() {
        check(
            b"1\n2\n3\n4\n5\n6\n",
            b"1\n2\n3\n4\nfive\n6\n",
            99,
            "--- expected stdout\n+++ stdout that came\n@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-5\n+five\n 6\n",
        );
    }

    #[test]
    fn a_missing_newline_and_odd_bytes_show() {
        check(
            b"a\xff\x1b[0m\n",
            b"a\xfe",
            99,
            "--- expected stdout\n+++ stdout that came\n@@ -1 +1 @@\n-a\\xff\\u{1b}[0m\n+a\\xfe\n\\ no newline at the end\n",
        );
    }

    #[test]
    fn a_long_diff_says_how_much_it_leaves_out() {
        check(
            b"",
            b"1\n2\n3\n4\n",
            4,
            "--- expected stdout\n+++ stdout that came\n@@ -0,0 +1,4 @@\n+1\n… and 3 lines more\n",
        );
    }

    #[test]
    fn a_long_line_says_how_much_it_leaves_out() {
        let long = "é".repeat(LONGEST_LINE + 5);
        let shown = unified("stdout", b"", long.as_bytes(), 9);
        assert!(shown.contains("é… and 10 bytes more") && shown.len() < 3 * LONGEST_LINE, "{} bytes", shown.len());
        let short = "é".repeat(LONGEST_LINE);
        assert!(unified("stdout", b"", short.as_bytes(), 9).contains(&format!("+{short}\u{1b}[0m\n")));
    }

    #[test]
    fn colours_are_those_of_their_lines() {
        let coloured = unified("stderr", b"a\n", b"b\n", 99);
        assert!(
            coloured.contains("\u{1b}[31m-a\u{1b}[0m\n") && coloured.contains("\u{1b}[32m+b\u{1b}[0m\n"),
            "{coloured:?}"
        );
    }
}
