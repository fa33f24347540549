//! The observers behind `--observe-compiler` and `--observe-runtime`.

use std::rc::Rc;

use super::Console;
use crate::bytecode::disassemble::{disassemble, heading, instruction};
use crate::bytecode::{Chunk, Op};
use crate::state::State;
use crate::symbols::SymbolTable;
use crate::value::Value;
use crate::vm::{FrameEvent, RuntimeObserver};

/// Prints every chunk that is compiled.
pub(super) fn observe_compiler(state: &State<'_>, console: Rc<dyn Console>) {
    state.observe_compiler(Box::new(move |chunk, symbols| console.stderr(disassemble(chunk, symbols).as_bytes())));
}

/// Prints frames and instructions.
pub(super) struct RuntimePrinter<'h> {
    pub console: Rc<dyn Console>,
    pub symbols: &'h SymbolTable,
}

impl RuntimeObserver for RuntimePrinter<'_> {
    fn frame(&mut self, event: FrameEvent, depth: usize, chunk: &Chunk<'_>) {
        let line = format!("{:indent$}{event:?} {}\n", "", heading(chunk, self.symbols), indent = 2 * depth);
        self.console.stderr(line.as_bytes());
    }

    fn instruction(&mut self, index: usize, op: Op, chunk: &Chunk<'_>, depth: usize, stack: &[Value<'_>]) {
        let operation = instruction(chunk, op, self.symbols);
        let stack: Vec<String> = stack.iter().map(|value| summary(*value)).collect();
        let line = format!("{:indent$}{index:>4} {operation:<40} [{}]\n", "", stack.join(", "), indent = 2 * depth);
        self.console.stderr(line.as_bytes());
    }
}

/// A slot in a few letters.
fn summary(value: Value<'_>) -> String {
    match value {
        Value::Int(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::Bool(value) => value.to_string(),
        Value::Null => "null".to_owned(),
        Value::String(string) => format!("{:?}", String::from_utf8_lossy(string.bytes())),
        Value::Missing => "missing".to_owned(),
        Value::WithScope(_) => "scope".to_owned(),
        Value::LazyClosure(_) => "lazy closure".to_owned(),
        Value::Speculative(_) => "speculative integer".to_owned(),
        Value::Thunk(thunk) => format!("thunk {}", thunk.state().name()),
        other => other.type_of().name().to_owned(),
    }
}
