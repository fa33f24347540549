//! The expression tree. The parser builds it, the printer prints it, and the compiler compiles it.
//!
//! It mirrors the reference's tree (`nixexpr.hh`), because three observable things depend on its shape: the output of
//! `--parse`, the positions of errors, and desugarings that a program can see (`a - b` is a call of the variable
//! `__sub`, which a program may shadow). Nodes are in one vector and refer to each other by number; what they hold is
//! in an arena. So a tree of any depth is dropped at once.

#![allow(unsafe_code)]

use std::cell::Cell;
use std::num::NonZeroU32;
use std::ops::Deref;
use std::ptr::NonNull;

use bumpalo::Bump;
use bumpalo::collections::Vec as ArenaVec;

use crate::source::Pos;
use crate::symbols::Symbol;

/// The arena of trees. Reset and used for one source after another, it costs next to nothing.
#[derive(Default)]
pub struct Arena {
    pub(super) bump: Bump,
    /// Room for the nodes of the next tree.
    spare: Cell<Vec<Expr<'static>>>,
}

impl Arena {
    /// Frees the tree, to use its memory for another one, unless the memory is very large.
    pub fn reset(&mut self) {
        const MOST: usize = 32 << 20;
        let spare = self.spare.take();
        if spare.capacity() * size_of::<Expr<'static>>() <= MOST {
            self.spare.set(spare);
        }
        if self.bump.allocated_bytes() <= MOST {
            self.bump.reset();
        } else {
            self.bump = Bump::new();
        }
    }
}

/// A node of a [`Tree`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct ExprId(NonZeroU32);

/// One parsed source.
pub struct Tree<'t> {
    arena: &'t Arena,
    nodes: Vec<Expr<'t>>,
}

impl<'t> Tree<'t> {
    /// A tree without nodes.
    pub fn new(arena: &'t Arena) -> Self {
        Tree { arena, nodes: renew(arena.spare.take()) }
    }

    /// Adds a node.
    pub fn add(&mut self, expr: Expr<'t>) -> ExprId {
        self.nodes.push(expr);
        let number = u32::try_from(self.nodes.len()).ok().and_then(NonZeroU32::new);
        ExprId(number.expect("fewer than 2^32 expressions in a source"))
    }

    /// The node itself.
    #[inline]
    pub fn get(&self, id: ExprId) -> &Expr<'t> {
        &self.nodes[id.0.get() as usize - 1]
    }

    /// The node itself, to be changed.
    #[inline]
    pub fn get_mut(&mut self, id: ExprId) -> &mut Expr<'t> {
        &mut self.nodes[id.0.get() as usize - 1]
    }

    /// All nodes, including those that no longer belong to the tree.
    pub fn iter(&self) -> impl Iterator<Item = &Expr<'t>> {
        self.nodes.iter()
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// How much memory it takes.
    pub fn bytes(&self) -> usize {
        self.arena.bump.allocated_bytes() + self.nodes.capacity() * size_of::<Expr<'t>>()
    }

    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The allocator of the tree.
    pub(super) fn bump(&self) -> &'t Bump {
        &self.arena.bump
    }

    /// The position that the reference reports for a whole expression (`Expr::getPos`); none for literals, `let`, `==`
    /// and similar forms.
    pub fn pos(&self, mut id: ExprId) -> Pos {
        loop {
            match self.get(id) {
                Expr::Var { pos, .. }
                | Expr::CurrentPosition { pos }
                | Expr::InheritFrom { pos, .. }
                | Expr::Select { pos, .. }
                | Expr::Call { pos, .. }
                | Expr::With { pos, .. }
                | Expr::If { pos, .. }
                | Expr::Assert { pos, .. }
                | Expr::And { pos, .. }
                | Expr::Or { pos, .. }
                | Expr::Implies { pos, .. }
                | Expr::Update { pos, .. }
                | Expr::ConcatLists { pos, .. }
                | Expr::ConcatStrings { pos, .. } => return *pos,
                Expr::Attrs(attrs) => return attrs.pos,
                Expr::Lambda(lambda) => return lambda.pos,
                Expr::HasAttr { subject, .. } | Expr::Not(subject) => id = *subject,
                Expr::List(elements) => match elements.first() {
                    Some(first) => id = *first,
                    None => return Pos::NONE,
                },
                Expr::Int(_)
                | Expr::Float(_)
                | Expr::String(_)
                | Expr::Path(_)
                | Expr::Let { .. }
                | Expr::Equal(..)
                | Expr::NotEqual(..) => return Pos::NONE,
            }
        }
    }
}

impl Drop for Tree<'_> {
    fn drop(&mut self) {
        self.arena.spare.set(renew(std::mem::take(&mut self.nodes)));
    }
}

impl std::fmt::Debug for Tree<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(&self.nodes).finish()
    }
}

/// An empty vector that keeps its capacity: collecting in place does that.
fn renew<'to>(mut nodes: Vec<Expr<'_>>) -> Vec<Expr<'to>> {
    nodes.clear();
    nodes.into_iter().map(|_| unreachable!("there is none left")).collect()
}

