//! Runs many small evaluations in turn, in one process and on one thread. This is for fuzzing, where a process, a
//! thread or a fresh table of builtins costs more than a case.
//!
//! An evaluation here touches nothing outside: files are in memory, the clock stands still, and there is no
//! environment. No case can see what an earlier one created: values are freed with the arena, and symbols, whose order
//! of creation is observable, are forgotten.

use std::cell::RefCell;
use std::rc::Rc;

use crate::PRIMOPS;
use crate::builtins::Template;
use crate::bytecode::{Chunk, ChunkKind};
use crate::cli::Output;
use crate::convert::{json, xml};
use crate::errors::log::Logger;
use crate::errors::{ErrorKind, Failure};
use crate::heap::Heap;
use crate::io::{InMemory, Io};
use crate::settings::{FeatureSet, Settings};
use crate::source::{Origin, Pos};
pub use crate::state::Variant;
use crate::state::{MessageSink, Setup, State};
use crate::store::OpenedStore;
use crate::symbols::SymbolTable;
use crate::vm::Vm;
use crate::{deep, print};

/// The folder of a case's relative paths.
pub const FOLDER: &[u8] = b"/case";

/// A task for a source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// What `--parse` prints.
    Parse,
    /// What `--eval` prints, with a line break where the command line prints one.
    Evaluate {
        /// Whether all of the value is forced first.
        strict: bool,
        /// How to print it; [`Output::Raw`] counts as plain.
        output: Output,
    },
    /// What `--eval` and `--eval --strict` print, from one evaluation. The output of the first counts as an effect,
    /// between those of the two steps.
    EvaluateAndForce,
}

impl Task {
    /// `--eval --strict`
    pub const STRICT: Task = Task::Evaluate { strict: true, output: Output::Plain };
    /// `--eval`
    pub const LAZY: Task = Task::Evaluate { strict: false, output: Output::Plain };
}

/// The budget of one evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// How many frames it may enter.
    pub fuel: u64,
    /// How many bytes it may use, for values and for everything else whose size the program chooses.
    pub heap_bytes: u64,
}

impl Default for Budget {
    /// Enough for a generated program, and used up within a tenth of a second.
    fn default() -> Self {
        Budget { fuel: 200_000, heap_bytes: 64 << 20 }
    }
}

/// The answer for a source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The output, or the failure.
    pub result: Result<Vec<u8>, Failed>,
    /// What the program wrote to standard error: lines of `builtins.trace` and warnings.
    pub effects: Vec<u8>,
}

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The kind of the error.
    pub kind: ErrorKind,
    /// The message, with the reference's styles.
    pub message: Vec<u8>,
}

impl Answer {
    /// Whether the case shows nothing, because a budget ran out or the native limit on the depth of calls was reached.
    pub fn is_inconclusive(&self) -> bool {
        matches!(&self.result, Err(failed) if matches!(failed.kind, ErrorKind::Budget | ErrorKind::StackOverflow))
    }
}

/// Shown every chunk that a case compiles.
pub type Chunks = Box<dyn FnMut(&Chunk<'_>, &SymbolTable)>;

/// Evaluates one source text after another.
pub struct Session {
    template: Template,
    heap: Option<Heap>,
    heap_bytes: u64,
    io: Rc<dyn Io>,
    messages: Rc<Collected>,
    calls: Calls,
}

/// How often an evaluation called something, as NIX_SHOW_STATS counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// `nrFunctionCalls`
    pub functions: u64,
    /// `nrPrimOpCalls`
    pub builtins: u64,
}

#[derive(Default)]
struct Collected(RefCell<Vec<u8>>);

impl MessageSink for Collected {
    fn write(&self, bytes: &[u8]) {
        self.0.borrow_mut().extend_from_slice(bytes);
    }
}

impl Default for Session {
    fn default() -> Self {
        Session::new(InMemory::new().directory(FOLDER), FeatureSet::default())
    }
}

impl Session {
    /// A session over files in memory and with experimental features. Whatever cases share is made once, here.
    pub fn new(files: InMemory, experimental_features: FeatureSet) -> Session {
        let mut settings = Settings::default();
        settings.experimental_features = experimental_features;
        Session::with_settings(files, settings)
    }

    /// The same, in which calls may be this deep (`max-call-depth`).
    pub fn with_call_depth(files: InMemory, experimental_features: FeatureSet, depth: u32) -> Session {
        let mut settings = Settings::default();
        settings.experimental_features = experimental_features;
        settings.max_call_depth = depth;
        Session::with_settings(files, settings)
    }

    fn with_settings(files: InMemory, settings: Settings) -> Session {
        Session {
            template: Template::new(Rc::new(settings)),
            heap: None,
            heap_bytes: 0,
            io: Rc::new(files),
            messages: Rc::default(),
            calls: Calls::default(),
        }
    }

    /// What the last evaluation counted.
    pub fn calls(&self) -> Calls {
        self.calls
    }

