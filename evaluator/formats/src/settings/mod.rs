//! Settings: what `nix.conf`, the environment and flags can change about an evaluation.
//!
//! [`Settings`] holds the settings that an evaluator reads. [`definition`] knows every setting of the reference by
//! name, because settings that do not concern an evaluator must be accepted too, and their values checked. [`files`]
//! reads configuration text.

use std::collections::BTreeMap;

use crate::errors::Error;

pub mod definition;
pub mod environment;
pub mod features;
pub mod files;
pub mod home;
pub mod parse;
mod table;

pub use definition::Definition;
pub use environment::Environment;
pub use features::{Feature, FeatureSet};
pub use home::{Home, User};

/// What to do about a use of the language that a lint finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Diagnose {
    /// Nothing.
    #[default]
    Ignore,
    /// Print a warning.
    Warn,
    /// Refuse the source.
    Fatal,
}

/// All settings that an evaluation reads, and the unknown ones that were set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `abort-on-warn`: `builtins.warn` is an error.
    pub abort_on_warn: bool,
    /// `allow-dirty`: fetching may take a Git tree with uncommitted changes.
    pub allow_dirty: bool,
    /// `allow-import-from-derivation`
    pub allow_import_from_derivation: bool,
    /// `allow-unsafe-native-code-during-evaluation`: `builtins.exec` and `builtins.importNative` exist.
    pub allow_unsafe_native_code: bool,
    /// `allowed-uris`: what a restricted evaluation may fetch.
    pub allowed_uris: Vec<Vec<u8>>,
    /// `debugger-on-trace`
    pub debugger_on_trace: bool,
    /// `debugger-on-warn`
    pub debugger_on_warn: bool,
    /// `eval-system`; if it is empty, `system` counts. See [`Settings::current_system`].
    pub eval_system: Vec<u8>,
    /// `experimental-features`
    pub experimental_features: FeatureSet,
    /// `extra-platforms`: systems that this machine can run besides its own.
    pub extra_platforms: Vec<Vec<u8>>,
    /// `flake-registry`
    pub flake_registry: Vec<u8>,
    /// `ignore-try`
    pub ignore_try: bool,
    /// `lint-absolute-path-literals`
    pub lint_absolute_path_literals: Diagnose,
    /// `lint-short-path-literals`
    pub lint_short_path_literals: Diagnose,
    /// `lint-url-literals`
    pub lint_url_literals: Diagnose,
    /// `max-call-depth`
    pub max_call_depth: u32,
    /// `nix-path`, which NIX_PATH replaces; entries as written.
    pub nix_path: Vec<Vec<u8>>,
    /// `pure-eval`
    pub pure_eval: bool,
    /// `restrict-eval`
    pub restrict_eval: bool,
    /// `show-trace`
    pub show_trace: bool,
    /// `store`: the URL of the store. Its default comes from NIX_REMOTE.
    pub store: Vec<u8>,
    /// NIX_STORE_DIR: the canonical path of the store.
    pub store_dir: Vec<u8>,
    /// `system`
    pub system: Vec<u8>,
    /// `tarball-ttl`: for how many seconds a download stays fresh.
    pub tarball_ttl: u32,
    /// `trace-function-calls`
    pub trace_function_calls: bool,
    /// `eval-profile-file`: where the profile goes.
    pub eval_profile_file: Vec<u8>,
    /// `eval-profiler`: `disabled` or `flamegraph`.
    pub eval_profiler: Vec<u8>,
    /// `eval-profiler-frequency`: samples a second; 0 for one at each call.
    pub eval_profiler_frequency: u32,
    /// `trace-import-from-derivation`
    pub trace_import_from_derivation: bool,
    /// `trace-verbose`: `builtins.traceVerbose` prints.
    pub trace_verbose: bool,
    /// `use-case-hack`: names in a NAR are without what is appended on file systems that ignore case.
    pub use_case_hack: bool,
    /// `use-xdg-base-directories`
    pub use_xdg_base_directories: bool,
    /// `warn-large-path-threshold`: copying more bytes than this to the store causes a warning; 0 for never.
    pub warn_large_path_threshold: u64,
    /// `warn-short-path-literals`, which is deprecated and sets `lint-short-path-literals`.
    pub warn_short_path_literals: bool,
    /// Whether `lint-short-path-literals` was set by name, so that its deprecated form does not change it.
    lint_short_path_literals_overridden: bool,
    /// Settings that nothing knows, by name.
    unknown: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Warnings of settings that nobody has taken yet.
    warnings: Vec<Vec<u8>>,
}

