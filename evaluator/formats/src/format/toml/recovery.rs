//! Skips input after an error, so that parsing can resume and find the next error.
//!
//! toml11 can loop for ever here: it never gets past a comment, and where a line with `=` interrupts an array it goes
//! back to the start of that line. Where it would not end, parsing ends with the errors found so far.

use super::grammar::{ARRAY_HEADER, NEWLINE, SPACES, TABLE_HEADER};
use super::parser::Parser;
use super::scanner::Pattern;
use super::value::Kind;

const LONG_QUOTES: Pattern = Pattern::Literal("\"\"\"");
const LONG_APOSTROPHES: Pattern = Pattern::Literal("'''");

impl Parser<'_> {
    /// Skips something like a value. If it looks like none, skips to the end of the line, `,`, `]` or `}`.
    pub(super) fn skip_value(&mut self) {
        match self.guess() {
            Ok(Kind::String) => self.skip_string(),
            Ok(Kind::Array) => self.nested(Self::skip_array),
            Ok(Kind::InlineTable) => self.nested(Self::skip_inline_table),
            _ => self.skip_until(|byte| matches!(byte, b'\n' | b',' | b']' | b'}')),
        }
    }

    /// Goes to the first byte that `stop` holds for.
    pub(super) fn skip_until(&mut self, stop: impl Fn(u8) -> bool) {
        while self.cursor.current().is_some_and(|byte| !stop(byte)) {
            self.cursor.advance();
        }
    }

    fn skip_string(&mut self) {
        for long in [&LONG_QUOTES, &LONG_APOSTROPHES] {
            if self.cursor.scan(long) {
                while !self.cursor.at_end() && !self.cursor.scan(long) {
                    self.cursor.advance();
                }
                return;
            }
        }
        let Some(quote @ (b'"' | b'\'')) = self.cursor.current() else { return };
        self.cursor.advance();
        self.skip_until(|byte| byte == quote || byte == b'\n');
        self.cursor.advance();
    }

    /// Skips to the `]` of the array here. Stops at what shows that there is none: a header, or the line of a key.
    fn skip_array(&mut self) {
        self.cursor.advance();
        while let Some(byte) = self.cursor.current() {
            self.spend_step();
            match byte {
                b'"' | b'\'' => self.skip_string(),
                b'#' => self.skip_comments(),
                b'{' => self.nested(Self::skip_inline_table),
                b'[' if self.header_is_here() => return,
                b'[' => self.nested(Self::skip_array),
                b'=' => {
                    while self.cursor.at != 0 {
                        self.cursor.retrace();
                        if self.cursor.current() == Some(b'\n') {
                            self.cursor.advance();
                            break;
                        }
                    }
                    return;
                }
                b']' => return,
                _ => self.cursor.advance(),
            }
        }
    }

    /// Skips to the `}` of the table here, or to the end of its line.
    fn skip_inline_table(&mut self) {
        self.cursor.advance();
        while let Some(byte) = self.cursor.current() {
            self.spend_step();
            match byte {
                b'\n' | b'}' => return,
                b'"' | b'\'' => self.skip_string(),
                b'#' => return self.skip_comments(),
                b'[' if self.header_is_here() => return,
                b'[' => self.nested(Self::skip_array),
                b'{' => self.nested(Self::skip_inline_table),
                _ => self.cursor.advance(),
            }
        }
    }

    fn header_is_here(&self) -> bool {
        let mut ahead = self.cursor;
        ahead.scan(&TABLE_HEADER) || ahead.scan(&ARRAY_HEADER)
    }

    /// Skips empty lines. It never gets past a comment.
    pub(super) fn skip_comments(&mut self) {
        while !self.cursor.at_end() {
            self.cursor.scan(&SPACES);
            if self.cursor.current() == Some(b'#') {
                return self.stop();
            }
            if !self.cursor.scan(&NEWLINE) {
                return;
            }
        }
    }

    /// Skips a key that could not be read, and what may be its value.
    pub(super) fn skip_key_value_pair(&mut self) {
        self.skip_until(|byte| matches!(byte, b'=' | b'\n'));
        if self.cursor.current() == Some(b'=') {
            self.skip_value();
        }
    }

    /// Skips to the next line that begins with a header. The first byte of any other line is skipped unseen: if it is a
    /// newline, the line after it does not count.
    pub(super) fn skip_until_next_table(&mut self) {
        while !self.cursor.at_end() {
            if self.cursor.current() == Some(b'\n') {
                self.cursor.advance();
                let line = self.cursor;
                self.cursor.scan(&SPACES);
                if self.cursor.scan(&TABLE_HEADER) || self.cursor.scan(&ARRAY_HEADER) {
                    self.cursor = line;
                    return;
                }
            }
            self.cursor.advance();
        }
    }
}
