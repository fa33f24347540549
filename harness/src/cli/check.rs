//! `thunkproof check`: judges an evaluator by the recorded answers of fixtures.

use std::{
    env,
    ffi::OsString,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use clap::Args;
use rayon::ThreadPool;
use tempfile::TempDir;

use super::{Complaint, End, Filter, accepted, interrupt, outputs::Outputs, record, restored, unless_closed};
use crate::{
    bless::{self, BlessError},
    case::{Suite, suite::Contents},
    coverage::Coverage,
    engine::{Limits, Named, NamedSpec},
    names::shown,
    outcome::Level,
    project,
    provenance::Provenance,
    report::{self, Progress, terminal},
    run::{Rules, run as run_suites},
    shard::Shard,
    write,
};

/// Runs fixtures and compares what comes with what is recorded.
///
/// A FOLDER holds fixtures in the layout of the project that they come from, as they are: `lang/` with upstream's naming
/// (eval-okay-*, eval-fail-*, parse-okay-*, parse-fail-*), Lix's, Snix's or rnix's, or files of tests for nix-unit or
/// runTests; it may be one such file. Without one, this project's own are run.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folders of fixtures, or files of tests [default: nix-lang-tests]
    folders: Vec<PathBuf>,

    /// Run only fixtures whose name holds this, or matches it where it has a `*`
    #[arg(long, value_name = "NAME")]
    filter: Option<String>,

    /// Run only this part of the fixtures; `merge` puts the parts together
    #[arg(long, value_name = "PART/PARTS", conflicts_with_all = ["bless", "coverage"])]
    shard: Option<Shard>,

    /// Write the whole run to this file as one JSON document; `-` is standard output
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// How much must be alike
    #[arg(long, value_enum, default_value_t = Level::Stderr)]
    level: Level,

    /// Who is judged: `embedded`, `cmd:PROGRAM` or `fork:PROGRAM` (nix-instantiate's flags), `manifest:FILE`,
    /// or one of `thunkproof engines`
    #[arg(long, alias = "engine", value_name = "ENGINE", default_value = "embedded")]
    subject: NamedSpec,

    /// Seconds of CPU time that one case may take, and ten times as much on the clock; of a case that takes more nothing
    /// is said
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
    limit: u64,

    /// How many cases are run at once [default: one a processor]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,

    /// Show no progress
    #[arg(long)]
    quiet: bool,

    /// What is accepted [default: known-divergences.toml at the root of the repository]
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,

    #[command(flatten)]
    record: record::WriteKnown,

    /// Judge a copy of each folder in which symbolic links that were lost (by an archive, say) are put back
    #[arg(long, conflicts_with = "bless")]
    restore_links: bool,

    /// Run nothing: count how many fixtures exercise each builtin and each form of the language, and name those that
    /// none does
    #[arg(long, conflicts_with_all = ["bless", "known", "write_known", "restore_links"])]
    coverage: bool,

    /// Record expectations from the reference instead of judging (also: THUNKPROOF_BLESS=1); refused where CI is set
    #[arg(long, conflicts_with = "json")]
    bless: bool,

    /// Who to record from: an engine as for --subject, or the path of a nix-instantiate; reference.toml beside the
    /// fixtures will tell its release [default: what scripts/provision-reference brought]
    #[arg(long, value_name = "NAME=ENGINE")]
    reference: Option<OsString>,
}

