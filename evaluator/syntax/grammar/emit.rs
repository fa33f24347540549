//! Writes the parse tables as Rust source that `syntax/tables.rs` includes.

use std::fmt::Write;

use super::automaton::{self, Grammar};
use super::nix::{PRODUCTIONS, TOKENS};
use super::tables::{Action, Row, row};

/// The generated source.
pub fn source() -> String {
    let grammar = Grammar::new();
    let states = automaton::build(&grammar);
    let rows: Vec<Row> = states.iter().map(|state| row(&grammar, state)).collect();
    let mut out = String::new();
    tokens(&mut out);
    rules(&mut out, &grammar);
    let finals: Vec<usize> =
        rows.iter().enumerate().filter(|(_, row)| row.default == Some(0)).map(|(n, _)| n).collect();
    let [accept] = finals[..] else { panic!("one state accepts, not {finals:?}") };
    writeln!(out, "/// The state in which the source has been accepted.").unwrap();
    writeln!(out, "pub const ACCEPT: u16 = {accept};").unwrap();
    array(&mut out, "What a state does with a token, see [`Step`].", "ACTIONS", "i16", rows.iter().flat_map(actions));
    let defaults = rows.iter().map(|row| row.default.unwrap_or(0) as i64);
    array(&mut out, "The rule a state reduces by unless told otherwise; 0 is none.", "DEFAULTS", "u8", defaults);
    let consistent = rows.iter().map(|row| i64::from(row.is_consistent()));
    array(&mut out, "1 if a state reduces without looking at a token.", "CONSISTENT", "u8", consistent);
    let gotos = rows.iter().flat_map(|row| row.goto.iter().map(|target| target.unwrap_or(0) as i64));
    array(&mut out, "Where a state goes after a reduction, by nonterminal.", "GOTOS", "u16", gotos);
    out
}

fn actions(row: &Row) -> impl Iterator<Item = i64> {
    row.actions.iter().map(|action| match action {
        Action::Default => 0,
        Action::Shift(state) => *state as i64,
        Action::Reduce(rule) => -(*rule as i64),
        Action::Error => i64::from(i16::MIN),
    })
}

fn tokens(out: &mut String) {
    writeln!(out, "/// The tokens, in the order in which syntax errors list them.").unwrap();
    writeln!(out, "#[repr(u8)]\n#[derive(Clone, Copy, PartialEq, Eq, Debug)]\n#[allow(dead_code)]").unwrap();
    writeln!(out, "pub enum Token {{").unwrap();
    for (name, _) in TOKENS {
        writeln!(out, "    {name},").unwrap();
    }
    writeln!(out, "}}").unwrap();
    writeln!(out, "/// How syntax errors spell the tokens.").unwrap();
    writeln!(out, "pub const TOKEN_NAMES: [&str; {}] = {:?};", TOKENS.len(), TOKENS.map_second()).unwrap();
}

trait MapSecond {
    fn map_second(&self) -> Vec<&'static str>;
}

impl MapSecond for &[(&'static str, &'static str)] {
    fn map_second(&self) -> Vec<&'static str> {
        self.iter().map(|(_, second)| *second).collect()
    }
}

fn rules(out: &mut String, grammar: &Grammar) {
    let mut names: Vec<&str> = PRODUCTIONS.iter().map(|production| production.action).collect();
    names.sort_unstable();
    names.dedup();
    writeln!(out, "/// Semantic actions.").unwrap();
    writeln!(out, "#[derive(Clone, Copy, PartialEq, Eq, Debug)]\npub enum Action {{").unwrap();
    for name in names {
        writeln!(out, "    {name},").unwrap();
    }
    writeln!(out, "}}").unwrap();
    writeln!(out, "/// How many nonterminals there are.").unwrap();
    writeln!(out, "pub const NONTERMINALS: usize = {};", grammar.nonterminals.len()).unwrap();
    writeln!(out, "/// For each rule: its nonterminal, how many symbols it replaces, its action.").unwrap();
    writeln!(out, "pub static RULES: [(u8, u8, Action); {}] = [", grammar.rules.len()).unwrap();
    for (number, rule) in grammar.rules.iter().enumerate() {
        let action = number.checked_sub(1).map_or("Keep", |index| PRODUCTIONS[index].action);
        writeln!(out, "    ({}, {}, Action::{action}),", rule.makes - grammar.tokens, rule.of.len()).unwrap();
    }
    writeln!(out, "];").unwrap();
    writeln!(out, "/// For each rule: what it makes, of what.").unwrap();
    let texts: Vec<(&str, &str)> = std::iter::once(("accept", "start"))
        .chain(PRODUCTIONS.iter().map(|production| (production.makes, production.of)))
        .collect();
    writeln!(out, "pub static RULE_TEXTS: [(&str, &str); {}] = {texts:?};", texts.len()).unwrap();
}

fn array(out: &mut String, doc: &str, name: &str, kind: &str, values: impl Iterator<Item = i64>) {
    let values: Vec<i64> = values.collect();
    writeln!(out, "/// {doc}\npub static {name}: [{kind}; {}] = {values:?};", values.len()).unwrap();
}
