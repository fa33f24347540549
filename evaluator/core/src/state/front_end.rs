//! Parses and compiles sources, and caches imported files.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::State;
use crate::bytecode::{Chunk, ChunkKind};
use crate::compiler::{self, CompilerObserver, Environment};
use crate::errors::{Error, ErrorKind, Failure};
use crate::io::{Io, access, paths};
use crate::settings::{Diagnose, Feature};
use crate::source::{Origin, Source};
use crate::symbols::SymbolTable;
use crate::syntax::tree::{Arena, ExprId, Tree};
use crate::syntax::{Lint, ParseOptions, parse_with_warnings};
use crate::value::{Attrs, Value};

/// Called with every compiled chunk, inner ones first.
pub type ChunkObserver = Box<dyn FnMut(&Chunk<'_>, &SymbolTable)>;

/// Memory and caches for parsing and compiling sources.
#[derive(Default)]
pub(super) struct FrontEnd<'h> {
    /// Imported files. Each is a thunk, so it is evaluated once, and fails the same way again.
    imported: RefCell<FxHashMap<Vec<u8>, Value<'h>>>,
    /// The resolved paths of paths given to `import`.
    resolved: RefCell<FxHashMap<Vec<u8>, Vec<u8>>>,
    /// The arena of trees, which sources use in turn.
    trees: Cell<Arena>,
    /// The compiler's memory.
    compiler: Cell<compiler::Scratch<'h>>,
    observer: RefCell<Option<ChunkObserver>>,
}

/// Shows chunks to the observer of the state.
struct Observed<'o> {
    symbols: &'o SymbolTable,
    observer: &'o mut dyn FnMut(&Chunk<'_>, &SymbolTable),
}

impl<'h> CompilerObserver<'h> for Observed<'_> {
    fn chunk_compiled(&mut self, chunk: &'h Chunk<'h>) {
        (self.observer)(chunk, self.symbols);
    }
}

/// Memory of a front end, empty, for the next evaluation.
#[derive(Default)]
pub(crate) struct Spare {
    trees: Arena,
    scopes: compiler::Scopes,
}

impl<'h> State<'h> {
    /// Shows every chunk that is compiled from now on to `observer`.
    pub fn observe_compiler(&self, observer: ChunkObserver) {
        *self.front_end.observer.borrow_mut() = Some(observer);
    }

    /// Uses memory that an evaluation before left.
    pub(crate) fn reuse(&self, spare: Spare) {
        self.front_end.trees.set(spare.trees);
        self.front_end.compiler.set(compiler::Scratch::with(spare.scopes));
    }

    /// Takes what the next evaluation can use from one that has ended.
    pub(crate) fn take_spare(&self) -> Spare {
        Spare { trees: self.front_end.trees.take(), scopes: self.front_end.compiler.take().into_scopes() }
    }

    /// The file that an import of `path` reads: links followed, `default.nix` added to a folder.
    pub fn resolve_import(&self, path: &[u8]) -> Result<Vec<u8>, Failure> {
        if let Some(resolved) = self.front_end.resolved.borrow().get(path) {
            return Ok(resolved.clone());
        }
        let resolved = access::resolve_expression_path(&*self.world.io, path)?;
        self.front_end.resolved.borrow_mut().insert(path.to_vec(), resolved.clone());
        Ok(resolved)
    }

