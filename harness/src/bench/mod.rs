//! Compares evaluators in time and memory: whole processes, in pairs, on the same workloads.
//!
//! Machines are noisy, and the noise drifts. So evaluators run in turns (A B A B …), and a run is compared with its
//! neighbour only. Reported is the median of these ratios, with its spread. CPU time, user and system together, is what
//! counts; wall time stands beside it. Answers are compared first: the time of a wrong answer does not count.

mod process;
pub mod statistics;
pub mod workload;

use std::{fmt, io, path::PathBuf, sync::Arc, time::Duration};

use serde::Serialize;

pub use process::{Sample, floor_of_memory};
pub use workload::{Workload, WorkloadError};

/// Who is measured.
#[derive(Clone, Debug, Serialize)]
pub struct Contender {
    /// The name in reports.
    pub name: String,
    /// The program, with nix-instantiate's flags.
    pub program: PathBuf,
    /// What it says of its version.
    pub version: String,
    /// How it is run, where its conventions are not nix-instantiate's.
    #[serde(skip)]
    pub conventions: Option<Arc<dyn Conventions>>,
}

/// How a program with conventions of its own is run on a workload.
pub trait Conventions: fmt::Debug + Send + Sync {
    /// The workload in the program's own words, or why there are none.
    ///
    /// # Errors
    /// When the program has no way to be asked that; with the reason.
    fn translate(&self, workload: &Workload) -> Result<Workload, String>;

    /// What it said to the workload as nix-instantiate would have said it, if it succeeded.
    fn read(&self, workload: &Workload, ran: Said) -> Option<Vec<u8>>;

    /// Whether two answers are the same, of which one may be this program's.
    fn are_alike(&self, one: &[u8], other: &[u8]) -> bool;
}

/// How a program ended, and what it said.
#[derive(Clone, Debug)]
pub struct Said {
    /// The exit status, where there is one.
    pub status: Option<i32>,
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error.
    pub stderr: Vec<u8>,
}

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many rounds count; in each, every contender runs once.
    pub rounds: usize,
    /// CPU seconds after which a process is ended.
    pub cpu_limit: u32,
}

/// All that was measured of a workload.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    /// The workload's name.
    pub workload: String,
    /// The size it was given, where it takes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// A list for each contender, a sample for each round.
    pub samples: Vec<Vec<Sample>>,
}

/// Why a workload was not measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// A program could not be run.
    #[error("cannot run {program} on {workload}: {source}")]
    NotRun {
        /// Which.
        program: String,
        /// On what.
        workload: String,
        /// What the system said.
        source: io::Error,
    },
    /// A contender cannot be asked that.
    #[error("{contender} cannot be run on {workload}: {reason}: leave one of them out")]
    NotAsked {
        /// Who.
        contender: String,
        /// On what.
        workload: String,
        /// Why.
        reason: String,
    },
    /// A contender failed.
    #[error("{contender} fails on {workload} ({ending}): {message}")]
    Failed {
        /// Who.
        contender: String,
        /// On what.
        workload: String,
        /// How it ended.
        ending: String,
        /// The last line it wrote to standard error.
        message: String,
    },
    /// Two contenders disagree, or one with itself.
    #[error("{first} and {second} answer {workload} differently, so their times are not compared: {one} and {other}")]
    Disagree {
        /// Who answered first.
        first: String,
        /// Who answered otherwise.
        second: String,
        /// On what.
        workload: String,
        /// The first answer, or its beginning.
        one: String,
        /// The other answer, or its beginning.
        other: String,
    },
}

/// Measures one workload: a round that does not count, in which answers are compared, then the plan's rounds.
///
/// # Errors
/// When a contender cannot be run, fails, or answers otherwise than the first.
pub fn measure(
    workload: &Workload,
    contenders: &[Contender],
    plan: Plan,
    mut each: impl FnMut(),
) -> Result<Measured, BenchError> {
    let mut answer: Option<(&str, Vec<u8>)> = None;
    let mut samples = vec![Vec::with_capacity(plan.rounds); contenders.len()];
    let workloads: Vec<Workload> = contenders
        .iter()
        .map(|contender| match &contender.conventions {
            None => Ok(workload.clone()),
            Some(conventions) => conventions.translate(workload).map_err(|reason| BenchError::NotAsked {
                contender: contender.name.clone(),
                workload: workload.name.clone(),
                reason,
            }),
        })
        .collect::<Result<_, _>>()?;
    let alike = |one: &[u8], other: &[u8]| {
        let mut conventions = contenders.iter().filter_map(|contender| contender.conventions.as_ref());
        one == other || conventions.any(|conventions| conventions.are_alike(one, other))
    };
    for round in 0..=plan.rounds {
        for ((contender, in_its_words), samples) in contenders.iter().zip(&workloads).zip(&mut samples) {
            let ran = process::run(&contender.program, in_its_words, plan.cpu_limit).map_err(|source| {
                let program = contender.program.display().to_string();
                BenchError::NotRun { program, workload: workload.name.clone(), source }
            })?;
            each();
            let process::Ran { status, stdout, stderr, sample } = ran;
            let said = Said { status: status.code(), stdout, stderr: stderr.clone() };
            let read = match &contender.conventions {
                None => status.success().then_some(said.stdout),
                Some(conventions) => conventions.read(workload, said),
            };
            let Some(stdout) = read else {
                let text = String::from_utf8_lossy(&stderr);
                return Err(BenchError::Failed {
                    contender: contender.name.clone(),
                    workload: workload.name.clone(),
                    ending: status.to_string(),
                    message: text.trim_end().lines().last().unwrap_or_default().trim().to_owned(),
                });
            };
            match &answer {
                None => answer = Some((&contender.name, stdout)),
                Some((first, one)) if !alike(one, &stdout) => {
                    return Err(BenchError::Disagree {
                        first: (*first).to_owned(),
                        second: contender.name.clone(),
                        workload: workload.name.clone(),
                        one: beginning(one),
                        other: beginning(&stdout),
                    });
                }
                Some(_) => {}
            }
            if round > 0 {
                samples.push(sample);
            }
        }
    }
    Ok(Measured { workload: workload.name.clone(), size: workload.size, samples })
}

