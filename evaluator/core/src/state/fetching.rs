//! Fetches inputs, as far as they are on this machine: trees, files and archives. What a network would have to bring
//! ends in the reference's failure.
//!
//! A fetcher gives a tree and the attributes that are known of it. [`mount`] puts the tree into the store, so that
//! programs read it through its store path.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::State;
use crate::errors::highlight::{hint, plain};
use crate::errors::log::Verbosity;
use crate::errors::{Error, ErrorKind, Failure, Message};
use crate::fetchers::schemes::Scheme;
#[cfg(feature = "fetchers")]
use crate::fetchers::unpack;
use crate::fetchers::{Attribute, Attributes, Input, Reader, Transfer, Url};
use crate::hash::{Algorithm, Hash, HashFormat};
use crate::io::access::{self, Resolution};
use crate::io::tree::{Tree, TreeIo, latest_modification};
use crate::io::{FileKind, paths};
use crate::source::Pos;
use crate::store::content_address::{ContentAddress, Method};
use crate::store::{StoreDirectory, StorePath};

/// What was fetched.
#[derive(Clone)]
pub(crate) struct Fetched {
    /// The files.
    pub tree: Tree,
    /// The attributes of the input, with what is known now.
    pub attributes: Attributes,
    /// The hash of the tree, if the fetcher has computed it.
    pub hash: Option<Hash>,
}

/// The status of the reference's process where a hash is not the expected one.
const HASH_MISMATCH: u8 = 102;

fn refused(message: impl Into<Message>) -> Failure {
    Error::new(ErrorKind::Evaluation, message).into()
}

/// Fails if an input stands for another one in a registry: of registries this evaluator knows the one that a setting
/// names, and that one is empty or not on this machine.
pub(crate) fn resolve(state: &State<'_>, input: &Input, reader: &Reader<'_>) -> Result<(), Failure> {
    if input.scheme != Some(Scheme::Indirect) {
        return Ok(());
    }
    if !state.settings.flake_registry.is_empty() {
        return Err(state.needs_network(&state.settings.flake_registry));
    }
    let shown = input.to_text(&BTreeMap::new(), reader)?;
    Err(refused(hint("cannot find flake '{}' in the flake registries", &[&shown])))
}

/// Fetches an input, shown as `shown`; one that was fetched before is not fetched again. Fails if the result is not what
/// the input says it is.
pub(crate) fn fetch(state: &State<'_>, input: &Input, shown: &[u8], reader: &Reader<'_>) -> Result<Fetched, Failure> {
    let key = input.attributes.to_json();
    if let Some(fetched) = state.caches.fetched.borrow().get(&key) {
        return Ok(fetched.clone());
    }
    let fetch = || {
        let mut fetched = match locked(state, input, reader)? {
            Some(fetched) => fetched,
            None => fetch_anew(state, input, shown, reader)?,
        };
        fetched.attributes.set(b"__final", Attribute::Bool(true));
        check_locks(input, &mut fetched.attributes, reader)?;
        Ok(fetched)
    };
    let fetched = fetch().map_err(|failure| while_fetching(failure, input, reader))?;
    state.caches.fetched.borrow_mut().insert(key, fetched.clone());
    Ok(fetched)
}

/// Fetches an input that may be a reference, and adds its tree to the store. Gives the path, and the attributes that are
/// known of it.
pub(crate) fn bring(state: &State<'_>, input: &Input, reader: &Reader<'_>) -> Result<(StorePath, Attributes), Failure> {
    resolve(state, input, reader)?;
    let shown = input.to_text(&BTreeMap::new(), reader)?;
    let mut fetched = fetch(state, input, &shown, reader)?;
    let path = mount(state, &mut fetched, input, reader)?;
    Ok((path, fetched.attributes))
}

/// Whether an object is valid in the store, or is added to it now from one of the folders of objects that the
/// evaluation was given (`--input-cache`).
pub(crate) fn is_at_hand(state: &State<'_>, path: &StorePath) -> bool {
    if state.world.objects.is_valid(path) {
        return true;
    }
    let place = |folder: &Vec<u8>| paths::join(folder, path.base_name().as_bytes());
    let found = state.world.input_caches.iter().map(place).find(|at| state.world.files.symlink_metadata(at).is_ok());
    if let Some(found) = &found {
        state.add_object(path, Tree::at(state.world.files.clone(), found.as_slice()), Default::default());
    }
    found.is_some()
}

