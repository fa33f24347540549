//! Rewrites of one form into another that means the same by definition. None moves anything past a binder, changes the
//! order of evaluation, or how often something is evaluated. Each says what that rests on.

use super::{Context, names};
use crate::program::{AttrName, BinaryOperator as Operator, Binding, Expr, Node, UnaryOperator, source::is_identifier};

fn not(operand: Expr) -> Expr {
    Expr::Unary(UnaryOperator::Not, Node::new(operand))
}

fn variable(name: &str) -> Expr {
    Expr::variable(name)
}

/// `(a // b) // c` and `a // (b // c)`. Right operands come first in both, so `c`, `b` and `a` are evaluated and found
/// not to be sets in the same order.
pub fn reassociate_update(expr: &Expr, _: &Context<'_>) -> Option<Expr> {
    let Expr::Binary(Operator::Update, left, right) = expr else { return None };
    let update = |left: Expr, right: Expr| Expr::binary(Operator::Update, left, right);
    if let Expr::Binary(Operator::Update, a, b) = &**left {
        return Some(update((**a).clone(), update((**b).clone(), (**right).clone())));
    }
    if let Expr::Binary(Operator::Update, b, c) = &**right {
        return Some(update(update((**left).clone(), (**b).clone()), (**c).clone()));
    }
    None
}

/// `a > b` is `b < a`: the parser makes the same call of both. `a >= b` is `!(a < b)`, `a <= b` is `!(b < a)`.
pub fn turn_comparison(expr: &Expr, _: &Context<'_>) -> Option<Expr> {
    let Expr::Binary(operator, left, right) = expr else { return None };
    let binary = |operator, left: &Expr, right: &Expr| Expr::binary(operator, left.clone(), right.clone());
    Some(match operator {
        Operator::Greater => binary(Operator::Less, right, left),
        Operator::Less => binary(Operator::Greater, right, left),
        Operator::GreaterOrEqual => not(binary(Operator::Less, left, right)),
        Operator::LessOrEqual => not(binary(Operator::Less, right, left)),
        _ => return None,
    })
}

/// Boolean operators by others: `a != b` is `!(a == b)`, `a -> b` is `!a || b`, and `a && b` and `a || b` are what
/// `if` makes of them. An operand that is no Boolean is an error of the same kind; the branch is tested, too.
pub fn expand_logic(expr: &Expr, _: &Context<'_>) -> Option<Expr> {
    let Expr::Binary(operator, left, right) = expr else { return None };
    if !matches!(operator, Operator::NotEqual | Operator::Implies | Operator::And | Operator::Or) {
        return None;
    }
    let (left, right) = ((**left).clone(), (**right).clone());
    let choose = |condition, consequence, alternative| Expr::If {
        condition: Node::new(condition),
        consequence: Node::new(consequence),
        alternative: Node::new(alternative),
    };
    // Not `true` and `false`, which a program may bind anew.
    let yes = || Expr::binary(Operator::Equal, Expr::Integer(0), Expr::Integer(0));
    let no = || Expr::binary(Operator::Equal, Expr::Integer(0), Expr::Integer(1));
    Some(match operator {
        Operator::NotEqual => not(Expr::binary(Operator::Equal, left, right)),
        Operator::Implies => Expr::binary(Operator::Or, not(left), right),
        Operator::And => choose(left, choose(right, yes(), no()), no()),
        Operator::Or => choose(left, yes(), choose(right, yes(), no())),
        _ => return None,
    })
}

/// `if c then a else b` is `if !c then b else a`; the condition is tested in both.
pub fn turn_if(expr: &Expr, _: &Context<'_>) -> Option<Expr> {
    let Expr::If { condition, consequence, alternative } = expr else { return None };
    Some(Expr::If {
        condition: Node::new(not((**condition).clone())),
        consequence: alternative.clone(),
        alternative: consequence.clone(),
    })
}

/// `-a` is `0 - a`, which is what the parser makes of it.
pub fn expand_negation(expr: &Expr, _: &Context<'_>) -> Option<Expr> {
    let Expr::Unary(UnaryOperator::Negate, operand) = expr else { return None };
    Some(Expr::binary(Operator::Subtract, Expr::Integer(0), (**operand).clone()))
}

/// `[ a b c ]` is `[ a ] ++ [ b c ]`: the elements are the same slots.
pub fn split_list(expr: &Expr, _: &Context<'_>) -> Option<Expr> {
    let Expr::List(elements) = expr else { return None };
    let (first, rest) = elements.split_first()?;
    let rest = Expr::List(rest.to_vec());
    Some(Expr::binary(Operator::Concatenate, Expr::List(vec![first.clone()]), rest))
}

