//! Completions and manual pages come from the command line's own definition.

use std::{fs, process::Command as Program};

use assert_cmd::Command;
use predicates::{prelude::*, str::contains};

fn thunkproof(words: &str) -> Command {
    let mut command = Command::cargo_bin("thunkproof").expect("it is built with the tests");
    command.args(words.split_whitespace());
    command
}

/// The subcommands, as `--help` lists them.
fn subcommands() -> Vec<String> {
    let help = thunkproof("--help").output().expect("it runs").stdout;
    let help = String::from_utf8(help).expect("text");
    let list = help.split("Commands:\n").nth(1).expect("a list of commands");
    let lines = list.lines().take_while(|line| !line.is_empty());
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.map(|line| line.split_whitespace().next().expect("a name").to_owned()).filter(|name| name != "help").collect()
}

#[test]
fn completions_name_every_subcommand_and_the_shell_reads_them() {
    let all = subcommands();
    assert!(all.iter().any(|name| name == "check") && all.iter().any(|name| name == "man"), "{all:?}");
    for (shell, syntax) in [("bash", Some(["bash", "-n"])), ("zsh", None), ("fish", None), ("elvish", None)] {
        let output = thunkproof(&format!("completions {shell}")).assert().success().get_output().stdout.clone();
        let text = String::from_utf8(output).expect("text");
        for name in &all {
            assert!(text.contains(name.as_str()), "{shell} does not know {name}");
        }
        if let Some([program, flag]) = syntax {
            let file = tempfile::NamedTempFile::new().expect("a temporary file");
            fs::write(file.path(), &text).expect("writable");
            let status = Program::new(program).arg(flag).arg(file.path()).status().expect("bash is here");
            assert!(status.success(), "{program} refuses the completions");
        }
    }
    thunkproof("completions tcsh").assert().code(2).stderr(contains("invalid value 'tcsh'"));
}

#[test]
fn every_subcommand_has_a_page() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let man1 = folder.path().join("man/man1");
    let words = format!("man {}", man1.display());
    // Twice: what is there is written over.
    for _ in 0..2 {
        thunkproof(&words).assert().success().stdout(contains("pages are in"));
    }
    let page = |name: &str| fs::read_to_string(man1.join(name)).expect("a page");
    assert!(page("thunkproof.1").contains(".TH thunkproof 1"));
    for name in subcommands() {
        assert!(page(&format!("thunkproof-{name}.1")).contains(".SH SYNOPSIS"), "{name}");
    }
    assert!(page("thunkproof-check.1").contains("\\-\\-bless"));
    let file = folder.path().join("file");
    fs::write(&file, "").expect("writable");
    let one_line = predicate::function(|text: &str| text.lines().count() == 1);
    let refused = thunkproof(&format!("man {}/man1", file.display())).assert().code(2);
    refused.stderr(contains("cannot make the folder")).stderr(one_line);
}
