//! The page of what changed between two runs: each case with what it was and is, and with what engines answered before
//! and after. Its script only searches; without it, everything is shown.

use askama::Template;

use super::{
    Frame, Link, PageError, SEARCH,
    data::{self, Diff, clipped},
    lines::Line,
};
use crate::{
    history::{
        Case, Changes, Outcome, Run,
        changes::{Change, What},
    },
    outcome::{
        compare::Comparison,
        words::{self, Word},
    },
};

/// Most cases that a list shows.
const MOST: usize = 2000;

/// Longest program and longest stream, in bytes.
const LONG: usize = 4 << 10;

/// How much of programs and answers a page shows in all, in bytes; of further cases only what is said of them.
const ALL: usize = 6 << 20;

#[derive(Template)]
#[template(path = "compare.html")]
struct Page<'a> {
    frame: Frame,
    sides: [Side<'a>; 2],
    same: usize,
    remarks: &'a [String],
    words: Vec<Word>,
    script: &'static str,
    sections: Vec<Section<'a>>,
}

struct Side<'a> {
    label: &'static str,
    name: &'a str,
    href: Option<&'a str>,
    date: Option<String>,
    cases: usize,
}

struct Section<'a> {
    what: What,
    anchor: String,
    colour: &'static str,
    total: usize,
    changes: Vec<ChangeView<'a>>,
}

struct ChangeView<'a> {
    name: &'a str,
    href: Option<String>,
    before: &'a Option<Comparison>,
    after: &'a Option<Comparison>,
    detail: Option<Detail>,
}

/// What is shown of a case when it is unfolded.
struct Detail {
    source: Option<String>,
    engines: Vec<EngineView>,
}

/// What one engine answered before and after.
struct EngineView {
    name: String,
    diffs: Vec<DiffView>,
    answers: Vec<AnswerView>,
}

struct AnswerView {
    label: &'static str,
    ending: String,
    streams: Vec<(&'static str, String)>,
    /// Whether streams were kept: they are not where they are as recorded.
    is_kept: bool,
}

struct DiffView {
    stream: &'static str,
    from: String,
    to: String,
    lines: Vec<Line>,
    hidden: usize,
}

/// A run with the page that shows it, relative to the page that is made.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The run.
    pub run: &'a Run,
    /// Where its page is, if it has one, and what links there call its cases.
    pub page: Option<(&'a str, &'a [String])>,
}

/// The page of what changed from `before` to `after`.
///
/// # Errors
/// When the template cannot be filled in, which is a bug.
pub fn page(before: Shown<'_>, after: Shown<'_>, changes: &Changes, links: Vec<Link>) -> Result<String, PageError> {
    let (old, new) = (before.run.title(), after.run.title());
    let title = if old == new { format!("What changed: {new}") } else { format!("What changed: {old} → {new}") };
    let counts = changes.counts();
    let mut left = ALL;
    let mut section = |(what, total): (&What, &usize)| Section {
        what: *what,
        anchor: what.name().replace(' ', "-"),
        colour: colour(*what),
        total: *total,
        changes: changes.of(*what).take(MOST).map(|change| view(change, before, after, &mut left)).collect(),
    };
    let side = |label, shown: Shown<'_>| {
        let (name, cases) = (shown.run.name.clone(), shown.run.cases.len());
        (label, name, shown.page.map(|(page, _)| page.to_owned()), shown.run.date(), cases)
    };
    let sides = [side("before", before), side("after", after)];
    let page = Page {
        frame: Frame::new(title, links),
        sides: sides.each_ref().map(|(label, name, href, date, cases)| Side {
            label,
            name,
            href: href.as_deref(),
            date: date.clone(),
            cases: *cases,
        }),
        same: changes.same,
        remarks: &changes.remarks,
        words: words::of(
            changes.changes.iter().flat_map(|change| [&change.before, &change.after]).flatten().filter_map(bucket),
        ),
        script: SEARCH,
        sections: counts.iter().map(&mut section).collect(),
    };
    Ok(page.render()?)
}

const fn colour(what: What) -> &'static str {
    match what {
        What::Broke | What::Vanished => "diverge",
        What::Inconclusive => "inconclusive",
        What::Appeared | What::Changed => "known",
        What::Fixed | What::Conclusive => "agree",
    }
}

fn bucket(comparison: &Comparison) -> Option<&str> {
    comparison.bucket.as_deref()
}

/// A change with a link to the case in the later run, or in the earlier one where it vanished; with its answers, as long
/// as there is room for them.
fn view<'a>(change: &'a Change, before: Shown<'_>, after: Shown<'_>, left: &mut usize) -> ChangeView<'a> {
    let [old, new] = change.positions;
    let at = new.map(|index| (after, index)).or(old.map(|index| (before, index)));
    let href = at.and_then(|(shown, index)| {
        let (page, ids) = shown.page?;
        let id = askama::filters::urlencode_strict(ids.get(index)?).ok()?;
        Some(format!("{page}#case={id}"))
    });
    let detail = detail(case_of(old, before), case_of(new, after));
    let size = detail.size();
    let detail = (size <= *left).then_some(detail);
    *left = left.saturating_sub(size);
    ChangeView { name: &change.name, href, before: &change.before, after: &change.after, detail }
}

