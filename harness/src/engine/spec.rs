//! Engines as people write them on the command line: `NAME=cmd:PROGRAM`.

use std::{ffi::OsString, fmt, io, path::Path, str::FromStr};

use super::{Command, Definition, Embedded, Engine, ForkServer, Limits, Manifest, Named, Shipped, capability::Probed};
use crate::read::DocumentError;

/// An engine as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spec {
    /// The evaluator this program is built with.
    Embedded,
    /// The definition of the language.
    Definition,
    /// A program with nix-instantiate's flags, one process a case.
    Command(OsString),
    /// The same behind a fork server.
    Fork(OsString),
    /// A program with other conventions, which this file tells.
    Manifest(OsString),
    /// A program with other conventions, which a manifest tells that this program brings.
    Shipped(&'static Shipped, OsString),
}

/// An engine with the name that reports give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSpec {
    /// The name; without one of its own, the engine as it was written, until it is started and tells its release.
    pub name: String,
    /// The engine.
    pub spec: Spec,
}

/// Why an engine cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SpecError {
    /// It is written in no way we know.
    #[error(
        "unknown engine `{0}`: write `embedded`, `cmd:PROGRAM`, `fork:PROGRAM`, `manifest:FILE` or one that `thunkproof \
         engines` lists, as in `snix:PROGRAM`, after `NAME=`"
    )]
    Unknown(String),
    /// A manifest that is used as a file must name one.
    #[error("{0} names no program: add `program = \"…\"`")]
    NoProgram(String),
    /// The program does not start.
    #[error("cannot start engine `{program}`: {source}: {}", remedy(program))]
    NotStarted {
        /// As it was given.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// The program starts, and does not say which version it is.
    #[error("engine `{program}` does not answer {question}: {answer}: {OTHERS}")]
    NoVersion {
        /// As it was given.
        program: String,
        /// What it was asked, in words.
        question: String,
        /// What happened instead.
        answer: String,
    },
    /// The program does not evaluate.
    #[error("engine `{program}` is no Nix evaluator: it answers {question} with {answer}: {OTHERS}")]
    NotNix {
        /// As it was given.
        program: String,
        /// What it was asked, in words.
        question: String,
        /// What it said, how it ended, and what would have been right.
        answer: String,
    },
    /// The manifest is not what it should be.
    #[error(transparent)]
    Manifest(#[from] DocumentError),
    /// An engine that has a name of its own cannot be had.
    #[error("`{name}`: {source}")]
    Called {
        /// The name.
        name: String,
        /// Why.
        source: Box<SpecError>,
    },
}

/// What to do about a program that says what no Nix evaluator says.
const OTHERS: &str = "name a program that evaluates Nix, as nix-instantiate does, or where its flags are others, \
                      manifest:FILE with a file that maps them";

/// What to do about a program that does not start.
fn remedy(program: &str) -> &'static str {
    let path = Path::new(program);
    if path.is_dir() {
        "it is a folder: name the program in it, as in FOLDER/bin/nix-instantiate"
    } else if path.exists() {
        "make it executable, or name another program"
    } else if path.components().count() > 1 {
        "name a program that is there"
    } else {
        "there is none of that name on PATH: name it with its folder"
    }
}

impl Spec {
    /// The engine itself; `limits` are what one case may take.
    ///
    /// # Errors
    /// When a program cannot be started, does not tell its version or is no evaluator, or a manifest cannot be used.
    pub fn start(&self, limits: Limits) -> Result<Box<dyn Engine>, SpecError> {
        Ok(match self {
            Spec::Embedded => Box::new(Embedded::new(limits)),
            Spec::Definition => Box::new(Definition::new()),
            Spec::Command(program) => Box::new(Command::new(Path::new(program), limits)?),
            Spec::Fork(program) => Box::new(ForkServer::new(Path::new(program), limits)?),
            Spec::Manifest(file) => Box::new(Probed::new(Box::new(Manifest::load(Path::new(file), limits)?))),
            Spec::Shipped(shipped, program) => {
                Box::new(Probed::new(Box::new(Manifest::shipped(shipped, Path::new(program), limits)?)))
            }
        })
    }
}

impl NamedSpec {
    /// The engine itself, under its name.
    ///
    /// # Errors
    /// As [`Spec::start`].
    pub fn start(&self, limits: Limits) -> Result<Named, SpecError> {
        let engine = self.spec.start(limits).map_err(|error| self.refused(error))?;
        Ok(Named { name: self.name_of(&engine.identity().version), engine })
    }

    /// Whether it was given a name of its own.
    pub fn is_named(&self) -> bool {
        self.name != self.spec.to_string()
    }

    /// What reports call it: without a name of its own, by its program and release. A path would fill a page.
    pub fn name_of(&self, version: &str) -> String {
        let program = match &self.spec {
            _ if self.is_named() => return self.name.clone(),
            Spec::Embedded | Spec::Definition => return self.name.clone(),
            Spec::Command(program) | Spec::Fork(program) | Spec::Shipped(_, program) => Path::new(program).file_name(),
            Spec::Manifest(file) => Path::new(file).file_stem(),
        };
        let program = program.map_or_else(|| self.name.clone(), |program| program.to_string_lossy().into_owned());
        let is_release = |word: &&str| word.starts_with(|character: char| character.is_ascii_digit());
        match version.split_whitespace().rfind(is_release) {
            Some(release) => format!("{program} {release}"),
            None => program,
        }
    }

