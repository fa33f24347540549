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
            other => self.stack.extend(other.children().map(Step::Visit)),
        }
        if defines_names {
            self.stack.push(Step::Leave(expr));
        }
    }
}

impl<'t> Expr<'t> {
    /// The expressions directly inside this one, in the order in which the reference binds their variables.
    #[inline]
    pub fn children<'e>(&'e self) -> Children<'e, 't> {
        Children { expr: self, place: 0 }
    }

    /// What stands at this place: an expression, nothing (a name that is not computed, a default that is not there), or
    /// the end of all places.
    #[inline]
    fn child(&self, place: usize) -> Option<Option<ExprId>> {
        let computed = |name: &AttrName| match name {
            AttrName::Static(_) => None,
            AttrName::Dynamic(name) => Some(*name),
        };
        match self {
            Expr::Int(_)
            | Expr::Float(_)
            | Expr::String(_)
            | Expr::Path(_)
            | Expr::Var { .. }
            | Expr::CurrentPosition { .. }
            | Expr::InheritFrom { .. } => None,
            Expr::Select { subject, path, default, .. } => match place {
                0 => Some(Some(*subject)),
                1 => Some(*default),
                _ => path.get(place - 2).map(computed),
            },
            Expr::HasAttr { subject, path } => match place {
                0 => Some(Some(*subject)),
                _ => path.get(place - 1).map(computed),
            },
            Expr::Attrs(bindings) => bindings.child(place).map(Some),
            Expr::List(elements) => elements.get(place).copied().map(Some),
            Expr::Lambda(lambda) => {
                let formals = lambda.formals.as_ref().map_or(&[][..], |formals| formals.formals);
                match formals.get(place) {
                    Some(formal) => Some(formal.default),
                    None => (place == formals.len()).then_some(Some(lambda.body)),
                }
            }
            Expr::Call { function, arguments, .. } => match place {
                0 => Some(Some(*function)),
                _ => arguments.get(place - 1).copied().map(Some),
            },
            Expr::Let { bindings, body } => match bindings.child(place) {
                Some(child) => Some(Some(child)),
                None => (place == bindings.children()).then_some(Some(*body)),
            },
            Expr::If { condition, consequence, alternative, .. } => {
                [*condition, *consequence, *alternative].get(place).copied().map(Some)
            }
            Expr::Not(operand) => (place == 0).then_some(Some(*operand)),
            Expr::With { namespace: left, body: right, .. }
            | Expr::Assert { condition: left, body: right, .. }
            | Expr::Equal(left, right)
            | Expr::NotEqual(left, right)
            | Expr::And { left, right, .. }
            | Expr::Or { left, right, .. }
            | Expr::Implies { left, right, .. }
            | Expr::Update { left, right, .. }
            | Expr::ConcatLists { left, right, .. } => [*left, *right].get(place).copied().map(Some),
            Expr::ConcatStrings { parts, .. } => parts.get(place).map(|(_, part)| Some(*part)),
        }
    }
}

impl Bindings<'_> {
    /// How many expressions are directly in these bindings.
    fn children(&self) -> usize {
        self.inherit_from.len() + self.attrs.len() + 2 * self.dynamic.len()
    }

    fn child(&self, place: usize) -> Option<ExprId> {
        if let Some(from) = self.inherit_from.get(place) {
            return Some(*from);
        }
        let place = place - self.inherit_from.len();
        if let Some(attr) = self.attrs.get(place) {
            return Some(attr.value);
        }
        let place = place - self.attrs.len();
        self.dynamic.get(place / 2).map(|attr| if place.is_multiple_of(2) { attr.name } else { attr.value })
    }
}

/// What [`Expr::children`] goes through.
pub struct Children<'e, 't> {
    expr: &'e Expr<'t>,
    place: usize,
}

impl Iterator for Children<'_, '_> {
    type Item = ExprId;

    #[inline]
    fn next(&mut self) -> Option<ExprId> {
        loop {
            let child = self.expr.child(self.place)?;
            self.place += 1;
            if child.is_some() {
                return child;
            }
        }
    }
}
