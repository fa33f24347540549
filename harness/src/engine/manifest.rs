//! Programs whose flags are not nix-instantiate's. A file in TOML maps our flags to theirs, and their output back.
//!
//! Nothing is guessed: a case that needs a flag which the manifest does not map is not asked, and its outcome says so.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
};

use bstr::ByteSlice;
use regex::bytes::Regex;
use serde::{Deserialize, Deserializer, de};

use super::{Command, Engine, Identity, Limits, SpecError, introduction};
use crate::{
    case::Request,
    outcome::{Ending, Outcome},
    read,
};

/// Flags of nix-instantiate that take one argument, and those that take two: all others take none.
const ONE_ARGUMENT: [&str; 6] = ["-A", "--attr", "-I", "--include", "--max-call-depth", "--eval-store"];
const TWO_ARGUMENTS: [&str; 5] = ["--arg", "--argstr", "--option", "--arg-from-file", "--argstr-from-file"];

/// What stands in a template for the argument of a flag, the file, or the text of a program.
const HOLE: &str = "{}";

/// A manifest, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    /// The program: a name on `PATH`, or a path, relative to the manifest's folder.
    program: PathBuf,
    /// Arguments that make it print its version.
    #[serde(default = "version")]
    version: Vec<String>,
    /// For each flag of nix-instantiate what is said instead; the second argument of a flag is `{2}`.
    #[serde(default)]
    flags: BTreeMap<String, Vec<String>>,
    input: Inputs,
    #[serde(default)]
    output: Outputs,
}

/// How a program is handed over. What is absent cannot be done.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inputs {
    /// With `{}` for the file's path.
    file: Option<Vec<String>>,
    /// With `{}` for the text; without it, the text goes to standard input.
    expression: Option<Vec<String>>,
}

/// How output is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outputs {
    /// Exit statuses that mean failure and are reported as 1; others stay as they are.
    #[serde(default)]
    failure: Vec<i32>,
    /// Replacements on standard output, in order.
    #[serde(default)]
    stdout: Vec<Replacement>,
    /// Replacements on standard error, in order.
    #[serde(default)]
    stderr: Vec<Replacement>,
}

/// All that matches `from` becomes `to`, in which `${1}` is the first group.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Replacement {
    #[serde(deserialize_with = "pattern")]
    from: Regex,
    to: String,
}

/// A program whose conventions a manifest tells.
pub struct Manifest {
    identity: Identity,
    document: Document,
    command: Command,
}

impl Manifest {
    /// The engine that `file` describes; a case that takes more than `limits` is ended.
    ///
    /// # Errors
    /// When the file cannot be read or is no manifest, or its program does not start, tell its version or evaluate.
    pub fn load(file: &Path, limits: Limits) -> Result<Manifest, SpecError> {
        let document: Document = read::toml(file)?;
        let is_path = document.program.components().count() > 1;
        let folder = file.parent().unwrap_or(Path::new("."));
        let program = if is_path { folder.join(&document.program) } else { document.program.clone() };
        let question = document.version.iter().map(OsString::from).collect();
        let command = Command::asking(&program, question, limits)?;
        let engine = format!("manifest:{}", file.display());
        let identity = Identity { engine, version: command.identity().version.clone() };
        let manifest = Manifest { identity, document, command };
        introduction::check(&manifest, &format!("{}, of {}", program.display(), file.display()))?;
        Ok(manifest)
    }
}

impl Document {
    /// The request in the program's own conventions, or why it has none.
    fn translate(&self, request: &Request) -> Result<Request, String> {
        let mut arguments = Vec::new();
        let mut stdin = Vec::new();
        let mut words = request.arguments.iter();
        let unmapped = |what: &str| format!("the manifest maps no {what}");
        while let Some(word) = words.next() {
            let text = word.to_string_lossy();
            if text == "-" || text == "-E" || text == "--expr" {
                let template = self.input.expression.as_ref().ok_or_else(|| unmapped("[input] expression"))?;
                let program = if text == "-" {
                    std::str::from_utf8(&request.stdin).map(OsString::from)
                } else {
                    Ok(words.next().cloned().unwrap_or_default())
                };
                if template.iter().any(|word| word.contains(HOLE)) {
                    let program = program.map_err(|_| "a program that is not UTF-8 is no argument".to_owned())?;
                    arguments.extend(filled(template, &program, None));
                } else {
                    arguments.extend(template.iter().map(OsString::from));
                    stdin = if text == "-" {
                        request.stdin.clone()
                    } else {
                        program.unwrap_or_default().into_encoded_bytes()
                    };
                }
            } else if text.starts_with('-') {
                let template = self.flags.get(text.as_ref()).ok_or_else(|| unmapped(&format!("flag `{text}`")))?;
                let takes_two = TWO_ARGUMENTS.contains(&text.as_ref());
                let first = if takes_two || ONE_ARGUMENT.contains(&text.as_ref()) { words.next() } else { None };
                let second = if takes_two { words.next() } else { None };
                arguments.extend(filled(template, &first.cloned().unwrap_or_default(), second));
            } else {
                let template = self.input.file.as_ref().ok_or_else(|| unmapped("[input] file"))?;
                arguments.extend(filled(template, word, None));
            }
        }
        Ok(Request { arguments, stdin, ..request.clone() })
    }

