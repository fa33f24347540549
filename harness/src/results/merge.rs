//! Merges the files of a run's parts into the file that the whole run would have written.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufRead, BufReader, Seek, Write},
    path::{Path, PathBuf},
};

use super::{Header, Line, Lines, ResultsError};
use crate::{
    differential::{EngineSummary, Summary},
    report::lines,
    shard::Shard,
};

/// A case's line: the number of its file, and the offset of its first byte there.
type LineStart = (usize, u64);

/// What parts came to, put together.
#[derive(Debug)]
pub struct Merged {
    /// Which run it is.
    pub header: Header,
    /// Its counts.
    pub summary: Summary,
    /// The line of each case, in the order of the run. Names tell apart cases that follow from one question.
    lines: BTreeMap<(usize, Option<String>), LineStart>,
    inputs: Vec<PathBuf>,
}

/// Reads the files of all parts of a run, each whole and finished.
///
/// # Errors
/// When one cannot be read, is not finished or belongs to another run, or when parts overlap or are missing.
pub fn merge(inputs: &[PathBuf]) -> Result<Merged, ResultsError> {
    let mut merged: Option<Merged> = None;
    let mut parts: BTreeMap<Option<Shard>, &Path> = BTreeMap::new();
    let refuse = |words: String| Err(ResultsError::Unmergeable(words));
    for (number, file) in inputs.iter().enumerate() {
        let shown = file.display();
        let Some(mut lines) = Lines::open(file)? else { return refuse(format!("{shown} holds no case yet")) };
        let header = lines.header.clone();
        let merged = merged.get_or_insert_with(|| Merged {
            header: header.clone(),
            summary: Summary::new(&header.engines[0].name),
            lines: BTreeMap::new(),
            inputs: inputs.to_vec(),
        });
        if let Some(difference) = header.difference(&merged.header) {
            return refuse(format!("{shown} and {} are of different runs: {difference}", inputs[0].display()));
        }
        let counts = |header: &Header| header.shard.map_or(1, Shard::count);
        if counts(&header) != counts(&merged.header) {
            let (one, other) = (counts(&header), counts(&merged.header));
            return refuse(format!("{shown} is one of {one} parts, and {} one of {other}", inputs[0].display()));
        }
        if let Some(other) = parts.insert(header.shard, file) {
            let part = header.shard.map_or("the whole run".to_owned(), |shard| format!("part {shard}"));
            return refuse(format!("{} and {shown} overlap: both are {part}", other.display()));
        }
        let mut finished = false;
        while let Some((line, begin)) = lines.next_line()? {
            match line {
                Line::Case(case) => {
                    merged.summary.add(&case.worst());
                    // In a run of single questions the place is enough, and names need not be kept.
                    let name = (header.command != "diff").then_some(case.name);
                    if merged.lines.insert((case.index, name), (number, begin)).is_some() {
                        return refuse(format!("{shown} holds case {} twice", case.index));
                    }
                }
                Line::Summary(summary) => {
                    finished = true;
                    merged.take(*summary);
                }
            }
        }
        if !finished {
            return refuse(format!("{shown} is not finished: go on with it (--resume) first"));
        }
    }
    let Some(mut merged) = merged else { return refuse("there is nothing to merge".to_owned()) };
    if let Some(shard) = merged.header.shard {
        let missing: Vec<_> =
            shard.siblings().filter(|it| !parts.contains_key(&Some(*it))).map(|it| it.to_string()).collect();
        if !missing.is_empty() {
            return refuse(format!("parts are missing: {}", missing.join(", ")));
        }
    }
    let (cases, seconds) = (merged.summary.cases as f64, merged.summary.seconds);
    merged.summary.rate = if seconds > 0.0 { cases / seconds } else { 0.0 };
    merged.header.shard = None;
    Ok(merged)
}

impl Merged {
    /// Adds what the summary of a part says beyond counts.
    fn take(&mut self, part: Summary) {
        self.summary.seconds += part.seconds;
        // Parts run beside each other: the whole began with the first of them.
        if self.summary.provenance.started.is_none_or(|began| part.provenance.started.is_some_and(|it| it < began)) {
            self.summary.provenance = part.provenance;
        }
        // It is in every part.
        self.summary.skipped.extend(part.skipped);
        for problem in part.problems {
            if !self.summary.problems.contains(&problem) {
                self.summary.problems.push(problem);
            }
        }
        for (name, engine) in part.engines {
            match self.summary.engines.get_mut(&name) {
                None => {
                    self.summary.engines.insert(name, engine);
                }
                Some(all) => all.take(engine, part.cases, self.summary.cases),
            }
        }
    }

    /// Writes the whole run.
    ///
    /// # Errors
    /// When a part cannot be read any more, or `to` not be written to.
    pub fn write(&self, mut to: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut to, &serde_json::json!({ "run": self.header }))?;
        to.write_all(b"\n")?;
        let readers: io::Result<Vec<_>> = self.inputs.iter().map(|file| File::open(file).map(BufReader::new)).collect();
        let mut readers = readers?;
        let mut line = Vec::new();
        for (file, begin) in self.lines.values() {
            let reader = &mut readers[*file];
            // Lines that follow each other are read without leaving the buffer.
            let offset = begin.cast_signed() - reader.stream_position()?.cast_signed();
            reader.seek_relative(offset)?;
            line.clear();
            reader.read_until(b'\n', &mut line)?;
            to.write_all(&line)?;
        }
        lines::write_summary(&self.summary, &mut to)?;
        to.flush()
    }
}

impl EngineSummary {
    /// Adds a part of `cases` cases, of `all` with those before it.
    fn take(&mut self, part: EngineSummary, cases: usize, all: usize) {
        let before = (all - cases.min(all)) as f64;
        let time = |cases: f64, rate: f64| if rate > 0.0 { cases / rate } else { 0.0 };
        let spent = time(before, self.rate) + time(cases as f64, part.rate);
        self.rate = if spent > 0.0 { all as f64 / spent } else { 0.0 };
        self.peak_memory = self.peak_memory.max(part.peak_memory);
        for note in part.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }
}
