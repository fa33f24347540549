//! Strings never hold NUL bytes; this is what the reference says where one would.

/// The message that refuses `string`, with each NUL shown as `␀`.
pub fn refusal(string: &[u8]) -> Vec<u8> {
    let mut message = b"input string '".to_vec();
    for &byte in string {
        match byte {
            0 => message.extend_from_slice("␀".as_bytes()),
            _ => message.push(byte),
        }
    }
    message.extend_from_slice(b"' cannot be represented as Nix string because it contains null bytes");
    message
}
