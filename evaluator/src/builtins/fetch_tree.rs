//! `fetchTree`, `fetchGit`, `fetchMercurial`: everything up to the fetching itself, and trees of this machine.

use std::collections::BTreeMap;

use crate::coerce::{self, Coercion};
use crate::errors::Failure;
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use crate::fetchers::git_name::is_revision;
use crate::fetchers::schemes::Scheme;
use crate::fetchers::url::git_url;
use crate::fetchers::{Attribute, Attributes, Input, Reader, Url};
use crate::hash::{Algorithm, HashFormat, Hasher};
use crate::heap::symbols::known;
use crate::io::access::{self, Resolution};
use crate::io::{FileKind, paths};
use crate::print;
use crate::settings::Feature;
use crate::state::{FileTree, State};
use crate::store::content_address::{ContentAddress, Method};
use crate::store::nar::{self, NarWriter};
use crate::syntax::source::Pos;
use crate::value::Value;
use crate::vm::{Answer, GeneratorContext};

use super::arguments::force_plain_string;
use super::fetch::{check_uri, local_file};
use super::store_files::store_path_value;
use super::{Arguments, evaluation_error};

builtins! {
    /// Fetches a tree or file, given as attributes or as a URL, and gives its path in the store and more about it.
    bare "fetchTree"(input) [0: Any ""] feature FetchTree => generator fetch_tree;
    /// Fetches a Git repository.
    bare "fetchGit"(args) [0: Any ""] => generator fetch_git;
    /// Fetches a Mercurial repository.
    bare "fetchMercurial"(args) [0: Any ""] => generator fetch_mercurial;
}

async fn fetch_tree<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    fetch(&machine, arguments[0], false).await
}

async fn fetch_git<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    fetch(&machine, arguments[0], true).await
}

fn add_export_ignore(attributes: &mut Attributes) -> Result<(), Failure> {
    if !attributes.has(b"exportIgnore") && !attributes.is_true("submodules")? {
        attributes.set(b"exportIgnore", Attribute::Bool(true));
    }
    Ok(())
}

async fn fetch<'h>(machine: &GeneratorContext<'h>, argument: Value<'h>, is_git: bool) -> Answer<'h> {
    let state = machine.state;
    let warn = |text: &[u8]| state.warn(text);
    let reader = Reader { features: state.features(), warn: &warn };
    let who = if is_git { "fetchGit" } else { "fetchTree" };
    let input = match argument {
        Value::Attrs(_) => {
            let attributes = attributes(machine, argument, is_git, who, &reader).await?;
            Input::from_attributes(attributes, &reader)?
        }
        _ => {
            let context = match is_git {
                true => "while evaluating the first argument passed to 'fetchGit'",
                false => "while evaluating the first argument passed to 'fetchTree'",
            };
            let (url, _) = coerce::coerce_to_string(machine, argument, Coercion::PLAIN, Pos::NONE, context).await?;
            if is_git {
                let mut attributes = Attributes::default();
                attributes.set_text(b"type", "git");
                attributes.set_text(b"url", git_url(url, &reader)?.to_text());
                add_export_ignore(&mut attributes)?;
                Input::from_attributes(attributes, &reader)?
            } else {
                if !reader.features.contains(Feature::Flakes) {
                    let words = "passing a string argument to '{}' requires the 'flakes' experimental feature";
                    return Err(evaluation_error(hint(words, &[who.as_bytes()])));
                }
                Input::from_url(&Url::parse(url, false, &reader)?, true, &reader)?
            }
        }
    };
    let pure = state.settings.pure_eval;
    if !pure && input.scheme == Some(Scheme::Indirect) {
        return Err(state.needs_network(&state.settings.flake_registry));
    }
    if pure && !input.is_locked(reader.features)? {
        let shown = input.to_text(&BTreeMap::new(), &reader)?;
        if input.nar_hash(reader.features)?.is_none() {
            let words = "in pure evaluation mode, '{}' doesn't fetch unlocked input '{}'";
            return Err(evaluation_error(hint(words, &[who.as_bytes(), &shown])));
        }
        let words = "Input '{}' is unlocked (e.g. lacks a Git revision) but is checked by NAR hash. This is not \
                     reproducible and will break after garbage collection or when shared.";
        state.warn(&hint(words, &[&shown]));
    }
    let shown = input.to_text(&BTreeMap::new(), &reader)?;
    check_uri(state, &shown)?;
    if input.is_final()? {
        let words = "input '{}' is not allowed to use the '__final' attribute";
        return Err(evaluation_error(hint(words, &[&shown])));
    }
    let tree = fetched(state, &input, &shown, &reader)
        .map_err(|failure| failure.while_(Pos::NONE, hint("while fetching the input '{}'", &[&shown])))?;
    tree.into_value(state, &input, &shown, is_git, &reader)
}

