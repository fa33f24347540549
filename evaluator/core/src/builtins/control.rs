//! Builtins that control evaluation: sequencing, failing, catching and tracing. The constants are here too.

use crate::coerce::{self, Coercion};
use crate::deep;
use crate::errors::highlight::hint;
use crate::errors::render::Level;
use crate::errors::{Error, ErrorKind, Failure};
use crate::io::search_path::Entry;
use crate::primop::{Answer, GeneratorContext};
use crate::print;
use crate::source::{Origin, Pos};
use crate::state::State;
use crate::symbols::known;
use crate::value::Value;

use super::evaluation_error;
use crate::primop::Arguments;
use crate::primop::Primop;
use crate::state::DERIVATION_PRELUDE_NAME;

builtins! {
    /// Evaluates the first argument, then gives the second.
    "seq"(e1, e2) [0: Any "", 1: Any ""] => plain second;
    /// Evaluates the first argument with all that it contains, then gives the second.
    "deepSeq"(e1, e2) [] => generator deep_seq;
    /// Prints the first argument on standard error, then gives the second.
    "trace"(e1, e2) [0: Any ""] => plain trace;
    /// As `trace`, if the setting `trace-verbose` says so; otherwise the first argument is not even evaluated.
    "traceVerbose"(e1, e2) [] => generator trace_verbose;
    /// Prints the first argument, a string, as a warning, then gives the second.
    "warn"(e1, e2) [0: String "while evaluating the first argument; the message passed to builtins.warn"] => plain warn;
    /// Ends evaluation with a message that `tryEval` does not catch.
    bare "abort"(s) [] => generator abort;
    /// Fails with a message; `tryEval` catches it.
    bare "throw"(s) [] => generator throw;
    /// Gives its argument. Under a debugger evaluation would pause here.
    bare "break"(v) [] silent true => plain first;
    /// Whether evaluating the argument throws: a set of `success` and `value`.
    "tryEval"(e) [] => try_eval;
    /// Gives the second argument; if that fails, the error says the first one.
    "addErrorContext"(message, value) [] silent true => add_error_context add_error_context;
    /// The value of an environment variable; empty if there is none, or if evaluation is pure or restricted.
    "getEnv"(s) [0: PlainString "while evaluating the first argument passed to builtins.getEnv"] => plain get_env;
}

/// The value of a constant, by its name in `builtins`. Some exist only in impure evaluations.
pub(super) fn constant<'h>(state: &State<'h>, name: &str) -> Option<Value<'h>> {
    let impure = !state.settings.pure_eval;
    Some(match name {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        "currentTime" if impure => Value::Int(state.world.current_time.unwrap_or_else(|| {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            now.map_or(0, |elapsed| elapsed.as_secs() as i64)
        })),
        "currentSystem" if impure => state.string(state.settings.current_system()),
        "nixVersion" => state.string(crate::REFERENCE_VERSION.as_bytes()),
        "storeDir" => state.string(state.world.store.path().as_bytes()),
        "langVersion" => Value::Int(6),
        "nixPath" => {
            let entry = |entry: &Entry| {
                state.attrs([(known::PATH, state.string(&entry.path)), (known::PREFIX, state.string(&entry.prefix))])
            };
            let entries: Vec<Value<'h>> = state.world.search_path_entries.iter().map(entry).collect();
            state.list(&entries)
        }
        "derivation" => derivation(state),
        _ => return None,
    })
}

/// `derivation`: a function around `derivationStrict`, written in Nix and compiled when it is first used.
fn derivation<'h>(state: &State<'h>) -> Value<'h> {
    Value::Thunk(crate::value::Thunk::applied(
        state.heap,
        Value::Builtin(super::table::load_derivation()),
        &[Value::Null],
    ))
}

/// Not in the table, because only the thunk of `derivation` calls it.
pub(super) static LOAD_DERIVATION: Primop = Primop {
    name: "derivation",
    is_bare: true,
    arguments: &["unused"],
    strict: &[],
    implementation: crate::primop::Implementation::Generator {
        fast: None,
        start: |machine, _| crate::primop::boxed(load_derivation(machine)),
    },
    feature: None,
    adds_trace: false,
    documentation: "",
};

