//! Rewrites that bind, move or rename. Each says under which conditions it keeps value and effects. Three rules hold
//! for all: nothing moves into or out of a function, or another place that is evaluated more than once; no free name of
//! what moves is bound on the way; nothing that a `with` may resolve moves past a `with`.

use super::{
    Context,
    names::{self, Entered, Occurrences},
};
use crate::program::{AttrName, Binding, Expr, Inherited, Lambda, Node, Parameter, TextPart};

/// Whether a literal, which is as cheap and as harmless to evaluate twice as once.
fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Integer(_) | Expr::Float(_) => true,
        Expr::Text(_, parts) => parts.iter().all(|part| matches!(part, TextPart::Literal(_))),
        _ => false,
    }
}

/// Whether `expr` means the same on both sides of what lies between, seen from a place with this context.
fn may_cross(expr: &Expr, between: &Entered<'_>, context: &Context<'_>) -> bool {
    let free = names::free(expr);
    let captured = free.iter().any(|name| between.names.contains(name));
    let by_with = || free.iter().any(|name| !context.is_lexical(name));
    !(captured || between.is_with && by_with())
}

fn named(binding: &Binding) -> Option<(&String, &Expr)> {
    match binding {
        Binding::Value { path, value } => match path.as_slice() {
            [AttrName::Plain(name)] => Some((name, value)),
            _ => None,
        },
        Binding::Inherit(_) => None,
    }
}

/// The bindings of `let` that are a name and an expression, and alone with that name.
fn sole_bindings(bindings: &[Binding]) -> impl Iterator<Item = (usize, &String, &Expr)> {
    let all = names::bound(bindings);
    bindings.iter().enumerate().filter_map(move |(index, binding)| {
        let (name, value) = named(binding)?;
        (all.iter().filter(|it| *it == name).count() == 1).then_some((index, name, value))
    })
}

/// `e` is `let v = e; in v`, with a fresh `v`. Not of a variable: its slot would be another object than the one it
/// names, which comparing functions shows.
pub fn float_here(expr: &Expr, context: &Context<'_>) -> Option<Expr> {
    if matches!(expr, Expr::Variable(_)) {
        return None;
    }
    let fresh = context.fresh.to_owned();
    Some(Expr::bind(vec![Binding::new(fresh.clone(), expr.clone())], Expr::Variable(fresh)))
}

/// `… e …` is `let v = e; in … v …`, where `e` is evaluated at most once for each time that the whole is, and means the
/// same in front of it. Not of a variable, as above.
pub fn float_out(expr: &Expr, context: &Context<'_>) -> Option<Expr> {
    let places = super::places(expr);
    let fits = |place: &&super::Place<'_>| {
        place.number > 0
            && !place.is_name
            && !place.between.is_repeated
            && !matches!(place.expr, Expr::Variable(_))
            && may_cross(place.expr, &place.between, context)
    };
    let fitting: Vec<_> = places.iter().filter(fits).collect();
    let place = fitting.get(context.choose(fitting.len())?)?;
    let mut body = expr.clone();
    *body.nth_mut(place.number)? = Expr::variable(context.fresh);
    Some(Expr::bind(vec![Binding::new(context.fresh, place.expr.clone())], body))
}

/// `let v = e; in … v …` is `let in … e …`, where `v` is used once, in a place that is evaluated at most once, and `e`
/// means the same there; or where `e` is a literal. `e` must not refer to `v`, and `v` be no computed name.
pub fn inline(expr: &Expr, context: &Context<'_>) -> Option<Expr> {
    let Expr::Let { bindings, .. } = expr else { return None };
    let inner = context.with_names(&names::bound(bindings));
    let places = super::places(expr);
    for (index, name, value) in sole_bindings(bindings) {
        let uses = names::occurrences(expr, name);
        let once = || match uses.variables.as_slice() {
            [only] => !only.between.is_repeated && may_cross(value, &only.between, &inner),
            _ => false,
        };
        // A computed name that is a literal is none, to the parser.
        let is_name = || uses.variables.iter().any(|it| places.iter().any(|at| at.number == it.number && at.is_name));
        let fits = !uses.otherwise && !uses.variables.is_empty() && (is_literal(value) || once()) && !is_name();
        if !fits || names::free(value).contains(name.as_str()) {
            continue;
        }
        let mut changed = expr.clone();
        names::replace(&mut changed, &uses.numbers(), value);
        if let Expr::Let { bindings, .. } = &mut changed {
            bindings.remove(index);
        }
        return Some(changed);
    }
    None
}

