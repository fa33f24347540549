//! The state that one evaluation shares: the arena, symbols, sources, settings, the outside world, imported files, and
//! counts of what was done. The machine and generators reach all of it by shared reference.

#![forbid(unsafe_code)]

mod activities;
mod adding;
mod caches;
mod copy;
mod failures;
pub(crate) mod fetching;
mod front_end;
mod hashing;
mod limits;
mod lookup;
mod messages;
mod setup;
mod statistics;
mod values;
mod world;

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use crate::heap::{Growing, Heap};
use crate::settings::{FeatureSet, Settings};
use crate::source::SourceMap;
use crate::symbols::SymbolTable;
use crate::value::{Builtin, Globals, Packed, SpeculationSites};
pub(crate) use caches::Caches;
pub use failures::{DERIVATION_PRELUDE_NAME, MOST_NESTED};
pub use front_end::ChunkObserver;
pub(crate) use front_end::Spare;
pub(crate) use hashing::Hashing;
pub use limits::Limits;
pub use messages::MessageSink;
pub use setup::{Setup, Variant};
pub use statistics::Statistics;
pub use world::World;

/// Builtins that no program can name, for thunks that the evaluator makes.
#[derive(Clone, Copy)]
pub struct Intrinsics {
    /// Gives the line of a position, by its number.
    pub line_of_position: &'static Builtin,
    /// Gives the column of a position, by its number.
    pub column_of_position: &'static Builtin,
}

/// One evaluation.
pub struct State<'h> {
    /// The arena.
    pub heap: &'h Heap,
    /// Strings that grow.
    pub(crate) growing_strings: Growing<'h, u8>,
    /// Lists that grow.
    pub(crate) growing_lists: Growing<'h, Packed<'h>>,
    /// Names.
    pub symbols: Rc<SymbolTable>,
    /// Sources.
    pub sources: SourceMap,
    /// Settings.
    pub settings: Rc<Settings>,
    /// The outside world.
    pub world: World,
    /// How deep the calls are that are being made.
    pub call_depth: Cell<u32>,
    /// How deep they may be.
    pub max_call_depth: u32,
    /// Counts of work.
    pub statistics: Statistics,
    /// Fuel, and when to stop.
    pub limits: Limits,
    /// Optimisations that are switched off.
    pub variant: Variant,
    /// The thunks that speculative integers stand for.
    pub(crate) speculation_sites: SpeculationSites<'h>,
    /// Caches.
    pub(crate) caches: Caches<'h>,
    intrinsics: Intrinsics,
    globals: OnceCell<Globals<'h>>,
    front_end: front_end::FrontEnd<'h>,
    messages: messages::Messages,
    failures: failures::Failures,
}

impl<'h> State<'h> {
    /// The state of a new evaluation with these symbols, and with the variables that `globals` makes.
    pub(crate) fn new(
        heap: &'h Heap,
        mut setup: Setup,
        symbols: Rc<SymbolTable>,
        intrinsics: Intrinsics,
        globals: impl FnOnce(&State<'h>) -> Globals<'h>,
    ) -> Self {
        heap.set_flat_sets(setup.variant.flat_sets);
        let world = World::new(&mut setup);
        let state = State {
            heap,
            growing_strings: Growing::new(heap),
            growing_lists: Growing::new(heap),
            symbols,
            sources: world.sources(),
            max_call_depth: setup.settings.max_call_depth,
            settings: setup.settings,
            world,
            call_depth: Cell::new(0),
            statistics: Statistics::default(),
            limits: Limits::default(),
            variant: setup.variant,
            speculation_sites: SpeculationSites::default(),
            caches: Caches::default(),
            intrinsics,
            globals: OnceCell::new(),
            front_end: Default::default(),
            messages: messages::Messages::new(setup.messages, setup.logger),
            failures: Default::default(),
        };
        let globals = globals(&state);
        if state.globals.set(globals).is_err() {
            unreachable!("a new state has no globals");
        }
        state
    }

    /// The variables that every source sees.
    pub fn globals(&self) -> &Globals<'h> {
        self.globals.get().expect("globals are set when the state is made")
    }

    /// The experimental features that are on.
    pub(crate) fn features(&self) -> FeatureSet {
        self.settings.experimental_features
    }
}
