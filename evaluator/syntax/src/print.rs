//! Prints trees byte for byte as `nix-instantiate --parse` does (`Expr::show` in the reference).
//!
//! An explicit stack holds what remains to be printed, so depth costs memory and no native stack.

#![forbid(unsafe_code)]

use super::tree::{AttrKind, AttrName, Bindings, Expr, ExprId, Lambda, Tree};
use crate::format::{literal, number};
use crate::symbols::{Symbol, SymbolTable};

/// The text of an expression.
pub fn print(tree: &Tree<'_>, root: ExprId, symbols: &SymbolTable) -> Vec<u8> {
    Printer::run(tree, symbols, vec![Piece::Expr(root)])
}

/// The text of an attribute path, as in `a.b."${c}"`.
pub fn attr_path(tree: &Tree<'_>, path: &[AttrName], symbols: &SymbolTable) -> Vec<u8> {
    Printer::run(tree, symbols, vec![Piece::Path(path)])
}

/// A name as in a source: quoted if it must be (`printIdentifier` in the reference; unlike the grammar, it prints `or`
/// without quotes).
pub fn identifier(name: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    literal::write_attribute_name(&mut out, name);
    out
}

/// Something that remains to be printed.
#[derive(Clone, Copy)]
enum Piece<'a> {
    Expr(ExprId),
    Text(&'static str),
    Name(Symbol),
    Path(&'a [AttrName]),
}

struct Printer<'a, 't> {
    tree: &'a Tree<'t>,
    symbols: &'a SymbolTable,
    out: Vec<u8>,
    /// The last piece is the next to be printed.
    stack: Vec<Piece<'a>>,
}

impl<'a, 't> Printer<'a, 't> {
    fn run(tree: &'a Tree<'t>, symbols: &'a SymbolTable, stack: Vec<Piece<'a>>) -> Vec<u8> {
        let mut printer = Printer { tree, symbols, out: Vec::new(), stack };
        while let Some(piece) = printer.stack.pop() {
            match piece {
                Piece::Text(text) => printer.out.extend_from_slice(text.as_bytes()),
                Piece::Name(name) => literal::write_attribute_name(&mut printer.out, printer.symbols.name(name)),
                piece => {
                    let bottom = printer.stack.len();
                    match piece {
                        Piece::Path(path) => printer.path(path),
                        Piece::Expr(expr) => printer.expr(printer.tree.get(expr)),
                        Piece::Text(_) | Piece::Name(_) => {}
                    }
                    // Pieces were pushed in the order of reading.
                    printer.stack[bottom..].reverse();
                }
            }
        }
        printer.out
    }

    fn push<const COUNT: usize>(&mut self, pieces: [Piece<'a>; COUNT]) {
        self.stack.extend(pieces);
    }

    fn path(&mut self, path: &'a [AttrName]) {
        for (index, name) in path.iter().enumerate() {
            if index > 0 {
                self.push([Piece::Text(".")]);
            }
            match *name {
                AttrName::Static(name) => self.push([Piece::Name(name)]),
                AttrName::Dynamic(name) => self.push([Piece::Text("\"${"), Piece::Expr(name), Piece::Text("}\"")]),
            }
        }
    }

    fn operation(&mut self, left: ExprId, operator: &'static str, right: ExprId) {
        use Piece::{Expr, Text};
        self.push([Text("("), Expr(left), Text(operator), Expr(right), Text(")")]);
    }

    fn expr(&mut self, expr: &'a Expr<'t>) {
        use Piece::{Name, Path, Text};
        match expr {
            Expr::Int(value) => self.out.extend_from_slice(value.to_string().as_bytes()),
            Expr::Float(value) => number::write_general(&mut self.out, *value),
            Expr::String(text) => literal::write_string(&mut self.out, text),
            Expr::Path(path) => self.out.extend_from_slice(path),
            Expr::Var { name, .. } => self.push([Name(*name)]),
            Expr::CurrentPosition { .. } => self.push([Text("__curPos")]),
            // Printed as part of the bindings that it belongs to.
            Expr::InheritFrom { .. } => {}
            Expr::Select { subject, path, default, .. } => {
                self.push([Text("("), Piece::Expr(*subject), Text(")."), Path(path)]);
                if let Some(default) = default {
                    self.push([Text(" or ("), Piece::Expr(*default), Text(")")]);
                }
            }
            Expr::HasAttr { subject, path } => {
                self.push([Text("(("), Piece::Expr(*subject), Text(") ? "), Path(path), Text(")")]);
            }
            Expr::Attrs(bindings) => {
                if bindings.recursive {
                    self.push([Text("rec ")]);
                }
                self.push([Text("{ ")]);
                self.bindings(bindings);
                self.push([Text("}")]);
            }
            Expr::List(elements) => {
                self.push([Text("[ ")]);
                for element in *elements {
                    self.push([Text("("), Piece::Expr(*element), Text(") ")]);
                }
                self.push([Text("]")]);
            }
            Expr::Lambda(lambda) => self.lambda(lambda),
            Expr::Call { function, arguments, .. } => {
                self.push([Text("("), Piece::Expr(*function)]);
                for argument in arguments.iter() {
                    self.push([Text(" "), Piece::Expr(*argument)]);
                }
                self.push([Text(")")]);
            }
            Expr::Let { bindings, body } => {
                self.push([Text("(let ")]);
                self.bindings(bindings);
                self.push([Text("in "), Piece::Expr(*body), Text(")")]);
            }
            Expr::With { namespace, body, .. } => {
                self.push([Text("(with "), Piece::Expr(*namespace), Text("; "), Piece::Expr(*body), Text(")")]);
            }
            Expr::If { condition, consequence, alternative, .. } => {
                self.push([Text("(if "), Piece::Expr(*condition), Text(" then "), Piece::Expr(*consequence)]);
                self.push([Text(" else "), Piece::Expr(*alternative), Text(")")]);
            }
            Expr::Assert { condition, body, .. } => {
                self.push([Text("assert "), Piece::Expr(*condition), Text("; "), Piece::Expr(*body)]);
            }
            Expr::Not(operand) => self.push([Text("(! "), Piece::Expr(*operand), Text(")")]),
            Expr::Equal(left, right) => self.operation(*left, " == ", *right),
            Expr::NotEqual(left, right) => self.operation(*left, " != ", *right),
            Expr::And { left, right, .. } => self.operation(*left, " && ", *right),
            Expr::Or { left, right, .. } => self.operation(*left, " || ", *right),
            Expr::Implies { left, right, .. } => self.operation(*left, " -> ", *right),
            Expr::Update { left, right, .. } => self.operation(*left, " // ", *right),
            Expr::ConcatLists { left, right, .. } => self.operation(*left, " ++ ", *right),
            Expr::ConcatStrings { parts, .. } => {
                for (index, (_, part)) in parts.iter().enumerate() {
                    self.push([Text(if index == 0 { "(" } else { " + " }), Piece::Expr(*part)]);
                }
                self.push([Text(")")]);
            }
        }
    }

    fn lambda(&mut self, lambda: &Lambda<'_>) {
        use Piece::{Expr, Name, Text};
        self.push([Text("(")]);
        if let Some(formals) = &lambda.formals {
            let mut sorted: Vec<_> = formals.formals.iter().collect();
            sorted.sort_unstable_by_key(|formal| self.symbols.name(formal.name));
            self.push([Text("{ ")]);
            for (index, formal) in sorted.iter().enumerate() {
                if index > 0 {
                    self.push([Text(", ")]);
                }
                self.push([Name(formal.name)]);
                if let Some(default) = formal.default {
                    self.push([Text(" ? "), Expr(default)]);
                }
            }
            if formals.ellipsis {
                self.push([Text(if sorted.is_empty() { "..." } else { ", ..." })]);
            }
            self.push([Text(if lambda.argument.is_some() { " } @ " } else { " }" })]);
        }
        self.stack.extend(lambda.argument.map(Name));
        self.push([Text(": "), Expr(lambda.body), Text(")")]);
    }

    /// `inherit`s first, then those with a source, then the rest; names in alphabetical order.
    fn bindings(&mut self, bindings: &Bindings<'_>) {
        use Piece::{Expr, Name, Text};
        let mut sorted: Vec<_> = bindings.attrs.iter().collect();
        sorted.sort_unstable_by_key(|attr| self.symbols.name(attr.name));
        let mut inherited = sorted.iter().filter(|attr| attr.kind == AttrKind::Inherited).peekable();
        if inherited.peek().is_some() {
            self.push([Text("inherit")]);
            for attr in inherited {
                self.push([Text(" "), Name(attr.name)]);
            }
            self.push([Text("; ")]);
        }
        let mut from: Vec<(u32, Symbol)> =
            sorted.iter().filter_map(|attr| Some((self.inherit_from(attr.kind, attr.value)?, attr.name))).collect();
        from.sort_by_key(|(index, _)| *index);
        for group in from.chunk_by(|left, right| left.0 == right.0) {
            self.push([Text("inherit (")]);
            self.stack.extend(bindings.inherit_from.get(group[0].0 as usize).copied().map(Expr));
            self.push([Text(")")]);
            for (_, name) in group {
                self.push([Text(" "), Name(*name)]);
            }
            self.push([Text("; ")]);
        }
        for attr in sorted.iter().filter(|attr| attr.kind == AttrKind::Plain) {
            self.push([Name(attr.name), Text(" = "), Expr(attr.value), Text("; ")]);
        }
        for attr in &bindings.dynamic {
            self.push([Text("\"${"), Expr(attr.name), Text("}\" = "), Expr(attr.value), Text("; ")]);
        }
    }

    fn inherit_from(&self, kind: AttrKind, value: ExprId) -> Option<u32> {
        match (kind, self.tree.get(value)) {
            (AttrKind::InheritedFrom, Expr::Select { subject, .. }) => match self.tree.get(*subject) {
                Expr::InheritFrom { index, .. } => Some(*index),
                _ => None,
            },
            _ => None,
        }
    }
}
