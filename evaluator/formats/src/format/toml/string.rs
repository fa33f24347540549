//! Parses strings and keys.

use super::TomlValue;
use super::grammar::{
    BARE_KEY, BASIC_STRING, DOT, ESCAPED_NEWLINE, LITERAL_STRING, LONG_BASIC_STRING, LONG_LITERAL_STRING,
};
use super::parser::Parser;
use super::report::{Problem, Region};
use super::scanner::{Cursor, Pattern};

/// The parts of a dotted key, at least one.
pub(super) struct Key {
    pub(super) parts: Vec<Vec<u8>>,
    pub(super) region: Region,
}

impl<'t> Parser<'t> {
    pub(super) fn string(&mut self) -> Result<TomlValue, Problem> {
        let rest = &self.cursor.text[self.cursor.at..];
        let string = if rest.starts_with(b"\"\"\"") {
            let title = "toml::parse_ml_basic_string: invalid string format";
            let text = self.delimited(&LONG_BASIC_STRING, title, 3)?;
            unescape(without_first_newline(text), true)?
        } else if rest.starts_with(b"'''") {
            let title = "toml::parse_ml_literal_string: invalid string format";
            without_first_newline(self.delimited(&LONG_LITERAL_STRING, title, 3)?).to_vec()
        } else {
            self.short_string()?
        };
        Ok(TomlValue::String(string))
    }

    fn short_string(&mut self) -> Result<Vec<u8>, Problem> {
        if self.cursor.current() == Some(b'"') {
            let title = "toml::parse_basic_string: invalid string format";
            unescape(self.delimited(&BASIC_STRING, title, 1)?, false)
        } else {
            let title = "toml::parse_literal_string: invalid string format";
            Ok(self.delimited(&LITERAL_STRING, title, 1)?.to_vec())
        }
    }

    /// The text that `pattern` matches here, without its quotes.
    fn delimited(&mut self, pattern: &Pattern, title: &'static str, quotes: usize) -> Result<&'t [u8], Problem> {
        let text = self.cursor.take(pattern).ok_or_else(|| Problem::expected(title, pattern, self.cursor))?;
        Ok(&text[quotes..text.len() - quotes])
    }

    /// A dotted key, without the spaces around it.
    pub(super) fn key(&mut self) -> Result<Key, Problem> {
        let start = self.cursor;
        let mut parts = Vec::new();
        while !self.cursor.at_end() {
            parts.push(self.simple_key()?);
            if !self.cursor.scan(&DOT) {
                break;
            }
        }
        if parts.is_empty() {
            let title = "toml::parse_key: expected a new key, but got nothing";
            return Err(Problem::here(title, start, "reached EOF"));
        }
        Ok(Key { parts, region: Region::between(start, self.cursor) })
    }

    fn simple_key(&mut self) -> Result<Vec<u8>, Problem> {
        if let Some(b'"' | b'\'') = self.cursor.current() {
            return self.short_string();
        }
        if let Some(key) = self.cursor.take(&BARE_KEY) {
            return Ok(key.to_vec());
        }
        let title = "toml::parse_simple_key: invalid key: key must be \"quoted\", 'quoted-literal', or bare key.";
        let hint = "Hint: non-ASCII scripts are allowed in toml v1.1.0, but not in v1.0.0.\n";
        Err(Problem::expected(title, &BARE_KEY, self.cursor).with_hint(hint))
    }
}

fn without_first_newline(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\n").or_else(|| text.strip_prefix(b"\r\n")).unwrap_or(text)
}

/// The value of a string whose text, without quotes, is `text`. The text matches the grammar.
fn unescape(text: &[u8], long: bool) -> Result<Vec<u8>, Problem> {
    let mut string = Vec::with_capacity(text.len());
    let mut cursor = Cursor::new(text);
    while let Some(byte) = cursor.current() {
        if byte != b'\\' {
            string.push(byte);
            cursor.advance();
        } else if !(long && cursor.scan(&ESCAPED_NEWLINE)) {
            escape(&mut cursor, &mut string)?;
        }
    }
    Ok(string)
}

/// The escape that begins at `cursor`.
fn escape(cursor: &mut Cursor<'_>, string: &mut Vec<u8>) -> Result<(), Problem> {
    let start = cursor.at;
    cursor.advance();
    let letter = cursor.current().unwrap_or_default();
    cursor.advance();
    let digits = match letter {
        b'u' => 4,
        b'U' => 8,
        _ => {
            string.push(match letter {
                b'b' => 0x08,
                b'f' => 0x0c,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                other => other,
            });
            return Ok(());
        }
    };
    let end = cursor.text.len().min(cursor.at + digits);
    let number = cursor.text[cursor.at..end]
        .iter()
        .filter_map(|digit| char::from(*digit).to_digit(16))
        .fold(0u32, |number, digit| number << 4 | digit);
    if let Some(character) = char::from_u32(number) {
        cursor.at = end;
        string.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        return Ok(());
    }
    let (title, note) = match number {
        0xd800..=0xdfff => ("toml::parse_utf8_codepoint: [0xD800, 0xDFFF] is not a valid UTF-8", "here"),
        _ => ("toml::parse_utf8_codepoint: input codepoint is too large.", "must be in range [0x00, 0x10FFFF]"),
    };
    // toml11 looks at what follows the backslash as at a text of its own.
    let region = Region::within(1..end - start, cursor.text[start..].to_vec());
    Err(Problem::new(title, region, note))
}
