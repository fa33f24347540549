//! Forms that the grammar's rules do not tell apart: kinds of literals and escapes by their tokens, and what the tree
//! shows (a functor is a set like any other to the parser).

use std::collections::{BTreeSet, HashSet};

use nix_evaluator::{
    source::Pos,
    symbols::{Symbol, SymbolTable},
    syntax::{
        Observed,
        tree::{AttrDef, AttrKind, AttrName, Bindings, Expr, ExprId, Tree},
    },
};

/// All names that [`of`] can give.
pub(super) const NAMES: &[&str] = &[
    // By tokens.
    "integer: with leading zeros",
    "integer: above 2^62",
    "float: digits on both sides",
    "float: without digits after the point",
    "float: without digits before the point",
    "float: with exponent",
    "float: with negative exponent",
    "string: escape of a quote",
    "string: escape of a backslash",
    "string: escape of a dollar",
    "string: escaped newline, tab or carriage return",
    "string: escape of any other character",
    "string: dollars before an interpolation",
    "string: over several lines",
    "string: not UTF-8",
    "indented string: escape of ''",
    "indented string: escape of a dollar",
    "indented string: escape with ''\\",
    "indented string: over several lines",
    "path: absolute",
    "path: from the source's folder",
    "path: from the folder above",
    "path: without a leading point",
    "path: in the home folder",
    "path: on the search path",
    "path: on the search path, below a prefix",
    "comment: to the end of the line",
    "comment: between marks",
    "source: carriage returns",
    // By the tree.
    "__curPos",
    "set: functor",
    "set: __toString",
    "set: outPath",
    "set: __overrides",
    "set: computed attribute name",
    "set: computed attribute name in a recursive set",
    "set: attribute whose name is no identifier",
    "set: two attribute paths merged",
    "inherit: into a set",
    "inherit: into a recursive set",
    "inherit: into let",
    "inherit from: into a set",
    "inherit from: into a recursive set",
    "inherit from: into let",
    "select: several names",
    "select: computed name",
    "select: several names with or",
    "select: computed name with or",
    "has attribute: several names",
    "has attribute: computed name",
    "has attribute: of what is not a set",
    "lambda: in a lambda",
    "lambda: pattern without formals",
    "lambda: pattern with an ellipsis only",
    "lambda: ellipsis after formals",
    "lambda: default",
    "lambda: default that refers to a formal",
    "lambda: default that refers to the @ name",
    "lambda: @ name and ellipsis",
    "call: several arguments",
    "call: argument in parentheses",
    "call: of a literal function",
    "call: or as a name",
    "let: without bindings",
    "let: binding that refers to a later one",
    "let: in a let",
    "with: in a with",
    "with: of a computed set",
    "list: nested",
    "string: interpolation in an interpolation",
    "string: interpolation of a path",
    "negation: of an expression",
    "addition: of a string and what is not one",
    "comparison: of sets or lists",
    "update: chain",
    "if: in a condition",
];

