//! Writes a file of results while a run goes on, or goes on with one of an earlier session.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Seek, SeekFrom, Write},
    os::fd::AsFd,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{CaseRecord, Header, Line, Lines, ResultsError};
use crate::{
    differential::{Answered, Summary},
    engine::Named,
    report::lines,
    write,
};

/// A file that a run is written to. Nothing is held back: a line that was written is in the system's hands.
pub struct Writer {
    file: File,
    path: PathBuf,
    line: Vec<u8>,
}

/// A file that was opened, and what it held.
pub enum Opened {
    /// The run begins, or goes on, in it.
    Open(Writer),
    /// It holds the whole run already.
    Finished(Box<Summary>),
}

#[derive(Serialize)]
struct FirstLine<'a> {
    run: &'a Header,
}

impl Writer {
    /// Opens `path`, or standard output for `-`, for the run `header`. With `resume`, a file that holds part of the same run is gone on with:
    /// `earlier` is given each case that it holds. Without, a file that holds part of a run is refused, and any other is
    /// overwritten.
    ///
    /// # Errors
    /// When the file cannot be read or written, is in use, or holds what must not be lost or mixed with this run.
    pub fn open(
        path: &Path,
        header: &Header,
        resume: bool,
        mut earlier: impl FnMut(CaseRecord),
    ) -> Result<Opened, ResultsError> {
        let unwritable = |source| ResultsError::Unwritable { file: path.to_owned(), source };
        if write::is_standard_output(path) {
            if resume {
                return Err(ResultsError::NothingToResume);
            }
            let file = File::from(io::stdout().as_fd().try_clone_to_owned().map_err(unwritable)?);
            return Writer { file, path: path.to_owned(), line: Vec::new() }.begin(header);
        }
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path).map_err(unwritable)?;
        // What is no file (a pipe, a terminal, a device) holds no run, and cannot be cut off.
        if !file.metadata().map_err(unwritable)?.is_file() {
            return Writer { file, path: path.to_owned(), line: Vec::new() }.begin(header);
        }
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ResultsError::InUse(path.to_owned())),
            // There are file systems without locks.
            Err(TryLockError::Error(_)) => {}
        }
        let lines = match Lines::open(path) {
            Err(ResultsError::NoRun(_)) if !resume => None,
            lines => lines?,
        };
        let mut writer = Writer { file, path: path.to_owned(), line: Vec::new() };
        let Some(mut lines) = lines else {
            writer.cut(0)?;
            return writer.begin(header);
        };
        if !resume {
            let mut cases = 0;
            let finished = loop {
                match lines.next_line() {
                    Ok(Some((Line::Case(_), _))) => cases += 1,
                    Ok(Some((Line::Summary(_), _))) => break true,
                    Ok(None) => break cases == 0,
                    Err(_) => break false,
                }
            };
            if !finished {
                return Err(ResultsError::Unfinished(path.to_owned()));
            }
            writer.cut(0)?;
            return writer.begin(header);
        }
        if let Some(difference) = lines.header.difference_or_part(header) {
            return Err(ResultsError::OtherRun { file: path.to_owned(), difference });
        }
        while let Some((line, _)) = lines.next_line()? {
            match line {
                Line::Case(case) => earlier(*case),
                Line::Summary(summary) => return Ok(Opened::Finished(summary)),
            }
        }
        writer.cut(lines.end())?;
        Ok(Opened::Open(writer))
    }

    /// Writes one finished case. `engines` are the subject and the references, in order.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn case(&mut self, answered: &Answered, engines: &[Named]) -> io::Result<()> {
        self.line.clear();
        lines::write_case(answered, engines, &mut self.line)?;
        self.file.write_all(&self.line)
    }

    /// Writes the summary, after which the file is finished.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn summary(&mut self, summary: &Summary) -> Result<(), ResultsError> {
        self.line.clear();
        let written = lines::write_summary(summary, &mut self.line).and_then(|()| self.file.write_all(&self.line));
        // Before this line the file says that it is not finished, so only now must it be on the disk for certain. What is
        // no file has nothing to be brought there.
        written.map_err(|source| self.unwritable(source))?;
        let _ = self.file.sync_data();
        Ok(())
    }

    /// An error of writing this file.
    pub fn unwritable(&self, source: io::Error) -> ResultsError {
        ResultsError::Unwritable { file: self.path.clone(), source }
    }

    fn begin(mut self, header: &Header) -> Result<Opened, ResultsError> {
        let first = serde_json::to_vec(&FirstLine { run: header }).map_err(io::Error::from);
        let written = first.and_then(|mut line| {
            line.push(b'\n');
            self.file.write_all(&line)
        });
        written.map_err(|source| self.unwritable(source))?;
        Ok(Opened::Open(self))
    }

    /// Forgets what stands from `end` on, and goes on there.
    fn cut(&mut self, end: u64) -> Result<(), ResultsError> {
        let cut = self.file.set_len(end).and_then(|()| self.file.seek(SeekFrom::Start(end)));
        cut.map(|_| ()).map_err(|source| self.unwritable(source))
    }
}
