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

/// The embedded evaluator, which sees another environment.
struct Planted {
    engine: Embedded,
    what: &'static str,
}

impl Engine for Planted {
    fn identity(&self) -> &Identity {
        self.engine.identity()
    }

    fn evaluate(&self, request: &Request) -> Outcome {
        let mut request = request.clone();
        request.environment.push(("PLANTED".into(), self.what.into()));
        self.engine.evaluate(&request)
    }
}

/// What came of each attribute, a line each, sorted: its name, verdict, bucket and what the subject printed.
fn walk(set: &str, chunk: usize, messages: bool, change: fn(&str, &mut Outcome)) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("set.nix");
    fs::write(&file, set).expect("writable");
    let changed = Changed { engine: Embedded::new(LIMITS), change, asked: Mutex::new(0) };
    let line = |answered: &Answered| {
        let (_, worst) = answered.worst();
        let printed = String::from_utf8_lossy(&answered.outcomes[0].stdout).into_owned();
        let bucket = worst.bucket.as_deref().unwrap_or_default();
        let line = format!("{} {} {bucket} {printed}", answered.question.name, worst.verdict);
        vec![line.trim_end().replace("  ", " ")]
    };
    walked(&file, chunk, messages, Box::new(changed), line)
}

/// Why derivations are not the same for an evaluator that sees `what` in another way: a line each, in the order of
/// attributes.
fn causes(what: &'static str, attribute: &str) -> Vec<String> {
    causes_at(&[], what, attribute)
}

/// The same of a walk that begins at an attribute of the set.
fn causes_at(begin: &[&str], what: &'static str, attribute: &str) -> Vec<String> {
    let file = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/package-set/default.nix"));
    let planted = Planted { engine: Embedded::new(LIMITS), what };
    let lines = walked_at(begin, file, 64, false, Box::new(planted), |answered| {
        let cause = answered.cause.iter();
        cause.map(|line| format!("{} | {line}", answered.question.name)).collect()
    });
    let begin = format!("{attribute} | ");
    lines.iter().filter_map(|line| line.strip_prefix(&begin)).map(str::to_owned).collect()
}

/// Walks the set in `file` on the embedded evaluator and on `other`. Gives the lines that `told` makes of answers,
/// sorted.
fn walked(
    file: &std::path::Path,
    chunk: usize,
    messages: bool,
    other: Box<dyn Engine>,
    told: impl Fn(&Answered) -> Vec<String> + Sync,
) -> Vec<String> {
    walked_at(&[], file, chunk, messages, other, told)
}

