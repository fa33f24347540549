//! What an error on standard error says, taken apart: its final message, the builtin it happened in, its class.
//!
//! Evaluators word the same failure differently, from release to release too. A class says which failure it is, so that
//! reports can tell *another error* from *the same error in other words*.

use std::{fmt, sync::LazyLock};

use bstr::ByteSlice;
use regex::{Regex, bytes};
use serde::Serialize;

/// What kind of failure an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorClass {
    /// The program does not parse.
    Syntax,
    /// An attribute or formal is defined twice.
    Duplicate,
    /// A variable is not defined.
    UndefinedVariable,
    /// An attribute is not there.
    MissingAttribute,
    /// A function was called with other arguments than it takes.
    Arguments,
    /// A value is of another type than is needed.
    Type,
    /// A value cannot become a string.
    Coercion,
    /// Two values cannot be compared.
    Comparison,
    /// An assertion does not hold.
    Assertion,
    /// `abort` was called.
    Abort,
    /// A value needs itself.
    InfiniteRecursion,
    /// Calls are nested too deeply, or the stack is used up.
    StackOverflow,
    /// A number does not fit, or is divided by zero.
    Arithmetic,
    /// A file is not there or cannot be read.
    File,
    /// Text in some format does not parse.
    Format,
    /// Memory is used up.
    Memory,
    /// The command line, or a setting, is not understood.
    Usage,
    /// Anything else, what programs throw among it.
    Other,
}

/// Message fragments, first match wins. They are matched against the final message only.
static CLASSES: LazyLock<Vec<(Regex, ErrorClass)>> = LazyLock::new(|| {
    use ErrorClass::*;
    [
        (r"^syntax error|^path has a trailing slash|^invalid (integer|float)|^dynamic attributes not allowed", Syntax),
        (r"already defined|^duplicate formal", Duplicate),
        (r"^undefined variable|^variable not found", UndefinedVariable),
        (r"^attribute (with name )?'.*' (missing|not found|could not be found)|^(list index|attribute) .*out of|missing in|^attribute set", MissingAttribute),
        (r"called (without required|with unexpected) argument|cannot evaluate a function that has an argument", Arguments),
        (r"^cannot coerce|cannot be coerced", Coercion),
        (r"^cannot compare|is not equal to|incomparable", Comparison),
        (r"^expected .* but found|^expected value of type|^attempt to call something|^value is .* while|which is not|not a (function|list|set|string)", Type),
        (r"^assertion ", Assertion),
        (r"^evaluation aborted", Abort),
        (r"^infinite recursion", InfiniteRecursion),
        (r"^stack overflow|max-call-depth", StackOverflow),
        (r"^division by zero|overflow in|^integer overflow", Arithmetic),
        (r"No such file|does not exist|[Nn]ot a directory|^(opening|reading|getting status)|cannot (read|open)|was not found in the Nix search path", File),
        (r"^(while )?(parsing|error parsing)|parse error|invalid (JSON|TOML|regular)|TOML|JSON", Format),
        (r"out of memory|bad_alloc|memory allocation", Memory),
        (r"^unrecognised flag|^unknown (flag|setting|option)|experimental feature|^--\w+ ", Usage),
    ]
    .into_iter()
    .map(|(pattern, class)| (Regex::new(pattern).expect("a constant"), class))
    .collect()
});

impl ErrorClass {
    /// The class of an error whose final message this is.
    pub fn of(message: &str) -> ErrorClass {
        let found = CLASSES.iter().find(|(pattern, _)| pattern.is_match(message));
        found.map_or(ErrorClass::Other, |(_, class)| *class)
    }
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = serde_json::to_value(self).ok();
        to.pad(name.as_ref().and_then(|name| name.as_str()).unwrap_or("other"))
    }
}

/// Standard error in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    /// What was written before the error: traces and warnings. All of it where there is no error.
    pub log: &'a [u8],
    /// The error with its trace, from the line that begins with `error:`.
    pub error: Option<&'a [u8]>,
}

/// How an error's line begins: `error:`, or `error[E005]:` with a number of its kind.
static BEGINNING: LazyLock<bytes::Regex> =
    LazyLock::new(|| bytes::Regex::new(r"(?m)^error(?:\[\w+\])?:").expect("a constant"));

