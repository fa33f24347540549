//! Folders of fixtures with faults, made from a seed: all is right at first, and then some of it is not. What was done to
//! each fixture is written down, so that a test knows what a harness has to say of it without reading what it read.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fs::{self, File, Permissions},
    os::unix::{
        ffi::{OsStrExt, OsStringExt},
        fs::{PermissionsExt, symlink},
        net::UnixListener,
    },
    path::{Path, PathBuf},
};

use bstr::ByteSlice;
use fastrand::Rng;
use rustix::fs::{CWD, FileType, Mode, mknodat};

/// What must come of a fixture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is run, and is as recorded.
    Right,
    /// It is right for whoever may read it.
    Locked,
    /// It is run and is not as recorded, or it is refused.
    Wrong,
    /// It is switched off.
    Off,
}

/// A fixture that is right: the program, and its recorded answers by ending. `NAME` stands for its name.
#[derive(Debug)]
struct Model {
    class: &'static str,
    files: &'static [(&'static str, &'static str)],
}

const MODELS: [Model; 6] = [
    Model { class: "eval-okay", files: &[(".nix", "[ 1 2 ]\n"), (".exp", "[ 1 2 ]\n")] },
    Model {
        class: "eval-okay",
        files: &[(".nix", "builtins.trace \"t\" [ 3 ]\n"), (".exp", "[ 3 ]\n"), (".err.exp", "trace: t\n")],
    },
    Model { class: "eval-okay", files: &[(".nix", "{ a = [ 1 ]; }\n"), (".flags", "-A a\n"), (".exp", "[ 1 ]\n")] },
    Model {
        class: "eval-okay",
        files: &[
            (".nix", "[ ]\n"),
            (".run", "arguments = [\"--eval\", \"--strict\", \"-\"]\nstdin = \"[ 7 ]\"\n"),
            (".exp", "[ 7 ]\n"),
        ],
    },
    Model {
        class: "eval-fail",
        files: &[
            (".nix", "throw \"no\"\n"),
            (
                ".err.exp",
                "error:\n       … while calling the 'throw' builtin\n         at /pwd/lang/NAME.nix:1:1:\n            1| throw \"no\"\n             | ^\n            2|\n\n       error: no\n",
            ),
        ],
    },
    Model { class: "parse-okay", files: &[(".nix", "[ 1 [ ] ]\n"), (".exp", "[ (1) ([ ]) ]\n")] },
];

/// Endings that no file of a fixture has.
const UNKNOWN: [&str; 4] = [".nix~", ".expp", "", ".txt"];

/// Words of names. Some are no text, and two of them would look alike if what is no text were not shown.
const WORDS: [&[u8]; 10] = [b"a", b"b", b"a.b", "é".as_bytes(), b"\xff", b"\xfe", b"\\xff", b"x\n\x01", b"a b", b"-c"];

/// A folder of fixtures.
pub struct FaultySuite {
    /// The folder above `lang/`.
    pub root: PathBuf,
    /// By name, what must come of each fixture.
    pub fixtures: BTreeMap<OsString, State>,
    /// Files that no fixture uses.
    pub stray: Vec<OsString>,
    /// What was done, for messages.
    pub done: Vec<String>,
    /// Sockets, which last as long as this.
    sockets: Vec<UnixListener>,
}

/// What can lie where a file is expected. All of them are there for whoever lists the folder.
const ODD: [&str; 12] = [
    "dangling link",
    "loop of links",
    "link to a folder",
    "link to a device",
    "link to a name that is too long",
    "link to what even root cannot read",
    "pipe",
    "socket",
    "folder",
    "folder with a program",
    "huge sparse file",
    "locked file",
];

impl FaultySuite {
    /// The folder of this seed, in `root`, which exists and is empty.
    pub fn new(seed: u64, root: &Path) -> FaultySuite {
        let mut random = Rng::with_seed(seed);
        let root = root.to_owned();
        fs::create_dir(root.join("lang")).expect("writable");
        let mut suite =
            FaultySuite { root, fixtures: BTreeMap::new(), stray: Vec::new(), done: Vec::new(), sockets: Vec::new() };
        for _ in 0..random.usize(1..6) {
            suite.fixture(&mut random);
        }
        if random.bool() {
            suite.helpers(&mut random);
        }
        // A third of all folders has no fault in any fixture.
        let mut names: Vec<_> = suite.fixtures.keys().cloned().collect();
        random.shuffle(&mut names);
        let faults = [0, 1, 1, 2, 3, 9][random.usize(0..6)];
        for name in names.into_iter().take(faults) {
            let (state, what) = suite.fault(&name, &mut random);
            suite.done.push(format!("{name:?}: {what}: {state:?}"));
            suite.fixtures.insert(name, state);
        }
        if random.u8(0..4) == 0 {
            suite.stray(&mut random);
        }
        suite
    }

    /// Whether a run of all of it must succeed.
    pub fn is_right(&self, may_read_all: bool) -> bool {
        self.stray.is_empty()
            && self.fixtures.values().all(|state| match state {
                State::Right | State::Off => true,
                State::Locked => may_read_all,
                State::Wrong => false,
            })
    }

    fn at(&self, name: &OsStr, ending: &str) -> PathBuf {
        self.root.join("lang").join([name, OsStr::new(ending)].into_iter().collect::<OsString>())
    }

