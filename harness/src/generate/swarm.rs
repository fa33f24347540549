//! Which features a program may use, and how often. They are drawn anew for each program: if every program used every
//! feature rarely, few features would meet often.

use arbitrary::Unstructured;

/// A part of the language that can be switched off and on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names say what they are")]
pub enum Feature {
    /// What is never switched off.
    Core,
    Let,
    Recursive,
    With,
    Inherit,
    Lambda,
    Pattern,
    Functor,
    TryEval,
    Strictness,
    Fold,
    FixedPoint,
    Recursion,
    Overrides,
    OldLet,
    ComputedName,
    Assert,
    Builtin,
    Derivation,
    Update,
    Context,
    Indented,
    Path,
    Float,
    Comparison,
    Shadow,
    Probe,
    Unforced,
    Log,
    Dense,
    Battery,
    Topic,
}

/// How many features there are.
const FEATURES: usize = Feature::Topic as usize + 1;

/// How often features are used, as factors of weights; 0 is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swarm {
    factors: [u8; FEATURES],
    /// Whether one expression is to fail in the open.
    pub fails: bool,
}

/// One program in so many has an expression in it that fails in the open.
const FAILURES: u8 = 9;

impl Swarm {
    /// Draws which features are on.
    ///
    /// # Errors
    /// When there is nothing left to draw from.
    pub fn draw(from: &mut Unstructured<'_>) -> arbitrary::Result<Swarm> {
        let mut factors = [0; FEATURES];
        // Two bits a feature.
        let mut bits: u64 = from.arbitrary()?;
        for factor in &mut factors {
            *factor = [0, 1, 2, 4][(bits & 3) as usize];
            bits >>= 2;
        }
        factors[Feature::Core as usize] = 2;
        let fails = from.int_in_range(0..=FAILURES)? == FAILURES;
        Ok(Swarm { factors, fails })
    }

    /// Everything on alike, and nothing that fails in the open: for what a mutator puts into a program.
    pub fn even() -> Swarm {
        Swarm { factors: [1; FEATURES], fails: false }
    }

    /// What the weight of this feature's productions is multiplied by.
    pub fn factor(&self, feature: Feature) -> u32 {
        u32::from(self.factors[feature as usize])
    }

    /// Whether a feature is on.
    pub fn has(&self, feature: Feature) -> bool {
        self.factors[feature as usize] > 0
    }
}

const _: () = assert!(FEATURES * 2 <= 64, "two bits a feature are drawn from one word");
