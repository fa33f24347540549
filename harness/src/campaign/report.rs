//! Writes a campaign's folder: for each bucket a fixture and an entry in JSON, and `summary.json`.
//!
//! ```text
//! OUT/summary.json
//! OUT/buckets/NAME.json      signature, program, where it was found, both outcomes
//! OUT/buckets/NAME.md        the same for an issue
//! OUT/lang/NAME.nix          the reduced program, a fixture as nix-lang-tests has them
//! OUT/lang/NAME.exp          the reference's answer to it, recorded
//! OUT/lang/tree/             the files that generated programs may import, where one of the programs does
//! ```
//!
//! A campaign without a reference has nothing to record: its programs lie beside their entries in `buckets/`.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Finding, Summary, causes::Mark, self_check, titles};
use crate::{
    bless,
    case::{Class, Suite, fixture, question::Trace},
    engine::Named,
    generate::topics::files,
    outcome::{Ending, compare::Level},
    program::read,
    report::{
        finding::{self, Shown, Texts},
        lines::{self, OutcomeEntry},
    },
};

/// A campaign's folder.
pub struct Folder {
    root: PathBuf,
    written: usize,
    /// Entries that take part in this campaign once more, and go when it is written.
    taken_up: Vec<PathBuf>,
}

/// What is read of a bucket to take it up again.
#[derive(Deserialize)]
struct Earlier {
    signature: String,
    level: Level,
    shape: BTreeSet<String>,
    fixture: String,
    program: String,
    reduced: bool,
    known: Option<String>,
    found_in: String,
    original: String,
    #[serde(default)]
    programs: u64,
    #[serde(default)]
    trace: Trace,
}

/// Why something could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}", file.display())]
pub struct ReportError {
    file: PathBuf,
    source: io::Error,
}

/// A finding with all that people are shown of it.
pub struct Presented<'a> {
    finding: &'a Finding,
    title: String,
    identity: String,
    again: String,
    /// The reference's name and texts, then the subject's, where they were asked.
    sides: Option<[(&'a str, Texts); 2]>,
}

impl<'a> Presented<'a> {
    /// What is shown of a finding on this subject and reference.
    pub fn of(finding: &'a Finding, engines: &'a [Named; 2]) -> Presented<'a> {
        let [subject, reference] = engines;
        let asked = |named: &'a Named| (named.name.as_str(), named.engine.identity().engine.as_str());
        // On one line, places within the program are others.
        let one_line = (finding.level != Level::Stderr).then(|| read(&finding.program).ok()).flatten();
        let program = one_line.map_or_else(|| finding.program.clone(), |program| program.to_source());
        let sides = match finding.outcomes.as_slice() {
            [ours, theirs] => {
                Some([(reference.name.as_str(), Texts::of(theirs)), (subject.name.as_str(), Texts::of(ours))])
            }
            _ => None,
        };
        let work: &[&str] = if finding.level == Level::Work { &["--work"] } else { &[] };
        let flags = [finding.trace.flags(), work].concat();
        let again = finding::again(&program, asked(subject), asked(reference), &flags);
        Presented {
            finding,
            title: titles::of(finding.level, &finding.signature, &finding.shape, finding.mark.telling()),
            identity: finding.identity(),
            again,
            sides,
        }
    }

    /// It, for a terminal or as Markdown.
    pub fn shown(&self) -> Shown<'_> {
        let finding = self.finding;
        Shown {
            title: &self.title,
            signature: &self.identity,
            known: finding.known.as_deref(),
            found_in: &finding.found_in,
            reduced: finding.reduced,
            program: &finding.program,
            level: Some(finding.level),
            sides: self.sides.as_ref().map(|sides| sides.each_ref().map(|(name, texts)| texts.side(name))),
            report: None,
            again: Some(&self.again),
        }
    }
}

/// What is shown of what a built-in oracle found.
pub fn shown_by_oracle(finding: &self_check::Finding) -> Shown<'_> {
    Shown {
        title: &finding.bucket,
        signature: &finding.bucket,
        known: None,
        found_in: &finding.found_in,
        reduced: finding.reduced,
        program: &finding.program,
        level: None,
        sides: None,
        report: Some(&finding.report),
        again: None,
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_whole(trace: &Trace) -> bool {
    *trace == Trace::Whole
}

#[derive(Serialize)]
struct Bucket<'a> {
    title: &'a str,
    signature: &'a str,
    identity: String,
    level: Level,
    shape: Vec<&'a str>,
    fixture: &'a str,
    program: &'a str,
    reduced: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<&'a str>,
    found_in: &'a str,
    original: &'a str,
    /// The command that shows it again.
    again: &'a str,
    programs: u64,
    /// How much of a trace was asked for, where that is not all of it.
    #[serde(skip_serializing_if = "is_whole")]
    trace: Trace,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<OutcomeEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<OutcomeEntry>,
    /// Why nothing is recorded beside the fixture.
    #[serde(skip_serializing_if = "Option::is_none")]
    unrecorded: Option<String>,
}

