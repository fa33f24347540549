//! The pages of a site.

use askama::Template;
use serde::Serialize;

use super::{
    Prepared, Site,
    areas::{self, Count, Kind},
    findings::{Campaign, Finding},
    table::{Mark, Table},
    trends::Series,
};
use crate::{
    outcome::compare::Verdict,
    report::{
        finding::transcripts,
        html::{Frame, PageError, difference, filters, lines::Line},
    },
};

const STYLE: &str = concat!(include_str!("../report/html/style.css"), include_str!("pages/site.css"));
const OVERVIEW: &str = include_str!("pages/overview.js");
const CASES: &str = include_str!("pages/cases.js");
const FINDINGS: &str = include_str!("pages/findings.js");

/// Findings that the first page shows.
const FEW: usize = 4;

/// Longest program, in lines, that the first page shows.
const SHORT: usize = 6;

/// An entry of the menu.
struct Item {
    href: &'static str,
    label: &'static str,
    count: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview<'a> {
    frame: Frame,
    menu: Vec<Item>,
    site: &'a Site,
    remarks: Vec<&'a String>,
    tables: Vec<TableView<'a>>,
    findings: Vec<FindingView<'a>>,
    found: String,
    series: Option<SeriesView<'a>>,
    marks: [Mark; 6],
    data: OverviewData<'a>,
    script: &'static str,
}

/// A series with the plots that the first page has room for.
struct SeriesView<'a> {
    title: &'a str,
    nights: &'a [super::trends::Night],
    plots: &'a [crate::report::html::plot::Plot],
}

#[derive(Template)]
#[template(path = "cases.html")]
struct Cases<'a> {
    frame: Frame,
    menu: Vec<Item>,
    site: &'a Site,
    marks: [Mark; 6],
    data: Vec<Set<'a>>,
    script: &'static str,
}

#[derive(Template)]
#[template(path = "findings.html")]
struct Findings<'a> {
    frame: Frame,
    menu: Vec<Item>,
    site: &'a Site,
    campaigns: Vec<CampaignView<'a>>,
    script: &'static str,
}

#[derive(Template)]
#[template(path = "trends.html")]
struct Trends<'a> {
    frame: Frame,
    menu: Vec<Item>,
    site: &'a Site,
    unreadable: &'a [String],
}

struct TableView<'a> {
    number: usize,
    title: &'a str,
    baseline: &'a str,
    cases: usize,
    engines: Vec<EngineView<'a>>,
    classes: Vec<ClassView<'a>>,
}

struct EngineView<'a> {
    name: &'a str,
    version: &'a str,
    exact: String,
    alike: String,
    bars: Vec<Bar>,
    /// How many differences are accepted, and where they are.
    accepted: usize,
    accepted_href: String,
}

struct Bar {
    name: &'static str,
    sign: &'static str,
    label: &'static str,
    count: usize,
    start: f64,
    width: f64,
    href: String,
}

struct ClassView<'a> {
    name: &'a str,
    cases: usize,
    href: String,
    cells: Vec<CellView>,
}

struct CellView {
    exact: usize,
    alike: usize,
    asked: usize,
    heat: String,
    href: String,
}

/// What the first page's script knows: the areas of the first table.
#[derive(Serialize)]
struct OverviewData<'a> {
    engines: Vec<&'a str>,
    /// Kind, name, cases, and three numbers an engine: exact, alike, asked.
    rows: Vec<(Kind, &'a str, usize, Vec<usize>)>,
}

/// What the list of cases knows of a table before it loads anything.
#[derive(Serialize)]
struct Set<'a> {
    title: &'a str,
    baseline: &'a str,
    engines: Vec<[&'a str; 2]>,
    classes: &'a [super::data::Class],
    areas: Vec<(Kind, &'a str, usize)>,
}

struct CampaignView<'a> {
    title: String,
    facts: String,
    findings: Vec<FindingView<'a>>,
}

struct FindingView<'a> {
    anchor: String,
    programs: String,
    finding: &'a Finding,
    diff: Option<DiffView>,
}

struct DiffView {
    from: String,
    to: String,
    lines: Vec<Line>,
    hidden: usize,
}

