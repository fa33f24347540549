//! Writes a program as Nix source on one line (indented strings keep their lines), with only the parentheses that the
//! parser needs to read back the same tree. It is written for speed: a fuzzer writes each program once and throws it
//! away.

use std::fmt::Write as _;

use super::{
    indentation,
    tree::{AttrName, BinaryOperator, Binding, Expr, Parameter, Pattern, TextPart, TextStyle, UnaryOperator},
};

/// Words that are no identifiers.
pub const KEYWORDS: [&str; 9] = ["assert", "else", "if", "in", "inherit", "let", "rec", "then", "with"];

/// How tightly an expression holds together. An expression stands without parentheses where at least as much is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tightness {
    /// Anything: between brackets, behind `=`, `:` or `in`.
    Function,
    /// An operator, by its row in the grammar's table, from the loosest.
    Operator(u8),
    /// A call.
    Apply,
    /// A selection: an element of a list, an argument.
    Select,
    /// What can be selected from.
    Simple,
}

/// The row of `!`.
const NOT: u8 = 8;
/// The row of `?`.
const HAS_ATTRIBUTE: u8 = 12;
/// The row of `-` with one operand.
const NEGATE: u8 = 13;

/// Which operand may hold an operator of the same row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Associates {
    Left,
    Right,
    Neither,
}

impl BinaryOperator {
    fn row(self) -> (u8, Associates) {
        use BinaryOperator as Operator;
        match self {
            Operator::PipeFrom => (0, Associates::Right),
            Operator::PipeInto => (1, Associates::Left),
            Operator::Implies => (2, Associates::Right),
            Operator::Or => (3, Associates::Left),
            Operator::And => (4, Associates::Left),
            Operator::Equal | Operator::NotEqual => (5, Associates::Neither),
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
                (6, Associates::Neither)
            }
            Operator::Update => (7, Associates::Right),
            Operator::Add | Operator::Subtract => (9, Associates::Left),
            Operator::Multiply | Operator::Divide => (10, Associates::Left),
            Operator::Concatenate => (11, Associates::Right),
        }
    }

    /// What is asked of these operands.
    pub fn asks(self, left: &Expr, right: &Expr) -> (Tightness, Tightness) {
        let (row, associates) = self.row();
        let side = |operand: &Expr, associates: bool| {
            // The grammar has no sentence with both pipes.
            if operand.is_other_pipe(self) {
                return Tightness::Simple;
            }
            Tightness::Operator(if associates { row } else { row + 1 })
        };
        (side(left, associates == Associates::Left), side(right, associates == Associates::Right))
    }
}

impl Expr {
    /// How tightly it holds together.
    pub fn tightness(&self) -> Tightness {
        match self {
            // The old `let` needs no parentheses, but not every parser knows.
            Expr::Let { .. }
            | Expr::LetBody(_)
            | Expr::With { .. }
            | Expr::Assert { .. }
            | Expr::If { .. }
            | Expr::Lambda(_) => Tightness::Function,
            Expr::Binary(operator, ..) => Tightness::Operator(operator.row().0),
            Expr::Unary(UnaryOperator::Not, _) => Tightness::Operator(NOT),
            Expr::Unary(UnaryOperator::Negate, _) => Tightness::Operator(NEGATE),
            Expr::HasAttribute { .. } => Tightness::Operator(HAS_ATTRIBUTE),
            Expr::Apply(..) => Tightness::Apply,
            Expr::Select { .. } => Tightness::Select,
            _ => Tightness::Simple,
        }
    }

    /// Its source, on one line but for the lines of indented strings.
    pub fn to_source(&self) -> String {
        let mut text = String::with_capacity(256);
        self.write(&mut text, Tightness::Function);
        text
    }

    /// Appends its source, in parentheses if it holds together less tightly than `asked`.
    pub fn write(&self, to: &mut String, asked: Tightness) {
        if self.tightness() < asked {
            to.push('(');
            self.write_bare(to);
            to.push(')');
        } else {
            self.write_bare(to);
        }
    }

