//! `derivationStrict` and `outputOf`: make derivations of attributes, and the strings that stand for outputs.
//!
//! Nothing is written to a store. A derivation is computed, and remembered for those that depend on it.

mod output_text;
mod strict;

pub(super) use output_text::{known_output, output_text};

use output_text::output_of;
use strict::derivation_strict;

builtins! {
    /// The paths of a derivation and of its outputs, given what it is made of. `derivation` is what people call.
    bare "derivationStrict"(attrs)
        [0: Attrs "while evaluating the argument passed to builtins.derivationStrict"] => generator derivation_strict;
    /// The path of an output of a derivation, or what stands for it; the derivation may itself be an output.
    "outputOf"(derivation_reference, output_name) [
        0: String "while evaluating the first argument to builtins.outputOf"
    ] feature DynamicDerivations => generator output_of;
}
