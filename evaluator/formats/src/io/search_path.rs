//! The Nix search path: parses its entries, and finds the file for a name in angle brackets.
//!
//! Entries come from `-I`, from `NIX_PATH` or the setting `nix-path`, and from the lists that a program passes to
//! `builtins.findFile`. This module looks at files but downloads nothing: [`SearchPath::find`] asks its [`Hooks`] for
//! whatever is not a path.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::access::{self, Resolution};
use super::{Io, Restricted, paths};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};

/// One entry: `prefix=path`, or `path` alone with an empty prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What a name must start with.
    pub prefix: Vec<u8>,
    /// A path, which may be relative; or a URL, `channel:NAME`, `flake:REFERENCE`.
    pub path: Vec<u8>,
}

impl Entry {
    /// Parses `prefix=path` or `path`, at the first `=`.
    pub fn parse(text: &[u8]) -> Entry {
        match text.iter().position(|byte| *byte == b'=') {
            Some(equals) => Entry { prefix: text[..equals].to_vec(), path: text[equals + 1..].to_vec() },
            None => Entry { prefix: Vec::new(), path: text.to_vec() },
        }
    }

    /// The rest of `name` to look for in this entry; none if the prefix does not match whole components.
    pub fn suffix<'name>(&self, name: &'name [u8]) -> Option<&'name [u8]> {
        let rest = name.strip_prefix(self.prefix.as_slice())?;
        match rest {
            _ if self.prefix.is_empty() || rest.is_empty() => Some(rest),
            [b'/', rest @ ..] => Some(rest),
            _ => None,
        }
    }
}

/// Splits the text of `NIX_PATH` at its colons, except those of a URL or of `flake:`.
pub fn split_nix_path(text: &[u8]) -> Vec<Vec<u8>> {
    let mut entries = Vec::new();
    let mut position = 0;
    while position < text.len() {
        let (start, mut value) = (position, position);
        while position < text.len() && text[position] != b':' {
            if text[position] == b'=' {
                value = position + 1;
            }
            position += 1;
        }
        if position == text.len() {
            entries.push(text[start..].to_vec());
            break;
        }
        if is_pseudo_url(&text[value..]) || text[value..].starts_with(b"flake:") {
            position += 1;
            while position < text.len() && text[position] != b':' {
                position += 1;
            }
        }
        entries.push(text[start..position].to_vec());
        position += 1;
    }
    entries
}

/// Whether the reference would download `text`: `channel:…`, or a URL of one of the schemes it knows.
pub fn is_pseudo_url(text: &[u8]) -> bool {
    const SCHEMES: [&[u8]; 7] = [b"http", b"https", b"file", b"channel", b"git", b"s3", b"ssh"];
    text.starts_with(b"channel:")
        || text.windows(3).position(|window| window == b"://").is_some_and(|end| SCHEMES.contains(&&text[..end]))
}

/// The URL for `channel:NAME`; any other text stays as it is.
pub fn resolve_pseudo_url(text: &[u8]) -> Vec<u8> {
    match text.strip_prefix(b"channel:") {
        Some(name) => [b"https://channels.nixos.org/", name, b"/nixexprs.tar.xz"].concat(),
        None => text.to_vec(),
    }
}

/// Callbacks that finding a file needs.
pub trait Hooks {
    /// Prints `warning: TEXT`, as [`Logger::warning_of_error`](crate::errors::log::Logger::warning_of_error) does. The
    /// text has its arguments marked.
    fn warn(&self, text: Vec<u8>);

    /// Reports, at `--debug`, where an entry leads, or that it leads nowhere.
    fn resolved(&self, _entry: &[u8], _path: Option<&[u8]>) {}

    /// Fetches the tarball at a URL. Returns its canonical path.
    fn download(&self, url: &[u8]) -> Result<Vec<u8>, Box<Error>>;

    /// Fetches the flake of a `flake:` entry. Returns its canonical path.
    fn flake(&self, reference: &[u8]) -> Result<Vec<u8>, Box<Error>>;
}

/// Where a name was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A file or folder, by its canonical path with links resolved.
    File(Vec<u8>),
    /// A file that is built into the evaluator, by its canonical path among those: `/fetchurl.nix` for
    /// `<nix/fetchurl.nix>`. It need not exist.
    BuiltIn(Vec<u8>),
}

/// Looks names up. It caches which entries exist, so that an evaluation warns of each once.
#[derive(Default)]
pub struct SearchPath {
    resolved: RefCell<FxHashMap<Vec<u8>, Option<Vec<u8>>>>,
}

impl SearchPath {
    /// Knows of no entry yet.
    pub fn new() -> SearchPath {
        SearchPath::default()
    }

