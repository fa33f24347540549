//! The scripts: what they tell of themselves, and what those that bring references and fixtures leave behind or say
//! where they cannot.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use assert_cmd::assert::Assert;
use predicates::{prelude::*, str::contains};
use tempfile::TempDir;
use thunkproof::{
    case::{Request, Suite},
    engine::{Embedded, Engine, Limits},
};

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
    run(folder, name, words, variables)
        .code(1)
        .stderr(contains(complaint).and(contains(format!("{name}: "))))
        .stderr(one_line);
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
    refused(
        folder.path(),
        "provision-reference",
        "trixie x",
        &mirror,
        "reading the package lists (is there a network?) failed",
    );
}

/// A folder with a reference, fixtures, and a program in the place of thunkproof: each subcommand ends with the status in
/// the file of its name, or with 0, and knows `compare` only where there is such a file.
fn night() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = |name: &str, script: &str| {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("writable");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("writable");
    };
    program("references/forky/bin/nix-instantiate", "echo 'nix-instantiate (Nix) 2.34.8'");
    program("references/old/bin/nix-instantiate", "echo 'nix-instantiate (Nix) 2.0.1'");
    program(
        "thunkproof",
        "here=$(dirname \"$0\")\n\
         if [ \"$2\" = --help ]; then [ -e \"$here/$1\" ]; exit; fi\n\
         echo \"$*\" >> \"$here/asked\"\n\
         echo \"said by $1\"\n\
         json=; for word; do [ \"$json\" != next ] || echo '{}' > \"$word\"; json=; [ \"$word\" != --json ] || json=next; done\n\
         exit \"$(cat \"$here/$1\" 2>/dev/null || echo 0)\"",
    );
    fs::create_dir_all(folder.path().join("fixtures/lang")).expect("writable");
    folder
}

/// Runs a night in which subcommands end with these statuses.
fn run_night(folder: &Path, statuses: &[(&str, &str)], more: &[(&str, &str)]) -> Assert {
    for name in ["check", "diff", "matrix", "compare", "site"] {
        let _ = fs::remove_file(folder.join(name));
    }
    for (name, status) in statuses {
        fs::write(folder.join(name), status).expect("writable");
    }
    let path = |name: &str| folder.join(name).to_str().expect("text").to_owned();
    let variables = [
        ("THUNKPROOF", path("thunkproof")),
        ("THUNKPROOF_REFERENCES", path("references")),
        ("THUNKPROOF_UPSTREAM", path("fixtures")),
    ];
    let mut variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    variables.extend(more);
    // Runs are named by the second.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    run(folder, "nightly", "--offline --out out --issue-command cat", &variables)
}

#[test]
fn a_night_asks_all_engines_and_tells_only_what_is_newly_broken() {
    let folder = night();
    run_night(folder.path(), &[], &[]).success().stdout(contains("nothing is newly broken"));
    let asked = fs::read_to_string(folder.path().join("asked")).expect("it was asked");
    assert!(asked.contains("check nix-lang-tests"), "{asked}");
    assert!(asked.contains("--subject ours=embedded --reference 2.34.8=fork:"), "{asked}");
    assert!(asked.contains("diff nix-lang-tests") && asked.contains("--subject 2.0.1=fork:"), "{asked}");
    assert!(asked.contains("--by class,builtin,form"), "{asked}");
    // A difference that was not there the night before is told, with what was said of it; one that was is not.
    let broken = run_night(folder.path(), &[("check", "1")], &[]).code(1);
    broken.stdout(contains("newly broken: check").and(contains("Newly broken: check.")).and(contains("said by check")));
    run_night(folder.path(), &[("check", "1")], &[]).success();
    run_night(folder.path(), &[], &[]).success();
    // Where there is `compare`, cases tell.
    run_night(folder.path(), &[("compare", "1")], &[]).code(1).stdout(contains("newly broken: check diff"));
    // Where there is `site`, it is made of the night's matrix, and a night without one says so.
    run_night(folder.path(), &[("site", "2")], &[])
        .code(2)
        .stdout(contains("could not be done: no site: said by site"));
    let asked = fs::read_to_string(folder.path().join("asked")).expect("it was asked");
    assert!(asked.contains("/matrix.json --history runs --last 60"), "{asked}");
    // What could not be done is neither good nor newly broken.
    let undone = run_night(folder.path(), &[("matrix", "2")], &[]).code(2);
    undone.stdout(contains("could not be done: matrix ended with status 2: said by matrix"));
    let runs = fs::read_dir(folder.path().join("out/runs")).expect("runs are kept");
    assert_eq!(runs.count(), 7, "each run is kept, and nothing half-made");
    let report = fs::read_to_string(folder.path().join("out/report/night.md")).expect("a report");
    assert!(report.contains("| matrix | could not be done |"), "{report}");
}

