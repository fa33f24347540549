//! What programs that embed the evaluator rely on.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::*;
use crate::errors::ErrorKind;
use crate::io::InMemory;

/// A program that runs for minutes, on little memory.
const LONG: &str = "
    let numbers = builtins.genList (x: x) 30000;
    in builtins.foldl' (a: b: builtins.foldl' (c: d: c + d) a numbers) 0 numbers";

fn evaluator() -> Evaluator {
    Evaluator::builder().in_memory(InMemory::new()).build().unwrap()
}

#[test]
fn only_what_is_looked_at_is_evaluated() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let messages = seen.clone();
    let evaluator = Evaluator::builder()
        .in_memory(InMemory::new())
        .on_message(move |line| messages.lock().unwrap().extend_from_slice(line))
        .build()
        .unwrap();
    let text =
        "{ b = builtins.trace \"b\" [ (builtins.trace \"element\" 1) (throw \"never\") ]; a = throw \"never\"; }";
    evaluator
        .evaluate(text, |set| {
            let attrs = set.as_attrs()?;
            assert_eq!(attrs.iter().map(|(name, _)| name).collect::<Vec<_>>(), [b"a", b"b"]);
            assert_eq!(attrs.in_creation_order().map(|(name, _)| name).collect::<Vec<_>>(), [b"b", b"a"]);
            let list = attrs.get("b").unwrap();
            assert!(!list.is_evaluated());
            assert_eq!(list.as_list()?.len(), 2);
            assert!(list.is_evaluated());
            assert_eq!(list.as_list()?.get(0).unwrap().as_int()?, 1);
            assert_eq!(list.as_list()?.get(0).unwrap().as_int()?, 1);
            assert!(attrs.get("missing").is_none());
            assert_eq!(format!("{set:?}"), "{ a = <CODE>; b = [ 1 <CODE> ]; }");
            Ok(())
        })
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&seen.lock().unwrap()), "trace: b\ntrace: element\n");
}

#[test]
fn types_are_checked_and_named() {
    let values = [
        ("null", Kind::Null),
        ("true", Kind::Bool),
        ("1", Kind::Int),
        ("1.5", Kind::Float),
        ("\"s\"", Kind::String),
        ("/a", Kind::Path),
        ("[ ]", Kind::List),
        ("{ }", Kind::Attrs),
        ("x: x", Kind::Function),
        ("builtins.map", Kind::Function),
        ("map (x: x)", Kind::Function),
    ];
    for (text, kind) in values {
        assert_eq!(evaluator().evaluate(text, |value| value.kind()).unwrap(), kind, "{text}");
        let is_int = evaluator().evaluate(text, |value| value.as_int());
        match kind {
            Kind::Int => assert_eq!(is_int.unwrap(), 1),
            _ => {
                let error = is_int.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Type);
                assert_eq!(error.message(), format!("expected an integer but found {}", kind.with_article()));
            }
        }
    }
}

#[test]
fn functions_are_called_and_described() {
    evaluator()
        .scope(|scope| {
            let add = scope.evaluate("{ x, y ? 2, ... }: x + y")?;
            let formals = add.formals()?.unwrap();
            let names: Vec<_> = formals.formals.iter().map(|formal| (&*formal.name, formal.has_default)).collect();
            assert_eq!((names, formals.ellipsis), (vec![(&b"x"[..], false), (b"y", true)], true));
            assert_eq!(add.call(scope.attrs([("x", scope.int(40))])?)?.as_int()?, 42);
            assert_eq!(scope.evaluate("x: x")?.formals()?, None);
            assert_eq!(scope.evaluate("builtins.head")?.formals()?, None);
            let functor = scope.evaluate("{ __functor = self: x: x + self.n; n = 1; }")?;
            assert_eq!(functor.call(scope.int(1))?.as_int()?, 2);
            let error = scope.int(1).call(scope.null()).unwrap_err();
            assert_eq!(error.message(), "attempt to call something which is not a function but an integer: 1");
            Ok(())
        })
        .unwrap();
}

