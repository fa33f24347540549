//! Which variable, if any, no scope defines. The reference finds that out when it binds variables, before it
//! evaluates anything, and reports the first one in the order in which it walks the tree (`bindVars`).

use rustc_hash::FxHashMap;

use super::print;
use super::source::Pos;
use super::tree::{AttrKind, AttrName, Bindings, Expr, ExprId, Tree};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use crate::heap::{Symbol, SymbolTable};

/// Fails with the first undefined variable. `globals` tells which names are defined around the source; every name is
/// as good as defined inside a `with`.
pub fn check_scope(
    tree: &Tree<'_>,
    root: ExprId,
    symbols: &SymbolTable,
    globals: &dyn Fn(Symbol) -> bool,
) -> Result<(), Box<Error>> {
    let mut walk = Walk { tree, globals, bound: FxHashMap::default(), withs: 0, stack: vec![Step::Visit(root)] };
    match walk.first_undefined() {
        None => Ok(()),
        Some((name, pos)) => Err(undefined_variable(name, symbols).at(pos)),
    }
}

/// What is said of a variable that nothing defines.
pub fn undefined_variable(name: Symbol, symbols: &SymbolTable) -> Box<Error> {
    Error::new(ErrorKind::UndefinedVariable, hint("undefined variable '{}'", &[&print::identifier(symbols.name(name))]))
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

struct Walk<'a, 't> {
    tree: &'a Tree<'t>,
    globals: &'a dyn Fn(Symbol) -> bool,
    /// How many of the scopes around define a name.
    bound: FxHashMap<Symbol, u32>,
    /// How many `with`s there are around.
    withs: u32,
    /// The last step is the next.
    stack: Vec<Step>,
}

impl Walk<'_, '_> {
    fn first_undefined(&mut self) -> Option<(Symbol, Pos)> {
        while let Some(step) = self.stack.pop() {
            let bottom = self.stack.len();
            match step {
                Step::Visit(expr) => {
                    if let Expr::Var { name, pos } = *self.tree.get(expr) {
                        if !self.is_defined(name, 0) {
                            return Some((name, pos));
                        }
                    } else {
                        self.visit(expr);
                    }
                }
                Step::VisitInherited(name, pos) => {
                    if !self.is_defined(name, 1) {
                        return Some((name, pos));
                    }
                }
                Step::Leave(expr) => self.count_names(expr, |count| *count -= 1),
                Step::EnterWith => self.withs += 1,
                Step::LeaveWith => self.withs -= 1,
            }
            // Steps were pushed in the order in which they are to be done.
            self.stack[bottom..].reverse();
        }
        None
    }

    /// Whether a scope defines the name, not counting the `inner` innermost of those that do.
    fn is_defined(&self, name: Symbol, inner: u32) -> bool {
        self.withs > 0 || self.bound.get(&name).is_some_and(|count| *count > inner) || (self.globals)(name)
    }

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
            Expr::Attrs(bindings) => {
                if bindings.recursive {
                    self.enter(expr);
                }
                self.push_bindings(bindings, bindings.recursive);
                if bindings.recursive {
                    self.stack.push(Step::Leave(expr));
                }
            }
            Expr::List(elements) => self.stack.extend(elements.iter().map(|element| Step::Visit(*element))),
            Expr::Lambda(lambda) => {
                self.enter(expr);
                let formals = lambda.formals.iter().flat_map(|formals| formals.formals.iter());
                self.stack.extend(formals.filter_map(|formal| formal.default).map(Step::Visit));
                self.push([lambda.body]);
                self.stack.push(Step::Leave(expr));
            }
            Expr::Call { function, arguments, .. } => {
                self.push([*function]);
                self.stack.extend(arguments.iter().map(|argument| Step::Visit(*argument)));
            }
            Expr::Let { bindings, body } => {
                self.enter(expr);
                self.push_bindings(bindings, true);
                self.push([*body]);
                self.stack.push(Step::Leave(expr));
            }
            Expr::With { namespace, body, .. } => {
                self.push([*namespace]);
                self.stack.push(Step::EnterWith);
                self.push([*body]);
                self.stack.push(Step::LeaveWith);
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
    }
}
