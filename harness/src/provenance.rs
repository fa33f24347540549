//! When a run began, and on which commit: what its reports must still say long after.

use std::{env, path::Path, process::Command};

use jiff::{Timestamp, Unit};
use serde::{Deserialize, Serialize};

/// Variables that name the commit that is looked at, the first that is set.
const COMMIT: [&str; 2] = ["THUNKPROOF_COMMIT", "GITHUB_SHA"];

/// Where a run comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// The commit that was looked at, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The release of this program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thunkproof: Option<String>,
}

impl Provenance {
    /// That of a run which begins now. The commit is taken from `THUNKPROOF_COMMIT` or `GITHUB_SHA`, or is that of the
    /// checkout at `root`.
    pub fn now(root: Option<&Path>) -> Provenance {
        let named = || COMMIT.iter().filter_map(|variable| env::var(variable).ok()).find(|commit| !commit.is_empty());
        let started = Timestamp::now();
        Provenance {
            started: Some(started.round(Unit::Second).unwrap_or(started)),
            commit: named().or_else(|| root.and_then(commit)),
            thunkproof: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }
    }
}

/// The commit of the checkout at `root`, marked where files differ from it.
fn commit(root: &Path) -> Option<String> {
    let words = ["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"];
    let output = Command::new("git").arg("-C").arg(root).args(words).output().ok()?;
    let commit = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !commit.is_empty()).then_some(commit)
}
