//! Programs without their sugar: what the reference's parser makes of a source.
//!
//! Attribute paths are nested sets, arithmetic and comparisons are calls of builtins by their hidden names, several calls
//! of calls are one call, and every variable is known to be bound or to come from a `with`.

use std::{collections::BTreeMap, rc::Rc};

use super::value::{Name, Slot};

/// A term, shared by all thunks of it.
pub type Shared = Rc<Term>;

/// An expression without sugar.
pub enum Term {
    /// A number, a string or a path: always the same slot.
    Literal(Slot),
    /// A variable of a scope.
    Bound(Name),
    /// A variable that only a `with` can give.
    FromWith(Name),
    /// A list.
    List(Vec<Shared>),
    /// A set.
    Set(SetTerm),
    /// `let … in`
    Let(SetTerm, Shared),
    /// `with`
    With(Shared, Shared),
    /// `assert`
    Assert(Shared, Shared),
    /// `if`
    If(Shared, Shared, Shared),
    /// A function.
    Lambda(Rc<LambdaTerm>),
    /// A call with at least one argument.
    Call(Shared, Vec<Shared>),
    /// A selection, with what is given where a name is missing.
    Select(Shared, Vec<NameTerm>, Option<Shared>),
    /// `?`
    Has(Shared, Vec<NameTerm>),
    /// `!`
    Not(Shared),
    /// `==`
    Equal(Shared, Shared),
    /// `!=`
    Differ(Shared, Shared),
    /// `&&`
    And(Shared, Shared),
    /// `||`
    Or(Shared, Shared),
    /// `->`
    Implies(Shared, Shared),
    /// `//`
    Update(Shared, Shared),
    /// `++`
    Concatenate(Shared, Shared),
    /// `+`, or the parts of a string or path. The parts of a string are text whatever they begin with.
    Sum {
        /// Whether it is a string.
        is_text: bool,
        /// What is added up.
        parts: Vec<Shared>,
    },
    /// The set of this number that an `inherit (…)` around takes from.
    Source(usize),
    /// What the definition does not cover.
    Outside(&'static str),
}

/// A name in an attribute path.
pub enum NameTerm {
    /// Written.
    Known(Name),
    /// Computed.
    Computed(Shared),
}

/// The bindings of a set or of `let`.
#[derive(Default)]
pub struct SetTerm {
    /// Whether the bindings see each other.
    pub recursive: bool,
    /// What has a written name.
    pub known: BTreeMap<Name, Binding>,
    /// What has a computed name, in order.
    pub computed: Vec<(Shared, Shared)>,
    /// What `inherit (…)` takes from, in order.
    pub sources: Vec<Shared>,
}

/// A binding with a written name.
pub struct Binding {
    /// In which scope it is evaluated.
    pub kind: BindingKind,
    /// The value.
    pub value: Shared,
}

/// In which scope a binding is evaluated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum BindingKind {
    /// The set's own, where it is recursive.
    Plain,
    /// The one around.
    Inherited,
    /// That of the sets which `inherit (…)` takes from.
    FromSource,
}

/// A function.
pub struct LambdaTerm {
    /// The name for the whole argument.
    pub argument: Option<Name>,
    /// The set pattern, if it has one.
    pub formals: Option<Formals>,
    /// What it gives.
    pub body: Shared,
}

/// A set pattern.
pub struct Formals {
    /// The names with their defaults, in the order of names.
    pub names: BTreeMap<Name, Option<Shared>>,
    /// Whether other names are allowed.
    pub ellipsis: bool,
}
