//! Finds out which tree every input of a flake is: from its lock file as far as that fits `flake.nix`, and by fetching
//! what it lacks (`lockFlake` of `libflake/flake.cc`). The result stays in memory; no lock file is written.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::errors::highlight::{hint, plain};
use crate::errors::{Error, ErrorKind, Failure};
use crate::fetchers::lock_file::{Edge, InputPath, LockFile, Locked, Node, print_path};
use crate::fetchers::{Attributes, FlakeReference, Input, Reader};
use crate::io::{access, paths};
use crate::source::Pos;
use crate::state::{State, fetching};
use crate::store::opened::Holding;

use super::super::evaluation_error;
use super::file::{self, Flake, FlakeInput, Inputs};

/// A flake, and what its inputs are.
pub(super) struct LockedFlake {
    /// The reference to it with all that makes it unique.
    pub locked: FlakeReference,
    /// The nodes; the root is the flake.
    pub lock_file: LockFile,
    /// The folders of the nodes that were fetched, in the store.
    pub folders: BTreeMap<usize, Vec<u8>>,
}

/// How deep inputs may be nested. Only locks of old versions that have cycles are deeper.
const DEEPEST: usize = 200;

/// Finds out what the inputs of a flake are.
pub(super) fn lock(state: &State<'_>, reference: &FlakeReference, reader: &Reader<'_>) -> Result<LockedFlake, Failure> {
    let flake = fetch_flake(state, reference, &[], reader)?;
    let shown = flake.locked.to_text(reader)?;
    lock_inputs(state, reference, flake, reader)
        .map_err(|failure| failure.while_(Pos::NONE, hint("while updating the lock file of flake '{}'", &[&shown])))
}

fn lock_inputs(
    state: &State<'_>,
    reference: &FlakeReference,
    flake: Flake,
    reader: &Reader<'_>,
) -> Result<LockedFlake, Failure> {
    let old = Rc::new(read_lock_file(state, &flake.folder, reader)?);
    let mut locking = Locking {
        state,
        reader,
        new: LockFile::default(),
        overrides: BTreeMap::new(),
        parents: Vec::new(),
        folders: BTreeMap::from([(0, flake.folder.clone())]),
    };
    let place = Place {
        node: 0,
        path: InputPath::new(),
        old: Some((old.clone(), 0)),
        follows_prefix: InputPath::new(),
        folder: flake.folder,
        trusts_lock: false,
    };
    locking.compute(&flake.inputs, &place)?;
    locking.new.check()?;
    if let Some(changes) = old.changes(&locking.new, reader)? {
        let words = "not writing modified lock file of flake '{}':\n{}";
        state.warn(&plain(words, &[&reference.to_text(reader)?, &changes]));
    }
    Ok(LockedFlake { locked: flake.locked, lock_file: locking.new, folders: locking.folders })
}

fn read_lock_file(state: &State<'_>, folder: &[u8], reader: &Reader<'_>) -> Result<LockFile, Failure> {
    let path = paths::join(folder, b"flake.lock");
    if !access::exists(&*state.world.io, &path)? {
        return Ok(LockFile::default());
    }
    Ok(LockFile::read(&state.read_source(&path)?, &path, reader)?)
}

/// Fetches an input. Gives its place in the store, what messages call that while it is not yet a store path, and the
/// attributes that are known of it.
fn fetch(state: &State<'_>, input: &Input, reader: &Reader<'_>) -> Result<(Vec<u8>, Vec<u8>, Attributes), Failure> {
    let (path, attributes) = fetching::bring(state, input, reader)?;
    let printed = state.world.store.print(&path).into_bytes();
    let real = match &state.world.opened.holding {
        Holding::Folder(folder) => paths::join(folder, path.base_name().as_bytes()),
        _ => printed.clone(),
    };
    Ok((printed, real, attributes))
}

fn fetch_flake(
    state: &State<'_>,
    reference: &FlakeReference,
    prefix: &[Vec<u8>],
    reader: &Reader<'_>,
) -> Result<Flake, Failure> {
    let (path, real, attributes) = fetch(state, &reference.input, reader)?;
    let inside = |folder: &[u8]| paths::canonical(&[folder, b"/", &*reference.folder].concat());
    let input = Input { attributes, scheme: reference.input.scheme };
    let locked = FlakeReference { input, folder: reference.folder.clone() };
    file::read(state, reference, locked, inside(&path), &inside(&real), prefix, reader)
}

