//! The macro that declares builtins.
//!
//! ```text
//! builtins! {
//!     /// Documentation, shown to people.
//!     "elemAt"(xs, n) [1: Int "while …", 0: List "while …"] => plain elem_at;
//!     /// …
//!     bare "map"(f, list) [1: List "while …"] => generator map, fast map_nothing;
//! }
//! ```
//!
//! `bare` marks those that are variables under their own name. The rules in brackets are met in the order in which
//! they stand: argument number, [`Expectation`](super::Expectation), and what errors say was being done.

macro_rules! builtins {
    ($($(#[doc = $doc:literal])+ $($bare:ident)? $name:literal ($($argument:ident),*)
       [$($index:literal: $expectation:ident $context:literal),*]
       $(feature $feature:ident)? $(silent $silent:literal)?
       => $kind:ident $($run:ident $(, fast $fast:ident)?)?;)*) => {
        /// The builtins of this family.
        pub(super) const BUILTINS: &[$crate::builtins::Builtin] = &[$(
            $crate::builtins::Builtin {
                name: $name,
                is_bare: builtins!(@bare $($bare)?),
                arguments: &[$(stringify!($argument)),*],
                strict: &[$($crate::builtins::Strictness {
                    argument: $index,
                    expectation: $crate::builtins::Expectation::$expectation,
                    context: $context,
                }),*],
                implementation: builtins!(@implementation $kind $($run $(, $fast)?)?),
                feature: builtins!(@feature $($feature)?),
                adds_trace: builtins!(@trace $($silent)?),
                documentation: concat!($($doc, "\n"),+),
            },
        )*];
    };
    (@bare) => { false };
    (@bare bare) => { true };
    (@feature) => { None };
    (@feature $feature:ident) => { Some($crate::settings::Feature::$feature) };
    (@trace) => { true };
    (@trace $silent:literal) => { !$silent };
    (@implementation plain $run:ident) => { $crate::builtins::Implementation::Plain($run) };
    (@implementation generator $run:ident) => {
        $crate::builtins::Implementation::Generator {
            fast: None,
            start: |context, arguments| $crate::builtins::boxed($run(context, arguments)),
        }
    };
    (@implementation generator $run:ident, $fast:ident) => {
        $crate::builtins::Implementation::Generator {
            fast: Some($fast),
            start: |context, arguments| $crate::builtins::boxed($run(context, arguments)),
        }
    };
    (@implementation try_eval) => { $crate::builtins::Implementation::TryEval };
}
