//! `import` and `scopedImport`, which evaluate other files, and `findFile`, which finds them.

use crate::coerce::{self, Coercion};
use crate::errors::Failure;
use crate::errors::highlight::hint;
use crate::io::search_path::{Entry, Found};
use crate::primop::{Answer, GeneratorContext};
use crate::source::{Origin, Pos};
use crate::state::State;
use crate::store::path::DERIVATION_SUFFIX;
use crate::store::{ContextElement, StorePath};
use crate::symbols::known;
use crate::value::bytecode::ChunkKind;
use crate::value::{Context, NixString, Value};

use super::attributes;
use super::evaluation_error;
use super::realise::{
    first_invalid_path, import_from_derivations, read_derivation, realise_path, realise_without_suspending,
};
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

/// Describes a derivation that was imported.
const IMPORTED: &[u8] = include_bytes!("imported-derivation.nix");

/// The derivation at a path, if that is valid in the store and not just any file.
fn derivation_at(state: &State<'_>, path: &[u8]) -> Option<StorePath> {
    if !path.ends_with(DERIVATION_SUFFIX.as_bytes()) {
        return None;
    }
    state.world.store.parse(path).ok().filter(|path| state.world.objects.is_valid(path))
}

/// The value of a derivation in the store (`derivationToValue`).
async fn import_derivation<'h>(machine: &GeneratorContext<'h>, text: &[u8], path: &StorePath) -> Answer<'h> {
    let state = machine.state;
    let derivation = read_derivation(state, path)?;
    let deep = ContextElement::DerivationDeep(path.clone()).to_text();
    let own = NixString::with_context(state.heap, text, Context::EMPTY.with(state.heap, &deep));
    let name = derivation.environment.get(&b"name"[..]).map_or(&b""[..], Vec::as_slice);
    let names: Vec<Value<'h>> = derivation.outputs.keys().map(|output| state.string(output)).collect();
    let mut attrs =
        vec![(known::DRV_PATH, own), (known::NAME, state.string(name)), (known::OUTPUTS, state.list(&names))];
    for (output, how) in &derivation.outputs {
        let known = how.path(&state.world.store, &derivation.name, output)?;
        let value = super::derivation::known_output(state, path, output, known)?;
        attrs.push((state.symbols.intern(output), value));
    }
    let source = state.add_source(Origin::Text, IMPORTED.to_vec())?;
    let function = machine.run(state.compile_source(&source, b"/", ChunkKind::Root, None)?).await?;
    machine.call(function, state.attrs(attrs)).await
}

fn import_path<'h>(state: &'h State<'h>, path: &[u8]) -> Result<Value<'h>, Failure> {
    state.import(&state.resolve_import(path)?)
}

fn import_without_suspending<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Result<Value<'h>, Failure>> {
    let path = realise_without_suspending(state, arguments[0], None)?;
    if matches!(&path, Ok(path) if derivation_at(state, path).is_some()) {
        return None;
    }
    Some(path.and_then(|path| import_path(state, &path)))
}

async fn import<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let path = realise_path(&machine, arguments[0], None).await?;
    if let Some(derivation) = derivation_at(machine.state, &path) {
        return import_derivation(&machine, &path, &derivation).await;
    }
    machine.force(import_path(machine.state, &path)?).await
}

async fn scoped_import<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let path = realise_path(&machine, arguments[1], None).await?;
    if let Some(derivation) = derivation_at(state, &path) {
        return import_derivation(&machine, &path, &derivation).await;
    }
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
        if let Some(needed) = first_invalid_path(state, elements)? {
            let words = "cannot find '{}', since path '{}' is not valid";
            return Err(evaluation_error(hint(words, &[path, needed.base_name().as_bytes()])));
        }
        import_from_derivations(state, elements, true)?;
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
