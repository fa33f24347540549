//! From source bytes to a tree: the lexer, the parser, the check of scopes, and printing a tree as `nix-instantiate
//! --parse` does.
//!
//! The grammar is in `evaluator/syntax/grammar/`, from which `build.rs` generates the parse tables. Nothing in this
//! crate recurses on nesting: what the parser accepts can be dropped, printed and checked on a small stack.

#![allow(rustdoc::private_intra_doc_links, reason = "these pages are for those who work on this crate")]
#![deny(unsafe_code)]

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
pub mod symbols;
mod tables;
#[cfg(test)]
mod tests;
pub mod tree;
mod unescape;
pub mod walk;

use std::rc::Rc;

use nix_evaluator_source::source::{Source, SourceMap};
pub use observe::{Observed, observe, rules};
pub use options::{Lint, ParseOptions, Warning};
pub use print::{identifier as print_identifier, print};
pub use scope::{check_scope, undefined_variable};
use tree::{Arena, ExprId, Tree};

use nix_evaluator_formats::{format, io};
use nix_evaluator_source::{errors, source};

use crate::symbols::SymbolTable;
use errors::Error;

/// The result of parsing a source.
#[derive(Debug)]
pub struct Parsed<'t> {
    /// All its expressions.
    pub tree: Tree<'t>,
    /// The outermost of them.
    pub root: ExprId,
    /// The warnings, in the order to print them.
    pub warnings: Vec<Warning>,
}

/// Parses a source that is registered in `sources` into a tree in `arena`. Warnings are passed on as they come up, even
/// if parsing fails later. Names are interned in `symbols` in the reference's order.
///
/// Fails with the reference's message and position where its lexer, its parser or one of the parser's checks refuses
/// the source.
pub fn parse_with_warnings<'t>(
    arena: &'t Arena,
    source: &Rc<Source>,
    sources: &SourceMap,
    symbols: &SymbolTable,
    options: &ParseOptions<'_>,
    warn: &mut dyn FnMut(Warning),
) -> Result<(Tree<'t>, ExprId), Box<Error>> {
    parser::parse(arena, source, sources, symbols, options, warn)
}

/// Like [`parse_with_warnings`], with the warnings collected. The warnings of a source that fails are lost.
pub fn parse<'t>(
    arena: &'t Arena,
    source: &Rc<Source>,
    sources: &SourceMap,
    symbols: &SymbolTable,
    options: &ParseOptions<'_>,
) -> Result<Parsed<'t>, Box<Error>> {
    let mut warnings = Vec::new();
    let (tree, root) =
        parse_with_warnings(arena, source, sources, symbols, options, &mut |warning| warnings.push(warning))?;
    Ok(Parsed { tree, root, warnings })
}
