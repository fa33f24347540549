//! Finds the fixtures of a folder, and the files in it that no fixture uses.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fs::{self, FileType},
    io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use super::{Case, Class, fixture};
use crate::names::shown;

/// A folder that holds `lang/`, in which fixtures stand side by side.
#[derive(Clone, Debug)]
pub struct Suite {
    /// How reports call it: the folder's own name.
    pub name: String,
    /// The folder above `lang/`, absolute and without links: it is what outputs show as `/pwd`.
    pub root: PathBuf,
}

/// Why a folder cannot be used as a suite.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// It does not exist, or cannot be entered.
    #[error("cannot read folder {}: {source}", shown(folder))]
    Unreadable {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It has another layout.
    #[error("{} holds no folder `lang` with fixtures in it: name the folder above `lang`", shown(.0))]
    NoFixtures(PathBuf),
}

/// What a suite's folder holds. Names are as reports write them: see [`shown`].
#[derive(Debug, Default)]
pub struct Contents {
    /// Fixtures that can be run, by name.
    pub cases: Vec<Case>,
    /// Names of fixtures switched off by `.exp-disabled`.
    pub disabled: Vec<String>,
    /// File names that look like a fixture's but that nothing reads.
    pub unused: Vec<String>,
    /// Fixtures that cannot be read: name, and why.
    pub unreadable: Vec<(String, fixture::FixtureError)>,
}

impl Suite {
    /// The suite at `folder`, which is the folder above `lang/` or that `lang/` itself.
    ///
    /// # Errors
    /// When the folder does not exist or has no `lang/`.
    pub fn open(folder: &Path) -> Result<Suite, SuiteError> {
        let mut root =
            folder.canonicalize().map_err(|source| SuiteError::Unreadable { folder: folder.to_owned(), source })?;
        if root.ends_with("lang") && !root.join("lang").is_dir() {
            root.pop();
        }
        if !root.join("lang").is_dir() {
            return Err(SuiteError::NoFixtures(folder.to_owned()));
        }
        let name = root.file_name().map_or_else(|| "/".to_owned(), shown);
        Ok(Suite { name, root })
    }

    /// The file of fixture `name` with this ending, whether it exists or not.
    pub fn file(&self, name: impl AsRef<OsStr>, ending: &str) -> PathBuf {
        self.root.join("lang").join(with(name.as_ref(), ending))
    }

    /// Reads every fixture whose name `wanted` accepts.
    ///
    /// # Errors
    /// When `lang/` cannot be listed, or holds no fixture at all.
    pub fn contents(&self, wanted: impl Fn(&str) -> bool) -> Result<Contents, SuiteError> {
        self.contents_by(wanted, |suite, name, class| fixture::read(suite, name, class))
    }

    /// The same of what fixtures ask, whatever is recorded for them: an expectation that cannot be read harms nothing.
    ///
    /// # Errors
    /// As [`Suite::contents`].
    pub fn questions(&self, wanted: impl Fn(&str) -> bool) -> Result<Contents, SuiteError> {
        self.contents_by(wanted, |suite, name, class| fixture::question(suite, name, class))
    }

    fn contents_by(
        &self,
        wanted: impl Fn(&str) -> bool,
        read: impl Fn(&Suite, &OsStr, Class) -> Result<Case, fixture::FixtureError>,
    ) -> Result<Contents, SuiteError> {
        let names = self.file_names()?;
        let mut contents = Contents::default();
        let mut fixtures = 0;
        // Whatever looks like a fixture's file is run, or said to be of no use.
        for (file, kind) in &names {
            let Some(class) = Class::of(file.as_bytes()) else { continue };
            let Some((name, ending)) = split(file) else {
                // A folder of another name holds what fixtures read.
                if !kind.is_dir() && wanted(&shown(file)) {
                    contents.unused.push(shown(file));
                }
                continue;
            };
            fixtures += usize::from(ending == ".nix");
            if Class::of(name.as_bytes()).is_none() || !wanted(&shown(name)) {
                continue;
            }
            if ending != ".nix" {
                let program = names.contains_key(&with(name, ".nix"));
                if !program || !fixture::reads(self, name, class, ending) {
                    contents.unused.push(shown(file));
                }
            } else if names.contains_key(&with(name, ".exp-disabled")) {
                contents.disabled.push(shown(name));
            } else {
                match read(self, name, class) {
                    Ok(case) => contents.cases.push(case),
                    Err(error) => contents.unreadable.push((shown(name), error)),
                }
            }
        }
        if fixtures == 0 {
            return Err(SuiteError::NoFixtures(self.root.clone()));
        }
        Ok(contents)
    }

    /// Names of what is directly in `lang/`, sorted.
    fn file_names(&self) -> Result<BTreeMap<OsString, FileType>, SuiteError> {
        let folder = self.root.join("lang");
        let unreadable = |source| SuiteError::Unreadable { folder: folder.clone(), source };
        let entries = fs::read_dir(&folder).map_err(unreadable)?;
        entries
            .map(|entry| entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))).map_err(unreadable))
            .collect()
    }
}

fn with(name: &OsStr, ending: &str) -> OsString {
    [name, OsStr::new(ending)].into_iter().collect()
}