#[test]
fn a_night_that_cannot_be_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    run(folder.path(), "nightly", "--what", &[]).code(2).stderr(contains("unknown argument --what"));
    run(folder.path(), "nightly", "--fuzz-time soon", &[]).code(2).stderr(contains("whole seconds"));
    run(folder.path(), "nightly", "--out", &[]).code(2).stderr(contains("--out wants a value"));
}

#[test]
fn a_night_tells_what_expires_soon() {
    let folder = night();
    let program = fs::read_to_string(folder.path().join("thunkproof")).expect("a script");
    let warning = "echo 'thunkproof: warning: list: entry `a` expires tomorrow' >&2; \
                   [ -z \"$GITHUB_ACTIONS\" ] || echo '::warning file=list::entry `a`' >&2";
    let program = program.replace("echo \"said by $1\"", &format!("echo \"said by $1\"; {warning}"));
    fs::write(folder.path().join("thunkproof"), program).expect("writable");
    let annotation = contains("\n::warning file=list::entry `a`\n").count(1);
    let said = contains("nightly: warning: list: entry `a` expires tomorrow\n").count(1);
    run_night(folder.path(), &[], &[("GITHUB_ACTIONS", "true")]).success().stdout(annotation.and(said.clone()));
    run_night(folder.path(), &[], &[("GITHUB_ACTIONS", "")]).success().stdout(said.and(contains("::warning").not()));
    let report = fs::read_to_string(folder.path().join("out/report/night.md")).expect("a report");
    assert!(report.contains("Warnings:\n\n- list: entry `a` expires tomorrow\n"), "{report}");
}

#[test]
fn builtin_cases_call_every_builtin() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = run(folder.path(), "builtin-cases", "--files calls --random 1", &[]).success();
    let text = String::from_utf8(output.get_output().stdout.clone()).expect("text");
    let features = text.lines().next().and_then(|line| line.strip_prefix("# features: ")).expect("the features first");
    let request = Request {
        arguments: ["--eval", "--strict", "--json", "--extra-experimental-features", features, "-"]
            .map(Into::into)
            .into(),
        environment: Vec::new(),
        current_dir: "/".into(),
        stdin: b"builtins.attrNames builtins".into(),
        ..Request::default()
    };
    let answer = Embedded::new(Limits::of_time(std::time::Duration::from_secs(60))).evaluate(&request);
    let names: Vec<String> = serde_json::from_slice(&answer.stdout).expect("a list");
    assert!(names.len() > 100, "{names:?}");
    // Their values hang on the machine and the day, or are all of the others.
    let left_out = ["builtins", "currentSystem", "currentTime"];
    for name in names.iter().filter(|name| !left_out.contains(&name.as_str())) {
        let call = format!("builtins.{name}");
        let is_call =
            |line: &str| line.strip_prefix(&call).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        assert!(text.lines().any(is_call), "{call} is not called");
    }
    assert!(folder.path().join("calls/folder/below/default.nix").exists());
    let output = run(folder.path(), "builtin-cases", "--only head --random 0", &[]).success();
    let lines = String::from_utf8(output.get_output().stdout.clone()).expect("text");
    assert!(lines.lines().skip(2).all(|line| line.starts_with("builtins.head")), "{lines}");
    run(folder.path(), "builtin-cases", "--only nothing", &[])
        .code(2)
        .stderr(contains("no builtin function of that name"));
}

