//! What `NIX_SHOW_STATS` prints when a run has succeeded: the reference's JSON document, with those of its fields that
//! mean the same here.
//!
//! `nrFunctionCalls`, `nrPrimOpCalls` and `list.concats` equal the reference's exactly. `nrOpUpdates` counts each `//`
//! (the reference counts each operand of a chain of them). `symbols` and `gc` describe our own table and our arena,
//! `sizes` our own types. Environments, thunks that were made or avoided, and copied attributes have no counterpart in
//! a machine with flat closures, so they are left out.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use crate::bytecode::{Chunk, Note, Op};
use crate::format::json::write_string;
use crate::settings::Environment;
use crate::source::{Origin, Pos, shown_internal};
use crate::state::State;
use crate::symbols::Symbol;
use crate::value::{Attr, Value};
use crate::vm::RuntimeObserver;

/// The statistics that an invocation's environment asks for.
pub(super) struct Wish {
    /// `NIX_SHOW_STATS`
    pub show: bool,
    /// `NIX_COUNT_CALLS`
    pub count_calls: bool,
    /// `NIX_SHOW_SYMBOLS`
    show_symbols: bool,
    /// CPU seconds of the thread when the evaluation began.
    start: Option<f64>,
    /// `NIX_SHOW_STATS_PATH`; none for standard error.
    pub path: Option<Vec<u8>>,
}

impl Wish {
    pub fn new(environment: Environment<'_>) -> Wish {
        // As the reference: a variable that is set to anything but 0 says yes, be it empty.
        let is_set = |name| environment.get(name).is_some_and(|value| value != b"0");
        let show = is_set("NIX_SHOW_STATS");
        Wish {
            show,
            count_calls: show && is_set("NIX_COUNT_CALLS"),
            show_symbols: is_set("NIX_SHOW_SYMBOLS"),
            start: if show { thread_seconds() } else { None },
            path: environment.get("NIX_SHOW_STATS_PATH").filter(|path| path != b"-").map(<[u8]>::to_vec),
        }
    }
}

/// CPU seconds of this thread, which runs nothing but the evaluation; none where the system does not tell.
fn thread_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<u64>().ok()? as f64 / 1e9)
}

/// Calls of each function and builtin.
#[derive(Default)]
pub(super) struct Calls {
    functions: BTreeMap<u32, (Option<Symbol>, u64)>,
    builtins: BTreeMap<&'static str, u64>,
}

/// Counts calls one by one, for `NIX_COUNT_CALLS`.
pub(super) struct CallCounter(pub Rc<RefCell<Calls>>);

impl RuntimeObserver for CallCounter {
    fn instruction(&mut self, index: usize, op: Op, chunk: &Chunk<'_>, _depth: usize, _stack: &[Value<'_>]) {
        if !matches!(op, Op::EnterCall) {
            return;
        }
        // The operator's code begins behind this instruction, and so does its note.
        let builtin = chunk.regions().iter().find_map(|region| match region.note {
            Note::Builtin(name, _) if region.start as usize == index + 1 => Some(name),
            _ => None,
        });
        self.builtin_called(builtin.expect("an operator that is a call is noted as one"), Pos::NONE);
    }

    fn functions_called(&mut self, chunk: &Chunk<'_>, lambdas: Range<usize>) {
        let mut calls = self.0.borrow_mut();
        for parameter in &chunk.parameters()[lambdas] {
            let entry = calls.functions.entry(parameter.pos.number()).or_default();
            *entry = (chunk.lambda_name(), entry.1 + 1);
        }
    }

    fn call_refused(&mut self, chunk: &Chunk<'_>) {
        let mut calls = self.0.borrow_mut();
        if let Some((_, count)) = calls.functions.get_mut(&chunk.lambda_pos().number()) {
            *count -= 1;
        }
    }

    fn builtin_called(&mut self, name: &'static str, _pos: Pos) {
        // `derivation` is a function; what calls it a builtin is how it is loaded.
        if name != "derivation" {
            *self.0.borrow_mut().builtins.entry(name).or_default() += 1;
        }
    }
}