/// What a final input was locked to, if the store has that. With folders of objects, any input that has a hash may be
/// found there: it needs no network then.
fn locked(state: &State<'_>, input: &Input, reader: &Reader<'_>) -> Result<Option<Fetched>, Failure> {
    if !input.is_final()? && state.world.input_caches.is_empty() {
        return Ok(None);
    }
    let Some(hash) = input.nar_hash(reader.features)? else { return Ok(None) };
    let path = store_path(&state.world.store, input.name()?, hash)?;
    if !is_at_hand(state, &path) {
        return Ok(None);
    }
    let Some(object) = state.world.objects.object(&path) else { return Ok(None) };
    let attributes = input.attributes.clone();
    Ok(Some(Fetched { tree: Tree::at(object, "/"), attributes, hash: Some(hash) }))
}

fn fetch_anew(state: &State<'_>, input: &Input, shown: &[u8], reader: &Reader<'_>) -> Result<Fetched, Failure> {
    let attributes = &input.attributes;
    match input.scheme {
        None => Err(refused(hint("cannot fetch unsupported input '{}'", &[&attributes.to_json()]))),
        Some(Scheme::Path) => fetch_path(state, input, shown),
        Some(Scheme::File) => fetch_file(state, input),
        Some(Scheme::Tarball) => {
            // What an archive is called in messages is made before it is looked at; that may warn.
            input.to_text(&BTreeMap::new(), reader)?;
            unpack(state, input, reader)
        }
        Some(Scheme::Git) => Err(missing_repository(state, attributes.required_text("url")?, reader)?
            .unwrap_or_else(|| state.needs_network(shown))),
        Some(_) => Err(state.needs_network(shown)),
    }
}

/// Fetches a folder or file of this machine by its path. One that is in the store is taken as it is.
fn fetch_path(state: &State<'_>, input: &Input, shown: &[u8]) -> Result<Fetched, Failure> {
    let mut attributes = input.attributes.clone();
    let path = attributes.required_text("path")?;
    if !path.starts_with(b"/") {
        return Err(refused(hint("cannot fetch input '{}' because it uses a relative path", &[shown])));
    }
    let path = paths::canonical(path);
    let known = state.world.store.parse(&path).ok().filter(|path| path.name() == "source");
    let (tree, modified) = match known.and_then(|path| state.world.objects.object(&path)) {
        Some(object) => (Tree::at(object, "/"), 0),
        None => {
            let quoted = [b"\"", &*path, b"\""].concat();
            let _activity = state.begin(Verbosity::Talkative, &[b"copying ", &*quoted, b" to the store"].concat());
            state.world.opened.require_taking("addToStoreFromDump")?;
            let files = &*state.world.files;
            if !access::exists(files, &path)? {
                return Err(refused(hint("path '{}' does not exist", &[&[b"/", &*path].concat()])));
            }
            let modified = latest_modification(files, &path)
                .map_err(|error| access::system_error(hint("getting status of {}", &[&quoted]), &error))?;
            (Tree::at(state.world.files.clone(), path), modified)
        }
    };
    if attributes.integer("lastModified")?.is_none() {
        attributes.set(b"lastModified", Attribute::Integer(modified));
    }
    let mut fetched = Fetched { tree, attributes, hash: None };
    add(state, &mut fetched, b"source")?;
    Ok(fetched)
}

/// Fetches a single file, which goes into the store as one.
fn fetch_file(state: &State<'_>, input: &Input) -> Result<Fetched, Failure> {
    let attributes = input.attributes.clone();
    let path = download_file(state, attributes.required_text("url")?, input.name()?)?;
    let object = state.world.objects.object(&path).expect("it was added");
    let mut fetched = Fetched { tree: Tree::at(object, "/"), attributes, hash: None };
    fetched.record_hash(state)?;
    Ok(fetched)
}