    /// The outcome in nix-instantiate's conventions.
    fn read(&self, outcome: Outcome) -> Outcome {
        let replace = |bytes: Vec<u8>, with: &[Replacement]| {
            with.iter().fold(bytes, |bytes, it| it.from.replace_all(&bytes, it.to.as_bytes()).into_owned())
        };
        let ending = match outcome.ending {
            Ending::Exited(status) if self.output.failure.contains(&status) => Ending::Exited(1),
            other => other,
        };
        Outcome {
            ending,
            stdout: replace(outcome.stdout, &self.output.stdout),
            stderr: replace(outcome.stderr, &self.output.stderr),
            ..outcome
        }
    }
}

impl Engine for Manifest {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn evaluate(&self, request: &Request) -> Outcome {
        match self.document.translate(request) {
            Ok(request) => self.document.read(self.command.evaluate(&request)),
            Err(reason) => Outcome::not_started(reason),
        }
    }
}

/// A template with its holes filled.
fn filled(template: &[String], first: &OsString, second: Option<&OsString>) -> Vec<OsString> {
    let fill = |word: &String| -> OsString {
        match (word.as_str(), second) {
            (HOLE, _) => first.clone(),
            ("{2}", Some(second)) => second.clone(),
            (text, second) => {
                // Names of files are bytes.
                let text = text.as_bytes().replace(HOLE, first.as_bytes());
                let text = second.map_or(text.clone(), |second| text.replace("{2}", second.as_bytes()));
                OsString::from_vec(text)
            }
        }
    };
    template.iter().map(fill).collect()
}

fn version() -> Vec<String> {
    vec!["--version".to_owned()]
}

fn pattern<'de, D: Deserializer<'de>>(from: D) -> Result<Regex, D::Error> {
    Regex::new(&String::deserialize(from)?).map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use std::{fs, time::Duration};

    use super::*;

    const DOCUMENT: &str = r#"
        program = "snix-eval"
        [flags]
        "--eval" = []
        "--strict" = ["--deep"]
        "-A" = ["--path={}"]
        "--argstr" = ["--set", "{}", "{2}"]
        [input]
        file = ["{}"]
        expression = ["-e", "{}"]
        [output]
        failure = [2, 101]
        stdout = [{ from = '(?s)^=> (.*) :: .*$', to = "${1}\n" }]
    "#;

    fn request(words: &[&str], stdin: &str) -> Request {
        Request {
            arguments: words.iter().map(OsString::from).collect(),
            environment: Vec::new(),
            current_dir: "/".into(),
            stdin: stdin.into(),
            count_work: false,
        }
    }

    /// The program's own arguments for these of nix-instantiate.
    fn check(words: &[&str], stdin: &str, expected: Result<&[&str], &str>) {
        let document: Document = toml::from_str(DOCUMENT).expect("a manifest");
        let expected = expected.map(|words| words.iter().map(OsString::from).collect()).map_err(str::to_owned);
        assert_eq!(document.translate(&request(words, stdin)).map(|it| it.arguments), expected, "{words:?}");
    }

    #[test]
    fn flags_and_inputs_are_mapped_or_refused() {
        check(&["--eval", "--strict", "a.nix"], "", Ok(&["--deep", "a.nix"]));
        check(&["--eval", "-A", "x.y", "-"], "1 + 1", Ok(&["--path=x.y", "-e", "1 + 1"]));
        check(&["-E", "{ }", "--argstr", "n", "v"], "", Ok(&["-e", "{ }", "--set", "n", "v"]));
        check(&["--eval", "--xml", "a.nix"], "", Err("the manifest maps no flag `--xml`"));
    }

    #[test]
    fn a_text_that_has_no_hole_goes_to_standard_input() {
        let text = "program = 'x'\n[input]\nexpression = ['read-stdin']";
        let document: Document = toml::from_str(text).expect("a manifest");
        let translated = document.translate(&request(&["-"], "1")).expect("mapped");
        assert_eq!((translated.arguments, translated.stdin), (vec!["read-stdin".into()], b"1".to_vec()));
        let error = document.translate(&request(&["a.nix"], "")).expect_err("no files");
        assert_eq!(error, "the manifest maps no [input] file");
    }

    #[test]
    fn output_is_read_as_the_manifest_says() {
        let document: Document = toml::from_str(DOCUMENT).expect("a manifest");
        let outcome = |status, stdout: &str| Outcome {
            ending: Ending::Exited(status),
            stdout: stdout.into(),
            stderr: Vec::new(),
            elapsed: Duration::ZERO,
            work: None,
        };
        assert_eq!(document.read(outcome(0, "=> 1 :: int\n")).stdout, b"1\n");
        assert_eq!(document.read(outcome(101, "")).ending, Ending::Exited(1));
        assert_eq!(document.read(outcome(3, "")).ending, Ending::Exited(3));
    }

    #[test]
    fn a_manifest_with_a_mistake_is_refused_with_its_place() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("a.toml");
        let check = |text: &str, expected: &str| {
            fs::write(&file, text).expect("writable");
            let error = Manifest::load(&file, Limits::of_time(Duration::from_secs(5))).map(|_| ());
            let error = error.expect_err("refused").to_string();
            assert!(error.contains(expected) && error.contains("a.toml"), "{error}");
        };
        check("program = 'x'", "missing field `input`");
        check("program = 'x'\nprogramme = 'y'\n[input]", "unknown field `programme`");
        check("program = 'x'\n[input]\n[output]\nstdout = [{ from = '(', to = '' }]", "unclosed group");
    }
}
