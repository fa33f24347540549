//! Pages. Each is one file that holds its styles, scripts and data and loads nothing from elsewhere. The browser is
//! told to enforce that: only scripts whose hash the page names may run.

pub mod changes;
mod data;
pub mod history;
pub(crate) mod lines;
pub(crate) mod plot;

use askama::Template;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

pub use data::ids;
pub(crate) use data::{clipped, difference};

use crate::{
    history::{
        Kind, Run, Tally,
        tally::{Bucket, Counts, VERDICTS},
    },
    outcome::{
        compare::{Level, Verdict},
        words::{self, Word},
    },
};
use data::Data;

const STYLE: &str = include_str!("style.css");
const THEME: &str = include_str!("theme.js");
const SCRIPT: &str = include_str!("report.js");
const SEARCH: &str = include_str!("compare.js");

/// Filters that templates know by name.
pub(crate) mod filters {
    /// The beginning of a commit's hash, as people write it; of another text all of it.
    #[askama::filter_fn]
    pub fn short(commit: &str, _: &dyn askama::Values) -> askama::Result<String> {
        let (hash, rest) = commit.split_at(commit.find('-').unwrap_or(commit.len()));
        let is_hash = hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        Ok(format!("{}{rest}", if is_hash { &hash[..10] } else { hash }))
    }
}

/// Signatures that are listed at once; the others are unfolded.
const FEW: usize = 12;

/// A link at the head of a page.
#[derive(Clone, Debug)]
pub struct Link {
    /// Where to, relative to the page.
    pub href: String,
    /// What it says.
    pub label: String,
}

/// A page could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot make the page: {0}")]
pub struct PageError(#[from] askama::Error);

/// What all pages have.
pub(crate) struct Frame {
    pub title: String,
    pub links: Vec<Link>,
    /// The content security policy.
    pub policy: String,
    pub style: &'static str,
    pub theme: &'static str,
    pub version: &'static str,
}

impl Frame {
    fn new(title: String, links: Vec<Link>) -> Frame {
        Frame::with(title, links, STYLE, &[SCRIPT, SEARCH], false)
    }

    /// A frame with a style and scripts of its own; `loads` where these scripts load others, which no policy can name
    /// in advance.
    pub fn with(title: String, links: Vec<Link>, style: &'static str, scripts: &[&str], loads: bool) -> Frame {
        let hash = |text: &str| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)));
        let scripts: String = scripts.iter().map(|script| format!(" {}", hash(script))).collect();
        let loads = if loads { " 'strict-dynamic'" } else { "" };
        let policy = format!(
            "default-src 'none'; style-src {}; script-src {}{scripts}{loads}; img-src data:; base-uri 'none'; form-action 'none'",
            hash(style),
            hash(THEME),
        );
        Frame { title, links, policy, style, theme: THEME, version: env!("CARGO_PKG_VERSION") }
    }
}

#[derive(Template)]
#[template(path = "report.html")]
struct Report<'a> {
    frame: Frame,
    script: &'static str,
    runs: Vec<RunView<'a>>,
    engines: Vec<EngineView<'a>>,
    verdicts: Vec<VerdictView>,
    classes: Vec<ClassView<'a>>,
    levels: Vec<LevelView>,
    counts: &'a Counts,
    buckets: &'a [Bucket],
    more_buckets: &'a [Bucket],
    words: Vec<Word>,
    data: Data<'a>,
}

struct RunView<'a> {
    name: &'a str,
    kind: &'static str,
    title: String,
    date: Option<String>,
    commit: Option<&'a str>,
    took: Option<String>,
    remarks: &'a [String],
    problems: &'a [String],
}

struct EngineView<'a> {
    name: &'a str,
    role: &'static str,
    version: &'a str,
    engine: &'a str,
    notes: &'a [String],
    rate: String,
}

struct VerdictView {
    name: String,
    sign: &'static str,
    label: String,
    count: usize,
    /// Where it begins on the bar, and how much of it it takes, in hundredths.
    start: f64,
    width: f64,
}

struct LevelView {
    name: String,
    count: usize,
    /// In hundredths of the largest.
    width: f64,
}

struct ClassView<'a> {
    name: &'a str,
    cells: Vec<CellView>,
    percentage: String,
}

struct CellView {
    name: String,
    count: usize,
}

