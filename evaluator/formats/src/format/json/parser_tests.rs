//! Expectations recorded from the reference; values are in its notation. Bytes that are not UTF-8 in a message show as
//! U+FFFD, as in the recording.

use super::*;
use crate::errors::highlight::filter_escapes;
use crate::format::{literal, number};

/// Writes values in the reference's notation, so that expectations are what it printed.
#[derive(Default)]
struct Printer {
    open: Vec<Open>,
    result: Vec<u8>,
}

/// A value being read: its keys (none in an array) and the texts of what it holds.
#[derive(Default)]
struct Open {
    keys: Vec<Vec<u8>>,
    texts: Vec<Vec<u8>>,
}

impl Printer {
    fn add(&mut self, text: Vec<u8>) -> Result<(), JsonError> {
        match self.open.last_mut() {
            Some(open) => open.texts.push(text),
            None => self.result = text,
        }
        Ok(())
    }
}

impl Visitor for Printer {
    type Error = JsonError;

    fn null(&mut self) -> Result<(), JsonError> {
        self.add(b"null".to_vec())
    }

    fn boolean(&mut self, value: bool) -> Result<(), JsonError> {
        self.add(value.to_string().into_bytes())
    }

    fn integer(&mut self, value: i64) -> Result<(), JsonError> {
        self.add(value.to_string().into_bytes())
    }

    fn float(&mut self, value: f64) -> Result<(), JsonError> {
        let mut text = Vec::new();
        number::write_general(&mut text, value);
        self.add(text)
    }

    fn string(&mut self, value: &[u8]) -> Result<(), JsonError> {
        let mut text = Vec::new();
        literal::write_string(&mut text, value);
        self.add(text)
    }

    fn start_array(&mut self) -> Result<(), JsonError> {
        self.open.push(Open::default());
        Ok(())
    }

    fn end_array(&mut self) -> Result<(), JsonError> {
        let Open { texts, .. } = self.open.pop().unwrap();
        let mut text = b"[ ".to_vec();
        for element in texts {
            text.extend_from_slice(&element);
            text.push(b' ');
        }
        text.push(b']');
        self.add(text)
    }

    fn start_object(&mut self) -> Result<(), JsonError> {
        self.open.push(Open::default());
        Ok(())
    }

    fn key(&mut self, name: &[u8]) -> Result<(), JsonError> {
        self.open.last_mut().unwrap().keys.push(name.to_vec());
        Ok(())
    }

    fn end_object(&mut self) -> Result<(), JsonError> {
        let Open { keys, texts } = self.open.pop().unwrap();
        let members: std::collections::BTreeMap<_, _> = keys.into_iter().zip(texts).collect();
        let mut text = b"{ ".to_vec();
        for (key, value) in members {
            literal::write_attribute_name(&mut text, &key);
            text.extend_from_slice(b" = ");
            text.extend_from_slice(&value);
            text.extend_from_slice(b"; ");
        }
        text.push(b'}');
        self.add(text)
    }
}

fn check(input: &[u8], expected: &str) {
    let mut printer = Printer::default();
    let text = match parse(input, &mut printer) {
        Ok(()) => printer.result,
        Err(error) => filter_escapes(&error.message(), false).into_owned(),
    };
    assert_eq!(String::from_utf8_lossy(&text), expected, "{input:?}");
}

