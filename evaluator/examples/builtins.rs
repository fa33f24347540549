//! Builtins in Rust, with state of their own, lazy arguments, and results that are not evaluated yet.
//!
//! `cargo run -p nix_evaluator --example builtins`

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use nix_evaluator::{Builtin, Error, Evaluator};

/// Evaluates with three builtins.
pub fn main() -> Result<(), Error> {
    let secrets = Arc::new(Mutex::new(HashMap::from([("db", "swordfish")])));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();

    let secret = Builtin::new("secret", ["name"], move |call| {
        let name = call.argument(0).as_str()?;
        log.lock().expect("nobody panics").push(name.to_owned());
        match secrets.lock().expect("nobody panics").get(name) {
            Some(secret) => call.scope().string(secret),
            // `builtins.tryEval` catches it.
            None => Err(Error::thrown(format!("there is no secret '{name}'"))),
        }
    })
    .documentation("The secret of this name.");

    let first = Builtin::new("firstDefined", ["sets", "name"], |call| {
        let name = call.argument(1).as_str()?;
        for set in call.argument(0).as_list()?.iter() {
            if let Some(value) = set.get(name)? {
                // Not evaluated here: whoever looks at it does that.
                return Ok(value);
            }
        }
        Ok(call.scope().null())
    })
    .global();

    let when = Builtin::new("when", ["condition", "value"], |call| {
        Ok(if call.argument(0).as_bool()? { call.argument(1) } else { call.scope().null() })
    })
    .lazy()
    .global();

    let evaluator = Evaluator::builder().builtin(secret).builtin(first).builtin(when).build()?;
    let text = r#"
      {
        password = builtins.secret "db";
        missing = builtins.tryEval (builtins.secret "no");
        port = firstDefined [ { } { port = 80; } { port = throw "not needed"; } ] "port";
        nothing = when false (throw "not needed");
      }
    "#;
    let json = evaluator.evaluate(text, |value| value.to_json())?;
    println!("{json}");
    assert_eq!(json, r#"{"missing":{"success":false,"value":false},"nothing":null,"password":"swordfish","port":80}"#);
    println!("asked for: {:?}", asked.lock().expect("nobody panics"));
    Ok(())
}
