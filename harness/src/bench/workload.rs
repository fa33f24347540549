//! The workloads: files to evaluate or to parse, named one by one, by folder, or in a list.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use walkdir::WalkDir;

use crate::read::{self, DocumentError};

/// Something to run a program on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// The name in reports.
    pub name: String,
    /// The size it is given, if it takes one.
    pub size: Option<u64>,
    /// The arguments, without the program's name.
    pub arguments: Vec<OsString>,
    /// All variables.
    pub environment: Vec<(OsString, OsString)>,
    /// Where it runs.
    pub current_dir: PathBuf,
    /// What is on its standard input.
    pub stdin: Vec<u8>,
}

/// What holds for all workloads of a run.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// The search path, where a list says nothing else.
    pub nix_path: Option<OsString>,
    /// Sizes that are given to each workload as its argument `n`, one after the other.
    pub sizes: Vec<u64>,
}

/// Why there is nothing to measure.
#[derive(Debug, thiserror::Error)]
pub enum WorkloadError {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A list is not what it should be.
    #[error(transparent)]
    List(#[from] DocumentError),
    /// A folder holds nothing to measure.
    #[error("{} holds no file *.nix", .0.display())]
    Empty(PathBuf),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    workload: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The file, from the list's folder.
    file: PathBuf,
    /// Without one, the file's own.
    name: Option<String>,
    /// Whether it is parsed and printed, not evaluated.
    #[serde(default)]
    parse: bool,
    /// More arguments.
    #[serde(default)]
    arguments: Vec<String>,
    nix_path: Option<String>,
}

/// The workloads of a path: a file `*.toml` is a list of them, a folder holds files `*.nix`, any other file is one.
///
/// # Errors
/// When something cannot be read, is no list, or holds nothing.
pub fn at(path: &Path, defaults: &Defaults) -> Result<Vec<Workload>, WorkloadError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| WorkloadError::Unreadable { path, source }
    };
    let absolute = path.canonicalize().map_err(unreadable(path))?;
    if absolute.is_dir() {
        let mut workloads = Vec::new();
        for entry in WalkDir::new(&absolute).sort_by_file_name() {
            let entry = entry.map_err(|error| unreadable(path)(error.into()))?;
            if entry.path().extension().is_some_and(|ending| ending == "nix") && !entry.path().is_dir() {
                read::regular(entry.path()).map_err(unreadable(entry.path()))?;
                let relative = entry.path().strip_prefix(&absolute).unwrap_or(entry.path());
                let name = relative.with_extension("").display().to_string();
                workloads.extend(sized(&Entry::of(entry.path(), name), entry.path(), defaults));
            }
        }
        return if workloads.is_empty() { Err(WorkloadError::Empty(path.to_owned())) } else { Ok(workloads) };
    }
    if absolute.extension().is_none_or(|ending| ending != "toml") {
        read::regular(&absolute).map_err(unreadable(path))?;
        let name = absolute.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        return Ok(sized(&Entry::of(&absolute, name), &absolute, defaults));
    }
    let list: List = read::toml(path)?;
    let folder = absolute.parent().unwrap_or(Path::new("/"));
    let mut workloads = Vec::new();
    for entry in &list.workload {
        let file = folder.join(&entry.file);
        let file = file.canonicalize().map_err(unreadable(&file))?;
        workloads.extend(sized(entry, &file, defaults));
    }
    Ok(workloads)
}

impl Entry {
    fn of(file: &Path, name: String) -> Entry {
        Entry { file: file.to_owned(), name: Some(name), parse: false, arguments: Vec::new(), nix_path: None }
    }
}

/// A workload for each size, or one where there are no sizes.
fn sized(entry: &Entry, file: &Path, defaults: &Defaults) -> Vec<Workload> {
    if defaults.sizes.is_empty() {
        return vec![workload(entry, file, defaults, None)];
    }
    defaults.sizes.iter().map(|size| workload(entry, file, defaults, Some(*size))).collect()
}

