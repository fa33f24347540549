//! Registers builtins with an evaluation: creates their symbols in the reference's order, and the variables that every
//! source sees.

use rustc_hash::FxHashMap;

use super::{control, order, table};
use crate::primop::Primop;
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

/// All names of builtins, constants and `builtins` itself among them, with every feature on but without native code, in
/// the reference's order of registration.
pub fn names() -> impl Iterator<Item = BuiltinName> {
    let names = order::REGISTRATION.iter().copied().filter(|name| !order::NATIVE.contains(name));
    names.chain(["builtins"]).map(|variable| {
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
    /// One of the host's, by its index.
    Host(usize),
}

/// Names all builtins that `settings` allow, creating symbols in the reference's order, and then those of the host.
pub(super) fn register(settings: &Settings, hosts: &[Primop]) -> (SymbolTable, Registered) {
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
        if !settings.allow_unsafe_native_code && order::NATIVE.contains(entry) {
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
    for (index, primop) in hosts.iter().enumerate() {
        let name = symbols.intern(primop.name.as_bytes());
        let variable = match primop.is_bare {
            true => name,
            false => symbols.intern(&[b"__", primop.name.as_bytes()].concat()),
        };
        members.push((variable, name, Member::Host(index)));
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
    pub(super) fn instantiate<'h>(&self, state: &State<'h>, hosts: &[Primop]) -> Globals<'h> {
        let mut globals = Globals::with_capacity(self.end);
        // `builtins` contains itself, through a thunk as every cycle must.
        let myself = Thunk::evaluated(state.heap, Value::Null);
        let mut attributes: Vec<Attr<'h>> = Vec::with_capacity(self.members.len());
        for (variable, name, member) in &self.members {
            let value = match member {
                Member::Itself => Value::Thunk(myself),
                Member::Builtin(builtin) => Value::Builtin(builtin),
                Member::Host(index) => {
                    let Primop { name, arguments, .. } = &hosts[*index];
                    Value::Builtin(state.heap.alloc(Builtin {
                        name,
                        arity: u8::try_from(arguments.len()).expect("a builtin takes few arguments"),
                        number: u16::try_from(table::PRIMOPS.len() + index).expect("there are few builtins"),
                        loads_derivation: false,
                    }))
                }
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
