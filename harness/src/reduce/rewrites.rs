//! Replaces an expression by a smaller one: one inside it, a literal, or a simpler form of the same.

use crate::program::{AttrName, BinaryOperator, Binding, Expr, Lambda, Node, Parameter, TextPart, TextStyle};

/// How deep inside an expression one is looked for that can take its place.
const DEPTH: usize = 3;

/// The largest integer.
const LARGEST: u64 = i64::MAX as u64;

/// Whether people know a number when they see it: small ones, and the largest.
pub(super) fn is_well_known(value: u64) -> bool {
    value < 10 || value == LARGEST
}

/// Something inside the expression in its place, then a literal.
pub(super) fn hoist(expr: &Expr) -> Vec<Expr> {
    let mut candidates = Vec::new();
    for depth in 1..=DEPTH {
        inside(expr, depth, &mut candidates);
    }
    if expr.size() > 1 {
        candidates.extend(literals());
    }
    candidates
}

/// The builtin that an expression names.
fn builtin(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Variable(name) => Some(name.as_str()),
        Expr::Select { subject, path, default: None } => match (&**subject, path.as_slice()) {
            (Expr::Variable(set), [AttrName::Plain(name)]) if set == "builtins" => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// The expressions exactly so deep inside.
fn inside(expr: &Expr, depth: usize, to: &mut Vec<Expr>) {
    if depth == 0 {
        to.push(expr.clone());
        return;
    }
    expr.each_child(&mut |child| inside(child, depth - 1, to));
}

/// One of each type, the shortest first.
fn literals() -> [Expr; 6] {
    [
        Expr::Integer(0),
        Expr::List(Vec::new()),
        Expr::Attrset { recursive: false, bindings: Vec::new() },
        Expr::text(""),
        Expr::lambda("x", Expr::Integer(0)),
        Expr::variable("true"),
    ]
}

/// The expression with something around its parts taken off.
pub(super) fn unwrap(expr: &Expr) -> Vec<Expr> {
    match expr {
        Expr::Let { bindings, body } => match &**body {
            Expr::Let { bindings: inner, body } => {
                let bindings = bindings.iter().chain(inner).cloned().collect();
                vec![Expr::Let { bindings, body: body.clone() }]
            }
            _ => Vec::new(),
        },
        // A builtin that is reached in a roundabout way.
        Expr::With { namespace, body } => match (&**namespace, &**body) {
            (Expr::Variable(set), Expr::Variable(name)) if set == "builtins" => {
                vec![Expr::variable("builtins").select(name.clone())]
            }
            _ => Vec::new(),
        },
        Expr::LetBody(bindings) => {
            let body = bindings.iter().find_map(|binding| named(binding, "body")).cloned();
            body.map(|body| Expr::Let { bindings: bindings.clone(), body: Node::new(body) }).into_iter().collect()
        }
        // A call of a function that is written here is a `let`.
        Expr::Apply(function, argument) => match &**function {
            Expr::Lambda(Lambda { parameter: Parameter::Name(name), body }) => {
                vec![Expr::bind(vec![Binding::new(name.clone(), (**argument).clone())], (**body).clone())]
            }
            Expr::Lambda(Lambda { parameter: Parameter::Pattern(_), body }) => match &**argument {
                Expr::Attrset { bindings, .. } => vec![Expr::bind(bindings.clone(), (**body).clone())],
                _ => Vec::new(),
            },
            // `f a b` with either argument left out.
            Expr::Apply(inner, first) => {
                let mut candidates =
                    vec![(**inner).clone().apply((**argument).clone()), (**inner).clone().apply((**first).clone())];
                // `map f [ a b ]` is `[ (f a) (f b) ]`.
                if let (Some("map"), Expr::List(elements)) = (builtin(inner), &**argument) {
                    let called = elements.iter().map(|element| (**first).clone().apply(element.clone()));
                    candidates.push(Expr::List(called.collect()));
                }
                candidates
            }
            _ => Vec::new(),
        },
        Expr::Select { subject, path, default: None } => {
            let mut candidates = Vec::new();
            if let (Expr::Variable(name), [AttrName::Plain(builtin)]) = (&**subject, path.as_slice())
                && name == "builtins"
            {
                candidates.push(Expr::variable(builtin.clone()));
            }
            if let (Expr::Attrset { bindings, .. }, [AttrName::Plain(name), rest @ ..]) = (&**subject, path.as_slice())
                && let Some(value) = bindings.iter().find_map(|binding| named(binding, name))
            {
                candidates.push(match rest {
                    [] => value.clone(),
                    _ => Expr::Select { subject: Node::new(value.clone()), path: rest.to_vec(), default: None },
                });
            }
            candidates
        }
        _ => Vec::new(),
    }
}

fn named<'a>(binding: &'a Binding, wanted: &str) -> Option<&'a Expr> {
    match binding {
        Binding::Value { path, value } => match path.as_slice() {
            [AttrName::Plain(name)] if name == wanted => Some(value),
            _ => None,
        },
        Binding::Inherit(_) => None,
    }
}

