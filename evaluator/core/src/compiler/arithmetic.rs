//! Compiles the operators that are calls of builtins, and emits shortcuts for arithmetic on evaluated integers.
//!
//! A *fast* instruction precedes the general code of its operator. It skips that code where both operands are evaluated
//! integers. A *speculative* instruction precedes the instruction that builds a thunk. It pushes the result in place of
//! the thunk.

use super::Compiler;
use crate::bytecode::{Capture, Note, Op, Operand, Operands};
use crate::source::Pos;
use crate::symbols::Symbol;
use crate::symbols::known;
use crate::syntax::tree::{Expr, ExprId};

/// An operator that the parser turns into a call of a builtin.
struct Operator {
    op: Op,
    fast: Option<fn(Operands) -> Op>,
    speculative: Option<fn(Operands) -> Op>,
    builtin: &'static str,
}

impl<'h> Compiler<'_, '_, 'h> {
    /// The operator for a name, if the name still refers to the builtin.
    fn builtin_operator(&self, name: Symbol) -> Option<Operator> {
        if self.environment.plain {
            return None;
        }
        let operator = match name {
            known::SUB => Operator {
                op: Op::Subtract,
                fast: Some(Op::FastSubtract),
                speculative: Some(Op::SpeculativeSubtract),
                builtin: "sub",
            },
            known::MUL => Operator {
                op: Op::Multiply,
                fast: Some(Op::FastMultiply),
                speculative: Some(Op::SpeculativeMultiply),
                builtin: "mul",
            },
            known::DIV => Operator { op: Op::Divide, fast: Some(Op::FastDivide), speculative: None, builtin: "div" },
            known::LESS_THAN => {
                Operator { op: Op::LessThan, fast: Some(Op::FastLessThan), speculative: None, builtin: "lessThan" }
            }
            _ => return None,
        };
        let hidden =
            self.scopes.resolve(name).is_some() || self.environment.extra_scope.is_some_and(|s| s.get(name).is_some());
        (!hidden).then_some(operator)
    }

    /// The operator and the operands of a call, if the parser made the call for an operator.
    fn as_operator(&self, function: ExprId, arguments: &[ExprId]) -> Option<(Operator, ExprId, ExprId)> {
        match (self.tree.get(function), arguments) {
            (Expr::Var { name, .. }, [left, right]) => Some((self.builtin_operator(*name)?, *left, *right)),
            _ => None,
        }
    }

    /// Emits an instruction instead of a call, if the parser made the call for an operator and the name still refers to
    /// the builtin. Returns whether it did.
    pub(super) fn operator_call(&mut self, function: ExprId, arguments: &[ExprId], pos: Pos) -> bool {
        let Some((operator, left, right)) = self.as_operator(function, arguments) else { return false };
        let fast = operator.fast.and_then(|fast| self.begin_fast(left, right, fast));
        // The reference counts the call that an operator is while it evaluates the operands. One that is too deep fails
        // here, before it is a call.
        self.emit_at(Op::EnterCall, 0, pos);
        let start = self.here();
        self.operand(left);
        self.operand(right);
        self.emit_at(operator.op, -1, Pos::NONE);
        if operator.op == Op::LessThan {
            self.emit(Op::LeaveCall, 0);
        }
        self.region(start, Note::Builtin(operator.builtin, pos));
        if let Some(fast) = fast {
            self.end_fast(fast);
        }
        true
    }

    /// Emits an operand of an operator that is a call of a builtin. The builtin forces a variable, without a position.
    fn operand(&mut self, id: ExprId) {
        if let Expr::Var { name, .. } = self.tree.get(id)
            && let Some(binding) = self.scopes.resolve(*name)
        {
            let capture = self.access_here(binding);
            return self.force_binding(capture, Pos::NONE);
        }
        self.strict(id);
    }

    /// Emits a fast instruction for an operator with simple operands. Returns its index for [`Compiler::end_fast`].
    pub(super) fn begin_fast(&mut self, left: ExprId, right: ExprId, op: fn(Operands) -> Op) -> Option<u32> {
        if self.environment.plain {
            return None;
        }
        let operands = self.operands(left, right)?;
        let index = self.here();
        self.emit(op(operands), 0);
        Some(index)
    }

