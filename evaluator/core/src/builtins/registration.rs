//! Registers builtins with an evaluation: creates their symbols in the reference's order, and the variables that every
//! source sees.

use rustc_hash::FxHashMap;

use super::{control, order, table};
use crate::settings::{Feature, Settings};
use crate::source::Pos;
use crate::state::State;
use crate::symbols::{Symbol, SymbolTable};
use crate::value::{Attr, Attrs, Builtin, Globals, Thunk, Value};

/// A name that every source sees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BuiltinName {
    /// Its name as an attribute of `builtins`.
    pub attribute: &'static str,
    /// Its name as a variable: the same for some builtins, with two underscores before it for the others.
    pub variable: &'static str,
    /// The experimental feature that it is part of.
    pub feature: Option<Feature>,
}

/// All names of builtins, constants and `builtins` itself, with every feature enabled, in the reference's order of
/// registration.
pub fn names() -> impl Iterator<Item = BuiltinName> {
    order::REGISTRATION.iter().copied().chain(["builtins"]).map(|variable| {
        let attribute = variable.strip_prefix("__").unwrap_or(variable);
        let primop = table::named().find(|(primop, _)| primop.name == attribute);
        BuiltinName { attribute, variable, feature: primop.and_then(|(primop, _)| primop.feature) }
    })
}

/// The variables that every source sees, by name. A state makes its globals from them.
pub(super) struct Registered {
    /// The name as a variable, the name as an attribute of `builtins`, and the member; sorted by attribute.
    members: Vec<(Symbol, Symbol, Member)>,
    /// One more than the largest symbol of a variable.
    end: usize,
}

#[derive(Clone, Copy)]
enum Member {
    /// `builtins`.
    Itself,
    Builtin(&'static Builtin),
    Constant(&'static str),
}

/// Names all builtins that `settings` allow, creating symbols in the reference's order.
pub(super) fn register(settings: &Settings) -> (SymbolTable, Registered) {
    let symbols = SymbolTable::new();
    let by_name: FxHashMap<&str, _> =
        table::named().map(|(primop, builtin)| (primop.name, (primop, builtin))).collect();
    let mut members = Vec::with_capacity(128);
    let builtins = symbols.intern(b"builtins");
    members.push((builtins, builtins, Member::Itself));
    for entry in order::REGISTRATION {
        let short = entry.strip_prefix("__").unwrap_or(entry);
        let builtin = by_name.get(short);
        let feature = builtin.and_then(|(primop, _)| primop.feature);
        if feature.is_some_and(|feature| !settings.experimental_features.contains(feature)) {
            continue;
        }
        if *entry == order::INTERNAL.1 {
            symbols.intern(order::INTERNAL.0.as_bytes());
        }
        let full = symbols.intern(entry.as_bytes());
        let name = symbols.intern(short.as_bytes());
        let member = match builtin {
            Some((primop, builtin)) => {
                debug_assert_eq!(primop.is_bare, !entry.starts_with("__"), "{entry} is declared as it is registered");
                Member::Builtin(builtin)
            }
            None => Member::Constant(short),
        };
        members.push((full, name, member));
    }
    for name in order::PRELUDE_SYMBOLS {
        symbols.intern(name.as_bytes());
    }
    members.sort_by_key(|(_, name, _)| *name);
    let end = symbols.len();
    (symbols, Registered { members, end })
}

impl Registered {
    /// How many symbols there are before any source is read.
    pub(super) fn fresh_symbols(&self) -> usize {
        self.end
    }

    /// Makes the variables that every source of an evaluation sees.
    pub(super) fn instantiate<'h>(&self, state: &State<'h>) -> Globals<'h> {
        let mut globals = Globals::with_capacity(self.end);
        // `builtins` contains itself, through a thunk as every cycle must.
        let myself = Thunk::evaluated(state.heap, Value::Null);
        let mut attributes: Vec<Attr<'h>> = Vec::with_capacity(self.members.len());
        for (variable, name, member) in &self.members {
            let value = match member {
                Member::Itself => Value::Thunk(myself),
                Member::Builtin(builtin) => Value::Builtin(builtin),
                Member::Constant(name) => match control::constant(state, name) {
                    Some(value) => value,
                    None => continue,
                },
            };
            globals.define(*variable, value);
            attributes.push(Attr::new(state.heap, *name, Pos::NONE, value));
        }
        let set = Value::Attrs(Attrs::from_unsorted(state.heap, attributes));
        myself.redirect(set);
        globals
    }
}
