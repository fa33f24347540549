//! What the URL of a store says of the store: where it is, and parameters that the reference would refuse.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::Reader;
use super::url::{decode_query, percent_decode};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use crate::io::{Io, paths};
use crate::settings::parse::{absolute_path, store_scheme};
use crate::settings::{Feature, Settings};
use crate::store::{Holding, OpenedStore};

/// What a parameter must be.
#[derive(Clone, Copy)]
enum Kind {
    Path,
    Number,
    Boolean,
    Words,
}

/// The parameters that every store has.
const COMMON: [(&str, Kind); 6] = [
    ("store", Kind::Path),
    ("path-info-cache-size", Kind::Number),
    ("trusted", Kind::Boolean),
    ("priority", Kind::Number),
    ("want-mass-query", Kind::Boolean),
    ("system-features", Kind::Words),
];
/// Further parameters of a store in memory.
const OF_MEMORY: [(&str, Kind); 1] = [("read-only", Kind::Boolean)];
/// Further parameters of a store in folders of the machine.
const OF_FOLDER: [(&str, Kind); 9] = [
    ("root", Kind::Path),
    ("state", Kind::Path),
    ("log", Kind::Path),
    ("real", Kind::Path),
    ("require-sigs", Kind::Boolean),
    ("read-only", Kind::Boolean),
    ("build-dir", Kind::Path),
    ("ignore-gc-delete-failure", Kind::Boolean),
    ("use-roots-daemon", Kind::Boolean),
];
/// Further parameters of a daemon's store.
const OF_DAEMON: [(&str, Kind); 6] = [
    ("max-connections", Kind::Number),
    ("max-connection-age", Kind::Number),
    ("root", Kind::Path),
    ("state", Kind::Path),
    ("log", Kind::Path),
    ("real", Kind::Path),
];

const TRUE: [&[u8]; 3] = [b"true", b"yes", b"1"];
const FALSE: [&[u8]; 3] = [b"false", b"no", b"0"];

/// The surroundings in which a store is opened.
pub struct Surroundings<'s> {
    /// The machine's files.
    pub io: &'s dyn Io,
    /// The folder of relative paths.
    pub current_dir: &'s [u8],
    /// Where Nix keeps its state.
    pub state: Vec<u8>,
    /// Where a daemon listens.
    pub socket: Vec<u8>,
    /// The user's own store, if `auto` may mean that: not for root, and not where the environment names folders.
    pub own_store: Option<Vec<u8>>,
}

impl Surroundings<'_> {
    fn exists(&self, path: &[u8]) -> bool {
        self.io.symlink_metadata(path).is_ok()
    }
}

fn usage(words: &str, arguments: &[&[u8]]) -> Box<Error> {
    Error::new(ErrorKind::Usage, hint(words, arguments))
}

type Parameters = BTreeMap<Vec<u8>, Vec<u8>>;

/// Checks the parameters that `known` lists, and warns of others.
fn check(settings: &mut Settings, parameters: &Parameters, known: &[(&str, Kind)]) -> Result<(), Box<Error>> {
    for (name, kind) in COMMON.iter().chain(known) {
        let name = name.as_bytes();
        let Some(value) = parameters.get(name) else { continue };
        match kind {
            Kind::Path if value.is_empty() => {
                return Err(usage("setting '{}' is a path and paths cannot be empty", &[name]));
            }
            Kind::Path => drop(absolute_path(value)?),
            Kind::Number if std::str::from_utf8(value).ok().and_then(|text| text.parse::<i64>().ok()).is_none() => {
                return Err(usage("setting '{}' has invalid value '{}'", &[name, value]));
            }
            Kind::Boolean if !TRUE.contains(&value.as_slice()) && !FALSE.contains(&value.as_slice()) => {
                return Err(usage("Boolean setting '{}' has invalid value '{}'", &[name, value]));
            }
            Kind::Number | Kind::Boolean | Kind::Words => {}
        }
    }
    let is_known = |name: &[u8]| COMMON.iter().chain(known).any(|(known, _)| known.as_bytes() == name);
    for name in parameters.keys().filter(|name| !is_known(name)) {
        settings.warn([b"unknown setting '", name.as_slice(), b"'"].concat());
    }
    Ok(())
}

