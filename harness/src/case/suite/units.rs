//! Files of tests for Nix code: attribute sets of `{ expr; expected; }`, as nix-unit and `lib.runTests` of nixpkgs take
//! them. Tests have names that begin with `test`, in sets that may be nested; `expectedError.type` and `.msg` say how
//! one fails. The value that `lib.runTests` itself gives, a list of what failed, is judged too: it should be empty.
//!
//! Which tests a file holds only an evaluator can tell, so the embedded one lists them. Whoever is judged then
//! evaluates each test for itself.

use std::{
    ffi::OsStr,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::LazyLock,
    time::Duration,
};

use bstr::ByteSlice;
use nix_evaluator::{Evaluator, Input};
use regex::bytes::Regex;
use serde::Deserialize;

use super::{Contents, Layout, Suite, SuiteError, Wanted, programs};
use crate::{
    case::{Case, Class, FixtureError, Form, Recorded, Request, fixture},
    names::shown,
    panics, read,
};

/// What listing the tests of one file may take.
const TIME: Duration = Duration::from_secs(60);
const HEAP: u64 = 2 << 30;

/// What a file's value is.
#[derive(Deserialize)]
struct Listing {
    /// `tests`, `failures` of a run that the file makes itself, or the type of something else.
    kind: String,
    tests: Vec<Listed>,
}

/// A test of a file.
#[derive(Deserialize)]
struct Listed {
    /// The names that lead to it.
    path: Vec<String>,
    /// What it compares with: `expected`, `expectedError`, or neither of them.
    against: String,
    /// The type of the error.
    kind: Option<String>,
    /// What the error's message matches.
    message: Option<String>,
}

/// The suite that one file is.
pub fn open(file: PathBuf) -> Result<Suite, SuiteError> {
    let root = file.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned);
    let name = file.file_name().map_or_else(String::new, shown);
    Ok(Suite { name, root, layout: Layout::Units(Some(file)) })
}

/// The folder, if a file in it looks as if it held tests.
pub fn find(folder: &Path) -> Option<PathBuf> {
    programs(folder).any(|file| looks_like_tests(&file)).then(|| folder.to_owned())
}

/// Whether the file has the words that tests are written with.
fn looks_like_tests(file: &Path) -> bool {
    static EXPR: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bexpr\s*=").expect("a constant"));
    static EXPECTED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\bexpected(?:Error(?:\.\w+)?)?\s*=").expect("a constant"));
    read::whole(file).is_ok_and(|text| EXPR.is_match(&text) && EXPECTED.is_match(&text))
}

/// The tests of all files of the folder, or of one.
pub fn contents(suite: &Suite, file: Option<&Path>, wanted: Wanted<'_>) -> Result<Contents, SuiteError> {
    let mut contents = Contents::default();
    let files = match file {
        Some(file) => vec![file.to_owned()],
        None => programs(&suite.root).filter(|file| looks_like_tests(file)).collect(),
    };
    let mut found = 0;
    for path in files {
        let relative = path.strip_prefix(&suite.root).unwrap_or(&path);
        let no_tests = |message: String| SuiteError::NoTests { file: path.clone(), message };
        match list(&suite.root, relative) {
            Ok(Listing { kind, .. }) if kind == "failures" => {
                found += 1;
                let name = shown(relative);
                if wanted(&name) {
                    contents.cases.push(own_run(suite, &path, relative, name));
                }
            }
            Ok(Listing { tests, .. }) if !tests.is_empty() => {
                found += tests.len();
                for test in tests {
                    let path_of_names = test.path.iter().map(|name| in_path(name)).collect::<Vec<_>>().join(".");
                    let within = if file.is_some() { String::new() } else { format!("{}: ", shown(relative)) };
                    let name = format!("{within}{path_of_names}");
                    if !wanted(&name) {
                        continue;
                    }
                    match case(suite, &path, relative, &test, name.clone()) {
                        Ok(case) => contents.cases.push(case),
                        Err(error) => contents.unreadable.push((name, error)),
                    }
                }
            }
            Ok(Listing { kind, .. }) if file.is_some() => {
                let what = if kind == "tests" { "it holds no tests".to_owned() } else { format!("it is a {kind}") };
                return Err(no_tests(what));
            }
            // In a folder, other files are no tests.
            Ok(_) => {}
            Err(message) if file.is_some() => return Err(no_tests(message)),
            Err(message) => {
                found += 1;
                if wanted(&shown(relative)) {
                    contents.unreadable.push((shown(relative), FixtureError::Odd { file: path, message }));
                }
            }
        }
    }
    if found == 0 { Err(suite.no_fixtures()) } else { Ok(contents) }
}