/// Downloads a file and adds it to the store under a name. Gives its path.
pub(crate) fn download_file(state: &State<'_>, url: &[u8], name: &[u8]) -> Result<StorePath, Failure> {
    let contents = download(state, url)?;
    state.reserve(contents.len())?;
    let hash = state.hash(Algorithm::Sha256, &contents)?;
    let address = ContentAddress { method: Method::Flat, hash };
    let path = state.world.store.make_content_addressed(name, &address, &Default::default())?;
    state.world.opened.require_taking("addToStore")?;
    state.heap.keep(contents.len());
    state.add_object(&path, Tree::of_file(contents), Default::default());
    Ok(path)
}

impl Fetched {
    /// The hash of the tree.
    pub(crate) fn nar_hash(&mut self, state: &State<'_>) -> Result<Hash, Failure> {
        if let Some(hash) = self.hash {
            return Ok(hash);
        }
        let io = TreeIo(self.tree.clone());
        let (hash, _) = state.hash_tree(&io, b"/")?;
        self.hash = Some(hash);
        Ok(hash)
    }

    /// Puts the hash of the tree among the attributes, and gives it.
    fn record_hash(&mut self, state: &State<'_>) -> Result<Hash, Failure> {
        let hash = self.nar_hash(state)?;
        self.attributes.set_text(b"narHash", hash.to_text(HashFormat::Sri, true));
        Ok(hash)
    }
}

/// The store path of a tree.
pub(crate) fn store_path(store: &StoreDirectory, name: &[u8], hash: Hash) -> Result<StorePath, Failure> {
    let address = ContentAddress { method: Method::NixArchive, hash };
    Ok(store.make_content_addressed(name, &address, &Default::default())?)
}

/// Adds what was fetched to the store, whatever the mode of the evaluation is.
pub(crate) fn add(state: &State<'_>, fetched: &mut Fetched, name: &[u8]) -> Result<StorePath, Failure> {
    if !state.world.input_caches.is_empty() {
        let path = store_path(&state.world.store, name, fetched.nar_hash(state)?)?;
        if is_at_hand(state, &path) {
            return Ok(path);
        }
    }
    state.world.opened.require_taking("addToStoreFromDump")?;
    let path = store_path(&state.world.store, name, fetched.nar_hash(state)?)?;
    state.add_object(&path, fetched.tree.clone(), Default::default());
    Ok(path)
}

/// Adds what was fetched for `input` to the store, with its hash among its attributes (`mountInput`).
pub(crate) fn mount(
    state: &State<'_>,
    fetched: &mut Fetched,
    input: &Input,
    reader: &Reader<'_>,
) -> Result<StorePath, Failure> {
    let name = fetched.attributes.text("name")?.unwrap_or(b"source").to_vec();
    let path = add(state, fetched, &name)?;
    let hash = fetched.record_hash(state)?;
    match input.nar_hash(reader.features)? {
        // The reference says it the wrong way round here.
        Some(expected) if expected != hash => Err(wrong_hash(input, &hash, Some(&expected), reader)?),
        _ => Ok(path),
    }
}

fn wrong_hash(input: &Input, expected: &Hash, got: Option<&Hash>, reader: &Reader<'_>) -> Result<Failure, Failure> {
    let sri = |hash: &Hash| hash.to_text(HashFormat::Sri, true).into_bytes();
    let shown = input.to_text(&BTreeMap::new(), reader)?;
    let message = match got {
        Some(got) => {
            let words = "NAR hash mismatch in input '{}', expected '{}' but got '{}'";
            hint(words, &[&shown, &sri(expected), &sri(got)])
        }
        None => hint("NAR hash mismatch in input '{}', expected '{}' but got none", &[&shown, &sri(expected)]),
    };
    Ok(Error::new(ErrorKind::Evaluation, message).with_status(HASH_MISMATCH).into())
}

/// The error for a file or tree whose hash is not the one that `fetchurl` or `fetchTarball` was given.
pub(crate) fn wrong_content(url: &[u8], expected: &Hash, got: &Hash) -> Failure {
    let text = |hash: &Hash| hash.to_text(HashFormat::Nix32, true).into_bytes();
    let words = "hash mismatch in file downloaded from '{}':\n  specified: {}\n  got:       {}";
    let message = hint(words, &[url, &text(expected), &text(got)]);
    Error::new(ErrorKind::Evaluation, message).with_status(HASH_MISMATCH).into()
}

