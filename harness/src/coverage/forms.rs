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

use super::form::Form;

/// The forms that a source exercises.
pub(super) fn of(observed: &Observed<'_>, text: &[u8], symbols: &SymbolTable) -> BTreeSet<Form> {
    let mut found = Found { forms: BTreeSet::new() };
    found.tokens(observed, text);
    let mut looker = Looker { tree: &observed.tree, symbols, found: &mut found };
    for expr in observed.tree.iter() {
        looker.expr(expr);
    }
    found.forms
}

struct Found {
    forms: BTreeSet<Form>,
}

impl Found {
    fn add_if(&mut self, is_so: bool, form: Form) {
        if is_so {
            self.forms.insert(form);
        }
    }

    fn tokens(&mut self, observed: &Observed<'_>, source: &[u8]) {
        self.add_if(source.contains(&b'\r'), Form::SourceCarriageReturns);
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
                "'~/…' path" => self.add_if(true, Form::PathInHomeFolder),
                "'<…>' path" => {
                    let below = text.contains(&b'/');
                    self.add_if(!below, Form::PathOnSearchPath);
                    self.add_if(below, Form::PathOnSearchPathBelowPrefix);
                }
                _ => {}
            }
        }
    }

    /// What stands between two tokens: spaces and comments.
    fn gap(&mut self, text: &[u8]) {
        self.add_if(text.contains(&b'#'), Form::CommentLine);
        self.add_if(text.windows(2).any(|two| two == b"/*"), Form::CommentBlock);
    }

    fn integer(&mut self, text: &[u8]) {
        self.add_if(text.len() > 1 && text[0] == b'0', Form::IntegerWithLeadingZeros);
        let value = std::str::from_utf8(text).ok().and_then(|text| text.parse::<u64>().ok());
        self.add_if(value.is_some_and(|value| value > 1 << 62), Form::IntegerAbove2Pow62);
    }

    fn float(&mut self, text: &[u8]) {
        let exponent = text.iter().position(|byte| byte.eq_ignore_ascii_case(&b'e'));
        let number = &text[..exponent.unwrap_or(text.len())];
        let (before, after) = (number.first() != Some(&b'.'), number.last() != Some(&b'.'));
        self.add_if(before && after, Form::FloatDigitsOnBothSides);
        self.add_if(!after, Form::FloatWithoutFraction);
        self.add_if(!before, Form::FloatWithoutWhole);
        self.add_if(exponent.is_some(), Form::FloatWithExponent);
        self.add_if(exponent.is_some() && text.contains(&b'-'), Form::FloatWithNegativeExponent);
    }

    fn string(&mut self, text: &[u8]) {
        self.add_if(text.contains(&b'\n'), Form::StringOverSeveralLines);
        self.add_if(std::str::from_utf8(text).is_err(), Form::StringNotUtf8);
        self.add_if(text.ends_with(b"$"), Form::StringDollarsBeforeInterpolation);
        let mut bytes = text.iter();
        while let Some(byte) = bytes.next() {
            if *byte != b'\\' {
                continue;
            }
            self.add_if(
                true,
                match bytes.next() {
                    Some(b'"') => Form::StringEscapeOfQuote,
                    Some(b'\\') => Form::StringEscapeOfBackslash,
                    Some(b'$') => Form::StringEscapeOfDollar,
                    Some(b'n' | b't' | b'r') => Form::StringEscapeOfSpace,
                    _ => Form::StringEscapeOfOther,
                },
            );
        }
    }

    fn indented_string(&mut self, text: &[u8]) {
        self.add_if(text.contains(&b'\n'), Form::IndentedStringOverSeveralLines);
        self.add_if(text.starts_with(b"'''"), Form::IndentedStringEscapeOfQuotes);
        self.add_if(text.starts_with(b"''$"), Form::IndentedStringEscapeOfDollar);
        self.add_if(text.starts_with(b"''\\"), Form::IndentedStringEscapeWithBackslash);
    }

    fn path(&mut self, text: &[u8]) {
        let form = if text.starts_with(b"/") {
            Form::PathAbsolute
        } else if text.starts_with(b"./") {
            Form::PathFromSourceFolder
        } else if text.starts_with(b"../") {
            Form::PathFromFolderAbove
        } else {
            Form::PathWithoutLeadingPoint
        };
        self.add_if(true, form);
    }
}

