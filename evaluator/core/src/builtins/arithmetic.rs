//! Builtins on numbers: sums, products, rounding, bits, and order.

use crate::arithmetic::Operation;
use crate::compare;
use crate::errors::Failure;
use crate::errors::highlight::hint;
use crate::primop::{Answer, GeneratorContext};
use crate::source::Pos;
use crate::state::State;
use crate::value::Value;

use super::evaluation_error;
use crate::primop::force_as;
use crate::primop::{Arguments, Expectation};

builtins! {
    /// The sum of two numbers.
    "add"(e1, e2) [0: Operand "", 1: Operand ""] => plain add;
    /// The difference of two numbers.
    "sub"(e1, e2) [0: Operand "", 1: Operand ""] => plain subtract;
    /// The product of two numbers.
    "mul"(e1, e2) [0: Operand "", 1: Operand ""] => plain multiply;
    /// The quotient of two numbers; of two integers, rounded towards zero.
    "div"(e1, e2) [0: Operand "", 1: Operand ""] => plain divide;
    /// The bits that both integers have.
    "bitAnd"(e1, e2) [
        0: Int "while evaluating the first argument passed to builtins.bitAnd",
        1: Int "while evaluating the second argument passed to builtins.bitAnd"
    ] => plain bit_and;
    /// The bits that either integer has.
    "bitOr"(e1, e2) [
        0: Int "while evaluating the first argument passed to builtins.bitOr",
        1: Int "while evaluating the second argument passed to builtins.bitOr"
    ] => plain bit_or;
    /// The bits that one of the integers has.
    "bitXor"(e1, e2) [
        0: Int "while evaluating the first argument passed to builtins.bitXor",
        1: Int "while evaluating the second argument passed to builtins.bitXor"
    ] => plain bit_xor;
    /// Whether the first value is less than the second. Numbers, strings, paths and lists of those have an order.
    "lessThan"(e1, e2) [0: Operand "", 1: Operand ""] => generator less_than, fast less_than_without_suspending;
    /// The number rounded up to an integer.
    "ceil"(number) [] => generator ceil, fast ceil_without_suspending;
    /// The number rounded down to an integer.
    "floor"(number) [] => generator floor, fast floor_without_suspending;
}

fn add<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    Operation::Add.apply(state, arguments[0], arguments[1])
}

fn subtract<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    Operation::Subtract.apply(state, arguments[0], arguments[1])
}

fn multiply<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    Operation::Multiply.apply(state, arguments[0], arguments[1])
}

fn divide<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    Operation::Divide.apply(state, arguments[0], arguments[1])
}

/// Two arguments, which the strictness rules have checked to be integers.
fn integers(arguments: &[Value<'_>]) -> (i64, i64) {
    match arguments {
        [Value::Int(a), Value::Int(b), ..] => (*a, *b),
        _ => unreachable!("checked to be integers"),
    }
}

fn bit_and<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    let (a, b) = integers(arguments);
    Ok(Value::Int(a & b))
}

fn bit_or<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    let (a, b) = integers(arguments);
    Ok(Value::Int(a | b))
}

fn bit_xor<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    let (a, b) = integers(arguments);
    Ok(Value::Int(a ^ b))
}

fn less_than_without_suspending<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Result<Value<'h>, Failure>> {
    compare::less_without_suspending(arguments[0], arguments[1]).map(|less| Ok(Value::Bool(less)))
}

async fn less_than<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    compare::less_than(&machine, arguments[0], arguments[1]).await.map(Value::Bool)
}

/// A kind of rounding, and the name of its argument in errors.
#[derive(Clone, Copy)]
struct Rounding {
    round: fn(f64) -> f64,
    context: &'static str,
}

const CEIL: Rounding =
    Rounding { round: f64::ceil, context: "while evaluating the first argument passed to builtins.ceil" };
const FLOOR: Rounding =
    Rounding { round: f64::floor, context: "while evaluating the first argument passed to builtins.floor" };

fn ceil_without_suspending<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Result<Value<'h>, Failure>> {
    CEIL.at_once(arguments[0])
}

async fn ceil<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    CEIL.force(&machine, arguments[0]).await
}

fn floor_without_suspending<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Result<Value<'h>, Failure>> {
    FLOOR.at_once(arguments[0])
}

async fn floor<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    FLOOR.force(&machine, arguments[0]).await
}

impl Rounding {
    fn at_once<'h>(self, slot: Value<'h>) -> Option<Result<Value<'h>, Failure>> {
        // Not `forced`: that would mark a function as looked at, and with it its place as known.
        match slot.peek()? {
            value @ (Value::Int(_) | Value::Float(_)) => Some(self.apply(value)),
            _ => None,
        }
    }

    /// Forces the argument. Errors have the position that the argument has before it is forced.
    async fn force<'h>(self, machine: &GeneratorContext<'h>, slot: Value<'h>) -> Answer<'h> {
        let pos = slot.determine_pos(Pos::NONE);
        self.apply(force_as(machine, slot, Expectation::Float, pos, self.context).await?)
    }

    fn apply<'h>(self, value: Value<'h>) -> Result<Value<'h>, Failure> {
        let given = match value {
            Value::Int(value) => value as f64,
            Value::Float(value) => value,
            _ => unreachable!("checked to be a number"),
        };
        rounded(value, given, (self.round)(given))
    }
}

/// The rounded integer. Given an integer, the float in between may have changed it; that is refused.
fn rounded<'h>(value: Value<'h>, given: f64, rounded: f64) -> Result<Value<'h>, Failure> {
    let minimum = i64::MIN as f64;
    if rounded >= minimum && rounded < -minimum {
        let rounded = rounded as i64;
        return match value {
            Value::Int(value) if fault!(105, value != rounded, false) => {
                let words = "Due to a bug (see https://github.com/NixOS/nix/issues/12899) a loss of precision occurred \
                             in previous Nix versions because the NixInt argument {} was rounded to {}.\n\tFuture \
                             Nix versions might implement the correct behavior.";
                let numbers = [value.to_string(), rounded.to_string()];
                Err(evaluation_error(hint(words, &[numbers[0].as_bytes(), numbers[1].as_bytes()])))
            }
            _ => Ok(Value::Int(rounded)),
        };
    }
    if let Value::Int(value) = value {
        let words = "Due to a bug (see https://github.com/NixOS/nix/issues/12899) the NixInt argument {} caused \
                     undefined behavior in previous Nix versions.\n\tFuture Nix versions might implement the correct \
                     behavior.";
        return Err(evaluation_error(hint(words, &[value.to_string().as_bytes()])));
    }
    let mut printed = Vec::new();
    crate::format::number::write_general(&mut printed, given);
    let words = "NixFloat argument {} is not in the range of NixInt";
    Err(evaluation_error(hint(words, &[&printed])))
}
