//! Parses dates and times into the reference's normal form: `T` between date and time, a fraction of no, three, six or
//! nine digits, and `Z` for no offset.

use super::TomlValue;
use super::grammar::{DATE, OFFSET, TIME};
use super::parser::Parser;
use super::report::{Problem, Region};
use super::value::Kind;

impl Parser<'_> {
    /// Parses the timestamp here, which looks like one of this kind.
    pub(super) fn timestamp(&mut self, kind: Kind) -> Result<TomlValue, Problem> {
        let start = self.cursor;
        if kind == Kind::Time {
            return Ok(TomlValue::Timestamp(self.time()?));
        }
        let mut text = self.date()?;
        if kind != Kind::Date {
            // The delimiter: the kind says that there is one.
            self.cursor.advance();
            text = format!("{text}T{}", self.time()?);
        }
        if kind == Kind::OffsetDateTime {
            let Some(offset) = self.offset()? else {
                let title = "toml::parse_offset_datetime: too large offset: |hour| <= 24, |minute| <= 60";
                return Err(Problem::new(title, Region::between(start, self.cursor), "here"));
            };
            text.push_str(&offset);
        }
        Ok(TomlValue::Timestamp(text))
    }

    fn date(&mut self) -> Result<String, Problem> {
        let start = self.cursor;
        let Some(text) = self.cursor.take(&DATE) else {
            let title = "toml::parse_local_date: invalid date: date must be like: 1234-05-06, yyyy-mm-dd.";
            return Err(Problem::expected(title, &DATE, self.cursor));
        };
        let (year, month, day) = (number(&text[..4]), number(&text[5..7]), number(&text[8..]));
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u32::from(leap),
            _ => 31,
        };
        if !(1..=12).contains(&month) || !(1..=days).contains(&day) {
            let note = "month must be 01-12, day must be any of 01-28,29,30,31 depending on the month/year.";
            return Err(Problem::here("toml::parse_local_date: invalid date.", start, note));
        }
        Ok(String::from_utf8_lossy(text).into_owned())
    }

    fn time(&mut self) -> Result<String, Problem> {
        let start = self.cursor;
        let Some(text) = self.cursor.take(&TIME) else {
            let title = "toml::parse_local_time: invalid time: time must be HH:MM:SS(.sss) (subseconds are optional)";
            return Err(Problem::expected(title, &TIME, self.cursor));
        };
        let (time, fraction) = text.split_at(8);
        let invalid = |note| Err(Problem::here("toml::parse_local_time: invalid time.", start, note));
        if number(&time[..2]) > 23 || number(&time[3..5]) > 59 {
            return invalid("hour must be 00-23, minute must be 00-59.");
        }
        if number(&time[6..]) > 60 {
            return invalid("second must be 00-60.");
        }
        let mut result = String::from_utf8_lossy(time).into_owned();
        let digits = fraction.strip_prefix(b".").unwrap_or_default().iter().copied().chain(std::iter::repeat(b'0'));
        let nanoseconds: String = digits.take(9).map(char::from).collect();
        let shown = nanoseconds.trim_end_matches('0').len().next_multiple_of(3);
        if shown > 0 {
            result.push('.');
            result.push_str(&nanoseconds[..shown]);
        }
        Ok(result)
    }

    /// The offset here; none if it is too large.
    fn offset(&mut self) -> Result<Option<String>, Problem> {
        let Some(text) = self.cursor.take(&OFFSET) else {
            let title = "toml::parse_offset_datetime: invalid offset: offset must be like: Z, +01:00, or -10:00.";
            return Err(Problem::expected(title, &OFFSET, self.cursor));
        };
        let [sign @ (b'+' | b'-'), rest @ ..] = text else { return Ok(Some("Z".to_owned())) };
        let (hours, minutes) = (number(&rest[..2]), number(&rest[3..]));
        if hours > 24 || minutes > 60 {
            return Ok(None);
        }
        // Sixty minutes are carried over.
        Ok(Some(match hours * 60 + minutes {
            0 => "Z".to_owned(),
            total => format!("{}{:02}:{:02}", char::from(*sign), total / 60, total % 60),
        }))
    }
}

fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
}