fn workload(entry: &Entry, file: &Path, defaults: &Defaults, size: Option<u64>) -> Workload {
    let stem = || file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut arguments: Vec<OsString> =
        if entry.parse { vec!["--parse".into()] } else { vec!["--eval".into(), "--strict".into()] };
    arguments.extend(entry.arguments.iter().map(OsString::from));
    if let Some(size) = size {
        arguments.extend(["--arg".into(), "n".into(), size.to_string().into()]);
    }
    arguments.push(file.into());
    let nix_path = entry.nix_path.as_ref().map(OsString::from).or_else(|| defaults.nix_path.clone());
    Workload {
        name: entry.name.clone().unwrap_or_else(stem),
        size,
        arguments,
        environment: environment(nix_path.unwrap_or_default()),
        current_dir: file.parent().unwrap_or(Path::new("/")).to_owned(),
        stdin: Vec::new(),
    }
}

/// Nothing of this machine but where programs are, and no store.
fn environment(nix_path: OsString) -> Vec<(OsString, OsString)> {
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into());
    let mut variables = vec![("PATH".into(), path), ("NIX_PATH".into(), nix_path)];
    let fixed = [
        ("NIX_REMOTE", "dummy://"),
        ("HOME", "/nonexistent"),
        ("NIX_CONF_DIR", "/nonexistent"),
        ("NIX_STATE_DIR", "/nonexistent"),
        ("NIX_USER_CONF_FILES", ""),
        ("NIX_CONFIG", "build-users-group ="),
        // C++ Nix starts twice as fast with a single thread of its garbage collector: its best time is what counts.
        ("GC_MARKERS", "1"),
    ];
    variables.extend(fixed.map(|(name, value)| (name.into(), value.into())));
    variables
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Names and arguments of the workloads at a path of a folder with these files.
    fn check(files: &[(&str, &str)], path: &str, sizes: &[u64]) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
            fs::write(file, text).expect("writable");
        }
        let defaults = Defaults { nix_path: Some("a=/b".into()), sizes: sizes.to_vec() };
        let root = folder.path().canonicalize().expect("there").display().to_string() + "/";
        let shown = |workload: Workload| {
            let words: Vec<_> = workload.arguments.iter().map(|word| word.to_string_lossy()).collect();
            let (_, nix_path) = &workload.environment[1];
            format!("{}: {} [{}]", workload.name, words.join(" "), nix_path.to_string_lossy()).replace(&root, "")
        };
        match at(&folder.path().join(path), &defaults) {
            Ok(workloads) => Ok(workloads.into_iter().map(shown).collect()),
            Err(error) => Err(error.to_string().replace(&root, "")),
        }
    }

    #[test]
    fn files_folders_and_lists() {
        let files = [("a.nix", ""), ("b/c.nix", ""), ("b/d.txt", "")];
        assert_eq!(check(&files, "a.nix", &[]).unwrap(), ["a: --eval --strict a.nix [a=/b]"]);
        let both = ["a: --eval --strict a.nix [a=/b]", "b/c: --eval --strict b/c.nix [a=/b]"];
        assert_eq!(check(&files, "", &[]).unwrap(), both);
        let list = "[[workload]]\nfile = 'b/c.nix'\nname = 'x'\nparse = true\narguments = ['--x']\nnix_path = ''\n\
                    [[workload]]\nfile = 'a.nix'";
        let files = [("a.nix", ""), ("b/c.nix", ""), ("l.toml", list)];
        let listed = ["x: --parse --x b/c.nix []", "a: --eval --strict a.nix [a=/b]"];
        assert_eq!(check(&files, "l.toml", &[]).unwrap(), listed);
    }

    #[test]
    fn a_size_is_an_argument() {
        let sized = ["a: --eval --strict --arg n 1 a.nix [a=/b]", "a: --eval --strict --arg n 2 a.nix [a=/b]"];
        assert_eq!(check(&[("a.nix", "")], "a.nix", &[1, 2]).unwrap(), sized);
    }

    #[test]
    fn what_cannot_be_used_is_told() {
        let check = |files: &[(&str, &str)], path: &str, part: &str| {
            let error = check(files, path, &[]).expect_err("refused");
            assert!(error.contains(part), "{error}");
        };
        check(&[], "a.nix", "a.nix: No such file");
        check(&[("b/a.txt", "")], "b", "holds no file *.nix");
        check(&[("l.toml", "[[workload]]\nfil = 'a'")], "l.toml", "unknown field `fil`");
        check(&[("l.toml", "[[workload]]\nfile = 'a'")], "l.toml", "a: No such file");
    }
}
