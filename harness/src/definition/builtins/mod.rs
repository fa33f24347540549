//! The builtins of the definition, each written as what it forces, in order, and what it gives.
//!
//! What is not here exists, too: whoever needs it gets no answer.

mod contexts;
mod control;
mod lists;
mod numbers;
mod sets;
mod store;
mod texts;

use std::{collections::BTreeMap, sync::LazyLock};

use super::{
    Surroundings,
    machine::Machine,
    value::{Attrs, Name, Outcome, Slot, State, Value, outside},
};

/// The release whose builtins these are.
const RELEASE: &str = nix_evaluator::REFERENCE_VERSION;

/// A builtin.
pub struct Builtin {
    /// Its name as an attribute of `builtins`.
    pub name: &'static str,
    /// How many arguments it takes.
    pub arity: usize,
    /// What it does with them.
    pub run: fn(&mut Machine, &[Slot]) -> Outcome<Value>,
}

impl Builtin {
    const fn new(name: &'static str, arity: usize, run: fn(&mut Machine, &[Slot]) -> Outcome<Value>) -> Builtin {
        Builtin { name, arity, run }
    }
}

const FAMILIES: [&[Builtin]; 7] =
    [control::ALL, lists::ALL, sets::ALL, numbers::ALL, texts::ALL, contexts::ALL, store::ALL];

/// What every program sees, in the evaluator's order, each with what the definition knows of it: looked up once, because
/// programs are many and small.
static KNOWN: LazyLock<Vec<(nix_evaluator::builtins::BuiltinName, Option<&'static Builtin>)>> = LazyLock::new(|| {
    let known = |name: &str| FAMILIES.iter().copied().flatten().find(|known| known.name == name);
    nix_evaluator::builtins::names().map(|builtin| (builtin, known(builtin.attribute))).collect()
});

/// How many builtins the definition covers.
pub fn count() -> usize {
    FAMILIES.iter().map(|family| family.len()).sum()
}

/// All that every program sees: as variables, and as attributes of `builtins`, which is not among them.
pub(super) fn all(machine: &mut Machine, around: Surroundings<'_>) -> (BTreeMap<Name, Slot>, Attrs) {
    let (mut variables, mut attributes) = (BTreeMap::new(), Attrs::new());
    for (builtin, known) in KNOWN.iter() {
        let is_off = builtin.feature.is_some_and(|feature| !around.features.contains(feature));
        if is_off || builtin.attribute == "builtins" {
            continue;
        }
        let is_known = builtin.attribute != "nixPath" || around.no_search_path;
        let state = match (*known, constant(machine, builtin.attribute)) {
            (Some(known), _) => State::Ready(Value::Builtin(known)),
            (None, Some(constant)) if is_known => State::Ready(constant),
            (None, _) => State::Failed(outside(builtin.attribute)),
        };
        let slot = machine.slot(state);
        variables.insert(machine.names.intern(builtin.variable.as_bytes()), slot);
        attributes.insert(machine.names.intern(builtin.attribute.as_bytes()), slot);
    }
    (variables, attributes)
}

fn constant(machine: &Machine, name: &str) -> Option<Value> {
    Some(match name {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        "nixVersion" => Value::text(RELEASE),
        "storeDir" => Value::text("/nix/store"),
        "langVersion" => Value::Int(6),
        "nixPath" => match machine.state(machine.empty_list) {
            State::Ready(value) => value.clone(),
            _ => return None,
        },
        _ => return None,
    })
}
