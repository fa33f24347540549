//! Caches of one evaluation.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::State;
use super::fetching::Fetched;
use crate::regex;
use crate::store::StorePath;
use crate::store::derivation::Instantiated;
use crate::symbols::Symbol;
use crate::value::{Context, NixString, Value};

/// Caches of an evaluation.
#[derive(Default)]
pub(crate) struct Caches<'h> {
    /// The store path of each path that was copied.
    pub copied_paths: RefCell<FxHashMap<Vec<u8>, StorePath>>,
    /// What was fetched, by the attributes of its input as JSON.
    pub fetched: RefCell<FxHashMap<Vec<u8>, Fetched>>,
    /// Derivations that were instantiated.
    pub instantiated: RefCell<Instantiated>,
    /// Regular expressions that were compiled.
    pub regular_expressions: regex::Cache,
    /// Names as string values, by symbols.
    names: RefCell<Vec<Option<&'h NixString<'h>>>>,
}

impl<'h> State<'h> {
    /// The name of a symbol as a string value, made once. Nothing is copied, because names outlive the evaluation.
    pub(crate) fn name_value(&'h self, name: Symbol) -> Value<'h> {
        let mut values = self.caches.names.borrow_mut();
        let index = name.index() as usize;
        if index >= values.len() {
            values.resize((index + 1).next_power_of_two(), None);
        }
        let string = *values[index].get_or_insert_with(|| {
            let string = NixString::alloc(self.heap, self.symbols.name(name), Context::EMPTY);
            string.remember(name);
            string
        });
        Value::String(string)
    }
}
