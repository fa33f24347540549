//! Finds the first undefined variable. The reference does so when it binds variables (`bindVars`), before it evaluates
//! anything. “First” is in the order in which it walks the tree.

#![forbid(unsafe_code)]

use std::ops::ControlFlow;

use super::print;
use super::tree::{ExprId, Tree};
use super::walk::{Scopes, Visitor, walk};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use crate::source::Pos;
use crate::symbols::{Symbol, SymbolTable};

/// Fails with the first undefined variable. `globals` tells which names are defined around the source. Inside a `with`,
/// every name counts as defined.
pub fn check_scope(
    tree: &Tree<'_>,
    root: ExprId,
    symbols: &SymbolTable,
    globals: &dyn Fn(Symbol) -> bool,
) -> Result<(), Box<Error>> {
    let mut search = Search { globals, undefined: None };
    let _ = walk(tree, root, &mut search);
    match search.undefined {
        None => Ok(()),
        Some((name, pos)) => Err(undefined_variable(name, symbols).at(pos)),
    }
}

/// The error of an undefined variable.
pub fn undefined_variable(name: Symbol, symbols: &SymbolTable) -> Box<Error> {
    Error::new(ErrorKind::UndefinedVariable, hint("undefined variable '{}'", &[&print::identifier(symbols.name(name))]))
}

struct Search<'a> {
    globals: &'a dyn Fn(Symbol) -> bool,
    undefined: Option<(Symbol, Pos)>,
}

impl Visitor for Search<'_> {
    fn variable(&mut self, name: Symbol, pos: Pos, is_bound: bool, scopes: &Scopes) -> ControlFlow<()> {
        if scopes.is_under_with() || is_bound || (self.globals)(name) {
            return ControlFlow::Continue(());
        }
        self.undefined = Some((name, pos));
        ControlFlow::Break(())
    }
}
