//! Folders of files for tests of the command line.

use std::fs;

use tempfile::TempDir;

/// A folder with these files, by their paths.
pub fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
        fs::write(file, content).expect("writable");
    }
    folder
}
