//! Releases of C++ Nix: which of them a fixture holds for, and what is recorded for the others.

use std::fmt;

use serde::{Deserialize, de};

use super::{Class, Expectation};

/// A release by its numbers, or the first of them: `2.3` stands for all of 2.3.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release(Vec<u32>);

impl Release {
    /// The release in the words of a program that asks C++ Nix for its version, as in `nix-instantiate (Nix) 2.34.8`.
    /// What other projects print there counts their own releases.
    pub fn of_version(version: &str) -> Option<Release> {
        let (_, rest) = version.rsplit_once("(Nix) ")?;
        let digits = |it: char| it != '.' && !it.is_ascii_digit();
        rest.split(digits).next()?.parse().ok()
    }

    /// Its numbers, as many as `like` has.
    fn prefix(&self, like: &Release) -> &[u32] {
        &self.0[..self.0.len().min(like.0.len())]
    }
}

impl std::str::FromStr for Release {
    type Err = String;

    fn from_str(text: &str) -> Result<Release, String> {
        let numbers: Result<Vec<u32>, _> = text.split('.').map(str::parse).collect();
        numbers.map(Release).map_err(|_| format!("`{text}` is no release: write numbers, as in 2.3 or 2.34.8"))
    }
}

impl fmt::Display for Release {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<_> = self.0.iter().map(u32::to_string).collect();
        to.pad(&numbers.join("."))
    }
}

impl<'de> Deserialize<'de> for Release {
    fn deserialize<D: de::Deserializer<'de>>(from: D) -> Result<Release, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

/// Releases from one to another, both included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub since: Option<Release>,
    /// The last.
    pub until: Option<Release>,
}

impl Span {
    /// Whether it has this release.
    pub fn has(&self, release: &Release) -> bool {
        self.since.as_ref().is_none_or(|since| release.prefix(since) >= &since.0[..])
            && self.until.as_ref().is_none_or(|until| release.prefix(until) <= &until.0[..])
    }

    /// What stands in the names of files that are recorded for it: `since-2.4`, `until-2.3`, `since-2.4-until-2.8`.
    pub fn label(&self) -> String {
        let part = |word: &str, release: &Option<Release>| release.as_ref().map(|it| format!("{word}-{it}"));
        let parts = [part("since", &self.since), part("until", &self.until)];
        parts.into_iter().flatten().collect::<Vec<_>>().join("-")
    }
}

impl fmt::Display for Span {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.since, &self.until) {
            (Some(since), Some(until)) => write!(to, "from {since} to {until}"),
            (Some(since), None) => write!(to, "from {since} on"),
            (None, Some(until)) => write!(to, "up to {until}"),
            (None, None) => to.write_str("for all releases"),
        }
    }
}

/// What is recorded for other releases than the one of record.
#[derive(Clone, Debug)]
pub struct Side {
    /// Which.
    pub holds: Span,
    /// How the fixture ends there.
    pub class: Class,
    /// What is recorded.
    pub expectation: Expectation,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(text: &str) -> Release {
        text.parse().expect("a release")
    }

    #[test]
    fn a_release_is_found_where_it_is_one_of_the_reference() {
        let check = |version: &str, expected: Option<&str>| {
            assert_eq!(Release::of_version(version).map(|it| it.to_string()).as_deref(), expected, "{version}");
        };
        check("nix-instantiate (Nix) 2.34.8", Some("2.34.8"));
        check("nix-instantiate (Nix) 2.31pre20250814_ab", Some("2.31"));
        check("nix-instantiate (Lix, like Nix) 2.93.3", None);
        check("nix_evaluator 0.1.0", None);
    }

    #[test]
    fn a_span_counts_by_the_numbers_that_it_names() {
        let check = |since: Option<&str>, until: Option<&str>, of: &str, has: bool| {
            let span = Span { since: since.map(release), until: until.map(release) };
            assert_eq!(span.has(&release(of)), has, "{span} {of}");
        };
        check(None, Some("2.3"), "2.3.7", true);
        check(None, Some("2.3"), "2.4", false);
        check(None, Some("2.3.7"), "2.3.16", false);
        check(Some("2.4"), None, "2.34.8", true);
        check(Some("2.4"), None, "2.3.16", false);
        check(Some("2.4"), Some("2.8"), "2.8.1", true);
        check(Some("2.4.1"), None, "2.4", false);
        check(None, None, "3", true);
    }

    #[test]
    fn what_is_no_release_is_refused() {
        for text in ["", "2.", "two", "2.3-pre"] {
            assert!(text.parse::<Release>().is_err(), "{text}");
        }
    }
}