#[test]
fn files_arguments_and_attribute_paths() {
    let files = InMemory::new()
        .file(
            "/p/default.nix",
            "{ system, n ? import ./n.nix }: { a.\"b.c\" = [ { inherit system n; } ]; f = { n }: n; }",
        )
        .file("/p/n.nix", "7");
    let evaluator = Evaluator::builder().in_memory(files).search_path("p=/p").build().unwrap();
    let input = Input::file("/p").argument("system", "x86_64-linux").argument_expression("n", "1 + 2");
    let shown = |input: Input| evaluator.evaluate(input, |value| value.force_deep()?.print()).unwrap();
    assert_eq!(shown(input.clone().attribute("a.\"b.c\".0")), b"{ n = 3; system = \"x86_64-linux\"; }");
    assert_eq!(shown(input.attribute("f")), b"3");
    assert_eq!(shown(Input::file("/p").argument("system", "s").attribute("a.\"b.c\".0.n")), b"7");
    assert_eq!(shown(Input::text("import <p/n.nix>")), b"7");
    let select = |path: &str| {
        evaluator
            .evaluate("{ a.b = [ { c = 1; } ]; }", |value| value.select(path)?.as_int())
            .map_err(|error| error.message().to_owned())
    };
    assert_eq!(select("a.b.0.c"), Ok(1));
    assert_eq!(select("a.b.1.c"), Err("there is no element '1' (of 'a.b.1.c')".to_owned()));
    assert_eq!(select("a.x"), Err("there is no attribute 'x' (of 'a.x')".to_owned()));
}

#[test]
fn errors_are_data() {
    let files = InMemory::new().file("/e.nix", "{\n  x = throw \"boom\";\n}\n");
    let evaluator = Evaluator::builder().in_memory(files).build().unwrap();
    let error = evaluator.evaluate("(import /e.nix).x", |value| value.as_int()).unwrap_err();
    assert_eq!((error.kind(), error.code(), error.message()), (ErrorKind::Thrown, "TP004", "boom"));
    let at = error.location().unwrap();
    assert_eq!((at.file.as_str(), at.line, at.column), ("/e.nix", 2, 7));
    assert!(at.source[at.offset..].starts_with("throw"));
    let lines: Vec<_> = error.trace().iter().map(|line| line.message.as_str()).collect();
    assert_eq!(lines, ["while calling the 'throw' builtin", "while evaluating the attribute 'x'"]);
    assert!(error.to_string().starts_with("error:\n       … while evaluating the attribute 'x'"), "{error}");
    let syntax = evaluator.evaluate("1 +", |_| Ok(())).unwrap_err();
    assert_eq!((syntax.kind(), syntax.location().unwrap().column), (ErrorKind::Syntax, 4));
    fn is_an_error<T: std::error::Error + Send + Sync + 'static>(_: &T) {}
    is_an_error(&error);
}

