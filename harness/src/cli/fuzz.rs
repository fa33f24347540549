//! `thunkproof fuzz`: generates programs and tells where evaluators differ on them.

use std::{
    env,
    io::{self, Write},
    path::PathBuf,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

mod self_check;

use anstyle::{AnsiColor, Style};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use self_check::OracleGroup;

use super::{
    Complaint, End, accepted,
    engines::{CANDIDATE, Engines},
    interrupt, outputs, record, unless_closed,
};
use crate::{
    campaign::{
        self, Campaign, CauseSummary, Event, Finding, Settings, Snapshot, Summary,
        guide::Guide,
        lacking,
        programs::Programs,
        report::{Folder, Presented},
    },
    engine::Named,
    generate::{Configuration, topics::files},
    known::{
        record::{Bucket, no_longer_seen, of_campaign},
        written::Asked,
    },
    outcome::compare::{Level, Verdict},
    project,
    reduce::Effort,
    report::finding,
    write,
};

const FOUND: Style = AnsiColor::Red.on_default().bold();
const KNOWN: Style = AnsiColor::Yellow.on_default();
const HEADING: Style = Style::new().bold();

/// How often a line is written where standard error is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Puts generated programs to a subject and a reference, and reduces what they do differently.
///
/// Without --reference the built-in oracles judge the evaluator in this process: it must not crash, what only makes it
/// faster must not show, what it prints must read back, and programs that mean the same must give the same. The same
/// seed gives the same programs, however many are asked at a time. Buckets of one cause are put together; the summary
/// lists the causes, the worst and the most frequent first. A divergence whose signature, signature and shape, or reduced
/// program the list of --known accepts is counted and not reported. The exit status is 0 where no
/// bucket is unexplained, 1 where one is, 2 where the work could not be done. When interrupted, the campaign ends with
/// its summary.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    engines: Engines,

    /// Seconds that all of it may take, reductions included [default: 60, unless --cases is given]
    #[arg(long, value_name = "SECONDS")]
    time: Option<u64>,

    /// How many programs are asked
    #[arg(long, value_name = "COUNT")]
    cases: Option<u64>,

    /// Which programs are asked
    #[arg(long, default_value_t = 0)]
    seed: u64,

    /// How many expressions a program is built from, at most [default: 100; 4, and fewer within each other, without
    /// a reference]
    #[arg(long)]
    size: Option<u32>,

    /// The finest level that counts
    #[arg(long, value_enum, default_value_t = Level::Work)]
    level: Level,

    /// A folder of programs (`*.nix`) to ask, and to mutate; may be given more than once
    #[arg(long, value_name = "FOLDER")]
    corpus: Vec<PathBuf>,

    /// Write to this folder, for each bucket, a fixture and what was found, as JSON and as Markdown; and `summary.json`
    #[arg(long, value_name = "FOLDER", value_parser = outputs::folder())]
    out: Option<PathBuf>,

    /// Ask nothing, and reduce what the campaign in --out left unreduced
    #[arg(long, requires = "out", requires = "references", conflicts_with_all = ["cases", "first", "write_known"])]
    resume: bool,

    /// Seconds that one reduction may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    reduction_time: u64,

    /// Differences that are accepted [default: known-divergences.toml at the root of the repository]
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,

    #[command(flatten)]
    record: record::WriteKnown,

    /// End with the first bucket that is unexplained, as it was found
    #[arg(long)]
    first: bool,

    /// Without a reference: who judges; may be given more than once [default: all]
    #[arg(long = "oracle", value_name = "ORACLE", conflicts_with = "references")]
    oracles: Vec<OracleGroup>,

    /// Keep programs in this folder that reach what none before them did, as `cargo fuzz` keeps them in
    /// fuzz/corpus/TARGET; needs a build with `--features signals`
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,

    /// Print the summary only
    #[arg(long)]
    quiet: bool,
}

impl Arguments {
    fn time(&self) -> Option<Duration> {
        match (self.time, self.cases) {
            (None, Some(_)) => None,
            (None, None) if self.resume => None,
            (time, _) => Some(Duration::from_secs(time.unwrap_or(60))),
        }
    }

