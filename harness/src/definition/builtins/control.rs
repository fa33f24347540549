//! Builtins that force, catch, fail and tell.

use std::rc::Rc;

use super::Builtin;
use crate::definition::{
    coerce::Coercion,
    machine::Machine,
    value::{Attrs, Context, Error, Failure, Outcome, Slot, State, Value, error, outside},
};

pub(super) const ALL: &[Builtin] = &[
    Builtin::new("seq", 2, |m, args| {
        m.force(args[0])?;
        m.force(args[1])
    }),
    Builtin::new("deepSeq", 2, |m, args| {
        m.force_deep(args[0])?;
        m.force(args[1])
    }),
    Builtin::new("trace", 2, |m, args| {
        let text = match m.force(args[0])? {
            Value::Text(text) => text.bytes.to_vec(),
            _ => m.traced(args[0])?,
        };
        m.tell("trace: ", &text)?;
        m.force(args[1])
    }),
    Builtin::new("warn", 2, |m, args| {
        let text = m.force_text(args[0], &mut Context::new())?;
        // Messages of errors are laid out before they are written.
        if text.is_empty() || text.contains(&b'\n') || text.ends_with(b" ") {
            return Err(outside("a warning that is laid out"));
        }
        m.tell("evaluation warning: ", &text)?;
        m.force(args[1])
    }),
    Builtin::new("traceVerbose", 2, |m, args| m.force(args[1])),
    Builtin::new("break", 1, |m, args| match m.state(args[0]) {
        State::Ready(value) => Ok(value.clone()),
        _ => Err(outside("break of what is not evaluated")),
    }),
    Builtin::new("throw", 1, |m, args| {
        let message = m.coerced(args[0], &mut Context::new(), Coercion::STORING)?.to_vec();
        Err(Failure::Error(Rc::new(Error { message, is_caught: true, is_own: true })))
    }),
    Builtin::new("abort", 1, |m, args| {
        let text = m.coerced(args[0], &mut Context::new(), Coercion::STORING)?;
        let message = [b"evaluation aborted with the following error message: '", &*text, b"'"].concat();
        Err(Failure::Error(Rc::new(Error { message, is_caught: false, is_own: true })))
    }),
    Builtin::new("tryEval", 1, |m, args| {
        let (value, success) = match m.force(args[0]) {
            Ok(_) => (args[0], true),
            Err(Failure::Error(error)) if error.is_caught => (m.ready(Value::Bool(false)), false),
            Err(other) => return Err(other),
        };
        let mut attrs = Attrs::new();
        attrs.insert(m.names.intern(b"value"), value);
        let name = m.names.intern(b"success");
        attrs.insert(name, m.ready(Value::Bool(success)));
        Ok(Value::Attrs(attrs.into()))
    }),
    Builtin::new("addErrorContext", 2, |m, args| match m.force(args[1]) {
        Err(Failure::Error(error)) => {
            let how = Coercion { more: false, store: false, canonical: true };
            m.coerced(args[0], &mut Context::new(), how)?;
            Err(Failure::Error(error))
        }
        other => other,
    }),
    Builtin::new("functionArgs", 1, |m, args| match m.force(args[0])? {
        Value::Builtin(_) | Value::Partial(..) => Ok(Value::Attrs(Rc::default())),
        Value::Lambda(lambda, _) => {
            let formals = lambda.formals.iter().flat_map(|formals| &formals.names);
            let attrs = formals.map(|(name, default)| (*name, m.ready(Value::Bool(default.is_some()))));
            Ok(Value::Attrs(Rc::new(attrs.collect())))
        }
        _ => Err(error("'functionArgs' requires a function")),
    }),
    Builtin::new("typeOf", 1, |m, args| {
        let value = m.force(args[0])?;
        Ok(Value::text(value.type_name()))
    }),
    Builtin::new("isNull", 1, |m, args| is(m, args, "null")),
    Builtin::new("isBool", 1, |m, args| is(m, args, "bool")),
    Builtin::new("isInt", 1, |m, args| is(m, args, "int")),
    Builtin::new("isFloat", 1, |m, args| is(m, args, "float")),
    Builtin::new("isString", 1, |m, args| is(m, args, "string")),
    Builtin::new("isPath", 1, |m, args| is(m, args, "path")),
    Builtin::new("isList", 1, |m, args| is(m, args, "list")),
    Builtin::new("isAttrs", 1, |m, args| is(m, args, "set")),
    Builtin::new("isFunction", 1, |m, args| is(m, args, "lambda")),
    Builtin::new("getEnv", 1, |m, args| {
        let name = m.force_plain(args[0])?;
        // Whoever asks has an environment of its own; nobody has this.
        if name.starts_with(b"THUNKPROOF_") { Ok(Value::text("")) } else { Err(outside("an environment")) }
    }),
];

fn is(m: &mut Machine, args: &[Slot], name: &str) -> Outcome<Value> {
    let value = m.force(args[0])?;
    Ok(Value::Bool(value.type_name() == name))
}

impl Machine {
    /// Writes a line to standard error.
    fn tell(&mut self, beginning: &str, text: &[u8]) -> Outcome<()> {
        // Terminals would do something else with these, so the reference filters them.
        let is_plain = |character: char| character == '\n' || !character.is_control();
        if !str::from_utf8(text).is_ok_and(|text| text.chars().all(is_plain)) {
            return Err(outside("an effect that is filtered"));
        }
        self.effects.extend_from_slice(beginning.as_bytes());
        self.effects.extend_from_slice(text);
        self.effects.push(b'\n');
        Ok(())
    }
}
