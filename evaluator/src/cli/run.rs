//! Runs an invocation: what `nix-instantiate` does with its plan.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::automatic_call::{automatic_arguments, automatic_call, find_along_path};
use super::forcing;
use super::instantiate;
use super::observe;
use super::statistics::{self, CallCounter, Calls, Wish};
use super::{Argument, Completed, Input, Invocation, Mode, Output, Over, Plan, Stdin, failure, failure_within};
use crate::bytecode::ChunkKind;
use crate::coerce::{self, Coercion};
use crate::convert::{json, xml};
use crate::errors::highlight::hint;
use crate::errors::log::{Logger, Verbosity};
use crate::errors::{Error, ErrorKind, Failure};
use crate::forcing::{Recorder, Recording};
use crate::heap::Heap;
use crate::io::search_path::{Found, Hooks};
use crate::io::{FileSystem, Io, Restricted, access, native, paths};
use crate::refusal;
use crate::settings::{Environment, Settings};
use crate::source::{Origin, Pos, Source, SourceMap};
use crate::state::{MessageSink, Setup, State, Variant};
use crate::value::{Attrs, Value};
use crate::vm::Vm;
use crate::{deep, print};

/// Receives a run's output while it runs.
pub trait Console {
    /// Takes bytes for standard output.
    fn stdout(&self, bytes: &[u8]);
    /// Takes bytes for standard error.
    fn stderr(&self, bytes: &[u8]);
    /// Saves a whole file that the environment asks for.
    fn save(&self, _file: &std::path::Path, _bytes: &[u8]) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
    /// Shows a page of the manual to its end, and gives the exit status of whatever shows it. [`std::io::ErrorKind::NotFound`]
    /// where there is no such program.
    fn show_manual(&self, _page: &str) -> std::io::Result<i32> {
        Err(std::io::ErrorKind::NotFound.into())
    }
    /// Takes the error that ends the run, after it has been printed: for embedders that want its kind.
    fn failed(&self, _error: &Error) {}
    /// Receives what to print if the system refuses memory during the run, where that is not plain text.
    fn out_of_memory(&self, _message: Vec<u8>) {}
    /// Receives the size of the arena of values when the run ends.
    fn used(&self, _heap_bytes: usize) {}
}

/// Runs an invocation on the machine's file system and collects what it prints.
pub fn run(invocation: &Invocation) -> Completed {
    let collected = Rc::new(Collected::default());
    let status = run_on(invocation, Rc::new(FileSystem::new()), collected.clone());
    Completed {
        status,
        stdout: collected.stdout.take(),
        stderr: collected.stderr.take(),
        exhausted: collected.exhausted.take(),
        heap_bytes: collected.heap_bytes.get() as u64,
    }
}

#[derive(Default)]
struct Collected {
    stdout: RefCell<Vec<u8>>,
    stderr: RefCell<Vec<u8>>,
    exhausted: RefCell<Option<String>>,
    heap_bytes: Cell<usize>,
}

impl Console for Collected {
    fn stdout(&self, bytes: &[u8]) {
        self.stdout.borrow_mut().extend_from_slice(bytes);
    }

    fn stderr(&self, bytes: &[u8]) {
        self.stderr.borrow_mut().extend_from_slice(bytes);
    }

    fn save(&self, file: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
        std::fs::write(file, bytes)
    }

    fn failed(&self, error: &Error) {
        if error.kind == ErrorKind::Budget {
            self.exhausted.replace(Some(String::from_utf8_lossy(&error.message).into_owned()));
        }
    }

    fn used(&self, heap_bytes: usize) {
        self.heap_bytes.set(heap_bytes);
    }
}

/// Passes the messages of an evaluation on to standard error.
struct ToConsole(Rc<dyn Console>);

impl MessageSink for ToConsole {
    fn write(&self, bytes: &[u8]) {
        self.0.stderr(bytes);
    }
}

/// A console with a progress bar on its last line. The bar is always empty, and drawn after the first message.
struct WithBar {
    console: Rc<dyn Console>,
    is_drawn: Cell<bool>,
}

impl Console for WithBar {
    fn stdout(&self, bytes: &[u8]) {
        self.console.stdout(bytes);
    }

    fn stderr(&self, bytes: &[u8]) {
        self.console.stderr(bytes);
        if !bytes.is_empty() && !self.is_drawn.replace(true) {
            self.console.stderr(b"\r\x1b[0m\x1b[K");
        }
    }

    fn save(&self, file: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
        self.console.save(file, bytes)
    }

    fn failed(&self, error: &Error) {
        self.console.failed(error);
    }

    fn used(&self, heap_bytes: usize) {
        self.console.used(heap_bytes);
    }
}

