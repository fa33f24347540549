//! What an engine with conventions of its own can be asked. It is probed with small questions, one for each capability,
//! the first time that a case needs it; a case that needs what the engine cannot do is not asked.

use std::{ffi::OsString, fs, sync::OnceLock};

use super::{Engine, Identity, flags};
use crate::{
    case::{Request, fixture},
    outcome::{Ending, Outcome, compare::Level},
};

/// Something that nix-instantiate can do and another program may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// Reads the program from standard input.
    StandardInput,
    /// Takes the program as an argument.
    Expression,
    /// Reads the program from a file.
    File,
    /// Evaluates the whole value.
    Strict,
    /// Prints the value as JSON.
    Json,
    /// Prints the value as XML.
    Xml,
    /// Prints a string as it is.
    Raw,
    /// Prints how a program is parsed.
    Parse,
    /// Selects an attribute.
    Attribute,
    /// Calls the program with arguments.
    Arguments,
    /// Takes settings.
    Settings,
    /// Writes traces to standard error.
    Traces,
    /// Ends with status 1 where evaluation fails.
    ExitStatus,
}

/// What a probe found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It answers as nix-instantiate does.
    Can,
    /// It cannot be asked that, for this reason.
    Cannot(String),
    /// It answers, and in another way.
    Otherwise(String),
}

/// How much of an answer is shown.
const SHOWN: usize = 60;

/// The temporary file that a probe may name.
const FILE: &str = "/probe.nix";

impl Capability {
    /// All of them, in the order of tables.
    pub const ALL: [Capability; 13] = [
        Capability::StandardInput,
        Capability::Expression,
        Capability::File,
        Capability::Strict,
        Capability::Json,
        Capability::Xml,
        Capability::Raw,
        Capability::Parse,
        Capability::Attribute,
        Capability::Arguments,
        Capability::Settings,
        Capability::Traces,
        Capability::ExitStatus,
    ];