/// Fails if what was fetched is not what the input says it is. Of a final input the attributes stay as they are
/// (`checkLocks`).
fn check_locks(input: &Input, result: &mut Attributes, reader: &Reader<'_>) -> Result<(), Failure> {
    let got = Input { attributes: result.clone(), scheme: input.scheme };
    let nar_hash = |input: &Input| input.nar_hash(reader.features);
    if input.is_final()? {
        let mut specified = input.attributes.clone();
        for attributes in [&mut specified, result] {
            let as_input = Input { attributes: attributes.clone(), scheme: input.scheme };
            if let Some(hash) = nar_hash(&as_input)? {
                attributes.set_text(b"narHash", hash.to_text(HashFormat::Sri, true));
            }
        }
        for (name, value) in &specified.0 {
            if result.0.get(name).is_some_and(|other| other != value) {
                let words = "mismatch in field '{}' of input '{}', got '{}'";
                return Err(refused(hint(words, &[name, &specified.to_json(), &result.to_json()])));
            }
        }
        *result = specified;
        return Ok(());
    }
    if let Some(expected) = nar_hash(input)? {
        let hash = nar_hash(&got)?;
        if hash != Some(expected) {
            return Err(wrong_hash(input, &expected, hash.as_ref(), reader)?);
        }
    }
    let number = |input: &Input, name| input.attributes.integer(name);
    let shown = || got.to_text(&BTreeMap::new(), reader);
    if let Some(expected) = number(input, "lastModified")? {
        let modified = number(&got, "lastModified")?;
        if modified != Some(expected) {
            let words = "'lastModified' attribute mismatch in input '{}', expected {}, got {}";
            let modified = modified.map_or("-1".to_owned(), |modified| modified.to_string());
            return Err(refused(hint(words, &[&shown()?, expected.to_string().as_bytes(), modified.as_bytes()])));
        }
    }
    if let Some(expected) = input.revision(reader.features)?
        && got.revision(reader.features)?.as_ref() != Some(&expected)
    {
        let words = "'rev' attribute mismatch in input '{}', expected {}";
        return Err(refused(hint(words, &[&shown()?, expected.as_bytes()])));
    }
    if let Some(expected) = number(input, "revCount")?
        && number(&got, "revCount")? != Some(expected)
    {
        let words = "'revCount' attribute mismatch in input '{}', expected {}";
        return Err(refused(hint(words, &[&shown()?, expected.to_string().as_bytes()])));
    }
    Ok(())
}

/// Fetches the archive at a URL, as [`fetch`] does an input.
pub(crate) fn fetch_archive(state: &State<'_>, url: &[u8]) -> Result<Fetched, Failure> {
    let warn = |text: &[u8]| state.warn(text);
    let reader = Reader { features: state.features(), warn: &warn };
    let mut attributes = Attributes::default();
    attributes.set_text(b"type", "tarball");
    attributes.set_text(b"url", url);
    fetch(state, &Input::from_attributes(attributes, &reader)?, url, &reader)
}

/// The reference's error for a repository that should be on this machine and is not.
fn missing_repository(state: &State<'_>, url: &[u8], reader: &Reader<'_>) -> Result<Option<Failure>, Failure> {
    let parsed = Url::parse(url, false, reader)?;
    if parsed.scheme != b"file" {
        return Ok(None);
    }
    let path = parsed.file_path()?;
    let is_absolute = path.starts_with(b"/");
    // Not made canonical: it is shown as it was written.
    let shown = if is_absolute { path } else { [&state.world.current_dir, b"/".as_slice(), &path].concat() };
    let place = access::resolve_symlinks(&*state.world.io, &paths::canonical(&shown), Resolution::Ancestors)?;
    if access::exists(&*state.world.io, &place)? {
        return Ok(None);
    }
    if !is_absolute {
        let words = "Fetching Git repository '{}', which uses a path relative to the current directory. This is not \
                     supported and will stop working in a future release. See \
                     https://github.com/NixOS/nix/issues/12281 for details.";
        state.warn(&plain(words, &[&parsed.to_text()]));
    }
    Ok(Some(refused(hint("Git repository {} does not exist.", &[&[b"\"", &*shown, b"\""].concat()]))))
}