/// Runs an invocation on any file system, printing as it goes. Returns the exit status.
pub fn run_on(invocation: &Invocation, io: Rc<dyn Io>, console: Rc<dyn Console>) -> i32 {
    let plan = match super::plan_or_error(invocation, &*io) {
        Ok(plan) => plan,
        Err(Over { completed, error, is_help }) => {
            if is_help && invocation.is_nix_instantiate {
                console.stderr(&completed.stderr);
                return show_manual(invocation, &*console);
            }
            console.stderr(&completed.stderr);
            console.stdout(&completed.stdout);
            if let Some(error) = error {
                console.failed(&error);
            }
            return completed.status;
        }
    };
    console.stderr(&plan.log);
    if plan.logger != Logger::default() {
        let error = Error::foreign(ErrorKind::Budget, refusal::MESSAGE);
        console.out_of_memory(failure(&plan.logger, &error, &SourceMap::default(), false));
    }
    let end = plan.logger.end();
    let status = match plan.logger.draws_bar() {
        false => run_plan(invocation, &plan, io, console.clone()),
        true => {
            run_plan(invocation, &plan, io, Rc::new(WithBar { console: console.clone(), is_drawn: Cell::new(false) }))
        }
    };
    console.stderr(end);
    status
}

/// What `nix-instantiate --help` does: the manual's page takes the place of the run.
fn show_manual(invocation: &Invocation, console: &dyn Console) -> i32 {
    let page = "nix-instantiate";
    match console.show_manual(page) {
        Ok(status) => status,
        Err(error) => {
            let error = if error.kind() == std::io::ErrorKind::NotFound {
                let words = "The '{}' command was not found, but it is needed for '{}' and some other '{}' commands' \
                             help text. Perhaps you could install the '{}' command?";
                Error::new(ErrorKind::System, hint(words, &[b"man", page.as_bytes(), b"nix-*", b"man"]))
            } else {
                access::system_error(hint("command 'man {}' failed", &[page.as_bytes()]), &error)
            };
            let logger = super::logger(Environment(&invocation.environment), invocation.terminal);
            console.stderr(&failure(&logger, &error, &SourceMap::default(), false));
            1
        }
    }
}

/// The files that an evaluation may see, to which more can be added.
type Restriction = Rc<Restricted<Rc<dyn Io>>>;

/// What an evaluation with these settings sees of `io`, and the restriction if there is one.
pub(crate) fn restricted(settings: &Settings, io: Rc<dyn Io>) -> (Rc<dyn Io>, Option<Restriction>) {
    if !settings.pure_eval && !settings.restrict_eval {
        return (io, None);
    }
    let restricted = Rc::new(Restricted::new(io, settings.pure_eval));
    (restricted.clone(), Some(restricted))
}

fn run_plan(invocation: &Invocation, plan: &Plan, io: Rc<dyn Io>, console: Rc<dyn Console>) -> i32 {
    let machine = io.clone();
    let (io, restricted) = restricted(&plan.settings, io);
    let environment = invocation
        .environment
        .iter()
        .map(|(name, value)| (native::bytes(name).to_vec(), native::bytes(value).to_vec()))
        .collect();
    let wish = Wish::new(Environment(&invocation.environment));
    let calls = Rc::new(RefCell::new(Calls::default()));
    let heap = Heap::new(plan.budgets.heap_bytes);
    let setup = Setup {
        settings: Rc::new(plan.settings.clone()),
        io,
        files: machine.clone(),
        store: plan.store.clone(),
        input_caches: plan.input_caches.clone(),
        messages: Rc::new(ToConsole(console.clone())),
        logger: plan.logger,
        environment,
        home: plan.home.clone(),
        current_dir: plan.current_dir.clone(),
        search_path: plan.search_path.clone(),
        read_only: plan.read_only,
        current_time: None,
        variant: Variant {
            plain_bytecode: plan.settings.trace_function_calls || !plan.forcing.is_empty(),
            ..Variant::default()
        },
    };
    let state = State::with_builtins(&heap, setup);
    state.limits.set_fuel(plan.budgets.fuel);
    let mut run = Run {
        vm: Vm::new(&state, crate::PRIMOPS),
        state: &state,
        plan,
        machine: &*machine,
        console: &*console,
        has_warned: false,
    };
    if let Some(interrupt) = &invocation.interrupt {
        state.limits.end_with(interrupt.clone());
    }
    if plan.settings.trace_function_calls {
        run.vm.trace_calls();
    }
    if plan.observe_compiler {
        observe::observe_compiler(&state, console.clone());
    }
    if plan.observe_runtime {
        let printer = observe::RuntimePrinter { console: console.clone(), symbols: &state.symbols };
        run.vm.observe(Box::new(printer));
    }
    let recording = Rc::new(RefCell::new(Recording::default()));
    if !plan.forcing.is_empty() {
        run.vm.observe(Box::new(Recorder::new(&state, recording.clone(), None)));
    }
    if wish.count_calls {
        run.vm.observe(Box::new(CallCounter(calls.clone())));
    }
    let allowed = match &restricted {
        Some(restricted) => state
            .world
            .search_path
            .allow(&plan.search_path, &plan.current_dir, restricted, &state)
            .map_err(Failure::from),
        None => Ok(()),
    };
    let begun = allowed.map(|()| {
        state.log_evaluation(
            &[b"\xc2\xabnix-internal\xc2\xbb/", crate::state::DERIVATION_PRELUDE_NAME.as_bytes()].concat(),
        );
    });
    let result =
        begun.and_then(|()| run.inputs(&mut Stdin::failing(invocation.stdin_failure, invocation.stdin.clone())));
    console.used(heap.bytes());
    let shown = forcing::show(&recording.borrow(), plan, &*console);
    // An error of the evaluation comes before one about its recording.
    match result.and_then(|()| shown.map_err(Failure::from)) {
        Ok(()) => {
            if wish.show && plan.mode != Mode::FindFile {
                show_statistics(&state, &wish, &calls.borrow(), &*console);
            }
            0
        }
        Err(error) => {
            let mut error = error.to_error();
            // A trace shows lines of the source, however long they are, and its text is copied twice.
            let most = if heap.is_unlimited() { usize::MAX } else { (heap.left() / 3).max(1 << 20) };
            let show_trace = plan.settings.show_trace;
            let text = failure_within(&plan.logger, &error, &state.sources, show_trace, most).unwrap_or_else(|| {
                error = *Error::out_of_memory(true);
                failure(&plan.logger, &error, &state.sources, show_trace)
            });
            console.stderr(&text);
            if plan.error_codes {
                let code = error.kind.code();
                let note = format!("note: this is {code}; nix-eval --explain {code} says more");
                console.stderr(&plan.logger.message(Verbosity::Error, note.as_bytes()));
            }
            console.failed(&error);
            i32::from(error.status)
        }
    }
}

