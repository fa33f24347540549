//! A budget of heap bytes bounds all memory of an evaluation. Whatever a program allocates, in the arena or outside it,
//! ends in an error of kind `Budget` before memory has grown far beyond the budget.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use nix_evaluator::cli::Output;
use nix_evaluator::errors::ErrorKind;
use nix_evaluator::session::{Budget, Session, Task, Variant};

/// Counts the bytes allocated now, and their maximum.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

fn changed(from: usize, to: usize) {
    let now = NOW.fetch_add(to.wrapping_sub(from), Relaxed).wrapping_add(to).wrapping_sub(from);
    MOST.fetch_max(now, Relaxed);
}

// SAFETY: all is the system allocator's doing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        changed(0, layout.size());
        // SAFETY: by the caller's promise, as below.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        changed(0, layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both are there while the contents are copied.
        changed(0, size);
        changed(layout.size(), 0);
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        changed(layout.size(), 0);
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) };
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The counts are of the whole process, so tests run one at a time.
static ALONE: Mutex<()> = Mutex::new(());

const PLAIN: Task = Task::Evaluate { strict: true, output: Output::Plain };
const JSON: Task = Task::Evaluate { strict: true, output: Output::Json };
const XML: Task = Task::Evaluate { strict: true, output: Output::Xml };

/// Calls a function with what it gave and a number, a thousand million times: a loop that is no recursion.
const FOREVER: &str = "(f: init: let steps = builtins.genList (x: x) 30000; in builtins.foldl' (a: _: builtins.foldl' f a steps) init steps)";

