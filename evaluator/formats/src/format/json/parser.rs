//! Parses JSON text to events, without recursion: the nesting is a stack of bits, so a million brackets cost a million
//! bits.
//!
//! It accepts and refuses what `libexpr/json-to-value.cc` does, with the messages of the library behind it.

use super::lexer::{Lexer, Token};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind, Failure};
use crate::format::nul_byte;
use crate::source::Pos;

/// Why a text is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonError {
    /// Not JSON, or a float that is too large. Only for this does the reference add the trace `while decoding a JSON
    /// string`.
    Syntax(Vec<u8>),
    /// A whole number above the largest Nix integer that still fits 64 unsigned bits. Larger ones are floats.
    UnsignedTooLarge(u64),
    /// A string or key that holds a NUL byte.
    NulByte(Vec<u8>),
}

impl JsonError {
    /// The reference's message, without `error: `.
    pub fn message(&self) -> Vec<u8> {
        match self {
            JsonError::Syntax(message) => message.clone(),
            JsonError::UnsignedTooLarge(number) => {
                hint("unsigned json number {} outside of Nix integer range", &[number.to_string().as_bytes()])
            }
            JsonError::NulByte(string) => nul_byte::refusal(string),
        }
    }
}

impl From<JsonError> for Failure {
    fn from(error: JsonError) -> Failure {
        let decoding = matches!(error, JsonError::Syntax(_));
        let failure = Failure::from(Box::<Error>::from(error));
        if decoding { failure.while_(Pos::NONE, "while decoding a JSON string") } else { failure }
    }
}

impl From<JsonError> for Box<Error> {
    fn from(error: JsonError) -> Self {
        let message = match &error {
            // Marked as a whole, for the reference formats the library's words as an argument.
            JsonError::Syntax(message) => hint("{}", &[message]),
            error => error.message(),
        };
        Error::new(ErrorKind::Evaluation, message)
    }
}

/// Receives the events of [`parse`].
///
/// Keys come before their values. A key may occur twice in an object; the last one counts.
pub trait Visitor {
    /// The error that stops the parser: the visitor's own, or what is wrong with the text.
    type Error: From<JsonError>;

    /// Whether strings and keys with NUL bytes are refused, as for Nix strings.
    const REFUSES_NUL: bool = true;

    /// `null`
    fn null(&mut self) -> Result<(), Self::Error>;
    /// `true` or `false`
    fn boolean(&mut self, value: bool) -> Result<(), Self::Error>;
    /// A whole number.
    fn integer(&mut self, value: i64) -> Result<(), Self::Error>;
    /// A whole number without a sign. By default one that is no Nix integer is refused.
    fn unsigned(&mut self, value: u64) -> Result<(), Self::Error> {
        self.integer(i64::try_from(value).map_err(|_| JsonError::UnsignedTooLarge(value))?)
    }
    /// Any other finite number, or a whole one too large for 64 bits.
    fn float(&mut self, value: f64) -> Result<(), Self::Error>;
    /// A string: valid UTF-8.
    fn string(&mut self, value: &[u8]) -> Result<(), Self::Error>;
    /// `[`
    fn start_array(&mut self) -> Result<(), Self::Error>;
    /// `]`
    fn end_array(&mut self) -> Result<(), Self::Error>;
    /// `{`
    fn start_object(&mut self) -> Result<(), Self::Error>;
    /// A key of the object: valid UTF-8.
    fn key(&mut self, name: &[u8]) -> Result<(), Self::Error>;
    /// `}`
    fn end_object(&mut self) -> Result<(), Self::Error>;
}

/// What messages say was expected where any value could begin.
const ANY_VALUE: &str = "'[', '{', or a literal";

