//! Reads settings from text: `nix.conf` files, NIX_CONFIG, and the other variables that set something.
//!
//! The order is the reference's (`loadConfFile` in `libstore/globals.cc`): the system's `nix.conf`, the user's files
//! from the last to the first, NIX_CONFIG, and then NIX_PATH, which replaces `nix-path`. Flags come after all of these.

use super::environment::Environment;
use super::home::Home;
use super::{Settings, parse};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use crate::io::access::Resolution;
use crate::io::search_path::{Entry, split_nix_path};
use crate::io::{Io, access, paths};

/// The folder of the system's `nix.conf`, unless NIX_CONF_DIR names another.
const CONFIGURATION_FOLDER: &[u8] = b"/etc/nix";
/// The folder of Nix's state, unless NIX_STATE_DIR names another.
const STATE_FOLDER: &[u8] = b"/nix/var/nix";

impl Settings {
    /// The settings of an invocation before its flags: the defaults, changed by files and the environment. Files that
    /// cannot be read are skipped, as in the reference. A wrong line or value is an error.
    pub fn from_environment(
        environment: Environment<'_>,
        home: &Home,
        current_dir: &[u8],
        io: &dyn Io,
    ) -> (Settings, Result<(), Box<Error>>) {
        let mut settings = Settings::default();
        if let Some(b"1" | b"yes" | b"true") = environment.get("NIX_ABORT_ON_WARN") {
            settings.abort_on_warn = true;
        }
        if let Some(store) = environment.get("NIX_REMOTE") {
            settings.store = store.to_vec();
        }
        let store_dir = environment.get_non_empty("NIX_STORE_DIR").or_else(|| environment.get_non_empty("NIX_STORE"));
        // A relative one is refused once a store is opened, and not before.
        if let Some(store_dir) = store_dir {
            settings.store_dir =
                if store_dir.starts_with(b"/") { paths::canonical(store_dir) } else { store_dir.to_vec() };
        }
        let outcome = settings.load(environment, home, current_dir, io);
        (settings, outcome)
    }

    fn load(
        &mut self,
        environment: Environment<'_>,
        home: &Home,
        current_dir: &[u8],
        io: &dyn Io,
    ) -> Result<(), Box<Error>> {
        let nix_path = environment.get("NIX_PATH");
        let system = system_file(environment)?;
        let reader = Reader { io, current_dir, keep_nix_path: nix_path.is_some() };
        reader.apply_file(self, &system)?;
        self.lint_short_path_literals_overridden = false;
        let files = user_files(environment, home)?;
        self.warn_of_home(home);
        for file in files.iter().rev() {
            reader.apply_file(self, file)?;
        }
        if let Some(text) = environment.get("NIX_CONFIG") {
            reader.apply(self, text, b"NIX_CONFIG")?;
        }
        if let Some(text) = nix_path {
            self.set(b"nix-path", &split_nix_path(text).join(&b' '))?;
        }
        Ok(())
    }
}

/// The system's `nix.conf`.
pub fn system_file(environment: Environment<'_>) -> Result<Vec<u8>, Box<Error>> {
    let folder = environment.get_non_empty("NIX_CONF_DIR").unwrap_or(CONFIGURATION_FOLDER);
    Ok(paths::join(&parse::absolute_path(folder)?, b"nix.conf"))
}

/// Where Nix keeps its state.
pub fn state_folder(environment: Environment<'_>) -> Vec<u8> {
    paths::canonical(environment.get_non_empty("NIX_STATE_DIR").unwrap_or(STATE_FOLDER))
}

/// The user's files, the most important first. An empty name in NIX_USER_CONF_FILES is the current folder.
pub fn user_files(environment: Environment<'_>, home: &Home) -> Result<Vec<Vec<u8>>, Box<Error>> {
    let split = |text: &[u8]| -> Vec<Vec<u8>> {
        let parts = text.split(|byte| *byte == b':');
        parts.map(|part| if part.is_empty() { b".".to_vec() } else { part.to_vec() }).collect()
    };
    match environment.get("NIX_USER_CONF_FILES") {
        Some(b"") => return Ok(Vec::new()),
        Some(files) => return Ok(split(files)),
        None => {}
    }
    let own = match (environment.get("NIX_CONFIG_HOME"), environment.get("XDG_CONFIG_HOME")) {
        (Some(folder), _) => Some(folder.to_vec()),
        (None, Some(folder)) => Some(paths::join(folder, b"nix")),
        (None, None) => home.inside(b"/.config/nix")?,
    };
    let shared = split(environment.get("XDG_CONFIG_DIRS").unwrap_or(b"/etc/xdg"));
    let shared = shared.iter().map(|folder| paths::join(folder, b"nix"));
    Ok(own.into_iter().chain(shared).map(|folder| paths::join(&folder, b"nix.conf")).collect())
}