/// What is said of an input by a flake further up.
#[derive(Clone)]
struct Override {
    input: FlakeInput,
    /// The folder that relative paths are relative to.
    folder: Vec<u8>,
    /// The path of the flake that says it.
    parent: InputPath,
}

/// Where inputs are being looked at.
struct Place {
    /// The node that gets them.
    node: usize,
    /// The path of that node.
    path: InputPath,
    /// What an older lock file says of that node.
    old: Option<(Rc<LockFile>, usize)>,
    /// What paths of `follows` in the old lock file are relative to.
    follows_prefix: InputPath,
    /// The folder of the node's flake.
    folder: Vec<u8>,
    /// Whether the inputs come from a lock file.
    trusts_lock: bool,
}

struct Locking<'a, 'h> {
    state: &'a State<'h>,
    reader: &'a Reader<'a>,
    new: LockFile,
    overrides: BTreeMap<InputPath, Override>,
    /// The flakes that are being looked at, to find circles.
    parents: Vec<FlakeReference>,
    folders: BTreeMap<usize, Vec<u8>>,
}

fn appended(path: &[Vec<u8>], name: &[u8]) -> InputPath {
    path.iter().cloned().chain([name.to_vec()]).collect()
}

impl Locking<'_, '_> {
    fn add_overrides(&mut self, input: &FlakeInput, path: &InputPath, place: &Place) {
        for (name, said) in &input.overrides {
            let path = appended(path, name);
            if said.reference.is_some() || said.follows.is_some() {
                self.overrides.entry(path.clone()).or_insert_with(|| Override {
                    input: said.clone(),
                    folder: place.folder.clone(),
                    parent: place.path.clone(),
                });
            }
            self.add_overrides(said, &path, place);
        }
    }

    /// Locks the inputs of a node.
    fn compute(&mut self, inputs: &Inputs, place: &Place) -> Result<(), Failure> {
        if place.path.len() > DEEPEST {
            let words = "inputs of flakes are nested more than {} deep, at '{}'";
            let deepest = DEEPEST.to_string();
            return Err(evaluation_error(hint(words, &[deepest.as_bytes(), &print_path(&place.path[..8])])));
        }
        for (name, input) in inputs {
            self.add_overrides(input, &appended(&place.path, name), place);
        }
        for path in self.overrides.keys() {
            if let Some((name, parent)) = path.split_last()
                && parent == place.path
                && !inputs.contains_key(name)
            {
                let words = "input '{}' has an override for a non-existent input '{}'";
                self.state.warn(&plain(words, &[&print_path(parent), name]));
            }
        }
        for (name, input) in inputs {
            let path = appended(&place.path, name);
            let shown = print_path(&path);
            stacker::maybe_grow(64 << 10, 1 << 20, || self.compute_input(name, input, path, place))
                .map_err(|failure| failure.while_(Pos::NONE, hint("while updating the flake input '{}'", &[&shown])))?;
        }
        Ok(())
    }

    /// Adds a node as an input of the place's node.
    fn add_node(&mut self, name: &[u8], locked: Locked, place: &Place) -> usize {
        let child = self.new.nodes.len();
        self.new.nodes.push(Node { inputs: BTreeMap::new(), locked: Some(locked) });
        self.new.nodes[place.node].inputs.insert(name.to_vec(), Edge::Node(child));
        child
    }