/// The names of the forms that a source exercises.
pub(super) fn of(observed: &Observed<'_>, text: &[u8], symbols: &SymbolTable) -> BTreeSet<&'static str> {
    let mut found = Found { names: BTreeSet::new() };
    found.tokens(observed, text);
    let mut looker = Looker { tree: &observed.tree, symbols, found: &mut found };
    for expr in observed.tree.iter() {
        looker.expr(expr);
    }
    debug_assert!(found.names.iter().all(|name| NAMES.contains(name)), "{:?}", found.names);
    found.names
}

struct Found {
    names: BTreeSet<&'static str>,
}

impl Found {
    fn add_if(&mut self, is_so: bool, name: &'static str) {
        if is_so {
            self.names.insert(name);
        }
    }

    fn tokens(&mut self, observed: &Observed<'_>, source: &[u8]) {
        self.add_if(source.contains(&b'\r'), "source: carriage returns");
        let mut end = 0;
        for (kind, span) in &observed.tokens {
            if span.start > end {
                self.gap(&source[end..span.start]);
            }
            end = end.max(span.end);
            let text = source.get(span.clone()).unwrap_or_default();
            match *kind {
                "integer" => self.integer(text),
                "floating-point literal" => self.float(text),
                "string" => self.string(text),
                "indented string" => self.indented_string(text),
                "path" => self.path(text),
                "'~/…' path" => self.add_if(true, "path: in the home folder"),
                "'<…>' path" => {
                    let below = text.contains(&b'/');
                    self.add_if(!below, "path: on the search path");
                    self.add_if(below, "path: on the search path, below a prefix");
                }
                _ => {}
            }
        }
    }

    /// What stands between two tokens: spaces and comments.
    fn gap(&mut self, text: &[u8]) {
        self.add_if(text.contains(&b'#'), "comment: to the end of the line");
        self.add_if(text.windows(2).any(|two| two == b"/*"), "comment: between marks");
    }

    fn integer(&mut self, text: &[u8]) {
        self.add_if(text.len() > 1 && text[0] == b'0', "integer: with leading zeros");
        let value = std::str::from_utf8(text).ok().and_then(|text| text.parse::<u64>().ok());
        self.add_if(value.is_some_and(|value| value > 1 << 62), "integer: above 2^62");
    }

    fn float(&mut self, text: &[u8]) {
        let exponent = text.iter().position(|byte| byte.eq_ignore_ascii_case(&b'e'));
        let number = &text[..exponent.unwrap_or(text.len())];
        let (before, after) = (number.first() != Some(&b'.'), number.last() != Some(&b'.'));
        self.add_if(before && after, "float: digits on both sides");
        self.add_if(!after, "float: without digits after the point");
        self.add_if(!before, "float: without digits before the point");
        self.add_if(exponent.is_some(), "float: with exponent");
        self.add_if(exponent.is_some() && text.contains(&b'-'), "float: with negative exponent");
    }

    fn string(&mut self, text: &[u8]) {
        self.add_if(text.contains(&b'\n'), "string: over several lines");
        self.add_if(std::str::from_utf8(text).is_err(), "string: not UTF-8");
        self.add_if(text.ends_with(b"$"), "string: dollars before an interpolation");
        let mut bytes = text.iter();
        while let Some(byte) = bytes.next() {
            if *byte != b'\\' {
                continue;
            }
            self.add_if(
                true,
                match bytes.next() {
                    Some(b'"') => "string: escape of a quote",
                    Some(b'\\') => "string: escape of a backslash",
                    Some(b'$') => "string: escape of a dollar",
                    Some(b'n' | b't' | b'r') => "string: escaped newline, tab or carriage return",
                    _ => "string: escape of any other character",
                },
            );
        }
    }

    fn indented_string(&mut self, text: &[u8]) {
        self.add_if(text.contains(&b'\n'), "indented string: over several lines");
        self.add_if(text.starts_with(b"'''"), "indented string: escape of ''");
        self.add_if(text.starts_with(b"''$"), "indented string: escape of a dollar");
        self.add_if(text.starts_with(b"''\\"), "indented string: escape with ''\\");
    }

    fn path(&mut self, text: &[u8]) {
        let name = if text.starts_with(b"/") {
            "path: absolute"
        } else if text.starts_with(b"./") {
            "path: from the source's folder"
        } else if text.starts_with(b"../") {
            "path: from the folder above"
        } else {
            "path: without a leading point"
        };
        self.add_if(true, name);
    }
}

/// Looks at every expression of a tree by itself and one level down.
struct Looker<'a, 't> {
    tree: &'a Tree<'t>,
    symbols: &'a SymbolTable,
    found: &'a mut Found,
}

impl Looker<'_, '_> {
    fn add_if(&mut self, is_so: bool, name: &'static str) {
        self.found.add_if(is_so, name);
    }

    fn is(&self, expr: ExprId, what: impl Fn(&Expr<'_>) -> bool) -> bool {
        what(self.tree.get(expr))
    }

    fn expr(&mut self, expr: &Expr<'_>) {
        let is_function = |expr: &Expr<'_>| matches!(expr, Expr::Lambda(_));
        match expr {
            Expr::CurrentPosition { .. } => self.add_if(true, "__curPos"),
            Expr::Attrs(bindings) => self.set(bindings),
            Expr::Let { bindings, body } => {
                self.add_if(bindings.attrs.is_empty(), "let: without bindings");
                self.add_if(self.is(*body, |body| matches!(body, Expr::Let { .. })), "let: in a let");
                self.inherits(bindings, "inherit: into let", "inherit from: into let");
                self.later(bindings);
            }
            // A name that was inherited is written like a selection by the parser.
            Expr::Select { subject, .. }
                if self.is(*subject, |subject| matches!(subject, Expr::InheritFrom { .. })) => {}
            Expr::Select { path, default, .. } => {
                self.path(path, ["select: several names", "select: computed name"]);
                if default.is_some() {
                    self.path(path, ["select: several names with or", "select: computed name with or"]);
                }
            }
            Expr::HasAttr { subject, path } => {
                self.path(path, ["has attribute: several names", "has attribute: computed name"]);
                let is_literal = self.is(*subject, |subject| {
                    matches!(subject, Expr::Int(_) | Expr::String(_) | Expr::List(_) | Expr::Lambda(_))
                });
                let is_null = self.is(*subject, |subject| match subject {
                    Expr::Var { name, .. } => self.symbols.name(*name) == b"null",
                    _ => false,
                });
                self.add_if(is_literal || is_null, "has attribute: of what is not a set");
            }
            Expr::Lambda(lambda) => {
                self.add_if(self.is(lambda.body, is_function), "lambda: in a lambda");
                let Some(formals) = &lambda.formals else { return };
                let none = formals.formals.is_empty();
                self.add_if(none && !formals.ellipsis, "lambda: pattern without formals");
                self.add_if(none && formals.ellipsis, "lambda: pattern with an ellipsis only");
                self.add_if(!none && formals.ellipsis, "lambda: ellipsis after formals");
                self.add_if(lambda.argument.is_some() && formals.ellipsis, "lambda: @ name and ellipsis");
                let names: HashSet<Symbol> = formals.formals.iter().map(|formal| formal.name).collect();
                for default in formals.formals.iter().filter_map(|formal| formal.default) {
                    self.add_if(true, "lambda: default");
                    let used = self.variables(default);
                    self.add_if(
                        used.iter().any(|name| names.contains(name)),
                        "lambda: default that refers to a formal",
                    );
                    let at = lambda.argument.is_some_and(|name| used.contains(&name));
                    self.add_if(at, "lambda: default that refers to the @ name");
                }
            }
            Expr::Call { function, arguments, .. } => {
                let is_operator = self.is(*function, |function| match function {
                    Expr::Var { pos, .. } => *pos == Pos::NONE,
                    _ => false,
                });
                if is_operator {
                    let [zero, operand] = arguments[..] else { return };
                    let is_negation = self.is(zero, |zero| matches!(zero, Expr::Int(0)))
                        && !self.is(operand, |operand| matches!(operand, Expr::Int(_) | Expr::Float(_)));
                    self.add_if(is_negation, "negation: of an expression");
                    let is_large = |expr: &Expr<'_>| matches!(expr, Expr::List(_) | Expr::Attrs(_));
                    self.add_if(arguments.iter().any(|it| self.is(*it, is_large)), "comparison: of sets or lists");
                    return;
                }
                self.add_if(arguments.len() > 1, "call: several arguments");
                self.add_if(self.is(*function, is_function), "call: of a literal function");
                let is_or =
                    |expr: &Expr<'_>| matches!(expr, Expr::Var { name, .. } if self.symbols.name(*name) == b"or");
                self.add_if(arguments.iter().any(|it| self.is(*it, is_or)), "call: or as a name");
                let is_compound =
                    |expr: &Expr<'_>| matches!(expr, Expr::Call { .. } | Expr::If { .. } | Expr::Let { .. });
                self.add_if(arguments.iter().any(|it| self.is(*it, is_compound)), "call: argument in parentheses");
            }
            Expr::With { namespace, body, .. } => {
                self.add_if(self.is(*body, |body| matches!(body, Expr::With { .. })), "with: in a with");
                let is_computed = !self.is(*namespace, |it| matches!(it, Expr::Var { .. } | Expr::Attrs(_)));
                self.add_if(is_computed, "with: of a computed set");
            }
            Expr::List(elements) => {
                let is_list = |expr: &Expr<'_>| matches!(expr, Expr::List(_));
                self.add_if(elements.iter().any(|element| self.is(*element, is_list)), "list: nested");
            }
            Expr::Equal(left, right) | Expr::NotEqual(left, right) => {
                let is_large = |expr: &Expr<'_>| matches!(expr, Expr::List(_) | Expr::Attrs(_));
                self.add_if(self.is(*left, is_large) && self.is(*right, is_large), "comparison: of sets or lists");
            }
            Expr::ConcatStrings { parts, force_string: true, .. } => {
                let nested = |expr: &Expr<'_>| matches!(expr, Expr::ConcatStrings { force_string: true, .. });
                self.add_if(
                    parts.iter().any(|(_, part)| self.is(*part, nested)),
                    "string: interpolation in an interpolation",
                );
                let path = |expr: &Expr<'_>| matches!(expr, Expr::Path(_));
                self.add_if(parts.iter().any(|(_, part)| self.is(*part, path)), "string: interpolation of a path");
            }
            Expr::ConcatStrings { parts, force_string: false, .. } => {
                let [(_, first), .., (_, last)] = parts[..] else { return };
                let is_string =
                    |expr: &Expr<'_>| matches!(expr, Expr::String(_) | Expr::ConcatStrings { force_string: true, .. });
                let other = |expr: &Expr<'_>| {
                    matches!(expr, Expr::Int(_) | Expr::Float(_) | Expr::Path(_) | Expr::List(_) | Expr::Attrs(_))
                };
                let mixed = (self.is(first, is_string) && self.is(last, other))
                    || (self.is(first, other) && self.is(last, is_string));
                self.add_if(mixed, "addition: of a string and what is not one");
            }
            Expr::Update { left, right, .. } => {
                let is_update = |expr: &Expr<'_>| matches!(expr, Expr::Update { .. });
                self.add_if(self.is(*left, is_update) || self.is(*right, is_update), "update: chain");
            }
            Expr::If { condition, .. } => {
                self.add_if(self.is(*condition, |it| matches!(it, Expr::If { .. })), "if: in a condition");
            }
            _ => {}
        }
    }

    fn set(&mut self, bindings: &Bindings<'_>) {
        for attr in &bindings.attrs {
            match self.symbols.name(attr.name) {
                b"__functor" => self.add_if(true, "set: functor"),
                b"__toString" => self.add_if(true, "set: __toString"),
                b"outPath" => self.add_if(true, "set: outPath"),
                b"__overrides" => self.add_if(bindings.recursive, "set: __overrides"),
                name => {
                    let first = name.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
                    let rest = name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_'-".contains(byte));
                    self.add_if(!first || !rest, "set: attribute whose name is no identifier");
                }
            }
            // A set made up from attribute paths has no position of its own.
            let merged = |expr: &Expr<'_>| {
                matches!(expr, Expr::Attrs(inner)
                if inner.pos == Pos::NONE && inner.attrs.len() > 1)
            };
            self.add_if(self.is(attr.value, merged), "set: two attribute paths merged");
        }
        let computed = !bindings.dynamic.is_empty();
        self.add_if(computed, "set: computed attribute name");
        self.add_if(computed && bindings.recursive, "set: computed attribute name in a recursive set");
        match bindings.recursive {
            true => self.inherits(bindings, "inherit: into a recursive set", "inherit from: into a recursive set"),
            false => self.inherits(bindings, "inherit: into a set", "inherit from: into a set"),
        }
    }

    fn inherits(&mut self, bindings: &Bindings<'_>, plain: &'static str, from: &'static str) {
        let has = |kind| bindings.attrs.iter().any(|attr| attr.kind == kind);
        self.add_if(has(AttrKind::Inherited), plain);
        self.add_if(has(AttrKind::InheritedFrom), from);
    }

    /// Whether a binding refers to one that stands after it.
    fn later(&mut self, bindings: &Bindings<'_>) {
        for attr in bindings.attrs.iter().filter(|attr| attr.kind == AttrKind::Plain) {
            let used = self.variables(attr.value);
            let is_later = |other: &&AttrDef| other.pos > attr.pos;
            let refers = bindings.attrs.iter().filter(is_later).any(|other| used.contains(&other.name));
            self.add_if(refers, "let: binding that refers to a later one");
        }
    }

    fn path(&mut self, path: &[AttrName], [several, computed]: [&'static str; 2]) {
        self.add_if(path.len() > 1, several);
        self.add_if(path.iter().any(|name| matches!(name, AttrName::Dynamic(_))), computed);
    }

    /// The variables in an expression, looking into calls, operators and selections.
    fn variables(&self, expr: ExprId) -> HashSet<Symbol> {
        let mut names = HashSet::new();
        let mut stack = vec![expr];
        while let Some(expr) = stack.pop() {
            match self.tree.get(expr) {
                Expr::Var { name, .. } => {
                    names.insert(*name);
                }
                Expr::Select { subject, .. } | Expr::HasAttr { subject, .. } => stack.push(*subject),
                Expr::Not(operand) => stack.push(*operand),
                Expr::List(elements) => stack.extend(*elements),
                Expr::Call { function, arguments, .. } => {
                    stack.push(*function);
                    stack.extend(arguments.iter());
                }
                Expr::If { condition, consequence, alternative, .. } => {
                    stack.extend([*condition, *consequence, *alternative]);
                }
                Expr::Equal(left, right)
                | Expr::NotEqual(left, right)
                | Expr::And { left, right, .. }
                | Expr::Or { left, right, .. }
                | Expr::Implies { left, right, .. }
                | Expr::Update { left, right, .. }
                | Expr::ConcatLists { left, right, .. } => stack.extend([*left, *right]),
                Expr::ConcatStrings { parts, .. } => stack.extend(parts.iter().map(|(_, part)| *part)),
                _ => {}
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Group, tests::check};

    fn forms(text: &str, names: &[&str]) {
        check(Group::Form, text, names);
    }

    #[test]
    fn numbers() {
        forms(
            "[ 007 1.5 1. .5 1.5e-3 9223372036854775807 ]",
            &[
                "float: digits on both sides",
                "float: with exponent",
                "float: with negative exponent",
                "float: without digits after the point",
                "float: without digits before the point",
                "integer: above 2^62",
                "integer: with leading zeros",
            ],
        );
        forms("1", &[]);
    }

    #[test]
    fn strings() {
        forms(
            r#""\n\"\\\$\q""#,
            &[
                "string: escape of a backslash",
                "string: escape of a dollar",
                "string: escape of a quote",
                "string: escape of any other character",
                "string: escaped newline, tab or carriage return",
            ],
        );
        forms(
            "''a '''b ''$c ''\\td''",
            &[
                "indented string: escape of ''",
                "indented string: escape of a dollar",
                "indented string: escape with ''\\",
            ],
        );
        forms(
            "\"${\"${1}\"}${./a}\"",
            &[
                "path: from the source's folder",
                "string: interpolation in an interpolation",
                "string: interpolation of a path",
            ],
        );
    }

    #[test]
    fn paths() {
        forms(
            "[ /a ./a ../a a/b ~/a <a> <a/b> ]",
            &[
                "path: absolute",
                "path: from the folder above",
                "path: from the source's folder",
                "path: in the home folder",
                "path: on the search path",
                "path: on the search path, below a prefix",
                "path: without a leading point",
            ],
        );
        forms("./a/${b}", &["path: from the source's folder"]);
    }

    #[test]
    fn comments() {
        forms("# a\n1", &["comment: to the end of the line"]);
        forms("/* a */ 1", &["comment: between marks"]);
        forms("\"# a /* b */\"", &[]);
    }

    #[test]
    fn sets() {
        forms(
            "{ __functor = a: 1; \"a b\" = 1; ${x} = 1; }",
            &["set: attribute whose name is no identifier", "set: computed attribute name", "set: functor"],
        );
        forms("{ a.b = 1; a.c = 2; }", &["set: two attribute paths merged"]);
        forms("{ a.b = 1; }", &[]);
        forms(
            "rec { inherit a; inherit (a) b; }",
            &["inherit from: into a recursive set", "inherit: into a recursive set"],
        );
        forms("let inherit a; inherit (b) c; in 1", &["inherit from: into let", "inherit: into let"]);
    }

    #[test]
    fn functions() {
        forms(
            "{ a, b ? a, ... }@c: 1",
            &[
                "lambda: @ name and ellipsis",
                "lambda: default",
                "lambda: default that refers to a formal",
                "lambda: ellipsis after formals",
            ],
        );
        forms("a@{ b ? a.c }: 1", &["lambda: default", "lambda: default that refers to the @ name"]);
        forms("a: b: a", &["lambda: in a lambda"]);
        forms("{ ... }: 1", &["lambda: pattern with an ellipsis only"]);
        forms("f 1 (g 2)", &["call: argument in parentheses", "call: several arguments"]);
    }

    #[test]
    fn operators() {
        forms("-a", &["negation: of an expression"]);
        forms("-1", &[]);
        forms("[ 1 ] < [ 2 ]", &["comparison: of sets or lists"]);
        forms("a // b // c", &["update: chain"]);
        forms("null ? a.b", &["has attribute: of what is not a set", "has attribute: several names"]);
        forms("\"a\" + 1", &["addition: of a string and what is not one"]);
    }

    #[test]
    fn scopes() {
        forms(
            "let a = b; b = 1; in let in 1",
            &["let: binding that refers to a later one", "let: in a let", "let: without bindings"],
        );
        forms("with a; with (f 1); 1", &["with: in a with", "with: of a computed set"]);
    }
}
