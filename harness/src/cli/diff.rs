//! `thunkproof diff`: the same questions to several evaluators.

use std::{
    env,
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use walkdir::WalkDir;

use super::{Complaint, Filter, engines::Engines, restored, shard::Shard, unless_closed};
use crate::{
    case::{Question, Suite, question},
    differential::{self, Rules, Summary},
    engine::Named,
    known::{self, Known},
    outcome::compare::Level,
    project,
    provenance::Provenance,
    report::{divergences::Terminal, lines, terminal},
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

    /// Ask only this part of the questions
    #[arg(long, value_name = "PART/PARTS")]
    shard: Option<Shard>,

    /// The finest level that counts
    #[arg(long, value_enum, default_value_t = Level::Stderr)]
    level: Level,

    /// Also compare how many functions and builtins were called, where engines can tell
    #[arg(long)]
    work: bool,

    /// Ask every engine every question twice, not only where they differ
    #[arg(long)]
    twice: bool,

    /// Differences that are accepted [default: known-divergences.toml at the root of the repository]
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,

    /// Write a line of JSON a case to this file, and the summary as the last
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Print the counts only
    #[arg(long)]
    quiet: bool,
}

/// Runs the subcommand; gives whether nothing diverged unexplained.
pub(super) fn run(arguments: &Arguments) -> Result<bool, Complaint> {
    let here = env::current_dir().map_err(|error| Complaint(format!("cannot read the current folder: {error}")))?;
    let root = project::root_above(&here);
    let known = match (&arguments.known, root.as_ref().map(|root| root.join(known::FILE))) {
        (Some(file), _) => Known::load(file)?,
        (None, Some(file)) if file.exists() => Known::load(&file)?,
        _ => Known::default(),
    };
    let (questions, _copies) = questions(arguments, &here, root.as_deref())?;
    let engines = arguments.engines.start()?;
    if engines.len() < 2 {
        return Err(Complaint("there is nobody to compare with: name an engine with --reference".to_owned()));
    }
    let rules = Rules {
        jobs: arguments.engines.jobs(),
        finest: arguments.level,
        count_work: arguments.work,
        twice: arguments.twice,
        known: &known,
        today: jiff::Zoned::now().date(),
        complete: arguments.filter.is_none() && arguments.shard.is_none(),
    };
    compare(arguments, &questions, &engines, rules, Provenance::now(root.as_deref()))
}

fn compare(
    arguments: &Arguments,
    questions: &[Question],
    engines: &[Named],
    rules: Rules<'_>,
    provenance: Provenance,
) -> Result<bool, Complaint> {
    let unwritable = |error: io::Error| {
        let file = arguments.json.as_deref().unwrap_or(Path::new("standard output"));
        Complaint(format!("cannot write {}: {error}", file.display()))
    };
    let json = arguments.json.as_deref().map(File::create).transpose().map_err(unwritable)?;
    let mut json = json.map(BufWriter::new);
    let all: Vec<&Named> = engines.iter().collect();
    let mut shown = Terminal::new(&all);
    let progress = if arguments.quiet { indicatif::ProgressBar::hidden() } else { terminal::progress(questions.len()) };
    // Whether a reader of standard output has gone: then it is not written to any more, and the run goes on.
    let mut closed = false;
    let summary = differential::run(questions, &engines[0], &engines[1..], rules, |answered| {
        progress.inc(1);
        if let Some(json) = &mut json {
            lines::write_case(answered, &all, json)?;
        }
        if !arguments.quiet && !closed {
            let mut text = Vec::new();
            shown.write_case(answered, &mut text)?;
            if !text.is_empty() {
                closed = progress.suspend(|| anstream::stdout().lock().write_all(&text)).is_err();
            }
        }
        Ok(())
    });
    progress.finish_and_clear();
    let summary = Summary { provenance, ..summary.map_err(unwritable)? };
    if let Some(json) = &mut json {
        lines::write_summary(&summary, json).map_err(unwritable)?;
    }
    let mut to = BufWriter::new(anstream::stdout().lock());
    unless_closed(shown.write_summary(&summary, &mut to).and_then(|()| to.flush()))?;
    Ok(summary.succeeded())
}

/// All that is asked, and the copies of suites that must outlive it.
fn questions(
    arguments: &Arguments,
    here: &Path,
    root: Option<&Path>,
) -> Result<(Vec<Question>, Vec<tempfile::TempDir>), Complaint> {
    let mut questions = Vec::new();
    let mut copies = Vec::new();
    for text in &arguments.expressions {
        questions.push(Question::expression(text.clone(), text.clone().into_bytes(), here));
    }
    for file in &arguments.expression_files {
        let read = question::expressions(file, here);
        questions.extend(read.map_err(|error| Complaint(format!("cannot read {}: {error}", file.display())))?);
    }
    let mut paths = arguments.paths.clone();
    if paths.is_empty() && questions.is_empty() {
        let advice = || Complaint("there is nothing to ask: name files, folders or expressions (-E)".to_owned());
        paths.push(root.ok_or_else(advice)?.join(project::FIXTURES));
    }
    for path in &paths {
        let refused = |error: io::Error| Complaint(format!("cannot read {}: {error}", path.display()));
        if !path.metadata().map_err(refused)?.is_dir() {
            questions.push(Question::file(path, here));
        } else if path.join("lang").is_dir() {
            let suite = restored(Suite::open(path)?, &mut copies).map_err(refused)?;
            let contents = suite.contents(|_| true)?;
            if let Some((_, error)) = contents.unreadable.first() {
                return Err(Complaint(error.to_string()));
            }
            questions.extend(contents.cases.into_iter().map(Question::fixture));
        } else {
            for entry in WalkDir::new(path).sort_by_file_name() {
                let entry = entry.map_err(|error| refused(error.into()))?;
                let is_program = entry.path().extension().is_some_and(|extension| extension == "nix");
                if entry.file_type().is_file() && is_program {
                    questions.push(Question::file(entry.path(), here));
                }
            }
        }
    }
    if let Some(filter) = &arguments.filter {
        let filter = Filter::new(filter)?;
        questions.retain(|question| filter.accepts(&question.name));
    }
    if questions.is_empty() {
        return Err(Complaint("there is nothing to ask: no file and no expression is left".to_owned()));
    }
    let questions = match arguments.shard {
        Some(shard) => shard.of(questions),
        None => questions,
    };
    Ok((questions, copies))
}
