//! Markdown for pull requests: short tables, long lists folded, and never more than a comment may hold.

use std::fmt::Write as _;

use crate::history::{
    Case, Changes, Run,
    changes::{Change, What},
    tally::{Counts, VERDICTS},
};

/// Longest text, in characters: a comment on GitHub may have 65,536.
const LONGEST: usize = 60_000;

/// Most cases that a list names.
const MOST: usize = 300;

/// Longest name or signature, in characters.
const NAME: usize = 160;

/// What is counted and left out once the text is full.
struct Text {
    text: String,
    characters: usize,
}

impl Text {
    fn new() -> Text {
        Text { text: String::new(), characters: 0 }
    }

    /// Adds lines that must be there.
    fn add(&mut self, lines: &str) {
        self.characters += lines.chars().count();
        self.text.push_str(lines);
    }

    /// A folded list, cut where the text is full; it says how much of it is left out.
    fn list(&mut self, title: &str, open: bool, lines: impl ExactSizeIterator<Item = String>) {
        let total = lines.len();
        let attribute = if open { " open" } else { "" };
        self.add(&format!("\n<details{attribute}><summary>{title}</summary>\n\n"));
        let mut written = 0;
        for line in lines.take(MOST) {
            // Room stays for what closes this list and for the heads of those that follow.
            if self.characters + line.chars().count() > LONGEST - 2_000 {
                break;
            }
            self.add(&line);
            self.add("\n");
            written += 1;
        }
        if written < total {
            self.add(&format!("- … and {} more\n", total - written));
        }
        self.add("\n</details>\n");
    }
}

/// What changed between two runs.
pub fn changes(before: &Run, after: &Run, changes: &Changes) -> String {
    let mut text = Text::new();
    let verdict = if changes.succeeded() { "nothing broke" } else { "something broke or vanished" };
    text.add(&format!("### Thunkproof: {verdict}\n\n"));
    let mut table = "| | cases |\n|---|---:|\n".to_owned();
    for (what, count) in changes.counts() {
        if count > 0 || matches!(what, What::Broke | What::Fixed | What::Appeared | What::Vanished) {
            let count = if what.fails() && count > 0 { format!("**{count}**") } else { count.to_string() };
            // Writing to a String does not fail.
            let _ = writeln!(table, "| {what} | {count} |");
        }
    }
    let _ = writeln!(table, "| as they were | {} |", changes.same);
    text.add(&table);
    let side = |label: &str, run: &Run| {
        let date = run.date().map(|date| format!(", {date}")).unwrap_or_default();
        let commit = run.provenance.commit.as_deref().map(|commit| format!(", {}", code(commit))).unwrap_or_default();
        format!("{label}: {} cases of {}{date}{commit}", run.cases.len(), code(&run.title()))
    };
    text.add(&format!("\n{}  \n{}\n", side("Before", before), side("After", after)));
    if !changes.remarks.is_empty() {
        text.add("\n");
        for remark in changes.remarks.iter().take(20) {
            text.add(&format!("- {}\n", escaped(remark)));
        }
    }
    for (what, count) in changes.counts().into_iter().filter(|(_, count)| *count > 0) {
        let of: Vec<&Change> = changes.of(what).collect();
        text.list(&format!("{what}: {count}"), what.fails(), of.into_iter().map(change_line));
    }
    text.text
}

fn change_line(change: &Change) -> String {
    let mut line = format!("- {}", code(&change.name));
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            let _ = write!(line, ": {} → {}", code(&before.to_string()), code(&after.to_string()));
        }
        (Some(state), None) | (None, Some(state)) => {
            let _ = write!(line, ": {}", code(&state.to_string()));
        }
        (None, None) => {}
    }
    line
}

