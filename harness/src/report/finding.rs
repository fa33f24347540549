//! A finding of a campaign, for people: the program, then what the two engines did as one diff, what it is called, and the
//! command that shows it again. On a terminal, in Markdown for an issue, and on a page it is the same.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::diff;
use crate::outcome::{Outcome, Work, compare::Level, error};

const FOUND: Style = AnsiColor::Red.on_default().bold();
const KNOWN: Style = AnsiColor::Yellow.on_default();
const HEADING: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();

/// Longest diff on a terminal, in lines.
const LINES: usize = 40;

/// A finding as it is shown.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// What it is called, in words.
    pub title: &'a str,
    /// Its signature.
    pub signature: &'a str,
    /// Why it is accepted, if it is.
    pub known: Option<&'a str>,
    /// The program of the campaign that it comes from.
    pub found_in: &'a str,
    /// Whether the program is as small as it can be made.
    pub reduced: bool,
    /// The program.
    pub program: &'a str,
    /// The level at which the engines differ, where two were compared.
    pub level: Option<Level>,
    /// What the reference and the subject did, where two engines were compared.
    pub sides: Option<[Side<'a>; 2]>,
    /// What a built-in oracle says of it.
    pub report: Option<&'a str>,
    /// The command that shows it again.
    pub again: Option<&'a str>,
}

/// What one engine did.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The engine's name.
    pub name: &'a str,
    /// How it ended.
    pub ending: &'a str,
    /// Standard output.
    pub stdout: &'a str,
    /// Standard error.
    pub stderr: &'a str,
    /// What was counted of the work.
    pub work: Option<Work>,
}

/// Text of an outcome that a [`Side`] can borrow.
#[derive(Clone, Debug)]
pub struct Texts {
    ending: String,
    stdout: String,
    stderr: String,
    work: Option<Work>,
}

impl Texts {
    /// That of this outcome. Bytes that are not UTF-8 are written as escapes.
    pub fn of(outcome: &Outcome) -> Texts {
        Texts {
            ending: outcome.ending.to_string(),
            stdout: diff::visible(&outcome.stdout),
            stderr: diff::visible(&outcome.stderr),
            work: outcome.work,
        }
    }

    /// The side of the engine of this name.
    pub fn side<'a>(&'a self, name: &'a str) -> Side<'a> {
        Side { name, ending: &self.ending, stdout: &self.stdout, stderr: &self.stderr, work: self.work }
    }
}

