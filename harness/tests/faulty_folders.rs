//! Folders with random faults: whatever lies there is run, skipped with a reason, or refused, and nothing is left out; a
//! run succeeds only where all was run and right; and the same folder gives the same answer again.
//!
//! `THUNKPROOF_FOLDERS` is how many folders there are, `THUNKPROOF_SEED` the seed of the first.

#[path = "support/faulty_suite.rs"]
mod faulty_suite;
#[path = "common/times.rs"]
mod times;

use std::{
    collections::BTreeSet,
    env,
    ffi::{OsStr, OsString},
    fs::{self, File, Permissions},
    os::unix::{ffi::OsStrExt, fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{LazyLock, atomic::AtomicBool},
    time::Duration,
};

use faulty_suite::{FaultySuite, State};
use serde_json::Value;
use thunkproof::{
    case::Suite,
    engine::{Embedded, Limits},
    known::Known,
    names::shown,
    outcome::Level,
    run::{Rules, Run},
};
use times::without_times;

static EMBEDDED: LazyLock<Embedded> = LazyLock::new(|| Embedded::new(Limits::of_time(Duration::from_secs(60))));

/// Who programs are started as where the tests run as root, who could read everything.
const NOBODY: u32 = 65534;

/// Of how many folders one is also given to the program itself, which takes longer.
const PROGRAM: u64 = 10;

fn number(variable: &str, otherwise: u64) -> u64 {
    let text = env::var(variable).ok();
    text.map_or(otherwise, |text| text.parse().unwrap_or_else(|error| panic!("{variable}={text}: {error}")))
}

/// What is at hand in a run of all folders.
struct Surroundings {
    is_root: bool,
    /// The program, where nobody can start it; nothing where the folders above it are closed to others.
    program: PathBuf,
    drops_root: bool,
}

impl Surroundings {
    fn new() -> Surroundings {
        let program = assert_cmd::cargo::cargo_bin("thunkproof");
        let is_root = rustix::process::geteuid().is_root();
        let starts = || Command::new(&program).arg("--version").uid(NOBODY).gid(NOBODY).output().is_ok();
        let drops_root = is_root && starts();
        Surroundings { is_root, program, drops_root }
    }

    /// Whether the program may read a file that is locked.
    fn program_reads_all(&self) -> bool {
        self.is_root && !self.drops_root
    }

    fn run(&self, folder: &Path, words: &[&OsStr]) -> Output {
        let mut command = Command::new(&self.program);
        command.args(words).current_dir(folder).env_remove("CI").env_remove("THUNKPROOF_BLESS");
        if self.drops_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output().expect("it starts")
    }
}

/// Gives `each` a number of folders by seed. What it panics with is said after the seed.
fn each_folder(otherwise: u64, each: impl Fn(u64, &Path)) {
    let first = number("THUNKPROOF_SEED", 1);
    for seed in first..first + number("THUNKPROOF_FOLDERS", otherwise) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("it is ours");
        let _said = Said(seed);
        if seed.is_multiple_of(1000) {
            println!("{seed} folders");
        }
        each(seed, folder.path());
    }
}

/// Tells the seed of a folder when a test of it panics.
struct Said(u64);

impl Drop for Said {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this was the folder of THUNKPROOF_SEED={} THUNKPROOF_FOLDERS=1", self.0);
        }
    }
}

fn run_of(suite: &Suite) -> Option<Run> {
    let contents = suite.contents(|_| true).expect("there are fixtures");
    let (known, stop) = (Known::default(), AtomicBool::new(false));
    let today = jiff::civil::date(2030, 1, 1);
    let rules = Rules { subject: "ours", level: Level::Stderr, known: &known, today, complete: true, stop: &stop };
    let is_run = contents.cases.len() + contents.unreadable.len() + contents.unused.len() > 0;
    is_run.then(|| thunkproof::run::run(vec![(suite.clone(), contents)], &*EMBEDDED, rules, |_| ()))
}

/// What a run says of each fixture, by name as reports show it.
fn judged(run: &Run) -> Vec<(String, bool)> {
    run.cases.iter().map(|judged| (judged.case.name.clone(), !judged.fails(run.level))).collect()
}

