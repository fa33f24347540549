//! Executes a program on an input.
//!
//! libstdc++ walks the program depth first. At a repetition it tries another iteration, and leaves the loop only if
//! that found nothing. At an alternative it always tries both sides. Of the matches that it finds it keeps the longest,
//! and the first of equally long ones.
//!
//! So the result of a node at a position is one number, the end of the match, and does not depend on how the node was
//! reached. [`Execution::evaluate`] computes it once for each position and each node that consumes. [`Execution::walk`]
//! then follows the choices that lead to that end and records the groups.

use rustc_hash::FxHashMap;

use super::Bounds;
use super::program::{Index, Node, Program, Step};
use super::{Groups, Match};
use crate::background;

/// The result of a node at a position: nothing, or the end of a match (plus two, since zero means not known yet).
/// Results are ordered by length, nothing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found(u32);

impl Found {
    const NOTHING: Found = Found(1);

    fn until(position: usize) -> Found {
        Found(position as u32 + 2)
    }

    fn end(self) -> Option<usize> {
        if self == Found::NOTHING { None } else { Some(self.0 as usize - 2) }
    }
}

/// Above this many entries the memo is a hash table of the used ones.
const MAX_FLAT_MEMO: usize = 1 << 26;

/// The memo table: results of nodes that consume, by position and then by node.
#[derive(Debug)]
enum Memo {
    Flat(Vec<u32>),
    /// With the most entries that there may be.
    Sparse(FxHashMap<usize, u32>, usize),
}

impl Memo {
    /// An empty memo for `size` entries, which may use `most_bytes` bytes.
    fn new(size: usize, most_bytes: usize) -> Self {
        // A table has twice as many places as entries, and while it grows there are two of them.
        const BYTES_PER_ENTRY: usize = 4 * size_of::<(usize, u32)>();
        // The allocator hands out large zeroed blocks without touching them.
        if size <= MAX_FLAT_MEMO.min(most_bytes / size_of::<u32>()) {
            Memo::Flat(vec![0; size])
        } else {
            Memo::Sparse(FxHashMap::default(), most_bytes / BYTES_PER_ENTRY)
        }
    }

    /// A memo that is not used any more.
    fn empty() -> Self {
        Memo::Flat(Vec::new())
    }

    fn get(&self, slot: usize) -> Option<Found> {
        let entry = match self {
            Memo::Flat(entries) => entries[slot],
            Memo::Sparse(entries, _) => entries.get(&slot).copied().unwrap_or(0),
        };
        if entry == 0 { None } else { Some(Found(entry)) }
    }

    /// Records the result of a node. False if there is no memory for it.
    fn set(&mut self, slot: usize, found: Found) -> bool {
        match self {
            Memo::Flat(entries) => entries[slot] = found.0,
            Memo::Sparse(entries, most) => {
                if entries.len() >= *most {
                    return false;
                }
                entries.insert(slot, found.0);
            }
        }
        true
    }
}

/// How often a loop was entered at a position. Counts of other positions are zero, so consuming a byte resets every
/// loop.
#[derive(Clone, Copy, Debug, Default)]
struct Rounds {
    position: usize,
    count: u8,
}

/// What to do with what a node found.
#[derive(Clone, Copy, Debug)]
enum Frame {
    /// Record the result of the node that consumed a byte, and step back.
    Consumed { slot: usize },
    /// After another iteration of a loop: leave the loop if nothing was found.
    Repeated { node: Index, before: Rounds },
    /// After the left side of an alternative: try the right one.
    Left { right: Index },
    /// Behind both sides: keep the longer.
    Right { left: Found },
}

/// A program at work on one input.
pub(super) struct Execution<'a> {
    program: &'a Program,
    input: &'a [u8],
    /// Whether only matches up to the end count.
    exact: bool,
    memo: Memo,
    rounds: Vec<Rounds>,
    frames: Vec<Frame>,
    /// Where `^` passes.
    line_start: Option<usize>,
    /// Where a match must not end.
    refused_end: Option<usize>,
    /// How many frames there may be.
    most_frames: usize,
    /// How many bytes were looked at.
    steps: u32,
    /// Asked now and then whether to stop.
    stop: &'a dyn Fn() -> bool,
    is_exhausted: bool,
}

