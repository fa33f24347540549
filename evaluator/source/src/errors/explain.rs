//! Explains each kind of error to people: for `nix-eval --explain CODE` and docs/errors.md.
//!
//! A code belongs to its kind for ever. The texts of errors are the reference's and may change with it. To tell errors
//! apart, match on [`ErrorKind`] or on its code.

use super::ErrorKind;

/// A kind of error, explained.
#[derive(Clone, Copy, Debug)]
pub struct Explanation {
    /// The kind.
    pub kind: ErrorKind,
    /// Its code.
    pub code: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// When it happens, and what helps.
    pub text: &'static str,
    /// Something that fails so.
    pub example: Example,
}

/// How to provoke a kind of error.
#[derive(Clone, Copy, Debug)]
pub enum Example {
    /// An expression, and the first line of its message.
    Expression(&'static str, &'static str),
    /// Arguments of `nix-eval`, and the first line of the message.
    Arguments(&'static [&'static str], &'static str),
    /// An expression that fails only with few steps of fuel, and the message.
    Budget(&'static str, &'static str),
    /// Nothing is known that does.
    Unknown,
}

/// All kinds, by code.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        kind: ErrorKind::Syntax,
        code: "TP001",
        title: "the source is not Nix",
        text: "The parser met something that cannot stand there: the message says what it met and what could have \
               stood in its place. Attributes and formals that are defined twice are found by the parser too.",
        example: Example::Expression("{ a = 1; b = }", "syntax error, unexpected '}'"),
    },
    Explanation {
        kind: ErrorKind::UndefinedVariable,
        code: "TP002",
        title: "a variable that no scope defines",
        text: "Neither a `let`, a function, a recursive set, a `with` nor the builtins define the name. Where no \
               `with` is around it this is found before anything is evaluated.",
        example: Example::Expression("nowhere + 1", "undefined variable 'nowhere'"),
    },
    Explanation {
        kind: ErrorKind::Type,
        code: "TP003",
        title: "a value of the wrong type",
        text: "An operator, a builtin or a pattern needs a value of another type. The message shows the value that it \
               found, the trace what it was needed for.",
        example: Example::Expression("1 ++ [ ]", "expected a list but found an integer: 1"),
    },
    Explanation {
        kind: ErrorKind::Thrown,
        code: "TP004",
        title: "thrown by the program",
        text: "The program called `throw` (or the path of a search path was not found). `builtins.tryEval` catches it.",
        example: Example::Expression("throw \"too old\"", "too old"),
    },
    Explanation {
        kind: ErrorKind::Assertion,
        code: "TP005",
        title: "a failed assertion",
        text: "The condition of an `assert` is false. Where it compares two values with `==`, the message says how they \
               differ. `builtins.tryEval` catches it.",
        example: Example::Expression("assert false; 1", "assertion 'false' failed"),
    },
    Explanation {
        kind: ErrorKind::Abort,
        code: "TP006",
        title: "aborted by the program",
        text: "The program called `abort`, or `builtins.warn` under `--abort-on-warn`. Nothing catches it.",
        example: Example::Expression(
            "abort \"done for\"",
            "evaluation aborted with the following error message: 'done for'",
        ),
    },
    Explanation {
        kind: ErrorKind::MissingAttribute,
        code: "TP007",
        title: "an attribute that is not there",
        text: "A selection or a builtin asks for an attribute that the set does not have. Names close to it are \
               suggested. `or` gives a default, `?` tells whether it is there.",
        example: Example::Expression("{ name = 1; }.nome", "attribute 'nome' missing"),
    },
    Explanation {
        kind: ErrorKind::MissingArgument,
        code: "TP008",
        title: "a call that leaves out a required argument",
        text: "A function with a pattern was called with a set that lacks an attribute which has no default; or it was \
               to be called automatically, and neither a default nor `--arg` gives the argument a value.",
        example: Example::Expression(
            "({ a, b }: a) { a = 1; }",
            "function 'anonymous lambda' called without required argument 'b'",
        ),
    },
    Explanation {
        kind: ErrorKind::UnexpectedArgument,
        code: "TP009",
        title: "a call with an argument that is not accepted",
        text: "A function with a pattern without `...` was called with a set that has another attribute.",
        example: Example::Expression(
            "({ a }: a) { a = 1; b = 2; }",
            "function 'anonymous lambda' called with unexpected argument 'b'",
        ),
    },
    Explanation {
        kind: ErrorKind::Arithmetic,
        code: "TP010",
        title: "a number out of range",
        text: "Integers have 64 bits and never wrap around; nothing can be divided by zero.",
        example: Example::Expression("9223372036854775807 + 1", "integer overflow in adding 9223372036854775807 + 1"),
    },
    Explanation {
        kind: ErrorKind::InfiniteRecursion,
        code: "TP011",
        title: "a value that needs itself",
        text: "To evaluate an expression its own value is needed. The trace leads around the circle.",
        example: Example::Expression("let x = x + 1; in x", "infinite recursion encountered"),
    },
    Explanation {
        kind: ErrorKind::StackOverflow,
        code: "TP012",
        title: "calls that are nested too deep",
        text: "More calls are open than `--max-call-depth` allows: mostly a function that calls itself without an end. Where values need each other without an end and no call is open, the message says “possible infinite recursion”, and nothing else is known.",
        example: Example::Expression("let f = x: f x; in f 1", "stack overflow; max-call-depth exceeded"),
    },
    Explanation {
        kind: ErrorKind::Evaluation,
        code: "TP013",
        title: "any other error of the program",
        text: "A builtin or an operator cannot do what it is asked to, for a reason that the message gives.",
        example: Example::Expression(
            "builtins.elemAt [ 1 ] 3",
            "'builtins.elemAt' called with index 3 on a list of size 1",
        ),
    },
    Explanation {
        kind: ErrorKind::System,
        code: "TP014",
        title: "the machine, a file or the store refused",
        text: "A file does not exist or may not be read, the store takes nothing, a feature is not switched on.",
        example: Example::Expression("import /nowhere.nix", "path '/nowhere.nix' does not exist"),
    },
    Explanation {
        kind: ErrorKind::Usage,
        code: "TP015",
        title: "wrong use of the command line",
        text: "A flag does not exist, or lacks its argument. `nix-eval --help` lists them.",
        example: Example::Arguments(&["--eval", "-A"], "'-A' requires an argument"),
    },
    Explanation {
        kind: ErrorKind::Budget,
        code: "TP016",
        title: "a budget ran out",
        text: "The embedder allowed the evaluation a number of steps or bytes, and it needs more. Says nothing about \
               the program; the reference has no such error.",
        example: Example::Budget(
            "builtins.length (builtins.sort builtins.lessThan (builtins.genList (x: 0 - x) 5000))",
            "the evaluation ran out of fuel (the budget of steps)",
        ),
    },
    Explanation {
        kind: ErrorKind::Internal,
        code: "TP017",
        title: "a bug in this evaluator",
        text: "Please report it with the expression that was evaluated.",
        example: Example::Unknown,
    },
];

