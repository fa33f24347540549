//! The lexer: splits bytes into tokens as the reference's flex scanner does.
//!
//! Flex takes the longest match, and the earliest rule of equally long ones. The meaning of a byte depends on a stack
//! of modes (flex's start conditions), because a string may hold an expression that holds a string. Text is copied only
//! where an escape has to be undone.

#![forbid(unsafe_code)]

use super::bytes::{DIGIT, NAME, PATH, SPACE, URI, URI_SCHEME, is};
use super::number;
use super::tables::Token;
use super::unescape;
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use crate::source::{Pos, Source};

/// The text of a token: a range of the source, or of the buffer of rewritten text.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    start: u32,
    length: u32,
    /// Whether the range is in [`Lexer::text`]'s side buffer, not in the source.
    rewritten: bool,
    /// Whether the leading spaces of its lines are indentation of an indented string.
    pub has_indentation: bool,
}

/// The value of a token.
#[derive(Clone, Copy, Debug)]
pub enum TokenValue {
    /// None: keywords and operators.
    None,
    /// An integer.
    Integer(i64),
    /// A float.
    Float(f64),
    /// Text: names, paths, pieces of strings.
    Text(Text),
}

/// The range of a token, in bytes. Usually `begin..end` covers it; see [`Lexer::rewind`] for the exception.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Offset of its first byte.
    pub begin: u32,
    /// Offset of the byte after it.
    pub end: u32,
}

/// Flex's start conditions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    /// Expressions, at the bottom of the stack; `}` does not leave this mode.
    Initial,
    /// Expressions inside braces.
    Default,
    /// Inside `"…"`.
    String,
    /// Inside `''…''`.
    IndentedString,
    /// Inside a path, after something that may end it.
    Path,
    /// Inside a path, after a slash.
    PathSlash,
}

/// The lexer of one source.
pub struct Lexer<'a> {
    source: &'a Source,
    bytes: &'a [u8],
    at: usize,
    span: Span,
    before: Span,
    mode: Mode,
    outer: Vec<Mode>,
    rewritten: Vec<u8>,
    pipe_operators: bool,
    /// No path or URI starts before this offset, as an earlier scan has found. Without it, lexing `a.a.a.…` would scan
    /// to the end at each name.
    no_path_before: usize,
    no_uri_before: usize,
    /// Whether comments that start from here on have no end.
    comments_do_not_end: bool,
}

type Lexed = Result<(Token, TokenValue), Box<Error>>;