/// All pages, each with its name.
///
/// # Errors
/// When a template cannot be filled in, which is a bug.
pub(super) fn all(site: &Site, prepared: &[Prepared<'_>]) -> Result<Vec<(&'static str, String)>, PageError> {
    let frame = |title: &str, scripts: &[&str], loads| {
        let title = if title.is_empty() { site.title.clone() } else { format!("{title} · {}", site.title) };
        Frame::with(title, Vec::new(), STYLE, scripts, loads)
    };
    let campaigns = campaigns(&site.campaigns);
    let findings = campaigns.iter().flat_map(|campaign| &campaign.findings);
    let shown = |view: &&FindingView<'_>| view.finding.known.is_none() && view.finding.program.lines().count() <= SHORT;
    let few = findings.clone().filter(shown).take(FEW).map(|view| FindingView {
        anchor: view.anchor.clone(),
        programs: view.programs.clone(),
        finding: view.finding,
        diff: None,
    });
    let first = prepared.first();
    let overview = Overview {
        frame: frame("", &[OVERVIEW], false),
        menu: menu(site, "index.html"),
        site,
        remarks: site.remarks.iter().chain(site.tables.iter().flat_map(|table| &table.remarks)).collect(),
        tables: prepared.iter().enumerate().map(|(number, one)| table(number, one)).collect(),
        findings: few.collect(),
        found: counted(findings.count(), "finding"),
        series: site.series.first().map(small),
        marks: Mark::ALL,
        data: OverviewData {
            engines: first.map(|one| names(one.table)).unwrap_or_default(),
            rows: first.map(rows).unwrap_or_default(),
        },
        script: OVERVIEW,
    };
    let cases = Cases {
        frame: frame("Cases", &[CASES], true),
        menu: menu(site, "cases.html"),
        site,
        marks: Mark::ALL,
        data: prepared.iter().map(set).collect(),
        script: CASES,
    };
    let mut pages = vec![("index.html", overview.render()?), ("cases.html", cases.render()?)];
    if !campaigns.is_empty() {
        let frame = frame("Found by fuzzing", &[FINDINGS], false);
        let page = Findings { frame, menu: menu(site, "findings.html"), site, campaigns, script: FINDINGS };
        pages.push(("findings.html", page.render()?));
    }
    if !site.series.is_empty() {
        let (frame, menu) = (frame("Over time", &[], false), menu(site, "trends.html"));
        pages.push(("trends.html", Trends { frame, menu, site, unreadable: &site.unreadable }.render()?));
    }
    Ok(pages)
}

fn menu(site: &Site, current: &str) -> Vec<Item> {
    let item = |href, label, count: usize| Item {
        href,
        label,
        count: if count > 0 { count.to_string() } else { String::new() },
        current: href == current,
    };
    let cases = site.tables.iter().map(|table| table.rows.len()).sum();
    let found = site.campaigns.iter().map(|campaign| campaign.findings.len()).sum();
    let mut menu = vec![item("index.html", "Overview", 0), item("cases.html", "Cases", cases)];
    if !site.campaigns.is_empty() {
        menu.push(item("findings.html", "Found by fuzzing", found));
    }
    if !site.series.is_empty() {
        menu.push(item("trends.html", "Over time", 0));
    }
    menu
}

fn names(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|column| column.name.as_str()).collect()
}

fn table<'a>(number: usize, one: &'a Prepared<'_>) -> TableView<'a> {
    let Prepared { table, classes, .. } = one;
    let mut all = vec![Count::default(); table.columns.len()];
    let mut by_class = vec![all.clone(); classes.len()];
    for row in &table.rows {
        areas::add(&mut all, row);
        if let Some(at) = classes.iter().position(|class| class.name == row.class) {
            areas::add(&mut by_class[at], row);
        }
    }
    let link = |fields: &[(&str, &str)]| link(number, fields);
    let engines = table.columns.iter().zip(&all).enumerate().map(|(at, (column, count))| {
        let mut start = 0.0;
        let bar = |mark: Mark| {
            let width = count.of(mark) as f64 * 100.0 / table.rows.len().max(1) as f64;
            start += width;
            Bar {
                name: mark.name(),
                sign: mark.sign(),
                label: mark.label(),
                count: count.of(mark),
                start: hundredth(start - width),
                width: hundredth(width),
                href: link(&[("engine", &column.name), ("mark", mark.name())]),
            }
        };
        EngineView {
            name: &column.name,
            version: &column.version,
            exact: percent(count.of(Mark::Exact), count.asked()),
            alike: percent(count.alike(), count.asked()),
            bars: Mark::ALL.into_iter().filter(|mark| count.of(*mark) > 0).map(bar).collect(),
            accepted: table.rows.iter().filter(|row| row.cells[at].as_ref().is_some_and(|cell| cell.known)).count(),
            accepted_href: link(&[("engine", &column.name), ("mark", "known")]),
        }
    });
    let classes = classes.iter().zip(&by_class).map(|(class, counts)| ClassView {
        name: &class.name,
        cases: class.cases,
        href: link(&[("class", &class.name)]),
        cells: table
            .columns
            .iter()
            .zip(counts)
            .map(|(column, count)| CellView {
                exact: count.of(Mark::Exact),
                alike: count.alike(),
                asked: count.asked(),
                heat: heat(*count),
                href: link(&[("class", &class.name), ("engine", &column.name)]),
            })
            .collect(),
    });
    TableView {
        number,
        title: &table.title,
        baseline: &table.baseline,
        cases: table.rows.len(),
        engines: engines.collect(),
        classes: classes.collect(),
    }
}

