//! Expectations recorded from the reference: some selected by hand, others from random patterns and inputs. Those are
//! in the files beside this one (pattern, input, groups of `match`, list of `split`; `~` is null).

use std::cell::Cell;

use super::*;
use crate::errors::highlight::filter_escapes;

fn show(groups: &Groups, input: &str) -> String {
    let texts =
        groups.iter().map(|range| range.clone().map_or("null".to_owned(), |range| format!("\"{}\"", &input[range])));
    let texts: Vec<_> = texts.collect();
    if texts.is_empty() { "[ ]".to_owned() } else { format!("[ {} ]", texts.join(" ")) }
}

fn show_match(pattern: &str, input: &str) -> String {
    match Regex::new(pattern.as_bytes()) {
        Ok(regex) => regex.full_match(input.as_bytes()).map_or("null".to_owned(), |groups| show(&groups, input)),
        Err(RegexError::Invalid) => "invalid".to_owned(),
        Err(RegexError::TooLarge) => "too large".to_owned(),
    }
}

fn show_split(pattern: &str, input: &str) -> String {
    let regex = Regex::new(pattern.as_bytes()).unwrap();
    let mut text = "[".to_owned();
    let mut from = 0;
    for found in regex.matches(input.as_bytes()) {
        text.push_str(&format!(" \"{}\" {}", &input[from..found.range.start], show(&found.groups, input)));
        from = found.range.end;
    }
    format!("{text} \"{}\" ]", &input[from..])
}

