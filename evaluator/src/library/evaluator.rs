//! An evaluator: everything that is decided before an evaluation starts.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::input::{Input, Source};
use super::{Builtin, Error, Scope, Value};
use crate::PRIMOPS;
use crate::cli::automatic_call::{automatic_arguments, automatic_call, find_along_path};
use crate::cli::{Argument, Stdin, restricted};
use crate::errors::log::Logger;
use crate::errors::{ErrorKind, Failure};
use crate::heap::Heap;
use crate::io::search_path::Entry;
use crate::io::{FileSystem, InMemory, Io, native, paths};
use crate::primop::Primop;
use crate::settings::Settings;
use crate::source::Pos;
use crate::state::{MessageSink, Setup, State, Variant};
use crate::store::OpenedStore;
use crate::value;

/// Evaluates Nix. It holds settings and no values, can be cloned cheaply, and can be shared between threads.
///
/// ```
/// use nix_evaluator::Evaluator;
///
/// let evaluator = Evaluator::new();
/// let name = evaluator.evaluate(
///     r#"{ services.nginx = { port = 80; host = throw "not needed"; }; }"#,
///     |config| config.select("services.nginx.port")?.as_int(),
/// )?;
/// assert_eq!(name, 80);
/// # Ok::<(), nix_evaluator::Error>(())
/// ```
#[derive(Clone)]
pub struct Evaluator(Arc<Choices>);

