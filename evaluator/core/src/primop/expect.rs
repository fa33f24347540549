//! Checks that an evaluated value has the expected type, and words the error where it has not.

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::print;
use crate::source::Pos;
use crate::state::State;
use crate::symbols::known;
use crate::value::{Context, Value};

/// A builtin's demand on one of its arguments.
pub struct Strictness {
    /// Which argument, from 0.
    pub argument: u8,
    /// The expected type.
    pub expectation: Expectation,
    /// The line of trace for errors.
    pub context: &'static str,
    /// Whether the rule is skipped if the second argument, which is a list by then, is empty.
    pub unless_empty: bool,
}

/// The expected type of a forced argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expectation {
    /// Anything.
    Any,
    /// An integer.
    Int,
    /// A number.
    Float,
    /// A boolean.
    Bool,
    /// A string, with context or without.
    String,
    /// A string without context.
    PlainString,
    /// A list.
    List,
    /// A set.
    Attrs,
    /// A function or functor.
    Function,
    /// Any value. It is forced one level deeper than other arguments, as in coercions to strings.
    Coercible,
    /// Any value. What the builtin then refuses is shown as the slot that it was.
    Operand,
}

impl Expectation {
    /// Whether the argument stays the slot that it was, if it holds this value. Only a list shows, where it holds itself,
    /// which slot it is in.
    pub(crate) fn keeps_slot(self, value: Value<'_>) -> bool {
        matches!(value, Value::List(_)) && matches!(self, Expectation::Coercible | Expectation::Operand)
    }
}

impl Strictness {
    /// Whether the rule can be skipped for these arguments.
    #[inline]
    pub(crate) fn is_idle(&self, arguments: &[Value<'_>]) -> bool {
        self.unless_empty && matches!(arguments[1], Value::List(list) if list.is_empty())
    }

    /// Checks the value of the argument, which `slot` held.
    pub(crate) fn check<'h>(&self, value: Value<'h>, slot: Value<'h>, state: &State<'h>) -> Result<(), Failure> {
        match check_value(state, value, slot, self.expectation) {
            Ok(()) => Ok(()),
            Err(failure) => Err(failure.while_(Pos::NONE, self.context)),
        }
    }

    /// Adds the reference's line of trace to a failure of forcing the argument.
    pub(crate) fn trace_forcing(&self, failure: &Failure) {
        // The reference's forceList and forceAttrs mention their context only where the type is wrong.
        if !matches!(
            self.expectation,
            Expectation::Any | Expectation::Coercible | Expectation::Operand | Expectation::List | Expectation::Attrs
        ) {
            failure.add_trace(Pos::NONE, self.context);
        }
    }
}

/// Checks the type of an evaluated value. `slot` is what held it before it was forced: a list that holds itself is known
/// again by its slot where the error shows it.
pub fn check_value<'h>(
    state: &State<'h>,
    value: Value<'h>,
    slot: Value<'h>,
    expectation: Expectation,
) -> Result<(), Failure> {
    let wanted = match (expectation, value) {
        (Expectation::Any | Expectation::Coercible | Expectation::Operand, _)
        | (Expectation::Int, Value::Int(_))
        | (Expectation::Float, Value::Int(_) | Value::Float(_))
        | (Expectation::Bool, Value::Bool(_))
        | (Expectation::String, Value::String(_))
        | (Expectation::List, Value::List(_))
        | (Expectation::Attrs, Value::Attrs(_))
        | (Expectation::Function, Value::Closure(_) | Value::Builtin(_) | Value::Partial(_)) => return Ok(()),
        (Expectation::PlainString, Value::String(_)) => return state.expect_plain_string(value).map(|_| ()),
        (Expectation::Function, Value::Attrs(attrs)) if attrs.get(known::FUNCTOR).is_some() => {
            return Ok(());
        }
        (Expectation::Int, _) => "an integer",
        (Expectation::Float, _) => "a float",
        (Expectation::Bool, _) => "a Boolean",
        (Expectation::String | Expectation::PlainString, _) => "a string",
        (Expectation::List, _) => "a list",
        (Expectation::Attrs, _) => "a set",
        (Expectation::Function, _) => "a function",
    };
    Err(state.type_error(wanted, print::slot_to_show(slot, value)).into())
}

impl<'h> State<'h> {
    /// “expected `wanted` but found …”
    pub fn type_error(&self, wanted: &str, found: Value<'h>) -> Box<Error> {
        let mut message = format!("expected {wanted} but found ").into_bytes();
        message.extend_from_slice(&print::describe(self, found));
        Error::new(ErrorKind::Type, message)
    }

    /// The bytes of an evaluated value, which must be a string without context.
    pub fn expect_plain_string(&self, value: Value<'h>) -> Result<&'h [u8], Failure> {
        match value {
            Value::String(string) if string.is_plain() => Ok(string.bytes()),
            Value::String(string) => {
                let element = self.display_context_element(string.context());
                let words = "the string '{}' is not allowed to refer to a store path (such as '{}')";
                Err(Error::new(ErrorKind::Evaluation, hint(words, &[string.bytes(), &element])).into())
            }
            _ => Err(self.type_error("a string", value).into()),
        }
    }

    /// The first element of a context, as messages show it.
    fn display_context_element(&self, context: Context<'h>) -> Vec<u8> {
        let Some(element) = context.elements.first() else { return Vec::new() };
        match crate::store::ContextElement::parse(element, crate::settings::FeatureSet::ALL) {
            Ok(element) => element.display(&self.world.store),
            Err(_) => element.to_vec(),
        }
    }
}
