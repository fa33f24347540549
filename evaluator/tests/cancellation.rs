//! Whatever takes long notices that nobody waits for it any more. Each program calls `builtins.cancel`, which sets the
//! interrupt, and then does something with forty thousand elements that enters few frames. A value at the end means
//! that nothing looked at the interrupt.

use nix_evaluator::io::InMemory;
use nix_evaluator::{Builtin, Evaluator, Interrupt};

/// What runs before: `numbers`, `texts`, `pairs`, `set`, a long `text`, and one that is hashed and copied in pieces.
const GIVEN: &str = r#"
let
  count = 40000;
  numbers = builtins.genList (x: count - x) count;
  texts = map toString numbers;
  pairs = map (n: { name = "n${n}"; value = n; }) texts;
  set = builtins.listToAttrs pairs;
  text = builtins.concatStringsSep "," texts;
  longer = builtins.concatStringsSep text (builtins.genList (x: "") 12);
  json = builtins.toJSON numbers;
  ready = builtins.deepSeq [ numbers texts pairs set text longer json ] null;
  after = value: builtins.seq ready (builtins.seq (builtins.cancel 0) value);
in
"#;

const PROGRAMS: &[&str] = &[
    "after (builtins.genList (x: x) count)",
    "after (map (x: x) numbers)",
    "after (builtins.sort builtins.lessThan numbers)",
    "after (builtins.sort (a: b: a < b) numbers)",
    "after (builtins.filter (x: true) numbers)",
    "after (builtins.foldl' (a: b: b) 0 numbers)",
    "after (builtins.concatStringsSep \",\" texts)",
    "after (builtins.concatMap (x: [ x ]) numbers)",
    "after (builtins.concatLists (map (x: [ x x ]) numbers))",
    "after (builtins.elem 0 numbers)",
    "after (builtins.all (x: true) numbers)",
    "after (builtins.partition (x: true) numbers)",
    "after (builtins.groupBy (x: \"g\") numbers)",
    "after (builtins.listToAttrs pairs)",
    "after (builtins.genericClosure { startSet = map (key: { inherit key; }) numbers; operator = x: [ ]; })",
    "after (builtins.replaceStrings [ \",\" ] [ \";\" ] text)",
    "after (builtins.split \",\" text)",
    "after (builtins.match \"(.*,)*.*x\" text)",
    "after (builtins.fromJSON json)",
    "after (builtins.toJSON numbers)",
    "after (builtins.toXML numbers)",
    "after (builtins.deepSeq numbers 1)",
    "after (numbers == map (x: x) numbers)",
    "after (toString numbers)",
    "after (builtins.mapAttrs (name: value: value) set)",
    "after (builtins.catAttrs \"value\" pairs)",
    "after (builtins.zipAttrsWith (name: values: values) pairs)",
    "after (builtins.removeAttrs set texts)",
    "after (builtins.split \"!\" text)",
    "after (builtins.match \"[0-9,]*\" text)",
    "after (builtins.replaceStrings [ \"!\" ] [ \";\" ] longer)",
    "after (builtins.concatStringsSep \"\" [ longer longer ])",
    "after (builtins.hashString \"sha256\" longer)",
    "after (builtins.toFile \"name\" longer)",
    "after (builtins.hashFile \"md5\" /text)",
    "after (builtins.readFile /text)",
    "after (builtins.path { path = /text; })",
    "after (builtins.filterSource (path: type: true) /folder)",
    "after \"${/folder}\"",
    "after (import /long.nix)",
];

fn files() -> InMemory {
    let text = "text\n".repeat(400_000);
    let long = format!("[ {} ]", "1 ".repeat(40_000));
    let folder = InMemory::new().file("/text", text).file("/long.nix", long);
    (0..3).fold(folder, |files, number| files.file(format!("/folder/{number}"), "text"))
}

fn evaluator() -> Evaluator {
    let interrupt = Interrupt::new();
    let cancelled = interrupt.clone();
    let cancel = Builtin::new("cancel", ["ignored"], move |call| {
        cancelled.set();
        Ok(call.scope().null())
    });
    Evaluator::builder().in_memory(files()).builtin(cancel).interrupt(interrupt).build().expect("all is right")
}

#[test]
fn long_work_notices_that_it_is_cancelled() {
    let mut missed = Vec::new();
    for program in PROGRAMS {
        let ended = evaluator().evaluate(format!("{GIVEN}{program}"), |_| Ok(()));
        match ended {
            Ok(()) => missed.push(*program),
            Err(error) => assert_eq!(error.message(), "the evaluation was interrupted", "{program}"),
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn printing_notices_it_too() {
    type Look = fn(nix_evaluator::Value<'_>) -> Result<(), nix_evaluator::Error>;
    let looks: [(&str, Look); 4] = [
        ("print", |value| value.print().map(|_| ())),
        ("force_deep", |value| value.force_deep().map(|_| ())),
        ("to_json", |value| value.to_json().map(|_| ())),
        ("to_xml", |value| value.to_xml().map(|_| ())),
    ];
    for (name, look) in looks {
        let ended = evaluator().scope(|scope| {
            let value = scope.evaluate(format!("{GIVEN}builtins.seq ready numbers"))?;
            scope.evaluate("builtins.cancel 0")?;
            look(value)
        });
        assert_eq!(ended.expect_err(name).message(), "the evaluation was interrupted", "{name}");
    }
}
