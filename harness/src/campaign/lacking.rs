//! Which builtins the reference has and the subject lacks. One answer tells it, and thousands of programs that call one
//! of them would tell nothing else: so they are left out of what is generated, and listed once.

use std::{collections::BTreeSet, path::Path};

use crate::{
    case::Question,
    engine::{Engine, Named},
    outcome::Ending,
    program::{AttrName, Expr},
};

/// Builtins that the second engine has and the first lacks; none where one of them cannot tell.
pub fn of(engines: &[Named; 2], folder: &Path) -> BTreeSet<String> {
    let [subject, reference] = engines.each_ref().map(|named| names(&*named.engine, folder));
    match (subject, reference) {
        (Some(subject), Some(reference)) => reference.difference(&subject).cloned().collect(),
        _ => BTreeSet::new(),
    }
}

fn names(engine: &dyn Engine, folder: &Path) -> Option<BTreeSet<String>> {
    let text = b"builtins.concatStringsSep \" \" (builtins.attrNames builtins)".to_vec();
    let outcome = engine.evaluate(&Question::expression("builtins".to_owned(), text, folder).request(false));
    let printed = String::from_utf8(outcome.stdout).ok().filter(|_| outcome.ending == Ending::Exited(0))?;
    let names = printed.trim().strip_prefix('"')?.strip_suffix('"')?;
    Some(names.split(' ').map(str::to_owned).collect())
}

/// Whether a program names one of these builtins.
pub fn is_named(lacking: &BTreeSet<String>, program: &Expr) -> bool {
    let is_lacking = |name: &str| lacking.contains(name) || lacking.contains(name.trim_start_matches("__"));
    let in_path = |path: &[AttrName]| path.iter().any(|name| matches!(name, AttrName::Plain(name) if is_lacking(name)));
    let mut found = false;
    if !lacking.is_empty() {
        program.each(&mut |_, expr| {
            found |= match expr {
                Expr::Variable(name) => is_lacking(name),
                Expr::Select { path, .. } | Expr::HasAttribute { path, .. } => in_path(path),
                _ => false,
            };
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        case::Request,
        engine::{Embedded, Identity, Limits},
        outcome::Outcome,
        program::read,
    };

    /// The embedded evaluator, in which two builtins are not there.
    struct Poor(Embedded);

    impl Engine for Poor {
        fn identity(&self) -> &Identity {
            self.0.identity()
        }

        fn evaluate(&self, request: &Request) -> Outcome {
            let mut outcome = self.0.evaluate(request);
            let text = String::from_utf8(outcome.stdout).expect("text");
            outcome.stdout = text.replace(" sort ", " ").replace(" split ", " ").into_bytes();
            outcome
        }
    }

    #[test]
    fn what_the_subject_lacks_is_found() {
        let embedded = || Embedded::new(Limits::of_time(Duration::from_secs(60)));
        let named = |engine: Box<dyn Engine>| Named { name: "n".to_owned(), engine };
        let engines = [named(Box::new(Poor(embedded()))), named(Box::new(embedded()))];
        let lacking = of(&engines, Path::new("/"));
        assert_eq!(lacking, ["sort", "split"].map(str::to_owned).into());
        let check = |source: &str, expected: bool| {
            assert_eq!(is_named(&lacking, &read(source).expect("it parses")), expected, "{source}");
        };
        check("builtins.sort", true);
        check("[ (builtins ? split) ]", true);
        check("__sort", true);
        check("builtins.map", false);
        check("{ sort = 1; }", false);
    }
}
