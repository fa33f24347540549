//! Chunks with one fault each, which the verifier must find.

use super::*;
use crate::bytecode::{ComputedName, FormalSpec, FormalsSpec, Function, NameCode, Parameter, Parts, Region, Shape};
use crate::heap::Heap;
use crate::source::Pos;
use crate::symbols::known;
use crate::value::NixString;

/// The parts of the chunks here, beside their code: two constants (a number and a text); prototypes 0, 1 and 2 (a thunk
/// and two functions, the last with a deferred capture); a shape of two names; and a frame of at most six values with
/// two upvalues.
struct Made {
    heap: &'static Heap,
    kind: ChunkKind<'static>,
    code: Vec<Op>,
    shapes: Vec<Shape<'static>>,
    regions: Vec<Region<'static>>,
    positions: Vec<(u32, Pos)>,
    stack: u32,
}

fn function(heap: &'static Heap, with_formals: bool) -> ChunkKind<'static> {
    let formal = FormalSpec { name: known::NAME, pos: Pos::NONE, has_default: true };
    let formals = FormalsSpec { formals: heap.copy_slice(&[formal; 2]), ellipsis: true, argument: None };
    ChunkKind::Lambda(heap.alloc(Function {
        name: std::cell::Cell::new(None),
        parameters: heap.copy_slice(&[Parameter { pos: Pos::NONE, name: None }]),
        formals: with_formals.then_some(heap.alloc(formals)),
    }))
}

fn made(code: &[Op]) -> Made {
    let heap: &'static Heap = Box::leak(Box::new(Heap::new(None)));
    let names = heap.copy_slice(&[(known::OUT_PATH, Pos::NONE), (known::DRV_PATH, Pos::NONE)]);
    Made {
        heap,
        kind: ChunkKind::Root,
        code: code.to_vec(),
        shapes: vec![Shape { names, pos: Pos::NONE }],
        regions: Vec::new(),
        positions: Vec::new(),
        stack: 6,
    }
}

impl Made {
    fn verify(self) -> Result<(), Fault> {
        let heap = self.heap;
        let inner = |kind, captures: &[Capture]| {
            let parts = Parts {
                constants: &[],
                prototypes: &[],
                shapes: &[],
                regions: &[],
                code: &[Op::Null, Op::Return],
                positions: &[],
            };
            let chunk = Chunk::alloc(heap, kind, parts, captures.len() as u32, 2);
            Prototype::new(chunk, heap.copy_slice(captures))
        };
        let prototypes = [
            inner(ChunkKind::Thunk, &[Capture::Local(0), Capture::Upvalue(1)]),
            inner(function(heap, false), &[Capture::Local(1)]),
            inner(function(heap, false), &[Capture::Deferred(3)]),
            inner(ChunkKind::Thunk, &[Capture::Upvalue(2)]),
            inner(ChunkKind::Thunk, &[Capture::Deferred(6)]),
        ];
        let parts = Parts {
            constants: &[Value::Int(1), NixString::copied(heap, b"text")],
            prototypes: &prototypes,
            shapes: &self.shapes,
            regions: &self.regions,
            code: &self.code,
            positions: &self.positions,
        };
        Chunk::alloc(heap, self.kind, parts, 2, self.stack).verify()
    }
}

#[track_caller]
fn found(made: Made, at: u32, kind: FaultKind) {
    let code = made.code.clone();
    assert_eq!(made.verify(), Err(Fault { at, kind }), "{code:?}");
}

fn operands(left: Operand, right: Operand, more: u8) -> Operands {
    Operands { left, right, more }
}

#[test]
fn what_the_compiler_writes_is_accepted() {
    let (one, slot) = (Operand::int(1).unwrap(), Operand::local(0).unwrap());
    for code in [
        &[Op::Null, Op::Return][..],
        &[Op::Bool(true), Op::JumpIfFalse(4), Op::Int(1), Op::Return, Op::Int(2), Op::Return],
        &[Op::Bool(true), Op::JumpIfTrue(4), Op::Int(1), Op::Jump(5), Op::Int(2), Op::Return],
        &[Op::Int(1), Op::FastAdd(operands(slot, one, 3)), Op::ForceLocal(0), Op::Int(1), Op::Add, Op::Return],
        &[Op::Int(1), Op::SpeculativeAdd(operands(slot, one, 0)), Op::Thunk(0), Op::Force, Op::Slide(1), Op::Return],
        &[Op::Int(1), Op::Int(2), Op::LazyClosure(1), Op::Attrs(0), Op::Pop, Op::Return],
        &[Op::RecursiveClosure(2), Op::Null, Op::Null, Op::Null, Op::Finalise(0), Op::Return],
        &[Op::Null, Op::Null, Op::AttrsOfLocals { shape: 0, slot: 0 }, Op::Slide(2), Op::Return],
        &[Op::Null, Op::TrySelectFirst(known::NAME), Op::Jump(5), Op::ForceSelected, Op::Return, Op::Null, Op::Return],
        // Code that nothing leads to is not judged by heights.
        &[Op::Null, Op::Return, Op::Pop, Op::Pop, Op::Return],
    ] {
        assert_eq!(made(code).verify(), Ok(()), "{code:?}");
    }
    let code = [
        Op::Formals(0),
        Op::JumpUnlessMissing { slot: 1, target: 4 },
        Op::Null,
        Op::SetLocal(1),
        Op::Local(2),
        Op::Return,
    ];
    let accepted = made(&code);
    let kind = function(accepted.heap, true);
    assert_eq!(Made { kind, ..accepted }.verify(), Ok(()));
}

#[test]
fn a_wrong_height_is_found() {
    use FaultKind::{Join, Overflow, Result, Underflow};
    for (code, at, kind) in [
        (&[Op::Pop, Op::Return][..], 0, Underflow),
        (&[Op::Null, Op::Add, Op::Return], 1, Underflow),
        (&[Op::Null, Op::Slide(1), Op::Return], 1, Underflow),
        (&[Op::Null, Op::Call(1), Op::Return], 1, Underflow),
        (&[Op::Null, Op::Attrs(0), Op::Return], 1, Underflow),
        (&[Op::Null, Op::List(2), Op::Return], 1, Underflow),
        (&[Op::Null, Op::Part { index: 1, force_string: false }, Op::Return], 1, Underflow),
        (&[Op::Null, Op::PushWith { nested: true, pos: Pos::NONE }, Op::Return], 1, Underflow),
        (&[Op::Null, Op::DynamicName(2), Op::Return], 1, Underflow),
        (&[Op::Null, Op::TrySelectDynamic { first: true }, Op::Jump(3), Op::Return], 1, Underflow),
        (&[Op::Int(1), Op::Jump(3), Op::Pop, Op::Pop, Op::Return], 4, Result),
        (&[Op::Bool(true), Op::JumpIfTrue(3), Op::Null, Op::Null, Op::Return], 3, Join),
        (&[Op::Null, Op::TrySelect(known::NAME), Op::Jump(3), Op::Null, Op::Return], 3, Join),
        (&[Op::Null; 7], 6, Overflow),
    ] {
        let mut code = code.to_vec();
        code.extend((code.last() != Some(&Op::Return)).then_some(Op::Return));
        found(made(&code), at, kind);
    }
    let of_function = made(&[Op::Return]);
    let kind = function(of_function.heap, false);
    found(Made { kind, ..of_function }, 0, Result);
    found(Made { stack: 0, ..made(&[Op::Null, Op::Return]) }, 0, Overflow);
}

#[test]
fn a_jump_that_leads_nowhere_is_found() {
    use FaultKind::{End, Next, Target};
    let one = Operand::int(1).unwrap();
    for (code, at, kind) in [
        (&[Op::Jump(2), Op::Return][..], 0, Target),
        (&[Op::Null, Op::Jump(0), Op::Return], 1, Target),
        (&[Op::Null, Op::Jump(1), Op::Return], 1, Target),
        (&[Op::Bool(true), Op::JumpIfFalse(9), Op::Null, Op::Return], 1, Target),
        (&[Op::Null, Op::TrySelect(known::NAME), Op::Return], 1, End),
        (&[Op::FastAdd(operands(one, one, 9)), Op::Null, Op::Return], 0, End),
        (&[Op::SpeculativeAdd(operands(one, one, 0)), Op::Null, Op::Return], 0, Next),
        (&[Op::Null, Op::Null, Op::LessThan, Op::Return], 2, Next),
        (&[Op::Null, Op::JumpUnlessMissing { slot: 0, target: 3 }, Op::Return], 1, Target),
    ] {
        found(made(code), at, kind);
    }
}

#[test]
fn an_index_of_nothing_is_found() {
    use FaultKind::{Constant, Formals, Prototype, Shape, Slot, Upvalue};
    let (one, slot, upvalue) = (Operand::int(1).unwrap(), Operand::local(0).unwrap(), Operand::upvalue(2).unwrap());
    for (op, kind) in [
        (Op::Constant(2), Constant),
        (Op::AssertFail(2), Constant),
        (Op::AssertFail(0), Constant),
        (Op::Local(0), Slot),
        (Op::ForceLocal(0), Slot),
        (Op::Upvalue(2), Upvalue),
        (Op::ForceUpvalue(2), Upvalue),
        (Op::FastAdd(operands(slot, one, 0)), Slot),
        (Op::FastLessThan(operands(one, upvalue, 0)), Upvalue),
        (Op::Thunk(0), Slot),
        (Op::Thunk(1), Prototype),
        (Op::Thunk(3), Upvalue),
        (Op::Thunk(4), Slot),
        (Op::Thunk(5), Prototype),
        (Op::Closure(0), Prototype),
        (Op::LazyClosure(2), Prototype),
        (Op::Finalise(0), Slot),
        (Op::Attrs(1), Shape),
        (Op::AttrsOfLocals { shape: 1, slot: 0 }, Shape),
        (Op::AttrsOfLocals { shape: 0, slot: 0 }, Slot),
        (Op::Formals(0), Slot),
    ] {
        found(made(&[op, Op::Return]), 0, kind);
    }
    found(made(&[Op::Null, Op::Null, Op::RecursiveClosure(1), Op::Return]), 2, Prototype);
    found(made(&[Op::Null, Op::SetLocal(0), Op::Return]), 1, Slot);
    found(made(&[Op::Null, Op::Formals(0), Op::Return]), 1, Formals);
    found(made(&[Op::Null, Op::Null, Op::Overrides { shape: 0, slot: 1 }, Op::Return]), 2, Slot);
}

#[test]
fn a_fault_in_a_table_is_found() {
    let code = [Op::Null, Op::Null, Op::SelectDynamic, Op::ForceSelected, Op::Return];
    let with_region = |start, end, note| {
        let mut made = made(&code);
        made.regions.push(Region { start, end, note });
        made
    };
    let text = || Note::Text("", Pos::NONE);
    assert_eq!(with_region(0, 5, text()).verify(), Ok(()));
    found(with_region(0, 6, text()), 0, FaultKind::Region);
    found(with_region(2, 2, text()), 0, FaultKind::Region);
    found(with_region(0, 5, Note::SelectSaved(6, &[])), 0, FaultKind::Slot);
    let with_name = |start, end, height| {
        let heap: &'static Heap = Box::leak(Box::new(Heap::new(None)));
        let name = PathPart::Computed(ComputedName::new(b"name", NameCode { start, end, height }));
        with_region(3, 4, Note::Select(std::slice::from_ref(heap.alloc(name))))
    };
    assert_eq!(with_name(1, 2, 1).verify(), Ok(()));
    for (start, end, height) in [(1, 9, 1), (1, 2, 0), (1, 3, 1), (7, 8, 1), (0, 2, 1)] {
        found(with_name(start, end, height), 0, FaultKind::Name);
    }
    for positions in [vec![(0, Pos::NONE), (0, Pos::NONE)], vec![(5, Pos::NONE)]] {
        let at = positions[positions.len() - 1].0;
        found(Made { positions, ..made(&code) }, at, FaultKind::Position);
    }
    let mut unsorted = made(&code);
    let names = unsorted.heap.copy_slice(&[(known::DRV_PATH, Pos::NONE), (known::OUT_PATH, Pos::NONE)]);
    unsorted.shapes.push(Shape { names, pos: Pos::NONE });
    found(unsorted, 1, FaultKind::Shape);
}

#[test]
#[should_panic(expected = "each upvalue is captured from somewhere")]
fn a_prototype_captures_what_its_code_needs() {
    let heap: &'static Heap = Box::leak(Box::new(Heap::new(None)));
    let parts =
        Parts { constants: &[], prototypes: &[], shapes: &[], regions: &[], code: &[Op::Return], positions: &[] };
    Prototype::new(Chunk::alloc(heap, ChunkKind::Thunk, parts, 2, 1), &[Capture::Local(0)]);
}

#[test]
#[should_panic(expected = "code ends with an instruction that leaves it")]
fn code_has_an_end() {
    let mut made = made(&[Op::Return, Op::Null]);
    made.stack = 1;
    let _ = made.verify();
}

#[test]
#[should_panic(expected = "a computed name has code")]
fn a_computed_name_has_code() {
    ComputedName::new(b"name", NameCode { start: 3, end: 3, height: 0 });
}

#[test]
#[should_panic(expected = "range end index 9")]
fn a_computed_name_is_in_the_code_of_its_selection() {
    let heap: &'static Heap = Box::leak(Box::new(Heap::new(None)));
    let parts =
        Parts { constants: &[], prototypes: &[], shapes: &[], regions: &[], code: &[Op::Return], positions: &[] };
    let chunk = Chunk::alloc(heap, ChunkKind::Root, parts, 0, 1);
    ComputedName::new(b"name", NameCode { start: 1, end: 9, height: 0 }).alone(heap, chunk);
}