    /// What it is, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Capability::StandardInput => "standard input",
            Capability::Expression => "expression (-E)",
            Capability::File => "file",
            Capability::Strict => "strict",
            Capability::Json => "JSON",
            Capability::Xml => "XML",
            Capability::Raw => "raw string",
            Capability::Parse => "parse tree",
            Capability::Attribute => "attribute (-A)",
            Capability::Arguments => "arguments",
            Capability::Settings => "settings",
            Capability::Traces => "traces",
            Capability::ExitStatus => "exit status",
        }
    }

    /// Those that a request needs.
    fn needed_by(request: &Request) -> Vec<Capability> {
        let mut needed = Vec::new();
        let mut words = request.arguments.iter();
        while let Some(word) = words.next() {
            let text = word.to_string_lossy();
            let capability = match text.as_ref() {
                "-" => Some(Capability::StandardInput),
                "-E" | "--expr" => {
                    words.next();
                    Some(Capability::Expression)
                }
                "--strict" => Some(Capability::Strict),
                "--json" => Some(Capability::Json),
                "--xml" => Some(Capability::Xml),
                "--raw" => Some(Capability::Raw),
                "--parse" => Some(Capability::Parse),
                "-A" | "--attr" => Some(Capability::Attribute),
                "--arg" | "--argstr" => Some(Capability::Arguments),
                "--option" => Some(Capability::Settings),
                flag if flag.starts_with('-') => None,
                _ => Some(Capability::File),
            };
            for _ in 0..flags::arity(&text) {
                words.next();
            }
            needed.extend(capability);
        }
        needed
    }

    /// What is asked: flags and a program.
    const fn probe(self) -> (&'static [&'static str], &'static str) {
        match self {
            Capability::StandardInput | Capability::Expression | Capability::File => (&["--eval"], "1 + 1"),
            Capability::Strict => (&["--eval", "--strict"], "[ (1 + 1) ]"),
            Capability::Json => (&["--eval", "--strict", "--json"], "{ a = [ 1 \"b\" ]; }"),
            Capability::Xml => (&["--eval", "--strict", "--xml", "--no-location"], "12"),
            Capability::Raw => (&["--eval", "--raw"], "\"a\" + \"b\""),
            Capability::Parse => (&["--parse"], "x: x"),
            Capability::Attribute => (&["--eval", "-A", "a"], "{ a = 2; }"),
            Capability::Arguments => (&["--eval", "--arg", "a", "2"], "{ a }: a"),
            Capability::Settings => (&["--eval", "--option", "max-call-depth", "5000"], "1 + 1"),
            Capability::Traces => (&["--eval"], "builtins.trace \"traced\" 2"),
            Capability::ExitStatus => (&["--eval"], "throw \"thrown\""),
        }
    }

    /// Whether this is nix-instantiate's answer to the probe.
    fn is_answer(self, outcome: &Outcome) -> bool {
        let (stdout, stderr) = (String::from_utf8_lossy(&outcome.stdout), String::from_utf8_lossy(&outcome.stderr));
        let expected = match self {
            Capability::ExitStatus => return outcome.ending == Ending::Exited(1) && outcome.stdout.is_empty(),
            Capability::Traces if !stderr.lines().any(|line| line == "trace: traced") => return false,
            Capability::Strict => "[ 2 ]",
            Capability::Json => "{\"a\":[1,\"b\"]}",
            Capability::Raw => "ab",
            Capability::Parse => "(x: x)",
            Capability::Xml => return stdout.contains("<int value=\"12\" />"),
            _ => "2",
        };
        outcome.ending == Ending::Exited(0) && stdout.trim_end() == expected
    }

    /// How the probe's program can be handed over.
    fn inputs(self) -> &'static [&'static str] {
        match self {
            Capability::StandardInput => &["-"],
            Capability::Expression => &["-E"],
            Capability::File => &[FILE],
            _ => &["-", "-E", FILE],
        }
    }

    /// Whether `engine` can do it.
    fn find(self, engine: &dyn Engine) -> Finding {
        let (flags, program) = self.probe();
        let mut finding = Finding::Cannot("it takes no program".to_owned());
        for input in self.inputs() {
            let folder = tempfile::Builder::new().prefix("thunkproof-").tempdir();
            let mut arguments: Vec<OsString> = flags.iter().map(OsString::from).collect();
            match (*input, &folder) {
                ("-", _) => arguments.push("-".into()),
                ("-E", _) => arguments.extend(["-E".into(), program.into()]),
                (_, Ok(folder)) => {
                    let file = folder.path().join("probe.nix");
                    // A file that cannot be written is one that cannot be read.
                    let _ = fs::write(&file, program);
                    arguments.push(file.into());
                }
                (_, Err(error)) => return Finding::Cannot(format!("there is no temporary folder: {error}")),
            }
            let outcome = engine.evaluate(&Request {
                arguments,
                environment: fixture::environment(),
                current_dir: "/".into(),
                stdin: if *input == "-" { program.into() } else { Vec::new() },
                ..Request::default()
            });
            finding = self.found(&outcome);
            if !matches!(outcome.ending, Ending::NotAsked(_)) {
                break;
            }
        }
        finding
    }

    fn found(self, outcome: &Outcome) -> Finding {
        if self.is_answer(outcome) {
            return Finding::Can;
        }
        let stream = if outcome.stdout.is_empty() { &outcome.stderr } else { &outcome.stdout };
        let text = String::from_utf8_lossy(stream);
        let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let line: String = line.chars().take(SHOWN).map(|it| if it.is_control() { '?' } else { it }).collect();
        match &outcome.ending {
            Ending::NotAsked(reason) => Finding::Cannot(reason.clone()),
            Ending::NotStarted(reason) => Finding::Cannot(reason.clone()),
            // What a crash or a limit hides is to be seen case by case.
            Ending::Exited(status) if *status != 0 && self != Capability::ExitStatus => {
                Finding::Cannot(format!("{}: a probe ends with status {status}: {line}", self.title()))
            }
            Ending::Exited(0) => Finding::Otherwise(line),
            ending => Finding::Otherwise(format!("{ending}: {line}")),
        }
    }
}

/// The same engine, with what it can be asked found out when that is looked at. A program that says to have
/// nix-instantiate's flags is not probed of its own accord: what it cannot do is wrong, and not left out.
pub fn probed(engine: Box<dyn Engine>) -> Box<dyn Engine> {
    if engine.capabilities().is_empty() { Box::new(Probed::new(engine)) } else { engine }
}

/// An engine that is probed before it is asked.
pub(super) struct Probed {
    engine: Box<dyn Engine>,
    findings: [OnceLock<Finding>; Capability::ALL.len()],
}

impl Probed {
    /// The engine, not probed yet.
    pub fn new(engine: Box<dyn Engine>) -> Probed {
        Probed { engine, findings: Default::default() }
    }

    fn finding(&self, capability: Capability) -> &Finding {
        self.findings[capability as usize].get_or_init(|| capability.find(&*self.engine))
    }
}

impl Engine for Probed {
    fn identity(&self) -> &Identity {
        self.engine.identity()
    }

    fn evaluate(&self, request: &Request) -> Outcome {
        for capability in Capability::needed_by(request) {
            if let Finding::Cannot(reason) = self.finding(capability) {
                return Outcome::not_asked(reason.clone());
            }
        }
        self.engine.evaluate(request)
    }

    fn notes(&self) -> Vec<String> {
        self.engine.notes()
    }

