//! The actions of the grammar's rules, which build the tree.
//!
//! Actions intern symbols, in the order of the reference's actions: a lambda's argument after its body, an attribute's
//! name before its value. Lists under construction (elements, paths, formals, parts) share vectors. The parser works
//! from the inside out, so the list that grows is always the one on top.

#![forbid(unsafe_code)]

mod attributes;
mod functions;
mod strings;

use rustc_hash::FxHashMap;

use super::lexer::{Lexer, Span, Text, TokenValue};
use super::options::{Lint, ParseOptions, Warning};
use super::tables::Action;
use super::tree::{Arena, Arguments, AttrName, Expr, ExprId, Formal, Tree};
use crate::errors::highlight::{BOLD, NORMAL, hint, magenta};
use crate::errors::{Error, ErrorKind, Message};
use crate::source::{Pos, Source, SourceMap};
use crate::symbols::known;
use crate::symbols::{Symbol, SymbolTable};

/// An entry of the parser's stack: one symbol.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The parser's state behind it.
    pub state: u16,
    /// The range of the symbol.
    pub span: Span,
    /// Its semantic value.
    pub value: Value,
}

/// The semantic value of a symbol on the parser's stack.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// Nothing.
    None,
    /// An expression.
    Expr(ExprId),
    /// Text that is not an expression yet; it may become a name instead.
    Text(Text),
    /// The keyword `or` where it is a name.
    Or,
    /// An integer literal.
    Integer(i64),
    /// A float literal.
    Float(f64),
    /// The start of a list under construction, in its vector.
    List(u32),
    /// The start of a pattern's formals, and whether the pattern has an ellipsis.
    Formals(u32, bool),
}

impl From<TokenValue> for Value {
    fn from(value: TokenValue) -> Value {
        match value {
            TokenValue::None => Value::None,
            TokenValue::Integer(value) => Value::Integer(value),
            TokenValue::Float(value) => Value::Float(value),
            TokenValue::Text(text) => Value::Text(text),
        }
    }
}

impl Entry {
    fn expr(&self) -> ExprId {
        match self.value {
            Value::Expr(expr) => expr,
            other => unreachable!("the grammar puts an expression here, not {other:?}"),
        }
    }

    fn text(&self) -> Text {
        match self.value {
            Value::Text(text) => text,
            other => unreachable!("the grammar puts text here, not {other:?}"),
        }
    }

    fn list(&self) -> usize {
        match self.value {
            Value::List(start) => start as usize,
            other => unreachable!("the grammar puts a list here, not {other:?}"),
        }
    }
}

/// A piece of an indented string.
#[derive(Clone, Copy)]
enum IndentedPart {
    Expr(ExprId),
    Text(Text),
}

/// The tree under construction.
pub struct Actions<'a, 't> {
    source: &'a Source,
    sources: &'a SourceMap,
    symbols: &'a SymbolTable,
    options: &'a ParseOptions<'a>,
    warn: &'a mut dyn FnMut(Warning),
    tree: Tree<'t>,
    root: Option<ExprId>,
    /// The ends of calls `f or`, which could be misread.
    cursed_or_ends: FxHashMap<ExprId, Pos>,
    elements: Vec<ExprId>,
    attr_path: Vec<AttrName>,
    attr_names: Vec<(Symbol, Pos)>,
    formals: Vec<Formal>,
    parts: Vec<(Pos, ExprId)>,
    indented_parts: Vec<(Pos, IndentedPart)>,
    /// The index of each attribute of a large set in its bindings. Large sets are sorted at the end.
    large_sets: FxHashMap<ExprId, FxHashMap<Symbol, u32>>,
    /// Whether merging sets has renumbered the source of an `inherit (…)`.
    shifted_inherit_from: bool,
}

type Reduced = Result<Value, Box<Error>>;

