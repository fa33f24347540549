//! Keeps the time of day out of changed programs. Two evaluators that run one after the other answer it differently,
//! and both are right. So no program that is made by change may hold the set of all builtins as a whole, for
//! `currentTime` is in it.

use crate::program::{AttrName, Binding, Expr};

/// Names of the time as a variable.
const TIME: [&str; 2] = ["currentTime", "__currentTime"];

/// Attributes of `builtins` that show the time, the second because it is the set itself.
const SHOWING: [&str; 2] = ["currentTime", "builtins"];

/// Whether a program may show the time of day.
pub fn is_shown(program: &Expr) -> bool {
    match program {
        Expr::Variable(name) => name == "builtins" || TIME.contains(&name.as_str()),
        _ if is_without_time(program) => false,
        _ => {
            let mut found = false;
            program.each_child(&mut |child| {
                found = found || !is_harmless(program, child) && is_shown(child);
            });
            found
        }
    }
}

/// Takes what shows the time of day out of a program. Gives whether there was anything.
pub fn hide(program: &mut Expr) -> bool {
    let is_shown = is_shown(program);
    if is_shown {
        take_out(program);
    }
    is_shown
}

fn take_out(program: &mut Expr) {
    match program {
        _ if is_without_time(program) => {}
        Expr::Variable(name) if name == "builtins" => *program = without_time(),
        Expr::Variable(name) if TIME.contains(&name.as_str()) => *program = Expr::Integer(1),
        _ => {
            let mut harmless = Vec::new();
            program.each_child(&mut |child| harmless.push(is_harmless(program, child)));
            let mut harmless = harmless.into_iter();
            program.each_child_mut(&mut |child| {
                if harmless.next() == Some(false) {
                    take_out(child);
                }
            });
        }
    }
}

/// All builtins but those that show the time.
fn without_time() -> Expr {
    let names = SHOWING.iter().map(|name| Expr::text(*name)).collect();
    Expr::builtin("removeAttrs", [Expr::variable("builtins"), Expr::List(names)])
}

fn is_without_time(expr: &Expr) -> bool {
    // This is asked of every expression of every program, and mostly answered by a look.
    let may_be = |call: &Expr| matches!(call, Expr::Apply(_, set) if matches!(&**set, Expr::Variable(name) if name == "builtins"));
    matches!(expr, Expr::Apply(call, _) if may_be(call)) && *expr == without_time()
}

/// Whether a child of an expression is `builtins`, and only certain members of it are asked for. What `with` brings into
/// scope is seen by its name.
fn is_harmless(expr: &Expr, child: &Expr) -> bool {
    // A node that the expression shares with itself stands in several places, of which one may show the time.
    let is_once = || {
        let mut count = 0;
        expr.each_child(&mut |other| count += usize::from(std::ptr::eq(other, child)));
        count == 1
    };
    let is_child =
        |other: &Expr| std::ptr::eq(other, child) && matches!(other, Expr::Variable(name) if name == "builtins");
    let is_harmless = match expr {
        Expr::Select { subject, path, .. } => {
            is_child(subject) && matches!(&path[0], AttrName::Plain(name) if !SHOWING.contains(&name.as_str()))
        }
        Expr::HasAttribute { subject, .. } => is_child(subject),
        Expr::With { namespace, .. } => is_child(namespace),
        Expr::Attrset { bindings, .. } | Expr::Let { bindings, .. } | Expr::LetBody(bindings) => {
            bindings.iter().any(|binding| match binding {
                Binding::Inherit(inherited) => {
                    inherited.from.as_deref().is_some_and(is_child)
                        && !inherited.names.iter().any(|name| SHOWING.contains(&name.as_str()))
                }
                Binding::Value { .. } => false,
            })
        }
        _ => false,
    };
    is_harmless && is_once()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Node, read::read};

    fn check(program: &str, hidden: &str) {
        let mut tree = read(program).expect("it parses");
        assert_eq!(is_shown(&tree), program != hidden, "{program}");
        assert_eq!(hide(&mut tree), program != hidden, "{program}");
        assert_eq!(tree.to_source(), hidden);
        assert!(!is_shown(&tree) && !hide(&mut tree), "once is enough: {hidden}");
    }

    #[test]
    fn builtins_are_not_held_as_a_whole() {
        let all = "builtins.removeAttrs builtins [ \"currentTime\" \"builtins\" ]";
        check("builtins", all);
        check("[ builtins ]", &format!("[ ({all}) ]"));
        check("builtins.currentTime", &format!("({all}).currentTime"));
        check("builtins.builtins.map", &format!("({all}).builtins.map"));
        check("builtins.${n}", &format!("({all}).${{n}}"));
        check("with builtins; currentTime + __currentTime", "with builtins; 1 + 1");
        check("{ inherit (builtins) map currentTime; }", &format!("{{ inherit ({all}) map currentTime; }}"));
        check("builtins.deepSeq builtins 1", &format!("builtins.deepSeq ({all}) 1"));
    }

    #[test]
    fn a_shared_node_is_looked_at_in_all_its_places() {
        let shared = Node::new(Expr::variable("builtins"));
        let mut program = Expr::With { namespace: shared.clone(), body: shared };
        assert!(is_shown(&program) && hide(&mut program) && !is_shown(&program));
    }

    #[test]
    fn what_asks_for_members_stays() {
        for program in [
            "builtins.map (x: x) [ ]",
            "builtins ? currentTime",
            "with builtins; map",
            "{ inherit (builtins) map head; }",
            "let inherit (builtins) map; in map",
        ] {
            check(program, program);
        }
    }
}
