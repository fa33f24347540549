//! Numbers the expressions of a program, so that a mutator can pick any of them and a reducer can try each in turn.
//!
//! The walk visits an expression before its children, in the order of the source. The program itself is number 0.

use super::tree::{AttrName, Binding, Expr, Parameter, TextPart};

impl Expr {
    /// Calls `visit` with each expression directly inside this one, in the order of the source.
    pub fn each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match self {
            Expr::Integer(_) | Expr::Float(_) | Expr::SearchPath(_) | Expr::Uri(_) | Expr::Variable(_) => {}
            Expr::Text(_, parts) | Expr::Path(parts) => in_text(parts, visit),
            Expr::List(elements) => elements.iter().for_each(visit),
            Expr::Attrset { bindings, .. } | Expr::LetBody(bindings) => in_bindings(bindings, visit),
            Expr::Let { bindings, body } => {
                in_bindings(bindings, visit);
                visit(body);
            }
            Expr::With { namespace: first, body: second }
            | Expr::Assert { condition: first, body: second }
            | Expr::Apply(first, second)
            | Expr::Binary(_, first, second) => {
                visit(first);
                visit(second);
            }
            Expr::If { condition, consequence, alternative } => {
                visit(condition);
                visit(consequence);
                visit(alternative);
            }
            Expr::Lambda(lambda) => {
                if let Parameter::Pattern(pattern) = &lambda.parameter {
                    pattern.formals.iter().filter_map(|formal| formal.default.as_ref()).for_each(&mut *visit);
                }
                visit(&lambda.body);
            }
            Expr::Select { subject, path, default } => {
                visit(subject);
                in_path(path, visit);
                if let Some(default) = default {
                    visit(default);
                }
            }
            Expr::HasAttribute { subject, path } => {
                visit(subject);
                in_path(path, visit);
            }
            Expr::Unary(_, operand) => visit(operand),
        }
    }

    /// The same, with each open to change.
    pub fn each_child_mut<'a>(&'a mut self, visit: &mut dyn FnMut(&'a mut Expr)) {
        match self {
            Expr::Integer(_) | Expr::Float(_) | Expr::SearchPath(_) | Expr::Uri(_) | Expr::Variable(_) => {}
            Expr::Text(_, parts) | Expr::Path(parts) => in_text_mut(parts, visit),
            Expr::List(elements) => elements.iter_mut().for_each(visit),
            Expr::Attrset { bindings, .. } | Expr::LetBody(bindings) => in_bindings_mut(bindings, visit),
            Expr::Let { bindings, body } => {
                in_bindings_mut(bindings, visit);
                visit(body);
            }
            Expr::With { namespace: first, body: second }
            | Expr::Assert { condition: first, body: second }
            | Expr::Apply(first, second)
            | Expr::Binary(_, first, second) => {
                visit(first);
                visit(second);
            }
            Expr::If { condition, consequence, alternative } => {
                visit(condition);
                visit(consequence);
                visit(alternative);
            }
            Expr::Lambda(lambda) => {
                if let Parameter::Pattern(pattern) = &mut lambda.parameter {
                    pattern.formals.iter_mut().filter_map(|formal| formal.default.as_mut()).for_each(&mut *visit);
                }
                visit(&mut lambda.body);
            }
            Expr::Select { subject, path, default } => {
                visit(subject);
                in_path_mut(path, visit);
                if let Some(default) = default {
                    visit(default);
                }
            }
            Expr::HasAttribute { subject, path } => {
                visit(subject);
                in_path_mut(path, visit);
            }
            Expr::Unary(_, operand) => visit(operand),
        }
    }

    /// How many expressions there are, this one included: the program's size.
    pub fn size(&self) -> usize {
        let mut size = 1;
        self.each_child(&mut |child| size += child.size());
        size
    }

    /// The expression with this number.
    pub fn nth(&self, number: usize) -> Option<&Expr> {
        let mut left = number;
        self.find(&mut left)
    }

    fn find(&self, left: &mut usize) -> Option<&Expr> {
        if *left == 0 {
            return Some(self);
        }
        *left -= 1;
        let mut found = None;
        self.each_child(&mut |child| {
            if found.is_none() {
                found = child.find(left);
            }
        });
        found
    }

    /// The expression with this number, open to change.
    pub fn nth_mut(&mut self, number: usize) -> Option<&mut Expr> {
        let mut left = number;
        self.find_mut(&mut left)
    }

    fn find_mut(&mut self, left: &mut usize) -> Option<&mut Expr> {
        if *left == 0 {
            return Some(self);
        }
        *left -= 1;
        let mut found = None;
        self.each_child_mut(&mut |child| {
            if found.is_none() {
                found = child.find_mut(left);
            }
        });
        found
    }

    /// Calls `visit` with every expression and its number.
    pub fn each<'a>(&'a self, visit: &mut dyn FnMut(usize, &'a Expr)) {
        fn walk<'a>(expr: &'a Expr, number: &mut usize, visit: &mut dyn FnMut(usize, &'a Expr)) {
            visit(*number, expr);
            *number += 1;
            expr.each_child(&mut |child| walk(child, number, visit));
        }
        walk(self, &mut 0, visit);
    }
}