#[test]
fn builtins_of_the_host_are_like_others() {
    let calls = Arc::new(AtomicU64::new(0));
    let counter = calls.clone();
    let evaluator = Evaluator::builder()
        .in_memory(InMemory::new())
        .builtin(Builtin::new("next", ["ignored"], move |call| {
            Ok(call.scope().int(counter.fetch_add(1, Ordering::Relaxed) as i64))
        }))
        .builtin(
            Builtin::new("pick", ["which", "a", "b"], |call| {
                Ok(call.argument(if call.argument(0).as_bool()? { 1 } else { 2 }))
            })
            .lazy()
            .global()
            .documentation("The second argument or the third."),
        )
        .builtin(Builtin::new("refuse", ["x"], |_| Err(Error::thrown("refused"))))
        .builtin(Builtin::new("delay", ["text"], |call| call.scope().lazy(call.argument(0).as_bytes()?)))
        .builtin(Builtin::new("deep", ["f", "n"], |call| call.argument(0).call(call.argument(1))))
        .build()
        .unwrap();
    let shown = |text: &str| {
        let shown = evaluator.evaluate(text, |value| value.force_deep()?.print());
        shown.map_or_else(|error| error.message().to_owned(), |text| String::from_utf8(text).unwrap())
    };
    assert_eq!(shown("[ (__next 0) (builtins.next 0) (map builtins.next [ 1 2 ]) ]"), "[ 0 1 [ 2 3 ] ]");
    assert_eq!(calls.load(Ordering::Relaxed), 4);
    assert_eq!(shown("pick true 1 (throw \"lazy\")"), "1");
    assert_eq!(shown("pick (throw \"forced\") 1 2"), "forced");
    assert_eq!(shown("[ builtins.pick (pick true) (builtins ? next) ]"), "[ <PRIMOP> <PRIMOP-APP> true ]");
    assert_eq!(shown("builtins.tryEval (builtins.refuse 1)"), "{ success = false; value = false; }");
    assert_eq!(shown("builtins.delay \"{ a = [ 1 ]; }\""), "{ a = [ 1 ]; }");
    assert_eq!(shown("(pick false 1 { n = 5; }).n"), "5");
    // Machines on machines: the depth of calls bounds them, not the native stack.
    assert_eq!(shown("let f = n: if n == 0 then 0 else 1 + builtins.deep f (n - 1); in f 2000"), "2000");
    assert_eq!(shown("let f = n: builtins.deep f n; in f 0"), "stack overflow; max-call-depth exceeded");
    let error = evaluator.evaluate("builtins.refuse 1", |value| value.as_int()).unwrap_err();
    assert_eq!(error.trace()[0].message, "while calling the 'refuse' builtin");
    let taken = |name: &str| {
        let builtin = Builtin::new(name, ["x"], |call| Ok(call.argument(0)));
        Evaluator::builder().builtin(builtin.clone()).builtin(builtin).build().err().unwrap().message().to_owned()
    };
    assert_eq!(taken("map"), "there is a builtin 'map' already");
    assert_eq!(taken("mine"), "there is a builtin 'mine' already");
}

#[test]
fn budgets_end_evaluations() {
    let ended = |evaluator: Builder, text: &str| {
        let error =
            evaluator.in_memory(InMemory::new()).build().unwrap().evaluate(text, |value| value.as_int()).unwrap_err();
        assert!(error.is_budget(), "{error}");
        error.message().to_owned()
    };
    assert_eq!(ended(Evaluator::builder().fuel(100_000), LONG), "the evaluation ran out of fuel (the budget of steps)");
    let time = Evaluator::builder().time(Duration::from_millis(20));
    assert_eq!(ended(time, LONG), "the evaluation ran out of time");
    let memory = Evaluator::builder().heap_bytes(8 << 20);
    assert_eq!(
        ended(memory, "builtins.length (builtins.genList (x: x) 10000000)"),
        "the evaluation ran out of memory (the budget of heap bytes)"
    );
    // Fuel is the evaluation's, not that of each look at a value.
    let steps = Evaluator::builder().in_memory(InMemory::new()).fuel(20_000).build().unwrap();
    let looks = steps.scope(|scope| {
        let step = scope.evaluate("n: builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x) 1000)")?;
        Ok((0..1_000).take_while(|n| step.call(scope.int(*n)).is_ok()).count())
    });
    assert!((5..30).contains(&looks.unwrap()));
}

#[test]
fn other_threads_end_evaluations() {
    let interrupt = Interrupt::new();
    let evaluator = Evaluator::builder().in_memory(InMemory::new()).interrupt(interrupt.clone()).build().unwrap();
    let (sender, receiver) = std::sync::mpsc::channel();
    let running = std::thread::spawn(move || {
        sender.send(()).unwrap();
        let ended = evaluator.evaluate(LONG, |value| value.as_int());
        (ended, evaluator)
    });
    receiver.recv().unwrap();
    std::thread::sleep(Duration::from_millis(20));
    let asked = Instant::now();
    interrupt.set();
    let (ended, evaluator) = running.join().unwrap();
    assert!(asked.elapsed() < Duration::from_secs(5));
    assert_eq!(ended.unwrap_err().message(), "the evaluation was interrupted");
    interrupt.clear();
    assert_eq!(evaluator.evaluate("1", |value| value.as_int()).unwrap(), 1);
}

