//! Prints a source as `nix-instantiate --parse` does: `parse (FILE | -) [GLOBALS]`, where GLOBALS is a file with the
//! names that are defined around the source, one a line. `scripts/compare_parsers.py` compares it with the reference.

use std::io::{Read, Write};

use nix_evaluator::errors::Error;
use nix_evaluator::errors::highlight::filter_escapes;
use nix_evaluator::source::{Origin, SourceMap};
use nix_evaluator::symbols::SymbolTable;
use nix_evaluator::syntax::tree::Arena;
use nix_evaluator::syntax::{Lint, ParseOptions, check_scope, parse_with_warnings, print};

fn lint(name: &str) -> Lint {
    match std::env::var(name).as_deref() {
        Ok("warn") => Lint::Warn,
        Ok("fatal") => Lint::Fatal,
        _ => Lint::Ignore,
    }
}

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().unwrap_or_else(|| "-".to_owned());
    let globals = arguments.next().map(std::fs::read_to_string).transpose()?;
    let globals: Option<Vec<&str>> = globals.as_ref().map(|globals| globals.lines().collect());
    let folder = std::env::current_dir()?.into_os_string().into_encoded_bytes();
    let mut text = Vec::new();
    let mut base = folder;
    let origin = match file.as_str() {
        "-" => {
            std::io::stdin().read_to_end(&mut text)?;
            Origin::Stdin
        }
        _ => {
            text = std::fs::read(&file)?;
            let path = std::fs::canonicalize(&file)?;
            base = path.parent().map(|folder| folder.as_os_str().as_encoded_bytes().to_vec()).unwrap_or_default();
            Origin::File(path.into_os_string().into_encoded_bytes().into())
        }
    };
    let options = ParseOptions {
        home: Some(b"/nonexistent"),
        pipe_operators: std::env::var_os("PIPES").is_some(),
        lint_url_literals: lint("LINT_URL"),
        lint_short_path_literals: lint("LINT_SHORT"),
        lint_absolute_path_literals: lint("LINT_ABSOLUTE"),
        ..ParseOptions::new(&base)
    };
    let sources = SourceMap::default();
    let symbols = SymbolTable::new();
    let source = sources.add(origin, text).expect("less than 4 GiB");
    let started = std::time::Instant::now();
    let mut stderr = std::io::stderr().lock();
    let arena = Arena::default();
    let outcome = parse_with_warnings(&arena, &source, &sources, &symbols, &options, &mut |warning| {
        let _ = stderr.write_all(&[b"warning: ", &*filter_escapes(&warning.message, false), b"\n"].concat());
    })
    .and_then(|(tree, root)| {
        let parsed = started.elapsed();
        let is_global = |name| {
            globals.as_ref().is_none_or(|globals| globals.iter().any(|global| global.as_bytes() == symbols.name(name)))
        };
        check_scope(&tree, root, &symbols, &is_global)?;
        if std::env::var_os("TIMES").is_some() {
            eprintln!("{} nodes parsed in {parsed:?}, checked after {:?}", tree.len(), started.elapsed());
        }
        Ok(print(&tree, root, &symbols))
    });
    match outcome {
        Ok(mut text) => {
            text.push(b'\n');
            std::io::stdout().lock().write_all(&text)
        }
        Err(error) => {
            let Error { message, pos, .. } = *error;
            let place = sources.place(pos).map(|place| place.describe()).unwrap_or_default();
            stderr.write_all(&[b"error: ", &*filter_escapes(&message, false), b"\nat ", &place, b"\n"].concat())?;
            std::process::exit(1)
        }
    }
}
