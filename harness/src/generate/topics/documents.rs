//! JSON, TOML and XML: documents made by their grammars, read, written and read again; and documents that are none.

use super::{call, list, set, text, var};
use crate::{generate::Generator, program::Expr};

/// Pieces of a JSON string, as they are written.
const PIECES: [&str; 14] = [
    "a",
    "é",
    "\\n",
    "\\\"",
    "\\\\",
    "\\/",
    "\\b",
    "\\u001f",
    "\\u00e9",
    "\\u20ac",
    "\\ud83d\\ude00",
    "\\u007f",
    " ",
    "${x}",
];

const NUMBERS: [&str; 18] = [
    "0",
    "-0",
    "1",
    "-17",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "18446744073709551616",
    "1.0",
    "-0.0",
    "1e5",
    "1.5E+3",
    "2.5e-3",
    "1e15",
    "1e16",
    "123456.789",
    "1e300",
    "0.1",
];

fn json_text(g: &mut Generator<'_, '_>) -> String {
    let count = g.below(4);
    let inside: String = (0..count).map(|_| g.pick(&PIECES)).collect();
    format!("\"{inside}\"")
}

fn json(g: &mut Generator<'_, '_>, depth: u32) -> String {
    let space = g.pick(&["", "", "", " ", "\n", "\t "]);
    let made = match g.below(if depth > 0 { 10 } else { 5 }) {
        0 => g.pick(&["null", "true", "false"]).to_owned(),
        1 | 2 => g.pick(&NUMBERS).to_owned(),
        3 | 4 => json_text(g),
        5..=7 => {
            let count = g.below(4);
            let elements: Vec<String> = (0..count).map(|_| json(g, depth - 1)).collect();
            format!("[{}]", elements.join(","))
        }
        _ => {
            let count = g.below(4);
            let members: Vec<String> = (0..count)
                .map(|_| {
                    let name = match g.chance(180) {
                        // Names that no program has, in an order that is not theirs.
                        true => format!("\"{}\"", g.pick(&["zz9", "aa8", "mm7", "a", "b", ""])),
                        false => json_text(g),
                    };
                    format!("{name}:{}", json(g, depth - 1))
                })
                .collect();
            format!("{{{}}}", members.join(","))
        }
    };
    format!("{space}{made}")
}

fn toml_value(g: &mut Generator<'_, '_>, depth: u32) -> String {
    match g.below(if depth > 0 { 14 } else { 10 }) {
        0..=2 => g
            .pick(&["0", "+7", "-17", "1_000", "0xff", "0o17", "0b101", "9223372036854775807", "0xDEAD_BEEF"])
            .to_owned(),
        3 | 4 => g.pick(&["1.5", "-0.0", "1e3", "6.26e-34", "inf", "-inf", "1_0.5", "+1.0"]).to_owned(),
        5 => g.pick(&["true", "false"]).to_owned(),
        6 | 7 => {
            g.pick(&["\"a\"", "\"\\n\\t\\\"\"", "\"\\u00e9\"", "\"\\U0001f600\"", "'a\\b'", "''", "\"\""]).to_owned()
        }
        8 => g.pick(&["'''\na\nb'''", "\"\"\"\na\\\n   b\"\"\"", "\"\"\"a\"b\"\"\"", "'''it's'''"]).to_owned(),
        9 => "[]".to_owned(),
        10 | 11 => {
            let count = 1 + g.below(3);
            let elements: Vec<String> = (0..count).map(|_| toml_value(g, depth - 1)).collect();
            format!("[{}{}]", elements.join(g.pick(&[", ", ",\n "])), g.pick(&["", ",", " # c\n"]))
        }
        _ => {
            let count = g.below(3);
            let members: Vec<String> =
                (0..count).map(|index| format!("{} = {}", ["x", "y.z"][index], toml_value(g, depth - 1))).collect();
            format!("{{ {} }}", members.join(", "))
        }
    }
}

fn toml(g: &mut Generator<'_, '_>) -> String {
    let keys = ["a", "zz9", "aa8", "\"q r\"", "'l'", "b.c", "b.\"d\"", "1"];
    let mut order = g.order(keys.len());
    let mut lines = Vec::new();
    let count = g.below(4);
    for _ in 0..count {
        let Some(index) = order.pop() else { break };
        lines.push(format!("{} = {}", keys[index], toml_value(g, 2)));
    }
    for table in ["[t]", "[u.v]", "[[w]]", "[[w]]", "[w.x]", "[t.s]"] {
        if g.chance(60) {
            // What is below an array of tables needs one.
            if table == "[w.x]" && !lines.iter().any(|line| line == "[[w]]") {
                continue;
            }
            lines.push(table.to_owned());
            if g.chance(128) {
                lines.push(format!("k = {}", toml_value(g, 1)));
            }
        }
    }
    if g.chance(40) {
        lines.push("# a comment".to_owned());
    }
    lines.join(g.pick(&["\n", "\n\n", "\r\n"]))
}

