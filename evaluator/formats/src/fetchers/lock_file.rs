//! Lock files of flakes, `flake.lock`: which tree each input of a flake is, and of its inputs in turn
//! (`libflake/lockfile.cc`). Versions 5 to 7 are read, version 7 is written.
//!
//! The nodes are a graph in a vector. A node may be reached by several paths, and in old versions by cycles.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::lock_document::Document;
use super::{Attribute, FlakeReference, Reader, Refusal};
use crate::errors::highlight::plain;
use crate::errors::{Error, ErrorKind};
use crate::format::date;

/// The names of inputs that lead from the root to an input.
pub type InputPath = Vec<Vec<u8>>;

/// A path as messages show it.
pub fn print_path(path: &[Vec<u8>]) -> Vec<u8> {
    path.join(&b'/')
}

/// The path that a text with slashes means. Empty parts count for nothing.
pub fn parse_path(text: &[u8]) -> Result<InputPath, Refusal> {
    let is_name = |part: &[u8]| {
        part[0].is_ascii_alphabetic() && part.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte))
    };
    let mut path = Vec::new();
    for part in text.split(|byte| *byte == b'/').filter(|part| !part.is_empty()) {
        if !is_name(part) {
            let words = crate::errors::highlight::hint("invalid flake input attribute path element '{}'", &[part]);
            return Err(Error::new(ErrorKind::Usage, words).into());
        }
        path.push(part.to_vec());
    }
    Ok(path)
}

/// What an input of a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edge {
    /// A node, by its index.
    Node(usize),
    /// Whatever is at a path from the root.
    Follows(InputPath),
}

/// What a node other than the root is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// The reference with all that makes it unique.
    pub locked: FlakeReference,
    /// The reference as `flake.nix` has it.
    pub original: FlakeReference,
    /// Whether it has a `flake.nix` that counts.
    pub is_flake: bool,
    /// For a relative reference: the path of the input that it is relative to.
    pub parent: Option<InputPath>,
}

/// A flake, or the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Its inputs.
    pub inputs: BTreeMap<Vec<u8>, Edge>,
    /// What it is; none for the root.
    pub locked: Option<Locked>,
}

/// The contents of a lock file. The first node is the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockFile {
    /// The nodes.
    pub nodes: Vec<Node>,
}

impl Default for LockFile {
    fn default() -> LockFile {
        LockFile { nodes: vec![Node::default()] }
    }
}

/// A document that is being read.
struct Reading<'r> {
    document: &'r Document,
    reader: &'r Reader<'r>,
    nodes: Vec<Node>,
    keys: HashMap<Vec<u8>, usize>,
}

impl LockFile {
    /// Reads a lock file, called `place` in messages.
    pub fn read(text: &[u8], place: &[u8], reader: &Reader<'_>) -> Result<LockFile, Refusal> {
        let document =
            Document::read(text).map_err(|message| Refusal::other("Could not parse '{}': {}", &[place, &message]))?;
        let Document::Object(_) = document else {
            let message = "[json.exception.type_error.306] cannot use value() with a lock file that is no object";
            return Err(Error::new(ErrorKind::Evaluation, message).into());
        };
        let version = match document.member("version") {
            Some(Document::Unsigned(number)) => i64::try_from(*number).unwrap_or(i64::MAX),
            Some(Document::Negative(number)) => *number,
            _ => 0,
        };
        if !(5..=7).contains(&version) {
            let version = version.to_string();
            let words = "lock file '{}' has unsupported version {}";
            return Err(Refusal::other(words, &[place, version.as_bytes()]));
        }
        let root = document.member("root").unwrap_or(&Document::Null).text()?.to_vec();
        let mut reading = Reading {
            document: &document,
            reader,
            nodes: vec![Node::default()],
            keys: HashMap::from([(root.clone(), 0)]),
        };
        reading.read_inputs(root)?;
        Ok(LockFile { nodes: reading.nodes })
    }

    /// The document of this lock file, and the key of each node in it.
    fn document(&self) -> (Document, HashMap<usize, Vec<u8>>) {
        let mut keys: HashMap<usize, Vec<u8>> = HashMap::new();
        let mut used = BTreeSet::new();
        let mut order = Vec::new();
        // Keys are given on the way down, as a recursive walk would.
        let mut stack: Vec<(usize, Vec<u8>)> = vec![(0, b"root".to_vec())];
        while let Some((node, name)) = stack.pop() {
            if keys.contains_key(&node) {
                continue;
            }
            let mut key = name.clone();
            let mut number = 2;
            while !used.insert(key.clone()) {
                key = [&*name, b"_", number.to_string().as_bytes()].concat();
                number += 1;
            }
            keys.insert(node, key);
            order.push(node);
            for (name, edge) in self.nodes[node].inputs.iter().rev() {
                if let Edge::Node(child) = edge {
                    stack.push((*child, name.clone()));
                }
            }
        }
        let nodes = order.iter().map(|node| (keys[node].clone(), self.node_document(*node, &keys))).collect();
        let document = Document::Object(BTreeMap::from([
            (b"nodes".to_vec(), Document::Object(nodes)),
            (b"root".to_vec(), Document::Text(keys[&0].clone())),
            (b"version".to_vec(), Document::Unsigned(7)),
        ]));
        (document, keys)
    }

