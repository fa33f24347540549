use nix_evaluator::session::Failed;

use super::*;

fn subject(source: &str) -> Subject<'_> {
    Subject { source: source.as_bytes(), tree: None, seed: 0 }
}

/// Programs that every oracle agrees about, or does not judge.
#[test]
fn what_is_right_is_agreed_on() {
    let mut runner = Runner::default();
    for source in [
        "1 - 2 * 3",
        "let f = a: b: c: [ a b c ]; g = f 1; in [ (g 2 3) (f 4 5 6) ]",
        "rec { f = x: if x == 0 then [ ] else [ x ] ++ f (x - 1); l = f 3; g = { a ? b, b ? 2 }: a + b; h = g { }; }",
        "builtins.trace \"a\" (builtins.map (x: builtins.trace x (x * 2)) [ 1 2 3 ])",
        "{ a = { b = 1; } // { c = 2; } // { b = 3; }; } // { d = builtins.sort (a: b: a < b) [ 3 1 2 ]; }",
        "let x = { a = throw \"no\"; }; in (builtins.tryEval x.a) // { b = x ? a; }",
        "{ a = x: x; b = (x: x) 1; c = [ (y: y) ]; }",
        "throw \"no\"",
        "let a = a; in a",
        "(a: b: a) 1",
        "assert 1 == 2; 3",
        "{ s = \"a\\n<&>\\\"\"; l = [ null true 1 ]; }",
        "1 +",
        "{ \"${\"set\"}\" = x: 0; }.set - 0",
        "[ (map 0 [ ]) (builtins.sort 0 [ ]) (builtins.mapAttrs 0 { }) (builtins.filter 0 [ ]) ]",
        // What is printed of these is another program, or none.
        "0 ((assert 0; 0) 0)",
        "dirOf <nix/fetchurl.nix>",
        "/.",
        "({ a ? /., b ? 1 }: b) { }",
        "{ ${/.} = 1; }",
        "0 /. [ ]",
        "/nowhere/${\"\\n\"}",
        "let \"or\" = 0; in ((builtins.tryEval) or).value",
        "let \"or\" = 1; in [ (builtins.typeOf or) ({ a = x: x; }.a or) ]",
    ] {
        for oracle in Oracle::all() {
            let verdict = oracle.judge(&mut runner, subject(source));
            assert!(matches!(verdict, Verdict::Agree | Verdict::NotApplicable), "{source}: {verdict:?}");
        }
    }
}

#[test]
fn what_two_oracles_evaluate_is_evaluated_once() {
    let check = |oracles: [Oracle; 2], evaluations: u64| {
        let mut runner = Runner::default();
        let judgement = judge(&mut runner, subject("{ a=[ 1 \"b\" ]; }"), oracles);
        assert!(judgement.agreed && judgement.difference.is_none(), "{oracles:?}: {judgement:?}");
        assert_eq!(runner.evaluations(), evaluations, "{oracles:?}");
        // Nothing stays for the next program.
        runner.run(b"1", Task::STRICT, Variant::default());
        runner.run(b"1", Task::STRICT, Variant::default());
        assert_eq!(runner.evaluations(), evaluations + 2, "{oracles:?}");
    };
    check([variants::Way::Sets, variants::Way::Bytecode].map(Oracle::Variant), 3);
    check([round_trip::Way::Json, round_trip::Way::Toml].map(Oracle::RoundTrip), 3);
    check([Oracle::NoCrash, Oracle::RoundTrip(round_trip::Way::Print)], 2);
}