/// Whether `came` is what must come of the folder: which cases passed, how many fixtures are off, which problems.
fn account(faulty: &FaultySuite, may_read_all: bool, came: &[(String, bool)], disabled: usize, problems: &[String]) {
    let done = faulty.done.join("\n");
    let names = |wanted: &dyn Fn(State) -> bool| -> BTreeSet<String> {
        faulty.fixtures.iter().filter(|(_, state)| wanted(**state)).map(|(name, _)| shown(name)).collect()
    };
    let is_right = |state| state == State::Right || (state == State::Locked && may_read_all);
    let passed: BTreeSet<_> = came.iter().filter(|(_, passed)| *passed).map(|(name, _)| name.clone()).collect();
    assert_eq!(passed, names(&is_right), "{done}\n{problems:#?}");
    assert_eq!(disabled, names(&|state| state == State::Off).len(), "{done}");
    // What is neither run nor switched off is refused by name, and only that.
    let run: BTreeSet<_> = came.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(run.len(), came.len(), "each is run once: {done}");
    let refused = |name: &String| problems.iter().any(|problem| problem.contains(&format!(": {name}: ")));
    for name in names(&|state| state != State::Off) {
        assert!(run.contains(&name) != refused(&name), "{name}: {problems:?}\n{done}");
    }
    for stray in &faulty.stray {
        let line = format!("no fixture uses lang/{}:", shown(stray));
        assert!(problems.iter().any(|problem| problem.contains(&line)), "{stray:?}: {problems:?}\n{done}");
    }
    assert_eq!(
        run.len() + disabled + problems.len(),
        faulty.fixtures.len() + faulty.stray.len(),
        "{done}\n{problems:?}"
    );
}

#[test]
fn check_accounts_for_every_fixture() {
    let surroundings = Surroundings::new();
    each_folder(300, |seed, folder| {
        let faulty = FaultySuite::new(seed, folder);
        let suite = Suite::open(folder).expect("it holds lang/");
        let (first, second) = (run_of(&suite), run_of(&suite));
        match (&first, &second) {
            (Some(first), Some(second)) => {
                account(&faulty, surroundings.is_root, &judged(first), first.disabled, &first.problems);
                assert_eq!(first.succeeded(), faulty.is_right(surroundings.is_root), "{:#?}", faulty.done);
                assert_eq!((judged(first), &first.problems), (judged(second), &second.problems));
            }
            (None, None) => assert!(faulty.fixtures.values().all(|state| *state == State::Off), "{:#?}", faulty.done),
            _ => panic!("the second run is another: {:#?}", faulty.done),
        }
        if seed.is_multiple_of(PROGRAM) {
            let words = ["check", ".", "--quiet", "--json", "-"].map(OsStr::new);
            let output = surroundings.run(folder, &words);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let may = surroundings.program_reads_all();
            if first.is_none() {
                assert_eq!(output.status.code(), Some(2), "{said}");
                assert!(said.contains("every fixture is switched off"), "{said}");
                return;
            }
            let status = i32::from(!faulty.is_right(may));
            assert_eq!(output.status.code(), Some(status), "{:#?}\n{said}", faulty.done);
            let document = &without_times(&output.stdout)[0];
            let cases = document["cases"].as_array().expect("a list").iter();
            let came: Vec<_> =
                cases.map(|case| (case["name"].as_str().expect("text").to_owned(), case["failed"] == false)).collect();
            let problems: Vec<String> = serde_json::from_value(document["problems"].clone()).expect("a list");
            let disabled = document["summary"]["disabled"].as_u64().expect("a number");
            account(&faulty, may, &came, usize::try_from(disabled).expect("few"), &problems);
            assert_eq!(document["succeeded"], status == 0);
            let again = surroundings.run(folder, &words);
            assert_eq!(without_times(&again.stdout), std::slice::from_ref(document));
        }
    });
}