    fn node_document(&self, node: usize, keys: &HashMap<usize, Vec<u8>>) -> Document {
        let node = &self.nodes[node];
        let mut members = BTreeMap::new();
        let edge = |edge: &Edge| match edge {
            Edge::Node(child) => Document::Text(keys[child].clone()),
            Edge::Follows(path) => Document::of_texts(path),
        };
        if !node.inputs.is_empty() {
            let inputs = node.inputs.iter().map(|(name, input)| (name.clone(), edge(input))).collect();
            members.insert(b"inputs".to_vec(), Document::Object(inputs));
        }
        if let Some(locked) = &node.locked {
            let mut attributes = locked.locked.to_attributes();
            attributes.0.remove(&b"__final"[..]);
            members.insert(b"locked".to_vec(), Document::of_attributes(&attributes));
            members.insert(b"original".to_vec(), Document::of_attributes(&locked.original.to_attributes()));
            if !locked.is_flake {
                members.insert(b"flake".to_vec(), Document::Bool(false));
            }
            if let Some(parent) = &locked.parent {
                members.insert(b"parent".to_vec(), Document::of_texts(parent));
            }
        }
        Document::Object(members)
    }

    /// The text of this lock file without a line's end, and the key of each node that is reached in it.
    pub fn write(&self) -> (Vec<u8>, HashMap<usize, Vec<u8>>) {
        let (document, keys) = self.document();
        let mut text = Vec::new();
        document.write(0, &mut text);
        (text, keys)
    }

    /// Every input by the first path that reaches it.
    fn all_inputs(&self) -> BTreeMap<InputPath, &Edge> {
        let mut found = BTreeMap::new();
        let mut done = BTreeSet::new();
        let mut stack = vec![(InputPath::new(), 0)];
        while let Some((prefix, node)) = stack.pop() {
            if !done.insert(node) {
                continue;
            }
            for (name, edge) in self.nodes[node].inputs.iter().rev() {
                let mut path = prefix.clone();
                path.push(name.clone());
                if let Edge::Node(child) = edge {
                    stack.push((path.clone(), *child));
                }
                found.insert(path, edge);
            }
        }
        found
    }

    /// The node at a path. Fails if inputs follow each other in a circle.
    fn find(&self, path: &InputPath, visited: &mut Vec<InputPath>) -> Result<Option<usize>, Refusal> {
        if let Some(start) = visited.iter().position(|other| other == path) {
            let cycle: Vec<Vec<u8>> = visited[start..].iter().chain([path]).map(|path| print_path(path)).collect();
            return Err(Refusal::other("follow cycle detected: [{}]", &[&cycle.join(&b" -> "[..])]));
        }
        visited.push(path.clone());
        let mut node = 0;
        for name in path {
            node = match self.nodes[node].inputs.get(name) {
                None => return Ok(None),
                Some(Edge::Node(child)) => *child,
                Some(Edge::Follows(target)) => {
                    match stacker::maybe_grow(64 << 10, 1 << 20, || self.find(target, visited))? {
                        None => return Ok(None),
                        Some(found) => found,
                    }
                }
            };
        }
        Ok(Some(node))
    }

    /// Fails if an input follows one that does not exist, or itself.
    pub fn check(&self) -> Result<(), Refusal> {
        for (path, edge) in self.all_inputs() {
            if let Edge::Follows(target) = edge
                && !target.is_empty()
                && self.find(target, &mut Vec::new())?.is_none()
            {
                let words = "input '{}' follows a non-existent input '{}'";
                return Err(Refusal::other(words, &[&print_path(&path), &print_path(target)]));
            }
        }
        Ok(())
    }

    fn describe(&self, edge: &Edge, reader: &Reader<'_>) -> Result<Vec<u8>, Refusal> {
        match edge {
            Edge::Follows(path) => Ok(plain("follows '{}'", &[&print_path(path)])),
            Edge::Node(node) => {
                let Some(locked) = &self.nodes[*node].locked else { return Ok(Vec::new()) };
                let mut text = plain("'{}'", &[&locked.locked.to_text(reader)?]);
                if let Some(modified) = locked.locked.input.attributes.integer("lastModified")? {
                    let date = date::compact(modified);
                    text.extend_from_slice(format!(" ({}-{}-{})", &date[..4], &date[4..6], &date[6..8]).as_bytes());
                }
                Ok(text)
            }
        }
    }

