//! Commands of the repl, and how they are written.

/// A command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Show the commands.
    Help,
    /// Add the attributes of a set to the scope.
    Add,
    /// Load a file, and add its attributes.
    Load,
    /// Start again, and load all files again.
    Reload,
    /// Print all of a value, and strings as they are.
    Print,
    /// Tell the type.
    Type,
    /// Open where a value is defined in an editor.
    Edit,
    /// Show the documentation of a builtin.
    Documentation,
    /// Leave.
    Quit,
    /// Show the bytecode.
    Bytecode,
    /// Show what is forced, in order.
    Forcing,
    /// Show the states of slots, evaluating only the value itself.
    Thunks,
    /// Count work.
    Statistics,
    /// Tell what forced a variable first.
    Why,
    /// Ask the reference, too.
    Reference,
    /// What other repls do and this one cannot: build.
    Builds,
}

/// Each command with its names, its argument, and what it does.
pub const COMMANDS: &[(&[&str], &str, &str, Command)] = &[
    (&["a", "add"], "<expr>", "Add attributes from resulting set to scope", Command::Add),
    (&["e", "edit"], "<expr>", "Open package or function in $EDITOR", Command::Edit),
    (&["l", "load"], "<path>", "Load Nix expression and add it to scope", Command::Load),
    (&["p", "print"], "<expr>", "Evaluate and print expression recursively; strings as they are", Command::Print),
    (&["q", "quit"], "", "Exit", Command::Quit),
    (&["r", "reload"], "", "Reload all files", Command::Reload),
    (&["t"], "<expr>", "Describe result of evaluation", Command::Type),
    (&["doc"], "<expr>", "Show documentation of a builtin function", Command::Documentation),
    (&["bytecode"], "<expr>", "Show what the expression is compiled to", Command::Bytecode),
    (&["forcing"], "<expr>", "Evaluate, and show what is forced, in order", Command::Forcing),
    (&["thunks"], "<expr>", "Evaluate, and show which parts are evaluated", Command::Thunks),
    (&["stats"], "<expr>", "Evaluate recursively, and count the work", Command::Statistics),
    (&["why"], "<x> <expr>", "Evaluate recursively, and tell what forced the variable x first", Command::Why),
    (&["reference"], "<expr>", "Evaluate here and by the reference (--reference), and compare", Command::Reference),
    (&["?", "help"], "", "Brings up this help menu", Command::Help),
];

/// Names of commands that build, which nothing here does.
const BUILDS: &[&str] = &["b", "bl", "i", "u", "sh", "log", "lf", "load-flake"];

/// The command of a line that starts with a colon, and its argument.
pub fn parse(line: &str) -> Result<(Command, &str), String> {
    let rest = line.trim().strip_prefix(':').unwrap_or(line);
    let (name, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    if BUILDS.contains(&name) {
        return Ok((Command::Builds, argument.trim()));
    }
    match COMMANDS.iter().find(|(names, ..)| names.contains(&name)) {
        Some((.., command)) => Ok((*command, argument.trim())),
        None => Err(format!("error: unknown command ':{name}'")),
    }
}

/// The list of all commands.
pub fn help() -> String {
    let mut text = "The following commands are available:\n\n".to_owned();
    text.push_str("  <expr>                       Evaluate and print expression\n");
    text.push_str("  <x> = <expr>                 Bind expression to variable\n");
    for (names, argument, what, _) in COMMANDS {
        let names: Vec<String> = names.iter().map(|name| format!(":{name}")).collect();
        let usage = format!("{} {argument}", names.join(", "));
        text.push_str(&format!("  {usage:<28} {what}\n"));
    }
    text
}
