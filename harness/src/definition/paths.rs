//! Paths as text.

/// A path without `.`, `..` and needless slashes. It is taken as absolute.
pub(super) fn canonical(path: &[u8]) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let mut out = Vec::new();
    for part in &parts {
        out.push(b'/');
        out.extend_from_slice(part);
    }
    if parts.is_empty() {
        out.push(b'/');
    }
    out
}

/// The absolute path of a literal in a source of this folder.
pub(super) fn absolute(literal: &[u8], folder: &[u8]) -> Vec<u8> {
    match literal.first() {
        Some(b'/') => canonical(literal),
        _ => canonical(&[folder, b"/", literal].concat()),
    }
}