    fn is_same_edge(&self, edge: &Edge, other: &LockFile, other_edge: &Edge) -> bool {
        let locked = |file: &LockFile, node: usize| file.nodes[node].locked.as_ref().map(|node| node.locked.clone());
        match (edge, other_edge) {
            (Edge::Node(one), Edge::Node(two)) => locked(self, *one) == locked(other, *two),
            (Edge::Follows(one), Edge::Follows(two)) => one == two,
            _ => false,
        }
    }

    /// What changed from this to `new`, in lines. Empty if the two say the same.
    pub fn changes(&self, new: &LockFile, reader: &Reader<'_>) -> Result<Option<Vec<u8>>, Refusal> {
        if self.document().0 == new.document().0 {
            return Ok(None);
        }
        let (old_inputs, new_inputs) = (self.all_inputs(), new.all_inputs());
        let mut text = Vec::new();
        for path in old_inputs.keys().chain(new_inputs.keys()).collect::<BTreeSet<_>>() {
            let shown = print_path(path);
            match (old_inputs.get(path), new_inputs.get(path)) {
                (None, Some(edge)) => {
                    let words = "• \x1b[32;1mAdded input '{}':\x1b[0m\n    {}\n";
                    text.extend_from_slice(&plain(words, &[&shown, &new.describe(edge, reader)?]));
                }
                (Some(_), None) => {
                    text.extend_from_slice(&plain("• \x1b[31;1mRemoved input '{}'\x1b[0m\n", &[&shown]));
                }
                (Some(before), Some(after)) if !self.is_same_edge(before, new, after) => {
                    let words = "• \x1b[1mUpdated input '{}':\x1b[0m\n    {}\n  → {}\n";
                    let (before, after) = (self.describe(before, reader)?, new.describe(after, reader)?);
                    text.extend_from_slice(&plain(words, &[&shown, &before, &after]));
                }
                _ => {}
            }
        }
        while text.last().is_some_and(u8::is_ascii_whitespace) {
            text.pop();
        }
        Ok(Some(text))
    }
}

impl Reading<'_> {
    /// Reads the inputs of the node with a key, and theirs in turn.
    fn read_inputs(&mut self, key: Vec<u8>) -> Result<(), Refusal> {
        let document = self.document;
        let node = self.keys[&key];
        let of = |key: &[u8]| match document.member("nodes") {
            Some(Document::Object(nodes)) => nodes.get(key),
            _ => None,
        };
        let Some(Document::Object(inputs)) = of(&key).and_then(|node| node.member("inputs")) else { return Ok(()) };
        for (name, input) in inputs {
            let edge = if let Document::Array(_) = input {
                Edge::Follows(input.texts()?)
            } else {
                let key = input.text()?;
                let child = match self.keys.get(key) {
                    Some(child) => *child,
                    None => {
                        let Some(described) = of(key) else {
                            return Err(Refusal::other("lock file references missing node '{}'", &[key]));
                        };
                        let locked = read_node(described, self.reader)?;
                        let child = self.nodes.len();
                        self.nodes.push(Node { inputs: BTreeMap::new(), locked: Some(locked) });
                        self.keys.insert(key.to_vec(), child);
                        stacker::maybe_grow(64 << 10, 1 << 20, || self.read_inputs(key.to_vec()))?;
                        child
                    }
                };
                if child == 0 {
                    return Err(Refusal::other("lock file contains cycle to root node", &[]));
                }
                Edge::Node(child)
            };
            self.nodes[node].inputs.insert(name.clone(), edge);
        }
        Ok(())
    }
}

/// Reads what a node is.
fn read_node(node: &Document, reader: &Reader<'_>) -> Result<Locked, Refusal> {
    let reference = |name: &str, more: Option<&str>| {
        let Some(found) = node.member(name) else {
            return Err(Refusal::other("attribute '{}' missing in lock file", &[name.as_bytes()]));
        };
        let mut attributes = found.attributes()?;
        if let Some(info) = more.and_then(|more| node.member(more)) {
            attributes.0.extend(info.attributes()?.0);
        }
        FlakeReference::from_attributes(attributes, reader)
    };
    let mut locked = reference("locked", Some("info"))?;
    let original = reference("original", None)?;
    let is_flake = node.member("flake").map_or(Ok(true), Document::boolean)?;
    let parent = node.member("parent").map(Document::texts).transpose()?;
    if !locked.input.is_locked(reader.features)? && !locked.input.is_relative() {
        if locked.input.nar_hash(reader.features)?.is_none() {
            let words = "Lock file contains unlocked input '{}'. Use '--allow-dirty-locks' to accept this lock file.";
            return Err(Refusal::other(words, &[&locked.input.attributes.to_json()]));
        }
        let words = "Lock file entry '{}' is unlocked (e.g. lacks a Git revision) but is checked by NAR hash. This is \
                     not reproducible and will break after garbage collection or when shared.";
        (reader.warn)(&plain(words, &[&locked.to_text(reader)?]));
    }
    // Entries of lock files are final without saying so.
    locked.input.attributes.set(b"__final", Attribute::Bool(true));
    Ok(Locked { locked, original, is_flake, parent })
}
