//! What one evaluation shares: the region, names, sources, settings, the world, what has been imported, and the counts
//! of what was done. Everything in it is reached by shared reference, from the machine and from generators alike.

mod base;
mod copy;
mod imports;
mod lookup;
mod messages;
mod statistics;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::errors::highlight::hint;
use crate::errors::log::Logger;
use crate::errors::{Error, ErrorKind, Failure, suggestions};
use crate::heap::symbols::known;
use crate::heap::{Growing, Heap, Symbol, SymbolTable};
use crate::io::Io;
use crate::io::search_path::SearchPath;
use crate::settings::Settings;
use crate::syntax::source::{Origin, Pos, SourceMap};
use crate::value::{Attr, Attrs, Context, Globals, List, NixString, Packed, Value};
use crate::{bytecode, print};
pub use base::Base;
pub use imports::FileCache;
pub use statistics::Statistics;

/// Where traces and warnings go while an evaluation runs.
pub trait MessageSink {
    /// Takes whole lines, as they are to appear on stderr.
    fn write(&self, bytes: &[u8]);
}

/// What is given to an evaluation.
pub struct Setup {
    /// Settings.
    pub settings: Rc<Settings>,
    /// The file system.
    pub io: Rc<dyn Io>,
    /// Where messages go.
    pub messages: Rc<dyn MessageSink>,
    /// In which form.
    pub logger: Logger,
    /// The environment that `builtins.getEnv` sees.
    pub environment: Vec<(Vec<u8>, Vec<u8>)>,
    /// The folder that relative paths of the command line are relative to.
    pub current_dir: Vec<u8>,
    /// Entries of the search path, as `-I`, NIX_PATH and the settings give them.
    pub search_path: Vec<crate::io::search_path::Entry>,
    /// Whether nothing is to be written to the store, so that paths are only computed.
    pub read_only: bool,
    /// What `builtins.currentTime` says; the clock's time where it is none.
    pub current_time: Option<i64>,
    /// What is switched off that only makes evaluation faster.
    pub variant: Variant,
}

/// Ways of evaluating that a program cannot tell from the default one: each goes without something that only makes
/// evaluation faster. Where two answers differ there is a bug. The default is everything on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Variant {
    /// Bytecode as plain as the reference's own tree: functions take one argument each, a lambda in a slot is inside a
    /// thunk, and an operator that the parser wrote as a call of a builtin is that call.
    pub plain_bytecode: bool,
    /// Every builtin that can call back does its work in a generator, also where nothing needs it.
    pub generators_only: bool,
    /// `//` copies both sides.
    pub flat_sets: bool,
}

/// Is shown every chunk that is compiled, inner ones first.
pub type ChunkObserver = Box<dyn FnMut(&bytecode::Chunk<'_>, &SymbolTable)>;

/// One evaluation.
pub struct State<'h> {
    /// Where values live.
    pub heap: &'h Heap,
    /// Strings that grow.
    pub(crate) growing_strings: Growing<'h, u8>,
    /// Lists that grow.
    pub(crate) growing_lists: Growing<'h, Packed<'h>>,
    /// Names.
    pub symbols: Rc<SymbolTable>,
    /// Sources.
    pub sources: SourceMap,
    /// Settings.
    pub settings: Rc<Settings>,
    /// The file system.
    pub io: Rc<dyn Io>,
    /// The store that paths are computed for.
    pub store: crate::store::StoreDirectory,
    /// Whether paths are only computed. Where not, whatever would write to the store fails, for ours takes nothing.
    pub read_only: bool,
    /// The environment.
    pub environment: Vec<(Vec<u8>, Vec<u8>)>,
    /// The folder that relative paths are relative to.
    pub current_dir: Vec<u8>,
    /// How deep the calls are that are being made.
    pub call_depth: Cell<u32>,
    /// How deep they may be.
    pub max_call_depth: u32,
    /// What was counted.
    pub statistics: Statistics,
    /// What `builtins.currentTime` says, where it is not the clock's time.
    pub current_time: Option<i64>,
    /// What is switched off.
    pub variant: Variant,
    /// Entries of the search path.
    pub search_path_entries: Vec<crate::io::search_path::Entry>,
    /// What early integers stand for.
    pub early_sites: crate::value::EarlySites<'h>,
    /// What has been found on it.
    pub search_path: SearchPath,
    /// Files that were imported.
    pub files: FileCache<'h>,
    /// What each path was copied to the store as.
    pub(crate) copied_paths: RefCell<FxHashMap<Vec<u8>, crate::store::StorePath>>,
    /// Derivations that were instantiated, and regular expressions that were compiled.
    pub(crate) caches: crate::builtins::Caches,
    /// Names as string values, by symbols.
    pub(crate) name_values: RefCell<Vec<Option<&'h NixString<'h>>>>,
    globals: OnceCell<Globals<'h>>,
    /// Where sources are parsed, one after the other.
    arena: Cell<crate::syntax::tree::Arena>,
    /// Where they are compiled.
    compiler_room: Cell<crate::compiler::Room<'h>>,
    messages: Rc<dyn MessageSink>,
    /// How many bytes of messages there were.
    message_bytes: Cell<usize>,
    logger: Logger,
    /// How many activities there were.
    activities: Cell<u64>,
    failures: RefCell<Vec<Failure>>,
    observer: RefCell<Option<ChunkObserver>>,
}

