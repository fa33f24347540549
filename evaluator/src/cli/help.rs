//! The output of `--help` and `--version`.

use super::Plan;
use crate::REFERENCE_VERSION;
use crate::errors::Error;
use crate::errors::log::Verbosity;
use crate::settings::{Environment, files};

/// The version, and with `-v` before it what an evaluation starts from. As nix-instantiate it is the reference's to the
/// byte, so that scripts that read it find what they look for.
pub(super) fn version(
    plan: &Plan,
    environment: Environment<'_>,
    is_nix_instantiate: bool,
) -> Result<Vec<u8>, Box<Error>> {
    let settings = &plan.settings;
    let version = env!("CARGO_PKG_VERSION");
    let mut text = match is_nix_instantiate {
        true => format!("nix-instantiate (Nix) {REFERENCE_VERSION}\n").into_bytes(),
        false => format!("nix-eval (Thunkproof) {version}, answers as C++ Nix {REFERENCE_VERSION}\n").into_bytes(),
    };
    let features: &[u8] = if is_nix_instantiate { b"gc, signed-caches" } else { b"signed-caches" };
    if plan.logger.verbosity > Verbosity::Information {
        let mut platforms = settings.extra_platforms.clone();
        platforms.sort();
        platforms.dedup();
        let quoted = |path: &[u8]| [b"\"", path, b"\""].concat();
        let lines = [
            ("System type", settings.system.clone()),
            ("Additional system types", platforms.join(&b", "[..])),
            ("Features", features.to_vec()),
            ("System configuration file", quoted(&files::system_file(environment).unwrap_or_default())),
            ("User configuration files", files::user_files(environment, &plan.home)?.join(&b':')),
            ("Store directory", settings.store_dir.clone()),
            ("State directory", quoted(&files::state_folder(environment))),
        ];
        for (name, value) in lines {
            text.extend_from_slice(&[name.as_bytes(), b": ", &value, b"\n"].concat());
        }
    }
    Ok(text)
}

/// How the program is used.
pub(super) const HELP: &str = "\
nix-eval: evaluate Nix expressions and print what they are

Usage: nix-eval [--eval | --parse | --find-file] [OPTION]... [INPUT]...
       nix-eval repl [OPTION]... [FILE]...      (see nix-eval repl --help)

An INPUT is a file, a folder with a default.nix, or <NAME> on the search path; with -E it is an
expression, and - is an expression on standard input. Without any, ./default.nix is meant.

What to do
  --eval                    print the value of each input
  --parse                   print each input as it was understood, without evaluating it
  --find-file               print where each INPUT is on the search path
  (none of them)            print the derivations that each input evaluates to

Inputs
  -E, --expr                inputs are expressions
  -A, --attr PATH           take the attribute at PATH, as in a.\"b.c\".0; may be repeated
  --arg NAME EXPRESSION     call functions with this argument
  --argstr NAME STRING      the same with a string
  --arg-from-file NAME FILE the same with the contents of a file
  --arg-from-stdin NAME     the same with what is on standard input
  -I, --include [PREFIX=]PATH
                            look for <PREFIX/...> here, before NIX_PATH; may be repeated
  --input-cache FOLDER      take inputs that are locked by a hash from store objects in FOLDER
                            (not in nix-instantiate); may be repeated

Output
  --strict                  evaluate all of the value before printing it
  --json, --xml, --raw      print JSON, XML, or a string as it is
  --no-location             leave positions out of the XML

Watching (not in nix-instantiate)
  --error-codes             print the code of an error's kind behind the error
  --explain CODE            print what the code of an error means
  --forcing                 show what was forced, in order, as a tree on standard error
  --forcing-json FILE, --forcing-page FILE
                            write what was forced as JSON, or as a page for a browser
  --observe-compiler        print the bytecode of every function and thunk on standard error
  --observe-runtime         print frames and instructions on standard error as they run

Evaluation
  --pure-eval, --impure     let nothing but the expression decide the result, or not
  --restrict-eval           read no files outside the search path
  --max-call-depth N        how deep calls may be nested (10000)
  --read-write-mode         let --eval write to the store
  --dry-run                 write nothing to the store
  --eval-system SYSTEM      what builtins.currentSystem is
  --extra-experimental-features NAMES
                            switch features on
  --lint-url-literals, --lint-short-path-literals, --lint-absolute-path-literals ignore|warn|fatal
                            what to do about such literals
  --abort-on-warn           stop at a warning of builtins.warn
  --trace-verbose           let builtins.traceVerbose print
  --option NAME VALUE       set any setting; --NAME VALUE does too, --NAME and --no-NAME where it is yes or no

Messages
  --show-trace              show all that an error happened in
  -v, --verbose, --quiet    say more or less; may be repeated
  --log-format FORMAT       raw, internal-json, bar or bar-with-logs
  --version                 print the version
  --help                    print this

Settings come from nix.conf in NIX_CONF_DIR, the files in NIX_USER_CONF_FILES, and NIX_CONFIG.
All flags of nix-instantiate are understood; those that are about building have no effect.
";
