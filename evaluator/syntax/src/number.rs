//! Parses number literals, and refuses exactly what the reference's `strtod` and 64-bit integers refuse.

#![forbid(unsafe_code)]

/// The value of decimal digits; none if it exceeds 64 bits.
pub fn integer(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0i64, |value, digit| value.checked_mul(10)?.checked_add(i64::from(digit - b'0')))
}

/// The value of a float literal. None if `strtod` reports a range error: the value is too large, or so small that
/// digits are lost (a subnormal result that is not exact, zero included).
pub fn float(literal: &[u8]) -> Option<f64> {
    let literal = std::str::from_utf8(literal).ok()?;
    let value: f64 = literal.parse().ok()?;
    let in_range = value.is_normal() || !value.is_infinite() && is_exact(literal, value);
    in_range.then_some(value)
}

/// Whether `value`, subnormal or zero, is exactly what `literal` says.
fn is_exact(literal: &str, value: f64) -> bool {
    // No double has more digits after the point than the smallest one, 2^-1074.
    let exact = format!("{value:.1074}");
    significant(literal) == significant(&exact)
}

/// The digits without leading and final zeros, and the power of ten of the first; none for zero.
fn significant(literal: &str) -> Option<(String, i64)> {
    let (mantissa, exponent) = literal.split_once(['e', 'E']).unwrap_or((literal, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let leading = digits.bytes().take_while(|digit| *digit == b'0').count();
    let digits = digits[leading..].trim_end_matches('0');
    if digits.is_empty() {
        return None;
    }
    // An exponent beyond 64 bits makes the value infinite or zero, whatever its digits.
    let exponent: i64 = exponent.parse().unwrap_or(i64::from(i32::MIN));
    Some((digits.to_owned(), exponent.saturating_add(whole.len() as i64 - leading as i64)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_refused_as_the_reference_refuses_them() {
        assert_eq!(integer(b"9223372036854775807"), Some(i64::MAX));
        assert_eq!(integer(b"9223372036854775808"), None);
        assert_eq!(integer(b"00012"), Some(12));
        assert_eq!(float(b"1.5"), Some(1.5));
        assert_eq!(float(b"1."), Some(1.0));
        assert_eq!(float(b".5e1"), Some(5.0));
        assert_eq!(float(b"1.0e308"), Some(1e308));
        assert_eq!(float(b"1.0e309"), None);
        assert_eq!(float(b"1.0e-310"), None);
        assert_eq!(float(b"1.0e-400"), None);
        assert_eq!(float(b"0.0"), Some(0.0));
        assert_eq!(float(b"0.0e-999999999999999999999"), Some(0.0));
    }
}