fn is_true(parameters: &Parameters, name: &[u8]) -> Option<bool> {
    parameters.get(name).map(|value| TRUE.contains(&value.as_slice()))
}

/// The part of a store's reference before its parameters, and those, with a warning of each that is no parameter.
fn split(settings: &mut Settings, url: &[u8]) -> Result<(Vec<u8>, Parameters), Box<Error>> {
    let url = match store_scheme(url) {
        Some(_) => url.split(|byte| *byte == b'#').next().unwrap_or_default(),
        None => url,
    };
    let mark = url.iter().position(|byte| *byte == b'?').unwrap_or(url.len());
    let warnings = RefCell::new(Vec::new());
    let warn = |text: &[u8]| warnings.borrow_mut().push(text.to_vec());
    let reader = Reader { features: settings.experimental_features, warn: &warn };
    let query = url.get(mark + 1..).unwrap_or_default();
    let parameters = decode_query(query, &reader).map_err(|refusal| refusal.error)?;
    warnings.into_inner().into_iter().for_each(|warning| settings.warn(warning));
    Ok((url[..mark].to_vec(), parameters))
}

/// The store that `url` refers to. `surroundings` are asked for only where they matter.
pub fn open_store<'s>(
    settings: &mut Settings,
    url: &[u8],
    surroundings: &dyn Fn() -> Surroundings<'s>,
) -> Result<OpenedStore, Box<Error>> {
    let default = absolute_path(&settings.store_dir)?;
    if url == b"dummy://" {
        return Ok(OpenedStore { folder: default, ..OpenedStore::default() });
    }
    let scheme = store_scheme(url).map(<[u8]>::to_vec);
    let is_local = scheme.is_none() || scheme.as_deref() == Some(b"local");
    if !is_local && !matches!(scheme.as_deref(), Some(b"dummy" | b"unix")) {
        // Of others only the place is looked at.
        let place = split(settings, url).ok().and_then(|(_, mut parameters)| parameters.remove(&b"store"[..]));
        let folder = place.and_then(|place| absolute_path(&place).ok()).unwrap_or(default);
        return Ok(OpenedStore { folder, uri: url.to_vec(), holding: Holding::Nothing });
    }
    let (base, parameters) = split(settings, url)?;
    let rest = scheme.as_ref().map_or(&base[..], |scheme| &base[scheme.len() + 1..]);
    let authority = rest.strip_prefix(b"//").unwrap_or(rest);
    let folder = match parameters.get(&b"store"[..]) {
        Some(place) if !place.is_empty() => absolute_path(place)?,
        _ => default,
    };
    let named = match (scheme.as_deref(), &base[..]) {
        (Some(b"dummy"), _) => {
            if !authority.is_empty() {
                return Err(usage("`{}` store URIs must not contain an authority part {}", &[b"dummy", authority]));
            }
            check(settings, &parameters, &OF_MEMORY)?;
            let holding = match is_true(&parameters, b"read-only") {
                Some(false) => Holding::Memory,
                _ => Holding::Nothing,
            };
            return Ok(OpenedStore { folder, uri: b"dummy://".to_vec(), holding });
        }
        (Some(b"unix"), _) => return daemon(settings, folder, authority, &parameters, &surroundings()),
        (Some(_), _) => Some(percent_decode(authority).unwrap_or_else(|_| authority.to_vec())),
        (None, b"daemon") => return daemon(settings, folder, b"", &parameters, &surroundings()),
        (None, b"" | b"auto") => {
            let surroundings = surroundings();
            let state = parameters.get(&b"state"[..]).unwrap_or(&surroundings.state);
            let is_there = surroundings.exists(state) || surroundings.exists(&surroundings.socket);
            match surroundings.own_store.clone().filter(|_| !is_there && parameters.is_empty()) {
                Some(own) => {
                    if !surroundings.exists(&own) {
                        let words = "\"{}\" does not exist, so Nix will use \"{}\" as a chroot store";
                        settings.warn(crate::errors::highlight::plain(words, &[state, &own]));
                    }
                    Some(own)
                }
                None => None,
            }
        }
        (None, b"local") => None,
        (None, path) => Some(paths::absolute(path, surroundings().current_dir)),
    };
    check(settings, &parameters, &OF_FOLDER)?;
    if is_true(&parameters, b"read-only") == Some(true) {
        settings.experimental_features.require(Feature::ReadOnlyLocalStore)?;
    }
    let named = named.filter(|path| !path.is_empty()).map(|path| paths::canonical(&path));
    Ok(in_folder(folder, named, &parameters))
}