/// The page of these runs. `links` lead to pages beside it.
///
/// # Errors
/// When the template cannot be filled in, which is a bug.
pub fn report(runs: &[Run], links: Vec<Link>) -> Result<String, PageError> {
    let title = match runs {
        [run] => run.title(),
        runs => {
            let mut titles: Vec<_> = runs.iter().map(Run::title).collect();
            titles.dedup();
            titles.join("; ")
        }
    };
    let counts = Counts::of(runs);
    let (buckets, more_buckets) = counts.buckets.split_at(counts.buckets.len().min(FEW));
    let page = Report {
        frame: Frame::new(title, links),
        script: SCRIPT,
        runs: runs.iter().map(run_view).collect(),
        engines: engines(runs),
        verdicts: verdicts(&counts),
        classes: classes(&counts),
        levels: levels(&counts),
        counts: &counts,
        buckets,
        more_buckets,
        words: words::of(counts.buckets.iter().map(|bucket| bucket.bucket.as_str())),
        data: Data::of(runs),
    };
    Ok(page.render()?)
}

fn run_view(run: &Run) -> RunView<'_> {
    RunView {
        name: &run.name,
        kind: match run.kind {
            Kind::Check => "check",
            Kind::Diff => "diff",
        },
        title: run.title(),
        date: run.date(),
        commit: run.provenance.commit.as_deref(),
        took: run.seconds.map(|seconds| format!("{seconds:.1} s, {} cases/s", rate(run.rate()))),
        remarks: &run.remarks,
        problems: &run.problems,
    }
}

/// A rate for people; nothing where there is none.
fn rate(rate: Option<f64>) -> String {
    rate.map(|rate| if rate < 10.0 { format!("{rate:.1}") } else { format!("{rate:.0}") }).unwrap_or_default()
}

/// The engines of all runs, each as often as it has another name, role or version.
fn engines(runs: &[Run]) -> Vec<EngineView<'_>> {
    let mut views: Vec<EngineView<'_>> = Vec::new();
    for run in runs {
        for engine in &run.engines {
            let role = if engine.name == run.subject { "subject" } else { "reference" };
            let same = |view: &EngineView<'_>| {
                (view.name, view.role, view.version, view.engine)
                    == (engine.name.as_str(), role, engine.version.as_str(), engine.engine.as_str())
            };
            if !views.iter().any(same) {
                let (name, version, notes) = (&engine.name, &engine.version, &engine.notes);
                views.push(EngineView { name, role, version, engine: &engine.engine, notes, rate: rate(engine.rate) });
            }
        }
    }
    views
}

fn verdicts(counts: &Counts) -> Vec<VerdictView> {
    let mut start = 0.0;
    let view = |(verdict, sign)| {
        let count = counts.all.count(verdict);
        let width = count as f64 * 100.0 / counts.all.cases.max(1) as f64;
        let view = VerdictView { name: name_of(verdict), sign, label: verdict.to_string(), count, start, width };
        start += width;
        view
    };
    VERDICTS.into_iter().zip(["✕", "?", "–", "≈", "✓"]).map(view).collect()
}

/// A verdict as the page's script and style call it, in one word.
pub(super) fn name_of(verdict: Verdict) -> String {
    verdict.to_string().replace(' ', "-")
}

fn levels(counts: &Counts) -> Vec<LevelView> {
    let most = counts.levels.values().copied().max().unwrap_or(0).max(1) as f64;
    let view = |(level, count): (&Level, &usize)| LevelView {
        name: level.to_string(),
        count: *count,
        width: *count as f64 * 100.0 / most,
    };
    counts.levels.iter().map(view).collect()
}

fn classes(counts: &Counts) -> Vec<ClassView<'_>> {
    let cell = |tally: &Tally, verdict: Verdict| CellView { name: name_of(verdict), count: tally.count(verdict) };
    let rows = counts.classes.iter().map(|(name, tally)| ClassView {
        name,
        cells: VERDICTS.map(|verdict| cell(tally, verdict)).into(),
        percentage: format!("{:.1}", tally.percentage()),
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::changes::tests::run;

    #[test]
    fn a_page_is_one_file_and_what_a_program_says_stays_text() {
        let mut odd = run(&["x diverge value: <b>"]);
        odd.cases[0].source = Some("\"</script><script>alert(1)</script>\" <!-- \u{2028}".to_owned());
        odd.problems.push("<img src=x>".to_owned());
        let page = report(&[odd], Vec::new()).expect("a page");
        assert_eq!(page.matches("</script>").count(), 3, "the data and two scripts");
        assert!(!page.contains("alert(1)</script>") && !page.contains("<img") && !page.contains("<b>\""));
        assert!(page.contains("\\u003c/script\\u003e") && page.contains("#bucket=value%3A%20%3Cb%3E"));
        let page = report(&[run(&["x agree"])], Vec::new()).expect("a page");
        for outside in ["http:", "https:", "src=", "@import", "url("] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(page.contains("default-src &#39;none&#39;") || page.contains("default-src &#x27;none&#x27;"));
    }
}
