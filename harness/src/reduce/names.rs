//! Gives short and readable names, once nothing else can be taken away.
//!
//! A name is exchanged everywhere it is written, as a variable, an attribute or a formal. What a program does can
//! depend on names being the same, and the caller's test does not mind which of two things of one name is meant.

use std::collections::BTreeSet;

use super::search::Search;
use crate::program::{AttrName, Binding, Expr, Parameter};

/// Names for functions, for arguments and for all else, in the order in which they are given.
const FUNCTIONS: [&str; 3] = ["f", "g", "h"];
const ARGUMENTS: [&str; 3] = ["x", "y", "z"];
const OTHERS: [&str; 8] = ["a", "b", "c", "d", "e", "p", "q", "r"];

/// Renames what the program has named itself, where it stays interesting.
pub(super) fn shorten(search: &mut Search<'_, Expr>) {
    let mut done = BTreeSet::new();
    loop {
        let best = search.best().clone();
        let Some((name, role)) = own_names(&best).into_iter().find(|(name, _)| done.insert(name.clone())) else {
            return;
        };
        if role.contains(&name.as_str()) {
            continue;
        }
        let used: BTreeSet<String> = all_names(&best);
        let free = role.iter().filter(|new| !used.contains(**new));
        let candidates = free.map(|new| {
            let mut candidate = best.clone();
            rename(&mut candidate, &name, new);
            (*new, candidate)
        });
        if let Some(new) = search.take_first(candidates) {
            done.insert(new.to_owned());
        }
    }
}

/// The names that the program binds or gives to attributes, in order, each with the names that suit it.
fn own_names(program: &Expr) -> Vec<(String, &'static [&'static str])> {
    let mut names: Vec<(String, &'static [&'static str])> = Vec::new();
    program.each(&mut |_, expr| match expr {
        Expr::Lambda(lambda) => match &lambda.parameter {
            Parameter::Name(name) => names.push((name.clone(), &ARGUMENTS)),
            Parameter::Pattern(pattern) => {
                names.extend(pattern.at.iter().map(|(name, _)| (name.clone(), &ARGUMENTS[..])));
                names.extend(pattern.formals.iter().map(|formal| (formal.name.clone(), &OTHERS[..])));
            }
        },
        Expr::Attrset { bindings, .. } | Expr::Let { bindings, .. } | Expr::LetBody(bindings) => {
            for binding in bindings {
                match binding {
                    Binding::Value { path, value } => {
                        let role: &[&str] = if matches!(**value, Expr::Lambda(_)) { &FUNCTIONS } else { &OTHERS };
                        names.extend(path.iter().filter_map(plain).map(|name| (name, role)));
                    }
                    Binding::Inherit(inherited) => {
                        names.extend(inherited.names.iter().map(|name| (name.clone(), &OTHERS[..])));
                    }
                }
            }
        }
        _ => {}
    });
    names
}

fn plain(name: &AttrName) -> Option<String> {
    match name {
        AttrName::Plain(name) => Some(name.clone()),
        AttrName::Text(_) | AttrName::Computed(_) => None,
    }
}

/// All names that are written anywhere.
fn all_names(program: &Expr) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = own_names(program).into_iter().map(|(name, _)| name).collect();
    program.each(&mut |_, expr| match expr {
        Expr::Variable(name) => {
            names.insert(name.clone());
        }
        Expr::Select { path, .. } | Expr::HasAttribute { path, .. } => names.extend(path.iter().filter_map(plain)),
        _ => {}
    });
    names
}

fn rename(expr: &mut Expr, from: &str, to: &str) {
    let exchange = |name: &mut String| {
        if name == from {
            to.clone_into(name);
        }
    };
    let in_path = |path: &mut Vec<AttrName>| {
        for name in path {
            if let AttrName::Plain(name) = name {
                exchange(name);
            }
        }
    };
    match expr {
        Expr::Variable(name) => exchange(name),
        Expr::Select { path, .. } | Expr::HasAttribute { path, .. } => in_path(path),
        Expr::Lambda(lambda) => match &mut lambda.parameter {
            Parameter::Name(name) => exchange(name),
            Parameter::Pattern(pattern) => {
                pattern.at.iter_mut().for_each(|(name, _)| exchange(name));
                pattern.formals.iter_mut().for_each(|formal| exchange(&mut formal.name));
            }
        },
        Expr::Attrset { bindings, .. } | Expr::Let { bindings, .. } | Expr::LetBody(bindings) => {
            for binding in bindings {
                match binding {
                    Binding::Value { path, .. } => in_path(path),
                    Binding::Inherit(inherited) => inherited.names.iter_mut().for_each(exchange),
                }
            }
        }
        _ => {}
    }
    expr.each_child_mut(&mut |child| rename(child, from, to));
}
