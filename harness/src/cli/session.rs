//! What `diff` and `attrs` share: a session over several engines, where its results go, what is shown meanwhile, how it
//! ends. The two differ only in what they ask.

use std::{
    collections::BTreeMap,
    env,
    io::Write,
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use nix_evaluator::hash::{Algorithm, Hash, HashFormat};

use super::{Complaint, End, accepted, interrupt, outputs::Outputs, record};
use crate::{
    case::{QuestionsError, questions::Fingerprint},
    differential::{self, Answered, Reply, Rules, RunError, Summary, Tally},
    engine::Named,
    known::Known,
    outcome::compare::Level,
    project,
    provenance::Provenance,
    report::{
        Progress,
        divergences::{Terminal, write_summary},
    },
    results::{CaseRecord, Header, Opened, Who, Writer},
    shard::Shard,
    write,
};

/// What every such run can be told.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Ask only this part of the questions; `merge` puts the parts together
    #[arg(long, value_name = "PART/PARTS")]
    pub(super) shard: Option<Shard>,

    /// Ask every engine every question twice, not only where they differ
    #[arg(long)]
    twice: bool,

    /// Differences that are accepted [default: known-divergences.toml at the root of the repository]
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,

    /// Write a line of JSON a case to this file as it is finished, and the summary as the last; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,

    /// Go on with the run in the --json file: cases that it holds are not asked again; without such a file, begin
    #[arg(long, requires = "json")]
    resume: bool,

    #[command(flatten)]
    record: record::WriteKnown,

    /// Show no progress and no cases, only the counts
    #[arg(long)]
    quiet: bool,
}

/// What a session does not share with others of the same kind.
pub(super) struct Plan<'a> {
    pub(super) command: &'static str,
    pub(super) engines: &'a [Named],
    pub(super) jobs: usize,
    pub(super) level: Level,
    pub(super) work: bool,
    /// What bears on answers, by flag.
    pub(super) settings: BTreeMap<String, String>,
    pub(super) questions: Fingerprint,
    /// Whether only some of the questions are asked, because a filter says so.
    pub(super) is_filtered: bool,
    /// What lies there and is not asked, by reason.
    pub(super) skipped: BTreeMap<String, usize>,
}

/// A run that is ready to ask.
pub(super) struct Session<'a> {
    pub(super) rules: Rules<'a>,
    options: &'a Options,
    engines: &'a [Named],
    tally: Tally<'a>,
    command: &'static str,
    /// Whether all questions are asked, by this session and earlier ones.
    complete: bool,
    provenance: Provenance,
    skipped: BTreeMap<String, usize>,
    writer: Option<Writer>,
}

/// What opening a session came to.
pub(super) enum Begun<'a> {
    /// There is something to ask.
    Ready(Box<Session<'a>>),
    /// All was asked before.
    Finished(End),
}

impl Options {
    /// The accepted differences.
    pub(super) fn known(&self, here: &Path) -> Result<Known, Complaint> {
        accepted::list(self.known.as_ref(), project::root_above(here).as_deref())
    }

