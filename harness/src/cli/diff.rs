//! `thunkproof diff`: puts the same questions to several evaluators.

use std::{
    env, io,
    path::{Path, PathBuf},
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
    case::{Questions, Suite, questions::Source},
    differential::{Reply, ask},
    outcome::compare::Level,
    project,
};

/// Asks several evaluators the same questions and tells where the subject departs from a reference.
///
/// A PATH is a file, a folder that holds `lang/` with fixtures (of which only the questions count, not what is
/// recorded), or a folder with files `*.nix`. Without PATH and expressions, this project's own fixtures are asked. The
/// exit status is 0 where nothing diverges unexplained, 1 where something does, 2 where the work could not be done.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files, folders of fixtures, or folders of files
    paths: Vec<PathBuf>,

    /// An expression; may be given more than once
    #[arg(short = 'E', long = "expr", value_name = "EXPRESSION", allow_hyphen_values = true)]
    expressions: Vec<String>,

    /// A file with one expression a line; empty lines, and lines that begin with `#`, are left out
    #[arg(long = "expressions", value_name = "FILE")]
    expression_files: Vec<PathBuf>,

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
    let engines = arguments.engines.start_several()?;
    let total = options.shard.map_or(fingerprint.count, |shard| shard.share(fingerprint.count));
    let mut finished = vec![false; fingerprint.count];
    let plan = Plan {
        command: "diff",
        engines: &engines,
        jobs: arguments.engines.jobs(),
        level: arguments.level,
        work: arguments.work,
        settings: arguments.engines.settings(),
        questions: fingerprint,
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
        Ok(question) => (index < finished.len() && wanted(index)).then_some(Ok((index, question))),
        Err(error) => Some(Err(error)),
    });
    let rules = session.rules;
    let progress = options.progress(session.earlier(), total);
    let one = |(index, question)| Reply { answered: vec![ask(index, question, &engines, rules)], more: Vec::new() };
    session.run(tasks, one, &progress)
}

/// All that is asked, and the copies of suites that must outlive it.
fn questions(arguments: &Arguments, here: &Path) -> Result<(Questions, Vec<TempDir>), Complaint> {
    let mut copies = Vec::new();
    let mut sources: Vec<_> = arguments.expressions.iter().cloned().map(Source::Expression).collect();
    sources.extend(arguments.expression_files.iter().cloned().map(Source::Expressions));
    let mut paths = arguments.paths.clone();
    if paths.is_empty() && sources.is_empty() {
        let advice = || Complaint("there is nothing to ask: name files, folders or expressions (-E)".to_owned());
        paths.push(project::root_above(here).ok_or_else(advice)?.join(project::FIXTURES));
    }
    for path in paths {
        let refused = |error: io::Error| Complaint(format!("cannot read {}: {error}", path.display()));
        sources.push(if !path.metadata().map_err(refused)?.is_dir() {
            Source::File(path)
        } else if path.join("lang").is_dir() {
            Source::Fixtures(restored(Suite::open(&path)?, &mut copies).map_err(refused)?)
        } else {
            Source::Folder(path)
        });
    }
    let filter = arguments.filter.as_deref().map(Filter::new).transpose()?;
    let wanted = Box::new(move |name: &str| filter.as_ref().is_none_or(|filter| filter.accepts(name)));
    Ok((Questions { sources, folder: here.into(), wanted }, copies))
}
