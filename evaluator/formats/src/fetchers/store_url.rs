//! What the URL of a store says of the store: where it is, and parameters that the reference would refuse.

use std::cell::RefCell;

use super::Reader;
use super::url::decode_query;
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use crate::settings::Settings;
use crate::settings::parse::{absolute_path, store_scheme};

/// What a parameter must be.
enum Kind {
    Path,
    Number,
    Boolean,
    Words,
}

/// The parameters of a store that holds nothing, in the order in which the reference reads them.
const PARAMETERS: [(&[u8], Kind); 7] = [
    (b"store", Kind::Path),
    (b"path-info-cache-size", Kind::Number),
    (b"trusted", Kind::Boolean),
    (b"priority", Kind::Number),
    (b"want-mass-query", Kind::Boolean),
    (b"system-features", Kind::Words),
    (b"read-only", Kind::Boolean),
];

const BOOLEANS: [&[u8]; 6] = [b"true", b"yes", b"1", b"false", b"no", b"0"];

fn usage(words: &str, arguments: &[&[u8]]) -> Box<Error> {
    Error::new(ErrorKind::Usage, hint(words, arguments))
}

/// Where a store is that is opened by `url`, with warnings of parameters that it does not have. The parameters of
/// a store that holds nothing (`dummy://`) are checked; of another, only its place is looked at.
pub fn open_store(settings: &mut Settings, url: &[u8]) -> Result<Vec<u8>, Box<Error>> {
    let mut place = absolute_path(&settings.store_dir)?;
    let Some(scheme) = store_scheme(url) else { return Ok(place) };
    let is_dummy = scheme == b"dummy";
    let rest = url[scheme.len() + 1..].split(|byte| *byte == b'#').next().unwrap_or_default();
    let mark = rest.iter().position(|byte| *byte == b'?').unwrap_or(rest.len());
    let authority = rest[..mark].strip_prefix(b"//").unwrap_or(&rest[..mark]);
    if is_dummy && !authority.is_empty() {
        return Err(usage("`{}` store URIs must not contain an authority part {}", &[scheme, authority]));
    }
    let warnings = RefCell::new(Vec::new());
    let warn = |text: &[u8]| warnings.borrow_mut().push(text.to_vec());
    let reader = Reader { features: settings.experimental_features, warn: &warn };
    let query = rest.get(mark + 1..).unwrap_or_default();
    let mut parameters = decode_query(query, &reader).map_err(|refusal| refusal.error)?;
    for (name, kind) in PARAMETERS {
        let Some(value) = parameters.remove(name) else { continue };
        match kind {
            Kind::Path if value.is_empty() => {
                return Err(usage("setting '{}' is a path and paths cannot be empty", &[name]));
            }
            Kind::Path => place = absolute_path(&value)?,
            _ if !is_dummy => {}
            Kind::Number if std::str::from_utf8(&value).ok().and_then(|text| text.parse::<i64>().ok()).is_none() => {
                return Err(usage("setting '{}' has invalid value '{}'", &[name, &value]));
            }
            Kind::Boolean if !BOOLEANS.contains(&value.as_slice()) => {
                return Err(usage("Boolean setting '{}' has invalid value '{}'", &[name, &value]));
            }
            Kind::Number | Kind::Boolean | Kind::Words => {}
        }
    }
    let unknown = parameters.into_keys().filter(|_| is_dummy);
    let unknown = unknown.map(|name| [b"unknown setting '", name.as_slice(), b"'"].concat());
    for warning in warnings.into_inner().into_iter().chain(unknown) {
        settings.warn(warning);
    }
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_the_urls_or_the_environments() {
        let place = |url: &str| open_store(&mut Settings::default(), url.as_bytes()).ok();
        let at = |text: &str| Some(text.as_bytes().to_vec());
        assert_eq!(place("dummy://"), at("/nix/store"));
        assert_eq!(place("dummy://?store=/q/../r/"), at("/r"));
        assert_eq!(place("auto"), at("/nix/store"));
        for refused in
            ["dummy://?store=q", "dummy://?store=", "dummy://a", "dummy://?read-only=x", "dummy://?priority=x"]
        {
            assert_eq!(place(refused), None, "{refused}");
        }
    }
}
