//! Prints string literals, identifiers and attribute names as the reference does (`libexpr/print.cc`).
//!
//! The reference has two functions for names, one for expressions and one for values. They are written differently but
//! agree on every name, so there is one function here.

/// Appends `string` in quotes, escaped so that it can be read back: `"`, `\`, newline, carriage return, tab, and the
/// `$` of `${`.
pub fn write_string(out: &mut Vec<u8>, string: &[u8]) {
    write_string_elided(out, string, usize::MAX);
}

/// Like [`write_string`], but after `max_length` bytes the rest is replaced by `«N bytes elided»` after the closing
/// quote. Bytes are counted before escaping.
pub fn write_string_elided(out: &mut Vec<u8>, string: &[u8], max_length: usize) {
    out.push(b'"');
    let shown = &string[..string.len().min(max_length)];
    for (index, &byte) in shown.iter().enumerate() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            // The byte after `$` may be one that is elided itself.
            b'$' if string.get(index + 1) == Some(&b'{') => out.extend_from_slice(b"\\$"),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
    if shown.len() < string.len() {
        out.push(b' ');
        write_elided(out, string.len() - shown.len(), "byte", "bytes");
    }
}

/// Appends `«N things elided»`; `single` names one thing and `plural` any other number of them.
pub fn write_elided(out: &mut Vec<u8>, count: usize, single: &str, plural: &str) {
    let noun = if count == 1 { single } else { plural };
    out.extend_from_slice(format!("«{count} {noun} elided»").as_bytes());
}

/// Whether `name` is a keyword of the grammar. `or` does not count: the reference prints it without quotes.
pub fn is_keyword(name: &[u8]) -> bool {
    matches!(name, b"if" | b"then" | b"else" | b"assert" | b"with" | b"let" | b"in" | b"rec" | b"inherit")
}

/// Whether `name` can stand unquoted as an attribute name.
pub fn is_variable_name(name: &[u8]) -> bool {
    let starts_well = name.first().is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'_');
    starts_well
        && !is_keyword(name)
        && name.iter().all(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'\''))
}

/// Appends the name of an attribute or variable, in quotes if it could not be read back without them (the reference's
/// `printIdentifier` for expressions and `printAttributeName` for values).
#[inline]
pub fn write_attribute_name(out: &mut Vec<u8>, name: &[u8]) {
    if is_variable_name(name) { out.extend_from_slice(name) } else { write_string(out, name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(write: impl Fn(&mut Vec<u8>), expected: &str) {
        let mut out = Vec::new();
        write(&mut out);
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn strings() {
        let check = |string: &[u8], expected: &str| check(|out| write_string(out, string), expected);
        check(b"", r#""""#);
        check(b"a$${b}$$${x\r\t\n\"\\", r#""a$\${b}$$\${x\r\t\n\"\\""#);
        check(b"$", r#""$""#);
        check(b"\x01\x7f", "\"\x01\x7f\"");
    }

    #[test]
    fn attribute_names() {
        for (name, expected) in [
            ("", "\"\""),
            ("\"x", "\"\\\"x\""),
            ("$", "\"$\""),
            ("${", "\"\\${\""),
            ("-", "\"-\""),
            ("1a", "\"1a\""),
            ("__x", "__x"),
            ("a b", "\"a b\""),
            ("a'-", "a'-"),
            ("if", "\"if\""),
            ("or", "or"),
        ] {
            check(|out| write_attribute_name(out, name.as_bytes()), expected);
        }
    }
}
