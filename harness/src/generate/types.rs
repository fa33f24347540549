//! Approximate types: what the generator asks for and knows of variables. They steer generation and need not be exact:
//! a program that turns out ill-typed fails, which is compared too, but most should give a value.

use std::rc::Rc;

/// What a value is, as far as the generator cares.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// An integer, mostly small.
    Int,
    /// A floating-point number.
    Float,
    /// A Boolean.
    Bool,
    /// A string.
    Text,
    /// A path.
    Path,
    /// Null.
    Null,
    /// A list of at least so many elements of a type.
    List(Rc<Type>, u8),
    /// A set that has at least these attributes.
    Set(Rc<Vec<Field>>),
    /// A function, or a set that can be called.
    Function(Rc<Signature>),
    /// Anything that can be printed; nothing may be asked of it.
    Any,
}

/// An attribute of a set, or a formal.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub of: Type,
}

/// What a function takes and gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// What it takes.
    pub argument: Type,
    /// Whether it is a pattern without an ellipsis, which takes no attribute that is not in `argument` or `optional`.
    pub exact: bool,
    /// Formals with defaults.
    pub optional: Vec<Field>,
    /// What it gives.
    pub result: Type,
}

/// The kinds of types, by which productions are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the types'")]
pub enum Kind {
    Int,
    Float,
    Bool,
    Text,
    Path,
    Null,
    List,
    Set,
    Function,
    Any,
}

impl Kind {
    /// How many there are.
    pub const COUNT: usize = 10;
}

impl Type {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Type::Int => Kind::Int,
            Type::Float => Kind::Float,
            Type::Bool => Kind::Bool,
            Type::Text => Kind::Text,
            Type::Path => Kind::Path,
            Type::Null => Kind::Null,
            Type::List(..) => Kind::List,
            Type::Set(_) => Kind::Set,
            Type::Function(_) => Kind::Function,
            Type::Any => Kind::Any,
        }
    }

    /// A list.
    pub fn list(of: Type, at_least: u8) -> Type {
        Type::List(Rc::new(of), at_least)
    }

    /// A set with these attributes.
    pub fn set(fields: impl IntoIterator<Item = (&'static str, Type)>) -> Type {
        Type::Set(Rc::new(fields.into_iter().map(|(name, of)| Field { name, of }).collect()))
    }

    /// A function of one plain argument.
    pub fn function(argument: Type, result: Type) -> Type {
        Type::Function(Rc::new(Signature { argument, exact: false, optional: Vec::new(), result }))
    }

    /// Whether a value of this type will do where `wanted` is asked for.
    pub fn fits(&self, wanted: &Type) -> bool {
        match (self, wanted) {
            (_, Type::Any) => true,
            (Type::List(of, have), Type::List(wanted, least)) => have >= least && of.fits(wanted),
            (Type::Set(fields), Type::Set(wanted)) => {
                wanted.iter().all(|want| fields.iter().any(|have| have.name == want.name && have.of.fits(&want.of)))
            }
            (Type::Function(have), Type::Function(wanted)) => {
                have == wanted
                    || (!have.exact && wanted.argument.fits(&have.argument) && have.result.fits(&wanted.result))
            }
            (one, other) => one.kind() == other.kind(),
        }
    }

    /// Whether values can be ordered by `<`.
    pub fn is_ordered(&self) -> bool {
        match self {
            Type::Int | Type::Float | Type::Text | Type::Path => true,
            Type::List(of, _) => of.is_ordered(),
            _ => false,
        }
    }

    /// Whether a value holds no function and nothing unknown, so that it converts to JSON and compares as one expects.
    pub fn is_data(&self) -> bool {
        match self {
            Type::Any | Type::Function(_) | Type::Path => false,
            Type::List(of, _) => of.is_data(),
            Type::Set(fields) => fields.iter().all(|field| field.of.is_data()),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_more_fits_where_less_is_asked() {
        let check = |have: Type, wanted: Type, fits: bool| assert_eq!(have.fits(&wanted), fits, "{have:?} {wanted:?}");
        check(Type::Int, Type::Any, true);
        check(Type::Any, Type::Int, false);
        check(Type::list(Type::Int, 2), Type::list(Type::Int, 1), true);
        check(Type::list(Type::Int, 0), Type::list(Type::Int, 1), false);
        check(Type::set([("a", Type::Int), ("b", Type::Null)]), Type::set([("a", Type::Int)]), true);
        check(Type::set([("a", Type::Int)]), Type::set([("a", Type::Text)]), false);
        check(Type::function(Type::Any, Type::Int), Type::function(Type::Int, Type::Any), true);
        check(Type::function(Type::Int, Type::Int), Type::function(Type::Any, Type::Int), false);
    }
}
