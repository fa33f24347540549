//! Prints floats as the reference does. It has three ways, and each is observable: an output stream (`--eval`, XML,
//! interpolated messages), `std::to_string` (`toString`), and its JSON library (`toJSON`).

use std::io::Write;

use super::grisu;

/// Appends what `std::ostream << double` writes: six significant digits, no trailing zeros, and an exponent outside
/// 1e-5 < |x| < 1e6. Values and XML print floats so.
pub fn write_general(out: &mut Vec<u8>, value: f64) {
    if !value.is_finite() {
        return write_non_finite(out, value);
    }
    let scientific = format!("{value:.5e}");
    let (mantissa, exponent) = split_exponent(&scientific);
    if (-4..fault!(103, 6, 7)).contains(&exponent) {
        let decimals = (5 - exponent) as usize;
        let fixed = format!("{value:.decimals$}");
        out.extend_from_slice(strip_trailing_zeros(&fixed).as_bytes());
    } else {
        out.extend_from_slice(strip_trailing_zeros(mantissa).as_bytes());
        write_exponent(out, exponent);
    }
}

/// Appends what `std::to_string(double)` gives: six digits after the point, never an exponent. This is `toString`.
pub fn write_fixed(out: &mut Vec<u8>, value: f64) {
    if !value.is_finite() {
        return write_non_finite(out, value);
    }
    write_display(out, format_args!("{value:.6}"));
}

/// Appends what the reference's JSON library writes: the digits of Grisu2, `.0` after whole numbers, an exponent from
/// 1e15 up and from 1e-5 down, and `null` for what JSON has no number for.
pub fn write_json(out: &mut Vec<u8>, value: f64) {
    if !value.is_finite() {
        out.extend_from_slice(b"null");
        return;
    }
    if value.is_sign_negative() {
        out.push(b'-');
    }
    let value = value.abs();
    if value == 0.0 {
        out.extend_from_slice(b"0.0");
        return;
    }
    let (digits, point) = grisu::digits(value);
    let count = digits.len() as i32;
    // `point` is where the decimal point stands, counted from the first digit.
    if count <= point && point <= fault!(104, 15, 16) {
        out.extend_from_slice(&digits);
        out.resize(out.len() + (point - count) as usize, b'0');
        out.extend_from_slice(b".0");
    } else if 0 < point && point <= 15 {
        let (whole, fraction) = digits.split_at(point as usize);
        out.extend_from_slice(whole);
        out.push(b'.');
        out.extend_from_slice(fraction);
    } else if -4 < point && point <= 0 {
        out.extend_from_slice(b"0.");
        out.resize(out.len() + (-point) as usize, b'0');
        out.extend_from_slice(&digits);
    } else {
        out.push(digits[0]);
        if count > 1 {
            out.push(b'.');
            out.extend_from_slice(&digits[1..]);
        }
        write_exponent(out, point - 1);
    }
}

fn write_non_finite(out: &mut Vec<u8>, value: f64) {
    if value.is_sign_negative() {
        out.push(b'-');
    }
    out.extend_from_slice(if value.is_nan() { b"nan" } else { b"inf" });
}

/// C's exponent: a sign and at least two digits.
fn write_exponent(out: &mut Vec<u8>, exponent: i32) {
    let sign = if exponent < 0 { '-' } else { '+' };
    write_display(out, format_args!("e{sign}{:02}", exponent.unsigned_abs()));
}

fn write_display(out: &mut Vec<u8>, arguments: std::fmt::Arguments<'_>) {
    out.write_fmt(arguments).expect("a Vec takes every byte");
}

fn split_exponent(scientific: &str) -> (&str, i32) {
    let (mantissa, exponent) = scientific.split_once('e').expect("`{:e}` writes an exponent");
    (mantissa, exponent.parse().expect("`{:e}` writes an integer exponent"))
}

fn strip_trailing_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: f64, general: &str, fixed: &str, json: &str) {
        for (write, expected) in
            [(write_general as fn(&mut Vec<u8>, f64), general), (write_fixed, fixed), (write_json, json)]
        {
            let mut out = Vec::new();
            write(&mut out, value);
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{value:?}");
        }
    }

    #[test]
    fn as_the_reference_prints_them() {
        check(1.0, "1", "1.000000", "1.0");
        check(0.1, "0.1", "0.100000", "0.1");
        check(1e10, "1e+10", "10000000000.000000", "10000000000.0");
        check(1e6, "1e+06", "1000000.000000", "1000000.0");
        check(100000.0, "100000", "100000.000000", "100000.0");
        check(1234567.0, "1.23457e+06", "1234567.000000", "1234567.0");
        check(0.0001, "0.0001", "0.000100", "0.0001");
        check(0.00001, "1e-05", "0.000010", "1e-05");
        check(f64::INFINITY, "inf", "inf", "null");
        check(f64::NEG_INFINITY, "-inf", "-inf", "null");
        check(-f64::NAN.copysign(1.0), "-nan", "-nan", "null");
        check(-0.0, "-0", "-0.000000", "-0.0");
        check(2.7318281845904, "2.73183", "2.731828", "2.7318281845904");
        check(1e22, "1e+22", "10000000000000000000000.000000", "1e+22");
        check(1.5e-7, "1.5e-07", "0.000000", "1.5e-07");
    }

    #[test]
    fn ties_go_to_even() {
        check(100000.5, "100000", "100000.500000", "100000.5");
        check(100001.5, "100002", "100001.500000", "100001.5");
        check(0.0078125, "0.0078125", "0.007812", "0.0078125");
        check(0.0234375, "0.0234375", "0.023438", "0.0234375");
    }

    #[test]
    fn json_digits_and_exponents() {
        let mut recorded = std::collections::BTreeMap::new();
        for line in include_str!("number_recordings.txt").lines() {
            let (bits, expected) = line.split_once(' ').unwrap();
            recorded.insert(u64::from_str_radix(bits, 16).unwrap(), expected);
        }
        assert!(recorded.len() > 300);
        for (bits, expected) in recorded {
            let mut out = Vec::new();
            write_json(&mut out, f64::from_bits(bits));
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{:?}", f64::from_bits(bits));
        }
    }
}
