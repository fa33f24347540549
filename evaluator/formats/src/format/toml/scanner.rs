//! Patterns as data. A pattern matches input, and can say what it expected. What an error names and underlines follows
//! from the composition of its pattern, so the grammar is composed as toml11 composes its own.

/// A position in a text. It moves forward as the text is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t [u8],
    /// Bytes from the start; at most the length of the text.
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Cursor { text, at: 0 }
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// The byte here; none at the end.
    pub(super) fn current(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// One byte on, unless this is the end.
    pub(super) fn advance(&mut self) {
        self.at = self.text.len().min(self.at + 1);
    }

    /// One byte back, unless this is the start.
    pub(super) fn retrace(&mut self) {
        self.at = self.at.saturating_sub(1);
    }

    /// Whether `pattern` matches here. The cursor moves behind a match.
    pub(super) fn scan(&mut self, pattern: &Pattern) -> bool {
        let start = self.at;
        let found = pattern.scan(self);
        if !found {
            self.at = start;
        }
        found
    }

    /// The text that `pattern` matches here. The cursor moves behind it.
    pub(super) fn take(&mut self, pattern: &Pattern) -> Option<&'t [u8]> {
        let start = self.at;
        self.scan(pattern).then(|| &self.text[start..self.at])
    }
}

/// A pattern.
pub(super) enum Pattern {
    Byte(u8),
    OneOf(&'static [u8]),
    Range(u8, u8),
    Literal(&'static str),
    /// One after the other.
    Sequence(&'static [Pattern]),
    /// The first that matches.
    Either(&'static [Pattern]),
    Exactly(usize, &'static Pattern),
    /// A pattern, repeated greedily, at least this many times. The pattern never matches the empty text.
    AtLeast(usize, &'static Pattern),
    Maybe(&'static Pattern),
    /// A pattern with a name, for errors that say what was expected.
    Named(&'static str, &'static Pattern),
}

impl Pattern {
    /// Whether the pattern matches at `cursor`, which moves behind a match.
    fn scan(&self, cursor: &mut Cursor<'_>) -> bool {
        match self {
            Pattern::Byte(_) | Pattern::OneOf(_) | Pattern::Range(..) => {
                let matches = cursor.current().is_some_and(|byte| self.holds(byte));
                if matches {
                    cursor.advance();
                }
                matches
            }
            Pattern::Literal(text) => {
                let matches = cursor.text[cursor.at..].starts_with(text.as_bytes());
                if matches {
                    cursor.at += text.len();
                }
                matches
            }
            Pattern::Sequence(parts) => {
                let start = cursor.at;
                let matches = parts.iter().all(|part| part.scan(cursor));
                if !matches {
                    cursor.at = start;
                }
                matches
            }
            Pattern::Either(choices) => choices.iter().any(|choice| choice.scan(cursor)),
            Pattern::Exactly(count, pattern) => {
                let start = cursor.at;
                let matches = (0..*count).all(|_| pattern.scan(cursor));
                if !matches {
                    cursor.at = start;
                }
                matches
            }
            Pattern::AtLeast(count, pattern) => {
                let start = cursor.at;
                if !(0..*count).all(|_| pattern.scan(cursor)) {
                    cursor.at = start;
                    return false;
                }
                while pattern.scan(cursor) {}
                true
            }
            Pattern::Maybe(pattern) => {
                pattern.scan(cursor);
                true
            }
            Pattern::Named(_, pattern) => pattern.scan(cursor),
        }
    }

    /// Whether a pattern of one byte matches `byte`.
    fn holds(&self, byte: u8) -> bool {
        match self {
            Pattern::Byte(wanted) => byte == *wanted,
            Pattern::OneOf(wanted) => wanted.contains(&byte),
            Pattern::Range(from, to) => (*from..=*to).contains(&byte),
            _ => false,
        }
    }

    /// What is missing for the pattern to match at `cursor`, which moves to where it is missing. Alternatives are asked
    /// in turn, each where the one before it stopped.
    pub(super) fn expected(&self, cursor: &mut Cursor<'_>) -> String {
        match self {
            Pattern::Byte(byte) => shown(*byte),
            Pattern::OneOf(bytes) => enumerate(bytes.iter().map(|byte| shown(*byte)).collect()),
            Pattern::Range(from, to) => format!("from `{}` to `{}`", shown(*from), shown(*to)),
            Pattern::Literal(text) => (*text).to_owned(),
            Pattern::Sequence(parts) => {
                let missing = parts.iter().find(|part| !part.scan(cursor));
                missing.map_or_else(String::new, |part| part.expected(cursor))
            }
            Pattern::Either(choices) => enumerate(choices.iter().map(|choice| choice.expected(cursor)).collect()),
            Pattern::Exactly(count, pattern) | Pattern::AtLeast(count, pattern) => {
                match (0..*count).all(|_| pattern.scan(cursor)) {
                    true => String::new(),
                    false => pattern.expected(cursor),
                }
            }
            Pattern::Maybe(_) => String::new(),
            Pattern::Named(name, _) => (*name).to_owned(),
        }
    }
}

/// `a`, `a or b`, `a, b, or c`
fn enumerate(names: Vec<String>) -> String {
    match names.as_slice() {
        [first, second] => format!("{first} or {second}"),
        [first] => first.clone(),
        [first @ .., last] => format!("{}, or {last}", first.join(", ")),
        [] => String::new(),
    }
}

/// How toml11 shows a byte that would be invisible.
pub(super) fn shown(byte: u8) -> String {
    let name = match byte {
        b'!'..=b'~' => return char::from(byte).to_string(),
        0 => "(NUL)",
        b' ' => "(SPACE)",
        b'\n' => "(LINE FEED)",
        b'\r' => "(CARRIAGE RETURN)",
        b'\t' => "(TAB)",
        0x0b => "(VERTICAL TAB)",
        0x0c => "(FORM FEED)",
        0x1b => "(ESCAPE)",
        _ => "",
    };
    format!("0x{byte:02x}{name}")
}