async fn load_derivation<'h>(machine: GeneratorContext<'h>) -> Answer<'h> {
    let state = machine.state;
    // The reference does this while it starts, and not by calling a builtin.
    state.discount_builtin_call();
    let source = state.add_source(Origin::Internal(DERIVATION_PRELUDE_NAME), DERIVATION_PRELUDE.to_vec())?;
    let chunk = state.compile_source(&source, b"/", crate::bytecode::ChunkKind::Root, None)?;
    machine.run(chunk).await
}

/// The source of `derivation`.
const DERIVATION_PRELUDE: &[u8] = include_bytes!("derivation.nix");

fn first<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    Ok(arguments[0])
}

fn second<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    Ok(arguments[1])
}

async fn deep_seq<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    deep::force_deep(&machine, arguments[0]).await?;
    machine.force(arguments[1]).await
}

fn print_trace<'h>(state: &State<'h>, value: Value<'h>) -> Result<(), Failure> {
    match value {
        Value::String(string) => state.trace(string.bytes()),
        value => {
            let mut text = Vec::new();
            print::traced_value(state, value, &mut text)?;
            state.trace(&text)
        }
    }
}

fn trace<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    print_trace(state, arguments[0])?;
    Ok(arguments[1])
}

async fn trace_verbose<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    if machine.state.settings.trace_verbose {
        let value = machine.force(arguments[0]).await?;
        print_trace(machine.state, value)?;
    }
    machine.force(arguments[1]).await
}

fn warn<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    let Value::String(message) = arguments[0] else { unreachable!("checked to be a string") };
    state.reserve(message.bytes().len())?;
    state.report(Level::EvaluationWarning, &Error::new(ErrorKind::Evaluation, message.bytes().to_vec()));
    state.bound_messages()?;
    if state.settings.abort_on_warn {
        return Err(evaluation_error("aborting to reveal stack trace of warning, as abort-on-warn is set"));
    }
    Ok(arguments[1])
}

/// The message that `abort` and `throw` coerce their argument to.
async fn message<'h>(
    machine: &GeneratorContext<'h>,
    slot: Value<'h>,
    context: &'static str,
) -> Result<&'h [u8], Failure> {
    let how = Coercion::INTERPOLATION;
    Ok(coerce::coerce_to_string(machine, slot, how, Pos::NONE, context).await?.0)
}

async fn abort<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let context = "while evaluating the error message passed to builtins.abort";
    let text = message(&machine, arguments[0], context).await?;
    machine.state.reserve(text.len())?;
    let words = "evaluation aborted with the following error message: '{}'";
    Err(Error::new(ErrorKind::Abort, hint(words, &[text])).into())
}

async fn throw<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let context = "while evaluating the error message passed to builtin.throw";
    let text = message(&machine, arguments[0], context).await?;
    machine.state.reserve(text.len())?;
    Err(Error::new(ErrorKind::Thrown, text.to_vec()).into())
}

async fn add_error_context<'h>(machine: GeneratorContext<'h>, message: Value<'h>, failure: Failure) -> Answer<'h> {
    let context = "while evaluating the error message passed to builtins.addErrorContext";
    let (text, _) = coerce::coerce_to_string(&machine, message, Coercion::PLAIN, Pos::NONE, context).await?;
    machine.state.reserve_trace(&failure, text.len())?;
    failure.add_trace_always(text.to_vec());
    Err(failure)
}

fn get_env<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    let Value::String(name) = arguments[0] else { unreachable!("checked to be a string") };
    if state.settings.pure_eval || state.settings.restrict_eval {
        return Ok(state.string(b""));
    }
    let variable = state.world.environment.iter().find(|(variable, _)| variable == name.bytes());
    Ok(state.string(variable.map_or(&b""[..], |(_, value)| value)))
}
