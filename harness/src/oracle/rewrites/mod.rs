//! Metamorphic rewrites: a program and its rewritten self must have the same value and the same effects.
//!
//! A rewrite applies at one place and refuses where its side conditions, written beside it, do not hold. What is
//! compared is what rewrites keep (see [`Alike::InMeaning`]): the value forced and printed; trace and warning lines, in
//! order, but for names and places of functions; whether it fails, with which kind of error, and with which message
//! where the program wrote it. Places are no matter, for sources without a file have none that a program can see.
//!
//! *Order of symbols.* In which order a set is forced and printed depends on the order in which names occur first in
//! the text, which a rewrite may change. So where two texts come to something different, both are evaluated again behind
//! the same set of all names of both, and that is what counts.
//!
//! *Merged sets.* A program in which the parser merges sets (`a = …; a.b = …;`) is not rewritten.
//!
//! *Depth of calls.* A rewrite may make a program's calls deeper; running into the limit is inconclusive.

pub mod bindings;
pub mod names;
pub mod operators;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use nix_evaluator::session::{Task, Variant};

use super::{Alike, Runner, Verdict};
use crate::program::{
    AttrName, Binding, Expr,
    source::{Tightness, write_name},
};
use names::Entered;

/// A name that no program has.
const FRESH: &str = "fresh_";

/// A rewrite.
#[derive(Clone, Copy)]
pub struct Rewrite {
    /// Its name in reports.
    pub name: &'static str,
    /// What it makes of the expression at a place; nothing where its conditions do not hold.
    pub apply: fn(&Expr, &Context<'_>) -> Option<Expr>,
}

/// All rewrites.
pub const ALL: &[Rewrite] = &[
    Rewrite { name: "let-float here", apply: bindings::float_here },
    Rewrite { name: "let-float out", apply: bindings::float_out },
    Rewrite { name: "inline", apply: bindings::inline },
    Rewrite { name: "rename", apply: bindings::rename },
    Rewrite { name: "eta", apply: bindings::eta },
    Rewrite { name: "call to let", apply: bindings::call_to_let },
    Rewrite { name: "let to call", apply: bindings::let_to_call },
    Rewrite { name: "with to select", apply: bindings::with_to_select },
    Rewrite { name: "inherit to binding", apply: operators::inherit_to_binding },
    Rewrite { name: "rec to let", apply: operators::rec_to_let },
    Rewrite { name: "old let to rec", apply: operators::old_let_to_rec },
    Rewrite { name: "reassociate update", apply: operators::reassociate_update },
    Rewrite { name: "turn comparison", apply: operators::turn_comparison },
    Rewrite { name: "expand logic", apply: operators::expand_logic },
    Rewrite { name: "turn if", apply: operators::turn_if },
    Rewrite { name: "expand negation", apply: operators::expand_negation },
    Rewrite { name: "split list", apply: operators::split_list },
    Rewrite { name: "split set", apply: operators::split_set },
    Rewrite { name: "split selection", apply: operators::split_selection },
];

/// Where a rewrite is asked to apply.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// A name that the program does not have.
    pub fresh: &'a str,
    /// Names that scopes around the place bind.
    pub bound: Vec<&'a str>,
    /// Whether the program mentions `toXML`, which tells the names of arguments.
    pub uses_xml: bool,
    /// What decides where there is a choice.
    pub seed: u64,
}

impl<'a> Context<'a> {
    /// Whether a scope binds the name at the place, so that no `with` can.
    pub fn is_lexical(&self, name: &str) -> bool {
        static GLOBALS: LazyLock<BTreeSet<&'static str>> =
            LazyLock::new(|| nix_evaluator::builtins::names().map(|name| name.variable).collect());
        self.bound.contains(&name) || GLOBALS.contains(name)
    }

    /// The same place with more names bound.
    pub fn with_names<'n>(&self, names: &[&'n str]) -> Context<'n>
    where
        'a: 'n,
    {
        let mut context: Context<'n> = self.clone();
        context.bound.extend(names);
        context
    }

    /// One of so many choices.
    pub fn choose(&self, count: usize) -> Option<usize> {
        // The lower digits decide where the rewrite applies.
        (count > 0).then(|| (self.seed >> 32) as usize % count)
    }
}

/// An expression in a program.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// Its number, in the walk of [`Expr::nth`].
    pub number: usize,
    /// The expression.
    pub expr: &'a Expr,
    /// What lies between it and the root, all taken together.
    pub between: Entered<'a>,
    /// Whether it is a computed attribute name, or the condition of an assertion: there the parser and the evaluator
    /// look at what form it has, so it is not replaced as a whole.
    pub is_name: bool,
}

/// All expressions of a program, by number.
pub fn places(root: &Expr) -> Vec<Place<'_>> {
    fn walk<'a>(expr: &'a Expr, between: &Entered<'a>, is_name: bool, found: &mut Vec<Place<'a>>) {
        found.push(Place { number: found.len(), expr, between: between.clone(), is_name });
        let fixed = fixed_children(expr);
        names::each_scoped(expr, &mut |child, entered| {
            let is_name = fixed.contains(&std::ptr::from_ref(child));
            walk(child, &between.and(entered), is_name, found);
        });
    }
    let mut found = Vec::new();
    walk(root, &Entered::default(), false, &mut found);
    found
}

