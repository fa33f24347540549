//! Writes a program as Nix source for people: what fits stands on one line, what does not is broken at its outermost
//! joints. It reads back as the same tree.

use super::{
    source::{Tightness, argument_of, write_name, write_path, write_pattern},
    tree::{Binding, Expr, Lambda, Parameter, Pattern},
};

/// Columns that a line should keep to; a long string or name may go beyond.
const WIDTH: usize = 100;

/// Columns that a `let` with several bindings may take on one line; longer, they are read one below the other.
const SEVERAL: usize = 56;

/// How much deeper what is inside something stands.
const STEP: usize = 2;

impl Expr {
    /// Its source over as many lines as it takes, without an end of line behind the last.
    pub fn to_readable(&self) -> String {
        let mut layout = Layout { text: String::new() };
        layout.expr(self, Tightness::Function, 0, 0);
        layout.text
    }
}

struct Layout {
    text: String,
}

impl Layout {
    fn column(&self) -> usize {
        let line = self.text.rfind('\n').map_or(self.text.as_str(), |end| &self.text[end + 1..]);
        line.chars().count()
    }

    fn line(&mut self, indent: usize) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    /// Whether `source` can stand here with `behind` more columns on its line.
    fn fits(&self, source: &str, behind: usize) -> bool {
        !source.contains('\n') && self.column() + source.chars().count() + behind <= WIDTH
    }

    /// Writes an expression at `indent`; `behind` columns follow it on its last line.
    fn expr(&mut self, expr: &Expr, asked: Tightness, indent: usize, behind: usize) {
        let mut flat = String::new();
        expr.write(&mut flat, asked);
        if (self.fits(&flat, behind) && !is_crowded(expr, &flat)) || is_small(expr) {
            self.text.push_str(&flat);
        } else if expr.tightness() < asked {
            self.text.push('(');
            self.line(indent + STEP);
            self.expr(expr, Tightness::Function, indent + STEP, 0);
            self.line(indent);
            self.text.push(')');
        } else {
            self.broken(expr, &flat, indent, behind);
        }
    }

    /// Writes an expression that does not fit on its line.
    fn broken(&mut self, expr: &Expr, flat: &str, indent: usize, behind: usize) {
        let inner = indent + STEP;
        match expr {
            Expr::List(elements) => {
                self.text.push('[');
                for element in elements {
                    self.line(inner);
                    self.expr(element, Tightness::Select, inner, 0);
                }
                self.line(indent);
                self.text.push(']');
            }
            Expr::Attrset { recursive, bindings } => {
                self.text.push_str(if *recursive { "rec {" } else { "{" });
                self.bindings(bindings, inner);
                self.line(indent);
                self.text.push('}');
            }
            Expr::LetBody(bindings) => {
                self.text.push_str("let {");
                self.bindings(bindings, inner);
                self.line(indent);
                self.text.push('}');
            }
            Expr::Let { bindings, body } => {
                self.text.push_str("let");
                self.bindings(bindings, inner);
                self.line(indent);
                self.text.push_str("in");
                self.line(indent);
                self.expr(body, Tightness::Function, indent, behind);
            }
            Expr::With { namespace: first, body } | Expr::Assert { condition: first, body } => {
                self.text.push_str(if matches!(expr, Expr::With { .. }) { "with " } else { "assert " });
                self.expr(first, Tightness::Function, inner, 1);
                self.text.push(';');
                self.line(indent);
                self.expr(body, Tightness::Function, indent, behind);
            }
            Expr::If { condition, consequence, alternative } => {
                self.text.push_str("if ");
                self.expr(condition, Tightness::Function, inner, 5);
                self.text.push_str(" then");
                self.line(inner);
                self.expr(consequence, Tightness::Function, inner, 0);
                self.line(indent);
                self.text.push_str("else");
                self.line(inner);
                self.expr(alternative, Tightness::Function, inner, behind);
            }
            Expr::Lambda(lambda) => self.lambda(lambda, indent, behind),
            Expr::Apply(function, argument) => {
                self.expr(function, argument_of(argument), indent, 0);
                self.line(inner);
                self.expr(argument, Tightness::Select, inner, behind);
            }
            Expr::Binary(operator, left, right) => {
                let (left_asked, right_asked) = operator.asks(left, right);
                self.expr(left, left_asked, indent, 0);
                self.line(indent);
                self.text.push_str(operator.symbol());
                self.text.push(' ');
                self.expr(right, right_asked, indent, behind);
            }
            Expr::Select { subject, path, default } if !subject.swallows_the_point() => {
                self.expr(subject, Tightness::Simple, indent, 0);
                self.text.push('.');
                write_path(path, &mut self.text);
                if let Some(default) = default {
                    self.line(inner);
                    self.text.push_str("or ");
                    self.expr(default, Tightness::Select, inner, behind);
                }
            }
            // What is left has no joints: strings, paths, names.
            _ => self.text.push_str(flat),
        }
    }

