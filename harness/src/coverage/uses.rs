//! Which builtins a source uses, as far as its text tells: `builtins.NAME`, variables that no scope shadows,
//! `inherit (builtins) NAME`, and names under `with builtins;`.
//!
//! What operators call behind the scenes (`a - b` calls `__sub`) does not count as a use, and neither do names that are
//! computed (`builtins.${name}`).

use std::collections::{BTreeSet, HashMap};

use nix_evaluator::{
    builtins,
    heap::{Symbol, SymbolTable},
    syntax::{
        source::Pos,
        tree::{AttrKind, AttrName, Bindings, Expr, ExprId, Tree},
    },
};

/// The names, as attributes of `builtins`, that the expression `root` uses.
pub(super) fn of(tree: &Tree<'_>, root: ExprId, symbols: &SymbolTable) -> BTreeSet<&'static str> {
    let names: Vec<_> = builtins::names().collect();
    let mut walk = Walk {
        tree,
        globals: names.iter().map(|name| (symbols.intern(name.variable.as_bytes()), name.attribute)).collect(),
        attributes: names.iter().map(|name| (symbols.intern(name.attribute.as_bytes()), name.attribute)).collect(),
        bound: HashMap::new(),
        withs: 0,
        used: BTreeSet::new(),
        stack: vec![Step::Visit(root)],
    };
    walk.run();
    walk.used
}

/// Something that remains to be done.
#[derive(Clone, Copy)]
enum Step {
    Visit(ExprId),
    /// Look up a variable outside the set that it was inherited into.
    VisitInherited(Symbol, Pos),
    /// Enter the scope of a set, a `let` or a function.
    Enter(ExprId),
    /// Leave it.
    Leave(ExprId),
    /// What is after this is under `with builtins;`.
    EnterWith,
    LeaveWith,
}

struct Walk<'a, 't> {
    tree: &'a Tree<'t>,
    /// Variables that every source sees.
    globals: HashMap<Symbol, &'static str>,
    /// The attributes of `builtins`.
    attributes: HashMap<Symbol, &'static str>,
    /// How many of the scopes around define a name.
    bound: HashMap<Symbol, u32>,
    /// How many `with builtins;` there are around.
    withs: u32,
    used: BTreeSet<&'static str>,
    /// The last step is the next.
    stack: Vec<Step>,
}

impl Walk<'_, '_> {
    fn run(&mut self) {
        while let Some(step) = self.stack.pop() {
            let bottom = self.stack.len();
            match step {
                Step::Visit(expr) => self.visit(expr),
                Step::VisitInherited(name, pos) => self.variable(name, pos, 1),
                Step::Enter(expr) => self.count_names(expr, |count| *count += 1),
                Step::Leave(expr) => self.count_names(expr, |count| *count -= 1),
                Step::EnterWith => self.withs += 1,
                Step::LeaveWith => self.withs -= 1,
            }
            // Steps were pushed in the order in which they are to be done.
            self.stack[bottom..].reverse();
        }
    }

    /// Whether a scope defines the name, not counting the `inner` innermost of those that do.
    fn is_shadowed(&self, name: Symbol, inner: u32) -> bool {
        self.bound.get(&name).is_some_and(|count| *count > inner)
    }

    fn variable(&mut self, name: Symbol, pos: Pos, inner: u32) {
        // The parser makes up variables without a position.
        if pos == Pos::NONE || self.is_shadowed(name, inner) {
            return;
        }
        let under_with = if self.withs > 0 { self.attributes.get(&name) } else { None };
        self.used.extend(self.globals.get(&name).or(under_with));
    }

    /// Whether an expression is the variable `builtins`.
    fn is_builtins(&self, expr: ExprId) -> bool {
        match *self.tree.get(expr) {
            Expr::Var { name, pos } => {
                pos != Pos::NONE && self.globals.get(&name) == Some(&"builtins") && !self.is_shadowed(name, 0)
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

    /// The names that an expression brings into scope.
    fn count_names(&mut self, expr: ExprId, change: impl Fn(&mut u32)) {
        match self.tree.get(expr) {
            Expr::Attrs(bindings) | Expr::Let { bindings, .. } => {
                for attr in &bindings.attrs {
                    change(self.bound.entry(attr.name).or_default());
                }
            }
            Expr::Lambda(lambda) => {
                let formals = lambda.formals.iter().flat_map(|formals| formals.formals.iter());
                for name in lambda.argument.into_iter().chain(formals.map(|formal| formal.name)) {
                    change(self.bound.entry(name).or_default());
                }
            }
            _ => {}
        }
    }

    fn push_path(&mut self, path: &[AttrName]) {
        for name in path {
            if let AttrName::Dynamic(name) = name {
                self.stack.push(Step::Visit(*name));
            }
        }
    }

    fn push_bindings(&mut self, bindings: &Bindings<'_>, has_scope: bool) {
        self.stack.extend(bindings.inherit_from.iter().map(|from| Step::Visit(*from)));
        for attr in &bindings.attrs {
            match (attr.kind, self.tree.get(attr.value)) {
                (AttrKind::Inherited, Expr::Var { name, pos }) if has_scope => {
                    self.stack.push(Step::VisitInherited(*name, *pos));
                }
                _ => self.stack.push(Step::Visit(attr.value)),
            }
        }
        for attr in &bindings.dynamic {
            self.stack.extend([Step::Visit(attr.name), Step::Visit(attr.value)]);
        }
    }

    /// Counts `inherit (builtins) …`. Must be called where the scope is that the expressions in parentheses see.
    fn inherited(&mut self, bindings: &Bindings<'_>) {
        for attr in &bindings.attrs {
            if attr.kind == AttrKind::InheritedFrom
                && let Expr::Select { subject, path, .. } = self.tree.get(attr.value)
                && let Expr::InheritFrom { index, .. } = self.tree.get(*subject)
                && self.is_builtins(bindings.inherit_from[*index as usize])
            {
                self.attribute(path);
            }
        }
    }

    fn visit(&mut self, expr: ExprId) {
        let tree = self.tree;
        match tree.get(expr) {
            Expr::Int(_)
            | Expr::Float(_)
            | Expr::String(_)
            | Expr::Path(_)
            | Expr::CurrentPosition { .. }
            | Expr::InheritFrom { .. } => {}
            Expr::Var { name, pos } => self.variable(*name, *pos, 0),
            Expr::Select { subject, path, default, .. } => {
                if self.is_builtins(*subject) {
                    self.attribute(path);
                }
                self.stack.push(Step::Visit(*subject));
                self.stack.extend(default.map(Step::Visit));
                self.push_path(path);
            }
            Expr::HasAttr { subject, path } => {
                self.stack.push(Step::Visit(*subject));
                self.push_path(path);
            }
            Expr::Attrs(bindings) => {
                if bindings.recursive {
                    self.count_names(expr, |count| *count += 1);
                }
                self.inherited(bindings);
                self.push_bindings(bindings, bindings.recursive);
                if bindings.recursive {
                    self.stack.push(Step::Leave(expr));
                }
            }
            Expr::List(elements) => self.stack.extend(elements.iter().map(|element| Step::Visit(*element))),
            Expr::Lambda(lambda) => {
                self.stack.push(Step::Enter(expr));
                let formals = lambda.formals.iter().flat_map(|formals| formals.formals.iter());
                self.stack.extend(formals.filter_map(|formal| formal.default).map(Step::Visit));
                self.stack.extend([Step::Visit(lambda.body), Step::Leave(expr)]);
            }
            Expr::Call { function, arguments, .. } => {
                self.stack.push(Step::Visit(*function));
                self.stack.extend(arguments.iter().map(|argument| Step::Visit(*argument)));
            }
            Expr::Let { bindings, body } => {
                self.count_names(expr, |count| *count += 1);
                self.inherited(bindings);
                self.push_bindings(bindings, true);
                self.stack.extend([Step::Visit(*body), Step::Leave(expr)]);
            }
            Expr::With { namespace, body, .. } => {
                self.stack.push(Step::Visit(*namespace));
                if self.is_builtins(*namespace) {
                    self.stack.extend([Step::EnterWith, Step::Visit(*body), Step::LeaveWith]);
                } else {
                    self.stack.push(Step::Visit(*body));
                }
            }
            Expr::If { condition, consequence, alternative, .. } => {
                self.stack.extend([*condition, *consequence, *alternative].map(Step::Visit));
            }
            Expr::Assert { condition, body, .. } => self.stack.extend([*condition, *body].map(Step::Visit)),
            Expr::Not(operand) => self.stack.push(Step::Visit(*operand)),
            Expr::Equal(left, right)
            | Expr::NotEqual(left, right)
            | Expr::And { left, right, .. }
            | Expr::Or { left, right, .. }
            | Expr::Implies { left, right, .. }
            | Expr::Update { left, right, .. }
            | Expr::ConcatLists { left, right, .. } => self.stack.extend([*left, *right].map(Step::Visit)),
            Expr::ConcatStrings { parts, .. } => {
                self.stack.extend(parts.iter().map(|(_, part)| Step::Visit(*part)));
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