fn case_of<'r>(index: Option<usize>, shown: Shown<'r>) -> Option<&'r Case> {
    shown.run.cases.get(index?)
}

/// What engines answered in both runs, the subject first.
fn detail(before: Option<&Case>, after: Option<&Case>) -> Detail {
    let cases = || [after, before].into_iter().flatten();
    let source = cases().find_map(|case| case.source.as_ref().filter(|source| **source != case.name));
    let mut names: Vec<&String> = Vec::new();
    for name in cases().flat_map(|case| &case.outcomes).flat_map(|outcome| &outcome.engines) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let of = |case: Option<&'_ Case>, name: &String| {
        case.and_then(|case| case.outcomes.iter().find(|outcome| outcome.engines.contains(name)).cloned())
    };
    let engine = |name: &String| engine(name, of(before, name), of(after, name));
    Detail { source: source.map(|source| clipped(source, LONG)), engines: names.into_iter().map(engine).collect() }
}

fn engine(name: &str, before: Option<Outcome>, after: Option<Outcome>) -> EngineView {
    let answers = match (&before, &after) {
        (Some(before), Some(after)) if same(before, after) => vec![answer("before and after", after)],
        (before, after) => {
            let labelled = [("before", before), ("after", after)].into_iter();
            labelled.filter_map(|(label, outcome)| Some(answer(label, outcome.as_ref()?))).collect()
        }
    };
    let diffs = match (&before, &after) {
        (Some(before), Some(after)) => {
            let named = |label: &str, outcome: &Outcome| format!("{label} ({})", outcome.ending);
            data::streams([(named("before", before), before), (named("after", after), after)])
        }
        _ => Vec::new(),
    };
    EngineView { name: name.to_owned(), diffs: diffs.into_iter().map(diff_view).collect(), answers }
}

fn same(one: &Outcome, other: &Outcome) -> bool {
    (&one.ending, &one.stdout, &one.stderr, &one.work) == (&other.ending, &other.stdout, &other.stderr, &other.work)
}

fn answer(label: &'static str, outcome: &Outcome) -> AnswerView {
    let streams = [("stdout", &outcome.stdout), ("stderr", &outcome.stderr)].into_iter();
    let streams = streams.filter_map(|(name, text)| Some((name, text.as_ref().filter(|text| !text.is_empty())?)));
    AnswerView {
        label,
        ending: outcome.ending.clone(),
        streams: streams.map(|(name, text)| (name, clipped(text, LONG))).collect(),
        is_kept: outcome.stdout.is_some() || outcome.stderr.is_some(),
    }
}

fn diff_view(diff: Diff) -> DiffView {
    let Diff { stream, from, to, lines, hidden } = diff;
    DiffView { stream, from, to, lines: lines.into_iter().map(Line::of).collect(), hidden }
}

impl Detail {
    /// How much text it is.
    fn size(&self) -> usize {
        let of_line = |line: &Line| line.pieces.iter().map(|(_, piece)| piece.len()).sum::<usize>();
        let of_diff = |diff: &DiffView| diff.lines.iter().map(of_line).sum::<usize>();
        let of_answer = |answer: &AnswerView| answer.streams.iter().map(|(_, text)| text.len()).sum::<usize>();
        let of_engine = |engine: &EngineView| {
            engine.diffs.iter().map(of_diff).sum::<usize>() + engine.answers.iter().map(of_answer).sum::<usize>()
        };
        let source = self.source.as_ref().map_or(0, String::len);
        source + self.engines.iter().map(of_engine).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::changes::tests::run;

    /// A run with one case, on which one engine printed this.
    fn with(stdout: &str, verdict: &str) -> Run {
        let mut run = run(&[&format!("x {verdict}")]);
        let outcome = Outcome {
            engines: vec!["ours".to_owned()],
            ending: "exit status 0".to_owned(),
            stdout: Some(stdout.to_owned()),
            stderr: Some(String::new()),
            work: None,
        };
        run.cases[0].outcomes = vec![outcome];
        run
    }

    #[test]
    fn a_change_shows_what_was_answered_before_and_after() {
        let (before, after) = (with("<1>\n", "agree"), with("<2>\n", "diverge value: a / b"));
        let changes = Changes::between(&before, &after);
        let shown = |run| Shown { run, page: None };
        let page = page(shown(&before), shown(&after), &changes, Vec::new()).expect("a page");
        let part = |text: &str| assert!(page.contains(text), "{text} is not in {page}");
        part("− before (exit status 0)</span> <span class=\"to\">+ after (exit status 0)");
        part("<del class=\"line removed\">-");
        part("<ins class=\"line added\">+");
        part("<dt>value</dt>");
        assert!(!page.contains("<1>") && !page.contains("<2>"), "what a program says stays text");
    }

    #[test]
    fn what_is_too_much_is_left_out() {
        let (before, after) = (with("1\n", "agree"), with("2\n", "diverge value: a"));
        let changes = Changes::between(&before, &after);
        let shown = |run| Shown { run, page: None };
        let view = |mut left| view(&changes.changes[0], shown(&before), shown(&after), &mut left).detail.is_some();
        assert_eq!((view(ALL), view(3)), (true, false));
    }
}
