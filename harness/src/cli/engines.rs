//! The flags of subcommands over several engines: which engines there are, and the limits of a case.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use clap::Args;

use super::Complaint;
use crate::{
    engine::{Limits, Named, NamedSpec, Spec},
    report::capabilities,
};

/// What a case may take where nothing is said.
#[derive(Clone, Copy)]
pub(super) struct Allowance {
    seconds: u32,
    memory_mib: u32,
}

/// For fixtures, of which each is wanted.
const FIXTURE: Allowance = Allowance { seconds: 20, memory_mib: 4096 };

/// For programs that nobody wrote: some loop, some double a string until memory is gone, and others come after them.
pub(super) const CANDIDATE: Allowance = Allowance { seconds: 5, memory_mib: 2048 };

/// The engines of a run.
#[derive(Debug, Args)]
pub(super) struct Engines {
    /// Who is looked at: NAME=embedded, NAME=definition, NAME=cmd:PROGRAM or NAME=fork:PROGRAM (a program with nix-instantiate's flags,
    /// a process a case or forked from one that is kept), NAME=manifest:FILE (a program with other
    /// conventions), or one of `thunkproof engines`
    #[arg(long, value_name = "ENGINE", default_value = "embedded")]
    subject: NamedSpec,

    /// Who it is compared with; may be given more than once
    #[arg(long = "reference", value_name = "ENGINE")]
    references: Vec<NamedSpec>,

    /// Seconds of CPU time that one case may take, and ten times as much on the clock [default: 20; for `fuzz` and `reduce`, 5]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    time_limit: Option<u32>,

    /// MiB of memory that one case may take: heap of the embedded evaluator, address space of a program [default: 4096;
    /// for `fuzz` and `reduce`, 2048]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(16..))]
    memory_limit: Option<u32>,

    /// How many cases are run at once [default: one a processor]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
}

/// Gives engines that would be called alike a number: one program may be asked in several ways. With each name comes
/// how its engine was written; names that were given stay.
pub(super) fn set_apart(engines: Vec<(&mut String, &NamedSpec)>) {
    let given = engines.iter().filter(|(_, spec)| spec.is_named());
    let mut taken: HashSet<String> = given.map(|(name, _)| (*name).clone()).collect();
    for (name, _) in engines.into_iter().filter(|(_, spec)| !spec.is_named()) {
        let base = name.clone();
        let mut number = 1;
        while !taken.insert(name.clone()) {
            number += 1;
            *name = format!("{base} ({number})");
        }
    }
}

impl Engines {
    /// Starts them all: the subject first.
    pub(super) fn start(&self) -> Result<Vec<Named>, Complaint> {
        self.start_within(FIXTURE)
    }

    /// The same, with other limits for a case where none are given.
    pub(super) fn start_within(&self, allowance: Allowance) -> Result<Vec<Named>, Complaint> {
        let Allowance { seconds, memory_mib } = self.or(allowance);
        let limits = Limits { memory_mib: Some(memory_mib), ..Limits::of_time(Duration::from_secs(seconds.into())) };
        let mut names = HashSet::new();
        let mut engines = Vec::new();
        for spec in std::iter::once(&self.subject).chain(&self.references) {
            if !names.insert(&spec.name) {
                let advice = "give each a name of its own, as in NAME=cmd:PROGRAM";
                return Err(Complaint(format!("two engines are called `{}`: {advice}", spec.name)));
            }
            engines.push(spec.start(limits)?);
        }
        let specs = std::iter::once(&self.subject).chain(&self.references);
        set_apart(engines.iter_mut().map(|named| &mut named.name).zip(specs).collect());
        Ok(engines)
    }

    /// Shows what those engines can be asked that had to be asked for it, before anything else is: on standard error, and
    /// not where it is to be quiet.
    pub(super) fn show_capabilities(engines: &[Named], quiet: bool) {
        for named in engines.iter().filter(|_| !quiet) {
            // Where standard error is closed, nobody misses the table.
            let _ = capabilities::write(named, &mut anstream::stderr());
        }
    }

    /// What a case may take: as the flags say, or else `allowance`.
    fn or(&self, allowance: Allowance) -> Allowance {
        Allowance {
            seconds: self.time_limit.unwrap_or(allowance.seconds),
            memory_mib: self.memory_limit.unwrap_or(allowance.memory_mib),
        }
    }

    /// Whether there is anybody to compare with.
    pub(super) fn has_reference(&self) -> bool {
        !self.references.is_empty()
    }

    /// Whether the subject is the evaluator in this process.
    pub(super) fn subject_is_embedded(&self) -> bool {
        matches!(self.subject.spec, Spec::Embedded)
    }

    /// As [`Engines::start`], where there must be somebody to compare with.
    pub(super) fn start_several(&self) -> Result<Vec<Named>, Complaint> {
        let engines = self.start()?;
        if engines.len() < 2 {
            return Err(Complaint("there is nobody to compare with: name an engine with --reference".to_owned()));
        }
        Ok(engines)
    }

    /// What bears on answers, by flag.
    pub(super) fn settings(&self) -> BTreeMap<String, String> {
        let Allowance { seconds, memory_mib } = self.or(FIXTURE);
        [("--time-limit", seconds), ("--memory-limit", memory_mib)]
            .map(|(name, value)| (name.to_owned(), value.to_string()))
            .into()
    }

    /// How many cases are run at once.
    pub(super) fn jobs(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, Into::into);
        self.jobs.map_or_else(processors, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_that_would_be_called_alike_have_a_number() {
        let specs = ["cmd:a/nix", "nix 1=cmd:nix", "fork:a/nix", "cmd:b/nix", "x=cmd:nix"];
        let specs = specs.map(|text| text.parse::<NamedSpec>().expect("an engine"));
        let mut names = specs.each_ref().map(|spec| spec.name_of("nix 1"));
        set_apart(names.iter_mut().zip(&specs).collect());
        assert_eq!(names, ["nix 1 (2)", "nix 1", "nix 1 (3)", "nix 1 (4)", "x"]);
    }
}
