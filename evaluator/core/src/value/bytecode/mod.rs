//! Bytecode: what the compiler makes and the virtual machine runs. It consists of instructions, the chunks that hold
//! them, and tables that lead from an instruction back to the source. Those tables are read only when an error is
//! built.

pub mod chunk;
pub mod disassemble;
pub mod op;
pub mod operand;
pub mod verify;

pub use chunk::{
    Capture, Chunk, ChunkKind, ComputedName, FormalSpec, FormalsSpec, Function, NameCode, Note, Parameter, Parts,
    PathPart, Prototype, Region, Shape,
};
pub use op::{Op, Operands};
pub use operand::{Operand, OperandKind};
pub use verify::Fault;
