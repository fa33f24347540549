//! What fixtures exercise: how many use each builtin and each form of the language. Counted on the syntax tree, so that
//! nothing has to be evaluated and nothing depends on an evaluator's answer.

mod form;
mod forms;
mod uses;

use std::{
    collections::{BTreeSet, HashMap},
    fs, io,
    path::PathBuf,
    sync::LazyLock,
};

use nix_evaluator::{
    builtins,
    source::{Origin, SourceMap},
    symbols::SymbolTable,
    syntax::{self, ParseOptions},
};
use rayon::prelude::*;
use serde::Serialize;

use crate::case::{Case, Class};

/// How many fixtures exercise something, by class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Count {
    /// That evaluate to a value.
    pub eval_okay: usize,
    /// That parse and fail to evaluate.
    pub eval_fail: usize,
    /// That are only parsed.
    pub parse_okay: usize,
}

impl Count {
    fn add(&mut self, class: Class) {
        match class {
            Class::EvalOkay => self.eval_okay += 1,
            Class::EvalFail => self.eval_fail += 1,
            Class::ParseOkay => self.parse_okay += 1,
            Class::ParseFail => {}
        }
    }

    /// How many in all.
    pub fn all(self) -> usize {
        self.eval_okay + self.eval_fail + self.parse_okay
    }
}

/// What is counted together in reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// A name of `builtins`.
    Builtin,
    /// A rule of the grammar.
    Rule,
    /// A form that the grammar does not tell from another.
    Form,
}

impl Group {
    /// All of them, in the order of reports.
    pub const ALL: [Group; 3] = [Group::Builtin, Group::Rule, Group::Form];

    /// The heading in reports.
    pub const fn title(self) -> &'static str {
        match self {
            Group::Builtin => "builtin",
            Group::Rule => "rule of the grammar",
            Group::Form => "finer form",
        }
    }
}

/// Something that fixtures should exercise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// What it is counted with.
    pub group: Group,
    /// What it is called.
    pub name: String,
    /// The experimental feature that it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature: Option<&'static str>,
    /// How many fixtures exercise it.
    pub fixtures: Count,
}

impl Entry {
    /// Whether no fixture exercises it: a builtin must be evaluated, a form at least parsed.
    pub fn is_missing(&self) -> bool {
        match self.group {
            Group::Builtin => self.fixtures.eval_okay + self.fixtures.eval_fail == 0,
            Group::Rule | Group::Form => self.fixtures.all() == 0,
        }
    }
}

/// What a set of fixtures exercises.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Everything that should be exercised, group by group.
    pub entries: Vec<Entry>,
    /// How many fixtures parse, and so were counted.
    pub counted: usize,
    /// How many do not parse.
    pub unparsed: usize,
}

/// Why coverage cannot be told.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {source}", file.display())]
pub struct CoverageError {
    file: PathBuf,
    source: io::Error,
}

impl Coverage {
    /// What `cases` exercise.
    ///
    /// # Errors
    /// When a fixture cannot be read.
    pub fn of(cases: &[Case]) -> Result<Coverage, CoverageError> {
        let read = |case: &Case| Ok((case.class, exercised_by(case)?));
        let seen: Vec<_> = cases.par_iter().map(read).collect::<Result<_, CoverageError>>()?;
        let mut coverage = Coverage { entries: entries(), counted: 0, unparsed: 0 };
        for (class, exercised) in seen {
            let Some(exercised) = exercised else {
                coverage.unparsed += 1;
                continue;
            };
            coverage.counted += 1;
            for entry in &mut coverage.entries {
                if exercised.contains(&(entry.group, entry.name.as_str().into())) {
                    entry.fixtures.add(class);
                }
            }
        }
        Ok(coverage)
    }

    /// What no fixture exercises.
    pub fn missing(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.is_missing())
    }
}

/// What a source exercises: names, each with its group.
pub type Exercised = BTreeSet<(Group, Box<str>)>;

/// What a fixture exercises; nothing where it does not parse.
///
/// # Errors
/// When it cannot be read.
pub fn exercised_by(case: &Case) -> Result<Option<Exercised>, CoverageError> {
    let text = fs::read(&case.source).map_err(|source| CoverageError { file: case.source.clone(), source })?;
    Ok(exercised(&text, uses_pipes(case)))
}

/// Something that can be exercised, and how many of some programs do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// What it is counted with.
    pub group: Group,
    /// What it is called.
    pub name: String,
    /// The experimental feature that it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature: Option<&'static str>,
    /// How many programs exercise it.
    pub programs: usize,
}

