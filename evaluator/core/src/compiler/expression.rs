//! Compiles each form of expression.
//!
//! [`Compiler::strict`] emits code that pushes a value in weak head normal form. [`Compiler::delayed`] emits code that
//! pushes a slot: the value itself where the reference avoids a thunk, a thunk elsewhere.

use smallvec::SmallVec;

use super::Compiler;
use super::function::PendingJump;
use crate::bytecode::{
    Capture, Chunk, ChunkKind, ComputedName, FormalSpec, FormalsSpec, Function, NameCode, Note, Op, Parameter, PathPart,
};
use crate::source::Pos;
use crate::symbols::Symbol;
use crate::syntax::tree::{AttrName, Expr, ExprId, Lambda};
use crate::value::{NixString, Value};

impl<'h> Compiler<'_, '_, 'h> {
    /// Emits code that pushes the value of `id`.
    pub(super) fn strict(&mut self, id: ExprId) {
        let heap = self.environment.heap;
        if heap.with_stack(|| self.strict_here(id)).is_err() {
            self.leave_out();
        }
    }

    fn strict_here(&mut self, id: ExprId) {
        let tree = self.tree;
        match tree.get(id) {
            Expr::Int(value) => match i32::try_from(*value) {
                Ok(small) => self.emit(Op::Int(small), 1),
                Err(_) => self.push_constant(Value::Int(*value)),
            },
            Expr::Float(value) => self.push_constant(Value::Float(*value)),
            Expr::String(bytes) => {
                let value = NixString::copied(self.environment.heap, bytes);
                self.push_constant(value);
            }
            Expr::Path(bytes) => {
                let heap = self.environment.heap;
                self.push_constant(Value::Path(heap.alloc(heap.copy_slice(bytes))));
            }
            Expr::Var { name, pos } => self.variable(*name, *pos),
            Expr::InheritFrom { index, pos } => {
                let binding = self.scopes.inherit_source(*index);
                let capture = self.access_here(binding);
                self.force_binding(capture, *pos);
            }
            Expr::CurrentPosition { pos } => self.emit_at(Op::CurrentPosition, 1, *pos),
            Expr::Select { subject, path, default, pos } => self.select(*subject, path, *default, *pos),
            Expr::HasAttr { subject, path } => {
                let pos = self.pos(id);
                self.has_attr(*subject, path, pos);
            }
            Expr::Attrs(bindings) => self.attrs(bindings),
            Expr::List(elements) => {
                for element in *elements {
                    self.delayed(*element);
                }
                self.emit(Op::List(elements.len() as u32), 1 - elements.len() as i32);
            }
            Expr::Lambda(lambda) => self.lambda(lambda),
            Expr::Call { function, arguments, pos, .. } => self.call(*function, arguments, *pos),
            Expr::Let { bindings, body } => self.let_in(bindings, *body),
            Expr::With { namespace, body, pos } => self.with(*namespace, *body, *pos),
            Expr::If { condition, consequence, alternative, pos } => {
                self.condition(*condition, *pos, "while evaluating a branch condition");
                let otherwise = self.emit_jump(Op::JumpIfFalse(0), -1);
                self.strict(*consequence);
                let end = self.emit_jump(Op::Jump(0), -1);
                self.land(otherwise);
                fault!(45 => self.strict(*consequence); self.emit(Op::Pop, -1););
                self.strict(*alternative);
                self.land(end);
            }
            Expr::Assert { condition, body, pos } => self.assert(*condition, *body, *pos),
            Expr::Not(operand) => {
                let pos = self.pos(id);
                self.condition(*operand, pos, "in the argument of the not operator");
                self.emit(Op::Not, 0);
            }
            Expr::Equal(left, right) => self.equal(*left, *right),
            Expr::NotEqual(left, right) => {
                self.equal(*left, *right);
                self.emit(Op::Not, 0);
            }
            Expr::And { left, right, pos } => {
                fault!(42 => self.strict(*right); self.emit(Op::Pop, -1););
                self.condition(*left, *pos, "in the left operand of the AND (&&) operator");
                let decided = self.emit_jump(Op::JumpIfFalse(0), -1);
                self.condition(*right, *pos, "in the right operand of the AND (&&) operator");
                self.decided(decided, false);
            }
            Expr::Or { left, right, pos } => {
                self.condition(*left, *pos, "in the left operand of the OR (||) operator");
                let decided = self.emit_jump(Op::JumpIfTrue(0), -1);
                self.condition(*right, *pos, "in the right operand of the OR (||) operator");
                self.decided(decided, true);
            }
            Expr::Implies { left, right, pos } => {
                fault!(43 => self.strict(*right); self.emit(Op::Pop, -1););
                self.condition(*left, *pos, "in the left operand of the IMPL (->) operator");
                let decided = self.emit_jump(Op::JumpIfFalse(0), -1);
                self.condition(*right, *pos, "in the right operand of the IMPL (->) operator");
                self.decided(decided, true);
            }
            Expr::Update { left, right, .. } => self.update(*left, *right),
            Expr::ConcatLists { left, right, pos } => {
                fault!(41 => self.strict(*right); self.emit(Op::Pop, -1););
                self.strict(*left);
                self.strict(*right);
                self.emit_at(Op::ConcatLists, -1, *pos);
            }
            Expr::ConcatStrings { parts, force_string, pos } => self.concat_strings(parts, *force_string, *pos),
        }
    }

