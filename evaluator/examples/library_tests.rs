//! Unit tests of a library written in Nix, from Rust: what is forced, and how often.
//!
//! `cargo run -p nix_evaluator --example library_tests`

use std::sync::{Arc, Mutex};

use nix_evaluator::io::InMemory;
use nix_evaluator::{Builtin, Error, Evaluator};

const LIBRARY: &str = r"
rec {
  optional = condition: value: if condition then [ value ] else [ ];
  fix = f: let x = f x; in x;
}
";

/// What was forced, in order.
type Notes = Arc<Mutex<Vec<String>>>;

/// An evaluator with the library as `<lib>`, and with `builtins.probe NAME VALUE`, which notes when it is called.
fn bench() -> Result<(Evaluator, Notes), Error> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = seen.clone();
    let probe = Builtin::new("probe", ["name", "value"], move |call| {
        notes.lock().expect("nobody panics").push(call.argument(0).as_str()?.to_owned());
        Ok(call.argument(1))
    })
    .lazy();
    let files = InMemory::new().file("/lib/default.nix", LIBRARY);
    let evaluator = Evaluator::builder().in_memory(files).search_path("lib=/lib").builtin(probe).build()?;
    Ok((evaluator, seen))
}

/// Checks two functions.
pub fn main() -> Result<(), Error> {
    let (evaluator, seen) = bench()?;
    evaluator.scope(|scope| {
        let library = scope.evaluate("import <lib>")?;
        let optional = library.get("optional")?.expect("it is defined").call(scope.bool(true))?;
        let list = optional.call(scope.lazy("builtins.probe \"value\" 1")?)?;
        assert_eq!(list.as_list()?.len(), 1);
        assert!(seen.lock().expect("nobody panics").is_empty(), "the element is not forced");

        let fixed =
            scope.evaluate("(import <lib>).fix (self: { a = builtins.probe \"a\" 1; b = self.a + self.a; })")?;
        assert_eq!(fixed.select("b")?.as_int()?, 2);
        Ok(())
    })?;
    assert_eq!(*seen.lock().expect("nobody panics"), ["a"], "it is forced once");
    println!("as lazy as it should be");
    Ok(())
}
