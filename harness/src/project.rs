//! Finds the repository's own files, for commands that name no folder.

use std::path::{Path, PathBuf};

/// Name of the folder of this project's own fixtures.
pub const FIXTURES: &str = "nix-lang-tests";

/// The nearest folder, `from` itself or one above it, that holds this project's fixtures.
pub fn root_above(from: &Path) -> Option<PathBuf> {
    from.ancestors().find(|folder| folder.join(FIXTURES).join("lang").is_dir()).map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_above_wins() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let below = folder.path().join("a/b");
        std::fs::create_dir_all(&below).expect("writable");
        assert_eq!(root_above(&below), None);
        std::fs::create_dir_all(folder.path().join("nix-lang-tests/lang")).expect("writable");
        assert_eq!(root_above(&below).as_deref(), Some(folder.path()));
    }
}
