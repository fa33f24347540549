//! Values without quotes: booleans, numbers, dates and times, by toml11's rules for TOML 1.0.

use super::TomlValue;

/// Why a whole number is refused that is one by its digits.
pub(super) const TOO_LARGE: &str = "the number does not fit 64 bits";

/// Reads `text`, the whole of an unquoted value. Fails with what is wrong with it.
pub(super) fn parse(text: &str) -> Result<TomlValue, &'static str> {
    match text {
        "true" => return Ok(TomlValue::Boolean(true)),
        "false" => return Ok(TomlValue::Boolean(false)),
        _ => {}
    }
    if !text.is_ascii() {
        return Err("not a value");
    }
    if matches!(text.as_bytes(), [_, _, _, _, b'-', ..]) && text.as_bytes()[..4].iter().all(u8::is_ascii_digit)
        || matches!(text.as_bytes(), [_, _, b':', ..])
    {
        return timestamp(text).map(TomlValue::Timestamp);
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return integer(digits, radix, true).map(TomlValue::Integer);
        }
    }
    let (sign, unsigned) = match text.as_bytes().first() {
        Some(b'+') => ("", &text[1..]),
        Some(b'-') => ("-", &text[1..]),
        _ => ("", text),
    };
    match unsigned {
        "inf" => return Ok(TomlValue::Float(if sign.is_empty() { f64::INFINITY } else { f64::NEG_INFINITY })),
        "nan" => return Ok(TomlValue::Float(if sign.is_empty() { f64::NAN } else { -f64::NAN })),
        _ => {}
    }
    let whole_length = unsigned.find(['.', 'e', 'E']).unwrap_or(unsigned.len());
    let (whole, rest) = unsigned.split_at(whole_length);
    let whole = digits(whole, 10).ok_or("not a value")?;
    if whole.len() > 1 && whole.starts_with('0') {
        return Err("a number does not start with zeros");
    }
    if rest.is_empty() {
        return integer(&format!("{sign}{whole}"), 10, false).map(TomlValue::Integer);
    }
    let (fraction, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let mut number = format!("{sign}{whole}");
    if let Some(fraction) = fraction.strip_prefix('.') {
        number.push('.');
        number.push_str(&digits(fraction, 10).ok_or("a point stands between digits")?);
    }
    if let Some(exponent) = exponent {
        let (sign, exponent) = match exponent.as_bytes().first() {
            Some(b'+' | b'-') => exponent.split_at(1),
            _ => ("", exponent),
        };
        number.push('e');
        number.push_str(sign);
        number.push_str(&digits(exponent, 10).ok_or("an exponent is a number")?);
    }
    match number.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(TomlValue::Float(value)),
        _ => Err("the number is too large"),
    }
}

/// The digits of `text` without the underscores that may stand between them; none if anything else is in it.
fn digits(text: &str, radix: u32) -> Option<String> {
    let well_formed =
        text.split('_').all(|group| !group.is_empty() && group.chars().all(|digit| digit.is_digit(radix)));
    well_formed.then(|| text.replace('_', ""))
}

fn integer(text: &str, radix: u32, separated: bool) -> Result<i64, &'static str> {
    let text = if separated { digits(text, radix).ok_or("these are not the digits of a number")? } else { text.into() };
    i64::from_str_radix(&text, radix).map_err(|_| TOO_LARGE)
}

/// A date, a time, or both with or without an offset, in normal form: `T` between date and time, no fraction or three,
/// six or nine digits of it, `Z` for no offset.
fn timestamp(text: &str) -> Result<String, &'static str> {
    const FORM: &str = "a date is YYYY-MM-DD, a time is HH:MM:SS";
    let mut rest = text.as_bytes();
    let mut result = String::new();
    if rest.get(2) != Some(&b':') {
        result.push_str(&date(take(&mut rest, 10).ok_or(FORM)?).ok_or("there is no such date")?);
        match rest.split_first() {
            None => return Ok(result),
            Some((b'T' | b't' | b' ', after)) => rest = after,
            Some(_) => return Err(FORM),
        }
    }
    let has_date = !result.is_empty();
    if has_date {
        result.push('T');
    }
    let time = take(&mut rest, 8).filter(|time| time[2] == b':' && time[5] == b':').ok_or(FORM)?;
    let (hour, minute, second) = (pair(&time[..2]), pair(&time[3..5]), pair(&time[6..]));
    match (hour, minute, second) {
        (Some(0..=23), Some(0..=59), Some(0..=60)) => {}
        (Some(_), Some(_), Some(_)) => return Err("there is no such time"),
        _ => return Err(FORM),
    }
    result.push_str(std::str::from_utf8(time).map_err(|_| FORM)?);
    if let Some((b'.', after)) = rest.split_first() {
        let length = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (fraction, after) = after.split_at(length);
        rest = after;
        if fraction.is_empty() {
            return Err(FORM);
        }
        let nanoseconds: String =
            fraction.iter().map(|&byte| char::from(byte)).chain(std::iter::repeat('0')).take(9).collect();
        let shown = match nanoseconds.trim_end_matches('0').len() {
            0 => 0,
            length => length.next_multiple_of(3),
        };
        if shown > 0 {
            result.push('.');
            result.push_str(&nanoseconds[..shown]);
        }
    }
    match rest {
        [] => Ok(result),
        _ if !has_date => Err("only a date with a time has an offset"),
        [b'Z' | b'z'] => Ok(result + "Z"),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (Some(hours), Some(minutes)) = (pair(&[*h1, *h2]), pair(&[*m1, *m2])) else {
                return Err("an offset is +HH:MM or Z");
            };
            // toml11's own limits, and it carries sixty minutes over.
            if hours > 24 || minutes > 60 {
                return Err("the offset is too large");
            }
            let total = hours * 60 + minutes;
            if total == 0 {
                return Ok(result + "Z");
            }
            Ok(format!("{result}{}{:02}:{:02}", char::from(*sign), total / 60, total % 60))
        }
        _ => Err("an offset is +HH:MM or Z"),
    }
}

fn date(text: &[u8]) -> Option<String> {
    if text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let year = pair(&text[..2])? * 100 + pair(&text[2..4])?;
    let (month, day) = (pair(&text[5..7])?, pair(&text[8..])?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return None,
    };
    (1..=days).contains(&day).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

fn pair(text: &[u8]) -> Option<u32> {
    match text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some(u32::from(tens - b'0') * 10 + u32::from(ones - b'0')),
        _ => None,
    }
}