/// Ends evaluations from another thread. Clones belong together.
///
/// An evaluation looks at it every few milliseconds, whatever it does, and its caller gets the error before the memory
/// that it held is given back, which a thread of its own does. What asks the outside world, such as an [`Io`] of the
/// program's own or a builtin in Rust, is waited for.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Not set.
    pub fn new() -> Interrupt {
        Interrupt::default()
    }

    /// Ends all evaluations that have it, those that are running and those that start later.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// The flag itself, for handlers of signals.
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.0.clone()
    }

    /// Lets evaluations run again. What was being evaluated when one was ended remembers that, as it remembers any failure.
    pub fn clear(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

type Files = dyn Fn() -> Rc<dyn Io> + Send + Sync;
type Messages = dyn Fn(&[u8]) + Send + Sync;

#[derive(Clone)]
struct Choices {
    settings: Settings,
    files: Arc<Files>,
    environment: Vec<(Vec<u8>, Vec<u8>)>,
    search_path: Vec<Entry>,
    current_dir: Vec<u8>,
    messages: Arc<Messages>,
    builtins: Vec<Builtin>,
    current_time: Option<i64>,
    fuel: Option<u64>,
    heap_bytes: Option<u64>,
    time: Option<Duration>,
    interrupt: Interrupt,
}

/// Chooses what an [`Evaluator`] may do and see. By default it may read the machine's files, sees neither environment
/// nor search path, discards what `builtins.trace` prints, and has no limits but `max-call-depth`.
#[derive(Clone)]
#[must_use]
pub struct Builder {
    choices: Choices,
    failure: Option<Error>,
}

impl Default for Evaluator {
    fn default() -> Self {
        Evaluator::new()
    }
}

impl Evaluator {
    /// An evaluator with the defaults of [`Builder`].
    pub fn new() -> Evaluator {
        Evaluator(Arc::new(Evaluator::builder().choices))
    }

    /// Chooses what the evaluator may do and see.
    pub fn builder() -> Builder {
        Builder {
            choices: Choices {
                settings: Settings::default(),
                files: Arc::new(|| Rc::new(FileSystem::new())),
                environment: Vec::new(),
                search_path: Vec::new(),
                current_dir: std::env::current_dir()
                    .map_or_else(|_| b"/".to_vec(), |path| native::into_bytes(path.into_os_string())),
                messages: Arc::new(|_| {}),
                builtins: Vec::new(),
                current_time: None,
                fuel: None,
                heap_bytes: None,
                time: None,
                interrupt: Interrupt::default(),
            },
            failure: None,
        }
    }

    /// A builder with the choices of this evaluator.
    pub fn to_builder(&self) -> Builder {
        Builder { choices: (*self.0).clone(), failure: None }
    }

    /// Evaluates a text or file to weak head normal form, and gives the value to `look`. The evaluation ends when `look`
    /// returns.
    ///
    /// # Errors
    /// It fails, or a budget runs out; and those of `look`.
    pub fn evaluate<R>(
        &self,
        input: impl Into<Input>,
        look: impl for<'e> FnOnce(Value<'e>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let input = input.into();
        self.scope(|scope| look(self.input(scope, &input)?))
    }

    /// Starts an evaluation and gives it to `look`: for several texts, or for values of the program's own.
    ///
    /// # Errors
    /// Those of `look`; and a search path that settings do not allow.
    pub fn scope<R>(&self, look: impl for<'e> FnOnce(Scope<'e>) -> Result<R, Error>) -> Result<R, Error> {
        let choices = &*self.0;
        let heap = Heap::new(choices.heap_bytes);
        let deadline = choices.time.and_then(|time| Instant::now().checked_add(time));
        let result = self.scope_in(&heap, deadline, look);
        // Who ended it wants to hear that it has ended.
        let was_ended = choices.interrupt.is_set() || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        if was_ended {
            heap.free_in_background();
        }
        result
    }

    fn scope_in<R>(
        &self,
        heap: &Heap,
        deadline: Option<Instant>,
        look: impl for<'e> FnOnce(Scope<'e>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let choices = &*self.0;
        let settings = &choices.settings;
        let files = (choices.files)();
        let (io, restricted) = restricted(settings, files.clone());
        let setup = Setup {
            settings: Rc::new(settings.clone()),
            io,
            files,
            store: OpenedStore::default(),
            input_caches: Vec::new(),
            messages: Rc::new(ToHost(choices.messages.clone())),
            logger: Logger::default(),
            environment: choices.environment.clone(),
            home: Rc::default(),
            current_dir: choices.current_dir.clone(),
            search_path: choices.search_path.clone(),
            read_only: true,
            current_time: choices.current_time,
            variant: Variant::default(),
        };
        let own: Vec<Primop> = choices.builtins.iter().map(Builtin::to_primop).collect();
        let all: Vec<&Primop>;
        let state = State::with_more_builtins(heap, setup, &own);
        let primops = match own.is_empty() {
            true => PRIMOPS,
            false => {
                all = PRIMOPS.iter().copied().chain(&own).collect();
                &all
            }
        };
        state.limits.set_fuel(choices.fuel);
        state.limits.end_with(choices.interrupt.0.clone());
        state.limits.end_at(deadline);
        if let Some(restricted) = &restricted {
            let allowed = state.world.search_path.allow(&choices.search_path, &choices.current_dir, restricted, &state);
            allowed.map_err(|error| Error::from_error(*error, &state.sources, false))?;
        }
        look(Scope::new(&state, primops))
    }

    fn input<'e>(&self, scope: Scope<'e>, input: &Input) -> Result<Value<'e>, Error> {
        let root = match &input.source {
            Source::Text(text) => scope.lazy(text)?,
            Source::File(path) => scope.import(path)?,
        };
        let value = self.select(scope, root.slot, input);
        scope.wrap(value)
    }

    fn select<'e>(&self, scope: Scope<'e>, root: value::Value<'e>, input: &Input) -> Result<value::Value<'e>, Failure> {
        let state = scope.state;
        if input.arguments.is_empty() && input.attribute.is_empty() {
            return scope.force(root);
        }
        let mut stdin = Stdin::default();
        let read = |argument: &Argument| argument.read(&state.world.current_dir, &mut stdin, &*state.world.io);
        let arguments = automatic_arguments(state, &input.arguments, read)?;
        let path = input.attribute.as_bytes().to_vec();
        scope.run(|machine| {
            Box::pin(async move {
                let selected = find_along_path(&machine, root, &path, arguments).await?;
                match arguments.is_empty() {
                    true => machine.force_at(selected, selected.determine_pos(Pos::NONE)).await,
                    false => automatic_call(&machine, selected, arguments).await,
                }
            })
        })
    }
}

/// Passes the messages of an evaluation on.
struct ToHost(Arc<Messages>);

impl MessageSink for ToHost {
    fn write(&self, bytes: &[u8]) {
        (self.0)(bytes);
    }
}

impl Builder {
    /// The evaluator.
    ///
    /// # Errors
    /// One of the choices was wrong; the first of them.
    pub fn build(self) -> Result<Evaluator, Error> {
        match self.failure {
            Some(failure) => Err(failure),
            None => Ok(Evaluator(Arc::new(self.choices))),
        }
    }

    fn wrong(mut self, message: String) -> Builder {
        self.failure.get_or_insert_with(|| Error::of(ErrorKind::Usage, message));
        self
    }

