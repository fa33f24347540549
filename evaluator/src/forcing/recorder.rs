//! Records an evaluation while it runs: an observer of the machine.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Instant;

use super::recording::{Kind, Location, Outcome, Recording, Step, Thunk};
use crate::bytecode::{Chunk, ChunkKind};
use crate::source::Pos;
use crate::state::State;
use crate::value::Value;
use crate::vm::{FrameEvent, Need, RuntimeObserver, ThunkEvent, ThunkId};

/// How many steps are recorded, and how many thunks: about 300 MB. Of the rest only their number is known.
pub const MOST: usize = 1_000_000;

/// An observer that adds what it sees to a recording.
pub struct Recorder<'h> {
    state: &'h State<'h>,
    recording: Rc<RefCell<Recording>>,
    start: Instant,
    /// The index of each recorded thunk.
    thunks: HashMap<ThunkId, usize, rustc_hash::FxBuildHasher>,
    /// What is running, outermost first; of a step that is not recorded, nothing.
    running: Vec<Running>,
    /// Where each piece of code is, by the address of its chunk.
    chunks: HashMap<usize, Pos, rustc_hash::FxBuildHasher>,
    locations: HashMap<Pos, Option<Location>, rustc_hash::FxBuildHasher>,
    watched: Option<Value<'h>>,
}

/// A step that has begun.
struct Running {
    step: Option<usize>,
    thunk: Option<ThunkId>,
    /// Whether it is a delayed application, which no frame of code stands for.
    is_application: bool,
}

