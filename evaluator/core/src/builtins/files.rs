//! Builtins that look at files, and those that convert between paths and strings.

use crate::errors::Failure;
use crate::errors::highlight::hint;
use crate::hash::Algorithm;
use crate::io::access::{self, Resolution};
use crate::io::{FileKind, paths};
use crate::primop::{Answer, GeneratorContext};
use crate::source::Pos;
use crate::state::State;
use crate::store::{Holding, StorePath, placeholder};
use crate::value::{Attr, Attrs, Context, NixString, Thunk, Value};

use super::evaluation_error;
use super::hashes::hashed;
use super::realise::{coerce_to_path, realise_path, realise_without_suspending};
use crate::primop::Arguments;

builtins! {
    /// Whether there is anything at a path; behind a slash, whether there is a folder.
    "pathExists"(path) [0: Any ""] => generator path_exists, fast path_exists_without_suspending;
    /// The contents of a file as a string.
    "readFile"(path) [] => generator read_file, fast read_file_without_suspending;
    /// What is in a folder: a set of names and their types.
    "readDir"(path) [] => generator read_dir, fast read_dir_without_suspending;
    /// What a path is: `"regular"`, `"directory"`, `"symlink"` or `"unknown"`.
    "readFileType"(p) [] => generator read_file_type, fast read_file_type_without_suspending;
    /// The hash of a file's contents, in base 16.
    "hashFile"(type, p) [0: PlainString "while evaluating the first argument passed to builtins.hashFile"]
        => generator hash_file;
    /// A path as a string; it must be absolute.
    "toPath"(s) [] => generator to_path;
    /// A path in the store as a string that depends on it.
    "storePath"(path) [] => generator store_path;
    /// What stands for the path of an output inside its own derivation.
    bare "placeholder"(output) [0: PlainString "while evaluating the first argument passed to builtins.placeholder"]
        => plain placeholder;
}

/// Whether a string names a folder. A path no longer tells, because it has no final slash.
fn asks_for_folder(value: Value<'_>) -> bool {
    matches!(value, Value::String(string) if string.bytes().ends_with(b"/") || string.bytes().ends_with(b"/."))
}

fn resolution_for(must_be_folder: bool) -> Option<Resolution> {
    Some(if must_be_folder { Resolution::Full } else { Resolution::Ancestors })
}

fn exists<'h>(state: &State<'h>, path: &[u8], must_be_folder: bool) -> Answer<'h> {
    let metadata = access::metadata_if_exists(&*state.world.io, path)?;
    Ok(Value::Bool(metadata.is_some_and(|metadata| !must_be_folder || metadata.kind == FileKind::Directory)))
}

fn path_exists_without_suspending<'h>(
    state: &'h State<'h>,
    arguments: &[Value<'h>],
) -> Option<Result<Value<'h>, Failure>> {
    let must_be_folder = asks_for_folder(arguments[0]);
    let path = realise_without_suspending(state, arguments[0], resolution_for(must_be_folder))?;
    Some(path.and_then(|path| exists(state, &path, must_be_folder)))
}

async fn path_exists<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let must_be_folder = asks_for_folder(arguments[0]);
    let path = realise_path(&machine, arguments[0], resolution_for(must_be_folder)).await?;
    exists(machine.state, &path, must_be_folder)
}

/// Defines a builtin that only looks at a path: a generator and its fast path, both over `$look`.
macro_rules! looks_at {
    ($($generator:ident, $fast:ident, $resolution:expr => $look:ident;)*) => {
        $(
            async fn $generator<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
                let path = realise_path(&machine, arguments[0], $resolution).await?;
                $look(machine.state, &path)
            }

            fn $fast<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Option<Result<Value<'h>, Failure>> {
                let path = realise_without_suspending(state, arguments[0], $resolution)?;
                Some(path.and_then(|path| $look(state, &path)))
            }
        )*
    };
}

looks_at! {
    read_file, read_file_without_suspending, Some(Resolution::Full) => contents;
    read_dir, read_dir_without_suspending, Some(Resolution::Full) => entries;
    read_file_type, read_file_type_without_suspending, None => file_type;
}

