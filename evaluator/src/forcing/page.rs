//! Writes a recording as one HTML file that needs nothing else: the source with the fate of each thunk, the steps in
//! order, a timeline and a flame graph.

use std::collections::HashMap;

use super::json;
use super::recording::{Kind, Recording};

/// The page without its data.
const TEMPLATE: &str = include_str!("page.html");

/// How many steps and thunks a page shows. A browser gets slow beyond.
const MOST: usize = 50_000;

/// How deep the flame graph goes.
const DEEPEST: usize = 200;

/// The page, under this title.
pub fn page(recording: &Recording, title: &str) -> Vec<u8> {
    let document = String::from_utf8_lossy(&json::document(recording, MOST)).into_owned();
    TEMPLATE
        .replace("{{title}}", &escaped(title))
        .replace("{{flames}}", &flame_graph(recording))
        // Nothing in a script element may look like its end.
        .replace("{{recording}}", &document.replace('<', "\\u003c"))
        .into_bytes()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The flame graph as SVG: how long steps took without the steps in them. Steps with the same path are one.
fn flame_graph(recording: &Recording) -> String {
    let mut options = inferno::flamegraph::Options::default();
    options.title = String::new();
    options.count_name = "ns".to_owned();
    options.hash = true;
    options.no_javascript = true;
    options.image_width = Some(1200);
    let lines = folded(recording);
    let mut svg = Vec::new();
    match inferno::flamegraph::from_lines(&mut options, lines.iter().map(String::as_str), &mut svg) {
        // What precedes the element is no part of an HTML document. Its script only sets variables for another.
        Ok(()) => {
            let svg = String::from_utf8_lossy(&svg).into_owned();
            without_script(svg.find("<svg").map_or("", |start| &svg[start..]))
        }
        Err(_) => "<p>Nothing took long enough to be drawn.</p>".to_owned(),
    }
}

fn without_script(svg: &str) -> String {
    let svg = svg.replacen("onload=\"init(evt)\"", "", 1);
    match (svg.find("<script"), svg.find("</script>")) {
        (Some(start), Some(end)) => [&svg[..start], &svg[end + "</script>".len()..]].concat(),
        _ => svg,
    }
}

/// The paths of steps, as `a;b;c NANOSECONDS`.
fn folded(recording: &Recording) -> Vec<String> {
    // The node of each step: a path that others may have too.
    let mut nodes: Vec<(Option<usize>, String, u64)> = Vec::new();
    let mut known: HashMap<(Option<usize>, String), usize> = HashMap::new();
    let mut of_step: Vec<(usize, usize)> = Vec::with_capacity(recording.steps.len());
    let last = recording.steps.iter().filter_map(|step| step.ended).max().unwrap_or_default();
    for step in &recording.steps {
        if matches!(step.kind, Kind::Builtin(_)) {
            of_step.push((usize::MAX, 0));
            continue;
        }
        let parent = step.parent.map(|parent| of_step[parent]);
        let took = step.ended.unwrap_or(last).saturating_sub(step.begun);
        if let Some((node, _)) = parent {
            nodes[node].2 = nodes[node].2.saturating_sub(took);
        }
        let depth = parent.map_or(0, |(_, depth)| depth + 1);
        if let Some((node, _)) = parent.filter(|_| depth >= DEEPEST) {
            nodes[node].2 += took;
            of_step.push((node, depth));
            continue;
        }
        let label = recording.describe(step).replace(';', ",");
        let parent = parent.map(|(node, _)| node);
        let node = *known.entry((parent, label.clone())).or_insert_with(|| {
            nodes.push((parent, label, 0));
            nodes.len() - 1
        });
        nodes[node].2 += took;
        of_step.push((node, depth));
    }
    let mut paths: Vec<String> = Vec::with_capacity(nodes.len());
    let mut lines = Vec::new();
    for (parent, label, own) in &nodes {
        let path = parent.map_or_else(|| label.clone(), |parent| format!("{};{label}", paths[parent]));
        if *own > 0 {
            lines.push(format!("{path} {own}"));
        }
        paths.push(path);
    }
    lines
}
