//! Walks a tree and knows which names are in scope at each expression, in the order in which the reference binds
//! variables (`bindVars`).

#![forbid(unsafe_code)]

use std::ops::ControlFlow;

use rustc_hash::FxHashMap;

use super::tree::{AttrKind, AttrName, Bindings, Expr, ExprId, Tree};
use crate::source::Pos;
use crate::symbols::Symbol;

/// Receives what a walk visits.
pub trait Visitor {
    /// Visits a variable, also one that a set inherits. `is_bound` tells whether a set, a `let` or a function around it
    /// defines the name. Breaking ends the walk.
    fn variable(&mut self, name: Symbol, pos: Pos, is_bound: bool, scopes: &Scopes) -> ControlFlow<()>;

    /// Visits any other expression, before its children. For one that defines names, `scopes` includes its own scope.
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

/// Walks through the expression `root`. Breaks where the visitor does.
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

    /// Visits a variable. It does not see the `inner` innermost scopes that define its name.
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
            Expr::Attrs(bindings) => self.push_bindings(bindings, bindings.recursive),
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
            other => other.children(&mut Visits(&mut self.stack)),
        }
        if defines_names {
            self.stack.push(Step::Leave(expr));
        }
    }
}

/// Collects expressions to visit, as steps.
struct Visits<'s>(&'s mut Vec<Step>);

impl Extend<ExprId> for Visits<'_> {
    #[inline(always)]
    fn extend<I: IntoIterator<Item = ExprId>>(&mut self, exprs: I) {
        self.0.extend(exprs.into_iter().map(Step::Visit));
    }
}

impl Expr<'_> {
    /// Appends the direct children of this expression to `to`, in the order in which the reference binds their variables.
    #[inline]
    pub fn children(&self, to: &mut impl Extend<ExprId>) {
        match self {
            Expr::Int(_)
            | Expr::Float(_)
            | Expr::String(_)
            | Expr::Path(_)
            | Expr::Var { .. }
            | Expr::CurrentPosition { .. }
            | Expr::InheritFrom { .. } => {}
            Expr::Select { subject, path, default, .. } => {
                to.extend([*subject]);
                to.extend(*default);
                to.extend(computed(path));
            }
            Expr::HasAttr { subject, path } => {
                to.extend([*subject]);
                to.extend(computed(path));
            }
            Expr::Attrs(bindings) => bindings.children(to),
            Expr::List(elements) => to.extend(elements.iter().copied()),
            Expr::Lambda(lambda) => {
                let formals = lambda.formals.iter().flat_map(|formals| formals.formals.iter());
                to.extend(formals.filter_map(|formal| formal.default));
                to.extend([lambda.body]);
            }
            Expr::Call { function, arguments, .. } => {
                to.extend([*function]);
                to.extend(arguments.iter().copied());
            }
            Expr::Let { bindings, body } => {
                bindings.children(to);
                to.extend([*body]);
            }
            Expr::If { condition, consequence, alternative, .. } => {
                to.extend([*condition, *consequence, *alternative]);
            }
            Expr::Not(operand) => to.extend([*operand]),
            Expr::With { namespace: left, body: right, .. }
            | Expr::Assert { condition: left, body: right, .. }
            | Expr::Equal(left, right)
            | Expr::NotEqual(left, right)
            | Expr::And { left, right, .. }
            | Expr::Or { left, right, .. }
            | Expr::Implies { left, right, .. }
            | Expr::Update { left, right, .. }
            | Expr::ConcatLists { left, right, .. } => to.extend([*left, *right]),
            Expr::ConcatStrings { parts, .. } => to.extend(parts.iter().map(|(_, part)| *part)),
        }
    }
}

impl Bindings<'_> {
    fn children(&self, to: &mut impl Extend<ExprId>) {
        to.extend(self.inherit_from.iter().copied());
        to.extend(self.attrs.iter().map(|attr| attr.value));
        to.extend(self.dynamic.iter().flat_map(|attr| [attr.name, attr.value]));
    }
}

/// The names of an attribute path that are computed.
fn computed(path: &[AttrName]) -> impl Iterator<Item = ExprId> {
    path.iter().filter_map(|name| match name {
        AttrName::Static(_) => None,
        AttrName::Dynamic(name) => Some(*name),
    })
}
