//! Compiles patterns to programs, by the grammar of libstdc++'s `extended`. It is stricter than POSIX in some places
//! (only special characters can be escaped, a class cannot begin a range) and laxer in others (`a||b`, `()`, `a**`,
//! `]`).

use super::RegexError;
use super::RegexError::Invalid;
use super::program::{Builder, ByteSet, Fragment, Program, Step};

/// The bytes with a meaning outside brackets. Only these can be escaped.
const SPECIAL: &[u8] = b".[\\()*+?{|^$";

/// Names of characters inside `[. .]` and `[= =]`, apart from letters, in the order of their codes: from NUL to `@`,
/// then from `[` to the grave accent, then from `{` to DEL.
const CHARACTER_NAMES: [(u8, &[&str]); 3] = [
    (
        0,
        &[
            "NUL",
            "SOH",
            "STX",
            "ETX",
            "EOT",
            "ENQ",
            "ACK",
            "alert",
            "backspace",
            "tab",
            "newline",
            "vertical-tab",
            "form-feed",
            "carriage-return",
            "SO",
            "SI",
            "DLE",
            "DC1",
            "DC2",
            "DC3",
            "DC4",
            "NAK",
            "SYN",
            "ETB",
            "CAN",
            "EM",
            "SUB",
            "ESC",
            "IS4",
            "IS3",
            "IS2",
            "IS1",
            "space",
            "exclamation-mark",
            "quotation-mark",
            "number-sign",
            "dollar-sign",
            "percent-sign",
            "ampersand",
            "apostrophe",
            "left-parenthesis",
            "right-parenthesis",
            "asterisk",
            "plus-sign",
            "comma",
            "hyphen",
            "period",
            "slash",
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "colon",
            "semicolon",
            "less-than-sign",
            "equals-sign",
            "greater-than-sign",
            "question-mark",
            "commercial-at",
        ],
    ),
    (b'[', &["left-square-bracket", "backslash", "right-square-bracket", "circumflex", "underscore", "grave-accent"]),
    (b'{', &["left-curly-bracket", "vertical-line", "right-curly-bracket", "tilde", "DEL"]),
];

/// Compiles `pattern`.
pub(super) fn compile(pattern: &[u8]) -> Result<Program, RegexError> {
    let mut parser = Parser { rest: pattern, builder: Builder::new() };
    let whole = parser.pattern()?;
    parser.builder.finish(whole)
}

struct Parser<'a> {
    rest: &'a [u8],
    builder: Builder,
}

/// An open group, or the whole pattern.
#[derive(Default)]
struct Level {
    /// The start of the group and its number; none for the whole pattern.
    group: Option<(Fragment, u32)>,
    /// The alternatives that are complete.
    alternatives: Option<Fragment>,
    /// What the current alternative holds so far.
    terms: Option<Fragment>,
}

