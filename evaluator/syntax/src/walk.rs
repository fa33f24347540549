//! Goes through a tree and knows which names are in scope at each place, in the order in which the reference binds
//! variables (`bindVars`).

#![forbid(unsafe_code)]

use std::ops::ControlFlow;

use rustc_hash::FxHashMap;

use super::tree::{AttrKind, AttrName, Bindings, Expr, ExprId, Tree};
use crate::source::Pos;
use crate::symbols::Symbol;

/// Who is told what a walk meets.
pub trait Visitor {
    /// A variable, also one that a set inherits; `is_bound` tells whether a set, a `let` or a function around it defines
    /// the name. The walk ends where this breaks.
    fn variable(&mut self, name: Symbol, pos: Pos, is_bound: bool, scopes: &Scopes) -> ControlFlow<()>;

    /// Any other expression, before what is in it. For one that defines names the scope is its own.
    fn expression(&mut self, _expr: ExprId, _scopes: &Scopes) {}

    /// Whether a `with` of this namespace counts for [`Scopes::is_under_with`].
    fn counts_with(&mut self, _namespace: ExprId, _scopes: &Scopes) -> bool {
        true
    }
}

/// The scopes around a place.
#[derive(Default)]
pub struct Scopes {
    /// How many of them define a name.
    bound: FxHashMap<Symbol, u32>,
    withs: u32,
}

impl Scopes {
    /// Whether a set, a `let` or a function defines the name.
    pub fn binds(&self, name: Symbol) -> bool {
        self.count(name) > 0
    }

    /// Whether a `with` that counts is around.
    pub fn is_under_with(&self) -> bool {
        self.withs > 0
    }

    fn count(&self, name: Symbol) -> u32 {
        self.bound.get(&name).copied().unwrap_or(0)
    }
}

/// Walks through the expression `root`; breaks where the visitor does.
pub fn walk(tree: &Tree<'_>, root: ExprId, visitor: &mut impl Visitor) -> ControlFlow<()> {
    let mut walk = Walk { tree, visitor, scopes: Scopes::default(), stack: vec![Step::Visit(root)] };
    while let Some(step) = walk.stack.pop() {
        let bottom = walk.stack.len();
        walk.step(step)?;
        // Steps were pushed in the order in which they are to be done.
        walk.stack[bottom..].reverse();
    }
    ControlFlow::Continue(())
}

/// Something that remains to be done.
#[derive(Clone, Copy)]
enum Step {
    Visit(ExprId),
    /// Look up a variable outside the set that it was inherited into.
    VisitInherited(Symbol, Pos),
    /// Leave the scope of a set, a `let` or a function.
    Leave(ExprId),
    EnterWith,
    LeaveWith,
}

struct Walk<'a, 't, V> {
    tree: &'a Tree<'t>,
    visitor: &'a mut V,
    scopes: Scopes,
    /// The last step is the next.
    stack: Vec<Step>,
}

impl<V: Visitor> Walk<'_, '_, V> {
    fn step(&mut self, step: Step) -> ControlFlow<()> {
        match step {
            Step::Visit(expr) => {
                if let Expr::Var { name, pos } = *self.tree.get(expr) {
                    return self.variable(name, pos, 0);
                }
                self.visit(expr);
            }
            Step::VisitInherited(name, pos) => return self.variable(name, pos, 1),
            Step::Leave(expr) => self.count_names(expr, |count| *count -= 1),
            Step::EnterWith => self.scopes.withs += 1,
            Step::LeaveWith => self.scopes.withs -= 1,
        }
        ControlFlow::Continue(())
    }

    /// `inner` is how many of the innermost scopes that define the name the variable does not see.
    fn variable(&mut self, name: Symbol, pos: Pos, inner: u32) -> ControlFlow<()> {
        let is_bound = self.scopes.count(name) > inner;
        self.visitor.variable(name, pos, is_bound, &self.scopes)
    }