impl<'a> Lexer<'a> {
    /// A lexer at the start of `source`.
    pub fn new(source: &'a Source, pipe_operators: bool) -> Lexer<'a> {
        Lexer {
            source,
            bytes: &source.text,
            at: 0,
            span: Span::default(),
            before: Span::default(),
            mode: Mode::Initial,
            outer: Vec::new(),
            rewritten: Vec::new(),
            pipe_operators,
            no_path_before: 0,
            no_uri_before: 0,
            comments_do_not_end: false,
        }
    }

    /// The bytes of a token's text.
    pub fn text(&self, text: Text) -> &[u8] {
        let bytes = if text.rewritten { &self.rewritten } else { self.bytes };
        &bytes[text.start as usize..(text.start + text.length) as usize]
    }

    /// The range of the last token.
    pub fn span(&self) -> Span {
        self.span
    }

    fn pos(&self) -> Pos {
        self.source.at(self.span.begin as usize)
    }

    fn error(&self, message: impl Into<crate::errors::Message>) -> Lexed {
        Err(Error::new(ErrorKind::Syntax, message).at(self.pos()))
    }

    /// The byte `ahead` of the current one. Past the end it is NUL, which no rule below treats specially.
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// How many bytes from `ahead` on are of a class.
    fn run(&self, ahead: usize, class: u8) -> usize {
        let from = (self.at + ahead).min(self.bytes.len());
        self.bytes[from..].iter().take_while(|byte| is(**byte, class)).count()
    }

    /// Consumes the next `length` bytes.
    fn take(&mut self, length: usize) -> Text {
        self.before = self.span;
        self.span = Span { begin: self.span.end, end: self.span.end + length as u32 };
        let start = self.at as u32;
        self.at += length;
        Text { start, length: length as u32, rewritten: false, has_indentation: false }
    }

    fn token(&mut self, length: usize, token: Token) -> Lexed {
        self.take(length);
        Ok((token, TokenValue::None))
    }

    fn text_token(&mut self, length: usize, token: Token) -> Lexed {
        let text = self.take(length);
        Ok((token, TokenValue::Text(text)))
    }

    /// Ends a path. Its end is found by looking at what follows. The reference then gives the end of the path the range
    /// that it saved before its last match: the path's own, or, where nothing was matched because the source ends, that
    /// of what precedes the path.
    fn rewind(&mut self) -> Lexed {
        if self.at < self.bytes.len() {
            self.before = self.span;
        } else {
            self.span = self.before;
        }
        self.pop();
        Ok((Token::PathEnd, TokenValue::None))
    }

    fn push(&mut self, mode: Mode) {
        self.outer.push(self.mode);
        self.mode = mode;
    }

    fn pop(&mut self) {
        self.mode = self.outer.pop().unwrap_or(Mode::Initial);
    }

    /// The next token. At the end of the source it is the end token, again and again.
    #[inline]
    pub fn next(&mut self) -> Lexed {
        match self.mode {
            Mode::Initial | Mode::Default => self.next_in_expression(),
            Mode::String => self.next_in_string(),
            Mode::IndentedString => self.next_in_indented_string(),
            Mode::Path | Mode::PathSlash => self.next_in_path(),
        }
    }

    /// Skips white space and comments. A comment without an end is not one.
    #[inline]
    fn skip_blanks(&mut self) {
        loop {
            let length = match self.peek(0) {
                b' ' | b'\t' | b'\r' | b'\n' => self.run(0, SPACE),
                b'#' => self.bytes[self.at..].iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count(),
                b'/' if self.peek(1) == b'*' && !self.comments_do_not_end => {
                    match self.bytes[self.at + 2..].windows(2).position(|window| window == b"*/") {
                        Some(length) => length + 4,
                        None => {
                            self.comments_do_not_end = true;
                            return;
                        }
                    }
                }
                _ => return,
            };
            self.take(length);
        }
    }

    #[inline(always)]
    fn next_in_expression(&mut self) -> Lexed {
        self.skip_blanks();
        let Some(&byte) = self.bytes.get(self.at) else { return Ok((Token::EndOfFile, TokenValue::None)) };
        let (length, token) = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => return self.word(byte != b'_'),
            b'0'..=b'9' => return self.number_or_path(),
            b'.' => {
                let dots = if self.bytes[self.at..].starts_with(b"...") { 3 } else { 1 };
                let float = self.float_length();
                return match self.path(dots.max(float)) {
                    Some(path) => path,
                    None if dots == 3 => self.token(3, Token::Ellipsis),
                    None if float > 0 => self.float_token(float),
                    None => self.token(1, Token::Dot),
                };
            }
            b'-' | b'+' | b'/' => {
                let (length, token) = match (byte, self.peek(1)) {
                    (b'-', b'>') => (2, Token::Implies),
                    (b'-', _) => (1, Token::Minus),
                    (b'+', b'+') => (2, Token::Concat),
                    (b'+', _) => (1, Token::Plus),
                    (_, b'/') => (2, Token::Update),
                    _ => (1, Token::Slash),
                };
                match self.path(length) {
                    Some(path) => return path,
                    None => (length, token),
                }
            }
            b'~' => match self.home_path() {
                Some(path) => return path,
                None => (1, Token::Invalid),
            },
            b'<' => match (self.search_path_length(), self.peek(1)) {
                (Some(length), _) => return self.text_token(length, Token::SearchPath),
                (None, b'=') => (2, Token::LessOrEqual),
                (None, b'|') => return self.pipe(Token::PipeFrom),
                (None, _) => (1, Token::Less),
            },
            b'=' if self.peek(1) == b'=' => (2, Token::Equal),
            b'!' if self.peek(1) == b'=' => (2, Token::NotEqual),
            b'>' if self.peek(1) == b'=' => (2, Token::GreaterOrEqual),
            b'&' if self.peek(1) == b'&' => (2, Token::And),
            b'|' if self.peek(1) == b'|' => (2, Token::Or),
            b'|' if self.peek(1) == b'>' => return self.pipe(Token::PipeInto),
            b'$' if self.peek(1) == b'{' => {
                self.push(Mode::Default);
                (2, Token::DollarCurly)
            }
            b'{' => {
                self.push(Mode::Default);
                (1, Token::CurlyOpen)
            }
            b'}' => {
                if self.mode != Mode::Initial {
                    self.pop();
                }
                (1, Token::CurlyClose)
            }
            b'"' => {
                self.push(Mode::String);
                (1, Token::Quote)
            }
            b'\'' if self.peek(1) == b'\'' => {
                self.push(Mode::IndentedString);
                let spaces = self.bytes[self.at + 2..].iter().take_while(|byte| **byte == b' ').count();
                let skipped = if self.peek(2 + spaces) == b'\n' { spaces + 1 } else { 0 };
                (2 + skipped, Token::IndentedOpen)
            }
            b'=' => (1, Token::Assign),
            b'!' => (1, Token::Bang),
            b'>' => (1, Token::Greater),
            b'*' => (1, Token::Star),
            b'?' => (1, Token::Question),
            b':' => (1, Token::Colon),
            b'@' => (1, Token::At),
            b';' => (1, Token::Semicolon),
            b'(' => (1, Token::ParenOpen),
            b')' => (1, Token::ParenClose),
            b'[' => (1, Token::BracketOpen),
            b']' => (1, Token::BracketClose),
            b',' => (1, Token::Comma),
            // A byte stands for itself as a token's number, and number 0 is the end.
            0 => (1, Token::EndOfFile),
            _ => (1, Token::Invalid),
        };
        self.token(length, token)
    }

