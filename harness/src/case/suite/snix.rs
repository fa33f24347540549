//! Snix's layout: fixtures side by side, in the folder itself or in the folders of it, and those that Snix does not
//! pass in `notyetpassing/`. What an error says is not looked at, and white space around a value does not count.
//!
//! Older fixtures of upstream's lie there too. Their flags start from the folder above the fixtures, which they call by
//! its name or `lang/`.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use super::{Contents, Suite, SuiteError, Wanted, has_ending, names, names_if_any, with, without};
use crate::{
    case::{Case, Class, Expectation, FixtureError, Form, Recorded, Request, fixture},
    names::shown,
};

/// How names of programs begin that print themselves.
const IDENTITY: &[u8] = b"identity-";

/// The folder of what Snix does not pass yet. For another evaluator its fixtures are like any others.
const NOT_YET_PASSING: &str = "notyetpassing";

/// Endings of the files that may stand beside a program.
const ENDINGS: [&str; 4] = [".err.exp", ".exp.xml", ".exp", ".flags"];

/// The folder, if it or a folder in it holds fixtures.
pub fn find(folder: &Path) -> Option<PathBuf> {
    (!groups(folder).is_empty()).then(|| folder.to_owned())
}

/// Folders of fixtures: this one, or those in it, relative to it.
fn groups(folder: &Path) -> Vec<OsString> {
    if has_fixtures(folder) {
        return vec![OsString::new()];
    }
    let folders = names_if_any(folder).into_iter().filter(|(_, kind)| kind.is_dir()).map(|(name, _)| name);
    folders.filter(|name| has_fixtures(&folder.join(name))).collect()
}

fn has_fixtures(folder: &Path) -> bool {
    names_if_any(folder).keys().any(|name| class_of(name).is_some() && has_ending(name, ".nix"))
}

/// The class of a file of this name, if a fixture has it.
fn class_of(name: &OsStr) -> Option<Class> {
    let identity = || name.as_bytes().starts_with(IDENTITY).then_some(Class::EvalOkay);
    Class::of(name.as_bytes()).or_else(identity)
}

/// The cases of all folders.
pub fn contents(suite: &Suite, wanted: Wanted<'_>) -> Result<Contents, SuiteError> {
    let groups = groups(&suite.root);
    if groups.is_empty() {
        return Err(suite.no_fixtures());
    }
    let mut contents = Contents::default();
    for group in groups {
        let root = if group.is_empty() { suite.root.clone() } else { suite.root.join(&group) };
        let prefix = if group.is_empty() { String::new() } else { format!("{}/", shown(&group)) };
        add(suite, &root, Path::new(""), &prefix, wanted, &mut contents)?;
        if root.join(NOT_YET_PASSING).is_dir() {
            let prefix = format!("{prefix}{NOT_YET_PASSING}/");
            add(suite, &root, Path::new(NOT_YET_PASSING), &prefix, wanted, &mut contents)?;
        }
    }
    Ok(contents)
}

/// Adds the cases of `within`, a folder in `root` or `root` itself. Their names begin with `prefix`.
fn add(
    suite: &Suite,
    root: &Path,
    within: &Path,
    prefix: &str,
    wanted: Wanted<'_>,
    contents: &mut Contents,
) -> Result<(), SuiteError> {
    let folder = if within.as_os_str().is_empty() { root.to_owned() } else { root.join(within) };
    let names = names(&folder)?;
    for (file, kind) in &names {
        let Some(class) = class_of(file) else { continue };
        if kind.is_dir() {
            continue;
        }
        let label = |name: &OsStr| format!("{prefix}{}", shown(name));
        let Some(name) = without(file, ".nix") else {
            let base = ENDINGS.iter().find_map(|ending| without(file, ending));
            if base.is_none_or(|base| !names.contains_key(&with(base, ".nix"))) && wanted(&label(file)) {
                contents.unused.push(label(file));
            }
            continue;
        };
        let read = Read { suite, root, within, folder: &folder, name, class };
        for (label, case) in [
            (label(name), Some(read.printed(label(name)))),
            (label(&with(name, ".xml")), read.as_xml(label(&with(name, ".xml")))),
        ] {
            match case.filter(|_| wanted(&label)) {
                Some(Ok(case)) => contents.cases.push(case),
                Some(Err(error)) => contents.unreadable.push((label, error)),
                None => {}
            }
        }
    }
    Ok(())
}