/// A simpler form of the same expression, or of one like it. What can be shown in several ways is shown in one: with
/// `==` for an operator, with `throw` for a failure.
pub(super) fn simplify(expr: &Expr) -> Vec<Expr> {
    match expr {
        Expr::Binary(operator, left, right) if *operator != BinaryOperator::Equal => {
            vec![Expr::Binary(BinaryOperator::Equal, left.clone(), right.clone())]
        }
        Expr::Assert { .. } => vec![failure()],
        // Of large numbers the largest is the one that people know.
        Expr::Integer(value) if *value > LARGEST / 2 => {
            let candidates = [0, 1, 2, LARGEST, value / 2].into_iter();
            candidates.filter(|it| it != value).map(Expr::Integer).collect()
        }
        Expr::Integer(value) => [0, 1, 2, value / 2, value.saturating_sub(1)]
            .into_iter()
            .filter(|it| it < value)
            .map(Expr::Integer)
            .collect(),
        Expr::Float(_) => vec![Expr::Integer(0), Expr::Integer(1), Expr::Float("0.5".to_owned())],
        Expr::Variable(_) => {
            let mut candidates = vec![Expr::Integer(0)];
            candidates.extend([Expr::List(Vec::new()), Expr::Attrset { recursive: false, bindings: Vec::new() }]);
            candidates.push(Expr::text(""));
            candidates
        }
        Expr::Text(TextStyle::Indented, parts) => vec![Expr::Text(TextStyle::Quoted, parts.clone()), Expr::text("")],
        Expr::Text(TextStyle::Quoted, parts) => {
            let mut candidates = vec![Expr::Integer(0)];
            if let [TextPart::Literal(text)] = parts.as_slice()
                && text != "a"
            {
                candidates.push(Expr::text("a"));
            }
            candidates
        }
        Expr::Path(parts) if parts.len() > 1 || !matches!(&parts[0], TextPart::Literal(text) if text == "/a") => {
            vec![Expr::Path(vec![TextPart::Literal("/a".to_owned())]), Expr::text(""), Expr::Integer(0)]
        }
        Expr::SearchPath(_) => vec![Expr::text(""), Expr::Integer(0), failure()],
        Expr::Uri(_) => vec![Expr::text(""), Expr::Integer(0)],
        Expr::Attrset { recursive: true, bindings } => {
            vec![Expr::Attrset { recursive: false, bindings: bindings.clone() }]
        }
        Expr::Attrset { recursive, bindings } => simpler_names(bindings)
            .into_iter()
            .map(|bindings| Expr::Attrset { recursive: *recursive, bindings })
            .collect(),
        Expr::Let { bindings, body } => {
            simpler_names(bindings).into_iter().map(|bindings| Expr::Let { bindings, body: body.clone() }).collect()
        }
        Expr::Select { subject, path, default } => simpler_path(path)
            .map(|path| Expr::Select { subject: subject.clone(), path, default: default.clone() })
            .into_iter()
            .collect(),
        Expr::HasAttribute { subject, path } => {
            simpler_path(path).map(|path| Expr::HasAttribute { subject: subject.clone(), path }).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// What fails in the plainest way.
fn failure() -> Expr {
    Expr::variable("throw").apply(Expr::text(""))
}

/// Bindings with one path written in a simpler way.
fn simpler_names(bindings: &[Binding]) -> Vec<Vec<Binding>> {
    let mut candidates = Vec::new();
    for (index, binding) in bindings.iter().enumerate() {
        let Binding::Value { path, value } = binding else { continue };
        if let Some(path) = simpler_path(path) {
            let mut bindings = bindings.to_vec();
            bindings[index] = Binding::Value { path, value: value.clone() };
            candidates.push(bindings);
        }
    }
    candidates
}

/// The path with each computed name that is written out, and each name of text and computed parts, as a plain one.
fn simpler_path(path: &[AttrName]) -> Option<Vec<AttrName>> {
    let plain = |name: &AttrName| match name {
        AttrName::Plain(_) => name.clone(),
        AttrName::Computed(Expr::Text(_, parts)) | AttrName::Text(parts) => match parts.as_slice() {
            [TextPart::Literal(text)] => AttrName::Plain(text.clone()),
            _ => AttrName::Plain("a".to_owned()),
        },
        AttrName::Computed(_) => AttrName::Plain("a".to_owned()),
    };
    let simpler: Vec<AttrName> = path.iter().map(plain).collect();
    (simpler != path).then_some(simpler)
}