    /// The file for `name` in `entries`; the first entry that has it wins. Relative entries are relative to
    /// `current_dir`. Fails with kind [`ErrorKind::Thrown`] if no entry has it, as in the reference; `pure` only
    /// chooses the message.
    pub fn find(
        &self,
        name: &[u8],
        entries: &[Entry],
        current_dir: &[u8],
        pure: bool,
        io: &dyn Io,
        hooks: &dyn Hooks,
    ) -> Result<Found, Box<Error>> {
        for entry in entries {
            let Some(suffix) = entry.suffix(name) else { continue };
            let Some(path) = self.resolve(&entry.path, current_dir, io, hooks)? else { continue };
            paths::check_no_nul(suffix)?;
            let path = paths::append(&path, &paths::canonical(suffix));
            let path = access::resolve_symlinks(io, &path, Resolution::Full)?;
            if access::exists(io, &path)? {
                return Ok(Found::File(path));
            }
            io.check_access(&path)?;
        }
        if let Some(name) = name.strip_prefix(b"nix/") {
            return Ok(Found::BuiltIn(paths::canonical(name)));
        }
        let words = if pure {
            "cannot look up '<{}>' in pure evaluation mode (use '--impure' to override)"
        } else {
            "file '{}' was not found in the Nix search path (add it using $NIX_PATH or -I)"
        };
        Err(Error::new(ErrorKind::Thrown, hint(words, &[name])))
    }

    /// Allows a restricted evaluation to read `entries`, and warns of those that do not exist. The reference does so
    /// before it evaluates anything.
    pub fn allow<Inner: Io>(
        &self,
        entries: &[Entry],
        current_dir: &[u8],
        io: &Restricted<Inner>,
        hooks: &dyn Hooks,
    ) -> Result<(), Box<Error>> {
        for Entry { path, .. } in entries {
            // What is a path may be read, and an address that was not fetched is one, too.
            let allow = |path: &[u8]| io.allow(path);
            if let Some(path) = self.resolve_and(path, current_dir, io, hooks, &allow)? {
                io.allow(&path);
            }
        }
        Ok(())
    }

    /// The canonical path of an entry's `path`, its links not resolved; none, with a warning the first time, where it
    /// does not exist.
    pub fn resolve(
        &self,
        path: &[u8],
        current_dir: &[u8],
        io: &dyn Io,
        hooks: &dyn Hooks,
    ) -> Result<Option<Vec<u8>>, Box<Error>> {
        self.resolve_and(path, current_dir, io, hooks, &|_| ())
    }

    /// [`SearchPath::resolve`], which calls `before` with a path before it looks at it.
    fn resolve_and(
        &self,
        path: &[u8],
        current_dir: &[u8],
        io: &dyn Io,
        hooks: &dyn Hooks,
        before: &dyn Fn(&[u8]),
    ) -> Result<Option<Vec<u8>>, Box<Error>> {
        if let Some(known) = self.resolved.borrow().get(path) {
            return Ok(known.clone());
        }
        let resolved = self.resolve_anew(path, current_dir, io, hooks, before)?;
        hooks.resolved(path, resolved.as_deref());
        self.resolved.borrow_mut().insert(path.to_vec(), resolved.clone());
        Ok(resolved)
    }

