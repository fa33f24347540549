//! `thunkproof engines`: which evaluators this program knows how to ask, which of them are here, and what an engine can be
//! asked.

use std::{
    io::{self, Write},
    time::Duration,
};

use clap::Args;

use super::{Complaint, unless_closed};
use crate::{
    engine::{Limits, Named, NamedSpec, SHIPPED, Shipped, probed},
    report::capabilities,
};

/// Lists the engines that can be named, and which of them are on PATH; or asks engines what they can do.
///
/// An engine is written NAME=KIND:PROGRAM, as `--subject` and `--reference` take it.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Engines to probe: what each can be asked is printed, a line a capability
    engines: Vec<NamedSpec>,

    /// Print a manifest that this program brings, to begin one of your own with
    #[arg(long, value_name = "NAME", conflicts_with = "engines")]
    manifest: Option<String>,
}

/// What a probe may take.
const LIMITS: Limits = Limits::of_time(Duration::from_secs(20));

/// Kinds of engine that are no manifests.
const KINDS: [(&str, &str); 4] = [
    ("embedded", "the evaluator that this program is built with"),
    ("cmd:PROGRAM", "a program with nix-instantiate's flags, a process a case"),
    ("fork:PROGRAM", "the same, forked for each case from one that is kept"),
    ("manifest:FILE", "a program with other flags, which your manifest tells: docs/engines.md"),
];

/// Runs the subcommand; gives whether all engines can be asked something.
pub(super) fn run(arguments: &Arguments) -> Result<bool, Complaint> {
    let mut to = anstream::stdout().lock();
    if let Some(name) = &arguments.manifest {
        let names = || SHIPPED.iter().map(|it| it.name).collect::<Vec<_>>().join(", ");
        let unknown = || Complaint(format!("there is no manifest `{name}`: name one of {}", names()));
        unless_closed(write!(to, "{}", Shipped::of(name).ok_or_else(unknown)?.text))?;
        return Ok(true);
    }
    for spec in &arguments.engines {
        let Named { name, engine } = spec.start(LIMITS)?;
        let named = Named { name, engine: probed(engine) };
        unless_closed(capabilities::write(&named, &mut to))?;
    }
    if arguments.engines.is_empty() {
        unless_closed(list(&mut to))?;
    }
    Ok(true)
}

fn list(to: &mut impl Write) -> io::Result<()> {
    for (kind, title) in KINDS {
        writeln!(to, "{kind:<20} {title}")?;
    }
    for shipped in SHIPPED {
        writeln!(to, "{:<20} {}", format!("{}:PROGRAM", shipped.name), shipped.title)?;
        for (program, version) in shipped.found() {
            let version = version.map(|version| format!(" ({version})")).unwrap_or_default();
            writeln!(to, "{:<20}   on PATH: {}{version}", "", program.display())?;
        }
    }
    Ok(())
}
