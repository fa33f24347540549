//! Reads Nix source into a tree, by way of rnix's lossless one.
//!
//! rnix and the reference's grammar disagree about some sources, and a reducer that starts from another program than it
//! was given finds nothing. So the evaluator's own parser says first whether the source is a program at all, and its
//! tree says in the end whether what was read means the same.

use std::fmt::Display;

use nix_evaluator::{
    source::{Origin, SourceMap},
    symbols::SymbolTable,
    syntax::{self, ParseOptions},
};
use rnix::{
    SyntaxKind, SyntaxNode, SyntaxToken,
    ast::{self, AstToken, HasEntry},
};
use rowan::{NodeOrToken, WalkEvent, ast::AstNode};

use super::{
    indentation::{self, Token},
    tree::{
        AttrName, BinaryOperator, Binding, Expr, Formal, Inherited, Lambda, Node, Parameter, Pattern, TextPart,
        TextStyle, UnaryOperator,
    },
};

/// Longest source that is read, in bytes: a program to be mutated or reduced is far smaller.
pub(crate) const LONGEST: usize = 1 << 20;

/// Deepest tree that is read, in nodes of rnix's. Trees are walked and dropped by recursion.
const DEEPEST: usize = 600;

/// Stack on which a source is read. rnix recurses, and its tree is dropped by recursion before its depth is known.
pub(crate) const STACK: usize = 256 << 20;

/// Why a source cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is no program.
    #[error("{0}")]
    Syntax(String),
    /// It is too long.
    #[error("a source of more than {LONGEST} bytes is not read into a tree")]
    Long,
    /// It is nested too deeply.
    #[error("a program of more than {DEEPEST} levels is not read into a tree")]
    Deep,
    /// It has a form that the tree cannot hold, or that rnix reads in another way than the reference.
    #[error("a form that cannot be read into a tree: {0}")]
    Form(String),
}

/// Reads a program.
///
/// # Errors
/// When it does not parse as the reference parses (pipe operators are allowed), is too long or too deep, or when rnix
/// reads it in another way.
pub fn read(source: &str) -> Result<Expr, ReadError> {
    if source.len() > LONGEST {
        return Err(ReadError::Long);
    }
    let meaning = parsed(source.as_bytes())?;
    let program = stacker::grow(STACK, || read_here(source))?;
    match parsed(program.to_source().as_bytes()) {
        Ok(came) if came == meaning => Ok(program),
        _ => Err(ReadError::Form("it comes out as another program".to_owned())),
    }
}

/// The program as `--parse` prints it, by the evaluator's own parser.
///
/// # Errors
/// When it does not parse.
pub fn parsed(source: &[u8]) -> Result<Vec<u8>, ReadError> {
    let sources = SourceMap::default();
    let symbols = SymbolTable::new();
    let source = sources.add(Origin::Stdin, source).ok_or(ReadError::Long)?;
    let options = ParseOptions { home: Some(b"/home"), pipe_operators: true, ..ParseOptions::new(b"/") };
    let arena = syntax::tree::Arena::default();
    let parsed = syntax::parse(&arena, &source, &sources, &symbols, &options);
    let parsed = parsed.map_err(|error| ReadError::Syntax(error.plain_message()))?;
    Ok(syntax::print(&parsed.tree, parsed.root, &symbols))
}

/// What rnix finds wrong with a source, whatever the evaluator's own parser says of it.
pub fn refused_by_rnix(source: &str) -> Option<String> {
    if source.len() > LONGEST {
        return None;
    }
    stacker::grow(STACK, || rnix::Root::parse(source).errors().first().map(ToString::to_string))
}

fn read_here(source: &str) -> Result<Expr, ReadError> {
    let parse = rnix::Root::parse(source);
    if let Some(error) = parse.errors().first() {
        return Err(form(error));
    }
    let tree = parse.tree();
    let mut depth = 0_usize;
    for event in tree.syntax().preorder() {
        match event {
            WalkEvent::Enter(_) => depth += 1,
            WalkEvent::Leave(_) => depth -= 1,
        }
        if depth > DEEPEST {
            return Err(ReadError::Deep);
        }
    }
    expr(tree.expr())
}

fn form(what: impl Display) -> ReadError {
    ReadError::Form(what.to_string())
}

/// A part that rnix's tree has wherever it found no error.
fn present<T>(part: Option<T>) -> Result<T, ReadError> {
    part.ok_or_else(|| form("rnix finds no error, and a part is missing"))
}

fn boxed(of: Option<ast::Expr>) -> Result<Node, ReadError> {
    expr(of).map(Node::new)
}

