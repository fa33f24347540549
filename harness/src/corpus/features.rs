//! The features of a program by which a corpus is minimised: pairs of instructions that follow each other, how closures
//! and thunks are built, forms of the language, builtins, and how the program ends.

use std::{cell::RefCell, collections::BTreeSet, fmt, rc::Rc};

use nix_evaluator::{
    bytecode::{Capture, Chunk},
    session::{Answer, Budget, Session, Task, Variant},
    symbols::SymbolTable,
};
use serde::Serialize;

use crate::{
    coverage::{self, Group},
    panics,
};

/// What kind of thing a feature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Two instructions, one after the other, in one chunk.
    Edge,
    /// How many captures of which kind something has that is built.
    Capture,
    /// A rule of the grammar.
    Rule,
    /// A form of the language.
    Form,
    /// A builtin.
    Builtin,
    /// What kind of value or error it ends with.
    Ending,
    /// What kind of lines it writes.
    Effect,
}

/// Something that a program does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Feature {
    /// What kind of thing it is.
    pub kind: Kind,
    /// Its name.
    pub name: Box<str>,
}

impl Feature {
    fn new(kind: Kind, name: impl Into<Box<str>>) -> Feature {
        Feature { kind, name: name.into() }
    }

    /// The name of a file that is kept for it: words of small letters.
    pub fn file_stem(&self) -> String {
        let kind = match self.kind {
            Kind::Edge => "edge",
            Kind::Capture => "captures",
            Kind::Rule => "rule",
            Kind::Form => "form",
            Kind::Builtin => "builtin",
            Kind::Ending => "ends",
            Kind::Effect => "writes",
        };
        let mut stem = kind.to_owned();
        let mut is_apart = true;
        let mut before = ' ';
        for letter in self.name.chars().take(60) {
            is_apart |= !letter.is_ascii_alphanumeric() || letter.is_ascii_uppercase() && before.is_ascii_lowercase();
            if letter.is_ascii_alphanumeric() {
                if std::mem::take(&mut is_apart) {
                    stem.push('-');
                }
                stem.push(letter.to_ascii_lowercase());
            }
            before = letter;
        }
        stem
    }
}

/// The names of all builtins that need no experimental feature.
pub(super) fn builtins() -> Vec<String> {
    let names = nix_evaluator::builtins::names().filter(|name| name.feature.is_none());
    names.map(|name| name.attribute.to_owned()).collect()
}

/// The names of all forms.
pub(super) fn forms() -> Vec<String> {
    coverage::form_names().map(str::to_owned).collect()
}

/// Sees what programs do.
pub struct Observer {
    session: Session,
    budget: Budget,
}

impl Default for Observer {
    fn default() -> Self {
        Observer { session: Session::default(), budget: Budget { fuel: 50_000, heap_bytes: 32 << 20 } }
    }
}

impl Observer {
    /// What a program does; nothing where it runs out of a budget. A crash is a feature like any other.
    pub fn features(&mut self, source: &[u8]) -> Option<BTreeSet<Feature>> {
        let found: Rc<RefCell<BTreeSet<Feature>>> = Rc::default();
        let chunks = found.clone();
        let observe = Box::new(move |chunk: &Chunk<'_>, _: &SymbolTable| of_chunk(chunk, &mut chunks.borrow_mut()));
        let (session, budget) = (&mut self.session, self.budget);
        let answer =
            panics::catch(|| session.observed(source, Task::STRICT, Variant::default(), budget, Some(observe)));
        let mut features = found.take();
        match answer {
            Ok(answer) if answer.is_inconclusive() => return None,
            Ok(answer) => of_answer(&answer, &mut features),
            Err(message) => {
                self.session = Session::default();
                features.insert(Feature::new(Kind::Ending, format!("crash: {message}")));
            }
        }
        for (group, name) in coverage::exercised(source, false).unwrap_or_default() {
            let kind = match group {
                Group::Builtin => Kind::Builtin,
                Group::Rule => Kind::Rule,
                Group::Form => Kind::Form,
            };
            features.insert(Feature { kind, name });
        }
        Some(features)
    }
}

/// The name of an instruction without its operands.
fn name(op: &impl fmt::Debug) -> String {
    let mut text = format!("{op:?}");
    let end = text.find(['(', ' ']).unwrap_or(text.len());
    text.truncate(end);
    text
}

fn of_chunk(chunk: &Chunk<'_>, found: &mut BTreeSet<Feature>) {
    let names: Vec<String> = chunk.code().iter().map(name).collect();
    for pair in names.windows(2) {
        found.insert(Feature::new(Kind::Edge, format!("{} {}", pair[0], pair[1])));
    }
    for prototype in chunk.prototypes() {
        let count = |wanted: fn(&Capture) -> bool| prototype.captures.iter().filter(|it| wanted(it)).count().min(3);
        let locals = count(|capture| matches!(capture, Capture::Local(_)));
        let upvalues = count(|capture| matches!(capture, Capture::Upvalue(_)));
        let deferred = count(|capture| matches!(capture, Capture::Deferred(_)));
        let counts = format!("{locals} locals, {upvalues} upvalues, {deferred} deferred");
        found.insert(Feature::new(Kind::Capture, counts));
    }
}

fn of_answer(answer: &Answer, found: &mut BTreeSet<Feature>) {
    let ending = match &answer.result {
        Ok(value) => format!("value: {}", shape(value)),
        Err(failed) => format!("fails: {:?}", failed.kind),
    };
    found.insert(Feature::new(Kind::Ending, ending));
    let text = String::from_utf8_lossy(&answer.effects);
    for (mark, name) in [("trace: ", "a trace"), ("warning: ", "a warning")] {
        let lines = text.lines().filter(|line| line.contains(mark)).count();
        if lines > 0 {
            let many = if lines > 1 { "several times " } else { "" };
            found.insert(Feature::new(Kind::Effect, format!("{many}{name}")));
        }
    }
}

fn shape(value: &[u8]) -> &'static str {
    match value.first() {
        Some(b'{') => "set",
        Some(b'[') => "list",
        Some(b'"') => "string",
        Some(b't' | b'f') => "Boolean",
        Some(b'n') => "null",
        Some(b'/') => "path",
        Some(b'<') => "function",
        Some(_) if value.iter().any(|byte| b".e".contains(byte)) => "float",
        _ => "integer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_what_it_is_kept_for() {
        let check = |kind, name: &str, stem: &str| assert_eq!(Feature::new(kind, name).file_stem(), stem);
        check(Kind::Edge, "ForceLocal TrySelectFirst", "edge-force-local-try-select-first");
        check(Kind::Capture, "2 locals, 0 upvalues, 1 deferred", "captures-2-locals-0-upvalues-1-deferred");
        check(Kind::Ending, "fails: MissingArgument", "ends-fails-missing-argument");
        check(Kind::Form, "/.", "form");
    }
}
