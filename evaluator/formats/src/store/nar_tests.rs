//! Paths recorded with `builtins.path` over the same tree on disk.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::store::{ContentAddress, Method, StoreDirectory};

/// A tree in memory: what is at each path.
struct Memory(BTreeMap<&'static str, Entry>);

#[derive(Clone, Copy)]
enum Entry {
    File(&'static str),
    Executable(&'static str),
    Symlink(&'static str),
    Directory,
}

fn sample() -> Memory {
    Memory(BTreeMap::from([
        ("", Entry::Directory),
        ("/a", Entry::File("hello\n")),
        ("/a-b", Entry::File("")),
        ("/a.b", Entry::File("")),
        ("/x", Entry::Executable("#!/bin/sh\n")),
        ("/empty", Entry::Directory),
        ("/d", Entry::Directory),
        ("/d/l", Entry::Symlink("../a")),
        ("/d/e", Entry::Directory),
        ("/d/e/eight", Entry::File("12345678")),
    ]))
}

impl Tree for Memory {
    type Handle = String;

    fn node(&mut self, path: &String) -> Result<Node<String>, Box<Error>> {
        Ok(match self.0[&**path] {
            Entry::File(contents) => Node::File { executable: false, contents: contents.into() },
            Entry::Executable(contents) => Node::File { executable: true, contents: contents.into() },
            Entry::Symlink(target) => Node::Symlink { target: target.into() },
            Entry::Directory => {
                let parent = format!("{path}/");
                let children = self.0.keys().filter_map(|other| {
                    let name = other.strip_prefix(&*parent)?;
                    (!name.contains('/')).then(|| (name.as_bytes().to_vec(), (*other).to_owned()))
                });
                // The order given must not matter.
                Node::Directory { entries: children.rev().collect() }
            }
        })
    }

    fn display(&self, path: &String) -> Vec<u8> {
        format!("/tmp/deep{path}").into_bytes()
    }
}

#[track_caller]
fn check(mut tree: Memory, root: &str, name: &str, expected: &str) {
    let store = StoreDirectory::default();
    let hash = hash_tree(&mut tree, root.to_owned(), Algorithm::Sha256).unwrap();
    let address = ContentAddress { method: Method::NixArchive, hash };
    let path = store.make_content_addressed(name.as_bytes(), &address, &BTreeSet::new()).unwrap();
    assert_eq!(path.base_name(), expected);
}

#[test]
fn paths_of_trees() {
    check(sample(), "", "nt", "mhvfc4xr4iznppxpnmdbfwj76vdf55q1-nt");
    check(sample(), "/empty", "empty", "9ljssglw74jabzzsqsl3lim4d5jgh4ya-empty");
    check(sample(), "/x", "x", "mgak6vjivlzagmcn5vvgd8hzq4i8gg39-x");
    check(sample(), "/a", "a", "wsapfasykqjyaw5h4glxcsgprzxp7bjd-a");
    // Recorded with the path of the link, which `builtins.path` follows.
    check(sample(), "/a", "l", "830pav7z9ip0k34zhbk7a7gm9xjvcalf-l");
    check(sample(), "/d", "d", "83yllzs3cmyw9i41f825kkjmr3bibgif-d");
    let mut filtered = sample();
    filtered.0.retain(|path, _| !path.starts_with("/d"));
    check(filtered, "", "nt", "qq9a3047xcly0q8qmngw6pdzw2wpv72v-nt");
}

#[test]
fn the_path_of_a_flat_file() {
    let address = ContentAddress { method: Method::Flat, hash: Hash::of(Algorithm::Sha256, b"hello\n") };
    let path = StoreDirectory::default().make_content_addressed(b"a", &address, &BTreeSet::new()).unwrap();
    assert_eq!(path.base_name(), "dsnln8dzp7a38dkfhk9p6pldgsb5jpr5-a");
}

/// Directories named `d`, each in the one before.
struct Nested(usize);

impl Tree for Nested {
    type Handle = usize;

    fn node(&mut self, depth: &usize) -> Result<Node<usize>, Box<Error>> {
        let entries = if *depth < self.0 { vec![(b"d".to_vec(), depth + 1)] } else { vec![] };
        Ok(Node::Directory { entries })
    }

    fn display(&self, depth: &usize) -> Vec<u8> {
        format!("/tmp/deep{}", "/d".repeat(*depth)).into_bytes()
    }
}

#[test]
fn depth_is_limited() {
    let path = |depth| {
        let hash = hash_tree(&mut Nested(depth), 0, Algorithm::Sha256)?;
        let address = ContentAddress { method: Method::NixArchive, hash };
        StoreDirectory::default().make_content_addressed(b"deep", &address, &BTreeSet::new())
    };
    assert_eq!(path(63).unwrap().base_name(), "gigbvwgykmlx53hy3d39mk0axq69nbxd-deep");
    let error = path(70).unwrap_err();
    let expected = format!("path '/tmp/deep{}' exceeds maximum NAR directory depth of 64", "/d".repeat(64));
    assert_eq!(error.plain_message(), expected);
    assert!(path(64).is_err());
}