    /// Sets an option of `nix.conf`: `option("pure-eval", "true")`, `option("experimental-features", "flakes")`.
    /// [`Builder::build`] refuses names and values that Nix does not know.
    pub fn option(mut self, name: &str, value: &str) -> Builder {
        let settings = &mut self.choices.settings;
        match settings.set(name.as_bytes(), value.as_bytes()) {
            Ok(()) if settings.take_unknown().is_some() => {
                self.wrong(format!("there is no option '{name}'; docs/settings.md lists all"))
            }
            Ok(()) => self,
            Err(error) => self.wrong(error.plain_message()),
        }
    }

    /// Sees the machine's files: the default.
    pub fn file_system(self) -> Builder {
        self.io(|| Rc::new(FileSystem::new()))
    }

    /// Sees these files, and none of the machine's. The current folder becomes `/`.
    pub fn in_memory(self, files: InMemory) -> Builder {
        self.io(move || Rc::new(files.clone())).current_dir("/")
    }

    /// Sees files through an [`Io`] of the program's own, which is made for each evaluation.
    pub fn io(mut self, files: impl Fn() -> Rc<dyn Io> + Send + Sync + 'static) -> Builder {
        self.choices.files = Arc::new(files);
        self
    }

    /// The folder of relative paths; the process's own if nothing is said.
    pub fn current_dir(mut self, path: impl Into<PathBuf>) -> Builder {
        let path = path.into();
        if !path.is_absolute() {
            return self.wrong(format!("the current folder must be an absolute path, not '{}'", path.display()));
        }
        self.choices.current_dir = paths::canonical(native::bytes(path.as_os_str()));
        self
    }

    /// Adds an entry to the search path, as `-I` does: `PATH` or `NAME=PATH`. Earlier ones win.
    pub fn search_path(mut self, entry: &str) -> Builder {
        self.choices.search_path.push(Entry::parse(entry.as_bytes()));
        self
    }

    /// Sets an environment variable for `builtins.getEnv`.
    pub fn variable(mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Builder {
        self.choices.environment.retain(|(other, _)| other != name.as_ref());
        self.choices.environment.push((name.as_ref().to_vec(), value.as_ref().to_vec()));
        self
    }

    /// Shows the environment of this process to `builtins.getEnv`.
    pub fn inherit_environment(mut self) -> Builder {
        for (name, value) in std::env::vars_os() {
            self = self.variable(native::bytes(&name), native::bytes(&value));
        }
        self
    }

    /// Receives what `builtins.trace` and warnings print, whole lines at a time, with styles as terminals show them.
    pub fn on_message(mut self, receive: impl Fn(&[u8]) + Send + Sync + 'static) -> Builder {
        self.choices.messages = Arc::new(receive);
        self
    }

    /// Adds a builtin. [`Builder::build`] refuses a name that exists already.
    pub fn builtin(mut self, builtin: Builtin) -> Builder {
        let mut taken = crate::builtins::names().map(|name| name.attribute);
        if taken.any(|name| name == builtin.name)
            || self.choices.builtins.iter().any(|other| other.name == builtin.name)
        {
            return self.wrong(format!("there is a builtin '{}' already", builtin.name));
        }
        self.choices.builtins.push(builtin);
        self
    }

    /// The value of `builtins.currentTime`, in seconds since 1970; the clock's if nothing is said.
    pub fn current_time(mut self, seconds: i64) -> Builder {
        self.choices.current_time = Some(seconds);
        self
    }

    /// How many steps an evaluation may take. A step is about a function call or the forcing of a thunk.
    pub fn fuel(mut self, steps: u64) -> Builder {
        self.choices.fuel = Some(steps);
        self
    }

    /// How many bytes an evaluation may use, for values and for everything else whose size the program chooses.
    pub fn heap_bytes(mut self, bytes: u64) -> Builder {
        self.choices.heap_bytes = Some(bytes);
        self
    }

    /// How deeply calls may nest; 10,000 if nothing is said (`max-call-depth`).
    pub fn call_depth(mut self, calls: u32) -> Builder {
        self.choices.settings.max_call_depth = calls;
        self
    }

    /// How long an evaluation may take by the clock.
    pub fn time(mut self, time: Duration) -> Builder {
        self.choices.time = Some(time);
        self
    }

    /// Lets other threads end evaluations.
    pub fn interrupt(mut self, interrupt: Interrupt) -> Builder {
        self.choices.interrupt = interrupt;
        self
    }
}
