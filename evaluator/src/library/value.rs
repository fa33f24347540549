//! Handles of values. They force what they are asked about and nothing else.

use std::fmt;

use super::{Error, Scope};
use crate::convert::{json, xml};
use crate::errors::{ErrorKind, Failure};
use crate::source::Pos;
use crate::value::{self, Type};
use crate::{cli, deep, print};

/// A value of an evaluation, evaluated or not.
///
/// Its methods force it as far as their answer needs. They fail if that fails, or if it is of another type.
#[derive(Clone, Copy)]
pub struct Value<'e> {
    scope: Scope<'e>,
    pub(crate) slot: value::Value<'e>,
}

/// The types that a program can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// `null`
    Null,
    /// A boolean.
    Bool,
    /// An integer.
    Int,
    /// A floating point number.
    Float,
    /// A string.
    String,
    /// A path.
    Path,
    /// A list.
    List,
    /// An attribute set.
    Attrs,
    /// A function, of the program or built in.
    Function,
}

impl Kind {
    fn of(kind: Type) -> Kind {
        match kind {
            Type::Null => Kind::Null,
            Type::Bool => Kind::Bool,
            Type::Int => Kind::Int,
            Type::Float => Kind::Float,
            Type::String => Kind::String,
            Type::Path => Kind::Path,
            Type::List => Kind::List,
            Type::Attrs => Kind::Attrs,
            Type::Function => Kind::Function,
            Type::Thunk => unreachable!("the value has been forced"),
        }
    }

    /// The type with its article, as error messages name it.
    pub const fn with_article(self) -> &'static str {
        match self {
            Kind::Null => Type::Null.with_article(),
            Kind::Bool => Type::Bool.with_article(),
            Kind::Int => Type::Int.with_article(),
            Kind::Float => Type::Float.with_article(),
            Kind::String => Type::String.with_article(),
            Kind::Path => Type::Path.with_article(),
            Kind::List => Type::List.with_article(),
            Kind::Attrs => Type::Attrs.with_article(),
            Kind::Function => Type::Function.with_article(),
        }
    }
}

impl<'e> Value<'e> {
    pub(crate) fn new(scope: Scope<'e>, slot: value::Value<'e>) -> Self {
        Value { scope, slot }
    }

