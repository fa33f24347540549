//! The parse tables that `build.rs` generates from `evaluator/grammar/`, and how to read them.

include!(concat!(env!("OUT_DIR"), "/parse_tables.rs"));

/// How many tokens there are.
const TOKENS: usize = TOKEN_NAMES.len();

/// What a state does with a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Consume the token and go to this state.
    Shift(u16),
    /// Apply this rule.
    Reduce(u8),
    /// The source has a syntax error.
    Error,
}

/// The rule that `state` reduces by without looking at a token, if it is such a state.
#[inline]
pub fn reduction_without_token(state: u16) -> Option<u8> {
    (CONSISTENT[state as usize] != 0).then(|| DEFAULTS[state as usize])
}

/// What `state` does with `token`.
#[inline]
pub fn step(state: u16, token: Token) -> Step {
    match ACTIONS[state as usize * TOKENS + token as usize] {
        0 => match DEFAULTS[state as usize] {
            0 => Step::Error,
            rule => Step::Reduce(rule),
        },
        i16::MIN => Step::Error,
        shift @ 1.. => Step::Shift(shift as u16),
        reduce => Step::Reduce(-reduce as u8),
    }
}

/// Where `state` goes after a reduction to `nonterminal`.
#[inline]
pub fn goto(state: u16, nonterminal: u8) -> u16 {
    GOTOS[state as usize * NONTERMINALS + nonterminal as usize]
}

/// The message of a syntax error in `state` at `token`. As in bison's `parse.error detailed`, the tokens that the
/// state itself names are listed, if there are at most four.
pub fn syntax_error(state: u16, token: Token) -> String {
    let row = &ACTIONS[state as usize * TOKENS..][..TOKENS];
    let is_expected = |&token: &usize| !matches!(row[token], 0 | i16::MIN) && token != Token::Error as usize;
    let expected: Vec<&str> = (0..TOKENS).filter(is_expected).map(|token| TOKEN_NAMES[token]).take(5).collect();
    let mut message = format!("syntax error, unexpected {}", TOKEN_NAMES[token as usize]);
    if let 1..=4 = expected.len() {
        message.push_str(", expecting ");
        message.push_str(&expected.join(" or "));
    }
    message
}