#[test]
fn error_cases_are_a_suite_and_the_same_for_a_seed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let contents = |name: &str| {
        let suite = Suite::open(&folder.path().join(name)).expect("a suite");
        let contents = suite.contents(|_| true).expect("readable");
        assert!(contents.unused.is_empty() && contents.unreadable.is_empty());
        let program = |case: &thunkproof::case::Case| fs::read(&case.source).expect("readable");
        contents.cases.iter().map(|case| (case.request.arguments.clone(), program(case))).collect::<Vec<_>>()
    };
    run(folder.path(), "error-cases", "--count 150 a", &[]).success();
    run(folder.path(), "error-cases", "--count 150 b", &[]).success();
    assert_eq!(contents("a").len(), 300, "each with and without a trace");
    assert_eq!(contents("a"), contents("b"));
    run(folder.path(), "error-cases", "a", &[]).code(2).stderr(contains("a holds fixtures already"));
}

#[test]
fn fetcher_cases_hand_every_address_to_every_fetcher() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lines = |words: &str| {
        let output = run(folder.path(), "fetcher-cases", words, &[]).success();
        let text = String::from_utf8(output.get_output().stdout.clone()).expect("text");
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = lines("");
    assert!(all.len() > 5000 && all[0].starts_with("# features: "), "{}", all.len());
    assert_eq!(all, lines("--seed 1"), "a seed makes the same");
    assert_ne!(all, lines("--seed 2"));
    for fetcher in ["fetchurl", "fetchTarball", "fetchTree", "fetchGit", "getFlake", "findFile"] {
        let calls = all.iter().filter(|line| line.starts_with(&format!("builtins.{fetcher} "))).count();
        assert!(calls > 150, "{fetcher}: {calls}");
    }
    // What would ask a host of the world is only read and written.
    assert!(!all.contains(&"builtins.getFlake \"github:a/b\"".to_owned()));
    assert!(all.contains(&"builtins.parseFlakeRef \"github:a/b\"".to_owned()));
    let few = lines("--only fetchGit --count 0");
    assert!(few[1..].iter().all(|line| line.starts_with("builtins.fetchGit ")), "{few:?}");
    run(folder.path(), "fetcher-cases", "--only nothing", &[]).code(2).stderr(contains("invalid choice"));
}

#[test]
fn search_path_cases_are_fixtures_with_their_surroundings() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // NIX_PATH and the arguments of each case.
    let contents = |name: &str| {
        let suite = Suite::open(&folder.path().join(name)).expect("a suite");
        let contents = suite.contents(|_| true).expect("readable");
        assert!(contents.unreadable.is_empty(), "a .run that cannot be read");
        let root = suite.root.to_string_lossy().into_owned();
        let asked = |case: &thunkproof::case::Case| {
            let words: Vec<_> = case.request.arguments.iter().map(|word| word.to_string_lossy()).collect();
            let mut paths = case.request.environment.iter().filter(|(variable, _)| variable == "NIX_PATH");
            let path = paths.next().expect("every case has one").1.to_string_lossy().replace(&root, "/pwd");
            (path, words.join(" ").replace(&root, "/pwd"))
        };
        contents.cases.iter().map(asked).collect::<Vec<_>>()
    };
    for name in ["a", "b"] {
        run(folder.path(), "search-path-cases", &format!("--count 20 {name}"), &[]).success();
    }
    let cases = contents("a");
    assert!(cases.len() > 700, "{}", cases.len());
    assert_eq!(cases, contents("b"), "a seed makes the same");
    for part in ["-I x=lang/a ", "-I nowhere ", "nix-path", "--restrict-eval", "flake:", "channel:"] {
        assert!(cases.iter().any(|(_, words)| words.contains(part)), "{part}");
    }
    assert!(cases.iter().any(|(path, _)| path == "::"), "empty parts in NIX_PATH");
    run(folder.path(), "search-path-cases", "a", &[]).code(2).stderr(contains("a holds fixtures already"));
}

#[test]
fn parser_cases_lie_in_a_folder_for_each_setting() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cases = script("parser_cases.txt");
    let words = format!("--cases {} --mutations 20 --soups 10 sources", cases.display());
    run(folder.path(), "parser-cases", &words, &[]).success();
    let count = |name: &str| {
        let below = fs::read_dir(folder.path().join("sources").join(name)).expect("a folder");
        below.filter(|entry| entry.as_ref().expect("readable").path().extension().is_some_and(|it| it == "nix")).count()
    };
    let text = fs::read_to_string(&cases).expect("readable");
    let sources = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).count();
    assert!(sources > 500 && count("plain") >= sources, "{sources}");
    let pipes = "extra-experimental-features-pipe-operators";
    assert!(count("plain") + count(pipes) > 2 * sources + 20, "{} and {}", count("plain"), count(pipes));
    let options = fs::read_to_string(folder.path().join("sources").join(pipes).join("options")).expect("readable");
    assert_eq!(options, "--option extra-experimental-features pipe-operators\n");
    run(folder.path(), "parser-cases", "--mutations 1 new", &[]).code(2).stderr(contains("wants something to mutate"));
    run(folder.path(), "parser-cases", "sources", &[]).code(2).stderr(contains("empty or not there yet"));
}

