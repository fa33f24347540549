//! Lines from a pipe, the command line, and what counts as the start of something longer.

use super::*;
use crate::io::InMemory;

fn with_session<R>(test: impl for<'e> FnOnce(&mut Session<'e>) -> R) -> R {
    let evaluator = Evaluator::builder().in_memory(InMemory::new()).build().unwrap();
    evaluator.scope(|scope| Ok(test(&mut Session::new(scope, Interrupt::new(), None, false)))).unwrap()
}

#[test]
fn more_is_wanted_where_the_text_ends_too_early() {
    with_session(|session| {
        for text in ["1 +", "{ a = 1;", "let x = 1;", "x = [ 1", "''a", "inherit (", "f = x:", "a.b = {"] {
            assert!(session.wants_more(text), "{text}");
        }
        for text in ["", "1", "x = 1", "x = 1; y = 2;", "inherit (builtins) map", ")", "x ==", ":p {", "1 }", "a == b"]
        {
            assert_eq!(session.wants_more(text), text == "x ==", "{text}");
        }
    });
}

#[test]
fn pipes_give_whole_expressions() {
    with_session(|session| {
        let mut lines = Piped(&b"x = [\n1\n]\n\n:t x\n1\n1 +\n1"[..]);
        let mut all = Vec::new();
        while let Some(text) = lines.next(session) {
            all.push(text.trim().to_owned());
        }
        assert_eq!(all, ["x = [\n1\n]", "", ":t x", "1", "1 +\n1"]);
    });
}

#[test]
fn completion_evaluates_what_is_before_the_dot() {
    with_session(|session| {
        let mut lines = Piped(
            &b"set = { one.two = 1; \"a b\" = throw \"not needed\"; on = 2; }\nloop = let f = x: f x; in f 1\n"[..],
        );
        session.run(&mut lines);
        let completions = |word: &str| session.completions(word);
        assert_eq!(completions("set.o"), (4, vec!["on".to_owned(), "one".to_owned()]));
        assert_eq!(completions("set.one.").1, ["two"]);
        assert_eq!(completions("set.").1, ["\"a b\"", "on", "one"]);
        assert_eq!(completions("se"), (0, vec!["set".to_owned()]));
        assert_eq!(completions("builtins.attrN").1, ["attrNames"]);
        assert_eq!(completions("loop.a").1, [] as [&str; 0]);
        assert_eq!(completions("nothing.a").1, [] as [&str; 0]);
    });
}

#[test]
fn the_command_line_is_read() {
    let parse = |arguments: &[&str]| Options::parse(arguments.iter().map(|argument| (*argument).to_owned()));
    let options = parse(&["-I", "a=/b", "f.nix", "--option", "pure-eval", "true", "--", "-g.nix"]).unwrap();
    assert_eq!(options.files, [PathBuf::from("f.nix"), "-g.nix".into()]);
    assert_eq!(options.search_path, ["a=/b"]);
    assert_eq!(options.settings, [("pure-eval".to_owned(), "true".to_owned())]);
    assert!(parse(&["--nope"]).unwrap_err().contains("there is no flag '--nope'"));
    assert!(parse(&["-I"]).unwrap_err().contains("-I needs a value"));
}
