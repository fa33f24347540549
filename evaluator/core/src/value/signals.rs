//! Counts how values change and what is captured; see `nix_evaluator_source::signal`.

#![forbid(unsafe_code)]

use nix_evaluator_source::signal::{Group, count, number};

use super::{Packed, Thunk, ThunkState, Value};
use crate::bytecode::{Capture, ChunkKind, Prototype};

/// How many kinds of values there are: states of thunks have the numbers behind them.
const KINDS: usize = 17;

/// The number of what a slot holds: its kind, or the state of its thunk.
pub(crate) fn state_of(slot: Value<'_>) -> usize {
    match slot {
        Value::Thunk(thunk) => KINDS + number(&thunk.state()),
        value => number(&value),
    }
}

/// A thunk changes to this state.
pub(super) fn changes(thunk: &Thunk<'_>, to: ThunkState<'_>) {
    let to = match to {
        ThunkState::Evaluated(value) => number(&value),
        state => KINDS + number(&state),
    };
    count(Group::TRANSITION, [number(&thunk.state()), to, 0]);
}

/// A closure or thunk is built, with these captures.
pub(crate) fn captures(prototype: &Prototype<'_>) {
    let of = |kind: usize| prototype.captures.iter().filter(|capture| number(*capture) == kind).count();
    let kind = match prototype.chunk.kind {
        ChunkKind::Lambda(_) => 0,
        _ => 8,
    };
    count(
        Group::CAPTURES,
        [
            kind + of(number(&Capture::Local(0))).min(7),
            of(number(&Capture::Upvalue(0))),
            of(number(&Capture::Deferred(0))),
        ],
    );
}

/// A slot or an upvalue is captured.
pub(crate) fn captured(capture: &Capture, value: Packed<'_>) {
    count(Group::CAPTURED, [number(capture), state_of(value.value()), 0]);
}

/// The deferred capture of this number is filled.
pub(super) fn filled(index: usize, value: Value<'_>) {
    count(Group::FILLED, [index, state_of(value), 0]);
}
