//! Lists the rules of the grammar and the tokens that a source uses, for tools that measure coverage of the grammar.

#![forbid(unsafe_code)]

use std::rc::Rc;

use super::lexer::Span;
use super::options::ParseOptions;
use super::parser::{Observer, parse_observed};
use super::tables::{RULE_TEXTS, TOKEN_NAMES, Token};
use super::tree::{Arena, ExprId, Tree};
use crate::errors::Error;
use crate::source::{Source, SourceMap};
use crate::symbols::SymbolTable;

/// The rules and tokens of a source.
#[derive(Debug)]
pub struct Observed<'t> {
    /// All its expressions.
    pub tree: Tree<'t>,
    /// The outermost of them.
    pub root: ExprId,
    /// The rules that were applied, by their index in [`rules`], in the parser's order.
    pub rules: Vec<u8>,
    /// Each token: its name in syntax errors, and the range of its text in the source. The ends of paths and of the
    /// source have no text; their range is that of another token.
    pub tokens: Vec<(&'static str, std::ops::Range<usize>)>,
}

/// The grammar's rules in the order of their numbers: the left side and the right side. Names with a capital are
/// tokens. The first rule accepts a whole source.
pub fn rules() -> impl ExactSizeIterator<Item = (&'static str, &'static str)> {
    RULE_TEXTS.iter().copied()
}

/// Parses a source that is registered in `sources` and lists its rules and tokens.
///
/// Fails as [`super::parse`] does.
pub fn observe<'t>(
    arena: &'t Arena,
    source: &Rc<Source>,
    sources: &SourceMap,
    symbols: &SymbolTable,
    options: &ParseOptions<'_>,
) -> Result<Observed<'t>, Box<Error>> {
    #[derive(Default)]
    struct Notes {
        rules: Vec<u8>,
        tokens: Vec<(&'static str, std::ops::Range<usize>)>,
    }
    impl Observer for Notes {
        fn token(&mut self, token: Token, span: Span) {
            self.tokens.push((TOKEN_NAMES[token as usize], span.begin as usize..span.end as usize));
        }

        fn rule(&mut self, rule: u8) {
            self.rules.push(rule);
        }
    }
    let mut notes = Notes::default();
    let (tree, root) = parse_observed(arena, source, sources, symbols, options, &mut |_| {}, &mut notes)?;
    Ok(Observed { tree, root, rules: notes.rules, tokens: notes.tokens })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Origin;

    /// The texts of the tokens and the rules (without those that only pass a value on) of a source.
    fn check(text: &str, tokens: &[&str], applied: &[&str]) {
        let sources = SourceMap::default();
        let source = sources.add(Origin::Text, text.as_bytes()).expect("short");
        let arena = Arena::default();
        let seen =
            observe(&arena, &source, &sources, &SymbolTable::new(), &ParseOptions::new(b"/")).expect("it parses");
        let texts: Vec<&str> = seen.tokens.iter().map(|(_, span)| &text[span.clone()]).collect();
        assert_eq!(texts, tokens);
        let table: Vec<_> = rules().collect();
        let of: Vec<&str> =
            seen.rules.iter().map(|rule| table[*rule as usize].1).filter(|of| of.contains(' ')).collect();
        assert_eq!(of, applied);
    }

    #[test]
    fn rules_and_tokens_in_the_parsers_order() {
        check("1 + a", &["1", "+", "a", "a"], &["operation Plus operation"]);
        check("x: x", &["x", ":", "x", "x"], &["Identifier Colon function"]);
    }
}