/// As much of an answer as a message has room for.
fn beginning(answer: &[u8]) -> String {
    const MOST: usize = 60;
    let text = String::from_utf8_lossy(answer);
    let text = text.trim_end();
    match text.char_indices().nth(MOST) {
        None => format!("`{text}`"),
        Some((end, _)) => format!("`{}…` ({} bytes)", &text[..end], answer.len()),
    }
}

impl Measured {
    /// CPU time of a contender, in seconds, round by round.
    pub fn cpu(&self, contender: usize) -> Vec<f64> {
        self.samples[contender].iter().map(|sample| sample.cpu().as_secs_f64()).collect()
    }

    /// Time on the clock of a contender, in seconds, round by round.
    pub fn wall(&self, contender: usize) -> Vec<f64> {
        self.samples[contender].iter().map(|sample| sample.wall.as_secs_f64()).collect()
    }

    /// Peak memory of a contender, in MiB, round by round.
    pub fn peak(&self, contender: usize) -> Vec<f64> {
        self.samples[contender].iter().map(|sample| sample.peak_bytes as f64 / f64::from(1 << 20)).collect()
    }

    /// CPU time of the first contender by that of another one, round by round.
    pub fn cpu_ratios(&self, to: usize) -> Vec<f64> {
        ratios(&self.cpu(0), &self.cpu(to))
    }

    /// The same of peak memory.
    pub fn peak_ratios(&self, to: usize) -> Vec<f64> {
        ratios(&self.peak(0), &self.peak(to))
    }
}

fn ratios(one: &[f64], other: &[f64]) -> Vec<f64> {
    // A clock that ticks slowly may show no time at all.
    let least = Duration::from_micros(1).as_secs_f64();
    one.iter().zip(other).map(|(one, other)| one.max(least) / other.max(least)).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// What comes of measuring two shell scripts.
    fn check(one: &str, other: &str) -> Result<Measured, String> {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/scripted");
        let contender = |name: &str| Contender {
            name: name.to_owned(),
            program: program.into(),
            version: String::new(),
            conventions: None,
        };
        // Both run the same script, which can tell them apart by how often it has run.
        let folder = tempfile::tempdir().expect("a temporary folder");
        let count = folder.path().join("count");
        let script = format!(
            "echo >> {count}; if [ $(($(wc -l < {count}) % 2)) = 1 ]; then {one}; else {other}; fi",
            count = count.display()
        );
        let workload = Workload {
            name: "w".to_owned(),
            size: None,
            arguments: vec!["--eval".into()],
            environment: vec![("SCRIPT".into(), script.into())],
            current_dir: Path::new("/").to_owned(),
            stdin: Vec::new(),
        };
        let plan = Plan { rounds: 3, cpu_limit: 20 };
        measure(&workload, &[contender("a"), contender("b")], plan, || {}).map_err(|error| error.to_string())
    }

    #[test]
    fn each_round_gives_a_sample_of_each() {
        let measured = check("echo 1", "echo 1").expect("measured");
        assert_eq!(measured.samples.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3]);
        assert_eq!(measured.cpu_ratios(1).len(), 3);
        assert!(measured.peak(0).iter().all(|peak| *peak > 0.1), "{:?}", measured.peak(0));
    }

    #[test]
    fn answers_that_differ_have_no_times() {
        let error = check("echo 1", "echo 2").expect_err("refused");
        assert_eq!(error, "a and b answer w differently, so their times are not compared: `1` and `2`");
    }

    #[test]
    fn a_failure_is_told_with_its_reason() {
        let error = check("echo 1", "echo error: no >&2; exit 1").expect_err("refused");
        assert_eq!(error, "b fails on w (exit status: 1): error: no");
    }
}
