use std::io::Write;

use super::*;
use crate::io::{Io, access};

/// A member of a tar archive: its kind, name, target and contents.
type Entry<'e> = (u8, &'e [u8], &'e [u8], &'e [u8]);

fn tar_of(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (kind, name, target, contents) in entries {
        let mut header = ::tar::Header::new_old();
        let old = header.as_old_mut();
        old.name[..name.len()].copy_from_slice(name);
        old.linkname[..target.len()].copy_from_slice(target);
        old.linkflag = [*kind];
        header.set_mode(0o755);
        header.set_mtime(7);
        header.set_size(contents.len() as u64);
        header.set_cksum();
        archive.extend_from_slice(header.as_bytes());
        archive.extend_from_slice(contents);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// What is in the tree: names and contents.
fn shown(tree: &InMemory, path: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    for entry in access::read_directory(tree, path).unwrap() {
        let path = crate::io::paths::join(path, &entry.name);
        let name = String::from_utf8_lossy(&path).into_owned();
        match entry.kind.unwrap().name() {
            "directory" => {
                all.push(format!("{name}/"));
                all.extend(shown(tree, &path));
            }
            "symlink" => all.push(format!("{name} -> {}", String::from_utf8_lossy(&tree.read_link(&path).unwrap()))),
            _ => all.push(format!("{name} = {}", String::from_utf8_lossy(&tree.read_file(&path).unwrap()))),
        }
    }
    all
}

fn unpacked(archive: Vec<u8>) -> String {
    match unpack(archive, false, &|_| Ok(())) {
        Ok(unpacked) => shown(&unpacked.tree, b"/").join(", "),
        Err(error) => format!("error: {}", error.plain_message()),
    }
}

fn check(entries: &[Entry<'_>], expected: &str) {
    assert_eq!(unpacked(tar_of(entries)), expected);
}

/// As the reference unpacked the same archives; where it ends by an assertion, with words of our own.
#[test]
fn no_member_is_outside() {
    check(&[(b'0', b"../../a", b"", b"1"), (b'0', b"/etc/b", b"", b"2")], "/a = 1, /etc/, /etc/b = 2");
    check(&[(b'2', b"a", b"/etc", b""), (b'0', b"b", b"", b"1")], "/a -> /etc, /b = 1");
    let through = "error: the archive has '/a/x' in something that is no folder";
    check(&[(b'2', b"a", b"/tmp", b""), (b'0', b"a/x", b"", b"1")], through);
    check(&[(b'0', b"a", b"", b"1"), (b'0', b"a/x", b"", b"1")], through);
    check(&[(b'0', b"a", b"", b"1"), (b'1', b"b", b"../../a", b"")], "/a = 1, /b = 1");
    check(&[(b'0', b"..", b"", b"1")], "error: the archive has a file instead of its folder");
}

#[test]
fn names_are_gits() {
    for name in [&b".git"[..], b"a/.GIT", b"git~1", b".git ", b".git.", b".git::$INDEX"] {
        let said = unpacked(tar_of(&[(b'0', name, b"", b"1"), (b'0', b"z", b"", b"1")]));
        assert!(said.starts_with("error: adding a file to a tree builder"), "{said}");
    }
    check(&[(b'0', b".gitignore", b"", b"1"), (b'0', b"git~2", b"", b"2")], "/.gitignore = 1, /git~2 = 2");
}

#[test]
fn a_single_folder_is_taken_off() {
    check(&[(b'5', b"p/", b"", b""), (b'0', b"p/a", b"", b"1")], "/a = 1");
    check(&[(b'0', b"p/q/a", b"", b"1")], "/q/, /q/a = 1");
    check(&[(b'0', b"a", b"", b"1")], "/a = 1");
    check(&[], "");
}

#[test]
fn every_cut_ends_in_one_error() {
    let whole = tar_of(&[(b'0', b"p/a", b"", b"contents"), (b'2', b"p/b", b"a", b"")]);
    for archive in [whole.clone(), gzip(&whole)] {
        for length in 1..archive.len() {
            let said = unpacked(archive[..length].to_vec());
            // What is cut between members is an archive of those before.
            let is_whole = said == "/a = contents" || said == "/a = contents, /b -> a";
            assert!(said.starts_with("error: ") || is_whole, "{length}: {said}");
        }
    }
}

#[test]
fn every_damaged_byte_ends_somehow() {
    let whole = gzip(&tar_of(&[(b'0', b"p/a", b"", b"contents"), (b'1', b"p/b", b"p/a", b"")]));
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut archive = whole.clone();
            archive[at] ^= 1 << bit;
            unpacked(archive);
        }
    }
}

/// Few bytes that become a hundred million.
#[test]
fn bombs_are_bounded() {
    let mut bomb = vec![0; 100 << 20];
    bomb[..4].copy_from_slice(b"zero");
    let archive = gzip(&gzip(&tar_of(&[(b'0', b"a", b"", &bomb)])));
    assert!(archive.len() < 100_000);
    let most = std::cell::Cell::new(0);
    let budget = |bytes: usize| {
        most.set(most.get().max(bytes));
        if bytes > 8 << 20 { Err(Error::out_of_memory(true)) } else { Ok(()) }
    };
    let error = unpack(archive, false, &budget).err().unwrap();
    assert_eq!(error.kind, ErrorKind::Budget);
    assert!(most.get() < 9 << 20, "no more than a step beyond the budget was asked for");
}

#[test]
fn sizes_that_lie_are_cut() {
    let mut archive = tar_of(&[(b'0', b"a", b"", b"1")]);
    let mut header = ::tar::Header::from_byte_slice(&archive[..512]).clone();
    header.set_size(u64::MAX / 2);
    header.set_cksum();
    archive[..512].copy_from_slice(header.as_bytes());
    let cut = "error: cannot read file from tarball: Truncated tar archive detected while reading data";
    assert_eq!(unpacked(archive), cut);
}
