//! Starts a program with the fork server's library in it.
//!
//! The loader reads from `LD_PRELOAD` which library to load first. A reference that was unpacked from packages is a
//! shell script, which starts the program through the unpacked loader. There `LD_PRELOAD` would reach the shell, so the
//! script is read, and the loader is started directly, with its flag `--preload` and the variables that the script sets.

use std::{
    ffi::OsString,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

/// What to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Injection {
    /// The program.
    pub program: PathBuf,
    /// Its arguments, before those of a case.
    pub arguments: Vec<OsString>,
    /// Our library, where the environment must name it.
    pub preload: Option<PathBuf>,
    /// Variables in the place of those of a case.
    pub environment: Vec<(OsString, OsString)>,
}

/// Longer than any wrapper that only starts another program.
const LONGEST_WRAPPER: u64 = 16 << 10;

/// How `program` is started with `library` in it, or why it cannot be.
pub(super) fn find(program: &Path, library: &Path) -> Result<Injection, String> {
    let file = if program.components().count() > 1 { program.to_owned() } else { on_path(program)? };
    let mut start = Vec::new();
    File::open(&file)
        .and_then(|file| file.take(LONGEST_WRAPPER).read_to_end(&mut start))
        .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    if start.starts_with(b"\x7fELF") {
        // As the engine for commands starts it: the program sees the same name of itself.
        let preload = Some(library.to_owned());
        return Ok(Injection { program: file, arguments: Vec::new(), preload, environment: Vec::new() });
    }
    let unclear = || format!("{} is neither a binary nor a script that only starts one", file.display());
    let text = std::str::from_utf8(&start).map_err(|_| unclear())?;
    from_wrapper(text, library).ok_or_else(unclear)
}

fn on_path(program: &Path) -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut files = std::env::split_paths(&path).map(|folder| folder.join(program));
    files.find(|file| file.is_file()).ok_or_else(|| format!("{} is not on PATH", program.display()))
}

/// The injection into a script whose last command is `exec LOADER [FLAGS] PROGRAM "$@"` and whose others are
/// `export NAME=VALUE`, the words and values with no quotes but whole single ones.
fn from_wrapper(text: &str, library: &Path) -> Option<Injection> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    if !lines.next()?.starts_with("#!") {
        return None;
    }
    let commands: Vec<&str> = lines.filter(|line| !line.starts_with('#')).collect();
    let (command, exports) = commands.split_last()?;
    let environment = exports.iter().map(|export| exported(export)).collect::<Option<_>>()?;
    let command = command.strip_prefix("exec ")?.strip_suffix("\"$@\"")?;
    let words: Vec<&str> = command.split_whitespace().map(unquoted).collect::<Option<_>>()?;
    let (loader, rest) = words.split_first()?;
    let name = Path::new(loader).file_name()?.to_str()?;
    if !(name.starts_with("ld-") || name.starts_with("ld.so")) || !loader.starts_with('/') {
        return None;
    }
    let preload: [OsString; 2] = ["--preload".into(), library.into()];
    let arguments = preload.into_iter().chain(rest.iter().map(OsString::from)).collect();
    Some(Injection { program: loader.into(), arguments, preload: None, environment })
}

/// The variable that a command sets.
fn exported(command: &str) -> Option<(OsString, OsString)> {
    let (name, value) = command.strip_prefix("export ")?.split_once('=')?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_name && !value.contains(char::is_whitespace)).then_some(())?;
    Some((name.into(), unquoted(value)?.into()))
}

/// A word of a shell command that means itself.
fn unquoted(word: &str) -> Option<&str> {
    let word = word.strip_prefix('\'').and_then(|word| word.strip_suffix('\'')).unwrap_or(word);
    (!word.contains(['\'', '"', '\\', '$', '`', ';', '&', '|', '<', '>', '(', ')', '*', '?', '['])).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is started for this script, as one line.
    fn check(script: &str, expected: Option<&str>) {
        let found = from_wrapper(script, Path::new("/t/server.so"));
        let line = found.map(|it| {
            let text = |word: &OsString| word.to_str().expect("text").to_owned();
            let variables = it.environment.iter().map(|(name, value)| format!("{}={}", text(name), text(value)));
            let words = std::iter::once(it.program.as_os_str().to_owned()).chain(it.arguments);
            variables.chain(words.map(|word| text(&word))).collect::<Vec<_>>().join(" ")
        });
        assert_eq!(line.as_deref(), expected, "{script}");
    }

    #[test]
    fn a_wrapper_around_a_loader_is_seen_through() {
        check(
            "#!/bin/sh\nexec /r/ld-linux-x86-64.so.2 --argv0 nix-instantiate --library-path /r/lib:/r/l /r/nix \"$@\"\n",
            Some(
                "/r/ld-linux-x86-64.so.2 --preload /t/server.so --argv0 nix-instantiate --library-path /r/lib:/r/l /r/nix",
            ),
        );
        check(
            "#!/bin/sh\n# why\nexec '/r/ld-linux.so.2' '/r/nix' \"$@\"",
            Some("/r/ld-linux.so.2 --preload /t/server.so /r/nix"),
        );
        check(
            "#!/bin/sh\nexport NIX_REMOTE='file:///r/no-store'\nexport A=b\nexec '/r/ld-2.31.so' '/r/nix' \"$@\"\n",
            Some("NIX_REMOTE=file:///r/no-store A=b /r/ld-2.31.so --preload /t/server.so /r/nix"),
        );
    }

    #[test]
    fn a_script_that_does_more_is_left_alone() {
        check("#!/bin/sh\nexport X=$Y\nexec /r/ld-linux.so.2 /r/nix \"$@\"", None);
        check("#!/bin/sh\nexport X\nexec /r/ld-linux.so.2 /r/nix \"$@\"", None);
        check("#!/bin/sh\nexport X=1; rm x\nexec /r/ld-linux.so.2 /r/nix \"$@\"", None);
        check("#!/bin/sh\nX=1\nexec /r/ld-linux.so.2 /r/nix \"$@\"", None);
        check("#!/bin/sh\nexec env -i /r/nix \"$@\"", None);
        check("#!/bin/sh\nexec /r/ld-linux.so.2 \"$X\" \"$@\"", None);
        check("#!/bin/sh\nexec /r/ld-linux.so.2 /r/nix", None);
        check("", None);
    }
}
