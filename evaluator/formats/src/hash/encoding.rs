//! The three notations of a digest. Decoding is as lenient as the reference's. The reference checks the length of what
//! it decoded afterwards, so a strict library would report other errors.

/// Hexadecimal, lower case.
pub mod base16 {
    /// The length of `size` bytes written this way.
    pub const fn encoded_length(size: usize) -> usize {
        size * 2
    }

    /// Writes `bytes`.
    pub fn encode(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = Vec::with_capacity(encoded_length(bytes.len()));
        for byte in bytes {
            text.extend_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        String::from_utf8(text).expect("digits are text")
    }

    /// Decodes an even number of digits of either case. None if a byte is not a digit or their number is odd.
    pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        if !text.len().is_multiple_of(2) {
            return None;
        }
        text.chunks_exact(2).map(|pair| Some((digit(pair[0])? << 4 | digit(pair[1])?) as u8)).collect()
    }
}

/// Base 64 with the standard alphabet.
pub mod base64 {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// The length of `size` encoded bytes, padding included.
    pub const fn encoded_length(size: usize) -> usize {
        ((4 * size / 3) + 3) & !3
    }

    /// Writes `bytes` with padding.
    pub fn encode(bytes: &[u8]) -> String {
        let mut text = String::with_capacity(encoded_length(bytes.len()));
        for group in bytes.chunks(3) {
            let bits = group.iter().fold(0u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - group.len()));
            for position in 0..4 {
                let digit = ALPHABET[(bits >> (18 - 6 * position)) as usize & 63];
                text.push(if position <= group.len() { char::from(digit) } else { '=' });
            }
        }
        text
    }

    /// Decodes up to the first `=`, skipping newlines. Bits that do not fill a byte are dropped. None if a byte is not
    /// a digit.
    pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
        let (mut bits, mut count) = (0u32, 0);
        for &byte in text {
            let digit = match byte {
                b'=' => break,
                b'\n' => continue,
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(digit);
            count += 6;
            if count >= 8 {
                count -= 8;
                bytes.push((bits >> count) as u8);
            }
        }
        Some(bytes)
    }
}

/// Nix's base 32: digits and letters without e, o, t and u, the least significant five bits last.
pub mod nix32 {
    const ALPHABET: &[u8; 32] = b"0123456789abcdfghijklmnpqrsvwxyz";

    /// The length of `size` encoded bytes; `size` must not be 0.
    pub const fn encoded_length(size: usize) -> usize {
        (size * 8 - 1) / 5 + 1
    }

    /// Whether `byte` is a digit of this notation.
    pub fn is_digit(byte: u8) -> bool {
        const IS_DIGIT: [bool; 256] = {
            let mut table = [false; 256];
            let mut digit = 0;
            while digit < ALPHABET.len() {
                table[ALPHABET[digit] as usize] = true;
                digit += 1;
            }
            table
        };
        IS_DIGIT[usize::from(byte)]
    }

    /// Writes `bytes`.
    pub fn encode(bytes: &[u8]) -> String {
        if bytes.is_empty() {
            return String::new();
        }
        let byte = |index: usize| bytes.get(index).map_or(0, |&byte| u16::from(byte));
        (0..encoded_length(bytes.len()))
            .rev()
            .map(|digit| {
                let (index, shift) = (digit * 5 / 8, digit * 5 % 8);
                let window = byte(index) | byte(index + 1) << 8;
                char::from(ALPHABET[usize::from(window >> shift) & 31])
            })
            .collect()
    }

    /// Decodes `text`. None if a byte is not a digit. Bits beyond the last whole byte make the result one byte too
    /// long, which the caller sees by its length.
    pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
        let mut bytes: Vec<u8> = Vec::with_capacity((text.len() * 5).div_ceil(8));
        for (position, &byte) in text.iter().rev().enumerate() {
            let digit = ALPHABET.iter().position(|&known| known == byte)? as u16;
            let (index, shift) = (position * 5 / 8, position * 5 % 8);
            let window = digit << shift;
            bytes.resize(index + 1, 0);
            bytes[index] |= window as u8;
            if window > 0xff {
                bytes.push((window >> 8) as u8);
            }
        }
        Some(bytes)
    }
}
