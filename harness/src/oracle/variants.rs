//! The same program, evaluated without what only makes the evaluator faster.
//!
//! A program must not be able to tell: value, effects, errors with their messages, and even what non-strict printing
//! shows as unevaluated are the same. The number of steps may differ, and so may the depth of calls at which the
//! evaluator gives up, so running out of either budget is inconclusive.

use nix_evaluator::session::{Task, Variant};

use super::{Alike, Runner, Verdict};

/// What is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Bytecode is plain.
    Bytecode,
    /// Builtins take no fast path.
    Generators,
    /// `//` makes no layers.
    Sets,
    /// All of these at once.
    Everything,
}

impl Way {
    /// All of them.
    pub const ALL: [Way; 4] = [Way::Bytecode, Way::Generators, Way::Sets, Way::Everything];

    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Way::Bytecode => "plain-bytecode",
            Way::Generators => "generators-only",
            Way::Sets => "flat-sets",
            Way::Everything => "everything-plain",
        }
    }

    /// The evaluator's setting.
    pub fn variant(self) -> Variant {
        let mut variant = Variant::default();
        let all = self == Way::Everything;
        variant.plain_bytecode = all || self == Way::Bytecode;
        variant.generators_only = all || self == Way::Generators;
        variant.flat_sets = all || self == Way::Sets;
        variant
    }

    /// Evaluates the program with and without, and compares what is shown before and after all of it is forced.
    pub fn judge(self, runner: &mut Runner, source: &[u8]) -> Verdict {
        let left = runner.run(source, Task::EvaluateAndForce, Variant::default());
        let right = runner.run(source, Task::EvaluateAndForce, self.variant());
        runner.compare(self.name(), source, None, (left, right), Alike::Exactly)
    }
}