    fn pipe(&mut self, token: Token) -> Lexed {
        self.take(2);
        if !self.pipe_operators {
            let words =
                "experimental Nix feature '{}' is disabled; add '--extra-experimental-features {}' to enable it";
            return self.error(hint(words, &[b"pipe-operators", b"pipe-operators"]));
        }
        Ok((token, TokenValue::None))
    }

    /// A keyword, a name, a URI or a path.
    #[inline]
    fn word(&mut self, may_be_uri: bool) -> Lexed {
        let length = 1 + self.run(1, NAME);
        // A URI or a path only wins by being longer, so the byte after the name must belong to it.
        let after = self.peek(length);
        if may_be_uri && matches!(after, b':' | b'+' | b'.') && self.at >= self.no_uri_before {
            let scheme = self.run(0, URI_SCHEME);
            let rest = if self.peek(scheme) == b':' { self.run(scheme + 1, URI) } else { 0 };
            if rest > 0 {
                return self.text_token(scheme + 1 + rest, Token::Uri);
            }
            self.no_uri_before = self.at + scheme;
        }
        if matches!(after, b'/' | b'+' | b'.')
            && let Some(path) = self.path(length)
        {
            return path;
        }
        match keyword(&self.bytes[self.at..self.at + length]) {
            Some(token) => self.token(length, token),
            None => self.text_token(length, Token::Identifier),
        }
    }

    /// The length of the path that starts here. `a/` is a path only before `${`.
    fn path_length(&mut self) -> Option<usize> {
        if self.at < self.no_path_before {
            return None;
        }
        let mut length = self.run(0, PATH);
        if self.peek(length) != b'/' {
            self.no_path_before = self.at + length;
            return None;
        }
        if !is(self.peek(length + 1), PATH) {
            // `a/${`: the interpolation is part of what has to match, but is not consumed.
            if self.bytes[self.at + length + 1..].starts_with(b"${") {
                return Some(length + 1);
            }
            self.no_path_before = self.at + length;
            return None;
        }
        while self.peek(length) == b'/' {
            let segment = self.run(length + 1, PATH);
            length += 1 + segment;
            if segment == 0 {
                break;
            }
        }
        Some(length)
    }

