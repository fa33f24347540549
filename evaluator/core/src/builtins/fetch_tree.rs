//! `fetchTree`, `fetchGit` and `fetchMercurial`, without downloads. Trees of this machine are fetched.

use std::collections::BTreeMap;

use crate::coerce::{self, Coercion};
use crate::errors::Failure;
use crate::errors::highlight::{hint, plain};
use crate::errors::{Error, ErrorKind};
use crate::fetchers::git_name::is_revision;
use crate::fetchers::schemes::Scheme;
use crate::fetchers::url::git_url;
use crate::fetchers::{Attribute, Attributes, Input, Reader, Transfer, Url};
use crate::io::access::{self, Resolution};
use crate::io::{FileKind, paths};
use crate::primop::{Answer, GeneratorContext};
use crate::print;
use crate::settings::Feature;
use crate::source::Pos;
use crate::state::State;
use crate::symbols::known;
use crate::value::Value;

use super::evaluation_error;
use super::fetch::{check_uri, download};
use crate::primop::Arguments;
use crate::primop::force_plain_string;

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
        state.warn(&plain(words, &[&shown]));
    }
    let shown = input.to_text(&BTreeMap::new(), &reader)?;
    check_uri(state, &shown)?;
    if input.is_final()? {
        let words = "input '{}' is not allowed to use the '__final' attribute";
        return Err(evaluation_error(hint(words, &[&shown])));
    }
    Err(while_fetching(refusal(state, &input, &shown, &reader), &input, &reader))
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
            force_plain_string(machine, attr.value(), attr.pos, context).await?
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
        match machine.force_at(attr.value(), attr.pos).await? {
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
                let shown = print::type_with_article(other);
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

/// The error of an input that cannot be fetched. An input on this machine fails at the store, which accepts nothing.
/// Before that, the reference checks neither the given hash nor, for a path, whether it exists.
fn refusal(state: &State<'_>, input: &Input, shown: &[u8], reader: &Reader<'_>) -> Failure {
    let refusal = || -> Result<Failure, Failure> {
        let attributes = &input.attributes;
        Ok(match input.scheme {
            Some(Scheme::Path) if !attributes.required_text("path")?.starts_with(b"/") => {
                evaluation_error(hint("cannot fetch input '{}' because it uses a relative path", &[shown]))
            }
            Some(Scheme::Path) => state.store_takes_nothing("addToStoreFromDump"),
            Some(Scheme::File) => download(state, attributes.required_text("url")?),
            Some(Scheme::Tarball) => archive_refusal(state, attributes.required_text("url")?, reader),
            Some(Scheme::Git) => missing_repository(state, attributes.required_text("url")?, reader)?
                .unwrap_or_else(|| state.needs_network(shown)),
            _ => state.needs_network(shown),
        })
    };
    refusal().unwrap_or_else(|failure| failure)
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
    Ok(Some(evaluation_error(hint("Git repository {} does not exist.", &[&[b"\"", &*shown, b"\""].concat()]))))
}

/// The error of an archive: the reference's if it does not exist, and otherwise that this evaluator reads no archives.
fn archive_refusal(state: &State<'_>, url: &[u8], reader: &Reader<'_>) -> Failure {
    let refusal = || -> Result<Vec<u8>, Failure> {
        let parsed = Url::parse(url, false, reader)?;
        if parsed.scheme != b"file" {
            return Err(remote_archive(state, &parsed));
        }
        let path = parsed.file_path()?;
        if !path.starts_with(b"/") {
            let words = "tarball '{}' must use an absolute path. The 'file' scheme does not support relative paths.";
            return Ok(hint(words, &[&parsed.to_text()]));
        }
        let real = access::resolve_symlinks(&*state.world.io, &paths::canonical(&path), Resolution::Full)?;
        let quoted = [b"\"", &*path, b"\""].concat();
        let words = match access::metadata_if_exists(&*state.world.io, &real)? {
            None => "tarball {} does not exist.",
            Some(metadata) if metadata.kind == FileKind::Directory => {
                if access::exists(&*state.world.io, &paths::join(&real, b".git"))? {
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

/// Why an archive that is not on this machine cannot be had. One in the format zip is downloaded whole before it is
/// opened; any other is read while it comes.
fn remote_archive(state: &State<'_>, url: &Url) -> Failure {
    let text = url.to_text();
    let _activity = state.begin_unpacking(&text);
    let is_zip = url.path.last().is_some_and(|name| name.to_ascii_lowercase().ends_with(b".zip"));
    match Transfer::of(&text) {
        Transfer::Refused { problem, code, detail } if !is_zip => {
            let code = code.to_string();
            let words = "Source threw exception: error: unable to download '{}': {} ({}) {}";
            let why = plain(words, &[&text, problem.as_bytes(), code.as_bytes(), &detail]);
            evaluation_error(hint("Failed to open archive ({})", &[&why]))
        }
        _ => download(state, &text),
    }
}

/// The failure of fetching the archive at a URL.
pub(super) fn archive(state: &State<'_>, url: &[u8]) -> Failure {
    let warn = |text: &[u8]| state.warn(text);
    let reader = Reader { features: state.features(), warn: &warn };
    let mut attributes = Attributes::default();
    attributes.set_text(b"type", "tarball");
    attributes.set_text(b"url", url);
    // What is no address is none before anything is fetched.
    let input = Input::from_attributes(attributes, &reader)
        .and_then(|input| input.to_text(&BTreeMap::new(), &reader).map(|_| input));
    match input {
        Err(refusal) => refusal.into(),
        Ok(input) => while_fetching(archive_refusal(state, url, &reader), &input, &reader),
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
                            coerce::coerce_to_string(&machine, attr.value(), Coercion::PLAIN, attr.pos, context);
                        url = coerced.await?.0.to_vec();
                    }
                    b"rev" => {
                        let context = "while evaluating the `rev` attribute passed to builtins.fetchMercurial";
                        let text = force_plain_string(&machine, attr.value(), attr.pos, context).await?;
                        match is_revision(text) {
                            true => revision = Some(text.to_ascii_lowercase()),
                            false => branch = Some(text.to_vec()),
                        }
                    }
                    b"name" => {
                        let context = "while evaluating the `name` attribute passed to builtins.fetchMercurial";
                        name = force_plain_string(&machine, attr.value(), attr.pos, context).await?.to_vec();
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
