//! One evaluation of the repl: variables, and what lines and commands do.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::Lines;
use super::command::{self, Command};
use super::print::{self, Options};
use crate::bytecode::disassemble::disassemble;
use crate::errors::ErrorKind;
use crate::forcing::{Recorder, Recording};
use crate::format::literal;
use crate::value::{Thunk, ThunkState, Value as Slot};
use crate::vm::Vm;
use crate::{Error, Interrupt, Kind, Scope, Value, deep, forcing};

/// What happens after a session.
pub enum Next {
    /// Nothing.
    Quit,
    /// Another one, with these files.
    Reload(Vec<PathBuf>),
}

/// An evaluation with variables.
pub struct Session<'e> {
    scope: Scope<'e>,
    interrupt: Interrupt,
    reference: Option<PathBuf>,
    colour: bool,
    variables: RefCell<Vec<(String, Value<'e>)>>,
    /// What makes the variables, as text: for the reference.
    prelude: RefCell<Vec<String>>,
    files: RefCell<Vec<PathBuf>>,
}

/// How long completion may evaluate what is before the dot.
const TIME_TO_COMPLETE: Duration = Duration::from_millis(500);

impl<'e> Session<'e> {
    pub fn new(scope: Scope<'e>, interrupt: Interrupt, reference: Option<PathBuf>, colour: bool) -> Self {
        Session {
            scope,
            interrupt,
            reference,
            colour,
            variables: RefCell::default(),
            prelude: RefCell::default(),
            files: RefCell::default(),
        }
    }

    /// Reads and does one line after another. Errors are printed, and keep the session.
    pub(super) fn run(&mut self, lines: &mut dyn Lines) -> Next {
        while let Some(line) = lines.next(self) {
            self.interrupt.clear();
            match self.line(&line) {
                Ok(None) => {}
                Ok(Some(next)) => return next,
                Err(error) => eprintln!("{error}"),
            }
        }
        Next::Quit
    }

    /// Does what a line says. Returns what comes after the session if this ends it.
    fn line(&self, line: &str) -> Result<Option<Next>, Error> {
        let line = line.trim();
        if line.is_empty() {
            return Ok(None);
        }
        if line.starts_with(':') {
            return match command::parse(line) {
                Ok((command, argument)) => self.command(command, argument),
                Err(message) => {
                    eprintln!("{message}");
                    Ok(None)
                }
            };
        }
        if let Some((value, text)) = self.bindings(line) {
            self.add(value)?;
            self.prelude.borrow_mut().push(format!("with {text};"));
            return Ok(None);
        }
        let value = self.lazy(line)?.force()?;
        println!("{}\n", print::shown(value, Options { depth: 1, colour: self.colour }));
        Ok(None)
    }

