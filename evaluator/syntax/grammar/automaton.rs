//! Builds the LALR(1) automaton of a grammar: LR(0) states, and the look-ahead set of each complete item.
//!
//! Look-ahead sets are propagated along the automaton until nothing changes. The grammar is small enough for that to
//! take milliseconds.

use std::collections::{BTreeMap, HashMap};

use super::nix::{PRODUCTIONS, TOKENS};

/// A set of tokens, one bit each.
pub type TokenSet = u128;

/// A symbol of the grammar. Tokens come first, then nonterminals.
pub type SymbolNumber = usize;

/// A rule with numbered symbols. Rule 0 is `start` followed by the end of file.
pub struct Rule {
    /// Number of the nonterminal on the left.
    pub makes: SymbolNumber,
    /// Symbols on the right.
    pub of: Vec<SymbolNumber>,
}

/// The grammar with its symbols numbered.
pub struct Grammar {
    /// Number of tokens.
    pub tokens: usize,
    /// Names of the nonterminals; the first one is added for rule 0.
    pub nonterminals: Vec<&'static str>,
    /// All rules; rule `n` for `n` > 0 is `PRODUCTIONS[n - 1]`.
    pub rules: Vec<Rule>,
    nullable: Vec<bool>,
    first: Vec<TokenSet>,
}

impl Grammar {
    /// Numbers the symbols of `nix::PRODUCTIONS`.
    pub fn new() -> Grammar {
        let tokens = TOKENS.len();
        assert!(tokens <= TokenSet::BITS as usize);
        let mut nonterminals = vec!["$accept"];
        for production in PRODUCTIONS {
            if !nonterminals.contains(&production.makes) {
                nonterminals.push(production.makes);
            }
        }
        let number = |name: &str| {
            TOKENS
                .iter()
                .position(|(token, _)| *token == name)
                .or_else(|| nonterminals.iter().position(|other| *other == name).map(|index| tokens + index))
                .unwrap_or_else(|| panic!("the grammar uses {name} but does not define it"))
        };
        let mut rules = vec![Rule { makes: tokens, of: vec![number(PRODUCTIONS[0].makes), 0] }];
        rules.extend(PRODUCTIONS.iter().map(|production| Rule {
            makes: number(production.makes),
            of: production.of.split_whitespace().map(number).collect(),
        }));
        let symbols = tokens + nonterminals.len();
        let mut grammar =
            Grammar { tokens, nonterminals, rules, nullable: vec![false; symbols], first: vec![0; symbols] };
        for token in 0..tokens {
            grammar.first[token] = 1 << token;
        }
        grammar.close_first_sets();
        grammar
    }

    fn close_first_sets(&mut self) {
        loop {
            let mut changed = false;
            for rule in &self.rules {
                let (first, nullable) = self.first_of(&rule.of);
                let (old_first, old_nullable) = (self.first[rule.makes], self.nullable[rule.makes]);
                self.first[rule.makes] |= first;
                self.nullable[rule.makes] |= nullable;
                changed |= self.first[rule.makes] != old_first || self.nullable[rule.makes] != old_nullable;
            }
            if !changed {
                return;
            }
        }
    }

    /// The tokens that a sequence of symbols can begin with, and whether it can be empty.
    fn first_of(&self, symbols: &[SymbolNumber]) -> (TokenSet, bool) {
        let mut tokens = 0;
        for &symbol in symbols {
            tokens |= self.first[symbol];
            if !self.nullable[symbol] {
                return (tokens, false);
            }
        }
        (tokens, true)
    }

    fn is_token(&self, symbol: SymbolNumber) -> bool {
        symbol < self.tokens
    }
}

/// An LR item: a rule, and how many of its symbols have been seen.
pub type Item = (usize, usize);

/// A state of the automaton.
pub struct State {
    /// The kernel items, with their look-ahead sets.
    kernel: BTreeMap<Item, TokenSet>,
    /// The next state for each symbol.
    pub transitions: BTreeMap<SymbolNumber, usize>,
}

impl State {
    /// All items of the state, closure included, with their look-ahead sets.
    fn closure(&self, grammar: &Grammar) -> BTreeMap<Item, TokenSet> {
        let mut items = self.kernel.clone();
        let mut work: Vec<Item> = items.keys().copied().collect();
        while let Some(item @ (rule, dot)) = work.pop() {
            let Some((&next, rest)) = grammar.rules[rule].of[dot..].split_first() else { continue };
            if grammar.is_token(next) {
                continue;
            }
            let (mut follow, nullable) = grammar.first_of(rest);
            if nullable {
                follow |= items[&item];
            }
            for (candidate, _) in grammar.rules.iter().enumerate().filter(|(_, rule)| rule.makes == next) {
                let known = items.get(&(candidate, 0)).copied();
                if known.is_none_or(|known| follow & !known != 0) {
                    items.insert((candidate, 0), known.unwrap_or(0) | follow);
                    work.push((candidate, 0));
                }
            }
        }
        items
    }

    /// The complete items of this state: each rule by number, with the tokens at which to reduce.
    pub fn reductions(&self, grammar: &Grammar) -> Vec<(usize, TokenSet)> {
        self.closure(grammar)
            .into_iter()
            .filter(|((rule, dot), _)| grammar.rules[*rule].of.len() == *dot)
            .map(|((rule, _), follow)| (rule, follow))
            .collect()
    }
}

/// Builds all states; parsing starts in state 0.
pub fn build(grammar: &Grammar) -> Vec<State> {
    let mut states = vec![State { kernel: BTreeMap::from([((0, 0), 0)]), transitions: BTreeMap::new() }];
    let mut numbers: HashMap<Vec<Item>, usize> = HashMap::from([(vec![(0, 0)], 0)]);
    let mut index = 0;
    while index < states.len() {
        let mut targets: BTreeMap<SymbolNumber, Vec<Item>> = BTreeMap::new();
        for (rule, dot) in states[index].closure(grammar).into_keys() {
            if let Some(&symbol) = grammar.rules[rule].of.get(dot) {
                targets.entry(symbol).or_default().push((rule, dot + 1));
            }
        }
        for (symbol, kernel) in targets {
            let target = *numbers.entry(kernel).or_insert_with_key(|kernel| {
                let kernel = kernel.iter().map(|item| (*item, 0)).collect();
                states.push(State { kernel, transitions: BTreeMap::new() });
                states.len() - 1
            });
            states[index].transitions.insert(symbol, target);
        }
        index += 1;
    }
    spread_lookaheads(grammar, &mut states);
    states
}

fn spread_lookaheads(grammar: &Grammar, states: &mut [State]) {
    loop {
        let mut changed = false;
        for index in 0..states.len() {
            for ((rule, dot), follow) in states[index].closure(grammar) {
                let Some(symbol) = grammar.rules[rule].of.get(dot) else { continue };
                let target = states[index].transitions[symbol];
                let known = states[target].kernel.get_mut(&(rule, dot + 1)).expect("a transition leads to its item");
                changed |= follow & !*known != 0;
                *known |= follow;
            }
        }
        if !changed {
            return;
        }
    }
}
