//! Parses booleans and numbers, and tells which kind of value comes next.

use super::TomlValue;
use super::grammar::{
    BINARY, BOOLEAN, DATE, DATE_TIME, DECIMAL, FLOAT, HEXADECIMAL, INTEGER, OCTAL, OFFSET, OFFSET_DATE_TIME, TIME,
    TIME_DELIMITER,
};
use super::parser::Parser;
use super::report::Problem;
use super::scanner::{Cursor, Pattern};

/// The kind that a value looks like from its start.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Integer,
    Float,
    String,
    Date,
    Time,
    DateTime,
    OffsetDateTime,
    Array,
    InlineTable,
}

const TIME_HINT: &str = "Hint: valid  : 1979-05-27T07:32:00, 1979-05-27 07:32:00.999999\n\
                         Hint: invalid: 1979-05-27T7:32:00, 1979-05-27 17:32\n";
const FLOAT_HINT: &str = "Hint: valid  : +1.0, -2e-2, 3.141_592_653_589, inf, nan\n\
                          Hint: invalid: .0, 1., _1.0, 1.0_, 1_.0, 1.0__0\n";
const INTEGER_HINT: &str = "Hint: valid  : -42, 1_000, 1_2_3_4_5, 0xC0FFEE, 0b0010, 0o755\n\
                            Hint: invalid: _42, 1__000, 0123\n";
const OFFSET_HINT: &str = "Hint: valid  : +09:00, -05:30\n\
                           Hint: invalid: +9:00,  -5:30\n";
const DATE_TIME_HINT: &str = "Hint: valid  : 1979-05-27T07:32:00-07:00, 1979-05-27 07:32:00.999999Z\n\
                              Hint: invalid: 1979-05-27T7:32:00-7:00, 1979-05-27 7:32-00:30";

impl Parser<'_> {
    /// The kind of value that the text here looks like; an error if it looks like none.
    pub(super) fn guess(&self) -> Result<Kind, Problem> {
        let Some(byte) = self.cursor.current() else { return guess_number(self.cursor) };
        let mut ahead = self.cursor;
        let (title, pattern) = match byte {
            b'"' | b'\'' => return Ok(Kind::String),
            b'[' => return Ok(Kind::Array),
            b'{' => return Ok(Kind::InlineTable),
            b't' | b'f' => return Ok(Kind::Boolean),
            b'i' if ahead.scan(&Pattern::Literal("inf")) => return Ok(Kind::Float),
            b'n' if ahead.scan(&Pattern::Literal("nan")) => return Ok(Kind::Float),
            b'T' => ("`true` must be in lowercase", &BOOLEAN),
            b'F' => ("`false` must be in lowercase", &BOOLEAN),
            b'i' | b'I' => ("`inf` must be in lowercase", &FLOAT),
            b'n' | b'N' => ("`nan` must be in lowercase", &FLOAT),
            _ => return guess_number(self.cursor),
        };
        let title = format!("toml::parse_value: {title}. A string must be surrounded by quotes.");
        Err(Problem::expected(title, pattern, self.cursor))
    }

    pub(super) fn boolean(&mut self) -> Result<TomlValue, Problem> {
        let title = "toml::parse_boolean: invalid boolean: boolean must be `true` or `false`, in lowercase. string \
                     must be surrounded by `\"`";
        let text = self.cursor.take(&BOOLEAN).ok_or_else(|| Problem::expected(title, &BOOLEAN, self.cursor))?;
        Ok(TomlValue::Boolean(text == b"true"))
    }

    pub(super) fn integer(&mut self) -> Result<TomlValue, Problem> {
        let rest = &self.cursor.text[self.cursor.at..];
        // A sign is passed over here although only decimal numbers have one: so it is told what the others look like.
        let digits = if let [b'+' | b'-', digits @ ..] = rest { digits } else { rest };
        match digits {
            [b'0', b'b', ..] => self.based_integer(&BINARY, "bin", "0b0101, 0b1111_0000", 2),
            [b'0', b'o', ..] => self.based_integer(&OCTAL, "oct", "0o775, 0o04_44", 8),
            [b'0', b'x', ..] => self.based_integer(&HEXADECIMAL, "hex", "0xC0FFEE, 0xdead_beef", 16),
            [b'0', b'0'..=b'9', ..] => {
                let title = "toml::parse_integer: leading zero in an decimal integer is not allowed";
                Err(Problem::here(title, self.cursor, "leading zero"))
            }
            _ => self.based_integer(&DECIMAL, "dec", "42, 123_456_789", 10),
        }
    }

    fn based_integer(
        &mut self,
        pattern: &Pattern,
        name: &str,
        examples: &str,
        radix: u32,
    ) -> Result<TomlValue, Problem> {
        let start = self.cursor;
        let Some(text) = self.cursor.take(pattern) else {
            let title = format!("toml::parse_{name}_integer: invalid integer: {name}_int must be like: {examples}");
            return Err(Problem::expected(title, pattern, self.cursor));
        };
        let digits = without_underscores(if radix == 10 { text } else { &text[2..] });
        if let Ok(number) = i64::from_str_radix(&digits, radix) {
            return Ok(TomlValue::Integer(number));
        }
        let what = if radix == 10 { "digits" } else { "value" };
        let title = format!("toml::parse_{name}_integer: too large integer: current max {what} = 2^63");
        let problem = Problem::here(title, self.cursor, "must be < 2^63");
        self.cursor = start;
        Err(problem)
    }

    pub(super) fn float(&mut self) -> Result<TomlValue, Problem> {
        let title = "toml::parse_floating: invalid floating: float must be like: -3.14159_26535, 6.022e+23, inf, or \
                     nan (lowercase).";
        let text = self.cursor.take(&FLOAT).ok_or_else(|| Problem::expected(title, &FLOAT, self.cursor))?;
        let number = match text {
            b"inf" | b"+inf" => f64::INFINITY,
            b"-inf" => f64::NEG_INFINITY,
            b"nan" | b"+nan" => f64::NAN,
            b"-nan" => -f64::NAN,
            _ => {
                let number = without_underscores(text).parse().unwrap_or(f64::INFINITY);
                if f64::is_infinite(number) {
                    let title = "toml::parse_floating: failed to read floating point value from stream";
                    return Err(Problem::here(title, self.cursor, "here"));
                }
                number
            }
        };
        Ok(TomlValue::Float(number))
    }
}

