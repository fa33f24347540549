//! Builtins of numbers.

use super::Builtin;
use crate::definition::{
    machine::Machine,
    value::{Outcome, Slot, Value, error},
};

pub(super) const ALL: &[Builtin] = &[
    Builtin::new("add", 2, |m, args| calculated(m, args, "adding", "+", i64::checked_add, |one, other| one + other)),
    Builtin::new("sub", 2, |m, args| {
        calculated(m, args, "subtracting", "-", i64::checked_sub, |one, other| one - other)
    }),
    Builtin::new("mul", 2, |m, args| {
        calculated(m, args, "multiplying", "*", i64::checked_mul, |one, other| one * other)
    }),
    Builtin::new("div", 2, |m, args| {
        let one = m.force(args[0])?;
        let other = m.force(args[1])?;
        let divisor = m.force_float(args[1])?;
        if divisor == 0.0 {
            return Err(error("division by zero"));
        }
        if matches!(one, Value::Float(_)) || matches!(other, Value::Float(_)) {
            return Ok(Value::Float(m.force_float(args[0])? / divisor));
        }
        let (one, other) = (m.force_int(args[0])?, m.force_int(args[1])?);
        let quotient = one.checked_div(other);
        quotient.map(Value::Int).ok_or_else(|| error(format!("integer overflow in dividing {one} / {other}")))
    }),
    Builtin::new("bitAnd", 2, |m, args| bits(m, args, |one, other| one & other)),
    Builtin::new("bitOr", 2, |m, args| bits(m, args, |one, other| one | other)),
    Builtin::new("bitXor", 2, |m, args| bits(m, args, |one, other| one ^ other)),
    Builtin::new("lessThan", 2, |m, args| {
        m.force(args[0])?;
        m.force(args[1])?;
        Ok(Value::Bool(m.less(args[0], args[1])?))
    }),
    Builtin::new("ceil", 1, |m, args| rounded(m, args, f64::ceil)),
    Builtin::new("floor", 1, |m, args| rounded(m, args, f64::floor)),
];

fn calculated(
    m: &mut Machine,
    args: &[Slot],
    doing: &str,
    sign: &str,
    ints: fn(i64, i64) -> Option<i64>,
    floats: fn(f64, f64) -> f64,
) -> Outcome<Value> {
    let one = m.force(args[0])?;
    let other = m.force(args[1])?;
    if matches!(one, Value::Float(_)) || matches!(other, Value::Float(_)) {
        return Ok(Value::Float(floats(m.force_float(args[0])?, m.force_float(args[1])?)));
    }
    let (one, other) = (m.force_int(args[0])?, m.force_int(args[1])?);
    let came = ints(one, other);
    came.map(Value::Int).ok_or_else(|| error(format!("integer overflow in {doing} {one} {sign} {other}")))
}

fn bits(m: &mut Machine, args: &[Slot], of: fn(i64, i64) -> i64) -> Outcome<Value> {
    let one = m.force_int(args[0])?;
    Ok(Value::Int(of(one, m.force_int(args[1])?)))
}

fn rounded(m: &mut Machine, args: &[Slot], to: fn(f64) -> f64) -> Outcome<Value> {
    let float = to(m.force_float(args[0])?);
    let is_in_range = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float);
    match m.force(args[0])? {
        Value::Int(int) if !is_in_range || float as i64 != int => {
            Err(error("Due to a bug (see https://github.com/NixOS/nix/issues/12899)"))
        }
        _ if is_in_range => Ok(Value::Int(float as i64)),
        _ => Err(error(format!("NixFloat argument {float} is not in the range of NixInt"))),
    }
}