    /// The path that starts here, if it is longer than `other`, the length of another match.
    fn path(&mut self, other: usize) -> Option<Lexed> {
        let length = self.path_length()?;
        let only_interpolated = self.bytes[self.at..self.at + length].iter().filter(|byte| **byte == b'/').count() == 1
            && self.bytes[self.at + length - 1] == b'/';
        let matched = if only_interpolated { length + 2 } else { length };
        if matched <= other {
            return None;
        }
        Some(self.path_token(length, Token::Path))
    }

    fn path_token(&mut self, length: usize, token: Token) -> Lexed {
        let slash = self.bytes[self.at + length - 1] == b'/';
        self.push(if slash { Mode::PathSlash } else { Mode::Path });
        self.text_token(length, token)
    }

    fn home_path(&mut self) -> Option<Lexed> {
        if self.peek(1) != b'/' {
            return None;
        }
        let mut length = 1;
        while self.peek(length) == b'/' {
            let segment = self.run(length + 1, PATH);
            length += 1 + segment;
            if segment == 0 {
                break;
            }
        }
        if length == 2 && !self.bytes[self.at + 2..].starts_with(b"${") {
            return None;
        }
        Some(self.path_token(length, Token::HomePath))
    }

    fn search_path_length(&self) -> Option<usize> {
        let mut length = 1;
        loop {
            let segment = self.run(length, PATH);
            length += segment;
            match self.peek(length) {
                _ if segment == 0 => return None,
                b'>' => return Some(length + 1),
                b'/' => length += 1,
                _ => return None,
            }
        }
    }

    /// The length of the float that starts here; 0 if there is none.
    fn float_length(&self) -> usize {
        let digits = self.run(0, DIGIT);
        if self.peek(digits) != b'.' {
            return 0;
        }
        let fraction = self.run(digits + 1, DIGIT);
        let first = self.peek(0);
        let matches = match digits {
            0 => fraction > 0,
            _ if first != b'0' => true,
            1 => fraction > 0,
            _ => false,
        };
        if !matches {
            return 0;
        }
        let mantissa = digits + 1 + fraction;
        if !matches!(self.peek(mantissa), b'e' | b'E') {
            return mantissa;
        }
        let sign = usize::from(matches!(self.peek(mantissa + 1), b'+' | b'-'));
        match self.run(mantissa + 1 + sign, DIGIT) {
            0 => mantissa,
            exponent => mantissa + 1 + sign + exponent,
        }
    }

    fn float_token(&mut self, length: usize) -> Lexed {
        let text = self.take(length);
        match number::float(self.text(text)) {
            Some(value) => Ok((Token::Float, TokenValue::Float(value))),
            None => self.error(hint("invalid float '{}'", &[self.text(text)])),
        }
    }

    fn number_or_path(&mut self) -> Lexed {
        let digits = self.run(0, DIGIT);
        let float = self.float_length();
        if let Some(path) = self.path(digits.max(float)) {
            return path;
        }
        if float > 0 {
            return self.float_token(float);
        }
        let text = self.take(digits);
        match number::integer(self.text(text)) {
            Some(value) => Ok((Token::Integer, TokenValue::Integer(value))),
            None => self.error(hint("invalid integer '{}'", &[self.text(text)])),
        }
    }

    fn next_in_path(&mut self) -> Lexed {
        if self.peek(0) == b'$' && self.peek(1) == b'{' {
            self.mode = Mode::Path;
            self.push(Mode::Default);
            return self.token(2, Token::DollarCurly);
        }
        let mut length = self.run(0, PATH);
        while self.peek(length) == b'/' {
            let segment = self.run(length + 1, PATH);
            length += 1 + segment;
            if segment == 0 {
                break;
            }
        }
        if length > 0 {
            let slash = self.bytes[self.at + length - 1] == b'/';
            self.mode = if slash { Mode::PathSlash } else { Mode::Path };
            return self.text_token(length, Token::Text);
        }
        if self.mode == Mode::Path {
            return self.rewind();
        }
        if self.at < self.bytes.len() {
            self.take(1);
        }
        self.error("path has a trailing slash")
    }

