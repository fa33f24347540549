//! `thunkproof diff`: puts the same questions to several evaluators.

use std::{
    env,
    ffi::OsString,
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use tempfile::TempDir;

use super::{
    Complaint, End, Filter,
    engines::Engines,
    restored,
    session::{Begun, Options, Plan},
};
use crate::{
    case::{Question, Questions, Suite, questions::Source, suite::Layout},
    differential::{Answered, Reply, ask},
    engine::Named,
    forcing,
    outcome::compare::{Level, Verdict},
    project, read,
};

/// Asks several evaluators the same questions and tells where the subject departs from a reference.
///
/// A PATH is a file, a folder of fixtures in any layout that `check` reads (of which only the questions count, not what
/// is recorded), a folder with files `*.nix`, or a Rust file with Snix's tests against an oracle. Without PATH and
/// expressions, this project's own fixtures are asked. The exit status is 0 where nothing diverges unexplained, 1 where
/// something does, 2 where the work could not be done.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files, folders of fixtures, or folders of files
    paths: Vec<PathBuf>,

    /// An expression; may be given more than once
    #[arg(short = 'E', long = "expr", value_name = "EXPRESSION", allow_hyphen_values = true)]
    expressions: Vec<String>,

    /// A file with one expression a line; empty lines, and lines that begin with `#`, are left out; `-` is standard
    /// input
    #[arg(long = "expressions", value_name = "FILE")]
    expression_files: Vec<PathBuf>,

    /// Ask how expressions and files are parsed, not what they evaluate to
    #[arg(long)]
    parse: bool,

    /// A setting of the evaluators for expressions and files, by name and value; may be given more than once
    #[arg(long = "option", num_args = 2, value_names = ["NAME", "VALUE"])]
    options_of_evaluators: Vec<OsString>,

    #[command(flatten)]
    engines: Engines,

    /// Ask only questions whose name holds this, or matches it where it has a `*`
    #[arg(long, value_name = "NAME")]
    filter: Option<String>,

    /// The finest level that counts
    #[arg(long, value_enum, default_value_t = Level::Stderr)]
    level: Level,

    /// Also compare how many functions and builtins were called, where engines can tell
    #[arg(long)]
    work: bool,

    /// Where engines differ in whether they fail, in values, traces or warnings, also show in which order they force what
    /// the program delays. They are asked once more for that, with probes in the program
    #[arg(long)]
    forcing: bool,

    #[command(flatten)]
    options: Options,
}

/// Runs the subcommand.
pub(super) fn run(arguments: &Arguments) -> Result<End, Complaint> {
    let here = env::current_dir().map_err(|error| Complaint(format!("cannot read the current folder: {error}")))?;
    let options = &arguments.options;
    let known = options.known(&here)?;
    let (questions, _copies) = questions(arguments, &here)?;
    let fingerprint = questions.fingerprint()?;
    if fingerprint.count == 0 {
        return Err(Complaint("there is nothing to ask: no file and no expression is left".to_owned()));
    }
    let skipped = questions.skipped()?;
    let engines = arguments.engines.start_several()?;
    Engines::show_capabilities(&engines, options.is_quiet());
    let total = options.shard.map_or(fingerprint.count, |shard| shard.share(fingerprint.count));
    let mut settings = arguments.engines.settings();
    if let Some(flags) = &questions.flags {
        let words: Vec<_> = flags.iter().map(|flag| flag.to_string_lossy()).collect();
        settings.insert("flags".to_owned(), words.join(" "));
    }
    let mut finished = vec![false; fingerprint.count];
    let plan = Plan {
        command: "diff",
        engines: &engines,
        jobs: arguments.engines.jobs(),
        level: arguments.level,
        work: arguments.work,
        settings,
        questions: fingerprint,
        is_filtered: arguments.filter.is_some(),
        skipped,
    };
    let begun = options.begin(plan, &known, |case| {
        if let Some(finished) = finished.get_mut(case.index) {
            *finished = true;
        }
    })?;
    let session = match begun {
        Begun::Ready(session) => session,
        Begun::Finished(end) => return Ok(end),
    };
    let wanted = |index: usize| !finished[index] && options.shard.is_none_or(|shard| shard.has(index));
    let tasks = questions.iter().enumerate().filter_map(|(index, question)| match question {
        Ok(question) => (index < finished.len() && wanted(index)).then_some(Ok((index, question, false))),
        Err(error) => Some(Err(error)),
    });
    let rules = session.rules;
    let progress = options.progress(session.earlier(), total);
    let one = |(index, question, is_alone): (usize, Question, bool)| {
        let mut answered = ask(index, question, &engines, rules);
        if answered.reached_a_limit() && !is_alone {
            return Reply { answered: Vec::new(), more: Vec::new(), again: vec![(index, answered.question, true)] };
        }
        if arguments.forcing {
            add_forcing(&mut answered, &engines);
        }
        Reply { answered: vec![answered], more: Vec::new(), again: Vec::new() }
    };
    session.run(tasks, one, &progress)
}