#[test]
fn values() {
    check(b"9223372036854775807", "9223372036854775807");
    check(b"-9223372036854775808", "-9223372036854775808");
    check(b"-9223372036854775809", "-9.22337e+18");
    check(b"18446744073709551616", "1.84467e+19");
    check(b"-0", "0");
    check(b"-0.0", "-0");
    check(b"\"\\ud83d\\ude00\"", r#""😀""#);
    check(b"\xef\xbb\xbf1", "1");
    check(b"{\"a\":1,\"a\":2}", "{ a = 2; }");
    check(b"{\"b\":{\"a\":[]},\"a\":{}}", "{ a = { }; b = { a = [ ]; }; }");
    check(b"null", "null");
    check(b"[true,false,null]", "[ true false null ]");
    check(b"\"a\\/b\"", r#""a/b""#);
    check(b"1E5", "100000");
    check(b"1e-400", "0");
    check(b"\"\x7f\"", r#""""#);
    check(b"[1e5,1.5,100000000000000000000]", "[ 100000 1.5 1e+20 ]");
}

#[test]
fn refusals_that_are_not_about_syntax() {
    check(b"1e999", "[json.exception.out_of_range.406] number overflow parsing '1e999'");
    check(b"-1e999", "[json.exception.out_of_range.406] number overflow parsing '-1e999'");
    check(b"18446744073709551615", "unsigned json number 18446744073709551615 outside of Nix integer range");
    check(b"9223372036854775808", "unsigned json number 9223372036854775808 outside of Nix integer range");
    check(b"\"\\u0000\"", "input string '␀' cannot be represented as Nix string because it contains null bytes");
    check(b"{\"\\u0000\":1}", "input string '␀' cannot be represented as Nix string because it contains null bytes");
}

#[test]
fn syntax_errors() {
    let check = |input: &[u8], at: &str, problem: &str| {
        check(input, &format!("[json.exception.parse_error.101] parse error at line {at}: {problem}"));
    };
    check(
        b"",
        "1, column 1",
        "attempting to parse an empty input; check that your input string or stream contains the expected JSON",
    );
    check(
        b" ",
        "1, column 2",
        "syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal",
    );
    check(
        b"[",
        "1, column 2",
        "syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal",
    );
    check(b"[tru]", "1, column 5", "syntax error while parsing value - invalid literal; last read: '[tru]'");
    check(b"tru", "1, column 4", "syntax error while parsing value - invalid literal; last read: 'tru'");
    check(
        b"{",
        "1, column 2",
        "syntax error while parsing object key - unexpected end of input; expected string literal",
    );
    check(
        b"{\"a\"",
        "1, column 5",
        "syntax error while parsing object separator - unexpected end of input; expected ':'",
    );
    check(
        b"{\"a\" 1}",
        "1, column 6",
        "syntax error while parsing object separator - unexpected number literal; expected ':'",
    );
    check(
        b"{\"a\":1,}",
        "1, column 8",
        "syntax error while parsing object key - unexpected '}'; expected string literal",
    );
    check(
        b"{\"a\":1 \"b\"}",
        "1, column 10",
        "syntax error while parsing object - unexpected string literal; expected '}'",
    );
    check(b"[1,]", "1, column 4", "syntax error while parsing value - unexpected ']'; expected '[', '{', or a literal");
    check(b"[1 2]", "1, column 4", "syntax error while parsing array - unexpected number literal; expected ']'");
    check(b"01", "1, column 2", "syntax error while parsing value - unexpected number literal; expected end of input");
    check(
        b"-",
        "1, column 2",
        "syntax error while parsing value - invalid number; expected digit after '-'; last read: '-'",
    );
    check(
        b"-a",
        "1, column 2",
        "syntax error while parsing value - invalid number; expected digit after '-'; last read: '-a'",
    );
    check(
        b"1.",
        "1, column 3",
        "syntax error while parsing value - invalid number; expected digit after '.'; last read: '1.'",
    );
    check(
        b"1.x",
        "1, column 3",
        "syntax error while parsing value - invalid number; expected digit after '.'; last read: '1.x'",
    );
    check(
        b"1e",
        "1, column 3",
        concat!(
            "syntax error while parsing value - invalid number; expected '+', '-', or digit after exponent",
            "; last read: '1e'",
        ),
    );
    check(
        b"1e+",
        "1, column 4",
        "syntax error while parsing value - invalid number; expected digit after exponent sign; last read: '1e+'",
    );
    check(
        b"\"\\x\"",
        "1, column 3",
        r#"syntax error while parsing value - invalid string: forbidden character after backslash; last read: '"\x'"#,
    );
    check(
        b"\"abc",
        "1, column 5",
        r#"syntax error while parsing value - invalid string: missing closing quote; last read: '"abc'"#,
    );
    check(
        b"\"\\u12\"",
        "1, column 6",
        concat!(
            r#"syntax error while parsing value - invalid string: '\u' must be followed by 4 hex digits"#,
            r#"; last read: '"\u12"'"#,
        ),
    );
    check(
        b"\"\\ud800\"",
        "1, column 8",
        concat!(
            r#"syntax error while parsing value - "#,
            r#"invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF"#,
            r#"; last read: '"\ud800"'"#,
        ),
    );
    check(
        b"\"\\ud800\\u0041\"",
        "1, column 13",
        concat!(
            r#"syntax error while parsing value - "#,
            r#"invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF"#,
            r#"; last read: '"\ud800\u0041'"#,
        ),
    );
    check(
        b"\"\\ud800\\n\"",
        "1, column 9",
        concat!(
            r#"syntax error while parsing value - "#,
            r#"invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF"#,
            r#"; last read: '"\ud800\n'"#,
        ),
    );
    check(
        b"\"\\udc00\"",
        "1, column 7",
        concat!(
            r#"syntax error while parsing value - invalid string: surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF"#,
            r#"; last read: '"\udc00'"#,
        ),
    );
    check(
        b"\"\x01\"",
        "1, column 2",
        concat!(
            r#"syntax error while parsing value - "#,
            r#"invalid string: control character U+0001 (SOH) must be escaped to \u0001"#,
            r#"; last read: '"<U+0001>'"#,
        ),
    );
    check(
        b"\"\x08\"",
        "1, column 2",
        concat!(
            r#"syntax error while parsing value - "#,
            r#"invalid string: control character U+0008 (BS) must be escaped to \u0008 or \b"#,
            r#"; last read: '"<U+0008>'"#,
        ),
    );
    check(
        b"\"\x09\"",
        "1, column 2",
        concat!(
            r#"syntax error while parsing value - "#,
            r#"invalid string: control character U+0009 (HT) must be escaped to \u0009 or \t"#,
            r#"; last read: '"<U+0009>'"#,
        ),
    );
    check(
        b"\"\n\"",
        "2, column 0",
        concat!(
            r#"syntax error while parsing value - "#,
            r#"invalid string: control character U+000A (LF) must be escaped to \u000A or \n"#,
            r#"; last read: '"<U+000A>'"#,
        ),
    );
    check(
        b"\"\x0c\"",
        "1, column 2",
        concat!(
            r#"syntax error while parsing value - "#,
            r#"invalid string: control character U+000C (FF) must be escaped to \u000C or \f"#,
            r#"; last read: '"<U+000C>'"#,
        ),
    );
    check(
        b"\"\x0d\"",
        "1, column 2",
        concat!(
            r#"syntax error while parsing value - "#,
            r#"invalid string: control character U+000D (CR) must be escaped to \u000D or \r"#,
            r#"; last read: '"<U+000D>'"#,
        ),
    );
    check(
        b"\"\x1f\"",
        "1, column 2",
        concat!(
            r#"syntax error while parsing value - "#,
            r#"invalid string: control character U+001F (US) must be escaped to \u001F"#,
            r#"; last read: '"<U+001F>'"#,
        ),
    );
    check(
        b"\"\xff\"",
        "1, column 2",
        r#"syntax error while parsing value - invalid string: ill-formed UTF-8 byte; last read: '"�'"#,
    );
    check(
        b"\"\xc3(\"",
        "1, column 3",
        r#"syntax error while parsing value - invalid string: ill-formed UTF-8 byte; last read: '"�('"#,
    );
    check(
        b"\"\xed\xa0\x80\"",
        "1, column 3",
        r#"syntax error while parsing value - invalid string: ill-formed UTF-8 byte; last read: '"��'"#,
    );
    check(
        b"\"\xe2\x82\"",
        "1, column 4",
        r#"syntax error while parsing value - invalid string: ill-formed UTF-8 byte; last read: '"�"'"#,
    );
    check(b"\xff", "1, column 1", "syntax error while parsing value - invalid literal; last read: '�'");
    check(
        b"\xef\xbb1",
        "1, column 3",
        "syntax error while parsing value - invalid BOM; must be 0xEF 0xBB 0xBF if given; last read: '�1'",
    );
    check(
        b"\xef\xbb\xbf",
        "1, column 4",
        "syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal",
    );
    check(b"1 2", "1, column 3", "syntax error while parsing value - unexpected number literal; expected end of input");
    check(
        b"1\n\n 2",
        "3, column 2",
        "syntax error while parsing value - unexpected number literal; expected end of input",
    );
    check(
        b"\n\n [\n1,\n x]",
        "5, column 2",
        "syntax error while parsing value - invalid literal; last read: '1,<U+000A> x'",
    );
    check(b"// c\n1", "1, column 1", "syntax error while parsing value - invalid literal; last read: '/'");
    check(b"nul", "1, column 4", "syntax error while parsing value - invalid literal; last read: 'nul'");
    check(b"]", "1, column 1", "syntax error while parsing value - unexpected ']'; expected '[', '{', or a literal");
    check(b"}", "1, column 1", "syntax error while parsing value - unexpected '}'; expected '[', '{', or a literal");
    check(b",", "1, column 1", "syntax error while parsing value - unexpected ','; expected '[', '{', or a literal");
    check(b":", "1, column 1", "syntax error while parsing value - unexpected ':'; expected '[', '{', or a literal");
    check(
        b"{1:2}",
        "1, column 2",
        "syntax error while parsing object key - unexpected number literal; expected string literal",
    );
    check(
        b"{\"a\":}",
        "1, column 6",
        "syntax error while parsing value - unexpected '}'; expected '[', '{', or a literal",
    );
    check(b"{\"a\":1]", "1, column 7", "syntax error while parsing object - unexpected ']'; expected '}'");
    check(b"[1}", "1, column 3", "syntax error while parsing array - unexpected '}'; expected ']'");
    check(b"NaN", "1, column 1", "syntax error while parsing value - invalid literal; last read: 'N'");
    check(
        b"[1\x0b]",
        "1, column 3",
        "syntax error while parsing array - invalid literal; last read: '1<U+000B>'; expected ']'",
    );
    check(b"\xc3\xa9", "1, column 1", "syntax error while parsing value - invalid literal; last read: '�'");
    check(b"+1", "1, column 1", "syntax error while parsing value - invalid literal; last read: '+'");
    check(b".5", "1, column 1", "syntax error while parsing value - invalid literal; last read: '.'");
    check(b"[,1]", "1, column 2", "syntax error while parsing value - unexpected ','; expected '[', '{', or a literal");
    check(b"{,}", "1, column 2", "syntax error while parsing object key - unexpected ','; expected string literal");
    check(b"{\"a\",1}", "1, column 5", "syntax error while parsing object separator - unexpected ','; expected ':'");
    check(b"\x0c1", "1, column 1", "syntax error while parsing value - invalid literal; last read: '<U+000C>'");
    check(
        b"\"\\",
        "1, column 3",
        r#"syntax error while parsing value - invalid string: forbidden character after backslash; last read: '"\'"#,
    );
    check(
        b"\"\\u",
        "1, column 4",
        r#"syntax error while parsing value - invalid string: '\u' must be followed by 4 hex digits; last read: '"\u'"#,
    );
    check(
        b"\"\\ud800\\",
        "1, column 9",
        concat!(
            r#"syntax error while parsing value - "#,
            r#"invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF"#,
            r#"; last read: '"\ud800\'"#,
        ),
    );
    check(
        b"\"\\ud800\\u1",
        "1, column 11",
        concat!(
            r#"syntax error while parsing value - invalid string: '\u' must be followed by 4 hex digits"#,
            r#"; last read: '"\ud800\u1'"#,
        ),
    );
    check(b"[tru, \"x\"]", "1, column 5", "syntax error while parsing value - invalid literal; last read: '[tru,'");
    check(
        b"[\"x\", tru]",
        "1, column 10",
        r#"syntax error while parsing value - invalid literal; last read: '"x", tru]'"#,
    );
    check(
        b"[\"x\" , nul",
        "1, column 11",
        r#"syntax error while parsing value - invalid literal; last read: '"x" , nul'"#,
    );
    check(
        b"12 tru",
        "1, column 7",
        "syntax error while parsing value - invalid literal; last read: '12 tru'; expected end of input",
    );
    check(
        b"[1, 2, fals\n]",
        "2, column 0",
        "syntax error while parsing value - invalid literal; last read: '2, fals<U+000A>'",
    );
    check(b"-01", "1, column 3", "syntax error while parsing value - unexpected number literal; expected end of input");
    check(
        b"1.5.5",
        "1, column 4",
        "syntax error while parsing value - invalid literal; last read: '1.5.'; expected end of input",
    );
    check(b"{\"a\":1}}", "1, column 8", "syntax error while parsing value - unexpected '}'; expected end of input");
    check(b"[]]", "1, column 3", "syntax error while parsing value - unexpected ']'; expected end of input");
}

#[test]
fn depth_costs_no_stack() {
    /// Counts, and keeps nothing.
    struct Counter(usize);
    impl Visitor for Counter {
        type Error = JsonError;
        fn null(&mut self) -> Result<(), JsonError> {
            Ok(())
        }
        fn boolean(&mut self, _: bool) -> Result<(), JsonError> {
            Ok(())
        }
        fn integer(&mut self, _: i64) -> Result<(), JsonError> {
            Ok(())
        }
        fn float(&mut self, _: f64) -> Result<(), JsonError> {
            Ok(())
        }
        fn string(&mut self, _: &[u8]) -> Result<(), JsonError> {
            Ok(())
        }
        fn start_array(&mut self) -> Result<(), JsonError> {
            self.0 += 1;
            Ok(())
        }
        fn end_array(&mut self) -> Result<(), JsonError> {
            Ok(())
        }
        fn start_object(&mut self) -> Result<(), JsonError> {
            self.0 += 1;
            Ok(())
        }
        fn key(&mut self, _: &[u8]) -> Result<(), JsonError> {
            Ok(())
        }
        fn end_object(&mut self) -> Result<(), JsonError> {
            Ok(())
        }
    }
    let depth = 1_000_000;
    let mut input = b"[".repeat(depth);
    input.extend(b"]".repeat(depth));
    let mut counter = Counter(0);
    parse(&input, &mut counter).unwrap();
    assert_eq!(counter.0, depth);
    let mut input = b"{\"\":".repeat(depth);
    input.push(b'1');
    input.extend(b"}".repeat(depth));
    parse(&input, &mut counter).unwrap();
    assert_eq!(counter.0, 2 * depth);
}
