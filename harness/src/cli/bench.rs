//! `thunkproof bench`: compares evaluators in time and memory.

use std::{
    collections::HashSet,
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::Args;

mod mapped;

use mapped::Mapped;

use super::{Complaint, Filter, engines::set_apart, outputs::Outputs};
use crate::{
    bench::{
        self, Contender, Conventions, Plan,
        workload::{self, Defaults},
    },
    engine::{Command, Engine, Limits, Manifest, NamedSpec, Spec},
    report::{Progress, bench::Document},
    write,
};

/// Measures evaluators on the same workloads: CPU time, time on the clock and peak memory of whole processes.
///
/// A WORKLOAD is a file *.nix, a folder of them, or a list (*.toml, with `[[workload]]` tables: `file`, and if wanted
/// `name`, `parse`, `arguments`, `nix_path`). Contenders take turns, and each round's ratio is formed by itself;
/// medians and their middle half are reported. Where answers differ, nothing is compared. The exit status is 0 if all
/// was measured, 2 otherwise.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files *.nix, folders of them, or lists
    #[arg(required = true, value_name = "WORKLOAD")]
    workloads: Vec<PathBuf>,

    /// Who is looked at, as NAME=cmd:PROGRAM, NAME=manifest:FILE or one of `thunkproof engines` [default: the `nix-eval` beside this program]
    #[arg(long, value_name = "ENGINE")]
    subject: Option<NamedSpec>,

    /// Who it is compared with, likewise; may be given more than once
    #[arg(long = "reference", value_name = "ENGINE")]
    references: Vec<NamedSpec>,

    /// How many times each contender runs each workload, after one run that does not count
    #[arg(long, value_name = "COUNT", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,

    /// Give each workload, a function of `n`, these sizes one after the other, and tell the cost of an element
    #[arg(long, value_name = "N,…", value_delimiter = ',', value_parser = clap::value_parser!(u64).range(1..))]
    sizes: Vec<u64>,

    /// The search path of all workloads, as NIX_PATH
    #[arg(long, value_name = "PATH")]
    nix_path: Option<OsString>,

    /// Run only workloads whose name holds this, or matches it where it has a `*`
    #[arg(long, value_name = "NAME")]
    filter: Option<String>,

    /// CPU seconds that one run may take
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    cpu_limit: u32,

    /// Write all samples to this file as one JSON document
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Show no progress
    #[arg(long)]
    quiet: bool,
}

/// Runs the subcommand.
pub(super) fn run(arguments: &Arguments) -> Result<bool, Complaint> {
    let defaults = Defaults { nix_path: arguments.nix_path.clone(), sizes: arguments.sizes.clone() };
    let mut workloads = Vec::new();
    for path in &arguments.workloads {
        workloads.extend(workload::at(path, &defaults)?);
    }
    if let Some(filter) = &arguments.filter {
        let filter = Filter::new(filter)?;
        workloads.retain(|workload| filter.accepts(&workload.name));
    }
    if workloads.is_empty() {
        return Err(Complaint("there is nothing to measure: no workload is left".to_owned()));
    }
    let contenders = contenders(arguments)?;
    let outputs = Outputs::probed(&[("--json", arguments.json.as_ref())], &[])?;

    let rounds = usize::from(arguments.rounds);
    let plan = Plan { rounds, cpu_limit: arguments.cpu_limit };
    let runs = workloads.len() * contenders.len() * (rounds + 1);
    let progress = Progress::new(runs, arguments.quiet);
    let mut measured = Vec::new();
    for workload in &workloads {
        progress.set_message(format!("({})", workload.name));
        measured.push(bench::measure(workload, &contenders, plan, || progress.finished())?);
    }
    progress.end();
    let floor = bench::floor_of_memory().map_err(|error| Complaint(format!("cannot run `true`: {error}")))?;
    let document = Document::of(&contenders, &measured, floor);
    if let Some(file) = &arguments.json {
        write::json(file, &document)?;
    }
    outputs.show(|to| if arguments.sizes.is_empty() { document.write_text(to) } else { document.write_growth(to) })?;
    Ok(true)
}

/// Everyone who takes part, the subject first.
fn contenders(arguments: &Arguments) -> Result<Vec<Contender>, Complaint> {
    let subject = match &arguments.subject {
        Some(subject) => subject.clone(),
        None => NamedSpec { name: "nix-eval".to_owned(), spec: Spec::Command(beside()?.into()) },
    };
    let mut contenders: Vec<Contender> = Vec::new();
    let mut names = HashSet::new();
    let specs = || std::iter::once(&subject).chain(&arguments.references);
    for spec in specs() {
        if !names.insert(&spec.name) {
            let advice = "give each a name of its own, as in NAME=cmd:PROGRAM";
            return Err(Complaint(format!("two engines are called `{}`: {advice}", spec.name)));
        }
        let manifest = match &spec.spec {
            Spec::Command(program) => {
                let command = Command::new(Path::new(program), LIMITS).map_err(|error| spec.refused(error))?;
                contenders.push(contender(spec, &command, command.program(), None));
                continue;
            }
            Spec::Manifest(file) => Manifest::load(Path::new(file), LIMITS),
            Spec::Shipped(shipped, program) => Manifest::shipped(shipped, Path::new(program), LIMITS),
            Spec::Embedded | Spec::Definition | Spec::Fork(_) => {
                let advice = "write NAME=cmd:PROGRAM, or NAME=manifest:FILE for one with other flags";
                return Err(Complaint(format!("`{spec}` has no process of its own to measure: {advice}")));
            }
        };
        let manifest = Arc::new(Mapped(manifest.map_err(|error| spec.refused(error))?));
        contenders.push(contender(spec, &manifest.0, manifest.0.program(), Some(manifest.clone())));
    }
    set_apart(contenders.iter_mut().map(|contender| &mut contender.name).zip(specs()).collect());
    Ok(contenders)
}

/// What an engine may take that is asked what it is.
const LIMITS: Limits = Limits::of_time(Duration::from_secs(20));

fn contender(spec: &NamedSpec, engine: &dyn Engine, program: &Path, mapped: Option<Arc<Mapped>>) -> Contender {
    let version = engine.identity().version.clone();
    let conventions = mapped.map(|mapped| mapped as Arc<dyn Conventions>);
    Contender { name: spec.name_of(&version), program: program.to_owned(), version, conventions }
}

/// The evaluator that was built with this program.
fn beside() -> Result<PathBuf, Complaint> {
    let own = env::current_exe().map_err(|error| Complaint(format!("cannot find this program: {error}")))?;
    let program = own.with_file_name("nix-eval");
    if program.exists() {
        return Ok(program);
    }
    let advice = "build it with `cargo build --profile dist -p nix_evaluator`, or name an engine with --subject";
    Err(Complaint(format!("there is no {}: {advice}", program.display())))
}
