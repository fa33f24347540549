//! Checks names of branches and tags, and commit hashes.

/// Whether `name` is the hash of a commit.
pub fn is_revision(name: &[u8]) -> bool {
    name.len() == 40 && name.iter().all(u8::is_ascii_hexdigit)
}

/// Whether the reference's pattern for names of branches and tags matches all of `name` (`refRegex`).
pub fn matches_pattern(name: &[u8]) -> bool {
    let first = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'@';
    let other = |byte: &u8| byte.is_ascii_alphanumeric() || b"_./@+-".contains(byte);
    name.split_first().is_some_and(|(start, rest)| first(*start) && rest.iter().all(other))
}

/// Whether Git takes `name` for a branch, a tag or a full reference (`isLegalRefName`, which asks libgit2).
pub fn is_legal(name: &[u8]) -> bool {
    // The reference hands a C string on.
    let name = &name[..name.iter().position(|byte| *byte == 0).unwrap_or(name.len())];
    if name == b"@" || name.contains(&0x7f) || name.ends_with(b".") {
        return false;
    }
    let segments: Vec<&[u8]> = name.split(|byte| *byte == b'/').collect();
    // What starts with a dash can be a full reference only, and that has several segments.
    segments.iter().all(|segment| is_segment(segment)) && (!name.starts_with(b"-") || segments.len() > 1)
}

fn is_segment(segment: &[u8]) -> bool {
    let is_character = |byte: &u8| *byte > b' ' && !b"~^:\\?[*".contains(byte);
    !segment.is_empty()
        && !segment.starts_with(b".")
        && !segment.ends_with(b".lock")
        && segment.iter().all(is_character)
        && !segment.windows(2).any(|pair| matches!(pair, b".." | b"@{"))
}