impl Parser<'_> {
    fn take(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn take_if(&mut self, byte: u8) -> bool {
        let matches = self.rest.first() == Some(&byte);
        if matches {
            self.rest = &self.rest[1..];
        }
        matches
    }

    fn pattern(&mut self) -> Result<Fragment, RegexError> {
        let mut enclosing: Vec<Level> = Vec::new();
        let mut level = Level::default();
        while let Some(byte) = self.take() {
            let term = match byte {
                b'|' => {
                    let complete = self.close_alternative(&mut level)?;
                    level.alternatives = Some(complete);
                    continue;
                }
                b'(' => {
                    let group = Some(self.builder.open_group()?);
                    enclosing.push(std::mem::replace(&mut level, Level { group, ..Level::default() }));
                    continue;
                }
                b')' => {
                    let body = self.close_alternative(&mut level)?;
                    let (start, group) = level.group.ok_or(Invalid)?;
                    level = enclosing.pop().ok_or(Invalid)?;
                    let end = self.builder.step(Step::GroupEnd(group))?;
                    let body = self.builder.concatenate(start, body);
                    let whole = self.builder.concatenate(body, end);
                    self.quantifiers(whole)?
                }
                // No quantifier may follow an assertion; there, as at the start, it is no term.
                b'^' => self.builder.step(Step::LineStart)?,
                b'$' => self.builder.step(Step::LineEnd)?,
                b'*' | b'+' | b'?' | b'{' => return Err(Invalid),
                b'.' => {
                    let mut set = [true; 256];
                    set[0] = false;
                    let any = self.builder.set(set)?;
                    self.quantifiers(any)?
                }
                b'[' => {
                    let set = self.bracket()?;
                    let set = self.builder.set(set)?;
                    self.quantifiers(set)?
                }
                b'\\' => {
                    let byte = self.take().filter(|byte| SPECIAL.contains(byte)).ok_or(Invalid)?;
                    let literal = self.builder.step(Step::Byte(byte))?;
                    self.quantifiers(literal)?
                }
                0 => return Err(Invalid),
                _ => {
                    let literal = self.builder.step(Step::Byte(byte))?;
                    self.quantifiers(literal)?
                }
            };
            level.terms = Some(match level.terms {
                Some(terms) => self.builder.concatenate(terms, term),
                None => term,
            });
        }
        if !enclosing.is_empty() {
            return Err(Invalid);
        }
        self.close_alternative(&mut level)
    }

    /// Ends the current alternative of `level` and joins it to the ones before.
    fn close_alternative(&mut self, level: &mut Level) -> Result<Fragment, RegexError> {
        let end = self.builder.step(Step::Nothing)?;
        let alternative = match level.terms.take() {
            Some(terms) => self.builder.concatenate(terms, end),
            None => end,
        };
        match level.alternatives.take() {
            Some(before) => self.builder.alternative(before, alternative),
            None => Ok(alternative),
        }
    }

    /// `part` with the quantifiers that follow it.
    fn quantifiers(&mut self, mut part: Fragment) -> Result<Fragment, RegexError> {
        loop {
            part = match self.rest.first() {
                Some(b'*') => {
                    self.take();
                    self.builder.star(part)?
                }
                Some(b'+') => {
                    self.take();
                    self.builder.plus(part)?
                }
                Some(b'?') => {
                    self.take();
                    self.builder.optional(part)?
                }
                Some(b'{') => {
                    self.take();
                    let minimum = self.count()?.ok_or(Invalid)?;
                    let maximum = if self.take_if(b',') { self.count()? } else { Some(minimum) };
                    if !self.take_if(b'}') {
                        return Err(Invalid);
                    }
                    self.builder.interval(part, minimum, maximum)?
                }
                _ => return Ok(part),
            }
        }
    }

    /// A number; none if there is no digit. Fails if it does not fit C's `int`.
    fn count(&mut self) -> Result<Option<u32>, RegexError> {
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        if number.is_empty() {
            return Ok(None);
        }
        let text = std::str::from_utf8(number).map_err(|_| Invalid)?;
        let number: i32 = text.parse().map_err(|_| Invalid)?;
        Ok(Some(number as u32))
    }

    /// The set of a bracket expression, whose opening bracket has been read.
    fn bracket(&mut self) -> Result<ByteSet, RegexError> {
        let negated = self.take_if(b'^');
        let mut set = [false; 256];
        // What came last: only a single character can begin a range.
        let mut last = match self.bracket_token(true)? {
            BracketToken::Byte(byte) => Last::Byte(byte),
            BracketToken::Dash => Last::Byte(b'-'),
            token => self.bracket_item(token, Last::Nothing, &mut set)?.ok_or(Invalid)?,
        };
        loop {
            let token = self.bracket_token(false)?;
            match self.bracket_item(token, last, &mut set)? {
                Some(new) => last = new,
                None => break,
            }
        }
        if negated {
            for member in &mut set {
                *member = !*member;
            }
        }
        Ok(set)
    }

    /// Adds `token` to `set`. Returns the new last item; none at the end.
    fn bracket_item(&mut self, token: BracketToken, last: Last, set: &mut ByteSet) -> Result<Option<Last>, RegexError> {
        if let Last::Byte(byte) = last {
            // Harmless where the byte turns out to begin a range.
            set[usize::from(byte)] = true;
        }
        Ok(Some(match token {
            BracketToken::End => return Ok(None),
            BracketToken::Byte(byte) => Last::Byte(byte),
            BracketToken::Symbol(name) => Last::Byte(character_by_name(&name).ok_or(Invalid)?),
            BracketToken::Equivalent(name) => {
                let byte = character_by_name(&name).ok_or(Invalid)?;
                set[usize::from(byte.to_ascii_lowercase())] = true;
                set[usize::from(byte.to_ascii_uppercase())] = true;
                Last::Class
            }
            BracketToken::Class(name) => {
                let contains = class_by_name(&name).ok_or(Invalid)?;
                for byte in 0..=127 {
                    set[usize::from(byte)] |= contains(byte);
                }
                Last::Class
            }
            BracketToken::Dash => match (self.bracket_token(false)?, last) {
                (BracketToken::End, _) => {
                    set[usize::from(b'-')] = true;
                    return Ok(None);
                }
                (BracketToken::Byte(end), Last::Byte(start)) => {
                    add_range(set, start, end)?;
                    Last::Nothing
                }
                (BracketToken::Dash, Last::Byte(start)) => {
                    add_range(set, start, b'-')?;
                    Last::Nothing
                }
                _ => return Err(Invalid),
            },
        }))
    }

    fn bracket_token(&mut self, first: bool) -> Result<BracketToken, RegexError> {
        match self.take().ok_or(Invalid)? {
            b'-' => Ok(BracketToken::Dash),
            b']' if !first => Ok(BracketToken::End),
            b'[' => match self.rest.first().ok_or(Invalid)? {
                b'.' => Ok(BracketToken::Symbol(self.bracket_name()?)),
                b':' => Ok(BracketToken::Class(self.bracket_name()?)),
                b'=' => Ok(BracketToken::Equivalent(self.bracket_name()?)),
                _ => Ok(BracketToken::Byte(b'[')),
            },
            byte => Ok(BracketToken::Byte(byte)),
        }
    }

    /// The name between two equal delimiters. A bracket must follow the second one.
    fn bracket_name(&mut self) -> Result<Vec<u8>, RegexError> {
        let delimiter = self.take().ok_or(Invalid)?;
        let length = self.rest.iter().position(|&byte| byte == delimiter).ok_or(Invalid)?;
        let name = self.rest[..length].to_vec();
        self.rest = &self.rest[length + 1..];
        if self.take_if(b']') { Ok(name) } else { Err(Invalid) }
    }
}