    /// Emits code that pushes a slot for `id`.
    pub(super) fn delayed(&mut self, id: ExprId) {
        let tree = self.tree;
        match tree.get(id) {
            Expr::Int(_) | Expr::Float(_) | Expr::String(_) | Expr::Path(_) => self.strict(id),
            Expr::List([]) => self.strict(id),
            Expr::Lambda(_) if !self.environment.plain => self.strict_or_recursive_lambda(id),
            Expr::Var { name, .. } => match self.scopes.resolve(*name) {
                Some(binding) if fault!(63, !self.is_pending(binding), false) => {
                    let op = match self.access_here(binding) {
                        Capture::Local(slot) | Capture::Deferred(slot) => Op::Local(slot),
                        Capture::Upvalue(number) => Op::Upvalue(number),
                    };
                    self.emit(op, 1);
                }
                Some(_) => self.thunk(id),
                None => match self.global(*name) {
                    Some(value) => self.push_constant(value),
                    None => self.thunk(id),
                },
            },
            _ => self.delayed_computation(id, false),
        }
    }

    /// Emits code that pushes a new thunk of `id`.
    pub(super) fn thunk(&mut self, id: ExprId) {
        let heap = self.environment.heap;
        let compiled = heap.with_stack(|| {
            let (prototype, _) = self.thunk_prototype(id);
            self.emit(Op::Thunk(prototype), 1);
        });
        if compiled.is_err() {
            self.leave_out();
        }
    }

    /// Compiles a thunk: its prototype, and its code.
    pub(super) fn thunk_prototype(&mut self, id: ExprId) -> (u32, &'h Chunk<'h>) {
        self.begin_function();
        self.strict(id);
        let (chunk, state) = self.end_function(ChunkKind::Thunk);
        let (prototype, _) = self.prototype(chunk, state);
        (prototype, chunk)
    }

    pub(super) fn strict_or_recursive_lambda(&mut self, id: ExprId) {
        let heap = self.environment.heap;
        let compiled = heap.with_stack(|| match self.tree.get(id) {
            Expr::Lambda(lambda) => {
                let (prototype, is_recursive) = self.lambda_prototype(lambda);
                let op = if is_recursive { Op::RecursiveClosure(prototype) } else { Op::LazyClosure(prototype) };
                self.emit(op, 1);
            }
            _ => unreachable!("asked for a lambda only"),
        });
        if compiled.is_err() {
            self.leave_out();
        }
    }

    /// Emits a placeholder for an expression that is nested too deeply for the available memory. Compiling the source
    /// fails in the end.
    #[cold]
    fn leave_out(&mut self) {
        self.is_exhausted = true;
        self.emit(Op::Null, 1);
    }

