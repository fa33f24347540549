//! Builtins that add files and texts to the store, as far as a program can see it: they compute store paths.

use std::collections::BTreeSet;

use crate::errors::Failure;
use crate::errors::highlight::{hint, plain};
use crate::hash::{Algorithm, Hash, HashFormat};
use crate::io::access::{self, Resolution};
use crate::io::tree::Tree;
use crate::io::{FileKind, paths};
use crate::primop::{Answer, GeneratorContext};
use crate::source::Pos;
use crate::state::{Hashing, State};
use crate::store::content_address::{ContentAddress, Method};
use crate::store::nar::{EntryName, MAX_DEPTH, NarWriter, names_in_nar};
use crate::store::{ContextElement, StorePath};
use crate::value::{Context, NixString, Value};

use super::evaluation_error;
use super::realise::{coerce_to_path, read_derivation, realise_context};
use crate::primop::{Arguments, Expectation};
use crate::primop::{force_as, force_bool, force_plain_string};

builtins! {
    /// Stores a text in a file of the given name, and gives its path.
    "toFile"(name, s) [
        0: PlainString "while evaluating the first argument passed to builtins.toFile",
        1: String "while evaluating the second argument passed to builtins.toFile"
    ] => plain to_file;
    /// Copies a path to the store without those files in it that a function of path and type refuses.
    "filterSource"(e1, e2) [] => generator filter_source;
    /// Copies a path to the store: `path`, and perhaps `name`, `filter`, `recursive` and `sha256`.
    "path"(args) [0: Attrs "while evaluating the argument passed to 'builtins.path'"] => generator path;
}

/// A store path as a string that depends on it.
pub(super) fn store_path_value<'h>(state: &State<'h>, path: &StorePath) -> Value<'h> {
    let context = Context::EMPTY.with(state.heap, path.base_name().as_bytes());
    NixString::with_context(state.heap, state.world.store.print(path).as_bytes(), context)
}

/// The hash in an attribute. An empty text means zeros, with a warning (`newHashAllowEmpty`).
pub(super) fn hash_attribute(state: &State<'_>, text: &[u8], algorithm: Option<Algorithm>) -> Result<Hash, Failure> {
    let (hash, was_empty) = Hash::parse_allow_empty(text, algorithm, state.features())?;
    if was_empty {
        let assumed = hash.to_text(HashFormat::Sri, true);
        state.warn(&plain("found empty hash, assuming '{}'", &[assumed.as_bytes()]));
    }
    Ok(hash)
}

fn to_file<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    let name = state.expect_plain_string(arguments[0])?;
    let Value::String(contents) = arguments[1] else { unreachable!("checked to be a string") };
    let mut references = BTreeSet::new();
    for element in contents.context().elements {
        match ContextElement::parse(element, state.features())? {
            ContextElement::Opaque(path) => {
                references.insert(path);
            }
            _ => {
                let words = "files created by {} may not reference derivations, but {} references {}";
                return Err(evaluation_error(hint(words, &[b"builtins.toFile", name, element])));
            }
        }
    }
    refuse_derivation(state, name)?;
    let is_kept = state.keeps_what_is_added("addToStoreFromDump")?;
    let hash = state.hash(Algorithm::Sha256, contents.bytes())?;
    let path = state.world.store.make_text(name, &hash, &references)?;
    if is_kept {
        state.reserve(contents.bytes().len())?;
        state.add_object(&path, Tree::of_file(contents.bytes()), references);
        check_derivation(state, &path)?;
    }
    Ok(store_path_value(state, &path))
}

/// Fails if a store in memory would have to take a file that is called like a derivation.
fn refuse_derivation(state: &State<'_>, name: &[u8]) -> Result<(), Failure> {
    if !state.world.read_only && name.ends_with(b".drv") && state.world.opened.refuses_derivations_as_files() {
        return Err(evaluation_error("Do not insert derivation into dummy store with `addToStoreFromDump`"));
    }
    Ok(())
}

/// Fails if an object that is called like a derivation is none.
fn check_derivation(state: &State<'_>, path: &StorePath) -> Result<(), Failure> {
    if path.is_derivation() { read_derivation(state, path).map(drop) } else { Ok(()) }
}

/// A path to copy, and how.
struct Copying<'h> {
    name: Vec<u8>,
    path: Vec<u8>,
    filter: Option<Value<'h>>,
    method: Method,
    expected: Option<Hash>,
    context: Context<'h>,
}

