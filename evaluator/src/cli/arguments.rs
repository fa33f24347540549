//! Parses the arguments of nix-instantiate as the reference does, flag by flag (`libutil/args.cc`, `libmain/shared.cc`,
//! `libmain/common-args.cc`, `libcmd/common-eval-args.cc`, `nix-instantiate.cc`).
//!
//! Order matters: a flag acts when it is reached. So the output of a flag stays printed when a later one is wrong, and
//! `--version` hides what comes after it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use super::{Argument, Input, Mode, Output, Plan, Shown, help};
use crate::errors::explain::{EXPLANATIONS, Explanation};
use crate::errors::highlight::hint;
use crate::errors::log::{LogFormat, Logger, Verbosity};
use crate::errors::{Error, ErrorKind};
use crate::io::search_path::{Entry, is_pseudo_url, resolve_pseudo_url};
use crate::io::{Io, paths};
use crate::settings::definition::{FlagAction, find_flag};
use crate::settings::files::state_folder;
use crate::settings::parse::{integer_with_unit, store_reference, store_scheme};
use crate::settings::{Environment, Feature, Home, Settings};
use nix_evaluator_formats::fetchers::store_url::{Surroundings, open_store};

/// Kinds of store that the reference can open.
const STORE_SCHEMES: [&str; 12] = [
    "daemon",
    "dummy",
    "file",
    "http",
    "https",
    "local",
    "local-overlay",
    "mounted-ssh-ng",
    "s3",
    "ssh",
    "ssh-ng",
    "unix",
];

/// How reading the arguments ended.
pub(super) enum Ending {
    /// There is something to evaluate.
    Plan,
    /// This is all there is to print.
    Print(Vec<u8>),
    /// How the program is used is to be shown.
    Help,
}

/// The parser of arguments, with the plan so far.
pub(super) struct Parser<'invocation> {
    plan: Plan,
    /// See [`Invocation::is_nix_instantiate`](super::Invocation::is_nix_instantiate).
    pub is_nix_instantiate: bool,
    /// Who runs it, if that is known.
    pub user_id: Option<u32>,
    environment: Environment<'invocation>,
    features: BTreeSet<Feature>,
    automatic: BTreeMap<Vec<u8>, Argument>,
    includes: Vec<Entry>,
    files: Vec<Vec<u8>>,
    from_arguments: bool,
    from_stdin: bool,
    evaluate: bool,
    parse_only: bool,
    find_file: bool,
    read_write: bool,
}

/// Arguments that are still to be read.
type Pending = VecDeque<Vec<u8>>;

/// The explanation of an error's code.
fn explain(code: &[u8]) -> Result<Taken, Box<Error>> {
    match Explanation::of_code(&String::from_utf8_lossy(code)) {
        Some(explanation) => Ok(Taken::Print(explanation.section().into_bytes())),
        None => {
            let [first, .., last] = EXPLANATIONS else { unreachable!("there is more than one kind") };
            let words = format!("no error has the code '{{}}'; codes are {} to {}", first.code, last.code);
            Err(usage(&words, &[code]))
        }
    }
}

fn usage(words: &str, arguments: &[&[u8]]) -> Box<Error> {
    Error::new(ErrorKind::Usage, hint(words, arguments))
}