    /// The evaluation that it belongs to.
    pub fn scope(self) -> Scope<'e> {
        self.scope
    }

    /// Evaluates it to weak head normal form: to a set, say, whose attributes are not evaluated.
    ///
    /// # Errors
    /// Evaluating it fails.
    pub fn force(self) -> Result<Value<'e>, Error> {
        let forced = self.scope.force(self.slot);
        self.scope.wrap(forced)
    }

    /// Evaluates it and everything inside it.
    ///
    /// # Errors
    /// Evaluating any of it fails.
    pub fn force_deep(self) -> Result<Value<'e>, Error> {
        let value = self.force()?.slot;
        let forced = self.scope.run(|machine| Box::pin(async move { deep::force_deep(&machine, value).await }));
        self.scope.wrap(forced)
    }

    /// Whether nothing is left to do for [`Value::force`].
    pub fn is_evaluated(self) -> bool {
        self.slot.peek().is_some()
    }

    /// Its type.
    ///
    /// # Errors
    /// Evaluating it fails.
    pub fn kind(self) -> Result<Kind, Error> {
        Ok(Kind::of(self.force()?.slot.type_of()))
    }

    fn expected<T>(self, wanted: Kind, take: impl FnOnce(value::Value<'e>) -> Option<T>) -> Result<T, Error> {
        let value = self.force()?.slot;
        take(value).ok_or_else(|| {
            let found = Kind::of(value.type_of()).with_article();
            Error::of(ErrorKind::Type, format!("expected {} but found {found}", wanted.with_article()))
        })
    }

    /// Whether it is null.
    ///
    /// # Errors
    /// Evaluating it fails.
    pub fn is_null(self) -> Result<bool, Error> {
        Ok(self.kind()? == Kind::Null)
    }

    /// A boolean.
    ///
    /// # Errors
    /// It is none, or evaluating it fails.
    pub fn as_bool(self) -> Result<bool, Error> {
        self.expected(Kind::Bool, |value| match value {
            value::Value::Bool(value) => Some(value),
            _ => None,
        })
    }

    /// An integer.
    ///
    /// # Errors
    /// It is none, or evaluating it fails.
    pub fn as_int(self) -> Result<i64, Error> {
        self.expected(Kind::Int, |value| match value {
            value::Value::Int(value) => Some(value),
            _ => None,
        })
    }

    /// A float; integers are converted.
    ///
    /// # Errors
    /// It is no number, or evaluating it fails.
    pub fn as_float(self) -> Result<f64, Error> {
        self.expected(Kind::Float, |value| match value {
            value::Value::Float(value) => Some(value),
            value::Value::Int(value) => Some(value as f64),
            _ => None,
        })
    }

    /// The bytes of a string, without its context.
    ///
    /// # Errors
    /// It is none, or evaluating it fails.
    pub fn as_bytes(self) -> Result<&'e [u8], Error> {
        self.expected(Kind::String, |value| match value {
            value::Value::String(string) => Some(string.bytes()),
            _ => None,
        })
    }

    /// The text of a string, without its context.
    ///
    /// # Errors
    /// It is none, it is not UTF-8, or evaluating it fails.
    pub fn as_str(self) -> Result<&'e str, Error> {
        let bytes = self.as_bytes()?;
        std::str::from_utf8(bytes).map_err(|error| Error::new(format!("the string is not UTF-8: {error}")))
    }

    /// The context of a string: what it refers to in the store. An element is a store path, `=` and a derivation with
    /// all that it needs, or `!OUTPUT!` and a derivation.
    ///
    /// # Errors
    /// It is no string, or evaluating it fails.
    pub fn context(self) -> Result<&'e [&'e [u8]], Error> {
        self.expected(Kind::String, |value| match value {
            value::Value::String(string) => Some(string.context().elements),
            _ => None,
        })
    }

    /// A path, absolute and canonical.
    ///
    /// # Errors
    /// It is none, or evaluating it fails.
    pub fn as_path(self) -> Result<&'e std::path::Path, Error> {
        let path = self.expected(Kind::Path, |value| match value {
            value::Value::Path(path) => Some(*path),
            _ => None,
        })?;
        Ok(crate::io::native::path(path))
    }

    /// The elements of a list. None of them is evaluated.
    ///
    /// # Errors
    /// It is none, or evaluating it fails.
    pub fn as_list(self) -> Result<List<'e>, Error> {
        let items = self.expected(Kind::List, |value| match value {
            value::Value::List(list) => Some(list.items()),
            _ => None,
        })?;
        Ok(List { scope: self.scope, items })
    }

    /// The attributes of a set. None of them is evaluated.
    ///
    /// # Errors
    /// It is none, or evaluating it fails.
    pub fn as_attrs(self) -> Result<Attrs<'e>, Error> {
        let attrs = self.expected(Kind::Attrs, |value| match value {
            value::Value::Attrs(attrs) => Some(attrs),
            _ => None,
        })?;
        Ok(Attrs { scope: self.scope, attrs })
    }

    /// An attribute of a set, if there is one of this name. It is not evaluated.
    ///
    /// # Errors
    /// It is no set, or evaluating it fails.
    pub fn get(self, name: impl AsRef<[u8]>) -> Result<Option<Value<'e>>, Error> {
        Ok(self.as_attrs()?.get(name))
    }

    /// What lies at the end of an attribute path, as in `services.nginx.0."a.b"`. Only what lies on the way is
    /// evaluated, and no function is called.
    ///
    /// # Errors
    /// The path is wrong or leads nowhere, or evaluating what lies on the way fails.
    pub fn select(self, path: impl AsRef<[u8]>) -> Result<Value<'e>, Error> {
        let state = self.scope.state;
        let path = path.as_ref();
        let steps = cli::attribute_path::parse(path)
            .map_err(|error| Error::from_error(*error, &state.sources, state.settings.show_trace))?;
        let mut value = self;
        for step in &steps {
            let name = String::from_utf8_lossy(&step.name);
            let missing = |what: &str| {
                let path = String::from_utf8_lossy(path);
                Error::of(ErrorKind::MissingAttribute, format!("there is no {what} '{name}' (of '{path}')"))
            };
            value = match step.index {
                Some(index) if value.kind()? == Kind::List => {
                    value.as_list()?.get(index as usize).ok_or_else(|| missing("element"))?
                }
                _ => value.get(&step.name)?.ok_or_else(|| missing("attribute"))?,
            };
        }
        Ok(value)
    }

    /// Calls a function, or a set that acts as one.
    ///
    /// # Errors
    /// It is none, or the call fails.
    pub fn call(self, argument: Value<'e>) -> Result<Value<'e>, Error> {
        let (function, argument) = (self.force()?.slot, argument.slot);
        let result = self.scope.run(|machine| Box::pin(async move { machine.call(function, argument).await }));
        self.scope.wrap(result)
    }

    /// The names that a function wants in its argument; none if it takes its argument whole.
    ///
    /// # Errors
    /// It is no function, or evaluating it fails.
    pub fn formals(self) -> Result<Option<Formals>, Error> {
        let function = self.expected(Kind::Function, |value| (value.type_of() == Type::Function).then_some(value))?;
        Ok(function.next_formals().map(|formals| Formals {
            formals: formals
                .formals
                .iter()
                .map(|formal| Formal {
                    name: self.scope.state.symbols.name(formal.name).to_vec(),
                    has_default: formal.has_default,
                })
                .collect(),
            ellipsis: formals.ellipsis,
        }))
    }

    /// As `nix-instantiate --eval` prints it: what has not been evaluated is `<CODE>`.
    ///
    /// # Errors
    /// Evaluating it fails, or a budget runs out.
    pub fn print(self) -> Result<Vec<u8>, Error> {
        let value = self.force()?.slot;
        let mut text = Vec::new();
        match print::plain(self.scope.state, value, &mut text) {
            Ok(()) => Ok(text),
            Err(failure) => Err(Error::from_failure(self.scope.state, &failure)),
        }
    }

    /// As `builtins.toJSON` gives it; all of it is evaluated.
    ///
    /// # Errors
    /// Evaluating any of it fails, or it contains a function.
    pub fn to_json(self) -> Result<String, Error> {
        let text = self.converted(|machine, value| {
            Box::pin(async move {
                let conversion = json::Conversion { strict: true, copy_to_store: false };
                let (json, _) = json::to_json(&machine, value, conversion, Pos::NONE).await?;
                Ok(json)
            })
        })?;
        String::from_utf8(text).map_err(|_| Error::new("the value contains text that is not UTF-8"))
    }

    /// As `builtins.toXML` gives it; all of it is evaluated.
    ///
    /// # Errors
    /// Evaluating any of it fails.
    pub fn to_xml(self) -> Result<Vec<u8>, Error> {
        self.converted(|machine, value| {
            Box::pin(async move {
                let mut text = Vec::new();
                let conversion = xml::Conversion { strict: true, location: false };
                xml::to_xml(&machine, value, conversion, &mut text).await?;
                Ok(text)
            })
        })
    }

    fn converted(
        self,
        convert: impl FnOnce(
            crate::primop::GeneratorContext<'e>,
            value::Value<'e>,
        ) -> std::pin::Pin<Box<dyn Future<Output = Result<Vec<u8>, Failure>> + 'e>>
        + 'e,
    ) -> Result<Vec<u8>, Error> {
        let value = self.force()?.slot;
        let text = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
        let written = text.clone();
        let result = self.scope.run(|machine| {
            Box::pin(async move {
                let converted = convert(machine, value).await?;
                written.replace(converted);
                Ok(value::Value::Null)
            })
        });
        self.scope.wrap(result)?;
        Ok(text.take())
    }
}

