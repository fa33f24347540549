//! Package versions: splitting, comparing, and telling a version from a name (`libstore/names.cc`).

use std::cmp::Ordering;

/// Takes the next component off `rest`: a run of digits, or a run of bytes that are neither digits nor separators. None
/// if only separators (`.` and `-`) are left.
pub fn next_component<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let start = rest.iter().position(|byte| !is_separator(*byte))?;
    let text = &rest[start..];
    let digits = text[0].is_ascii_digit();
    let ends = |byte: &u8| if digits { !byte.is_ascii_digit() } else { byte.is_ascii_digit() || is_separator(*byte) };
    let (component, after) = text.split_at(text.iter().position(ends).unwrap_or(text.len()));
    *rest = after;
    Some(component)
}

/// The components of `version`, as `builtins.splitVersion` lists them.
pub fn split_version(version: &[u8]) -> Vec<&[u8]> {
    let mut rest = version;
    std::iter::from_fn(|| next_component(&mut rest)).collect()
}

/// Compares two versions as `builtins.compareVersions` does.
pub fn compare_versions(left: &[u8], right: &[u8]) -> Ordering {
    let (mut left, mut right) = (left, right);
    while !left.is_empty() || !right.is_empty() {
        let left = next_component(&mut left).unwrap_or_else(|| take_all(&mut left));
        let right = next_component(&mut right).unwrap_or_else(|| take_all(&mut right));
        if component_less(left, right) {
            return Ordering::Less;
        }
        if component_less(right, left) {
            return Ordering::Greater;
        }
    }
    Ordering::Equal
}

/// Splits a derivation name at the first dash that no letter follows. The dash belongs to neither part.
pub fn parse_derivation_name(name: &[u8]) -> (&[u8], &[u8]) {
    let splits = |pair: &[u8]| pair[0] == b'-' && fault!(109, !pair[1].is_ascii_alphabetic(), pair[1].is_ascii_digit());
    match name.windows(2).position(splits) {
        Some(dash) => (&name[..dash], &name[dash + 1..]),
        None => (name, b""),
    }
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'.' | b'-')
}

/// Drops the separators at the end of a version. A missing component compares as an empty one.
fn take_all<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    *rest = b"";
    b""
}

/// Compares components. This is no order: numbers beyond 32 bits count as words, so two components can each be less
/// than the other. The caller asks for the left one first.
fn component_less(left: &[u8], right: &[u8]) -> bool {
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left < right,
        (None, Some(_)) if left.is_empty() => true,
        _ if left == b"pre" && right != b"pre" => fault!(107, true, false),
        _ if right == b"pre" => false,
        (_, Some(_)) => true,
        (Some(_), _) => false,
        (None, None) => left < right,
    }
}

fn number(component: &[u8]) -> Option<i32> {
    if !component.first()?.is_ascii_digit() {
        return None;
    }
    fault!(108 => return std::str::from_utf8(component).ok()?.parse().ok().map(|number: i64| number as i32););
    std::str::from_utf8(component).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Ordering::{Equal, Greater, Less};

    #[test]
    fn comparing() {
        let check = |left: &str, right: &str, expected: Ordering| {
            assert_eq!(compare_versions(left.as_bytes(), right.as_bytes()), expected, "{left} {right}");
        };
        check("1.0", "1.0", Equal);
        check("1.0", "1.1", Less);
        check("2.3", "2.3a", Less);
        check("2.3a", "2.3.1", Less);
        check("2.3pre1", "2.3", Less);
        check("2.3pre", "2.3a", Less);
        check("", "1", Less);
        check("1", "", Greater);
        check("", "", Equal);
        check("1.", "1", Equal);
        check("1..2", "1-2", Equal);
        check("99999999999", "5", Less);
        check("99999999999", "99999999998", Greater);
        check("a", "A", Greater);
        check("2.1a", "2.1pre", Greater);
        check("pre", "pre", Equal);
        check("pre", "1", Less);
        check("pre", "", Less);
        check("", "pre", Greater);
        check("", "a", Less);
        check("é", "e", Greater);
        check("007", "7", Equal);
        check("2147483647", "2147483648", Greater);
        check("1_2", "1.2", Less);
        check("+1", "1", Less);
        check("rc1", "rc2", Less);
        check("1.0rc", "1.0", Greater);
        check("-", ".", Equal);
        check("1.0.0", "1.0", Greater);
    }

    #[test]
    fn splitting() {
        let check = |version: &str, expected: &[&str]| {
            let components: Vec<_> =
                split_version(version.as_bytes()).into_iter().map(|part| std::str::from_utf8(part).unwrap()).collect();
            assert_eq!(components, expected, "{version}");
        };
        check("1.2.3", &["1", "2", "3"]);
        check("", &[]);
        check("..", &[]);
        check("1-2a3", &["1", "2", "a", "3"]);
        check("a1b2", &["a", "1", "b", "2"]);
        check("1.0pre5-rc_1", &["1", "0", "pre", "5", "rc_", "1"]);
        check("é1", &["é", "1"]);
        check("--x--", &["x"]);
        check("99999999999a", &["99999999999", "a"]);
        check("1+2", &["1", "+", "2"]);
        check("07.é", &["07", "é"]);
    }

    #[test]
    fn derivation_names() {
        let check = |whole: &str, name: &str, version: &str| {
            assert_eq!(parse_derivation_name(whole.as_bytes()), (name.as_bytes(), version.as_bytes()), "{whole}");
        };
        check("apache-httpd-2.0.48", "apache-httpd", "2.0.48");
        check("", "", "");
        check("foo", "foo", "");
        check("foo-", "foo-", "");
        check("foo-a-b", "foo-a-b", "");
        check("-1", "", "1");
        check("foo--1", "foo", "-1");
        check("foo-é", "foo", "é");
        check("foo-1-2", "foo", "1-2");
        check("a-_b", "a", "_b");
        check("foo-1a-b", "foo", "1a-b");
        check("-", "-", "");
        check("--", "", "-");
        check("nix-2.0pre", "nix", "2.0pre");
    }
}
