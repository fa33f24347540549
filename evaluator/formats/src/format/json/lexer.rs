//! Splits bytes into JSON tokens, with the messages of nlohmann's lexer.
//!
//! A message shows what the lexer has read since the start of the last string or number, not since the last token. It
//! counts the end of the input as a column once the lexer has looked at it. Both are kept.

use std::borrow::Cow;

/// A token with its value.
#[derive(Debug)]
pub(super) enum Token<'a> {
    ArrayStart,
    ArrayEnd,
    ObjectStart,
    ObjectEnd,
    Colon,
    Comma,
    True,
    False,
    Null,
    String(Cow<'a, [u8]>),
    Unsigned(u64),
    Integer(i64),
    Float(f64),
    End,
    /// Not a token, and why.
    Error(Cow<'static, str>),
}

impl Token<'_> {
    /// Its name in messages.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Token::ArrayStart => "'['",
            Token::ArrayEnd => "']'",
            Token::ObjectStart => "'{'",
            Token::ObjectEnd => "'}'",
            Token::Colon => "':'",
            Token::Comma => "','",
            Token::True => "true literal",
            Token::False => "false literal",
            Token::Null => "null literal",
            Token::String(_) => "string literal",
            Token::Unsigned(_) | Token::Integer(_) | Token::Float(_) => "number literal",
            Token::End => "end of input",
            Token::Error(_) => "<parse error>",
        }
    }
}

/// The short names of the control characters, as in messages.
const CONTROL_NAMES: [&str; 32] = [
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI", "DLE",
    "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
];

const ILL_FORMED: Token<'static> = Token::Error(Cow::Borrowed("invalid string: ill-formed UTF-8 byte"));
const NOT_HEXADECIMAL: &str = "invalid string: '\\u' must be followed by 4 hex digits";
const LONE_HIGH: &str = "invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF";
const LONE_LOW: &str = "invalid string: surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF";