/// One program.
struct Read<'a> {
    suite: &'a Suite,
    root: &'a Path,
    within: &'a Path,
    folder: &'a Path,
    name: &'a OsStr,
    class: Class,
}

impl Read<'_> {
    fn file(&self, ending: &str) -> PathBuf {
        self.folder.join(with(self.name, ending))
    }

    /// What it prints.
    fn printed(&self, name: String) -> Result<Case, FixtureError> {
        let parses = matches!(self.class, Class::ParseFail | Class::ParseOkay);
        let source = fixture::content(&self.file(".nix"))?;
        let mut arguments = if parses { fixture::words("--parse") } else { self.flags()? };
        if !parses {
            arguments.extend(fixture::words("--eval --strict"));
        }
        let mut case = self.case(name, arguments);
        let recorded = |ending: &str, form| -> Result<Option<Recorded>, FixtureError> {
            let recorded = fixture::recorded_in(self.file(ending), form)?;
            Ok(recorded.file.exists().then_some(recorded))
        };
        case.expectation.stdout = match self.class {
            _ if self.name.as_bytes().starts_with(IDENTITY) => {
                Some(Recorded { file: self.file(".nix"), bytes: source, form: Form::Trimmed })
            }
            Class::EvalOkay | Class::ParseOkay => recorded(".exp", Form::Trimmed)?,
            Class::EvalFail | Class::ParseFail => None,
        };
        case.expectation.stderr = recorded(".err.exp", Form::Exact)?;
        Ok(case)
    }

    /// What it prints as XML, where that is recorded.
    fn as_xml(&self, name: String) -> Option<Result<Case, FixtureError>> {
        let file = self.file(".exp.xml");
        file.exists().then(|| {
            let recorded = fixture::recorded_in(file, Form::Trimmed)?;
            let case = self.case(name, fixture::words("--eval --strict --xml --no-location"));
            let stdout = Some(recorded);
            Ok(Case { expectation: Expectation { stdout, ..case.expectation.clone() }, ..case })
        })
    }

    /// Flags of the program.
    fn flags(&self) -> Result<Vec<OsString>, FixtureError> {
        let file = self.file(".flags");
        let Some(bytes) = fixture::optional(&file)? else { return Ok(Vec::new()) };
        let text = String::from_utf8(bytes).map_err(|_| FixtureError::FlagsNotText(file))?;
        let line = text.lines().next().unwrap_or_default();
        let own = self.root.file_name().map(|name| format!("{}/", name.to_string_lossy()));
        let line =
            own.iter().map(String::as_str).chain(["lang/"]).fold(line.to_owned(), |line, it| line.replace(it, "./"));
        Ok(fixture::words(&line))
    }

    fn case(&self, name: String, mut arguments: Vec<OsString>) -> Case {
        arguments.push(Path::new(".").join(self.within).join(with(self.name, ".nix")).into());
        let mut environment = fixture::environment();
        if self.class == Class::EvalOkay {
            environment.retain(|(variable, _)| variable != "HOME");
            environment
                .extend([("HOME", "/fake-home"), ("NIX_PATH", "./dir3:./dir4")].map(|(k, v)| (k.into(), v.into())));
        }
        let root = self.root.to_owned();
        let request = Request { arguments, environment, current_dir: root.clone(), ..Request::default() };
        Case { root, ..Case::new(self.suite, name, self.class, self.file(".nix"), request) }
    }
}
