//! The evaluator of faults, `programs/faulty.c`, built once for all tests of a process.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

/// The program.
pub static FAULTY: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    // Test processes run side by side: each builds a file of its own.
    let draft = tempfile::tempdir_in(folder).expect("a temporary folder");
    let program = draft.keep().join("faulty");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/faulty.c");
    let status = Command::new("cc").arg("-o").arg(&program).arg(source).status().expect("a C compiler");
    assert!(status.success(), "faulty.c does not compile");
    program
});