impl<'h> State<'h> {
    /// The state of a new evaluation, with the builtins in scope.
    pub fn new(heap: &'h Heap, setup: Setup) -> Self {
        let (symbols, globals) = crate::builtins::register(&setup.settings);
        State::with(heap, setup, Rc::new(symbols), &globals)
    }

    /// The state of a new evaluation that starts with these symbols and globals.
    fn with(heap: &'h Heap, setup: Setup, symbols: Rc<SymbolTable>, globals: &crate::builtins::Registered) -> Self {
        heap.set_flat_sets(setup.variant.flat_sets);
        let state = State {
            heap,
            growing_strings: Growing::new(heap),
            growing_lists: Growing::new(heap),
            symbols,
            sources: SourceMap::default(),
            max_call_depth: setup.settings.max_call_depth,
            settings: setup.settings,
            io: Rc::new(crate::io::built_in::WithBuiltIn(setup.io)),
            store: crate::store::StoreDirectory::default(),
            read_only: setup.read_only,
            environment: setup.environment,
            current_dir: setup.current_dir,
            call_depth: Cell::new(0),
            statistics: Statistics::default(),
            current_time: setup.current_time,
            variant: setup.variant,
            search_path_entries: setup.search_path,
            early_sites: crate::value::EarlySites::default(),
            search_path: SearchPath::new(),
            files: FileCache::default(),
            copied_paths: RefCell::default(),
            caches: crate::builtins::Caches::default(),
            name_values: RefCell::default(),
            globals: OnceCell::new(),
            arena: Cell::default(),
            compiler_room: Cell::default(),
            messages: setup.messages,
            message_bytes: Cell::new(0),
            logger: setup.logger,
            activities: Cell::new(0),
            failures: RefCell::default(),
            observer: RefCell::default(),
        };
        let globals = globals.instantiate(&state);
        if state.globals.set(globals).is_err() {
            unreachable!("a new state has no globals");
        }
        state
    }