/// What `diff` must say of these: how many cases and how much beside them it skipped, or nothing where it refuses.
fn diff(
    surroundings: &Surroundings,
    folder: &Path,
    words: &[&OsStr],
    expected: Option<(usize, usize)>,
    done: &dyn Fn() -> String,
) {
    let fixed = ["diff", "--subject", "a=embedded", "--reference", "b=embedded", "--quiet", "--json", "-"];
    let words: Vec<&OsStr> = fixed.iter().map(OsStr::new).chain(words.iter().copied()).collect();
    let output = surroundings.run(folder, &words);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let Some((count, skipped)) = expected else {
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}\n{}", done());
        // It is said once, of one thing, though a document's place may be shown below.
        assert!(said.starts_with("thunkproof: ") && said.matches("thunkproof: ").count() == 1, "{said}");
        return;
    };
    assert_eq!(output.status.code(), Some(0), "{said}\n{}", done());
    let lines = without_times(&output.stdout);
    let cases = lines.iter().filter(|line| line["verdict"].is_string());
    let names: Vec<_> = cases
        .map(|case| {
            assert_eq!(case["verdict"], "agree");
            case["name"].to_string()
        })
        .collect();
    let unique = names.iter().collect::<BTreeSet<_>>().len();
    assert_eq!((names.len(), unique), (count, count), "{}", done());
    let reasons = lines.iter().filter_map(|line| line["skipped"].as_object()).flat_map(|it| it.values());
    assert_eq!(reasons.filter_map(Value::as_u64).sum::<u64>(), skipped as u64, "{}", done());
    let again = surroundings.run(folder, &words);
    assert_eq!(without_times(&again.stdout), lines);
}

#[test]
fn diff_asks_every_fixture_or_none() {
    let surroundings = Surroundings::new();
    let may = surroundings.program_reads_all();
    each_folder(25, |seed, folder| {
        if !seed.is_multiple_of(PROGRAM) && env::var_os("THUNKPROOF_FOLDERS").is_some() {
            return;
        }
        let faulty = FaultySuite::new(seed, folder);
        let suite = Suite::open(folder).expect("it holds lang/");
        // What is recorded does not count here; that a question can be put does.
        let contents = suite.questions(|_| true).expect("there are fixtures");
        let off = faulty.fixtures.values().filter(|state| **state == State::Off).count();
        assert_eq!(contents.cases.len() + contents.disabled.len() + contents.unreadable.len(), faulty.fixtures.len());
        assert_eq!(contents.disabled.len(), off);
        let is_locked = |line: &String| {
            [".nix", ".flags", ".run"].iter().any(|it| line.contains(&format!("{it} is a locked file")))
        };
        let refused = !contents.unreadable.is_empty() || (!may && faulty.done.iter().any(is_locked));
        let asked = (!refused && !contents.cases.is_empty()).then_some((contents.cases.len(), off));
        diff(&surroundings, folder, &[OsStr::new(".")], asked, &|| faulty.done.join("\n"));
    });
}

/// A folder of programs for `diff`: how many can be asked, or nothing where something is refused.
fn programs(random: &mut fastrand::Rng, folder: &Path, reads_all: bool) -> Option<(usize, usize)> {
    let (mut count, mut links, mut refused) = (0, 0, false);
    let names: [&[u8]; 8] =
        [b"a.nix", b"b.nix", b"\xff.nix", b"\\xff.nix", b"x\n.nix", b"-e.nix", b"text", b"data\xfe"];
    let below = folder.join("below.nix");
    fs::create_dir(&below).expect("writable");
    for name in names {
        let folder = if random.bool() { folder } else { &below };
        let file = folder.join(OsStr::from_bytes(name));
        let is_program = name.ends_with(b".nix");
        let link = |target: &str| std::os::unix::fs::symlink(target, &file).expect("writable");
        let (asked, wrong) = match random.u8(0..24) {
            0 => {
                link("nowhere");
                (false, true)
            }
            1 => {
                link(OsStr::from_bytes(b"loop").to_str().expect("text"));
                link_loop(folder);
                (false, true)
            }
            2 => {
                link("/dev/zero");
                (false, true)
            }
            3 => {
                link("/proc/self/mem");
                (false, true)
            }
            4 => {
                let (kind, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU);
                rustix::fs::mknodat(rustix::fs::CWD, &file, kind, mode, 0).expect("writable");
                (false, true)
            }
            5 => {
                File::create(&file).and_then(|it| it.set_len(40 << 30)).expect("writable");
                (false, true)
            }
            6 => {
                fs::write(&file, "1").expect("writable");
                fs::set_permissions(&file, Permissions::from_mode(0o000)).expect("it is ours");
                (reads_all, !reads_all)
            }
            // Nobody looks behind a link to a folder, whose files may be those of this one.
            7 => {
                link("/");
                links += 1;
                (false, false)
            }
            8 => {
                fs::create_dir(&file).expect("writable");
                (false, false)
            }
            9..=12 => {
                fs::write(&file, b"\xff\xfe\x00(").expect("writable");
                (true, false)
            }
            _ => {
                fs::write(&file, "{ a = 1; }").expect("writable");
                (true, false)
            }
        };
        count += usize::from(is_program && asked);
        refused |= is_program && wrong;
    }
    (!refused && count > 0).then_some((count, links))
}