impl<'h> Recorder<'h> {
    /// A recorder into `recording`. Where `watched` is given, the recording tells what was running when it was forced.
    pub fn new(state: &'h State<'h>, recording: Rc<RefCell<Recording>>, watched: Option<Value<'h>>) -> Self {
        Recorder {
            state,
            recording,
            start: Instant::now(),
            thunks: HashMap::default(),
            running: Vec::new(),
            chunks: HashMap::default(),
            locations: HashMap::default(),
            watched,
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// The innermost step that is recorded.
    fn current(&self) -> Option<usize> {
        self.running.iter().rev().find_map(|running| running.step)
    }

    fn location(&mut self, pos: Pos) -> Option<Location> {
        if let Some(known) = self.locations.get(&pos) {
            return known.clone();
        }
        let place = self.state.sources.place(pos);
        let location = place.map(|place| self.recording.borrow_mut().locate(&place));
        self.locations.insert(pos, location.clone());
        location
    }

    /// Where code is: of a function where the lambda is, else the first place that its instructions know, else where
    /// the function is that it gives.
    fn chunk_location(&mut self, chunk: &Chunk<'_>) -> Option<Location> {
        let key = std::ptr::from_ref(chunk).addr();
        let pos = *self.chunks.entry(key).or_insert_with(|| {
            let lambda = chunk.lambda_pos();
            let positions = (0..chunk.code().len() as u32).map(|index| chunk.pos_at(index));
            let first = || positions.clone().filter(|pos| pos.is_some()).min().unwrap_or(Pos::NONE);
            let inner = || chunk.prototypes().first().map_or(Pos::NONE, |inner| inner.chunk.lambda_pos());
            [lambda, first(), inner()].into_iter().find(|pos| pos.is_some()).unwrap_or(Pos::NONE)
        });
        self.location(pos)
    }

    fn begin(&mut self, kind: Kind, location: Option<Location>, is_application: bool) {
        let parent = self.current();
        let begun = self.now();
        let mut recording = self.recording.borrow_mut();
        if self.watched.is_some_and(|slot| slot.is_blackhole()) && recording.first_need.is_none() {
            recording.first_need = Some(self.running.iter().filter_map(|running| running.step).collect());
        }
        let step = (recording.steps.len() < MOST).then(|| {
            recording.steps.push(Step {
                kind,
                location,
                parent,
                begun,
                ended: None,
                thunk: None,
                need: None,
                builtin: None,
                outcome: Outcome::Unfinished,
            });
            recording.steps.len() - 1
        });
        recording.steps_left_out += usize::from(step.is_none());
        self.running.push(Running { step, thunk: None, is_application });
    }

    fn end(&mut self, outcome: Outcome) {
        let ended = self.now();
        if let Some(Running { step: Some(step), .. }) = self.running.pop() {
            let mut recording = self.recording.borrow_mut();
            recording.steps[step].ended = Some(ended);
            recording.steps[step].outcome = outcome;
        }
    }

    /// The index of a thunk, which is recorded if it is new and there is room.
    fn thunk_index(&mut self, id: ThunkId, location: Option<Location>) -> Option<usize> {
        if let Some(index) = self.thunks.get(&id) {
            return Some(*index);
        }
        let mut recording = self.recording.borrow_mut();
        if recording.thunks.len() == MOST {
            recording.thunks_left_out += 1;
            return None;
        }
        recording.thunks.push(Thunk { location, ..Thunk::default() });
        let index = recording.thunks.len() - 1;
        self.thunks.insert(id, index);
        Some(index)
    }

    /// Notes in the step that has just begun whose value it computes, and who needs it.
    fn forced(&mut self, id: Option<ThunkId>, location: Option<Location>, need: Need) {
        let needed_at = self.location(need.pos);
        let index = id.and_then(|id| self.thunk_index(id, location));
        let Some(running) = self.running.last_mut() else { return };
        running.thunk = id;
        if let Some(step) = running.step {
            let mut recording = self.recording.borrow_mut();
            recording.steps[step].thunk = index;
            recording.steps[step].need = needed_at;
            recording.steps[step].builtin = need.builtin;
            if let Some(index) = index {
                recording.thunks[index].forced_in.push(step);
            }
        }
    }

    fn done(&mut self, id: ThunkId, outcome: Outcome) {
        if let Some(index) = self.thunks.get(&id) {
            self.recording.borrow_mut().thunks[*index].outcome = outcome.clone();
        }
        if self.running.last().is_some_and(|running| running.is_application && running.thunk == Some(id)) {
            self.end(outcome);
        }
    }
}

/// Operators that are calls of builtins. There are many, and each is a part of what the step around it says.
const OPERATORS: [&str; 4] = ["div", "lessThan", "mul", "sub"];

impl RuntimeObserver for Recorder<'_> {
    fn wants_instructions(&self) -> bool {
        false
    }

    fn entered(&mut self, chunk: &Chunk<'_>, thunk: Option<ThunkId>, need: Need) {
        let kind = match &chunk.kind {
            ChunkKind::Thunk => Kind::Thunk,
            ChunkKind::Lambda(function) => {
                Kind::Function(function.name.get().map(|name| self.state.symbols.text(name).into_owned()))
            }
            ChunkKind::File(path) => Kind::File(String::from_utf8_lossy(path).into_owned()),
            ChunkKind::Root => Kind::Expression,
        };
        let location = self.chunk_location(chunk);
        self.begin(kind, location.clone(), false);
        self.forced(thunk, location, need);
    }

    fn frame(&mut self, event: FrameEvent, _depth: usize, _chunk: &Chunk<'_>) {
        match event {
            FrameEvent::Left => self.end(Outcome::Returned),
            FrameEvent::Unwound => self.end(Outcome::Failed),
            FrameEvent::Entered | FrameEvent::Suspended | FrameEvent::Resumed => {}
        }
    }

    fn builtin_called(&mut self, name: &'static str, pos: Pos) {
        if !OPERATORS.contains(&name) {
            let location = self.location(pos);
            self.begin(Kind::Builtin(name), location, false);
            self.end(Outcome::Unfinished);
        }
    }

    fn thunk(&mut self, event: ThunkEvent<'_, '_>, id: ThunkId, need: Need) {
        match event {
            ThunkEvent::Created(chunk) => {
                let location = self.chunk_location(chunk);
                let creator = self.current();
                if let Some(index) = self.thunk_index(id, location) {
                    self.recording.borrow_mut().thunks[index].created_in = creator;
                }
            }
            ThunkEvent::Applied => {
                // The call is where the function's result is needed first.
                let location = self.location(need.pos);
                self.begin(Kind::Application, location.clone(), true);
                self.forced(Some(id), location, need);
            }
            ThunkEvent::Looked => {
                if let Some(index) = self.thunks.get(&id) {
                    self.recording.borrow_mut().thunks[*index].looks += 1;
                }
            }
            ThunkEvent::Evaluated(value) => self.done(id, Outcome::Value(value.type_of().name())),
            ThunkEvent::Failed => self.done(id, Outcome::Failed),
        }
    }
}