/// Fetches an archive and unpacks it.
fn unpack(state: &State<'_>, input: &Input, reader: &Reader<'_>) -> Result<Fetched, Failure> {
    let io = &*state.world.files;
    let parsed = Url::parse(input.attributes.required_text("url")?, false, reader)?;
    if parsed.scheme != b"file" {
        return Err(remote_archive(state, &parsed));
    }
    let path = parsed.file_path()?;
    if !path.starts_with(b"/") {
        let words = "tarball '{}' must use an absolute path. The 'file' scheme does not support relative paths.";
        return Err(refused(hint(words, &[&parsed.to_text()])));
    }
    let real = access::resolve_symlinks(io, &paths::canonical(&path), Resolution::Full)?;
    let words = match access::metadata_if_exists(io, &real)? {
        None => "tarball {} does not exist.",
        Some(metadata) if metadata.kind == FileKind::Directory => {
            if access::exists(io, &paths::join(&real, b".git"))? {
                "tarball {} is a git repository, not a tarball. Please use `git+file` as the scheme."
            } else {
                "tarball {} is a directory, not a file."
            }
        }
        Some(metadata) => {
            let _activity = state.begin_unpacking(&parsed.to_text());
            state.reserve(usize::try_from(metadata.size).unwrap_or(usize::MAX))?;
            let bytes = access::read_file(io, &real)?;
            return unpack_bytes(state, bytes, input, &parsed);
        }
    };
    Err(refused(hint(words, &[&[b"\"", &*path, b"\""].concat()])))
}

/// Unpacks an archive that was read.
#[cfg(feature = "fetchers")]
fn unpack_bytes(state: &State<'_>, bytes: Vec<u8>, input: &Input, url: &Url) -> Result<Fetched, Failure> {
    let budget = |bytes: usize| state.heap.reserve(bytes).map_err(|_| Error::out_of_memory(!state.heap.is_unlimited()));
    let unpacked = unpack::unpack(bytes, is_zip(url), &budget)?;
    unpacked.warnings.iter().for_each(|warning| state.warn(warning));
    let mut attributes = input.attributes.clone();
    if unpacked.modified != 0 && !attributes.has(b"lastModified") {
        attributes.set(b"lastModified", Attribute::Integer(unpacked.modified));
    }
    state.heap.keep(unpacked.tree.bytes());
    let mut fetched = Fetched { tree: Tree::Memory(Rc::new(unpacked.tree)), attributes, hash: None };
    fetched.record_hash(state)?;
    Ok(fetched)
}

/// Says why an archive that was read is not unpacked. What is no archive at all, and what is empty, needs no library.
#[cfg(not(feature = "fetchers"))]
fn unpack_bytes(state: &State<'_>, bytes: Vec<u8>, input: &Input, url: &Url) -> Result<Fetched, Failure> {
    if bytes.is_empty() {
        let mut fetched =
            Fetched { tree: Tree::Memory(Rc::default()), attributes: input.attributes.clone(), hash: None };
        fetched.record_hash(state)?;
        return Ok(fetched);
    }
    Err(match crate::fetchers::archive::is_archive(&bytes) {
        true => refused(hint("cannot unpack '{}': this evaluator was built without `fetchers`", &[&url.to_text()])),
        false if is_zip(url) => refused("failed to open archive: Unrecognized archive format"),
        false => refused("Failed to open archive (Unrecognized archive format)"),
    })
}

/// Whether the reference holds an archive for one in the format zip, which it downloads whole before it opens it; it
/// reads any other while it comes.
fn is_zip(url: &Url) -> bool {
    url.path.last().is_some_and(|name| name.to_ascii_lowercase().ends_with(b".zip"))
}