/// The attributes of an input that a set means.
async fn attributes<'h>(
    machine: &GeneratorContext<'h>,
    argument: Value<'h>,
    is_git: bool,
    who: &'static str,
    reader: &Reader<'_>,
) -> Result<Attributes, Failure> {
    let state = machine.state;
    let Value::Attrs(attrs) = argument else { unreachable!("the caller has looked") };
    let mut attributes = Attributes::default();
    let kind = match attrs.get(known::TYPE) {
        Some(_) if is_git => return Err(evaluation_error("unexpected argument 'type'")),
        Some(attr) => {
            let context = "while evaluating the `type` argument passed to 'fetchTree'";
            force_plain_string(machine, attr.value, attr.pos, context).await?
        }
        None if is_git => b"git",
        None => {
            let words = "argument 'type' is missing in call to '{}'";
            return Err(evaluation_error(hint(words, &[who.as_bytes()])));
        }
    };
    attributes.set_text(b"type", kind);
    for attr in attrs.sorted(state.heap).iter().filter(|attr| attr.name != known::TYPE) {
        let name = state.symbols.name(attr.name);
        let printed = state.printed_name(attr.name);
        match machine.force(attr.value).await? {
            value @ (Value::Path(_) | Value::String(_)) => {
                let (text, _) = coerce::coerce_to_string(machine, value, Coercion::PLAIN, attr.pos, "").await?;
                match is_git && name == b"url" {
                    true => attributes.set_text(name, git_url(text, reader)?.to_text()),
                    false => attributes.set_text(name, text),
                }
            }
            Value::Bool(value) => attributes.set(name, Attribute::Bool(value)),
            Value::Int(number) => match u64::try_from(number) {
                Ok(number) => attributes.set(name, Attribute::Integer(number)),
                Err(_) => {
                    let words = "negative value given for '{}' argument '{}': {}";
                    let number = number.to_string();
                    return Err(evaluation_error(hint(words, &[who.as_bytes(), &printed, number.as_bytes()])));
                }
            },
            _ if name == b"publicKeys" => {
                reader.features.require(Feature::VerifiedFetches)?;
                return Err(state.needs_network(b"git"));
            }
            other => {
                let words = "argument '{}' to '{}' is {} while a string, Boolean or integer is expected";
                let shown = print::type_with_article(state, other);
                let message = hint(words, &[&printed, who.as_bytes(), &shown]);
                return Err(Error::new(ErrorKind::Type, message).into());
            }
        }
    }
    if is_git {
        add_export_ignore(&mut attributes)?;
    } else {
        if kind == b"git" && !attributes.has(b"shallow") {
            attributes.set(b"shallow", Attribute::Bool(true));
        }
        if attributes.has(b"name") {
            let words = "argument 'name' isn’t supported in call to '{}'";
            return Err(evaluation_error(hint(words, &[who.as_bytes()])));
        }
    }
    Ok(attributes)
}

/// What was fetched.
struct Tree {
    hash: crate::hash::Hash,
    last_modified: Option<u64>,
}

/// Fetches an input that is a folder or a file of this machine.
fn fetched(state: &State<'_>, input: &Input, shown: &[u8], reader: &Reader<'_>) -> Result<Tree, Failure> {
    let io = &*state.io;
    let attributes = &input.attributes;
    match input.scheme {
        Some(Scheme::Path) => {
            let path = attributes.required_text("path")?;
            if !path.starts_with(b"/") {
                let words = "cannot fetch input '{}' because it uses a relative path";
                return Err(evaluation_error(hint(words, &[shown])));
            }
            state.require_read_only("addToStoreFromDump")?;
            let path = paths::canonical(path);
            let hash = nar::hash_tree(&mut FileTree { io }, path.clone(), Algorithm::Sha256)?;
            let last_modified = match attributes.integer("lastModified")? {
                Some(given) => given,
                None => last_modified(state, path)?,
            };
            Ok(Tree { hash, last_modified: Some(last_modified) })
        }
        Some(Scheme::File) => {
            let url = attributes.required_text("url")?;
            let Some(path) = local_file(state, url)? else { return Err(state.needs_network(url)) };
            state.require_read_only("addToStore")?;
            let real = access::resolve_symlinks(io, &path, Resolution::Full)?;
            let mut writer = NarWriter::new(Hasher::new(Algorithm::Sha256));
            writer.file(false, &access::read_file(io, &real)?);
            let tree = Tree { hash: writer.finish().finish(), last_modified: attributes.integer("lastModified")? };
            tree.check(input, shown, reader)?;
            Ok(tree)
        }
        Some(Scheme::Tarball) => Err(archive_refusal(state, attributes.required_text("url")?, reader)),
        _ => Err(state.needs_network(shown)),
    }
}