fn expr(of: Option<ast::Expr>) -> Result<Expr, ReadError> {
    Ok(match present(of)? {
        ast::Expr::Paren(inner) => expr(inner.expr())?,
        ast::Expr::Root(root) => expr(root.expr())?,
        ast::Expr::Literal(literal) => self::literal(&literal)?,
        ast::Expr::Str(text) => {
            let (style, parts) = self::text(&text)?;
            Expr::Text(style, parts)
        }
        ast::Expr::PathAbs(path) => Expr::Path(path_parts(path.syntax())?),
        ast::Expr::PathRel(path) => Expr::Path(path_parts(path.syntax())?),
        ast::Expr::PathHome(path) => Expr::Path(path_parts(path.syntax())?),
        ast::Expr::PathSearch(path) => {
            let text = path.syntax().text().to_string();
            let inner = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
            Expr::SearchPath(present(inner)?.to_owned())
        }
        ast::Expr::Ident(name) => Expr::Variable(identifier(name.syntax())),
        ast::Expr::CurPos(name) => Expr::Variable(identifier(name.syntax())),
        ast::Expr::List(list) => Expr::List(list.items().map(|item| expr(Some(item))).collect::<Result<_, _>>()?),
        ast::Expr::AttrSet(set) => Expr::Attrset { recursive: set.rec_token().is_some(), bindings: bindings(&set)? },
        ast::Expr::LegacyLet(set) => Expr::LetBody(bindings(&set)?),
        ast::Expr::LetIn(it) => Expr::Let { bindings: bindings(&it)?, body: boxed(it.body())? },
        ast::Expr::With(it) => Expr::With { namespace: boxed(it.namespace())?, body: boxed(it.body())? },
        ast::Expr::Assert(it) => Expr::Assert { condition: boxed(it.condition())?, body: boxed(it.body())? },
        ast::Expr::IfElse(it) => Expr::If {
            condition: boxed(it.condition())?,
            consequence: boxed(it.body())?,
            alternative: boxed(it.else_body())?,
        },
        ast::Expr::Lambda(lambda) => {
            let parameter = match present(lambda.param())? {
                ast::Param::IdentParam(name) => Parameter::Name(identifier(present(name.ident())?.syntax())),
                ast::Param::Pattern(pattern) => Parameter::Pattern(self::pattern(&pattern)?),
            };
            Expr::Lambda(Lambda { parameter, body: boxed(lambda.body())? })
        }
        ast::Expr::Apply(call) => Expr::Apply(boxed(call.lambda())?, boxed(call.argument())?),
        ast::Expr::Select(it) => {
            let default = it.or_token().map(|_| boxed(it.default_expr())).transpose()?;
            Expr::Select { subject: boxed(it.expr())?, path: attribute_path(it.attrpath())?, default }
        }
        ast::Expr::HasAttr(it) => {
            Expr::HasAttribute { subject: boxed(it.expr())?, path: attribute_path(it.attrpath())? }
        }
        ast::Expr::UnaryOp(it) => {
            let operator = match present(it.operator())? {
                ast::UnaryOpKind::Invert => UnaryOperator::Not,
                ast::UnaryOpKind::Negate => UnaryOperator::Negate,
            };
            Expr::Unary(operator, boxed(it.expr())?)
        }
        ast::Expr::BinOp(it) => Expr::Binary(operator(present(it.operator())?), boxed(it.lhs())?, boxed(it.rhs())?),
        ast::Expr::Error(error) => return Err(form(error)),
    })
}

fn operator(kind: ast::BinOpKind) -> BinaryOperator {
    use ast::BinOpKind as Kind;
    match kind {
        Kind::Concat => BinaryOperator::Concatenate,
        Kind::Update => BinaryOperator::Update,
        Kind::Add => BinaryOperator::Add,
        Kind::Sub => BinaryOperator::Subtract,
        Kind::Mul => BinaryOperator::Multiply,
        Kind::Div => BinaryOperator::Divide,
        Kind::And => BinaryOperator::And,
        Kind::Equal => BinaryOperator::Equal,
        Kind::Implication => BinaryOperator::Implies,
        Kind::Less => BinaryOperator::Less,
        Kind::LessOrEq => BinaryOperator::LessOrEqual,
        Kind::More => BinaryOperator::Greater,
        Kind::MoreOrEq => BinaryOperator::GreaterOrEqual,
        Kind::NotEqual => BinaryOperator::NotEqual,
        Kind::Or => BinaryOperator::Or,
        Kind::PipeRight => BinaryOperator::PipeInto,
        Kind::PipeLeft => BinaryOperator::PipeFrom,
    }
}

