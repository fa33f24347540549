//! Builds lambdas, their patterns, and `let … in`.

use super::Entry;
use super::{Actions, Reduced, Value};
use crate::errors::Error;
use crate::errors::highlight::hint;
use crate::lexer::{Lexer, Text};
use crate::source::Pos;
use crate::symbols::Symbol;
use crate::tree::{Bindings, Expr, ExprId, Formal, Formals, Lambda};

impl<'t> Actions<'_, 't> {
    pub(super) fn lambda(&mut self, argument: Text, body: ExprId, pos: Pos, lexer: &Lexer<'_>) -> Reduced {
        let argument = Some(self.intern(lexer, argument));
        self.add_lambda(Lambda { pos, name: None, argument, formals: None, body })
    }

    pub(super) fn pattern_lambda(
        &mut self,
        pattern: &Entry,
        argument: Option<Text>,
        body: ExprId,
        pos: Pos,
        lexer: &Lexer<'_>,
    ) -> Reduced {
        let argument = argument.map(|text| self.intern(lexer, text));
        let Value::Formals(start, ellipsis) = pattern.value else {
            unreachable!("the grammar puts a pattern here, not {:?}", pattern.value)
        };
        let mut formals: Vec<Formal> = self.formals.drain(start as usize..).collect();
        self.validate_formals(&mut formals, argument, pos)?;
        let formals = self.tree.bump().alloc_slice_copy(&formals);
        let formals = Some(Formals { formals, ellipsis });
        self.add_lambda(Lambda { pos, name: None, argument, formals, body })
    }

    fn add_lambda(&mut self, lambda: Lambda<'t>) -> Reduced {
        let lambda = self.tree.bump().alloc(lambda);
        self.add(Expr::Lambda(lambda))
    }

    /// Sorts the formals and refuses duplicate names. Of several duplicates it reports the one with the oldest symbol.
    fn validate_formals(&self, formals: &mut [Formal], argument: Option<Symbol>, pos: Pos) -> Result<(), Box<Error>> {
        formals.sort_unstable_by_key(|formal| (formal.name, formal.pos));
        let twice = formals.windows(2).find(|pair| pair[0].name == pair[1].name);
        let duplicate = twice.map(|pair| (pair[1].name, pair[1].pos)).or_else(|| {
            let argument = argument?;
            formals.binary_search_by_key(&argument, |formal| formal.name).ok()?;
            Some((argument, pos))
        });
        match duplicate {
            None => Ok(()),
            Some((name, pos)) => {
                let message = hint("duplicate formal function argument '{}'", &[self.symbols.name(name)]);
                Err(self.error(pos, message))
            }
        }
    }

    pub(super) fn formal(&mut self, name: Text, default: Option<ExprId>, pos: Pos, lexer: &Lexer<'_>) -> Reduced {
        let name = self.intern(lexer, name);
        self.formals.push(Formal { pos, name, default });
        Ok(Value::Formals(self.formals.len() as u32 - 1, false))
    }

    /// `let bindings in body`; the node of the bindings becomes the `let`.
    pub(super) fn let_in(&mut self, bindings: ExprId, body: ExprId, pos: Pos) -> Reduced {
        let bump = self.tree.bump();
        let none = Bindings::new(bump, Pos::NONE);
        let bindings_of_set = std::mem::replace(self.bindings(bindings), none);
        if !bindings_of_set.dynamic.is_empty() {
            return Err(self.error(pos, "dynamic attributes not allowed in let"));
        }
        *self.tree.get_mut(bindings) = Expr::Let { bindings: bump.alloc(bindings_of_set), body };
        Ok(Value::Expr(bindings))
    }

    /// Names a function after its binding, and the functions that are its body too.
    pub(super) fn name_lambda(&mut self, mut expr: ExprId, name: Symbol) {
        while let Expr::Lambda(lambda) = self.tree.get_mut(expr) {
            lambda.name = Some(name);
            expr = lambda.body;
        }
    }
}
