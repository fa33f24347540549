//! Turns the automaton into parse actions, as bison does: precedence resolves conflicts, `%nonassoc` leaves an explicit
//! error, and the most common reduction of a state becomes its default. The default is taken even where an error is
//! due. A syntax error lists what the state that detects it expects, so these choices show in messages.

use super::automaton::{Grammar, State};
use super::nix::{Associativity, PRECEDENCES, PRODUCTIONS, TOKENS};

/// The step of a state at a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// The state's default.
    Default,
    /// Consume it and go to a state.
    Shift(usize),
    /// Apply a rule.
    Reduce(usize),
    /// A syntax error, though the state has a default.
    Error,
}

/// The actions of a state.
pub struct Row {
    /// By token.
    pub actions: Vec<Action>,
    /// The default reduction of the state, by rule; without one, a syntax error.
    pub default: Option<usize>,
    /// The next state after a reduction, by nonterminal.
    pub goto: Vec<Option<usize>>,
}

impl Row {
    /// Whether the state does not need to see a token.
    pub fn is_consistent(&self) -> bool {
        self.actions.iter().all(|action| *action == Action::Default)
    }
}

fn precedence_of_token(token: usize) -> Option<(usize, Associativity)> {
    let name = TOKENS[token].0;
    PRECEDENCES
        .iter()
        .enumerate()
        .find(|(_, (_, names))| names.contains(&name))
        .map(|(level, (associativity, _))| (level, *associativity))
}

fn precedence_of_rule(grammar: &Grammar, rule: usize) -> Option<usize> {
    let token = match rule.checked_sub(1).and_then(|index| PRODUCTIONS[index].precedence) {
        Some(name) => TOKENS.iter().position(|(token, _)| *token == name),
        None => grammar.rules[rule].of.iter().rev().copied().find(|symbol| *symbol < grammar.tokens),
    };
    Some(precedence_of_token(token?)?.0)
}

/// The row of one state. Panics on a conflict that precedence does not resolve; the grammar has none.
pub fn row(grammar: &Grammar, state: &State) -> Row {
    let mut actions = vec![Action::Default; grammar.tokens];
    let mut goto = vec![None; grammar.nonterminals.len()];
    for (&symbol, &target) in &state.transitions {
        match symbol.checked_sub(grammar.tokens) {
            None => actions[symbol] = Action::Shift(target),
            Some(nonterminal) => goto[nonterminal] = Some(target),
        }
    }
    let reductions = state.reductions(grammar);
    let shifts = actions.iter().any(|action| *action != Action::Default);
    if let ([(rule, _)], false) = (&reductions[..], shifts) {
        return Row { actions, default: Some(*rule), goto };
    }
    for &(rule, follow) in &reductions {
        for (token, action) in actions.iter_mut().enumerate().filter(|(token, _)| follow >> token & 1 == 1) {
            match *action {
                Action::Default => *action = Action::Reduce(rule),
                Action::Shift(_) => {
                    let conflict = || panic!("a conflict at {} in rule {rule}", TOKENS[token].0);
                    let (level, associativity) = precedence_of_token(token).unwrap_or_else(conflict);
                    let rule_level = precedence_of_rule(grammar, rule).unwrap_or_else(conflict_level(token, rule));
                    *action = match (rule_level.cmp(&level), associativity) {
                        (std::cmp::Ordering::Less, _) => *action,
                        (std::cmp::Ordering::Greater, _) => Action::Reduce(rule),
                        (std::cmp::Ordering::Equal, Associativity::Left) => Action::Reduce(rule),
                        (std::cmp::Ordering::Equal, Associativity::Right) => *action,
                        (std::cmp::Ordering::Equal, Associativity::None) => Action::Error,
                    };
                }
                Action::Reduce(other) => panic!("rules {other} and {rule} conflict at {}", TOKENS[token].0),
                Action::Error => {}
            }
        }
    }
    let default = make_default(&mut actions, &reductions.iter().map(|(rule, _)| *rule).collect::<Vec<_>>());
    Row { actions, default, goto }
}

fn conflict_level(token: usize, rule: usize) -> impl FnOnce() -> usize {
    move || panic!("rule {rule} has no precedence to resolve its conflict at {}", TOKENS[token].0)
}

/// Makes the most common reduction the default (the first of equally common ones) and removes it from `actions`.
fn make_default(actions: &mut [Action], rules: &[usize]) -> Option<usize> {
    let (mut default, mut most) = (None, 0);
    for &rule in rules {
        let count = actions.iter().filter(|action| **action == Action::Reduce(rule)).count();
        if count > most {
            (default, most) = (Some(rule), count);
        }
    }
    for action in actions {
        if default.is_some_and(|rule| *action == Action::Reduce(rule)) || default.is_none() && *action == Action::Error
        {
            *action = Action::Default;
        }
    }
    default
}
