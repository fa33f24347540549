//! Programs whose flags are not nix-instantiate's. A file in TOML maps our flags to theirs, and their output back.
//!
//! Nothing is guessed: a case that needs a flag which the manifest does not map is not asked, and its outcome says so.

mod document;
mod shipped;

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
};

use bstr::ByteSlice;
use document::{Document, Mapping, Replacement, Version};
pub use shipped::{SHIPPED, Shipped};

use super::{Command, Engine, ForkServer, Identity, Limits, SpecError, flags, introduction};
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
    /// Where the program is, as it is started.
    file: PathBuf,
    program: Box<dyn Engine>,
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
        let file = command.program().to_owned();
        let program: Box<dyn Engine> =
            if document.fork { Box::new(ForkServer::around(command)) } else { Box::new(command) };
        let mut manifest = Manifest { identity, document, file, program };
        introduction::check(&manifest, called)?;
        if let Version::Expression { expression } = &manifest.document.version {
            let outcome = manifest.evaluate(&Request {
                arguments: ["--eval", "-E", expression].map(OsString::from).into(),
                environment: fixture::environment(),
                current_dir: "/".into(),
                ..Request::default()
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

    /// The program, as it is started.
    pub fn program(&self) -> &Path {
        &self.file
    }

    /// A request in the program's own conventions, or why it has none.
    ///
    /// # Errors
    /// When the program has no way to be asked that; with the reason.
    pub fn translate(&self, request: &Request) -> Result<Translated, String> {
        self.document.translate(request)
    }

    /// The outcome of such a request in nix-instantiate's conventions.
    pub fn read(&self, translated: &Translated, outcome: Outcome) -> Outcome {
        self.document.read(outcome, translated.unquote)
    }
}

/// A request in the program's own conventions, and what of its answer must be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translated {
    /// What the program is given.
    pub request: Request,
    /// Whether the value is a Nix string whose content is the answer, and how that ends.
    unquote: Option<End>,
}

/// How a text ends that nix-instantiate prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// As it is.
    AsItIs,
    /// With the end of its line.
    Line,
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
        let (mut arguments, mut sources, mut wraps, mut unquote) = (Vec::new(), Vec::new(), Vec::new(), None);
        let mut words = request.arguments.iter();
        while let Some(word) = words.next() {
            let text = word.to_string_lossy();
            if text == "-" {
                sources.push(Source::Input);
            } else if text == "-E" || text == "--expr" {
                sources.push(Source::Text(words.next().map_or(OsStr::new(""), |text| text)));
            } else if text.starts_with('-') {
                let values: Vec<OsString> = words.by_ref().take(flags::arity(&text)).cloned().collect();
                let mapping = match self.flags.get(text.as_ref()) {
                    Some(mapping) => mapping,
                    None if self.has(&text) => {
                        arguments.push(word.clone());
                        arguments.extend(values);
                        continue;
                    }
                    None => return Err(unmapped(&format!("flag `{text}`"))),
                };
                let (first, second) = (values.first().cloned().unwrap_or_default(), values.get(1));
                arguments.extend(filled(mapping.words(), &first, second));
                if let Mapping::Wrapped { expression: Some(expression), .. } = mapping {
                    wraps.push((rank(&text), expression, values));
                }
                if let Mapping::Wrapped { unquote: true, .. } = mapping {
                    unquote = Some(if text == "--raw" || text == "--xml" { End::AsItIs } else { End::Line });
                }
                let has_locations = || !request.arguments.iter().any(|word| word == "--no-location");
                if text == "--xml" && matches!(mapping, Mapping::Wrapped { .. }) && has_locations() {
                    return Err("its XML is without locations".to_owned());
                }
            } else {
                sources.push(Source::File(word));
            }
        }
        // The value is chosen before it is converted, in whichever order the flags are.
        wraps.sort_by_key(|(rank, ..)| *rank);
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
            let program =
                wraps.iter().fold(program, |program, (_, template, values)| wrapped(template, &program, values));
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

    /// Whether its flag of this name is nix-instantiate's.
    fn has(&self, flag: &str) -> bool {
        self.same_flags && flags::is_known(flag) && !self.lacks.contains(flag)
    }

    /// The outcome in nix-instantiate's conventions.
    fn read(&self, outcome: Outcome, unquote: Option<End>) -> Outcome {
        let replace = |bytes: Vec<u8>, with: &[Replacement]| {
            with.iter().fold(bytes, |bytes, it| it.from.replace_all(&bytes, it.to.as_bytes()).into_owned())
        };
        let ending = match outcome.ending {
            Ending::Exited(status) if self.output.failure.contains(&status) => Ending::Exited(1),
            other => other,
        };
        let stdout = replace(outcome.stdout, &self.output.stdout);
        let stdout = unquote.and_then(|end| unquoted(&stdout, end)).unwrap_or(stdout);
        Outcome { ending, stdout, stderr: replace(outcome.stderr, &self.output.stderr), ..outcome }
    }
}

impl Engine for Manifest {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn evaluate(&self, request: &Request) -> Outcome {
        match self.document.translate(request) {
            Ok(translated) => self.read(&translated, self.program.evaluate(&translated.request)),
            Err(reason) => Outcome::not_asked(reason),
        }
    }

    fn notes(&self) -> Vec<String> {
        self.program.notes()
    }

    fn peak_memory(&self) -> Option<u64> {
        self.program.peak_memory()
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

/// The order in which flags that wrap the program do so, the innermost first: arguments, then the attribute, then how the
/// value is printed.
fn rank(flag: &str) -> u8 {
    match flag {
        "--arg" | "--argstr" | "--arg-from-file" | "--arg-from-stdin" => 0,
        "-A" | "--attr" => 1,
        _ => 2,
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

/// The content of a Nix string that is printed on a line.
fn unquoted(printed: &[u8], end: End) -> Option<Vec<u8>> {
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
    if end == End::Line {
        content.push(b'\n');
    }
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
mod tests;
