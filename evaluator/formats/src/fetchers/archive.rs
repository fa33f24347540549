//! What is an archive to libarchive, with which the reference unpacks: told by how it begins.

/// How compressed files and archives begin, each at its offset.
const BEGINNINGS: &[(usize, &[u8])] = &[
    // gzip, bzip2, xz, zstd, lz4, lzip, lzma, compress
    (0, b"\x1f\x8b\x08"),
    (0, b"BZh"),
    (0, b"\xfd7zXZ\0"),
    (0, b"\x28\xb5\x2f\xfd"),
    (0, b"\x04\x22\x4d\x18"),
    (0, b"LZIP"),
    (0, b"\x5d\0\0"),
    (0, b"\x1f\x9d"),
    // tar, zip, 7-Zip, cpio, ar, rar, cab, xar, warc, mtree, ISO 9660
    (257, b"ustar"),
    (0, b"PK\x03\x04"),
    (0, b"PK\x05\x06"),
    (0, b"7z\xbc\xaf\x27\x1c"),
    (0, b"07070"),
    (0, b"!<arch>\n"),
    (0, b"Rar!\x1a\x07"),
    (0, b"MSCF"),
    (0, b"xar!"),
    (0, b"WARC/"),
    (0, b"#mtree"),
    (32769, b"CD001"),
];

/// Whether a file begins as an archive does, or as a compressed one. One that is empty is an archive of nothing.
pub fn is_archive(bytes: &[u8]) -> bool {
    let begins =
        |&(offset, beginning): &(usize, &[u8])| bytes.get(offset..).is_some_and(|rest| rest.starts_with(beginning));
    bytes.is_empty() || BEGINNINGS.iter().any(begins) || is_old_tar(bytes)
}

/// Whether the first block is a tar's header of the time before `ustar`, which its sum tells, or the end of an empty one.
pub(super) fn is_old_tar(bytes: &[u8]) -> bool {
    const SUM: std::ops::Range<usize> = 148..156;
    let Some(block) = bytes.first_chunk::<512>() else { return false };
    if block.iter().all(|byte| *byte == 0) {
        return true;
    }
    let digits: Vec<u8> = block[SUM].iter().copied().filter(|byte| (b'0'..=b'7').contains(byte)).collect();
    let told = digits.iter().fold(0u64, |sum, digit| sum * 8 + u64::from(digit - b'0'));
    let sum = (0..512).map(|at| if SUM.contains(&at) { u64::from(b' ') } else { u64::from(block[at]) }).sum::<u64>();
    !digits.is_empty() && told == sum
}

#[cfg(test)]
mod tests {
    use super::is_archive;

    fn check(bytes: &[u8], expected: bool) {
        assert_eq!(is_archive(bytes), expected, "{}", bytes.escape_ascii());
    }

    #[test]
    fn archives_are_told_by_their_beginnings() {
        check(b"", true);
        check(b"hello\n", false);
        check(b"\x1f\x8b\x08\0", true);
        check(b"\x1f\x8b", false);
        check(b"PK\x03\x04", true);
        check(&[0; 512], true);
        check(&[0; 511], false);
        let mut old = [0u8; 512];
        old[0] = b'a';
        check(&old, false);
        // 97 and eight spaces are 353.
        old[148..156].copy_from_slice(b"000541\0 ");
        check(&old, true);
    }
}