impl<'a, 't> Actions<'a, 't> {
    /// An empty tree.
    pub fn new(
        arena: &'t Arena,
        source: &'a Source,
        sources: &'a SourceMap,
        symbols: &'a SymbolTable,
        options: &'a ParseOptions<'a>,
        warn: &'a mut dyn FnMut(Warning),
    ) -> Actions<'a, 't> {
        Actions {
            source,
            sources,
            symbols,
            options,
            warn,
            tree: Tree::new(arena),
            cursed_or_ends: FxHashMap::default(),
            root: None,
            elements: Vec::new(),
            attr_path: Vec::new(),
            attr_names: Vec::new(),
            formals: Vec::new(),
            parts: Vec::new(),
            indented_parts: Vec::new(),
            large_sets: FxHashMap::default(),
            shifted_inherit_from: false,
        }
    }

    /// How much memory the tree takes.
    pub fn bytes(&self) -> usize {
        self.tree.bytes()
    }

    /// The finished tree and its root.
    pub fn finish(mut self) -> (Tree<'t>, ExprId) {
        self.sort_large_sets();
        self.bound_inherit_from();
        (self.tree, self.root.expect("accepting comes after the start rule"))
    }

    fn at(&self, span: Span) -> Pos {
        self.source.at(span.begin as usize)
    }

    fn intern(&self, lexer: &Lexer<'_>, text: Text) -> Symbol {
        self.symbols.intern(lexer.text(text))
    }

    fn add(&mut self, expr: Expr<'t>) -> Reduced {
        Ok(Value::Expr(self.tree.add(expr)))
    }

    /// A variable that the program did not write; it has no position.
    fn implied_variable(&mut self, name: Symbol) -> ExprId {
        self.tree.add(Expr::Var { name, pos: Pos::NONE })
    }

    fn implied_call(&mut self, name: Symbol, arguments: &[ExprId], pos: Pos) -> ExprId {
        let function = self.implied_variable(name);
        self.new_call(function, arguments, pos)
    }

    fn new_call(&mut self, function: ExprId, arguments: &[ExprId], pos: Pos) -> ExprId {
        let arguments = Arguments::new(self.tree.bump(), arguments);
        self.tree.add(Expr::Call { function, arguments, pos })
    }

    /// A call. If the function is itself a call, even one in parentheses, that call gets one more argument.
    fn call(&mut self, function: ExprId, argument: ExprId, pos: Pos) -> Reduced {
        let bump = self.tree.bump();
        if let Expr::Call { arguments, .. } = self.tree.get_mut(function) {
            arguments.push(bump, argument);
            return Ok(Value::Expr(function));
        }
        Ok(Value::Expr(self.new_call(function, &[argument], pos)))
    }

