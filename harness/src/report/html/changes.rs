//! The page of what changed between two runs. It has no script but the theme's.

use askama::Template;

use super::{Frame, Link, PageError};
use crate::{
    history::{
        Changes, Run,
        changes::{Change, What},
    },
    outcome::compare::Comparison,
};

/// Most cases that a list shows.
const MOST: usize = 2000;

#[derive(Template)]
#[template(path = "compare.html")]
struct Page<'a> {
    frame: Frame,
    sides: [Side<'a>; 2],
    same: usize,
    remarks: &'a [String],
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
    let section = |(what, total): (&What, &usize)| Section {
        what: *what,
        anchor: what.name().replace(' ', "-"),
        colour: colour(*what),
        total: *total,
        changes: changes.of(*what).take(MOST).map(|change| view(change, before, after)).collect(),
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
        sections: counts.iter().map(section).collect(),
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

/// A change with a link to the case in the later run, or in the earlier one where it vanished.
fn view<'a>(change: &'a Change, before: Shown<'_>, after: Shown<'_>) -> ChangeView<'a> {
    let [old, new] = change.positions;
    let at = new.map(|index| (after, index)).or(old.map(|index| (before, index)));
    let href = at.and_then(|(shown, index)| {
        let (page, ids) = shown.page?;
        let id = askama::filters::urlencode_strict(ids.get(index)?).ok()?;
        Some(format!("{page}#case={id}"))
    });
    ChangeView { name: &change.name, href, before: &change.before, after: &change.after }
}
