//! Paths as bytes. Nothing here looks at a file.
//!
//! A *canonical* path starts with a slash, has no empty, `.` or `..` component, and no slash at its end; the root is
//! `/` itself (the reference's `CanonPath`). `..` goes to the parent in the text, never through a link.

use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};

/// The components of a path. Empty ones are left out; `.` and `..` stay as they are.
pub fn components(path: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/').filter(|component| !component.is_empty())
}

/// The canonical form of `path`, relative to the root: `a/../b` is `/b`.
pub fn canonical(path: &[u8]) -> Vec<u8> {
    extend(Vec::new(), path)
}

/// The canonical form of `path`, relative to the folder `root`, which is canonical itself; an absolute `path` ignores
/// it. It equals both the reference's `CanonPath(path, root)` and its `absPath` without links.
pub fn absolute(path: &[u8], root: &[u8]) -> Vec<u8> {
    if path.starts_with(b"/") {
        return canonical(path);
    }
    let mut start = Vec::with_capacity(root.len() + path.len() + 1);
    if is_plainly_canonical(root) {
        start.extend_from_slice(root);
    } else {
        start = extend(start, root);
    }
    extend(start, path)
}

/// Whether a path is canonical and none of its components starts with a dot.
fn is_plainly_canonical(path: &[u8]) -> bool {
    path.starts_with(b"/") && !path.ends_with(b"/") && !path.windows(2).any(|pair| matches!(pair, b"//" | b"/."))
}

fn extend(mut result: Vec<u8>, path: &[u8]) -> Vec<u8> {
    if result == b"/" {
        result.clear();
    }
    for component in components(path) {
        match component {
            b"." => {}
            b".." => result.truncate(result.iter().rposition(|byte| *byte == b'/').unwrap_or(0)),
            _ => {
                result.push(b'/');
                result.extend_from_slice(component);
            }
        }
    }
    if result.is_empty() {
        result.push(b'/');
    }
    result
}

/// Fails if a path holds a NUL, which no file system can name. The reference checks before it turns a string into a
/// path.
pub fn check_no_nul(path: &[u8]) -> Result<(), Box<Error>> {
    if !path.contains(&0) {
        return Ok(());
    }
    let shown: Vec<u8> = path
        .iter()
        .flat_map(|byte| if *byte == 0 { "␀".as_bytes() } else { std::slice::from_ref(byte) })
        .copied()
        .collect();
    let message = hint("path segment '{}' must not contain null (\\0) bytes", &[&shown]);
    Err(Error::new(ErrorKind::Evaluation, message))
}

/// A canonical path with one more component.
pub fn join(path: &[u8], component: &[u8]) -> Vec<u8> {
    if path == b"/" { [b"/", component].concat() } else { [path, b"/", component].concat() }
}

/// Appends a canonical `suffix` of several components to a canonical path.
pub fn append(path: &[u8], suffix: &[u8]) -> Vec<u8> {
    match (path, suffix) {
        (_, b"/") => path.to_vec(),
        (b"/", _) => suffix.to_vec(),
        _ => [path, suffix].concat(),
    }
}

/// A canonical path as messages and printed values show it. Files that come with the evaluator are shown in brackets.
pub fn displayed(path: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    match path.strip_prefix(super::built_in::FOLDER) {
        Some(b"") => b"<nix/>".as_slice().into(),
        Some(rest) if rest.starts_with(b"/") => [b"<nix", rest, b">"].concat().into(),
        _ => path.into(),
    }
}

/// The path that [`displayed`] shows so.
pub fn undisplayed(path: &[u8]) -> &[u8] {
    path.strip_prefix(b"<nix").and_then(|rest| rest.strip_suffix(b">")).unwrap_or(path)
}

/// Whether a path is in the folder of files that come with the evaluator, or is that folder.
pub fn is_built_in(path: &[u8]) -> bool {
    inside_built_in(path) != path
}

