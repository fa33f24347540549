//! Programs whose flags are not nix-instantiate's. A file in TOML maps our flags to theirs, and their output back.
//!
//! Nothing is guessed: a case that needs a flag which the manifest does not map is not asked, and its outcome says so.

mod document;
mod shipped;

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::Path,
};

use bstr::ByteSlice;
use document::{Document, Mapping, Replacement, Version};
pub use shipped::{SHIPPED, Shipped};

use super::{Command, Engine, Identity, Limits, SpecError, flags, introduction};
use crate::{
    case::{Request, fixture},
    outcome::{Ending, Outcome, compare::Level},
    read,
};

/// What stands in a template for the argument of a flag, the file, or the text of a program.
const HOLE: &str = "{}";

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
        let Some(program) = document.program.clone() else {
            return Err(SpecError::NoProgram(file.display().to_string()));
        };
        let is_path = program.components().count() > 1;
        let folder = file.parent().unwrap_or(Path::new("."));
        let program = if is_path { folder.join(&program) } else { program };
        let called = format!("{}, of {}", program.display(), file.display());
        Manifest::start(document, &program, format!("manifest:{}", file.display()), &called, limits)
    }

    /// The engine that the manifest of this name, which this program brings, describes for `program`.
    ///
    /// # Errors
    /// When the program does not start, tell its version or evaluate.
    pub fn shipped(shipped: &Shipped, program: &Path, limits: Limits) -> Result<Manifest, SpecError> {
        let engine = format!("{}:{}", shipped.name, program.display());
        Manifest::start(shipped.document(), program, engine, &program.display().to_string(), limits)
    }

    fn start(
        document: Document,
        program: &Path,
        engine: String,
        called: &str,
        limits: Limits,
    ) -> Result<Manifest, SpecError> {
        let command = match &document.version {
            Version::Arguments(words) => Command::asking(program, words.iter().map(OsString::from).collect(), limits)?,
            Version::Text { text } => Command::called(program, text.clone(), limits)?,
            Version::Expression { .. } => Command::called(program, String::new(), limits)?,
        };
        let command = command.with_crashes(document.output.crash.iter().map(|it| it.0.clone()).collect());
        let identity = Identity { engine, version: command.identity().version.clone() };
        let mut manifest = Manifest { identity, document, command };
        introduction::check(&manifest, called)?;
        if let Version::Expression { expression } = &manifest.document.version {
            let outcome = manifest.evaluate(&Request {
                arguments: ["--eval", "-E", expression].map(OsString::from).into(),
                environment: fixture::environment(),
                current_dir: "/".into(),
                stdin: Vec::new(),
                count_work: false,
            });
            let version = String::from_utf8_lossy(&outcome.stdout).trim().trim_matches('"').to_owned();
            if outcome.ending != Ending::Exited(0) || version.is_empty() {
                let (program, question, answer) =
                    (called.to_owned(), format!("`{expression}`"), outcome.ending.to_string());
                return Err(SpecError::NoVersion { program, question, answer });
            }
            manifest.identity.version = version;
        }
        Ok(manifest)
    }
}

/// A request in the program's own conventions, and what of its answer must be undone.
#[derive(Debug, PartialEq, Eq)]
struct Translated {
    request: Request,
    /// Whether the value is a Nix string whose content is the answer.
    unquote: bool,
}

