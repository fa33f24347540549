//! The parse loop: an LALR(1) machine on an explicit stack, so that nesting of any depth uses no native stack.
//!
//! It takes bison's steps in bison's order, because the order is observable. A token is only read when a state needs
//! it, which decides whether an error of the lexer or an error of an action comes first.

#![forbid(unsafe_code)]

use super::actions::{Actions, Entry, Value};
use super::lexer::{Lexer, Span, TokenValue};
use super::options::{ParseOptions, Warning};
use super::tables::{self, Action, RULES, Step, Token};
use super::tree::{Arena, ExprId, Tree};
use crate::errors::{Error, ErrorKind};
use crate::source::{Source, SourceMap};
use crate::symbols::SymbolTable;

/// How much of a source is read between two checks of the tree's memory, and of whether to stop.
const BYTES_BETWEEN_LOOKS: u32 = 1 << 14;

/// Observes the parser's steps. The parser is compiled once for each observer, so that having none costs nothing.
pub trait Observer {
    /// The lexer found a token.
    fn token(&mut self, token: Token, span: Span);

    /// A rule was applied, by its number in the grammar.
    fn rule(&mut self, rule: u8);
}

/// Parses a source into a tree; see [`super::parse`].
// Inlined into what calls it, the loop gets fewer registers.
#[inline(never)]
pub fn parse<'t>(
    arena: &'t Arena,
    source: &Source,
    sources: &SourceMap,
    symbols: &SymbolTable,
    options: &ParseOptions<'_>,
    warn: &mut dyn FnMut(Warning),
) -> Result<(Tree<'t>, ExprId), Box<Error>> {
    struct Nobody;
    impl Observer for Nobody {
        #[inline]
        fn token(&mut self, _: Token, _: Span) {}

        #[inline]
        fn rule(&mut self, _: u8) {}
    }
    parse_observed(arena, source, sources, symbols, options, warn, &mut Nobody)
}

/// The same, with someone who looks on.
pub fn parse_observed<'t, O: Observer>(
    arena: &'t Arena,
    source: &Source,
    sources: &SourceMap,
    symbols: &SymbolTable,
    options: &ParseOptions<'_>,
    warn: &mut dyn FnMut(Warning),
    observer: &mut O,
) -> Result<(Tree<'t>, ExprId), Box<Error>> {
    let mut lexer = Lexer::new(source, options.pipe_operators);
    let mut actions = Actions::new(arena, source, sources, symbols, options, warn);
    let mut stack = Vec::with_capacity(256);
    stack.push(Entry { state: 0, span: Span::default(), value: Value::None });
    let (mut token, mut value, mut has_token) = (Token::EndOfFile, TokenValue::None, false);
    let mut state = 0;
    let mut next_look = BYTES_BETWEEN_LOOKS;
    loop {
        if !has_token && !tables::needs_no_token(state) {
            (token, value) = lexer.next()?;
            observer.token(token, lexer.span());
            has_token = true;
        }
        let rule = match tables::step(state, token) {
            Step::Reduce(rule) => rule,
            Step::Shift(tables::ACCEPT) => return Ok(actions.finish()),
            Step::Shift(next) => {
                if lexer.span().end > next_look {
                    look(options, &actions, &stack)?;
                    next_look = lexer.span().end.saturating_add(BYTES_BETWEEN_LOOKS);
                }
                stack.push(Entry { state: next, span: lexer.span(), value: value.into() });
                state = next;
                has_token = false;
                continue;
            }
            Step::Error => return Err(syntax_error(source, state, token, lexer.span())),
        };
        if let Some(nonterminal) = tables::renamed(rule)
            && let [.., before, renamed] = &mut stack[..]
        {
            observer.rule(rule);
            state = tables::goto(before.state, nonterminal);
            // Many renamings follow each other at the same token, or without one.
            while (has_token || tables::needs_no_token(state))
                && let Step::Reduce(rule) = tables::step(state, token)
                && let Some(nonterminal) = tables::renamed(rule)
            {
                observer.rule(rule);
                state = tables::goto(before.state, nonterminal);
            }
            renamed.state = state;
            continue;
        }
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
            Action::Second => stack[base + 1].value,
            _ => actions.reduce(action, &stack[base..], span, &lexer)?,
        };
        stack.truncate(base);
        state = tables::goto(stack[base - 1].state, nonterminal);
        stack.push(Entry { state, span, value });
    }
}

/// Fails where the tree takes more memory than it may, or where to stop. Apart, because it costs the loop registers.
#[cold]
#[inline(never)]
fn look(options: &ParseOptions<'_>, actions: &Actions<'_, '_>, stack: &Vec<Entry>) -> Result<(), Box<Error>> {
    let bytes = actions.bytes() + stack.capacity() * size_of::<Entry>();
    match options.most_bytes {
        Some(most) if bytes > most => Err(Error::out_of_memory(true)),
        _ => options.stop.map_or(Ok(()), |stop| stop()),
    }
}

fn syntax_error(source: &Source, state: u16, token: Token, span: Span) -> Box<Error> {
    let offset = if token == Token::EndOfFile { span.end } else { span.begin };
    Error::new(ErrorKind::Syntax, tables::syntax_error(state, token)).at(source.at(offset as usize))
}
