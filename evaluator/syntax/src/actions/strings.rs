//! Builds strings, indented strings, paths and URIs.

use super::Entry;
use super::{Actions, IndentedPart, Reduced, Value};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use crate::lexer::{Lexer, Text};
use crate::options::Lint;
use crate::paths;
use crate::source::Pos;
use crate::symbols::known;
use crate::tree::{Expr, ExprId};

/// The indentation still to be removed from the current line.
struct Indentation {
    at_line_start: bool,
    dropped: usize,
}

impl Actions<'_, '_> {
    /// The inside of `"…"` as an expression.
    pub(super) fn string_expr(&mut self, value: Value, lexer: &Lexer<'_>) -> ExprId {
        match value {
            Value::Expr(expr) => expr,
            Value::Text(text) => self.tree.add(Expr::String(self.kept(lexer.text(text)))),
            _ => self.tree.add(Expr::String(&[])),
        }
    }

    pub(super) fn part_text(&mut self, entry: &Entry, lexer: &Lexer<'_>) {
        let text = self.tree.add(Expr::String(self.kept(lexer.text(entry.text()))));
        self.parts.push((self.at(entry.span), text));
    }

    pub(super) fn search_path(&mut self, text: Text, pos: Pos, lexer: &Lexer<'_>) -> Reduced {
        let text = lexer.text(text);
        let function = self.implied_variable(known::FIND_FILE);
        let search_path = self.implied_variable(known::NIX_PATH);
        let wanted = self.tree.add(Expr::String(self.kept(&text[1..text.len() - 1])));
        Ok(Value::Expr(self.new_call(function, &[search_path, wanted], pos)))
    }

    pub(super) fn uri(&mut self, text: Text, pos: Pos, lexer: &Lexer<'_>) -> Reduced {
        let text = lexer.text(text);
        let lint = self.options.lint_url_literals;
        let verdict: &[u8] = if lint == Lint::Fatal { b"disallowed" } else { b"discouraged" };
        let words = "URL literals are {}. Consider using a string literal \"{}\" instead";
        self.diagnose(lint, "lint-url-literals", pos, words, &[verdict, text])?;
        self.add(Expr::String(self.kept(text)))
    }

    pub(super) fn path(&mut self, text: Text, pos: Pos, lexer: &Lexer<'_>) -> Reduced {
        let literal = lexer.text(text);
        if literal.starts_with(b"/") {
            self.diagnose_absolute("absolute", literal, pos)?;
        } else if !literal.starts_with(b".") {
            let words = "relative path literal '{}' should be prefixed with '.' for clarity: './{}'";
            let lint = self.options.lint_short_path_literals;
            self.diagnose(lint, "lint-short-path-literals", pos, words, &[literal, literal])?;
        }
        self.add(Expr::Path(self.kept(&paths::resolve(literal, self.options.base_path))))
    }

    pub(super) fn home_path(&mut self, text: Text, pos: Pos, lexer: &Lexer<'_>) -> Reduced {
        let literal = lexer.text(text);
        if self.options.pure_eval {
            let message = hint("the path '{}' can not be resolved in pure mode", &[literal]);
            return Err(Error::new(ErrorKind::Evaluation, message));
        }
        self.diagnose_absolute("home", literal, pos)?;
        if let Some(asked) = self.options.home_asked {
            asked.set(true);
        }
        let Some(home) = self.options.home else {
            return Err(Error::new(ErrorKind::System, "cannot determine user's home directory"));
        };
        self.add(Expr::Path(self.kept(&[home, &literal[1..]].concat())))
    }

    fn diagnose_absolute(&mut self, kind: &str, literal: &[u8], pos: Pos) -> Result<(), Box<Error>> {
        let words = format!(
            "{kind} path literals are not portable. Consider replacing path literal '{{}}' by a string, relative path, \
             or parameter"
        );
        self.diagnose(self.options.lint_absolute_path_literals, "lint-absolute-path-literals", pos, &words, &[literal])
    }

    /// `''…''` without the indentation that all its lines share.
    pub(super) fn indented_string(&mut self, start: usize, pos: Pos, lexer: &Lexer<'_>) -> ExprId {
        let parts: Vec<(Pos, IndentedPart)> = self.indented_parts.drain(start..).collect();
        let shared = shared_indentation(&parts, lexer);
        let mut line = Indentation { at_line_start: true, dropped: 0 };
        let mut stripped = Vec::with_capacity(parts.len());
        for (index, (pos, part)) in parts.iter().enumerate() {
            match *part {
                IndentedPart::Expr(expr) => {
                    line = Indentation { at_line_start: false, dropped: 0 };
                    stripped.push((*pos, expr));
                }
                IndentedPart::Text(text) => {
                    let mut kept = line.strip(lexer.text(text), shared);
                    if index + 1 == parts.len() {
                        drop_blank_last_line(&mut kept);
                    }
                    if !kept.is_empty() {
                        stripped.push((*pos, self.tree.add(Expr::String(self.kept(&kept)))));
                    }
                }
            }
        }
        match stripped[..] {
            [] => self.tree.add(Expr::String(&[])),
            [(_, only)] if matches!(self.tree.get(only), Expr::String(_)) => only,
            _ => self.tree.add(Expr::ConcatStrings {
                parts: self.tree.bump().alloc_slice_copy(&stripped),
                force_string: true,
                pos,
            }),
        }
    }
}

/// The number of spaces that all lines start with. Lines of nothing but spaces do not count; escapes and interpolations
/// are no spaces.
fn shared_indentation(parts: &[(Pos, IndentedPart)], lexer: &Lexer<'_>) -> usize {
    let (mut shared, mut current, mut at_line_start) = (1_000_000, 0, true);
    for (_, part) in parts {
        let text = match part {
            IndentedPart::Text(text) if text.has_indentation => lexer.text(*text),
            _ => {
                if at_line_start {
                    at_line_start = false;
                    shared = shared.min(current);
                }
                continue;
            }
        };
        for byte in text {
            match byte {
                b'\n' => {
                    at_line_start = true;
                    current = 0;
                }
                _ if !at_line_start => {}
                b' ' => current += 1,
                _ => {
                    at_line_start = false;
                    shared = shared.min(current);
                }
            }
        }
    }
    shared
}

impl Indentation {
    /// The text without the first `shared` spaces of each line.
    fn strip(&mut self, text: &[u8], shared: usize) -> Vec<u8> {
        let mut kept = Vec::with_capacity(text.len());
        for &byte in text {
            match byte {
                b' ' if self.at_line_start => {
                    self.dropped += 1;
                    if self.dropped <= shared {
                        continue;
                    }
                }
                b'\n' => {
                    self.at_line_start = true;
                    self.dropped = 0;
                }
                _ if self.at_line_start => {
                    self.at_line_start = false;
                    self.dropped = 0;
                }
                _ => {}
            }
            kept.push(byte);
        }
        kept
    }
}

/// Removes what follows the last line end if it is only spaces.
fn drop_blank_last_line(text: &mut Vec<u8>) {
    if let Some(end) = text.iter().rposition(|byte| *byte == b'\n')
        && text[end + 1..].iter().all(|byte| *byte == b' ')
    {
        text.truncate(end + 1);
    }
}