/// Programs that allocate without end. `FOREVER` is replaced by the function above.
const PROGRAMS: &[(Task, &str)] = &[
    (PLAIN, "builtins.genList (x: x) 9223372036854775807"),
    (PLAIN, "builtins.foldl' (s: x: s + s) \"abcdefgh\" (builtins.genList (x: x) 60)"),
    (PLAIN, "FOREVER (l: x: l ++ [ 1 2 3 x ]) [ ]"),
    (PLAIN, "let l = builtins.genList (x: x) 100; m = builtins.concatMap (x: l) l; in builtins.concatMap (x: m) m"),
    (PLAIN, "let l = builtins.genList (x: \"0123456789\") 4000; s = toString l; in toString (map (x: s) l)"),
    (
        PLAIN,
        "let s = builtins.concatStringsSep \"\" (builtins.genList (x: \"ab\") 50000); f = n: builtins.replaceStrings [ \"a\" \"b\" ] [ s s ] s; in f 0",
    ),
    (
        PLAIN,
        "builtins.toJSON (let s = builtins.concatStringsSep \"\" (builtins.genList (x: \"\\n\") 100000); in builtins.genList (x: s) 100000)",
    ),
    (
        PLAIN,
        "builtins.toXML (let s = builtins.concatStringsSep \"\" (builtins.genList (x: \"<\") 100000); in builtins.genList (x: s) 100000)",
    ),
    (
        PLAIN,
        "let s = builtins.concatStringsSep \"\" (builtins.genList (x: \"a\") 100000); in builtins.genList (x: s) 100000",
    ),
    (
        JSON,
        "let s = builtins.concatStringsSep \"\" (builtins.genList (x: \"a\") 100000); in builtins.genList (x: s) 100000",
    ),
    (
        XML,
        "let s = builtins.concatStringsSep \"\" (builtins.genList (x: \"a\") 100000); in builtins.genList (x: s) 100000",
    ),
    (XML, "builtins.foldl' (a: x: [ a a ]) [ ] (builtins.genList (x: x) 60)"),
    (JSON, "builtins.foldl' (a: x: [ a a ]) [ ] (builtins.genList (x: x) 60)"),
    (PLAIN, "builtins.toJSON (builtins.foldl' (a: x: { a = a; b = a; }) 1 (builtins.genList (x: x) 60))"),
    (PLAIN, "FOREVER (a: n: builtins.tryEval (throw \"number ${toString n}\")) 0"),
    (
        PLAIN,
        "let d = n: if n == 0 then throw \"deep\" else 1 + d (n - 1); in FOREVER (a: n: builtins.tryEval (d 2000)) 0",
    ),
    (
        PLAIN,
        "let s = builtins.concatStringsSep \"\" (builtins.genList (x: \"a\") 100000); in FOREVER (a: n: builtins.tryEval (throw (s + toString n))) 0",
    ),
    (
        PLAIN,
        "let s = builtins.concatStringsSep \"\" (builtins.genList (x: \"a\") 100000); in FOREVER (a: n: builtins.trace s 0) 0",
    ),
    (
        PLAIN,
        "let l = builtins.genList (x: x) 10000; in builtins.deepSeq l (builtins.trace (builtins.genList (x: l ++ [ x ]) 100000) (FOREVER (a: n: builtins.trace l 0) 0))",
    ),
    (
        PLAIN,
        "let s = builtins.concatStringsSep \"\" (builtins.genList (x: \"a\") 100000); f = n: if n == 0 then throw \"x\" else { ${s} = f (n - 1); }.${s}; in f 9000",
    ),
    (
        PLAIN,
        "let s = builtins.concatStringsSep \"\" (builtins.genList (x: \"a\") 100000); in builtins.foldl' (a: _: { ${s} = a; }) (throw \"x\") (builtins.genList (x: x) 9000)",
    ),
    (
        JSON,
        "let s = builtins.concatStringsSep \"\" (builtins.genList (x: \"a\") 100000); in builtins.foldl' (a: _: { ${s} = a; }) (throw \"x\") (builtins.genList (x: x) 9000)",
    ),
    (PLAIN, "builtins.genericClosure { startSet = [ { key = 0; } ]; operator = x: [ { key = x.key + 1; } ]; }"),
    (
        PLAIN,
        "let steps = builtins.genList (x: x) 1000000; in builtins.foldl' (s: n: s // { ${\"name number ${toString n}\"} = n; }) { } steps",
    ),
    (
        PLAIN,
        "let big = builtins.listToAttrs (builtins.genList (x: { name = \"n${toString x}\"; value = x; }) 10000); in builtins.genList (x: builtins.attrNames (big // { x = x; })) 10000000",
    ),
    (
        PLAIN,
        "let big = builtins.listToAttrs (builtins.genList (x: { name = \"n${toString x}\"; value = x; }) 10000); in FOREVER (a: n: builtins.seq (builtins.removeAttrs big [ \"n1\" ]) 0) 0",
    ),
    (
        PLAIN,
        "let big = builtins.listToAttrs (builtins.genList (x: { name = \"n${toString x}\"; value = x; }) 10000); in FOREVER (a: n: builtins.seq (builtins.mapAttrs (n: v: v) big) 0) 0",
    ),
    (
        PLAIN,
        "let l = builtins.genList (x: 0 - x) 20000; f = n: builtins.sort (a: b: builtins.seq (f (n + 1)) (a < b)) l; in f 0",
    ),
    (
        PLAIN,
        "let l = builtins.genList (x: x) 10000; in FOREVER (a: n: builtins.seq (builtins.sort builtins.lessThan l) 0) 0",
    ),
    (
        PLAIN,
        "let l = builtins.genList (x: x) 10000; in FOREVER (a: n: builtins.seq (builtins.filter (x: x > 5) l) 0) 0",
    ),
    (
        PLAIN,
        "let l = builtins.genList (x: x) 10000; in FOREVER (a: n: builtins.seq (builtins.partition (x: x > 5) l) 0) 0",
    ),
    (PLAIN, "FOREVER (a: n: builtins.seq (builtins.groupBy toString (builtins.genList (x: x) 10000)) 0) 0"),
    (
        PLAIN,
        "let s = builtins.concatStringsSep \",\" (builtins.genList (x: \"[{}]\") 10000); g = s: builtins.seq (builtins.fromJSON \"[${s}]\") (g (s + \",\" + s)); in g s",
    ),
    (
        PLAIN,
        "let s = builtins.concatStringsSep \",\" (builtins.genList (x: \"1\") 10000); g = s: builtins.seq (builtins.fromTOML \"a = [${s}]\") (g (s + \",\" + s)); in g s",
    ),
    (
        PLAIN,
        "let s = builtins.concatStringsSep \"\" (builtins.genList (x: \"ab\") 10000); g = s: builtins.seq (builtins.match \"(a|b|c)*(b*a*)*\" s) (g (s + s)); in g s",
    ),
    (
        PLAIN,
        "let s = builtins.concatStringsSep \"\" (builtins.genList (x: \"ab\") 10000); g = s: builtins.seq (builtins.split \"(a)|x\" s) (g (s + s)); in g s",
    ),
    (PLAIN, "FOREVER (a: n: builtins.seq (builtins.match \"(abcdefgh${toString n}){1,300}\" \"x\") 0) 0"),
    (
        PLAIN,
        "let s = builtins.concatStringsSep \"\" (builtins.genList (x: \"ab\") 1000); in FOREVER (a: n: builtins.hasAttr (s + toString a + toString n) { }) 0",
    ),
    (
        PLAIN,
        "let l = builtins.foldl' (acc: _: [ acc ]) [ ] (builtins.genList (x: x) 200000); in FOREVER (a: n: builtins.trace l 0) 0",
    ),
];

