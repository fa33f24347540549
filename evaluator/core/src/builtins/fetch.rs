//! `fetchurl` and `fetchTarball`, without downloads. Files of this machine are fetched.

use crate::errors::Failure;
use crate::errors::highlight::{hint, magenta};
use crate::fetchers::{Reader, Url};
use crate::hash::{Algorithm, Hash};
use crate::io::{access, paths, search_path};
use crate::primop::{Answer, GeneratorContext};
use crate::source::Pos;
use crate::state::{State, fetching};
use crate::store::path::check_name;
use crate::store::{ContentAddress, Method, StorePath};
use crate::value::Value;

use super::evaluation_error;
use super::store_files::{hash_attribute, store_path_value};
use crate::primop::Arguments;
use crate::primop::force_plain_string;

builtins! {
    /// Downloads a file and gives its path in the store.
    "fetchurl"(arg) [0: Any ""] => generator fetch_url;
    /// Downloads an archive, unpacks it, and gives its path in the store.
    bare "fetchTarball"(args) [0: Any ""] => generator fetch_tarball;
}

/// What is asked for.
struct Request {
    url: Vec<u8>,
    name: Vec<u8>,
    expected: Option<Hash>,
}

async fn fetch_url<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let Request { url, name, expected } = requested(&machine, arguments[0], "fetchurl", b"").await?;
    if let Some(path) = already_there(state, &name, expected, Method::Flat)? {
        return Ok(store_path_value(state, &path));
    }
    if !url.contains(&b':') {
        return Err(evaluation_error(hint("URL '{}' doesn't have a scheme", &[&url])));
    }
    let path = fetching::download_file(state, &url, &name)?;
    if let Some(expected) = expected {
        let object = state.world.objects.object(&path).expect("it was added");
        let got = Hash::of(Algorithm::Sha256, &access::read_file(&*object, b"/")?);
        if got != expected {
            return Err(fetching::wrong_content(&url, &expected, &got));
        }
    }
    state.allow_object(&path);
    Ok(store_path_value(state, &path))
}

async fn fetch_tarball<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let Request { url, name, expected } = requested(&machine, arguments[0], "fetchTarball", b"source").await?;
    if let Some(path) = already_there(state, &name, expected, Method::NixArchive)? {
        return Ok(store_path_value(state, &path));
    }
    let mut fetched = fetching::fetch_archive(state, &url)?;
    let path = fetching::add(state, &mut fetched, &name)?;
    if let Some(expected) = expected {
        let got = fetched.nar_hash(state)?;
        if got != expected {
            return Err(fetching::wrong_content(&url, &expected, &got));
        }
    }
    state.allow_object(&path);
    Ok(store_path_value(state, &path))
}

/// The path of what is wanted, if its hash is given and the store has it.
fn already_there(
    state: &State<'_>,
    name: &[u8],
    expected: Option<Hash>,
    method: Method,
) -> Result<Option<StorePath>, Failure> {
    let Some(hash) = expected else { return Ok(None) };
    let address = ContentAddress { method, hash };
    let path = state.world.store.make_content_addressed(name, &address, &Default::default())?;
    if !fetching::is_at_hand(state, &path) {
        return Ok(None);
    }
    state.allow_object(&path);
    Ok(Some(path))
}

/// The file of this machine that a URL means.
fn local_file(state: &State<'_>, url: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
    let warn = |text: &[u8]| state.warn(text);
    match Url::parse(url, false, &Reader { features: state.features(), warn: &warn }) {
        Ok(url) if url.scheme == b"file" => Ok(Some(paths::canonical(&url.file_path()?))),
        _ => Ok(None),
    }
}