/// Adds in which order the subject and the worst reference force, where they differ in what forcing shows.
fn add_forcing(answered: &mut Answered, engines: &[Named]) {
    let (index, worst) = answered.worst();
    if worst.verdict != Verdict::Diverge || worst.level.is_none_or(|level| level > Level::Effects) {
        return;
    }
    let side = |at: usize| (&engines[at], &answered.outcomes[at]);
    match forcing::compare(&answered.question, side(index + 1), side(0)) {
        Ok(forcing) => answered.forcing = Some(forcing),
        Err(why) => answered.cause.push(format!("no order of forcing: {why}")),
    }
}

/// All that is asked, and the copies of suites that must outlive it.
fn questions(arguments: &Arguments, here: &Path) -> Result<(Questions, Vec<TempDir>), Complaint> {
    let mut copies = Vec::new();
    let flags = flags(arguments);
    let mut sources: Vec<_> = arguments.expressions.iter().cloned().map(Source::Expression).collect();
    for name in &arguments.expression_files {
        let file = read_once(name, &mut copies)
            .map_err(|error| Complaint(format!("cannot read {}: {error}", name.display())))?;
        sources.push(Source::Expressions(file));
    }
    let mut paths = arguments.paths.clone();
    if paths.is_empty() && sources.is_empty() {
        let advice = || Complaint("there is nothing to ask: name files, folders or expressions (-E)".to_owned());
        paths.push(project::root_above(here).ok_or_else(advice)?.join(project::FIXTURES));
    }
    for path in paths {
        let refused = |error: io::Error| Complaint(format!("cannot read {}: {error}", path.display()));
        let kind = path.metadata().map_err(refused)?.file_type();
        sources.push(if kind.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
            Source::Oracle(path)
        } else if kind.is_file() {
            Source::File(path)
        } else if !kind.is_dir() {
            let why = "is no file, so that not every evaluator could read it";
            return Err(Complaint(format!("{} {why}: write it to one, or use --expressions", path.display())));
        } else if path.join("lang").is_dir() {
            Source::Fixtures(restored(Suite::open(&path)?, &mut copies).map_err(refused)?)
        } else {
            match Suite::open(&path) {
                // What files of tests compare is not what evaluators are compared by, and neither is it where it is said how
                // all files are asked.
                Ok(suite) if flags.is_none() && matches!(suite.layout, Layout::Lix | Layout::Snix | Layout::Rnix) => {
                    Source::Fixtures(suite)
                }
                _ => Source::Folder(path),
            }
        });
    }
    let filter = arguments.filter.as_deref().map(Filter::new).transpose()?;
    let wanted = Box::new(move |name: &str| filter.as_ref().is_none_or(|filter| filter.accepts(name)));
    if flags.is_some() && sources.iter().any(|source| matches!(source, Source::Fixtures(_))) {
        let why = "a fixture's name and its .flags say what is asked of it";
        return Err(Complaint(format!("--parse and --option are for expressions and files: {why}")));
    }
    Ok((Questions { sources, folder: here.into(), flags, wanted }, copies))
}

/// Flags before each expression and file, where they are others than usual.
fn flags(arguments: &Arguments) -> Option<Arc<[OsString]>> {
    if !arguments.parse && arguments.options_of_evaluators.is_empty() {
        return None;
    }
    let what: &[&str] = if arguments.parse { &["--parse"] } else { &["--eval", "--strict"] };
    let mut flags: Vec<OsString> = what.iter().map(OsString::from).collect();
    for pair in arguments.options_of_evaluators.chunks_exact(2) {
        flags.extend(["--option".into(), pair[0].clone(), pair[1].clone()]);
    }
    Some(flags.into())
}

/// A file that can be read twice, for questions are counted before they are asked: `file` itself, or where it is no
/// regular file (a pipe, standard input) a copy of what it gives, which lives as long as `copies`.
fn read_once(file: &Path, copies: &mut Vec<TempDir>) -> io::Result<PathBuf> {
    let is_input = file.as_os_str() == "-";
    if !is_input && file.metadata()?.is_file() {
        return Ok(file.to_owned());
    }
    let mut from: Box<dyn io::Read> = if is_input { Box::new(io::stdin().lock()) } else { Box::new(File::open(file)?) };
    let folder = tempfile::Builder::new().prefix("thunkproof-").tempdir()?;
    let copy = folder.path().join("expressions");
    read::copy(&mut from, &mut File::create(&copy)?)?;
    copies.push(folder);
    Ok(copy)
}
