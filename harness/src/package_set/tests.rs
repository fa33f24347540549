//! Walks over small sets, on two evaluators of which one answers as a test wants.

use std::{fs, sync::Mutex, sync::atomic::AtomicBool, time::Duration};

use super::*;
use crate::{
    case::{Request, fixture},
    differential,
    engine::{Embedded, Engine, Identity, Limits},
    known::Known,
};

/// The embedded evaluator with answers that are changed, given what was asked.
struct Changed {
    engine: Embedded,
    change: fn(&str, &mut Outcome),
    asked: Mutex<usize>,
}

impl Engine for Changed {
    fn identity(&self) -> &Identity {
        self.engine.identity()
    }

    fn evaluate(&self, request: &Request) -> Outcome {
        *self.asked.lock().expect("no panic") += 1;
        let mut outcome = self.engine.evaluate(request);
        (self.change)(&String::from_utf8_lossy(&request.stdin), &mut outcome);
        outcome
    }
}

const LIMITS: Limits = Limits::of_time(Duration::from_secs(60));

/// What came of each attribute, a line each, sorted: its name, verdict, bucket and what the subject printed.
fn walk(set: &str, chunk: usize, messages: bool, change: fn(&str, &mut Outcome)) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("set.nix");
    fs::write(&file, set).expect("writable");
    let flags = ["--eval", "--strict", "--json", "-"];
    let request = Request {
        arguments: flags.map(Into::into).into(),
        environment: fixture::environment(),
        current_dir: folder.path().to_owned(),
        stdin: Vec::new(),
        count_work: false,
    };
    let file = format!("(/. + {})", driver::quoted(file.to_str().expect("text")));
    let arguments = vec![("given".to_owned(), "1 + 1 # two".to_owned())];
    let target = Target { file, arguments, attribute: Vec::new(), request };
    let named = |name: &str, engine| Named { name: name.to_owned(), engine };
    let changed = Changed { engine: Embedded::new(LIMITS), change, asked: Mutex::new(0) };
    let engines = [named("a", Box::new(Embedded::new(LIMITS)) as Box<dyn Engine>), named("b", Box::new(changed))];
    let (known, stop) = (Known::default(), AtomicBool::new(false));
    let rules = Rules {
        jobs: 2,
        finest: Level::Message,
        count_work: false,
        twice: false,
        known: &known,
        today: jiff::civil::date(2030, 1, 1),
        stop: &stop,
    };
    let root = Root::ask(&target, &engines).unwrap_or_else(|said| panic!("{said}"));
    let walk = Walk { target, engines: &engines, chunk, messages, finished: HashMap::new() };
    let mut tally = differential::Tally::new(&engines, rules);
    let mut lines = Vec::new();
    let tasks = walk.tasks(root, None, rules).map(Ok);
    let complete = differential::run(
        tasks,
        |task| walk.ask(task, rules, |_| ()),
        rules,
        &mut tally,
        |answered| {
            let (_, worst) = answered.worst();
            let printed = String::from_utf8_lossy(&answered.outcomes[0].stdout).into_owned();
            let bucket = worst.bucket.as_deref().unwrap_or_default();
            let line = format!("{} {} {bucket} {printed}", answered.question.name, worst.verdict);
            lines.push(line.trim_end().replace("  ", " "));
            Ok(())
        },
    );
    assert!(complete.expect("no question fails"));
    lines.sort();
    lines
}

fn unchanged(_: &str, _: &mut Outcome) {}

/// The same walk, however many attributes are asked for together.
fn check(set: &str, change: fn(&str, &mut Outcome), expected: &[&str]) {
    for chunk in [1, 2, 3, 64] {
        assert_eq!(walk(set, chunk, false, change), expected, "{chunk} together");
    }
}

const SET: &str = r#"{ given, other ? 3 }: {
    arguments = [ given other ];
    deep = { recurseForDerivations = true; "x.y" = given; inner = { recurseForDerivations = false; z = 1; }; };
    drv = derivation { name = "d"; system = "s"; builder = "b"; };
    endless = let x = x; in x;
    f = { a, b ? 1 }: a;
    path = /. + "a";
    thrown = throw "no";
    wrong = 1 + "a";
}"#;

#[test]
fn every_attribute_is_told_and_none_hides_another() {
    let drv =
        walk("{ ... }: { drv = derivation { name = \"d\"; system = \"s\"; builder = \"b\"; }; }", 1, false, unchanged);
    assert!(drv[1].starts_with("drv agree {\"derivation\":\"/nix/store/"), "{drv:?}");
    check(
        SET,
        unchanged,
        &[
            ". agree {\"recurse\":[\"arguments\",\"deep\",\"drv\",\"endless\",\"f\",\"path\",\"thrown\",\"wrong\"]}",
            "arguments agree {\"list\":2}",
            "deep agree {\"recurse\":[\"inner\",\"recurseForDerivations\",\"x.y\"]}",
            "deep.\"x.y\" agree {\"value\":2}",
            "deep.inner agree {\"set\":[\"recurseForDerivations\",\"z\"]}",
            "deep.recurseForDerivations agree {\"value\":true}",
            &drv[1],
            "endless agree",
            "f agree {\"function\":{\"a\":false,\"b\":true}}",
            "path agree {\"path\":\"/a\"}",
            "thrown agree {\"caught\":true}",
            "wrong agree",
        ],
    );
}

