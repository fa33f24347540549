//! Flake references: `nixpkgs/branch`, URLs, and paths (`libflake/flakeref.cc`).

use std::collections::BTreeMap;

use super::url::{Authority, Url, decode_query, parts_of_file_path, percent_decode};
use super::{Attributes, Input, Reader, Refusal, git_name};

/// A flake: an input, and the folder in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlakeReference {
    /// What is to be fetched.
    pub input: Input,
    /// The folder in it; empty for its root.
    pub folder: Vec<u8>,
}

impl FlakeReference {
    /// Parses a flake reference by itself: a path in it is absolute, and there is no fragment.
    pub fn parse(text: &[u8], reader: &Reader<'_>) -> Result<FlakeReference, Refusal> {
        FlakeReference::parse_with(text, true, false, reader)
    }

    /// Parses the reference of an input of a flake: a path in it may be relative to that flake. What is no flake itself
    /// (`is_tree` is false) may be a single file.
    pub fn parse_input(text: &[u8], is_tree: bool, reader: &Reader<'_>) -> Result<FlakeReference, Refusal> {
        FlakeReference::parse_with(text, is_tree, true, reader)
    }

    fn parse_with(
        text: &[u8],
        is_tree: bool,
        keeps_relative: bool,
        reader: &Reader<'_>,
    ) -> Result<FlakeReference, Refusal> {
        let (reference, fragment) = match parse_id(text, reader)? {
            Some(found) => found,
            None => match from_url_text(text, is_tree, reader) {
                Ok(found) => found,
                Err(refusal) if refusal.is_bad_url => parse_path(text, keeps_relative, is_tree, reader)?,
                Err(refusal) => return Err(refusal),
            },
        };
        if !fragment.is_empty() {
            return Err(Refusal::other("unexpected fragment '{}' in flake reference '{}'", &[&fragment, text]));
        }
        Ok(reference)
    }

    /// The reference that attributes mean.
    pub fn from_attributes(mut attributes: Attributes, reader: &Reader<'_>) -> Result<FlakeReference, Refusal> {
        let all = attributes.clone();
        attributes.0.remove(&b"dir"[..]);
        let input = Input::from_attributes(attributes, reader)?;
        Ok(FlakeReference { input, folder: all.text("dir")?.unwrap_or_default().to_vec() })
    }

    /// The attributes that mean this.
    pub fn to_attributes(&self) -> Attributes {
        let mut attributes = self.input.attributes.clone();
        if !self.folder.is_empty() && !attributes.has(b"dir") {
            attributes.set_text(b"dir", self.folder.clone());
        }
        attributes
    }

    /// The text that means this.
    pub fn to_text(&self, reader: &Reader<'_>) -> Result<Vec<u8>, Refusal> {
        let mut more = BTreeMap::new();
        if !self.folder.is_empty() {
            more.insert(b"dir".to_vec(), self.folder.clone());
        }
        self.input.to_text(&more, reader)
    }
}

type Found = (FlakeReference, Vec<u8>);

fn from_url(mut url: Url, is_tree: bool, reader: &Reader<'_>) -> Result<Found, Refusal> {
    let folder = url.query.remove(&b"dir"[..]).unwrap_or_default();
    let fragment = std::mem::take(&mut url.fragment);
    Ok((FlakeReference { input: Input::from_url(&url, is_tree, reader)?, folder }, fragment))
}

/// `ID`, `ID/BRANCH`, `ID/COMMIT`, `ID/BRANCH/COMMIT`.
fn parse_id(text: &[u8], reader: &Reader<'_>) -> Result<Option<Found>, Refusal> {
    let hash = text.iter().position(|byte| *byte == b'#');
    let (path, fragment) = match hash {
        Some(hash) => (&text[..hash], &text[hash + 1..]),
        None => (text, &b""[..]),
    };
    let id_end = path.iter().position(|byte| *byte == b'/').unwrap_or(path.len());
    let (id, rest) = path.split_at(id_end);
    let is_id = id.first().is_some_and(u8::is_ascii_alphabetic)
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte));
    let is_rest = rest.is_empty() || git_name::matches_pattern(&rest[1..]);
    if !is_id || !is_rest || !is_fragment(fragment) {
        return Ok(None);
    }
    let path = path.split(|byte| *byte == b'/').map(<[u8]>::to_vec).collect();
    let url = Url { scheme: b"flake".to_vec(), path, ..Url::default() };
    let reference = FlakeReference { input: Input::from_url(&url, true, reader)?, folder: Vec::new() };
    Ok(Some((reference, percent_decode(fragment)?)))
}

fn is_fragment(text: &[u8]) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'\"()*+,;=:@/? ^".contains(&byte);
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match (byte, after) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => after,
            (b'%', _) => return false,
            _ if is_allowed(byte) => after,
            _ => return false,
        };
    }
    true
}

fn from_url_text(text: &[u8], is_tree: bool, reader: &Reader<'_>) -> Result<Found, Refusal> {
    from_url(Url::parse(text, true, reader)?, is_tree, reader)
}

fn parse_path(text: &[u8], keeps_relative: bool, is_tree: bool, reader: &Reader<'_>) -> Result<Found, Refusal> {
    let (before, fragment) = match text.iter().position(|byte| *byte == b'#') {
        Some(hash) => (&text[..hash], &text[hash + 1..]),
        None => (text, &b""[..]),
    };
    // The reference's pattern lets a fragment be of one line only.
    if fragment.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
        return Err(Refusal::other("invalid flakeref '{}'", &[text]));
    }
    let (path, query) = match before.iter().position(|byte| *byte == b'?') {
        Some(mark) => (&before[..mark], &before[mark + 1..]),
        None => (before, &b""[..]),
    };
    let query = decode_query(query, reader)?;
    let fragment = percent_decode(fragment)?;
    let is_absolute = path.starts_with(b"/");
    if !is_absolute && !keeps_relative {
        return Err(Refusal::bad_url("flake reference '{}' is not an absolute path", &[text]));
    }
    let authority = is_absolute.then(Authority::default);
    let path = parts_of_file_path(path);
    from_url(Url { scheme: b"path".to_vec(), authority, path, query, fragment }, is_tree, reader)
}
