//! What campaigns of `fuzz` found, read back from their folders.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{
    history::{Answer, Outcome},
    outcome::compare::Level,
    read::{self, Unreadable},
    report::finding::{Shown, Side},
};

/// A campaign.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// The folder that it wrote.
    pub folder: String,
    /// Who was compared, the subject first: name and version.
    pub engines: Vec<(String, String)>,
    /// How many programs were asked.
    pub cases: u64,
    /// For how long, in seconds.
    pub seconds: f64,
    /// What was found, unexplained findings first.
    pub findings: Vec<Finding>,
}

/// A bucket.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What it is called.
    pub title: String,
    /// Its signature.
    pub signature: String,
    /// The level at which the engines differ.
    pub level: Option<Level>,
    /// The signature with what the reduced program is made of, where that is known.
    pub identity: String,
    /// Why it is accepted, if it is.
    pub known: Option<String>,
    /// Whether the program is as small as it can be made.
    pub reduced: bool,
    /// The program of the campaign that it comes from.
    pub found_in: String,
    /// The program.
    pub program: String,
    /// The command that shows it again.
    pub again: Option<String>,
    /// How many programs showed it.
    pub programs: Option<u64>,
    /// The subject's outcome and the reference's, where there is one.
    pub outcomes: Vec<Outcome>,
    /// What a built-in oracle says of it.
    pub report: Option<String>,
}

/// A campaign that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FindingsError {
    /// The operating system refused to read a file.
    #[error(transparent)]
    File(#[from] Unreadable),
    /// It refused to read a folder.
    #[error("cannot read {}: {source}", folder.display())]
    Folder {
        /// Which folder.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is something else.
    #[error("{} is not what `thunkproof fuzz --out` writes: {reason}", file.display())]
    NoFinding {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

#[derive(Deserialize)]
struct Summary {
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    engines: BTreeMap<String, Engine>,
    #[serde(default)]
    cases: u64,
    #[serde(default)]
    seconds: f64,
    /// How many programs showed each signature; campaigns without a reference call them buckets.
    #[serde(default, alias = "buckets")]
    signatures: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct Engine {
    #[serde(default)]
    version: String,
}

#[derive(Deserialize)]
struct Bucket {
    #[serde(alias = "bucket")]
    signature: String,
    title: Option<String>,
    again: Option<String>,
    identity: Option<String>,
    level: Option<Level>,
    #[serde(default)]
    found_in: String,
    program: String,
    programs: Option<u64>,
    #[serde(default)]
    reduced: bool,
    known: Option<String>,
    subject: Option<Answer>,
    reference: Option<Answer>,
    report: Option<String>,
}

impl Finding {
    /// It, for a terminal, in Markdown or on a page.
    pub fn shown(&self) -> Shown<'_> {
        let sides = match self.outcomes.as_slice() {
            [subject, reference] => Some([side(reference), side(subject)]),
            _ => None,
        };
        Shown {
            title: &self.title,
            signature: &self.identity,
            known: self.known.as_deref(),
            found_in: &self.found_in,
            reduced: self.reduced,
            program: &self.program,
            level: self.level,
            sides,
            report: self.report.as_deref(),
            again: self.again.as_deref(),
        }
    }
}

fn side(outcome: &Outcome) -> Side<'_> {
    Side {
        name: outcome.engines.first().map(String::as_str).unwrap_or_default(),
        ending: &outcome.ending,
        stdout: outcome.stdout.as_deref().unwrap_or_default(),
        stderr: outcome.stderr.as_deref().unwrap_or_default(),
        work: outcome.work,
    }
}

/// Whether `folder` is one that `fuzz --out` writes.
pub fn is_campaign(folder: &Path) -> bool {
    folder.join("buckets").is_dir() && folder.join("summary.json").is_file()
}

/// The campaign in `folder`.
///
/// # Errors
/// When a file cannot be read or is something else.
pub fn read(folder: &Path) -> Result<Campaign, FindingsError> {
    let summary: Summary = document(&folder.join("summary.json"))?;
    let subject = summary.subject.clone().unwrap_or_else(|| "subject".to_owned());
    let reference = summary.reference.clone().unwrap_or_else(|| "reference".to_owned());
    let buckets = folder.join("buckets");
    let unreadable = |source| FindingsError::Folder { folder: buckets.clone(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(&buckets).map_err(unreadable)? {
        files.push(entry.map_err(unreadable)?.path());
    }
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    let mut findings = Vec::new();
    for file in files {
        let bucket: Bucket = document(&file)?;
        let sides = [(&subject, bucket.subject), (&reference, bucket.reference)];
        let outcomes = sides.into_iter().filter_map(|(name, answer)| Some(answer?.of(name.clone())));
        findings.push(Finding {
            title: bucket.title.unwrap_or_else(|| bucket.signature.clone()),
            known: bucket.known,
            reduced: bucket.reduced,
            level: bucket.level,
            found_in: bucket.found_in,
            program: bucket.program,
            identity: bucket.identity.unwrap_or_else(|| bucket.signature.clone()),
            again: bucket.again,
            programs: bucket.programs.or_else(|| summary.signatures.get(&bucket.signature).copied()),
            outcomes: outcomes.collect(),
            report: bucket.report,
            signature: bucket.signature,
        });
    }
    // Those that nobody has explained first, then by how many programs show them.
    findings.sort_by_key(|finding| (finding.known.is_some(), std::cmp::Reverse(finding.programs)));
    let version = |name: &String| Some((name.clone(), summary.engines.get(name)?.version.clone()));
    let engines = [&subject, &reference].into_iter().filter_map(version).collect();
    let folder = folder.display().to_string();
    Ok(Campaign { folder, engines, cases: summary.cases, seconds: summary.seconds, findings })
}

fn document<T: for<'a> Deserialize<'a>>(file: &Path) -> Result<T, FindingsError> {
    let bytes = read::bytes(file)?;
    serde_json::from_slice(&bytes)
        .map_err(|error| FindingsError::NoFinding { file: file.to_owned(), reason: error.to_string() })
}