    /// Which programs are asked, in words, where that does not hang on how fast they are.
    fn programs(&self) -> Option<String> {
        let cases = self.cases.filter(|_| self.time.is_none())?;
        let size = self.size.map_or_else(String::new, |size| format!(" --size {size}"));
        let folders = self.corpus.iter().map(|folder| format!(" --corpus {}", folder.display()));
        let (seed, level) = (self.seed, self.level);
        Some(format!("--seed {seed} --cases {cases} --level {level}{size}{}", folders.collect::<String>()))
    }

    /// What programs are like.
    fn configuration(&self) -> Configuration {
        let default = match self.engines.has_reference() {
            true => Configuration { files: true, ..Configuration::default() },
            false => campaign::self_check::configuration(),
        };
        match self.size {
            Some(size) => Configuration { size, depth: Configuration::default().depth, ..default },
            None => default,
        }
    }

    fn reduction(&self) -> Effort {
        Effort { time: Duration::from_secs(self.reduction_time), tries: 20_000 }
    }
}

/// Runs the subcommand. It succeeds where no bucket is unexplained.
pub(super) fn run(arguments: &Arguments) -> Result<End, Complaint> {
    let here = env::current_dir().map_err(|error| Complaint(format!("cannot read the current folder: {error}")))?;
    let root = project::root_above(&here);
    let known = accepted::list(arguments.known.as_ref(), root.as_deref())?;
    let mut programs = Programs::generated(arguments.seed, arguments.configuration());
    for folder in &arguments.corpus {
        let unreadable = |error| Complaint(format!("cannot read {}: {error}", folder.display()));
        programs = programs.with_corpus(folder).map_err(unreadable)?;
    }
    let guide = Guide::new();
    if arguments.keep.is_some() && guide.is_none() {
        let advice = "build thunkproof with `--features signals`";
        return Err(Complaint(format!("--keep: this build does not count what programs reach: {advice}")));
    }
    if !arguments.engines.has_reference() {
        if arguments.record.file().is_some() {
            let why = "built-in oracles find bugs of this evaluator, which no list accepts: name a --reference";
            return Err(Complaint(format!("--write-known: {why}")));
        }
        if !arguments.engines.subject_is_embedded() {
            let advice = "name one with --reference, or leave --subject out";
            return Err(Complaint(format!("built-in oracles judge the embedded evaluator only: {advice}")));
        }
        let out = arguments.out.as_deref().map(Folder::create).transpose()?;
        let end = self_check::run(arguments, &programs, guide.as_ref(), out.as_ref())?;
        keep(arguments, guide.as_ref())?;
        return Ok(end);
    }
    let engines: [Named; 2] = (arguments.engines.start_within(CANDIDATE)?.try_into())
        .map_err(|_| Complaint("a campaign compares two engines: name one with --reference".to_owned()))?;
    let [subject, reference] = &engines;
    let record = arguments.record.begin(arguments.first.then_some("--first"))?;
    if let Some(file) = arguments.record.file() {
        write::probe(file)?;
    }
    let (mut out, earlier) = match arguments.out.as_deref() {
        Some(root) if arguments.resume => {
            let (folder, findings) = Folder::resume(root)?;
            (Some(folder), findings)
        }
        root => (root.map(Folder::create).transpose()?, Vec::new()),
    };
    // A folder with nothing else in it, so that relative paths mean the same wherever the campaign runs.
    let folder = tempfile::Builder::new().prefix("thunkproof-fuzz-").tempdir()?;
    files::write(folder.path())?;
    let programs = programs.without(lacking::of(&engines, folder.path()));
    let settings = Settings {
        programs: &programs,
        time: arguments.time(),
        cases: if arguments.resume { Some(0) } else { arguments.cases },
        jobs: arguments.engines.jobs(),
        finest: arguments.level,
        folder: folder.path(),
        reduction: arguments.reduction(),
        known: &known,
        today: jiff::Zoned::now().date(),
        first_only: arguments.first,
        guide: guide.as_ref(),
    };
    let stop = interrupt::watch()?;
    let mut view = View::new(arguments.quiet);
    let mut unwritten = None;
    let Campaign { summary, findings } = campaign::run(&engines, &settings, stop, earlier, |event| match event {
        Event::Progress(snapshot) => view.progress(snapshot),
        Event::Found(finding) => {
            view.found(&Presented::of(finding, &engines));
            if let Some(out) = &mut out
                && let Err(error) = out.write(finding, &engines)
            {
                // Nothing that is found from here on could be kept.
                stop.store(true, Ordering::Relaxed);
                unwritten.get_or_insert(error);
            }
        }
    });
    view.end();
    keep(arguments, guide.as_ref())?;
    match &mut out {
        Some(out) if arguments.resume => out.write_resumed(&summary)?,
        Some(out) => out.write_summary(&summary)?,
        None => {}
    }
    unless_closed(write_summary(&summary, &findings, &mut anstream::stdout().lock()))?;
    if summary.cases > 0 && summary.verdicts.get(&Verdict::NotAsked) == Some(&summary.cases) {
        let advice = "`thunkproof engines NAME=ENGINE` tells what an engine can be asked";
        return Err(Complaint(format!("nothing could be asked: {advice}")));
    }
    let is_whole = !stop.load(Ordering::Relaxed);
    match unwritten {
        Some(error) => Err(error.into()),
        None if !is_whole => Ok(End::Interrupted),
        None => {
            let (programs, buckets) = (arguments.programs(), buckets(&summary, &findings));
            let asked = Asked {
                command: "fuzz",
                engine: (&subject.name, subject.engine.identity()),
                reference: Some((&reference.name, reference.engine.identity())),
                programs: programs.as_deref(),
            };
            if let Some((file, record)) = record {
                write::text(file, &of_campaign(&buckets, &record, asked))?;
                return Ok(End::Success);
            }
            let problems = no_longer_seen(&known, &buckets, asked);
            for problem in &problems {
                unless_closed(writeln!(anstream::stdout(), "{FOUND}problem{FOUND:#} {problem}"))?;
            }
            Ok(End::from(summary.unexplained == 0 && problems.is_empty()))
        }
    }
}

