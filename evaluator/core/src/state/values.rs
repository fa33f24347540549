//! Makes values, and the texts of names and positions.

use super::State;
use crate::bytecode::Chunk;
use crate::errors::Failure;
use crate::heap::trailing;
use crate::io::paths;
use crate::source::Pos;
use crate::symbols::{Symbol, known};
use crate::value::{Attr, Attrs, Items, List, NixString, Packed, Thunk, Value};

impl<'h> State<'h> {
    /// A string without context.
    pub fn string(&self, bytes: &[u8]) -> Value<'h> {
        NixString::copied(self.heap, bytes)
    }

    /// A list.
    pub fn list(&self, items: &[Value<'h>]) -> Value<'h> {
        List::copied(self.heap, items)
    }

    /// A list of which a program chooses the length. Now and then it looks whether the evaluation must stop.
    ///
    /// # Errors
    /// It must.
    pub(crate) fn collect_list(
        &self,
        items: impl IntoIterator<Item = Value<'h>, IntoIter: ExactSizeIterator>,
    ) -> Result<Value<'h>, Failure> {
        /// As many are made without a look.
        const FEW: usize = 1 << 12;
        let items = items.into_iter();
        if items.len() <= FEW {
            return Ok(List::collect(self.heap, items));
        }
        let slots = items.map(|item| self.limits.step().map(|()| Packed::new(self.heap, item)));
        Ok(List::of(self.heap, Items::new(self.heap.try_collect(slots)?)))
    }

    /// A copy of a list of values, of which a program chooses the length.
    ///
    /// # Errors
    /// The evaluation must stop.
    pub(crate) fn copied_list(&self, items: &[Value<'h>]) -> Result<Value<'h>, Failure> {
        self.collect_list(items.iter().copied())
    }

    /// A set, from names and slots in any order.
    pub fn attrs(&self, attrs: impl IntoIterator<Item = (Symbol, Value<'h>)>) -> Value<'h> {
        let attrs = attrs.into_iter().map(|(name, value)| Attr::new(self.heap, name, Pos::NONE, value)).collect();
        Value::Attrs(Attrs::from_unsorted(self.heap, attrs))
    }

    /// The name that a string value stands for.
    pub(crate) fn intern_string(&self, value: Value<'h>) -> Symbol {
        match value {
            Value::String(string) => string.symbol(&self.symbols),
            _ => unreachable!("checked to be a string"),
        }
    }

    /// The result of `builtins.tryEval`; `None` for a caught error.
    pub(crate) fn try_eval_result(&self, value: Option<Value<'h>>) -> Value<'h> {
        let (success, value) = (value.is_some(), value.unwrap_or(Value::Bool(false)));
        self.attrs([(self.symbols.intern(b"success"), Value::Bool(success)), (known::VALUE, value)])
    }

    /// `__curPos` at `pos`, and the result of `unsafeGetAttrPos`; null outside of files. Line and column are computed
    /// only when something forces them.
    pub fn position_value(&self, pos: Pos) -> Value<'h> {
        let Some(source) = self.sources.source_of(pos) else { return Value::Null };
        let Some(path) = source.origin.path() else { return Value::Null };
        let number = [Value::Int(i64::from(pos.number()))];
        let applied = |builtin| Value::Thunk(Thunk::applied(self.heap, Value::Builtin(builtin), &number));
        let (line, column) = (applied(self.intrinsics.line_of_position), applied(self.intrinsics.column_of_position));
        let path = paths::undisplayed(&path);
        self.attrs([(known::FILE, self.string(path)), (known::LINE, line), (known::COLUMN, column)])
    }

    /// Concatenates `lists`, whose elements are `length` in all.
    ///
    /// # Errors
    /// There is no memory for so many.
    pub(crate) fn concatenated(&self, lists: &[&'h List<'h>], length: usize) -> Result<Items<'h>, Failure> {
        self.reserve(length.saturating_mul(size_of::<Packed<'h>>()))?;
        let slots = trailing::try_alloc_slice(self.heap, length, |row| {
            lists
                .iter()
                .try_for_each(|list| self.limits.in_pieces(list.items().packed(), |piece| row.extend_from_slice(piece)))
        });
        Ok(Items::new(slots?))
    }

    /// A copy of a text in the arena, made of `pieces`, which have `length` bytes in all. Call [`State::reserve`] before.
    ///
    /// # Errors
    /// The evaluation must stop.
    pub(crate) fn copied_text<'t>(
        &self,
        length: usize,
        pieces: impl IntoIterator<Item = &'t [u8]>,
    ) -> Result<&'h [u8], Failure> {
        trailing::try_alloc_slice(self.heap, length, |row| {
            pieces.into_iter().try_for_each(|text| self.limits.in_pieces(text, |piece| row.extend_from_slice(piece)))
        })
    }

    /// The attributes of a set in alphabetical order, as in the reference's `lexicographicOrder`; the set itself is
    /// ordered by symbol.
    pub fn by_name(&self, attrs: &Attrs<'h>) -> Vec<Attr<'h>> {
        let mut sorted = attrs.sorted(self.heap).to_vec();
        sorted.sort_by(|a, b| self.symbols.name(a.name).cmp(self.symbols.name(b.name)));
        sorted
    }

    /// A name as it is printed: quoted unless it is an identifier.
    pub fn printed_name(&self, symbol: Symbol) -> Vec<u8> {
        crate::syntax::print_identifier(self.symbols.name(symbol))
    }

    /// The name of a function in messages.
    pub(crate) fn lambda_name(&self, chunk: &Chunk<'h>) -> Vec<u8> {
        match chunk.lambda_name() {
            Some(name) => self.symbols.name(name).to_vec(),
            None => b"anonymous lambda".to_vec(),
        }
    }

    /// Appends `FILE:LINE:COLUMN`.
    pub fn write_place(&self, pos: Pos, out: &mut Vec<u8>) {
        match self.sources.place(pos) {
            Some(place) => out.extend_from_slice(&place.describe()),
            None => out.extend_from_slice("«none»:0".as_bytes()),
        }
    }
}