impl<'invocation> Parser<'invocation> {
    /// A parser that has read settings and no arguments.
    pub fn new(
        settings: Settings,
        logger: Logger,
        environment: Environment<'invocation>,
        home: Rc<Home>,
        current_dir: &[u8],
    ) -> Parser<'invocation> {
        let mut parser = Parser {
            plan: Plan {
                logger,
                settings,
                xml_location: true,
                garbage_collector_warning: true,
                current_dir: current_dir.to_vec(),
                home,
                ..Plan::default()
            },
            is_nix_instantiate: false,
            user_id: None,
            environment,
            features: BTreeSet::new(),
            automatic: BTreeMap::new(),
            includes: Vec::new(),
            files: Vec::new(),
            from_arguments: false,
            from_stdin: false,
            evaluate: false,
            parse_only: false,
            find_file: false,
            read_write: false,
        };
        parser.print_warnings();
        parser
    }

    /// How messages are printed at this point.
    pub fn logger(&self) -> &Logger {
        &self.plan.logger
    }

    /// The text printed on standard error so far.
    pub fn into_log(self) -> Vec<u8> {
        self.plan.log
    }

    /// Parses all arguments and completes the plan.
    pub fn parse<'argument>(
        &mut self,
        arguments: impl Iterator<Item = &'argument [u8]>,
        io: &dyn Io,
    ) -> Result<Ending, Box<Error>> {
        let mut pending: Pending = arguments.map(<[u8]>::to_vec).collect();
        let mut only_inputs = false;
        while let Some(first) = pending.front_mut() {
            let argument = std::mem::take(first);
            if only_inputs || !argument.starts_with(b"-") {
                pending.pop_front();
                // Even here a flag of the program itself is a flag, but it finds no argument of its own.
                let mut alone = Pending::from([argument.clone()]);
                match self.program_flag(&mut alone)? {
                    Taken::Yes => {}
                    Taken::Print(text) => return Ok(Ending::Print(text)),
                    Taken::Help => return Ok(Ending::Help),
                    Taken::No => return Err(usage("unexpected argument '{}'", &[&argument])),
                }
            } else if argument == b"--" {
                pending.pop_front();
                only_inputs = true;
            } else {
                *first = argument;
                expand_compound(&mut pending);
                let argument = pending.front().cloned().unwrap_or_default();
                let taken = match self.common_flag(&mut pending)? {
                    Taken::No => self.program_flag(&mut pending)?,
                    taken => taken,
                };
                self.print_warnings();
                match taken {
                    Taken::Yes => {}
                    Taken::Print(text) => return Ok(Ending::Print(text)),
                    Taken::Help => return Ok(Ending::Help),
                    Taken::No => return Err(usage("unrecognised flag '{}'", &[&argument])),
                }
            }
        }
        self.plan.settings.warn_unknown();
        self.print_warnings();
        for feature in &self.features {
            self.plan.settings.experimental_features.require(*feature)?;
        }
        self.check_stores(io)?;
        self.complete(io)?;
        self.print_warnings();
        Ok(Ending::Plan)
    }

    /// The plan, once [`Parser::parse`] has succeeded.
    pub fn finish(self) -> Plan {
        self.plan
    }

    fn switch_format(&mut self, format: LogFormat) {
        self.plan.log.extend_from_slice(self.plan.logger.end());
        self.plan.logger.format = format;
    }

    fn print_warnings(&mut self) {
        for warning in self.plan.settings.take_warnings() {
            self.plan.log.extend_from_slice(&self.plan.logger.warning(&warning));
        }
    }

    /// Parses a flag that all programs of the reference have, or one that is named after a setting.
    fn common_flag(&mut self, pending: &mut Pending) -> Result<Taken, Box<Error>> {
        let Some(name) = pending.front().cloned() else { return Ok(Taken::No) };
        match name.as_slice() {
            b"--verbose" | b"-v" => self.plan.logger.verbosity = self.plan.logger.verbosity.louder(),
            b"--quiet" => self.plan.logger.verbosity = self.plan.logger.verbosity.quieter(),
            b"--debug" => self.plan.logger.verbosity = Verbosity::Debug,
            b"--option" => {
                let [_, setting, value] = take(pending)?;
                match self.plan.settings.set(&setting, &value) {
                    Err(error) if error.kind == ErrorKind::Usage => {
                        let warning = self.plan.logger.warning_of_error(&error.message);
                        self.plan.log.extend_from_slice(&warning);
                    }
                    outcome => outcome?,
                }
                return Ok(Taken::Yes);
            }
            b"--log-format" => {
                let [_, format] = take(pending)?;
                let format = LogFormat::from_name(&format).ok_or_else(|| {
                    let words = "option 'log-format' has an invalid value '{}'";
                    Error::new(ErrorKind::System, hint(words, &[&format]))
                })?;
                self.switch_format(format);
                return Ok(Taken::Yes);
            }
            b"-j" => {
                let [_, jobs] = take(pending)?;
                self.plan.settings.set(b"max-jobs", &jobs)?;
                return Ok(Taken::Yes);
            }
            b"--no-build-output" | b"-Q" => self.switch_format(LogFormat::Raw),
            b"--keep-failed" | b"-K" | b"--keep-going" | b"-k" | b"--fallback" => {}
            b"--cores" | b"--max-silent-time" | b"--timeout" => {
                let [flag, number] = take(pending)?;
                let number = integer_with_unit(&number, 64, false)?;
                self.plan.settings.set(&flag[2..], number.to_string().as_bytes())?;
                return Ok(Taken::Yes);
            }
            b"--readonly-mode" => self.plan.read_only = true,
            b"--no-gc-warning" => self.plan.garbage_collector_warning = false,
            b"--store" => {
                let [_, url] = take(pending)?;
                self.plan.settings.store = store_reference(&url)?;
                return Ok(Taken::Yes);
            }
            _ => return self.evaluation_flag(&name, pending),
        }
        pending.pop_front();
        Ok(Taken::Yes)
    }

    /// Parses a flag of the programs that evaluate, or one named after a setting.
    fn evaluation_flag(&mut self, name: &[u8], pending: &mut Pending) -> Result<Taken, Box<Error>> {
        match name {
            b"--arg" | b"--argstr" | b"--arg-from-file" => {
                let [flag, name, value] = take(pending)?;
                let argument = match flag.as_slice() {
                    b"--arg" => Argument::Expression(value),
                    b"--argstr" => Argument::String(value),
                    _ => Argument::File(value),
                };
                self.automatic.insert(name, argument);
            }
            b"--arg-from-stdin" => {
                let [_, name] = take(pending)?;
                self.automatic.insert(name, Argument::Stdin);
            }
            b"--include" | b"-I" => {
                let [_, entry] = take(pending)?;
                self.includes.push(Entry::parse(&entry));
            }
            b"--impure" => {
                pending.pop_front();
                self.plan.settings.pure_eval = false;
            }
            b"--override-flake" => {
                let [_, _, _] = take(pending)?;
                self.plan.settings.experimental_features.require(Feature::Flakes)?;
            }
            b"--eval-store" => {
                let [_, url] = take(pending)?;
                self.plan.evaluation_store = Some(store_reference(&url)?);
            }
            b"--repair" => {
                pending.pop_front();
                self.plan.repair = true;
            }
            _ => return self.setting_flag(name, pending),
        }
        Ok(Taken::Yes)
    }

    fn setting_flag(&mut self, name: &[u8], pending: &mut Pending) -> Result<Taken, Box<Error>> {
        let Some((definition, action)) = name.strip_prefix(b"--").and_then(find_flag) else { return Ok(Taken::No) };
        self.features.extend(definition.feature);
        let settings = &mut self.plan.settings;
        match action {
            FlagAction::Switch(value) => {
                pending.pop_front();
                definition.switch(settings, value);
            }
            FlagAction::Set | FlagAction::Append => {
                let [_, value] = take(pending)?;
                definition.set(settings, &value, action == FlagAction::Append)?;
            }
        }
        Ok(Taken::Yes)
    }

    /// Parses a flag of nix-instantiate itself, or an input. A flag's argument must follow in `pending`.
    fn program_flag(&mut self, pending: &mut Pending) -> Result<Taken, Box<Error>> {
        let Some(argument) = pending.pop_front() else { return Ok(Taken::No) };
        let mut value = || pending.pop_front().ok_or_else(|| usage("'{}' requires an argument", &[&argument]));
        let plan = &mut self.plan;
        match argument.as_slice() {
            b"--help" => return Ok(Taken::Help),
            b"--version" => {
                return Ok(Taken::Print(help::version(plan, self.environment, self.is_nix_instantiate)?));
            }
            b"-" => self.from_stdin = true,
            b"--expr" | b"-E" => self.from_arguments = true,
            b"--eval" | b"--eval-only" => self.evaluate = true,
            b"--read-write-mode" => self.read_write = true,
            b"--parse" | b"--parse-only" => (self.parse_only, self.evaluate) = (true, true),
            b"--find-file" => self.find_file = true,
            b"--attr" | b"-A" => plan.attribute_paths.push(value()?),
            b"--add-root" => plan.garbage_collector_root = Some(value()?),
            b"--indirect" => {}
            b"--raw" => plan.output = Output::Raw,
            b"--xml" => plan.output = Output::Xml,
            b"--json" => plan.output = Output::Json,
            b"--no-location" => plan.xml_location = false,
            b"--strict" => plan.strict = true,
            b"--observe-compiler" => plan.observe_compiler = true,
            b"--observe-runtime" => plan.observe_runtime = true,
            b"--forcing" => plan.forcing.push(Shown::Tree),
            b"--forcing-json" => plan.forcing.push(Shown::Json(value()?)),
            b"--forcing-page" => plan.forcing.push(Shown::Page(value()?)),
            b"--input-cache" => plan.input_caches.push(paths::absolute(&value()?, &plan.current_dir)),
            b"--error-codes" => plan.error_codes = true,
            b"--explain" => return explain(&value()?),
            b"--dry-run" => plan.read_only = true,
            [b'-', ..] => return Ok(Taken::No),
            _ => self.files.push(argument),
        }
        Ok(Taken::Yes)
    }

    /// Opens the stores; evaluation uses the last.
    fn check_stores(&mut self, io: &dyn Io) -> Result<(), Box<Error>> {
        let stores = [Some(self.plan.settings.store.clone()), self.plan.evaluation_store.clone()];
        let current_dir = self.plan.current_dir.clone();
        let surroundings = self.surroundings(io, &current_dir);
        for store in stores.iter().flatten() {
            let known = |scheme: &[u8]| STORE_SCHEMES.iter().any(|known| known.as_bytes() == scheme);
            if let Some(scheme) = store_scheme(store).filter(|scheme| !known(scheme)) {
                let words = "don't know how to open Nix store with scheme '{}'";
                return Err(Error::new(ErrorKind::System, hint(words, &[scheme])));
            }
            self.plan.store = open_store(&mut self.plan.settings, store, &surroundings)?;
        }
        self.plan.settings.store_dir = self.plan.store.folder.clone();
        Ok(())
    }

    /// What a store's reference is read in.
    fn surroundings<'s>(&self, io: &'s dyn Io, current_dir: &'s [u8]) -> Surroundings<'s> {
        let environment = self.environment;
        let state = state_folder(environment);
        let socket = match environment.get_non_empty("NIX_DAEMON_SOCKET_PATH") {
            Some(path) => paths::canonical(path),
            None => paths::append(&state, b"/daemon-socket/socket"),
        };
        let is_named = ["NIX_STORE_DIR", "NIX_STATE_DIR"].iter().any(|name| environment.get(name).is_some());
        let may_have_own = self.user_id.is_some_and(|id| id != 0) && !is_named;
        let own_store = may_have_own.then(|| self.plan.home.data_folder(environment)).flatten();
        let own_store = own_store.map(|folder| paths::join(&paths::canonical(&folder), b"root"));
        Surroundings { io, current_dir, state, socket, own_store }
    }

    /// Completes the plan with what depends on all arguments together.
    fn complete(&mut self, io: &dyn Io) -> Result<(), Box<Error>> {
        let plan = &mut self.plan;
        plan.read_only |= self.evaluate && !self.read_write;
        plan.mode = match () {
            () if self.find_file => Mode::FindFile,
            () if self.parse_only => Mode::Parse,
            () if self.evaluate => Mode::Evaluate,
            () => Mode::Instantiate,
        };
        plan.automatic_arguments = std::mem::take(&mut self.automatic).into_iter().collect();
        if plan.attribute_paths.is_empty() {
            plan.attribute_paths.push(Vec::new());
        }
        if !plan.settings.pure_eval {
            plan.search_path.append(&mut self.includes);
            plan.search_path.extend(plan.settings.nix_path.iter().map(|entry| Entry::parse(entry)));
            if !plan.settings.restrict_eval {
                let home = plan.home.clone();
                plan.search_path.extend(plan.settings.default_nix_path(self.environment, &home, io)?);
            }
        }
        let files = std::mem::take(&mut self.files);
        if self.find_file {
            plan.inputs = files.into_iter().map(Input::Lookup).collect();
            return Ok(());
        }
        if self.from_stdin {
            plan.inputs.push(Input::Stdin);
        } else if files.is_empty() && !self.from_arguments {
            plan.inputs.push(Input::of_argument(b"./default.nix", &plan.current_dir));
        }
        plan.inputs.extend(files.into_iter().map(|file| match self.from_arguments {
            true => Input::Expression(file),
            false => Input::of_argument(&file, &plan.current_dir),
        }));
        Ok(())
    }
}