#[test]
fn memory_stays_near_the_budget() {
    let _alone = ALONE.lock();
    let mut wrong = Vec::new();
    for mebibytes in [16, 64, 256] {
        let mut session = Session::default();
        for (index, (task, program)) in PROGRAMS.iter().enumerate() {
            // A debug build takes long to fill so much.
            let step = if mebibytes <= 16 { 1 } else { mebibytes as usize / 32 };
            if index % step != 0 {
                continue;
            }
            let limits = Budget { fuel: 2_000_000_000, heap_bytes: mebibytes << 20 };
            let before = NOW.load(Relaxed);
            MOST.store(before, Relaxed);
            let program = &program.replace("FOREVER", FOREVER);
            let answer = session.run(program.as_bytes(), *task, Variant::default(), limits);
            let most = (MOST.load(Relaxed) - before) >> 20;
            let kind = answer.result.as_ref().map_or_else(|failed| Some(failed.kind), |_| None);
            if kind != Some(ErrorKind::Budget) || most > 4 * mebibytes as usize {
                wrong.push(format!("{mebibytes} MiB: {most} MiB, {kind:?}: {program}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sources_count() {
    let _alone = ALONE.lock();
    let mut session = Session::default();
    let limits = Budget { fuel: 1_000_000, heap_bytes: 16 << 20 };
    for source in [
        format!("[ {} ]", "1 ".repeat(1_000_000)),
        format!("{}1{}", "[ ".repeat(300_000), " ]".repeat(300_000)),
        format!("1{}", " + 1".repeat(300_000)),
        format!("{{ {} }}", (0..200_000).map(|name| format!("n{name} = x: x;")).collect::<String>()),
        format!("{}1", "x: ".repeat(300_000)),
        format!("\"{}\"", "a".repeat(20 << 20)),
    ] {
        for task in [Task::Parse, PLAIN] {
            let before = NOW.load(Relaxed);
            MOST.store(before, Relaxed);
            let answer = session.run(source.as_bytes(), task, Variant::default(), limits);
            let most = (MOST.load(Relaxed) - before) >> 20;
            let start = &source[..40];
            let failed = answer.result.err().map(|failed| failed.kind);
            assert!(matches!(failed, None | Some(ErrorKind::Budget | ErrorKind::StackOverflow)), "{start}: {failed:?}");
            assert!(most <= 4 * 16 + (source.len() >> 19), "{start}: {most} MiB");
        }
    }
}