async fn filter_source<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let context = "while evaluating the second argument (the path to filter) passed to 'builtins.filterSource'";
    let (path, elements) = coerce_to_path(&machine, arguments[1], Pos::NONE, context).await?;
    let context = "while evaluating the first argument passed to builtins.filterSource";
    let filter = force_as(&machine, arguments[0], Expectation::Function, Pos::NONE, context).await?;
    let copying = Copying {
        name: paths::name_in_store(&path).to_vec(),
        path,
        filter: Some(filter),
        method: Method::NixArchive,
        expected: None,
        context: elements,
    };
    add_path(&machine, copying).await
}

async fn path<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let Value::Attrs(attrs) = arguments[0] else { unreachable!("checked to be a set") };
    let mut path = None;
    let mut name = &b""[..];
    let mut filter = None;
    let mut method = Method::NixArchive;
    let mut expected = None;
    for attr in attrs.sorted(state.heap) {
        match state.symbols.name(attr.name) {
            b"path" => {
                let context = "while evaluating the 'path' attribute passed to 'builtins.path'";
                path = Some(coerce_to_path(&machine, attr.value(), attr.pos, context).await?);
            }
            b"name" => {
                let context = "while evaluating the `name` attribute passed to builtins.path";
                name = force_plain_string(&machine, attr.value(), attr.pos, context).await?;
            }
            b"filter" => {
                let context = "while evaluating the `filter` parameter passed to builtins.path";
                filter = Some(force_as(&machine, attr.value(), Expectation::Function, attr.pos, context).await?);
            }
            b"recursive" => {
                let context = "while evaluating the `recursive` attribute passed to builtins.path";
                let recursive = force_bool(&machine, attr.value(), attr.pos, context).await?;
                method = if recursive { Method::NixArchive } else { Method::Flat };
            }
            b"sha256" => {
                let context = "while evaluating the `sha256` attribute passed to builtins.path";
                let text = force_plain_string(&machine, attr.value(), attr.pos, context).await?;
                expected = Some(hash_attribute(state, text, Some(Algorithm::Sha256))?);
            }
            _ => {
                let words = "unsupported argument '{}' to 'builtins.path'";
                let failure = evaluation_error(hint(words, &[&state.printed_name(attr.name)]));
                failure.set_pos_if_none(attr.pos);
                return Err(failure);
            }
        }
    }
    let Some((path, context)) = path else {
        return Err(evaluation_error("missing required 'path' attribute in the first argument to 'builtins.path'"));
    };
    let name = if name.is_empty() { paths::name_in_store(&path) } else { name }.to_vec();
    add_path(&machine, Copying { name, path, filter, method, expected, context }).await
}

async fn add_path<'h>(machine: &GeneratorContext<'h>, copying: Copying<'h>) -> Answer<'h> {
    match store_path_of_copy(machine, &copying).await {
        Ok(path) => Ok(store_path_value(machine.state, &path)),
        Err(failure) => {
            let message = hint("while adding path '{}'", &[&paths::displayed(&copying.path)]);
            Err(failure.while_(Pos::NONE, message))
        }
    }
}

async fn store_path_of_copy<'h>(machine: &GeneratorContext<'h>, copying: &Copying<'h>) -> Result<StorePath, Failure> {
    let state = machine.state;
    if state.world.store.contains(&copying.path) {
        realise_context(state, copying.context)?;
    }
    let make = |hash| {
        let address = ContentAddress { method: copying.method, hash };
        state.world.store.make_content_addressed(&copying.name, &address, &Default::default())
    };
    let expected = copying.expected.map(make).transpose()?;
    let real = access::resolve_symlinks(&*state.world.io, &copying.path, Resolution::Full)?;
    let _activity = state.begin_copying(&real);
    refuse_derivation(state, &copying.name)?;
    let is_kept = state.keeps_what_is_added("addToStoreFromDump")?;
    let mut accepted = (is_kept && copying.filter.is_some()).then(BTreeSet::new);
    let (hash, length) = match copying.method {
        Method::NixArchive => hash_filtered(machine, &real, copying.filter, accepted.as_mut()).await?.finish()?,
        _ => {
            let contents = state.read_file(&real)?;
            (state.hash(Algorithm::Sha256, &contents)?, contents.len() as u64)
        }
    };
    state.warn_of_large_path(&real, length);
    let made = make(hash)?;
    state.log_hashed(&real, &made, &hash);
    if is_kept {
        let tree = state.world.objects.tree_at(&real);
        let tree = match (copying.method, accepted) {
            (Method::NixArchive, None) => tree,
            (Method::NixArchive, Some(accepted)) => tree.accepting(accepted),
            _ => tree.flat(),
        };
        state.add_object(&made, tree, BTreeSet::new());
        check_derivation(state, &made)?;
    }
    if expected.is_some_and(|expected| expected != made) {
        let words = "store path mismatch in (possibly filtered) path added from '{}'";
        return Err(evaluation_error(hint(words, &[&paths::displayed(&copying.path)])));
    }
    Ok(made)
}

