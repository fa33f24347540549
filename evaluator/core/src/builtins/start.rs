//! Starts an evaluation: makes a state with all builtins in scope.
//!
//! A [`Template`] keeps what evaluations with the same settings start with: the symbols that exist before any source is
//! read, and which builtin has which name. Many small evaluations share one, so that they need not make it again.

use std::rc::Rc;

use super::registration::{Registered, register};
use super::table;
use crate::heap::Heap;
use crate::primop::Primop;
use crate::settings::Settings;
use crate::state::{Setup, Spare, State};
use crate::symbols::SymbolTable;

impl<'h> State<'h> {
    /// The state of a new evaluation, with the builtins in scope.
    pub fn with_builtins(heap: &'h Heap, setup: Setup) -> Self {
        State::with_more_builtins(heap, setup, &[])
    }

    /// Like [`State::with_builtins`], with further builtins of the host. Their names must differ from all others. The
    /// machine must find them after [`PRIMOPS`](super::PRIMOPS), in the same order.
    pub fn with_more_builtins(heap: &'h Heap, setup: Setup, hosts: &[Primop]) -> Self {
        let (symbols, registered) = register(&setup.settings, hosts);
        start(heap, setup, Rc::new(symbols), &registered, hosts)
    }
}

fn start<'h>(
    heap: &'h Heap,
    setup: Setup,
    symbols: Rc<SymbolTable>,
    registered: &Registered,
    hosts: &[Primop],
) -> State<'h> {
    State::new(heap, setup, symbols, table::intrinsics(), |state| registered.instantiate(state, hosts))
}

/// The symbols and builtins that evaluations with the same settings start with.
pub struct Template {
    settings: Rc<Settings>,
    symbols: Rc<SymbolTable>,
    registered: Registered,
    spare: Spare,
}

impl Template {
    /// A template for evaluations with `settings`.
    pub fn new(settings: Rc<Settings>) -> Template {
        let (symbols, registered) = register(&settings, &[]);
        Template { settings, symbols: Rc::new(symbols), registered, spare: Spare::default() }
    }

    /// The settings.
    pub fn settings(&self) -> Rc<Settings> {
        self.settings.clone()
    }

    /// The state of a new evaluation. No program can tell it from one of [`State::with_builtins`]. The previous
    /// evaluation must have ended: the order in which symbols are created is observable, so its symbols are forgotten
    /// first. `setup` must have the settings of this template.
    pub fn state<'h>(&mut self, heap: &'h Heap, setup: Setup) -> State<'h> {
        assert!(Rc::ptr_eq(&setup.settings, &self.settings), "a template serves its own settings");
        match Rc::get_mut(&mut self.symbols) {
            Some(symbols) => symbols.truncate(self.registered.fresh_symbols()),
            // Something of the evaluation before is still alive, so its symbols must be, too.
            None => self.symbols = Rc::new(register(&self.settings, &[]).0),
        }
        let state = start(heap, setup, self.symbols.clone(), &self.registered, &[]);
        state.reuse(std::mem::take(&mut self.spare));
        state
    }

    /// Takes what the next evaluation can use from one that has ended.
    pub fn recover(&mut self, state: &State<'_>) {
        self.spare = state.take_spare();
    }
}