impl Default for Settings {
    /// The reference's defaults, for when neither files nor the environment say anything.
    fn default() -> Settings {
        Settings {
            abort_on_warn: false,
            allow_dirty: true,
            allow_import_from_derivation: true,
            allow_unsafe_native_code: false,
            allowed_uris: Vec::new(),
            debugger_on_trace: false,
            debugger_on_warn: false,
            eval_system: Vec::new(),
            experimental_features: FeatureSet::default(),
            extra_platforms: native_platforms(),
            flake_registry: b"https://channels.nixos.org/flake-registry.json".to_vec(),
            ignore_try: false,
            lint_absolute_path_literals: Diagnose::Ignore,
            lint_short_path_literals: Diagnose::Ignore,
            lint_url_literals: Diagnose::Ignore,
            max_call_depth: 10_000,
            nix_path: Vec::new(),
            pure_eval: false,
            restrict_eval: false,
            show_trace: false,
            store: b"auto".to_vec(),
            store_dir: b"/nix/store".to_vec(),
            system: native_system(),
            tarball_ttl: 3600,
            trace_function_calls: false,
            eval_profile_file: b"nix.profile".to_vec(),
            eval_profiler: b"disabled".to_vec(),
            eval_profiler_frequency: 99,
            trace_import_from_derivation: false,
            trace_verbose: false,
            use_case_hack: cfg!(target_os = "macos"),
            use_xdg_base_directories: false,
            warn_large_path_threshold: 0,
            warn_short_path_literals: false,
            lint_short_path_literals_overridden: false,
            unknown: BTreeMap::new(),
            warnings: Vec::new(),
        }
    }
}

/// The machine's own system, as in `x86_64-linux`.
fn native_system() -> Vec<u8> {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    format!("{}-{system}", std::env::consts::ARCH).into_bytes()
}

/// The systems that the reference says the machine can run besides its own: older processors of its kind.
fn native_platforms() -> Vec<Vec<u8>> {
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    {
        use std::arch::is_x86_feature_detected as has;
        let has_v2 = has!("cmpxchg16b") && has!("popcnt") && has!("sse4.2") && has!("ssse3");
        let has_v3 =
            has_v2 && has!("avx2") && has!("bmi2") && has!("f16c") && has!("fma") && has!("lzcnt") && has!("movbe");
        let has_v4 =
            has_v3 && has!("avx512f") && has!("avx512bw") && has!("avx512cd") && has!("avx512dq") && has!("avx512vl");
        let levels = [("x86_64-v1", true), ("x86_64-v2", has_v2), ("x86_64-v3", has_v3), ("x86_64-v4", has_v4)];
        let levels = levels.into_iter().filter(|(_, has)| *has).map(|(level, _)| level);
        std::iter::once("i686").chain(levels).map(|level| format!("{level}-linux").into_bytes()).collect()
    }
    #[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
    Vec::new()
}

impl Settings {
    /// What `builtins.currentSystem` is.
    pub fn current_system(&self) -> &[u8] {
        if self.eval_system.is_empty() { &self.system } else { &self.eval_system }
    }

    /// Sets `name` from text. `name` may be an alias, or `extra-` and the name of a list. An unknown name is recorded
    /// for [`Settings::warn_unknown`]. Fails with kind [`Usage`](crate::errors::ErrorKind::Usage) if the value is
    /// wrong. After an error of any other kind the reference gives up, even under `--option`.
    pub fn set(&mut self, name: &[u8], value: &[u8]) -> Result<(), Box<Error>> {
        match definition::find(name) {
            Some((definition, append)) => definition.set(self, value, append),
            None => {
                self.unknown.entry(name.to_vec()).or_insert_with(|| value.to_vec());
                Ok(())
            }
        }
    }

    /// The name of an unknown setting that was set, and forgets all of them.
    pub fn take_unknown(&mut self) -> Option<Vec<u8>> {
        std::mem::take(&mut self.unknown).into_keys().next()
    }

    /// Turns each unknown setting into a warning, and forgets it.
    pub fn warn_unknown(&mut self) {
        for (name, _) in std::mem::take(&mut self.unknown) {
            self.warn([b"unknown setting '", name.as_slice(), b"'"].concat());
        }
    }

