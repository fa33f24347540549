//! Builtins as values: what a program can see of them. The implementation is a primop, which the machine finds by
//! number. So values know nothing of what evaluates them.

#![forbid(unsafe_code)]

/// A builtin as a value. Two are the same builtin where they are the same object.
pub struct Builtin {
    /// Its name as an attribute of `builtins`.
    pub name: &'static str,
    /// How many arguments it takes.
    pub arity: u8,
    /// Which of the machine's primops it is.
    pub number: u16,
    /// Whether calling it gives the function `derivation`, which the reference has made before any program runs.
    pub loads_derivation: bool,
}

impl Builtin {
    /// How many arguments it takes.
    #[inline]
    pub const fn arity(&self) -> usize {
        self.arity as usize
    }
}
