//! Integers that are computed before anything forces them.
//!
//! An argument such as `n - 1` costs a thunk, although its operands are often evaluated already and the result
//! certainly exists. So it is computed at once, and no program may observe that. Printing shows it as not evaluated
//! until something forces it. Forcing it counts as running the thunk would, and fails where calls are too deep.
//! Everything else (other operands, overflow, large results) becomes an ordinary thunk.

#![forbid(unsafe_code)]

use std::cell::RefCell;

use crate::bytecode::Chunk;

/// A speculatively evaluated integer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpeculativeInt {
    value: i32,
    /// The thunk that it stands for, where forcing that would be a call.
    site: Option<Site>,
}

impl SpeculativeInt {
    /// A speculative integer. `site` names the thunk that it stands for, where forcing that thunk would be a call.
    pub(super) fn new(value: i32, site: Option<Site>) -> SpeculativeInt {
        SpeculativeInt { value, site }
    }

    /// The result of a `+`, which is no call; none if it is too large.
    #[inline]
    pub fn sum(value: i64) -> Option<SpeculativeInt> {
        i32::try_from(value).ok().map(|value| SpeculativeInt { value, site: None })
    }

    /// The result of an operator that is a call of a builtin; none if it is too large.
    #[inline]
    pub fn call(value: i64, site: Site) -> Option<SpeculativeInt> {
        i32::try_from(value).ok().map(|value| SpeculativeInt { value, site: Some(site) })
    }

    /// The integer.
    #[inline]
    pub fn value(self) -> i64 {
        i64::from(self.value)
    }

    /// The thunk that it stands for, if forcing that would be a call.
    #[inline]
    pub fn site(self) -> Option<Site> {
        self.site
    }
}

/// A place in the program that computes integers speculatively, by number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Site(std::num::NonZeroU32);

impl Site {
    /// The site as a number above 0.
    pub(super) fn number(self) -> u32 {
        self.0.get()
    }

    /// The site with this [`Site::number`]; none for 0.
    pub(super) fn from_number(number: u32) -> Option<Site> {
        std::num::NonZeroU32::new(number).map(Site)
    }
}

/// The code of the thunks that speculative integers stand for. It runs where forcing must fail.
#[derive(Default)]
pub struct SpeculationSites<'h>(RefCell<Vec<&'h Chunk<'h>>>);

impl<'h> SpeculationSites<'h> {
    /// A site for the code of a thunk; none if there are too many.
    pub fn add(&self, chunk: &'h Chunk<'h>) -> Option<Site> {
        let mut sites = self.0.borrow_mut();
        let number = u32::try_from(sites.len() + 1).ok().and_then(std::num::NonZeroU32::new)?;
        sites.push(chunk);
        Some(Site(number))
    }

    /// The code of a site.
    pub fn get(&self, site: Site) -> &'h Chunk<'h> {
        self.0.borrow()[site.0.get() as usize - 1]
    }
}
