//! The stand-in: our own evaluator with the command line and output of Snix's, and faults.
//!
//! Each fault shows on a program that names a certain builtin, so that a test chooses which it sees. A file `mended` beside the
//! program names faults that are no more, a line each, and a file `broken` texts that newly have a wrong value.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process, thread,
    time::SystemTime,
};

use nix_evaluator::cli::{Budgets, Completed, Invocation};

/// What the command line says.
struct Question {
    text: String,
    file: Option<PathBuf>,
    strict: bool,
    raw: bool,
}

/// Runs as the evaluator, and ends the process.
pub fn main() -> ! {
    let question = question().unwrap_or_else(|unknown| {
        eprintln!("error: unexpected argument '{unknown}' found\n\nUsage: snix [OPTIONS] [SCRIPT]");
        process::exit(2);
    });
    let faults = Faults::of(&question.text);
    fail_as_asked(&faults, question.text.len());
    let Completed { status, stdout, stderr, .. } = evaluate(&question);
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    eprint!("{}", errors(&stderr, faults.has("isPath")));
    if status == 0 {
        print!("{}", value(&stdout, question.raw, &faults));
    }
    // Fault: an error that ends with success.
    process::exit(if faults.has("toPath") { 0 } else { status });
}

fn question() -> Result<Question, String> {
    let (mut text, mut file, mut strict, mut raw) = (None, None, false, false);
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--strict" => strict = true,
            "--raw" => raw = true,
            "--no-warnings" => {}
            "-I" => drop(words.next()),
            _ if word.starts_with("--expr=") => text = word.strip_prefix("--expr=").map(str::to_owned),
            _ if word.starts_with('-') || file.is_some() => return Err(word),
            _ => file = Some(PathBuf::from(word)),
        }
    }
    // Fault: a source that is not UTF-8.
    let read = |file: &PathBuf| fs::read_to_string(file).expect("failed to read the input file");
    let text = text.or_else(|| file.as_ref().map(read)).ok_or_else(|| "nothing".to_owned())?;
    Ok(Question { text, file, strict, raw })
}

fn evaluate(question: &Question) -> Completed {
    let mut arguments = vec!["--eval".into()];
    if question.strict || question.raw {
        arguments.push("--strict".into());
    }
    match &question.file {
        Some(file) => arguments.push(file.into()),
        None => arguments.push("-".into()),
    }
    nix_evaluator::cli::run(&Invocation {
        is_nix_instantiate: false,
        arguments,
        environment: env::vars_os().collect(),
        current_dir: env::current_dir().expect("there is a working folder"),
        user: None,
        stdin: question.text.clone().into_bytes(),
        stdin_failure: None,
        terminal: false,
        budgets: Budgets::default(),
        interrupt: None,
    })
}

/// The faults that show on a program.
struct Faults {
    text: String,
    mended: Vec<String>,
    is_broken: bool,
}

impl Faults {
    fn of(text: &str) -> Faults {
        let program = env::args_os().next().unwrap_or_default();
        let beside = |name: &str| {
            let lines = fs::read_to_string(Path::new(&program).with_file_name(name)).unwrap_or_default();
            lines.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let is_broken = beside("broken").iter().any(|broken| text.contains(broken.as_str()));
        Faults { text: text.to_owned(), mended: beside("mended"), is_broken }
    }

    fn has(&self, builtin: &str) -> bool {
        self.text.contains(builtin) && !self.mended.iter().any(|mended| mended == builtin)
    }
}

/// The faults that end a process, or keep it from ending.
fn fail_as_asked(faults: &Faults, length: usize) {
    let has = |builtin: &str| faults.has(builtin);
    if has("genericClosure") {
        panic!("operand {length} is no key");
    }
    if has("splitVersion") {
        let worker = thread::spawn(|| -> u32 { panic!("a version has parts") });
        worker.join().expect("the worker ends");
    }
    if has("zipAttrsWith") {
        process::abort();
    }
    if has("fromTOML") {
        // It fails nowhere. SIGSEGV would not do: the standard library has a handler of it, which returns.
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::ILL);
    }
    if has("hashString") {
        loop {
            std::hint::spin_loop();
        }
    }
    if has("ceil") {
        println!("{}", overflow(length as u64));
    }
    if has("groupBy") {
        // Fault: a builtin that is not there.
        eprintln!("error[E005]: attribute with name 'groupBy' could not be found in the set");
        process::exit(1);
    }
}

/// Calls itself until the stack is used up.
fn overflow(depth: u64) -> u64 {
    let frame = [depth; 64];
    if std::hint::black_box(&frame)[1] == u64::MAX { 0 } else { overflow(depth + 1) + std::hint::black_box(frame)[0] }
}

/// The value as Snix prints it.
fn value(printed: &str, raw: bool, faults: &Faults) -> String {
    let printed = printed.trim_end_matches('\n');
    // Fault: a wrong value.
    let printed = if faults.has("bitXor") || faults.is_broken { "-1" } else { printed };
    if raw {
        let text = printed.trim_matches('"').replace("\\\"", "\"").replace("\\\\", "\\");
        return format!("{text}\n");
    }
    // Fault: a value that is another each time.
    let time = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_nanos());
    let printed = if faults.has("placeholder") { format!("\"{time}\"") } else { printed.to_owned() };
    let printed = printed.replace("«repeated»", "<CYCLE>");
    let kind = match printed.chars().next() {
        Some('"') => "string",
        Some('{') => "set",
        Some('[') => "list",
        Some('<') => "lambda",
        Some('/') => "path",
        Some('t' | 'f') => "bool",
        Some('n') => "null",
        _ if printed.contains('.') => "float",
        _ => "int",
    };
    format!("=> {printed} :: {kind}\n")
}

/// Standard error as Snix writes it: traces with types, errors with numbers; `twice` is the fault that traces are.
fn errors(stderr: &str, twice: bool) -> String {
    let mut text = String::new();
    for line in stderr.lines() {
        if let Some(traced) = line.strip_prefix("trace: ") {
            let kind = if traced.parse::<i64>().is_ok() { "int" } else { "string" };
            let traced = if kind == "string" { format!("\"{traced}\"") } else { traced.to_owned() };
            for _ in 0..=u8::from(twice) {
                text += &format!("trace: {traced} :: {kind}\n");
            }
        } else if let Some(message) = line.trim_start().strip_prefix("error: ") {
            text += &format!("error[E031]: {message}\n --> [code]:1:1\n");
        }
    }
    text
}
