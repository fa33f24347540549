//! Builtins as values: what a program can see of them. The implementation is a primop, which the machine finds by
//! number. So values know nothing of what evaluates them.

#![forbid(unsafe_code)]

/// A builtin as a value. Two values are the same builtin if they are the same object.
pub struct Builtin {
    /// Its name as an attribute of `builtins`.
    pub name: &'static str,
    /// How many arguments it takes.
    pub arity: u8,
    /// The number of its primop.
    pub number: u16,
    /// Whether calling it gives the function `derivation`, which the reference evaluates before any program runs.
    pub loads_derivation: bool,
}

impl Builtin {
    /// How many arguments it takes.
    #[inline]
    pub const fn arity(&self) -> usize {
        self.arity as usize
    }
}
