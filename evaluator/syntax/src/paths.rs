//! Turns a path literal into an absolute, canonical path.

#![forbid(unsafe_code)]

use crate::io::paths;

/// The path of a literal that is absolute or relative to `base`. A final slash stays, because the text of an
/// interpolation will follow it.
pub fn resolve(literal: &[u8], base: &[u8]) -> Vec<u8> {
    let mut path = paths::absolute(literal, base);
    if literal.len() > 1 && literal.ends_with(b"/") {
        path.push(b'/');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_as_recorded_from_the_reference() {
        let check = |literal: &str, base: &str, expected: &str| {
            let path = resolve(literal.as_bytes(), base.as_bytes());
            assert_eq!(String::from_utf8(path).unwrap(), expected, "{literal} in {base}");
        };
        check("./a", "/b/c", "/b/c/a");
        check("../a", "/b/c", "/b/a");
        check("../../../../a", "/b/c", "/a");
        check("./.", "/b/c", "/b/c");
        check("./..", "/b", "/");
        check("/a/b/./c/../d", "/x", "/a/b/d");
        check("./", "/b", "/b/");
        check("/", "/b", "/");
        check("./", "/", "//");
    }
}
