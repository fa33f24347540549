//! Access to the parse tables that `build.rs` generates from `evaluator/syntax/grammar/`.

#![forbid(unsafe_code)]

include!(concat!(env!("OUT_DIR"), "/parse_tables.rs"));

/// How many tokens there are.
const TOKENS: usize = TOKEN_NAMES.len();

/// The step of a state at a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Consume the token and go to this state.
    Shift(u16),
    /// Apply this rule.
    Reduce(u8),
    /// The source has a syntax error.
    Error,
}

/// The number of states. Rows of the tables below have a power of two entries, so that indexing takes no
/// multiplication.
const STATES: usize = DEFAULTS.len();
const TOKEN_STRIDE: usize = TOKENS.next_power_of_two();
const NONTERMINAL_STRIDE: usize = NONTERMINALS.next_power_of_two();

/// What each state does with each token: the next state if it is above zero, the rule's number negated if it is below,
/// and zero for an error. A state that reduces without looking at a token does so for each token.
static STEPS: [[i16; TOKEN_STRIDE]; STATES] = {
    let mut steps = [[0; TOKEN_STRIDE]; STATES];
    let mut state = 0;
    while state < STATES {
        let mut token = 0;
        while token < TOKENS {
            steps[state][token] = match ACTIONS[state * TOKENS + token] {
                _ if CONSISTENT[state] != 0 => -(DEFAULTS[state] as i16),
                0 => -(DEFAULTS[state] as i16),
                i16::MIN => 0,
                action => action,
            };
            token += 1;
        }
        state += 1;
    }
    steps
};

static TARGETS: [[u16; NONTERMINAL_STRIDE]; STATES] = {
    let mut targets = [[0; NONTERMINAL_STRIDE]; STATES];
    let mut state = 0;
    while state < STATES {
        let mut nonterminal = 0;
        while nonterminal < NONTERMINALS {
            targets[state][nonterminal] = GOTOS[state * NONTERMINALS + nonterminal];
            nonterminal += 1;
        }
        state += 1;
    }
    targets
};

/// The nonterminal of each rule that only renames its single symbol.
static RENAMES: [Option<u8>; RULES.len()] = {
    let mut renames = [None; RULES.len()];
    let mut rule = 1;
    while rule < RULES.len() {
        if let (nonterminal, 1, Action::Keep) = RULES[rule] {
            renames[rule] = Some(nonterminal);
        }
        rule += 1;
    }
    renames
};

/// Whether `state` reduces without looking at a token.
#[inline(always)]
pub fn needs_no_token(state: u16) -> bool {
    CONSISTENT[state as usize] != 0
}

/// The step of `state` at `token`. The token does not matter if the state needs none.
#[inline(always)]
pub fn step(state: u16, token: Token) -> Step {
    match STEPS[state as usize][token as usize] {
        0 => Step::Error,
        shift @ 1.. => Step::Shift(shift as u16),
        reduce => Step::Reduce(-reduce as u8),
    }
}

/// The nonterminal of a rule that only renames its single symbol; none for others.
#[inline(always)]
pub fn renamed(rule: u8) -> Option<u8> {
    RENAMES[rule as usize]
}

/// The next state after `state` and a reduction to `nonterminal`.
#[inline(always)]
pub fn goto(state: u16, nonterminal: u8) -> u16 {
    TARGETS[state as usize][nonterminal as usize]
}

/// The message of a syntax error in `state` at `token`. As in bison's `parse.error detailed`, it lists the tokens that
/// the state itself expects, if there are at most four.
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
