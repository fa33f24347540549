//! Changes of sources that are no programs: bytes and tokens are inserted, removed and doubled, so that a fuzzer of the
//! parser also meets what no tree gives.

use fastrand::Rng;

/// Pieces that mean something to the lexer.
const PIECES: [&str; 40] = [
    "let ", " in ", "rec ", "with ", "; ", "inherit ", "if ", " then ", " else ", "assert ", " or ", "{", "}", "[",
    "]", "(", ")", "${", "\"", "''", "''$", "''\\", "\\", "...", ".", "@", ":", ",", "?", "//", "++", "->", "==", "/*",
    "*/", "#", "\n", "./a", "<a>", "http://a",
];

/// A changed copy, of at most `most` bytes.
pub fn mutate(source: &[u8], rng: &mut Rng, most: usize) -> Vec<u8> {
    let mut bytes = source.to_vec();
    for _ in 0..=rng.usize(0..3) {
        let at = rng.usize(0..=bytes.len());
        let end = (at + rng.usize(0..=12)).min(bytes.len());
        match rng.u32(0..6) {
            0 => drop(bytes.drain(at..end)),
            1 | 2 => {
                let piece = PIECES[rng.usize(0..PIECES.len())];
                drop(bytes.splice(at..at, piece.bytes()));
            }
            3 => {
                let copied = bytes[at..end].to_vec();
                let to = rng.usize(0..=bytes.len());
                drop(bytes.splice(to..to, copied));
            }
            4 if at < bytes.len() => bytes[at] = rng.u8(..),
            _ if at < bytes.len() => bytes[at] ^= 1 << rng.u32(0..8),
            _ => bytes.push(b' '),
        }
    }
    bytes.truncate(most);
    bytes
}

/// A source that begins as one and ends as the other, of at most `most` bytes.
pub fn cross(one: &[u8], other: &[u8], rng: &mut Rng, most: usize) -> Vec<u8> {
    let (left, right) = (rng.usize(0..=one.len()), rng.usize(0..=other.len()));
    let mut bytes = [&one[..left], &other[right..]].concat();
    bytes.truncate(most);
    bytes
}