#[test]
fn an_evaluator_serves_many_threads() {
    let evaluator = evaluator();
    let sums: Vec<i64> = std::thread::scope(|threads| {
        let running: Vec<_> = (0..4)
            .map(|n| {
                let evaluator = &evaluator;
                threads.spawn(move || evaluator.evaluate(format!("{n} * 10 + {n}"), |value| value.as_int()).unwrap())
            })
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(sums, [0, 11, 22, 33]);
}

#[test]
fn wrong_choices_are_refused() {
    let message = |builder: Builder| builder.build().err().unwrap().message().to_owned();
    assert_eq!(
        message(Evaluator::builder().option("no-such-thing", "1")),
        "there is no option 'no-such-thing'; docs/settings.md lists all"
    );
    assert_eq!(
        message(Evaluator::builder().current_dir("here")),
        "the current folder must be an absolute path, not 'here'"
    );
    assert!(message(Evaluator::builder().option("pure-eval", "perhaps")).contains("'pure-eval'"));
    let pure =
        Evaluator::builder().in_memory(InMemory::new().file("/a", "1")).option("pure-eval", "true").build().unwrap();
    let error = pure.evaluate("import /a", |value| value.as_int()).unwrap_err();
    assert!(error.message().contains("forbidden in pure evaluation mode"), "{error}");
}

#[cfg(feature = "serde")]
mod with_serde {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Mode {
        Off,
        Only(i64),
        Range(i64, i64),
        Named { name: String },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Everything {
        none: Option<bool>,
        some: Option<bool>,
        small: u8,
        float: f64,
        texts: Vec<String>,
        pair: (i64, String),
        map: BTreeMap<String, i64>,
        modes: Vec<Mode>,
    }

    fn everything() -> Everything {
        Everything {
            none: None,
            some: Some(true),
            small: 255,
            float: 0.5,
            texts: vec![String::new(), "a\n\"${b}".to_owned()],
            pair: (i64::MAX, "p".to_owned()),
            map: BTreeMap::from([("a b".to_owned(), 1), ("c".to_owned(), 2)]),
            modes: vec![Mode::Off, Mode::Only(1), Mode::Range(1, 2), Mode::Named { name: "n".to_owned() }],
        }
    }

    #[test]
    fn there_and_back() {
        let (text, again) = evaluator()
            .scope(|scope| {
                let value = scope.serialize(&everything())?;
                Ok((String::from_utf8(value.print()?).unwrap(), value.deserialize::<Everything>()?))
            })
            .unwrap();
        assert_eq!(again, everything());
        assert!(
            text.contains("modes = [ \"Off\" { Only = 1; } { Range = [ 1 2 ]; } { Named = { name = \"n\"; }; } ]"),
            "{text}"
        );
        let read = evaluator().evaluate(text, |value| value.deserialize::<Everything>()).unwrap();
        assert_eq!(read, everything());
    }

    #[test]
    fn mismatches_name_their_place() {
        let place = |text: &str| {
            let read = evaluator().evaluate(text, |value| value.deserialize::<BTreeMap<String, Vec<Mode>>>());
            read.unwrap_err().message().to_owned()
        };
        assert_eq!(place("{ a.x = 1; }"), "at a: invalid type: map, expected a sequence");
        assert_eq!(
            place("{ \"a b\" = [ \"Off\" { Only = \"x\"; } ]; }"),
            "at \"a b\".1.Only: invalid type: string \"x\", expected i64"
        );
        assert_eq!(
            place("{ a = [ \"On\" ]; }"),
            "at a.0: unknown variant `On`, expected one of `Off`, `Only`, `Range`, `Named`"
        );
        assert_eq!(place("{ a = [ (throw \"inside\") ]; }"), "inside");
        assert_eq!(place("x: x"), "invalid type: a function, expected a map");
        let large = evaluator().scope(|scope| scope.serialize(&u64::MAX).map(|_| ()));
        assert_eq!(large.unwrap_err().message(), "the integer 18446744073709551615 is too large for Nix");
    }
}
