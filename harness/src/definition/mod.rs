//! The language by definition: a second evaluator, slow and plain, that shares no code with the one it judges.
//!
//! It says what a program means by walking its tree: a scope is a linked map, what is not needed yet is an expression with
//! its scope, and a slot is evaluated once. There is no bytecode, no analysis of captures and nothing that is finalised.
//! Equality by identity, the order in which names are created, forcing order and what printing shows as unevaluated are
//! the reference's; they are written from its behaviour, and tests compare them with its answers.
//!
//! It reads a program's tree, and takes from the evaluator's parser only the order in which that created names. What it
//! does not know (files, fetching, derivations, positions) is no answer: [`Said::Outside`].

mod builtins;
mod coerce;
mod compare;
mod documents;
mod drafts;
mod evaluate;
mod indented;
mod lower;
mod machine;
mod paths;
mod regex;
mod show;
mod sort;
mod term;
#[cfg(test)]
mod tests;
mod value;

pub use builtins::count as builtins_covered;
use machine::Machine;
pub use value::Error;
use value::{Failure, Holds, Slot, State};

use nix_evaluator::settings::FeatureSet;

use crate::program::Expr;

/// What an evaluation may take before it is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Steps of the definition.
    pub steps: u64,
    /// How deep it may recurse.
    pub levels: u32,
    /// `max-call-depth`, which belongs to the language.
    pub calls: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { steps: 2_000_000, levels: 80_000, calls: 10_000 }
    }
}

/// How often something was called, as the reference counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls of functions.
    pub functions: u64,
    /// Calls of builtins.
    pub builtins: u64,
}

/// What the definition says of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// It has this value, as it is printed.
    Value(Vec<u8>),
    /// It fails.
    Failed(Error),
    /// The definition does not say: why.
    Outside(String),
}

/// An evaluation by definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it came to.
    pub said: Said,
    /// What the program wrote to standard error. Functions are `«lambda»`, without name and place.
    pub effects: Vec<u8>,
    /// Whether there is such a function in the effects.
    pub shows_places: bool,
    /// What was counted.
    pub counts: Counts,
}

/// How much of a value is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// As `--eval` prints it.
    Outermost,
    /// As `--eval --strict` prints it.
    Whole,
    /// Both; what the first prints is an effect.
    Both,
}

/// What is around a program.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'s> {
    /// The folder of its relative paths.
    pub folder: &'s [u8],
    /// The experimental features that are on: some builtins are there only with one.
    pub features: FeatureSet,
    /// Whether the search path is empty. What another one holds is not known.
    pub no_search_path: bool,
}

/// Evaluates a program where `names` were created before evaluation, in this order.
pub fn evaluate<'n>(
    program: &Expr,
    names: impl IntoIterator<Item = &'n [u8]>,
    surroundings: Surroundings<'_>,
    depth: Depth,
    limits: Limits,
) -> Answer {
    let mut machine = Machine::new(names, surroundings, limits);
    let said = match value_of(&mut machine, program, surroundings, depth) {
        Ok(text) => Said::Value(text),
        Err(Failure::Error(error)) => Said::Failed((*error).clone()),
        Err(Failure::Outside(why)) => Said::Outside(why.to_string()),
    };
    Answer { said, effects: machine.effects, shows_places: machine.shows_places, counts: machine.counts }
}

fn value_of(
    machine: &mut Machine,
    program: &Expr,
    surroundings: Surroundings<'_>,
    depth: Depth,
) -> Result<Vec<u8>, Failure> {
    let scope = machine.base_scope(surroundings);
    let variables = match &scope.holds {
        Holds::Names(names) => names.borrow().keys().copied().collect(),
        _ => std::collections::BTreeSet::new(),
    };
    let term = lower::Lowering::new(machine, variables).shared(program)?;
    let value = machine.eval(&term, &scope)?;
    let slot: Slot = machine.slot(State::Ready(value));
    if depth == Depth::Both {
        let mut shown = machine.shown(slot)?;
        shown.push(b'\n');
        machine.effects.extend_from_slice(&shown);
    }
    if depth != Depth::Outermost {
        machine.force_deep(slot)?;
    }
    let mut text = machine.shown(slot)?;
    text.push(b'\n');
    Ok(text)
}
