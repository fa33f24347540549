//! Shows an error of an evaluation in a program's own style, with ariadne.
//!
//! `cargo run -p nix_evaluator --example errors`

use ariadne::{Config, IndexType, Label, Report, ReportKind, Source};
use nix_evaluator::{Error, Evaluator, Location};

fn report(error: &Error) -> String {
    let mut sources: Vec<(String, String)> = Vec::new();
    let mut span = |place: &Location| {
        if !sources.iter().any(|(file, _)| *file == place.file) {
            sources.push((place.file.clone(), place.source.to_string()));
        }
        (place.file.clone(), place.offset..place.offset + 1)
    };
    let Some(place) = error.location() else { return error.message().to_owned() };
    let mut report = Report::build(ReportKind::Error, span(place))
        .with_config(Config::new().with_color(false).with_index_type(IndexType::Byte))
        .with_code(error.code())
        .with_message(error.message())
        .with_label(Label::new(span(place)).with_message("here"));
    for line in error.trace().iter().take(4) {
        if let Some(place) = &line.location {
            report = report.with_label(Label::new(span(place)).with_message(&line.message));
        }
    }
    let mut text = Vec::new();
    let cache = sources.into_iter().map(|(file, text)| (file, Source::from(text)));
    let cache =
        ariadne::FnCache::new(|file: &String| Err(format!("there is no source {file}"))).with_sources(cache.collect());
    report.finish().write(cache, &mut text).expect("a vector takes everything");
    String::from_utf8_lossy(&text).into_owned()
}

/// Shows one error.
pub fn main() {
    let text =
        "let\n  port = config: config.port;\nin\n{\n  address = \"localhost:\" + toString (port { prot = 80; });\n}\n";
    let error = Evaluator::new().evaluate(text, |value| value.select("address")?.as_int()).unwrap_err();
    let shown = report(&error);
    println!("{shown}");
    assert!(shown.contains("attribute 'port' missing"), "{shown}");
}