    /// The slot of an imported file, by the path that [`State::resolve_import`] returned.
    pub fn import(&self, path: &[u8]) -> Result<Value<'h>, Failure> {
        if let Some(value) = self.front_end.imported.borrow().get(path) {
            fault!(65, return Ok(*value), _ = value);
        }
        self.log_evaluation(&paths::displayed(path));
        let chunk = self.compile_file(path, None)?;
        let value = self.thunk_of_chunk(chunk);
        self.front_end.imported.borrow_mut().insert(path.to_vec(), value);
        Ok(value)
    }

    /// A thunk of the code of a whole source.
    pub fn thunk_of_chunk(&self, chunk: &'h Chunk<'h>) -> Value<'h> {
        let prototype = self.heap.alloc(crate::bytecode::Prototype::new(chunk, &[]));
        Value::Thunk(crate::value::Thunk::suspended(self.heap, prototype, std::iter::empty()))
    }

    /// The text of a source file. Links are followed, but relative paths in it are relative to `path`.
    pub fn read_source(&self, path: &[u8]) -> Result<Vec<u8>, Failure> {
        let real = access::resolve_symlinks(&*self.world.io, path, access::Resolution::Full)?;
        self.read_file(&real)
    }

    /// The contents of a file, whose length is the size that it reports.
    pub(crate) fn read_file(&self, path: &[u8]) -> Result<Vec<u8>, Failure> {
        let io = &*self.world.io;
        if let Ok(Some(metadata)) = access::metadata_if_exists(io, path)
            && io.check_access(path).is_ok()
        {
            self.reserve(usize::try_from(metadata.size).unwrap_or(usize::MAX))?;
        }
        Ok(self.read_file_of(io, path)?)
    }

    /// The contents of a file of any file system.
    ///
    /// # Errors
    /// It cannot be read, or the evaluation must stop.
    pub(super) fn read_file_of(&self, io: &dyn Io, path: &[u8]) -> Result<Vec<u8>, Box<Error>> {
        let read = access::read_file_until(io, path, &|| self.limits.must_stop());
        read.or_else(|error| self.limits.check_stop_without_trace().and(Err(error)))
    }

    /// Reads and compiles a file.
    pub fn compile_file(&self, path: &[u8], scope: Option<&'h Attrs<'h>>) -> Result<&'h Chunk<'h>, Failure> {
        let text = self.read_source(path)?;
        let source = self.add_source(Origin::File(paths::displayed(path).as_ref().into()), text)?;
        let base = paths::parent(path).unwrap_or(b"/");
        // The reference mentions the file in traces only where it remembers what the file gave.
        let kind = match scope {
            None => ChunkKind::File(self.heap.alloc(self.heap.copy_slice(path))),
            Some(_) => ChunkKind::Root,
        };
        self.compile_source(&source, base, kind, scope)
    }

    /// Parses and compiles a source, with the attributes of `scope` as further variables. Its tree is freed.
    pub fn compile_source(
        &self,
        source: &Rc<Source>,
        base: &[u8],
        kind: ChunkKind<'h>,
        scope: Option<&'h Attrs<'h>>,
    ) -> Result<&'h Chunk<'h>, Failure> {
        self.with_tree(source, base, |tree, root| self.compile(tree, root, kind, scope))
    }

    /// Registers a source.
    pub fn add_source(&self, origin: Origin, text: Vec<u8>) -> Result<Rc<Source>, Failure> {
        self.reserve(text.len())?;
        self.heap.keep(text.len());
        self.sources
            .add(origin, text)
            .ok_or_else(|| Error::new(ErrorKind::Budget, "more than 4 GiB of sources in one evaluation").into())
    }

    /// What `--parse` prints of a source whose relative paths are relative to `base`, on a line of its own.
    ///
    /// # Errors
    /// A syntax error, or the first undefined variable.
    pub fn parsed_text(&self, source: &Rc<Source>, base: &[u8]) -> Result<Vec<u8>, Failure> {
        self.with_tree(source, base, |tree, root| {
            let globals = self.globals();
            crate::syntax::check_scope(tree, root, &self.symbols, &|name| globals.contains(name))?;
            let mut text = crate::syntax::print(tree, root, &self.symbols);
            text.push(b'\n');
            Ok(text)
        })
    }

    /// Calls `using` with a source's tree. The tree is in an arena that all sources use in turn.
    pub(crate) fn with_tree<T>(
        &self,
        source: &Rc<Source>,
        base: &[u8],
        using: impl FnOnce(&Tree<'_>, ExprId) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut arena = self.front_end.trees.take();
        let made = self.parse(&arena, source, base).and_then(|(tree, root)| {
            let mut held = self.heap.hold();
            self.hold(&mut held, tree.bytes())?;
            using(&tree, root)
        });
        arena.reset();
        self.front_end.trees.set(arena);
        made
    }

    /// Parses a source whose relative paths are relative to `base`, printing its warnings.
    fn parse<'t>(&self, arena: &'t Arena, source: &Rc<Source>, base: &[u8]) -> Result<(Tree<'t>, ExprId), Failure> {
        let settings = &self.settings;
        let lint = |setting| match setting {
            Diagnose::Ignore => Lint::Ignore,
            Diagnose::Warn => Lint::Warn,
            Diagnose::Fatal => Lint::Fatal,
        };
        let home_asked = Cell::new(false);
        let options = ParseOptions {
            base_path: base,
            most_bytes: (!self.heap.is_unlimited()).then(|| self.heap.left()),
            stop: Some(&|| self.limits.check_stop_without_trace()),
            home: self.world.home.peek(),
            home_asked: Some(&home_asked),
            pure_eval: settings.pure_eval,
            pipe_operators: settings.experimental_features.contains(Feature::PipeOperators),
            lint_url_literals: lint(settings.lint_url_literals),
            lint_short_path_literals: lint(settings.lint_short_path_literals),
            lint_absolute_path_literals: lint(settings.lint_absolute_path_literals),
        };
        let mut warn = |warning: crate::syntax::Warning| {
            if warning.pos.is_some() {
                let error = Error::new(ErrorKind::Syntax, warning.message).at(warning.pos);
                self.report(crate::errors::render::Level::Warning, &error);
            } else {
                self.warn(&warning.message);
            }
        };
        let parsed = parse_with_warnings(arena, source, &self.sources, &self.symbols, &options, &mut warn);
        if home_asked.get()
            && self.world.home.path().is_ok()
            && let Some(warning) = self.world.home.take_warning()
        {
            self.warn(&warning);
        }
        Ok(parsed?)
    }

    /// Compiles a tree, with the attributes of `scope` as further variables.
    fn compile(
        &self,
        tree: &Tree<'_>,
        root: ExprId,
        kind: ChunkKind<'h>,
        scope: Option<&'h Attrs<'h>>,
    ) -> Result<&'h Chunk<'h>, Failure> {
        let mut observer = self.front_end.observer.borrow_mut();
        let mut observed = observer.as_deref_mut().map(|observer| Observed { symbols: &self.symbols, observer });
        let mut scratch = self.front_end.compiler.take();
        let environment = Environment {
            heap: self.heap,
            symbols: &self.symbols,
            globals: self.globals(),
            speculation_sites: &self.speculation_sites,
            extra_scope: scope,
            plain: self.variant.plain_bytecode,
            observer: observed.as_mut().map(|observed| observed as &mut dyn CompilerObserver<'h>),
        };
        let compiled = compiler::compile(tree, root, kind, environment, &mut scratch);
        self.front_end.compiler.set(scratch);
        Ok(compiled?)
    }
}
