//! `thunkproof matrix`: judges several evaluators by the recorded answers of fixtures.

use std::{
    env,
    io::{self, Write},
    path::PathBuf,
    sync::atomic::Ordering,
};

use clap::{Args, ValueEnum};

use super::{Complaint, End, Filter, accepted, engines::Engines, interrupt, outputs::Outputs, restored};
use crate::{
    case::Suite,
    coverage::Group,
    outcome::Level,
    project,
    provenance::Provenance,
    report::{Progress, breakdown, matrix},
    run::{Rules, Run, run as run_suites},
    write,
};

/// Judges several evaluators by recorded answers and counts how many are exact.
///
/// A FOLDER holds fixtures, in any layout that `check` reads. The table is what is asked for, so the exit status is 0 whatever it says, and
/// 2 where the work could not be done.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folders of fixtures, or files of tests [default: nix-lang-tests]
    folders: Vec<PathBuf>,

    #[command(flatten)]
    engines: Engines,

    /// Run only fixtures whose name holds this, or matches it where it has a `*`
    #[arg(long, value_name = "NAME")]
    filter: Option<String>,

    /// What fixtures are counted by: their class, the builtins they use, or the forms of the language they use; a table
    /// for each
    #[arg(long, value_enum, value_delimiter = ',', default_value = "class")]
    by: Vec<By>,

    /// How much must be alike
    #[arg(long, value_enum, default_value_t = Level::Stderr)]
    level: Level,

    /// Divergences that are accepted [default: known-divergences.toml at the root of the repository]
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,

    /// Write all three tables, and what each engine answered to each fixture, to this file as one JSON document
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Show no progress
    #[arg(long)]
    quiet: bool,
}

/// What a row, or column, of the table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    /// eval-okay, eval-fail, parse-okay, parse-fail
    Class,
    /// A name of `builtins`
    Builtin,
    /// A rule of the grammar, or something that it does not tell apart
    Form,
}

/// Runs the subcommand.
pub(super) fn run(arguments: &Arguments) -> Result<End, Complaint> {
    let here = env::current_dir().map_err(|error| Complaint(format!("cannot read the current folder: {error}")))?;
    let own = || project::root_above(&here).map(|root| vec![root.join(project::FIXTURES)]);
    let folders = if arguments.folders.is_empty() { own() } else { Some(arguments.folders.clone()) };
    let folders = folders.ok_or_else(|| {
        Complaint(format!("there is no {}/lang here or above: name a folder of fixtures", project::FIXTURES))
    })?;
    let filter = arguments.filter.as_deref().map(Filter::new).transpose()?;
    let wanted = |name: &str| filter.as_ref().is_none_or(|filter| filter.accepts(name));
    let mut copies = Vec::new();
    let mut suites = Vec::new();
    for folder in &folders {
        let refused = |error: io::Error| Complaint(format!("cannot read {}: {error}", folder.display()));
        let suite = restored(Suite::open(folder)?, &mut copies).map_err(refused)?;
        suite.contents(wanted)?;
        suites.push(suite);
    }
    let engines = arguments.engines.start()?;
    Engines::show_capabilities(&engines, arguments.quiet);
    let outputs = Outputs::probed(&[("--json", arguments.json.as_ref())], &[])?;

    let pool = rayon::ThreadPoolBuilder::new().num_threads(arguments.engines.jobs()).build()?;
    let known = accepted::list(arguments.known.as_ref(), project::root_above(&here).as_deref())?;
    let provenance = Provenance::now(project::root_above(&here).as_deref());
    let stop = interrupt::watch()?;
    let today = jiff::Zoned::now().date();
    let mut runs: Vec<(String, Run)> = Vec::new();
    for named in &engines {
        let contents: Result<Vec<_>, Complaint> =
            suites.iter().map(|suite| Ok((suite.clone(), suite.contents(wanted)?))).collect();
        let contents = contents?;
        let cases = contents.iter().map(|(_, contents)| contents.cases.len()).sum();
        let progress = Progress::new(cases, arguments.quiet);
        progress.set_message(format!("({})", named.name));
        let subject = &named.name;
        let rules = Rules { subject, level: arguments.level, known: &known, today, complete: false, stop };
        let run = pool.install(|| run_suites(contents, &*named.engine, rules, |_| progress.finished()));
        progress.end();
        for note in named.engine.notes() {
            // Where standard error is closed, nobody misses the note.
            let _ = writeln!(anstream::stderr(), "thunkproof: note: {}: {note}", named.name);
        }
        for problem in run.problems.iter().filter(|_| stop.load(Ordering::Relaxed)) {
            let _ = writeln!(anstream::stderr(), "thunkproof: {}: {problem}", named.name);
        }
        runs.push((named.name.clone(), run));
        if stop.load(Ordering::Relaxed) {
            break;
        }
    }
    let not_asked: Vec<_> = engines.iter().skip(runs.len()).map(|named| named.name.as_str()).collect();
    if !not_asked.is_empty() {
        let _ = writeln!(anstream::stderr(), "thunkproof: interrupted: not asked at all: {}", not_asked.join(", "));
    }
    let exercised = arguments.json.is_some() || arguments.by.iter().any(|by| *by != By::Class);
    let rows = if exercised { breakdown::rows(&runs)? } else { Vec::new() };
    if let Some(file) = &arguments.json {
        write::json(file, &matrix::Document::of(&runs, &rows, &provenance))?;
    }
    outputs.show(|to| {
        for by in &arguments.by {
            match by {
                By::Class => matrix::write(&runs, to)?,
                By::Builtin => breakdown::write(&rows, &[Group::Builtin], &runs, to)?,
                By::Form => breakdown::write(&rows, &[Group::Rule, Group::Form], &runs, to)?,
            }
        }
        matrix::write_engines(&runs, arguments.level, to)
    })?;
    Ok(if stop.load(Ordering::Relaxed) { End::Interrupted } else { End::Success })
}
