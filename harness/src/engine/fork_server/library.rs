//! The fork server's shared object: compiled from the source beside this file when it is first needed.

use std::{
    env,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use crate::project;

const SOURCE: &str = include_str!("server.c");

const FLAGS: [&str; 3] = ["-O2", "-shared", "-fPIC"];

/// Older C libraries have dlsym() in a library of its own, which the program need not have loaded.
const LIBRARIES: [&str; 2] = ["-Wl,--no-as-needed", "-ldl"];

/// The shared object, compiled on first use, or why there is none.
pub(super) fn file() -> Result<PathBuf, String> {
    static FILE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    FILE.get_or_init(|| {
        if cfg!(not(target_os = "linux")) {
            return Err("it needs Linux".to_owned());
        }
        with(&[])
    })
    .clone()
}

/// The shared object, compiled with these macros of its source defined.
pub(super) fn with(macros: &[&str]) -> Result<PathBuf, String> {
    let folder = folder();
    compile(&folder, macros).map_err(|error| format!("cannot compile it into {}: {error}", folder.display()))
}

/// Below `target/` of the workspace that built this program or in which it runs; else where temporary files are.
fn folder() -> PathBuf {
    let program = env::current_exe().ok();
    let built = program.as_deref().and_then(|program| program.ancestors().find(|folder| folder.ends_with("target")));
    let here = || env::current_dir().ok().and_then(|here| project::root_above(&here)).map(|root| root.join("target"));
    let target = built.map(Path::to_owned).or_else(here);
    target.unwrap_or_else(|| env::temp_dir().join("thunkproof")).join("fork-server")
}

/// Compiles into a file named by all that goes into it, so that another version of this program does not take it for its
/// own, and renames it into place, so that nobody loads half of one.
fn compile(folder: &Path, macros: &[&str]) -> io::Result<PathBuf> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    (SOURCE, macros, FLAGS, LIBRARIES).hash(&mut hasher);
    let library = folder.join(format!("server-{}-{:016x}.so", env::consts::ARCH, hasher.finish()));
    if library.exists() {
        return Ok(library);
    }
    fs::create_dir_all(folder)?;
    let draft = tempfile::tempdir_in(folder)?;
    let (source, object) = (draft.path().join("server.c"), draft.path().join("server.so"));
    fs::write(&source, SOURCE)?;
    let compiler = env::var_os("CC").filter(|name| !name.is_empty()).unwrap_or_else(|| OsString::from("cc"));
    let mut command = Command::new(&compiler);
    command.args(FLAGS).arg("-o").arg(&object).arg(&source).args(LIBRARIES);
    command.args(macros.iter().map(|name| format!("-D{name}"))).stdin(Stdio::null());
    let output = command.output().map_err(|error| {
        io::Error::new(error.kind(), format!("cannot start {}: {error}", compiler.to_string_lossy()))
    })?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        let first = text.lines().find(|line| line.contains("error")).or(text.lines().next()).unwrap_or_default();
        return Err(io::Error::other(format!("{}: {first}", compiler.to_string_lossy())));
    }
    fs::rename(&object, &library)?;
    Ok(library)
}
