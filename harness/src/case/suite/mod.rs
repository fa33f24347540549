//! Folders of fixtures, each in the layout of the project that it comes from: which layout a folder has, the cases in
//! it, and the files that no case uses. Each layout is one module; nothing has to be converted.

mod lang;
mod lix;
mod rnix;
mod snix;
mod units;

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fmt,
    fs::{self, FileType},
    io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use super::{Case, fixture, links};
use crate::names::shown;

/// A folder of fixtures.
#[derive(Clone, Debug)]
pub struct Suite {
    /// How reports call it: the folder's own name.
    pub name: String,
    /// The folder that its layout starts from, absolute and without links: for upstream's the one above `lang/`, which
    /// outputs show as `/pwd`.
    pub root: PathBuf,
    /// How it is laid out.
    pub layout: Layout,
}

/// How fixtures lie in a folder, called by who lays them out so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `lang/CLASS-NAME.nix`, with `.exp` and `.err.exp`: upstream's, and ours.
    Upstream,
    /// `NAME/in*.nix`, with `RUNNER.out.exp`, `RUNNER.err.exp` and `test.toml`.
    Lix,
    /// `CLASS-NAME.nix` and `identity-NAME.nix` side by side, with `.exp`, in the folder or in folders in it.
    Snix,
    /// `success/NAME.nix` and `error/NAME.nix`, with `.expect`.
    Rnix,
    /// Files that hold `{ expr; expected; }`: all of the folder, or one.
    Units(Option<PathBuf>),
}

/// Why a folder cannot be used as a suite.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// It does not exist, or cannot be entered.
    #[error("cannot read {}: {source}", shown(folder))]
    Unreadable {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It has no layout that is known.
    #[error(
        "{} holds {} and no fixtures. What is read: lang/CLASS-NAME.nix with .exp and .err.exp (upstream), where CLASS is \
         eval-okay, eval-fail, parse-okay or parse-fail; CLASS-NAME.nix and identity-NAME.nix side by side (Snix); \
         NAME/in.nix with eval-okay.out.exp and the like, or with test.toml (Lix); success/NAME.nix and error/NAME.nix with \
         .expect (rnix); files with {{ expr; expected; }} (nix-unit, runTests). Files without recorded answers are for \
         `thunkproof diff`",
        shown(folder),
        Programs(*programs)
    )]
    NoFixtures {
        /// The folder.
        folder: PathBuf,
        /// How many files `.nix` are in it.
        programs: usize,
    },
    /// A file that was named is not a file of tests.
    #[error(
        "{}: {message}: a file that `check` takes holds tests, as `{{ testName = {{ expr = 1 + 1; expected = 2; }}; }}`; to \
         compare what evaluators make of it, use `thunkproof diff`",
        shown(file)
    )]
    NoTests {
        /// The file.
        file: PathBuf,
        /// What it is instead.
        message: String,
    },
}

/// A number of programs, in words.
struct Programs(usize);

impl fmt::Display for Programs {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => to.write_str("no file `.nix`"),
            1 => to.write_str("1 file `.nix`"),
            count => write!(to, "{count} files `.nix`"),
        }
    }
}

/// What a suite's folder holds. Names are as reports write them: see [`shown`].
#[derive(Debug, Default)]
pub struct Contents {
    /// Fixtures that can be run, by name.
    pub cases: Vec<Case>,
    /// Names of fixtures switched off by `.exp-disabled`.
    pub disabled: Vec<String>,
    /// Names of files that look like a fixture's but that nothing reads.
    pub unused: Vec<String>,
    /// Fixtures that cannot be read: name, and why.
    pub unreadable: Vec<(String, fixture::FixtureError)>,
}

/// Which cases are wanted, by name.
type Wanted<'a> = &'a dyn Fn(&str) -> bool;

impl Suite {
    /// The suite at `folder`, in whichever layout it has; for upstream's and Lix's that is the folder above `lang/` or
    /// that `lang/` itself, and for tests it may be a file.
    ///
    /// # Errors
    /// When it cannot be read, or has no layout that is known.
    pub fn open(folder: &Path) -> Result<Suite, SuiteError> {
        let unreadable = |source| SuiteError::Unreadable { folder: folder.to_owned(), source };
        let folder = folder.canonicalize().map_err(unreadable)?;
        if folder.metadata().map_err(unreadable)?.is_file() {
            return units::open(folder);
        }
        let found = lix::find(&folder)
            .map(|root| (root, Layout::Lix))
            .or_else(|| lang::find(&folder).map(|root| (root, Layout::Upstream)))
            .or_else(|| rnix::find(&folder).map(|root| (root, Layout::Rnix)))
            .or_else(|| snix::find(&folder).map(|root| (root, Layout::Snix)))
            .or_else(|| units::find(&folder).map(|root| (root, Layout::Units(None))));
        let Some((root, layout)) = found else {
            let programs = programs(&folder).count();
            return Err(SuiteError::NoFixtures { folder, programs });
        };
        // What is called `lang` everywhere is better known by the folder above it.
        let named = if root.ends_with("lang") { root.parent().unwrap_or(&root) } else { &root };
        let name = named.file_name().map_or_else(|| "/".to_owned(), shown);
        Ok(Suite { name, root, layout })
    }