    /// Why this engine cannot be had, with its name where it has one of its own.
    pub fn refused(&self, error: SpecError) -> SpecError {
        if !self.is_named() {
            return error;
        }
        SpecError::Called { name: self.name.clone(), source: Box::new(error) }
    }
}

impl FromStr for Spec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Spec, SpecError> {
        match text.split_once(':') {
            None if text == "embedded" => Ok(Spec::Embedded),
            None if text == "definition" => Ok(Spec::Definition),
            Some(("cmd", program)) if !program.is_empty() => Ok(Spec::Command(program.into())),
            Some(("fork", program)) if !program.is_empty() => Ok(Spec::Fork(program.into())),
            Some(("manifest", file)) if !file.is_empty() => Ok(Spec::Manifest(file.into())),
            Some((name, program)) if !program.is_empty() => {
                let shipped = Shipped::of(name).ok_or_else(|| SpecError::Unknown(text.to_owned()))?;
                Ok(Spec::Shipped(shipped, program.into()))
            }
            _ => Err(SpecError::Unknown(text.to_owned())),
        }
    }
}

impl FromStr for NamedSpec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<NamedSpec, SpecError> {
        // A program's path may hold `=`, and a kind is never part of a name.
        match text.split_once('=') {
            Some((name, spec)) if !name.contains([':', '/']) => {
                if name.is_empty() {
                    return Err(SpecError::Unknown(text.to_owned()));
                }
                Ok(NamedSpec { name: name.to_owned(), spec: spec.parse()? })
            }
            _ => Ok(NamedSpec { name: text.to_owned(), spec: text.parse()? }),
        }
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Spec::Embedded => to.write_str("embedded"),
            Spec::Definition => to.write_str("definition"),
            Spec::Command(program) => write!(to, "cmd:{}", program.to_string_lossy()),
            Spec::Fork(program) => write!(to, "fork:{}", program.to_string_lossy()),
            Spec::Manifest(file) => write!(to, "manifest:{}", file.to_string_lossy()),
            Spec::Shipped(shipped, program) => write!(to, "{}:{}", shipped.name, program.to_string_lossy()),
        }
    }
}

impl fmt::Display for NamedSpec {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spec = self.spec.to_string();
        if self.name == spec { to.write_str(&spec) } else { write!(to, "{}={spec}", self.name) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// The name and the engine that this text means.
    fn check(text: &str, name: &str, spec: &str) {
        let parsed: NamedSpec = text.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((parsed.name.as_str(), parsed.spec.to_string().as_str()), (name, spec), "{text}");
        assert_eq!(parsed.to_string().parse::<NamedSpec>().ok(), Some(parsed), "{text}");
    }

    #[test]
    fn what_is_written_is_what_is_meant() {
        check("embedded", "embedded", "embedded");
        check("ours=embedded", "ours", "embedded");
        check("definition", "definition", "definition");
        check("cmd:./a:b", "cmd:./a:b", "cmd:./a:b");
        check("2.34.8=fork:/bin/nix", "2.34.8", "fork:/bin/nix");
        check("cmd:/a=b/nix", "cmd:/a=b/nix", "cmd:/a=b/nix");
        check("x=cmd:/a=b/nix", "x", "cmd:/a=b/nix");
        check("snix=manifest:snix.toml", "snix", "manifest:snix.toml");
        check("snix:/bin/snix", "snix:/bin/snix", "snix:/bin/snix");
        check("old=nix-2.3:/a=b/nix", "old", "nix-2.3:/a=b/nix");
        for wrong in [
            "cmd:",
            "cmd",
            "nix-instantiate",
            "",
            "embedded:x",
            "fork:",
            "manifest:",
            "snix:",
            "what:x",
            "a=b",
            "=embedded",
        ] {
            let error = wrong.parse::<NamedSpec>().expect_err(wrong).to_string();
            assert!(error.contains("write `embedded`, `cmd:PROGRAM`"), "{error}");
        }
    }

    #[test]
    fn without_a_name_an_engine_is_called_by_program_and_release() {
        let check = |text: &str, version: &str, expected: &str| {
            assert_eq!(text.parse::<NamedSpec>().map(|spec| spec.name_of(version)).ok().as_deref(), Some(expected));
        };
        let version = "nix-instantiate (Nix) 2.34.8";
        check("cmd:/a/b/bin/nix-instantiate", version, "nix-instantiate 2.34.8");
        check("fork:nix-instantiate", version, "nix-instantiate 2.34.8");
        check("ours=cmd:/a/nix-instantiate", version, "ours");
        check("manifest:/a/snix.toml", "snix 0.1-dev (2026)", "snix 0.1-dev");
        check("cmd:./lix", "no release", "lix");
        check("embedded", "nix_evaluator 0.1.0", "embedded");
    }

    #[test]
    fn a_program_that_is_no_evaluator_is_refused() {
        let check = |spec: Spec| {
            let limits = Limits::of_time(Duration::from_secs(5));
            spec.start(limits).map(|_| ()).expect_err("refused").to_string()
        };
        for kind in [Spec::Command, Spec::Fork] {
            assert!(check(kind("/nonexistent/nix-instantiate".into())).contains("cannot start engine"));
            assert!(check(kind("false".into())).contains("does not answer `--version`: exit status 1"));
        }
        assert!(check(Spec::Manifest("/nonexistent/a.toml".into())).contains("cannot read /nonexistent/a.toml"));
    }
}