    /// Opens the file of results. `earlier` is given each case that earlier sessions have finished.
    pub(super) fn begin<'a>(
        &'a self,
        plan: Plan<'a>,
        known: &'a Known,
        mut earlier: impl FnMut(&CaseRecord),
    ) -> Result<Begun<'a>, Complaint> {
        let Plan { command, engines, jobs, level, work, mut settings, questions, is_filtered, skipped } = plan;
        let part = if is_filtered { Some("--filter") } else { self.shard.map(|_| "--shard") };
        let (record, complete) = (self.record.begin(part)?, part.is_none());
        if let Some((file, _)) = &record {
            write::probe(file)?;
        }
        let own = [("--level", level.to_string()), ("--work", work.to_string()), ("--twice", self.twice.to_string())];
        settings.extend(own.map(|(name, value)| (name.to_owned(), value)));
        let root = env::current_dir().ok().and_then(|here| project::root_above(&here));
        let provenance = Provenance::now(root.as_deref());
        let header = Header {
            thunkproof: env!("CARGO_PKG_VERSION").to_owned(),
            started: provenance.started,
            commit: provenance.commit.clone(),
            command: command.to_owned(),
            engines: engines.iter().map(Who::from).collect(),
            settings,
            questions,
            known: fingerprint(known),
            shard: self.shard,
        };
        let (today, stop) = (jiff::Zoned::now().date(), interrupt::watch()?);
        let rules = Rules { jobs, finest: level, count_work: work, twice: self.twice, known, today, stop };
        let mut tally = Tally::new(command, engines, rules);
        if let Some((_, record)) = &record {
            tally.record(record);
        }
        let writer = match &self.json {
            None => None,
            Some(file) => {
                let opened = Writer::open(file, &header, self.resume, |case| {
                    earlier(&case);
                    let mut comparisons = case.comparisons(&header);
                    let named = (case.suite.as_deref(), case.name.as_str());
                    tally.count_earlier(named, &mut comparisons, case.spent(&header).into_iter());
                })?;
                match opened {
                    Opened::Open(writer) => Some(writer),
                    Opened::Finished(_) if record.is_some() => {
                        let why = "its run is finished, so that nothing would be asked: leave --resume out";
                        return Err(Complaint(format!("--write-known: {}: {why}", file.display())));
                    }
                    Opened::Finished(summary) => {
                        print(&summary, self.outputs()?)?;
                        return Ok(Begun::Finished(summary.succeeded().into()));
                    }
                }
            }
        };
        let session = Session { rules, options: self, engines, tally, command, complete, provenance, skipped, writer };
        Ok(Begun::Ready(Box::new(session)))
    }

    /// Whether only the counts are shown.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Where results and what is for people go.
    fn outputs(&self) -> Result<Outputs, Complaint> {
        Outputs::new(&[("--json", self.json.as_ref()), ("--write-known", self.record.file())], &[])
    }

    /// Progress for a session, `earlier` of whose cases were finished before.
    pub(super) fn progress(&self, earlier: usize, total: usize) -> Progress {
        Progress::after(earlier, total, self.quiet)
    }
}

impl Session<'_> {
    /// How many cases earlier sessions have finished.
    pub(super) fn earlier(&self) -> usize {
        self.tally.cases()
    }

    /// Works on all `tasks`, shows and writes what comes of them, and prints the counts.
    pub(super) fn run<Task: Send>(
        self,
        tasks: impl Iterator<Item = Result<Task, QuestionsError>> + Send,
        ask: impl Fn(Task) -> Reply<Task> + Sync,
        progress: &Progress,
    ) -> Result<End, Complaint> {
        let Session {
            rules,
            options,
            engines,
            mut tally,
            command,
            complete: is_whole,
            provenance,
            skipped,
            mut writer,
        } = self;
        let start = Instant::now();
        let mut shown = Terminal::new(engines);
        let outputs = options.outputs()?;
        let mut people = outputs.for_people();
        // Whether a reader of standard output has gone: then it is not written to any more, and the run goes on.
        let mut closed = false;
        let ended = differential::run(tasks, ask, rules, &mut tally, |answered: &Answered| {
            if let Some(writer) = &mut writer {
                writer.case(answered, engines)?;
            }
            progress.finished();
            if !options.quiet && !closed {
                let mut text = Vec::new();
                shown.write_case(answered, &mut text)?;
                if !text.is_empty() {
                    closed = progress.suspend(|| people.write_all(&text)).is_err();
                }
            }
            Ok(())
        });
        progress.end();
        let complete = ended.map_err(|error| match (error, &writer) {
            (RunError::Sink(error), Some(writer)) => Complaint::from(writer.unwritable(error)),
            (error, _) => Complaint::from(error),
        })?;
        if let (Some(file), Some(list), true) = (options.record.file(), tally.list(command), complete) {
            write::text(file, &list)?;
        }
        let summary = Summary { provenance, skipped, ..tally.finish(start, complete && is_whole) };
        if let Some(writer) = writer.as_mut().filter(|_| complete) {
            writer.summary(&summary)?;
        }
        print(&summary, outputs)?;
        if complete {
            return Ok(summary.succeeded().into());
        }
        let how = match &options.json {
            Some(file) => format!("the same command with --resume goes on with {}", file.display()),
            None => "what was asked is lost, since there is no --json file to go on with".to_owned(),
        };
        // Where standard error is closed, the status has to do.
        let _ = writeln!(anstream::stderr(), "thunkproof: interrupted after {} cases: {how}", summary.cases);
        Ok(End::Interrupted)
    }
}

/// Prints the counts.
pub(super) fn print(summary: &Summary, outputs: Outputs) -> Result<(), Complaint> {
    outputs.show(|to| write_summary(summary, to))
}

/// A hash of what is accepted.
fn fingerprint(known: &Known) -> String {
    let text = known.described();
    Hash::of(Algorithm::Sha256, text.as_bytes()).to_text(HashFormat::Base16, false)
}
