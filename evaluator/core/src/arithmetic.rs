//! Arithmetic that checks for overflow, shared by operators and builtins.

#![forbid(unsafe_code)]

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::source::Pos;
use crate::state::State;
use crate::value::Value;

/// An operation on two numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation {
    /// `+` of `builtins.add`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

impl Operation {
    /// Applies the operation to evaluated operands.
    ///
    /// # Errors
    /// Operands that are no numbers, overflow, division by zero: all without a position, as in the reference.
    pub fn apply<'h>(self, state: &State<'h>, left: Value<'h>, right: Value<'h>) -> Result<Value<'h>, Failure> {
        if self == Operation::Divide {
            let divisor = float(state, right, self.operand(1, true))?;
            if divisor == 0.0 {
                return Err(Error::new(ErrorKind::Arithmetic, "division by zero").into());
            }
        }
        if matches!(left, Value::Float(_)) || matches!(right, Value::Float(_)) {
            // The reference's compiler evaluates the left operand first, except of `/`.
            let a = float(state, left, self.operand(0, true))?;
            let b = float(state, right, self.operand(1, true))?;
            return Ok(Value::Float(match self {
                Operation::Add => a + b,
                Operation::Subtract => a - b,
                Operation::Multiply => a * b,
                Operation::Divide => a / b,
            }));
        }
        let a = integer(state, left, self.operand(0, false))?;
        let b = integer(state, right, self.operand(1, false))?;
        let (result, doing, sign) = match self {
            Operation::Add => (a.checked_add(b), "adding", '+'),
            Operation::Subtract => (a.checked_sub(b), "subtracting", '-'),
            Operation::Multiply => (a.checked_mul(b), "multiplying", '*'),
            Operation::Divide => (fault!(101, a.checked_div(b), a.checked_div_euclid(b)), "dividing", '/'),
        };
        result.map(Value::Int).ok_or_else(|| {
            let template = format!("integer overflow in {doing} {{}} {sign} {{}}");
            let message = hint(&template, &[a.to_string().as_bytes(), b.to_string().as_bytes()]);
            Error::new(ErrorKind::Arithmetic, message).into()
        })
    }

    /// The line of trace about an operand. The reference words one of them differently for floats.
    const fn operand(self, index: usize, float: bool) -> &'static str {
        match (self, index) {
            (Operation::Add, 0) => "while evaluating the first argument of the addition",
            (Operation::Add, _) => "while evaluating the second argument of the addition",
            (Operation::Subtract, 0) => "while evaluating the first argument of the subtraction",
            (Operation::Subtract, _) => "while evaluating the second argument of the subtraction",
            (Operation::Multiply, 0) if float => "while evaluating the first of the multiplication",
            (Operation::Multiply, 0) => "while evaluating the first argument of the multiplication",
            (Operation::Multiply, _) => "while evaluating the second argument of the multiplication",
            (Operation::Divide, 0) => "while evaluating the first operand of the division",
            (Operation::Divide, _) => "while evaluating the second operand of the division",
        }
    }
}

fn integer<'h>(state: &State<'h>, value: Value<'h>, context: &'static str) -> Result<i64, Failure> {
    match value {
        Value::Int(value) => Ok(value),
        _ => Err(state.type_error("an integer", value).while_(Pos::NONE, context).into()),
    }
}

fn float<'h>(state: &State<'h>, value: Value<'h>, context: &'static str) -> Result<f64, Failure> {
    match value {
        Value::Int(value) => Ok(value as f64),
        Value::Float(value) => Ok(value),
        _ => Err(state.type_error("a float", value).while_(Pos::NONE, context).into()),
    }
}