/// An expression.
#[derive(Debug)]
pub enum Expr<'t> {
    /// `1`. Negative numbers are calls of `__sub`.
    Int(i64),
    /// `1.5`
    Float(f64),
    /// A string without interpolation; its escapes are undone.
    String(&'t [u8]),
    /// A path without interpolation, or the first part of one. It is absolute and canonical, with a final slash kept
    /// before an interpolation.
    Path(&'t [u8]),
    /// A variable.
    Var {
        /// Its name.
        name: Symbol,
        /// Its position; none if the parser made the variable up (`__sub`).
        pos: Pos,
    },
    /// `__curPos`
    CurrentPosition {
        /// Its position.
        pos: Pos,
    },
    /// `subject.path` or `subject.path or default`
    Select {
        /// The expression selected from.
        subject: ExprId,
        /// At least one name.
        path: &'t [AttrName],
        /// The expression after `or`.
        default: Option<ExprId>,
        /// The position of the start of the whole expression.
        pos: Pos,
    },
    /// `subject ? path`
    HasAttr {
        /// The expression that is tested.
        subject: ExprId,
        /// At least one name.
        path: &'t [AttrName],
    },
    /// `{ … }` and `rec { … }`
    Attrs(&'t mut Bindings<'t>),
    /// `[ … ]`
    List(&'t [ExprId]),
    /// `x: …`, `{ a, b ? c, ... }@x: …`
    Lambda(&'t mut Lambda<'t>),
    /// `function argument …`, and operators that the parser turns into calls: `a - b`, `a < b`, `<nixpkgs>`, `a |> b`.
    Call {
        /// The function.
        function: ExprId,
        /// At least one argument; `f x y` is one call with two.
        arguments: Arguments<'t>,
        /// The start of the whole expression, or the position of the operator.
        pos: Pos,
    },
    /// `let … in body`
    Let {
        /// The bindings, which see each other. Never dynamic.
        bindings: &'t mut Bindings<'t>,
        /// The expression after `in`.
        body: ExprId,
    },
    /// `with namespace; body`
    With {
        /// The set whose attributes come into scope.
        namespace: ExprId,
        /// The expression they come into scope of.
        body: ExprId,
        /// The position of `with`.
        pos: Pos,
    },
    /// `if condition then consequence else alternative`
    If {
        /// The condition.
        condition: ExprId,
        /// Taken when true.
        consequence: ExprId,
        /// Taken when false.
        alternative: ExprId,
        /// The position of `if`.
        pos: Pos,
    },
    /// `assert condition; body`
    Assert {
        /// The condition.
        condition: ExprId,
        /// The value if it holds.
        body: ExprId,
        /// The position of `assert`.
        pos: Pos,
    },
    /// `!operand`; also around `__lessThan` for `<=` and `>=`.
    Not(ExprId),
    /// `left == right`
    Equal(ExprId, ExprId),
    /// `left != right`
    NotEqual(ExprId, ExprId),
    /// `left && right`
    And {
        /// Left operand.
        left: ExprId,
        /// Right operand.
        right: ExprId,
        /// The position of the operator.
        pos: Pos,
    },
    /// `left || right`
    Or {
        /// Left operand.
        left: ExprId,
        /// Right operand.
        right: ExprId,
        /// The position of the operator.
        pos: Pos,
    },
    /// `left -> right`
    Implies {
        /// Left operand.
        left: ExprId,
        /// Right operand.
        right: ExprId,
        /// The position of the operator.
        pos: Pos,
    },
    /// `left // right`
    Update {
        /// Left operand.
        left: ExprId,
        /// Right operand.
        right: ExprId,
        /// The position of the operator.
        pos: Pos,
    },
    /// `left ++ right`
    ConcatLists {
        /// Left operand.
        left: ExprId,
        /// Right operand.
        right: ExprId,
        /// The position of the operator.
        pos: Pos,
    },
    /// `a + b` (two parts), and strings and paths with interpolations.
    ConcatStrings {
        /// The parts. Each has the position for errors about it.
        parts: &'t [(Pos, ExprId)],
        /// Whether the result is a string whatever the first part is: true for string literals, false for `+` and
        /// paths.
        force_string: bool,
        /// The start of the literal, or the position of the operator.
        pos: Pos,
    },
    /// The set that `inherit (from) …` selects from, as an index into [`Bindings::inherit_from`]. It occurs only as the
    /// subject of a [`Expr::Select`] inside [`Bindings`].
    InheritFrom {
        /// Index into [`Bindings::inherit_from`].
        index: u32,
        /// The position of the parenthesised expression.
        pos: Pos,
    },
}

/// One name of an attribute path.
#[derive(Debug, Clone, Copy)]
pub enum AttrName {
    /// A name known when parsing.
    Static(Symbol),
    /// `${expression}` or a string with interpolations.
    Dynamic(ExprId),
}

/// The arguments of a call. They grow during parsing: the capacity is the next power of two.
pub struct Arguments<'t> {
    start: NonNull<ExprId>,
    length: u32,
    arena: std::marker::PhantomData<&'t [ExprId]>,
}

impl<'t> Arguments<'t> {
    /// A copy of these arguments.
    pub(super) fn new(bump: &'t Bump, arguments: &[ExprId]) -> Self {
        let length = u32::try_from(arguments.len()).expect("fewer than 2^32 expressions in a source");
        let slots = bump.alloc_slice_fill_copy(arguments.len().next_power_of_two(), arguments[0]);
        slots[..arguments.len()].copy_from_slice(arguments);
        let start = NonNull::from(slots).cast();
        Arguments { start, length, arena: std::marker::PhantomData }
    }

    /// Adds one more.
    pub(super) fn push(&mut self, bump: &'t Bump, argument: ExprId) {
        let length = self.length as usize;
        if length.is_power_of_two() {
            let slots = bump.alloc_slice_fill_copy(length * 2, argument);
            slots[..length].copy_from_slice(self);
            self.start = NonNull::from(slots).cast();
        } else {
            // SAFETY: `new` and this allocate as many slots as the next power of two, which is more than `length`, and only
            // this holds them: `Arguments` cannot be copied.
            unsafe { self.start.add(length).write(argument) };
        }
        self.length = self.length.checked_add(1).expect("fewer than 2^32 expressions in a source");
    }
}

impl Deref for Arguments<'_> {
    type Target = [ExprId];

    fn deref(&self) -> &[ExprId] {
        // SAFETY: the slots are in the arena, which is borrowed for `'t`, and `new` and `push` have written its first
        // `length` elements.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.length as usize) }
    }
}