impl<'a> Execution<'a> {
    /// An execution within these bounds.
    pub(super) fn new(program: &'a Program, input: &'a [u8], exact: bool, bounds: Bounds<'a>) -> Self {
        let Bounds { most_bytes, stop } = bounds;
        Execution {
            program,
            input,
            exact,
            memo: Memo::new((program.consumers as usize).saturating_mul(input.len()), most_bytes / 2),
            rounds: vec![Rounds::default(); program.nodes.len()],
            frames: Vec::new(),
            line_start: None,
            refused_end: None,
            most_frames: most_bytes / 4 / size_of::<Frame>(),
            steps: 0,
            stop,
            is_exhausted: false,
        }
    }

    /// Whether it needed too much memory, or was told to stop. Then its results mean nothing.
    pub(super) fn is_exhausted(&self) -> bool {
        self.is_exhausted
    }

    /// Whether it is told to stop.
    #[inline]
    fn must_stop(&mut self) -> bool {
        const STEPS_BETWEEN_QUESTIONS: u32 = 1 << 13;
        self.steps = self.steps.wrapping_add(1);
        self.steps.is_multiple_of(STEPS_BETWEEN_QUESTIONS) && (self.stop)()
    }

    /// The same, asked at each step over neighbouring positions, which costs less to count.
    #[inline]
    fn must_stop_at(&self, position: usize) -> bool {
        const POSITIONS_BETWEEN_QUESTIONS: usize = 1 << 13;
        position.is_multiple_of(POSITIONS_BETWEEN_QUESTIONS) && (self.stop)()
    }

    /// Ends everything because memory ran out, or because it must stop.
    #[cold]
    fn exhaust(&mut self) -> Found {
        /// For a shorter input there is not so much memory that to free it takes long.
        const LONG: usize = 1 << 16;
        self.is_exhausted = true;
        let memory = (std::mem::take(&mut self.frames), std::mem::replace(&mut self.memo, Memo::empty()));
        if self.input.len() >= LONG {
            background::free(memory);
        }
        Found::NOTHING
    }

    pub(super) fn input_length(&self) -> usize {
        self.input.len()
    }

    /// The first match that starts at `from` or later. `^` matches at `line_start`, if the match starts there.
    pub(super) fn search(&mut self, from: usize, line_start: Option<usize>) -> Option<Match> {
        for start in from..=self.input.len() {
            if self.must_stop_at(start) {
                self.exhaust();
            }
            if self.is_exhausted {
                return None;
            }
            let line_start = line_start.filter(|&position| position == start);
            if let Some(found) = self.find_at(start, line_start, false) {
                return Some(found);
            }
        }
        None
    }

    /// The match that starts at `start`; with `not_empty`, one that is not empty.
    pub(super) fn find_at(&mut self, start: usize, line_start: Option<usize>, not_empty: bool) -> Option<Match> {
        if self.is_exhausted {
            return None;
        }
        if !self.program.can_be_empty
            && !self.input.get(start).is_some_and(|&byte| self.program.first[usize::from(byte)])
        {
            return None;
        }
        // Neither changes what a node finds once something has been consumed, so the memo stays right.
        self.line_start = line_start;
        self.refused_end = not_empty.then_some(start);
        let end = self.evaluate(self.program.start, start).end()?;
        let groups = self.walk(start);
        (!self.is_exhausted).then_some(Match { range: start..end, groups })
    }

    fn node(&self, index: Index) -> Node {
        self.program.nodes[index as usize]
    }

    /// Whether `step` consumes the byte at `position`.
    fn consumes(&self, step: Step, position: usize) -> bool {
        let Some(&byte) = self.input.get(position) else { return false };
        match step {
            Step::Byte(wanted) => wanted == byte,
            Step::Set(set) => self.program.sets[set as usize][usize::from(byte)],
            _ => false,
        }
    }

    /// Enters the loop `index` at `position`, unless it has iterated twice there. Returns the count to restore
    /// afterwards.
    fn enter_round(&mut self, index: Index, position: usize) -> Option<Rounds> {
        let rounds = &mut self.rounds[index as usize];
        let before = *rounds;
        let count = if before.position == position { before.count } else { 0 };
        if count == 2 {
            return None;
        }
        *rounds = Rounds { position, count: count + 1 };
        Some(before)
    }