    /// Evaluates or parses `source` as an expression on the command line.
    ///
    /// A bug in the evaluator may panic. The session can be used again after that.
    pub fn run(&mut self, source: &[u8], task: Task, variant: Variant, budget: Budget) -> Answer {
        self.observed(source, task, variant, budget, None)
    }

    /// Like [`Session::run`]; shows every compiled chunk to an observer.
    pub fn observed(
        &mut self,
        source: &[u8],
        task: Task,
        variant: Variant,
        budget: Budget,
        chunks: Option<Chunks>,
    ) -> Answer {
        self.with_state(variant, budget, |state| {
            if let Some(chunks) = chunks {
                state.observe_compiler(chunks);
            }
            answer(state, source, task, budget.fuel).map_err(|failure| {
                let error = failure.to_error();
                Failed { kind: error.kind, message: error.message.into_owned() }
            })
        })
    }

    /// The names that exist once `source` is parsed, in the order of their creation. Whatever it comes to, those that the
    /// parser has read are among them.
    pub fn names(&mut self, source: &[u8]) -> Vec<Box<[u8]>> {
        let mut names = Vec::new();
        self.with_state(Variant::default(), Budget::default(), |state| {
            let parsed = state.add_source(Origin::Text, source.to_vec());
            let parsed = parsed.and_then(|source| state.parsed_text(&source, FOLDER));
            names = state.symbols.names().map(Into::into).collect();
            parsed.map_err(|failure| {
                let error = failure.to_error();
                Failed { kind: error.kind, message: error.message.into_owned() }
            })
        });
        names
    }

    /// Does something with the state of a new evaluation.
    fn with_state(
        &mut self,
        variant: Variant,
        budget: Budget,
        work: impl for<'h> FnOnce(&'h State<'h>) -> Result<Vec<u8>, Failed>,
    ) -> Answer {
        match &mut self.heap {
            Some(heap) if self.heap_bytes == budget.heap_bytes => heap.reset(),
            heap => *heap = Some(Heap::new(Some(budget.heap_bytes))),
        }
        self.heap_bytes = budget.heap_bytes;
        self.messages.0.borrow_mut().clear();
        let setup = Setup {
            settings: self.template.settings(),
            io: self.io.clone(),
            files: self.io.clone(),
            store: OpenedStore::default(),
            input_caches: Vec::new(),
            messages: self.messages.clone(),
            logger: Logger::default(),
            environment: Vec::new(),
            home: Rc::default(),
            current_dir: FOLDER.to_vec(),
            search_path: Vec::new(),
            read_only: true,
            current_time: Some(1),
            variant,
        };
        let heap = self.heap.as_ref().expect("made above");
        let state = self.template.state(heap, setup);
        let result = work(&state);
        let statistics = &state.statistics;
        self.calls = Calls { functions: statistics.function_calls.get(), builtins: statistics.builtin_calls.get() };
        self.template.recover(&state);
        Answer { result, effects: self.messages.0.take() }
    }
}

fn answer<'h>(state: &'h State<'h>, source: &[u8], task: Task, fuel: u64) -> Result<Vec<u8>, Failure> {
    let source = state.add_source(Origin::Text, source.to_vec())?;
    let (strict, output) = match task {
        Task::Parse => return state.parsed_text(&source, FOLDER),
        Task::Evaluate { strict, output } => (strict, output),
        Task::EvaluateAndForce => (true, Output::Plain),
    };
    let chunk = state.compile_source(&source, FOLDER, ChunkKind::Root, None)?;
    state.limits.set_fuel(Some(fuel));
    let mut vm = Vm::new(state, PRIMOPS);
    let value = vm.evaluate(chunk)?;
    let text = Rc::new(RefCell::new(Vec::new()));
    match output {
        Output::Plain | Output::Raw => {
            if task == Task::EvaluateAndForce {
                let mut shown = Vec::new();
                print::plain(state, value, &mut shown)?;
                shown.push(b'\n');
                state.write_message(&shown);
            }
            if strict {
                vm.run_generator(|machine| Box::pin(async move { deep::force_deep(&machine, value).await }))?;
            }
            print::plain(state, value, &mut text.borrow_mut())?;
            text.borrow_mut().push(b'\n');
        }
        Output::Json => {
            let written = text.clone();
            vm.run_generator(|machine| {
                Box::pin(async move {
                    let conversion = json::Conversion { strict, copy_to_store: true };
                    let mut line = Vec::new();
                    let pos = value.determine_pos(Pos::NONE);
                    let (json, _) = json::to_json_or_print(&machine, value, conversion, pos, &mut line).await?;
                    written.replace([json, b"\n".to_vec()].concat());
                    Ok(value)
                })
            })?;
        }
        Output::Xml => {
            let written = text.clone();
            vm.run_generator(|machine| {
                Box::pin(async move {
                    let mut document = Vec::new();
                    let conversion = xml::Conversion { strict, location: true };
                    xml::to_xml(&machine, value, conversion, &mut document).await?;
                    written.replace(document);
                    Ok(value)
                })
            })?;
        }
    }
    Ok(text.take())
}

#[cfg(test)]
mod tests;