/// The text of a name. The node may hold blanks and comments besides.
fn identifier(node: &SyntaxNode) -> String {
    let name = tokens(node).find(|token| !is_blank(token));
    name.map(|token| token.text().to_owned()).unwrap_or_default()
}

fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> {
    node.children_with_tokens().filter_map(NodeOrToken::into_token)
}

fn is_blank(token: &SyntaxToken) -> bool {
    matches!(token.kind(), SyntaxKind::TOKEN_WHITESPACE | SyntaxKind::TOKEN_COMMENT)
}

fn literal(literal: &ast::Literal) -> Result<Expr, ReadError> {
    let text = literal.syntax().text().to_string();
    Ok(match literal.kind() {
        ast::LiteralKind::Integer(_) => Expr::Integer(text.parse().map_err(|_| form(format!("the number {text}")))?),
        ast::LiteralKind::Float(_) => Expr::Float(text),
        ast::LiteralKind::Uri(_) => Expr::Uri(text),
    })
}

/// What is written between the marks of a string, and in which style the tree holds it.
fn text(text: &ast::Str) -> Result<(TextStyle, Vec<TextPart>), ReadError> {
    let indented = tokens(text.syntax()).next().is_some_and(|token| token.text() == "''");
    let parts = text.parts().map(|part| {
        Ok(match part {
            ast::InterpolPart::Literal(content) => NodeOrToken::Token(content.syntax().text().to_owned()),
            ast::InterpolPart::Interpolation(it) => NodeOrToken::Node(expr(it.expr())?),
        })
    });
    let parts: Vec<NodeOrToken<Expr, String>> = parts.collect::<Result<_, ReadError>>()?;
    if !indented {
        let parts = parts.into_iter().map(|part| match part {
            NodeOrToken::Token(raw) => TextPart::Literal(unescape(&raw)),
            NodeOrToken::Node(expr) => TextPart::Interpolation(expr),
        });
        return Ok((TextStyle::Quoted, parts.collect()));
    }
    let mut whole = Vec::new();
    for part in parts {
        match part {
            NodeOrToken::Node(expr) => whole.push(TextPart::Interpolation(expr)),
            NodeOrToken::Token(raw) => {
                for token in indentation::tokens(&raw) {
                    whole.push(TextPart::Literal(match token {
                        // As it is, it would be taken for indentation.
                        Token::Escaped(text) if text == "\n" || text == " " => {
                            return Err(form("an escaped blank in an indented string"));
                        }
                        Token::Escaped(text) | Token::Raw(text) => text,
                    }));
                }
            }
        }
    }
    Ok((TextStyle::Indented, whole))
}

/// Text between double quotes with its escapes resolved, and with every end of line as `\n`.
pub(super) fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut characters = raw.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.extend(characters.next().map(escaped)),
            '\r' => {
                characters.next_if_eq(&'\n');
                text.push('\n');
            }
            other => text.push(other),
        }
    }
    text
}

/// What an escaped character stands for.
pub(super) fn escaped(character: char) -> char {
    match character {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other => other,
    }
}

fn path_parts(node: &SyntaxNode) -> Result<Vec<TextPart>, ReadError> {
    let mut parts = Vec::new();
    for child in node.children_with_tokens() {
        match child {
            NodeOrToken::Token(token) if is_blank(&token) => {}
            NodeOrToken::Token(token) => parts.push(TextPart::Literal(token.text().to_owned())),
            NodeOrToken::Node(node) => {
                let interpolation = present(ast::Interpol::cast(node))?;
                parts.push(TextPart::Interpolation(expr(interpolation.expr())?));
            }
        }
    }
    Ok(parts)
}

fn attribute_path(path: Option<ast::Attrpath>) -> Result<Vec<AttrName>, ReadError> {
    present(path)?.attrs().map(|attr| attribute_name(&attr)).collect()
}

fn attribute_name(attr: &ast::Attr) -> Result<AttrName, ReadError> {
    Ok(match attr {
        ast::Attr::Ident(name) => AttrName::Plain(identifier(name.syntax())),
        ast::Attr::Dynamic(it) => AttrName::Computed(expr(it.expr())?),
        ast::Attr::Str(it) => {
            let (_, parts) = text(it)?;
            literal_text(&parts).map_or_else(|| AttrName::Text(parts.clone()), AttrName::Plain)
        }
    })
}

/// The text of a string without interpolations.
fn literal_text(parts: &[TextPart]) -> Option<String> {
    let literal = |part: &TextPart| match part {
        TextPart::Literal(text) => Some(text.clone()),
        TextPart::Interpolation(_) => None,
    };
    parts.iter().map(literal).collect()
}

