//! Names of files as the system takes them. An evaluation knows bytes. On Unix they are the name; elsewhere names are
//! text, and bytes that are not UTF-8 name nothing.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// What the system is told for these bytes. Elsewhere than on Unix, what is not UTF-8 becomes a name that the system
/// refuses.
pub fn text(bytes: &[u8]) -> &OsStr {
    #[cfg(unix)]
    {
        std::os::unix::ffi::OsStrExt::from_bytes(bytes)
    }
    #[cfg(not(unix))]
    {
        OsStr::new(std::str::from_utf8(bytes).unwrap_or("\0"))
    }
}

/// The path that these bytes name; see [`text`].
pub fn path(bytes: &[u8]) -> &Path {
    Path::new(text(bytes))
}

/// The bytes of a name, or of a path as an [`OsStr`]. The opposite of [`text`].
pub fn bytes(name: &OsStr) -> &[u8] {
    name.as_encoded_bytes()
}

/// The same of a name that is not needed any more.
pub fn into_bytes(name: OsString) -> Vec<u8> {
    name.into_encoded_bytes()
}
