//! A build without features: what it lacks says so in one clear error, and the rest is as ever. `.ci/run` runs it with
//! `--no-default-features`.

#![cfg(not(any(feature = "toml", feature = "xml")))]

use nix_evaluator::Evaluator;

fn error_of(text: &str) -> String {
    let evaluator = Evaluator::builder().build().expect("an evaluator");
    evaluator.evaluate(text, |value| value.as_str().map(str::to_owned)).expect_err("it is lacking").message().to_owned()
}

#[test]
fn what_is_lacking_says_which_feature_brings_it() {
    let toml = "this build of nix_evaluator reads no TOML: it needs the feature `toml`";
    let xml = "this build of nix_evaluator writes no XML: it needs the feature `xml`";
    assert_eq!(error_of(r#"builtins.fromTOML "a = 1""#), toml);
    assert_eq!(error_of("builtins.toXML 1"), xml);
    // Arguments are looked at first.
    assert_eq!(error_of("builtins.fromTOML 1"), "expected a string but found an integer: 1");
}

#[test]
fn the_rest_is_there() {
    let evaluator = Evaluator::builder().build().expect("an evaluator");
    let text = r#"builtins.toJSON { a = builtins.fromJSON "[1]"; names = builtins.attrNames builtins; }"#;
    let json = evaluator.evaluate(text, |value| value.as_str().map(str::to_owned)).expect("a value");
    assert!(
        json.starts_with(r#"{"a":[1],"names":["#) && json.contains("\"fromTOML\"") && json.contains("\"toXML\""),
        "{json}"
    );
}
