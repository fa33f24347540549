//! The parse loop: an LALR(1) machine on an explicit stack, so that no depth of nesting uses native stack.
//!
//! It takes bison's steps in bison's order, because the order shows: a token is only read when a state needs to see
//! it, and whether a lexer's error or an action's error comes first depends on that.

use super::actions::{Actions, Value};
use super::lexer::{Lexer, Span, TokenValue};
use super::options::{ParseOptions, Warning};
use super::source::{Source, SourceMap};
use super::tables::{self, Action, RULES, Step, Token};
use super::tree::{ExprId, Tree};
use crate::errors::{Error, ErrorKind};
use crate::heap::SymbolTable;

/// What the stack remembers of a symbol.
#[derive(Clone, Copy)]
pub struct Entry {
    state: u16,
    /// Where the symbol stands.
    pub span: Span,
    /// What it means.
    pub value: Value,
}

/// Sees the parser's steps. Parsing is compiled once for each observer, so that having none costs nothing.
pub trait Observer {
    /// The lexer found a token.
    fn token(&mut self, token: Token, span: Span);

    /// A rule was applied, by its number in the grammar.
    fn rule(&mut self, rule: u8);
}

/// Parses a source into a tree; see [`super::parse`].
pub fn parse(
    source: &Source,
    sources: &SourceMap,
    symbols: &SymbolTable,
    options: &ParseOptions<'_>,
    warn: &mut dyn FnMut(Warning),
) -> Result<(Tree, ExprId), Box<Error>> {
    struct Nobody;
    impl Observer for Nobody {
        #[inline]
        fn token(&mut self, _: Token, _: Span) {}

        #[inline]
        fn rule(&mut self, _: u8) {}
    }
    parse_observed(source, sources, symbols, options, warn, &mut Nobody)
}

/// The same, with someone who looks on.
pub fn parse_observed<O: Observer>(
    source: &Source,
    sources: &SourceMap,
    symbols: &SymbolTable,
    options: &ParseOptions<'_>,
    warn: &mut dyn FnMut(Warning),
    observer: &mut O,
) -> Result<(Tree, ExprId), Box<Error>> {
    let mut lexer = Lexer::new(source, options.pipe_operators);
    let mut actions = Actions::new(source, sources, symbols, options, warn);
    let mut stack = vec![Entry { state: 0, span: Span::default(), value: Value::None }];
    let mut lookahead: Option<(Token, TokenValue)> = None;
    let mut state = 0;
    loop {
        let rule = match tables::reduction_without_token(state) {
            Some(rule) => rule,
            None => {
                let (token, value) = match lookahead {
                    Some(lookahead) => lookahead,
                    None => {
                        let found = lexer.next()?;
                        observer.token(found.0, lexer.span());
                        *lookahead.insert(found)
                    }
                };
                match tables::step(state, token) {
                    Step::Shift(tables::ACCEPT) => return Ok(actions.finish()),
                    Step::Shift(next) => {
                        stack.push(Entry { state: next, span: lexer.span(), value: value.into() });
                        state = next;
                        lookahead = None;
                        continue;
                    }
                    Step::Reduce(rule) => rule,
                    Step::Error => return Err(syntax_error(source, state, token, lexer.span())),
                }
            }
        };
        observer.rule(rule);
        let (nonterminal, length, action) = RULES[rule as usize];
        let base = stack.len() - length as usize;
        let span = match (stack.get(base), stack.last()) {
            (Some(first), Some(last)) => Span { begin: first.span.begin, end: last.span.end },
            _ => {
                let end = stack[base - 1].span.end;
                Span { begin: end, end }
            }
        };
        let value = match action {
            Action::Keep => stack[base].value,
            Action::Second => stack[base + 1].value,
            _ => actions.reduce(action, &stack[base..], span, &lexer)?,
        };
        stack.truncate(base);
        state = tables::goto(stack[base - 1].state, nonterminal);
        stack.push(Entry { state, span, value });
    }
}

fn syntax_error(source: &Source, state: u16, token: Token, span: Span) -> Box<Error> {
    let offset = if token == Token::EndOfFile { span.end } else { span.begin };
    Error::new(ErrorKind::Syntax, tables::syntax_error(state, token)).at(source.at(offset as usize))
}