fn bindings(of: &impl HasEntry) -> Result<Vec<Binding>, ReadError> {
    of.entries()
        .map(|entry| {
            Ok(match entry {
                ast::Entry::AttrpathValue(it) => {
                    Binding::Value { path: attribute_path(it.attrpath())?, value: boxed(it.value())? }
                }
                ast::Entry::Inherit(it) => {
                    let from = it.from().map(|from| boxed(from.expr())).transpose()?;
                    let names = it.attrs().map(|attr| inherited_name(&attr)).collect::<Result<_, _>>()?;
                    Binding::Inherit(Inherited { from, names })
                }
            })
        })
        .collect()
}

/// A name behind `inherit`, which may be written as a string, also within `${…}`.
fn inherited_name(attr: &ast::Attr) -> Result<String, ReadError> {
    match attribute_name(attr)? {
        AttrName::Plain(name) => Ok(name),
        AttrName::Computed(Expr::Text(TextStyle::Quoted, parts)) => present(literal_text(&parts)),
        AttrName::Text(_) | AttrName::Computed(_) => Err(form("a computed name behind `inherit`")),
    }
}

fn pattern(pattern: &ast::Pattern) -> Result<Pattern, ReadError> {
    let formals = pattern.pat_entries().map(|entry| {
        let name = identifier(present(entry.ident())?.syntax());
        let default = entry.question_token().map(|_| expr(entry.default())).transpose()?;
        Ok(Formal { name, default })
    });
    let formals = formals.collect::<Result<_, ReadError>>()?;
    let bind = pattern.pat_bind();
    let at = bind.map(|bind| {
        let brace = tokens(pattern.syntax()).find(|token| token.kind() == SyntaxKind::TOKEN_L_BRACE);
        let behind = brace.is_some_and(|brace| brace.text_range().start() < bind.syntax().text_range().start());
        Ok::<_, ReadError>((identifier(present(bind.ident())?.syntax()), behind))
    });
    Ok(Pattern { formals, ellipsis: pattern.ellipsis_token().is_some(), at: at.transpose()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How this source comes out on one line.
    fn check(source: &str, expected: &str) {
        let program = read(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        assert_eq!(program.to_source(), expected, "{source}");
        assert_eq!(read(expected).as_ref(), Ok(&program), "{source}");
    }

    #[test]
    fn every_form_is_read() {
        for same in [
            "1",
            "1.5e3",
            "a",
            "__curPos",
            "http://x.org/a",
            "<nixpkgs/lib>",
            "./a/${b}/c",
            "~/x",
            "\"a\\n\\${b}${c}\\\"\"",
            "[ a (b c) (-1) ]",
            "rec { a.b.\"c d\".${e}.\"f${g}\" = 1; inherit x y; inherit (z) \"or\" w; }",
            "let { body = 1; }",
            "let a = 1; in a",
            "with a; assert b; if c then d else e",
            "{ a, b ? 1, ... }@c: c@{ }: { ... }: x: x",
            "a.b.c or d e",
            "a ? b.c",
            "!a && -b < c -> d || e",
            "a // b ++ c // d",
            "(a + b) * c - (d - e) / f",
            "a |> b |> c",
            "a <| b <| c",
            "a <| (b |> c)",
            "(f x) or",
            "f (x or)",
        ] {
            check(same, same);
        }
    }

    #[test]
    fn what_can_be_written_in_several_ways_is_written_in_one() {
        check("( (a) )", "a");
        check("{ \"a\" = 1; # no\n }", "{ a = 1; }");
        check("{ inherit (a) \"b\" ${\"c\"}; }", "{ inherit (a) b c; }");
        check("f x or y", "f (x or) y");
        check("{ a ? http://b , c }: a", "{ a ? http://b , c }: a");
        check("- ./a", "- ./a");
        check("\"a\r\nb\\c\"", "\"a\\nbc\"");
        check("''\n  a\n    b\n''", "''\n  a\n    b\n''");
        check("'' '''a''${b}''\\t it's''\\' ''", "'' '''a''${b}''\\t it's''\\' ''");
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        let check = |source: &str, expected: &str| {
            let error = read(source).expect_err(source).to_string();
            assert!(error.contains(expected), "{error}");
        };
        check("1 +", "syntax error, unexpected end of file");
        check("{ a = 1; a = 2; }", "attribute 'a' already defined");
        check("''a''\\n''", "an escaped blank");
        check(&"a ".repeat(LONGEST), "more than 1048576 bytes");
        check(&format!("{}1{}", "[".repeat(700), "]".repeat(700)), "more than 600 levels");
        check(&format!("{}1", "1+".repeat(5000)), "more than 600 levels");
    }
}
