//! From source bytes to a resolved-enough tree: positions, the lexer, the parser, and printing a tree as
//! `nix-instantiate --parse` prints it.
//!
//! The grammar itself is in `evaluator/grammar/`, from which `build.rs` generates the parse tables. No part of this
//! module recurses on nesting: what the parser accepts, it also drops, prints and checks on a small stack.

mod actions;
mod bytes;
mod lexer;
mod number;
mod observe;
mod options;
mod parser;
mod paths;
mod print;
mod scope;
pub mod source;
mod tables;
#[cfg(test)]
mod tests;
pub mod tree;
mod unescape;
pub mod walk;

use std::rc::Rc;

pub use observe::{Observed, observe, rules};
pub use options::{Lint, ParseOptions, Warning};
pub use print::{identifier as print_identifier, print};
pub use scope::{check_scope, undefined_variable};
use source::{Source, SourceMap};
use tree::{Arena, ExprId, Tree};

use crate::errors::Error;
use crate::heap::SymbolTable;

/// What became of a source.
#[derive(Debug)]
pub struct Parsed<'t> {
    /// All its expressions.
    pub tree: Tree<'t>,
    /// The outermost of them.
    pub root: ExprId,
    /// What the caller should print, in this order.
    pub warnings: Vec<Warning>,
}

/// Something that turns sources into trees. There is one for the evaluator; a second one, over another project's
/// parser, can be compared with it.
pub trait Frontend {
    /// A name for reports.
    fn name(&self) -> &'static str;

    /// Parses a source and passes on warnings as they come up, also where it fails in the end.
    fn parse<'t>(
        &self,
        arena: &'t Arena,
        source: &Rc<Source>,
        sources: &SourceMap,
        symbols: &SymbolTable,
        options: &ParseOptions<'_>,
        warn: &mut dyn FnMut(Warning),
    ) -> Result<(Tree<'t>, ExprId), Box<Error>>;
}

/// The evaluator's own parser, which follows the reference's grammar.
pub struct ReferenceGrammar;

impl Frontend for ReferenceGrammar {
    fn name(&self) -> &'static str {
        "reference grammar"
    }

    fn parse<'t>(
        &self,
        arena: &'t Arena,
        source: &Rc<Source>,
        sources: &SourceMap,
        symbols: &SymbolTable,
        options: &ParseOptions<'_>,
        warn: &mut dyn FnMut(Warning),
    ) -> Result<(Tree<'t>, ExprId), Box<Error>> {
        parser::parse(arena, source, sources, symbols, options, warn)
    }
}

/// Parses a source that is registered in `sources` into a tree in `arena`. Names are interned in `symbols` in the reference's order.
///
/// Fails with the reference's message and position where its lexer, its parser or one of the parser's checks refuses
/// the source. Warnings of a source that fails are lost; who needs them uses [`Frontend::parse`].
pub fn parse<'t>(
    arena: &'t Arena,
    source: &Rc<Source>,
    sources: &SourceMap,
    symbols: &SymbolTable,
    options: &ParseOptions<'_>,
) -> Result<Parsed<'t>, Box<Error>> {
    let mut warnings = Vec::new();
    let (tree, root) =
        ReferenceGrammar.parse(arena, source, sources, symbols, options, &mut |warning| warnings.push(warning))?;
    Ok(Parsed { tree, root, warnings })
}
