//! Finds the fixtures of a folder, and the files in it that no fixture uses.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use super::{Case, Class, fixture};

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
    #[error("cannot read folder {}: {source}", folder.display())]
    Unreadable {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It has another layout.
    #[error("{} holds no folder `lang` with fixtures in it: name the folder above `lang`", .0.display())]
    NoFixtures(PathBuf),
}

/// What a suite's folder holds.
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
        let name = root.file_name().map_or_else(|| "/".to_owned(), |name| name.to_string_lossy().into_owned());
        Ok(Suite { name, root })
    }

    /// The file of fixture `name` with this ending, whether it exists or not.
    pub fn file(&self, name: &str, ending: &str) -> PathBuf {
        self.root.join("lang").join(format!("{name}{ending}"))
    }

    /// Reads every fixture whose name `wanted` accepts.
    ///
    /// # Errors
    /// When `lang/` cannot be listed, or holds no fixture at all.
    pub fn contents(&self, wanted: impl Fn(&str) -> bool) -> Result<Contents, SuiteError> {
        self.contents_by(wanted, fixture::read)
    }

    /// The same of what fixtures ask, whatever is recorded for them: an expectation that cannot be read harms nothing.
    ///
    /// # Errors
    /// As [`Suite::contents`].
    pub fn questions(&self, wanted: impl Fn(&str) -> bool) -> Result<Contents, SuiteError> {
        self.contents_by(wanted, fixture::question)
    }

    fn contents_by(
        &self,
        wanted: impl Fn(&str) -> bool,
        read: impl Fn(&Suite, &str, Class) -> Result<Case, fixture::FixtureError>,
    ) -> Result<Contents, SuiteError> {
        let (names, unnameable) = self.file_names()?;
        let mut contents = Contents::default();
        let mut fixtures = 0;
        // Whatever looks like a fixture is run, or said to be wrong.
        for file in unnameable {
            let shown = file.to_string_lossy().into_owned();
            let Some((name, ending)) = split(&shown) else { continue };
            if Class::of(name).is_none() || !wanted(name) {
                continue;
            }
            if ending == ".nix" {
                fixtures += 1;
                let error = fixture::FixtureError::NameNotText(self.root.join("lang").join(&file));
                contents.unreadable.push((name.to_owned(), error));
            } else {
                contents.unused.push(shown.clone());
            }
        }
        for file in &names {
            let Some((name, ending)) = split(file) else { continue };
            let Some(class) = Class::of(name) else { continue };
            fixtures += usize::from(ending == ".nix");
            if !wanted(name) {
                continue;
            }
            if ending != ".nix" {
                let program = names.contains(&format!("{name}.nix"));
                if !program || !fixture::reads(self, name, class, ending) {
                    contents.unused.push(file.clone());
                }
            } else if names.contains(&format!("{name}.exp-disabled")) {
                contents.disabled.push(name.to_owned());
            } else {
                match read(self, name, class) {
                    Ok(case) => contents.cases.push(case),
                    Err(error) => contents.unreadable.push((name.to_owned(), error)),
                }
            }
        }
        if fixtures == 0 {
            return Err(SuiteError::NoFixtures(self.root.clone()));
        }
        Ok(contents)
    }

    /// Names of the files directly in `lang/`, sorted; those that are not UTF-8 by themselves.
    fn file_names(&self) -> Result<(BTreeSet<String>, BTreeSet<OsString>), SuiteError> {
        let folder = self.root.join("lang");
        let unreadable = |source| SuiteError::Unreadable { folder: folder.clone(), source };
        let (mut names, mut others) = (BTreeSet::new(), BTreeSet::new());
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            match entry.file_name().into_string() {
                Ok(name) => names.insert(name),
                Err(name) => others.insert(name),
            };
        }
        Ok((names, others))
    }
}

/// A fixture's file name as the fixture's name and the ending.
fn split(file: &str) -> Option<(&str, &str)> {
    std::iter::once(".nix").chain(fixture::ENDINGS).find_map(|ending| {
        let name = file.strip_suffix(ending)?;
        Some((name, ending))
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
    fn a_fixture_whose_name_is_not_text_is_said_to_be_wrong() {
        use std::os::unix::ffi::OsStrExt;
        let (folder, suite) = suite_of(&[]);
        for name in [&b"eval-okay-\xff.nix"[..], b"eval-okay-\xff.exp", b"data-\xff", b"lib-\xff.nix"] {
            fs::write(folder.path().join("lang").join(std::ffi::OsStr::from_bytes(name)), "1").expect("writable");
        }
        let found = suite.contents(|_| true).expect("there is a fixture");
        let unreadable: Vec<_> = found.unreadable.iter().map(|(name, error)| format!("{name}: {error}")).collect();
        assert_eq!((found.cases.len(), unreadable.len()), (0, 1));
        assert!(unreadable[0].contains("has a name that is not UTF-8: rename it"), "{unreadable:?}");
        assert_eq!(found.unused, ["eval-okay-\u{fffd}.exp"]);
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
