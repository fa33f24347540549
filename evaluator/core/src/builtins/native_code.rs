//! Builtins that run code outside the language. They exist only with `allow-unsafe-native-code-during-evaluation`.

use super::demand;
use super::evaluation_error;
use super::realise::{first_invalid_path, realise_path};
use crate::coerce::{self, Coercion};
use crate::errors::highlight::{MAGENTA, NORMAL, RED, hint};
use crate::errors::{Error, ErrorKind};
use crate::io::access;
use crate::io::program::{Program, describe_failure};
use crate::primop::{Answer, Arguments, GeneratorContext, force_plain_string};
use crate::source::{Origin, Pos};
use crate::value::Context;
use crate::value::bytecode::ChunkKind;

builtins! {
    /// The value of the expression that a program prints, which is given as a list of its name and its arguments.
    "exec"(args) [0: List "while evaluating the first argument passed to builtins.exec"] => generator exec;
    /// What a function in a shared object of C++ Nix makes. This evaluator cannot run such functions, and says so.
    "importNative"(path, symbol) [] => generator import_native;
}

async fn exec<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let mut words: Vec<&[u8]> = Vec::new();
    let mut needed = Context::EMPTY;
    for item in demand::list(arguments[0]).items() {
        let context = match words.is_empty() {
            true => "while evaluating the first element of the argument passed to builtins.exec",
            false => "while evaluating an element of the argument passed to builtins.exec",
        };
        let (word, elements) = coerce::coerce_to_string(&machine, item, Coercion::PLAIN, Pos::NONE, context).await?;
        words.push(word);
        needed = needed.union(state.heap, elements);
    }
    let [name, arguments @ ..] = words.as_slice() else {
        return Err(evaluation_error("at least one argument to 'exec' required"));
    };
    if let Some(path) = first_invalid_path(state, needed)? {
        let words = "cannot execute '{}', since store path '{}' is not valid";
        return Err(evaluation_error(hint(words, &[name, path.base_name().as_bytes()])));
    }
    let world = &state.world;
    let program = Program { name, arguments, environment: &world.environment, current_dir: &world.current_dir };
    let quoted = [b"\"", *name, b"\""].concat();
    let (failure, output) = match world.io.run_program(&program) {
        Ok(ended) => {
            state.write_message(&ended.stderr);
            (describe_failure(ended.status), ended.stdout)
        }
        // In the reference it is the new process that says so, always in colours, and ends.
        Err(error) => {
            let program = [MAGENTA.as_bytes(), &*quoted, NORMAL.as_bytes()].concat();
            let error = access::system_error([b"executing ", &*program].concat(), &error);
            let line = [RED.as_bytes(), b"error:", NORMAL.as_bytes(), b" ", &*error.message, b"\n"].concat();
            state.write_message(&line);
            (Some("failed with exit code 1".to_owned()), Vec::new())
        }
    };
    if let Some(failure) = failure {
        let message = hint("program {} {}", &[&quoted, failure.as_bytes()]);
        return Err(Error::new(ErrorKind::System, message).into());
    }
    let during = |words: &str| hint(words, &[name]);
    let chunk = state
        .add_source(Origin::Text, output)
        .and_then(|source| state.compile_source(&source, b"/", ChunkKind::Root, None))
        .map_err(|failure| failure.while_(Pos::NONE, during("while parsing the output from '{}'")))?;
    let value = machine.run(chunk).await;
    value.map_err(|failure| failure.while_(Pos::NONE, during("while evaluating the output from '{}'")))
}

async fn import_native<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let path = realise_path(&machine, arguments[0], None).await?;
    let context = "while evaluating the second argument passed to builtins.importNative";
    let symbol = force_plain_string(&machine, arguments[1], Pos::NONE, context).await?;
    let words = "cannot load '{}' from '{}': nix-eval does not run native code that was made for C++ Nix; \
                 let builtins.exec run a program instead";
    Err(evaluation_error(hint(words, &[symbol, &path])))
}