/// The path of a file that comes with the evaluator among those files; any other path stays as it is.
pub fn inside_built_in(path: &[u8]) -> &[u8] {
    match path.strip_prefix(super::built_in::FOLDER) {
        Some(b"") => b"/",
        Some(rest) if rest.starts_with(b"/") => rest,
        _ => path,
    }
}

/// The parent folder of a canonical path; the root has none.
pub fn parent(path: &[u8]) -> Option<&[u8]> {
    let slash = path.iter().rposition(|byte| *byte == b'/')?;
    match (path, slash) {
        (b"/", _) => None,
        (_, 0) => Some(b"/"),
        _ => Some(&path[..slash]),
    }
}

/// The last component of a canonical path; the root has none.
pub fn file_name(path: &[u8]) -> Option<&[u8]> {
    components(path).next_back()
}

/// The default name of a path in the store.
pub fn name_in_store(path: &[u8]) -> &[u8] {
    file_name(inside_built_in(path)).unwrap_or(b"source")
}

/// Whether a canonical path is `folder` or is inside it.
pub fn is_within(path: &[u8], folder: &[u8]) -> bool {
    folder == b"/" || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
}

/// The result of `builtins.baseNameOf`: what follows the last slash. One slash at the end is ignored.
pub fn base_name_of(path: &[u8]) -> &[u8] {
    let path = match path {
        [start @ .., b'/'] if !start.is_empty() => start,
        _ => path,
    };
    &path[path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1)..]
}

/// The result of `builtins.dirOf` for a string. (For a path value it is [`parent`], and the root for the root.)
pub fn directory_of(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|byte| *byte == b'/') {
        None => b".",
        Some(0) => b"/",
        Some(slash) => &path[..slash],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: impl AsRef<[u8]>) -> String {
        String::from_utf8_lossy(bytes.as_ref()).into_owned()
    }

    /// From `map baseNameOf […]` and `map dirOf […]` in the reference.
    #[test]
    fn parts_of_strings() {
        for (path, base, directory) in [
            ("", "", "."),
            ("/", "", "/"),
            ("//", "", "/"),
            ("a", "a", "."),
            ("a/", "a", "a"),
            ("a//", "", "a/"),
            ("/a", "a", "/"),
            ("a/b", "b", "a"),
            ("a/b//", "", "a/b/"),
            (".", ".", "."),
        ] {
            assert_eq!(text(base_name_of(path.as_bytes())), base, "baseNameOf {path}");
            assert_eq!(text(directory_of(path.as_bytes())), directory, "dirOf {path}");
        }
    }

    /// From `/a + "…"` in the reference.
    #[test]
    fn canonical_paths() {
        for (path, expected) in [
            ("/ab/../../../c", "/c"),
            ("/../.", "/"),
            ("/a/./..b/.c/...", "/a/..b/.c/..."),
            ("/a//b/../c/.", "/a/c"),
            ("x//y/", "/x/y"),
            ("", "/"),
        ] {
            assert_eq!(text(canonical(path.as_bytes())), expected, "{path}");
        }
        assert_eq!(text(absolute(b"../c/./d", b"/a/b")), "/a/c/d");
        assert_eq!(text(absolute(b"/c", b"/a/b")), "/c");
        assert_eq!(text(absolute(b"c", b"/")), "/c");
    }

    #[test]
    fn folders_of_canonical_paths() {
        assert_eq!((parent(b"/"), parent(b"/a"), parent(b"/a/b")), (None, Some(&b"/"[..]), Some(&b"/a"[..])));
        assert_eq!((file_name(b"/"), file_name(b"/a/b")), (None, Some(&b"b"[..])));
        assert!(is_within(b"/a/b", b"/a") && is_within(b"/a", b"/a") && is_within(b"/a", b"/"));
        assert!(!is_within(b"/ab", b"/a") && !is_within(b"/", b"/a"));
        assert_eq!(text(append(b"/a", b"/b/c")), "/a/b/c");
        assert_eq!((text(append(b"/", b"/b")), text(append(b"/a", b"/"))), ("/b".into(), "/a".into()));
    }
}