impl Settings {
    /// The entries of the search path after `nix-path`: channels, if they exist. The reference adds them unless the
    /// evaluation is pure or restricted.
    pub fn default_nix_path(
        &mut self,
        environment: Environment<'_>,
        home: &Home,
        io: &dyn Io,
    ) -> Result<Vec<Entry>, Box<Error>> {
        let expressions = if !self.use_xdg_base_directories {
            home.inside(b"/.nix-defexpr")?
        } else if let Some(folder) = environment.get("NIX_STATE_HOME") {
            Some([folder, b"/defexpr"].concat())
        } else if let Some(folder) = environment.get("XDG_STATE_HOME") {
            Some([folder, b"/nix/defexpr"].concat())
        } else {
            home.inside(b"/.local/state/nix/defexpr")?
        };
        self.warn_of_home(home);
        let state = state_folder(environment);
        let channels = [&state, &b"/profiles/per-user/root/channels"[..]].concat();
        let candidates = [
            (&b""[..], expressions.map(|folder| [&folder, &b"/channels"[..]].concat())),
            (b"nixpkgs", Some([&channels, &b"/nixpkgs"[..]].concat())),
            (b"", Some(channels)),
        ];
        let exists = |path: &[u8]| {
            let path = paths::canonical(path);
            access::resolve_symlinks(io, &path, Resolution::Full).is_ok_and(|path| io.symlink_metadata(&path).is_ok())
        };
        let entries = candidates.into_iter();
        let entries = entries.filter_map(|(prefix, path)| Some(Entry { prefix: prefix.to_vec(), path: path? }));
        Ok(entries.filter(|entry| exists(&entry.path)).collect())
    }

    fn warn_of_home(&mut self, home: &Home) {
        if let Some(warning) = home.take_warning() {
            self.warn(warning);
        }
    }
}

/// Reads configuration text for one invocation.
struct Reader<'invocation> {
    io: &'invocation dyn Io,
    current_dir: &'invocation [u8],
    keep_nix_path: bool,
}

impl Reader<'_> {
    /// Reads a file as the system opens it, following links.
    fn contents(&self, path: &[u8]) -> Option<Vec<u8>> {
        self.io.read_to_end(&paths::absolute(path, self.current_dir)).ok()
    }

    fn apply_file(&self, settings: &mut Settings, path: &[u8]) -> Result<(), Box<Error>> {
        match self.contents(path) {
            Some(text) => self.apply(settings, &text, path),
            None => Ok(()),
        }
    }

    /// Applies configuration text. Messages name `path`, and includes are relative to it.
    fn apply(&self, settings: &mut Settings, text: &[u8], path: &[u8]) -> Result<(), Box<Error>> {
        let mut assignments = Vec::new();
        self.parse(text, path, &mut assignments)?;
        // Other settings may need a feature that a later line switches on.
        let is_features = |name: &[u8]| name == b"experimental-features" || name == b"extra-experimental-features";
        for (name, value) in assignments.iter().filter(|(name, _)| is_features(name)) {
            settings.set(name, value)?;
        }
        for (name, value) in assignments.iter().filter(|(name, _)| !is_features(name)) {
            let is_nix_path = name == b"nix-path" || name == b"extra-nix-path";
            if !(is_nix_path && self.keep_nix_path) {
                settings.set(name, value)?;
            }
        }
        Ok(())
    }

    fn parse(&self, text: &[u8], path: &[u8], assignments: &mut Vec<(Vec<u8>, Vec<u8>)>) -> Result<(), Box<Error>> {
        let quoted = |path: &[u8]| [b"\"", path, b"\""].concat();
        for line in text.split(|byte| *byte == b'\n') {
            let line = line.split(|byte| *byte == b'#').next().unwrap_or_default();
            let words: Vec<&[u8]> = parse::words(line).collect();
            let wrong = || parse::usage("syntax error in configuration line '{}' in {}", &[line, &quoted(path)]);
            match words.as_slice() {
                [] => {}
                [b"include" | b"!include", file] => {
                    let file = included(path, file)?;
                    if let Some(text) = self.contents(&file) {
                        self.parse(&text, &file, assignments)?;
                    } else if words[0] == b"include" && !self.exists(&file)? {
                        let words = "file {} included from {} not found";
                        let words = hint(words, &[&quoted(&file), &quoted(path)]);
                        return Err(Error::new(ErrorKind::System, words));
                    }
                }
                // The reference trips over the format of its own message here.
                [b"include" | b"!include", _, _, ..] => {
                    let words = "boost::bad_format_string: format-string is ill-formed";
                    return Err(Error::new(ErrorKind::System, words));
                }
                [name, b"=", value @ ..] => assignments.push((name.to_vec(), value.join(&b' '))),
                _ => return Err(wrong()),
            }
        }
        Ok(())
    }

    fn exists(&self, path: &[u8]) -> Result<bool, Box<Error>> {
        match self.io.symlink_metadata(path) {
            Ok(_) => Ok(true),
            Err(error) if access::means_absent(&error) => Ok(false),
            Err(error) => {
                let quoted = [b"\"", path, b"\""].concat();
                Err(access::system_error(hint("getting status of {}", &[&quoted]), &error))
            }
        }
    }
}