/// A note to a place in the program, as diagnostics have them.
static NOTE: LazyLock<bytes::Regex> =
    LazyLock::new(|| bytes::Regex::new(r"(?m)^note: [^\n]*\n *--> ").expect("a constant"));

/// What stands before an error's message, whatever it is indented by.
static TITLE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\s*error(?:\[\w+\])?:").expect("a constant"));

/// Takes standard error apart. The error is what follows the last line that begins with `error:` at its very start; an
/// error below a trace is indented, so it is within.
pub fn parts(stderr: &[u8]) -> Parts<'_> {
    // Most is written without any error, and this is asked of each.
    let at = stderr.find(b"error").and_then(|from| {
        let from = stderr[..from].rfind_byte(b'\n').map_or(0, |end| end + 1);
        BEGINNING.find_iter(&stderr[from..]).last().map(|found| from + found.start())
    });
    // Notes about where it happened stand before such an error, and belong to it.
    let at = at.map(|at| NOTE.find(&stderr[..at]).map_or(at, |note| note.start()));
    match at {
        Some(at) => Parts { log: &stderr[..at], error: Some(&stderr[at..]) },
        None => Parts { log: stderr, error: None },
    }
}

/// The final message of an error: what follows its last `error:`, without positions, excerpts and the trace.
pub fn message(error: &[u8]) -> String {
    let text = error.to_str_lossy();
    let lines: Vec<&str> = text.lines().collect();
    let title = |line: &str| TITLE.find(line).map(|title| title.len());
    let Some((last, length)) = lines.iter().enumerate().rev().find_map(|(at, line)| Some((at, title(line)?))) else {
        return String::new();
    };
    let first = lines[last][length..].trim();
    let rest = lines[last + 1..].iter().map(|line| line.trim());
    let is_place = |line: &str| (line.starts_with("at ") && line.ends_with(':')) || line.starts_with("--> ");
    let rest = rest.take_while(|line| !line.is_empty() && !is_place(line));
    std::iter::once(first).chain(rest).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The builtin in whose call an error happened, or the operator: what the innermost line of the trace names.
pub fn builtin(error: &[u8]) -> Option<String> {
    static CALL: LazyLock<bytes::Regex> = LazyLock::new(|| {
        bytes::Regex::new(
            r"while (?:calling|evaluating) the '([^']+)' builtin|passed to builtins\.(\w+)|in the (\S+) operator",
        )
        .expect("a constant")
    });
    let found = CALL.captures_iter(error).last()?;
    let name = found.iter().skip(1).flatten().next()?;
    Some(name.as_bytes().to_str_lossy().into_owned())
}

/// A message with everything taken out that differs from program to program: what is quoted, numbers, paths, places.
pub fn masked(message: &str) -> String {
    static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r#"«[^»]*»(:\d+:\d+)?|'[^']*'|"(\\.|[^"\\])*"|(\.{0,2}/[^\s:,']+)(:\d+:\d+)?|-?\d+(\.\d+)?(e[+-]?\d+)?"#,
        )
        .expect("a constant")
    });
    VARIABLE.replace_all(message.lines().next().unwrap_or_default(), "…").into_owned()
}

/// Whether a program says that it does not know this flag.
pub fn is_flag_refused(stderr: &[u8], flag: &str) -> bool {
    static REFUSED: LazyLock<bytes::Regex> = LazyLock::new(|| {
        let words = r"(?:unrecogni[sz]ed|unknown|unexpected) (?:flag|option|argument)s?:? ['‘`\x22]?(-[\w-]+)";
        bytes::Regex::new(words).expect("a constant")
    });
    REFUSED.captures_iter(stderr).any(|found| &found[1] == flag.as_bytes())
}

