//! Parses the values of settings.

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use crate::io::paths;

/// The error of a wrong value. The message is `words`, filled with the name of the setting and the value.
pub(super) fn usage(words: &str, arguments: &[&[u8]]) -> Box<Error> {
    Error::new(ErrorKind::Usage, hint(words, arguments))
}

/// The words of a text between white space.
pub(super) fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).filter(|word| !word.is_empty())
}

pub(super) fn boolean(name: &str, text: &[u8]) -> Result<bool, Box<Error>> {
    match text {
        b"true" | b"yes" | b"1" => Ok(true),
        b"false" | b"no" | b"0" => Ok(false),
        _ => Err(usage("Boolean setting '{}' has invalid value '{}'", &[name.as_bytes(), text])),
    }
}

/// Parses a whole number as the reference does (`string2Int`): digits after at most one sign.
pub fn integer(text: &[u8]) -> Option<i128> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value: i128 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(if negative { -value } else { value })
}

/// Parses a whole number in a range, with an optional unit: `5k` is 5120. The product wraps in `bits` bits, as in the
/// reference.
///
/// The error has the message that flags such as `--timeout` print.
pub fn integer_with_unit(text: &[u8], bits: u32, signed: bool) -> Result<i128, Box<Error>> {
    let (digits, multiplier) = match text.split_last() {
        Some((unit, digits)) if unit.is_ascii_alphabetic() => {
            let shift = match unit.to_ascii_uppercase() {
                b'K' => 10,
                b'M' => 20,
                b'G' => 30,
                b'T' => 40,
                other => return Err(usage("invalid unit specifier '{}'", &[&[other]])),
            };
            (digits, 1i128 << shift)
        }
        _ => (text, 1),
    };
    let range = if signed { -(1i128 << (bits - 1))..1i128 << (bits - 1) } else { 0..1i128 << bits };
    let value = integer(digits)
        .filter(|value| range.contains(value) && (signed || !digits.starts_with(b"-")))
        .ok_or_else(|| usage("'{}' is not an integer", &[digits]))?;
    let wrapped = (value * multiplier).rem_euclid(1i128 << bits);
    Ok(if range.contains(&wrapped) { wrapped } else { wrapped - (1i128 << bits) })
}

pub(super) fn diagnose(name: &str, text: &[u8]) -> Result<super::Diagnose, Box<Error>> {
    match text {
        b"ignore" => Ok(super::Diagnose::Ignore),
        b"warn" => Ok(super::Diagnose::Warn),
        b"fatal" => Ok(super::Diagnose::Fatal),
        _ => {
            let words = "option '{}' has invalid value '{}' (expected 'ignore', 'warn', or 'fatal')";
            Err(usage(words, &[name.as_bytes(), text]))
        }
    }
}

pub(super) fn path(name: &str, text: &[u8]) -> Result<Vec<u8>, Box<Error>> {
    if text.is_empty() {
        return Err(usage("setting '{}' is a path and paths cannot be empty", &[name.as_bytes()]));
    }
    Ok(text.to_vec())
}

/// Makes a path canonical, which must be absolute.
pub fn absolute_path(text: &[u8]) -> Result<Vec<u8>, Box<Error>> {
    if !text.starts_with(b"/") {
        let quoted = [b"\"", text, b"\""].concat();
        return Err(Error::new(ErrorKind::System, hint("not an absolute path: {}", &[&quoted])));
    }
    Ok(paths::canonical(text))
}

/// Checks that `text` names a store: a URL, `auto`, `daemon`, `local`, or a path.
pub fn store_reference(text: &[u8]) -> Result<Vec<u8>, Box<Error>> {
    let base = text.split(|byte| *byte == b'?').next().unwrap_or_default();
    let is_url = store_scheme(text).is_some();
    let is_path = base.contains(&b'/') && !text.windows(3).any(|window| window == b"://");
    if is_url || is_path || matches!(base, b"" | b"auto" | b"daemon" | b"local") {
        return Ok(text.to_vec());
    }
    Err(usage("Cannot parse Nix store '{}'", &[text]))
}

/// The scheme of a store's URL; none if it is no URL.
pub fn store_scheme(text: &[u8]) -> Option<&[u8]> {
    let scheme = &text[..text.iter().position(|byte| *byte == b':')?];
    let is_letter_of_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    (scheme.first()?.is_ascii_alphabetic() && scheme.iter().all(is_letter_of_scheme)).then_some(scheme)
}