/// A value to be written, with names that are new here and characters that need escapes.
fn written(g: &mut Generator<'_, '_>, depth: u32) -> Expr {
    match g.below(if depth > 0 { 12 } else { 8 }) {
        0 => Expr::Float(
            g.pick(&["1.0e15", "1.5", "1.0e16", "123456.0", "1000000.0", "0.1", "1.0e-5", "1.0e300", "100.25"])
                .to_owned(),
        ),
        1 => g.integer(),
        2 | 3 => text(g.pick(&["a\nb", "\t", "\r", "<&>\"'", "\u{1f}", "é", "\u{7f}", "\\", "", "${x}", "\u{2028}"])),
        4 => match g.chance(100) {
            true => text(g.pick(&["\u{1f}", "a\u{1b}", "\u{b}\u{e}"])),
            false => call("fromJSON", [text(json_text(g))]),
        },
        5 => var(g.pick(&["null", "true", "false"])),
        6 => set([(g.pick(&["outPath", "__toString"]), Expr::lambda("self", text("o")))]
            .into_iter()
            .map(|(name, value)| (name, if name == "outPath" { text("/o") } else { value }))),
        7 => super::derivations::small(g),
        8 | 9 => {
            let count = g.below(4);
            list((0..count).map(|_| written(g, depth - 1)))
        }
        _ => {
            let names = ["zz9", "aa8", "mm7", "kk6", "bb5"];
            let count = g.below(4);
            let order = g.order(names.len());
            set(order.into_iter().take(count).map(|index| (names[index], g_written(g, depth))))
        }
    }
}

fn g_written(g: &mut Generator<'_, '_>, depth: u32) -> Expr {
    let value = written(g, depth - 1);
    g.maybe_traced(value)
}

pub(super) fn make(g: &mut Generator<'_, '_>) -> Expr {
    let depth = 1 + g.below(3) as u32;
    match g.below(9) {
        0..=2 => call("fromJSON", [text(json(g, depth))]),
        3 => call("toJSON", [call("fromJSON", [text(json(g, depth))])]),
        4 | 5 => call("fromTOML", [text(toml(g))]),
        6 | 7 => call("toJSON", [written(g, depth)]),
        _ => {
            let functions = [
                Expr::lambda("x", var("x")),
                Expr::Lambda(crate::program::Lambda {
                    parameter: crate::program::Parameter::Pattern(crate::program::Pattern {
                        formals: ["zz9", "aa8"]
                            .map(|name| crate::program::Formal { name: name.to_owned(), default: None })
                            .into(),
                        ellipsis: g.chance(128),
                        at: g.chance(128).then(|| ("all".to_owned(), false)),
                    }),
                    body: crate::program::Node::new(var("aa8")),
                }),
            ];
            let written = written(g, depth);
            let shown = if g.chance(100) { list([written, functions[g.below(2)].clone()]) } else { written };
            call("toXML", [shown])
        }
    }
}

/// A document that is none.
pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    let depth = g.below(3) as u32;
    if g.chance(170) {
        let sound = json(g, depth);
        let cut = g.below(sound.len() + 1);
        let broken = match g.below(10) {
            0 | 8 => sound + g.pick(&["]", "]", "]", "}", ",", " 1", "\"", ":", "x"]),
            1 => g.pick(&["\"\\u0000\"", "[\"a\\u0000b\"]", "{\"\\u0000\":1}"]).to_owned(),
            2 | 9 => g
                .pick(&[
                    "\"\\u0000\"",
                    "[\"a\\u0000b\"]",
                    "{\"\\u0000\":1}",
                    "\"\\ud800\"",
                    "\"\\udc00\"",
                    "\"\\x\"",
                    "\"\n\"",
                    "\"\t\"",
                ])
                .to_owned(),
            3 => g.pick(&["01", "+1", "1.", ".5", "1e", "-", "--1", "0x1", "1_0", "nul", "True", "NaN"]).to_owned(),
            4 => {
                g.pick(&["[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "[,1]", "[1 2]", "{1:2}", ""]).to_owned()
            }
            5 => "[".repeat(1 + g.below(4)) + &sound,
            _ => match sound.get(..cut) {
                Some(beginning) => beginning.to_owned(),
                None => sound + "]",
            },
        };
        return call("fromJSON", [text(broken)]);
    }
    match g.below(3) {
        0 => {
            let wrong = [
                "a = ",
                "a",
                "= 1",
                "a = 1\na = 2",
                "[t]\n[t]",
                "a = 01",
                "a = 1__0",
                "a = \"x",
                "a = 'x",
                "a = [1",
                "a = {x",
                "a.b = 1\na = 2",
                "a = 1 b = 2",
                "a = tru",
                "a = \"\\q\"",
                "[a",
                "a = 1979-05-27",
                "a = 07:32:00",
                "a = nan",
                "a = 9223372036854775808",
                "a = 1979-05-27T07:32:00Z",
            ];
            call("fromTOML", [text(g.pick(&wrong))])
        }
        1 => call(g.pick(&["toJSON", "toXML"]), [list([written(g, depth), call("throw", [text("t")])])]),
        _ => call("toJSON", [set([("a", written(g, depth)), ("f", Expr::lambda("x", var("x")))])]),
    }
}
