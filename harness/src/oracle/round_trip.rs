//! What is written and read back is the same: programs as `--parse` prints them, values as `--eval` prints them, and
//! data as JSON, XML and TOML.
//!
//! Data comes from the program's value through `--json`. What does not survive that by design (functions, paths that
//! are not there, what is not UTF-8) is not judged, and neither is what another format cannot hold.

mod xml;

use nix_evaluator::{
    cli::Output,
    session::{Task, Variant},
};
use serde_json::Value as Json;

use super::{Alike, Observed, Runner, Verdict};
use crate::program::{Expr, read};

/// What is written and read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The program by `--parse`, twice.
    Parse,
    /// The value, as an expression.
    Print,
    /// Data by `toJSON` and `fromJSON`.
    Json,
    /// Data by `toXML`, read by an XML reader.
    Xml,
    /// Data by a TOML writer, read by `fromTOML`.
    Toml,
}

const JSON: Task = Task::Evaluate { strict: true, output: Output::Json };
const XML: Task = Task::Evaluate { strict: true, output: Output::Xml };

impl Way {
    /// All of them.
    pub const ALL: [Way; 5] = [Way::Parse, Way::Print, Way::Json, Way::Xml, Way::Toml];

    /// Those of data.
    pub const OF_DATA: [Way; 3] = [Way::Json, Way::Xml, Way::Toml];

    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Way::Parse => "round-trip-parse",
            Way::Print => "round-trip-print",
            Way::Json => "round-trip-json",
            Way::Xml => "round-trip-xml",
            Way::Toml => "round-trip-toml",
        }
    }

    /// Writes, reads back, and writes again.
    pub fn judge(self, runner: &mut Runner, source: &[u8]) -> Verdict {
        let task = match self {
            Way::Parse => Task::Parse,
            Way::Print => Task::STRICT,
            Way::Json | Way::Xml | Way::Toml => JSON,
        };
        let left = runner.run(source, task, Variant::default());
        if left.is_inconclusive() {
            return Verdict::Inconclusive;
        }
        if let Observed::Crashed(_) = left {
            let right = Observed::Text("no crash expected".to_owned());
            return runner.differ(self.name(), source, None, left, right);
        }
        let Some(text) = left.value().and_then(|text| str::from_utf8(text).ok()) else { return Verdict::NotApplicable };
        let text = text.trim_end_matches('\n').to_owned();
        match self {
            // The reference prints floats with six digits, and without a point where that reads as another expression.
            Way::Parse if has_float(source) => Verdict::NotApplicable,
            Way::Print if has_float(text.as_bytes()) || has_unreadable(&text) => Verdict::NotApplicable,
            Way::Parse => self.parsed(runner, source, &text),
            Way::Print => match self.again(runner, source, &text, task, plain(&text)) {
                // A path may hold what no path can be written with.
                Verdict::Differ(difference) if may_have_path(&text) && difference.right.is_failure() => {
                    Verdict::NotApplicable
                }
                verdict => verdict,
            },
            Way::Json => {
                let read = Expr::builtin("fromJSON", [Expr::text(&text)]).to_source();
                self.again(runner, source, &read, JSON, plain(&text))
            }
            Way::Xml => self.through_xml(runner, source, &text),
            Way::Toml => self.through_toml(runner, source, &text),
        }
    }

    /// Parses what `--parse` printed, twice. A string of one interpolation is printed as that expression in one more
    /// pair of parentheses, which is another program; so the first text and the second are compared without them, and
    /// the second and the third as they are.
    fn parsed(self, runner: &mut Runner, source: &[u8], first: &str) -> Verdict {
        let bare = |text: &str| plain(&text.replace(['(', ')'], ""));
        let right = runner.run(first.as_bytes(), Task::Parse, Variant::default());
        let Some(second) = right.value().and_then(|text| str::from_utf8(text).ok()) else {
            if may_be_misprinted(first) || may_have_variable_or(source) {
                return Verdict::NotApplicable;
            }
            return runner.differ(self.name(), source, Some(first.as_bytes()), plain(first), right);
        };
        let second = second.trim_end_matches('\n');
        match runner.compare(self.name(), source, Some(first.as_bytes()), (bare(first), bare(second)), Alike::Exactly) {
            Verdict::Differ(_) if may_have_root(first) || may_have_variable_or(source) => Verdict::NotApplicable,
            Verdict::Agree => match self.again(runner, source, second, Task::Parse, plain(second)) {
                Verdict::Differ(_) if may_be_misprinted(second) || may_have_variable_or(source) => {
                    Verdict::NotApplicable
                }
                other => other,
            },
            other => other,
        }
    }

    /// Evaluates `read`, which must print `expected`.
    fn again(self, runner: &mut Runner, source: &[u8], read: &str, task: Task, expected: Observed) -> Verdict {
        let right = match runner.run(read.as_bytes(), task, Variant::default()) {
            right if right.value().is_some() => {
                plain(String::from_utf8_lossy(right.value().unwrap_or_default()).trim_end_matches('\n'))
            }
            right => right,
        };
        runner.compare(self.name(), source, Some(read.as_bytes()), (expected, right), Alike::Exactly)
    }

    fn through_xml(self, runner: &mut Runner, source: &[u8], json: &str) -> Verdict {
        let Ok(data) = serde_json::from_str::<Json>(json) else { return Verdict::NotApplicable };
        if !xml::can_hold(&data) {
            return Verdict::NotApplicable;
        }
        let written = Expr::builtin("fromJSON", [Expr::text(json)]).to_source();
        let right = runner.run(written.as_bytes(), XML, Variant::default());
        let Some(document) = right.value() else {
            return match right.is_inconclusive() {
                true => Verdict::Inconclusive,
                false => runner.differ(self.name(), source, Some(written.as_bytes()), plain(json), right),
            };
        };
        let read = match xml::read(&String::from_utf8_lossy(document)) {
            Ok(read) => plain(&read.to_string()),
            Err(error) => Observed::Text(format!("{error}\n{}", String::from_utf8_lossy(document))),
        };
        let expected = plain(&xml::as_written(&data).to_string());
        runner.compare(self.name(), source, Some(written.as_bytes()), (expected, read), Alike::Exactly)
    }

    fn through_toml(self, runner: &mut Runner, source: &[u8], json: &str) -> Verdict {
        let Ok(data) = serde_json::from_str::<Json>(json) else { return Verdict::NotApplicable };
        // A document is a table. Null is what it cannot hold.
        let Ok(document) = toml::to_string(&serde_json::json!({ "it": data })) else { return Verdict::NotApplicable };
        let read = Expr::builtin("fromTOML", [Expr::text(&document)]).select("it").to_source();
        self.again(runner, source, &read, JSON, plain(json))
    }
}