    fn write_bare(&self, to: &mut String) {
        match self {
            Expr::Integer(value) => {
                // Writing to a string cannot fail.
                let _ = write!(to, "{value}");
            }
            Expr::Float(text) | Expr::Uri(text) | Expr::Variable(text) => to.push_str(text),
            Expr::Text(TextStyle::Quoted, parts) => write_quoted(parts, to),
            Expr::Text(TextStyle::Indented, parts) => write_indented(parts, to),
            Expr::Path(parts) => {
                for part in parts {
                    match part {
                        TextPart::Literal(text) => to.push_str(text),
                        TextPart::Interpolation(expr) => write_interpolation(expr, to),
                    }
                }
            }
            Expr::SearchPath(path) => {
                to.push('<');
                to.push_str(path);
                to.push('>');
            }
            Expr::List(elements) => {
                to.push('[');
                for element in elements {
                    to.push(' ');
                    element.write(to, Tightness::Select);
                }
                to.push_str(" ]");
            }
            Expr::Attrset { recursive, bindings } => {
                to.push_str(if *recursive { "rec {" } else { "{" });
                write_bindings(bindings, to);
                to.push_str(" }");
            }
            Expr::LetBody(bindings) => {
                to.push_str("let {");
                write_bindings(bindings, to);
                to.push_str(" }");
            }
            Expr::Let { bindings, body } => {
                to.push_str("let");
                write_bindings(bindings, to);
                to.push_str(" in ");
                body.write(to, Tightness::Function);
            }
            Expr::With { namespace, body } => write_before("with ", namespace, body, to),
            Expr::Assert { condition, body } => write_before("assert ", condition, body, to),
            Expr::If { condition, consequence, alternative } => {
                for (word, expr) in [("if ", condition), (" then ", consequence), (" else ", alternative)] {
                    to.push_str(word);
                    expr.write(to, Tightness::Function);
                }
            }
            Expr::Lambda(lambda) => {
                match &lambda.parameter {
                    Parameter::Name(name) => to.push_str(name),
                    Parameter::Pattern(pattern) => write_pattern(pattern, to),
                }
                to.push_str(": ");
                lambda.body.write(to, Tightness::Function);
            }
            Expr::Apply(function, argument) => {
                function.write(to, argument_of(argument));
                to.push(' ');
                argument.write(to, Tightness::Select);
            }
            Expr::Select { subject, path, default } => {
                write_subject(subject, to);
                to.push('.');
                write_path(path, to);
                if let Some(default) = default {
                    to.push_str(" or ");
                    default.write(to, Tightness::Select);
                }
            }
            Expr::HasAttribute { subject, path } => {
                subject.write(to, Tightness::Operator(HAS_ATTRIBUTE + 1));
                to.push_str(" ? ");
                write_path(path, to);
            }
            Expr::Unary(UnaryOperator::Not, operand) => {
                to.push('!');
                operand.write(to, Tightness::Operator(NOT));
            }
            Expr::Unary(UnaryOperator::Negate, operand) => {
                to.push('-');
                // A dash can begin a path.
                if matches!(operand.first_leaf(), Expr::Path(_)) {
                    to.push(' ');
                }
                operand.write(to, Tightness::Operator(NEGATE));
            }
            Expr::Binary(operator, left, right) => {
                let (left_asked, right_asked) = operator.asks(left, right);
                left.write(to, left_asked);
                to.push(' ');
                to.push_str(operator.symbol());
                to.push(' ');
                right.write(to, right_asked);
            }
        }
    }
}

impl Expr {
    /// The expression that its source begins with.
    fn first_leaf(&self) -> &Expr {
        match self {
            Expr::Apply(first, _) | Expr::Binary(_, first, _) => first.first_leaf(),
            Expr::Select { subject, .. } | Expr::HasAttribute { subject, .. } => subject.first_leaf(),
            _ => self,
        }
    }

    /// The expression that its source ends with, unless that is in brackets.
    fn last_leaf(&self) -> &Expr {
        match self {
            Expr::Let { body, .. } | Expr::With { body, .. } | Expr::Assert { body, .. } => body.last_leaf(),
            Expr::If { alternative: last, .. }
            | Expr::Apply(_, last)
            | Expr::Binary(_, _, last)
            | Expr::Unary(_, last)
            | Expr::Select { default: Some(last), .. } => last.last_leaf(),
            Expr::Lambda(lambda) => lambda.body.last_leaf(),
            _ => self,
        }
    }

    /// Whether a point behind it would be part of it.
    pub(super) fn swallows_the_point(&self) -> bool {
        matches!(self, Expr::Integer(_) | Expr::Float(_) | Expr::Uri(_) | Expr::Path(_))
    }

    /// Whether its source ends in a URI, of which a comma would be part.
    pub(super) fn ends_in_uri(&self) -> bool {
        matches!(self.last_leaf(), Expr::Uri(_))
    }

