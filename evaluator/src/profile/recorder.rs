//! Records calls while an evaluation runs: an observer of the machine that builds the tree of all stacks of calls there
//! were, with what each took.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use crate::source::Pos;
use crate::state::State;
use crate::vm::{Called, RuntimeObserver};

/// A call: what was called, and from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Call {
    /// What was called.
    pub called: Called,
    /// Where the call is.
    pub pos: Pos,
    /// Which derivation it makes, as an index into [`Tree::derivations`].
    pub derivation: Option<u32>,
}

/// A stack of calls: the call on top, in the one beneath.
#[derive(Debug)]
pub struct Node {
    /// The call; none of the evaluation as a whole.
    pub call: Option<Call>,
    /// The index of the stack beneath; the root's is its own.
    pub parent: usize,
    /// How often it was called.
    pub calls: u64,
    /// How often it was looked at.
    pub samples: u64,
    /// How long it ran, without the calls in it.
    pub time: Duration,
    /// How many bytes it allocated in the arena, without the calls in it.
    pub bytes: u64,
}

impl Node {
    fn new(call: Option<Call>, parent: usize) -> Node {
        Node { call, parent, calls: 0, samples: 0, time: Duration::ZERO, bytes: 0 }
    }
}

/// All stacks of calls of an evaluation. Each stands behind the one beneath.
#[derive(Debug)]
pub struct Tree {
    /// The stacks; the first is the evaluation as a whole.
    pub nodes: Vec<Node>,
    /// Names of derivations.
    pub derivations: Vec<Vec<u8>>,
}

impl Default for Tree {
    fn default() -> Tree {
        Tree { nodes: vec![Node::new(None, 0)], derivations: Vec::new() }
    }
}

/// An observer that adds calls to a tree.
pub struct Recorder<'h> {
    state: &'h State<'h>,
    tree: Rc<RefCell<Tree>>,
    children: FxHashMap<(usize, Call), usize>,
    derivations: FxHashMap<Vec<u8>, u32>,
    current: usize,
    /// When what runs now began, and how much memory there was then.
    since: (Instant, usize),
    /// How long at least between two samples.
    period: Duration,
    last_sample: Instant,
}

impl<'h> Recorder<'h> {
    /// A recorder into `tree`. With a frequency of 0 there is a sample at each call, else at most so many a second.
    pub fn new(state: &'h State<'h>, tree: Rc<RefCell<Tree>>, frequency: u32) -> Self {
        let now = Instant::now();
        Recorder {
            state,
            tree,
            children: FxHashMap::default(),
            derivations: FxHashMap::default(),
            current: 0,
            since: (now, state.heap.filled()),
            period: match frequency {
                0 => Duration::ZERO,
                frequency => Duration::from_nanos(1_000_000_000 / u64::from(frequency)),
            },
            last_sample: now,
        }
    }

    /// Ascribes what was used since the last event to what ran since then.
    fn settle(&mut self) -> Instant {
        let (now, filled) = (Instant::now(), self.state.heap.filled());
        let node = &mut self.tree.borrow_mut().nodes[self.current];
        node.time += now - self.since.0;
        node.bytes += filled.saturating_sub(self.since.1) as u64;
        self.since = (now, filled);
        now
    }

    /// The number of a derivation's name.
    fn number(&mut self, derivation: &[u8]) -> u32 {
        if let Some(known) = self.derivations.get(derivation) {
            return *known;
        }
        let names = &mut self.tree.borrow_mut().derivations;
        let number = names.len() as u32;
        names.push(derivation.to_vec());
        self.derivations.insert(derivation.to_vec(), number);
        number
    }

    fn child(&mut self, call: Call) -> usize {
        let nodes = &mut self.tree.borrow_mut().nodes;
        *self.children.entry((self.current, call)).or_insert_with(|| {
            nodes.push(Node::new(Some(call), self.current));
            nodes.len() - 1
        })
    }
}

impl RuntimeObserver for Recorder<'_> {
    fn wants_instructions(&self) -> bool {
        false
    }

    fn wants_calls(&self) -> bool {
        true
    }

    fn call_begun(&mut self, called: Called, pos: Pos, derivation: Option<&[u8]>) {
        let now = self.settle();
        let derivation = derivation.map(|name| self.number(name));
        self.current = self.child(Call { called, pos, derivation });
        let node = &mut self.tree.borrow_mut().nodes[self.current];
        node.calls += 1;
        if now - self.last_sample > self.period || self.period.is_zero() {
            node.samples += 1;
            self.last_sample = now;
        }
    }

    fn call_ended(&mut self) {
        self.settle();
        self.current = self.tree.borrow().nodes[self.current].parent;
    }
}

impl Drop for Recorder<'_> {
    fn drop(&mut self) {
        self.settle();
    }
}