    /// The variables that every source sees.
    pub fn globals(&self) -> &Globals<'h> {
        self.globals.get().expect("globals are set when the state is made")
    }

    /// Shows every chunk that is compiled from now on to `observer`.
    pub fn observe_compiler(&self, observer: ChunkObserver) {
        *self.observer.borrow_mut() = Some(observer);
    }

    // Values.

    /// A string without context.
    pub fn string(&self, bytes: &[u8]) -> Value<'h> {
        NixString::copied(self.heap, bytes)
    }

    /// A list.
    pub fn list(&self, items: &[Value<'h>]) -> Value<'h> {
        List::copied(self.heap, items)
    }

    /// A set, from names and slots in any order.
    pub fn attrs(&self, attrs: impl IntoIterator<Item = (Symbol, Value<'h>)>) -> Value<'h> {
        let attrs = attrs.into_iter().map(|(name, value)| Attr::new(self.heap, name, Pos::NONE, value)).collect();
        Value::Attrs(Attrs::from_unsorted(self.heap, attrs))
    }

    /// The name that a string value stands for.
    pub(crate) fn intern_string(&self, value: Value<'h>) -> Symbol {
        match value {
            Value::String(string) => string.symbol(&self.symbols),
            _ => unreachable!("checked to be a string"),
        }
    }

    /// What `builtins.tryEval` gives: `None` for a caught error.
    pub(crate) fn try_eval_result(&self, value: Option<Value<'h>>) -> Value<'h> {
        let (success, value) = (value.is_some(), value.unwrap_or(Value::Bool(false)));
        self.attrs([(self.symbols.intern(b"success"), Value::Bool(success)), (known::VALUE, value)])
    }

    /// `__curPos` at `pos`, and what `unsafeGetAttrPos` gives: null outside of files. Line and column are counted
    /// only when something asks for them.
    pub fn position_value(&self, pos: Pos) -> Value<'h> {
        let Some(source) = self.sources.source_of(pos) else { return Value::Null };
        let Some(path) = source.origin.path() else { return Value::Null };
        let (line, column) = crate::builtins::attributes::line_and_column(self, pos);
        let path = crate::io::paths::undisplayed(&path);
        self.attrs([(known::FILE, self.string(path)), (known::LINE, line), (known::COLUMN, column)])
    }

    /// The attributes of a set by name, as the reference's `lexicographicOrder` gives them; the set itself has them in
    /// the order in which their names were created.
    pub(crate) fn by_name(&self, attrs: &Attrs<'h>) -> Vec<Attr<'h>> {
        let mut sorted = attrs.sorted(self.heap).to_vec();
        sorted.sort_by(|a, b| self.symbols.name(a.name).cmp(self.symbols.name(b.name)));
        sorted
    }

    /// A name as it is printed: quoted where it is no identifier.
    pub fn printed_name(&self, symbol: Symbol) -> Vec<u8> {
        crate::syntax::print_identifier(self.symbols.name(symbol))
    }

    /// The name of a function in messages.
    pub(crate) fn lambda_name(&self, chunk: &bytecode::Chunk<'h>) -> Vec<u8> {
        match chunk.lambda_name() {
            Some(name) => self.symbols.name(name).to_vec(),
            None => b"anonymous lambda".to_vec(),
        }
    }

    /// Appends `FILE:LINE:COLUMN`.
    pub fn write_place(&self, pos: Pos, out: &mut Vec<u8>) {
        match self.sources.place(pos) {
            Some(place) => out.extend_from_slice(&place.describe()),
            None => out.extend_from_slice("«none»:0".as_bytes()),
        }
    }

    /// Whether a place is inside the evaluator's own definition of `derivation`, which traces leave out.
    pub(crate) fn is_derivation_prelude(&self, pos: Pos) -> bool {
        self.sources
            .source_of(pos)
            .is_some_and(|source| source.origin == Origin::Internal(crate::builtins::DERIVATION_PRELUDE_NAME))
    }

    /// The experimental features that are on.
    pub(crate) fn features(&self) -> crate::settings::FeatureSet {
        self.settings.experimental_features
    }

    /// Fails where a builtin would have to write to the store: ours is the reference's dummy store, which takes nothing.
    pub(crate) fn require_read_only(&self, operation: &str) -> Result<(), Failure> {
        if self.read_only { Ok(()) } else { Err(self.store_takes_nothing(operation)) }
    }

    /// The error of a store that takes nothing.
    pub(crate) fn store_takes_nothing(&self, operation: &str) -> Failure {
        let words = "operation '{}' is not supported by store '{}'";
        Error::new(ErrorKind::System, hint(words, &[operation.as_bytes(), b"dummy://"])).into()
    }

    // Failures.

    /// “expected `wanted` but found …”
    pub fn type_error(&self, wanted: &str, found: Value<'h>) -> Box<Error> {
        let mut message = format!("expected {wanted} but found ").into_bytes();
        message.extend_from_slice(&print::describe(self, found));
        Error::new(ErrorKind::Type, message)
    }

    /// “attribute '…' missing”, with what may have been meant.
    pub fn missing_attribute(&self, attrs: &Attrs<'h>, name: Symbol) -> Box<Error> {
        let mut error =
            Error::new(ErrorKind::MissingAttribute, hint("attribute '{}' missing", &[&self.printed_name(name)]));
        let names = attrs.sorted(self.heap).iter().map(|attr| self.symbols.name(attr.name));
        error.suggestions = suggestions::best_matches(names, self.symbols.name(name));
        error
    }

    pub(crate) fn undefined_variable(&self, name: Symbol) -> Box<Error> {
        crate::syntax::undefined_variable(name, &self.symbols)
    }

    #[cold]
    pub(crate) fn stack_overflow(&self) -> Failure {
        Error::new(ErrorKind::StackOverflow, "stack overflow; max-call-depth exceeded").into()
    }

    /// The end of the whole evaluation where the reference's stack ends: nothing catches it, and it has no trace.
    #[cold]
    pub(crate) fn endless_recursion(&self) -> Failure {
        Error::foreign(ErrorKind::StackOverflow, "stack overflow (possible infinite recursion)").into()
    }

    #[cold]
    pub(crate) fn out_of_heap(&self) -> Failure {
        match self.heap.is_unlimited() {
            true => Error::foreign(ErrorKind::Budget, "out of memory").into(),
            false => {
                let message = "the evaluation ran out of memory (the budget of heap bytes)";
                Error::new(ErrorKind::Budget, message).into()
            }
        }
    }

    /// Must be asked before an allocation whose size the program chooses.
    pub fn reserve(&self, bytes: usize) -> Result<(), Failure> {
        self.heap.reserve(bytes).map_err(|_| self.out_of_heap())
    }

    /// Sets the call depth `levels` below `outer`, as recursion at `pos` would.
    pub(crate) fn enter_depth(&self, outer: u32, levels: usize, pos: Pos) -> Result<(), Failure> {
        let depth = outer.saturating_add(u32::try_from(levels).unwrap_or(u32::MAX));
        if depth > self.max_call_depth {
            let failure = self.stack_overflow();
            failure.set_pos_if_none(pos);
            return Err(failure);
        }
        self.call_depth.set(depth.saturating_add(1));
        Ok(())
    }

    /// The bytes of an evaluated value that must be a string without context.
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

    /// The first element of a context as messages show it.
    fn display_context_element(&self, context: Context<'h>) -> Vec<u8> {
        let Some(element) = context.elements.first() else { return Vec::new() };
        match crate::store::ContextElement::parse(element, crate::settings::FeatureSet::ALL) {
            Ok(element) => element.display(&self.store),
            Err(_) => element.to_vec(),
        }
    }

    /// Remembers a failure for the thunks that failed because of it.
    pub(crate) fn remember_failure(&self, failure: &Failure) -> u32 {
        let mut failures = self.failures.borrow_mut();
        if !failures.last().is_some_and(|last| last.is_same(failure)) {
            failures.push(failure.clone());
        }
        failures.len() as u32 - 1
    }

    pub(crate) fn failure(&self, number: u32) -> Failure {
        self.failures.borrow()[number as usize].clone()
    }

    // Messages.

    /// Prints lines as they are.
    pub(crate) fn write_message(&self, lines: &[u8]) {
        self.message_bytes.set(self.message_bytes.get().saturating_add(lines.len()));
        self.messages.write(lines);
    }

    /// Prints what `builtins.trace` says.
    ///
    /// # Errors
    /// See [`State::bound_messages`].
    pub fn trace(&self, text: &[u8]) -> Result<(), Failure> {
        self.write_message(&self.logger.trace(text));
        self.bound_messages()
    }

    /// Prints a warning.
    pub fn warn(&self, text: &[u8]) {
        self.write_message(&self.logger.warning(text));
    }

    /// Prints an error or warning with its place and trace.
    pub fn report(&self, level: crate::errors::render::Level, error: &Error) {
        self.write_message(&self.logger.report(level, error, &self.sources, self.settings.show_trace));
    }

    /// Must be asked after a message that a program prints, as often as it likes. Messages count against a budget of
    /// heap bytes: whoever gives one keeps what is printed.
    ///
    /// # Errors
    /// The budget is spent.
    pub(crate) fn bound_messages(&self) -> Result<(), Failure> {
        match self.heap.is_unlimited() {
            true => Ok(()),
            false => self.reserve(self.message_bytes.get()),
        }
    }

    // Counts.

    #[inline]
    pub(crate) fn count_function_calls(&self, count: usize) {
        let calls = &self.statistics.function_calls;
        calls.set(calls.get() + count as u64);
    }

    pub(crate) fn discount_function_call(&self) {
        let calls = &self.statistics.function_calls;
        calls.set(calls.get() - 1);
    }

    #[inline]
    pub(crate) fn count_builtin_call(&self) {
        let calls = &self.statistics.builtin_calls;
        calls.set(calls.get() + 1);
    }

    pub(crate) fn discount_builtin_call(&self) {
        let calls = &self.statistics.builtin_calls;
        calls.set(calls.get() - 1);
    }

    #[inline]
    pub(crate) fn count_update(&self) {
        let updates = &self.statistics.updates;
        updates.set(updates.get() + 1);
    }

    #[inline]
    pub(crate) fn count_list_concat(&self) {
        let concats = &self.statistics.list_concats;
        concats.set(concats.get() + 1);
    }
}