/// The document, with a line break after it.
pub(super) fn document(state: &State<'_>, wish: &Wish, calls: &Calls) -> Vec<u8> {
    let counts = &state.statistics;
    let symbols = &state.symbols;
    let names = || symbols.names();
    let symbols = match wish.show_symbols {
        true => Json::List(names().map(|name| Json::Text(name.to_vec())).collect()),
        false => object([
            ("bytes", Json::Count(names().map(|name| name.len() as u64).sum())),
            ("number", Json::Count(symbols.len() as u64)),
        ]),
    };
    let size = |bytes: usize| Json::Count(bytes as u64);
    let mut fields = vec![
        // An arena frees nothing before the end, so it has no cycles.
        ("gc", object([("cycles", Json::Count(0)), ("heapSize", size(state.heap.bytes()))])),
        ("list", object([("concats", Json::Count(counts.list_concats.get()))])),
        ("nrFunctionCalls", Json::Count(counts.function_calls.get())),
        ("nrOpUpdates", Json::Count(counts.updates.get())),
        ("nrPrimOpCalls", Json::Count(counts.builtin_calls.get())),
        ("sizes", object([("Attr", size(size_of::<Attr<'_>>())), ("Value", size(size_of::<Value<'_>>()))])),
        ("symbols", symbols),
    ];
    if let (Some(start), Some(end)) = (wish.start, thread_seconds()) {
        fields.push(("cpuTime", Json::Number(end - start)));
        fields.push(("time", object([("cpu", Json::Number(end - start))])));
    }
    if wish.count_calls {
        let functions = calls.functions.iter().filter(|(_, (_, count))| *count > 0);
        let functions = functions.map(|(pos, (name, count))| function(state, Pos::from_number(*pos), *name, *count));
        fields.push(("functions", Json::List(functions.collect())));
        let builtins = calls.builtins.iter().map(|(name, count)| (*name, Json::Count(*count)));
        fields.push(("primops", Json::Object(builtins.collect())));
    }
    fields.sort_by_key(|(name, _)| *name);
    let mut out = Vec::new();
    Json::Object(fields).write(&mut out, 0);
    out.push(b'\n');
    out
}

fn function(state: &State<'_>, pos: Pos, name: Option<Symbol>, count: u64) -> Json {
    let mut fields = Vec::new();
    if let Some(place) = state.sources.place(pos) {
        fields.push(("column", Json::Count(place.column as u64)));
        match &place.source.origin {
            Origin::File(path) => fields.push(("file", Json::Text(path.to_vec()))),
            Origin::Internal(name) => fields.push(("file", Json::Text(shown_internal(name).into()))),
            Origin::Stdin | Origin::Text => {}
        }
        fields.push(("line", Json::Count(place.line as u64)));
    }
    fields.push(("count", Json::Count(count)));
    fields.push(("name", name.map_or(Json::Null, |name| Json::Text(state.symbols.name(name).to_vec()))));
    fields.sort_by_key(|(name, _)| *name);
    Json::Object(fields)
}

fn object<const N: usize>(fields: [(&'static str, Json); N]) -> Json {
    Json::Object(fields.into())
}

/// The parts of JSON that the document needs, laid out as the reference does.
enum Json {
    Null,
    Count(u64),
    Number(f64),
    Text(Vec<u8>),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    fn write(&self, out: &mut Vec<u8>, indent: usize) {
        match self {
            Json::Null => out.extend_from_slice(b"null"),
            Json::Count(count) => out.extend_from_slice(count.to_string().as_bytes()),
            Json::Number(number) => out.extend_from_slice(format!("{number:?}").as_bytes()),
            Json::Text(text) => write_text(out, text),
            Json::List(items) => {
                write_items(out, indent, b"[]", items, |out, item, indent| item.write(out, indent));
            }
            Json::Object(fields) => write_items(out, indent, b"{}", fields, |out, (name, value), indent| {
                write_text(out, name.as_bytes());
                out.extend_from_slice(b": ");
                value.write(out, indent);
            }),
        }
    }
}

/// Writes a string. Bytes that are not UTF-8 are lost, because the document must be JSON.
fn write_text(out: &mut Vec<u8>, text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    write_string(out, text.as_bytes()).expect("made UTF-8 above");
}

fn write_items<T>(
    out: &mut Vec<u8>,
    indent: usize,
    brackets: &[u8; 2],
    items: &[T],
    write: impl Fn(&mut Vec<u8>, &T, usize),
) {
    out.push(brackets[0]);
    let inner = indent + 2;
    let line = |out: &mut Vec<u8>, indent| {
        out.push(b'\n');
        out.resize(out.len() + indent, b' ');
    };
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        line(out, inner);
        write(out, item, inner);
    }
    if !items.is_empty() {
        line(out, indent);
    }
    out.push(brackets[1]);
}