/// The canonical path of a file included from `path`. Only an absolute one can be included from a relative `path`,
/// such as `NIX_CONFIG`.
fn included(path: &[u8], file: &[u8]) -> Result<Vec<u8>, Box<Error>> {
    if file.starts_with(b"/") {
        return Ok(paths::canonical(file));
    }
    let folder = match path.iter().rposition(|byte| *byte == b'/') {
        Some(slash) => &path[..=slash],
        None => b"",
    };
    parse::absolute_path(&[folder, file].concat())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::errors::highlight::filter_escapes;
    use crate::io::InMemory;

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(&filter_escapes(bytes, false)).into_owned()
    }

    fn load(variables: &[(&str, &str)]) -> (Settings, Vec<String>) {
        let io = InMemory::new()
            .file("/conf/nix.conf", "show-trace = true\ninclude sub.conf\n!include nope\n")
            .file("/conf/sub.conf", "max-call-depth = 5\nfoo = 2\n")
            .file("/home/.config/nix/nix.conf", "extra-experimental-features = pipe-operators\nnix-path = a=b c\n")
            .file("/two.conf", "include two-sub.conf")
            .file("/late.conf", "accept-flake-config = true\nextra-experimental-features = flakes\n");
        let variables: Vec<(OsString, OsString)> =
            variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
        let environment = Environment(&variables);
        let home = Home::find(environment, None, b"/", &io);
        let (mut settings, outcome) = Settings::from_environment(environment, &home, b"/", &io);
        settings.warn_unknown();
        let mut printed: Vec<String> = settings.take_warnings().iter().map(|warning| text(warning)).collect();
        if let Err(error) = outcome {
            let usage = if error.kind == ErrorKind::Usage { " (usage)" } else { "" };
            printed.push(format!("{}{usage}", text(&error.message)));
        }
        (settings, printed)
    }

    /// What the reference prints for a NIX_CONFIG.
    #[track_caller]
    fn check(configuration: &str, expected: &[&str]) {
        let variables = [("NIX_CONF_DIR", "/none"), ("NIX_USER_CONF_FILES", ""), ("NIX_CONFIG", configuration)];
        assert_eq!(load(&variables).1, expected, "{configuration}");
    }

    #[test]
    fn lines() {
        check("foo = 1\nbar = 2", &["unknown setting 'bar'", "unknown setting 'foo'"]);
        check("foo", &["syntax error in configuration line 'foo' in \"NIX_CONFIG\" (usage)"]);
        check("foo bar", &["syntax error in configuration line 'foo bar' in \"NIX_CONFIG\" (usage)"]);
        check("foo=", &["syntax error in configuration line 'foo=' in \"NIX_CONFIG\" (usage)"]);
        check("show-trace = maybe", &["Boolean setting 'show-trace' has invalid value 'maybe' (usage)"]);
        check("include /nonexist", &["file \"/nonexist\" included from \"NIX_CONFIG\" not found"]);
        check("!include /nonexist", &[]);
        check("include a b", &["boost::bad_format_string: format-string is ill-formed"]);
        check("include rel", &["not an absolute path: \"rel\""]);
        check(" foo =  a   b #c", &["unknown setting 'foo'"]);
        check("max-call-depth =", &["setting 'max-call-depth' has invalid value '' (usage)"]);
        check("accept-flake-config = true\nexperimental-features = flakes", &[]);
    }

    /// As the reference did it with the same files.
    #[test]
    fn files() {
        let (settings, printed) = load(&[("NIX_CONF_DIR", "/conf"), ("HOME", "/home")]);
        assert_eq!(printed, ["unknown setting 'foo'"]);
        assert!(settings.show_trace && settings.max_call_depth == 5);
        assert!(settings.experimental_features.contains(super::super::Feature::PipeOperators));
        assert_eq!(settings.nix_path, [b"a=b".to_vec(), b"c".to_vec()]);

        let (settings, _) = load(&[("NIX_CONF_DIR", "/conf"), ("HOME", "/home"), ("NIX_PATH", "q:r=http://a.b")]);
        assert_eq!(settings.nix_path, [b"q".to_vec(), b"r=http://a.b".to_vec()]);

        let files = ("NIX_USER_CONF_FILES", "/conf/sub.conf:/conf/nope:");
        let (settings, _) = load(&[files, ("NIX_CONF_DIR", "/home/.config/nix"), ("NIX_ABORT_ON_WARN", "1")]);
        assert!(settings.abort_on_warn && settings.max_call_depth == 5 && settings.nix_path.len() == 2);
    }
}
