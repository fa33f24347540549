//! Builds values from JSON text, by the parser's events (`libexpr/json-to-value.cc`).

use crate::errors::Failure;
use crate::format::json::{self, Visitor};
use crate::heap::Held;
use crate::source::Pos;
use crate::state::State;
use crate::symbols::Symbol;
use crate::symbols::known;
use crate::value::{Attr, Attrs, Value};

/// Builds a value from a JSON text. Symbols are created in the order of the text.
///
/// # Errors
/// What is wrong with the text.
pub fn from_json<'h>(state: &State<'h>, text: &[u8]) -> Result<Value<'h>, Failure> {
    let mut builder = Builder { state, open: Vec::new(), done: Value::Null, waiting: 0, held: state.heap.hold() };
    json::parse(text, &mut builder)?;
    Ok(builder.done)
}

/// An array or object that is not complete.
enum Open<'h> {
    Array(Vec<Value<'h>>),
    Object { attrs: Vec<Attr<'h>>, key: Symbol },
}

struct Builder<'s, 'h> {
    state: &'s State<'h>,
    open: Vec<Open<'h>>,
    done: Value<'h>,
    /// How many values are complete but not yet in an array or object, plus how many arrays and objects are open.
    waiting: usize,
    held: Held<'h>,
}

impl<'h> Builder<'_, 'h> {
    /// Counts a value, or an open array or object. Vectors may have as much spare capacity again.
    fn count_one(&mut self) -> Result<(), Failure> {
        self.state.limits.step()?;
        self.waiting += 1;
        if self.waiting.is_multiple_of(256) {
            self.state.hold(&mut self.held, self.waiting * 2 * size_of::<Open<'h>>())?;
            self.state.reserve(self.state.symbols.bytes())?;
        }
        Ok(())
    }

    fn add(&mut self, value: Value<'h>) -> Result<(), Failure> {
        self.count_one()?;
        match self.open.last_mut() {
            Some(Open::Array(items)) => items.push(value),
            Some(Open::Object { attrs, key }) => attrs.push(Attr::new(self.state.heap, *key, Pos::NONE, value)),
            None => self.done = value,
        }
        Ok(())
    }
}

impl Visitor for Builder<'_, '_> {
    type Error = Failure;

    fn null(&mut self) -> Result<(), Failure> {
        self.add(Value::Null)
    }

    fn boolean(&mut self, value: bool) -> Result<(), Failure> {
        self.add(Value::Bool(value))
    }

    fn integer(&mut self, value: i64) -> Result<(), Failure> {
        self.add(Value::Int(value))
    }

    fn float(&mut self, value: f64) -> Result<(), Failure> {
        self.add(Value::Float(value))
    }

    fn string(&mut self, value: &[u8]) -> Result<(), Failure> {
        self.state.reserve(value.len())?;
        self.add(self.state.string(value))
    }

    fn start_array(&mut self) -> Result<(), Failure> {
        self.open.push(Open::Array(Vec::new()));
        self.count_one()
    }

    fn end_array(&mut self) -> Result<(), Failure> {
        self.end_object()
    }

    fn start_object(&mut self) -> Result<(), Failure> {
        self.open.push(Open::Object { attrs: Vec::new(), key: known::EMPTY });
        self.count_one()
    }

    fn key(&mut self, name: &[u8]) -> Result<(), Failure> {
        let name = self.state.symbols.intern(name);
        if let Some(Open::Object { key, .. }) = self.open.last_mut() {
            *key = name;
        }
        Ok(())
    }

    fn end_object(&mut self) -> Result<(), Failure> {
        let value = match self.open.pop() {
            Some(Open::Array(items)) => {
                self.waiting -= items.len() + 1;
                self.state.reserve_slots(items.len())?;
                self.state.list(&items)
            }
            Some(Open::Object { mut attrs, .. }) => {
                self.waiting -= attrs.len() + 1;
                self.state.reserve_slots(attrs.len())?;
                // Of two with the same name the last counts, and the first is kept below.
                attrs.reverse();
                Value::Attrs(Attrs::from_unsorted(self.state.heap, attrs))
            }
            None => unreachable!("the parser closes what it has opened"),
        };
        self.add(value)
    }
}