pub(super) struct Lexer<'a> {
    input: &'a [u8],
    /// Bytes read.
    position: usize,
    /// Whether the end of the input has been read, which counts as a column.
    read_end: bool,
    /// The start of the last string or number.
    shown_from: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        Lexer { input, position: 0, read_end: false, shown_from: 0 }
    }

    /// The current line and column, as messages count them.
    pub(super) fn line_and_column(&self) -> (usize, usize) {
        let read = &self.input[..self.position];
        let lines = read.iter().filter(|&&byte| byte == b'\n').count();
        let line_start = read.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        (lines + 1, self.position - line_start + usize::from(self.read_end))
    }

    /// Whether nothing but the end has been read.
    pub(super) fn read_only_the_end(&self) -> bool {
        self.position + usize::from(self.read_end) == 1
    }

    /// What has been read since the start of the last string or number, with control characters made visible.
    pub(super) fn shown(&self) -> Vec<u8> {
        let mut shown = Vec::new();
        for &byte in &self.input[self.shown_from..self.position] {
            if byte <= 0x1f {
                shown.extend_from_slice(format!("<U+{byte:04X}>").as_bytes());
            } else {
                shown.push(byte);
            }
        }
        shown
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.input.get(self.position).copied()
    }

    #[inline]
    fn take(&mut self) -> Option<u8> {
        let byte = self.peek();
        match byte {
            Some(_) => self.position += 1,
            None => self.read_end = true,
        }
        byte
    }

    /// The next token. Do not call it again after [`Token::Error`] or [`Token::End`].
    pub(super) fn next(&mut self) -> Token<'a> {
        if self.position == 0 && self.peek() == Some(0xef) {
            self.position = 1;
            if self.take() != Some(0xbb) || self.take() != Some(0xbf) {
                return Token::Error(Cow::Borrowed("invalid BOM; must be 0xEF 0xBB 0xBF if given"));
            }
        }
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.position += 1;
        }
        let Some(byte) = self.take() else { return Token::End };
        match byte {
            b'[' => Token::ArrayStart,
            b']' => Token::ArrayEnd,
            b'{' => Token::ObjectStart,
            b'}' => Token::ObjectEnd,
            b':' => Token::Colon,
            b',' => Token::Comma,
            b't' => self.literal(b"rue", Token::True),
            b'f' => self.literal(b"alse", Token::False),
            b'n' => self.literal(b"ull", Token::Null),
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            0 => Token::End,
            _ => Token::Error(Cow::Borrowed("invalid literal")),
        }
    }

    fn literal(&mut self, rest: &[u8], token: Token<'a>) -> Token<'a> {
        for &expected in rest {
            if self.take() != Some(expected) {
                return Token::Error(Cow::Borrowed("invalid literal"));
            }
        }
        token
    }

    /// A number; its first byte has been read.
    fn number(&mut self) -> Token<'a> {
        let start = self.position - 1;
        self.shown_from = start;
        let negative = self.input[start] == b'-';
        let mut whole = true;
        if negative && !matches!(self.take(), Some(b'0'..=b'9')) {
            return Token::Error(Cow::Borrowed("invalid number; expected digit after '-'"));
        }
        if self.input[self.position - 1] != b'0' {
            self.skip_digits();
        }
        if self.peek() == Some(b'.') {
            whole = false;
            self.position += 1;
            if !matches!(self.take(), Some(b'0'..=b'9')) {
                return Token::Error(Cow::Borrowed("invalid number; expected digit after '.'"));
            }
            self.skip_digits();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            whole = false;
            self.position += 1;
            match self.take() {
                Some(b'0'..=b'9') => {}
                Some(b'+' | b'-') => {
                    if !matches!(self.take(), Some(b'0'..=b'9')) {
                        return Token::Error(Cow::Borrowed("invalid number; expected digit after exponent sign"));
                    }
                }
                _ => {
                    return Token::Error(Cow::Borrowed("invalid number; expected '+', '-', or digit after exponent"));
                }
            }
            self.skip_digits();
        }
        let text = std::str::from_utf8(&self.input[start..self.position]).expect("a number is ASCII");
        if whole {
            // What does not fit becomes a float.
            if negative {
                if let Ok(value) = text.parse() {
                    return Token::Integer(value);
                }
            } else if let Ok(value) = text.parse() {
                return Token::Unsigned(value);
            }
        }
        Token::Float(text.parse().expect("the grammar of JSON's numbers is part of Rust's"))
    }

    fn skip_digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.position += 1;
        }
    }

    /// A string; its opening quote has been read.
    fn string(&mut self) -> Token<'a> {
        self.shown_from = self.position - 1;
        let mut plain_from = self.position;
        // Stays empty while the string is its own spelling.
        let mut decoded: Vec<u8> = Vec::new();
        loop {
            let Some(byte) = self.take() else {
                return Token::Error(Cow::Borrowed("invalid string: missing closing quote"));
            };
            let continuation: &[(u8, u8)] = match byte {
                b'"' => {
                    let plain = &self.input[plain_from..self.position - 1];
                    if decoded.is_empty() {
                        return Token::String(Cow::Borrowed(plain));
                    }
                    decoded.extend_from_slice(plain);
                    return Token::String(Cow::Owned(decoded));
                }
                b'\\' => {
                    decoded.extend_from_slice(&self.input[plain_from..self.position - 1]);
                    if let Err(message) = self.escape(&mut decoded) {
                        return Token::Error(Cow::Borrowed(message));
                    }
                    plain_from = self.position;
                    &[]
                }
                0..=0x1f => return Token::Error(Cow::Owned(control_character_message(byte))),
                0x20..=0x7f => &[],
                0xc2..=0xdf => &[(0x80, 0xbf)],
                0xe0 => &[(0xa0, 0xbf), (0x80, 0xbf)],
                0xe1..=0xec | 0xee..=0xef => &[(0x80, 0xbf), (0x80, 0xbf)],
                0xed => &[(0x80, 0x9f), (0x80, 0xbf)],
                0xf0 => &[(0x90, 0xbf), (0x80, 0xbf), (0x80, 0xbf)],
                0xf1..=0xf3 => &[(0x80, 0xbf), (0x80, 0xbf), (0x80, 0xbf)],
                0xf4 => &[(0x80, 0x8f), (0x80, 0xbf), (0x80, 0xbf)],
                _ => return ILL_FORMED,
            };
            for &(first, last) in continuation {
                if !self.take().is_some_and(|byte| (first..=last).contains(&byte)) {
                    return ILL_FORMED;
                }
            }
        }
    }

    /// Decodes what follows a backslash.
    fn escape(&mut self, decoded: &mut Vec<u8>) -> Result<(), &'static str> {
        let byte = match self.take() {
            Some(byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'b') => 0x08,
            Some(b'f') => 0x0c,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                let character = self.escaped_character()?;
                decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            _ => return Err("invalid string: forbidden character after backslash"),
        };
        decoded.push(byte);
        Ok(())
    }

    fn escaped_character(&mut self) -> Result<char, &'static str> {
        let unit = self.hexadecimal_unit()?;
        let code = match unit {
            0xd800..=0xdbff => {
                if self.take() != Some(b'\\') || self.take() != Some(b'u') {
                    return Err(LONE_HIGH);
                }
                let low = self.hexadecimal_unit()?;
                if !(0xdc00..=0xdfff).contains(&low) {
                    return Err(LONE_HIGH);
                }
                0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
            }
            0xdc00..=0xdfff => return Err(LONE_LOW),
            _ => unit,
        };
        Ok(char::from_u32(code).expect("surrogates were dealt with"))
    }

    fn hexadecimal_unit(&mut self) -> Result<u32, &'static str> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.take().and_then(|byte| char::from(byte).to_digit(16)).ok_or(NOT_HEXADECIMAL)?;
            unit = unit << 4 | digit;
        }
        Ok(unit)
    }
}

fn control_character_message(byte: u8) -> String {
    let short = match byte {
        0x08 => " or \\b",
        b'\t' => " or \\t",
        b'\n' => " or \\n",
        0x0c => " or \\f",
        b'\r' => " or \\r",
        _ => "",
    };
    let name = CONTROL_NAMES[usize::from(byte)];
    format!("invalid string: control character U+{byte:04X} ({name}) must be escaped to \\u{byte:04X}{short}")
}
