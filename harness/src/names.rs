//! How names of files are shown. A name is bytes, and reports, lists and JSON hold text: each name is written so that
//! it can be told from every other, and so that it steers no terminal.

use std::{ffi::OsStr, fmt::Write as _, os::unix::ffi::OsStrExt};

/// A name as text. Text stands for itself. Bytes that are not UTF-8 are written as `\xff`, control characters as
/// `\n` or `\u{1b}`, and a backslash as two: so two names are never shown alike.
pub fn shown(name: impl AsRef<OsStr>) -> String {
    let bytes = name.as_ref().as_bytes();
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_control() || character == '\\' {
                text.extend(character.escape_default());
            } else {
                text.push(character);
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

    #[test]
    fn names_stay_apart() {
        let check = |name: &[u8], expected: &str| assert_eq!(shown(OsStr::from_bytes(name)), expected);
        check("eval-okay-é".as_bytes(), "eval-okay-é");
        check(b"a\xffb\xc3", "a\\xffb\\xc3");
        check(b"a\\xff", "a\\\\xff");
        check(b"a\nb\x1b\x7f", "a\\nb\\u{1b}\\u{7f}");
        check(b"", "");
    }
}