fn contents<'h>(state: &'h State<'h>, path: &[u8]) -> Answer<'h> {
    let contents = state.read_file(path)?;
    if contents.contains(&0) {
        let words = "the contents of the file '{}' cannot be represented as a Nix string";
        return Err(evaluation_error(hint(words, &[&paths::displayed(path)])));
    }
    state.reserve(contents.len())?;
    let references = references_in(state, path, &contents);
    let mut context = Context::EMPTY;
    for reference in references {
        context = context.with(state.heap, reference.base_name().as_bytes());
    }
    let text = state.copied_text(contents.len(), [&*contents])?;
    Ok(Value::String(NixString::alloc(state.heap, text, context)))
}

/// What a file of an object refers to: those of the object's references whose hashes are in the text.
fn references_in(state: &State<'_>, path: &[u8], contents: &[u8]) -> Vec<StorePath> {
    if !state.world.store.contains(path) {
        return Vec::new();
    }
    let Ok((object, _)) = state.world.store.split(path) else { return Vec::new() };
    let Some(references) = state.world.objects.references(&object) else { return Vec::new() };
    let is_in = |reference: &&StorePath| {
        let hash = reference.hash_part().as_bytes();
        contents.windows(hash.len()).any(|window| window == hash)
    };
    references.iter().filter(is_in).cloned().collect()
}

fn entries<'h>(state: &'h State<'h>, path: &[u8]) -> Answer<'h> {
    let entries = access::read_directory(&*state.world.io, path)?;
    let mut attrs = Vec::with_capacity(entries.len());
    for entry in entries {
        let name = state.symbols.intern(&entry.name);
        let value = match entry.kind {
            Some(kind) => state.string(kind.name().as_bytes()),
            // The system would not tell; whoever wants to know asks again.
            None => {
                let inside = Value::Path(state.heap.alloc(state.heap.copy_slice(&paths::join(path, &entry.name))));
                let name = state.symbols.intern(b"__readFileType");
                let builtin = state.globals().get(name).expect("a builtin that is always there");
                Value::Thunk(Thunk::applied(state.heap, builtin, &[inside]))
            }
        };
        attrs.push(Attr::new(state.heap, name, Pos::NONE, value));
    }
    Ok(Value::Attrs(Attrs::from_unsorted(state.heap, attrs)))
}

fn file_type<'h>(state: &'h State<'h>, path: &[u8]) -> Answer<'h> {
    Ok(state.string(access::metadata(&*state.world.io, path)?.kind.name().as_bytes()))
}

async fn hash_file<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let Value::String(algorithm) = arguments[0] else { unreachable!("checked to be a string") };
    let algorithm = Algorithm::from_name(algorithm.bytes(), state.features())?;
    let path = realise_path(&machine, arguments[1], Some(Resolution::Full)).await?;
    hashed(state, algorithm, &state.read_file(&path)?)
}

async fn to_path<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let context = "while evaluating the first argument passed to builtins.toPath";
    let (path, elements) = coerce_to_path(&machine, arguments[0], Pos::NONE, context).await?;
    Ok(NixString::with_context(machine.state.heap, paths::inside_built_in(&path), elements))
}

async fn store_path<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    if state.settings.pure_eval {
        return Err(evaluation_error(hint("'{}' is not allowed in pure evaluation mode", &[b"builtins.storePath"])));
    }
    let context = "while evaluating the first argument passed to 'builtins.storePath'";
    let (mut path, elements) = coerce_to_path(&machine, arguments[0], Pos::NONE, context).await?;
    path = paths::inside_built_in(&path).to_vec();
    // A link right in the store is meant itself, whatever it points to.
    if state.world.store.parse(&path).is_err() {
        path = access::resolve_symlinks(&*state.world.io, &path, Resolution::Full)?;
    }
    if !state.world.store.contains(&path) {
        return Err(evaluation_error(hint("path '{}' is not in the Nix store", &[&path])));
    }
    let (object, _) = state.world.store.split(&path)?;
    if !state.world.read_only && !state.world.objects.is_valid(&object) {
        state.world.opened.require_reachable()?;
        if state.world.opened.holding == Holding::Nothing {
            let words = "cannot substitute path '{}' - no write access to the Nix store";
            return Err(evaluation_error(hint(words, &[state.world.store.print(&object).as_bytes()])));
        }
        return Err(state.world.opened.cannot_be_had(&object).into());
    }
    let elements = elements.with(state.heap, object.base_name().as_bytes());
    Ok(NixString::with_context(state.heap, &path, elements))
}

fn placeholder<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    let output = state.expect_plain_string(arguments[0])?;
    Ok(state.string(placeholder::own_output(output).as_bytes()))
}