    fn lazy(&self, text: &str) -> Result<Value<'e>, Error> {
        self.scope.lazy_in(text, &self.variables.borrow())
    }

    /// The set of a line that binds variables.
    fn bindings(&self, line: &str) -> Option<(Value<'e>, String)> {
        [format!("{{ {line}; }}"), format!("{{ {line} }}")]
            .into_iter()
            .find_map(|text| self.lazy(&text).ok().map(|value| (value, text)))
    }

    /// Whether what was typed is the start of something longer.
    pub fn wants_more(&self, text: &str) -> bool {
        let line = text.trim();
        if line.is_empty() || line.starts_with(':') || self.bindings(line).is_some() {
            return false;
        }
        let ends_early = |text: &str| match self.lazy(text) {
            Ok(_) => false,
            Err(error) => error.kind() == ErrorKind::Syntax && error.message().contains("unexpected end of file"),
        };
        ends_early(line) || (begins_binding(line) && ends_early(&format!("{{ {line}")))
    }

    /// Adds the attributes of a set. Returns how many there are.
    fn add(&self, set: Value<'e>) -> Result<usize, Error> {
        let attrs = set.as_attrs()?;
        let mut variables = self.variables.borrow_mut();
        for (name, value) in attrs.iter() {
            let name = String::from_utf8_lossy(name).into_owned();
            variables.retain(|(other, _)| *other != name);
            variables.push((name, value));
        }
        Ok(attrs.len())
    }

    /// Loads a file, and says what came of it.
    pub fn load(&mut self, file: &Path) {
        if let Err(error) = self.load_file(file) {
            eprintln!("{error}");
        }
    }

    fn load_file(&self, file: &Path) -> Result<(), Error> {
        // Even one that fails is loaded again by `:r`, when it has been mended.
        if !self.files.borrow().iter().any(|other| other == file) {
            self.files.borrow_mut().push(file.to_owned());
        }
        let mut value = self.scope.import(file)?.force()?;
        if value.kind()? == Kind::Function && value.formals()?.is_some() {
            value = value.call(self.scope.attrs([] as [(&str, Value<'e>); 0])?)?;
        }
        let count = self.add(value)?;
        println!("Added {count} variables.");
        let path = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let text = path.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"").replace("${", "\\${");
        let called = format!("(let f = import (/. + \"{text}\"); in if builtins.isFunction f then f {{ }} else f)");
        self.prelude.borrow_mut().push(format!("with {called};"));
        Ok(())
    }

    fn command(&self, command: Command, argument: &str) -> Result<Option<Next>, Error> {
        match command {
            Command::Help => println!("{}", command::help()),
            Command::Quit => return Ok(Some(Next::Quit)),
            Command::Reload => return Ok(Some(Next::Reload(self.files.take()))),
            Command::Load => self.load_file(Path::new(argument))?,
            Command::Add => {
                let count = self.add(self.lazy(argument)?)?;
                self.prelude.borrow_mut().push(format!("with ({argument});"));
                println!("Added {count} variables.");
            }
            Command::Print => {
                let value = self.lazy(argument)?.force()?;
                match value.kind()? {
                    Kind::String => println!("{}\n", String::from_utf8_lossy(value.as_bytes()?)),
                    _ => println!("{}\n", print::shown(value, Options { depth: usize::MAX, colour: self.colour })),
                }
            }
            Command::Type => println!("{}\n", self.described_type(self.lazy(argument)?.force()?)),
            Command::Edit => self.edit(self.lazy(argument)?.force()?)?,
            Command::Documentation => self.document(self.lazy(argument)?.force()?)?,
            Command::Bytecode => self.bytecode(argument)?,
            Command::Forcing => self.forcing(argument)?,
            Command::Thunks => self.thunks(argument)?,
            Command::Statistics => self.count(argument)?,
            Command::Why => self.why(argument)?,
            Command::Reference => self.compare(argument)?,
            Command::Builds => {
                return Err(Error::new("nix-eval evaluates and builds nothing; `nix build` and `nix develop` do"));
            }
        }
        Ok(None)
    }

    fn described_type(&self, value: Value<'e>) -> String {
        String::from_utf8_lossy(&crate::print::type_with_article(value.slot)).into_owned()
    }

    fn edit(&self, value: Value<'e>) -> Result<(), Error> {
        let pos = match value.slot {
            Slot::Attrs(attrs) => {
                let position = value.select("meta.position").and_then(Value::as_str).ok();
                if let Some((file, line)) = position.and_then(|position| position.rsplit_once(':')) {
                    return open_editor(file, line);
                }
                attrs.pos()
            }
            slot => slot.lambda_pos(),
        };
        match self.scope.state.sources.place(pos) {
            Some(ref place) if let Some(path) = place.source.origin.path() => {
                open_editor(&String::from_utf8_lossy(&path), &place.line.to_string())
            }
            _ => Err(Error::new("nothing tells in which file this is defined")),
        }
    }

    fn document(&self, value: Value<'e>) -> Result<(), Error> {
        let Slot::Builtin(builtin) = value.slot else {
            return Err(Error::new("value does not have documentation; only builtins have"));
        };
        let primop = self.scope.primops[builtin.number as usize];
        println!("Synopsis: builtins.{} {}\n", primop.name, primop.arguments.join(" "));
        for line in primop.documentation.lines() {
            println!("{}", line.trim_start());
        }
        println!();
        Ok(())
    }

    fn bytecode(&self, text: &str) -> Result<(), Error> {
        let shown = Rc::new(RefCell::new(Vec::new()));
        let chunks = shown.clone();
        self.scope.state.observe_compiler(Box::new(move |chunk, symbols| {
            chunks.borrow_mut().push(disassemble(chunk, symbols));
        }));
        let compiled = self.lazy(text);
        self.scope.state.observe_compiler(Box::new(|_, _| {}));
        compiled?;
        for chunk in shown.borrow().iter() {
            println!("{chunk}");
        }
        Ok(())
    }

    /// Evaluates with a record of what runs.
    fn recorded(&self, text: &str, deeply: bool, watched: Option<Slot<'e>>) -> Result<Recording, Error> {
        let recording = Rc::new(RefCell::new(Recording::default()));
        let slot = self.lazy(text)?.slot;
        let mut vm = Vm::new(self.scope.state, self.scope.primops);
        vm.observe(Box::new(Recorder::new(self.scope.state, recording.clone(), watched)));
        let mut result = vm.force(slot);
        if deeply && let Ok(value) = result {
            result = vm.run_generator(|machine| Box::pin(async move { deep::force_deep(&machine, value).await }));
        }
        if let Err(error) = self.scope.wrap(result) {
            eprintln!("{error}");
        }
        Ok(recording.take())
    }

    fn forcing(&self, text: &str) -> Result<(), Error> {
        println!("{}", forcing::tree(&self.recorded(text, true, None)?));
        Ok(())
    }

    fn why(&self, argument: &str) -> Result<(), Error> {
        let Some((name, text)) = argument.split_once(char::is_whitespace) else {
            return Err(Error::new("write `:why VARIABLE EXPRESSION`"));
        };
        let variables = self.variables.borrow();
        let Some((_, watched)) = variables.iter().find(|(other, _)| other == name) else {
            return Err(Error::new(format!("there is no variable '{name}'; bind one with '{name} = …'")));
        };
        let watched = *watched;
        drop(variables);
        if watched.is_evaluated() {
            println!("{name} is evaluated already; bind it again to watch it\n");
            return Ok(());
        }
        let recording = self.recorded(text, true, Some(watched.slot))?;
        match &recording.first_need {
            None => println!("nothing forces {name}\n"),
            Some(running) => {
                println!("{name} is forced by");
                for step in running.iter().rev() {
                    println!("  {}", recording.describe(&recording.steps[*step]));
                }
                println!();
            }
        }
        Ok(())
    }

    fn thunks(&self, text: &str) -> Result<(), Error> {
        let value = self.lazy(text)?.force()?;
        match value.slot {
            Slot::Attrs(_) => {
                for (name, item) in value.as_attrs()?.iter() {
                    let mut shown = Vec::new();
                    literal::write_attribute_name(&mut shown, name);
                    println!("{} = {}", String::from_utf8_lossy(&shown), self.described_slot(item));
                }
            }
            Slot::List(_) => {
                for (index, item) in value.as_list()?.iter().enumerate() {
                    println!("{index}: {}", self.described_slot(item));
                }
            }
            _ => println!("{}", self.described_slot(value)),
        }
        println!();
        Ok(())
    }

    fn described_slot(&self, value: Value<'e>) -> String {
        let state = match value.slot {
            Slot::Thunk(thunk) => match Thunk::state(thunk) {
                ThunkState::Forward(_) => "thunk, shared with another".to_owned(),
                state => format!("thunk, {}", state.name()),
            },
            Slot::LazyClosure(_) => "function, not looked at".to_owned(),
            _ => "a value, never a thunk".to_owned(),
        };
        match value.is_evaluated() {
            true => format!("{state}: {value:?}"),
            false => state,
        }
    }

    fn count(&self, text: &str) -> Result<(), Error> {
        let state = self.scope.state;
        let counts = || {
            let statistics = &state.statistics;
            [
                statistics.function_calls.get(),
                statistics.builtin_calls.get(),
                statistics.updates.get(),
                statistics.list_concats.get(),
                state.heap.bytes() as u64,
            ]
        };
        let value = self.lazy(text)?;
        let (before, began) = (counts(), Instant::now());
        let outcome = value.force_deep();
        let took = began.elapsed();
        let names = ["calls of functions", "calls of builtins", "uses of //", "uses of ++", "bytes of values"];
        for ((name, before), after) in names.iter().zip(before).zip(counts()) {
            println!("{:>12} {name}", after - before);
        }
        println!("{:>12.3} milliseconds\n", took.as_secs_f64() * 1000.0);
        outcome.map(|_| ())
    }

    /// Shows what the reference says, and what we say.
    fn compare(&self, text: &str) -> Result<(), Error> {
        let Some(reference) = &self.reference else {
            return Err(Error::new("no reference is known; start with `nix-eval repl --reference PROGRAM`"));
        };
        self.lazy(text)?;
        let whole = format!("{} ({text}\n)", self.prelude.borrow().join(" "));
        let asked = std::process::Command::new(reference).args(["--eval", "--strict", "-E", &whole]).output();
        let asked = asked.map_err(|error| Error::new(format!("{} cannot be run: {error}", reference.display())))?;
        let theirs = if asked.status.success() { asked.stdout } else { asked.stderr };
        let ours = match self.lazy(text)?.force_deep().and_then(Value::print) {
            Ok(mut text) => {
                text.push(b'\n');
                text
            }
            Err(error) => format!("{error}\n").into_bytes(),
        };
        if ours == theirs {
            println!("both: {}", String::from_utf8_lossy(&ours));
        } else {
            println!("here:\n{}", String::from_utf8_lossy(&ours));
            println!("{}:\n{}", reference.display(), String::from_utf8_lossy(&theirs));
        }
        Ok(())
    }

    /// What may follow `word`: names of variables, or of attributes of what is before the last dot. Evaluates what is
    /// before the dot, for a moment at the most. Returns the length of what stays, and what may stand behind it.
    pub fn completions(&self, word: &str) -> (usize, Vec<String>) {
        let Some((before, start)) = word.rsplit_once('.') else {
            let globals = crate::builtins::names().map(|name| name.variable.to_owned());
            let constants = ["true", "false", "null"].map(str::to_owned);
            let variables = self.variables.borrow();
            let own = variables.iter().map(|(name, _)| name.clone());
            return (0, sorted(own.chain(globals).chain(constants), word));
        };
        self.scope.state.limits.end_at(Some(Instant::now() + TIME_TO_COMPLETE));
        let names = self.lazy(before).and_then(Value::as_attrs).map(|attrs| {
            let shown = |name: &[u8]| {
                let mut text = Vec::new();
                literal::write_attribute_name(&mut text, name);
                String::from_utf8_lossy(&text).into_owned()
            };
            sorted(attrs.iter().map(|(name, _)| shown(name)), start)
        });
        self.scope.state.limits.end_at(None);
        (before.len() + 1, names.unwrap_or_default())
    }
}

fn sorted(names: impl Iterator<Item = String>, start: &str) -> Vec<String> {
    let mut names: Vec<String> = names.filter(|name| name.starts_with(start)).collect();
    names.sort();
    names.dedup();
    names
}

/// Whether a text begins as a binding does.
fn begins_binding(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix("inherit") {
        return rest.starts_with(|c: char| c.is_whitespace() || c == '(');
    }
    let name = text.find(|c: char| !(c.is_alphanumeric() || "_'-.\"".contains(c))).unwrap_or(text.len());
    let rest = text[name..].trim_start();
    name > 0 && rest.starts_with('=') && !rest.starts_with("==")
}

fn open_editor(file: &str, line: &str) -> Result<(), Error> {
    let editor = std::env::var("VISUAL").or_else(|_| std::env::var("EDITOR")).unwrap_or_else(|_| "vi".to_owned());
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let ended = std::process::Command::new(program).args(words).arg(format!("+{line}")).arg(file).status();
    match ended {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::new(format!("the editor '{editor}' cannot be run: {error}; set EDITOR"))),
    }
}