/// Why an archive cannot be had: what the reference says of one that is not there, or that this evaluator reads none.
fn archive_refusal(state: &State<'_>, url: &[u8], reader: &Reader<'_>) -> Failure {
    let refusal = || -> Result<Vec<u8>, Failure> {
        let parsed = Url::parse(url, false, reader)?;
        if parsed.scheme != b"file" {
            return Err(state.needs_network(url));
        }
        let path = parsed.file_path()?;
        if !path.starts_with(b"/") {
            let words = "tarball '{}' must use an absolute path. The 'file' scheme does not support relative paths.";
            return Ok(hint(words, &[&parsed.to_text()]));
        }
        let real = access::resolve_symlinks(&*state.io, &paths::canonical(&path), Resolution::Full)?;
        let quoted = [b"\"", &*path, b"\""].concat();
        let words = match access::metadata_if_exists(&*state.io, &real)? {
            None => "tarball {} does not exist.",
            Some(metadata) if metadata.kind == FileKind::Directory => {
                if access::exists(&*state.io, &paths::join(&real, b".git"))? {
                    "tarball {} is a git repository, not a tarball. Please use `git+file` as the scheme."
                } else {
                    "tarball {} is a directory, not a file."
                }
            }
            Some(_) => "cannot unpack {}: this evaluator reads no archives",
        };
        Ok(hint(words, &[&quoted]))
    };
    refusal().map_or_else(|failure| failure, evaluation_error)
}

/// What comes of fetching the archive at a URL.
pub(super) fn archive(state: &State<'_>, url: &[u8]) -> Failure {
    let warn = |text: &[u8]| state.warn(text);
    let reader = Reader { features: state.features(), warn: &warn };
    let failure = archive_refusal(state, url, &reader);
    failure.while_(Pos::NONE, hint("while fetching the input '{}'", &[url]))
}

/// When anything in a tree was changed last.
fn last_modified(state: &State<'_>, root: Vec<u8>) -> Result<u64, Failure> {
    let io = &*state.io;
    let mut latest = 0;
    let mut open = vec![root];
    while let Some(path) = open.pop() {
        latest = latest.max(io.modified(&path).unwrap_or(0));
        if access::metadata(io, &path)?.kind == FileKind::Directory {
            let entries = access::read_directory(io, &path)?;
            open.extend(entries.into_iter().map(|entry| paths::join(&path, &entry.name)));
        }
    }
    Ok(latest)
}

impl Tree {
    /// Fails where the hash is not the one that the input gives.
    fn check(&self, input: &Input, shown: &[u8], reader: &Reader<'_>) -> Result<(), Failure> {
        let Some(expected) = input.nar_hash(reader.features)?.filter(|expected| *expected != self.hash) else {
            return Ok(());
        };
        let words = "NAR hash mismatch in input '{}', expected '{}' but got '{}'";
        let show = |hash: crate::hash::Hash| hash.to_text(HashFormat::Sri, true);
        let message = hint(words, &[shown, show(expected).as_bytes(), show(self.hash).as_bytes()]);
        Err(Error::new(ErrorKind::System, message).into())
    }

    /// The set that a program gets (`emitTreeAttrs`).
    fn into_value<'h>(
        self,
        state: &'h State<'h>,
        input: &Input,
        shown: &[u8],
        is_git: bool,
        reader: &Reader<'_>,
    ) -> Answer<'h> {
        self.check(input, shown, reader)?;
        let address = ContentAddress { method: Method::NixArchive, hash: self.hash };
        let path = state.store.make_content_addressed(input.name()?, &address, &Default::default())?;
        let mut attrs = vec![(known::OUT_PATH, store_path_value(state, &path))];
        let mut add = |name: &str, value: Value<'h>| attrs.push((state.symbols.intern(name.as_bytes()), value));
        add("narHash", state.string(self.hash.to_text(HashFormat::Sri, true).as_bytes()));
        let zeros = || "0".repeat(40);
        if let Some(revision) = input.revision(reader.features)?.or_else(|| is_git.then(zeros)) {
            add("rev", state.string(revision.as_bytes()));
            add("shortRev", state.string(&revision.as_bytes()[..7]));
        }
        if let Some(count) = input.attributes.integer("revCount")?.or_else(|| is_git.then_some(0)) {
            add("revCount", Value::Int(count as i64));
        }
        if let Some(seconds) = self.last_modified {
            add("lastModified", Value::Int(seconds as i64));
            add("lastModifiedDate", state.string(date(seconds).as_bytes()));
        }
        Ok(state.attrs(attrs))
    }
}

