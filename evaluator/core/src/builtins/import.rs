//! `import` and `scopedImport`, which evaluate other files, and `findFile`, which finds them.

use crate::coerce::{self, Coercion};
use crate::errors::Failure;
use crate::errors::highlight::hint;
use crate::io::search_path::{Entry, Found};
use crate::primop::{Answer, GeneratorContext};
use crate::source::Pos;
use crate::state::State;
use crate::symbols::known;
use crate::value::Value;

use super::attributes;
use super::evaluation_error;
use super::realise::{first_needed_path, realise_path, realise_without_suspending};
use crate::primop::{Arguments, Expectation};
use crate::primop::{force_as, force_plain_string};

builtins! {
    /// The value of the expression in a file, or in `default.nix` of a folder. A file is evaluated once.
    bare "import"(path) [] => generator import, fast import_without_suspending;
    /// As `import`, with the attributes of the first argument as variables in the file, which is evaluated anew.
    bare "scopedImport"(scope, path) [] => generator scoped_import;
    /// The file that a name means on a search path given as a list of sets of `path` and `prefix`.
    "findFile"(search_path, lookup_path)
        [0: List "while evaluating the first argument passed to builtins.findFile"] => generator find_file;
}

// The reference would give the derivation in a `.drv` file that is valid in its store; ours holds none.

fn import_path<'h>(state: &'h State<'h>, path: &[u8]) -> Result<Value<'h>, Failure> {
    state.import(&state.resolve_import(path)?)
}

fn import_without_suspending<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Result<Value<'h>, Failure>> {
    let path = realise_without_suspending(state, arguments[0], None)?;
    Some(path.and_then(|path| import_path(state, &path)))
}

async fn import<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let path = realise_path(&machine, arguments[0], None).await?;
    machine.force(import_path(machine.state, &path)?).await
}

async fn scoped_import<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let path = realise_path(&machine, arguments[1], None).await?;
    let context = "while evaluating the first argument passed to builtins.scopedImport";
    let Value::Attrs(scope) = force_as(&machine, arguments[0], Expectation::Attrs, Pos::NONE, context).await? else {
        unreachable!("checked to be a set")
    };
    state.log_evaluation(&crate::io::paths::displayed(&path));
    let chunk = state.compile_file(&state.resolve_import(&path)?, Some(scope))?;
    machine.run(chunk).await
}

async fn find_file<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let Value::List(list) = arguments[0] else { unreachable!("checked to be a list") };
    let mut entries = Vec::with_capacity(list.len());
    for item in list.items() {
        let context = "while evaluating an element of the list passed to builtins.findFile";
        let Value::Attrs(attrs) = force_as(&machine, item, Expectation::Attrs, Pos::NONE, context).await? else {
            unreachable!("checked to be a set")
        };
        let prefix = match attrs.get(known::PREFIX) {
            None => &b""[..],
            Some(prefix) => {
                let context =
                    "while evaluating the `prefix` attribute of an element of the list passed to builtins.findFile";
                force_plain_string(&machine, prefix.value(), Pos::NONE, context).await?
            }
        };
        let path = attributes::required(state, attrs, state.symbols.intern(b"path"), "in an element of the __nixPath")?;
        let context = "while evaluating the `path` attribute of an element of the list passed to builtins.findFile";
        let how = Coercion::PLAIN;
        let (path, elements) = coerce::coerce_to_string(&machine, path.value(), how, Pos::NONE, context).await?;
        if let Some(needed) = first_needed_path(state, elements)? {
            let words = "cannot find '{}', since path '{}' is not valid";
            return Err(evaluation_error(hint(words, &[path, needed.base_name().as_bytes()])));
        }
        entries.push(Entry { prefix: prefix.to_vec(), path: path.to_vec() });
    }
    let context = "while evaluating the second argument passed to builtins.findFile";
    let name = force_plain_string(&machine, arguments[1], Pos::NONE, context).await?;
    let current_dir = &state.world.current_dir;
    let found =
        state.world.search_path.find(name, &entries, current_dir, state.settings.pure_eval, &*state.world.io, state)?;
    Ok(match found {
        Found::File(path) => Value::Path(state.heap.alloc(state.heap.copy_slice(&path))),
        Found::BuiltIn(path) => {
            let path = crate::io::paths::append(crate::io::built_in::FOLDER, &path);
            Value::Path(state.heap.alloc(state.heap.copy_slice(&path)))
        }
    })
}
