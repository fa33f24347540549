//! Metamorphic rewrites: a program and its rewritten self must have the same value and the same effects.
//!
//! A rewrite applies at one place and refuses where its side conditions, written beside it, do not hold. What is
//! compared is what rewrites keep (see [`Alike::InMeaning`]): the value forced and printed; trace and warning lines, in
//! order, but for names and places of functions; whether it fails, with which kind of error, and with which message
//! where the program wrote it. Places are no matter, for sources without a file have none that a program can see.
//!
//! *Order of symbols.* In which order a set is forced and printed depends on the order in which names occur first in
//! the text, which a rewrite may change. So both texts begin with the same set of all names of both.
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

use super::{Alike, Bench, Verdict};
use crate::program::{AttrName, Binding, Expr};
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
    pub bound: Vec<String>,
    /// Whether the program mentions `toXML`, which tells the names of arguments.
    pub uses_xml: bool,
    /// What decides where there is a choice.
    pub seed: u64,
}

impl Context<'_> {
    /// Whether a scope binds the name at the place, so that no `with` can.
    pub fn is_lexical(&self, name: &str) -> bool {
        static GLOBALS: LazyLock<BTreeSet<&'static str>> =
            LazyLock::new(|| nix_evaluator::builtins::names().map(|name| name.variable).collect());
        self.bound.iter().any(|it| it == name) || GLOBALS.contains(name)
    }

    /// The same place with more names bound.
    pub fn with_names(&self, names: Vec<String>) -> Self {
        let mut context = self.clone();
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
    pub between: Entered,
    /// Whether it is a computed attribute name, or the condition of an assertion: there the parser and the evaluator
    /// look at what form it has, so it is not replaced as a whole.
    pub is_name: bool,
}

/// All expressions of a program, by number.
pub fn places(root: &Expr) -> Vec<Place<'_>> {
    fn walk<'a>(expr: &'a Expr, between: &Entered, is_name: bool, found: &mut Vec<Place<'a>>) {
        found.push(Place { number: found.len(), expr, between: between.clone(), is_name });
        let fixed = fixed_children(expr);
        names::each_scoped(expr, &mut |child, entered| {
            let inner = Entered {
                names: between.names.iter().chain(&entered.names).cloned().collect(),
                is_repeated: between.is_repeated || entered.is_repeated,
                is_with: between.is_with || entered.is_with,
            };
            let is_name = fixed.iter().any(|it| std::ptr::eq(*it, child));
            walk(child, &inner, is_name, found);
        });
    }
    let mut found = Vec::new();
    walk(root, &Entered::default(), false, &mut found);
    found
}

/// Expressions directly inside that stand where their form matters.
fn fixed_children(expr: &Expr) -> Vec<&Expr> {
    let computed = |path: &'_ [AttrName]| -> Vec<*const Expr> {
        path.iter()
            .filter_map(|name| if let AttrName::Computed(expr) = name { Some(expr as _) } else { None })
            .collect()
    };
    let pointers: Vec<*const Expr> = match expr {
        Expr::Attrset { bindings, .. } | Expr::LetBody(bindings) | Expr::Let { bindings, .. } => {
            let paths = bindings.iter().filter_map(|binding| match binding {
                Binding::Value { path, .. } => Some(computed(path)),
                Binding::Inherit(_) => None,
            });
            paths.flatten().collect()
        }
        Expr::Select { path, .. } | Expr::HasAttribute { path, .. } => computed(path),
        Expr::Assert { condition, .. } => vec![&**condition as _],
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    expr.each_child(&mut |child| {
        if pointers.contains(&(child as *const Expr)) {
            found.push(child);
        }
    });
    found
}

/// A program after a rewrite.
#[derive(Clone, Debug)]
pub struct Rewritten {
    /// Which rewrite.
    pub rewrite: &'static str,
    /// What came of it.
    pub program: Expr,
}

/// Rewrites `program` at one place. The seed decides which rewrite is tried first and where; nothing where no rewrite
/// applies anywhere.
pub fn rewrite(program: &Expr, seed: u64) -> Option<Rewritten> {
    let first = seed as usize % ALL.len();
    (0..ALL.len()).find_map(|step| rewrite_by(ALL[(first + step) % ALL.len()], program, seed))
}

/// Applies one rewrite, at a place that the seed decides.
pub fn rewrite_by(rewrite: Rewrite, program: &Expr, seed: u64) -> Option<Rewritten> {
    if merges(program) {
        return None;
    }
    let places = places(program);
    let mut mentioned = BTreeSet::new();
    names::mentioned(program, &mut mentioned);
    let fresh = (0..).map(|number| format!("{FRESH}{number}")).find(|name| !mentioned.contains(name))?;
    let uses_xml = mentioned.contains("toXML");
    let start = (seed / ALL.len() as u64) as usize % places.len();
    (0..places.len()).find_map(|step| {
        let place = &places[(start + step) % places.len()];
        if place.is_name {
            return None;
        }
        let context = Context { fresh: &fresh, bound: place.between.names.clone(), uses_xml, seed };
        let new = (rewrite.apply)(place.expr, &context)?;
        let mut changed = program.clone();
        *changed.nth_mut(place.number)? = new;
        Some(Rewritten { rewrite: rewrite.name, program: changed })
    })
}

/// Whether the parser merges sets of the program, as in `{ a = rec { … }; a.b = …; }`. There an expression may see names
/// of a set that it does not stand in, which rewrites do not know of.
fn merges(program: &Expr) -> bool {
    let mut found = false;
    program.each(&mut |_, expr| {
        if let Expr::Attrset { bindings, .. } | Expr::LetBody(bindings) | Expr::Let { bindings, .. } = expr {
            let mut names = names::bound(bindings);
            names.sort();
            found |= names.windows(2).any(|pair| pair[0] == pair[1]);
        }
    });
    found
}

/// The program behind a set that makes all `names` known, in one order.
fn behind(names: &BTreeSet<String>, program: &Expr) -> Vec<u8> {
    let known = names.iter().map(|name| Binding::new(name.clone(), Expr::Integer(0))).collect();
    let known = Expr::Attrset { recursive: false, bindings: known };
    Expr::builtin("seq", [known, program.clone()]).to_source().into_bytes()
}

/// Judges a program by one rewrite of it.
pub fn judge(bench: &mut Bench, program: &Expr, seed: u64) -> Verdict {
    match rewrite(program, seed) {
        Some(rewritten) => judge_by(bench, program, &rewritten),
        None => Verdict::NotApplicable,
    }
}

/// Judges a program by a rewrite of it that was made already.
pub fn judge_by(bench: &mut Bench, program: &Expr, rewritten: &Rewritten) -> Verdict {
    let mut names = BTreeSet::new();
    names::mentioned(program, &mut names);
    names::mentioned(&rewritten.program, &mut names);
    let (one, other) = (behind(&names, program), behind(&names, &rewritten.program));
    let left = bench.run(&one, Task::STRICT, Variant::default());
    let right = bench.run(&other, Task::STRICT, Variant::default());
    let oracle = format!("rewrite ({})", rewritten.rewrite);
    bench.compare(&oracle, &one, Some(&other), (left, right), Alike::InMeaning)
}

#[cfg(test)]
mod tests;