    #[inline]
    fn next_in_string(&mut self) -> Lexed {
        let rest = &self.bytes[self.at..];
        let scan = unescape::scan_string(rest);
        if scan.length > 0 {
            let text = self.take(scan.length);
            let text = if scan.needs_rewriting { self.rewrite(text, 0)? } else { text };
            return Ok((Token::Text, TokenValue::Text(text)));
        }
        match rest {
            [b'"', ..] => {
                self.pop();
                self.token(1, Token::Quote)
            }
            [b'$', b'{', ..] => {
                self.push(Mode::Default);
                self.token(2, Token::DollarCurly)
            }
            // What remains is the start of an escape that the source does not finish.
            _ => self.token(rest.len(), Token::EndOfFile),
        }
    }

    /// Undoes the escapes of a text, except in its first `skip` bytes.
    fn rewrite(&mut self, text: Text, skip: usize) -> Result<Text, Box<Error>> {
        let from = text.start as usize + skip;
        let raw = &self.bytes[from..(text.start + text.length) as usize];
        let start = self.rewritten.len();
        let has_nul = unescape::unescape(raw, &mut self.rewritten);
        if has_nul {
            return Err(self.nul_error(&self.rewritten[start..]));
        }
        let length = (self.rewritten.len() - start) as u32;
        Ok(Text { start: start as u32, length, rewritten: true, has_indentation: false })
    }

    fn nul_error(&self, text: &[u8]) -> Box<Error> {
        let shown = text.split(|byte| *byte == 0).collect::<Vec<_>>().join("␀".as_bytes());
        let words = "input string '{}' cannot be represented as Nix string because it contains null bytes";
        Error::new(ErrorKind::Syntax, hint(words, &[&shown])).at(self.pos())
    }

    fn next_in_indented_string(&mut self) -> Lexed {
        let rest = &self.bytes[self.at..];
        let length = unescape::scan_indented(rest);
        if length > 0 {
            let mut text = self.take(length);
            text.has_indentation = true;
            if self.text(text).contains(&0) {
                return Err(self.nul_error(self.text(text)));
            }
            return Ok((Token::IndentedText, TokenValue::Text(text)));
        }
        match rest {
            [] => Ok((Token::EndOfFile, TokenValue::None)),
            [b'$', b'{', ..] => {
                self.push(Mode::Default);
                self.token(2, Token::DollarCurly)
            }
            [b'\'', b'\'', b'\\', _, ..] => {
                let text = self.take(4);
                let text = self.rewrite(text, 2)?;
                Ok((Token::IndentedText, TokenValue::Text(text)))
            }
            [b'\'', b'\'', b'$', ..] => {
                let text = self.take(3);
                let text = Text { start: text.start + 2, length: 1, ..text };
                Ok((Token::IndentedText, TokenValue::Text(text)))
            }
            [b'\'', b'\'', b'\'', ..] => {
                let text = Text { length: 2, ..self.take(3) };
                Ok((Token::IndentedText, TokenValue::Text(text)))
            }
            [b'\'', b'\'', ..] => {
                self.pop();
                self.token(2, Token::IndentedClose)
            }
            // A lone `$` or `'`.
            _ => self.text_token(1, Token::IndentedText),
        }
    }
}

fn keyword(name: &[u8]) -> Option<Token> {
    if name.len() > 7 {
        return None;
    }
    Some(match name {
        b"if" => Token::If,
        b"then" => Token::Then,
        b"else" => Token::Else,
        b"assert" => Token::Assert,
        b"with" => Token::With,
        b"let" => Token::Let,
        b"in" => Token::In,
        b"rec" => Token::Rec,
        b"inherit" => Token::Inherit,
        b"or" => Token::OrKeyword,
        _ => return None,
    })
}