/// Why an archive that is not on this machine cannot be had.
fn remote_archive(state: &State<'_>, url: &Url) -> Failure {
    let text = url.to_text();
    let _activity = state.begin_unpacking(&text);
    match Transfer::of(&text) {
        Transfer::Refused { problem, code, detail } if !is_zip(url) => {
            let code = code.to_string();
            let words = "Source threw exception: error: unable to download '{}': {} ({}) {}";
            let why = plain(words, &[&text, problem.as_bytes(), code.as_bytes(), &detail]);
            refused(hint("Failed to open archive ({})", &[&why]))
        }
        Transfer::NoObject { missing } if !is_zip(url) => {
            let words = "Source threw exception: error:\n       … while parsing S3 URI: '{}'\n\n       error: URI has a \
                         missing or invalid {}";
            refused(hint("Failed to open archive ({})", &[&plain(words, &[&text, missing.as_bytes()])]))
        }
        Transfer::Network if !is_zip(url) => match unresolved_host(&text) {
            Some(host) => {
                let words = "Source threw exception: error: unable to download '{}': Could not resolve hostname (6) \
                             Could not resolve host: {}";
                refused(hint("Failed to open archive ({})", &[&plain(words, &[&text, host])]))
            }
            None => state.needs_network(&text),
        },
        _ => download(state, &text).err().unwrap_or_else(|| state.needs_network(&text)),
    }
}

/// The name of the host of a URL of the web; empty if it has none.
fn host_of(url: &[u8]) -> &[u8] {
    let schemes = [&b"https://"[..], b"http://"];
    let Some(rest) = schemes.iter().find_map(|scheme| url.strip_prefix(*scheme)) else { return b"" };
    let end = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
    let host = rest[..end].rsplit(|byte| *byte == b'@').next().unwrap_or_default();
    host.split(|byte| *byte == b':').next().unwrap_or_default()
}

/// The host of a URL that a machine without a network fails to resolve: one that has a name. A number needs no resolving.
fn unresolved_host(url: &[u8]) -> Option<&[u8]> {
    let host = host_of(url);
    let is_name = host.iter().any(u8::is_ascii_alphabetic) && host != b"localhost";
    is_name.then_some(host)
}

/// The contents of a file that is on this machine.
fn download(state: &State<'_>, url: &[u8]) -> Result<Vec<u8>, Failure> {
    let unable = |problem: &str, code: u8, detail: &[u8]| {
        let code = code.to_string();
        let words = "unable to download '{}': {} ({}) {}";
        refused(hint(words, &[url, problem.as_bytes(), code.as_bytes(), detail]))
    };
    match Transfer::of(url) {
        Transfer::Network => Err(match unresolved_host(url) {
            Some(host) => unable("Could not resolve hostname", 6, &[b"Could not resolve host: ", host].concat()),
            None => state.needs_network(url),
        }),
        Transfer::NoObject { missing } => {
            let failure = refused(format!("URI has a missing or invalid {missing}"));
            Err(failure.while_(Pos::NONE, hint("while parsing S3 URI: '{}'", &[url])))
        }
        Transfer::Refused { problem, code, detail } => Err(unable(problem, code, &detail)),
        Transfer::File { path, shown } => {
            let io = &*state.world.files;
            let real = access::resolve_symlinks(io, &paths::canonical(&path), Resolution::Full)?;
            let Some(metadata) = access::metadata_if_exists(io, &real)? else {
                let detail = [b"Could not open file ", &*shown].concat();
                return Err(unable("Could not read a file:// file", 37, &detail));
            };
            if metadata.kind == FileKind::Directory {
                // The reference gets a list of what is in it, in an order of the system's own.
                state.world.opened.require_taking("addToStore")?;
            }
            state.reserve(usize::try_from(metadata.size).unwrap_or(usize::MAX))?;
            Ok(access::read_file(io, &real)?)
        }
    }
}

/// Adds what was being fetched to a failure. The address is read again for that, as in the reference, and so warned of
/// again.
fn while_fetching(failure: Failure, input: &Input, reader: &Reader<'_>) -> Failure {
    match input.to_text(&BTreeMap::new(), reader) {
        Ok(shown) => failure.while_(Pos::NONE, hint("while fetching the input '{}'", &[&shown])),
        Err(refusal) => refusal.into(),
    }
}