    fn compute_input(
        &mut self,
        name: &[u8],
        written: &FlakeInput,
        path: InputPath,
        place: &Place,
    ) -> Result<(), Failure> {
        let said = self.overrides.get(&path).cloned();
        let (folder, parent) = match &said {
            Some(said) => (said.folder.clone(), said.parent.clone()),
            None => (place.folder.clone(), place.path.clone()),
        };
        let input = said.map_or_else(|| written.clone(), |said| said.input);
        // Whether it is a flake is not overridden.
        let is_flake = written.is_flake;
        if let Some(target) = input.follows {
            self.new.nodes[place.node].inputs.insert(name.to_vec(), Edge::Follows(target));
            return Ok(());
        }
        let reference = match input.reference {
            Some(reference) => reference,
            None => {
                let mut attributes = Attributes::default();
                attributes.set_text(b"type", "indirect");
                attributes.set_text(b"id", name);
                FlakeReference::from_attributes(attributes, self.reader)?
            }
        };
        let relative = reference.input.relative_path().map(|path| paths::canonical(&[&*folder, b"/", path].concat()));
        let parent = relative.is_some().then_some(parent);

        let old = place.old.as_ref().and_then(|(file, node)| match file.nodes[*node].inputs.get(name) {
            Some(Edge::Node(child)) => Some((file.clone(), *child)),
            _ => None,
        });
        if let Some((file, node)) = old
            && let Some(locked) = &file.nodes[node].locked
            && locked.original == reference
            && locked.parent == parent
        {
            let child = self.add_node(name, locked.clone(), place);
            return self.keep(&path, (file.clone(), node), child, relative, place);
        }

        if self.state.settings.pure_eval && relative.is_none() && !reference.input.is_locked(self.reader.features)? {
            let words = "cannot update unlocked flake input '{}' in pure mode";
            return Err(evaluation_error(hint(words, &[&print_path(&path)])));
        }
        if !is_flake {
            let (folder, locked) = match relative {
                Some(folder) => (folder, reference.clone()),
                None => {
                    let (store_path, _, attributes) = fetch(self.state, &reference.input, self.reader)?;
                    let input = Input { attributes, scheme: reference.input.scheme };
                    (store_path, FlakeReference { input, folder: reference.folder.clone() })
                }
            };
            let child = self.add_node(name, Locked { locked, original: reference, is_flake, parent }, place);
            self.folders.insert(child, folder);
            return Ok(());
        }
        let flake = self.input_flake(&reference, relative, &path)?;
        let locked = Locked { locked: flake.locked.clone(), original: reference.clone(), is_flake, parent };
        let child = self.add_node(name, locked, place);
        if self.parents.contains(&reference) {
            let words = "found circular import of flake '{}'";
            return Err(evaluation_error(hint(words, &[&reference.to_text(self.reader)?])));
        }
        self.parents.push(reference);
        self.folders.insert(child, flake.folder.clone());
        let old = read_lock_file(self.state, &flake.folder, self.reader)?;
        let inner = Place {
            node: child,
            follows_prefix: path.clone(),
            path,
            old: Some((Rc::new(old), 0)),
            folder: flake.folder,
            trusts_lock: false,
        };
        let computed = self.compute(&flake.inputs, &inner);
        self.parents.pop();
        computed
    }

    fn input_flake(
        &self,
        reference: &FlakeReference,
        relative: Option<Vec<u8>>,
        path: &InputPath,
    ) -> Result<Flake, Failure> {
        match relative {
            Some(folder) => {
                let folder = paths::canonical(&[&*folder, b"/", &*reference.folder].concat());
                file::read(self.state, reference, reference.clone(), folder.clone(), &folder, path, self.reader)
            }
            None => fetch_flake(self.state, reference, path, self.reader),
        }
    }

    /// Keeps what the old lock file says of an input. It is fetched only if its inputs may have changed.
    fn keep(
        &mut self,
        path: &InputPath,
        (file, node): (Rc<LockFile>, usize),
        child: usize,
        relative: Option<Vec<u8>>,
        place: &Place,
    ) -> Result<(), Failure> {
        let mut inputs = Some(Inputs::new());
        for (name, edge) in &file.nodes[node].inputs {
            let input = match edge {
                Edge::Node(inner) => {
                    let inner = file.nodes[*inner].locked.as_ref();
                    let inner = inner.ok_or_else(|| Error::new(ErrorKind::Evaluation, "an input is the root"))?;
                    FlakeInput::at(inner.original.clone(), inner.is_flake)
                }
                Edge::Follows(target) => {
                    if !place.trusts_lock && !self.overrides.contains_key(&appended(path, name)) {
                        inputs = None;
                        break;
                    }
                    FlakeInput::following(place.follows_prefix.iter().chain(target).cloned().collect())
                }
            };
            inputs.as_mut().map(|inputs| inputs.insert(name.clone(), input));
        }
        let locked = file.nodes[node].locked.as_ref().map(|locked| locked.locked.clone());
        let (inputs, folder, trusts_lock) = match (inputs, locked) {
            (Some(inputs), _) => (inputs, place.folder.clone(), true),
            (None, Some(locked)) => {
                let flake = self.input_flake(&locked, relative, path)?;
                self.folders.insert(child, flake.folder.clone());
                (flake.inputs, flake.folder, false)
            }
            (None, None) => return Ok(()),
        };
        let inner = Place {
            node: child,
            path: path.clone(),
            old: Some((file, node)),
            follows_prefix: place.follows_prefix.clone(),
            folder,
            trusts_lock,
        };
        self.compute(&inputs, &inner)
    }
}
