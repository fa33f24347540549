//! Finds where two printed values first differ, and says in words what no program chooses: that one is printed as a
//! repetition, as a function or as not evaluated. Which types stand there, and inside what, is the program's doing, and
//! would make many buckets of one cause.

/// What kind of value a piece of printed text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Boolean,
    Null,
    Integer,
    Float,
    Text,
    Path,
    /// `<LAMBDA>`, `<CODE>`, `«repeated»`, by its text.
    Special(&'static str),
    Name,
    List,
    Set,
    /// A closing bracket, or the end.
    End,
    Mark,
    Xml,
}

/// In which words two values that are not printed alike differ, without what a program chose.
pub(super) fn difference(subject: &[u8], reference: &[u8]) -> &'static str {
    let (ours, theirs) = (String::from_utf8_lossy(subject), String::from_utf8_lossy(reference));
    let (mut ours, mut theirs) = (Pieces::of(&ours), Pieces::of(&theirs));
    loop {
        let (one, other) = (ours.next(), theirs.next());
        if one != other || one.is_none() {
            let is = |test: fn(Piece<'_>) -> bool| [one, other].into_iter().flatten().any(test);
            return if is(|piece| piece.is_repeated()) {
                "repeated or cyclic"
            } else if is(|piece| matches!(piece.kind, Kind::Special("CODE" | "unevaluated"))) {
                "not evaluated"
            } else if is(|piece| matches!(piece.kind, Kind::Special(_))) {
                "function or special value"
            } else {
                "another value"
            };
        }
    }
}

/// How evaluators write a value that they print again, or that holds itself.
const REPEATED: [&str; 4] = ["«repeated»", "<CYCLE>", "<cycle>", "«cycle»"];

/// Whether two printed values are the same, layout apart, where whatever stands in the place of a value that the other
/// side writes as a repetition or a cycle will do.
pub fn is_alike_but_for_repeats(ours: &[u8], theirs: &[u8]) -> bool {
    let (ours, theirs) = (String::from_utf8_lossy(ours), String::from_utf8_lossy(theirs));
    let (mut ours, mut theirs) = (Pieces::of(&ours), Pieces::of(&theirs));
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == other => {}
            (Some(one), Some(other)) if one.is_repeated() || other.is_repeated() => {
                ours.skip_rest_of(one);
                theirs.skip_rest_of(other);
            }
            _ => return false,
        }
    }
}

impl Piece<'_> {
    fn is_repeated(self) -> bool {
        REPEATED.contains(&self.text)
    }
}

impl Pieces<'_> {
    /// Passes over what else belongs to the value that this piece begins.
    fn skip_rest_of(&mut self, first: Piece<'_>) {
        let mut depth = u64::from(matches!(first.kind, Kind::List | Kind::Set));
        while depth > 0 {
            match self.next().map(|piece| piece.kind) {
                Some(Kind::List | Kind::Set) => depth += 1,
                Some(Kind::End) => depth -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }
}

/// A piece of a printed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece<'a> {
    kind: Kind,
    text: &'a str,
}

struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Pieces<'a> {
    fn of(text: &'a str) -> Pieces<'a> {
        Pieces { rest: text.trim() }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let rest = self.rest.trim_start();
        let first = rest.chars().next()?;
        let word = |text: &str| text.find([' ', '\n', ';']).unwrap_or(text.len());
        let length = match first {
            '"' => 1 + end_of_text(&rest[1..]),
            '{' | '[' | '}' | ']' | '=' | ';' => 1,
            '«' => rest.find('»').map_or(rest.len(), |end| end + '»'.len_utf8()),
            '<' if rest.starts_with("<?xml") => rest.len(),
            '<' => rest.find('>').map_or(rest.len(), |end| end + 1),
            _ => word(rest).max(first.len_utf8()),
        };
        let (text, behind) = rest.split_at(length);
        self.rest = behind;
        let is_name = behind.trim_start().starts_with('=');
        Some(Piece { kind: if is_name { Kind::Name } else { Kind::of(text) }, text })
    }
}

/// How long the rest of a string is, with its closing mark.
fn end_of_text(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            '"' if !escaped => return at + 1,
            _ => escaped = character == '\\' && !escaped,
        }
    }
    text.len()
}

impl Kind {
    fn of(text: &str) -> Kind {
        match text {
            "true" | "false" => Kind::Boolean,
            "null" => Kind::Null,
            "{" => Kind::Set,
            "[" => Kind::List,
            "}" | "]" => Kind::End,
            "=" | ";" => Kind::Mark,
            _ if text.starts_with('"') => Kind::Text,
            _ if text.starts_with("<?xml") => Kind::Xml,
            _ if text.starts_with("<nix/") => Kind::Path,
            _ if text.starts_with(['<', '«']) => Kind::special(text),
            _ if text.starts_with(['/', '.', '~']) => Kind::Path,
            _ if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => Kind::Integer,
            _ if text.bytes().all(|byte| byte.is_ascii_digit() || b"-.e+".contains(&byte)) => Kind::Float,
            "inf" | "-inf" | "nan" | "-nan" => Kind::Float,
            _ => Kind::Name,
        }
    }

    fn special(text: &str) -> Kind {
        let known = ["LAMBDA", "PRIMOP-APP", "PRIMOP", "CODE", "repeated", "derivation", "error", "lambda", "primop"];
        let found = known.into_iter().find(|word| text.contains(word));
        Kind::Special(found.unwrap_or("unevaluated"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_again_may_be_written_in_each_way() {
        let check = |ours: &str, theirs: &str, alike: bool| {
            assert_eq!(is_alike_but_for_repeats(ours.as_bytes(), theirs.as_bytes()), alike, "{ours} {theirs}");
            assert_eq!(is_alike_but_for_repeats(theirs.as_bytes(), ours.as_bytes()), alike, "{theirs} {ours}");
        };
        check("[ { a = [ 1 ]; } 2 ]\n", "[ «repeated» 2 ]\n", true);
        check("[ <CYCLE> 2 ]\n", "[ «repeated» 2 ]\n", true);
        check("[ { a = <CYCLE>; } ]\n", "[ «repeated» ]\n", true);
        check("[ 1 2 ]\n", "[ «repeated» 3 ]\n", false);
        check("[ 1 2 ]\n", "[ «repeated» ]\n", false);
        check("{ a = \"<CYCLE>\"; }\n", "{ a = 1; }\n", false);
        check("{ a = 1;\n  b = 2; }\n", "{ a = 1; b = 2; }\n", true);
    }

    #[test]
    fn what_a_program_chose_is_no_part_of_a_difference() {
        let check = |ours: &str, theirs: &str, expected: &str| {
            assert_eq!(difference(ours.as_bytes(), theirs.as_bytes()), expected, "{ours} {theirs}");
        };
        for (ours, theirs) in [
            ("1\n", "1.5\n"),
            ("\"a\"\n", "\"b \\\" c\"\n"),
            ("[ 1 2 ]", "[ 1 ]"),
            ("{ a = [ { b = 1; } ]; }", "{ a = [ { b = null; } ]; }"),
            ("{ a = 1; c = 2; }", "{ a = 1; b = 2; }"),
            ("", "1"),
            ("/a", "\"/a\""),
        ] {
            check(ours, theirs, "another value");
        }
        check("{ a = <LAMBDA>; }", "{ a = <PRIMOP>; }", "function or special value");
        check("{ a = «repeated»; }", "{ a = { }; }", "repeated or cyclic");
        check("{ a = <CYCLE>; }", "{ a = «repeated»; }", "repeated or cyclic");
        check("[ <CODE> ]", "[ 1 ]", "not evaluated");
    }
}
