//! Writes strings as the reference dumps them into JSON. [`crate::format::number`] writes numbers; callers write
//! punctuation.

use std::fmt;

/// A string that cannot be dumped because it is not UTF-8. Its `Display` is the library's message, before which the
/// reference puts `JSON serialization error: `.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidUtf8 {
    /// A byte that cannot stand where it stands.
    Byte {
        /// Its index in the string.
        index: usize,
        /// The byte.
        byte: u8,
    },
    /// The string ends inside a character.
    Incomplete {
        /// The string's last byte.
        last: u8,
    },
}

impl fmt::Display for InvalidUtf8 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[json.exception.type_error.316] ")?;
        match self {
            InvalidUtf8::Byte { index, byte } => write!(formatter, "invalid UTF-8 byte at index {index}: 0x{byte:02X}"),
            InvalidUtf8::Incomplete { last } => {
                write!(formatter, "incomplete UTF-8 string; last byte: 0x{last:02X}")
            }
        }
    }
}

/// Appends `string`, quoted and escaped. Appends nothing if it is not UTF-8.
pub fn write_string(out: &mut Vec<u8>, string: &[u8]) -> Result<(), InvalidUtf8> {
    if let Err(error) = std::str::from_utf8(string) {
        return Err(describe(string, error));
    }
    out.reserve(string.len() + 2);
    out.push(b'"');
    let mut plain_from = 0;
    for (index, &byte) in string.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&string[plain_from..index]);
        plain_from = index + 1;
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            0x08 => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            0x0c => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            _ => out.extend_from_slice(fault!(116, format!("\\u{byte:04x}"), format!("\\u{byte:04X}")).as_bytes()),
        }
    }
    out.extend_from_slice(&string[plain_from..]);
    out.push(b'"');
    Ok(())
}

fn describe(string: &[u8], error: std::str::Utf8Error) -> InvalidUtf8 {
    let start = error.valid_up_to();
    match error.error_len() {
        None => InvalidUtf8::Incomplete { last: string[string.len() - 1] },
        Some(length) => {
            // The library's decoder rejects a byte that cannot begin a character at once, and otherwise the byte behind
            // the part that was still possible.
            let index = if matches!(string[start], 0xc2..=0xf4) { start + length } else { start };
            InvalidUtf8::Byte { index, byte: string[index] }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(string: &[u8], expected: &str) {
        let mut out = Vec::new();
        let text = match write_string(&mut out, string) {
            Ok(()) => String::from_utf8(out).unwrap(),
            Err(error) => error.to_string(),
        };
        assert_eq!(text, expected, "{string:?}");
    }

    #[test]
    fn escapes() {
        check(b"", r#""""#);
        check("u0001\x01\x1f\x7f\x08\x0c/é\u{2028}".as_bytes(), "\"u0001\\u0001\\u001f\x7f\\b\\f/é\u{2028}\"");
        check(b"\n\r\t\"\\/", r#""\n\r\t\"\\/""#);
    }

    #[test]
    fn bytes_that_are_not_utf8() {
        let prefix = "[json.exception.type_error.316] ";
        for (string, expected) in [
            (&b"\xff"[..], "invalid UTF-8 byte at index 0: 0xFF"),
            (b"a\xc3", "incomplete UTF-8 string; last byte: 0xC3"),
            (b"a\xc3(", "invalid UTF-8 byte at index 2: 0x28"),
            (b"\xe0\x80\x80", "invalid UTF-8 byte at index 1: 0x80"),
            (b"\xed\xa0\x80", "invalid UTF-8 byte at index 1: 0xA0"),
            (b"ab\xf0\x9f\x98", "incomplete UTF-8 string; last byte: 0x98"),
            (b"\xc0\x80", "invalid UTF-8 byte at index 0: 0xC0"),
            (b"\xf5\x80", "invalid UTF-8 byte at index 0: 0xF5"),
            (b"\xf4\x90\x80\x80", "invalid UTF-8 byte at index 1: 0x90"),
            (b"\xe2\x82a", "invalid UTF-8 byte at index 2: 0x61"),
        ] {
            check(string, &format!("{prefix}{expected}"));
        }
    }
}