    fn bindings(&mut self, bindings: &[Binding], indent: usize) {
        for binding in bindings {
            self.line(indent);
            match binding {
                Binding::Value { path, value } => {
                    write_path(path, &mut self.text);
                    self.text.push_str(" =");
                    self.hanging(value, indent, 1);
                }
                Binding::Inherit(inherited) => {
                    self.text.push_str("inherit");
                    if let Some(from) = &inherited.from {
                        self.text.push_str(" (");
                        self.expr(from, Tightness::Function, indent + STEP, 1);
                        self.text.push(')');
                    }
                    for name in &inherited.names {
                        self.text.push(' ');
                        write_name(name, &mut self.text);
                    }
                }
            }
            self.text.push(';');
        }
    }

    /// Writes what follows a `=` or a colon: on the same line, if it fits or begins with a bracket of its own.
    fn hanging(&mut self, value: &Expr, indent: usize, behind: usize) {
        let begins_here = matches!(value, Expr::Attrset { .. } | Expr::List(_) | Expr::Lambda(_) | Expr::Text(..));
        if begins_here || self.fits(&value.to_source(), behind + 1) {
            self.text.push(' ');
            self.expr(value, Tightness::Function, indent, behind);
        } else {
            self.line(indent + STEP);
            self.expr(value, Tightness::Function, indent + STEP, behind);
        }
    }

    fn lambda(&mut self, lambda: &Lambda, indent: usize, behind: usize) {
        match &lambda.parameter {
            Parameter::Name(name) => self.text.push_str(name),
            Parameter::Pattern(pattern) => {
                let mut flat = String::new();
                write_pattern(pattern, &mut flat);
                if self.fits(&flat, 1) { self.text.push_str(&flat) } else { self.pattern(pattern, indent) }
            }
        }
        self.text.push(':');
        self.hanging(&lambda.body, indent, behind);
    }

    fn pattern(&mut self, pattern: &Pattern, indent: usize) {
        if let Some((name, false)) = &pattern.at {
            self.text.push_str(name);
            self.text.push('@');
        }
        self.text.push('{');
        for formal in &pattern.formals {
            self.line(indent + STEP);
            self.text.push_str(&formal.name);
            if let Some(default) = &formal.default {
                self.text.push_str(" ? ");
                self.expr(default, Tightness::Function, indent + STEP, 2);
            }
            // A comma right behind a URI would be part of it.
            self.text.push_str(if formal.default.as_ref().is_some_and(Expr::ends_in_uri) { " ," } else { "," });
        }
        if pattern.ellipsis {
            self.line(indent + STEP);
            self.text.push_str("...");
        }
        self.line(indent);
        self.text.push('}');
        if let Some((name, true)) = &pattern.at {
            self.text.push('@');
            self.text.push_str(name);
        }
    }
}

/// Whether breaking it up would help nobody.
fn is_small(expr: &Expr) -> bool {
    match expr {
        Expr::Attrset { bindings, .. } => bindings.is_empty(),
        Expr::List(elements) => elements.is_empty(),
        _ => false,
    }
}

/// Whether it fits, and would be read more easily over several lines.
fn is_crowded(expr: &Expr, flat: &str) -> bool {
    matches!(expr, Expr::Let { bindings, .. } if bindings.len() > 1) && flat.chars().count() > SEVERAL
}

#[cfg(test)]
mod tests {
    use crate::program::read;

    /// How this program is laid out; it is the same program then.
    fn check(source: &str, expected: &str) {
        let program = read(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        let readable = program.to_readable();
        assert_eq!(readable, expected);
        assert_eq!(read(&readable).as_ref(), Ok(&program), "{readable}");
    }

    #[test]
    fn what_fits_is_one_line() {
        check("let a = { b = [ 1 2 ]; }; in\n a.b", "let a = { b = [ 1 2 ]; }; in a.b");
    }

    #[test]
    fn several_bindings_stand_one_below_the_other() {
        let short = "let a = 1; b = 2; in a + b";
        check(short, short);
        check(
            "let a = x: builtins.trace \"a\" x; b = builtins.map a [ 1 2 ]; in b == b",
            "let\n  a = x: builtins.trace \"a\" x;\n  b = builtins.map a [ 1 2 ];\nin\nb == b",
        );
        let one = "let a = x: builtins.trace \"a\" x; in builtins.map a [ 1 2 3 4 5 6 7 ]";
        check(one, one);
    }

    #[test]
    fn what_does_not_fit_is_broken_at_its_joints() {
        let long = "x".repeat(60);
        check(
            &format!("let {long} = 1; f = a: b: {{ inherit a; c = {long}; d = [ {long} ]; }}; in f {long} {long}"),
            &format!(
                "let\n  {long} = 1;\n  f = a: b: {{\n    inherit a;\n    c = {long};\n    d = [ {long} ];\n  }};\nin\nf \
                 {long}\n  {long}"
            ),
        );
        check(
            &format!(
                "{{ a ? {long}, b ? http://x , second ? 12, ... }}@c: if {long} then {long} + {long} else (a: {long} {long}) 1"
            ),
            &format!(
                "{{\n  a ? {long},\n  b ? http://x ,\n  second ? 12,\n  ...\n}}@c:\n  if {long} then\n    {long}\n    + {long}\n  \
                 else\n    (\n      a:\n        {long}\n          {long}\n    )\n      1"
            ),
        );
    }
}
