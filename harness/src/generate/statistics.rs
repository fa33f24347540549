//! What generated programs are like: whether they parse, what becomes of them, how long that takes, and what of the
//! language they exercise. A generator whose programs mostly fail tests little, and nobody sees it from a program or
//! two.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::Path,
    time::Duration,
};

use bstr::ByteSlice;
use nix_evaluator::builtins;
use rayon::prelude::*;
use serde::Serialize;

use crate::{
    case::Question,
    coverage::{self, Group, Tally},
    engine::Engine,
    outcome::{
        Ending, Outcome,
        error::{self, ErrorClass},
        work,
    },
};

/// What became of some programs.
#[derive(Clone, Debug, Serialize)]
pub struct Statistics {
    /// How many there are.
    pub programs: usize,
    /// How many do not parse.
    pub unparsed: usize,
    /// How many evaluate to a value.
    pub values: usize,
    /// How many end otherwise, by how.
    pub endings: BTreeMap<String, usize>,
    /// Bytes of source: the median, and what 95 in 100 do not exceed.
    pub bytes: [usize; 2],
    /// Microseconds of evaluation, likewise.
    pub microseconds: [u64; 2],
    /// What they exercise.
    pub exercised: Vec<Tally>,
    /// Builtins, and in how many of the programs that give a value they are called. To be named is less: many names
    /// stand where nothing forces them.
    pub called: BTreeMap<String, usize>,
}

/// The variable that makes the counts tell each builtin apart.
const COUNT_CALLS: &str = "NIX_COUNT_CALLS";

impl Statistics {
    /// Evaluates programs and counts.
    pub fn of(programs: &[impl AsRef<[u8]> + Sync], engine: &dyn Engine, pipe_operators: bool) -> Statistics {
        let (exercised, unparsed) = coverage::tally(programs, pipe_operators);
        let outcomes: Vec<Outcome> =
            programs.par_iter().map(|program| evaluate(program.as_ref(), engine, pipe_operators)).collect();
        let mut called: BTreeMap<String, usize> = builtins::names().map(|it| (it.attribute.to_owned(), 0)).collect();
        for name in outcomes.iter().flat_map(|outcome| builtins_called(&outcome.stderr)) {
            called.entry(name).and_modify(|programs| *programs += 1);
        }
        let mut endings = BTreeMap::new();
        let mut values = 0;
        for outcome in &outcomes {
            match &outcome.ending {
                Ending::Exited(0) => values += 1,
                _ => *endings.entry(ending(outcome)).or_default() += 1,
            }
        }
        let times = outcomes.iter().map(|outcome| outcome.elapsed);
        Statistics {
            programs: programs.len(),
            unparsed,
            values,
            endings,
            bytes: spread(programs.iter().map(|program| program.as_ref().len())),
            microseconds: spread(times.map(|time: Duration| time.as_micros() as u64)),
            exercised,
            called,
        }
    }

    /// Writes all of it for people.
    ///
    /// # Errors
    /// When `to` cannot be written to.
    pub fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let share = |count: usize| 100.0 * count as f64 / self.programs.max(1) as f64;
        writeln!(to, "{} programs, {} of which do not parse", self.programs, self.unparsed)?;
        writeln!(to, "{:>6.1} % give a value", share(self.values))?;
        for (ending, count) in &self.endings {
            writeln!(to, "{:>6.1} % {ending} ({count})", share(*count))?;
        }
        let ([half, most], [median, slow]) = (self.bytes, self.microseconds);
        writeln!(to, "{half} bytes of source in the median, {most} or less in 95 %")?;
        writeln!(to, "{median} µs of evaluation in the median, {slow} or less in 95 %")?;
        let never: Vec<&str> =
            self.called.iter().filter(|(_, programs)| **programs == 0).map(|(name, _)| name.as_str()).collect();
        let (all, some) = (self.called.len(), self.called.len() - never.len());
        writeln!(to, "builtins called where a value comes out: {some} of {all}")?;
        if !never.is_empty() {
            writeln!(to, "       never: {}", never.join(", "))?;
        }
        for group in Group::ALL {
            let of_group = || self.exercised.iter().filter(|tally| tally.group == group);
            let (all, some) = (of_group().count(), of_group().filter(|tally| tally.programs > 0).count());
            writeln!(to, "{}: {some} of {all}", group.title())?;
            for tally in of_group().filter(|tally| tally.programs == 0) {
                let feature = tally.feature.map(|feature| format!(" (needs {feature})")).unwrap_or_default();
                writeln!(to, "       not in any: {}{feature}", tally.name)?;
            }
            let mut rarest: Vec<_> = of_group().filter(|tally| tally.programs > 0).collect();
            rarest.sort_by_key(|tally| tally.programs);
            let rarest: Vec<_> =
                rarest.iter().take(5).map(|tally| format!("{} {}", tally.name, tally.programs)).collect();
            if !rarest.is_empty() {
                writeln!(to, "       rarest: {}", rarest.join(", "))?;
            }
        }
        Ok(())
    }
}