    /// The file of fixture `name` in `lang/` with this ending, whether it exists or not.
    pub fn file(&self, name: impl AsRef<OsStr>, ending: &str) -> PathBuf {
        self.root.join("lang").join(with(name.as_ref(), ending))
    }

    /// The folder that names of unused files start from, as people know it.
    pub fn folder(&self) -> &'static str {
        if self.layout == Layout::Upstream { "lang/" } else { "" }
    }

    /// Reads every fixture whose name `wanted` accepts.
    ///
    /// # Errors
    /// When a folder cannot be listed, or holds no fixture at all.
    pub fn contents(&self, wanted: impl Fn(&str) -> bool) -> Result<Contents, SuiteError> {
        match self.layout {
            Layout::Upstream => lang::contents(self, &wanted, |name, class| fixture::read(self, name, class)),
            _ => self.foreign(&wanted),
        }
    }

    /// The same of what fixtures ask, whatever is recorded for them: an expectation that cannot be read harms nothing.
    ///
    /// # Errors
    /// As [`Suite::contents`].
    pub fn questions(&self, wanted: impl Fn(&str) -> bool) -> Result<Contents, SuiteError> {
        match self.layout {
            Layout::Upstream => lang::contents(self, &wanted, |name, class| fixture::question(self, name, class)),
            _ => self.foreign(&wanted),
        }
    }

    fn foreign(&self, wanted: Wanted<'_>) -> Result<Contents, SuiteError> {
        let contents = match &self.layout {
            Layout::Upstream | Layout::Lix => lix::contents(self, wanted)?,
            Layout::Snix => snix::contents(self, wanted)?,
            Layout::Rnix => rnix::contents(self, wanted)?,
            Layout::Units(file) => units::contents(self, file.as_deref(), wanted)?,
        };
        Ok(contents)
    }

    /// The links that a copy of the suite has lost, where its layout has any.
    ///
    /// # Errors
    /// When `lang/` cannot be read.
    pub fn lost_links(&self) -> io::Result<Vec<links::LostLink>> {
        if self.layout == Layout::Upstream { links::lost(&self.root) } else { Ok(Vec::new()) }
    }

    fn no_fixtures(&self) -> SuiteError {
        SuiteError::NoFixtures { folder: self.root.clone(), programs: programs(&self.root).count() }
    }
}

/// All files `.nix` below `folder`; what cannot be read is none.
fn programs(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let hidden = |name: &OsStr| name.as_bytes().starts_with(b".") && name.len() > 1;
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    let entries = entries.filter_entry(move |entry| entry.depth() == 0 || !hidden(entry.file_name())).flatten();
    entries
        .filter(|entry| entry.file_type().is_file() && has_ending(entry.file_name(), ".nix"))
        .map(|it| it.into_path())
}

/// Names of what is directly in `folder`, sorted.
fn names(folder: &Path) -> Result<BTreeMap<OsString, FileType>, SuiteError> {
    let unreadable = |source| SuiteError::Unreadable { folder: folder.to_owned(), source };
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    entries
        .map(|entry| entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))).map_err(unreadable))
        .collect()
}

/// The same where a folder that cannot be read has nothing in it.
fn names_if_any(folder: &Path) -> BTreeMap<OsString, FileType> {
    names(folder).unwrap_or_default()
}

fn with(name: &OsStr, ending: &str) -> OsString {
    [name, OsStr::new(ending)].into_iter().collect()
}

/// A name without this ending, if it has it.
fn without<'a>(name: &'a OsStr, ending: &str) -> Option<&'a OsStr> {
    name.as_bytes().strip_suffix(ending.as_bytes()).map(OsStr::from_bytes)
}

fn has_ending(name: &OsStr, ending: &str) -> bool {
    without(name, ending).is_some()
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
        assert!(message(&folder.path().join("absent")).starts_with("cannot read "));
        let said = message(folder.path());
        assert!(said.contains("holds no file `.nix` and no fixtures. What is read: lang/CLASS-NAME.nix"), "{said}");
        fs::write(folder.path().join("plain.nix"), "1").expect("writable");
        assert!(message(folder.path()).contains("holds 1 file `.nix` and no fixtures"));
        let (_folder, empty) = suite_of(&[("lib.nix", "1")]);
        assert!(matches!(empty.contents(|_| true), Err(SuiteError::NoFixtures { programs: 1, .. })));
    }
}