    /// Two operands, if both are variables or small integers and at least one is a variable.
    fn operands(&mut self, left: ExprId, right: ExprId) -> Option<Operands> {
        if matches!((self.tree.get(left), self.tree.get(right)), (Expr::Int(_), Expr::Int(_))) {
            return None;
        }
        Some(Operands { left: self.simple_operand(left)?, right: self.simple_operand(right)?, more: 0 })
    }

    fn simple_operand(&mut self, id: ExprId) -> Option<Operand> {
        match self.tree.get(id) {
            Expr::Int(value) => Operand::int(*value),
            Expr::Var { name, .. } => {
                let binding = self.scopes.resolve(*name)?;
                if self.is_pending(binding) {
                    return None;
                }
                match self.access_here(binding) {
                    Capture::Local(slot) | Capture::Deferred(slot) => Operand::local(slot),
                    Capture::Upvalue(number) => Operand::upvalue(number),
                }
            }
            _ => None,
        }
    }

    /// Emits code that pushes a slot for `id`, the argument of a call.
    pub(super) fn argument(&mut self, id: ExprId) {
        match self.tree.get(id) {
            Expr::Call { .. } | Expr::ConcatStrings { .. } => self.delayed_computation(id, true),
            _ => self.delayed(id),
        }
    }

    /// Emits code that pushes a thunk of `id`, or its result if that is known by then. `is_argument` decides whether
    /// such a result needs a thunk of its own.
    pub(super) fn delayed_computation(&mut self, id: ExprId, is_argument: bool) {
        let speculative = match self.tree.get(id) {
            _ if self.environment.plain => None,
            Expr::Call { function, arguments, .. } => self
                .as_operator(*function, arguments)
                .and_then(|(operator, left, right)| Some((operator.speculative?, left, right, true))),
            Expr::ConcatStrings { parts, force_string: false, .. } => match &parts[..] {
                [(_, left), (_, right)] => Some((Op::SpeculativeAdd as fn(Operands) -> Op, *left, *right, false)),
                _ => None,
            },
            _ => None,
        };
        let Some((op, left, right, is_call)) = speculative else { return self.thunk(id) };
        let Some(operands) = self.operands(left, right) else { return self.thunk(id) };
        let op_at = self.here();
        self.emit(op(Operands { more: u8::from(is_argument), ..operands }), 0);
        let (prototype, chunk) = self.thunk_prototype(id);
        debug_assert_eq!(self.here(), op_at + 1, "the thunk comes next");
        if is_call {
            let site = self.environment.speculation_sites.add(chunk);
            self.set_site(prototype, site);
        }
        self.emit(Op::Thunk(prototype), 1);
    }

    /// Whether `+` needs no look at its left operand: at a number, or at what another `+` gave, which has looked.
    pub(super) fn is_summand(&self, id: ExprId) -> bool {
        match self.tree.get(id) {
            Expr::Int(_) | Expr::Float(_) | Expr::ConcatStrings { .. } => true,
            Expr::Call { function, arguments, .. } => self
                .as_operator(*function, arguments)
                .is_some_and(|(Operator { op, .. }, ..)| matches!(op, Op::Subtract | Op::Multiply | Op::Divide)),
            _ => false,
        }
    }

    /// Whether the code of an expression can only give a boolean.
    pub(super) fn is_boolean(&self, id: ExprId) -> bool {
        match self.tree.get(id) {
            Expr::Equal(..)
            | Expr::NotEqual(..)
            | Expr::And { .. }
            | Expr::Or { .. }
            | Expr::Implies { .. }
            | Expr::Not(_)
            | Expr::HasAttr { .. } => true,
            Expr::Call { function, arguments, .. } => {
                matches!(self.as_operator(*function, arguments), Some((Operator { op: Op::LessThan, .. }, ..)))
            }
            _ => false,
        }
    }
}
