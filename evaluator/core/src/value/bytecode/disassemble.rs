//! Prints bytecode as text, for people and for goldens.

#![forbid(unsafe_code)]

use std::fmt::Write;

use super::{Capture, Chunk, ChunkKind, Op};
use crate::symbols::{Symbol, SymbolTable};
use crate::value::Value;

/// Prints a chunk: a heading, then one instruction a line. Chunks that it builds are shown by the number of their
/// prototype, with their captures.
pub fn disassemble(chunk: &Chunk<'_>, symbols: &SymbolTable) -> String {
    let mut out = heading(chunk, symbols);
    out.push('\n');
    for (index, op) in chunk.code().iter().enumerate() {
        let _ = writeln!(out, "  {index:>4} {}", instruction(chunk, *op, symbols));
    }
    out
}

/// The heading of a chunk: what it was compiled from.
pub fn heading(chunk: &Chunk<'_>, symbols: &SymbolTable) -> String {
    let kind = match &chunk.kind {
        ChunkKind::Thunk => "thunk".to_owned(),
        ChunkKind::Lambda(function) => match function.name.get() {
            Some(name) => format!("lambda {}", symbols.text(name)),
            None => "lambda".to_owned(),
        },
        ChunkKind::File(path) => format!("file {}", String::from_utf8_lossy(path)),
        ChunkKind::Root => "root".to_owned(),
    };
    format!("{kind}: arguments {}, upvalues {}, stack {}", chunk.arity(), chunk.upvalue_count(), chunk.stack_size())
}

/// Prints one instruction, with what its operand refers to.
pub fn instruction(chunk: &Chunk<'_>, op: Op, symbols: &SymbolTable) -> String {
    let named = |operation: &str, name: Symbol| format!("{operation} {}", symbols.text(name));
    match op {
        Op::Constant(number) => format!("Constant {}", constant(chunk.constants()[number as usize])),
        Op::AssertFail(number) => format!("AssertFail {}", constant(chunk.constants()[number as usize])),
        Op::Thunk(number) => format!("Thunk {}", prototype(chunk, number)),
        Op::Closure(number) => format!("Closure {}", prototype(chunk, number)),
        Op::LazyClosure(number) => format!("LazyClosure {}", prototype(chunk, number)),
        Op::RecursiveClosure(number) => format!("RecursiveClosure {}", prototype(chunk, number)),
        Op::Attrs(number) => format!("Attrs {}", shape(chunk, number, symbols)),
        Op::AttrsOfLocals { shape: number, slot } => {
            format!("AttrsOfLocals {} from {slot}", shape(chunk, u32::from(number), symbols))
        }
        Op::Overrides { shape: number, slot } => {
            format!("Overrides {} from {slot}", shape(chunk, u32::from(number), symbols))
        }
        Op::Select(name) => named("Select", name),
        Op::TrySelect(name) => named("TrySelect", name),
        Op::TrySelectFirst(name) => named("TrySelectFirst", name),
        Op::PushWith { nested, .. } => format!("PushWith {{ nested: {nested} }}"),
        Op::WithLookup(name) => named("WithLookup", name),
        other => format!("{other:?}"),
    }
}

fn constant(value: Value<'_>) -> String {
    match value {
        Value::Int(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::String(string) => format!("{:?}", String::from_utf8_lossy(string.bytes())),
        Value::Path(path) => String::from_utf8_lossy(path).into_owned(),
        Value::Builtin(builtin) => format!("builtin {}", builtin.name),
        other => format!("{:?}", other.type_of()),
    }
}

fn prototype(chunk: &Chunk<'_>, number: u32) -> String {
    let captures: Vec<String> = chunk.prototypes()[number as usize]
        .captures
        .iter()
        .map(|capture| match capture {
            Capture::Local(slot) => format!("local {slot}"),
            Capture::Upvalue(number) => format!("upvalue {number}"),
            Capture::Deferred(slot) => format!("deferred {slot}"),
        })
        .collect();
    format!("{number} [{}]", captures.join(", "))
}

fn shape(chunk: &Chunk<'_>, number: u32, symbols: &SymbolTable) -> String {
    let names: Vec<_> =
        chunk.shapes()[number as usize].names.iter().map(|(name, _)| symbols.text(*name).into_owned()).collect();
    format!("{{{}}}", names.join(" "))
}
