//! Compiles what binds names: attribute sets and `let`.
//!
//! A scope whose bindings see each other is built in three steps:
//! - Reserve its slots.
//! - Fill each slot with a value, a closure or a thunk, in the order of symbols as the reference does. A capture of a
//!   slot that is still empty is deferred.
//! - Finalise what has deferred captures.
//!
//! No code of the program runs in between.

use super::Compiler;
use super::scope::Binding;
use crate::bytecode::{Op, Shape};
use crate::source::Pos;
use crate::symbols::known;
use crate::syntax::tree::{AttrKind, Bindings, Expr, ExprId};

impl<'h> Compiler<'_, '_, 'h> {
    pub(super) fn let_in(&mut self, bindings: &Bindings<'_>, body: ExprId) {
        let slots = self.recursive_scope(bindings, false);
        self.strict(body);
        self.scopes.close();
        self.drop_beneath(slots);
    }

    pub(super) fn attrs(&mut self, bindings: &Bindings<'_>) {
        if bindings.recursive { self.recursive_attrs(bindings) } else { self.plain_attrs(bindings) }
    }

    fn plain_attrs(&mut self, bindings: &Bindings<'_>) {
        let sources = bindings.inherit_from.len() as u32;
        let first = Binding { function: self.depth(), slot: self.height() };
        for source in &bindings.inherit_from {
            self.delayed(*source);
        }
        self.scopes.push_inherit_sources(first);
        for attr in &bindings.attrs {
            self.delayed(attr.value);
        }
        self.scopes.pop_inherit_sources();
        let count = bindings.attrs.len() as i32;
        let shape = self.shape_of(bindings);
        self.emit(Op::Attrs(shape), 1 - count);
        self.dynamic_attrs(bindings);
        self.drop_beneath(sources);
    }

    fn recursive_attrs(&mut self, bindings: &Bindings<'_>) {
        let overrides = bindings.find(known::OVERRIDES).ok();
        let slots = self.recursive_scope(bindings, overrides.is_some());
        let first = self.height() - bindings.attrs.len() as u32;
        let shape = u16::try_from(self.shape_of(bindings)).expect("fewer than 65,536 sets in one function");
        match overrides {
            None => self.emit(Op::AttrsOfLocals { shape, slot: first }, 1),
            Some(index) => {
                let slot = first + index as u32;
                self.emit_at(Op::ForceLocal(slot), 1, Pos::NONE);
                self.emit_at(Op::Overrides { shape, slot: first }, 0, Pos::NONE);
            }
        }
        self.dynamic_attrs(bindings);
        self.scopes.close();
        self.drop_beneath(slots);
    }

    /// Opens a scope and fills a slot for each source of `inherit (…)` and each attribute. Returns the number of slots.
    ///
    /// With `own_thunks`, siblings capture a thunk that forwards to the attribute's own, so that `__overrides` can
    /// redirect it.
    fn recursive_scope(&mut self, bindings: &Bindings<'_>, own_thunks: bool) -> u32 {
        let function = self.depth();
        let sources = bindings.inherit_from.len() as u32;
        let count = sources + bindings.attrs.len() as u32;
        let first = self.height();
        let scope = self.scopes.open();
        for (index, attr) in bindings.attrs.iter().enumerate() {
            self.scopes.declare(attr.name, Binding { function, slot: first + sources + index as u32 });
        }
        self.reserve(count);
        let mut to_finalise = Vec::new();
        for source in &bindings.inherit_from {
            let slot = self.height();
            if self.delayed_is_deferred(*source) {
                to_finalise.push(slot);
            }
            self.fill();
        }
        fault!(8 => if to_finalise.len() > 1 { to_finalise.truncate(1); });
        self.scopes.push_inherit_sources(Binding { function, slot: first });
        for attr in &bindings.attrs {
            let slot = self.height();
            let hidden = (attr.kind == AttrKind::Inherited).then_some(scope);
            let visible = if hidden.is_some() { Some(self.scopes.hide(hidden)) } else { None };
            let is_deferred = if own_thunks && attr.kind != AttrKind::Inherited {
                self.thunk(attr.value);
                self.last_is_deferred()
            } else {
                self.delayed_is_deferred(attr.value)
            };
            if own_thunks {
                self.emit(Op::OwnThunk, 0);
            }
            if let Some(visible) = visible {
                self.scopes.hide(visible);
            }
            if is_deferred {
                to_finalise.push(slot);
            }
            self.fill();
        }
        self.scopes.pop_inherit_sources();
        fault!(5 => if to_finalise.len() > 2 { to_finalise.remove(2); });
        fault!(7 => if to_finalise.len() > 3 { to_finalise.push(to_finalise[0]); });
        for slot in to_finalise {
            self.emit(Op::Finalise(slot), 0);
        }
        count
    }

    /// Adds the attributes with computed names to the set on the stack.
    fn dynamic_attrs(&mut self, bindings: &Bindings<'_>) {
        for attr in &bindings.dynamic {
            self.strict(attr.name);
            let name_end = self.emit_jump_at(Op::DynamicName(0), 0, attr.pos);
            let names_closure = matches!(self.tree.get(attr.value), Expr::Lambda(_));
            if names_closure {
                // The machine names it after the attribute, which it could not inside the thunk of plain bytecode.
                self.strict_or_recursive_lambda(attr.value);
            } else {
                self.delayed(attr.value);
            }
            self.emit_at(Op::DynamicAttr { names_closure }, -2, attr.pos);
            self.land(name_end);
        }
    }

    fn shape_of(&mut self, bindings: &Bindings<'_>) -> u32 {
        let heap = self.environment.heap;
        let names = heap.collect(bindings.attrs.iter().map(|attr| (attr.name, attr.pos)));
        self.shape(Shape { names, pos: bindings.pos })
    }

    fn drop_beneath(&mut self, slots: u32) {
        if slots > 0 {
            self.emit(Op::Slide(slots), -(slots as i32));
        }
    }
}
