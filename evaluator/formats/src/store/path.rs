//! Store paths: which are valid, and which path an object gets (`libstore/path.cc`, `libstore/store-dir-config.cc`).

use std::collections::BTreeSet;
use std::fmt;

use super::content_address::{ContentAddress, Method};
use super::failure;
use crate::errors::Error;
use crate::hash::{Algorithm, Hash, HashFormat, nix32};

/// How a store derivation's name ends.
pub const DERIVATION_SUFFIX: &str = ".drv";

/// Digits of the hash at the start of a store path's base name.
const HASH_LENGTH: usize = 32;
/// The longest name an object may have.
const MAX_NAME_LENGTH: usize = 211;

/// The base name of a store path: a hash, one byte and a name. The byte is a dash in paths that Nix makes; any other is
/// accepted too.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StorePath(Box<str>);

impl fmt::Display for StorePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for StorePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl StorePath {
    /// The store path with this base name. Fails with the reference's message if it is not valid.
    pub fn new(base_name: &[u8]) -> Result<StorePath, Box<Error>> {
        if base_name.len() < HASH_LENGTH + 1 {
            return Err(failure(&[b"'", base_name, b"' is too short to be a valid store path"]));
        }
        let (hash, name) = (&base_name[..HASH_LENGTH], &base_name[HASH_LENGTH + 1..]);
        if let Some(digit) = hash.iter().find(|&&byte| !nix32::is_digit(byte)) {
            return Err(failure(&[
                b"store path '",
                base_name,
                b"' contains illegal base-32 character '",
                std::slice::from_ref(digit),
                b"'",
            ]));
        }
        if let Err(reason) = check_name(name) {
            let mut error = failure(&[b"path '", base_name, b"' is not a valid store path: "]);
            error.message.to_mut().extend_from_slice(&reason.message);
            return Err(error);
        }
        match std::str::from_utf8(base_name) {
            Ok(base_name) => Ok(StorePath(base_name.into())),
            // Only the byte between hash and name is unchecked. The reference would go on with a name that is not text;
            // ours are text.
            Err(_) => Err(failure(&[b"path '", base_name, b"' is not a valid store path: it is not UTF-8"])),
        }
    }

    /// The store path of `name` with `hash`, which must have 20 bytes.
    fn from_hash(hash: &Hash, name: &[u8]) -> Result<StorePath, Box<Error>> {
        StorePath::new(&[hash.to_text(HashFormat::Nix32, false).as_bytes(), b"-", name].concat())
    }

    /// The whole base name.
    pub fn base_name(&self) -> &str {
        &self.0
    }

    /// The hash as text.
    pub fn hash_part(&self) -> &str {
        &self.0[..HASH_LENGTH]
    }

    /// The name behind the hash.
    pub fn name(&self) -> &str {
        let separator = self.0[HASH_LENGTH..].chars().next().map_or(0, char::len_utf8);
        &self.0[HASH_LENGTH + separator..]
    }

    /// Whether the name is one of a store derivation.
    pub fn is_derivation(&self) -> bool {
        self.name().ends_with(DERIVATION_SUFFIX)
    }

    /// The derivation's name, without the suffix. Fails if the path is not a derivation's.
    pub fn derivation_name(&self) -> Result<&str, Box<Error>> {
        self.name()
            .strip_suffix(DERIVATION_SUFFIX)
            .ok_or_else(|| failure(&[b"store path '", self.0.as_bytes(), b"' is not a valid derivation path"]))
    }
}

/// Fails with the reference's message if `name` cannot be the name of a store object (`checkName`).
pub fn check_name(name: &[u8]) -> Result<(), Box<Error>> {
    if name.is_empty() {
        return Err(failure(&[b"name must not be empty"]));
    }
    if name.len() > MAX_NAME_LENGTH {
        return Err(failure(&[b"name '", name, b"' must be no longer than ", b"211", b" characters"]));
    }
    if matches!(name, b"." | b"..") {
        return Err(failure(&[b"name '", name, b"' is not valid"]));
    }
    for dots in [&b"."[..], b".."] {
        if name.strip_prefix(dots).is_some_and(|rest| rest.starts_with(b"-")) {
            let problem = b"' is not valid: first dash-separated component must not be '";
            return Err(failure(&[b"name '", name, problem, dots, b"'"]));
        }
    }
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_' | b'?' | b'=');
    match name.iter().find(|&&byte| !is_legal(byte)) {
        Some(byte) => {
            let character = std::slice::from_ref(byte);
            Err(failure(&[b"name '", name, b"' contains illegal character '", character, b"'"]))
        }
        None => Ok(()),
    }
}

/// The store's directory, and the paths in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreDirectory {
    path: String,
}

impl Default for StoreDirectory {
    fn default() -> Self {
        StoreDirectory::new("/nix/store")
    }
}

impl StoreDirectory {
    /// The store at `path`: absolute, without a slash at its end.
    pub fn new(path: impl Into<String>) -> Self {
        StoreDirectory { path: path.into() }
    }