fn in_text<'a>(parts: &'a [TextPart], visit: &mut dyn FnMut(&'a Expr)) {
    for part in parts {
        if let TextPart::Interpolation(expr) = part {
            visit(expr);
        }
    }
}

fn in_text_mut<'a>(parts: &'a mut [TextPart], visit: &mut dyn FnMut(&'a mut Expr)) {
    for part in parts {
        if let TextPart::Interpolation(expr) = part {
            visit(expr);
        }
    }
}

fn in_path<'a>(path: &'a [AttrName], visit: &mut dyn FnMut(&'a Expr)) {
    for name in path {
        match name {
            AttrName::Plain(_) => {}
            AttrName::Text(parts) => in_text(parts, visit),
            AttrName::Computed(expr) => visit(expr),
        }
    }
}

fn in_path_mut<'a>(path: &'a mut [AttrName], visit: &mut dyn FnMut(&'a mut Expr)) {
    for name in path {
        match name {
            AttrName::Plain(_) => {}
            AttrName::Text(parts) => in_text_mut(parts, visit),
            AttrName::Computed(expr) => visit(expr),
        }
    }
}

fn in_bindings<'a>(bindings: &'a [Binding], visit: &mut dyn FnMut(&'a Expr)) {
    for binding in bindings {
        match binding {
            Binding::Value { path, value } => {
                in_path(path, visit);
                visit(value);
            }
            Binding::Inherit(inherited) => {
                if let Some(from) = &inherited.from {
                    visit(from);
                }
            }
        }
    }
}

fn in_bindings_mut<'a>(bindings: &'a mut [Binding], visit: &mut dyn FnMut(&'a mut Expr)) {
    for binding in bindings {
        match binding {
            Binding::Value { path, value } => {
                in_path_mut(path, visit);
                visit(value);
            }
            Binding::Inherit(inherited) => {
                if let Some(from) = &mut inherited.from {
                    visit(from);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::BinaryOperator;

    #[test]
    fn numbers_follow_the_source() {
        let sum = Expr::binary(BinaryOperator::Add, Expr::Integer(1), Expr::variable("a").apply(Expr::Integer(2)));
        let mut program = Expr::bind(vec![Binding::new("a", sum)], Expr::List(vec![Expr::Integer(3)]));
        let mut seen = Vec::new();
        program.each(&mut |number, expr| {
            if let Expr::Integer(value) = expr {
                seen.push((number, *value));
            }
        });
        assert_eq!(seen, [(2, 1), (5, 2), (7, 3)]);
        assert_eq!(program.size(), 8);
        for (number, value) in seen {
            assert_eq!(program.nth(number), Some(&Expr::Integer(value)));
            assert_eq!(program.nth_mut(number), Some(&mut Expr::Integer(value)));
        }
        assert_eq!(program.nth(8), None);
    }
}
