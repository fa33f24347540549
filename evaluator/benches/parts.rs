//! Benchmarks of the parts of an evaluation, each by itself: `cargo bench -p nix_evaluator`. They show which part a
//! change made faster or slower. `thunkproof bench` measures whole programs, against other evaluators.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use nix_evaluator::cli::{Budgets, Invocation, run};
use nix_evaluator::source::{Origin, SourceMap};
use nix_evaluator::symbols::SymbolTable;
use nix_evaluator::syntax::tree::Arena;
use nix_evaluator::syntax::{ParseOptions, parse};

/// A package set as people write them, of this many packages.
fn package_set(packages: usize) -> String {
    let package = |number: usize| {
        format!(
            "  package{number} = callPackage ../by-name/{number} {{\n    inherit (self) stdenv fetchurl;\n    version = \
             \"1.${{toString {number}}}\";\n    enableTests = !stdenv.isDarwin && number > {number};\n    patches = [ \
             ./a.patch ] ++ optional (args ? extra.patch) args.extra.patch;\n  }};\n"
        )
    };
    let body: String = (0..packages).map(package).collect();
    format!("{{ self, callPackage, stdenv, optional, number, args }}:\nrec {{\n{body}}}\n")
}

fn parsing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for packages in [10, 1000] {
        let text = package_set(packages);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(packages), &text, |bencher, text| {
            bencher.iter(|| {
                let (sources, symbols) = (SourceMap::default(), SymbolTable::new());
                let source = sources.add(Origin::Stdin, text.clone().into_bytes()).expect("less than 4 GiB");
                let options = ParseOptions { home: Some(b"/nonexistent"), ..ParseOptions::new(b"/") };
                black_box(parse(&Arena::default(), &source, &sources, &symbols, &options).is_ok())
            });
        });
    }
    group.finish();
}

/// Evaluates an expression from the start, as the program does. It must succeed.
fn evaluate(text: &str) {
    let invocation = Invocation {
        terminal: false,
        arguments: ["--eval", "--strict", "-"].map(Into::into).to_vec(),
        environment: vec![("NIX_REMOTE".into(), "dummy://".into())],
        current_dir: "/".into(),
        stdin: text.as_bytes().to_vec(),
        budgets: Budgets::default(),
        ..Invocation::default()
    };
    let completed = run(&invocation);
    assert_eq!(completed.status, 0, "{}", String::from_utf8_lossy(&completed.stderr));
    black_box(completed.stdout);
}

/// Expressions, one for each part. Each does its work a few thousand times, so that start-up does not show.
fn parts() -> Vec<(&'static str, String)> {
    let fold = |body: &str| format!("builtins.foldl' (acc: i: {body}) 0 (builtins.genList (i: i) 5000)");
    vec![
        ("start-up", "null".to_owned()),
        ("compile", format!("builtins.typeOf ({})", package_set(1000))),
        ("dispatch", "let f = n: if n < 2 then n else f (n - 1) + f (n - 2); in f 18".to_owned()),
        ("force", fold("let a = acc + i; b = a; c = b; in c")),
        ("call", "let add = a: b: c: a + b + c; in ".to_owned() + &fold("add acc i 1")),
        ("formals", "let add = { a, b ? 1, ... }: a + b; in ".to_owned() + &fold("add { a = acc; c = i; }")),
        ("select", "let set = { a.b.c = 1; d = 2; }; in ".to_owned() + &fold("acc + set.a.b.c + set.d")),
        ("with", "let set = { one = 1; }; in with set; ".to_owned() + &fold("acc + one")),
        ("update", fold("(({ a = acc; b = 2; } // { a = acc + i; }) // { c = 3; }).a")),
        ("concatenate", fold("acc + builtins.length ([ i ] ++ [ acc i ])")),
        ("strings", fold("acc + builtins.stringLength \"a${toString i}b\"")),
        ("sort", "builtins.length (builtins.sort (a: b: a > b) (builtins.genList (i: i) 5000))".to_owned()),
        ("print", "builtins.genList (i: { name = \"n${toString i}\"; value = [ i (i * 0.5) null ]; }) 2000".to_owned()),
        (
            "json",
            "builtins.stringLength (builtins.toJSON (builtins.genList (i: { a = i; b = \"x\"; }) 5000))".to_owned(),
        ),
    ]
}

fn evaluating(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("evaluate");
    for (name, text) in parts() {
        group.bench_with_input(BenchmarkId::from_parameter(name), &text, |bencher, text| {
            bencher.iter(|| evaluate(text));
        });
    }
    group.finish();
}

criterion_group!(benches, parsing, evaluating);
criterion_main!(benches);