/// The address of the cases of which this holds.
fn link(number: usize, fields: &[(&str, &str)]) -> String {
    let number = number.to_string();
    let set = Some(("set", number.as_str())).filter(|_| number != "0");
    let fields = set.iter().chain(fields).map(|(name, value)| format!("{name}={}", encoded(value)));
    format!("cases.html#{}", fields.collect::<Vec<_>>().join("&"))
}

/// A text as a part of an address.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// Classes for the colour of a cell, by either way to count: from 0 to 10.
fn heat(count: Count) -> String {
    let step = |part: usize| if count.asked() == 0 { 0 } else { part * 10 / count.asked() };
    format!("exact-{} alike-{}", step(count.of(Mark::Exact)), step(count.alike()))
}

/// So many of so many in per cent. Only all of them are a hundred.
fn percent(part: usize, all: usize) -> String {
    if all == 0 {
        return "–".to_owned();
    }
    let tenths = part * 1000 / all;
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn hundredth(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn rows<'a>(one: &'a Prepared<'_>) -> Vec<(Kind, &'a str, usize, Vec<usize>)> {
    let numbers = |count: &Count| [count.of(Mark::Exact), count.alike(), count.asked()];
    let row = |area: &'a areas::Area| {
        (area.kind, area.name.as_str(), area.cases, area.counts.iter().flat_map(numbers).collect())
    };
    one.areas.areas.iter().map(row).collect()
}

fn set<'a>(one: &'a Prepared<'_>) -> Set<'a> {
    let Prepared { table, areas, classes } = one;
    Set {
        title: &table.title,
        baseline: &table.baseline,
        engines: table.columns.iter().map(|column| [column.name.as_str(), column.version.as_str()]).collect(),
        classes,
        areas: areas.areas.iter().map(|area| (area.kind, area.name.as_str(), area.cases)).collect(),
    }
}

fn small(series: &Series) -> SeriesView<'_> {
    let plots = &series.plots[..series.plots.len().min(2)];
    SeriesView { title: &series.title, nights: &series.nights, plots }
}

fn campaigns(campaigns: &[Campaign]) -> Vec<CampaignView<'_>> {
    let mut number = 0;
    let mut views = Vec::new();
    for campaign in campaigns {
        let mut findings = Vec::new();
        for finding in &campaign.findings {
            number += 1;
            findings.push(FindingView {
                anchor: format!("finding-{number}"),
                programs: finding.programs.map(|programs| counted(programs as usize, "program")).unwrap_or_default(),
                finding,
                diff: diff(finding),
            });
        }
        let engines: Vec<_> = campaign.engines.iter().map(|(name, _)| name.as_str()).collect();
        let title = if engines.is_empty() { "Built-in oracles".to_owned() } else { engines.join(" against ") };
        let (programs, seconds) = (counted(campaign.cases as usize, "program"), campaign.seconds);
        views.push(CampaignView { title, facts: format!("{programs} in {seconds:.0} s"), findings });
    }
    views
}

/// Where the two outcomes differ, the reference's first.
fn diff(finding: &Finding) -> Option<DiffView> {
    let sides = finding.shown().sides?;
    let [from, to] = transcripts(&sides, finding.level);
    let (lines, hidden) = difference(&from, &to);
    let [from, to] = sides.map(|side| side.name.to_owned());
    Some(DiffView { from, to, lines: lines.into_iter().map(Line::of).collect(), hidden })
}

/// A number of things.
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_of_them_are_a_hundred_per_cent() {
        assert_eq!([percent(3, 3), percent(9999, 10000), percent(0, 0)], ["100.0", "99.9", "–"]);
        let mut count = Count::default();
        (0..9).for_each(|_| count.add(Mark::Exact));
        count.add(Mark::Messages);
        assert_eq!(heat(count), "exact-9 alike-10");
    }

    #[test]
    fn links_hold_any_name() {
        assert_eq!(link(0, &[("engine", "a b&c")]), "cases.html#engine=a%20b%26c");
        assert_eq!(link(2, &[("class", "eval-okay")]), "cases.html#set=2&class=eval-okay");
    }
}
