//! Puts back the symbolic links that a copy of a suite has lost.
//!
//! Upstream's fixtures hold links. An archive or a checkout without links turns each into a small file that holds the
//! target's name, and then even the reference fails the fixtures that read them. Such a suite is judged on a copy in
//! which the links are links again.

use std::{
    fs, io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use crate::{names::shown, read};

/// Longer than any target that a suite of fixtures holds.
const LONGEST_TARGET: u64 = 255;

/// A file that was a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostLink {
    /// The file, relative to the suite's root.
    pub file: PathBuf,
    /// What it pointed to.
    pub target: PathBuf,
}

/// The links that the suite at `root` has lost: files below a folder of `lang/` whose whole content, with no newline,
/// names something beside them. Once there is one, a file of the same kind in the same tree that names nothing is a
/// link that dangled on purpose, for the copy will not have kept just that one. What cannot be read is none.
///
/// # Errors
/// When `lang/` cannot be read.
pub fn lost(root: &Path) -> io::Result<Vec<LostLink>> {
    let mut certain = false;
    let mut found = Vec::new();
    for entry in WalkDir::new(root.join("lang")).min_depth(2).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if error.depth() == 0 => return Err(error.into()),
            Err(_) => continue,
        };
        let Ok(length) = entry.metadata().map(|it| it.len()) else { continue };
        if !entry.file_type().is_file() || length == 0 || length > LONGEST_TARGET {
            continue;
        }
        let Ok(content) = fs::read(entry.path()) else { continue };
        let is_target = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-/".contains(byte);
        if !content.iter().all(is_target) || entry.path().extension().is_some() {
            continue;
        }
        let target = PathBuf::from(std::ffi::OsStr::from_bytes(&content));
        certain |= entry.path().parent().is_some_and(|parent| parent.join(&target).exists());
        if let Ok(file) = entry.path().strip_prefix(root) {
            found.push(LostLink { file: file.to_owned(), target });
        }
    }
    Ok(if certain { found } else { Vec::new() })
}

/// Copies the suite at `root` to `destination`, with the links of `lost` put back and every other link kept. What is
/// no file, folder or link (a pipe, a socket) is left out: it cannot be copied.
///
/// # Errors
/// When something cannot be read or written, or a file is too long to be copied.
pub fn copy_with_links(root: &Path, destination: &Path, lost: &[LostLink]) -> io::Result<()> {
    for entry in WalkDir::new(root.join("lang")) {
        let entry = entry?;
        let Ok(relative) = entry.path().strip_prefix(root) else { continue };
        let to = destination.join(relative);
        if entry.file_type().is_dir() {
            fs::create_dir_all(to)?;
        } else if let Some(link) = lost.iter().find(|link| link.file == relative) {
            std::os::unix::fs::symlink(&link.target, to)?;
        } else if entry.file_type().is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path())?, to)?;
        } else if entry.file_type().is_file() {
            let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", shown(entry.path())));
            fs::write(to, read::whole(entry.path()).map_err(named)?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::suite::tests::suite_of;

    fn put(root: &Path, files: &[(&str, &str)]) {
        for (name, content) in files {
            let file = root.join("lang").join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
            fs::write(file, content).expect("writable");
        }
    }

    /// Which files, of these, are found to be lost links.
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let (folder, suite) = suite_of(&[("data", "readDir")]);
        put(folder.path(), files);
        let lost = lost(&suite.root).expect("readable");
        let names: Vec<_> = lost.iter().map(|link| link.file.to_str().expect("text")).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn a_file_that_names_what_is_beside_it_was_a_link() {
        check(
            &[("d/link", "target"), ("d/target", ""), ("d/dangling", "nowhere")],
            &["lang/d/dangling", "lang/d/link"],
        );
        check(&[("d/link", "../e/x.nix"), ("e/x.nix", "1")], &["lang/d/link"]);
    }

    #[test]
    fn data_is_left_alone() {
        check(&[("d/word", "nowhere"), ("d/other", "")], &[]);
        check(&[("d/line", "target\n"), ("d/target", ""), ("d/a.nix", "target")], &[]);
    }

    #[test]
    fn a_copy_has_the_links_and_all_the_rest() {
        let (folder, suite) = suite_of(&[("eval-okay-a.nix", "1")]);
        put(folder.path(), &[("d/link", "target"), ("d/target", "x\n")]);
        std::os::unix::fs::symlink("target", folder.path().join("lang/d/kept")).expect("writable");
        let copy = tempfile::tempdir().expect("a temporary folder");
        copy_with_links(&suite.root, copy.path(), &lost(&suite.root).expect("readable")).expect("writable");
        let at = |name: &str| copy.path().join("lang").join(name);
        assert_eq!(fs::read_link(at("d/link")).expect("a link"), Path::new("target"));
        assert_eq!(fs::read_link(at("d/kept")).expect("a link"), Path::new("target"));
        assert_eq!(fs::read(at("d/link")).expect("it leads to the target"), b"x\n");
        assert_eq!(fs::read(at("eval-okay-a.nix")).expect("copied"), b"1");
    }
}
