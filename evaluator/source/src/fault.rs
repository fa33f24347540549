//! Planted faults: mistakes of the kind that evaluators really had, compiled in on request and switched on one at a time,
//! to measure what finds them.
//!
//! The feature `planted-faults` compiles them in, into builds with debug assertions only. Without it `fault!` leaves the
//! sound expression and nothing else, so that the evaluator is instruction for instruction what it would be without them.
//! `faults.tsv` lists them: number, family, title, and a program on which the fault shows.

#![cfg_attr(not(feature = "planted-faults"), allow(unused))]

#[cfg(all(feature = "planted-faults", not(debug_assertions)))]
compile_error!("planted faults are for measuring, and never go into a release: build with debug assertions");

/// The sound expression, or with the feature and this fault switched on the wrong one. `fault!(N => …)` is what a fault
/// does beyond what is right; `fault!(N, sound, wrong)` what it does instead; `fault!(let name = N => wrong)` gives a
/// variable the wrong value; `fault!(sound | wrong)` leaves it to `wrong` to see which fault is on.
#[cfg(not(feature = "planted-faults"))]
#[macro_export]
macro_rules! fault {
    (let $name:ident = $number:literal => $($wrong:tt)*) => {};
    ($number:literal => $($extra:tt)*) => {};
    ($number:literal, $sound:expr, $($wrong:tt)*) => {
        $sound
    };
    ($sound:ident | $($wrong:tt)*) => {
        $sound
    };
}

/// The sound expression, or the wrong one of the fault that is switched on.
#[cfg(feature = "planted-faults")]
#[macro_export]
macro_rules! fault {
    (let $name:ident = $number:literal => $($wrong:tt)*) => {
        let $name = if $crate::fault::is_on($number) { $($wrong)* } else { $name };
    };
    ($number:literal => $($extra:tt)*) => { if $crate::fault::is_on($number) { $($extra)* } };
    ($number:literal, $sound:expr, $($wrong:tt)*) => {
        if $crate::fault::is_on($number) { $($wrong)* } else { $sound }
    };
    ($sound:ident | $($wrong:tt)*) => { $($wrong)* };
}

#[cfg(feature = "planted-faults")]
pub use planted::{FAULTS, Fault, VARIABLE, all, is_on, switch};

#[cfg(feature = "planted-faults")]
mod planted {
    use std::sync::atomic::{AtomicU32, Ordering};

    /// The variable of the environment that switches a fault on, by its number.
    pub const VARIABLE: &str = "NIX_EVAL_FAULT";

    /// All faults, one a line: number, family, title, program.
    pub const FAULTS: &str = include_str!("faults.tsv");

    /// Nobody has asked yet.
    const UNKNOWN: u32 = u32::MAX;

    static CURRENT: AtomicU32 = AtomicU32::new(UNKNOWN);

    /// A planted fault.
    #[derive(Clone, Copy, Debug)]
    pub struct Fault {
        /// The number that switches it on.
        pub number: u32,
        /// What it is about.
        pub family: &'static str,
        /// What is wrong.
        pub title: &'static str,
        /// A program on which it shows.
        pub program: &'static str,
    }

    /// All faults.
    ///
    /// # Panics
    /// If a line of the table is no fault.
    pub fn all() -> impl Iterator<Item = Fault> {
        FAULTS.lines().map(|line| {
            let mut fields = line.split('\t');
            let mut field = || fields.next().expect("four fields");
            let number = field().parse().expect("a number");
            Fault { number, family: field(), title: field(), program: field() }
        })
    }

    /// Whether the fault of this number is switched on.
    pub fn is_on(number: u32) -> bool {
        let mut current = CURRENT.load(Ordering::Relaxed);
        if current == UNKNOWN {
            current = std::env::var(VARIABLE).ok().and_then(|number| number.parse().ok()).unwrap_or(0);
            CURRENT.store(current, Ordering::Relaxed);
        }
        current == number
    }

    /// Switches one fault on, for the whole process, and all others off.
    pub fn switch(number: Option<u32>) {
        CURRENT.store(number.unwrap_or(0), Ordering::Relaxed);
    }
}