#[test]
fn an_evaluator_that_crashes_on_one_attribute_loses_only_that() {
    let crash = |asked: &str, outcome: &mut Outcome| {
        if asked.contains("[ \"b\" ]") {
            *outcome = Outcome { ending: Ending::Signalled(11), stdout: Vec::new(), ..outcome.clone() };
        }
    };
    let expected = [
        ". agree {\"recurse\":[\"a\",\"b\",\"c\",\"d\"]}",
        "a agree {\"value\":1}",
        "b diverge fails-alike: value / ended by signal 11 {\"value\":2}",
        "c agree {\"value\":3}",
        "d agree {\"value\":4}",
    ];
    check("{ ... }: { a = 1; b = 2; c = 3; d = 4; }", crash, &expected);
}

#[test]
fn values_effects_and_names_that_differ_are_found_whatever_stands_beside_them() {
    let value = |_: &str, outcome: &mut Outcome| {
        let stdout = String::from_utf8_lossy(&outcome.stdout).replace("{\"value\":2}", "{\"value\":\"2\"}");
        outcome.stdout = stdout.into_bytes();
    };
    let set = "{ ... }: { a = 1; b = 2; c = 3; }";
    let expected = [
        ". agree {\"recurse\":[\"a\",\"b\",\"c\"]}",
        "a agree {\"value\":1}",
        "b diverge value: name / name in set {\"value\":2}",
        "c agree {\"value\":3}",
    ];
    check(set, value, &expected);

    let trace = |asked: &str, outcome: &mut Outcome| {
        if asked.contains("[ \"c\" ]") {
            outcome.stderr = b"trace: c\n".to_vec();
        }
    };
    let expected = [
        ". agree {\"recurse\":[\"a\",\"b\",\"c\"]}",
        "a agree {\"value\":1}",
        "b agree {\"value\":2}",
        "c diverge effects: missing {\"value\":3}",
    ];
    check(set, trace, &expected);

    // A name that only one engine lists is asked of both.
    let name = |_: &str, outcome: &mut Outcome| {
        let stdout = String::from_utf8_lossy(&outcome.stdout).replace("\"recurse\":[\"a\"", "\"recurse\":[\"0\",\"a\"");
        outcome.stdout = stdout.into_bytes();
    };
    let expected = [
        "\"0\" agree {\"caught\":true}",
        ". diverge value: name / name in set {\"recurse\":[\"a\"]}",
        "a agree {\"value\":1}",
    ];
    check("{ ... }: { a = 1; }", name, &expected);
}

#[test]
fn what_goes_wrong_only_in_company_is_a_divergence() {
    let company = |asked: &str, outcome: &mut Outcome| {
        if asked.contains("[ \"a\" ]\n  [ \"b\" ]") {
            outcome.stdout = b"[{\"value\":1},{\"value\":1}]\n".to_vec();
        }
    };
    let lines = walk("{ ... }: { a = 1; b = 2; }", 2, false, company);
    assert_eq!(lines[2], "b diverge value: name / name in set {\"value\":2}");
    assert_eq!(walk("{ ... }: { a = 1; b = 2; }", 1, false, company)[2], "b agree {\"value\":2}");
}

#[test]
fn messages_of_what_is_caught_are_compared_where_that_is_asked() {
    let other_words = |_: &str, outcome: &mut Outcome| {
        outcome.stderr = String::from_utf8_lossy(&outcome.stderr).replace("error: no", "error: yes").into_bytes();
    };
    let set = "{ ... }: { a = throw \"no\"; b = 1; }";
    assert_eq!(walk(set, 64, false, other_words)[1], "a agree {\"caught\":true}");
    assert_eq!(walk(set, 64, true, other_words)[1], "a diverge message: other: `no` / `yes`");
}

#[test]
fn a_set_that_is_none_is_refused_with_what_the_evaluator_says() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let request = Request {
        arguments: ["--eval", "--strict", "--json", "-"].map(Into::into).into(),
        environment: fixture::environment(),
        current_dir: folder.path().to_owned(),
        stdin: Vec::new(),
        count_work: false,
    };
    let target = Target { file: "./absent".to_owned(), arguments: Vec::new(), attribute: Vec::new(), request };
    let engines = [Named { name: "a".to_owned(), engine: Box::new(Embedded::new(LIMITS)) }];
    let said = Root::ask(&target, &engines).err().expect("there is no such file");
    assert!(said.starts_with("exit status 1\nerror:") && said.contains("does not exist"), "{said}");
}
