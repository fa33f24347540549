//! The bindings of a set as they are written, with attribute paths taken apart and sets of one name merged.
//!
//! The reference's parser merges before it looks for variables, so a merged binding sees the scope of the set that it
//! comes into. What is merged into a set takes over whether that set is recursive.

use std::collections::{BTreeMap, btree_map::Entry};

use super::{
    lower::plain_text,
    machine::Names,
    value::{Name, Outcome, error},
};
use crate::program::{AttrName, Binding, Expr, TextPart};

/// The bindings of a set.
#[derive(Default)]
pub(super) struct Draft<'e> {
    pub(super) recursive: bool,
    pub(super) known: BTreeMap<Name, DraftValue<'e>>,
    pub(super) computed: Vec<(Computed<'e>, DraftValue<'e>)>,
    pub(super) sources: Vec<&'e Expr>,
}

/// A name that is computed.
pub(super) enum Computed<'e> {
    /// The parts of a string.
    Text(&'e [TextPart]),
    /// Any expression.
    Expr(&'e Expr),
}

/// What a name is bound to.
pub(super) enum DraftValue<'e> {
    /// An expression that is no set.
    Expr(&'e Expr),
    /// A set.
    Set(Draft<'e>),
    /// The variable of the scope around.
    Inherited,
    /// The attribute of the set with this number.
    FromSource(usize),
}

/// A name in an attribute path.
enum Step<'e> {
    Known(Name),
    Computed(Computed<'e>),
}

impl<'e> Draft<'e> {
    /// Takes bindings apart.
    pub(super) fn of(bindings: &'e [Binding], recursive: bool, names: &mut Names) -> Outcome<Draft<'e>> {
        let mut draft = Draft { recursive, ..Draft::default() };
        for binding in bindings {
            match binding {
                Binding::Value { path, value } => {
                    let path = path.iter().map(|name| step(name, names)).collect();
                    let value = DraftValue::of(value, names)?;
                    draft.bind(path, value)?;
                }
                Binding::Inherit(inherited) => {
                    let source = inherited.from.as_deref().map(|from| {
                        draft.sources.push(from);
                        draft.sources.len() - 1
                    });
                    for name in &inherited.names {
                        let value = source.map_or(DraftValue::Inherited, DraftValue::FromSource);
                        draft.add(names.intern(name.as_bytes()), value)?;
                    }
                }
            }
        }
        Ok(draft)
    }

    /// Binds an attribute path.
    fn bind(&mut self, path: Vec<Step<'e>>, value: DraftValue<'e>) -> Outcome<()> {
        let mut path = path.into_iter();
        let Some(first) = path.next() else { return Err(error("an attribute path without names")) };
        let rest: Vec<Step<'e>> = path.collect();
        match (first, rest.is_empty()) {
            (Step::Known(name), true) => self.add(name, value),
            (Step::Computed(name), true) => {
                self.computed.push((name, value));
                Ok(())
            }
            (Step::Known(name), false) => {
                match self.known.entry(name).or_insert_with(|| DraftValue::Set(Draft::default())) {
                    DraftValue::Set(nested) => nested.bind(rest, value),
                    _ => Err(error("attribute already defined")),
                }
            }
            (Step::Computed(name), false) => {
                let mut nested = Draft::default();
                nested.bind(rest, value)?;
                self.computed.push((name, DraftValue::Set(nested)));
                Ok(())
            }
        }
    }

    /// Binds a name, or merges two sets that it is bound to.
    fn add(&mut self, name: Name, value: DraftValue<'e>) -> Outcome<()> {
        match self.known.entry(name) {
            Entry::Vacant(vacant) => {
                vacant.insert(value);
                Ok(())
            }
            Entry::Occupied(mut occupied) => match (occupied.get_mut(), value) {
                (DraftValue::Set(first), DraftValue::Set(second)) => first.merge(second),
                _ => Err(error("attribute already defined")),
            },
        }
    }

    fn merge(&mut self, second: Draft<'e>) -> Outcome<()> {
        let before = self.sources.len();
        for (name, value) in second.known {
            let value = match value {
                DraftValue::FromSource(number) => DraftValue::FromSource(number + before),
                other => other,
            };
            self.add(name, value)?;
        }
        self.computed.extend(second.computed);
        self.sources.extend(second.sources);
        Ok(())
    }
}

impl<'e> DraftValue<'e> {
    /// What an expression is bound as.
    fn of(value: &'e Expr, names: &mut Names) -> Outcome<DraftValue<'e>> {
        Ok(match value {
            Expr::Attrset { recursive, bindings } => DraftValue::Set(Draft::of(bindings, *recursive, names)?),
            other => DraftValue::Expr(other),
        })
    }
}

/// Whether a name of a path is written or computed: a computed name that is a plain string counts as written.
fn step<'e>(name: &'e AttrName, names: &mut Names) -> Step<'e> {
    match name {
        AttrName::Plain(text) => Step::Known(names.intern(text.as_bytes())),
        AttrName::Text(parts) => Step::Computed(Computed::Text(parts)),
        AttrName::Computed(expr) => match plain_text(expr) {
            Some(text) => Step::Known(names.intern(text.as_bytes())),
            None => Step::Computed(Computed::Expr(expr)),
        },
    }
}
