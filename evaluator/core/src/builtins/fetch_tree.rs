//! `fetchTree`, `fetchGit` and `fetchMercurial`, without downloads. Trees of this machine are fetched.

use std::collections::BTreeMap;

use crate::coerce::{self, Coercion};
use crate::errors::Failure;
use crate::errors::highlight::{hint, plain};
use crate::errors::{Error, ErrorKind};
use crate::fetchers::git_name::is_revision;
use crate::fetchers::schemes::Scheme;
use crate::fetchers::url::git_url;
use crate::fetchers::{Attribute, Attributes, Input, Reader, Url};
use crate::format::date;
use crate::hash::HashFormat;
use crate::primop::{Answer, GeneratorContext};
use crate::print;
use crate::settings::Feature;
use crate::source::Pos;
use crate::state::{State, fetching};
use crate::store::StorePath;
use crate::symbols::{Symbol, known};
use crate::value::Value;

use super::evaluation_error;
use super::fetch::check_uri;
use super::store_files::store_path_value;
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
    fetch(&machine, arguments[0], false, false).await
}

async fn fetch_git<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    fetch(&machine, arguments[0], true, false).await
}

/// Fetches the tree of an entry of a lock file, whose attributes are all final.
pub(super) async fn fetch_final_tree<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let input = machine.force(arguments[0]).await?;
    fetch(&machine, input, false, true).await
}

fn add_export_ignore(attributes: &mut Attributes) -> Result<(), Failure> {
    if !attributes.has(b"exportIgnore") && !attributes.is_true("submodules")? {
        attributes.set(b"exportIgnore", Attribute::Bool(true));
    }
    Ok(())
}

async fn fetch<'h>(machine: &GeneratorContext<'h>, argument: Value<'h>, is_git: bool, is_final: bool) -> Answer<'h> {
    let state = machine.state;
    let warn = |text: &[u8]| state.warn(text);
    let reader = Reader { features: state.features(), warn: &warn };
    let who = if is_git { "fetchGit" } else { "fetchTree" };
    let mut input = match argument {
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
    if !pure {
        fetching::resolve(state, &input, &reader)?;
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
    if is_final {
        input.attributes.set(b"__final", Attribute::Bool(true));
    } else if input.is_final()? {
        let words = "input '{}' is not allowed to use the '__final' attribute";
        return Err(evaluation_error(hint(words, &[&shown])));
    }
    let mut fetched = fetching::fetch(state, &input, &shown, &reader)?;
    let path = fetching::mount(state, &mut fetched, &input, &reader)?;
    let locked = Input { attributes: fetched.attributes, scheme: input.scheme };
    Ok(state.attrs(tree_attributes(state, &path, &locked, is_git, &reader)?))
}

/// The attributes of a tree that was fetched and is at a store path (`emitTreeAttrs`). With `has_revision`, as
/// `fetchGit` does it, a tree without a commit has one of zeros.
pub(super) fn tree_attributes<'h>(
    state: &'h State<'h>,
    path: &StorePath,
    input: &Input,
    has_revision: bool,
    reader: &Reader<'_>,
) -> Result<Vec<(Symbol, Value<'h>)>, Failure> {
    const ZEROS: &str = "0000000000000000000000000000000000000000";
    const SHORT: usize = 7;
    let attributes = &input.attributes;
    let text = |text: &[u8]| state.string(text);
    let number = |number: u64| Value::Int(number.cast_signed());
    let mut made: Vec<(&[u8], Value<'h>)> = vec![(b"outPath", store_path_value(state, path))];
    if let Some(hash) = input.nar_hash(reader.features)? {
        made.push((b"narHash", text(hash.to_text(HashFormat::Sri, true).as_bytes())));
    }
    if input.scheme == Some(Scheme::Git) {
        made.push((b"submodules", Value::Bool(attributes.is_true("submodules")?)));
    }
    let revision = input.revision(reader.features)?.or_else(|| has_revision.then(|| ZEROS.to_owned()));
    if let Some(revision) = revision {
        made.push((b"rev", text(revision.as_bytes())));
        made.push((b"shortRev", text(&revision.as_bytes()[..SHORT])));
    }
    if let Some(count) = attributes.integer("revCount")?.or(has_revision.then_some(0)) {
        made.push((b"revCount", number(count)));
    }
    if let Some(revision) = attributes.text("dirtyRev")? {
        made.push((b"dirtyRev", text(revision)));
        made.push((b"dirtyShortRev", text(attributes.text("dirtyShortRev")?.unwrap_or_default())));
    }
    if let Some(modified) = attributes.integer("lastModified")? {
        made.push((b"lastModified", number(modified)));
        made.push((b"lastModifiedDate", text(date::compact(modified).as_bytes())));
    }
    Ok(made.into_iter().map(|(name, value)| (state.symbols.intern(name), value)).collect())
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