    /// Text that becomes part of the tree.
    fn kept(&self, text: &[u8]) -> &'t [u8] {
        self.tree.bump().alloc_slice_copy(text)
    }

    fn error(&self, pos: Pos, message: impl Into<Message>) -> Box<Error> {
        Error::new(ErrorKind::Syntax, message).at(pos)
    }

    /// Warns or fails, as the lint says, about something discouraged. `words` and `arguments` are as in [`hint`].
    fn diagnose(
        &mut self,
        lint: Lint,
        name: &str,
        pos: Pos,
        words: &str,
        arguments: &[&[u8]],
    ) -> Result<(), Box<Error>> {
        let message = || {
            let name = [BOLD.as_bytes(), &magenta(name.as_bytes()), NORMAL.as_bytes()].concat();
            [&hint(words, arguments)[..], b" (", &name, b")"].concat()
        };
        match lint {
            Lint::Ignore => Ok(()),
            Lint::Warn => {
                (self.warn)(Warning { message: message(), pos });
                Ok(())
            }
            Lint::Fatal => Err(self.error(pos, message())),
        }
    }

    /// Applies the action of a rule to the symbols that it replaces.
    pub fn reduce(&mut self, action: Action, of: &[Entry], span: Span, lexer: &Lexer<'_>) -> Reduced {
        let pos = self.at(span);
        match action {
            Action::Keep => Ok(of[0].value),
            Action::Second => Ok(of[1].value),
            Action::Finish | Action::FinishBindings => {
                self.root = of.last().map(Entry::expr);
                Ok(Value::None)
            }

            Action::Lambda => self.lambda(of[0].text(), of[2].expr(), pos, lexer),
            Action::LambdaPattern => self.pattern_lambda(&of[0], None, of[2].expr(), pos, lexer),
            Action::LambdaPatternAt => self.pattern_lambda(&of[0], Some(of[2].text()), of[4].expr(), pos, lexer),
            Action::LambdaAtPattern => self.pattern_lambda(&of[2], Some(of[0].text()), of[4].expr(), pos, lexer),
            Action::Formal => self.formal(of[0].text(), None, pos, lexer),
            Action::FormalDefault => self.formal(of[0].text(), Some(of[2].expr()), pos, lexer),
            Action::FormalsEllipsis => Ok(Value::Formals(formals_start(&of[1]), true)),
            Action::OnlyEllipsis => Ok(Value::Formals(self.formals.len() as u32, true)),
            Action::NoFormals => Ok(Value::Formals(self.formals.len() as u32, false)),

            Action::Assert => self.add(Expr::Assert { condition: of[1].expr(), body: of[3].expr(), pos }),
            Action::With => self.add(Expr::With { namespace: of[1].expr(), body: of[3].expr(), pos }),
            Action::Let => self.let_in(of[1].expr(), of[3].expr(), pos),
            Action::If => {
                let (condition, consequence, alternative) = (of[1].expr(), of[3].expr(), of[5].expr());
                self.add(Expr::If { condition, consequence, alternative, pos })
            }

            Action::PipeFrom => self.call(of[0].expr(), of[2].expr(), self.at(of[1].span)),
            Action::PipeInto => self.call(of[2].expr(), of[0].expr(), self.at(of[1].span)),
            Action::Not => self.add(Expr::Not(of[1].expr())),
            Action::Negate => {
                let function = self.implied_variable(known::SUB);
                let arguments = [self.tree.add(Expr::Int(0)), of[1].expr()];
                Ok(Value::Expr(self.new_call(function, &arguments, pos)))
            }
            Action::Equal => self.add(Expr::Equal(of[0].expr(), of[2].expr())),
            Action::NotEqual => self.add(Expr::NotEqual(of[0].expr(), of[2].expr())),
            Action::HasAttr => {
                let path = self.take_attr_path(of[2].list());
                self.add(Expr::HasAttr { subject: of[0].expr(), path })
            }
            Action::Less
            | Action::LessOrEqual
            | Action::Greater
            | Action::GreaterOrEqual
            | Action::And
            | Action::Or
            | Action::Implies
            | Action::Update
            | Action::Add
            | Action::Subtract
            | Action::Multiply
            | Action::Divide
            | Action::ConcatLists => Ok(Value::Expr(self.binary(action, of))),

            Action::Apply => {
                let argument = of[1].expr();
                let called = self.call(of[0].expr(), argument, pos);
                self.warn_if_cursed_or(argument);
                called
            }
            Action::ApplicationHead => {
                if !self.cursed_or_ends.is_empty() {
                    self.cursed_or_ends.remove(&of[0].expr());
                }
                Ok(of[0].value)
            }
            Action::Select => {
                let path = self.take_attr_path(of[2].list());
                self.add(Expr::Select { subject: of[0].expr(), path, default: None, pos })
            }
            Action::SelectOr => {
                let path = self.take_attr_path(of[2].list());
                let default = of[4].expr();
                let selected = self.add(Expr::Select { subject: of[0].expr(), path, default: Some(default), pos });
                self.warn_if_cursed_or(default);
                selected
            }
            Action::CursedOr => {
                let argument = self.tree.add(Expr::Var { name: known::OR, pos });
                let call = self.new_call(of[0].expr(), &[argument], pos);
                self.cursed_or_ends.insert(call, self.source.at(span.end as usize));
                Ok(Value::Expr(call))
            }

            Action::Variable => match lexer.text(of[0].text()) {
                b"__curPos" => self.add(Expr::CurrentPosition { pos }),
                name => {
                    let name = self.symbols.intern(name);
                    self.add(Expr::Var { name, pos })
                }
            },
            Action::Integer => match of[0].value {
                Value::Integer(value) => self.add(Expr::Int(value)),
                other => unreachable!("the lexer gives integers, not {other:?}"),
            },
            Action::Float => match of[0].value {
                Value::Float(value) => self.add(Expr::Float(value)),
                other => unreachable!("the lexer gives floats, not {other:?}"),
            },
            Action::String => Ok(Value::Expr(self.string_expr(of[1].value, lexer))),
            Action::IndentedString => Ok(Value::Expr(self.indented_string(of[1].list(), pos, lexer))),
            Action::InterpolatedPath => {
                self.parts.insert(of[1].list(), (self.at(of[0].span), of[0].expr()));
                let parts = self.take_parts(of[1].list());
                self.add(Expr::ConcatStrings { parts, force_string: false, pos })
            }
            Action::SearchPath => self.search_path(of[0].text(), pos, lexer),
            Action::Uri => self.uri(of[0].text(), pos, lexer),
            Action::Path => self.path(of[0].text(), pos, lexer),
            Action::HomePath => self.home_path(of[0].text(), pos, lexer),

            Action::LegacyLet => {
                let subject = self.close_set(of[2].expr(), true, pos);
                let path = self.tree.bump().alloc_slice_copy(&[AttrName::Static(known::BODY)]);
                self.add(Expr::Select { subject, path, default: None, pos: Pos::NONE })
            }
            Action::RecursiveSet => Ok(Value::Expr(self.close_set(of[2].expr(), true, pos))),
            Action::Set => Ok(Value::Expr(self.close_set(of[1].expr(), false, pos))),
            Action::EmptySet => Ok(Value::Expr(self.new_set(pos))),
            Action::NoBindings => Ok(Value::Expr(self.new_set(Pos::NONE))),
            Action::FirstBind => {
                let set = self.new_set(Pos::NONE);
                self.bind(set, of[0].list(), self.at(of[0].span), of[2].expr())?;
                Ok(Value::Expr(set))
            }
            Action::Bind => {
                self.bind(of[0].expr(), of[1].list(), self.at(of[1].span), of[3].expr())?;
                Ok(of[0].value)
            }
            Action::Inherit => self.inherit(of[0].expr(), of[2].list()),
            Action::InheritFrom => self.inherit_from(of[0].expr(), of[3].expr(), self.at(of[3].span), of[5].list()),
            Action::NoAttrNames => Ok(Value::List(self.attr_names.len() as u32)),
            Action::AttrNamesAttr | Action::AttrNamesString => {
                let pos = self.at(of[1].span);
                match self.string_attr(of[1].value, lexer) {
                    AttrName::Static(name) => self.attr_names.push((name, pos)),
                    AttrName::Dynamic(_) => {
                        return Err(self.error(pos, "dynamic attributes not allowed in inherit"));
                    }
                }
                Ok(of[0].value)
            }
            Action::FirstAttr | Action::AttrPathAttr | Action::FirstStringAttr | Action::AttrPathString => {
                let first = matches!(action, Action::FirstAttr | Action::FirstStringAttr);
                let start = if first { Value::List(self.attr_path.len() as u32) } else { of[0].value };
                let value = of[of.len() - 1].value;
                self.attr_path.push(self.string_attr(value, lexer));
                Ok(start)
            }
            Action::OrAttr => Ok(Value::Or),

            Action::List => {
                let start = of[1].list();
                let elements = self.tree.bump().alloc_slice_copy(&self.elements[start..]);
                self.elements.truncate(start);
                self.add(Expr::List(elements))
            }
            Action::EmptyList => Ok(Value::List(self.elements.len() as u32)),
            Action::ListElement => {
                self.elements.push(of[1].expr());
                self.warn_if_cursed_or(of[1].expr());
                Ok(of[0].value)
            }

            Action::EmptyString => Ok(Value::None),
            Action::InterpolatedString => {
                let parts = self.take_parts(of[0].list());
                self.add(Expr::ConcatStrings { parts, force_string: true, pos })
            }
            Action::PartText => {
                self.part_text(&of[1], lexer);
                Ok(of[0].value)
            }
            Action::PartExpr => {
                self.parts.push((self.at(of[1].span), of[2].expr()));
                Ok(of[0].value)
            }
            Action::FirstPartExpr => {
                let start = self.parts.len() as u32;
                self.parts.push((self.at(of[0].span), of[1].expr()));
                Ok(Value::List(start))
            }
            Action::FirstPartTextExpr => {
                let start = self.parts.len() as u32;
                self.part_text(&of[0], lexer);
                self.parts.push((self.at(of[1].span), of[2].expr()));
                Ok(Value::List(start))
            }
            Action::IndentedStart => Ok(Value::List(self.indented_parts.len() as u32)),
            Action::IndentedText => {
                self.indented_parts.push((self.at(of[1].span), IndentedPart::Text(of[1].text())));
                Ok(of[0].value)
            }
            Action::IndentedExpr => {
                self.indented_parts.push((self.at(of[1].span), IndentedPart::Expr(of[2].expr())));
                Ok(of[0].value)
            }
        }
    }

    fn take_parts(&mut self, start: usize) -> &'t [(Pos, ExprId)] {
        let parts = self.tree.bump().alloc_slice_copy(&self.parts[start..]);
        self.parts.truncate(start);
        parts
    }

    fn binary(&mut self, action: Action, of: &[Entry]) -> ExprId {
        let (left, right, pos) = (of[0].expr(), of[2].expr(), self.at(of[1].span));
        let expr = match action {
            Action::Less => return self.implied_call(known::LESS_THAN, &[left, right], pos),
            Action::Greater => return self.implied_call(known::LESS_THAN, &[right, left], pos),
            Action::LessOrEqual => Expr::Not(self.implied_call(known::LESS_THAN, &[right, left], pos)),
            Action::GreaterOrEqual => Expr::Not(self.implied_call(known::LESS_THAN, &[left, right], pos)),
            Action::Subtract => return self.implied_call(known::SUB, &[left, right], pos),
            Action::Multiply => return self.implied_call(known::MUL, &[left, right], pos),
            Action::Divide => return self.implied_call(known::DIV, &[left, right], pos),
            Action::And => Expr::And { left, right, pos },
            Action::Or => Expr::Or { left, right, pos },
            Action::Implies => Expr::Implies { left, right, pos },
            Action::Update => Expr::Update { left, right, pos },
            Action::ConcatLists => Expr::ConcatLists { left, right, pos },
            Action::Add => {
                let parts = [(self.at(of[0].span), left), (self.at(of[2].span), right)];
                let parts = self.tree.bump().alloc_slice_copy(&parts);
                Expr::ConcatStrings { parts, force_string: false, pos }
            }
            other => unreachable!("{other:?} is not a binary operator"),
        };
        self.tree.add(expr)
    }

    /// Warns about `f or` where a later reading of the language would group it differently.
    fn warn_if_cursed_or(&mut self, expr: ExprId) {
        if self.cursed_or_ends.is_empty() {
            return;
        }
        let (Expr::Call { pos, .. }, Some(&end)) = (self.tree.get(expr), self.cursed_or_ends.get(&expr)) else {
            return;
        };
        let pos = *pos;
        let place = |pos| self.sources.place(pos).map(|place| (place.describe(), place.offset)).unwrap_or_default();
        let ((described, from), (_, to)) = (place(pos), place(end));
        let message = [
            b"at ",
            &described[..],
            b": This expression uses `or` as an identifier in a way that will change in a future Nix release.\n\
              Wrap this entire expression in parentheses to preserve its current meaning:\n    (",
            &crate::source::with_plain_line_ends(&self.source.text[from..to]),
            b")\nGive feedback at https://github.com/NixOS/nix/pull/11121",
        ];
        (self.warn)(Warning { message: message.concat(), pos: Pos::NONE });
    }
}

fn formals_start(entry: &Entry) -> u32 {
    match entry.value {
        Value::Formals(start, _) => start,
        other => unreachable!("the grammar puts formals here, not {other:?}"),
    }
}