impl std::fmt::Debug for Arguments<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(formatter)
    }
}

/// What `{ … }`, `rec { … }` and `let … in` contain.
#[derive(Debug)]
pub struct Bindings<'t> {
    /// Whether the attributes see each other. It is not set for `let`, though they do.
    pub recursive: bool,
    /// Attributes with known names, sorted by symbol.
    pub attrs: ArenaVec<'t, AttrDef>,
    /// Attributes with computed names, in source order.
    pub dynamic: ArenaVec<'t, DynamicAttrDef>,
    /// The expressions of `inherit (…)`, in source order.
    pub inherit_from: ArenaVec<'t, ExprId>,
    /// The position of the opening brace (or `rec`); none for sets made from attribute paths.
    pub pos: Pos,
}

impl<'t> Bindings<'t> {
    /// No bindings.
    pub(super) fn new(bump: &'t Bump, pos: Pos) -> Self {
        Bindings {
            recursive: false,
            attrs: ArenaVec::new_in(bump),
            dynamic: ArenaVec::new_in(bump),
            inherit_from: ArenaVec::new_in(bump),
            pos,
        }
    }

    /// The index of `name` in [`Bindings::attrs`], or the index to insert it at.
    pub fn find(&self, name: Symbol) -> Result<usize, usize> {
        self.attrs.binary_search_by_key(&name, |attr| attr.name)
    }
}

/// An attribute with a known name.
#[derive(Debug, Clone, Copy)]
pub struct AttrDef {
    /// The name.
    pub name: Symbol,
    /// How it was written.
    pub kind: AttrKind,
    /// Its value.
    pub value: ExprId,
    /// The position of its name.
    pub pos: Pos,
}

/// How an attribute was written. This decides in which scope its value is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttrKind {
    /// `name = value;`, resolved in the set's own scope if the set is recursive.
    Plain,
    /// `inherit name;`, an [`Expr::Var`] that is resolved in the enclosing scope.
    Inherited,
    /// `inherit (from) name;` an [`Expr::Select`] of [`Expr::InheritFrom`].
    InheritedFrom,
}

/// An attribute with a computed name.
#[derive(Debug, Clone, Copy)]
pub struct DynamicAttrDef {
    /// The expression of the name; `null` drops the attribute.
    pub name: ExprId,
    /// Its value.
    pub value: ExprId,
    /// The position of the attribute path.
    pub pos: Pos,
}

/// A function.
#[derive(Debug)]
pub struct Lambda<'t> {
    /// The position of its start.
    pub pos: Pos,
    /// The name of the attribute or variable that it is bound to, for traces.
    pub name: Option<Symbol>,
    /// `x` of `x: …` and of `{ … }@x: …`.
    pub argument: Option<Symbol>,
    /// The pattern, if it has one.
    pub formals: Option<Formals<'t>>,
    /// The body.
    pub body: ExprId,
}

/// The pattern of a function that takes a set.
#[derive(Debug)]
pub struct Formals<'t> {
    /// The formals, sorted by symbol.
    pub formals: &'t [Formal],
    /// Whether other attributes are accepted.
    pub ellipsis: bool,
}

/// One formal of a pattern.
#[derive(Debug, Clone, Copy)]
pub struct Formal {
    /// The position of its name.
    pub pos: Pos,
    /// Its name.
    pub name: Symbol,
    /// Its default.
    pub default: Option<ExprId>,
}