fn without_underscores(text: &[u8]) -> String {
    text.iter().filter(|byte| **byte != b'_').map(|byte| char::from(*byte)).collect()
}

fn guess_number(start: Cursor<'_>) -> Result<Kind, Problem> {
    let mut cursor = start;
    if cursor.scan(&OFFSET_DATE_TIME) {
        return Ok(Kind::OffsetDateTime);
    }
    if cursor.scan(&DATE_TIME) {
        return match cursor.current() {
            Some(b'+' | b'-') => {
                Err(Problem::expected("bad offset: must be [+-]HH:MM or Z", &OFFSET, cursor).with_hint(OFFSET_HINT))
            }
            _ => Ok(Kind::DateTime),
        };
    }
    if cursor.scan(&DATE) {
        return behind_date(cursor).map_or(Ok(Kind::Date), |problem| Err(problem.with_hint(TIME_HINT)));
    }
    if cursor.scan(&TIME) {
        return Ok(Kind::Time);
    }
    if cursor.scan(&FLOAT) {
        return match cursor.current() {
            Some(b'_') => {
                let title = "bad float: `_` must be surrounded by digits";
                Err(Problem::here(title, cursor, "invalid underscore").with_hint(FLOAT_HINT))
            }
            _ => Ok(Kind::Float),
        };
    }
    if let Some(integer) = cursor.take(&INTEGER) {
        return behind_integer(integer, cursor).map_or(Ok(Kind::Integer), Err);
    }
    Err(match cursor.current() {
        Some(b'.') => {
            let title = "bad float: integer part is required before decimal point";
            Problem::here(title, cursor, "missing integer part").with_hint(FLOAT_HINT)
        }
        Some(b'_') => {
            let title = "bad number: `_` must be surrounded by digits";
            Problem::here(title, cursor, "digits required before `_`").with_hint(INTEGER_HINT)
        }
        _ => Problem::here("bad format: unknown value appeared", cursor, "here"),
    })
}

/// The error after a date that no time follows, if there is one.
fn behind_date(mut cursor: Cursor<'_>) -> Option<Problem> {
    let byte = cursor.current()?;
    let bad_time = |cursor| Some(Problem::expected("bad time: must be HH:MM:SS.subsec", &TIME, cursor));
    match byte {
        b'T' | b't' => {
            cursor.advance();
            bad_time(cursor)
        }
        b' ' => {
            cursor.advance();
            cursor.current().filter(u8::is_ascii_digit).and_then(|_| bad_time(cursor))
        }
        b'0'..=b'9' => Some(Problem::expected("bad datetime: missing T or space", &TIME_DELIMITER, cursor)),
        _ => None,
    }
}

/// The error after `integer`, if there is one.
fn behind_integer(integer: &[u8], mut cursor: Cursor<'_>) -> Option<Problem> {
    let (title, note, hint) = match cursor.current()? {
        b'_' if matches!(integer, b"0" | b"-0" | b"+0") => {
            ("bad integer: leading zero is not allowed in decimal int", "leading zero", INTEGER_HINT)
        }
        b'_' => ("bad integer: `_` must be surrounded by digits", "invalid underscore", INTEGER_HINT),
        b'0' => {
            cursor.retrace();
            ("bad integer: leading zero", "leading zero is not allowed", INTEGER_HINT)
        }
        b'1'..=b'9' => ("bad integer: invalid digit after an integer", "this digit is not allowed", INTEGER_HINT),
        b':' | b'-' => ("bad datetime: invalid format", "here", DATE_TIME_HINT),
        b'.' | b'e' | b'E' => ("bad float: invalid format", "here", FLOAT_HINT),
        _ => return None,
    };
    Some(Problem::here(title, cursor, note).with_hint(hint))
}