enum BracketToken {
    Byte(u8),
    Dash,
    End,
    Symbol(Vec<u8>),
    Class(Vec<u8>),
    Equivalent(Vec<u8>),
}

#[derive(Clone, Copy)]
enum Last {
    /// Nothing, or a complete range.
    Nothing,
    Byte(u8),
    Class,
}

/// Adds a range. C's `char` is signed, so bytes from 0x80 up come before all others.
fn add_range(set: &mut ByteSet, start: u8, end: u8) -> Result<(), RegexError> {
    let (start, end) = (start as i8, end as i8);
    if start > end {
        return Err(Invalid);
    }
    for byte in start..=end {
        set[usize::from(byte as u8)] = true;
    }
    Ok(())
}

fn character_by_name(name: &[u8]) -> Option<u8> {
    if let [letter] = name
        && letter.is_ascii_alphabetic()
    {
        return Some(*letter);
    }
    CHARACTER_NAMES.into_iter().find_map(|(first, names)| {
        let position = names.iter().position(|known| known.as_bytes() == name)?;
        Some(first + position as u8)
    })
}

/// The test for the class with this name, in either case. The single letters are libstdc++'s own.
fn class_by_name(name: &[u8]) -> Option<fn(u8) -> bool> {
    Some(match &*name.to_ascii_lowercase() {
        b"d" | b"digit" => |byte| byte.is_ascii_digit(),
        b"w" => |byte| byte.is_ascii_alphanumeric() || byte == b'_',
        b"s" | b"space" => |byte| byte.is_ascii_whitespace() || byte == 0x0b,
        b"alnum" => |byte| byte.is_ascii_alphanumeric(),
        b"alpha" => |byte| byte.is_ascii_alphabetic(),
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"cntrl" => |byte| byte.is_ascii_control(),
        b"graph" => |byte| byte.is_ascii_graphic(),
        b"lower" => |byte| byte.is_ascii_lowercase(),
        b"print" => |byte| byte.is_ascii_graphic() || byte == b' ',
        b"punct" => |byte| byte.is_ascii_punctuation(),
        b"upper" => |byte| byte.is_ascii_uppercase(),
        b"xdigit" => |byte| byte.is_ascii_hexdigit(),
        _ => return None,
    })
}
