//! `nix-eval repl`: evaluates one line after another.
//!
//! It behaves as `nix repl` does where both have a command, and shows what only this evaluator can tell: bytecode, the
//! order of forcing, the states of thunks, counts of work, and what a reference says. On a terminal it has a history,
//! completion and lines that go on; from a pipe it reads lines as they are.

mod command;
mod editor;
mod print;
mod session;

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use crate::{Evaluator, Interrupt};
use session::{Next, Session};

/// How the repl is used.
pub const HELP: &str = "\
nix-eval repl: evaluate expressions as you type them

Usage: nix-eval repl [OPTION]... [FILE]...

Attributes of each FILE (called with its defaults, if it is a function) are in scope.

  -I [NAME=]PATH         add an entry to the search path
  --option NAME VALUE    set an option of nix.conf
  --reference PROGRAM    what `:reference` asks: another nix-instantiate
  --help                 show this

`:?` lists the commands.
";

/// What the command line says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    files: Vec<PathBuf>,
    search_path: Vec<String>,
    settings: Vec<(String, String)>,
    reference: Option<PathBuf>,
    is_help: bool,
}

impl Options {
    fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Options, String> {
        let mut options = Options::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let mut value = |name: &str| {
                arguments.next().ok_or_else(|| format!("{name} needs a value; try 'nix-eval repl --help'"))
            };
            match argument.as_str() {
                "-h" | "--help" => options.is_help = true,
                "-I" | "--include" => options.search_path.push(value("-I")?),
                "--option" => options.settings.push((value("--option")?, value("--option")?)),
                "--reference" => options.reference = Some(value("--reference")?.into()),
                "--" => options.files.extend(arguments.by_ref().map(PathBuf::from)),
                flag if flag.starts_with('-') && flag != "-" => {
                    return Err(format!("there is no flag '{flag}'; try 'nix-eval repl --help'"));
                }
                file => options.files.push(file.into()),
            }
        }
        Ok(options)
    }
}

/// Runs the repl on this process's terminal, or on a pipe. Returns the exit status.
pub fn main(arguments: impl IntoIterator<Item = String>) -> i32 {
    let options = match Options::parse(arguments) {
        Ok(options) if options.is_help => {
            print!("{HELP}");
            return 0;
        }
        Ok(options) => options,
        Err(message) => {
            eprintln!("error: {message}");
            return 1;
        }
    };
    match run(&options) {
        Ok(()) => 0,
        Err(message) => {
            eprintln!("{message}");
            1
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let interrupt = Interrupt::new();
    let mut builder = Evaluator::builder().inherit_environment().interrupt(interrupt.clone());
    for (name, value) in &options.settings {
        builder = builder.option(name, value);
    }
    let search_path = std::env::var("NIX_PATH").unwrap_or_default();
    let inherited = crate::io::search_path::split_nix_path(search_path.as_bytes());
    let inherited = inherited.iter().map(|entry| String::from_utf8_lossy(entry).into_owned());
    for entry in options.search_path.iter().cloned().chain(inherited) {
        builder = builder.search_path(&entry);
    }
    let evaluator = builder
        .on_message(|line| {
            let _ = std::io::stderr().write_all(line);
        })
        .build()
        .map_err(|error| error.to_string())?;
    let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let colour = is_terminal && std::env::var_os("NO_COLOR").is_none();
    if is_terminal {
        signal_hook::flag::register(signal_hook::consts::SIGINT, interrupt.flag())
            .map_err(|error| format!("error: Ctrl-C cannot be caught: {error}"))?;
        println!(
            "nix-eval {} (answers as Nix {})\nType :? for help.",
            env!("CARGO_PKG_VERSION"),
            crate::REFERENCE_VERSION
        );
    }
    let mut files = options.files.clone();
    let mut lines: Box<dyn Lines> = match is_terminal {
        true => {
            Box::new(editor::Terminal::new().map_err(|error| format!("error: the terminal does not work: {error}"))?)
        }
        false => Box::new(Piped(std::io::stdin().lock())),
    };
    // Reloading starts a new evaluation, so that files are read again.
    loop {
        let next = evaluator.scope(|scope| {
            let mut session = Session::new(scope, interrupt.clone(), options.reference.clone(), colour);
            for file in &files {
                session.load(file);
            }
            Ok(session.run(&mut *lines))
        });
        match next.map_err(|error| error.to_string())? {
            Next::Quit => return Ok(()),
            Next::Reload(loaded) => files = loaded,
        }
    }
}

/// Where lines come from.
trait Lines {
    /// The next expression or command, as many lines as it needs; none at the end. `session` tells what can be
    /// completed, and whether more lines are needed.
    fn next(&mut self, session: &Session<'_>) -> Option<String>;
}

/// Lines of a pipe or a file.
struct Piped<Input>(Input);

impl<Input: BufRead> Lines for Piped<Input> {
    fn next(&mut self, session: &Session<'_>) -> Option<String> {
        let mut text = String::new();
        loop {
            let mut line = Vec::new();
            match self.0.read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return Some(text).filter(|text| !text.trim().is_empty()),
                Ok(_) => text.push_str(&String::from_utf8_lossy(&line)),
            }
            if !session.wants_more(&text) {
                return Some(text);
            }
        }
    }
}

#[cfg(test)]
mod tests;
