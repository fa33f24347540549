//! The program that a pattern is compiled to: nodes that consume a byte, choose, or record a position.
//!
//! There is one node for each state that libstdc++ creates, even where it does nothing. The number of states is
//! limited, and programs can see the error for too many.

use rustc_hash::FxHashMap;

use super::RegexError;

/// The number of a node.
pub(super) type Index = u32;

/// No node: the end of a fragment that nothing follows yet.
const NOWHERE: Index = Index::MAX;

/// libstdc++'s limit for the number of states.
const MAX_NODES: usize = 100_000;

/// A set of bytes.
pub(super) type ByteSet = [bool; 256];

/// One step of a program. The next node is in `next`, except that some steps branch.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Does nothing; only while compiling.
    Nothing,
    /// Consumes this byte.
    Byte(u8),
    /// Consumes a byte of the set with this number.
    Set(u32),
    /// Tries `more`, and `next` if that finds nothing.
    Repeat { more: Index },
    /// Tries `left` and `next`.
    Alternative { left: Index },
    /// The start of a group.
    GroupStart(u32),
    /// The end of a group.
    GroupEnd(u32),
    /// Passes at the start of the input.
    LineStart,
    /// Passes at the end of the input.
    LineEnd,
    /// A match.
    Accept,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) step: Step,
    pub(super) next: Index,
    /// The index among the nodes that consume; only for those.
    pub(super) consumer: u32,
}

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) nodes: Vec<Node>,
    pub(super) sets: Vec<ByteSet>,
    pub(super) start: Index,
    /// How many groups there are.
    pub(super) groups: u32,
    /// How many nodes consume.
    pub(super) consumers: u32,
    /// The bytes that a match can start with; meaningless if a match can be empty.
    pub(super) first: Box<ByteSet>,
    /// Whether a match can consume nothing.
    pub(super) can_be_empty: bool,
}

/// A part of a program with one entry and one exit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fragment {
    start: Index,
    end: Index,
}

/// Builds a program out of fragments.
#[derive(Debug)]
pub(super) struct Builder {
    nodes: Vec<Node>,
    sets: Vec<ByteSet>,
    groups: u32,
}

impl Builder {
    pub(super) fn new() -> Self {
        // libstdc++ has a group around the whole, whose start it makes first.
        let start = Node { step: Step::Nothing, next: NOWHERE, consumer: 0 };
        Builder { nodes: vec![start], sets: Vec::new(), groups: 0 }
    }

    fn insert(&mut self, step: Step, next: Index) -> Result<Index, RegexError> {
        if self.nodes.len() == MAX_NODES {
            return Err(RegexError::TooLarge);
        }
        self.nodes.push(Node { step, next, consumer: 0 });
        Ok(self.nodes.len() as Index - 1)
    }

    /// A fragment of one step.
    pub(super) fn step(&mut self, step: Step) -> Result<Fragment, RegexError> {
        let index = self.insert(step, NOWHERE)?;
        Ok(Fragment { start: index, end: index })
    }

    /// A fragment that consumes a byte of `set`.
    pub(super) fn set(&mut self, set: ByteSet) -> Result<Fragment, RegexError> {
        self.sets.push(set);
        self.step(Step::Set(self.sets.len() as u32 - 1))
    }

    /// The start of a new group, and its number.
    pub(super) fn open_group(&mut self) -> Result<(Fragment, u32), RegexError> {
        let group = self.groups;
        self.groups += 1;
        Ok((self.step(Step::GroupStart(group))?, group))
    }

    /// `first`, then `second`.
    pub(super) fn concatenate(&mut self, first: Fragment, second: Fragment) -> Fragment {
        self.nodes[first.end as usize].next = second.start;
        Fragment { start: first.start, end: second.end }
    }

    /// `left` or `right`.
    pub(super) fn alternative(&mut self, left: Fragment, right: Fragment) -> Result<Fragment, RegexError> {
        let end = self.step(Step::Nothing)?;
        self.concatenate(left, end);
        self.concatenate(right, end);
        let start = self.insert(Step::Alternative { left: left.start }, right.start)?;
        Ok(Fragment { start, end: end.end })
    }

    /// `part` any number of times.
    pub(super) fn star(&mut self, part: Fragment) -> Result<Fragment, RegexError> {
        let repeat = self.step(Step::Repeat { more: part.start })?;
        self.concatenate(part, repeat);
        Ok(repeat)
    }

    /// `part` once or more.
    pub(super) fn plus(&mut self, part: Fragment) -> Result<Fragment, RegexError> {
        let repeat = self.step(Step::Repeat { more: part.start })?;
        Ok(self.concatenate(part, repeat))
    }