fn show_statistics(state: &State<'_>, wish: &Wish, calls: &Calls, console: &dyn Console) {
    let document = statistics::document(state, wish, calls);
    match &wish.path {
        // The reference, too, goes on without a word where the file cannot be written.
        Some(path) => {
            let path = paths::absolute(path, &state.world.current_dir);
            let _ = console.save(native::path(&path), &document);
        }
        None => console.stderr(&document),
    }
}

struct Run<'r, 'h> {
    vm: Vm<'h>,
    state: &'h State<'h>,
    plan: &'r Plan,
    /// The file system without restrictions: any file that the command line names may be read.
    machine: &'r dyn Io,
    console: &'r dyn Console,
    /// Whether the warning about roots has been printed.
    has_warned: bool,
}

impl<'h> Run<'_, 'h> {
    fn inputs(&mut self, stdin: &mut Stdin) -> Result<(), Failure> {
        let read = |argument: &Argument| argument.read(&self.plan.current_dir, stdin, self.machine);
        let automatic = automatic_arguments(self.state, &self.plan.automatic_arguments, read)?;
        if self.plan.mode == Mode::FindFile {
            return self.find_files();
        }
        for input in &self.plan.inputs {
            let (source, base) = self.source(input, stdin)?;
            if self.plan.mode == Mode::Parse {
                self.console.stdout(&self.state.parsed_text(&source, &base)?);
                continue;
            }
            let chunk = self.state.compile_source(&source, &base, ChunkKind::Root, None)?;
            let value = self.vm.evaluate(chunk)?;
            for path in &self.plan.attribute_paths {
                self.attribute(value, path, automatic)?;
            }
        }
        Ok(())
    }

    fn find_files(&self) -> Result<(), Failure> {
        for input in &self.plan.inputs {
            let (Input::Lookup(name) | Input::File(name) | Input::Expression(name)) = input else { continue };
            match self.state.find_file(name)? {
                Found::File(path) => self.console.stdout(&[path.as_slice(), b"\n"].concat()),
                Found::BuiltIn(path) => {
                    let shown = [b"<nix".as_slice(), &path, b">"].concat();
                    return Err(Error::new(ErrorKind::System, hint("'{}' has no physical path", &[&shown])).into());
                }
            }
        }
        Ok(())
    }

    /// The source of an input, and the folder of its relative paths.
    fn source(&self, input: &Input, stdin: &mut Stdin) -> Result<(Rc<Source>, Vec<u8>), Failure> {
        let state = self.state;
        let text = |origin, text: Vec<u8>| -> Result<(Rc<Source>, Vec<u8>), Failure> {
            Ok((state.add_source(origin, text)?, self.plan.current_dir.clone()))
        };
        match input {
            Input::Stdin => text(Origin::Stdin, stdin.read()?),
            Input::Expression(expression) => text(Origin::Text, expression.clone()),
            Input::File(path) => self.file(path),
            Input::Lookup(name) => match state.find_file(name)? {
                Found::File(path) => self.file(&path),
                Found::BuiltIn(path) => self.file(&paths::append(crate::io::built_in::FOLDER, &path)),
            },
            Input::Url(url) => self.file(&state.download(url)?),
            Input::Flake(reference) => self.file(&state.flake(reference)?),
        }
    }

    fn file(&self, path: &[u8]) -> Result<(Rc<Source>, Vec<u8>), Failure> {
        let path = self.state.resolve_import(path)?;
        let text = self.state.read_source(&path)?;
        let base = paths::parent(&path).unwrap_or(b"/").to_vec();
        Ok((self.state.add_source(Origin::File(path.into()), text)?, base))
    }

    /// Selects along one attribute path, and prints the value.
    fn attribute(&mut self, root: Value<'h>, path: &[u8], automatic: &'h Attrs<'h>) -> Result<(), Failure> {
        let path = path.to_vec();
        let selected = self.vm.run_generator(|machine| {
            Box::pin(async move {
                let selected = find_along_path(&machine, root, &path, automatic).await?;
                machine.force_at(selected, selected.determine_pos(Pos::NONE)).await
            })
        })?;
        if self.plan.mode == Mode::Instantiate {
            return self.instantiate(selected, automatic);
        }
        let value = if automatic.is_empty() {
            selected
        } else {
            self.vm
                .run_generator(|machine| Box::pin(async move { automatic_call(&machine, selected, automatic).await }))?
        };
        let mut out = Vec::new();
        match self.plan.output {
            Output::Raw => {
                let context = "while generating the nix-instantiate output";
                let how = Coercion::INTERPOLATION;
                let string = self.vm.run_generator(|machine| {
                    Box::pin(async move { coerce::coerce_to_value(&machine, value, how, Pos::NONE, context).await })
                })?;
                if let Value::String(string) = string {
                    out.extend_from_slice(string.bytes());
                }
            }
            Output::Plain => {
                if self.plan.strict {
                    self.vm
                        .run_generator(|machine| Box::pin(async move { deep::force_deep(&machine, value).await }))?;
                }
                let printed = print::plain(self.state, value, &mut out);
                if printed.is_ok() {
                    out.push(b'\n');
                }
                self.console.stdout(&out);
                return printed;
            }
            Output::Xml | Output::Json => return self.convert(value, selected.determine_pos(Pos::NONE)),
        }
        self.console.stdout(&out);
        Ok(())
    }
}