/// A folder whose entries are being written.
struct OpenFolder {
    path: Vec<u8>,
    /// The entries that are left, the next one last.
    left: Vec<EntryName>,
}

/// What hashed a path's archive without what a function refuses. Its root is not asked about. What is in the archive
/// joins `accepted`, by paths from the root.
async fn hash_filtered<'h>(
    machine: &GeneratorContext<'h>,
    root: &[u8],
    filter: Option<Value<'h>>,
    mut accepted: Option<&mut BTreeSet<Vec<u8>>>,
) -> Result<Hashing<'h>, Failure> {
    let io = &*machine.state.world.io;
    let mut writer = NarWriter::new(machine.state.hashing(Algorithm::Sha256));
    let use_case_hack = machine.state.settings.use_case_hack;
    let mut open: Vec<OpenFolder> = Vec::new();
    let mut next = Some(root.to_vec());
    loop {
        match next.take() {
            Some(path) => {
                if let Some(accepted) = &mut accepted {
                    accepted.extend(path.strip_prefix(root).map(<[u8]>::to_vec));
                }
                if open.len() >= MAX_DEPTH {
                    let words = "path '{}' exceeds maximum NAR directory depth of {}";
                    let depth = MAX_DEPTH.to_string();
                    return Err(evaluation_error(hint(words, &[&paths::displayed(&path), depth.as_bytes()])));
                }
                let metadata = access::metadata(io, &path)?;
                match metadata.kind {
                    FileKind::Regular => writer.file(metadata.executable, &machine.state.read_file(&path)?),
                    FileKind::Symlink => writer.symlink(&access::read_link(io, &path)?),
                    FileKind::Directory => {
                        writer.open_directory();
                        let names = access::read_directory(io, &path)?.into_iter().map(|entry| entry.name);
                        let displayed = |name: &[u8]| paths::displayed(&paths::join(&path, name)).to_vec();
                        let mut left = names_in_nar(names, use_case_hack, displayed)?;
                        left.reverse();
                        open.push(OpenFolder { path, left });
                        // Nothing was entered yet, so nothing is closed.
                        next = next_accepted(machine, &mut writer, &mut open, filter).await?;
                        if next.is_some() {
                            continue;
                        }
                        writer.close_directory();
                    }
                    FileKind::Unknown => {
                        return Err(evaluation_error(hint("file '{}' has an unsupported type", &[&path])));
                    }
                }
            }
            None => unreachable!("the loop ends where nothing is open"),
        }
        loop {
            if open.is_empty() {
                return Ok(writer.finish());
            }
            writer.close_entry();
            next = next_accepted(machine, &mut writer, &mut open, filter).await?;
            if next.is_some() {
                break;
            }
            writer.close_directory();
        }
    }
}

/// Opens the next entry of the innermost folder that the filter accepts, or forgets the folder when there is none left.
async fn next_accepted<'h>(
    machine: &GeneratorContext<'h>,
    writer: &mut NarWriter<Hashing<'h>>,
    open: &mut Vec<OpenFolder>,
    filter: Option<Value<'h>>,
) -> Result<Option<Vec<u8>>, Failure> {
    while let Some(folder) = open.last_mut() {
        let Some((name, on_disk)) = folder.left.pop() else {
            open.pop();
            return Ok(None);
        };
        machine.state.limits.check_stop()?;
        let path = paths::join(&folder.path, &on_disk);
        let accepted = match filter {
            None => true,
            // The reference asks about the name in the archive, even where no file has it.
            Some(filter) if name.is_empty() => is_accepted(machine, filter, &folder.path).await?,
            Some(filter) => is_accepted(machine, filter, &paths::join(&folder.path, &name)).await?,
        };
        if accepted {
            writer.open_entry(&name);
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Asks a filter about a path (`callPathFilter`).
async fn is_accepted<'h>(machine: &GeneratorContext<'h>, filter: Value<'h>, path: &[u8]) -> Result<bool, Failure> {
    let state = machine.state;
    let kind = access::metadata(&*state.world.io, path)?.kind;
    let path = paths::inside_built_in(path);
    let answer = machine.call2(filter, state.string(path), state.string(kind.name().as_bytes())).await?;
    let context = "while evaluating the return value of the path filter function";
    force_bool(machine, answer, Pos::NONE, context).await
}