/// What each side did, as one text: standard error, standard output, and where the two differ in them how it ended and
/// what was counted. Of an error the message stands for all of it, where the two differ at a level to which its words do
/// not matter.
pub fn transcripts(sides: &[Side<'_>; 2], level: Option<Level>) -> [String; 2] {
    let [one, other] = sides;
    let endings = one.ending != other.ending;
    let counts = one.work != other.work;
    let is_coarse = level.is_some_and(|level| level < Level::Message);
    sides.map(|side| {
        let mut text = String::new();
        let stderr = if is_coarse { without_trace(side.stderr) } else { side.stderr.to_owned() };
        for stream in [stderr.as_str(), side.stdout] {
            text.push_str(stream);
            if !stream.is_empty() && !stream.ends_with('\n') {
                text.push('\n');
            }
        }
        if endings {
            text.push_str(&format!("({})\n", side.ending));
        }
        if let (true, Some(work)) = (counts, side.work) {
            let (functions, builtins) = (work.function_calls, work.builtin_calls);
            text.push_str(&format!("(calls of functions: {functions})\n(calls of builtins: {builtins})\n"));
        }
        text
    })
}

/// Standard error with the message of its error, but not the trace.
fn without_trace(stderr: &str) -> String {
    let parts = error::parts(stderr.as_bytes());
    let log = String::from_utf8_lossy(parts.log);
    parts.error.map_or_else(|| log.clone().into_owned(), |error| format!("{log}error: {}\n", error::message(error)))
}

/// The differences, line by line and coloured, under the engines' names; at most so many lines. Where all of it is one
/// piece, its place says nothing.
fn difference(shown: &Shown<'_>, most: usize) -> Vec<String> {
    let Some(sides) = &shown.sides else { return Vec::new() };
    let [one, other] = transcripts(sides, shown.level);
    let text = diff::between(&sides.map(|side| side.name.to_owned()), one.as_bytes(), other.as_bytes(), most);
    let is_place = |line: &&str| anstream::adapter::strip_str(line).to_string().starts_with("@@ ");
    let pieces = text.lines().filter(is_place).count();
    text.lines().filter(|line| pieces > 1 || !is_place(line)).map(str::to_owned).collect()
}

/// Writes it for a terminal. Colours are written too: `to` takes them out where they are not wanted.
///
/// # Errors
/// When `to` cannot be written to.
pub fn write(shown: &Shown<'_>, to: &mut (impl Write + ?Sized)) -> io::Result<()> {
    match shown.known {
        None => writeln!(to, "{FOUND}found{FOUND:#} {HEADING}{}{HEADING:#}", shown.title)?,
        Some(reason) => writeln!(to, "{KNOWN}known{KNOWN:#} {} ({reason})", shown.title)?,
    }
    if shown.title != shown.signature {
        writeln!(to, "  {QUIET}{}{QUIET:#}", shown.signature)?;
    }
    let note = if shown.reduced { "" } else { ", not reduced to the end" };
    writeln!(to, "  from {}{note}\n", shown.found_in)?;
    for line in diff::visible(shown.program.as_bytes()).lines() {
        writeln!(to, "    {line}")?;
    }
    writeln!(to)?;
    for line in difference(shown, LINES) {
        writeln!(to, "  {line}")?;
    }
    for line in shown.report.unwrap_or_default().lines() {
        writeln!(to, "  {line}")?;
    }
    if let Some(again) = shown.again {
        writeln!(to, "  {QUIET}again:{QUIET:#} {again}")?;
    }
    writeln!(to)
}

/// It as Markdown, for an issue.
pub fn markdown(shown: &Shown<'_>) -> String {
    let mut text = format!("### {}\n\n", one_line(shown.title));
    text.push_str(&fenced("nix", shown.program));
    if shown.sides.is_some() {
        let coloured = difference(shown, usize::MAX).join("\n");
        text.push_str(&fenced("diff", &anstream::adapter::strip_str(&coloured).to_string()));
    }
    if let Some(report) = shown.report {
        text.push_str(&fenced("", report));
    }
    if let Some(again) = shown.again {
        text.push_str("To see it again:\n\n");
        text.push_str(&fenced("console", &format!("$ {again}")));
    }
    text.push_str(&format!("Signature: `{}`", one_line(shown.signature).replace('`', "'")));
    if !shown.reduced {
        text.push_str(". The program is not reduced to the end");
    }
    text.push_str(".\n");
    if let Some(reason) = shown.known {
        text.push_str(&format!("\nAccepted: {}\n", one_line(reason)));
    }
    text
}

/// The command that shows the difference again: the program, the engines as they were asked for, and further flags.
pub fn again(program: &str, subject: (&str, &str), reference: (&str, &str), flags: &[&str]) -> String {
    let engine = |(name, asked): (&str, &str)| quoted(&format!("{name}={asked}"));
    let flags: String = flags.iter().map(|flag| format!(" {}", quoted(flag))).collect();
    format!(
        "thunkproof diff -E {} --subject {} --reference {}{flags}",
        quoted(program),
        engine(subject),
        engine(reference),
    )
}

/// A text as a word of a shell's.
pub fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./=:,+@".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// A block of code whose fence is longer than any in it.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}{language}\n{}\n{fence}\n\n", text.trim_end_matches('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side<'a>(name: &'a str, ending: &'a str, stdout: &'a str, stderr: &'a str) -> Side<'a> {
        Side { name, ending, stdout, stderr, work: None }
    }

    fn shown<'a>(sides: [Side<'a>; 2]) -> Shown<'a> {
        Shown {
            title: "`builtins.map` forces an element twice",
            signature: "effects: more often",
            known: None,
            found_in: "seed-1-7",
            reduced: true,
            program: "let\n  a = 1;\nin\na",
            level: Some(Level::Effects),
            sides: Some(sides),
            report: None,
            again: Some("thunkproof diff -E 1"),
        }
    }

    /// What a terminal without colours shows behind the program.
    fn check(sides: [Side<'_>; 2], expected: &[&str]) {
        let mut bytes = Vec::new();
        write(&shown(sides), &mut bytes).expect("it is written to memory");
        let text = anstream::adapter::strip_str(&String::from_utf8(bytes).expect("text")).to_string();
        let diff: Vec<_> = text.lines().skip_while(|line| !line.starts_with("  +++")).skip(1).collect();
        let diff: Vec<_> = diff.iter().take_while(|line| !line.starts_with("  again")).map(|line| &line[2..]).collect();
        assert_eq!(diff, expected, "{text}");
    }

    #[test]
    fn what_differs_shows_whatever_it_is() {
        let okay = "exit status 0";
        check(
            [side("r", okay, "1\n", "trace: a\n"), side("s", okay, "1\n", "trace: a\ntrace: a\n")],
            &[" trace: a", "+trace: a", " 1"],
        );
        check(
            [side("r", okay, "1\n", ""), side("s", "exit status 1", "", "error: x\n")],
            &["-1", "-(exit status 0)", "+error: x", "+(exit status 1)"],
        );
        let worked = |name, functions| Side {
            work: Some(Work { function_calls: functions, builtin_calls: 2 }),
            ..side(name, okay, "1\n", "")
        };
        check(
            [worked("r", 3), worked("s", 4)],
            &[" 1", "-(calls of functions: 3)", "+(calls of functions: 4)", " (calls of builtins: 2)"],
        );
    }

    #[test]
    fn of_an_error_the_message_is_shown_where_its_words_do_not_matter() {
        let failed = |name, stderr| side(name, "exit status 1", "", stderr);
        let sides =
            [failed("r", "error:\n       … while x\n\n       error: no\n"), failed("s", "trace: a\nerror: no\n")];
        check(sides, &["+trace: a", " error: no"]);
        let [whole, _] = transcripts(&sides, Some(Level::Stderr));
        assert!(whole.contains("while x"), "{whole}");
    }

    #[test]
    fn markdown_holds_the_same_and_nothing_ends_a_block_early() {
        let mut finding = shown([side("r", "exit status 0", "```\n", ""), side("s", "exit status 0", "2\n", "")]);
        finding.program = "\"```\"";
        let text = markdown(&finding);
        assert!(
            text.starts_with(
                "### `builtins.map` forces an element twice\n\n````nix\n\"```\"\n````\n\n````diff\n--- r\n+++ s\n"
            ),
            "{text}"
        );
        assert!(text.contains("-```\n+2\n````\n") && text.ends_with("Signature: `effects: more often`.\n"), "{text}");
    }

    #[test]
    fn the_command_is_one_that_a_shell_takes() {
        let command = again("let x = 'a'; in x", ("s", "embedded"), ("r", "fork:/a b/nix"), &["--work"]);
        assert_eq!(
            command,
            "thunkproof diff -E 'let x = '\\''a'\\''; in x' --subject s=embedded --reference 'r=fork:/a b/nix' --work"
        );
    }
}
