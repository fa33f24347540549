//! Every kind of error has an explanation, its example fails as it says, and docs/errors.md is up to date.

mod support;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::Path;
use std::rc::Rc;

use nix_evaluator::cli::{Budgets, Console, Invocation, run_on};
use nix_evaluator::errors::explain::{EXPLANATIONS, Example, document};
use nix_evaluator::errors::{Error, ErrorKind};
use nix_evaluator::io::FileSystem;

#[derive(Default)]
struct Listener {
    stderr: RefCell<Vec<u8>>,
    kind: RefCell<Option<ErrorKind>>,
}

impl Console for Listener {
    fn stdout(&self, _: &[u8]) {}
    fn stderr(&self, bytes: &[u8]) {
        self.stderr.borrow_mut().extend_from_slice(bytes);
    }
    fn failed(&self, error: &Error) {
        *self.kind.borrow_mut() = Some(error.kind);
    }
}

#[track_caller]
fn check(kind: ErrorKind, arguments: &[&str], fuel: Option<u64>, message: &str) {
    let invocation = Invocation {
        arguments: arguments.iter().map(Into::into).collect(),
        environment: vec![("NIX_REMOTE".into(), "dummy://".into())],
        current_dir: "/".into(),
        budgets: Budgets { fuel, ..Budgets::default() },
        interrupt: None,
        ..Invocation::default()
    };
    let listener = Rc::new(Listener::default());
    assert_eq!(run_on(&invocation, Rc::new(FileSystem::new()), listener.clone()), 1, "{arguments:?}");
    let stderr = String::from_utf8(listener.stderr.take()).unwrap();
    let prefix = format!("error: {message}");
    let says_so = |line: &str| line.trim_start().starts_with(&prefix);
    assert!(stderr.lines().any(says_so), "{arguments:?} should say {prefix:?}:\n{stderr}");
    assert_eq!(listener.kind.take(), Some(kind), "{arguments:?}\n{stderr}");
}

#[test]
fn examples_fail_as_they_say() {
    for explanation in EXPLANATIONS {
        let kind = explanation.kind;
        match explanation.example {
            Example::Expression(expression, message) => {
                check(kind, &["--eval", "--strict", "-E", expression], None, message);
            }
            Example::Arguments(arguments, message) => check(kind, arguments, None, message),
            Example::Budget(expression, message) => {
                check(kind, &["--eval", "--strict", "-E", expression], Some(1000), message);
            }
            Example::Unknown => assert_eq!(kind, ErrorKind::Internal, "only a bug has no example"),
        }
    }
}

#[test]
fn codes_are_numbered_and_each_kind_has_one() {
    let mut kinds = HashSet::new();
    for (index, explanation) in EXPLANATIONS.iter().enumerate() {
        assert_eq!(explanation.code, format!("TP{:03}", index + 1));
        assert!(kinds.insert(explanation.kind), "{:?} is explained twice", explanation.kind);
        assert_eq!(explanation.kind.code(), explanation.code);
    }
}

#[test]
fn the_command_line_explains_codes() {
    for explanation in EXPLANATIONS {
        let done = support::nix_eval(&["--explain", explanation.code]);
        assert_eq!((done.status, done.stdout), (0, explanation.section().into_bytes()));
    }
    let unknown = support::nix_eval(&["--explain", "TP999"]);
    assert_eq!(unknown.status, 1);
    let stderr = String::from_utf8(unknown.stderr).unwrap();
    assert!(stderr.starts_with("error: no error has the code 'TP999'; codes are TP001 to TP017"), "{stderr}");
    let with_code = support::nix_eval(&["--eval", "--error-codes", "-E", "throw \"x\""]);
    let stderr = String::from_utf8(with_code.stderr).unwrap();
    assert!(stderr.ends_with("\nnote: this is TP004; nix-eval --explain TP004 says more\n"), "{stderr}");
}

#[test]
fn the_page_is_up_to_date() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors.md");
    support::check_recorded(&page, &document(), document);
}

/// Kinds that no fixture shows, each with the reason.
const WITHOUT_FIXTURES: [(ErrorKind, &str); 2] = [
    (ErrorKind::Budget, "only budgets of the embedder cause it, and memory, which fixtures must not exhaust"),
    (ErrorKind::Internal, "only a bug causes it"),
];

#[test]
fn each_kind_has_two_fixtures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../nix-lang-tests/lang").canonicalize().unwrap();
    let mut counts: HashMap<ErrorKind, usize> = HashMap::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let default = match name.split_once("-fail-") {
            Some(("eval", _)) if name.ends_with(".nix") => "--eval --strict",
            Some(("parse", _)) if name.ends_with(".nix") => "--parse",
            _ => continue,
        };
        let flags = std::fs::read_to_string(path.with_extension("flags")).unwrap_or_else(|_| default.to_owned());
        let mut arguments: Vec<OsString> = flags.split_whitespace().map(OsString::from).collect();
        arguments.push(format!("lang/{name}").into());
        let invocation = Invocation {
            arguments,
            environment: vec![("NIX_REMOTE".into(), "dummy://".into())],
            current_dir: folder.parent().unwrap().into(),
            ..Invocation::default()
        };
        let listener = Rc::new(Listener::default());
        run_on(&invocation, Rc::new(FileSystem::new()), listener.clone());
        if let Some(kind) = listener.kind.take() {
            *counts.entry(kind).or_default() += 1;
        }
    }
    let count = |kind| counts.get(&kind).copied().unwrap_or(0);
    for (kind, reason) in WITHOUT_FIXTURES {
        assert_eq!(count(kind), 0, "{kind:?} has a fixture, although {reason}");
    }
    let excepted = |kind| WITHOUT_FIXTURES.iter().any(|(excepted, _)| *excepted == kind);
    let few: Vec<_> = EXPLANATIONS
        .iter()
        .map(|explanation| (explanation.kind, count(explanation.kind)))
        .filter(|(kind, count)| *count < 2 && !excepted(*kind))
        .collect();
    assert!(few.is_empty(), "fewer than two fixtures: {few:?}; of all kinds: {counts:?}");
}
