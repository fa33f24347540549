//! A program's configuration, written in Nix: typed, with defaults, and with errors that name the place.
//!
//! `cargo run -p nix_evaluator --example config -- FILE`

use std::collections::BTreeMap;

use nix_evaluator::{Error, Evaluator, Input};
use serde::Deserialize;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    listen: String,
    #[serde(default)]
    workers: Option<u8>,
    routes: BTreeMap<String, Route>,
}

#[derive(Debug, PartialEq, Deserialize)]
enum Route {
    Files(String),
    Redirect { to: String, permanent: bool },
}

const SAMPLE: &str = r#"
{ domain }:
let redirect = to: { Redirect = { inherit to; permanent = true; }; };
in {
  listen = "${domain}:443";
  routes = {
    "/" = { Files = "/srv/www"; };
    "/old" = redirect "/new";
  };
}
"#;

fn load(input: Input) -> Result<Config, Error> {
    Evaluator::new().evaluate(input.argument("domain", "example.org"), |value| value.deserialize())
}

/// Prints the configuration of a file, or of a sample.
pub fn main() -> Result<(), Error> {
    let config = match std::env::args().nth(1).filter(|name| name.ends_with(".nix")) {
        Some(file) => load(Input::file(file))?,
        None => load(Input::text(SAMPLE))?,
    };
    println!("{config:#?}");
    let wrong = load(Input::text("{ listen = \"\"; routes.\"/\".Redirect = { to = 1; }; }")).unwrap_err();
    println!("A wrong one: {}", wrong.message());
    assert_eq!(wrong.message(), "at routes.\"/\".Redirect.to: invalid type: integer `1`, expected a string");
    Ok(())
}
