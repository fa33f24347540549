use super::*;
use crate::program::{BinaryOperator, Expr, Formal, Inherited, Lambda, Node, Parameter, Pattern, UnaryOperator};

fn variable(name: &str) -> Expr {
    Expr::variable(name)
}

fn number(value: u64) -> Expr {
    Expr::Integer(value)
}

fn set(bindings: Vec<Binding>) -> Expr {
    Expr::Attrset { recursive: false, bindings }
}

fn recursive(bindings: Vec<Binding>) -> Expr {
    Expr::Attrset { recursive: true, bindings }
}

fn traced(text: &str, expr: Expr) -> Expr {
    Expr::builtin("trace", [Expr::text(text), expr])
}

fn binary(operator: BinaryOperator, left: Expr, right: Expr) -> Expr {
    Expr::binary(operator, left, right)
}

fn inherit(from: Option<Expr>, names: &[&str]) -> Binding {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Binding::Inherit(Inherited { from: from.map(Node::new), names })
}

/// Programs with each form that a rewrite applies to.
fn programs() -> Vec<Expr> {
    use BinaryOperator as Operator;
    let update = |a, b| binary(Operator::Update, a, b);
    let one = |name: &str, value| set(vec![Binding::new(name, value)]);
    let pattern = Pattern {
        formals: vec![
            Formal { name: "a".into(), default: Some(variable("b")) },
            Formal { name: "b".into(), default: None },
        ],
        ellipsis: false,
        at: None,
    };
    let by_pattern = Expr::Lambda(Lambda {
        parameter: Parameter::Pattern(pattern),
        body: Node::new(binary(Operator::Add, variable("a"), variable("b"))),
    });
    vec![
        update(
            update(one("a", traced("1", number(1))), traced("2", one("a", number(2)))),
            traced("3", one("b", number(3))),
        ),
        update(one("a", number(1)), update(traced("x", one("b", number(2))), number(3))),
        binary(Operator::Greater, traced("l", number(1)), traced("r", number(2))),
        binary(Operator::LessOrEqual, traced("l", number(1)), traced("r", number(2))),
        binary(Operator::And, traced("l", variable("true")), traced("r", variable("false"))),
        binary(Operator::Or, traced("l", variable("false")), number(1)),
        binary(Operator::Implies, variable("true"), traced("r", variable("false"))),
        binary(Operator::NotEqual, number(1), number(2)),
        Expr::If {
            condition: Node::new(traced("c", variable("true"))),
            consequence: Node::new(number(1)),
            alternative: Node::new(number(2)),
        },
        Expr::Unary(UnaryOperator::Negate, Node::new(traced("n", number(7)))),
        Expr::List(vec![traced("1", number(1)), traced("2", Expr::builtin("throw", [Expr::text("no")])), number(3)]),
        set(vec![
            Binding::new("z", traced("z", number(1))),
            Binding::new("y", Expr::builtin("throw", [Expr::text("y")])),
        ]),
        Expr::Select {
            subject: Node::new(one("a", one("b", traced("deep", number(4))))),
            path: ["a", "b"].map(|name| AttrName::Plain(name.into())).to_vec(),
            default: None,
        },
        Expr::bind(
            vec![Binding::new("s", one("x", traced("once", number(1)))), inherit(Some(variable("s")), &["x"])],
            Expr::List(vec![variable("x"), variable("x")]),
        ),
        Expr::bind(vec![Binding::new("x", traced("once", number(1)))], set(vec![inherit(None, &["x"])])),
        recursive(vec![
            Binding::new("f", Expr::lambda("n", variable("g").apply(variable("n")))),
            Binding::new("g", Expr::lambda("n", binary(Operator::Multiply, variable("n"), number(2)))),
            Binding::new("h", traced("h", variable("f").apply(number(21)))),
        ]),
        Expr::LetBody(vec![Binding::new("x", traced("x", number(1))), Binding::new("body", variable("x"))]),
        Expr::With {
            namespace: Node::new(set(vec![Binding::new("x", traced("x", number(1))), Binding::new("map", number(2))])),
            body: Node::new(Expr::List(vec![variable("x"), variable("map"), Expr::lambda("x", variable("x"))])),
        },
        Expr::lambda("x", traced("called", Expr::List(vec![variable("x"), variable("x")])))
            .apply(traced("a", number(1))),
        Expr::bind(vec![Binding::new("x", traced("x", number(1)))], traced("body", variable("x"))),
        by_pattern.apply(one("b", traced("b", number(1)))),
        Expr::Assert {
            condition: Node::new(binary(Operator::Equal, traced("l", number(1)), traced("r", number(2)))),
            body: Node::new(number(3)),
        },
        Expr::bind(vec![Binding::new("x", variable("x"))], variable("x")),
    ]
}

#[test]
fn every_rewrite_applies_somewhere_and_keeps_value_and_effects() {
    let mut runner = Runner::default();
    let mut applied = BTreeSet::new();
    for program in programs() {
        for rewrite in ALL {
            for seed in 0..40 {
                let seed = seed * ALL.len() as u64 + (seed << 32);
                let Some(rewritten) = rewrite_by(*rewrite, &program, seed) else { continue };
                applied.insert(rewrite.name);
                assert_ne!(rewritten.program, program, "{}", rewrite.name);
                let found = verdict(&mut runner, &program, &rewritten);
                if let Verdict::Differ(difference) = &found {
                    panic!("{difference}");
                }
                assert_eq!(found, Verdict::Agree);
            }
        }
    }
    let missing: Vec<_> = ALL.iter().map(|rewrite| rewrite.name).filter(|name| !applied.contains(name)).collect();
    assert!(missing.is_empty(), "no program for {missing:?}");
}