    /// Its path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The absolute path of an object.
    pub fn print(&self, path: &StorePath) -> String {
        [&self.path, "/", path.base_name()].concat()
    }

    /// Whether `path` lies below the store; it need not be canonical or valid.
    pub fn contains(&self, path: &[u8]) -> bool {
        path.strip_prefix(self.path.as_bytes()).is_some_and(|rest| rest.len() > 1 && rest[0] == b'/')
    }

    /// The object that `path` names exactly (`parseStorePath`). `path` is made canonical first. Fails if it is not
    /// directly in the store, or not valid.
    pub fn parse(&self, path: &[u8]) -> Result<StorePath, Box<Error>> {
        let canonical = canonical(path)?;
        let slash = canonical.iter().rposition(|&byte| byte == b'/').expect("a canonical path is absolute");
        if &canonical[..slash] != self.path.as_bytes() {
            return Err(failure(&[b"path ", &quoted(&canonical), b" is not in the Nix store"]));
        }
        StorePath::new(&canonical[slash + 1..])
    }

    /// The object that contains `path`, and the rest of the path with its slash, or an empty rest (`toStorePath`).
    pub fn split<'a>(&self, path: &'a [u8]) -> Result<(StorePath, &'a [u8]), Box<Error>> {
        if !self.contains(path) {
            return Err(failure(&[b"path '", path, b"' is not in the Nix store"]));
        }
        let name_start = self.path.len() + 1;
        let end = path[name_start..].iter().position(|&byte| byte == b'/').map_or(path.len(), |at| name_start + at);
        Ok((self.parse(&path[..end])?, &path[end..]))
    }

    /// The path that an object gets from the three things that determine it (`makeStorePath`).
    pub fn make(&self, kind: &[u8], hash: &Hash, name: &[u8]) -> Result<StorePath, Box<Error>> {
        let hash = hash.to_text(HashFormat::Base16, true);
        let fingerprint = [kind, b":", hash.as_bytes(), b":", self.path.as_bytes(), b":", name].concat();
        StorePath::from_hash(&Hash::of(Algorithm::Sha256, &fingerprint).compressed(20), name)
    }

    /// The path of an input-addressed output (`makeOutputPath`).
    pub fn make_output(&self, output: &[u8], hash: &Hash, name: &[u8]) -> Result<StorePath, Box<Error>> {
        self.make(&[b"output:", output].concat(), hash, &output_path_name(name, output))
    }

    /// The path of a text, as `toFile` writes it, with the SHA-256 hash of its contents.
    pub fn make_text(
        &self,
        name: &[u8],
        contents: &Hash,
        references: &BTreeSet<StorePath>,
    ) -> Result<StorePath, Box<Error>> {
        self.make(&self.with_references("text", references), contents, name)
    }

    /// The path of an object addressed by its contents (`makeFixedOutputPathFromCA`). Fails where the method does not
    /// allow the references or the algorithm.
    pub fn make_content_addressed(
        &self,
        name: &[u8],
        address: &ContentAddress,
        references: &BTreeSet<StorePath>,
    ) -> Result<StorePath, Box<Error>> {
        let hash = &address.hash;
        if address.method == Method::Text {
            return self.make_text(name, hash, references);
        }
        if address.method == Method::Git && !matches!(hash.algorithm, Algorithm::Sha1 | Algorithm::Sha256) {
            let problem = b"Git file ingestion must use SHA-1 or SHA-256 hash, but instead using: ";
            return Err(failure(&[problem, hash.algorithm.name().as_bytes()]));
        }
        if address.method == Method::NixArchive && hash.algorithm == Algorithm::Sha256 {
            return self.make(&self.with_references("source", references), hash, name);
        }
        if !references.is_empty() {
            return Err(failure(&[
                b"fixed output derivation '",
                name,
                b"' is not allowed to refer to other store paths.\nYou may need to use the \
                  'unsafeDiscardReferences' derivation attribute, see the manual for more details.",
            ]));
        }
        let payload = format!("fixed:out:{}{}:", address.method.prefix(), hash.to_text(HashFormat::Base16, true));
        self.make(b"output:out", &Hash::of(Algorithm::Sha256, payload.as_bytes()), name)
    }

    fn with_references(&self, kind: &str, references: &BTreeSet<StorePath>) -> Vec<u8> {
        let mut kind = kind.to_owned();
        for reference in references {
            kind.push(':');
            kind.push_str(&self.print(reference));
        }
        kind.into_bytes()
    }
}

/// The name of the object that output `output` of a derivation named `name` becomes.
pub fn output_path_name(name: &[u8], output: &[u8]) -> Vec<u8> {
    if output == b"out" { name.to_vec() } else { [name, b"-", output].concat() }
}

/// Removes empty, `.` and `..` components and a final slash, as the reference's `canonPath` does.
fn canonical(path: &[u8]) -> Result<Vec<u8>, Box<Error>> {
    if path.first() != Some(&b'/') {
        return Err(failure(&[b"not an absolute path: ", &quoted(path)]));
    }
    let mut result: Vec<u8> = Vec::with_capacity(path.len());
    for component in path.split(|&byte| byte == b'/') {
        match component {
            b"" | b"." => {}
            b".." => result.truncate(result.iter().rposition(|&byte| byte == b'/').unwrap_or(0)),
            _ => {
                result.push(b'/');
                result.extend_from_slice(component);
            }
        }
    }
    if result.is_empty() {
        result.push(b'/');
    }
    Ok(result)
}

