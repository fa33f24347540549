//! Upstream's fixtures, a test each, where this machine has them: in `THUNKPROOF_UPSTREAM`, or in
//! `../shared/upstream/nix-2.34.8` beside the repository. Where it has none, the one test says so and passes,
//! or fails where `THUNKPROOF_REQUIRE` names `fixtures`.
//!
//! A copy that has lost its symbolic links is tested with the links put back.

mod common;
#[path = "common/required.rs"]
mod required;

use std::{
    collections::hash_map::DefaultHasher,
    env, fs,
    hash::{Hash, Hasher},
    io,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use thunkproof::case::{Suite, links};

/// Where the fixtures are, as given; `None` where there are none.
static GIVEN: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let beside = || Some(common::workspace().parent()?.join("shared/upstream/nix-2.34.8"));
    match env::var_os("THUNKPROOF_UPSTREAM").filter(|folder| !folder.is_empty()) {
        Some(folder) => {
            // Cargo runs tests in the crate's folder; what a person gives is meant from the workspace.
            let folder = common::workspace().join(folder);
            let inner = folder.join("nix-2.34.8");
            let folder = if folder.join("lang").is_dir() { folder } else { inner };
            assert!(folder.join("lang").is_dir(), "THUNKPROOF_UPSTREAM names no folder that holds `lang/`");
            Some(folder)
        }
        None => beside().filter(|folder| folder.join("lang").is_dir()),
    }
});

/// The suite that is tested.
static SUITE: LazyLock<Option<Suite>> = LazyLock::new(|| {
    let suite = Suite::open(GIVEN.as_deref()?).unwrap_or_else(|error| panic!("{error}"));
    Some(with_links(suite).unwrap_or_else(|error| panic!("upstream's fixtures cannot be copied: {error}")))
});

/// The suite, or where it has lost links a copy under target/ that has them. The copy is named by what it was made of,
/// and put in place by one rename, because test runners may start a process for each test.
fn with_links(suite: Suite) -> io::Result<Suite> {
    let lost = links::lost(&suite.root)?;
    if lost.is_empty() {
        return Ok(suite);
    }
    let mut hasher = DefaultHasher::new();
    for entry in walkdir::WalkDir::new(&suite.root).sort_by_file_name() {
        let entry = entry?;
        let metadata = entry.metadata()?;
        (entry.path(), metadata.len(), metadata.modified()?).hash(&mut hasher);
    }
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let copy = temporary.join(format!("upstream-{:016x}", hasher.finish()));
    if !copy.is_dir() {
        let draft = tempfile::tempdir_in(temporary)?;
        links::copy_with_links(&suite.root, draft.path(), &lost)?;
        let renamed = fs::rename(draft.path(), &copy);
        if !copy.is_dir() {
            renamed?;
        }
    }
    Ok(Suite { root: copy.canonicalize()?, ..suite })
}

fn root() -> String {
    let folder = GIVEN.clone();
    common::root(folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/absent")))
}

fn pattern() -> &'static str {
    if GIVEN.is_some() { common::PATTERN } else { r"README\.md$" }
}

fn upstream(file: &Path) -> datatest_stable::Result<()> {
    let Some(suite) = SUITE.as_ref() else {
        let remedy = "THUNKPROOF_UPSTREAM=FOLDER names a folder with `lang/`";
        required::missing("fixtures", &format!("upstream's fixtures are not on this machine ({remedy})"));
        return Ok(());
    };
    let name = file.file_stem().and_then(|name| name.to_str()).ok_or("a fixture's name is text")?;
    common::check(suite, name)
}

datatest_stable::harness! {
    { test = upstream, root = root(), pattern = pattern() },
}
