//! Programs with conventions of their own, measured: their manifests say how they are asked, and how their answers are
//! compared with others.

use std::{fmt, time::Duration};

use crate::{
    bench::{Conventions, Said, Workload},
    case::Request,
    engine::{Engine, Manifest},
    outcome::{Ending, Outcome, compare::is_alike_but_for_repeats},
};

/// A program with a manifest.
pub(super) struct Mapped(pub(super) Manifest);

impl fmt::Debug for Mapped {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_tuple("Mapped").field(self.0.identity()).finish()
    }
}

fn request(workload: &Workload) -> Request {
    Request {
        arguments: workload.arguments.clone(),
        environment: workload.environment.clone(),
        current_dir: workload.current_dir.clone(),
        stdin: workload.stdin.clone(),
        ..Request::default()
    }
}

impl Conventions for Mapped {
    fn translate(&self, workload: &Workload) -> Result<Workload, String> {
        let Request { arguments, environment, current_dir, stdin, .. } = self.0.translate(&request(workload))?.request;
        Ok(Workload { arguments, environment, current_dir, stdin, ..workload.clone() })
    }

    fn read(&self, workload: &Workload, said: Said) -> Option<Vec<u8>> {
        let translated = self.0.translate(&request(workload)).ok()?;
        let Said { status, stdout, stderr } = said;
        let ending = Ending::Exited(status?);
        let outcome = Outcome { ending, stdout, stderr, elapsed: Duration::ZERO, work: None };
        let outcome = self.0.read(&translated, outcome);
        (outcome.ending == Ending::Exited(0)).then_some(outcome.stdout)
    }

    fn are_alike(&self, one: &[u8], other: &[u8]) -> bool {
        self.0.repeats_are_alike() && is_alike_but_for_repeats(one, other)
    }
}
