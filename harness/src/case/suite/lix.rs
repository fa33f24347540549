//! Lix's layout (`functional2/lang`): a folder for what belongs together, in it programs `in*.nix`, recordings
//! `NAME.out.exp` and `NAME.err.exp`, and where names do not say it all `test.toml`.
//!
//! Each test runs in a folder of its own, in which its program is `in.nix`; so these folders are put together first.

use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
    fs, io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Deserialize;
use tempfile::TempDir;
use walkdir::WalkDir;

use super::{Contents, Suite, SuiteError, Wanted, has_ending, names, names_if_any};
use crate::{
    case::{Case, Class, Expectation, FixtureError, Form, Request, fixture},
    names::shown,
    read::{self, DocumentError},
};

/// The document that says how a folder's tests are run.
const DOCUMENT: &str = "test.toml";

/// The file that lies in the folder of every test.
const LIBRARY: &str = "lib.nix";

/// The flag that allows what only Lix forbids. Evaluators without it allow that anyway.
const ALLOWS: &str = "--extra-deprecated-features";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    test: Vec<Declaration>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Declaration {
    runner: Runner,
    name: Option<String>,
    #[serde(default)]
    flags: Vec<String>,
    #[serde(default)]
    extra_files: Vec<String>,
    #[serde(default)]
    global_assets: Vec<String>,
    #[serde(default)]
    matrix: bool,
    #[serde(rename = "in")]
    programs: Option<Programs>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Runner {
    EvalFail,
    EvalOkay,
    ParseFail,
    ParseOkay,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Programs {
    One(String),
    Several(Vec<String>),
}

/// A test before its files are read.
struct Test {
    name: OsString,
    class: Class,
    program: OsString,
    flags: Vec<String>,
    extra_files: Vec<String>,
    assets: Vec<String>,
}

/// The folder of folders, which `folder` is or holds as `lang/`.
pub fn find(folder: &Path) -> Option<PathBuf> {
    let is_root = |root: &PathBuf| {
        let names = names_if_any(root);
        let has_fixtures = names.keys().any(|name| Class::of(name.as_bytes()).is_some() && has_ending(name, ".nix"));
        !has_fixtures
            && names.iter().any(|(name, kind)| {
                kind.is_dir() && names_if_any(&root.join(name)).keys().any(|name| suffix_of_program(name).is_some())
            })
    };
    [folder.join("lang"), folder.to_owned()].into_iter().find(is_root)
}

/// The tests of all folders.
pub fn contents(suite: &Suite, wanted: Wanted<'_>) -> Result<Contents, SuiteError> {
    let mut contents = Contents::default();
    let unreadable = |source| SuiteError::Unreadable { folder: suite.root.clone(), source };
    let stage = Arc::new(tempfile::Builder::new().prefix("thunkproof-").tempdir().map_err(unreadable)?);
    let mut found = 0;
    for (group, kind) in names(&suite.root)? {
        // Folders of these names are no tests there either.
        if !kind.is_dir() || group == "assets" || group.as_bytes().starts_with(b"_") {
            continue;
        }
        let folder = suite.root.join(&group);
        let files: BTreeSet<OsString> =
            names(&folder)?.into_keys().filter(|name| !name.as_bytes().starts_with(b"_")).collect();
        if !files.iter().any(|name| suffix_of_program(name).is_some()) {
            continue;
        }
        found += 1;
        let shown_name = |test: &OsStr| format!("{}:{}", shown(&group), shown(test));
        if let Some(script) = names(&folder)?.keys().rfind(|name| has_ending(name, ".py")) {
            let reason = format!("how it is run is a program in Python ({})", shown(script));
            contents.cases.extend(scripted(suite, &folder, &files, &reason, &|name| shown_name(name), wanted));
            continue;
        }
        let tests = if files.contains(OsStr::new(DOCUMENT)) { declared(&folder, &files) } else { named(&files) };
        let tests = match tests {
            Ok(tests) => tests,
            Err(error) => {
                if wanted(&shown(&group)) {
                    contents.unreadable.push((shown(&group), error));
                }
                continue;
            }
        };
        let mut unused: BTreeSet<&OsStr> = files.iter().map(OsString::as_os_str).collect();
        unused.remove(OsStr::new(DOCUMENT));
        let mut names = BTreeSet::new();
        for test in &tests {
            for ending in [".out.exp", ".err.exp"] {
                unused.remove(super::with(&test.name, ending).as_os_str());
            }
            unused.remove(test.program.as_os_str());
            test.extra_files.iter().for_each(|name| _ = unused.remove(Path::new(name).as_os_str()));
            let name = shown_name(&test.name);
            if !wanted(&name) {
                continue;
            }
            if !names.insert(test.name.clone()) {
                let file = folder.join(DOCUMENT);
                let message = format!("two tests are called `{}`: set `name`", shown(&test.name));
                contents.unreadable.push((name, FixtureError::Odd { file, message }));
                continue;
            }
            match case(suite, &folder, test, name.clone(), &stage) {
                Ok(case) => contents.cases.push(case),
                Err(error) => contents.unreadable.push((name, error)),
            }
        }
        let unused = unused.into_iter().map(|file| format!("{}/{}", shown(&group), shown(file)));
        contents.unused.extend(unused.filter(|file| wanted(file)));
    }
    if found == 0 { Err(suite.no_fixtures()) } else { Ok(contents) }
}

/// What stands between `in` and `.nix`, where this is the name of a program: nothing, or something that begins with a
/// dash.
fn suffix_of_program(name: &OsStr) -> Option<&OsStr> {
    let suffix = name.as_bytes().strip_prefix(b"in")?.strip_suffix(b".nix")?;
    (suffix.is_empty() || suffix.starts_with(b"-")).then(|| OsStr::from_bytes(suffix))
}

/// The tests that the names of recordings tell.
fn named(files: &BTreeSet<OsString>) -> Result<Vec<Test>, FixtureError> {
    let mut tests = Vec::<Test>::new();
    for file in files {
        let Some(name) = [".out.exp", ".err.exp"].iter().find_map(|ending| super::without(file, ending)) else {
            continue;
        };
        if tests.iter().any(|test| test.name == name) {
            continue;
        }
        let runner = Class::ALL.into_iter().find_map(|class| {
            let suffix = name.as_bytes().strip_prefix(class.name().as_bytes())?;
            (suffix.is_empty() || suffix.starts_with(b"-")).then_some((class, suffix))
        });
        // A recording of another name is shown as one that nothing uses.
        let Some((class, suffix)) = runner else { continue };
        let program = OsStr::from_bytes(&[b"in", suffix, b".nix"].concat()).to_owned();
        let (flags, extra_files, assets) = (Vec::new(), Vec::new(), Vec::new());
        tests.push(Test { name: name.to_owned(), class, program, flags, extra_files, assets });
    }
    Ok(tests)
}

/// The tests that `test.toml` declares.
fn declared(folder: &Path, files: &BTreeSet<OsString>) -> Result<Vec<Test>, FixtureError> {
    let file = folder.join(DOCUMENT);
    let document: Document = read::regular_toml(&file)?;
    let invalid = |message: String| FixtureError::Document(DocumentError::Invalid { file: file.clone(), message });
    let mut tests = Vec::new();
    for declaration in document.test {
        let class = declaration.runner.class();
        let all = || files.iter().filter(|name| suffix_of_program(name).is_some()).cloned().collect();
        let programs: Vec<OsString> = match (declaration.programs, declaration.matrix) {
            (None, false) => vec!["in.nix".into()],
            (None, true) => all(),
            (Some(Programs::One(name)), false) => vec![name.into()],
            (Some(Programs::Several(names)), true) => names.into_iter().map(OsString::from).collect(),
            (Some(Programs::One(_)), true) => return Err(invalid("with `matrix`, `in` is a list".to_owned())),
            (Some(Programs::Several(_)), false) => {
                return Err(invalid("without `matrix`, `in` is one name".to_owned()));
            }
        };
        for program in programs {
            let suffix = suffix_of_program(&program).ok_or_else(|| {
                invalid(format!("`{}` is no name of a program: in.nix, in-NAME.nix", shown(&program)))
            })?;
            let base = declaration.name.as_deref().unwrap_or(class.name());
            tests.push(Test {
                name: [OsStr::new(base), suffix].into_iter().collect(),
                class,
                program,
                flags: declaration.flags.clone(),
                extra_files: declaration.extra_files.clone(),
                assets: declaration.global_assets.clone(),
            });
        }
    }
    Ok(tests)
}

/// Cases of a folder whose tests are a program of their own: they are counted, and not asked.
fn scripted(
    suite: &Suite,
    folder: &Path,
    files: &BTreeSet<OsString>,
    reason: &str,
    shown_name: &dyn Fn(&OsStr) -> String,
    wanted: Wanted<'_>,
) -> Vec<Case> {
    let programs = files.iter().filter(|name| suffix_of_program(name).is_some());
    let cases = programs.map(|program| {
        let arguments = ["--eval", "--strict"].map(OsString::from).into_iter().chain([program.clone()]).collect();
        let environment = fixture::environment();
        let request = Request { arguments, environment, current_dir: folder.to_owned(), ..Request::default() };
        let case = Case::new(suite, shown_name(program), Class::EvalOkay, folder.join(program), request);
        Case { unjudged: Some(reason.to_owned()), root: folder.to_owned(), ..case }
    });
    cases.filter(|case| wanted(&case.name)).collect()
}

/// The case of a test, in a folder of its own within `stage`.
fn case(suite: &Suite, folder: &Path, test: &Test, name: String, stage: &Arc<TempDir>) -> Result<Case, FixtureError> {
    let source = folder.join(&test.program);
    let program = fixture::content(&source)?;
    let unwritten = |file: &Path| {
        let file = file.to_owned();
        move |source| FixtureError::Unreadable { file, source }
    };
    let own = tempfile::Builder::new().prefix("test-").tempdir_in(stage.path()).map_err(unwritten(stage.path()))?;
    // It goes with the stage.
    let root = own.keep().canonicalize().map_err(unwritten(stage.path()))?;
    let put = |file: &Path, content: &[u8]| fs::write(root.join(file), content).map_err(unwritten(&root.join(file)));
    put(Path::new("in.nix"), &program)?;
    let library = suite.root.join(LIBRARY);
    if let Some(content) = fixture::optional(&library)? {
        put(Path::new(LIBRARY), &content)?;
    }
    for name in &test.extra_files {
        let from = folder.join(name);
        copy(&from, &root.join(name)).map_err(unwritten(&from))?;
    }
    for name in &test.assets {
        put(Path::new(name), &asset(suite, name)?)?;
    }

    let mut arguments: Vec<OsString> = match test.class {
        Class::ParseFail | Class::ParseOkay => fixture::words("--parse"),
        Class::EvalOkay => fixture::words("--eval --strict"),
        Class::EvalFail => fixture::words("--eval --strict --show-trace"),
    };
    arguments.extend(test.flags.iter().map(OsString::from));
    arguments.push(root.join("in.nix").into());
    let mut environment = fixture::environment();
    environment.retain(|(variable, _)| variable != "HOME");
    environment.push(("HOME".into(), root.clone().into()));
    let request = Request { arguments, environment, current_dir: root.clone(), ..Request::default() };
    let recorded = |ending: &str, form| fixture::recorded_in(folder.join(super::with(&test.name, ending)), form);
    let form = if test.class == Class::ParseOkay { Form::Tree } else { Form::Exact };
    let expectation = Expectation {
        status: test.class.status(),
        stdout: Some(recorded(".out.exp", form)?),
        stderr: Some(recorded(".err.exp", Form::Exact)?),
    };
    let flags = test.flags.iter().filter(|flag| flag.starts_with("--"));
    let dialect = flags.map(|flag| (flag.clone(), (flag == ALLOWS).then_some(1))).collect();
    let case = Case::new(suite, name, test.class, source, request);
    Ok(Case { root, expectation, dialect, stage: Some(stage.clone()), ..case })
}

/// A file that the project's runner gives to some tests, filled in.
fn asset(suite: &Suite, name: &str) -> Result<Vec<u8>, FixtureError> {
    let above = suite.root.parent().unwrap_or(&suite.root);
    let file = above.join("testlib/global_assets").join(format!("{name}.template"));
    let text = String::from_utf8_lossy(&fixture::content(&file)?).into_owned();
    let values = [("@path@", "/bin"), ("@shell@", "/bin/sh"), ("@system@", "x86_64-linux")];
    Ok(values.iter().fold(text, |text, (key, value)| text.replace(key, value)).into_bytes())
}

/// Copies a file, or a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in WalkDir::new(from) {
        let entry = entry?;
        let relative = entry.path().strip_prefix(from).unwrap_or(Path::new(""));
        let to = if relative.as_os_str().is_empty() { to.to_owned() } else { to.join(relative) };
        if entry.file_type().is_dir() {
            fs::create_dir_all(to)?;
        } else if entry.file_type().is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path())?, to)?;
        } else {
            fs::write(to, read::whole(entry.path())?)?;
        }
    }
    Ok(())
}

impl Runner {
    fn class(self) -> Class {
        match self {
            Runner::EvalFail => Class::EvalFail,
            Runner::EvalOkay => Class::EvalOkay,
            Runner::ParseFail => Class::ParseFail,
            Runner::ParseOkay => Class::ParseOkay,
        }
    }
}