/// Whether standard error ends with the words of a program for which memory ran out: C++ Nix, its garbage collector,
/// the C++ and Rust libraries.
pub fn is_out_of_memory(stderr: &[u8]) -> bool {
    static WORDS: LazyLock<bytes::Regex> = LazyLock::new(|| {
        let words = r"(?i)^(error: )?out of memory$|bad_alloc|memory allocation of \d+ bytes failed|^GC Warning: Out of|cannot allocate memory$";
        bytes::Regex::new(words).expect("a constant")
    });
    let last = stderr.trim_ascii_end().rsplit_str("\n").take(2);
    last.into_iter().any(|line| WORDS.is_match(line.trim_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACED: &str = "trace: x\nerror:\n       … while calling the 'map' builtin\n         at «string»:1:1:\n            1| \
                          map\n\n       … in the right operand of the '+' operator\n\n       … while evaluating the second \
                          argument passed to builtins.elemAt\n\n       error: expected a list but found an integer: 1\n       \
                          at «string»:1:2:\n";

    #[test]
    fn a_flag_that_is_refused_is_told_from_others() {
        let check = |stderr: &str, refused: bool| assert_eq!(is_flag_refused(stderr.as_bytes(), "--a-b"), refused);
        check("error: unrecognised flag '--a-b'\nTry 'nix-instantiate --help'", true);
        check("error: unexpected argument '--a-b' found", true);
        check("error: unrecognised flag '--a-bc'", false);
        check("error: undefined variable 'a-b'", false);
    }

    #[test]
    fn an_error_comes_apart() {
        let check = |stderr: &str, log: &str, said: Option<&str>| {
            let parts = parts(stderr.as_bytes());
            assert_eq!(parts.log.as_bstr(), log, "{stderr}");
            assert_eq!(parts.error.map(message).as_deref(), said, "{stderr}");
        };
        check(TRACED, "trace: x\n", Some("expected a list but found an integer: 1"));
        check("error: a\nb\n\n  at x\n", "", Some("a\nb"));
        check("error: a\n       at «stdin»:1:1:\n", "", Some("a"));
        check("trace: error: no\n", "trace: error: no\n", None);
        check("warning: w\nerror: e", "warning: w\n", Some("e"));
        check("", "", None);
        let note = "note: while evaluating this\n --> [code]:1:1\n  |\n1 | a\n";
        check(&format!("trace: x\n{note}error[E005]: no a\n --> [code]:1:1\n"), "trace: x\n", Some("no a"));
        assert_eq!(builtin(TRACED.as_bytes()).as_deref(), Some("elemAt"));
        assert_eq!(builtin(b"error: x"), None);
    }

    #[test]
    fn classes_hold_for_several_wordings() {
        use ErrorClass::*;
        let check = |message: &str, class| assert_eq!(ErrorClass::of(message), class, "{message}");
        check("syntax error, unexpected '&&'", Syntax);
        check("attribute 'a' missing", MissingAttribute);
        check("undefined variable 'x'", UndefinedVariable);
        check("expected a list but found an integer: 1", Type);
        check("cannot coerce a function to a string: «lambda @ «stdin»:1:2»", Coercion);
        check("cannot compare a set with a set; values of that type are incomparable", Comparison);
        check("stack overflow; max-call-depth exceeded", StackOverflow);
        check("stack overflow (possible infinite recursion)", StackOverflow);
        check("infinite recursion encountered", InfiniteRecursion);
        check("integer overflow in adding 9223372036854775807 + 1", Arithmetic);
        check("path '/x' does not exist", File);
        check("opening file '/x': No such file or directory", File);
        check("unrecognised flag '--lint-url-literals'", Usage);
        check("whatever I threw", Other);
        assert_eq!(UndefinedVariable.to_string(), "undefined-variable");
    }

    #[test]
    fn what_a_program_chose_is_masked() {
        let check = |message: &str, expected: &str| assert_eq!(masked(message), expected, "{message}");
        check("attribute 'a.b' missing", "attribute … missing");
        check("expected a list but found an integer: -12", "expected a list but found an integer: …");
        check("string '\"x\\\"y\"' is not \"z\"", "string … is not …");
        check("cannot read /a/b.nix:1:2 at «stdin»:3:4\nsecond line", "cannot read … at …");
    }

    #[test]
    fn running_out_of_memory_is_told_from_throwing_about_it() {
        let check = |stderr: &str, expected| assert_eq!(is_out_of_memory(stderr.as_bytes()), expected, "{stderr}");
        check("GC Warning: Failed to expand heap\nerror: out of memory\n", true);
        check("memory allocation of 64 bytes failed\n", true);
        check("terminate called after throwing\n  what():  std::bad_alloc\n", true);
        check("error: I am out of memory, sorry\n", false);
        check("", false);
    }
}
