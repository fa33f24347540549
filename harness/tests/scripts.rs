//! The scripts that bring references and fixtures: what they leave behind, and what they say where they cannot.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use assert_cmd::assert::Assert;
use predicates::{prelude::*, str::contains};
use tempfile::TempDir;

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts").join(name)
}

/// Runs a script in `folder`, where words are separated by spaces.
fn run(folder: &Path, name: &str, words: &str, variables: &[(&str, &str)]) -> Assert {
    let mut command = assert_cmd::Command::new(script(name));
    command.current_dir(folder).args(words.split_whitespace()).envs(variables.iter().copied()).assert()
}

/// Runs a program of the machine, which must succeed.
fn must(folder: &Path, words: &str) {
    let mut words = words.split_whitespace();
    let mut command = Command::new(words.next().expect("a program"));
    command.args(words).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let output = command.output().expect("it is on this machine");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A folder with `nix/`, a small checkout that holds fixtures with a link.
fn checkout(fixtures: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lang = folder.path().join("nix").join(fixtures);
    fs::create_dir_all(&lang).expect("writable");
    fs::write(lang.join("eval-okay-a.nix"), "1").expect("writable");
    symlink("eval-okay-a.nix", lang.join("link")).expect("writable");
    fs::write(folder.path().join("nix/.version"), "2.0.1\n").expect("writable");
    folder
}

/// That `to` holds the fixtures, with the link a link.
fn is_whole(to: &Path) {
    assert_eq!(fs::read_to_string(to.join("lang/eval-okay-a.nix")).expect("a file"), "1");
    assert_eq!(fs::read_link(to.join("lang/link")).expect("a link"), Path::new("eval-okay-a.nix"));
    assert!(fs::read_to_string(to.join("source.txt")).expect("a file").starts_with("2.0.1\n"));
}

/// That the script says one line with `complaint`, fails, and leaves nothing but what was there.
fn refused(folder: &Path, name: &str, words: &str, variables: &[(&str, &str)], complaint: &str) {
    let entries = || fs::read_dir(folder).expect("readable").count();
    let before = entries();
    let one_line = predicate::function(|text: &str| text.lines().count() == 1);
    run(folder, name, words, variables).code(1).stderr(contains(complaint).and(contains(format!("{name}: ")))).stderr(one_line);
    assert_eq!(entries(), before, "nothing half-made is left");
}

#[test]
fn fixtures_come_from_a_checkout_and_only_once() {
    let folder = checkout("tests/functional/lang");
    run(folder.path(), "provision-fixtures", "2.0.1 nix to", &[])
        .success()
        .stdout(contains("1 programs and 1 links of 2.0.1"));
    is_whole(&folder.path().join("to"));
    run(folder.path(), "provision-fixtures", "2.0.1 nix to", &[]).success().stdout(contains("is there already"));
    refused(folder.path(), "provision-fixtures", "2.0.2 nix to", &[], "holds the fixtures of 2.0.1");
    refused(folder.path(), "provision-fixtures", "2.0.2 nix other", &[], "is a checkout of 2.0.1, not of 2.0.2");
    refused(folder.path(), "provision-fixtures", "2.0.1 nix nix", &[], "holds something else");
}

#[test]
fn fixtures_come_from_archives() {
    let folder = checkout("tests/lang");
    must(folder.path(), "tar -czf nix.tar.gz nix");
    run(folder.path(), "provision-fixtures", "2.0.1 nix.tar.gz to", &[]).success();
    is_whole(&folder.path().join("to"));
    fs::write(folder.path().join("broken.tar.gz"), "no archive").expect("writable");
    refused(folder.path(), "provision-fixtures", "2.0.1 broken.tar.gz x", &[], "cannot be unpacked");
    refused(folder.path(), "provision-fixtures", "2.0.1 nix/.version x", &[], "archives end in");
    must(folder.path(), "tar -cf empty.tar nix/.version");
    refused(folder.path(), "provision-fixtures", "2.0.1 empty.tar x", &[], "holds no tests/functional/lang");
}

#[test]
fn fixtures_come_from_git() {
    let folder = checkout("tests/functional/lang");
    let nix = folder.path().join("nix");
    must(&nix, "git init --quiet --initial-branch=main");
    must(&nix, "git add --force .");
    must(&nix, "git -c user.name=n -c user.email=e commit --quiet --message=m");
    must(&nix, "git tag 2.0.1");
    must(folder.path(), "git clone --quiet --bare nix bare");
    run(folder.path(), "provision-fixtures", "2.0.1 bare from-folder", &[]).success();
    is_whole(&folder.path().join("from-folder"));
    let address = format!("file://{}", nix.display());
    run(folder.path(), "provision-fixtures", &format!("2.0.1 {address} cloned"), &[]).success();
    is_whole(&folder.path().join("cloned"));
    refused(folder.path(), "provision-fixtures", "2.0.2 bare x", &[], "has no tag or branch 2.0.2");
    refused(folder.path(), "provision-fixtures", &format!("2.0.2 {address} x"), &[], "has no tag or branch 2.0.2");
    // Nothing listens at this port.
    refused(folder.path(), "provision-fixtures", "2.0.1 http://127.0.0.1:9/nix x", &[], "(is there a network?)");
}

#[test]
fn a_reference_that_is_here_is_taken_as_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = |name: &str, says: &str| {
        let file = folder.path().join(name);
        fs::write(&file, format!("#!/bin/sh\necho '{says}'\n")).expect("writable");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("writable");
    };
    program("nix-instantiate", "nix-instantiate (Nix) 2.0.1");
    program("other", "other 1.0");
    run(folder.path(), "provision-reference", "--program ./nix-instantiate to", &[])
        .success()
        .stdout(contains("nix-instantiate (Nix) 2.0.1 is at"));
    assert!(folder.path().join("to/bin/nix-instantiate").is_symlink());
    run(folder.path(), "provision-reference", "--program ./nix-instantiate to", &[])
        .success()
        .stdout(contains("is there already"));
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    run(folder.path(), "provision-reference", "--program nix-instantiate on-path", &[("PATH", &path)]).success();
    refused(folder.path(), "provision-reference", "--program ./other x", &[], "does not answer to --version");
    refused(folder.path(), "provision-reference", "--program ./absent x", &[], "there is no program ./absent");
    refused(folder.path(), "provision-reference", "--what", &[], "usage: ");
}

#[test]
fn without_a_network_there_is_one_line() {
    if Command::new("apt-get").arg("--version").output().is_err() {
        return eprintln!("this machine has no apt-get: nothing is tested");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mirror = [("THUNKPROOF_MIRROR", "http://127.0.0.1:9/debian")];
    refused(folder.path(), "provision-reference", "trixie x", &mirror, "reading the package lists (is there a network?) failed");
}
