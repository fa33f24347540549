//! The reference's error for a NUL byte in a string; strings never hold any.

use crate::errors::highlight::hint;

/// The message that refuses `string`, with each NUL shown as `␀`.
pub fn refusal(string: &[u8]) -> Vec<u8> {
    let mut shown = Vec::with_capacity(string.len());
    for &byte in string {
        match byte {
            0 => shown.extend_from_slice("␀".as_bytes()),
            _ => shown.push(byte),
        }
    }
    let words = "input string '{}' cannot be represented as Nix string because it contains null bytes";
    hint(words, &[&shown])
}