/// Checks the argument.
async fn requested<'h>(
    machine: &GeneratorContext<'h>,
    argument: Value<'h>,
    who: &'static str,
    default_name: &[u8],
) -> Result<Request, Failure> {
    let state = machine.state;
    let mut name = default_name.to_vec();
    let (mut url, mut expected, mut has_name) = (None, None, false);
    match argument {
        Value::Attrs(attrs) => {
            for attr in attrs.sorted(state.heap) {
                match state.symbols.name(attr.name) {
                    b"url" => {
                        let context = "while evaluating the url we should fetch";
                        url = Some(force_plain_string(machine, attr.value(), attr.pos, context).await?.to_vec());
                    }
                    b"sha256" => {
                        let context = "while evaluating the sha256 of the content we should fetch";
                        let text = force_plain_string(machine, attr.value(), attr.pos, context).await?;
                        expected = Some(hash_attribute(state, text, Some(Algorithm::Sha256))?);
                    }
                    b"name" => {
                        let context = "while evaluating the name of the content we should fetch";
                        has_name = true;
                        name = force_plain_string(machine, attr.value(), attr.pos, context).await?.to_vec();
                    }
                    other => {
                        let words = "unsupported argument '{}' to '{}'";
                        return Err(evaluation_error(hint(words, &[other, who.as_bytes()])));
                    }
                }
            }
        }
        other => {
            let context = "while evaluating the url we should fetch";
            url = Some(force_plain_string(machine, other, Pos::NONE, context).await?.to_vec());
        }
    }
    let Some(mut url) = url else { return Err(evaluation_error("'url' argument required")) };
    if who == "fetchTarball" {
        url = search_path::resolve_pseudo_url(&url);
    }
    check_uri(state, &url)?;
    if name.is_empty() {
        name = last_part(&url).to_vec();
    }
    if let Err(error) = check_name(&name) {
        let remedy = match (argument, has_name) {
            (Value::Attrs(_), true) => {
                "Please change the value for the 'name' attribute passed to '{}', so that it can create a valid store \
                 path."
            }
            (Value::Attrs(_), false) => {
                "Please add a valid 'name' attribute to the argument for '{}', so that it can create a valid store \
                 path."
            }
            _ => {
                "Please pass an attribute set with 'url' and 'name' attributes to '{}',  so that it can create a valid \
                 store path."
            }
        };
        let message = [
            b"invalid store path name when fetching URL '",
            &*magenta(&url),
            b"': ",
            &error.message,
            b". ",
            &hint(remedy, &[who.as_bytes()]),
        ];
        return Err(evaluation_error(message.concat()));
    }
    if state.settings.pure_eval && expected.is_none() {
        let words = "in pure evaluation mode, '{}' requires a 'sha256' argument";
        return Err(evaluation_error(hint(words, &[who.as_bytes()])));
    }
    Ok(Request { url, name, expected })
}

/// The last part of an address that is not empty; what is only slashes has none. `builtins.baseNameOf` passes over one
/// slash at most.
fn last_part(url: &[u8]) -> &[u8] {
    let end = url.iter().rposition(|byte| *byte != b'/').map_or(0, |last| last + 1);
    let start = url[..end].iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    &url[start..end]
}

/// Whether settings allow a URI: an allowed one equals it or is a prefix of it (`isAllowedURI`).
fn is_allowed(uri: &[u8], allowed: &[Vec<u8>]) -> bool {
    allowed.iter().any(|prefix| match uri.strip_prefix(prefix.as_slice()) {
        None => false,
        Some(b"") => true,
        Some(_) if prefix.is_empty() => false,
        Some(rest) => prefix.ends_with(b"/") || rest.starts_with(b"/") || is_scheme(prefix),
    })
}

/// Whether a prefix allows a whole scheme, as in `https:`.
fn is_scheme(prefix: &[u8]) -> bool {
    let Some((b':', scheme)) = prefix.split_last() else { return false };
    let is_in_scheme = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(byte);
    scheme.first().is_some_and(u8::is_ascii_lowercase) && scheme.iter().all(is_in_scheme)
}

/// Fails if a restricted evaluation may not fetch a URI (`checkURI`).
pub(super) fn check_uri(state: &State<'_>, uri: &[u8]) -> Result<(), Failure> {
    if !state.settings.restrict_eval || is_allowed(uri, &state.settings.allowed_uris) {
        return Ok(());
    }
    if uri.starts_with(b"/") {
        return Ok(state.world.io.check_access(&paths::canonical(uri))?);
    }
    if let Some(path) = local_file(state, uri)? {
        return Ok(state.world.io.check_access(&path)?);
    }
    let words = "access to URI '{}' is forbidden in restricted mode";
    Err(evaluation_error(hint(words, &[uri])))
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    /// As the documentation of `allowed-uris` in the reference has it, and `isAllowedURI` does it.
    #[test]
    fn prefixes_end_at_components() {
        let check = |prefix: &str, uri: &str, expected: bool| {
            assert_eq!(is_allowed(uri.as_bytes(), &[prefix.into()]), expected, "{prefix} {uri}");
        };
        check("https://github.co", "https://github.com", false);
        check("https://github.com", "https://github.com/a", true);
        check("https://github.com/", "https://github.com/a", true);
        check("https:", "https://github.com/a", true);
        check("https", "https://github.com/a", false);
        check("", "https://github.com/a", false);
    }
}