    fn fixture(&mut self, random: &mut Rng) {
        let model = &MODELS[random.usize(0..MODELS.len())];
        let mut name = format!("{}-", model.class).into_bytes();
        name.extend(WORDS[random.usize(0..WORDS.len())]);
        name.extend(WORDS[random.usize(0..WORDS.len())]);
        let name = OsString::from_vec(name);
        if self.fixtures.contains_key(&name) {
            return;
        }
        for (ending, content) in model.files {
            let mut bytes = Vec::new();
            for (place, part) in content.split("NAME").enumerate() {
                if place > 0 {
                    // In a message each line is indented.
                    bytes.extend(name.as_bytes().replace("\n", "\n       "));
                }
                bytes.extend(part.as_bytes());
            }
            fs::write(self.at(&name, ending), bytes).expect("writable");
        }
        self.done.push(format!("{name:?}: {:?}", model.files[0].1));
        self.fixtures.insert(name, State::Right);
    }

    /// What fixtures may read, in any state: no fixture's file, so nothing is to be said of it.
    fn helpers(&mut self, random: &mut Rng) {
        let below = self.root.join("lang/data");
        fs::create_dir(&below).expect("writable");
        fs::write(below.join("short"), "text").expect("writable");
        for number in 0..random.usize(1..4) {
            let what = ODD[random.usize(0..ODD.len())];
            let folder = if random.bool() { below.clone() } else { self.root.join("lang") };
            self.odd(what, &folder.join(format!("helper-{number}.nix")), None);
            self.done.push(format!("helper-{number}.nix in {}: {what}", folder.display()));
        }
        if random.bool() {
            fs::set_permissions(&below, Permissions::from_mode(0o000)).expect("it is there");
        }
    }

    /// Puts something odd in the place of `file`; a locked one holds `content`.
    fn odd(&mut self, what: &str, file: &Path, content: Option<&[u8]>) {
        let link = |target: &Path| symlink(target, file).expect("writable");
        match what {
            "dangling link" => link(Path::new("nowhere")),
            "loop of links" => link(Path::new(file.file_name().expect("a name"))),
            "link to a folder" => link(Path::new("/")),
            "link to a device" => link(Path::new("/dev/zero")),
            "link to a name that is too long" => link(Path::new(&"x".repeat(300))),
            "link to what even root cannot read" => link(Path::new("/proc/self/mem")),
            "pipe" => mknodat(CWD, file, FileType::Fifo, Mode::RUSR | Mode::WUSR | Mode::ROTH, 0).expect("writable"),
            "socket" => self.sockets.push(UnixListener::bind(file).expect("writable")),
            "folder" | "folder with a program" => {
                fs::create_dir(file).expect("writable");
                if what != "folder" {
                    fs::write(file.join("default.nix"), "[ 1 2 ]").expect("writable");
                }
            }
            "huge sparse file" => File::create(file).and_then(|it| it.set_len(40 << 30)).expect("writable"),
            "locked file" => {
                fs::write(file, content.unwrap_or(b"1")).expect("writable");
                fs::set_permissions(file, Permissions::from_mode(0o000)).expect("it is there");
            }
            _ => unreachable!("{what}"),
        }
    }

    /// Does something to the fixture `name`, and gives what must come of it.
    fn fault(&mut self, name: &OsStr, random: &mut Rng) -> (State, String) {
        let endings: Vec<_> = [".nix", ".exp", ".err.exp", ".flags", ".run"]
            .into_iter()
            .filter(|it| self.at(name, it).exists())
            .collect();
        let ending = endings[random.usize(0..endings.len())];
        let file = self.at(name, ending);
        let content = fs::read(&file).expect("readable");
        // A `.run` says what is evaluated, and the program beside it need only be there.
        let is_unasked = ending == ".nix" && endings.contains(&".run");
        let spoilt = if is_unasked { State::Right } else { State::Wrong };
        match random.u8(0..8) {
            0 => {
                let what = ODD[random.usize(0..ODD.len())];
                let off = self.at(name, ".exp-disabled");
                self.odd(what, &off, None);
                (State::Off, format!("switched off by a {what}"))
            }
            1..=4 => {
                let what = ODD[random.usize(0..ODD.len())];
                fs::remove_file(&file).expect("it is there");
                self.odd(what, &file, Some(&content));
                let state = if what == "locked file" { State::Locked } else { State::Wrong };
                (state, format!("{ending} is a {what}"))
            }
            5 => {
                fs::write(&file, &content[..content.len() / 2]).expect("writable");
                (spoilt, format!("{ending} is cut"))
            }
            6 => {
                fs::write(&file, b"\xff\xfe(").expect("writable");
                (spoilt, format!("{ending} is not text"))
            }
            _ => {
                // A link to a file is as good as the file.
                let target = self.root.join("target");
                if target.exists() || ending == ".nix" {
                    return (State::Right, "nothing".to_owned());
                }
                fs::rename(&file, &target).expect("writable");
                symlink("../target", &file).expect("writable");
                (State::Right, format!("{ending} is a link"))
            }
        }
    }

    /// Adds a file that looks like a fixture's and that nothing reads.
    fn stray(&mut self, random: &mut Rng) {
        let names: Vec<_> = self.fixtures.keys().cloned().collect();
        let near = names[random.usize(0..names.len())].clone();
        let (name, ending) = match random.u8(0..3) {
            0 => (OsString::from_vec(b"eval-okay-gone\xff".to_vec()), ".exp"),
            1 => (OsString::from("parse-fail-gone"), ".err.exp"),
            _ => (near, UNKNOWN[random.usize(0..UNKNOWN.len())]),
        };
        let file = self.at(&name, ending);
        let odd = ["dangling link", "pipe", "locked file", "huge sparse file"][random.usize(0..4)];
        self.odd(odd, &file, None);
        let stray = file.file_name().expect("a name").to_owned();
        self.done.push(format!("{stray:?}: stray {odd}"));
        self.stray.push(stray);
    }
}

impl Drop for FaultySuite {
    fn drop(&mut self) {
        // Else the folder could not be removed.
        let _ = fs::set_permissions(self.root.join("lang/data"), Permissions::from_mode(0o755));
    }
}
