//! The slow paths of instructions.

#![forbid(unsafe_code)]

use super::{Frame, Signal, Vm};
use crate::bytecode::{Chunk, Note, Op, Shape};
use crate::coerce::{self, Coercion};
use crate::compare;
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::io::paths;
use crate::print;
use crate::source::Pos;
use crate::symbols::Symbol;
use crate::value::{Attr, Attrs, Context, Items, List, NixString, Packed, ThunkState, Value, WithScope};

const SEGMENT: &str = "while evaluating a path segment";

impl<'h> Vm<'h> {
    /// Compares two evaluated lists or sets.
    pub(super) fn compare_equal(&mut self, left: Value<'h>, right: Value<'h>) -> Signal<'h> {
        self.start_generator(None, |machine| {
            Box::pin(async move { compare::equal(&machine, left, right, false).await.map(Value::Bool) })
        })
    }

    /// Orders two evaluated values.
    pub(super) fn compare_less(&mut self, [left, right]: [Value<'h>; 2]) -> Signal<'h> {
        self.start_generator(None, |machine| {
            Box::pin(async move { compare::less_than(&machine, left, right).await.map(Value::Bool) })
        })
    }

    /// Fails with how two values differ; returns null if they do not.
    pub(super) fn assert_equal(&mut self, left: Value<'h>, right: Value<'h>) -> Signal<'h> {
        self.start_generator(None, |machine| {
            Box::pin(async move { compare::assert_equal(&machine, left, right).await.map(|()| Value::Null) })
        })
    }

    /// Coerces an operand of `+`, or a part of a literal, to a string.
    pub(super) fn coerce_operand(&mut self, value: Value<'h>, how: Coercion, chunk: &Chunk<'h>, at: u32) -> Signal<'h> {
        if self.is_too_deep() {
            return Signal::Raise(self.state.stack_overflow_at(chunk.pos_at(at)));
        }
        match coerce::coerce_without_suspending(self.state, value, value, how, || chunk.pos_at(at), SEGMENT) {
            Some(Ok((bytes, context))) => {
                Signal::Deliver(Value::String(NixString::alloc(self.state.heap, bytes, context)))
            }
            Some(Err(failure)) => Signal::Raise(failure),
            None => {
                let pos = chunk.pos_at(at);
                self.start_generator(None, move |machine| {
                    Box::pin(async move { coerce::coerce_to_value(&machine, value, how, pos, SEGMENT).await })
                })
            }
        }
    }

    /// Coerces the first operand of `+` to a string, and marks it as coerced.
    pub(super) fn coerce_first_operand(&mut self, value: Value<'h>, pos: Pos) -> Signal<'h> {
        self.start_generator(None, move |machine| {
            Box::pin(async move {
                let how = Coercion::FIRST_OPERAND;
                let (bytes, context) = coerce::coerce_to_string(&machine, value, how, pos, SEGMENT).await?;
                Ok(Value::Coerced(NixString::alloc(machine.state.heap, bytes, context)))
            })
        })
    }

    /// Forces the namespace of a `with`, at the position of the `with`.
    pub(super) fn force_namespace(&mut self, scope: &'h WithScope<'h>) -> Signal<'h> {
        self.frames.push(Frame::Namespace { pos: scope.pos });
        self.force_value(scope.namespace)
    }

    /// The failure of selecting `name` from an evaluated value, for the instruction at `at`.
    #[cold]
    pub(super) fn selection_failure(&self, subject: Value<'h>, name: Symbol, chunk: &Chunk<'h>, at: u32) -> Box<Error> {
        let pos = chunk.pos_at(at);
        match subject {
            Value::Attrs(attrs) => self.state.missing_attribute(attrs, name).at(pos),
            _ => self.state.type_error("a set", subject).while_(pos, "while selecting an attribute"),
        }
    }

    /// How to coerce the parts that follow `first`.
    pub(super) fn coercion_behind(first: Value<'h>) -> Coercion {
        match first {
            Value::String(_) => Coercion::INTERPOLATION,
            _ => Coercion::PATH_SEGMENT,
        }
    }

    /// `left + right` for operands that need no coercion; `None` if the right one needs it.
    pub(super) fn add(
        &self,
        left: Value<'h>,
        right: Value<'h>,
        chunk: &Chunk<'h>,
        at: u32,
    ) -> Option<Result<Value<'h>, Failure>> {
        let heap = self.state.heap;
        let wrong = |wanted: &str| {
            let message = hint(&format!("cannot add {{}} to {wanted}"), &[&print::type_with_article(right)]);
            Failure::from(Error::new(ErrorKind::Evaluation, message).at(chunk.pos_at(at)))
        };
        Some(match (left, right) {
            (Value::Int(a), Value::Int(b)) => a.checked_add(b).map(Value::Int).ok_or_else(|| {
                let message =
                    hint("integer overflow in adding {} + {}", &[a.to_string().as_bytes(), b.to_string().as_bytes()]);
                Error::new(ErrorKind::Arithmetic, message).at(chunk.pos_at(at)).into()
            }),
            (Value::Int(a), Value::Float(b)) => Ok(Value::Float(a as f64 + b)),
            (Value::Float(a), Value::Int(b)) => Ok(Value::Float(a + b as f64)),
            // The reference adds both to zero, so the sum of two negative zeros is a positive one.
            (Value::Float(a), Value::Float(b)) => Ok(Value::Float(fault!(99, 0.0 + a + b, a + b))),
            (Value::Int(_), _) => Err(wrong("an integer")),
            (Value::Float(_), _) => Err(wrong("a float")),
            (Value::String(a) | Value::Coerced(a), Value::String(b)) => {
                let context = a.context().union(heap, b.context());
                fault!(let context = 90 => if a.is_plain() { b.context() } else { a.context() });
                if let Err(failure) = self.state.reserve(a.bytes().len() + b.bytes().len()) {
                    return Some(Err(failure));
                }
                let bytes = self.state.growing_strings.concat(&[a.bytes(), b.bytes()]);
                Ok(Value::String(NixString::alloc(heap, bytes, context)))
            }
            (Value::Path(a), Value::String(b)) => {
                if !b.context().is_empty() {
                    let pos = operator_pos(chunk, at);
                    let message = "a string that refers to a store path cannot be appended to a path";
                    return Some(Err(Error::new(ErrorKind::Evaluation, message).at(pos).into()));
                }
                self.path([paths::inside_built_in(a), b.bytes()].concat())
            }
            (Value::Path(a), Value::Path(b)) => {
                self.path([paths::inside_built_in(a), paths::inside_built_in(b)].concat())
            }
            _ => return None,
        })
    }

    fn path(&self, text: Vec<u8>) -> Result<Value<'h>, Failure> {
        paths::check_no_nul(&text)?;
        let heap = self.state.heap;
        Ok(Value::Path(heap.alloc(heap.copy_slice(&paths::canonical(&text)))))
    }

    /// Joins the prepared parts of a literal, which are on the stack from `first` on.
    pub(super) fn concat_parts(
        &self,
        first: usize,
        force_string: bool,
        chunk: &Chunk<'h>,
        at: u32,
    ) -> Result<Value<'h>, Failure> {
        let heap = self.state.heap;
        let parts = &self.stack[first..];
        let is_path = !force_string && matches!(parts.first(), Some(Value::Path(_)));
        let mut context = Context::EMPTY;
        let mut pieces: smallvec::SmallVec<[&'h [u8]; 8]> = smallvec::SmallVec::with_capacity(parts.len());
        for part in parts {
            match part {
                Value::String(string) | Value::Coerced(string) => {
                    context = fault!(
                        89,
                        context.union(heap, string.context()),
                        if pieces.len() > 1 { context } else { context.union(heap, string.context()) }
                    );
                    pieces.push(string.bytes());
                }
                // What is joined is the text, also of a file that comes with the evaluator.
                Value::Path(path) => pieces.push(paths::inside_built_in(path)),
                _ => unreachable!("parts are prepared"),
            }
        }
        if is_path {
            if !context.is_empty() {
                let message = "a string that refers to a store path cannot be appended to a path";
                return Err(Error::new(ErrorKind::Evaluation, message).at(chunk.pos_at(at)).into());
            }
            return self.path(pieces.concat());
        }
        self.state.reserve(pieces.iter().map(|piece| piece.len()).sum())?;
        let bytes = self.state.growing_strings.concat(&pieces);
        Ok(Value::String(NixString::alloc(heap, bytes, context)))
    }

    /// `-`, `*` and `/` of evaluated operands.
    pub(super) fn arithmetic(&self, op: Op, [left, right]: [Value<'h>; 2]) -> Result<Value<'h>, Failure> {
        let operation = match op {
            Op::Subtract => crate::arithmetic::Operation::Subtract,
            Op::Multiply => crate::arithmetic::Operation::Multiply,
            Op::Divide => crate::arithmetic::Operation::Divide,
            _ => unreachable!("three operators are arithmetic"),
        };
        operation.apply(self.state, left, right)
    }

    /// `left ++ right` of evaluated operands.
    pub(super) fn concat_lists(
        &self,
        left: Value<'h>,
        right: Value<'h>,
        chunk: &Chunk<'h>,
        at: u32,
    ) -> Result<Value<'h>, Failure> {
        let list = |value| match value {
            Value::List(list) => Ok(list),
            _ => Err(self
                .state
                .type_error("a list", value)
                .while_(chunk.pos_at(at), "while evaluating one of the elements to concatenate")),
        };
        let (a, b) = (list(left)?, list(right)?);
        self.state.count_list_concat();
        if b.is_empty() {
            return Ok(left);
        }
        if a.is_empty() {
            return Ok(right);
        }
        self.state.reserve((a.len() + b.len()) * size_of::<Packed<'h>>())?;
        let items = self.state.growing_lists.concat(&[a.items().packed(), b.items().packed()]);
        Ok(List::of(self.state.heap, Items::new(items)))
    }

    /// Checks the name of a dynamic attribute on top of the stack. Returns whether it is null.
    pub(super) fn dynamic_name(&mut self, pos: Pos) -> Result<bool, Failure> {
        let name = self.stack[self.stack.len() - 1];
        if matches!(name, Value::Null) {
            let beneath = self.stack.len() - 2;
            if let Value::Attrs(attrs) = self.stack[beneath]
                && attrs.is_empty()
            {
                self.stack[beneath] = Value::Attrs(Attrs::emptied(self.state.heap, attrs.pos()));
            }
            return Ok(true);
        }
        let context = "while evaluating the name of a dynamic attribute";
        match name {
            Value::String(_) => self.state.expect_plain_string(name).map_err(|failure| failure.while_(pos, context))?,
            _ => return Err(Failure::from(self.state.type_error("a string", name).at(pos)).while_(pos, context)),
        };
        let Value::Attrs(attrs) = self.stack[self.stack.len() - 2] else { unreachable!("the set lies beneath") };
        let symbol = self.state.intern_string(name);
        if let Some(existing) = attrs.get(symbol) {
            let mut place = Vec::new();
            self.state.write_place(existing.pos, &mut place);
            let message =
                hint("dynamic attribute '{}' already defined at {}", &[&self.state.printed_name(symbol), &place]);
            return Err(Error::new(ErrorKind::Evaluation, message).at(pos).into());
        }
        Ok(false)
    }

    /// Adds an attribute to a set. Set, name and slot are on the stack.
    pub(super) fn add_dynamic_attr(&mut self, names_closure: bool, pos: Pos) {
        let heap = self.state.heap;
        let value = self.stack.pop().expect("the slot");
        let name = self.stack.pop().expect("the name");
        let Some(Value::Attrs(attrs)) = self.stack.pop() else { unreachable!("the set") };
        let name = self.state.intern_string(name);
        match value {
            _ if !names_closure => {}
            Value::LazyClosure(closure) => closure.chunk().set_name(name),
            Value::Thunk(thunk) if let ThunkState::Lambda(closure) = thunk.state() => closure.chunk().set_name(name),
            _ => {}
        }
        let mut sorted: Vec<Attr<'h>> = attrs.sorted(heap).to_vec();
        let at = sorted.partition_point(|attr| attr.name < name);
        sorted.insert(at, Attr::new(heap, name, pos, value));
        self.stack.push(Value::Attrs(Attrs::from_sorted(heap, &sorted, attrs.pos())));
    }

    /// Redirects the thunks in the slots from `first` on to the attributes of `__overrides`, and builds the overridden
    /// set.
    pub(super) fn override_attrs(
        &mut self,
        overrides: Value<'h>,
        shape: &Shape<'h>,
        first: usize,
    ) -> Result<Value<'h>, Failure> {
        let Value::Attrs(overrides) = overrides else {
            return Err(self
                .state
                .type_error("a set", overrides)
                .while_(Pos::NONE, "while evaluating the `__overrides` attribute")
                .into());
        };
        let heap = self.state.heap;
        // The thunk in front of an attribute is for the attribute's siblings. The set holds what is behind it now.
        let behind = |slot| match slot {
            Value::Thunk(front) => match front.state() {
                ThunkState::Forward(own) => Value::Thunk(own),
                ThunkState::Evaluated(value) => value,
                _ => slot,
            },
            slot => slot,
        };
        let fronts = &self.stack[first..first + shape.names.len()];
        let mut attrs: Vec<Attr<'h>> = shape
            .names
            .iter()
            .zip(fronts)
            .map(|(&(name, pos), &slot)| Attr::new(heap, name, pos, behind(slot)))
            .collect();
        let overrides: Vec<Attr<'h>> = overrides
            .sorted(heap)
            .iter()
            .map(|attr| Attr::new(heap, attr.name, attr.pos, behind(attr.value())))
            .collect();
        let own = attrs.len();
        for attr in overrides {
            match shape.names.binary_search_by_key(&attr.name, |(name, _)| *name) {
                Ok(index) => {
                    let Value::Thunk(front) = fronts[index] else { unreachable!("the compiler put a thunk in front") };
                    fault!(21, front.redirect(attr.value()), _ = front);
                    attrs[index] = attr;
                }
                Err(_) => fault!(83, attrs.push(attr), ()),
            }
        }
        if attrs.len() > own {
            attrs.sort_by_key(|attr| attr.name);
        }
        Ok(Value::Attrs(Attrs::from_sorted(heap, &attrs, shape.pos)))
    }

    /// Checks a function's argument against its pattern, and pushes a slot for each formal.
    pub(super) fn bind_formals(&mut self, chunk: &'h Chunk<'h>, argument: Value<'h>) -> Result<(), Failure> {
        let formals = chunk.formals().expect("only chunks with a pattern bind formals");
        let pos = chunk.lambda_pos();
        let Value::Attrs(attrs) = argument else {
            return Err(self
                .state
                .type_error("a set", argument)
                .while_(pos, "while evaluating the value passed for the lambda argument")
                .into());
        };
        let mut used = 0;
        for formal in formals.formals {
            match attrs.get(formal.name) {
                Some(attr) => {
                    used += 1;
                    self.stack.push(attr.value());
                }
                None if formal.has_default => self.stack.push(Value::Missing),
                None => {
                    let message = hint(
                        "function '{}' called without required argument '{}'",
                        &[&self.state.lambda_name(chunk), &self.state.printed_name(formal.name)],
                    );
                    return Err(Error::new(ErrorKind::MissingArgument, message).at(pos).into());
                }
            }
        }
        if !formals.ellipsis && fault!(79, used != attrs.len(), used != attrs.len() && formals.formals.len() < 3) {
            let accepted = |name| formals.formals.binary_search_by_key(&name, |formal| formal.name).is_ok();
            let unexpected = attrs
                .sorted(self.state.heap)
                .iter()
                .find(|attr| !accepted(attr.name))
                .expect("more attributes than formals");
            let name = self.state.symbols.name(unexpected.name);
            let message = hint(
                "function '{}' called with unexpected argument '{}'",
                &[&self.state.lambda_name(chunk), &self.state.printed_name(unexpected.name)],
            );
            let mut error = Error::new(ErrorKind::UnexpectedArgument, message).at(pos);
            let names = formals.formals.iter().map(|formal| self.state.symbols.name(formal.name));
            error.suggestions = crate::errors::suggestions::best_matches(names, name);
            return Err(error.into());
        }
        Ok(())
    }
}

/// The position of an operator whose operands have positions of their own.
fn operator_pos(chunk: &Chunk<'_>, at: u32) -> Pos {
    chunk
        .regions()
        .iter()
        .filter(|region| region.contains(at))
        .find_map(|region| match region.note {
            Note::Operator(pos) => Some(pos),
            _ => None,
        })
        .unwrap_or(Pos::NONE)
}