    fn count_names(&mut self, expr: ExprId, change: impl Fn(&mut u32)) {
        let bound = &mut self.scopes.bound;
        match self.tree.get(expr) {
            Expr::Attrs(bindings) | Expr::Let { bindings, .. } => {
                for attr in &bindings.attrs {
                    change(bound.entry(attr.name).or_default());
                }
            }
            Expr::Lambda(lambda) => {
                let formals = lambda.formals.iter().flat_map(|formals| formals.formals.iter());
                for name in lambda.argument.into_iter().chain(formals.map(|formal| formal.name)) {
                    change(bound.entry(name).or_default());
                }
            }
            _ => {}
        }
    }

    fn enter(&mut self, expr: ExprId) {
        self.count_names(expr, |count| *count += 1);
    }

    fn push<const COUNT: usize>(&mut self, exprs: [ExprId; COUNT]) {
        self.stack.extend(exprs.map(Step::Visit));
    }

    fn push_path(&mut self, path: &[AttrName]) {
        for name in path {
            if let AttrName::Dynamic(name) = name {
                self.push([*name]);
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
                _ => self.push([attr.value]),
            }
        }
        for attr in &bindings.dynamic {
            self.push([attr.name, attr.value]);
        }
    }

    fn visit(&mut self, expr: ExprId) {
        let defines_names = match self.tree.get(expr) {
            Expr::Attrs(bindings) => bindings.recursive,
            Expr::Lambda(_) | Expr::Let { .. } => true,
            _ => false,
        };
        if defines_names {
            self.enter(expr);
        }
        self.visitor.expression(expr, &self.scopes);
        match self.tree.get(expr) {
            Expr::Int(_)
            | Expr::Float(_)
            | Expr::String(_)
            | Expr::Path(_)
            | Expr::Var { .. }
            | Expr::CurrentPosition { .. }
            | Expr::InheritFrom { .. } => {}
            Expr::Select { subject, path, default, .. } => {
                self.push([*subject]);
                self.stack.extend(default.map(Step::Visit));
                self.push_path(path);
            }
            Expr::HasAttr { subject, path } => {
                self.push([*subject]);
                self.push_path(path);
            }
            Expr::Attrs(bindings) => self.push_bindings(bindings, bindings.recursive),
            Expr::List(elements) => self.stack.extend(elements.iter().map(|element| Step::Visit(*element))),
            Expr::Lambda(lambda) => {
                let formals = lambda.formals.iter().flat_map(|formals| formals.formals.iter());
                self.stack.extend(formals.filter_map(|formal| formal.default).map(Step::Visit));
                self.push([lambda.body]);
            }
            Expr::Call { function, arguments, .. } => {
                self.push([*function]);
                self.stack.extend(arguments.iter().map(|argument| Step::Visit(*argument)));
            }
            Expr::Let { bindings, body } => {
                self.push_bindings(bindings, true);
                self.push([*body]);
            }
            Expr::With { namespace, body, .. } => {
                self.push([*namespace]);
                if self.visitor.counts_with(*namespace, &self.scopes) {
                    self.stack.extend([Step::EnterWith, Step::Visit(*body), Step::LeaveWith]);
                } else {
                    self.push([*body]);
                }
            }
            Expr::If { condition, consequence, alternative, .. } => {
                self.push([*condition, *consequence, *alternative]);
            }
            Expr::Assert { condition, body, .. } => self.push([*condition, *body]),
            Expr::Not(operand) => self.push([*operand]),
            Expr::Equal(left, right)
            | Expr::NotEqual(left, right)
            | Expr::And { left, right, .. }
            | Expr::Or { left, right, .. }
            | Expr::Implies { left, right, .. }
            | Expr::Update { left, right, .. }
            | Expr::ConcatLists { left, right, .. } => self.push([*left, *right]),
            Expr::ConcatStrings { parts, .. } => self.stack.extend(parts.iter().map(|(_, part)| Step::Visit(*part))),
        }
        if defines_names {
            self.stack.push(Step::Leave(expr));
        }
    }
}
