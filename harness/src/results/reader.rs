//! Reads a file of results line by line.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;

use super::{Header, ResultsError};
use crate::{
    differential::Summary,
    outcome::compare::{Comparison, Level, Verdict},
};

/// The first line holds names and settings.
const LONGEST_HEADER: u64 = 64 << 20;

/// Other lines hold what engines said, of which there is a limit.
const LONGEST_LINE: u64 = 2 << 30;

/// A finished case, as far as counting it again needs.
#[derive(Clone, Debug, Deserialize)]
pub struct CaseRecord {
    /// Its place in the run.
    pub index: usize,
    /// Its name.
    pub name: String,
    /// The folder of fixtures that it belongs to.
    pub suite: Option<String>,
    /// Whether its answer leads to further questions.
    #[serde(default)]
    pub recurses: bool,
    verdict: Verdict,
    level: Option<Level>,
    bucket: Option<String>,
    reason: Option<String>,
    #[serde(default)]
    comparisons: BTreeMap<String, Comparison>,
    outcomes: BTreeMap<String, Spent>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Spent {
    seconds: f64,
}

impl CaseRecord {
    /// The worst comparison.
    pub fn worst(&self) -> Comparison {
        let (bucket, reason) = (self.bucket.clone(), self.reason.clone());
        Comparison { verdict: self.verdict, level: self.level, bucket, reason }
    }

    /// The subject compared with each reference of `header`, in order.
    pub fn comparisons(&self, header: &Header) -> Vec<Comparison> {
        let references = header.engines.iter().skip(1);
        references.map(|who| self.comparisons.get(&who.name).cloned().unwrap_or_else(|| self.worst())).collect()
    }

    /// How long each engine of `header` took, in order.
    pub fn spent(&self, header: &Header) -> Vec<Duration> {
        let seconds = |name: &str| self.outcomes.get(name).map_or(0.0, |spent| spent.seconds);
        let time = |seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default();
        header.engines.iter().map(|who| time(seconds(&who.name))).collect()
    }
}

/// A line after the first.
#[derive(Debug)]
pub enum Line {
    /// A finished case.
    Case(Box<CaseRecord>),
    /// The summary, which is the last line.
    Summary(Box<Summary>),
}

#[derive(Deserialize)]
struct FirstLine {
    run: Header,
}

/// The lines of a file.
pub struct Lines {
    file: PathBuf,
    reader: BufReader<File>,
    /// Which run it is.
    pub header: Header,
    /// How many lines were read.
    line: usize,
    /// Where the last whole line ends.
    end: u64,
    bytes: Vec<u8>,
    ended: bool,
}

impl Lines {
    /// Opens a file. `None` where it is empty, or ends within its first line: then nothing is lost by beginning anew.
    ///
    /// # Errors
    /// When it cannot be read, or holds something else.
    pub fn open(file: &Path) -> Result<Option<Lines>, ResultsError> {
        let unreadable = |source| ResultsError::Unreadable { file: file.to_owned(), source };
        let mut reader = BufReader::new(File::open(file).map_err(unreadable)?);
        let mut bytes = Vec::new();
        // A file that does not begin as one of ours may have no second line.
        let length = (&mut reader).take(LONGEST_HEADER).read_until(b'\n', &mut bytes).map_err(unreadable)?;
        let is_whole = bytes.ends_with(b"\n");
        match serde_json::from_slice::<FirstLine>(&bytes) {
            Ok(FirstLine { run: header }) if is_whole => {
                let (file, end) = (file.to_owned(), length as u64);
                Ok(Some(Lines { file, reader, header, line: 1, end, bytes, ended: false }))
            }
            _ if !is_whole
                && length < LONGEST_HEADER as usize
                && (bytes.is_empty() || b"{\"run\":{".starts_with(&bytes[..bytes.len().min(8)])) =>
            {
                Ok(None)
            }
            _ => Err(ResultsError::NoRun(file.to_owned())),
        }
    }

    /// The next line, and where it begins in the file. A last line that was cut off counts as not written.
    ///
    /// # Errors
    /// When the file cannot be read, or a line that is not the last is damaged.
    pub fn next_line(&mut self) -> Result<Option<(Line, u64)>, ResultsError> {
        if self.ended {
            return Ok(None);
        }
        let unreadable = |source| ResultsError::Unreadable { file: self.file.clone(), source };
        self.bytes.clear();
        (&mut self.reader).take(LONGEST_LINE).read_until(b'\n', &mut self.bytes).map_err(unreadable)?;
        self.line += 1;
        let begin = self.end;
        let line = if !self.bytes.ends_with(b"\n") {
            None
        } else if let Ok(case) = serde_json::from_slice(&self.bytes) {
            Some(Line::Case(Box::new(case)))
        } else {
            serde_json::from_slice(&self.bytes).ok().map(|summary| Line::Summary(Box::new(summary)))
        };
        let is_last = self.reader.fill_buf().map_err(unreadable)?.is_empty();
        match line {
            Some(Line::Summary(_)) | None if !is_last => {
                Err(ResultsError::Damaged { file: self.file.clone(), line: self.line })
            }
            None => {
                self.ended = true;
                Ok(None)
            }
            Some(line) => {
                self.end += self.bytes.len() as u64;
                Ok(Some((line, begin)))
            }
        }
    }

    /// Where the last whole line that was read ends.
    pub fn end(&self) -> u64 {
        self.end
    }
}