/// Puts a program to an engine.
fn evaluate(program: &[u8], engine: &dyn Engine, pipe_operators: bool) -> Outcome {
    let question = Question::expression(String::new(), program.to_vec(), Path::new("/"));
    let mut request = question.request(false);
    if pipe_operators {
        request.arguments.extend(["--extra-experimental-features", "pipe-operators"].map(Into::into));
    }
    request.environment.extend([work::VARIABLE, COUNT_CALLS].map(|name| (name.into(), "1".into())));
    engine.evaluate(&request)
}

/// The builtins that were called, by the counts at the end of standard error. They are there where a value came out.
fn builtins_called(stderr: &[u8]) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Counts {
        primops: BTreeMap<String, u64>,
    }
    let start = if stderr.starts_with(b"{\n") { Some(0) } else { stderr.rfind("\n{\n").map(|at| at + 1) };
    let counts = start.and_then(|start| serde_json::from_slice::<Counts>(&stderr[start..]).ok());
    counts.map(|counts| counts.primops.into_keys().collect()).unwrap_or_default()
}

/// How a program that gave no value ended.
fn ending(outcome: &Outcome) -> String {
    match &outcome.ending {
        Ending::Exited(_) => {
            let message = error::parts(&outcome.stderr).error.map(error::message).unwrap_or_default();
            format!("fail: {}", ErrorClass::of(&message))
        }
        other => other.to_string(),
    }
}

/// The median, and what 95 in 100 do not exceed.
fn spread<T: Ord + Copy + Default>(values: impl Iterator<Item = T>) -> [T; 2] {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    let at = |of_100: usize| values.get(values.len().saturating_sub(1) * of_100 / 100).copied().unwrap_or_default();
    [at(50), at(95)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::{Embedded, Limits},
        generate::{Configuration, source_from_seed},
    };

    fn statistics(count: u64, configuration: &Configuration) -> Statistics {
        let programs: Vec<_> = (0..count).map(|seed| source_from_seed(seed, configuration)).collect();
        let engine = Embedded::new(Limits::of_time(Duration::from_secs(60)));
        Statistics::of(&programs, &engine, configuration.pipe_operators)
    }

    /// What is in none of the programs.
    fn missing(statistics: &Statistics) -> impl Iterator<Item = &str> {
        statistics.exercised.iter().filter(|tally| tally.programs == 0).map(|tally| tally.name.as_str())
    }

    /// What the generator promises of 10,000 programs: all parse, most give a value, and nothing is in the language that
    /// none of them has. `thunkproof generate --stats --count 10000 --pipe-operators` shows the same.
    #[test]
    fn programs_parse_mostly_give_a_value_and_leave_nothing_out() {
        // Pipe operators are behind an experimental feature; text over several lines needs a file of its own.
        let configuration = Configuration { pipe_operators: true, several_lines: true, ..Configuration::default() };
        let statistics = statistics(10_000, &configuration);
        assert_eq!(statistics.unparsed, 0);
        assert!(statistics.values >= 7_500, "{} give a value: {:?}", statistics.values, statistics.endings);
        // Some must fail, for errors are compared too.
        assert!(statistics.values <= 9_900, "{:?}", statistics.endings);
        assert!(statistics.endings.keys().all(|ending| ending.starts_with("fail: ")), "{:?}", statistics.endings);
        let missing: Vec<_> = missing(&statistics).collect();
        assert!(missing.is_empty(), "not in any program: {missing:?}");
        let fails = |name: &str| name.starts_with("fetch") || NEVER_CALLED.contains(&name);
        let never: Vec<_> =
            statistics.called.iter().filter(|(name, programs)| **programs == 0 && !fails(name)).collect();
        assert!(never.is_empty(), "never called where a value comes out: {never:?}");
    }

    /// What is no function, or gives no value, or needs a feature or files that are not here.
    const NEVER_CALLED: [&str; 18] = [
        "abort",
        "builtins",
        "currentSystem",
        "currentTime",
        "derivation",
        "false",
        "filterSource",
        "flakeRefToString",
        "getFlake",
        "langVersion",
        "nixPath",
        "nixVersion",
        "null",
        "outputOf",
        "parseFlakeRef",
        "path",
        "storeDir",
        "true",
    ];

    #[test]
    fn on_one_line_and_without_the_feature_only_what_needs_them_is_left_out() {
        let statistics = statistics(10_000, &Configuration::default());
        assert_eq!(statistics.unparsed, 0);
        let needs_them =
            |name: &str| name.contains("pipe_") || name.ends_with("over several lines") || name.ends_with("not UTF-8");
        let missing: Vec<_> = missing(&statistics).filter(|name| !needs_them(name)).collect();
        assert!(missing.is_empty(), "not in any program: {missing:?}");
    }

    #[test]
    fn other_configurations_parse_too() {
        let several_lines = Configuration { several_lines: true, ..Configuration::default() };
        let pipes = Configuration { pipe_operators: true, ..Configuration::default() };
        let large = Configuration { size: 400, depth: 16, ..Configuration::default() };
        for configuration in [several_lines, pipes, large] {
            let statistics = statistics(100, &configuration);
            assert_eq!(statistics.unparsed, 0, "{configuration:?}");
            assert!(statistics.values >= 65, "{configuration:?}: {:?}", statistics.endings);
        }
    }
}
