//! Programs up to how the literals of a text are cut. A reader cuts them where the reference's lexer does; what makes and
//! changes programs does not care.

use super::tree::{AttrName, Binding, Expr, TextPart};

impl Expr {
    /// The same program with neighbouring literals of a text as one, and none that is empty.
    pub fn joined(&self) -> Expr {
        let mut program = self.clone();
        join(&mut program);
        program
    }
}

fn join(expr: &mut Expr) {
    match expr {
        Expr::Text(_, parts) | Expr::Path(parts) => join_parts(parts),
        Expr::Attrset { bindings, .. } | Expr::LetBody(bindings) | Expr::Let { bindings, .. } => {
            for binding in bindings {
                if let Binding::Value { path, .. } = binding {
                    join_path(path);
                }
            }
        }
        Expr::Select { path, .. } | Expr::HasAttribute { path, .. } => join_path(path),
        _ => {}
    }
    expr.each_child_mut(&mut |child| join(child));
}

fn join_path(path: &mut [AttrName]) {
    for name in path {
        if let AttrName::Text(parts) = name {
            join_parts(parts);
        }
    }
}

fn join_parts(parts: &mut Vec<TextPart>) {
    let mut joined: Vec<TextPart> = Vec::with_capacity(parts.len());
    for part in parts.drain(..) {
        match (joined.last_mut(), part) {
            (_, TextPart::Literal(text)) if text.is_empty() => {}
            (Some(TextPart::Literal(before)), TextPart::Literal(text)) => before.push_str(&text),
            (_, part) => joined.push(part),
        }
    }
    *parts = joined;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{TextStyle, read};

    #[test]
    fn how_literals_are_cut_makes_no_difference() {
        let literal = |text: &str| TextPart::Literal(text.to_owned());
        let text = |parts| Expr::Text(TextStyle::Indented, parts);
        let whole = text(vec![literal(" $"), TextPart::Interpolation(Expr::variable("a")), literal("")]);
        let again = read(&whole.to_source()).expect("it is a program");
        assert_ne!(again, whole, "the lexer cuts before the dollar");
        assert_eq!(again.joined(), whole.joined());
        let other = text(vec![literal(" "), TextPart::Interpolation(Expr::variable("a"))]);
        assert_ne!(other.joined(), whole.joined());
    }
}
