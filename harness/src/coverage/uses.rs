//! Which builtins a source uses, as far as its text tells: `builtins.NAME`, variables that no scope shadows,
//! `inherit (builtins) NAME`, and names under `with builtins;`.
//!
//! What operators call behind the scenes (`a - b` calls `__sub`) does not count as a use, and neither do names that are
//! computed (`builtins.${name}`).

use std::{
    collections::{BTreeSet, HashMap},
    ops::ControlFlow,
};

use nix_evaluator::{
    builtins,
    source::Pos,
    symbols::{Symbol, SymbolTable},
    syntax::{
        tree::{AttrKind, AttrName, Bindings, Expr, ExprId, Tree},
        walk::{Scopes, Visitor, walk},
    },
};

/// The names, as attributes of `builtins`, that the expression `root` uses.
pub(super) fn of(tree: &Tree<'_>, root: ExprId, symbols: &SymbolTable) -> BTreeSet<&'static str> {
    let names: Vec<_> = builtins::names().collect();
    let mut uses = Uses {
        tree,
        globals: names.iter().map(|name| (symbols.intern(name.variable.as_bytes()), name.attribute)).collect(),
        attributes: names.iter().map(|name| (symbols.intern(name.attribute.as_bytes()), name.attribute)).collect(),
        used: BTreeSet::new(),
    };
    let _ = walk(tree, root, &mut uses);
    uses.used
}

struct Uses<'a, 't> {
    tree: &'a Tree<'t>,
    /// Variables that every source sees.
    globals: HashMap<Symbol, &'static str>,
    /// The attributes of `builtins`.
    attributes: HashMap<Symbol, &'static str>,
    used: BTreeSet<&'static str>,
}

impl Visitor for Uses<'_, '_> {
    fn variable(&mut self, name: Symbol, pos: Pos, is_bound: bool, scopes: &Scopes) -> ControlFlow<()> {
        // The parser makes up variables without a position.
        if pos != Pos::NONE && !is_bound {
            let under_with = if scopes.is_under_with() { self.attributes.get(&name) } else { None };
            self.used.extend(self.globals.get(&name).or(under_with));
        }
        ControlFlow::Continue(())
    }

    fn expression(&mut self, expr: ExprId, scopes: &Scopes) {
        match self.tree.get(expr) {
            Expr::Select { subject, path, .. } if self.is_builtins(*subject, scopes) => self.attribute(path),
            Expr::Attrs(bindings) | Expr::Let { bindings, .. } => self.inherited(bindings, scopes),
            _ => {}
        }
    }

    /// Only a `with builtins;` brings names of builtins into scope.
    fn counts_with(&mut self, namespace: ExprId, scopes: &Scopes) -> bool {
        self.is_builtins(namespace, scopes)
    }
}

impl Uses<'_, '_> {
    /// Whether an expression is the variable `builtins`.
    fn is_builtins(&self, expr: ExprId, scopes: &Scopes) -> bool {
        match *self.tree.get(expr) {
            Expr::Var { name, pos } => {
                pos != Pos::NONE && self.globals.get(&name) == Some(&"builtins") && !scopes.binds(name)
            }
            _ => false,
        }
    }

    /// Counts what a path selects from `builtins`, which contains itself.
    fn attribute(&mut self, path: &[AttrName]) {
        for name in path {
            let AttrName::Static(name) = name else { return };
            let used = self.attributes.get(name).copied();
            self.used.extend(used);
            if used != Some("builtins") {
                return;
            }
        }
    }

    /// Counts `inherit (builtins) …`.
    fn inherited(&mut self, bindings: &Bindings<'_>, scopes: &Scopes) {
        for attr in &bindings.attrs {
            if attr.kind == AttrKind::InheritedFrom
                && let Expr::Select { subject, path, .. } = self.tree.get(attr.value)
                && let Expr::InheritFrom { index, .. } = self.tree.get(*subject)
                && self.is_builtins(bindings.inherit_from[*index as usize], scopes)
            {
                self.attribute(path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Group, tests::check};

    fn uses(text: &str, names: &[&str]) {
        check(Group::Builtin, text, names);
    }

    #[test]
    fn attributes_and_variables() {
        uses("builtins.head", &["builtins", "head"]);
        uses("builtins.head or null", &["builtins", "head", "null"]);
        uses("builtins.builtins.length [ ]", &["builtins", "length"]);
        uses("map (x: __add x 1)", &["add", "map"]);
        uses("head", &[]);
        uses("builtins.\"tail\"", &["builtins", "tail"]);
        uses("builtins.${\"x\" + \"y\"}", &["builtins"]);
        uses("x.head", &[]);
    }

    #[test]
    fn shadowed_names_are_not_used() {
        uses("let map = 1; in map", &[]);
        uses("map: map", &[]);
        uses("{ map ? toString }: map", &["toString"]);
        uses("(map: 1) map", &["map"]);
        uses("rec { builtins = { }; a = builtins.head; }", &[]);
        uses("{ builtins = { }; a = builtins.head; }", &["builtins", "head"]);
        uses("let builtins = { }; inherit (builtins) head; in head", &[]);
    }

    #[test]
    fn inherited_names_are_used() {
        uses("{ inherit (builtins) head tail; }", &["builtins", "head", "tail"]);
        uses("let inherit (builtins) head; in 1", &["builtins", "head"]);
        uses("rec { inherit map; }", &["map"]);
        uses("{ inherit map; }", &["map"]);
    }

    #[test]
    fn names_under_with() {
        uses("with builtins; head [ ]", &["builtins", "head"]);
        uses("let head = 1; in with builtins; head", &["builtins"]);
        uses("with { }; head", &[]);
        uses("[ (with builtins; 1) head ]", &["builtins"]);
    }

    #[test]
    fn operators_are_no_uses() {
        uses("1 - 2 * 3 < 4", &[]);
    }
}