    /// `part` or nothing.
    pub(super) fn optional(&mut self, part: Fragment) -> Result<Fragment, RegexError> {
        let end = self.step(Step::Nothing)?;
        let repeat = self.step(Step::Repeat { more: part.start })?;
        self.concatenate(part, end);
        Ok(self.concatenate(repeat, end))
    }

    /// Repeats `part` at least `minimum` times, and at most `maximum` times if there is such a bound. The original of
    /// `part` is left unused, as in libstdc++.
    pub(super) fn interval(
        &mut self,
        part: Fragment,
        minimum: u32,
        maximum: Option<u32>,
    ) -> Result<Fragment, RegexError> {
        let mut whole = self.step(Step::Nothing)?;
        for _ in 0..minimum {
            let copy = self.copy(part)?;
            whole = self.concatenate(whole, copy);
        }
        let Some(maximum) = maximum else {
            let copy = self.copy(part)?;
            let repeat = self.star(copy)?;
            return Ok(self.concatenate(whole, repeat));
        };
        if maximum < minimum {
            return Err(RegexError::Invalid);
        }
        let end = self.step(Step::Nothing)?;
        for _ in minimum..maximum {
            let copy = self.copy(part)?;
            let start = self.insert(Step::Repeat { more: copy.start }, end.start)?;
            // Not `concatenate`: what the repetition leads to when it is over must stay `end`.
            self.nodes[whole.end as usize].next = start;
            whole.end = copy.end;
        }
        Ok(self.concatenate(whole, end))
    }

    fn copy(&mut self, part: Fragment) -> Result<Fragment, RegexError> {
        let mut copies: FxHashMap<Index, Index> = FxHashMap::default();
        let mut waiting = vec![part.start];
        let mut copied = Vec::new();
        while let Some(index) = waiting.pop() {
            // A node that two ways lead to is copied once for each: libstdc++ looks only when it notes a node.
            let node = self.nodes[index as usize];
            let copy = self.insert(node.step, node.next)?;
            copies.insert(index, copy);
            copied.push(copy);
            if let Step::Repeat { more: other } | Step::Alternative { left: other } = node.step
                && !copies.contains_key(&other)
            {
                waiting.push(other);
            }
            if index != part.end && node.next != NOWHERE && !copies.contains_key(&node.next) {
                waiting.push(node.next);
            }
        }
        for &copy in copies.values() {
            let node = &mut self.nodes[copy as usize];
            if node.next != NOWHERE {
                node.next = copies.get(&node.next).copied().unwrap_or(NOWHERE);
            }
            if let Step::Repeat { more: other } | Step::Alternative { left: other } = &mut node.step {
                *other = copies[other];
            }
        }
        Ok(Fragment { start: copies[&part.start], end: copies[&part.end] })
    }

    /// The program of the whole pattern.
    pub(super) fn finish(mut self, pattern: Fragment) -> Result<Program, RegexError> {
        // The end of the group around the whole.
        self.insert(Step::Nothing, NOWHERE)?;
        let accept = self.step(Step::Accept)?;
        let whole = self.concatenate(pattern, accept);

        let skip_nothing = |nodes: &[Node], mut index: Index| {
            while index != NOWHERE && matches!(nodes[index as usize].step, Step::Nothing) {
                index = nodes[index as usize].next;
            }
            index
        };
        let mut consumers = 0;
        for index in 0..self.nodes.len() {
            let mut node = self.nodes[index];
            node.next = skip_nothing(&self.nodes, node.next);
            match &mut node.step {
                Step::Repeat { more: other } | Step::Alternative { left: other } => {
                    *other = skip_nothing(&self.nodes, *other);
                }
                Step::Byte(_) | Step::Set(_) => {
                    node.consumer = consumers;
                    consumers += 1;
                }
                _ => {}
            }
            self.nodes[index] = node;
        }
        let start = skip_nothing(&self.nodes, whole.start);
        let mut program = Program {
            nodes: self.nodes,
            sets: self.sets,
            start,
            groups: self.groups,
            consumers,
            first: Box::new([false; 256]),
            can_be_empty: false,
        };
        program.find_first_bytes();
        Ok(program)
    }
}

impl Program {
    fn find_first_bytes(&mut self) {
        let mut seen = vec![false; self.nodes.len()];
        let mut waiting = vec![self.start];
        while let Some(index) = waiting.pop() {
            if std::mem::replace(&mut seen[index as usize], true) {
                continue;
            }
            let node = self.nodes[index as usize];
            match node.step {
                Step::Byte(byte) => self.first[usize::from(byte)] = true,
                Step::Set(set) => {
                    for (known, new) in self.first.iter_mut().zip(&self.sets[set as usize]) {
                        *known |= new;
                    }
                }
                Step::Accept => self.can_be_empty = true,
                Step::Repeat { more: other } | Step::Alternative { left: other } => {
                    waiting.extend([other, node.next]);
                }
                _ => waiting.push(node.next),
            }
        }
    }
}
