//! The evaluator of faults, `programs/faulty.c`, built once for all tests of a process; unit tests build it as well.

use std::{env, fs, path::PathBuf, process::Command, sync::LazyLock};

/// The program.
pub static FAULTY: LazyLock<PathBuf> = LazyLock::new(|| {
    // `target/tmp`, which Cargo names to integration tests only: tests are in `target/PROFILE/deps`.
    let tests = env::current_exe().expect("a program");
    let folder = tests.ancestors().nth(3).expect("a folder of Cargo's").join("tmp");
    fs::create_dir_all(&folder).expect("writable");
    // Test processes run side by side: each builds a file of its own.
    let draft = tempfile::tempdir_in(folder).expect("a temporary folder");
    let program = draft.keep().join("faulty");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/faulty.c");
    let status = Command::new("cc").arg("-o").arg(&program).arg(source).status().expect("a C compiler");
    assert!(status.success(), "faulty.c does not compile");
    program
});