/// Counts what each of these programs exercises, and how many do not parse.
pub fn tally(programs: &[impl AsRef<[u8]> + Sync], pipe_operators: bool) -> (Vec<Tally>, usize) {
    let count = |counts: Option<HashMap<_, usize>>, program: &_| {
        let mut counts = counts.unwrap_or_default();
        let program: &[u8] = AsRef::as_ref(program);
        match exercised(program, pipe_operators) {
            Some(exercised) => exercised.into_iter().for_each(|name| *counts.entry(Some(name)).or_default() += 1),
            None => *counts.entry(None).or_default() += 1,
        }
        Some(counts)
    };
    let merged = programs.par_iter().fold(|| None, count).flatten().reduce(HashMap::new, |mut all, some| {
        some.into_iter().for_each(|(name, count)| *all.entry(name).or_default() += count);
        all
    });
    let tallies = entries().into_iter().map(|Entry { group, name, feature, .. }| {
        let programs = merged.get(&Some((group, name.as_str().into()))).copied().unwrap_or_default();
        Tally { group, name, feature, programs }
    });
    (tallies.collect(), merged.get(&None).copied().unwrap_or_default())
}

/// Everything that can be exercised.
pub(crate) fn names() -> impl Iterator<Item = (Group, String)> {
    static NAMES: LazyLock<Vec<(Group, String)>> =
        LazyLock::new(|| entries().into_iter().map(|entry| (entry.group, entry.name)).collect());
    NAMES.iter().cloned()
}

/// Everything that can be exercised, with nothing counted yet. A rule's name is its text; rules of the interactive
/// prompt, which no file can reach, are left out.
fn entries() -> Vec<Entry> {
    let entry = |group, name: String, feature| Entry { group, name, feature, fixtures: Count::default() };
    let mut names: Vec<_> = builtins::names().collect();
    names.sort_by_key(|name| name.attribute);
    let builtins = names.into_iter().map(|name| {
        let feature = name.feature.map(|feature| feature.name());
        entry(Group::Builtin, name.attribute.to_owned(), feature)
    });
    let rules = syntax::rules().skip(1).filter(|(_, of)| !of.starts_with("ReplBindings"));
    let rules = rules.map(|rule| entry(Group::Rule, rule_name(rule), None));
    let forms = form::Form::ALL.iter().map(|form| entry(Group::Form, form.name().to_owned(), None));
    builtins.chain(rules).chain(forms).collect()
}

/// The names of all forms that the grammar does not tell apart.
pub(crate) fn form_names() -> impl Iterator<Item = &'static str> {
    form::Form::ALL.iter().map(|form| form.name())
}

fn rule_name((makes, of): (&str, &str)) -> String {
    format!("{makes}: {}", if of.is_empty() { "(nothing)" } else { of })
}

fn uses_pipes(case: &Case) -> bool {
    case.request.arguments.iter().any(|argument| argument.to_string_lossy().contains("pipe-operators"))
}

/// The names of what a source exercises, or nothing where it does not parse.
pub(crate) fn exercised(text: &[u8], pipe_operators: bool) -> Option<Exercised> {
    let sources = SourceMap::default();
    let symbols = SymbolTable::new();
    let source = sources.add(Origin::Stdin, text)?;
    let options = ParseOptions { home: Some(b"/home"), pipe_operators, ..ParseOptions::new(b"/") };
    let arena = syntax::tree::Arena::default();
    let observed = syntax::observe(&arena, &source, &sources, &symbols, &options).ok()?;
    let rules: Vec<_> = syntax::rules().collect();
    let mut exercised = BTreeSet::new();
    exercised.extend(observed.rules.iter().map(|rule| (Group::Rule, rule_name(rules[*rule as usize]).into())));
    exercised.extend(
        uses::of(&observed.tree, observed.root, &symbols).into_iter().map(|name| (Group::Builtin, name.into())),
    );
    exercised.extend(forms::of(&observed, text, &symbols).into_iter().map(|form| (Group::Form, form.name().into())));
    Some(exercised)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of one group that a source exercises.
    pub(super) fn check(group: Group, text: &str, names: &[&str]) {
        let exercised = exercised(text.as_bytes(), true).expect("it parses");
        let of_group: Vec<_> = exercised.iter().filter(|(it, _)| *it == group).map(|(_, name)| &**name).collect();
        assert_eq!(of_group, names, "{text}");
    }

    #[test]
    fn rules_are_named_by_their_text() {
        check(
            Group::Rule,
            "-1",
            &[
                "application: selection",
                "conditional: operation",
                "expr: function",
                "function: conditional",
                "operation: Minus operation",
                "operation: application",
                "selection: simple",
                "simple: Integer",
                "start: expr",
            ],
        );
    }

    #[test]
    fn what_is_listed_has_one_entry_each_and_knows_its_feature() {
        let entries = entries();
        let names: BTreeSet<_> = entries.iter().map(|entry| (entry.group, &entry.name)).collect();
        assert_eq!(names.len(), entries.len());
        let feature = |name: &str| entries.iter().find(|entry| entry.name == name).and_then(|entry| entry.feature);
        assert_eq!(feature("outputOf"), Some("dynamic-derivations"));
        assert_eq!(feature("map"), None);
        assert_eq!(entries.iter().filter(|entry| entry.group == Group::Builtin).count(), 120);
    }

    #[test]
    fn a_source_that_does_not_parse_exercises_nothing() {
        assert!(exercised(b"1 +", false).is_none());
        assert!(exercised(b"1 |> (x: x)", false).is_none());
    }
}
