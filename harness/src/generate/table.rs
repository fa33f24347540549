//! The table of productions: for each way of making an expression, whether it may be used here, how often, and how.

use std::sync::LazyLock;

use super::{
    Generator,
    swarm::{Feature, Swarm},
    types::{Kind, Type},
};
use crate::program::Expr;

/// A way of making an expression.
pub(super) struct Production {
    /// Which kinds of types it can give, a bit each.
    pub kinds: u16,
    /// What it is switched on with.
    pub feature: Feature,
    /// How often it is used, beside others.
    pub weight: u16,
    /// How much depth must be left for it.
    pub needs: u8,
    /// Whether it can give this type here.
    pub may: fn(&Generator<'_, '_>, &Type) -> bool,
    /// Makes it. Gives nothing where it turns out that it cannot be made.
    pub make: fn(&mut Generator<'_, '_>, &Type) -> Option<Expr>,
}

/// The bit of a kind.
pub(super) const fn bit(kind: Kind) -> u16 {
    1 << kind as u16
}

pub(super) const INT: u16 = bit(Kind::Int);
pub(super) const FLOAT: u16 = bit(Kind::Float);
pub(super) const BOOL: u16 = bit(Kind::Bool);
pub(super) const TEXT: u16 = bit(Kind::Text);
pub(super) const PATH: u16 = bit(Kind::Path);
pub(super) const NULL: u16 = bit(Kind::Null);
pub(super) const LIST: u16 = bit(Kind::List);
pub(super) const SET: u16 = bit(Kind::Set);
pub(super) const FUNCTION: u16 = bit(Kind::Function);
/// All kinds but that of what is not known: it is made by choosing one of the others.
pub(super) const ALL: u16 = INT | FLOAT | BOOL | TEXT | PATH | NULL | LIST | SET | FUNCTION;

/// All productions that can give a kind, by kind.
static BY_KIND: LazyLock<[Vec<&'static Production>; Kind::COUNT]> = LazyLock::new(|| {
    std::array::from_fn(|kind| {
        let parts = [super::expressions::PRODUCTIONS, super::bindings::PRODUCTIONS, super::functions::PRODUCTIONS];
        let parts = parts.into_iter().chain([super::shapes::PRODUCTIONS, super::dense::PRODUCTIONS]);
        parts.flatten().filter(|production| production.kinds & (1 << kind) != 0).collect()
    })
});

/// The sum of the weights for each kind, under one swarm.
pub(super) struct Totals([u32; Kind::COUNT]);

impl Totals {
    pub fn of(swarm: &Swarm) -> Totals {
        let weight = |production: &&Production| u32::from(production.weight) * swarm.factor(production.feature);
        Totals(std::array::from_fn(|kind| BY_KIND[kind].iter().map(weight).sum()))
    }
}

/// How often a production is drawn before a leaf is taken instead.
const DRAWS: usize = 6;

/// Makes an expression of a type by a production drawn by weight.
pub(super) fn make(generator: &mut Generator<'_, '_>, wanted: &Type) -> Expr {
    if *wanted == Type::Any {
        let chosen = generator.printed_type(2);
        return make(generator, &chosen);
    }
    let kind = wanted.kind() as usize;
    let total = generator.totals.0[kind];
    for _ in 0..DRAWS {
        let mut drawn = generator.below(total as usize) as u32;
        let chosen = BY_KIND[kind].iter().find(|production| {
            let weight = u32::from(production.weight) * generator.swarm.factor(production.feature);
            let is_it = drawn < weight;
            drawn = drawn.wrapping_sub(if is_it { 0 } else { weight });
            is_it
        });
        let Some(chosen) = chosen else { break };
        let left = generator.deepest - generator.depth.min(generator.deepest);
        if left >= u32::from(chosen.needs)
            && (chosen.may)(generator, wanted)
            && let Some(made) = (chosen.make)(generator, wanted)
        {
            return made;
        }
    }
    generator.leaf(wanted)
}
