//! Numbers the expressions of a program, so that a mutator can pick any of them and a reducer can try each in turn.
//!
//! The walk visits an expression before its children, in the order of the source. The program itself is number 0.

use super::tree::{AttrName, Binding, Expr, Node, Parameter, TextPart};

/// What holds an expression in a program.
enum Slot<'a> {
    Owned(&'a mut Expr),
    Shared(&'a mut Node),
}

impl<'a> Slot<'a> {
    fn into_mut(self) -> &'a mut Expr {
        match self {
            Slot::Owned(expr) => expr,
            Slot::Shared(node) => node,
        }
    }
}

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

    /// The same, with each open to change. Those that are shared with other programs are copied for it.
    pub fn each_child_mut<'a>(&'a mut self, visit: &mut dyn FnMut(&'a mut Expr)) {
        self.each_slot(&mut |slot| visit(slot.into_mut()));
    }

    /// Calls `visit` with what holds each of these expressions, and copies none.
    fn each_slot<'a>(&'a mut self, visit: &mut dyn FnMut(Slot<'a>)) {
        match self {
            Expr::Integer(_) | Expr::Float(_) | Expr::SearchPath(_) | Expr::Uri(_) | Expr::Variable(_) => {}
            Expr::Text(_, parts) | Expr::Path(parts) => slots_in_text(parts, visit),
            Expr::List(elements) => elements.iter_mut().map(Slot::Owned).for_each(visit),
            Expr::Attrset { bindings, .. } | Expr::LetBody(bindings) => slots_in_bindings(bindings, visit),
            Expr::Let { bindings, body } => {
                slots_in_bindings(bindings, visit);
                visit(Slot::Shared(body));
            }
            Expr::With { namespace: first, body: second }
            | Expr::Assert { condition: first, body: second }
            | Expr::Apply(first, second)
            | Expr::Binary(_, first, second) => {
                visit(Slot::Shared(first));
                visit(Slot::Shared(second));
            }
            Expr::If { condition, consequence, alternative } => {
                visit(Slot::Shared(condition));
                visit(Slot::Shared(consequence));
                visit(Slot::Shared(alternative));
            }
            Expr::Lambda(lambda) => {
                if let Parameter::Pattern(pattern) = &mut lambda.parameter {
                    let defaults = pattern.formals.iter_mut().filter_map(|formal| formal.default.as_mut());
                    defaults.map(Slot::Owned).for_each(&mut *visit);
                }
                visit(Slot::Shared(&mut lambda.body));
            }
            Expr::Select { subject, path, default } => {
                visit(Slot::Shared(subject));
                slots_in_path(path, visit);
                if let Some(default) = default {
                    visit(Slot::Shared(default));
                }
            }
            Expr::HasAttribute { subject, path } => {
                visit(Slot::Shared(subject));
                slots_in_path(path, visit);
            }
            Expr::Unary(_, operand) => visit(Slot::Shared(operand)),
        }
    }

    /// How many expressions there are, this one included: the program's size.
    pub fn size(&self) -> usize {
        let mut size = 1;
        self.each_child(&mut |child| size += child.size());
        size
    }

    /// The sizes of all expressions, by their numbers.
    pub fn sizes(&self) -> Vec<usize> {
        fn walk(expr: &Expr, sizes: &mut Vec<usize>) {
            let number = sizes.len();
            sizes.push(0);
            expr.each_child(&mut |child| walk(child, sizes));
            sizes[number] = sizes.len() - number;
        }
        let mut sizes = Vec::new();
        walk(self, &mut sizes);
        sizes
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

    /// The expression with this number, open to change. Of what is shared with other programs only the way to it is
    /// copied.
    pub fn nth_mut(&mut self, number: usize) -> Option<&mut Expr> {
        let mut way = Vec::new();
        let mut left = number;
        if !self.find_way(&mut left, &mut way) {
            return None;
        }
        way.into_iter().try_fold(self, |expr, place| {
            let (mut found, mut next) = (None, 0);
            expr.each_slot(&mut |slot| {
                if next == place {
                    found = Some(slot);
                }
                next += 1;
            });
            found.map(Slot::into_mut)
        })
    }

    /// Finds the way to an expression: at each step, the place among the children.
    fn find_way(&self, left: &mut usize, way: &mut Vec<usize>) -> bool {
        if *left == 0 {
            return true;
        }
        *left -= 1;
        let (mut found, mut place) = (false, 0);
        self.each_child(&mut |child| {
            if !found {
                way.push(place);
                found = child.find_way(left, way);
                if !found {
                    way.pop();
                }
                place += 1;
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

fn slots_in_text<'a>(parts: &'a mut [TextPart], visit: &mut dyn FnMut(Slot<'a>)) {
    for part in parts {
        if let TextPart::Interpolation(expr) = part {
            visit(Slot::Owned(expr));
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

fn slots_in_path<'a>(path: &'a mut [AttrName], visit: &mut dyn FnMut(Slot<'a>)) {
    for name in path {
        match name {
            AttrName::Plain(_) => {}
            AttrName::Text(parts) => slots_in_text(parts, visit),
            AttrName::Computed(expr) => visit(Slot::Owned(expr)),
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

fn slots_in_bindings<'a>(bindings: &'a mut [Binding], visit: &mut dyn FnMut(Slot<'a>)) {
    for binding in bindings {
        match binding {
            Binding::Value { path, value } => {
                slots_in_path(path, visit);
                visit(Slot::Shared(value));
            }
            Binding::Inherit(inherited) => {
                if let Some(from) = &mut inherited.from {
                    visit(Slot::Shared(from));
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
        assert_eq!(program.sizes(), [8, 5, 1, 3, 1, 1, 2, 1]);
        for (number, value) in seen {
            assert_eq!(program.nth(number), Some(&Expr::Integer(value)));
            assert_eq!(program.nth_mut(number), Some(&mut Expr::Integer(value)));
        }
        assert_eq!(program.nth(8), None);
    }
}