    pub(super) fn push_constant(&mut self, value: Value<'h>) {
        match value {
            Value::Null => self.emit(Op::Null, 1),
            Value::Bool(value) => self.emit(Op::Bool(value), 1),
            value => {
                let number = self.constant(value);
                self.emit(Op::Constant(number), 1);
            }
        }
    }

    /// The value of a name that this source does not bind; none if a `with` may bind it.
    fn global(&self, name: Symbol) -> Option<Value<'h>> {
        if let Some(attr) = self.environment.extra_scope.and_then(|scope| scope.get(name)) {
            return Some(attr.value());
        }
        self.environment.globals.get(name)
    }

    pub(super) fn force_binding(&mut self, capture: Capture, pos: Pos) {
        let op = match capture {
            Capture::Local(slot) | Capture::Deferred(slot) => Op::ForceLocal(slot),
            Capture::Upvalue(number) => Op::ForceUpvalue(number),
        };
        self.emit_at(op, 1, pos);
    }

    fn variable(&mut self, name: Symbol, pos: Pos) {
        if let Some(binding) = self.scopes.resolve(name) {
            let capture = self.access_here(binding);
            return self.force_binding(capture, pos);
        }
        if let Some(value) = self.global(name) {
            self.push_constant(value);
            if matches!(value, Value::Thunk(_) | Value::LazyClosure(_)) {
                self.emit_at(Op::Force, 0, pos);
            }
            return;
        }
        let Some(binding) = self.scopes.innermost_with() else {
            self.undefined.get_or_insert((name, pos));
            return self.emit(Op::Null, 1);
        };
        let op = match self.access_here(binding) {
            Capture::Local(slot) | Capture::Deferred(slot) => Op::Local(slot),
            Capture::Upvalue(number) => Op::Upvalue(number),
        };
        self.emit(op, 1);
        self.emit_at(Op::WithLookup(name), 0, pos);
        self.emit_at(Op::Force, 0, pos);
    }

    /// Emits a boolean operand. A failure in it, or another type, gets a line of trace.
    fn condition(&mut self, id: ExprId, pos: Pos, context: &'static str) {
        let start = self.here();
        self.strict(id);
        if !self.is_boolean(id) {
            self.emit_at(Op::ExpectBool, 0, pos);
        }
        self.region(start, Note::Text(context, pos));
    }

    /// Ends a short-circuiting operator: if the jump `decided` is taken, the result is `value`.
    fn decided(&mut self, decided: PendingJump, value: bool) {
        let end = self.emit_jump(Op::Jump(0), -1);
        self.land(decided);
        self.emit(Op::Bool(value), 1);
        self.land(end);
    }

    fn equal(&mut self, left: ExprId, right: ExprId) {
        fault!(40 => self.strict(right); self.emit(Op::Pop, -1););
        self.strict(left);
        self.strict(right);
        self.emit_at(Op::Equal, -1, Pos::NONE);
    }

    fn assert(&mut self, condition: ExprId, body: ExprId, pos: Pos) {
        let tree = self.tree;
        fault!(44 => self.strict(body); self.emit(Op::Pop, -1););
        self.condition(condition, pos, "in the condition of the assert statement");
        let holds = self.emit_jump(Op::JumpIfTrue(0), -1);
        let text = crate::syntax::print(tree, condition, self.environment.symbols);
        let text: &'h [u8] = self.environment.heap.copy_slice(&text);
        if let Expr::Equal(left, right) = tree.get(condition) {
            // The reference evaluates both sides once more to say how they differ.
            let start = self.here();
            self.strict(*left);
            self.strict(*right);
            self.emit_at(Op::AssertEqual, -1, Pos::NONE);
            self.region(start, Note::AssertionCondition(text, pos));
            self.emit(Op::Pop, -1);
        }
        let text = NixString::plain(self.environment.heap, text);
        let number = self.constant(text);
        self.emit_at(Op::AssertFail(number), 0, pos);
        self.land(holds);
        self.strict(body);
    }

    /// Emits a chain of `//`: the rightmost operand first, as the reference evaluates them.
    fn update(&mut self, left: ExprId, right: ExprId) {
        fault!(39 => self.strict(left); self.emit(Op::Pop, -1););
        self.update_operand(right, "in the right operand of the update (//) operator");
        self.update_operand(left, "in the left operand of the update (//) operator");
        self.emit(Op::Update, -1);
    }

    /// Like [`Tree::pos`], but caches the position for chains of `!` and `?`. Each link has the position of its
    /// operand, which is asked for next, so without the cache the chain would be walked again at each link.
    fn pos(&mut self, id: ExprId) -> Pos {
        let pos = match self.inner_pos {
            Some((inner, pos)) if inner == id => pos,
            _ => self.tree.pos(id),
        };
        if let Expr::Not(inner) | Expr::HasAttr { subject: inner, .. } = self.tree.get(id) {
            self.inner_pos = Some((*inner, pos));
        }
        pos
    }

    fn update_operand(&mut self, id: ExprId, context: &'static str) {
        let tree = self.tree;
        if matches!(tree.get(id), Expr::Update { .. }) {
            return self.strict(id);
        }
        let start = self.here();
        self.strict(id);
        self.emit_at(Op::ExpectAttrs, 0, Pos::NONE);
        self.region(start, Note::Text(context, tree.pos(id)));
    }

    fn concat_strings(&mut self, parts: &[(Pos, ExprId)], force_string: bool, pos: Pos) {
        let start = self.here();
        if let ([(left_pos, left), (right_pos, right)], false) = (parts, force_string) {
            let fast = self.begin_fast(*left, *right, Op::FastAdd);
            self.strict(*left);
            if !self.is_summand(*left) {
                self.emit_at(Op::AddLeft, 0, *left_pos);
            }
            self.strict(*right);
            self.emit_at(Op::Add, -1, *right_pos);
            if let Some(fast) = fast {
                self.end_fast(fast);
            }
        } else {
            for (index, (part_pos, part)) in parts.iter().enumerate() {
                self.strict(*part);
                if index > 0 && matches!(self.tree.get(*part), Expr::String(_)) {
                    continue;
                }
                // More parts than a u16 counts are as good as the last of them: only first and not first matter.
                let index = u16::try_from(index).unwrap_or(u16::MAX);
                self.emit_at(Op::Part { index, force_string }, 0, *part_pos);
            }
            let count = parts.len() as u32;
            self.emit_at(Op::ConcatParts { count, force_string }, 1 - count as i32, pos);
        }
        self.region(start, Note::Operator(pos));
    }

    fn call(&mut self, function: ExprId, arguments: &[ExprId], pos: Pos) {
        if self.operator_call(function, arguments, pos) {
            return;
        }
        self.strict(function);
        for argument in arguments {
            self.argument(*argument);
        }
        self.emit_at(Op::Call(arguments.len() as u32), -(arguments.len() as i32), pos);
    }

    fn with(&mut self, namespace: ExprId, body: ExprId, pos: Pos) {
        let outer = self.scopes.innermost_with();
        if let Some(binding) = outer {
            let op = match self.access_here(binding) {
                Capture::Local(slot) | Capture::Deferred(slot) => Op::Local(slot),
                Capture::Upvalue(number) => Op::Upvalue(number),
            };
            self.emit(op, 1);
        }
        self.delayed(namespace);
        let nested = outer.is_some();
        self.emit_at(Op::PushWith { nested, pos }, if nested { -1 } else { 0 }, pos);
        let binding = super::scope::Binding { function: self.depth(), slot: self.height() - 1 };
        self.scopes.push_with(binding);
        self.strict(body);
        self.scopes.pop_with();
        self.emit(Op::Slide(1), -1);
    }

    /// Emits the name of a dynamic attribute or selection, and its check.
    fn attribute_name(&mut self, id: ExprId) {
        let pos = self.tree.pos(id);
        self.strict(id);
        let start = self.here();
        self.emit_at(Op::ExpectName, 0, pos);
        self.region(start, Note::Text("while evaluating an attribute name", pos));
    }

    /// The path of a selection, for traces. `codes` has the code of each computed name.
    fn path_parts(&self, path: &[AttrName], mut codes: impl Iterator<Item = NameCode>) -> &'h [PathPart<'h>] {
        let heap = self.environment.heap;
        heap.collect(path.iter().map(|name| match name {
            AttrName::Static(symbol) => PathPart::Name(*symbol),
            AttrName::Dynamic(id) => {
                let text = crate::syntax::print(self.tree, *id, self.environment.symbols);
                let code = codes.next().expect("each computed name has code");
                PathPart::Computed(ComputedName::new(heap.copy_slice(&text), code))
            }
        }))
    }

    /// Emits a computed name of a selection's path. Returns the range of its code.
    fn selected_name(&mut self, id: ExprId) -> NameCode {
        let (start, height) = (self.here(), self.height());
        self.attribute_name(id);
        NameCode { start, end: self.here(), height }
    }

    fn select(&mut self, subject: ExprId, path: &[AttrName], default: Option<ExprId>, pos: Pos) {
        self.strict(subject);
        // Names and defaults may select too. What the machine remembers of this selection is kept from them.
        let mut start = self.here();
        let mut missing = Vec::new();
        let mut codes: SmallVec<[NameCode; 4]> = SmallVec::new();
        let mut regions = SmallVec::new();
        for (index, name) in path.iter().enumerate() {
            let first = index == 0;
            let taken = match name {
                AttrName::Dynamic(id) => {
                    if first {
                        codes.push(self.selected_name(*id));
                    } else {
                        self.selection_region(start, None, &mut regions);
                        let saved = self.height();
                        self.emit(Op::PushSelected, 1);
                        let name_start = self.here();
                        codes.push(self.selected_name(*id));
                        self.selection_region(name_start, Some(saved), &mut regions);
                        self.emit(Op::RestoreSelected, -1);
                    }
                    start = self.here();
                    match default {
                        None => Op::SelectDynamic,
                        Some(_) => Op::TrySelectDynamic { first },
                    }
                }
                AttrName::Static(name) => match (default, first) {
                    (None, _) => Op::Select(*name),
                    (Some(_), true) => Op::TrySelectFirst(*name),
                    (Some(_), false) => Op::TrySelect(*name),
                },
            };
            let effect = if matches!(name, AttrName::Dynamic(_)) { -1 } else { 0 };
            self.emit_at(taken, effect, pos);
            if first {
                // Before the first name has been found there is nothing to tell.
                start = self.here();
            }
            if default.is_some() {
                missing.push(self.emit_jump(Op::Jump(0), 0));
            }
        }
        self.emit_at(Op::ForceSelected, 0, pos);
        self.selection_region(start, None, &mut regions);
        if let Some(default) = default {
            let end = self.emit_jump(Op::Jump(0), -1);
            for jump in missing {
                self.land(jump);
            }
            if path.len() > 1 {
                let saved = self.height();
                self.emit(Op::PushSelected, 1);
                let default_start = self.here();
                self.strict(default);
                self.selection_region(default_start, Some(saved), &mut regions);
                self.emit(Op::Slide(1), -1);
            } else {
                self.strict(default);
            }
            self.land(end);
        }
        let parts = self.path_parts(path, codes.into_iter());
        self.set_selected_path(&regions, parts);
    }

    fn has_attr(&mut self, subject: ExprId, path: &[AttrName], pos: Pos) {
        self.strict(subject);
        let mut missing = Vec::new();
        for (index, name) in path.iter().enumerate() {
            let first = index == 0;
            match name {
                AttrName::Dynamic(id) => {
                    // Unlike a selection, `?` evaluates the set before it evaluates the name.
                    self.emit_at(Op::Force, 0, pos);
                    self.attribute_name(*id);
                    self.emit_at(Op::TrySelectDynamic { first }, -1, pos);
                }
                AttrName::Static(name) => {
                    let op = if first { Op::TrySelectFirst(*name) } else { Op::TrySelect(*name) };
                    self.emit_at(op, 0, pos);
                }
            }
            missing.push(self.emit_jump(Op::Jump(0), 0));
        }
        self.emit(Op::Pop, -1);
        self.emit(Op::Bool(true), 1);
        let end = self.emit_jump(Op::Jump(0), -1);
        for jump in missing {
            self.land(jump);
        }
        self.emit(Op::Bool(false), 1);
        self.land(end);
    }

    fn lambda(&mut self, lambda: &Lambda<'_>) {
        let (prototype, has_deferred) = self.lambda_prototype(lambda);
        debug_assert!(!has_deferred, "code runs only in complete scopes");
        self.emit(Op::Closure(prototype), 1);
    }

    /// Compiles a function together with the lambdas directly inside it, up to the first that has a pattern. With plain
    /// bytecode, each is compiled by itself.
    fn lambda_prototype(&mut self, outermost: &Lambda<'_>) -> (u32, bool) {
        let tree = self.tree;
        self.begin_function();
        self.scopes.open();
        let mut parameters = Vec::new();
        let mut lambda = outermost;
        loop {
            let binding = super::scope::Binding { function: self.depth(), slot: parameters.len() as u32 };
            self.adjust(1);
            parameters.push(Parameter { pos: lambda.pos, name: lambda.argument });
            if let Some(argument) = lambda.argument {
                self.scopes.declare(argument, binding);
            }
            match tree.get(lambda.body) {
                Expr::Lambda(inner) if lambda.formals.is_none() && !self.environment.plain => lambda = inner,
                _ => break,
            }
        }
        let formals = lambda.formals.as_ref().map(|formals| {
            let heap = self.environment.heap;
            let slot = parameters.len() as u32 - 1;
            self.emit_at(Op::Formals(slot), 0, lambda.pos);
            let first = self.height();
            for (index, formal) in formals.formals.iter().enumerate() {
                let binding = super::scope::Binding { function: self.depth(), slot: first + index as u32 };
                self.scopes.declare(formal.name, binding);
            }
            self.reserve(formals.formals.len() as u32);
            self.adjust(formals.formals.len() as i32);
            let mut to_finalise = Vec::new();
            for (index, formal) in formals.formals.iter().enumerate() {
                let slot = first + index as u32;
                if let Some(default) = formal.default {
                    let present = self.emit_jump(Op::JumpUnlessMissing { slot: slot_u16(slot), target: 0 }, 0);
                    if self.delayed_is_deferred(default) {
                        to_finalise.push(slot);
                    }
                    self.emit(Op::SetLocal(slot), -1);
                    self.land(present);
                }
                self.fill();
            }
            fault!(6 => if to_finalise.len() > 2 { to_finalise.remove(2); });
            for slot in to_finalise {
                self.emit(Op::FinaliseIfBuilding(slot), 0);
            }
            let spec: &'h FormalsSpec<'h> = heap.alloc(FormalsSpec {
                formals: heap.collect(formals.formals.iter().map(|formal| FormalSpec {
                    name: formal.name,
                    pos: formal.pos,
                    has_default: formal.default.is_some(),
                })),
                ellipsis: formals.ellipsis,
                argument: lambda.argument,
            });
            spec
        });
        self.strict(lambda.body);
        self.scopes.close();
        let name = std::cell::Cell::new(lambda.name);
        let heap = self.environment.heap;
        let function = heap.alloc(Function { name, parameters: heap.copy_slice(&parameters), formals });
        let (chunk, state) = self.end_function(ChunkKind::Lambda(function));
        self.prototype(chunk, state)
    }

    /// Like [`Compiler::delayed`]. Returns whether what it builds has deferred captures.
    pub(super) fn delayed_is_deferred(&mut self, id: ExprId) -> bool {
        self.delayed(id);
        self.last_is_deferred()
    }

    /// Whether the last instruction builds something with deferred captures.
    pub(super) fn last_is_deferred(&mut self) -> bool {
        self.current().last_is_deferred()
    }
}

/// Slots of formals are few; a pattern with more than 65,535 formals cannot be compiled.
fn slot_u16(slot: u32) -> u16 {
    u16::try_from(slot).expect("a function has fewer than 65,536 formals")
}