    fn resolve_anew(
        &self,
        path: &[u8],
        current_dir: &[u8],
        io: &dyn Io,
        hooks: &dyn Hooks,
        before: &dyn Fn(&[u8]),
    ) -> Result<Option<Vec<u8>>, Box<Error>> {
        if is_pseudo_url(path) {
            if let Ok(downloaded) = hooks.download(&resolve_pseudo_url(path)) {
                return Ok(Some(downloaded));
            }
            hooks.warn(hint("Nix search path entry '{}' cannot be downloaded, ignoring", &[path]));
        }
        if let Some(reference) = path.strip_prefix(b"flake:") {
            return hooks.flake(reference).map(Some);
        }
        paths::check_no_nul(path)?;
        let absolute = paths::absolute(path, current_dir);
        before(&absolute);
        let real = access::resolve_symlinks(io, &absolute, Resolution::Full)?;
        if access::exists(io, &real)? {
            return Ok(Some(absolute));
        }
        io.check_access(&absolute)?;
        hooks.warn(hint("Nix search path entry '{}' does not exist, ignoring", &[path]));
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::super::InMemory;
    use super::*;
    use crate::errors::highlight::filter_escapes;

    #[derive(Default)]
    struct Offline {
        warnings: RefCell<Vec<Vec<u8>>>,
    }

    impl Hooks for Offline {
        fn warn(&self, text: Vec<u8>) {
            self.warnings.borrow_mut().push(text);
        }

        fn download(&self, _: &[u8]) -> Result<Vec<u8>, Box<Error>> {
            Err(Error::new(ErrorKind::System, "offline"))
        }

        fn flake(&self, reference: &[u8]) -> Result<Vec<u8>, Box<Error>> {
            Ok([b"/flakes/", reference].concat())
        }
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(&filter_escapes(bytes, false)).into_owned()
    }

    /// What the reference printed for `-I ENTRY… --find-file NAME…`, warnings first, a space between lines.
    #[track_caller]
    fn check(entries: &[&str], names: &[&str], expected: &str) {
        let io = InMemory::new().file("/t/t.nix", "1").file("/t/d/f", "2").symlink("/t/dlink", "d");
        let io = io.symlink("/t/loop1", "loop2").symlink("/t/loop2", "loop1");
        let entries: Vec<Entry> = entries.iter().map(|entry| Entry::parse(entry.as_bytes())).collect();
        let (search_path, hooks) = (SearchPath::new(), Offline::default());
        let mut found = Vec::new();
        for name in names {
            let outcome = search_path.find(name.as_bytes(), &entries, b"/t", false, &io, &hooks);
            found.push(match outcome {
                Ok(Found::File(path)) => text(&path),
                Ok(Found::BuiltIn(path)) => format!("<nix{}>", text(&path)),
                Err(error) => text(&error.message),
            });
        }
        let warnings = hooks.warnings.borrow().iter().map(|warning| text(warning)).collect::<Vec<_>>();
        assert_eq!([warnings, found].concat().join(" | "), expected);
    }

    fn missing(name: &str) -> String {
        format!("file '{name}' was not found in the Nix search path (add it using $NIX_PATH or -I)")
    }

    #[test]
    fn finds_what_the_reference_finds() {
        check(&["t=./t.nix"], &["t", "t/x"], &format!("/t/t.nix | {}", missing("t/x")));
        check(&["d", "t=d"], &["t/f", "t", "t/", "f"], "/t/d/f | /t/d | /t/d | /t/d/f");
        check(&["d", "t=d"], &["tf"], &missing("tf"));
        check(&["=d"], &["f", ""], "/t/d/f | /t/d");
        check(&["x=dlink"], &["x", "x/f"], "/t/d | /t/d/f");
        check(&["x=d"], &["x/../../t.nix"], &missing("x/../../t.nix"));
        check(&["x="], &["x"], "/t");
        check(&["x=loop1"], &["x"], "infinite symlink recursion in path '/t/loop1'");
        check(&[], &["nix/fetchurl.nix"], "<nix/fetchurl.nix>");
        let gone = "Nix search path entry './nope' does not exist, ignoring";
        check(&["t=./nope", "t=./nope", "d"], &["t", "t"], &format!("{gone} | {0} | {0}", missing("t")));
        let url = "Nix search path entry 'http://0.0.0.0:1/'";
        let expected =
            format!("{url} cannot be downloaded, ignoring | {url} does not exist, ignoring | {}", missing("x"));
        check(&["x=http://0.0.0.0:1/"], &["x"], &expected);
        let other = "Nix search path entry 'foo:bar' does not exist, ignoring";
        check(&["x=foo:bar"], &["x"], &format!("{other} | {}", missing("x")));
        check(&["x=flake:foo"], &["x"], &missing("x"));
    }

    #[test]
    fn pure_evaluation_has_words_of_its_own() {
        let (io, hooks) = (InMemory::new(), Offline::default());
        let error = SearchPath::new().find(b"x", &[], b"/", true, &io, &hooks).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Thrown);
        assert_eq!(text(&error.message), "cannot look up '<x>' in pure evaluation mode (use '--impure' to override)");
    }

    /// Like `--restrict-eval -I x=nope -I d` and `builtins.findFile` in the reference.
    #[test]
    fn entries_may_be_looked_at() {
        let io = Restricted::new(InMemory::new().file("/t/d/f", "").file("/t/e/f", ""), false);
        let entries = [Entry::parse(b"x=nope"), Entry::parse(b"d")];
        let (search_path, hooks) = (SearchPath::new(), Offline::default());
        search_path.allow(&entries, b"/t", &io, &hooks).unwrap();
        let warnings = hooks.warnings.borrow().iter().map(|warning| text(warning)).collect::<Vec<_>>();
        assert_eq!(warnings, ["Nix search path entry 'nope' does not exist, ignoring"]);
        let find = |name: &[u8], entries: &[Entry]| {
            let found = search_path.find(name, entries, b"/t", false, &io, &hooks);
            found.map_err(|error| text(&error.message))
        };
        assert_eq!(find(b"f", &entries), Ok(Found::File(b"/t/d/f".to_vec())));
        let forbidden = "access to absolute path '/t/e' is forbidden in restricted mode".to_owned();
        assert_eq!(find(b"f", &[Entry::parse(b"/t/e")]), Err(forbidden));
    }

    /// From `builtins.nixPath` in the reference, with this in NIX_PATH.
    #[test]
    fn nix_path_splits_at_colons_outside_urls() {
        let written = b"q:r=http://a.b:c=https://d:8/e:f=flake:g:h:channel:i::j=k=http://l:";
        let entries: Vec<String> = split_nix_path(written)
            .iter()
            .filter(|entry| !entry.is_empty())
            .map(|entry| {
                let Entry { prefix, path } = Entry::parse(entry);
                format!("{}={}", text(&prefix), text(&path))
            })
            .collect();
        let expected = ["=q", "r=http://a.b", "c=https://d", "=8/e", "f=flake:g", "=h", "=channel:i", "j=k=http://l"];
        assert_eq!(entries, expected);
    }
}