/// `{ a = …; b = …; }` is `{ a = …; } // { b = …; }`, where it is not recursive and every binding has one constant name
/// of its own: computed names would be evaluated in another order, and paths with a common start would be merged.
pub fn split_set(expr: &Expr, _: &Context<'_>) -> Option<Expr> {
    let Expr::Attrset { recursive: false, bindings } = expr else { return None };
    if bindings.len() < 2 || !all_plain(bindings) {
        return None;
    }
    let set = |bindings: &[Binding]| Expr::Attrset { recursive: false, bindings: bindings.to_vec() };
    let (first, rest) = bindings.split_at(1);
    Some(Expr::binary(Operator::Update, set(first), set(rest)))
}

/// `e.a.b` is `(e.a).b`, without a default, which would catch what is missing on the way as well, and without computed
/// names, each of which is evaluated before the set that it is looked up in.
pub fn split_selection(expr: &Expr, _: &Context<'_>) -> Option<Expr> {
    let Expr::Select { subject, path, default: None } = expr else { return None };
    let (last, first) = path.split_last().filter(|(_, first)| !first.is_empty())?;
    if path.iter().any(|name| names::constant(name).is_none()) {
        return None;
    }
    let inner = Expr::Select { subject: subject.clone(), path: first.to_vec(), default: None };
    // Parentheses keep the parser from merging the two again.
    Some(Expr::Select { subject: Node::new(inner), path: vec![last.clone()], default: None })
}

/// `inherit (e) a;` is `a = e.a;`, and outside of recursive sets `inherit a;` is `a = a;`. `e` is shared by the names
/// that are inherited from it, so there must be one, or `e` be a variable, which costs nothing to evaluate twice.
pub fn inherit_to_binding(expr: &Expr, _: &Context<'_>) -> Option<Expr> {
    let (recursive, bindings) = match expr {
        Expr::Attrset { recursive, bindings } => (*recursive, bindings),
        Expr::Let { bindings, .. } => (true, bindings),
        _ => return None,
    };
    let fits = |binding: &Binding| match binding {
        Binding::Inherit(inherited) => match inherited.from.as_deref() {
            // A variable that a `with` brings is looked up each time, which may fail or trace each time it is made.
            Some(from) => inherited.names.len() == 1 || matches!(from, Expr::Variable(_)),
            // Another name can be bound and inherited, and never be a variable; `or` is one only here and there.
            None => !recursive && inherited.names.iter().all(|name| is_identifier(name) && name != "or"),
        },
        Binding::Value { .. } => false,
    };
    let at = bindings.iter().position(fits)?;
    let Binding::Inherit(inherited) = &bindings[at] else { return None };
    let value = |name: &String| match &inherited.from {
        Some(from) => (**from).clone().select(name.clone()),
        None => variable(name),
    };
    let new: Vec<Binding> = inherited.names.iter().map(|name| Binding::new(name.clone(), value(name))).collect();
    let mut changed = expr.clone();
    if let Expr::Attrset { bindings, .. } | Expr::Let { bindings, .. } = &mut changed {
        bindings.splice(at..=at, new);
    }
    Some(changed)
}

/// `rec { a = …; }` is `let a = …; in { inherit a; }`, where every binding has one constant name of its own, none of
/// them `__overrides`, which changes what the others see.
pub fn rec_to_let(expr: &Expr, _: &Context<'_>) -> Option<Expr> {
    let Expr::Attrset { recursive: true, bindings } = expr else { return None };
    let names = names::bound(bindings);
    if names.is_empty()
        || !all_plain(bindings)
        || names.iter().any(|name| *name == "__overrides" || !is_identifier(name))
    {
        return None;
    }
    let names = names.into_iter().map(str::to_owned).collect();
    let inherited = crate::program::Inherited { from: None, names };
    let set = Expr::Attrset { recursive: false, bindings: vec![Binding::Inherit(inherited)] };
    Some(Expr::bind(bindings.clone(), set))
}

/// `let { …; body = e; }` is `(rec { …; body = e; }).body`.
pub fn old_let_to_rec(expr: &Expr, _: &Context<'_>) -> Option<Expr> {
    let Expr::LetBody(bindings) = expr else { return None };
    let set = Expr::Attrset { recursive: true, bindings: bindings.clone() };
    Some(set.select("body"))
}

/// Whether every binding has one constant name, no name occurs twice, and none is computed.
fn all_plain(bindings: &[Binding]) -> bool {
    let plain = |binding: &Binding| match binding {
        Binding::Value { path, .. } => matches!(path.as_slice(), [AttrName::Plain(_)]),
        Binding::Inherit(_) => true,
    };
    let mut names = names::bound(bindings);
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    names.len() == count && bindings.iter().all(plain)
}
