//! What is forced, in order: an observer of the machine that writes down which code started where.

use std::cell::RefCell;
use std::rc::Rc;

use crate::bytecode::{Chunk, ChunkKind};
use crate::source::Pos;
use crate::state::State;
use crate::value;
use crate::vm::{FrameEvent, RuntimeObserver};

/// How many lines are kept.
const MOST_LINES: usize = 10_000;

/// What was seen.
#[derive(Default)]
pub struct Record {
    /// Lines, indented by the depth of what was running.
    pub lines: Vec<String>,
    /// How many did not fit.
    pub left_out: usize,
    /// What was running, outermost first.
    running: Vec<String>,
    /// What was running when the watched slot was first being evaluated.
    pub first: Option<Vec<String>>,
}

/// Writes down what runs. It may also wait for one slot to be evaluated.
pub struct Recorder<'h> {
    pub state: &'h State<'h>,
    pub record: Rc<RefCell<Record>>,
    pub watched: Option<value::Value<'h>>,
}

impl Recorder<'_> {
    fn described(&self, chunk: &Chunk<'_>) -> String {
        let what = match &chunk.kind {
            ChunkKind::Thunk => "thunk".to_owned(),
            ChunkKind::Lambda(function) => match function.name.get() {
                Some(name) => format!("function {}", self.state.symbols.text(name)),
                None => "function".to_owned(),
            },
            ChunkKind::File(path) => return format!("file {}", String::from_utf8_lossy(path)),
            ChunkKind::Root => "expression".to_owned(),
        };
        let pos = (0..chunk.code().len() as u32)
            .map(|index| chunk.pos_at(index))
            .find(|pos| pos.is_some())
            .unwrap_or(Pos::NONE);
        let Some(place) = self.state.sources.place(pos.or(chunk.lambda_pos())) else { return what };
        let at = String::from_utf8_lossy(&place.describe()).into_owned();
        let rest = &place.source.text[place.offset.min(place.source.text.len())..];
        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let line: String = String::from_utf8_lossy(line).chars().take(40).collect();
        format!("{what} at {at}: {}", line.trim_end())
    }
}

impl RuntimeObserver for Recorder<'_> {
    fn frame(&mut self, event: FrameEvent, _depth: usize, chunk: &Chunk<'_>) {
        let mut record = self.record.borrow_mut();
        match event {
            FrameEvent::Entered => {
                let described = self.described(chunk);
                if record.first.is_none() && self.watched.is_some_and(|slot| slot.is_blackhole()) {
                    record.first = Some(record.running.clone());
                }
                if record.lines.len() < MOST_LINES {
                    let indent = 2 * record.running.len();
                    record.lines.push(format!("{:indent$}{described}", ""));
                } else {
                    record.left_out += 1;
                }
                record.running.push(described);
            }
            FrameEvent::Left | FrameEvent::Unwound => {
                record.running.pop();
            }
            FrameEvent::Suspended | FrameEvent::Resumed => {}
        }
    }
}
