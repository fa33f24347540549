//! Expectations recorded from the reference's `builtins.parseFlakeRef` and `builtins.flakeRefToString`.

use super::{FlakeReference, Reader};
use crate::errors::highlight::filter_escapes;
use crate::settings::FeatureSet;

/// The attributes as JSON, or the words of the refusal.
#[track_caller]
fn check(reference: &str, expected: &str) {
    let reader = Reader { features: FeatureSet::ALL, warn: &|_| {} };
    let shown = match FlakeReference::parse(reference.as_bytes(), &reader) {
        Ok(reference) => reference.to_attributes().to_json(),
        Err(refusal) => filter_escapes(&refusal.error.message, false).into_owned(),
    };
    assert_eq!(String::from_utf8_lossy(&shown), expected, "{reference}");
}

#[test]
fn references() {
    check("github:a/b?x=[1]", r#"{"owner":"a","repo":"b","type":"github"}"#);
    check("a/b/c/d", "GitHub URL 'flake:a/b/c/d' is invalid");
    check("/a//b/", r#"{"path":"/a/b/","type":"path"}"#);
    check("//a", r#"{"path":"/a","type":"path"}"#);
    check("/", r#"{"path":"/","type":"path"}"#);
    check("path:", r#"{"path":"/","type":"path"}"#);
    check("path:/a/?&dir=x", r#"{"dir":"x","path":"/a/","type":"path"}"#);
    check("path:./x/../y", r#"{"path":"./x/../y","type":"path"}"#);
    check(
        "git+ssh://git@github.com:22/a/b?ref=x&dir=q",
        r#"{"dir":"q","ref":"x","type":"git","url":"ssh://git@github.com:22/a/b"}"#,
    );
    let words = "flake reference 'git+ssh://git@github.com:a/b' is not an absolute path";
    check("git+ssh://git@github.com:a/b", words);
    check("x y", "flake reference 'x y' is not an absolute path");
    check("foo:bar", "input 'foo:bar' is unsupported");
    check("", "flake reference '' is not an absolute path");
    check(
        "git+file:///a?submodules=1&shallow=0",
        r#"{"shallow":false,"submodules":true,"type":"git","url":"file:///a"}"#,
    );
    check(
        "https://a/b.tar.gz?narHash=sha256-x&foo=bar&rev=q",
        r#"{"narHash":"sha256-x","rev":"q","type":"tarball","url":"https://a/b.tar.gz?foo=bar"}"#,
    );
    check("HTTPS://A/b", "input 'HTTPS://A/b' is unsupported");
    let words = "input 'file+git:///a' is unsupported; did you mean 'git+file' instead of 'file+git'?";
    check("file+git:///a", words);
}