/// A fixture's file name as the fixture's name and the ending.
fn split(file: &OsStr) -> Option<(&OsStr, &'static str)> {
    std::iter::once(".nix").chain(fixture::ENDINGS).find_map(|ending| {
        let name = file.as_bytes().strip_suffix(ending.as_bytes())?;
        Some((OsStr::from_bytes(name), ending))
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A suite in a temporary folder, with these files in `lang/`.
    pub(crate) fn suite_of(files: &[(&str, &str)]) -> (tempfile::TempDir, Suite) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("lang")).expect("writable");
        for (name, content) in files {
            fs::write(folder.path().join("lang").join(name), content).expect("writable");
        }
        let suite = Suite::open(folder.path()).expect("it holds lang/");
        (folder, suite)
    }

    /// Which cases, disabled names and unused files a folder of these (empty) files has.
    fn check(files: &[&str], cases: &[&str], disabled: &[&str], unused: &[&str]) {
        let (_folder, suite) = suite_of(&files.iter().map(|name| (*name, "")).collect::<Vec<_>>());
        let found = suite.contents(|_| true).expect("readable");
        let names: Vec<_> = found.cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!((names.as_slice(), found.unreadable.len()), (cases, 0));
        assert_eq!(found.disabled, disabled);
        assert_eq!(found.unused, unused);
    }

    #[test]
    fn finds_fixtures_and_leaves_helpers_alone() {
        check(
            &["eval-okay-b.nix", "eval-okay-a.nix", "parse-fail-a.nix", "lib.nix", "eval-odd-a.nix", "data"],
            &["eval-okay-a", "eval-okay-b", "parse-fail-a"],
            &[],
            &[],
        );
    }

    #[test]
    fn names_are_bytes() {
        let (folder, suite) = suite_of(&[]);
        for (name, content) in [
            (&b"eval-okay-\xff.nix"[..], "1"),
            (b"eval-okay-\xff.exp", "2"),
            (b"eval-okay-\xfe.exp", ""),
            (b"eval-okay-\\xff.nix", "3"),
            (b"data-\xff", ""),
            (b"lib-\xff.nix", ""),
        ] {
            fs::write(folder.path().join("lang").join(OsStr::from_bytes(name)), content).expect("writable");
        }
        let found = suite.contents(|name| name.contains("xff")).expect("there is a fixture");
        let names: Vec<_> = found.cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(names, ["eval-okay-\\\\xff", "eval-okay-\\xff"]);
        let case = &found.cases[1];
        assert_eq!(case.request.arguments.last().map(|it| it.as_bytes()), Some(&b"lang/eval-okay-\xff.nix"[..]));
        assert_eq!(case.expectation.stdout.as_ref().map(|it| it.bytes.as_slice()), Some(&b"2"[..]));
        assert_eq!((found.unreadable.len(), found.unused.len()), (0, 0));
        assert_eq!(suite.contents(|_| true).expect("there is a fixture").unused, ["eval-okay-\\xfe.exp"]);
    }

    #[test]
    fn a_name_may_hold_dots() {
        check(&["eval-okay-a.b.nix", "eval-okay-a.b.exp"], &["eval-okay-a.b"], &[], &[]);
    }

    #[test]
    fn disabled_fixtures_are_told_apart() {
        check(
            &["eval-okay-a.nix", "eval-okay-b.nix", "eval-okay-b.exp-disabled"],
            &["eval-okay-a"],
            &["eval-okay-b"],
            &[],
        );
    }

    #[test]
    fn files_that_nothing_reads_are_unused() {
        check(&["eval-okay-a.nix", "eval-okay-b.exp"], &["eval-okay-a"], &[], &["eval-okay-b.exp"]);
        check(&["eval-fail-a.nix", "eval-fail-a.exp"], &["eval-fail-a"], &[], &["eval-fail-a.exp"]);
        check(&["parse-okay-a.nix", "parse-okay-a.flags"], &["parse-okay-a"], &[], &["parse-okay-a.flags"]);
        check(
            &["eval-okay-a.nix", "eval-okay-a.exp.xml", "eval-okay-a.exp", "eval-okay-a.err.exp"],
            &["eval-okay-a"],
            &[],
            &["eval-okay-a.err.exp", "eval-okay-a.exp"],
        );
    }

    #[test]
    fn files_of_a_fixtures_name_and_no_known_ending_are_unused() {
        check(
            &["eval-okay-a.nix", "eval-okay-a.nix~", "eval-okay-a.expp", "eval-okay-a"],
            &["eval-okay-a"],
            &[],
            &["eval-okay-a", "eval-okay-a.expp", "eval-okay-a.nix~"],
        );
        let (folder, suite) = suite_of(&[("eval-okay-a.nix", "1")]);
        fs::create_dir(folder.path().join("lang/eval-okay-a-files")).expect("writable");
        assert_eq!(suite.contents(|_| true).expect("readable").unused, [""; 0]);
    }

    #[test]
    fn the_folder_lang_itself_will_do() {
        let (folder, suite) = suite_of(&[("eval-okay-a.nix", "1")]);
        assert_eq!(Suite::open(&folder.path().join("lang")).expect("a suite").root, suite.root);
    }

    #[test]
    fn folders_that_are_no_suite_are_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let message = |path: &Path| Suite::open(path).expect_err("no suite").to_string();
        assert!(message(&folder.path().join("absent")).starts_with("cannot read folder"));
        assert!(message(folder.path()).contains("holds no folder `lang`"));
        let (_folder, empty) = suite_of(&[("lib.nix", "1")]);
        assert!(matches!(empty.contents(|_| true), Err(SuiteError::NoFixtures(_))));
    }
}
