//! The text of indented strings, token by token as the reference's lexer finds them. Each token is a part of its own in
//! the parsed tree, and whether a string has one part or several decides whether it is evaluated with a delay.

use super::read::escaped;

/// A token of an indented string.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// What is written is what it stands for.
    Raw(String),
    /// What an escape, or a mark on its own, stands for. It is no part of the indentation.
    Escaped(String),
}

/// Takes what is written between two interpolations apart.
pub(super) fn tokens(raw: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = raw;
    while !rest.is_empty() {
        let length = run(rest);
        let (token, length) = if length > 0 {
            (Token::Raw(rest[..length].to_owned()), length)
        } else if let Some(behind) = rest.strip_prefix("''") {
            let mut characters = behind.chars();
            let (text, length) = match (characters.next(), characters.next()) {
                (Some('\''), _) => ("''".to_owned(), 3),
                (Some('\\'), Some(character)) => (escaped(character).to_string(), 3 + character.len_utf8()),
                // Only a dollar is left: two quotes before anything else end the string.
                _ => ("$".to_owned(), 3.min(rest.len())),
            };
            (Token::Escaped(text), length)
        } else {
            (Token::Escaped(rest[..1].to_owned()), 1)
        };
        tokens.push(token);
        rest = &rest[length..];
    }
    tokens
}

/// How long the text at the beginning is that the lexer takes in one piece. Behind the end of `text` is the end of the
/// string or an interpolation, so a mark there stands on its own.
fn run(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let taken = match (character, next) {
            ('$', Some(next)) => !matches!(next, '{' | '\''),
            ('\'', Some(next)) => !matches!(next, '$' | '\''),
            ('$' | '\'', None) => false,
            _ => true,
        };
        if !taken {
            return at;
        }
        if matches!(character, '$' | '\'') {
            characters.next();
        }
    }
    text.len()
}

/// Writes one token's text so that it is a token again, wherever that can be.
pub(super) fn write(text: &str, to: &mut String) {
    match text {
        "''" => to.push_str("'''"),
        "\t" => to.push_str("''\\t"),
        "\r" => to.push_str("''\\r"),
        _ => {
            let mut rest = text;
            while !rest.is_empty() {
                let (taken, left) = rest.split_at(run(rest));
                to.push_str(taken);
                let mut characters = left.chars();
                match characters.next() {
                    Some('$') => to.push_str("''$"),
                    // The next one may be the closing mark's.
                    Some('\'') => to.push_str("''\\'"),
                    _ => {}
                }
                rest = characters.as_str();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_falls_into_the_tokens_of_the_lexer() {
        let check = |raw: &str, expected: &[Token]| {
            assert_eq!(tokens(raw), expected, "{raw}");
            let text = |token: &Token| match token {
                Token::Raw(text) | Token::Escaped(text) => text.clone(),
            };
            let mut written = String::new();
            expected.iter().for_each(|token| write(&text(token), &mut written));
            let again: Vec<_> = tokens(&written).iter().map(text).collect();
            assert_eq!(again, expected.iter().map(text).collect::<Vec<_>>(), "{raw}: {written}");
        };
        let raw = |text: &str| Token::Raw(text.to_owned());
        let mark = |text: &str| Token::Escaped(text.to_owned());
        check("a\n  b", &[raw("a\n  b")]);
        check("it's $x $$", &[raw("it's $x $$")]);
        check("a$", &[raw("a"), mark("$")]);
        check("a''${b}", &[raw("a"), mark("$"), raw("{b}")]);
        check("'''''\\t'", &[mark("''"), mark("\t"), mark("'")]);
        check("x'$y", &[raw("x"), mark("'"), raw("$y")]);
    }
}