/// A time as `YYYYMMDDhhmmss`, in UTC.
fn date(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // The year, month and day of a day, by the lengths of the 400 years in which the calendar repeats itself.
    let mut year = 1970 + days / 146_097 * 400;
    let mut day = days % 146_097;
    let is_leap = |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    while day >= 365 + u64::from(is_leap(year)) {
        day -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while day >= lengths[month] {
        day -= lengths[month];
        month += 1;
    }
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{year:04}{:02}{:02}{hour:02}{minute:02}{:02}", month + 1, day + 1, second % 60)
}

async fn fetch_mercurial<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let mut url = Vec::new();
    let mut name = b"source".to_vec();
    let (mut revision, mut branch) = (None, None);
    match arguments[0] {
        Value::Attrs(attrs) => {
            for attr in attrs.sorted(state.heap) {
                match state.symbols.name(attr.name) {
                    b"url" => {
                        let context = "while evaluating the `url` attribute passed to builtins.fetchMercurial";
                        let coerced =
                            coerce::coerce_to_string(&machine, attr.value, Coercion::PLAIN, attr.pos, context);
                        url = coerced.await?.0.to_vec();
                    }
                    b"rev" => {
                        let context = "while evaluating the `rev` attribute passed to builtins.fetchMercurial";
                        let text = force_plain_string(&machine, attr.value, attr.pos, context).await?;
                        match is_revision(text) {
                            true => revision = Some(text.to_ascii_lowercase()),
                            false => branch = Some(text.to_vec()),
                        }
                    }
                    b"name" => {
                        let context = "while evaluating the `name` attribute passed to builtins.fetchMercurial";
                        name = force_plain_string(&machine, attr.value, attr.pos, context).await?.to_vec();
                    }
                    _ => {
                        let words = "unsupported argument '{}' to 'fetchMercurial'";
                        let failure = evaluation_error(hint(words, &[&state.printed_name(attr.name)]));
                        failure.set_pos_if_none(attr.pos);
                        return Err(failure);
                    }
                }
            }
            if url.is_empty() {
                return Err(evaluation_error("'url' argument required"));
            }
        }
        other => {
            let context = "while evaluating the first argument passed to builtins.fetchMercurial";
            url = coerce::coerce_to_string(&machine, other, Coercion::PLAIN, Pos::NONE, context).await?.0.to_vec();
        }
    }
    check_uri(state, &url)?;
    if state.settings.pure_eval && revision.is_none() {
        return Err(evaluation_error("in pure evaluation mode, 'fetchMercurial' requires a Mercurial revision"));
    }
    if !url.windows(3).any(|window| window == b"://") {
        url = [b"file://", &*url].concat();
    }
    let mut attributes = Attributes::default();
    attributes.set_text(b"type", "hg");
    attributes.set_text(b"url", url);
    attributes.set_text(b"name", name);
    if let Some(branch) = branch {
        attributes.set_text(b"ref", branch);
    }
    if let Some(revision) = revision {
        attributes.set_text(b"rev", revision);
    }
    let warn = |text: &[u8]| state.warn(text);
    let reader = Reader { features: state.features(), warn: &warn };
    let shown = Input::from_attributes(attributes, &reader)?.to_text(&BTreeMap::new(), &reader)?;
    let failure = state.needs_network(&shown);
    Err(failure.while_(Pos::NONE, hint("while fetching the input '{}'", &[&shown])))
}

#[cfg(test)]
mod tests {
    use super::date;

    /// As `date -u +%Y%m%d%H%M%S -d @…` tells.
    #[test]
    fn dates() {
        let check = |seconds: u64, expected: &str| assert_eq!(date(seconds), expected);
        check(0, "19700101000000");
        check(951_782_399, "20000228235959");
        check(951_782_400, "20000229000000");
        check(1_709_251_199, "20240229235959");
        check(4_107_542_400, "21000301000000");
        check(13_574_563_200, "24000229000000");
    }
}