impl Folder {
    /// The folder at `root`, made where there is none.
    ///
    /// # Errors
    /// When it cannot be made, or holds buckets of another campaign.
    pub fn create(root: &Path) -> Result<Folder, ReportError> {
        let failed = |file: &Path, source| ReportError { file: file.to_owned(), source };
        let buckets = root.join("buckets");
        if fs::read_dir(&buckets).is_ok_and(|mut entries| entries.next().is_some()) {
            let message = "there are buckets of another campaign: name another folder";
            return Err(failed(&buckets, io::Error::new(io::ErrorKind::AlreadyExists, message)));
        }
        for folder in [root.join("lang"), buckets] {
            fs::create_dir_all(&folder).map_err(|source| failed(&folder, source))?;
        }
        Ok(Folder { root: root.to_owned(), written: 0, taken_up: Vec::new() })
    }

    /// The folder of an earlier campaign at `root`, with its buckets, so that those that were not reduced to the end are.
    ///
    /// # Errors
    /// When it holds none, or one cannot be read.
    pub fn resume(root: &Path) -> Result<(Folder, Vec<Finding>), ReportError> {
        let failed = |file: &Path, source| ReportError { file: file.to_owned(), source };
        let buckets = root.join("buckets");
        let entries = fs::read_dir(&buckets).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let mut files: Vec<PathBuf> =
            entries.map_err(|error| failed(&buckets, error))?.iter().map(fs::DirEntry::path).collect();
        // What is for people lies beside what is read.
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        let mut folder = Folder { root: root.to_owned(), written: files.len(), taken_up: Vec::new() };
        let mut findings = Vec::new();
        for file in files {
            let text = fs::read(&file).map_err(|error| failed(&file, error))?;
            let earlier: Earlier = serde_json::from_slice(&text).map_err(|error| failed(&file, error.into()))?;
            let program = read(&earlier.program).map_err(|error| {
                failed(&file, io::Error::new(io::ErrorKind::InvalidData, format!("its program: {error}")))
            })?;
            if !earlier.reduced {
                let fixture = root.join("lang").join(&earlier.fixture);
                let beside = ["nix", "exp", "err.exp", "flags"].map(|extension| fixture.with_extension(extension));
                folder.taken_up.extend(beside.into_iter().filter(|file| file.exists()));
                folder.taken_up.extend([file.with_extension("md")].into_iter().filter(|file| file.exists()));
                folder.taken_up.push(file);
            }
            findings.push(Finding {
                mark: Mark::of(earlier.level, &earlier.signature, &program),
                level: earlier.level,
                signature: earlier.signature,
                shape: earlier.shape,
                program: earlier.program,
                reduced: earlier.reduced,
                found_in: earlier.found_in,
                original: earlier.original,
                outcomes: Vec::new(),
                known: earlier.known,
                programs: earlier.programs,
                trace: earlier.trace,
            });
        }
        Ok((folder, findings))
    }

    /// Writes what a campaign came to that was taken up again: its causes take the place of those in the summary of the
    /// earlier one, and what was reduced now takes the place of what was left then.
    ///
    /// # Errors
    /// When a file cannot be read, written or taken away.
    pub fn write_resumed(&mut self, summary: &Summary) -> Result<(), ReportError> {
        let file = self.root.join("summary.json");
        let failed = |source| ReportError { file: file.clone(), source };
        let text = fs::read(&file).map_err(failed)?;
        let mut earlier: serde_json::Value = serde_json::from_slice(&text).map_err(|error| failed(error.into()))?;
        let now = serde_json::to_value(summary).map_err(|error| failed(error.into()))?;
        for field in ["causes", "known", "unexplained"] {
            earlier[field] = now[field].clone();
        }
        self.json("summary.json", &earlier)?;
        for file in self.taken_up.drain(..) {
            fs::remove_file(&file).map_err(|source| ReportError { file: file.clone(), source })?;
        }
        Ok(())
    }

