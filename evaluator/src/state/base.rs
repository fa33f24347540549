//! What evaluations with the same settings start with, kept so that many small ones need not make it again: the symbols
//! that exist before any source is read, and which builtin has which name.

use std::rc::Rc;

use super::{Setup, State};
use crate::builtins::Registered;
use crate::heap::{Heap, SymbolTable};
use crate::settings::Settings;

/// What evaluations with the same settings start with.
pub struct Base {
    settings: Rc<Settings>,
    symbols: Rc<SymbolTable>,
    globals: Rc<Registered>,
    /// Room that the evaluation before had for parsing and compiling, empty.
    arena: crate::syntax::tree::Arena,
    scopes: crate::compiler::Scopes,
}

impl Base {
    /// What evaluations with `settings` start with.
    pub fn new(settings: Rc<Settings>) -> Base {
        let (symbols, globals) = crate::builtins::register(&settings);
        Base {
            settings,
            symbols: Rc::new(symbols),
            globals: Rc::new(globals),
            arena: Default::default(),
            scopes: Default::default(),
        }
    }

    /// The settings.
    pub fn settings(&self) -> Rc<Settings> {
        self.settings.clone()
    }

    /// The state of a new evaluation, equal in all that a program can observe to one that [`State::new`] makes. The
    /// one before must be gone: the order in which symbols were created is observable, so what it created is forgotten
    /// first. `setup` must have the settings of this base.
    pub fn state<'h>(&mut self, heap: &'h Heap, setup: Setup) -> State<'h> {
        debug_assert!(Rc::ptr_eq(&setup.settings, &self.settings), "a base serves its own settings");
        match Rc::get_mut(&mut self.symbols) {
            Some(symbols) => symbols.truncate(self.globals.fresh_symbols()),
            // Something of the evaluation before is still alive, so its symbols must be, too.
            None => self.symbols = Rc::new(crate::builtins::register(&self.settings).0),
        }
        let state = State::with(heap, setup, self.symbols.clone(), &self.globals);
        state.arena.set(std::mem::take(&mut self.arena));
        state.compiler_room.set(crate::compiler::Room::with(std::mem::take(&mut self.scopes)));
        state
    }

    /// Takes from an evaluation that has ended what the next one can use.
    pub(crate) fn recover(&mut self, state: &State<'_>) {
        (self.arena, self.scopes) = (state.arena.take(), state.compiler_room.take().into_scopes());
    }
}