    /// Takes the warnings since the last call, without `warning: `.
    pub fn take_warnings(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.warnings)
    }

    /// Remembers a warning, without `warning: `.
    pub fn warn(&mut self, text: Vec<u8>) {
        self.warnings.push(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::ErrorKind;
    use crate::errors::highlight::filter_escapes;

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(&filter_escapes(bytes, false)).into_owned()
    }

    /// What `--option NAME VALUE` makes the reference print, `error: ` in front where it gives up.
    #[track_caller]
    fn check(name: &str, value: &str, expected: &[&str]) -> Settings {
        let mut settings = Settings::default();
        let outcome = settings.set(name.as_bytes(), value.as_bytes());
        settings.warn_unknown();
        let mut printed: Vec<String> = settings.take_warnings().iter().map(|warning| text(warning)).collect();
        if let Err(error) = outcome {
            let prefix = if error.kind == ErrorKind::Usage { "" } else { "error: " };
            printed.push(format!("{prefix}{}", text(&error.message)));
        }
        assert_eq!(printed, expected, "{name} = {value}");
        settings
    }

    #[test]
    fn values_that_do_not_suit() {
        check("foo", "bar", &["unknown setting 'foo'"]);
        check("extra-foo", "1", &["unknown setting 'extra-foo'"]);
        check("extra-show-trace", "1", &["unknown setting 'extra-show-trace'"]);
        check("show-trace", "maybe", &["Boolean setting 'show-trace' has invalid value 'maybe'"]);
        let words = "option 'lint-url-literals' has invalid value 'maybe' (expected 'ignore', 'warn', or 'fatal')";
        check("lint-url-literals", "maybe", &[words]);
        for value in ["x", "", "-1", "99999999999", "5x", "1.5", "k"] {
            let words = format!("setting 'max-call-depth' has invalid value '{value}'");
            check("max-call-depth", value, &[words.as_str()]);
        }
        check("build-cores", "x", &["setting 'cores' has invalid value 'x'"]);
        check("log-lines", "-1", &["setting 'log-lines' has invalid value '-1'"]);
        check("timeout", "-1", &[]);
        check("start-id", "4G", &[]);
        check("max-jobs", "x", &["configuration setting 'max-jobs' should be 'auto' or an integer"]);
        check("sandbox", "foo", &["option 'sandbox' has invalid value 'foo'"]);
        check("eval-profiler", "foo", &["option 'eval-profiler' has invalid value 'foo'"]);
        check("store", "foo", &["Cannot parse Nix store 'foo'"]);
        check("store", "1x://", &["Cannot parse Nix store '1x://'"]);
        check("store", "a b://", &["Cannot parse Nix store 'a b://'"]);
        check("store", "?a", &[]);
        check("substituters", "foo", &["Cannot parse Nix store 'foo'"]);
        check("netrc-file", "", &["setting 'netrc-file' is a path and paths cannot be empty"]);
        check("json-log-path", "foo", &["error: not an absolute path: \"foo\""]);
        let words = "Ignoring setting 'accept-flake-config' because experimental feature 'flakes' is not enabled";
        check("accept-flake-config", "true", &[words]);
        check("experimental-features", "bogus", &["unknown experimental feature 'bogus'"]);
        let words = "experimental feature 'no-url-literals' has been stabilized and renamed; \
                     use 'lint-url-literals = fatal' setting instead";
        check("extra-experimental-features", "x no-url-literals", &[words, "unknown experimental feature 'x'"]);
    }

    #[test]
    fn values_that_suit() {
        assert_eq!(check("max-call-depth", "5k", &[]).max_call_depth, 5120);
        assert_eq!(check("max-call-depth", "+7", &[]).max_call_depth, 7);
        assert!(check("show-trace", "yes", &[]).show_trace);
        assert_eq!(check("allowed-uris", " a  b ", &[]).allowed_uris, [b"a", b"b"]);
        assert_eq!(check("eval-system", "x", &[]).current_system(), b"x");
        let settings = check("experimental-features", "flakes", &[]);
        assert!(settings.experimental_features.contains(Feature::FetchTree));
        let words = "'warn-short-path-literals' is deprecated, use 'lint-short-path-literals = warn' instead";
        let settings = check("warn-short-path-literals", "true", &[words]);
        assert_eq!(settings.lint_short_path_literals, Diagnose::Warn);
    }

    #[test]
    fn extra_appends() {
        let mut settings = Settings::default();
        for (name, value) in [("allowed-uris", "a b"), ("extra-allowed-uris", "c"), ("extra-nix-path", "d")] {
            settings.set(name.as_bytes(), value.as_bytes()).unwrap();
        }
        assert_eq!(settings.allowed_uris, [b"a", b"b", b"c"]);
        assert_eq!(settings.nix_path, [b"d"]);
    }
}