    fn peak_memory(&self) -> Option<u64> {
        self.engine.peak_memory()
    }

    fn finest(&self) -> Option<Level> {
        self.engine.finest()
    }

    fn prints_trees(&self) -> bool {
        self.engine.prints_trees()
    }

    fn repeats_are_alike(&self) -> bool {
        self.engine.repeats_are_alike()
    }

    fn capabilities(&self) -> Vec<(Capability, Finding)> {
        Capability::ALL.into_iter().map(|capability| (capability, self.finding(capability).clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Mutex, time::Duration};

    use super::*;
    use crate::engine::{Embedded, Limits};

    /// The embedded evaluator without some of its flags, and with a word that it takes in another way.
    struct Partial {
        inner: Embedded,
        unmapped: &'static [&'static str],
        refused: &'static [&'static str],
        asked: Mutex<usize>,
    }

    impl Engine for Partial {
        fn identity(&self) -> &Identity {
            self.inner.identity()
        }

        fn evaluate(&self, request: &Request) -> Outcome {
            *self.asked.lock().expect("nobody panics") += 1;
            let has = |flags: &[&str]| request.arguments.iter().any(|word| flags.iter().any(|flag| word == flag));
            if has(self.unmapped) {
                return Outcome::not_asked("no such flag".to_owned());
            }
            let mut request = request.clone();
            if has(self.refused) {
                request.arguments.insert(0, "--no-such-flag".into());
            }
            self.inner.evaluate(&request)
        }
    }

    fn partial(unmapped: &'static [&'static str], refused: &'static [&'static str]) -> Partial {
        let inner = Embedded::new(Limits::of_time(Duration::from_secs(60)));
        Partial { inner, unmapped, refused, asked: Mutex::default() }
    }

    #[test]
    fn what_can_do_everything_is_found_to() {
        let engine = Probed::new(Box::new(partial(&[], &[])));
        for (capability, finding) in engine.capabilities() {
            assert_eq!(finding, Finding::Can, "{capability:?}");
        }
    }

    #[test]
    fn what_an_engine_cannot_do_is_not_asked_of_it() {
        let engine = Probed::new(Box::new(partial(&["--xml", "-"], &["--json"])));
        let outcome = |arguments: &[&str]| {
            engine
                .evaluate(&Request {
                    arguments: arguments.iter().map(Into::into).collect(),
                    environment: fixture::environment(),
                    current_dir: "/".into(),
                    ..Request::default()
                })
                .ending
        };
        assert_eq!(outcome(&["--eval", "-E", "1"]), Ending::Exited(0));
        assert_eq!(
            outcome(&["--eval", "-A", "--xml", "-E", "{ \"--xml\" = 1; }"]),
            Ending::NotAsked("no such flag".into())
        );
        assert_eq!(outcome(&["--eval", "--xml", "-E", "1"]), Ending::NotAsked("no such flag".into()));
        assert_eq!(outcome(&["--eval", "-"]), Ending::NotAsked("no such flag".into()));
        let refused = outcome(&["--eval", "--json", "-E", "1"]);
        assert!(
            matches!(&refused, Ending::NotAsked(reason) if reason.contains("JSON: a probe ends with status 1")),
            "{refused}"
        );
        let found = engine.capabilities();
        let cannot: Vec<_> = found
            .iter()
            .filter(|(_, finding)| matches!(finding, Finding::Cannot(_)))
            .map(|(it, _)| it.title())
            .collect();
        assert_eq!(cannot, ["standard input", "JSON", "XML"]);
    }

    #[test]
    fn only_what_is_needed_is_probed_and_once() {
        let needed = |arguments: &[&str]| {
            let request = Request {
                arguments: arguments.iter().map(Into::into).collect(),
                environment: Vec::new(),
                current_dir: "/".into(),
                ..Request::default()
            };
            Capability::needed_by(&request)
        };
        use Capability::*;
        assert_eq!(needed(&["--eval", "--strict", "a.nix"]), [Strict, File]);
        assert_eq!(needed(&["--eval", "-I", "-", "--option", "a", "-", "-"]), [Settings, StandardInput]);
        assert_eq!(needed(&["--eval", "--arg", "a", "--json", "-E", "-1"]), [Arguments, Expression]);
        let engine = partial(&[], &[]);
        let probed = Probed::new(Box::new(engine));
        let request = Request {
            arguments: ["--eval", "-E", "1"].map(Into::into).into(),
            environment: fixture::environment(),
            current_dir: "/".into(),
            ..Request::default()
        };
        probed.evaluate(&request);
        probed.evaluate(&request);
        let probes = probed.findings.iter().filter(|finding| finding.get().is_some()).count();
        assert_eq!(probes, 1);
    }
}
