//! Compiles a tree to bytecode. The compiler resolves variables and decides what is delayed. It orders construction so
//! that every closure and thunk is finalised exactly once, before anything can be forced.
//!
//! The compiler may not change what a program can observe: the order of evaluation, which slots are thunks (non-strict
//! printing shows it), and which slots are the same object (comparison of functions shows it). `docs/architecture.md`
//! lists these invariants.

#![forbid(unsafe_code)]

mod arithmetic;
mod binding;
mod expression;
mod function;
mod scope;

use crate::bytecode::{Chunk, ChunkKind};
use crate::errors::Error;
use crate::heap::Heap;
use crate::source::Pos;
use crate::symbols::{Symbol, SymbolTable};
use crate::syntax::tree::{ExprId, Tree};
use crate::value::{Attrs, Globals, SpeculationSites};
use function::FunctionState;
pub use scope::Scopes;

/// Called with each chunk when it is finished, inner ones first.
pub trait CompilerObserver<'h> {
    /// A chunk is complete.
    fn chunk_compiled(&mut self, chunk: &'h Chunk<'h>);
}

/// The environment that a source is compiled in.
pub struct Environment<'e, 'h> {
    /// The arena of chunks and constants.
    pub heap: &'h Heap,
    /// Names.
    pub symbols: &'e SymbolTable,
    /// The variables that every source sees.
    pub globals: &'e Globals<'h>,
    /// Registers thunks whose results may be computed speculatively.
    pub speculation_sites: &'e SpeculationSites<'h>,
    /// Variables that `scopedImport` adds, hiding globals.
    pub extra_scope: Option<&'h Attrs<'h>>,
    /// See [`Variant::plain_bytecode`](crate::state::Variant::plain_bytecode).
    pub plain: bool,
    /// Told of each chunk, if there is one.
    pub observer: Option<&'e mut dyn CompilerObserver<'h>>,
}

/// The compiler's memory, kept from source to source, because allocating it costs more than compiling a small source.
#[derive(Default)]
pub struct Scratch<'h> {
    /// Scopes, none of them open.
    scopes: Scopes,
    /// States to use again, so that compiling a thunk costs no allocation. Boxed, because they are large and are moved
    /// often.
    #[allow(clippy::vec_box)]
    spare: Vec<Box<FunctionState<'h>>>,
}

impl Scratch<'_> {
    /// Memory that an earlier evaluation left.
    pub fn with(scopes: Scopes) -> Self {
        Scratch { scopes, spare: Vec::new() }
    }

    /// The part that another evaluation can use; the rest belongs to this one's arena.
    pub fn into_scopes(self) -> Scopes {
        self.scopes
    }
}

/// Compiles the expression `root` of `tree` to a chunk without upvalues.
///
/// `scratch` is memory that was used for other sources.
///
/// # Errors
/// An undefined variable: the first in the order in which the reference resolves variables.
pub fn compile<'e, 't, 'h>(
    tree: &'e Tree<'t>,
    root: ExprId,
    kind: ChunkKind<'h>,
    environment: Environment<'e, 'h>,
    scratch: &'e mut Scratch<'h>,
) -> Result<&'h Chunk<'h>, Box<Error>> {
    let Scratch { scopes, spare } = scratch;
    let mut compiler = Compiler {
        tree,
        environment,
        functions: Vec::new(),
        spare,
        scopes,
        undefined: None,
        inner_pos: None,
        is_exhausted: false,
    };
    compiler.begin_function();
    compiler.strict(root);
    let (chunk, state) = compiler.end_function(kind);
    debug_assert!(state.captures_nothing(), "a whole source captures nothing");
    compiler.put_aside(state);
    compiler.verdict(chunk, root)
}

impl<'h> Compiler<'_, '_, 'h> {
    /// The finished chunk; an error if it has an undefined variable.
    fn verdict(&self, chunk: &'h Chunk<'h>, root: ExprId) -> Result<&'h Chunk<'h>, Box<Error>> {
        if self.is_exhausted {
            return Err(Error::out_of_memory(!self.environment.heap.is_unlimited()));
        }
        let Some((name, pos)) = self.undefined else { return Ok(chunk) };
        let globals = self.environment.globals;
        let extra = self.environment.extra_scope;
        let is_global = |symbol| globals.contains(symbol) || extra.is_some_and(|scope| scope.get(symbol).is_some());
        crate::syntax::check_scope(self.tree, root, self.environment.symbols, &is_global)?;
        // The compiler and the checker disagree about what is in scope; the compiler's finding is still true.
        Err(crate::syntax::undefined_variable(name, self.environment.symbols).at(pos))
    }
}

struct Compiler<'e, 't, 'h> {
    tree: &'e Tree<'t>,
    environment: Environment<'e, 'h>,
    /// The functions being compiled, outermost first. Boxed, because they are large and are moved often.
    #[allow(clippy::vec_box)]
    functions: Vec<Box<FunctionState<'h>>>,
    /// See [`Scratch`].
    #[allow(clippy::vec_box)]
    spare: &'e mut Vec<Box<FunctionState<'h>>>,
    /// See [`Scratch`].
    scopes: &'e mut Scopes,
    /// The first undefined variable found so far.
    undefined: Option<(Symbol, Pos)>,
    /// The position of one expression, see [`Compiler::pos`].
    inner_pos: Option<(ExprId, Pos)>,
    /// Whether memory ran out, so that something was not compiled.
    is_exhausted: bool,
}