/// What is said of a program and a rewrite of it.
fn verdict(runner: &mut Runner, program: &Expr, rewritten: &Rewritten) -> Verdict {
    judge_by(runner, program.to_source().as_bytes(), program, rewritten)
}

/// What a rewrite makes of a whole program, at its root.
fn check(apply: fn(&Expr, &Context<'_>) -> Option<Expr>, program: Expr, expected: Option<&str>) {
    let context = Context { fresh: "v", bound: Vec::new(), uses_xml: false, seed: 0 };
    let new = apply(&program, &context).map(|new| new.to_source());
    assert_eq!(new.as_deref(), expected, "{}", program.to_source());
}

#[test]
fn conditions_are_observed() {
    let x = || variable("x");
    let bind = |value, body| Expr::bind(vec![Binding::new("x", value)], body);
    check(bindings::inline, bind(variable("y"), x()), Some("let in y"));
    check(bindings::inline, bind(variable("y"), Expr::List(vec![x(), x()])), None);
    check(bindings::inline, bind(variable("y"), Expr::lambda("z", x())), None);
    check(bindings::inline, bind(number(1), Expr::lambda("z", Expr::List(vec![x(), x()]))), Some("let in z: [ 1 1 ]"));
    let capturing = Expr::bind(vec![Binding::new("y", number(1))], x());
    check(bindings::inline, bind(variable("y").apply(number(1)), capturing), None);
    let under_with = |body| Expr::With { namespace: Node::new(variable("ns")), body: Node::new(body) };
    check(bindings::inline, bind(variable("y"), under_with(x())), None);
    check(bindings::inline, bind(variable("map"), under_with(x())), Some("let in with ns; map"));
    check(bindings::inline, bind(x(), x()), None);
    check(bindings::rename, bind(x(), set(vec![inherit(None, &["x"])])), None);
    check(bindings::rename, bind(x(), x()), Some("let v = v; in v"));
    check(bindings::call_to_let, Expr::lambda("x", x()).apply(x()), None);
    check(bindings::let_to_call, bind(x(), x()), None);
    let computed = Expr::Attrset {
        recursive: false,
        bindings: vec![Binding::Value { path: vec![AttrName::Computed(x())], value: number(1).into() }],
    };
    check(bindings::inline, bind(Expr::text("a"), computed), None);
    check(operators::inherit_to_binding, set(vec![inherit(None, &["a b"])]), None);
    check(bindings::float_here, x(), None);
    check(bindings::float_out, Expr::lambda("y", number(1)), None);
    check(operators::inherit_to_binding, recursive(vec![inherit(None, &["x"])]), None);
    check(operators::inherit_to_binding, set(vec![inherit(Some(x().apply(x())), &["a", "b"])]), None);
    check(operators::rec_to_let, recursive(vec![Binding::new("__overrides", set(vec![]))]), None);
    check(
        bindings::with_to_select,
        Expr::With {
            namespace: Node::new(set(vec![Binding::new("x", number(1))])),
            body: Node::new(Expr::List(vec![x(), Expr::lambda("x", x()), under_with(x())])),
        },
        Some("let v = { x = 1; }; in with v; [ v.x (x: x) (with ns; x) ]"),
    );
}

#[test]
fn a_wrong_rewrite_is_found() {
    let program = binary(BinaryOperator::Update, traced("l", set(vec![])), traced("r", set(vec![])));
    // Turns the operands around, and with them the order in which they are evaluated.
    let wrong = Rewrite {
        name: "wrong",
        apply: |expr, _| match expr {
            Expr::Binary(BinaryOperator::Update, left, right) => {
                Some(Expr::binary(BinaryOperator::Update, (**right).clone(), (**left).clone()))
            }
            _ => None,
        },
    };
    let rewritten = rewrite_by(wrong, &program, 0).expect("it applies");
    let found = verdict(&mut Runner::default(), &program, &rewritten);
    let Verdict::Differ(difference) = found else { panic!("{found:?}") };
    let text = difference.to_string();
    assert!(text.contains("rewrite (wrong)") && text.contains("trace: r\ntrace: l"), "{text}");
    // One that loses sharing shows by its effects.
    let shared =
        Expr::bind(vec![Binding::new("x", traced("x", number(1)))], Expr::List(vec![variable("x"), variable("x")]));
    let unshared = Expr::List(vec![traced("x", number(1)), traced("x", number(1))]);
    let rewritten = Rewritten { rewrite: "inline what is used twice", program: unshared };
    assert!(matches!(verdict(&mut Runner::default(), &shared, &rewritten), Verdict::Differ(_)));
}

#[test]
fn the_order_in_which_names_occur_is_no_matter() {
    // Deep forcing goes by it: without the set in front, the two would fail differently.
    let failing = |name: &str| Binding::new(name, Expr::builtin("throw", [Expr::text(name)]));
    let program = set(vec![failing("z"), failing("a")]);
    let turned = Rewritten { rewrite: "turn", program: set(vec![failing("a"), failing("z")]) };
    assert_eq!(verdict(&mut Runner::default(), &program, &turned), Verdict::Agree);
}