/// A store whose objects are in a folder of the machine.
fn in_folder(folder: Vec<u8>, named: Option<Vec<u8>>, parameters: &Parameters) -> OpenedStore {
    let given = |name: &[u8]| parameters.get(name).map(|path| paths::canonical(path));
    let root = given(b"root").or(named);
    let real = given(b"real").or_else(|| root.map(|root| paths::append(&root, b"/nix/store")));
    let real = real.unwrap_or_else(|| folder.clone());
    OpenedStore { folder, uri: b"local".to_vec(), holding: Holding::Folder(real) }
}

/// A daemon's store. Nothing here talks to a daemon: what it holds is in a folder that everybody may read.
fn daemon(
    settings: &mut Settings,
    folder: Vec<u8>,
    authority: &[u8],
    parameters: &Parameters,
    surroundings: &Surroundings<'_>,
) -> Result<OpenedStore, Box<Error>> {
    check(settings, parameters, &OF_DAEMON)?;
    let socket = match authority {
        b"" => surroundings.socket.clone(),
        path => percent_decode(path).unwrap_or_else(|_| path.to_vec()),
    };
    if surroundings.exists(&socket) {
        return Ok(in_folder(folder, None, parameters));
    }
    Ok(OpenedStore { folder, uri: b"daemon".to_vec(), holding: Holding::Unreachable(socket) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::InMemory;

    fn open(url: &str) -> Option<(String, Holding)> {
        let io = InMemory::new().file("/state/daemon", "");
        let surroundings = || Surroundings {
            io: &io,
            current_dir: b"/here",
            state: b"/state".to_vec(),
            socket: b"/state/daemon".to_vec(),
            own_store: Some(b"/home/root".to_vec()),
        };
        let store = open_store(&mut Settings::default(), url.as_bytes(), &surroundings).ok()?;
        Some((String::from_utf8(store.folder).unwrap(), store.holding))
    }

    #[test]
    fn the_place_is_the_urls_or_the_environments() {
        let place = |url: &str| open(url).map(|(folder, _)| folder);
        let at = |text: &str| Some(text.to_owned());
        assert_eq!(place("dummy://"), at("/nix/store"));
        assert_eq!(place("dummy://?store=/q/../r/"), at("/r"));
        assert_eq!(place("auto"), at("/nix/store"));
        for refused in
            ["dummy://?store=q", "dummy://?store=", "dummy://a", "dummy://?read-only=x", "dummy://?priority=x"]
        {
            assert_eq!(place(refused), None, "{refused}");
        }
    }

    /// Where the reference, asked with each of these, put `builtins.toFile`.
    #[test]
    fn objects_are_in_the_folder_that_the_url_names() {
        let holding = |url: &str| open(url).map(|(_, holding)| holding);
        let folder = |path: &str| Some(Holding::Folder(path.as_bytes().to_vec()));
        assert_eq!(holding("dummy://"), Some(Holding::Nothing));
        assert_eq!(holding("dummy://?read-only=false"), Some(Holding::Memory));
        for url in ["auto", "local", "local://", "daemon", "unix:///state/daemon"] {
            assert_eq!(holding(url), folder("/nix/store"), "{url}");
        }
        for url in ["local?root=/r", "/r", "local:///r", "../r"] {
            assert_eq!(holding(url), folder("/r/nix/store"), "{url}");
        }
        assert_eq!(holding("local?real=/s&store=/t"), folder("/s"));
        assert_eq!(holding("local?root=r"), None);
        assert_eq!(holding("unix:///no/where"), Some(Holding::Unreachable(b"/no/where".to_vec())));
    }
}