/// Writes the programs that reached more than those before them into the folder of `--keep`.
fn keep(arguments: &Arguments, guide: Option<&Guide>) -> Result<(), Complaint> {
    let (Some(folder), Some(guide)) = (&arguments.keep, guide) else { return Ok(()) };
    guide.write(folder).map_err(|error| Complaint(format!("cannot write {}: {error}", folder.display())))
}

/// What was found, as a list has it: what was reduced by its bucket, and the rest by its signature.
fn buckets(summary: &Summary, findings: &[Finding]) -> Vec<Bucket> {
    let found = findings.iter().map(|finding| {
        let is_beginning = finding.is_told_by_signature() || !finding.reduced;
        let name = if is_beginning { finding.signature.clone() } else { finding.identity() };
        let rest = if finding.reduced { "" } else { ", not reduced to the end" };
        Bucket { name, is_beginning, note: format!("{}{rest}", finding.program) }
    });
    let has_bucket = |signature: &String| findings.iter().any(|finding| finding.signature == *signature);
    // What is accepted by its signature is not reduced.
    let accepted = summary.signatures.keys().filter(|signature| !has_bucket(signature));
    let accepted =
        accepted.map(|name| Bucket { name: name.clone(), is_beginning: true, note: "not reduced".to_owned() });
    let mut buckets: Vec<Bucket> = found.chain(accepted).collect();
    buckets.sort_by(|one, other| one.name.cmp(&other.name));
    buckets.dedup_by(|one, other| one.name == other.name);
    buckets
}

/// What people see while a campaign runs: a line that is drawn anew on a terminal, a line now and then elsewhere.
struct View {
    bar: ProgressBar,
    quiet: bool,
    last_line: Instant,
}

impl View {
    fn new(quiet: bool) -> View {
        let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        let style = ProgressStyle::with_template("{spinner} {msg}").expect("a constant");
        View { bar: bar.with_style(style), quiet, last_line: Instant::now() }
    }

    fn progress(&mut self, snapshot: &Snapshot) {
        self.show(&described(snapshot));
    }

    /// Shows how far it is; lines behind the first are details.
    fn show(&mut self, text: &str) {
        if self.quiet {
            return;
        }
        if self.bar.is_hidden() {
            if self.last_line.elapsed() >= LINE_EVERY {
                self.last_line = Instant::now();
                // Where standard error is closed, nobody is looking.
                let _ = writeln!(anstream::stderr(), "{}", text.replace("\n  ", ", "));
            }
            return;
        }
        self.bar.set_message(text.to_owned());
        self.bar.tick();
    }

