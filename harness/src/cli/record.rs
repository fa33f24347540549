//! `--write-known`, which several commands have: the list of what is wrong today is written to a file, with which the same
//! command is green tomorrow.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;

use super::Complaint;
use crate::known::{Known, record::Record};

/// What every such command can be told.
#[derive(Debug, Args)]
pub(super) struct WriteKnown {
    /// Write what is wrong now to this file, in groups; with it as --known a run succeeds until something changes
    #[arg(long, value_name = "FILE")]
    write_known: Option<PathBuf>,

    /// The last day, as in 2030-01-31, on which what --write-known writes is accepted [default: none]
    #[arg(long, value_name = "DAY", requires = "write_known")]
    expires: Option<Date>,
}

impl WriteKnown {
    /// The file that is written, if one is.
    pub(super) fn file(&self) -> Option<&PathBuf> {
        self.write_known.as_ref()
    }

    /// The file that is to be written, and what goes into it. `part` is the option by which something is left out of the
    /// run, if one is: a list is of a whole run.
    pub(super) fn begin(&self, part: Option<&str>) -> Result<Option<(&Path, Record)>, Complaint> {
        let Some(file) = self.write_known.as_deref() else { return Ok(None) };
        if let Some(part) = part {
            return Err(Complaint(format!("--write-known writes the list of a whole run: leave {part} out")));
        }
        Ok(Some((file, Record::new(file, self.expires)?)))
    }
}

/// The list that was just written to `file`.
pub(super) fn list(file: &Path, text: &str) -> Result<Known, Complaint> {
    Known::read(text, file).map_err(|error| Complaint(format!("the list written to {}: {error}", file.display())))
}