/// Expressions directly inside that stand where their form matters.
fn fixed_children(expr: &Expr) -> Vec<*const Expr> {
    fn computed(path: &[AttrName]) -> impl Iterator<Item = *const Expr> {
        path.iter().filter_map(|name| if let AttrName::Computed(expr) = name { Some(expr as _) } else { None })
    }
    match expr {
        Expr::Attrset { bindings, .. } | Expr::LetBody(bindings) | Expr::Let { bindings, .. } => {
            let paths = bindings.iter().filter_map(|binding| match binding {
                Binding::Value { path, .. } => Some(computed(path)),
                Binding::Inherit(_) => None,
            });
            paths.flatten().collect()
        }
        Expr::Select { path, .. } | Expr::HasAttribute { path, .. } => computed(path).collect(),
        Expr::Assert { condition, .. } => vec![&**condition],
        _ => Vec::new(),
    }
}

/// A program after a rewrite.
#[derive(Clone, Debug)]
pub struct Rewritten {
    /// Which rewrite.
    pub rewrite: &'static str,
    /// What came of it.
    pub program: Expr,
}

/// What of a program every rewrite needs.
struct Surveyed<'a> {
    program: &'a Expr,
    places: Vec<Place<'a>>,
    uses_xml: bool,
    fresh: String,
}

impl<'a> Surveyed<'a> {
    /// Looks over a program; nothing where it cannot be rewritten.
    fn of(program: &'a Expr) -> Option<Surveyed<'a>> {
        if merges(program) {
            return None;
        }
        let (mut uses_xml, mut taken) = (false, Vec::new());
        names::each_mentioned(program, &mut |name| {
            uses_xml |= name == "toXML";
            taken.extend(name.strip_prefix(FRESH));
        });
        let fresh = (0..).map(|number: u32| number.to_string()).find(|number| !taken.contains(&number.as_str()))?;
        Some(Surveyed { program, places: places(program), uses_xml, fresh: format!("{FRESH}{fresh}") })
    }

    /// Applies one rewrite, at a place that the seed decides.
    fn rewrite_by(&self, rewrite: Rewrite, seed: u64) -> Option<Rewritten> {
        let count = self.places.len();
        let start = (seed / ALL.len() as u64) as usize % count;
        let mut context = Context { fresh: &self.fresh, bound: Vec::new(), uses_xml: self.uses_xml, seed };
        (0..count).find_map(|step| {
            let place = &self.places[(start + step) % count];
            if place.is_name {
                return None;
            }
            context.bound.clone_from(&place.between.names);
            let new = (rewrite.apply)(place.expr, &context)?;
            let mut changed = self.program.clone();
            *changed.nth_mut(place.number)? = new;
            Some(Rewritten { rewrite: rewrite.name, program: changed })
        })
    }
}

/// Rewrites `program` at one place. The seed decides which rewrite is tried first and where; nothing where no rewrite
/// applies anywhere.
pub fn rewrite(program: &Expr, seed: u64) -> Option<Rewritten> {
    let surveyed = Surveyed::of(program)?;
    let first = seed as usize % ALL.len();
    (0..ALL.len()).find_map(|step| surveyed.rewrite_by(ALL[(first + step) % ALL.len()], seed))
}

/// Applies one rewrite, at a place that the seed decides.
pub fn rewrite_by(rewrite: Rewrite, program: &Expr, seed: u64) -> Option<Rewritten> {
    Surveyed::of(program)?.rewrite_by(rewrite, seed)
}

/// Whether the parser merges sets of the program, as in `{ a = rec { … }; a.b = …; }`. There an expression may see names
/// of a set that it does not stand in, which rewrites do not know of.
fn merges(program: &Expr) -> bool {
    let mut found = false;
    program.each(&mut |_, expr| {
        if let Expr::Attrset { bindings, .. } | Expr::LetBody(bindings) | Expr::Let { bindings, .. } = expr {
            let mut names = names::bound(bindings);
            names.sort_unstable();
            found |= names.windows(2).any(|pair| pair[0] == pair[1]);
        }
    });
    found
}

/// The program behind a set that makes all `names` known, in one order.
fn behind(names: &BTreeSet<&str>, program: &Expr) -> Vec<u8> {
    let mut source = String::with_capacity(1024);
    source.push_str("(builtins.seq {");
    for name in names {
        source.push(' ');
        write_name(name, &mut source);
        source.push_str(" = 0;");
    }
    source.push_str(" }) ");
    program.write(&mut source, Tightness::Select);
    source.into_bytes()
}

/// Judges a program, given with its source, by one rewrite of it.
pub fn judge(runner: &mut Runner, source: &[u8], program: &Expr, seed: u64) -> Verdict {
    match rewrite(program, seed) {
        Some(rewritten) => judge_by(runner, source, program, &rewritten),
        None => Verdict::NotApplicable,
    }
}

/// Judges a program by a rewrite of it that was made already.
pub fn judge_by(runner: &mut Runner, source: &[u8], program: &Expr, rewritten: &Rewritten) -> Verdict {
    let oracle = format!("rewrite ({})", rewritten.rewrite);
    let mut compare = |one: &[u8], other: &[u8]| {
        let left = runner.run(one, Task::STRICT, Variant::default());
        let right = runner.run(other, Task::STRICT, Variant::default());
        runner.compare(&oracle, one, Some(other), (left, right), Alike::InMeaning)
    };
    match compare(source, rewritten.program.to_source().as_bytes()) {
        Verdict::Differ(_) => {
            let mut names = BTreeSet::new();
            for program in [program, &rewritten.program] {
                names::each_mentioned(program, &mut |name| {
                    names.insert(name);
                });
            }
            compare(&behind(&names, program), &behind(&names, &rewritten.program))
        }
        verdict => verdict,
    }
}

#[cfg(test)]
mod tests;