    /// What the node `index` finds at `position`.
    fn evaluate(&mut self, mut index: Index, mut position: usize) -> Found {
        if self.is_exhausted {
            return Found::NOTHING;
        }
        let bottom = self.frames.len();
        'visit: loop {
            let node = self.node(index);
            let mut found = match node.step {
                Step::Byte(_) | Step::Set(_) => {
                    if !self.consumes(node.step, position) {
                        Found::NOTHING
                    } else {
                        let slot = position * self.program.consumers as usize + node.consumer as usize;
                        match self.memo.get(slot) {
                            Some(found) => found,
                            None => {
                                if self.frames.len() >= self.most_frames || self.must_stop() {
                                    return self.exhaust();
                                }
                                self.frames.push(Frame::Consumed { slot });
                                position += 1;
                                index = node.next;
                                continue 'visit;
                            }
                        }
                    }
                }
                Step::Repeat { more } => {
                    index = match self.enter_round(index, position) {
                        Some(before) => {
                            self.frames.push(Frame::Repeated { node: index, before });
                            more
                        }
                        None => node.next,
                    };
                    continue 'visit;
                }
                Step::Alternative { left } => {
                    self.frames.push(Frame::Left { right: node.next });
                    index = left;
                    continue 'visit;
                }
                Step::LineStart if self.line_start != Some(position) => Found::NOTHING,
                Step::LineEnd if fault!(113, position != self.input.len(), false) => Found::NOTHING,
                Step::Accept if self.exact && position != self.input.len() => Found::NOTHING,
                Step::Accept if self.refused_end == Some(position) => Found::NOTHING,
                Step::Accept => Found::until(position),
                Step::LineStart | Step::LineEnd | Step::GroupStart(_) | Step::GroupEnd(_) | Step::Nothing => {
                    index = node.next;
                    continue 'visit;
                }
            };
            while self.frames.len() > bottom {
                match self.frames.pop() {
                    Some(Frame::Consumed { slot }) => {
                        position -= 1;
                        if !self.memo.set(slot, found) || self.must_stop_at(position) {
                            return self.exhaust();
                        }
                    }
                    Some(Frame::Repeated { node, before }) => {
                        self.rounds[node as usize] = before;
                        if found == Found::NOTHING {
                            index = self.node(node).next;
                            continue 'visit;
                        }
                    }
                    Some(Frame::Left { right }) if !self.exact || found == Found::NOTHING => {
                        self.frames.push(Frame::Right { left: found });
                        index = right;
                        continue 'visit;
                    }
                    Some(Frame::Right { left }) => {
                        found = fault!(110, found.max(left), if left == Found::NOTHING { found } else { left })
                    }
                    // All exact matches are equally long, and the first of those wins: the right side is not tried.
                    Some(Frame::Left { .. }) | None => {}
                }
            }
            return found;
        }
    }

    /// The groups of the match that [`Execution::evaluate`] found at `start`.
    fn walk(&mut self, start: usize) -> Groups {
        let groups = self.program.groups as usize;
        let mut starts = vec![start; groups];
        let mut result: Groups = vec![None; groups];
        let (mut index, mut position) = (self.program.start, start);
        loop {
            let node = self.node(index);
            index = match node.step {
                Step::Accept => break,
                Step::Byte(_) | Step::Set(_) => {
                    position += 1;
                    if self.must_stop_at(position) {
                        self.exhaust();
                        break;
                    }
                    node.next
                }
                Step::Repeat { more } => match self.enter_round(index, position) {
                    Some(_) if self.evaluate(more, position) != Found::NOTHING => more,
                    Some(before) => {
                        self.rounds[index as usize] = before;
                        node.next
                    }
                    None => node.next,
                },
                Step::Alternative { left } => {
                    let found = self.evaluate(left, position);
                    let left_wins = match found {
                        Found::NOTHING => false,
                        _ => {
                            self.exact
                                || fault!(
                                    111,
                                    found >= self.evaluate(node.next, position),
                                    found > self.evaluate(node.next, position)
                                )
                        }
                    };
                    if left_wins { left } else { node.next }
                }
                Step::GroupStart(group) => {
                    starts[group as usize] = fault!(112, position, start);
                    node.next
                }
                Step::GroupEnd(group) => {
                    fault!(114 => if result[group as usize].is_some() { index = node.next; continue; });
                    result[group as usize] = Some(starts[group as usize]..position);
                    node.next
                }
                Step::LineStart | Step::LineEnd | Step::Nothing => node.next,
            };
        }
        // The next search starts with fresh loops.
        self.rounds.fill(Rounds::default());
        result
    }
}