fn link_loop(folder: &Path) {
    let _ = std::os::unix::fs::symlink("loop", folder.join("loop"));
}

/// A file of expressions: how many there are, or nothing where it is refused.
fn expressions(random: &mut fastrand::Rng, file: &Path, reads_all: bool) -> Option<(usize, usize)> {
    match random.u8(0..16) {
        0 => return None,
        1 => {
            std::os::unix::fs::symlink("/proc/self/mem", file).expect("writable");
            return None;
        }
        2 => {
            fs::create_dir(file).expect("writable");
            return None;
        }
        3 => {
            std::os::unix::fs::symlink("/dev/null", file).expect("writable");
            return None;
        }
        _ => {}
    }
    let lines: [&[u8]; 8] = [b"1 + 1", b"", b"  # no", b"\xff", b"x", b"\x00", b"   ", b"-1"];
    let chosen: Vec<_> = (0..random.usize(0..12)).map(|_| lines[random.usize(0..lines.len())]).collect();
    let count = chosen.iter().filter(|line| [&b"1 + 1"[..], b"\xff", b"x", b"\x00", b"-1"].contains(*line)).count();
    let end: &[u8] = if random.bool() { b"\n" } else { b"" };
    fs::write(file, [chosen.join(&b'\n'), end.to_vec()].concat()).expect("writable");
    if random.u8(0..8) == 0 {
        fs::set_permissions(file, Permissions::from_mode(0o000)).expect("it is ours");
        return (reads_all && count > 0).then_some((count, 0));
    }
    (count > 0).then_some((count, 0))
}

#[test]
fn diff_asks_every_program_and_expression_or_none() {
    let surroundings = Surroundings::new();
    let may = surroundings.program_reads_all();
    each_folder(25, |seed, folder| {
        if !seed.is_multiple_of(PROGRAM) && env::var_os("THUNKPROOF_FOLDERS").is_some() {
            return;
        }
        let mut random = fastrand::Rng::with_seed(seed);
        let files = folder.join("files");
        fs::create_dir(&files).expect("writable");
        let asked = programs(&mut random, &files, may);
        let listed = || {
            let entries =
                fs::read_dir(&files).expect("readable").chain(fs::read_dir(files.join("below.nix")).expect("readable"));
            entries.map(|entry| format!("{:?}", entry.expect("readable").file_name())).collect::<Vec<_>>().join("\n")
        };
        diff(&surroundings, folder, &[OsStr::new("files")], asked, &listed);
        diff(&surroundings, folder, &[OsStr::new("files"), OsStr::new("--parse")], asked, &listed);
        let file = folder.join(OsString::from("cases.txt"));
        let asked = expressions(&mut random, &file, may);
        let text = || String::from_utf8_lossy(&fs::read(&file).unwrap_or_default()).into_owned();
        diff(&surroundings, folder, &[OsStr::new("--expressions"), file.as_os_str()], asked, &text);
    });
}
