//! What cannot be fetched, and why: the reference's failures as far as no network is asked and no archive is read.
//!
//! Trees and files of this machine are looked at as the reference does. What it would fetch goes into the store next,
//! and the store takes nothing.

use std::collections::BTreeMap;

use super::State;
use crate::errors::highlight::{hint, plain};
use crate::errors::{Error, ErrorKind, Failure, Message};
use crate::fetchers::archive::is_archive;
use crate::fetchers::schemes::Scheme;
use crate::fetchers::{Attributes, Input, Reader, Transfer, Url};
use crate::io::access::{self, Resolution};
use crate::io::{FileKind, paths};
use crate::source::Pos;

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

/// Fetches an input, shown as `shown`: fails unless all that is left to do is to put a tree into the store. The reference
/// checks neither the given hash nor, for a path, whether it exists, before that.
pub(crate) fn fetch(state: &State<'_>, input: &Input, shown: &[u8], reader: &Reader<'_>) -> Result<(), Failure> {
    let fetch = || -> Result<(), Failure> {
        let attributes = &input.attributes;
        Err(match input.scheme {
            Some(Scheme::Path) if !attributes.required_text("path")?.starts_with(b"/") => {
                refused(hint("cannot fetch input '{}' because it uses a relative path", &[shown]))
            }
            Some(Scheme::Path) => state.store_takes_nothing("addToStoreFromDump"),
            Some(Scheme::File) => download(state, attributes.required_text("url")?),
            Some(Scheme::Tarball) => {
                // What an archive is called in messages is made before it is looked at; that may warn.
                input.to_text(&BTreeMap::new(), reader)?;
                return unpack(state, attributes.required_text("url")?, reader);
            }
            Some(Scheme::Git) => missing_repository(state, attributes.required_text("url")?, reader)?
                .unwrap_or_else(|| state.needs_network(shown)),
            _ => state.needs_network(shown),
        })
    };
    fetch().map_err(|failure| while_fetching(failure, input, reader))
}

/// Fetches the archive at a URL, as [`fetch`] does an input.
pub(crate) fn fetch_archive(state: &State<'_>, url: &[u8]) -> Result<(), Failure> {
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

/// Unpacks an archive. What begins as one is taken for one to its end: what is in it nobody gets to see.
fn unpack(state: &State<'_>, url: &[u8], reader: &Reader<'_>) -> Result<(), Failure> {
    let io = &*state.world.io;
    let parsed = Url::parse(url, false, reader)?;
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
        Some(_) => {
            let _activity = state.begin_unpacking(&parsed.to_text());
            let is_archive = is_archive(&access::read_file(io, &real)?);
            return match is_archive {
                true => Ok(()),
                false if is_zip(&parsed) => Err(refused("failed to open archive: Unrecognized archive format")),
                false => Err(refused("Failed to open archive (Unrecognized archive format)")),
            };
        }
    };
    Err(refused(hint(words, &[&[b"\"", &*path, b"\""].concat()])))
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
        _ => download(state, &text),
    }
}

/// The failure of downloading a file. One of this machine would go into the store before its hash is checked, and the
/// store accepts nothing.
pub(crate) fn download(state: &State<'_>, url: &[u8]) -> Failure {
    let unable = |problem: &str, code: u8, detail: &[u8]| {
        let code = code.to_string();
        let words = "unable to download '{}': {} ({}) {}";
        refused(hint(words, &[url, problem.as_bytes(), code.as_bytes(), detail]))
    };
    match Transfer::of(url) {
        Transfer::Network => state.needs_network(url),
        Transfer::NoObject { missing } => {
            let failure = refused(format!("URI has a missing or invalid {missing}"));
            failure.while_(Pos::NONE, hint("while parsing S3 URI: '{}'", &[url]))
        }
        Transfer::Refused { problem, code, detail } => unable(problem, code, &detail),
        Transfer::File { path, shown } => {
            let io = &*state.world.io;
            let found = access::resolve_symlinks(io, &paths::canonical(&path), Resolution::Full);
            match found.and_then(|real| access::exists(io, &real)) {
                Ok(true) => state.store_takes_nothing("addToStore"),
                Ok(false) => unable("Could not read a file:// file", 37, &[b"Could not open file ", &*shown].concat()),
                Err(failure) => failure.into(),
            }
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