/// Shows it as it is, evaluating nothing.
impl fmt::Debug for Value<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        match print::plain(self.scope.state, self.slot, &mut text) {
            Ok(()) => formatter.write_str(&String::from_utf8_lossy(&text)),
            Err(_) => formatter.write_str("…"),
        }
    }
}

/// The elements of a list.
#[derive(Clone, Copy)]
pub struct List<'e> {
    scope: Scope<'e>,
    items: value::Items<'e>,
}

impl<'e> List<'e> {
    /// How many.
    pub fn len(self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.items.is_empty()
    }

    /// An element, from 0.
    pub fn get(self, index: usize) -> Option<Value<'e>> {
        self.items.get(index).map(|slot| Value::new(self.scope, slot))
    }

    /// All of them in order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Value<'e>> {
        self.items.iter().map(move |slot| Value::new(self.scope, slot))
    }
}

/// The attributes of a set.
#[derive(Clone, Copy)]
pub struct Attrs<'e> {
    scope: Scope<'e>,
    attrs: &'e value::Attrs<'e>,
}

impl<'e> Attrs<'e> {
    /// How many.
    pub fn len(self) -> usize {
        self.attrs.sorted(self.scope.state.heap).len()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The attribute of this name.
    pub fn get(self, name: impl AsRef<[u8]>) -> Option<Value<'e>> {
        let state = self.scope.state;
        let attr = self.attrs.get(state.symbols.intern(name.as_ref()))?;
        Some(Value::new(self.scope, attr.value()))
    }

    /// Names and values, in the order of the bytes of their names.
    pub fn iter(self) -> impl ExactSizeIterator<Item = (&'e [u8], Value<'e>)> {
        self.named(self.scope.state.by_name(self.attrs))
    }

    /// Names and values in the order in which the names first occurred in the evaluation. This is the order in which
    /// Nix itself walks a set.
    pub fn in_creation_order(self) -> impl ExactSizeIterator<Item = (&'e [u8], Value<'e>)> {
        self.named(self.attrs.sorted(self.scope.state.heap).to_vec())
    }

    fn named(self, attrs: Vec<value::Attr<'e>>) -> impl ExactSizeIterator<Item = (&'e [u8], Value<'e>)> {
        let scope = self.scope;
        let state = scope.state;
        attrs.into_iter().map(move |attr| (state.symbols.name(attr.name), Value::new(scope, attr.value())))
    }
}

/// What a function wants in its argument, a set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Formals {
    /// The names, in the order in which they are written.
    pub formals: Vec<Formal>,
    /// Whether others are allowed (`...`).
    pub ellipsis: bool,
}

/// One name that a function wants.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Formal {
    /// The name.
    pub name: Vec<u8>,
    /// Whether it may be left out.
    pub has_default: bool,
}