fn plain(text: &str) -> Observed {
    Observed::Text(text.to_owned())
}

/// Whether what `--parse` printed may be no program: an assertion is printed without parentheses, also where it cannot
/// stand without them.
fn may_be_misprinted(text: &str) -> bool {
    text.contains("assert ") || may_have_root(text)
}

/// Whether a program may have a variable `or`, which is printed bare wherever it stands: `f or` is a call of `f`, and
/// after a selection it reads as the beginning of a default.
fn may_have_variable_or(source: &[u8]) -> bool {
    let tree = str::from_utf8(source).ok().and_then(|text| read(text).ok());
    let Some(tree) = tree else { return source.windows(2).any(|pair| pair == b"or") };
    let mut found = false;
    tree.each(&mut |_, expr| found |= matches!(expr, Expr::Variable(name) if name == "or"));
    found
}

/// Whether what `--parse` printed may hold the root of the file system, or the first part of a path, as what is no path
/// by itself: it reads as an operator, or not at all.
fn may_have_root(text: &str) -> bool {
    let text = text.replace(" // ", " ");
    let goes_on = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+$/".contains(&byte);
    text.ends_with('/') || text.as_bytes().windows(2).any(|pair| pair[0] == b'/' && !goes_on(pair[1]))
}

/// Whether a printed value may hold a path: a slash outside of strings.
fn may_have_path(text: &str) -> bool {
    let (mut in_string, mut escaped) = (false, false);
    text.bytes().any(|byte| {
        let is_plain = !std::mem::take(&mut escaped);
        match byte {
            b'\\' => escaped = in_string && is_plain,
            b'"' if is_plain => in_string = !in_string,
            _ => {}
        }
        byte == b'/' && !in_string
    })
}

/// Whether a text may hold a float: a digit beside a point.
fn has_float(text: &[u8]) -> bool {
    text.windows(2).any(|pair| matches!(pair, [b'0'..=b'9', b'.'] | [b'.', b'0'..=b'9']))
        // As a value is printed: 1e+06.
        || text.windows(3).any(|three| matches!(three, [b'0'..=b'9', b'e', b'+' | b'-']))
        || [&b"inf"[..], b"nan"].iter().any(|word| text.windows(3).any(|it| it == *word))
}

/// Whether a printed value holds what is no expression, or another one: a function, something repeated, the root of
/// the file system, a path of what is built in, or a negative number, which lists do not take.
fn has_unreadable(text: &str) -> bool {
    let negative = text.as_bytes().windows(3).any(|it| matches!(it, [b' ', b'-', b'0'..=b'9']));
    // The root is printed as `/`, which is an operator.
    let root = text == "/" || text.contains(" / ");
    negative
        || root
        || text.starts_with('-')
        || ["<LAMBDA>", "<PRIMOP", "<CODE>", "<nix/", "«"].iter().any(|mark| text.contains(mark))
}