/// A path in quotes, as C++ streams print paths.
fn quoted(path: &[u8]) -> Vec<u8> {
    let mut text = vec![b'"'];
    for &byte in path {
        if matches!(byte, b'"' | b'\\') {
            text.push(b'\\');
        }
        text.push(byte);
    }
    text.push(b'"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Like `builtins.toFile name "x"`.
    #[track_caller]
    fn check_text(name: &str, expected: &str) {
        let store = StoreDirectory::default();
        let hash = Hash::of(Algorithm::Sha256, b"x");
        let result = match store.make_text(name.as_bytes(), &hash, &BTreeSet::new()) {
            Ok(path) => store.print(&path),
            Err(error) => error.plain_message(),
        };
        assert_eq!(result, expected);
    }

    #[test]
    fn names() {
        let invalid = |base: &str, reason: &str| format!("path '{base}' is not a valid store path: {reason}");
        check_text("a", "/nix/store/12wigjpizrn8axaqxj288q1b751qmwya-a");
        check_text(".a", "/nix/store/asd5znqvqny47n2kaa06zr46k6b2hx9h-.a");
        check_text("..a", "/nix/store/dzsk5b0ywvl3ccfchs3c51ab960kzixx-..a");
        check_text("+-._?=", "/nix/store/75h9477g7m6ha32cplxkm7gjx62lv1yj-+-._?=");
        check_text("a.drv", "/nix/store/cxpf2i4jc1shdv56kjzzp9i94gkx88wm-a.drv");
        check_text("", &invalid("9r1mh2rc3s3i33vpdw86kqqyvy9i1y4w-", "name must not be empty"));
        check_text(".", &invalid("1ka9gw6ddkrf0b8k65q7p46xbgb9wdr8-.", "name '.' is not valid"));
        check_text("..", &invalid("hv29bhyiqgqrrvfwnrc9gg9g9cw83k4b-..", "name '..' is not valid"));
        let dot = "name '.-a' is not valid: first dash-separated component must not be '.'";
        check_text(".-a", &invalid("g7wasvn73490h0wf91fi01lavjcr2ira-.-a", dot));
        let dots = "name '..-a' is not valid: first dash-separated component must not be '..'";
        check_text("..-a", &invalid("rwf19106d4i8i8ip3adrwm5wwcs8gvbj-..-a", dots));
        let space = "name 'a b' contains illegal character ' '";
        check_text("a b", &invalid("dm85kbl5cy82j2dzvy1874s14y3salv3-a b", space));
        let slash = "name 'a/b' contains illegal character '/'";
        check_text("a/b", &invalid("9d0sm13c3pj0msx6gd27izjkbmdnpbf2-a/b", slash));
        let byte = "name 'é' contains illegal character '\u{fffd}'";
        check_text("é", &invalid("fcwpaxmwcvmm1sss1scshna3sn7asxa4-é", byte));
        let longest = "a".repeat(211);
        check_text(&longest, &format!("/nix/store/yx91frwj9qkga75f8habg8q40arnqila-{longest}"));
        let longer = "a".repeat(212);
        let reason = format!("name '{longer}' must be no longer than 211 characters");
        check_text(&longer, &invalid(&format!("sk7z62nqxdj2sb8x397my8i4803lhvai-{longer}"), &reason));
    }

    #[test]
    fn splitting() {
        let check = |path: &str, expected: &str| {
            let result = match StoreDirectory::default().split(path.as_bytes()) {
                Ok((path, rest)) => format!("{path} {}", String::from_utf8_lossy(rest)),
                Err(error) => error.plain_message(),
            };
            assert_eq!(result, expected);
        };
        check("/foo", "path '/foo' is not in the Nix store");
        check("/nix/store", "path '/nix/store' is not in the Nix store");
        check("/nix/store/abc", "'abc' is too short to be a valid store path");
        let zeros = "00000000000000000000000000000000";
        check(&format!("/nix/store/{zeros}"), &format!("'{zeros}' is too short to be a valid store path"));
        let empty = format!("path '{zeros}-' is not a valid store path: name must not be empty");
        check(&format!("/nix/store/{zeros}-"), &empty);
        let letter = "store path '0000000000000000000000000000000e-a' contains illegal base-32 character 'e'";
        check("/nix/store/0000000000000000000000000000000e-a", letter);
        let letter = "store path '0000000000000000000000000000000A-a' contains illegal base-32 character 'A'";
        check("/nix/store/0000000000000000000000000000000A-a", letter);
        check(&format!("/nix/store/{zeros}-a"), &format!("{zeros}-a "));
        check(&format!("/nix/store/{zeros}xa"), &format!("{zeros}xa "));
        check(&format!("/nix/store/{zeros}-a/b"), &format!("{zeros}-a /b"));
    }
}