/// Parses one JSON text and reports it to `visitor`. Fails if the text is wrong, or as soon as the visitor fails.
pub fn parse<V: Visitor>(input: &[u8], visitor: &mut V) -> Result<(), V::Error> {
    let mut lexer = Lexer::new(input);
    // For each value that encloses the current one: whether it is an array.
    let mut enclosing: Vec<bool> = Vec::new();
    let mut token = lexer.next();
    'value: loop {
        match token {
            Token::ObjectStart => {
                visitor.start_object()?;
                token = lexer.next();
                if !matches!(token, Token::ObjectEnd) {
                    key(&mut lexer, token, visitor)?;
                    enclosing.push(false);
                    token = lexer.next();
                    continue 'value;
                }
                visitor.end_object()?;
            }
            Token::ArrayStart => {
                visitor.start_array()?;
                token = lexer.next();
                if !matches!(token, Token::ArrayEnd) {
                    enclosing.push(true);
                    continue 'value;
                }
                visitor.end_array()?;
            }
            Token::True => visitor.boolean(true)?,
            Token::False => visitor.boolean(false)?,
            Token::Null => visitor.null()?,
            Token::String(string) => visitor.string(without_nul::<V>(&string)?)?,
            Token::Integer(value) => visitor.integer(value)?,
            Token::Unsigned(value) => visitor.unsigned(value)?,
            Token::Float(value) if value.is_finite() => visitor.float(value)?,
            Token::Float(_) => {
                let mut message = b"[json.exception.out_of_range.406] number overflow parsing '".to_vec();
                message.extend_from_slice(&lexer.shown());
                message.push(b'\'');
                return Err(JsonError::Syntax(message).into());
            }
            Token::Error(_) => return Err(unexpected(&lexer, &token, "value", None).into()),
            Token::End if lexer.read_only_the_end() => {
                let text = "attempting to parse an empty input; check that your input string or stream contains the \
                            expected JSON";
                return Err(located(&lexer, text.as_bytes()).into());
            }
            _ => return Err(unexpected(&lexer, &token, "value", Some(ANY_VALUE)).into()),
        }
        // A value is complete: go on with what encloses it, closing as many as end here.
        loop {
            let Some(&in_array) = enclosing.last() else {
                token = lexer.next();
                return match token {
                    Token::End => Ok(()),
                    Token::ArrayEnd if fault!(119, false, true) => Ok(()),
                    _ => Err(unexpected(&lexer, &token, "value", Some("end of input")).into()),
                };
            };
            token = lexer.next();
            match (in_array, &token) {
                (true, Token::Comma) => {
                    token = lexer.next();
                    continue 'value;
                }
                (false, Token::Comma) => {
                    token = lexer.next();
                    key(&mut lexer, token, visitor)?;
                    token = lexer.next();
                    continue 'value;
                }
                (true, Token::ArrayEnd) => visitor.end_array()?,
                (false, Token::ObjectEnd) => visitor.end_object()?,
                (true, _) => return Err(unexpected(&lexer, &token, "array", Some("']'")).into()),
                (false, _) => return Err(unexpected(&lexer, &token, "object", Some("'}'")).into()),
            }
            enclosing.pop();
        }
    }
}

/// Expects a key in `token`, and the colon after it.
fn key<V: Visitor>(lexer: &mut Lexer<'_>, token: Token<'_>, visitor: &mut V) -> Result<(), V::Error> {
    let Token::String(name) = &token else {
        return Err(unexpected(lexer, &token, "object key", Some("string literal")).into());
    };
    visitor.key(without_nul::<V>(name)?)?;
    match lexer.next() {
        Token::Colon => Ok(()),
        token => Err(unexpected(lexer, &token, "object separator", Some("':'")).into()),
    }
}

fn without_nul<V: Visitor>(string: &[u8]) -> Result<&[u8], JsonError> {
    if V::REFUSES_NUL && fault!(118, string.contains(&0), false) {
        Err(JsonError::NulByte(string.to_vec()))
    } else {
        Ok(string)
    }
}

fn unexpected(lexer: &Lexer<'_>, token: &Token<'_>, context: &str, expected: Option<&str>) -> JsonError {
    let mut message = format!("syntax error while parsing {context} - ").into_bytes();
    match token {
        Token::Error(reason) => {
            message.extend_from_slice(reason.as_bytes());
            message.extend_from_slice(b"; last read: '");
            message.extend_from_slice(&lexer.shown());
            message.push(b'\'');
        }
        _ => {
            message.extend_from_slice(b"unexpected ");
            message.extend_from_slice(token.name().as_bytes());
        }
    }
    if let Some(expected) = expected {
        message.extend_from_slice(b"; expected ");
        message.extend_from_slice(expected.as_bytes());
    }
    located(lexer, &message)
}

fn located(lexer: &Lexer<'_>, text: &[u8]) -> JsonError {
    let (line, column) = lexer.line_and_column();
    let mut message =
        format!("[json.exception.parse_error.101] parse error at line {line}, column {column}: ").into_bytes();
    message.extend_from_slice(text);
    JsonError::Syntax(message)
}

#[cfg(test)]
#[path = "parser_tests.rs"]
mod tests;