/// Looks at every expression of a tree by itself and one level down.
struct Looker<'a, 't> {
    tree: &'a Tree<'t>,
    symbols: &'a SymbolTable,
    found: &'a mut Found,
}

impl Looker<'_, '_> {
    fn add_if(&mut self, is_so: bool, form: Form) {
        self.found.add_if(is_so, form);
    }

    fn is(&self, expr: ExprId, what: impl Fn(&Expr<'_>) -> bool) -> bool {
        what(self.tree.get(expr))
    }

    fn expr(&mut self, expr: &Expr<'_>) {
        let is_function = |expr: &Expr<'_>| matches!(expr, Expr::Lambda(_));
        match expr {
            Expr::CurrentPosition { .. } => self.add_if(true, Form::CurrentPosition),
            Expr::Attrs(bindings) => self.set(bindings),
            Expr::Let { bindings, body } => {
                self.add_if(bindings.attrs.is_empty(), Form::LetWithoutBindings);
                self.add_if(self.is(*body, |body| matches!(body, Expr::Let { .. })), Form::LetInLet);
                self.inherits(bindings, Form::InheritIntoLet, Form::InheritFromIntoLet);
                self.later(bindings);
            }
            // A name that was inherited is written like a selection by the parser.
            Expr::Select { subject, .. }
                if self.is(*subject, |subject| matches!(subject, Expr::InheritFrom { .. })) => {}
            Expr::Select { path, default, .. } => {
                self.path(path, [Form::SelectSeveralNames, Form::SelectComputedName]);
                if default.is_some() {
                    self.path(path, [Form::SelectSeveralNamesOr, Form::SelectComputedNameOr]);
                }
            }
            Expr::HasAttr { subject, path } => {
                self.path(path, [Form::HasAttributeSeveralNames, Form::HasAttributeComputedName]);
                let is_literal = self.is(*subject, |subject| {
                    matches!(subject, Expr::Int(_) | Expr::String(_) | Expr::List(_) | Expr::Lambda(_))
                });
                let is_null = self.is(*subject, |subject| match subject {
                    Expr::Var { name, .. } => self.symbols.name(*name) == b"null",
                    _ => false,
                });
                self.add_if(is_literal || is_null, Form::HasAttributeOfNoSet);
            }
            Expr::Lambda(lambda) => {
                self.add_if(self.is(lambda.body, is_function), Form::LambdaInLambda);
                let Some(formals) = &lambda.formals else { return };
                let none = formals.formals.is_empty();
                self.add_if(none && !formals.ellipsis, Form::LambdaNoFormals);
                self.add_if(none && formals.ellipsis, Form::LambdaEllipsisOnly);
                self.add_if(!none && formals.ellipsis, Form::LambdaEllipsisAfterFormals);
                self.add_if(lambda.argument.is_some() && formals.ellipsis, Form::LambdaArgumentAndEllipsis);
                let names: HashSet<Symbol> = formals.formals.iter().map(|formal| formal.name).collect();
                for default in formals.formals.iter().filter_map(|formal| formal.default) {
                    self.add_if(true, Form::LambdaDefault);
                    let used = self.variables(default);
                    self.add_if(used.iter().any(|name| names.contains(name)), Form::LambdaDefaultRefersToFormal);
                    let at = lambda.argument.is_some_and(|name| used.contains(&name));
                    self.add_if(at, Form::LambdaDefaultRefersToArgument);
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
                    self.add_if(is_negation, Form::NegationOfExpression);
                    let is_large = |expr: &Expr<'_>| matches!(expr, Expr::List(_) | Expr::Attrs(_));
                    self.add_if(arguments.iter().any(|it| self.is(*it, is_large)), Form::ComparisonOfSetsOrLists);
                    return;
                }
                self.add_if(arguments.len() > 1, Form::CallSeveralArguments);
                self.add_if(self.is(*function, is_function), Form::CallOfLiteralFunction);
                let is_or =
                    |expr: &Expr<'_>| matches!(expr, Expr::Var { name, .. } if self.symbols.name(*name) == b"or");
                self.add_if(arguments.iter().any(|it| self.is(*it, is_or)), Form::CallOrAsName);
                let is_compound =
                    |expr: &Expr<'_>| matches!(expr, Expr::Call { .. } | Expr::If { .. } | Expr::Let { .. });
                self.add_if(arguments.iter().any(|it| self.is(*it, is_compound)), Form::CallArgumentInParentheses);
            }
            Expr::With { namespace, body, .. } => {
                self.add_if(self.is(*body, |body| matches!(body, Expr::With { .. })), Form::WithInWith);
                let is_computed = !self.is(*namespace, |it| matches!(it, Expr::Var { .. } | Expr::Attrs(_)));
                self.add_if(is_computed, Form::WithOfComputedSet);
            }
            Expr::List(elements) => {
                let is_list = |expr: &Expr<'_>| matches!(expr, Expr::List(_));
                self.add_if(elements.iter().any(|element| self.is(*element, is_list)), Form::ListNested);
            }
            Expr::Equal(left, right) | Expr::NotEqual(left, right) => {
                let is_large = |expr: &Expr<'_>| matches!(expr, Expr::List(_) | Expr::Attrs(_));
                self.add_if(self.is(*left, is_large) && self.is(*right, is_large), Form::ComparisonOfSetsOrLists);
            }
            Expr::ConcatStrings { parts, force_string: true, .. } => {
                let nested = |expr: &Expr<'_>| matches!(expr, Expr::ConcatStrings { force_string: true, .. });
                self.add_if(
                    parts.iter().any(|(_, part)| self.is(*part, nested)),
                    Form::StringInterpolationInInterpolation,
                );
                let path = |expr: &Expr<'_>| matches!(expr, Expr::Path(_));
                self.add_if(parts.iter().any(|(_, part)| self.is(*part, path)), Form::StringInterpolationOfPath);
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
                self.add_if(mixed, Form::AdditionOfStringAndOther);
            }
            Expr::Update { left, right, .. } => {
                let is_update = |expr: &Expr<'_>| matches!(expr, Expr::Update { .. });
                self.add_if(self.is(*left, is_update) || self.is(*right, is_update), Form::UpdateChain);
            }
            Expr::If { condition, .. } => {
                self.add_if(self.is(*condition, |it| matches!(it, Expr::If { .. })), Form::IfInCondition);
            }
            _ => {}
        }
    }

    fn set(&mut self, bindings: &Bindings<'_>) {
        for attr in &bindings.attrs {
            match self.symbols.name(attr.name) {
                b"__functor" => self.add_if(true, Form::SetFunctor),
                b"__toString" => self.add_if(true, Form::SetToString),
                b"outPath" => self.add_if(true, Form::SetOutPath),
                b"__overrides" => self.add_if(bindings.recursive, Form::SetOverrides),
                name => {
                    let first = name.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
                    let rest = name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_'-".contains(byte));
                    self.add_if(!first || !rest, Form::SetNameNoIdentifier);
                }
            }
            // A set made up from attribute paths has no position of its own.
            let merged = |expr: &Expr<'_>| {
                matches!(expr, Expr::Attrs(inner)
                if inner.pos == Pos::NONE && inner.attrs.len() > 1)
            };
            self.add_if(self.is(attr.value, merged), Form::SetPathsMerged);
        }
        let computed = !bindings.dynamic.is_empty();
        self.add_if(computed, Form::SetComputedName);
        self.add_if(computed && bindings.recursive, Form::RecursiveSetComputedName);
        match bindings.recursive {
            true => self.inherits(bindings, Form::InheritIntoRecursiveSet, Form::InheritFromIntoRecursiveSet),
            false => self.inherits(bindings, Form::InheritIntoSet, Form::InheritFromIntoSet),
        }
    }

    fn inherits(&mut self, bindings: &Bindings<'_>, plain: Form, from: Form) {
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
            self.add_if(refers, Form::LetRefersToLater);
        }
    }

    fn path(&mut self, path: &[AttrName], [several, computed]: [Form; 2]) {
        self.add_if(path.len() > 1, several);
        self.add_if(path.iter().any(|name| matches!(name, AttrName::Dynamic(_))), computed);
    }

    /// The variables in an expression, but for what is inside another scope.
    fn variables(&self, expr: ExprId) -> HashSet<Symbol> {
        let mut names = HashSet::new();
        let mut stack = vec![expr];
        while let Some(expr) = stack.pop() {
            match self.tree.get(expr) {
                Expr::Var { name, .. } => {
                    names.insert(*name);
                }
                Expr::Attrs(_) | Expr::Let { .. } | Expr::Lambda(_) | Expr::With { .. } => {}
                other => other.children(&mut stack),
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
