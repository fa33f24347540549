//! Styles in messages: marks the arguments of a message, and removes the marks.
//!
//! The reference marks arguments with terminal escapes when it builds a message. It filters them where the output is no
//! terminal. `--log-format internal-json` always prints them, and white space before an escape is not trailing white
//! space. So messages here have the same marks: [`hint`] adds them, [`filter_escapes`] removes them. Text without marks
//! is rendered correctly too, without colours.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// Ends every style.
pub const NORMAL: &str = "\x1b[0m";
/// Errors and carets.
pub const RED: &str = "\x1b[31;1m";
/// The style of arguments of messages, of warnings, and of names of places.
pub const MAGENTA: &str = "\x1b[35;1m";
/// The word `at` before a place.
pub const BLUE: &str = "\x1b[34;1m";
/// Names of settings in a lint.
pub const BOLD: &str = "\x1b[1m";

/// `text` marked as the argument of a message.
pub fn magenta(text: &[u8]) -> Vec<u8> {
    [MAGENTA.as_bytes(), text, NORMAL.as_bytes()].concat()
}

/// Fills each `{}` of `template` with the next of `arguments`, marked. Spare arguments are dropped. A `{}` without an
/// argument stays empty.
pub fn hint(template: &str, arguments: &[&[u8]]) -> Vec<u8> {
    fill(template, arguments, magenta)
}

/// Like [`hint`], without marks: for warnings that the reference prints directly, without building an error.
pub fn plain(template: &str, arguments: &[&[u8]]) -> Vec<u8> {
    fill(template, arguments, <[u8]>::to_vec)
}

fn fill(template: &str, arguments: &[&[u8]], styled: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut arguments = arguments.iter();
    let mut parts = template.split("{}");
    let mut text = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        if let Some(argument) = arguments.next() {
            text.extend_from_slice(&styled(argument));
        }
        text.extend_from_slice(part.as_bytes());
    }
    text
}

/// Filters a text as the reference's `filterANSIEscapes` (`libutil/terminal.cc`) does. Tabs become spaces up to the
/// next multiple of eight columns. Carriage returns and bells are removed, and so are escapes, unless `keep_styles`
/// keeps those that set a style. Columns count from the start of the text, not of the line.
pub fn filter_escapes(text: &[u8], keep_styles: bool) -> Cow<'_, [u8]> {
    if !text.iter().any(|byte| matches!(byte, b'\x1b' | b'\t' | b'\r' | b'\x07')) {
        return Cow::Borrowed(text);
    }
    let mut result = Vec::with_capacity(text.len());
    let (mut column, mut index) = (0, 0);
    while let Some(&byte) = text.get(index) {
        match byte {
            b'\x1b' => {
                let (length, style) = escape(&text[index..]);
                if style && keep_styles {
                    result.extend_from_slice(&text[index..index + length]);
                }
                index += length;
            }
            b'\t' => {
                let next = (column / 8 + 1) * 8;
                result.resize(result.len() + next - column, b' ');
                column = next;
                index += 1;
            }
            b'\r' | b'\x07' => index += 1,
            _ => {
                let (width, length) = width(&text[index..]);
                let length = length.min(text.len() - index);
                result.extend_from_slice(&text[index..index + length]);
                column += width;
                index += length;
            }
        }
    }
    Cow::Owned(result)
}

/// Length of the escape that `text` starts with, and whether it sets a style.
fn escape(text: &[u8]) -> (usize, bool) {
    let run = |from: usize, class: fn(&u8) -> bool| text[from..].iter().take_while(|byte| class(byte)).count();
    match text.get(1) {
        Some(b'[') => {
            let parameters = 2 + run(2, |byte| (0x30..=0x3f).contains(byte));
            let end = parameters + run(parameters, |byte| (0x20..=0x2f).contains(byte));
            match text.get(end) {
                Some(last @ 0x40..=0x7e) => (end + 1, *last == b'm'),
                _ => (end, false),
            }
        }
        Some(b']') => {
            let end = 2 + run(2, |byte| !matches!(byte, b'\x1b' | b'\x07'));
            match (text.get(end), text.get(end + 1)) {
                (Some(b'\x1b'), Some(b'\\')) => (end + 2, false),
                (Some(_), _) => (end + 1, false),
                (None, _) => (end, false),
            }
        }
        Some(0x40..=0x5f) => (2, false),
        _ => (1, false),
    }
}

/// Columns and bytes of the character that `text` starts with. A byte that is not UTF-8 counts as one column.
fn width(text: &[u8]) -> (usize, usize) {
    let length = match text[0] {
        0x00..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf7 => 4,
        _ => return (1, 1),
    };
    let valid = 1 + text[1..].iter().take(length - 1).take_while(|byte| (0x80..=0xbf).contains(*byte)).count();
    if valid < length {
        return (valid, valid);
    }
    let width =
        std::str::from_utf8(&text[..length]).ok().and_then(|text| text.chars().next()).map_or(length, |character| {
            match character {
                '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => 0,
                _ => character.width().unwrap_or(0),
            }
        });
    (width, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, keep_styles: bool, expected: &str) {
        assert_eq!(String::from_utf8_lossy(&filter_escapes(text.as_bytes(), keep_styles)), expected);
    }

    /// Each recorded from what `builtins.trace` of the reference prints, where the text stands after `trace: `.
    #[test]
    fn tabs_and_escapes_as_the_reference_filters_them() {
        check("trace: \ta\tb", false, "trace:  a       b");
        check("trace: é\tb", false, "trace: é        b");
        check("trace: 日本\tb", false, "trace: 日本     b");
        check("trace: a\n\tb", false, "trace: a\n        b");
        check("trace: a\x1b[31mb\x1b[0m\x07\nc\x1b]8;;x\x1b\\d\x1bMe", false, "trace: ab\ncde");
        check("trace: a\r\x07\tb", false, "trace: a        b");
        // To a terminal.
        check("trace: \x1b[2Jx\ty\x1b[32mz", true, "trace: x        y\x1b[32mz");
    }

    #[test]
    fn arguments_are_marked() {
        assert_eq!(hint("a '{}' b {}", &[b"x", b"y"]), b"a '\x1b[35;1mx\x1b[0m' b \x1b[35;1my\x1b[0m");
    }
}