    /// Writes a bucket. What the reference says to the fixture is recorded from it; where that cannot be, because it
    /// crashes, say, the entry tells why.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&mut self, finding: &Finding, engines: &[Named; 2]) -> Result<(), ReportError> {
        let [_, reference] = engines;
        self.written += 1;
        let succeeds = finding.outcomes.get(1).is_none_or(|outcome| outcome.ending == Ending::Exited(0));
        let class = if succeeds { Class::EvalOkay } else { Class::EvalFail };
        let name = format!("{class}-fuzz-{:03}-{}", self.written, slug(&finding.signature));
        let source = self.root.join("lang").join(format!("{name}.nix"));
        put(&source, format!("{}\n", finding.program).as_bytes())?;
        if finding.trace == Trace::Shortened {
            // The flags of a fixture that fails are all of them.
            let before: &[&str] = if succeeds { &[] } else { &["--eval", "--strict"] };
            let flags = [before, finding.trace.flags()].concat().join(" ");
            put(&source.with_extension("flags"), format!("{flags}\n").as_bytes())?;
        }
        if finding.program.contains(&format!("./{}", files::FOLDER)) {
            let folder = self.root.join("lang");
            files::write(&folder).map_err(|source| ReportError { file: folder.join(files::FOLDER), source })?;
        }
        let recorded = Suite::open(&self.root).map_err(|error| error.to_string()).and_then(|suite| {
            let case = fixture::read(&suite, &name, class).map_err(|error| error.to_string())?;
            let elsewhere = bless::elsewhere(&suite).map_err(|error| error.to_string())?;
            bless::record(&case, &*reference.engine, elsewhere.path()).map_err(|error| error.to_string())
        });
        let presented = Presented::of(finding, engines);
        let mut outcomes = finding.outcomes.iter().map(lines::entry);
        let bucket = Bucket {
            title: &presented.title,
            signature: &finding.signature,
            identity: finding.identity(),
            level: finding.level,
            shape: finding.shape.iter().map(String::as_str).collect(),
            fixture: &name,
            program: &finding.program,
            reduced: finding.reduced,
            known: finding.known.as_deref(),
            found_in: &finding.found_in,
            original: &finding.original,
            again: &presented.again,
            programs: finding.programs,
            trace: finding.trace,
            subject: outcomes.next(),
            reference: outcomes.next(),
            unrecorded: recorded.err(),
        };
        self.json(&format!("buckets/{name}.json"), &bucket)?;
        self.markdown(&name, &presented.shown())
    }

    /// Writes what a built-in oracle found: the program, and what both ways came to. There is nobody to record from.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write_difference(&self, number: usize, finding: &self_check::Finding) -> Result<(), ReportError> {
        let name = format!("oracle-{number:03}-{}", slug(&finding.bucket));
        put(&self.root.join("buckets").join(format!("{name}.nix")), format!("{}\n", finding.program).as_bytes())?;
        self.json(&format!("buckets/{name}.json"), finding)?;
        self.markdown(&name, &shown_by_oracle(finding))
    }

    fn markdown(&self, name: &str, shown: &Shown<'_>) -> Result<(), ReportError> {
        put(&self.root.join("buckets").join(format!("{name}.md")), finding::markdown(shown).as_bytes())
    }

    /// Writes the summary.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_summary(&self, summary: &impl Serialize) -> Result<(), ReportError> {
        self.json("summary.json", summary)
    }

    fn json(&self, name: &str, content: &impl Serialize) -> Result<(), ReportError> {
        let file = self.root.join(name);
        let text = serde_json::to_vec_pretty(content)
            .map_err(|error| ReportError { file: file.clone(), source: error.into() })?;
        put(&file, &[text.as_slice(), b"\n"].concat())
    }
}

/// Writes a file whole or not at all.
fn put(file: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    let failed = |source| ReportError { file: file.to_owned(), source };
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut draft = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    io::Write::write_all(&mut draft, bytes).map_err(failed)?;
    draft.persist(file).map_err(|error| failed(error.error))?;
    Ok(())
}

/// A signature as a part of a file's name.
fn slug(signature: &str) -> String {
    let words = signature.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.take(8).collect::<Vec<_>>().join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_becomes_a_name() {
        let check = |signature: &str, expected: &str| assert_eq!(slug(signature), expected);
        check("value: another value", "value-another-value");
        check("fails-alike: `mine: … …` / value", "fails-alike-mine-value");
    }
}
