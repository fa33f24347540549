//! The names of a program, and which of them are in scope where the generator is.

use super::types::Type;
use crate::program::source::is_identifier;

/// Names of variables and attributes: few, so that they shadow each other now and then, and short, so that a person
/// can read what a fuzzer found.
pub const NAMES: [&str; 34] = [
    "a", "b", "c", "d", "e", "f", "g", "h", "k", "x", "y", "z", "xs", "ys", "set", "acc", "self", "super", "final",
    "prev", "n", "m", "key", "val", "left", "right", "foo", "bar", "args", "lib", "pkgs", "it", "x'", "a-b",
];

/// Names of attributes that are no identifiers.
pub const ODD_NAMES: [&str; 7] = ["with space", "1", "", "a.b", "if", "or", "é"];

/// Names that every source has in scope, which a program may bind anew.
pub const GLOBAL_NAMES: [&str; 5] = ["map", "toString", "baseNameOf", "isNull", "derivation"];

/// What may be done with a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Anything.
    Free,
    /// It may be held, but not forced before the scope's own value is there: it is bound in a cycle with what is
    /// being made.
    Hold,
    /// Forcing it throws, which `tryEval` catches.
    Throws,
    /// Forcing it fails for good.
    Fails,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it is, once forced.
    pub of: Type,
    /// What may be done with it.
    pub may: Use,
    /// Whether a `with` brings it, so that any binding of the name hides it.
    pub by_with: bool,
}

/// The variables in scope, innermost last.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    variables: Vec<Variable>,
}

impl Scope {
    /// How many there are: [`Scope::leave`] goes back to it.
    pub fn mark(&self) -> usize {
        self.variables.len()
    }

    /// Forgets what has come into scope since `mark`.
    pub fn leave(&mut self, mark: usize) {
        self.variables.truncate(mark);
    }

    /// Brings a variable into scope.
    pub fn enter(&mut self, name: &'static str, of: Type, may: Use) {
        debug_assert!(is_identifier(name), "{name} cannot be a variable");
        self.variables.push(Variable { name, of, may, by_with: false });
    }

    /// Brings the attributes of a set into scope, as `with` does.
    pub fn enter_with(&mut self, name: &'static str, of: Type) {
        self.variables.push(Variable { name, of, may: Use::Free, by_with: true });
    }

    /// Changes what may be done with the variable at this index.
    pub fn allow(&mut self, index: usize, may: Use) {
        self.variables[index].may = may;
    }

    /// Lets what has come into scope since `mark` only be held.
    pub fn hold_since(&mut self, mark: usize) {
        self.variables[mark..].iter_mut().filter(|it| it.may == Use::Free).for_each(|it| it.may = Use::Hold);
    }

    /// Whether a binding in the program defines this name here.
    pub fn binds(&self, name: &str) -> bool {
        self.variables.iter().any(|variable| !variable.by_with && variable.name == name)
    }

    /// Whether this name would be looked up by `with`, or be bound.
    pub fn knows(&self, name: &str) -> bool {
        self.variables.iter().any(|variable| variable.name == name)
    }

    /// Whether writing the name gives the variable at this index.
    fn is_seen(&self, index: usize) -> bool {
        let variable = &self.variables[index];
        let later = &self.variables[index + 1..];
        if variable.by_with {
            !self.binds(variable.name) && !later.iter().any(|other| other.name == variable.name)
        } else {
            !later.iter().any(|other| !other.by_with && other.name == variable.name)
        }
    }

    /// The variables that can be used so and satisfy `wanted`; the `nth` of them, counted round, or none.
    pub fn find(&self, start: usize, may: Use, wanted: impl Fn(&Type) -> bool) -> Option<&Variable> {
        let count = self.variables.len();
        (0..count).map(|step| (start + step) % count).find_map(|index| {
            let variable = &self.variables[index];
            (variable.may == may && wanted(&variable.of) && self.is_seen(index)).then_some(variable)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_hides_what_with_brings_wherever_it_stands() {
        let mut scope = Scope::default();
        scope.enter("a", Type::Int, Use::Free);
        let mark = scope.mark();
        scope.enter_with("a", Type::Text);
        scope.enter_with("b", Type::Text);
        let find = |scope: &Scope, of: &Type| scope.find(0, Use::Free, |it| it == of).map(|it| it.name);
        assert_eq!(find(&scope, &Type::Int), Some("a"));
        assert_eq!(find(&scope, &Type::Text), Some("b"));
        scope.enter("a", Type::Null, Use::Hold);
        assert_eq!(find(&scope, &Type::Int), None, "it is shadowed");
        assert_eq!(find(&scope, &Type::Null), None, "it may not be forced");
        scope.leave(mark);
        assert_eq!(find(&scope, &Type::Int), Some("a"));
        assert_eq!(find(&scope, &Type::Text), None);
    }
}
