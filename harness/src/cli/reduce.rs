//! `thunkproof reduce`: makes a program smaller while it shows the same divergence.

use std::{
    env,
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;

use super::{
    Complaint,
    engines::{CANDIDATE, Engines},
    outputs::Outputs,
    unless_closed,
};
use crate::{
    case::question::Trace,
    outcome::compare::Level,
    program::read,
    read as files,
    reduce::{
        self, Effort, Reduced,
        divergence::{Asker, Kept},
    },
    write,
};

/// Makes a program smaller while the engines still differ in the same way.
///
/// The program is asked on standard input, in the folder of its file. Without --bucket, the signature that it shows now
/// is kept; with --message, a text that the subject alone must still say (a crash: `ended by signal`). The exit status
/// is 0 where a reduced program came out, and 2 where there was nothing to reduce.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The program
    file: PathBuf,

    #[command(flatten)]
    engines: Engines,

    /// The signature to keep, as `diff` and `fuzz` print it [default: the one that the program shows]
    #[arg(long, value_name = "SIGNATURE", conflicts_with = "message")]
    bucket: Option<String>,

    /// Keep that the subject's standard error, or how it ended, holds this text
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,

    /// The finest level that counts
    #[arg(long, value_enum, default_value_t = Level::Stderr)]
    level: Level,

    /// Also compare how many functions and builtins were called
    #[arg(long)]
    work: bool,

    /// Ask for traces as they are shown to a person who asks for nothing: shortened
    #[arg(long)]
    short_trace: bool,

    /// Seconds that the reduction may take in all
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    time: u64,

    /// Programs that may be tried
    #[arg(long, value_name = "COUNT", default_value_t = Effort::default().tries)]
    tries: usize,

    /// Write the reduced program to this file too; `-` is standard output, where it is written anyway
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Arguments {
    fn trace(&self) -> Trace {
        if self.short_trace { Trace::Shortened } else { Trace::Whole }
    }
}

/// Runs the subcommand.
pub(super) fn run(arguments: &Arguments) -> Result<bool, Complaint> {
    Outputs::probed(&[("--out", arguments.out.as_ref())], std::slice::from_ref(&arguments.file))?;
    let source = files::bytes(&arguments.file)?;
    let here = env::current_dir().map_err(|error| Complaint(format!("cannot read the current folder: {error}")))?;
    let folder = here.join(arguments.file.parent().unwrap_or(Path::new("")));
    let engines = arguments.engines.start_within(CANDIDATE)?;
    let (subject, reference) = match engines.as_slice() {
        [subject] if arguments.message.is_some() => (subject, None),
        [subject, reference] => (subject, Some(reference)),
        [_] => return Err(Complaint("there is nobody to compare with: name an engine with --reference".to_owned())),
        _ => return Err(Complaint("a reduction compares two engines: name one with --reference".to_owned())),
    };
    let mut asker = Asker {
        subject,
        reference,
        folder,
        finest: arguments.level,
        count_work: arguments.work,
        trace: arguments.trace(),
    };
    let kept = match (&arguments.message, &arguments.bucket) {
        (Some(text), _) => Kept::Message(text.clone()),
        (None, Some(bucket)) => Kept::Bucket(bucket.clone()),
        (None, None) => match asker.compare(&source) {
            Some(comparison) if comparison.bucket.is_some() && comparison.level.is_some() => {
                asker.finest = comparison.level.unwrap_or(asker.finest);
                Kept::Bucket(comparison.bucket.unwrap_or_default())
            }
            Some(comparison) => {
                let reason = comparison.reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
                let file = arguments.file.display();
                return Err(Complaint(format!(
                    "{file}: nothing to reduce, the engines {}{reason}",
                    comparison.verdict
                )));
            }
            None => return Err(Complaint("there is nobody to compare with".to_owned())),
        },
    };
    let effort = Effort { time: Duration::from_secs(arguments.time), tries: arguments.tries };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(arguments.engines.jobs()).build()?;
    let reduced = pool.install(|| reduce_source(&source, &asker, &kept, effort));
    let reduced = reduced.map_err(|error| Complaint(format!("{}: {error}", arguments.file.display())))?;
    if let Some(file) = arguments.out.as_deref().filter(|file| !write::is_standard_output(file)) {
        write::atomically(file, |to| to.write_all(&reduced.program))?;
    }
    unless_closed(anstream::stdout().lock().write_all(&reduced.program))?;
    let kept = match &kept {
        Kept::Bucket(bucket) => bucket,
        Kept::Message(text) => text,
    };
    let (before, after, tries) = (source.len(), reduced.program.len(), reduced.tries);
    let note = if reduced.finished { "" } else { "; a limit was reached" };
    // Where standard error is closed, nobody wants to know.
    let _ = writeln!(anstream::stderr(), "[{kept}] {before} bytes to {after} in {tries} tries{note}");
    Ok(true)
}

/// Reduces on the tree, or where the source cannot be read into one, on bytes.
fn reduce_source(
    source: &[u8],
    asker: &Asker<'_>,
    kept: &Kept,
    effort: Effort,
) -> Result<Reduced<Vec<u8>>, reduce::Refused> {
    let program = std::str::from_utf8(source).ok().and_then(|source| read(source).ok());
    // What shows only in how the source is written is not in the tree.
    let program = program.filter(|program| asker.shows(program.to_source().as_bytes(), kept));
    let Some(program) = program else {
        return reduce::bytes::reduce(source, |source| asker.shows(source, kept), effort);
    };
    let reduced = reduce::reduce(&program, asker.keeps(&program, kept.clone()), effort)?;
    // The layout for people is another text; what is kept can depend on it, as positions do.
    let readable = reduced.program.to_readable() + "\n";
    let text = if asker.shows(readable.as_bytes(), kept) { readable } else { reduced.program.to_source() + "\n" };
    Ok(Reduced { program: text.into_bytes(), tries: reduced.tries, finished: reduced.finished })
}