#[test]
fn matching() {
    let check = |pattern: &str, input: &str, expected: &str| {
        assert_eq!(show_match(pattern, input), expected, "{pattern} {input}");
    };
    check("\\d", "d", "invalid");
    check("\\]", "]", "invalid");
    check("\\}", "}", "invalid");
    check("\\)", ")", "[ ]");
    check("]", "]", "[ ]");
    check("}", "}", "[ ]");
    check("a}", "a}", "[ ]");
    check("^*", "", "invalid");
    check("*a", "a", "invalid");
    check("a|*b", "a", "invalid");
    check("a||b", "", "[ ]");
    check("()", "", r#"[ "" ]"#);
    check("()*", "", r#"[ "" ]"#);
    check("a{,2}", "a", "invalid");
    check("a{2", "aa", "invalid");
    check("a{2,1}", "aa", "invalid");
    check("a{1}{2}", "aa", "[ ]");
    check("{", "{", "invalid");
    check("(a*)*", "aa", r#"[ "" ]"#);
    check("(a*)+", "aa", r#"[ "" ]"#);
    check("(a|ab)(c|bcd)(d*)", "abcd", r#"[ "a" "bcd" "" ]"#);
    check("((a)|b)*", "ab", r#"[ "b" "a" ]"#);
    check("(a)|b", "b", "[ null ]");
    check("[a-]", "-", "[ ]");
    check("[-a]", "-", "[ ]");
    check("[a-c-e]", "-", "invalid");
    check("[]a]", "]", "[ ]");
    check("[^]a]", "b", "[ ]");
    check("[a", "a", "invalid");
    check("[[:alpha:]", "a", "invalid");
    check("[[:alpha:]-z]", "a", "invalid");
    check("[[:foo:]]", "a", "invalid");
    check("[[:ALPHA:]]", "a", "[ ]");
    check("[[:w:]]+", "a_1", "[ ]");
    check("[[=a=]]+", "aA", "[ ]");
    check("[[.space.]]", " ", "[ ]");
    check("[[.-.]]", "-", "invalid");
    check("[[.a.]-c]", "b", "[ ]");
    check("[a-[.c.]]", "b", "invalid");
    check("[\\n]", "n", "[ ]");
    check("[\\n]", "\\", "[ ]");
    check("[a-é]", "b", "invalid");
    check("[é]+", "é", "[ ]");
    check(".", "é", "null");
    check("..", "é", "[ ]");
    check("(.)\\1", "aa", "invalid");
    check("a\\", "a", "invalid");
    check("\\.", ".", "[ ]");
    check("a.b", "a\nb", "[ ]");
    check("a{100001}", "a", "too large");
    check("(a{1000}){100}", "a", "too large");
    check("a{4294967297}", "a", "invalid");
    check("a{0}", "", "[ ]");
    check("(a){0}", "", "[ null ]");
    check("a+?", "a", "[ ]");
    check("a*?b", "aab", "[ ]");
    check("(?:a)", "a", "invalid");
    check("$", "", "[ ]");
    check("a$b", "ab", "null");
    check("^a$", "a", "[ ]");
    check("^^a$$", "a", "[ ]");
    check("(a|b", "a", "invalid");
    check("a)", "a", "invalid");
    check("(a*|b)*", "ab", r#"[ "" ]"#);
    check("((a*)(b*))*", "ab", r#"[ "" "" "" ]"#);
    check("[b-a]", "a", "invalid");
    check("[--/]", ".", "[ ]");
    check("[a--]", ".", "invalid");
    check("[+--]", ",", "[ ]");
    check("[[]", "[", "[ ]");
    check("[[a]", "[", "[ ]");
    check("[a[.]", "[", "invalid");
    check("[[.zero.]-[.nine.]]", "5", "invalid");
    check("a{1a}", "a", "invalid");
    check("a{ 1}", "a", "invalid");
    check("a{1,2,3}", "a", "invalid");
    check("a\\{1", "a{1", "[ ]");
    check("\\/", "/", "invalid");
    check("\\-", "-", "invalid");
    check("\\ ", " ", "invalid");
}

#[test]
fn splitting() {
    let check = |pattern: &str, input: &str, expected: &str| {
        assert_eq!(show_split(pattern, input), expected, "{pattern} {input}");
    };
    check("", "", r#"[ "" [ ] "" ]"#);
    check("", "abc", r#"[ "" [ ] "a" [ ] "b" [ ] "c" [ ] "" ]"#);
    check("a*", "baac", r#"[ "" [ ] "b" [ ] "" [ ] "c" [ ] "" ]"#);
    check("$", "abc", r#"[ "abc" [ ] "" ]"#);
    check("^", "abc", r#"[ "" [ ] "abc" ]"#);
    check("^a", "aaa", r#"[ "" [ ] "aa" ]"#);
    check("(a|ab)(c|bcd)?", "xabcdy", r#"[ "x" [ "a" "bcd" ] "y" ]"#);
    check("a|ab", "abab", r#"[ "" [ ] "" [ ] "" ]"#);
    check("(a)|b", "ab", r#"[ "" [ "a" ] "" [ null ] "" ]"#);
    check("a?", "aab", r#"[ "" [ ] "" [ ] "" [ ] "b" [ ] "" ]"#);
    check("x*$", "abxx", r#"[ "ab" [ ] "" [ ] "" ]"#);
}

/// Groups as the recordings have them.
fn compact(groups: &Groups, input: &str) -> String {
    let texts = groups.iter().map(|range| range.clone().map_or("~", |range| &input[range]));
    format!("[{}]", texts.collect::<Vec<_>>().join(","))
}

fn compact_match(regex: &Regex, input: &str) -> String {
    regex.full_match(input.as_bytes()).map_or("null".to_owned(), |groups| compact(&groups, input))
}

fn compact_split(regex: &Regex, input: &str) -> String {
    let mut parts = Vec::new();
    let mut from = 0;
    for found in regex.matches(input.as_bytes()) {
        parts.push(input[from..found.range.start].to_owned());
        parts.push(compact(&found.groups, input));
        from = found.range.end;
    }
    parts.push(input[from..].to_owned());
    format!("[{}]", parts.join(","))
}

#[test]
fn recorded_patterns() {
    let mut count = 0;
    for line in include_str!("recordings.tsv").lines() {
        let fields: Vec<_> = line.split('\t').collect();
        let [pattern, input, groups, parts] = fields[..] else { panic!("four fields in {line:?}") };
        let regex = Regex::new(pattern.as_bytes()).unwrap();
        assert_eq!(compact_match(&regex, input), groups, "{pattern} {input}");
        assert_eq!(compact_split(&regex, input), parts, "{pattern} {input}");
        count += 1;
    }
    assert!(count >= 400);
}

#[test]
fn recorded_syntax() {
    let mut count = 0;
    for line in include_str!("syntax_recordings.tsv").lines() {
        let fields: Vec<_> = line.split('\t').collect();
        let [pattern, input, expected] = fields[..] else { panic!("three fields in {line:?}") };
        let result = match Regex::new(pattern.as_bytes()) {
            Ok(regex) => compact_match(&regex, input),
            Err(_) => "INVALID".to_owned(),
        };
        assert_eq!(result, expected, "{pattern} {input}");
        count += 1;
    }
    assert!(count >= 200);
}

#[test]
fn the_limit_on_states() {
    let check = |pattern: &str, largest: u32| {
        let compile = |count: u32| Regex::new(pattern.replace('N', &count.to_string()).as_bytes()).map(drop);
        assert_eq!(compile(largest), Ok(()), "{pattern}");
        assert_eq!(compile(largest + 1), Err(RegexError::TooLarge), "{pattern}");
    };
    check("a{N}", 99993);
    check("(a|b){N}", 12498);
    check("(a*b?){N}", 12498);
    check("(a{2}){N}", 14283);
    check("(a{1,2}){N}", 12498);
    check("a{1,N}", 49997);
    check("(a|){N,}", 14282);
    check("((a|b)*|c){N}", 6248);
    check("(a{1,2}b{0}){N}", 9998);
    check("((a?b|c){1,3}){N}", 2498);
}

#[test]
fn errors_name_the_pattern() {
    let message = |error: RegexError| {
        String::from_utf8_lossy(&filter_escapes(&error.into_error(b"a{").message, false)).into_owned()
    };
    assert_eq!(message(RegexError::Invalid), "invalid regular expression 'a{'");
    assert_eq!(message(RegexError::TooLarge), "memory limit exceeded by regular expression 'a{'");
}

/// The reference overflows its stack on such inputs; what is expected follows from shorter ones.
#[test]
fn long_inputs() {
    let input = "ab".repeat(100_000);
    let last = |pattern: &str| Regex::new(pattern.as_bytes()).unwrap().full_match(input.as_bytes()).unwrap();
    let length = input.len();
    assert_eq!(last("(a|b)*"), [Some(length - 1..length)]);
    assert_eq!(last("(.*)b"), [Some(0..length - 1)]);
    assert_eq!(last("((a)|(b))*"), [Some(length - 1..length), Some(length - 2..length - 1), Some(length - 1..length)]);
    let regex = Regex::new(b"((a|b)*c|a|b)").unwrap();
    assert_eq!(regex.matches(input.as_bytes()).count(), length);
}

/// Backtracking without a memo would not end.
#[test]
fn nested_loops() {
    let input = "a".repeat(2000);
    for pattern in ["(a*)*b", "(a|aa)+b", "((a?){40}a{40})*b", "(a|a|a|a)*(a|a)*b", "(.*)(.*)(.*)(.*)(.*)b"] {
        let regex = Regex::new(pattern.as_bytes()).unwrap();
        assert_eq!(regex.full_match(input.as_bytes()), None);
        assert_eq!(regex.matches(input.as_bytes()).count(), 0);
    }
}

#[test]
fn deeply_nested_patterns() {
    let pattern = [b"(".repeat(20_000), b"a".to_vec(), b")".repeat(20_000)].concat();
    assert_eq!(Regex::new(&pattern).unwrap().full_match(b"a").unwrap().len(), 20_000);
}

/// Wherever it is stopped, it says so, and has found nothing that it would not have found otherwise.
#[test]
fn matching_can_be_stopped_anywhere() {
    let input = "ab".repeat(30_000) + "c";
    for pattern in ["((a|b)*)c", "(a|b)b", "x", "(.*)b"] {
        let regex = Regex::new(pattern.as_bytes()).unwrap();
        let whole = regex.full_match(input.as_bytes());
        let all: Vec<Match> = regex.matches(input.as_bytes()).collect();
        let mut was_stopped = true;
        let mut questions = 0;
        while was_stopped {
            let asked = Cell::new(0);
            let stop = || {
                asked.set(asked.get() + 1);
                asked.get() > questions
            };
            let bounds = Bounds { most_bytes: usize::MAX, stop: &stop };
            let found = regex.full_match_within(input.as_bytes(), bounds);
            was_stopped = asked.get() > questions;
            assert_eq!(found, if was_stopped { Err(Exhausted) } else { Ok(whole.clone()) }, "{pattern}");
            asked.set(0);
            let mut matches = regex.matches_within(input.as_bytes(), bounds);
            let found: Vec<Match> = matches.by_ref().collect();
            assert_eq!(matches.is_exhausted(), asked.get() > questions, "{pattern}");
            assert!(all.starts_with(&found), "{pattern}");
            was_stopped |= matches.is_exhausted();
            assert!(was_stopped || found.len() == all.len(), "{pattern}");
            questions += 1;
        }
        assert!(questions > 5, "{pattern}: {questions} questions");
    }
}