    fn found(&mut self, finding: &Presented<'_>) {
        self.interject(|to| finding::write(&finding.shown(), to));
    }

    /// Writes to standard output, above the line that is drawn anew.
    fn interject(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        if self.quiet {
            return;
        }
        // A reader who has gone misses nothing that the folder does not have.
        let _ = self.bar.suspend(|| write(&mut anstream::stdout().lock()));
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}

fn described(snapshot: &Snapshot) -> String {
    let [subject, reference, made] = snapshot.shares();
    let ([builtins, all_builtins], [forms, all_forms]) = (snapshot.builtins, snapshot.forms);
    let [known, new] = snapshot.buckets;
    format!(
        "{:.0} s, {} programs, {:.0}/s, {:.1} % give a value, {} inconclusive\n  time: subject {subject:.0} %, reference \
         {reference:.0} %, generator {made:.0} %\n  seen: {builtins} of {all_builtins} builtins, {forms} of {all_forms} \
         forms\n  buckets: {new} new, {known} known",
        snapshot.elapsed.as_secs_f64(),
        snapshot.cases,
        snapshot.rate(),
        snapshot.success(),
        snapshot.inconclusive,
    )
}

fn write_summary(summary: &Summary, findings: &[Finding], to: &mut impl Write) -> io::Result<()> {
    if !summary.signatures.is_empty() {
        writeln!(to, "{HEADING} cases  signature{HEADING:#}")?;
        let mut signatures: Vec<_> = summary.signatures.iter().collect();
        signatures.sort_by_key(|(signature, count)| (std::cmp::Reverse(**count), *signature));
        for (signature, count) in signatures {
            writeln!(to, "{count:>6}  {signature}")?;
        }
    }
    if !summary.causes.is_empty() {
        writeln!(to, "{HEADING} cases  cause{HEADING:#}")?;
        for cause in &summary.causes {
            write_cause(cause, to)?;
        }
    }
    if !summary.lacking.is_empty() {
        let names: Vec<&str> = summary.lacking.iter().map(String::as_str).collect();
        let (subject, names) = (&summary.subject, names.join(" "));
        writeln!(to, "{subject} lacks these builtins, and no program that was generated calls them: {names}")?;
    }
    for (name, engine) in &summary.engines {
        writeln!(to, "{HEADING}{name}{HEADING:#} ({}, {}): {:.0} cases/s", engine.engine, engine.version, engine.rate)?;
        for note in &engine.notes {
            writeln!(to, "    {KNOWN}note{KNOWN:#} {note}")?;
        }
    }
    let inconclusive: u64 = summary.inconclusive.values().sum();
    writeln!(
        to,
        "{} programs in {:.0} s, {:.0}/s ({:.0} % of what {} alone answers), {:.1} % give a value, {inconclusive} \
         inconclusive",
        summary.cases,
        summary.seconds,
        summary.rate,
        100.0 * summary.of_reference,
        summary.reference,
        100.0 * summary.success,
    )?;
    let note = unreduced(findings.iter().map(|finding| finding.reduced));
    writeln!(to, "{} buckets{note}", findings.len())?;
    writeln!(to, "{} unexplained causes, {} known", summary.unexplained, summary.known)
}

/// The most characters of a program that the summary shows.
const SHOWN: usize = 160;

fn write_cause(cause: &CauseSummary, to: &mut impl Write) -> io::Result<()> {
    let known = cause.known.as_ref().map(|reason| format!(" ({KNOWN}known{KNOWN:#}: {reason})")).unwrap_or_default();
    writeln!(to, "{:>6}  {}: {}{known}", cause.programs, cause.level, cause.title)?;
    let line = cause.program.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = line.chars().take(SHOWN).collect();
    writeln!(to, "        {shown}{}", if shown.len() < line.len() { "…" } else { "" })
}

/// How many findings are not reduced to the end, as a note to their number; nothing where all are.
fn unreduced(findings: impl Iterator<Item = bool>) -> String {
    match findings.filter(|reduced| !reduced).count() {
        0 => String::new(),
        count => format!(" ({count} not reduced to the end)"),
    }
}