/// Where the program is that is evaluated.
enum Source<'a> {
    Input,
    Text(&'a OsStr),
    File(&'a OsStr),
}

impl Document {
    /// The request in the program's own conventions, or why it has none.
    fn translate(&self, request: &Request) -> Result<Translated, String> {
        let unmapped = |what: &str| format!("the manifest maps no {what}");
        let (mut arguments, mut sources, mut wraps, mut unquote) = (Vec::new(), Vec::new(), Vec::new(), false);
        let mut words = request.arguments.iter();
        while let Some(word) = words.next() {
            let text = word.to_string_lossy();
            if text == "-" {
                sources.push(Source::Input);
            } else if text == "-E" || text == "--expr" {
                sources.push(Source::Text(words.next().map_or(OsStr::new(""), |text| text)));
            } else if text.starts_with('-') {
                let mapping = self.flags.get(text.as_ref()).ok_or_else(|| unmapped(&format!("flag `{text}`")))?;
                let values: Vec<OsString> = words.by_ref().take(flags::arity(&text)).cloned().collect();
                let (first, second) = (values.first().cloned().unwrap_or_default(), values.get(1));
                arguments.extend(filled(mapping.words(), &first, second));
                if let Mapping::Wrapped { expression: Some(expression), .. } = mapping {
                    wraps.push((expression, values));
                }
                unquote |= matches!(mapping, Mapping::Wrapped { unquote: true, .. });
            } else {
                sources.push(Source::File(word));
            }
        }
        let mut stdin = Vec::new();
        for source in sources {
            let program = match source {
                Source::File(file) if wraps.is_empty() => {
                    let template = self.input.file.as_ref().ok_or_else(|| unmapped("[input] file"))?;
                    arguments.extend(filled(template, &file.to_owned(), None));
                    continue;
                }
                Source::File(file) => importing(&request.current_dir.join(file))?.into_bytes(),
                Source::Text(text) => text.as_encoded_bytes().to_vec(),
                Source::Input => request.stdin.clone(),
            };
            let program = wraps.iter().fold(program, |program, (template, values)| wrapped(template, &program, values));
            let template = self.input.expression.as_ref().ok_or_else(|| unmapped("[input] expression"))?;
            if template.iter().any(|word| word.contains(HOLE)) {
                let program = String::from_utf8(program);
                let program = program.map_err(|_| "a program that is not UTF-8 is no argument".to_owned())?;
                if program.contains('\0') {
                    return Err("a program with a NUL byte is no argument".to_owned());
                }
                arguments.extend(filled(template, &program.into(), None));
            } else {
                arguments.extend(template.iter().map(OsString::from));
                stdin = program;
            }
        }
        let environment = self.environment.of(request);
        Ok(Translated { request: Request { arguments, stdin, environment, ..request.clone() }, unquote })
    }

    /// The outcome in nix-instantiate's conventions.
    fn read(&self, outcome: Outcome, unquote: bool) -> Outcome {
        let replace = |bytes: Vec<u8>, with: &[Replacement]| {
            with.iter().fold(bytes, |bytes, it| it.from.replace_all(&bytes, it.to.as_bytes()).into_owned())
        };
        let ending = match outcome.ending {
            Ending::Exited(status) if self.output.failure.contains(&status) => Ending::Exited(1),
            other => other,
        };
        let stdout = replace(outcome.stdout, &self.output.stdout);
        let stdout = if unquote { unquoted(&stdout).unwrap_or(stdout) } else { stdout };
        Outcome { ending, stdout, stderr: replace(outcome.stderr, &self.output.stderr), ..outcome }
    }
}

impl Engine for Manifest {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn evaluate(&self, request: &Request) -> Outcome {
        match self.document.translate(request) {
            Ok(translated) => self.document.read(self.command.evaluate(&translated.request), translated.unquote),
            Err(reason) => Outcome::not_asked(reason),
        }
    }

    fn finest(&self) -> Option<Level> {
        self.document.compare.level
    }

    fn prints_trees(&self) -> bool {
        self.document.compare.parse_tree
    }

    fn repeats_are_alike(&self) -> bool {
        self.document.compare.repeats_alike
    }
}

/// The expression that is the value of a file.
fn importing(file: &Path) -> Result<String, String> {
    let path = file.to_str().ok_or_else(|| "a file whose name is not UTF-8 stands in no expression".to_owned())?;
    let escaped = path.replace('\\', r"\\").replace('"', "\\\"").replace("${", "\\${");
    Ok(format!("import \"{escaped}\""))
}

/// A program put into a template of an expression: `{}` is the program, `{1}` and `{2}` are the flag's arguments.
fn wrapped(template: &str, program: &[u8], values: &[OsString]) -> Vec<u8> {
    let mut template = template.to_owned();
    for (value, hole) in values.iter().zip(["{1}", "{2}"]) {
        template = template.replace(hole, &value.to_string_lossy());
    }
    let (before, behind) = template.split_once(HOLE).unwrap_or((&template, ""));
    // A comment may end the program.
    [before.as_bytes(), b"(", program, b"\n)", behind.as_bytes()].concat()
}

/// The content of a Nix string that is printed on a line, with the line's end.
fn unquoted(printed: &[u8]) -> Option<Vec<u8>> {
    let inner = printed.trim_ascii().strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let mut content = Vec::with_capacity(inner.len() + 1);
    let mut bytes = inner.iter();
    while let Some(byte) = bytes.next() {
        content.push(match byte {
            b'\\' => match bytes.next()? {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                other => *other,
            },
            other => *other,
        });
    }
    content.push(b'\n');
    Some(content)
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
        failure = [2]
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
        assert_eq!(document.translate(&request(words, stdin)).map(|it| it.request.arguments), expected, "{words:?}");
    }

    #[test]
    fn flags_and_inputs_are_mapped_or_refused() {
        check(&["--eval", "--strict", "a.nix"], "", Ok(&["--deep", "a.nix"]));
        check(&["--eval", "-A", "x.y", "-"], "1 + 1", Ok(&["--path=x.y", "-e", "1 + 1"]));
        check(&["-E", "{ }", "--argstr", "n", "v"], "", Ok(&["--set", "n", "v", "-e", "{ }"]));
        check(&["--eval", "--xml", "a.nix"], "", Err("the manifest maps no flag `--xml`"));
    }

    #[test]
    fn a_text_that_has_no_hole_goes_to_standard_input() {
        let text = "program = 'x'\n[input]\nexpression = ['read-stdin']";
        let document: Document = toml::from_str(text).expect("a manifest");
        let translated = document.translate(&request(&["-"], "1")).expect("mapped");
        let Request { arguments, stdin, .. } = translated.request;
        assert_eq!((arguments, stdin), (vec!["read-stdin".into()], b"1".to_vec()));
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
        assert_eq!(document.read(outcome(0, "=> 1 :: int\n"), false).stdout, b"1\n");
        assert_eq!(document.read(outcome(2, ""), false).ending, Ending::Exited(1));
        assert_eq!(document.read(outcome(3, ""), false).ending, Ending::Exited(3));
    }

    #[test]
    fn a_program_can_be_put_into_an_expression() {
        let text = r#"
            program = "x"
            [flags]
            "--eval" = []
            "--json" = { words = ["--raw"], expression = "builtins.toJSON {}", unquote = true }
            "--arg" = { expression = "{} { {1} = {2}; }" }
            [input]
            expression = ["--expr={}"]
        "#;
        let document: Document = toml::from_str(text).expect("a manifest");
        let check = |words: &[&str], expected: &[&str], unquote| {
            let translated = document.translate(&request(words, "1 # one")).expect("mapped");
            let expected: Vec<_> = expected.iter().map(OsString::from).collect();
            assert_eq!((translated.request.arguments, translated.unquote), (expected, unquote), "{words:?}");
        };
        check(&["--eval", "-E", "-1"], &["--expr=-1"], false);
        check(&["--eval", "--json", "-"], &["--raw", "--expr=builtins.toJSON (1 # one\n)"], true);
        check(
            &["--eval", "--json", "a\"${b}.nix"],
            &[
                "--raw",
                r#"--expr=builtins.toJSON (import "/a\"\${b}.nix"
)"#,
            ],
            true,
        );
        check(&["--arg", "a", "2", "-E", "f"], &["--expr=(f\n) { a = 2; }"], false);
        let nul = Request { stdin: b"a\0".to_vec(), ..request(&["-"], "") };
        assert_eq!(document.translate(&nul).expect_err("refused"), "a program with a NUL byte is no argument");
        assert_eq!(unquoted(b"\"{\\\"a\\\":\\n\\$}\"\n").as_deref(), Some(&b"{\"a\":\n$}\n"[..]));
        assert_eq!(unquoted(b"12\n"), None);
    }

    #[test]
    fn the_environment_is_that_of_the_case_but_for_what_the_manifest_says() {
        let text = "program = 'x'\n[input]\n[environment]\nset = { A = '1', B = '2' }\nunset = ['C']\npass = ['PATH', 'NO_SUCH_VARIABLE']";
        let document: Document = toml::from_str(text).expect("a manifest");
        let variables = ["A", "C", "D"].map(|name| (name.into(), "0".into()));
        let set = document.environment.of(&Request { environment: variables.into(), ..request(&[], "") });
        let path = std::env::var_os("PATH").expect("it is set");
        let expected = [("D", "0".into()), ("PATH", path), ("A", "1".into()), ("B", "2".into())];
        assert_eq!(set, expected.map(|(name, value)| (OsString::from(name), value)));
    }

    #[test]
    fn the_manifests_that_this_program_brings_can_be_read() {
        for shipped in SHIPPED {
            let document = shipped.document();
            let translated = document.translate(&request(&["--eval", "--strict", "-"], "1"));
            assert!(translated.is_ok(), "{}: {translated:?}", shipped.name);
            assert!(document.program.is_none(), "{} is asked for with its program", shipped.name);
        }
    }

    /// What `shipped` makes of what its program printed and how it ended: the ending, and both streams.
    fn read_as(shipped: &str, status: i32, stdout: &str, stderr: &str) -> (Ending, String, String) {
        let document = Shipped::of(shipped).expect("it is brought").document();
        let (ending, elapsed) = (Ending::Exited(status), Duration::ZERO);
        let outcome = Outcome { ending, stdout: stdout.into(), stderr: stderr.into(), elapsed, work: None };
        let outcome = document.read(outcome, false);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (outcome.ending, text(outcome.stdout), text(outcome.stderr))
    }

    #[test]
    fn output_of_snix_is_read() {
        for name in ["snix", "tvix"] {
            let check = |stdout: &str, expected: &str| assert_eq!(read_as(name, 0, stdout, "").1, expected, "{name}");
            check("=> 12 :: int\n", "12\n");
            check("=> { a = \" :: int\"; } :: set\n", "{ a = \" :: int\"; }\n");
            check("raw", "raw");
            let (_, _, stderr) = read_as(name, 0, "", "trace: \"a b\" :: string\ntrace: 1 :: int\n");
            assert_eq!(stderr, "trace: a b\ntrace: 1\n");
        }
    }

    #[test]
    fn output_of_hnix_is_read() {
        let (ending, _, stderr) = read_as("hnix", 1, "", "hnix: \u{1b}[31mNope\u{1b}[0m\n");
        assert_eq!((ending, stderr.as_str()), (Ending::Exited(1), "error: Nope\n"));
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
        check("[input]\n", "names no program");
        check("program = 'x'\n[flags]\n'--jsn' = []\n[input]\n", "nix-instantiate has no flag `--jsn`");
        check("program = 'x'\nversion = 1\n[input]\n", "expected arguments as in");
        check("program = 'x'\nprogramme = 'y'\n[input]", "unknown field `programme`");
        check("program = 'x'\n[input]\n[output]\nstdout = [{ from = '(', to = '' }]", "unclosed group");
    }
}