impl Input {
    /// The meaning of an argument that is no expression: a URL, a flake, a name in angle brackets, or a path.
    fn of_argument(argument: &[u8], current_dir: &[u8]) -> Input {
        if is_pseudo_url(argument) {
            return Input::Url(resolve_pseudo_url(argument));
        }
        if let Some(reference) = argument.strip_prefix(b"flake:") {
            return Input::Flake(reference.to_vec());
        }
        match argument {
            [b'<', name @ .., b'>'] if !name.is_empty() => Input::Lookup(name.to_vec()),
            _ => Input::File(paths::absolute(argument, current_dir)),
        }
    }
}

/// Whether a flag was known.
enum Taken {
    /// Yes, and it has been dealt with.
    Yes,
    /// Yes, and this is all there is to print.
    Print(Vec<u8>),
    /// Yes, and how the program is used is to be shown.
    Help,
    /// No.
    No,
}

/// A flag and its arguments, as many as asked for.
fn take<const COUNT: usize>(pending: &mut Pending) -> Result<[Vec<u8>; COUNT], Box<Error>> {
    if pending.len() < COUNT {
        let name = pending.front().cloned().unwrap_or_default();
        let (wanted, given) = ((COUNT - 1).to_string(), pending.len().saturating_sub(1).to_string());
        let words = "flag '{}' requires {} argument(s), but only {} were given";
        return Err(usage(words, &[&name, wanted.as_bytes(), given.as_bytes()]));
    }
    Ok(std::array::from_fn(|_| pending.pop_front().unwrap_or_default()))
}

/// Splits a bundle of short flags: `-qlf` is `-q -l -f`. Whatever follows the first byte that is no letter is an
/// argument, so `-j3` is `-j 3`.
fn expand_compound(pending: &mut Pending) {
    let Some(argument) = pending.front().cloned() else { return };
    let [b'-', letter, rest @ ..] = argument.as_slice() else { return };
    if !letter.is_ascii_alphabetic() || rest.is_empty() {
        return;
    }
    let mut parts = vec![vec![b'-', *letter]];
    for (index, byte) in rest.iter().enumerate() {
        if !byte.is_ascii_alphabetic() {
            parts.push(rest[index..].to_vec());
            break;
        }
        parts.push(vec![b'-', *byte]);
    }
    pending.pop_front();
    for part in parts.into_iter().rev() {
        pending.push_front(part);
    }
}
