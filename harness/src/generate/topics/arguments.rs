//! Builtins of two and three arguments and operators, each with a probe at every argument: the order of forcing shows.
//! Each is as likely as any other, and each call gives a value, so that nothing keeps the calls behind it from being made.

use super::{call, function, list, set, text, var};
use crate::{
    generate::Generator,
    program::{BinaryOperator as Operator, Expr, Node},
};

/// Builtins, and how to make arguments for them.
type Arguments = fn() -> Vec<Expr>;

fn integer(value: u64) -> Expr {
    Expr::Integer(value)
}

fn identity() -> Expr {
    Expr::lambda("x", var("x"))
}

fn named(value: u64) -> Expr {
    set([("a", integer(value))])
}

const BUILTINS: &[(&str, Arguments)] = &[
    ("add", || vec![integer(1), integer(2)]),
    ("sub", || vec![integer(3), integer(1)]),
    ("mul", || vec![integer(3), integer(2)]),
    ("div", || vec![integer(7), integer(2)]),
    ("bitAnd", || vec![integer(6), integer(3)]),
    ("bitOr", || vec![integer(6), integer(3)]),
    ("bitXor", || vec![integer(6), integer(3)]),
    ("lessThan", || vec![integer(1), integer(2)]),
    ("seq", || vec![integer(1), integer(2)]),
    ("deepSeq", || vec![list([integer(1)]), integer(2)]),
    ("elem", || vec![integer(1), list([integer(2), integer(1)])]),
    ("elemAt", || vec![list([integer(1), integer(2)]), integer(1)]),
    ("filter", || vec![Expr::lambda("x", var("true")), list([integer(1)])]),
    ("map", || vec![identity(), list([integer(1)])]),
    ("genList", || vec![identity(), integer(2)]),
    ("sort", || vec![var("builtins").select("lessThan"), list([integer(2), integer(1)])]),
    ("any", || vec![identity(), list([var("true")])]),
    ("all", || vec![identity(), list([var("true")])]),
    ("partition", || vec![identity(), list([var("true")])]),
    ("groupBy", || vec![identity(), list([text("a")])]),
    ("concatMap", || vec![Expr::lambda("x", list([var("x")])), list([integer(1)])]),
    ("concatStringsSep", || vec![text(","), list([text("a"), text("b")])]),
    ("compareVersions", || vec![text("1"), text("2")]),
    ("getAttr", || vec![text("a"), named(1)]),
    ("hasAttr", || vec![text("a"), named(1)]),
    ("removeAttrs", || vec![named(1), list([text("b")])]),
    ("intersectAttrs", || vec![named(1), named(2)]),
    ("mapAttrs", || vec![function(&["n", "v"], var("v")), named(1)]),
    ("zipAttrsWith", || vec![function(&["n", "v"], var("v")), list([named(1)])]),
    ("catAttrs", || vec![text("a"), list([named(1)])]),
    ("appendContext", || vec![text("a"), set([])]),
    ("match", || vec![text("a(b)"), text("ab")]),
    ("split", || vec![text("b"), text("abc")]),
    ("hashString", || vec![text("md5"), text("a")]),
    ("toFile", || vec![text("a"), text("b")]),
    ("unsafeGetAttrPos", || vec![text("b"), named(1)]),
    ("foldl'", || vec![function(&["x", "y"], var("y")), integer(0), list([integer(1)])]),
    ("substring", || vec![integer(0), integer(1), text("abc")]),
    ("replaceStrings", || vec![list([text("a")]), list([text("b")]), text("aa")]),
    ("trace", || vec![text("traced"), integer(1)]),
    ("addErrorContext", || vec![text("told"), integer(1)]),
];

fn operands(operator: Operator) -> (Expr, Expr) {
    match operator {
        Operator::And | Operator::Or | Operator::Implies => (var("true"), var("false")),
        Operator::Update => (named(1), set([("b", integer(2))])),
        Operator::Concatenate => (list([integer(1)]), list([integer(2)])),
        _ => (integer(6), integer(2)),
    }
}

/// A call of any builtin of the table.
fn builtin(g: &mut Generator<'_, '_>) -> (&'static str, Vec<Expr>) {
    let (name, arguments) = BUILTINS[g.below(BUILTINS.len())];
    (name, arguments())
}

pub(super) fn make(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(10) {
        0 | 1 => {
            let operator = g.pick(&Operator::PLAIN);
            let (left, right) = operands(operator);
            let (left, right) = if g.chance(128) && operator.is_logical() { (right, left) } else { (left, right) };
            Expr::binary(operator, g.traced(left), g.traced(right))
        }
        2 => {
            let (consequence, alternative) = (g.traced(integer(1)), g.traced(integer(2)));
            let condition = var(g.pick(&["true", "false"]));
            let condition = g.traced(condition);
            Expr::If {
                condition: Node::new(condition),
                consequence: Node::new(consequence),
                alternative: Node::new(alternative),
            }
        }
        3 => {
            // Elements, keys and values that nothing needs, or one after the other.
            let elements = list((0..2 + g.below(3) as u64).map(|number| g.traced(integer(number))).collect::<Vec<_>>());
            match g.below(6) {
                0 => call("length", [call("sort", [function(&["a", "b"], var("true")), elements])]),
                1 => call("length", [call("partition", [Expr::lambda("x", var("true")), elements]).select("right")]),
                2 => call("elemAt", [elements, integer(1)]),
                3 => call("concatMap", [Expr::lambda("x", list([])), elements]),
                4 => call("toString", [elements]),
                _ => call(
                    "genericClosure",
                    [set([
                        ("startSet", list([set([("key", g.traced(integer(1)))])])),
                        ("operator", Expr::lambda("x", list([]))),
                    ])],
                ),
            }
        }
        _ => {
            let (name, arguments) = builtin(g);
            let arguments: Vec<Expr> = arguments.into_iter().map(|argument| g.traced(argument)).collect();
            let called = call(name, arguments);
            if name == "partition" || name == "mapAttrs" { called } else { list([called]) }
        }
    }
}

/// Of two arguments or operands that fail, the one that is forced first decides.
pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    let thrown = |label: usize| call("throw", [text(["first", "second", "third"][label])]);
    if g.chance(60) {
        return Expr::binary(g.pick(&Operator::PLAIN), thrown(0), thrown(1));
    }
    let (name, arguments) = builtin(g);
    let wrong = |g: &mut Generator<'_, '_>, label: usize| match g.below(4) {
        0 => integer(1),
        1 => text("a"),
        _ => thrown(label),
    };
    let arguments: Vec<Expr> = (0..arguments.len()).map(|label| wrong(g, label)).collect();
    call(name, arguments)
}

impl Operator {
    /// Whether it takes Booleans.
    fn is_logical(self) -> bool {
        matches!(self, Operator::And | Operator::Or | Operator::Implies)
    }
}
