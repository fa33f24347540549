//! The contents of string literals: finds where a piece of text ends, and undoes its escapes.

#![forbid(unsafe_code)]

use super::bytes::{IN_INDENTED_STRING, IN_STRING, is};

/// How far the text of a `"…"` string reaches.
pub struct Scan {
    /// The length in bytes; 0 if something else than text comes next.
    pub length: usize,
    /// Whether it contains escapes, carriage returns or NULs.
    pub needs_rewriting: bool,
}

/// Scans to the end of a piece of text: the quote, the `${` or an unfinished escape. A `$` before the final quote
/// belongs to the text. Before any other byte it takes that byte with it, so `$${` is text.
pub fn scan_string(bytes: &[u8]) -> Scan {
    let (mut at, mut needs_rewriting) = (0, false);
    while let Some(&byte) = bytes.get(at) {
        if !is(byte, IN_STRING) {
            at += 1;
            continue;
        }
        at += match (byte, bytes.get(at + 1), bytes.get(at + 2)) {
            (b'"', ..) | (b'$', Some(b'{') | None, _) | (b'\\', None, _) => break,
            (b'$', Some(b'"'), _) => 1,
            (b'$', Some(b'\\'), None) => break,
            (b'$', Some(b'\\'), Some(_)) => {
                needs_rewriting = true;
                3
            }
            (b'$', Some(other), _) => {
                needs_rewriting |= matches!(other, 0 | b'\r');
                2
            }
            (b'\\', Some(_), _) => {
                needs_rewriting = true;
                2
            }
            (0 | b'\r', ..) => {
                needs_rewriting = true;
                1
            }
            _ => 1,
        };
    }
    Scan { length: at, needs_rewriting }
}

/// The length of a piece of text in a `''…''` string. It ends at a `''`, a `${`, or a final `$` or `'`.
pub fn scan_indented(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if !is(byte, IN_INDENTED_STRING) {
            at += 1;
            continue;
        }
        at += match (byte, bytes.get(at + 1)) {
            (b'$', None | Some(b'{' | b'\'')) => break,
            (b'\'', None | Some(b'\'' | b'$')) => break,
            (b'$' | b'\'', _) => 2,
            _ => 1,
        };
    }
    at
}

/// Appends `raw` to `out` with escapes undone and line ends made `\n`. Returns whether it holds an unescaped NUL;
/// escaped ones are allowed, as in the reference.
pub fn unescape(raw: &[u8], out: &mut Vec<u8>) -> bool {
    let (mut at, mut has_nul) = (0, false);
    out.reserve(raw.len());
    while let Some(&byte) = raw.get(at) {
        at += 1;
        match byte {
            b'\\' => {
                out.push(match raw.get(at) {
                    Some(b'n') => b'\n',
                    Some(b'r') => b'\r',
                    Some(b't') => b'\t',
                    Some(other) => *other,
                    None => 0,
                });
                at += 1;
            }
            b'\r' => {
                out.push(b'\n');
                at += usize::from(raw.get(at) == Some(&b'\n'));
            }
            _ => {
                has_nul |= byte == 0;
                out.push(byte);
            }
        }
    }
    has_nul
}
