//! Finds where two printed values first differ: which kinds of value stand there, and inside which kind. A program
//! chooses neither as text, so differences of one cause share a description, and differences in other parts of a value
//! do not.

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

/// In which words two values that are not printed alike differ: the first kinds that differ, and around what.
pub(super) fn difference(subject: &[u8], reference: &[u8]) -> String {
    let (ours, theirs) = (String::from_utf8_lossy(subject), String::from_utf8_lossy(reference));
    let (mut ours, mut theirs) = (Pieces::of(&ours), Pieces::of(&theirs));
    let mut around: Vec<&str> = Vec::new();
    loop {
        let (one, other) = (ours.next(), theirs.next());
        if one != other || one.is_none() {
            let name = |piece: Option<Piece<'_>>| piece.map_or("nothing", |piece| piece.kind.name());
            let place = around.last().map(|around| format!(" in {around}")).unwrap_or_default();
            return format!("{} / {}{place}", name(one), name(other));
        }
        match one.map(|piece| piece.kind) {
            Some(Kind::List) => around.push("list"),
            Some(Kind::Set) => around.push("set"),
            Some(Kind::End) => {
                around.pop();
            }
            _ => {}
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

    fn name(self) -> &'static str {
        match self {
            Kind::Boolean => "boolean",
            Kind::Null => "null",
            Kind::Integer => "integer",
            Kind::Float => "float",
            Kind::Text => "string",
            Kind::Path => "path",
            Kind::Special(name) => name,
            Kind::Name => "name",
            Kind::List => "list",
            Kind::Set => "set",
            Kind::End => "end",
            Kind::Mark => "mark",
            Kind::Xml => "XML",
        }
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
    fn the_first_difference_is_told_by_kind_and_place() {
        let check = |ours: &str, theirs: &str, expected: &str| {
            assert_eq!(difference(ours.as_bytes(), theirs.as_bytes()), expected, "{ours} {theirs}");
        };
        check("1\n", "1.5\n", "integer / float");
        check("\"a\"\n", "\"b \\\" c\"\n", "string / string");
        check("[ 1 2 ]", "[ 1 ]", "integer / end in list");
        check("{ a = [ { b = 1; } ]; }", "{ a = [ { b = null; } ]; }", "integer / null in set");
        check("{ a = 1; c = 2; }", "{ a = 1; b = 2; }", "name / name in set");
        check("{ a = <LAMBDA>; }", "{ a = <PRIMOP>; }", "LAMBDA / PRIMOP in set");
        check("{ a = «repeated»; }", "{ a = { }; }", "repeated / set in set");
        check("", "1", "nothing / integer");
        check("[ ]", "{ }", "list / set");
        check("/a", "\"/a\"", "path / string");
    }
}
