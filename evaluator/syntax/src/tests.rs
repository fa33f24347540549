//! The parser against answers recorded from the reference: `scripts/parser_cases.txt` holds the sources, and
//! `scripts/parser-cases --record` records the answers again.

#![forbid(unsafe_code)]

use super::*;
use crate::errors::highlight;
use crate::source::{Origin, SourceMap};
use crate::symbols::Symbol;

/// A source, how to parse it, and the answer: warnings, then the tree or the first line of the error with its place.
struct Case {
    kind: String,
    source: Vec<u8>,
    answer: Vec<u8>,
}

/// Undoes a literal as the script writes it; what follows it is returned too.
fn unquote(text: &str) -> (Vec<u8>, &str) {
    let (mut out, mut rest) = (Vec::new(), text.trim_start().strip_prefix('"').expect("a literal starts with a quote"));
    loop {
        let mut characters = rest.chars();
        let character = characters.next().expect("a literal ends with a quote");
        rest = characters.as_str();
        match character {
            '"' => return (out, rest),
            '\\' => {
                let escape = rest.as_bytes()[0];
                rest = &rest[1..];
                out.push(match escape {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'x' => {
                        let byte = u8::from_str_radix(&rest[..2], 16).expect("two hexadecimal digits");
                        rest = &rest[2..];
                        byte
                    }
                    other => other,
                });
            }
            character => out.push(u8::try_from(character).expect("recorded in ASCII")),
        }
    }
}

fn recorded() -> (Vec<Vec<u8>>, Vec<Case>) {
    let (mut globals, mut cases) = (Vec::new(), Vec::new());
    for line in include_str!("recorded_cases.txt").lines().filter(|line| !line.starts_with('#')) {
        let (kind, rest) = line.split_once(' ').expect("a kind comes first");
        let (source, rest) = unquote(rest);
        if kind == "globals" {
            globals = source.split(|byte| *byte == b' ').map(<[u8]>::to_vec).collect();
            continue;
        }
        let (answer, _) = unquote(rest);
        cases.push(Case { kind: kind.to_owned(), source, answer });
    }
    (globals, cases)
}

fn answer(case: &Case, globals: &[Vec<u8>]) -> Vec<u8> {
    let lint = match case.kind.as_str() {
        "warn" => Lint::Warn,
        "fatal" => Lint::Fatal,
        _ => Lint::Ignore,
    };
    let options = ParseOptions {
        home: Some(b"/nonexistent"),
        pipe_operators: case.kind == "pipes",
        lint_url_literals: lint,
        lint_short_path_literals: lint,
        lint_absolute_path_literals: lint,
        ..ParseOptions::new(b"/")
    };
    let (sources, symbols) = (SourceMap::default(), SymbolTable::new());
    let source = sources.add(Origin::Stdin, &case.source[..]).expect("a small source");
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let arena = Arena::default();
    let outcome = parse_with_warnings(&arena, &source, &sources, &symbols, &options, &mut |warning| {
        lines.push([b"warning: ", first_line(&highlight::filter_escapes(&warning.message, false))].concat());
    })
    .and_then(|(tree, root)| {
        let is_global = |name: Symbol| globals.iter().any(|global| global == symbols.name(name));
        check_scope(&tree, root, &symbols, &is_global)?;
        Ok(print(&tree, root, &symbols))
    });
    lines.push(outcome.unwrap_or_else(|error| {
        let place = sources.place(error.pos).map(|place| place.describe()).unwrap_or_default();
        [b"error: ", first_line(error.plain_message().as_bytes()), b" at ", &place].concat()
    }));
    lines.join(&b'|')
}

fn first_line(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end()
}

#[test]
fn answers_as_recorded_from_the_reference() {
    let (globals, cases) = recorded();
    assert!(globals.len() > 100 && cases.len() > 600, "the record is complete");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let ours = answer(case, &globals);
            (ours != case.answer).then(|| {
                let (source, expected) = (text(&case.source), text(&case.answer));
                format!("{} {source:?}\n  reference: {expected}\n  ours:      {}", case.kind, text(&ours))
            })
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// Parses, checks and prints on a stack of 512 KiB.
fn check_deep(source: impl Fn(usize) -> String + Send + 'static, accepted: bool) {
    let work = move || {
        let (sources, symbols) = (SourceMap::default(), SymbolTable::new());
        let source = sources.add(Origin::Text, source(1_000_000).as_bytes()).expect("less than 4 GiB");
        let arena = Arena::default();
        let outcome = parse(&arena, &source, &sources, &symbols, &ParseOptions::new(b"/"));
        assert_eq!(outcome.is_ok(), accepted, "{:?}", outcome.err().map(|error| error.message));
        if let Ok(Parsed { tree, root, .. }) = outcome {
            check_scope(&tree, root, &symbols, &|_| true).expect("every name is a global");
            assert!(print(&tree, root, &symbols).len() > 1_000_000);
        }
    };
    std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(work)
        .expect("a thread starts")
        .join()
        .expect("no overflow");
}

#[test]
fn depth_costs_no_native_stack() {
    check_deep(|depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth)), true);
    check_deep(|depth| format!("{}1", "x: ".repeat(depth)), true);
    check_deep(|depth| format!("{}1{}", "{ a = ".repeat(depth), "; }".repeat(depth)), true);
    check_deep(|depth| format!("{}1{}", "\"${".repeat(depth), "}x\"".repeat(depth)), true);
    check_deep(|depth| format!("{}1", "1 + ".repeat(depth)), true);
    check_deep(|depth| format!("{}1", "let a = 1; in with a; ".repeat(depth)), true);
    check_deep(|depth| "(".repeat(depth), false);
    check_deep(
        |depth| {
            let nested = |inner| format!("{{{}{inner} = 1;{} }}", "b = { ".repeat(depth), " };".repeat(depth));
            format!("{{ a = {}; a = {}; }}", nested("c"), nested("d"))
        },
        true,
    );
}

#[test]
fn symbols_are_created_in_the_order_of_reductions() {
    let (sources, symbols) = (SourceMap::default(), SymbolTable::new());
    let before = symbols.len() as u32;
    let text = "{ f ? d, e }: q@{ g }: { y = x; inherit (s) t; } // (l: b)";
    let source = sources.add(Origin::Text, text.as_bytes()).expect("a small source");
    parse(&Arena::default(), &source, &sources, &symbols, &ParseOptions::new(b"/")).expect("it parses");
    let mut names: Vec<(u32, char)> =
        "fdeqgyxstlb".chars().map(|name| (symbols.lookup(name.to_string().as_bytes()), name)).map(number).collect();
    names.sort_unstable();
    // Recorded from the reference: a default before its formal, the value's names after the attribute's, a lambda's
    // argument after its body.
    assert_eq!(names.iter().map(|(_, name)| *name).collect::<String>(), "dfegyxstblq");
    assert!(names.iter().all(|(number, _)| *number >= before));
}

fn number((symbol, name): (Option<Symbol>, char)) -> (u32, char) {
    (symbol.expect("parsing created it").index(), name)
}
