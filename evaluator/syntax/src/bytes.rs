//! Classes of bytes: which may stand in which kind of token. They are a table, because the lexer asks for every byte of
//! a source.

#![forbid(unsafe_code)]

/// `PATH_CHAR` in the reference's lexer.
pub const PATH: u8 = 1;
/// After the first byte of a name.
pub const NAME: u8 = 2;
/// After the first byte of a URI, up to its colon.
pub const URI_SCHEME: u8 = 4;
/// In a URI after the colon.
pub const URI: u8 = 8;
/// A decimal digit.
pub const DIGIT: u8 = 16;
/// A byte of white space.
pub const SPACE: u8 = 32;

/// Bytes at which the text of a `"…"` string may end or need rewriting.
pub const IN_STRING: u8 = 64;
/// Bytes at which the text of a `''…''` string may end or need rewriting.
pub const IN_INDENTED_STRING: u8 = 128;

static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let character = byte as u8;
        let mut class = 0;
        if character.is_ascii_alphanumeric() {
            class |= PATH | NAME | URI_SCHEME | URI;
        }
        if character.is_ascii_digit() {
            class |= DIGIT;
        }
        if matches!(character, b'.' | b'_' | b'-' | b'+') {
            class |= PATH;
        }
        if matches!(character, b'_' | b'\'' | b'-') {
            class |= NAME;
        }
        if matches!(character, b'+' | b'-' | b'.') {
            class |= URI_SCHEME;
        }
        #[rustfmt::skip]
        let in_uri = matches!(character, b'%' | b'/' | b'?' | b':' | b'@' | b'&' | b'=' | b'+' | b'$' | b','
            | b'-' | b'_' | b'.' | b'!' | b'~' | b'*' | b'\'');
        if in_uri {
            class |= URI;
        }
        if matches!(character, b' ' | b'\t' | b'\r' | b'\n') {
            class |= SPACE;
        }
        if matches!(character, b'"' | b'$' | b'\\' | b'\r' | 0) {
            class |= IN_STRING;
        }
        if matches!(character, b'$' | b'\'') {
            class |= IN_INDENTED_STRING;
        }
        classes[byte] = class;
        byte += 1;
    }
    classes
};

/// Whether `byte` is of `class`, one of the constants of this module.
#[inline]
pub fn is(byte: u8, class: u8) -> bool {
    CLASSES[byte as usize] & class != 0
}
