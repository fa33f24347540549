//! Deletes from what has several parts: elements, bindings, formals, names, parts of strings. Large parts of a long
//! list are tried before single ones.

use crate::program::{AttrName, Binding, Expr, Lambda, Parameter, TextPart};

/// The expression with something in it left out.
pub(super) fn delete(expr: &Expr) -> Vec<Expr> {
    match expr {
        Expr::List(elements) => shorter(elements).into_iter().map(Expr::List).collect(),
        Expr::Attrset { recursive, bindings } => fewer_bindings(bindings)
            .into_iter()
            .map(|bindings| Expr::Attrset { recursive: *recursive, bindings })
            .collect(),
        Expr::LetBody(bindings) => fewer_bindings(bindings).into_iter().map(Expr::LetBody).collect(),
        Expr::Let { bindings, body } => {
            fewer_bindings(bindings).into_iter().map(|bindings| Expr::Let { bindings, body: body.clone() }).collect()
        }
        Expr::Text(style, parts) => fewer_parts(parts).into_iter().map(|parts| Expr::Text(*style, parts)).collect(),
        // A path's first part must stay: it makes the path one.
        Expr::Path(parts) => shorter(&parts[1..])
            .into_iter()
            .map(|rest| Expr::Path(parts[..1].iter().cloned().chain(rest).collect()))
            .collect(),
        Expr::Lambda(lambda) => fewer_formals(lambda),
        Expr::Select { subject, path, default } => {
            let mut candidates: Vec<Expr> = shorter_paths(path)
                .into_iter()
                .map(|path| Expr::Select { subject: subject.clone(), path, default: default.clone() })
                .collect();
            if default.is_some() {
                candidates.push(Expr::Select { subject: subject.clone(), path: path.clone(), default: None });
            }
            candidates
        }
        Expr::HasAttribute { subject, path } => {
            shorter_paths(path).into_iter().map(|path| Expr::HasAttribute { subject: subject.clone(), path }).collect()
        }
        _ => Vec::new(),
    }
}

/// A row without a part of it: none of it, then without each half, each quarter, and so on to single ones.
fn shorter<T: Clone>(row: &[T]) -> Vec<Vec<T>> {
    let mut candidates = Vec::new();
    let mut length = row.len();
    while length > 0 {
        for start in (0..row.len()).step_by(length) {
            let end = (start + length).min(row.len());
            candidates.push(row[..start].iter().chain(&row[end..]).cloned().collect());
        }
        length /= 2;
    }
    candidates
}

fn fewer_bindings(bindings: &[Binding]) -> Vec<Vec<Binding>> {
    let mut candidates = shorter(bindings);
    for (index, binding) in bindings.iter().enumerate() {
        let with = |binding: Binding| {
            let mut bindings = bindings.to_vec();
            bindings[index] = binding;
            bindings
        };
        match binding {
            Binding::Inherit(inherited) => {
                for names in shorter(&inherited.names) {
                    candidates.push(with(Binding::Inherit(crate::program::Inherited { names, ..inherited.clone() })));
                }
                if inherited.from.is_some() {
                    let plain = crate::program::Inherited { from: None, names: inherited.names.clone() };
                    candidates.push(with(Binding::Inherit(plain)));
                }
            }
            Binding::Value { path, value } => {
                for path in shorter_paths(path) {
                    candidates.push(with(Binding::Value { path, value: value.clone() }));
                }
            }
        }
    }
    candidates
}

/// The path without one of its names; it keeps one.
fn shorter_paths(path: &[AttrName]) -> Vec<Vec<AttrName>> {
    shorter(path).into_iter().filter(|path| !path.is_empty()).collect()
}

fn fewer_parts(parts: &[TextPart]) -> Vec<Vec<TextPart>> {
    let mut candidates = shorter(parts);
    for (index, part) in parts.iter().enumerate() {
        let TextPart::Literal(text) = part else { continue };
        let characters: Vec<char> = text.chars().collect();
        let short = shorter(&characters).into_iter().take(64);
        for text in short.filter(|text| !text.is_empty()) {
            let mut parts = parts.to_vec();
            parts[index] = TextPart::Literal(text.into_iter().collect());
            candidates.push(parts);
        }
    }
    candidates
}

fn fewer_formals(lambda: &Lambda) -> Vec<Expr> {
    let Parameter::Pattern(pattern) = &lambda.parameter else { return Vec::new() };
    let with = |parameter: Parameter| Expr::Lambda(Lambda { parameter, body: lambda.body.clone() });
    let mut candidates = Vec::new();
    let name = pattern.at.as_ref().map_or("x", |(name, _)| name.as_str());
    candidates.push(with(Parameter::Name(name.to_owned())));
    for formals in shorter(&pattern.formals) {
        let mut pattern = pattern.clone();
        pattern.formals = formals;
        candidates.push(with(Parameter::Pattern(pattern)));
    }
    for index in 0..pattern.formals.len() {
        let mut pattern = pattern.clone();
        if pattern.formals[index].default.take().is_some() {
            candidates.push(with(Parameter::Pattern(pattern)));
        }
    }
    if pattern.at.is_some() {
        let mut pattern = pattern.clone();
        pattern.at = None;
        candidates.push(with(Parameter::Pattern(pattern)));
    }
    if pattern.ellipsis {
        let mut pattern = pattern.clone();
        pattern.ellipsis = false;
        candidates.push(with(Parameter::Pattern(pattern)));
    }
    candidates
}