/// A name that `let` binds, or a function's argument, renamed to a fresh one, where nothing but variables looks it up.
/// Names of formals and attributes stay, which programs see; and where a program uses `toXML`, which tells the names of
/// arguments, so do they.
pub fn rename(expr: &Expr, context: &Context<'_>) -> Option<Expr> {
    let fresh = Expr::variable(context.fresh);
    let renamed = |uses: &Occurrences<'_>| {
        let mut changed = expr.clone();
        names::replace(&mut changed, &uses.numbers(), &fresh);
        changed
    };
    match expr {
        Expr::Let { bindings, .. } => {
            let sole: Vec<_> = sole_bindings(bindings).collect();
            let (index, name, _) = sole.get(context.choose(sole.len())?)?;
            let uses = names::occurrences(expr, name);
            if uses.otherwise {
                return None;
            }
            let mut changed = renamed(&uses);
            if let Expr::Let { bindings, .. } = &mut changed
                && let Binding::Value { path, .. } = &mut bindings[*index]
            {
                path[0] = AttrName::Plain(context.fresh.to_owned());
            }
            Some(changed)
        }
        Expr::Lambda(Lambda { parameter: Parameter::Name(name), .. }) if !context.uses_xml => {
            let uses = names::occurrences(expr, name);
            if uses.otherwise {
                return None;
            }
            let mut changed = renamed(&uses);
            if let Expr::Lambda(lambda) = &mut changed {
                lambda.parameter = Parameter::Name(context.fresh.to_owned());
            }
            Some(changed)
        }
        _ => None,
    }
}

/// `x: e` is `v: (x: e) v`, where the program does not use `toXML`. Only of a function with a named argument:
/// `functionArgs` tells others apart.
pub fn eta(expr: &Expr, context: &Context<'_>) -> Option<Expr> {
    match expr {
        Expr::Lambda(Lambda { parameter: Parameter::Name(_), .. }) if !context.uses_xml => {
            Some(Expr::lambda(context.fresh, expr.clone().apply(Expr::variable(context.fresh))))
        }
        _ => None,
    }
}

/// `(x: e) a` is `let x = a; in e`, where `a` does not mention an `x` of its own.
pub fn call_to_let(expr: &Expr, _: &Context<'_>) -> Option<Expr> {
    let Expr::Apply(function, argument) = expr else { return None };
    // A variable of this name is one as an argument only.
    if matches!(&**argument, Expr::Variable(name) if name == "or") {
        return None;
    }
    match &**function {
        Expr::Lambda(Lambda { parameter: Parameter::Name(name), body })
            if !names::free(argument).contains(name.as_str()) =>
        {
            Some(Expr::bind(vec![Binding::new(name.clone(), (**argument).clone())], (**body).clone()))
        }
        _ => None,
    }
}

/// `let x = a; in e` is `(x: e) a`, where `a` does not refer to `x`.
pub fn let_to_call(expr: &Expr, _: &Context<'_>) -> Option<Expr> {
    let Expr::Let { bindings, body } = expr else { return None };
    let [binding] = bindings.as_slice() else { return None };
    let (name, value) = named(binding)?;
    let fits = !names::free(value).contains(name.as_str()) && crate::program::source::is_identifier(name);
    fits.then(|| Expr::lambda(name.clone(), (**body).clone()).apply(value.clone()))
}

/// `with { x = …; }; … x …` is `let v = { x = …; }; in with v; … v.x …`, where `x` means that attribute: nothing binds
/// it, it is no name that every source has, and no further `with` lies between. The set must have constant names.
pub fn with_to_select(expr: &Expr, context: &Context<'_>) -> Option<Expr> {
    let Expr::With { namespace, body } = expr else { return None };
    let Expr::Attrset { recursive: false, bindings } = &**namespace else { return None };
    let constant = |binding: &Binding| match binding {
        Binding::Value { path, .. } => path.iter().all(|name| names::constant(name).is_some()),
        Binding::Inherit(Inherited { .. }) => true,
    };
    if !bindings.iter().all(constant) {
        return None;
    }
    let mut changed = Expr::With { namespace: Node::new(Expr::variable(context.fresh)), body: body.clone() };
    for name in names::bound(bindings).into_iter().filter(|name| !context.is_lexical(name)) {
        let mut uses = names::occurrences(&changed, name);
        uses.variables.retain(|place| !place.between.is_with);
        let numbers = uses.numbers();
        names::replace(&mut changed, &numbers, &Expr::variable(context.fresh).select(name));
    }
    Some(Expr::bind(vec![Binding::new(context.fresh, (**namespace).clone())], changed))
}