/// The tests of a file in `root`.
fn list(root: &Path, file: &Path) -> Result<Listing, String> {
    let program = format!(
        r#"
        let
          about = path: test: {{
            inherit path;
            against =
              if test ? expr && test ? expected then "expected"
              else if test ? expr && test ? expectedError then "expectedError"
              else "neither";
            kind = test.expectedError.type or null;
            message = test.expectedError.msg or null;
          }};
          isTest = name: value: builtins.substring 0 4 name == "test" && builtins.isAttrs value;
          walk = path: tests: builtins.concatMap (name:
            let
              tried = builtins.tryEval tests.${{name}};
              here = path ++ [ name ];
            in
            if !tried.success then [ ]
            else if isTest name tried.value then [ (about here tried.value) ]
            else if !builtins.isAttrs tried.value then [ ]
            else if tried.value ? expr && (tried.value ? expected || tried.value ? expectedError) then
              [ ((about here tried.value) // {{ against = "unnamed"; }}) ]
            else walk here tried.value) (builtins.attrNames tests);
          file = import {path};
          takesNothing = f: builtins.all (optional: optional) (builtins.attrValues (builtins.functionArgs f));
          value =
            if builtins.isFunction file && builtins.functionArgs file != {{ }} && takesNothing file then file {{ }} else file;
        in
        if builtins.isAttrs value then {{ kind = "tests"; tests = walk [ ] value; }}
        else if builtins.isList value then {{ kind = "failures"; tests = [ ]; }}
        else {{ kind = builtins.typeOf value; tests = [ ]; }}
        "#,
        path = path(file)
    );
    let listed = panics::catch(|| {
        let builder = Evaluator::builder().current_dir(root).time(TIME).heap_bytes(HEAP);
        builder.build()?.evaluate(Input::text(program), |value| value.deserialize::<Listing>())
    });
    match listed {
        Ok(Ok(listing)) => Ok(listing),
        Ok(Err(error)) => Err(format!("its tests cannot be listed: {}", error.message())),
        Err(panic) => Err(format!("its tests cannot be listed: {panic}")),
    }
}

/// The case of a test.
fn case(suite: &Suite, path: &Path, file: &Path, test: &Listed, name: String) -> Result<Case, FixtureError> {
    let odd = |message: String| FixtureError::Odd { file: path.to_owned(), message };
    if test.against == "unnamed" {
        let case = asking(suite, path, name, Class::EvalOkay, Vec::new());
        return Ok(Case { unjudged: Some("its name does not begin with `test`".to_owned()), ..case });
    }
    if test.against == "neither" {
        return Err(odd(format!("{name} has no `expr`, or neither `expected` nor `expectedError`")));
    }
    let select: String = test.path.iter().map(|name| format!(".{}", string(name.as_bytes()))).collect();
    let head = format!(
        "let\n  file = import {};\n  tests = if builtins.isFunction file then file {{ }} else file;\n  test = \
         tests{select};\nin\n",
        self::path(file)
    );
    if test.against == "expected" {
        let program = format!(
            "{head}builtins.deepSeq test.expr (builtins.deepSeq test.expected (\n  if test.expr == test.expected then true \
             else {{ inherit (test) expr expected; }}))\n"
        );
        let mut case = asking(suite, path, name, Class::EvalOkay, program.into_bytes());
        let recorded = Recorded { file: path.to_owned(), bytes: b"true\n".to_vec(), form: Form::Trimmed };
        case.expectation.stdout = Some(recorded);
        return Ok(case);
    }
    if test.kind.is_none() && test.message.is_none() {
        return Err(odd(format!("{name} has neither `expectedError.type` nor `expectedError.msg`")));
    }
    if let Some(pattern) = &test.message {
        regex::Regex::new(pattern).map_err(|error| odd(format!("{name}: `expectedError.msg`: {error}")))?;
    }
    // The line on standard error tells failures that a program can catch from others.
    let program = format!(
        "{head}if (builtins.tryEval (builtins.deepSeq test.expr null)).success then test.expr\nelse builtins.trace \
         \"caught by tryEval\" test.expr\n"
    );
    let mut case = asking(suite, path, name, Class::EvalFail, program.into_bytes());
    let (kind, message) = (test.kind.clone(), test.message.clone());
    let said = match (&kind, &message) {
        (Some(kind), Some(message)) => format!("an error of type {kind}, with /{message}/ in its message\n"),
        (Some(kind), None) => format!("an error of type {kind}\n"),
        (None, Some(message)) => format!("an error with /{message}/ in its message\n"),
        (None, None) => String::new(),
    };
    case.expectation.stderr =
        Some(Recorded { file: path.to_owned(), bytes: said.into_bytes(), form: Form::Error { kind, message } });
    Ok(case)
}

/// The case of a file that runs its tests itself, and gives those that failed.
fn own_run(suite: &Suite, path: &Path, file: &Path, name: String) -> Case {
    let program = format!("import {}\n", self::path(file));
    let mut case = asking(suite, path, name, Class::EvalOkay, program.into_bytes());
    let recorded = Recorded { file: path.to_owned(), bytes: b"[ ]\n".to_vec(), form: Form::Trimmed };
    case.expectation.stdout = Some(recorded);
    case
}

fn asking(suite: &Suite, path: &Path, name: String, class: Class, program: Vec<u8>) -> Case {
    let request = Request {
        arguments: fixture::words("--eval --strict -"),
        environment: fixture::environment(),
        current_dir: suite.root.clone(),
        stdin: program,
        ..Request::default()
    };
    Case::new(suite, name, class, path.to_owned(), request)
}

/// A file below the working folder, as a program names it.
fn path(file: &Path) -> String {
    let name = [b"/", file.as_os_str().as_bytes()].concat();
    format!("(./. + {})", string(&name))
}

/// A string of these bytes, as a program writes it. Names that are not UTF-8 are not written by hand.
fn string(bytes: &[u8]) -> String {
    let text = bytes.to_str_lossy().replace('\\', "\\\\").replace('"', "\\\"").replace("${", "\\${");
    format!("\"{text}\"")
}

/// A name as attribute paths show it.
fn in_path(name: &str) -> String {
    let is_bare = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-'".contains(&byte)) && !name.is_empty();
    if is_bare { name.to_owned() } else { shown(OsStr::new(&string(name.as_bytes()))) }
}