/// Runs the subcommand.
pub(super) fn run(arguments: &Arguments) -> Result<End, Complaint> {
    let here = env::current_dir().map_err(|error| Complaint(format!("cannot read the current folder: {error}")))?;
    let root = project::root_above(&here);
    let blessing = !arguments.coverage && bless::requested(arguments.bless)?;
    if let (false, Some(reference)) = (blessing, &arguments.reference) {
        let why = "`check` asks a reference only to record from it, and otherwise judges by what is recorded";
        let is_engine = reference.to_str().is_some_and(|text| text.parse::<NamedSpec>().is_ok());
        let engine = format!("{}{}", if is_engine { "" } else { "cmd:" }, reference.display());
        let advice = format!("add --bless to record, or compare with `thunkproof diff --reference {engine}`");
        return Err(Complaint(format!("--reference: {why}: {advice}")));
    }
    let filter = arguments.filter.as_deref().map(Filter::new).transpose()?;
    let wanted = |name: &str| filter.as_ref().is_none_or(|filter| filter.accepts(name));

    let mut suites = Vec::new();
    let mut copies = Vec::new();
    let (mut places, mut found) = (0.., 0);
    for folder in folders(arguments, root.as_deref())? {
        let suite = Suite::open(&folder)?;
        let suite = with_links(suite, arguments.restore_links && !blessing, &mut copies)
            .map_err(|error| Complaint(format!("cannot copy {}: {error}", folder.display())))?;
        let mut contents = suite.contents(wanted)?;
        found += contents.cases.len() + contents.unreadable.len();
        if let Some(shard) = arguments.shard {
            contents.cases.retain(|_| places.next().is_some_and(|place| shard.has(place)));
        }
        suites.push((suite, contents));
    }
    if let (Some(filter), 0) = (&arguments.filter, found) {
        return Err(Complaint(format!("no fixture is named like `{filter}`")));
    }
    // A part may be empty; whoever asks for the whole wants something run.
    let is_run = |contents: &Contents| contents.cases.len() + contents.unreadable.len() + contents.unused.len() > 0;
    if arguments.shard.is_none() && !suites.iter().any(|(_, contents)| is_run(contents)) {
        return Err(Complaint("there is nothing to run: every fixture is switched off (.exp-disabled)".to_owned()));
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(arguments.jobs.unwrap_or(0).into()).build()?;
    if arguments.coverage {
        return pool.install(|| cover(arguments, &suites)).map(End::from);
    }
    if blessing {
        return record(arguments, root.as_deref(), suites, &pool).map(End::from);
    }
    judge(arguments, root, suites, &pool)
}

/// The suite to judge: this one, or with `restore` a copy that has the links which this one has lost. The copy lives as
/// long as `copies`.
fn with_links(suite: Suite, restore: bool, copies: &mut Vec<TempDir>) -> io::Result<Suite> {
    let lost = suite.lost_links()?;
    if lost.is_empty() {
        return Ok(suite);
    }
    if !restore {
        let names: Vec<_> = lost.iter().map(|link| shown(&link.file)).collect();
        let note = format!("{}: {} were symbolic links; fixtures that read them fail", suite.name, names.join(", "));
        // Where standard error is closed, nobody misses the note.
        let _ = writeln!(anstream::stderr(), "thunkproof: note: {note} (--restore-links mends a copy)");
        return Ok(suite);
    }
    restored(suite, copies)
}

fn folders(arguments: &Arguments, root: Option<&Path>) -> Result<Vec<PathBuf>, Complaint> {
    if !arguments.folders.is_empty() {
        return Ok(arguments.folders.clone());
    }
    let own = root.map(|root| vec![root.join(project::FIXTURES)]);
    own.ok_or_else(|| {
        Complaint(format!("there is no {}/lang here or above: name a folder of fixtures", project::FIXTURES))
    })
}

fn judge(
    arguments: &Arguments,
    root: Option<PathBuf>,
    suites: Vec<(Suite, Contents)>,
    pool: &ThreadPool,
) -> Result<End, Complaint> {
    let known = accepted::list(arguments.known.as_ref(), root.as_deref())?;
    let named = arguments.subject.start(limits(arguments))?;
    if !arguments.quiet {
        // Where standard error is closed, nobody misses the table.
        let _ = report::capabilities::write(&named, &mut anstream::stderr());
    }
    let Named { name: subject, engine } = named;
    let rules = Rules {
        subject: &subject,
        level: arguments.level,
        known: &known,
        today: jiff::Zoned::now().date(),
        complete: arguments.filter.is_none() && arguments.shard.is_none(),
        stop: interrupt::watch()?,
    };
    let part = match (&arguments.filter, arguments.shard) {
        (Some(_), _) => Some("--filter"),
        (None, Some(_)) => Some("--shard"),
        (None, None) => None,
    };
    let record = arguments.record.begin(part)?;
    let outputs = outputs(arguments)?;
    let provenance = Provenance::now(root.as_deref());
    let start = Instant::now();
    let cases = suites.iter().map(|(_, contents)| contents.cases.len()).sum();
    let progress = Progress::new(cases, arguments.quiet);
    let mut result = pool.install(|| {
        run_suites(suites, &*engine, rules, |judged| {
            if judged.fails(arguments.level) {
                progress.set_message(format!("(last failure: {})", judged.case.name));
            }
            progress.finished();
        })
    });
    progress.end();
    if let Some((file, mut record)) = record.filter(|_| result.complete) {
        result.sightings(|seen| {
            record.enter(seen);
        });
        let text = record.text(result.asked());
        write::text(file, &text)?;
        result.settle(&record::list(file, &text)?, rules.today);
    }
    if let Some(file) = &arguments.json {
        let seconds = start.elapsed().as_secs_f64();
        write::json(file, &report::json::Document::of(&result, &subject, &provenance, seconds, arguments.shard))?;
    }
    outputs.show(|to| terminal::write(&result, to))?;
    let interrupted = rules.stop.load(Ordering::Relaxed);
    Ok(if interrupted { End::Interrupted } else { result.succeeded().into() })
}

/// Counts what the suites exercise; gives whether nothing is missing.
fn cover(arguments: &Arguments, suites: &[(Suite, Contents)]) -> Result<bool, Complaint> {
    if let Some((_, error)) = suites.iter().flat_map(|(_, contents)| &contents.unreadable).next() {
        return Err(Complaint(error.to_string()));
    }
    let outputs = outputs(arguments)?;
    let cases: Vec<_> = suites.iter().flat_map(|(_, contents)| contents.cases.iter().cloned()).collect();
    let coverage = Coverage::of(&cases)?;
    if let Some(file) = &arguments.json {
        write::json(file, &report::coverage::Document::of(&coverage))?;
    }
    outputs.show(|to| report::coverage::write(&coverage, to))?;
    Ok(coverage.missing().next().is_none())
}

fn limits(arguments: &Arguments) -> Limits {
    Limits::of_time(Duration::from_secs(arguments.limit))
}

fn outputs(arguments: &Arguments) -> Result<Outputs, Complaint> {
    Outputs::probed(&[("--json", arguments.json.as_ref()), ("--write-known", arguments.record.file())], &[])
}

fn record(
    arguments: &Arguments,
    root: Option<&Path>,
    mut suites: Vec<(Suite, Contents)>,
    pool: &ThreadPool,
) -> Result<bool, Complaint> {
    let root = root.unwrap_or(Path::new("."));
    let reference = bless::reference(arguments.reference.as_deref(), root, limits(arguments))?;
    for (suite, contents) in &mut suites {
        let cases = std::mem::take(&mut contents.cases);
        contents.cases = bless::to_record(suite, cases, &*reference, arguments.filter.is_none())?;
    }
    let mut to = anstream::stdout().lock();
    let mut refused = false;
    for (suite, contents) in suites {
        let elsewhere = bless::elsewhere(&suite)?;
        let progress = Progress::new(contents.cases.len(), arguments.quiet);
        let results: Vec<(String, Result<bool, BlessError>)> = pool.install(|| {
            use rayon::prelude::*;
            let one = |case: &crate::case::Case| {
                let result = bless::record(case, &*reference, elsewhere.path());
                progress.finished();
                (case.name.clone(), result)
            };
            contents.cases.par_iter().map(one).collect()
        });
        progress.end();
        let mut changed = Vec::new();
        let mut problems: Vec<_> = contents.unreadable.iter().map(|(_, error)| error.to_string()).collect();
        for (name, result) in &results {
            match result {
                Ok(true) => changed.push(name),
                Ok(false) => {}
                Err(error) => problems.push(error.to_string()),
            }
        }
        // Where some fixtures of a suite keep old answers, the file must go on naming the release that gave them.
        if problems.is_empty() || bless::check_release(&suite, &*reference, false).is_ok() {
            bless::write_release(&suite, &contents.cases, &*reference)?;
        }
        for name in &changed {
            unless_closed(writeln!(to, "recorded {} {name}", suite.name))?;
        }
        for problem in &problems {
            unless_closed(writeln!(to, "refused  {} {problem}", suite.name))?;
        }
        let (cases, changed, version) = (results.len(), changed.len(), &reference.identity().version);
        let refusals = problems.len();
        unless_closed(writeln!(
            to,
            "{}: {cases} fixtures asked of {version}, {changed} changed, {refusals} refused",
            suite.name
        ))?;
        refused |= refusals > 0;
    }
    Ok(!refused)
}