/// A summary of runs.
pub fn report(runs: &[Run]) -> String {
    let mut text = Text::new();
    let counts = Counts::of(runs);
    let verdict = if runs.iter().all(Run::succeeded) { "passed" } else { "failed" };
    text.add(&format!("### Thunkproof: {verdict}\n\n"));
    for run in runs.iter().take(20) {
        let date = run.date().map(|date| format!(", {date}")).unwrap_or_default();
        text.add(&format!("{} ({} cases{date})  \n", code(&run.title()), run.cases.len()));
    }
    let head: String = VERDICTS.map(|verdict| format!(" {verdict} |")).concat();
    let mut table = format!("\n| class |{head} all | agree, % |\n|---|{}\n", "---:|".repeat(VERDICTS.len() + 2));
    let rows = counts.classes.iter().map(|(name, tally)| (name.as_str(), tally));
    for (name, tally) in rows.chain([("all", &counts.all)]) {
        let cells: String = VERDICTS.map(|verdict| format!(" {} |", tally.count(verdict))).concat();
        let _ = writeln!(table, "| {} |{cells} {} | {:.1} |", escaped(name), tally.cases, tally.percentage());
    }
    table.push_str("\n| engine | version |\n|---|---|\n");
    let mut seen = Vec::new();
    for engine in runs.iter().flat_map(|run| &run.engines) {
        if !seen.contains(&(&engine.name, &engine.version)) {
            seen.push((&engine.name, &engine.version));
            let version = if engine.version.is_empty() { &engine.engine } else { &engine.version };
            let _ = writeln!(table, "| {} | {} |", escaped(&engine.name), escaped(version));
        }
    }
    text.add(&table);
    let remarks = || runs.iter().flat_map(|run| run.problems.iter().chain(&run.remarks));
    if remarks().next().is_some() {
        text.add("\n");
        for remark in remarks().take(20) {
            text.add(&format!("- {}\n", escaped(remark)));
        }
        if remarks().count() > 20 {
            text.add(&format!("- … and {} more\n", remarks().count() - 20));
        }
    }
    if !counts.buckets.is_empty() {
        let line = |bucket: &crate::history::tally::Bucket| {
            format!(
                "- {} {}: {}, such as {}",
                bucket.cases,
                bucket.verdict,
                code(&bucket.bucket),
                code(&bucket.example)
            )
        };
        text.list(&format!("signatures: {}", counts.buckets.len()), true, counts.buckets.iter().map(line));
    }
    let failing: Vec<&Case> = runs.iter().flat_map(|run| &run.cases).filter(|case| case.fails).collect();
    if !failing.is_empty() {
        let line = |case: &Case| {
            let bucket = case.bucket.as_deref().map(|bucket| format!(": {}", code(bucket))).unwrap_or_default();
            let title = case.title.as_deref().map(|title| format!(": {}", escaped(title))).unwrap_or_default();
            format!("- {}{title}{bucket}", code(&case.name))
        };
        text.list(&format!("cases that fail: {}", failing.len()), false, failing.into_iter().map(line));
    }
    text.text
}

/// A text of one line as code, whatever it holds.
fn code(text: &str) -> String {
    let text = shortened(&text.replace(['\n', '\r'], "⏎"), NAME);
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A space is taken off each end where there is one at both.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A text of one line in which no sign means anything.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in shortened(text, 4 * NAME).chars() {
        match character {
            '\n' | '\r' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            // A name after it would be told of the comment.
            '@' => escaped.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '>' => escaped.extend(['\\', character]),
            _ => escaped.push(character),
        }
    }
    escaped
}

fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::changes::tests::run;

    #[test]
    fn a_comparison_counts_and_names() {
        let (before, after) =
            (run(&["a agree", "b diverge value: x", "c agree"]), run(&["a diverge value: y", "b agree", "d agree"]));
        let text = changes(&before, &after, &Changes::between(&before, &after));
        for expected in [
            "### Thunkproof: something broke or vanished\n",
            "| broke | **1** |\n| vanished | **1** |\n| appeared | 1 |\n| fixed | 1 |\n| as they were | 0 |\n",
            "<details open><summary>broke: 1</summary>\n\n- `a`: `agree` → `diverge [value: y]`\n",
            "<details open><summary>vanished: 1</summary>\n\n- `c`: `agree`\n",
            "<details><summary>fixed: 1</summary>\n\n- `b`: `diverge [value: x]` → `agree`\n",
        ] {
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn a_comment_is_never_too_long_and_says_what_it_leaves_out() {
        let names: Vec<_> = (0..5000).map(|index| format!("{}{index} agree", "n".repeat(500))).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (before, after) = (run(&names), run(&[]));
        let text = changes(&before, &after, &Changes::between(&before, &after));
        assert!(
            text.chars().count() < 65_536 && text.contains("vanished: 5000") && text.contains("- … and 47"),
            "{text}"
        );
        let diverging: Vec<_> =
            names.iter().map(|name| name.replace(" agree", &format!(" diverge value: {name}"))).collect();
        let diverging: Vec<&str> = diverging.iter().map(String::as_str).collect();
        let text = report(&[run(&diverging)]);
        assert!(
            text.chars().count() < 65_536 && text.contains("cases that fail: 5000") && text.ends_with("</details>\n")
        );
    }

    #[test]
    fn names_are_code_and_other_text_means_nothing() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a ``b``\n"), "```a ``b``⏎```");
        assert_eq!(code("`x`"), "`` `x` ``");
        assert_eq!(escaped("a|b <i> @me *x*\n#1"), "a\\|b &lt;i\\> &#64;me \\*x\\* \\#1");
    }
}
