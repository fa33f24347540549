//! `thunkproof history`: draws the runs of a folder over time.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;
use walkdir::WalkDir;

use super::{Complaint, outputs};
use crate::{
    history::{
        self, Changes, Run,
        trend::{self, Point, Series},
    },
    report::html::{self, Link},
    write,
};

/// Name of the page that leads to all others.
const INDEX: &str = "index.html";

/// Shows how runs went over time: plots, a page for each run, and one for what changed between it and the run before.
///
/// FOLDER and the folders in it hold what `check --json` and `diff --json` wrote (*.json, *.jsonl); what is no run is
/// listed and passed over. Runs are ordered by the time at which they began, as they say themselves. Pages ask nothing of
/// any other place, and link to each other by relative names. The exit status is 0 whatever the runs came to, and 2 where
/// the pages could not be made.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder with past runs
    folder: PathBuf,

    /// Write index.html, runs/ and compare/ into this folder, which is made where it does not exist
    #[arg(long, value_name = "FOLDER", value_parser = outputs::folder())]
    out: PathBuf,

    /// Show only this many of the latest runs
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    last: u32,
}

/// Runs the subcommand.
pub(super) fn run(arguments: &Arguments) -> Result<bool, Complaint> {
    let folder = &arguments.folder;
    let refused = |error: io::Error| Complaint(format!("cannot read {}: {error}", folder.display()));
    if !folder.metadata().map_err(refused)?.is_dir() {
        return Err(Complaint(format!("{} is no folder: name one that holds runs", folder.display())));
    }
    let mut unreadable = Vec::new();
    let mut found = points(folder, &mut unreadable).map_err(refused)?;
    if let (true, Some(first)) = (found.is_empty(), unreadable.first()) {
        return Err(Complaint(format!("no run in {} can be shown: {first}", folder.display())));
    }
    found.sort_by_key(|(_, point)| point.started);
    let left_out = found.len().saturating_sub(arguments.last as usize);
    let mut kept = found.split_off(left_out);
    name_pages(&mut kept);

    for below in ["runs", "compare"] {
        let below = arguments.out.join(below);
        fs::create_dir_all(&below).map_err(|error| Complaint(format!("cannot make {}: {error}", below.display())))?;
    }
    let files: Vec<(PathBuf, String)> = kept.iter().map(|(file, point)| (file.clone(), point.page.clone())).collect();
    let mut series = trend::series(kept.into_iter().map(|(_, point)| point).collect());
    for one in &mut series {
        write_pages(one, &files, &arguments.out)?;
    }
    let folder = folder.display().to_string();
    let history = html::history::History { folder: &folder, series: &series, left_out, unreadable: &unreadable };
    // Last, so that it never leads to a page that is not there.
    write::text(&arguments.out.join(INDEX), &html::history::page(&history)?)?;
    let shown: usize = series.iter().map(|one| one.points.len()).sum();
    let index = arguments.out.join(INDEX);
    let mut line = format!("{}: {shown} runs", index.display());
    for (count, what) in [(left_out, "older ones left out"), (unreadable.len(), "files not shown")] {
        if count > 0 {
            line.push_str(&format!(", {count} {what}"));
        }
    }
    super::unless_closed(io::Write::write_all(&mut anstream::stdout(), format!("{line}\n").as_bytes()))?;
    Ok(true)
}

/// All dated runs below `folder`, with their files. What is none is said in `unreadable`.
fn points(folder: &Path, unreadable: &mut Vec<String>) -> io::Result<Vec<(PathBuf, Point)>> {
    let mut points = Vec::new();
    for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                unreadable.push(error.to_string());
                continue;
            }
        };
        let is_run = entry.path().extension().is_some_and(|ending| ending == "json" || ending == "jsonl");
        if !is_run || entry.file_type().is_dir() {
            continue;
        }
        // Nobody writes to a pipe that happens to lie there.
        if !entry.file_type().is_file() {
            unreadable.push(format!("{} is no regular file", entry.path().display()));
            continue;
        }
        match history::read(entry.path()) {
            Err(error) => unreadable.push(error.to_string()),
            Ok(runs) if runs.len() != 1 => {
                unreadable.push(format!("{} holds {} runs, and a point is one", entry.path().display(), runs.len()));
            }
            Ok(runs) => match runs.first().and_then(|run| Point::of(run, String::new())) {
                Some(point) => points.push((entry.into_path(), point)),
                None => {
                    let reason = "does not say when it began, so that it has no place among the others";
                    unreadable.push(format!("{} {reason}", entry.path().display()));
                }
            },
        }
    }
    Ok(points)
}

/// Gives each run, the earliest first, a page named after its date and its file.
fn name_pages(kept: &mut [(PathBuf, Point)]) {
    let mut used = std::collections::HashSet::new();
    for (file, point) in kept {
        let stem = file.file_stem().unwrap_or(OsStr::new("run")).to_string_lossy();
        let plain = |character: char| {
            if character.is_ascii_alphanumeric() || "-_.".contains(character) { character } else { '-' }
        };
        let stem: String = stem.chars().take(60).map(plain).collect();
        let base = format!("{}-{stem}", point.started.strftime("%Y%m%d-%H%M%S"));
        let names = std::iter::once(base.clone()).chain((2..).map(|number| format!("{base}-{number}")));
        let name = names.into_iter().find(|name| used.insert(name.clone())).unwrap_or(base);
        point.page = format!("runs/{name}.html");
    }
}

/// Writes the pages of one series. No more than two runs are in memory at a time.
fn write_pages(series: &mut Series, files: &[(PathBuf, String)], out: &Path) -> Result<(), Complaint> {
    let mut before: Option<(Run, Vec<String>, String)> = None;
    for index in 0..series.points.len() {
        let page = series.points[index].page.clone();
        let name = page.trim_start_matches("runs/").to_owned();
        let Some((file, _)) = files.iter().find(|(_, its)| *its == page) else { continue };
        let run = match history::read(file)?.pop() {
            Some(run) => run,
            None => continue,
        };
        let ids = html::ids(std::slice::from_ref(&run)).pop().unwrap_or_default();
        let all = Link { href: format!("../{INDEX}"), label: "All runs".to_owned() };
        let mut links = vec![all.clone()];
        if let Some((old, old_ids, old_name)) = &before {
            let changes = Changes::between(old, &run);
            let relative = |name: &str| format!("../runs/{name}");
            let (old_page, new_page) = (relative(old_name), relative(&name));
            let shown = |run, page, ids| html::changes::Shown { run, page: Some((page, ids)) };
            let (old, new) = (shown(old, &old_page, old_ids), shown(&run, &new_page, &ids));
            let text = html::changes::page(old, new, &changes, vec![all])?;
            write::text(&out.join("compare").join(&name), &text)?;
            series.points[index].compare = Some((format!("compare/{name}"), changes.counts()));
            links.push(Link { href: old_name.clone(), label: "← Run before".to_owned() });
            links.push(Link { href: format!("../compare/{name}"), label: "What changed".to_owned() });
        }
        if let Some(next) = series.points.get(index + 1) {
            let href = next.page.trim_start_matches("runs/").to_owned();
            links.push(Link { href, label: "Run after →".to_owned() });
        }
        write::text(&out.join("runs").join(&name), &html::report(std::slice::from_ref(&run), links)?)?;
        before = Some((run, ids, name));
    }
    Ok(())
}
