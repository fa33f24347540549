use super::*;
use crate::errors::highlight::filter_escapes;

const PLAIN: Variant = Variant { plain_bytecode: true, generators_only: true, flat_sets: true };

fn text(answer: &Answer) -> String {
    let result = match &answer.result {
        Ok(text) => String::from_utf8_lossy(text).into_owned(),
        Err(failed) => {
            format!("{:?}: {}\n", failed.kind, String::from_utf8_lossy(&filter_escapes(&failed.message, false)))
        }
    };
    String::from_utf8_lossy(&answer.effects).into_owned() + &result
}

/// Every case in one session, in every variant.
fn check(cases: &[(&str, Task, &str)]) {
    let mut session = Session::default();
    for variant in [Variant::default(), PLAIN] {
        for (source, task, expected) in cases {
            let answer = session.run(source.as_bytes(), *task, variant, Budget::default());
            assert_eq!(text(&answer), format!("{expected}\n"), "{source} with {variant:?}");
        }
    }
}

#[test]
fn answers_are_those_of_the_command_line() {
    let of = |output| Task::Evaluate { strict: true, output };
    check(&[
        ("1 + 1", Task::STRICT, "2"),
        ("builtins.trace \"seen\" [ (1 - 2) ]", Task::STRICT, "trace: seen\n[ -1 ]"),
        ("{ a = x: x; b = 1 + 1; }", Task::LAZY, "{ a = <CODE>; b = <CODE>; }"),
        ("rec { a = x: a; b = 1; }", Task::LAZY, "{ a = <CODE>; b = 1; }"),
        ("throw \"no\"", Task::STRICT, "Thrown: no"),
        ("{ b = 1; a = [ null ]; }", of(Output::Json), "{\"a\":[null],\"b\":1}"),
        ("a: b", Task::Parse, "UndefinedVariable: undefined variable 'b'"),
        ("a: a + 1", Task::Parse, "(a: (a + 1))"),
        ("(a: { b ? a }: b) 1 { }", Task::STRICT, "1"),
        ("builtins.currentTime", Task::STRICT, "1"),
        ("{ a = 1 + 1; }", Task::EvaluateAndForce, "{ a = <CODE>; }\n{ a = 2; }"),
        (
            "{ a = builtins.trace \"seen\" (throw \"no\"); }",
            Task::EvaluateAndForce,
            "{ a = <CODE>; }\ntrace: seen\nThrown: no",
        ),
        ("builtins.trace \"seen\" (throw \"no\")", Task::EvaluateAndForce, "trace: seen\nThrown: no"),
        ("import ./there.nix", Task::STRICT, "System: path '/case/there.nix' does not exist"),
    ]);
}

#[test]
fn what_one_case_names_the_next_does_not_know() {
    // Of two attributes that fail, the one whose name was created first is reported.
    let mut session = Session::default();
    let mut answer =
        |source: &str| text(&session.run(source.as_bytes(), Task::STRICT, Variant::default(), Budget::default()));
    let failing = "{ zz1 = throw \"z\"; aa1 = throw \"a\"; }";
    let alone = answer(failing);
    assert_eq!(alone, "Thrown: z\n");
    answer("{ aa1 = 1; }");
    assert_eq!(answer(failing), alone);
}

#[test]
fn budgets_end_a_case_and_not_the_session() {
    let mut session = Session::default();
    let budget = Budget { fuel: 100_000, heap_bytes: 4 << 20 };
    for runaway in [
        "let f = x: f (x + 1); in f 0",
        "let f = x: [ (f x) ]; in builtins.deepSeq (f 1) 1",
        "builtins.genList (x: x) 100000000",
        "let l = builtins.genList (x: x) 1000; f = x: builtins.trace (builtins.toJSON l) (f x); in f 1",
        "let l = builtins.genList (x: x) 1000; f = x: builtins.warn (builtins.toJSON l) (f x); in f 1",
    ] {
        let answer = session.run(runaway.as_bytes(), Task::STRICT, Variant::default(), budget);
        assert!(answer.is_inconclusive(), "{runaway}: {}", text(&answer));
    }
    assert_eq!(text(&session.run(b"1", Task::STRICT, Variant::default(), budget)), "1\n");
}

#[test]
fn many_names_are_forgotten_and_the_builtins_kept() {
    let mut session = Session::default();
    for round in 0..4 {
        let names: String = (0..20_000).map(|n| format!("a-rather-long-name-{round}-{n} = {n}; ")).collect();
        let source = format!("(with {{ {names} }}; a-rather-long-name-{round}-7) + builtins.length [ builtins.map ]");
        let answer = session.run(source.as_bytes(), Task::STRICT, Variant::default(), Budget::default());
        assert_eq!(text(&answer), "8\n");
    }
}