fn walked_at(
    begin: &[&str],
    file: &std::path::Path,
    chunk: usize,
    messages: bool,
    other: Box<dyn Engine>,
    told: impl Fn(&Answered) -> Vec<String> + Sync,
) -> Vec<String> {
    let folder = file.parent().expect("a folder");
    let flags = ["--eval", "--strict", "--json", "-"];
    let request = Request {
        arguments: flags.map(Into::into).into(),
        environment: fixture::environment(),
        current_dir: folder.to_owned(),
        ..Request::default()
    };
    let file = format!("(/. + {})", driver::quoted(file.to_str().expect("text")));
    let arguments = vec![("given".to_owned(), "1 + 1 # two".to_owned())];
    let attribute = begin.iter().map(|name| (*name).to_owned()).collect();
    let target = Target { file, arguments, attribute, request };
    let named = |name: &str, engine| Named { name: name.to_owned(), engine };
    let engines = [named("a", Box::new(Embedded::new(LIMITS)) as Box<dyn Engine>), named("b", other)];
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
    let walk = Walk::new(target, &engines, chunk, messages, HashMap::new());
    let mut tally = differential::Tally::new("attrs", &engines, rules);
    let mut lines = Vec::new();
    let tasks = walk.tasks(root, None, rules).map(Ok);
    let complete = differential::run(
        tasks,
        |task| walk.ask(task, rules, |_| ()),
        rules,
        &mut tally,
        |answered| {
            lines.extend(told(answered));
            Ok(())
        },
    );
    assert!(complete.expect("no question fails"));
    // Lines of one attribute stay in their order.
    lines.sort_by_key(|line| line.split(' ').next().map(str::to_owned));
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
        "b diverge fails-alike: value / crash: ended by signal 11 (SIGSEGV) {\"value\":2}",
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
        "b diverge value: another value {\"value\":2}",
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
        ". diverge value: another value {\"recurse\":[\"a\"]}",
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
    assert_eq!(lines[2], "b diverge value: another value {\"value\":2}");
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
fn a_derivation_that_differs_is_explained_down_to_the_first_cause() {
    let zlib = r#"zlib: `flags` is [ "-O2" ] on a and [ "-O2" "-g" ] on b"#;
    assert_eq!(causes("flag", "zlib"), [zlib]);
    assert_eq!(causes("flag", "openssl"), ["openssl: other derivations are its inputs `buildInputs.1.0`", zlib]);
    let curl = "curl: other derivations are its inputs `openssl`, `zlib`";
    let openssl = "openssl: other derivations are its inputs `buildInputs.1.0`";
    assert_eq!(causes("flag", "curl"), [curl, openssl, zlib]);
    assert_eq!(causes("flag", "sets.inner"), [curl, openssl, zlib]);
    assert_eq!(
        causes("flag", "bash"),
        ["bash: paths of other derivations, to which no attribute leads, stand in `script`"]
    );
    assert_eq!(causes("flag", "alike"), [""; 0]);
    assert_eq!(causes_at(&["curl"], "flag", "."), [curl, openssl, zlib]);
    let source = causes("source", "openssl");
    assert!(source.len() == 2 && source[1].starts_with("zlib: `src` is \"/nix/store/"), "{source:?}");
    assert!(source[1].contains("-source.txt\" on a and \"/nix/store/") && source[1].ends_with("-other.txt\" on b"));
    assert_eq!(causes("name", "own"), ["owned: `name` is \"own\" on a and \"owned\" on b"]);
    // An error on one side is no derivation there, and not looked into.
    assert_eq!(causes("fails", "own"), [""; 0]);
}

#[test]
fn the_words_of_a_failure_are_those_of_the_set() {
    let stderr = Mutex::new(Vec::new());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("set.nix");
    fs::write(&file, "{ ... }: { a = 1 + { }; }").expect("writable");
    let other = Box::new(Embedded::new(LIMITS));
    walked(&file, 1, false, other, |answered| {
        let said = answered.outcomes.iter().map(|it| String::from_utf8_lossy(&it.stderr).into_owned());
        stderr.lock().expect("no panic").extend(said);
        Vec::new()
    });
    let said = stderr.into_inner().expect("no panic");
    let failures: Vec<_> = said.iter().filter(|text| !text.is_empty()).collect();
    assert_eq!(failures.len(), 2, "{said:?}");
    for text in failures {
        assert!(
            !text.contains("«stdin»") && text.contains("set.nix:1:12") && text.contains("error: cannot add"),
            "{text}"
        );
    }
}

#[test]
fn what_is_left_before_an_error_is_no_value() {
    let left = |_: &str, outcome: &mut Outcome| {
        if outcome.ending != Ending::Exited(0) {
            outcome.stdout = b"[]".to_vec();
        }
    };
    check("{ ... }: { a = 1 + { }; }", left, &[". agree {\"recurse\":[\"a\"]}", "a agree"]);
}

#[test]
fn a_set_that_is_none_is_refused_with_what_the_evaluator_says() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let request = Request {
        arguments: ["--eval", "--strict", "--json", "-"].map(Into::into).into(),
        environment: fixture::environment(),
        current_dir: folder.path().to_owned(),
        ..Request::default()
    };
    let target = Target { file: "./absent".to_owned(), arguments: Vec::new(), attribute: Vec::new(), request };
    let engines = [Named { name: "a".to_owned(), engine: Box::new(Embedded::new(LIMITS)) }];
    let said = Root::ask(&target, &engines).err().expect("there is no such file");
    assert!(said.starts_with("error: path '") && said.contains("does not exist"), "{said}");
    assert!(!said.contains("«stdin»"), "{said}");
}