impl<'h> Run<'_, 'h> {
    /// Prints a value as JSON or XML. `pos` is the position of the selected value.
    fn convert(&mut self, value: Value<'h>, pos: Pos) -> Result<(), Failure> {
        // What is printed before an error, too: XML is printed as far as it came, JSON as far as it is UTF-8.
        let out = Rc::new(RefCell::new(Vec::new()));
        let text = out.clone();
        let (strict, location) = (self.plan.strict, self.plan.xml_location);
        let is_xml = self.plan.output == Output::Xml;
        let converted = self.vm.run_generator(|machine| {
            Box::pin(async move {
                if is_xml {
                    let mut document = Vec::new();
                    let result =
                        xml::to_xml(&machine, value, xml::Conversion { strict, location }, &mut document).await;
                    text.replace(document);
                    result?;
                } else {
                    let conversion = json::Conversion { strict, copy_to_store: true };
                    let mut line = Vec::new();
                    let converted = json::to_json_or_print(&machine, value, conversion, pos, &mut line).await;
                    let result = converted.map(|(text, _)| line = [text, b"\n".to_vec()].concat());
                    text.replace(line);
                    result?;
                }
                Ok(Value::Null)
            })
        });
        self.console.stdout(&out.borrow());
        converted.map(|_| ())
    }

    /// Prints the derivations that a value contains.
    fn instantiate(&mut self, value: Value<'h>, automatic: &'h Attrs<'h>) -> Result<(), Failure> {
        let found = self.vm.run_generator(|machine| {
            Box::pin(async move { instantiate::derivations(&machine, value, automatic).await })
        })?;
        let Value::List(found) = found else { unreachable!("the search gives a list") };
        for derivation in found.items() {
            let line = self
                .vm
                .run_generator(|machine| Box::pin(async move { instantiate::line(&machine, derivation).await }))?;
            let Value::String(line) = line else { unreachable!("a line is a string") };
            let wants_warning = self.plan.garbage_collector_warning && self.plan.garbage_collector_root.is_none();
            if wants_warning && !self.has_warned {
                let words = "you did not specify '--add-root'; the result might be removed by the garbage collector";
                self.state.warn(words.as_bytes());
                self.has_warned = true;
            }
            self.console.stdout(&[line.bytes(), b"\n"].concat());
        }
        Ok(())
    }
}