impl ErrorKind {
    /// The code of the kind, which never changes: see [`EXPLANATIONS`].
    pub const fn code(self) -> &'static str {
        let mut index = 0;
        while index < EXPLANATIONS.len() {
            if EXPLANATIONS[index].kind as u8 == self as u8 {
                return EXPLANATIONS[index].code;
            }
            index += 1;
        }
        panic!("every kind is explained");
    }
}

impl Explanation {
    /// The explanation of a code, in either case.
    pub fn of_code(code: &str) -> Option<&'static Explanation> {
        EXPLANATIONS.iter().find(|explanation| explanation.code.eq_ignore_ascii_case(code))
    }

    /// The explanation as a section of docs/errors.md.
    pub fn section(&self) -> String {
        let example = match self.example {
            Example::Expression(expression, message) | Example::Budget(expression, message) => {
                format!("\n```nix\n{expression}\n```\n\n```text\nerror: {message}\n```\n")
            }
            Example::Arguments(arguments, message) => {
                format!("\n```text\nnix-eval {}\nerror: {message}\n```\n", arguments.join(" "))
            }
            Example::Unknown => String::new(),
        };
        format!("## {}: {}\n\n`ErrorKind::{:?}`. {}\n{example}", self.code, self.title, self.kind, self.text)
    }
}

/// All of docs/errors.md.
pub fn document() -> String {
    let mut text = "# Errors\n\n\
        Messages and traces are those of C++ Nix, to the byte. What tells errors apart for programs is their kind \
        (`nix_evaluator::errors::ErrorKind`), which has a code that never changes: `nix-eval --error-codes` prints the \
        code behind an error, `nix-eval --explain CODE` prints its section of this page. An embedder gets the error \
        itself through `Console::failed`.\n\n\
        A test writes this page from evaluator/source/src/errors/explain.rs (THUNKPROOF_BLESS=1) and runs every example.\n"
        .to_owned();
    for explanation in EXPLANATIONS {
        text.push('\n');
        text.push_str(&explanation.section());
    }
    text
}
