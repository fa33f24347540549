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
//! The brackets hold strictness rules, in the order in which the machine applies them. A rule is the number of an
//! argument, an [`Expectation`](crate::primop::Expectation), and the line of trace for errors. A rule that ends in
//! `unless_empty` is skipped where the second argument is the empty list. `bare` marks a builtin that is also a
//! variable under its own name.

macro_rules! builtins {
    ($($(#[doc = $doc:literal])+ $($bare:ident)? $name:literal ($($argument:ident),*)
       [$($index:literal: $expectation:ident $context:literal $($unless_empty:ident)?),*]
       $(feature $feature:ident)? $(silent $silent:literal)?
       => $kind:ident $($run:ident $(($option:literal))? $(, fast $fast:ident)?)?;)*) => {
        /// The builtins of this family.
        pub(super) const BUILTINS: &[$crate::primop::Primop] = &[$(
            $crate::primop::Primop {
                name: $name,
                is_bare: builtins!(@bare $($bare)?),
                arguments: &[$(stringify!($argument)),*],
                strict: &[$($crate::primop::Strictness {
                    argument: $index,
                    expectation: $crate::primop::Expectation::$expectation,
                    context: $context,
                    unless_empty: builtins!(@unless_empty $($unless_empty)?),
                }),*],
                implementation: builtins!(@implementation $kind $($run $(($option))? $(, $fast)?)?),
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
    (@unless_empty) => { false };
    (@unless_empty unless_empty) => { true };
    (@trace) => { true };
    (@trace $silent:literal) => { !$silent };
    (@implementation plain $run:ident) => { $crate::primop::Implementation::Plain($run) };
    (@implementation generator $run:ident) => {
        $crate::primop::Implementation::Generator {
            fast: None,
            start: |context, arguments| $crate::primop::boxed($run(context, arguments)),
        }
    };
    (@implementation generator $run:ident, $fast:ident) => {
        $crate::primop::Implementation::Generator {
            fast: Some($fast),
            start: |context, arguments| $crate::primop::boxed($run(context, arguments)),
        }
    };
    (@implementation each $each:ident $(($option:literal))?, $fast:ident) => {
        $crate::primop::Implementation::ForEach { each: $crate::primop::ForEach::$each $(($option))?, fast: $fast }
    };
    (@implementation walk $run:ident) => { $crate::primop::Implementation::ForceSlots($run) };
    (@implementation add_error_context $run:ident) => {
        $crate::primop::Implementation::AddErrorContext(|context, message, failure| {
            $crate::primop::boxed($run(context, message, failure))
        })
    };
    (@implementation try_eval) => { $crate::primop::Implementation::TryEval };
}
