//! The arrows of docs/architecture.md, held by reading which modules a layer names.

use std::path::Path;

/// Modules of the evaluator that the files of a layer may not name.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("heap", &["value", "bytecode", "syntax", "compiler", "vm", "builtins", "state", "cli"]),
    ("bytecode", &["compiler", "vm", "builtins", "state", "cli", "syntax::tree"]),
    ("value", &["compiler", "vm", "state", "cli", "syntax::tree"]),
    ("vm", &["compiler", "cli", "syntax::tree", "syntax::parse"]),
    ("syntax", &["value", "bytecode", "compiler", "vm", "builtins", "state", "cli"]),
    ("compiler", &["vm", "state", "cli"]),
    ("hash", &["value", "vm", "builtins", "state", "cli"]),
    ("format", &["value", "vm", "builtins", "state", "cli"]),
    ("store", &["value", "vm", "builtins", "state", "cli"]),
    ("regex", &["value", "vm", "builtins", "state", "cli"]),
    ("io", &["value", "vm", "builtins", "state", "cli"]),
    ("errors", &["value", "vm", "builtins", "state", "cli"]),
    ("settings", &["value", "vm", "builtins", "state", "cli"]),
    ("builtins", &["cli"]),
];

fn sources(path: &Path, found: &mut Vec<(String, String)>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            sources(&entry.unwrap().path(), found);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        found.push((path.display().to_string(), std::fs::read_to_string(path).unwrap()));
    }
}

#[test]
fn layers_know_only_what_lies_below() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (layer, forbidden) in FORBIDDEN {
        let mut files = Vec::new();
        sources(&root.join(layer), &mut files);
        let file = root.join(format!("{layer}.rs"));
        if file.exists() {
            sources(&file, &mut files);
        }
        assert!(!files.is_empty(), "the layer {layer} has files");
        for (name, text) in files {
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                for module in *forbidden {
                    if code.contains(&format!("crate::{module}::")) || code.contains(&format!("crate::{module};")) {
                        wrong.push(format!("{name}:{}: {layer} knows {module}", number + 1));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "docs/architecture.md forbids:\n{}", wrong.join("\n"));
}