#[test]
fn fuzzing_starts_from_the_corpus_and_from_small_fixtures() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    run(folder.path(), "seeds", "new", &[]).success();
    let entries = thunkproof::corpus::entries(&folder.path().join("new")).expect("readable");
    assert!(entries.len() > 300 && entries.iter().all(|entry| entry.text.len() <= 4096), "{} entries", entries.len());
    let is_there = |name: &str| entries.iter().any(|entry| entry.path.ends_with(name));
    assert!(is_there("corpus/regressions/dir-of-a-path-by-the-generator.nix"));
    assert!(is_there("nix-lang-tests/lang/eval-okay-builtin-builtins-names.nix"));
    run(folder.path(), "seeds", "new", &[]).code(2).stderr(contains("new is there already"));
}

#[test]
fn every_script_tells_its_usage_and_does_nothing_else() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let scripts = fs::read_dir(script("")).expect("readable").map(|entry| entry.expect("readable").path());
    for file in scripts.filter(|path| path.metadata().is_ok_and(|it| it.is_file() && it.permissions().mode() & 1 != 0))
    {
        let name = file.file_name().and_then(|name| name.to_str()).expect("a name of ours");
        run(folder.path(), name, "--help", &[]).success().stdout(contains("usage: ").and(contains(name)));
    }
}

#[test]
fn only_the_evaluator_is_instrumented_for_coverage() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (counters, sanitizer) =
        ("-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4", "-Zsanitizer=address");
    let never = "-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";
    let all = format!("-Copt-level=3 --cfg fuzzing {counters} {sanitizer} {never} -Cdebug-assertions");
    let check = |name: &str, kept: &[&str]| {
        let words = format!("echo --crate-name {name} {all}");
        let kept: String = kept.iter().map(|flag| format!(" {flag}")).collect();
        let expected = format!("--crate-name {name} -Copt-level=3 --cfg fuzzing{kept}\n");
        run(folder.path(), "../fuzz/instrument", &words, &[]).success().stdout(expected);
    };
    for name in ["nix_evaluator", "nix_evaluator_core", "nix_evaluator_syntax"] {
        check(name, &[counters, sanitizer, "-Cdebug-assertions"]);
    }
    check("thunkproof", &["-Cdebug-assertions"]);
    check("rnix", &[]);
    // What names an allocator must know which sanitizer there is, and who links as well.
    check("thunkproof_fuzz", &[sanitizer, "-Cdebug-assertions"]);
    check("finalise", &[sanitizer]);
    // What cargo-fuzz does not build is built as it always is.
    let plain = all.replace("--cfg fuzzing ", "--cfg test ");
    let words = format!("echo --crate-name rnix {plain}");
    run(folder.path(), "../fuzz/instrument", &words, &[]).success().stdout(format!("--crate-name rnix {plain}\n"));
    run(folder.path(), "../fuzz/instrument", "echo -vV", &[]).success().stdout("-vV\n");
    run(folder.path(), "fuzz", "-runs=1", &[]).code(2).stderr(contains("usage: scripts/fuzz TARGET"));
}

#[test]
fn without_a_browser_nothing_passes_for_tested() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // What the script needs before it looks for a browser.
    for tool in ["bash", "dirname", "sed"] {
        let found = ["/usr/bin", "/bin"].map(|place| Path::new(place).join(tool));
        let found = found.iter().find(|file| file.exists()).expect("it is on this machine");
        symlink(found, folder.path().join(tool)).expect("writable");
    }
    let path = folder.path().to_str().expect("text").to_owned();
    run(folder.path(), "test-report-browser", "", &[("PATH", &path)]).code(2).stderr(contains("nothing was tested"));
}
