//! How an engine is written on the command line.

use std::{ffi::OsString, fmt, io, path::Path, str::FromStr, time::Duration};

use super::{Command, Embedded, Engine};

/// An engine as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spec {
    /// The evaluator this program is built with.
    Embedded,
    /// A program with nix-instantiate's flags, one process a case.
    Command(OsString),
}

/// Why an engine cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SpecError {
    /// It is written in no way we know.
    #[error("unknown engine `{0}`: write `embedded` or `cmd:PROGRAM`")]
    Unknown(String),
    /// The program does not start.
    #[error("cannot start engine `{program}`: {source}")]
    NotStarted {
        /// As it was given.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// The program starts, and does not say which version it is.
    #[error("engine `{program}` does not answer `--version`: {answer}")]
    NoVersion {
        /// As it was given.
        program: String,
        /// What happened instead.
        answer: String,
    },
}

impl Spec {
    /// The engine itself; `limit` is what one case may take on the clock.
    ///
    /// # Errors
    /// When a program cannot be started or does not tell its version.
    pub fn start(&self, limit: Duration) -> Result<Box<dyn Engine>, SpecError> {
        Ok(match self {
            Spec::Embedded => Box::new(Embedded::new(limit)),
            Spec::Command(program) => Box::new(Command::new(Path::new(program), limit)?),
        })
    }
}

impl FromStr for Spec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Spec, SpecError> {
        match text.split_once(':') {
            None if text == "embedded" => Ok(Spec::Embedded),
            Some(("cmd", program)) if !program.is_empty() => Ok(Spec::Command(program.into())),
            _ => Err(SpecError::Unknown(text.to_owned())),
        }
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Spec::Embedded => to.write_str("embedded"),
            Spec::Command(program) => write!(to, "cmd:{}", program.to_string_lossy()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_meant() {
        let check = |text: &str| text.parse::<Spec>().map(|spec| spec.to_string()).map_err(|error| error.to_string());
        assert_eq!(check("embedded"), Ok("embedded".to_owned()));
        assert_eq!(check("cmd:./a:b"), Ok("cmd:./a:b".to_owned()));
        for wrong in ["cmd:", "cmd", "nix-instantiate", "", "embedded:x", "fork:/bin/nix"] {
            assert!(check(wrong).expect_err(wrong).contains("write `embedded` or `cmd:PROGRAM`"));
        }
    }

    #[test]
    fn a_program_that_is_no_evaluator_is_refused() {
        let check = |program: &str| {
            let spec = Spec::Command(program.into());
            spec.start(Duration::from_secs(5)).map(|_| ()).expect_err(program).to_string()
        };
        assert!(check("/nonexistent/nix-instantiate").contains("cannot start engine"));
        assert!(check("false").contains("does not answer `--version`: exit status 1"));
    }
}
