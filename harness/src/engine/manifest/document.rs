//! A manifest, as it is written.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    ffi::OsString,
    path::PathBuf,
};

use regex::{Regex, bytes};
use serde::{Deserialize, Deserializer, de};

use super::super::flags;
use crate::{case::Request, outcome::compare::Level};

/// The whole of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    /// The program: a name on `PATH`, or a path, relative to the manifest's folder.
    pub program: Option<PathBuf>,
    /// How it tells its version.
    #[serde(default)]
    pub version: Version,
    /// Whether it is started once and forked for each case. That is for programs that are linked dynamically.
    #[serde(default)]
    pub fork: bool,
    /// Whether its flags are nix-instantiate's, but for those that are mapped and those that it lacks.
    #[serde(default, rename = "same-flags")]
    pub same_flags: bool,
    /// Flags of nix-instantiate that it does not have, of one whose flags are the same otherwise.
    #[serde(default, deserialize_with = "lacking")]
    pub lacks: BTreeSet<String>,
    /// For each flag of nix-instantiate what is said instead; the second argument of a flag is `{2}`.
    #[serde(default, deserialize_with = "known_flags")]
    pub flags: BTreeMap<String, Mapping>,
    pub input: Inputs,
    #[serde(default)]
    pub environment: Environment,
    #[serde(default)]
    pub output: Outputs,
    #[serde(default)]
    pub compare: Comparable,
}

/// How a program tells its version.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "expected arguments as in [\"--version\"], { text = \"…\" } or { expression = \"…\" }")]
pub(super) enum Version {
    /// When it is given these arguments.
    Arguments(Vec<String>),
    /// It does not: this is said of it.
    Text { text: String },
    /// As the value of this expression.
    Expression { expression: String },
}

/// What is said instead of a flag.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a list of words, or a table with `words`, `expression` (with {} for the program) and `unquote`"
)]
pub(super) enum Mapping {
    /// These words, with `{}` and `{2}` for the flag's arguments.
    Words(Vec<String>),
    /// These words, and the program is put into an expression.
    #[serde(rename_all = "kebab-case")]
    Wrapped {
        #[serde(default)]
        words: Vec<String>,
        /// With `{}` for the program, `{1}` and `{2}` for the flag's arguments.
        expression: Option<String>,
        /// Whether the answer is the content of the string that is printed.
        #[serde(default)]
        unquote: bool,
    },
}

/// How a program is handed over. What is absent cannot be done.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Inputs {
    /// With `{}` for the file's path.
    pub file: Option<Vec<String>>,
    /// With `{}` for the text; without it, the text goes to standard input.
    pub expression: Option<Vec<String>>,
}

/// What the program's environment has beside, or in the place of, what a case sets.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Environment {
    /// Set to these values.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
    /// As in the environment of this program, where it has them.
    #[serde(default)]
    pub pass: Vec<String>,
    /// Not set, even where a case sets them.
    #[serde(default)]
    pub unset: Vec<String>,
}

/// How output is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outputs {
    /// Exit statuses that mean failure and are reported as 1; others stay as they are.
    #[serde(default)]
    pub failure: Vec<i32>,
    /// Replacements on standard output, in order.
    #[serde(default)]
    pub stdout: Vec<Replacement>,
    /// Replacements on standard error, in order.
    #[serde(default)]
    pub stderr: Vec<Replacement>,
    /// Text on standard error by which a crash is known, beside that of common runtimes. Groups called `message` and
    /// `place` are what is kept of it.
    #[serde(default)]
    pub crash: Vec<Pattern>,
}

/// What counts when answers are compared.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Comparable {
    /// The finest level that says something of this program.
    pub level: Option<Level>,
    /// Whether a value that is printed as a cycle or as a repetition is alike to whatever stands there on the other side.
    pub repeats_alike: bool,
    /// Whether it prints parse trees in the form of the release of record.
    pub parse_tree: bool,
}

impl Default for Comparable {
    fn default() -> Comparable {
        Comparable { level: None, repeats_alike: false, parse_tree: true }
    }
}

/// All that matches `from` becomes `to`, in which `${1}` is the first group.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Replacement {
    #[serde(deserialize_with = "pattern")]
    pub from: bytes::Regex,
    pub to: String,
}

/// A regular expression on text.
#[derive(Clone, Debug)]
pub(super) struct Pattern(pub Regex);

impl Default for Version {
    fn default() -> Version {
        Version::Arguments(vec!["--version".to_owned()])
    }
}

impl Mapping {
    /// The words for the program.
    pub fn words(&self) -> &[String] {
        match self {
            Mapping::Words(words) | Mapping::Wrapped { words, .. } => words,
        }
    }
}

impl Environment {
    /// The environment of a request.
    pub fn of(&self, request: &Request) -> Vec<(OsString, OsString)> {
        let ours = |name: &OsString| {
            let is = |other: &String| name == other.as_str();
            self.set.keys().any(is) || self.pass.iter().any(is) || self.unset.iter().any(is)
        };
        let passed = self.pass.iter().filter_map(|name| Some((name.into(), env::var_os(name)?)));
        let set = self.set.iter().map(|(name, value)| (name.into(), value.into()));
        request.environment.iter().filter(|(name, _)| !ours(name)).cloned().chain(passed).chain(set).collect()
    }
}

fn pattern<'de, D: Deserializer<'de>>(from: D) -> Result<bytes::Regex, D::Error> {
    bytes::Regex::new(&String::deserialize(from)?).map_err(de::Error::custom)
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Pattern, D::Error> {
        Regex::new(&String::deserialize(from)?).map(Pattern).map_err(de::Error::custom)
    }
}

fn lacking<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeSet<String>, D::Error> {
    let flags = BTreeSet::<String>::deserialize(from)?;
    match flags.iter().find(|flag| !flags::is_known(flag)) {
        Some(flag) => Err(de::Error::custom(format!("nix-instantiate has no flag `{flag}`"))),
        None => Ok(flags),
    }
}

/// A misspelt flag would never be asked for, and nobody would notice.
fn known_flags<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Mapping>, D::Error> {
    let flags = BTreeMap::<String, Mapping>::deserialize(from)?;
    match flags.keys().find(|flag| !flags::is_known(flag)) {
        Some(flag) => Err(de::Error::custom(format!("nix-instantiate has no flag `{flag}`"))),
        None => Ok(flags),
    }
}