    fn is_other_pipe(&self, than: BinaryOperator) -> bool {
        use BinaryOperator::{PipeFrom, PipeInto};
        let Expr::Binary(operator, ..) = self else { return false };
        matches!((than, operator), (PipeFrom, PipeInto) | (PipeInto, PipeFrom))
    }
}

/// What is asked of a function with this argument: `or` binds tighter than any other one.
pub(super) fn argument_of(argument: &Expr) -> Tightness {
    match argument {
        Expr::Variable(name) if name == "or" => Tightness::Simple,
        _ => Tightness::Apply,
    }
}

fn write_subject(subject: &Expr, to: &mut String) {
    if subject.swallows_the_point() {
        to.push('(');
        subject.write_bare(to);
        to.push(')');
    } else {
        subject.write(to, Tightness::Simple);
    }
}

fn write_before(word: &str, first: &Expr, body: &Expr, to: &mut String) {
    to.push_str(word);
    first.write(to, Tightness::Function);
    to.push_str("; ");
    body.write(to, Tightness::Function);
}

fn write_bindings(bindings: &[Binding], to: &mut String) {
    for binding in bindings {
        to.push(' ');
        match binding {
            Binding::Value { path, value } => {
                write_path(path, to);
                to.push_str(" = ");
                value.write(to, Tightness::Function);
            }
            Binding::Inherit(inherited) => {
                to.push_str("inherit");
                if let Some(from) = &inherited.from {
                    to.push_str(" (");
                    from.write(to, Tightness::Function);
                    to.push(')');
                }
                for name in &inherited.names {
                    to.push(' ');
                    write_name(name, to);
                }
            }
        }
        to.push(';');
    }
}

pub(super) fn write_pattern(pattern: &Pattern, to: &mut String) {
    if let Some((name, false)) = &pattern.at {
        to.push_str(name);
        to.push('@');
    }
    to.push('{');
    let mut separator = " ";
    for formal in &pattern.formals {
        to.push_str(separator);
        separator = ", ";
        to.push_str(&formal.name);
        if let Some(default) = &formal.default {
            to.push_str(" ? ");
            default.write(to, Tightness::Function);
            // A comma, and what follows it, could be part of a URI.
            if default.ends_in_uri() {
                to.push(' ');
            }
        }
    }
    if pattern.ellipsis {
        to.push_str(separator);
        to.push_str("...");
    }
    to.push_str(" }");
    if let Some((name, true)) = &pattern.at {
        to.push('@');
        to.push_str(name);
    }
}

pub(super) fn write_path(path: &[AttrName], to: &mut String) {
    for (index, name) in path.iter().enumerate() {
        if index > 0 {
            to.push('.');
        }
        match name {
            AttrName::Plain(name) => write_name(name, to),
            AttrName::Text(parts) => write_quoted(parts, to),
            AttrName::Computed(expr) => write_interpolation(expr, to),
        }
    }
}

/// Writes an attribute's name, with quotes where it needs them.
pub fn write_name(name: &str, to: &mut String) {
    if is_identifier(name) {
        to.push_str(name);
    } else {
        to.push('"');
        escape(name, to);
        to.push('"');
    }
}

/// Whether a name can be written without quotes.
pub fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'\''))
        && !KEYWORDS.contains(&name)
        && name != "or"
}

fn write_quoted(parts: &[TextPart], to: &mut String) {
    to.push('"');
    for part in parts {
        match part {
            TextPart::Literal(text) => escape(text, to),
            TextPart::Interpolation(expr) => write_interpolation(expr, to),
        }
    }
    to.push('"');
}

fn write_interpolation(expr: &Expr, to: &mut String) {
    to.push_str("${");
    expr.write(to, Tightness::Function);
    to.push('}');
}

/// A dollar is escaped wherever it stands, since the next part may begin with a brace.
fn escape(text: &str, to: &mut String) {
    for character in text.chars() {
        match character {
            '"' => to.push_str("\\\""),
            '\\' => to.push_str("\\\\"),
            '$' => to.push_str("\\$"),
            '\n' => to.push_str("\\n"),
            '\r' => to.push_str("\\r"),
            '\t' => to.push_str("\\t"),
            other => to.push(other),
        }
    }
}

fn write_indented(parts: &[TextPart], to: &mut String) {
    to.push_str("''");
    for part in parts {
        match part {
            TextPart::Literal(text) => indentation::write(text, to),
            TextPart::Interpolation(expr) => write_interpolation(expr, to),
        }
    }
    to.push_str("''");
}