#[test]
fn two_are_drawn_that_differ_and_none_is_left_out() {
    let drawn: Vec<[Oracle; 2]> =
        (0_u64..4096).map(|number| Oracle::drawn(number.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    assert!(drawn.iter().all(|[one, other]| one != other));
    for oracle in Oracle::all() {
        assert!(drawn.as_flattened().contains(&oracle), "{}", oracle.name());
    }
}

/// An evaluator with a fault in one variant, or in one task.
fn faulty(find: fn(&[u8], Task, Variant) -> Option<Observed>) -> Runner {
    Runner::with_fault(find)
}

fn says(text: &str) -> Option<Observed> {
    Some(Observed::Answered(Answer { result: Ok(text.into()), effects: Vec::new() }))
}

#[test]
fn each_oracle_finds_a_fault() {
    let wrong: &[(Oracle, Fault)] = &[
        (Oracle::NoCrash, |_, _, _| Some(Observed::Crashed("finalised twice".to_owned()))),
        (
            Oracle::Variant(variants::Way::Bytecode),
            |_, _, variant| {
                if variant.plain_bytecode { says("2") } else { None }
            },
        ),
        (Oracle::Variant(variants::Way::Generators), |_, task, variant| {
            if variant.generators_only && task == Task::EvaluateAndForce { says("2") } else { None }
        }),
        (Oracle::Variant(variants::Way::Sets), |_, _, variant| {
            let answer = Answer { result: Ok(b"{ a = 1; }\n".into()), effects: b"trace: once more\n".into() };
            variant.flat_sets.then_some(Observed::Answered(answer))
        }),
        (Oracle::Variant(variants::Way::Everything), |_, _, variant| {
            let result = Err(Failed { kind: ErrorKind::Type, message: b"no".into() });
            let answer = Answer { result, effects: Vec::new() };
            variant.flat_sets.then_some(Observed::Answered(answer))
        }),
        (Oracle::RoundTrip(round_trip::Way::Parse), |source, _, _| {
            if source == b"{ a = 1; }" { says("{ a = 2; }") } else { says("{ a = 3; }") }
        }),
        (Oracle::RoundTrip(round_trip::Way::Print), |source, _, _| {
            if source == b"{ a = 1; }" { says("{ a = 10; }") } else { says("{ a = 1; }") }
        }),
        (Oracle::RoundTrip(round_trip::Way::Json), |source, _, _| {
            if source.starts_with(b"builtins.fromJSON") { says("{\"a\":2}") } else { None }
        }),
        (Oracle::RoundTrip(round_trip::Way::Xml), |source, _, _| {
            if source.starts_with(b"builtins.fromJSON") { says("<expr><null /></expr>") } else { None }
        }),
        (Oracle::RoundTrip(round_trip::Way::Toml), |source, _, _| {
            if source.starts_with(b"(builtins.fromTOML") { says("{\"a\":\"1\"}") } else { None }
        }),
    ];
    for (oracle, fault) in wrong {
        let verdict = oracle.judge(&mut faulty(*fault), subject("{ a = 1; }"));
        let Verdict::Differ(difference) = verdict else { panic!("{oracle:?}: {verdict:?}") };
        let text = difference.to_string();
        assert!(text.contains("{ a = 1; }") && text.contains("the other gives"), "{text}");
    }
}

#[test]
fn budgets_are_inconclusive() {
    let mut runner = Runner::default();
    let runaway = "let f = x: f (x + 1); in f 0";
    for oracle in
        [Oracle::NoCrash, Oracle::Variant(variants::Way::Everything), Oracle::RoundTrip(round_trip::Way::Json)]
    {
        assert_eq!(oracle.judge(&mut runner, subject(runaway)), Verdict::Inconclusive, "{oracle:?}");
    }
    let deep = "let f = x: 1 + f x; in f 0";
    assert_eq!(Oracle::Variant(variants::Way::Bytecode).judge(&mut runner, subject(deep)), Verdict::Inconclusive);
}

#[test]
fn after_a_budget_ran_out_only_what_does_not_evaluate_is_asked() {
    let check = |source: &str, oracles: &[Oracle], inconclusive: bool, agreed: bool, evaluations: u64| {
        let mut runner = Runner::default();
        let judgement = judge(&mut runner, subject(source), oracles.iter().copied());
        assert_eq!(judgement, Judgement { difference: None, inconclusive, agreed }, "{source}");
        assert_eq!(runner.evaluations(), evaluations, "{source}");
    };
    let parse = Oracle::RoundTrip(round_trip::Way::Parse);
    let variant = Oracle::Variant(variants::Way::Sets);
    let runaway = "let f = x: f (x + 1); in f 0";
    check("1+1", &[Oracle::NoCrash, variant, parse], false, true, 1 + 2 + 3);
    check(runaway, &[Oracle::NoCrash, variant], true, false, 1);
    check(runaway, &[Oracle::NoCrash, variant, parse], true, true, 1 + 3);
    check(runaway, &[variant, parse], true, true, 2 + 3);
}

#[test]
fn nobody_is_asked_after_a_difference() {
    let mut runner =
        faulty(|_, task, _| if task == Task::STRICT { Some(Observed::Crashed("no".to_owned())) } else { None });
    let oracles = [Oracle::Variant(variants::Way::Sets), Oracle::NoCrash, Oracle::Variant(variants::Way::Bytecode)];
    let judgement = judge(&mut runner, subject("1"), oracles);
    assert!(matches!(judgement.difference, Some((Oracle::NoCrash, _))) && judgement.agreed, "{judgement:?}");
    assert_eq!(runner.evaluations(), 3);
}

#[test]
fn effects_are_compared_but_for_names_of_functions() {
    let check = |left: &str, right: &str, expected: bool| {
        assert_eq!(same_effects(left.as_bytes(), right.as_bytes()), expected, "{left} {right}");
    };
    check("trace: 1\n", "trace: 1\n", true);
    check("trace: 1\n", "trace: 1\ntrace: 1\n", false);
    check("trace: «lambda f @ «string»:1:2»\n", "trace: «lambda @ «string»:1:9»\n", true);
    check("trace: [ «thunk» ]\n", "trace: [ 1 ]\n", true);
}

#[test]
fn the_definition_finds_a_fault() {
    let source = "[ (1 + 1) (builtins.trace 0 (x: x)) ]";
    let tree = crate::program::read(source).expect("a program");
    let check = |mut runner: Runner, seed, differs: bool| {
        let subject = Subject { source: source.as_bytes(), tree: Some(&tree), seed };
        let verdict = Oracle::Definition.judge(&mut runner, subject);
        assert_eq!(matches!(verdict, Verdict::Differ(_)), differs, "{verdict:?}");
        assert_eq!(verdict == Verdict::Agree, !differs, "{verdict:?}");
    };
    for seed in [0, 1] {
        check(Runner::default(), seed, false);
        check(faulty(|_, _, _| says("[ 2 <LAMBDA> ]\n")), seed, true);
        check(faulty(|_, _, _| Some(Observed::Crashed("finalised twice".to_owned()))), seed, true);
    }
}
