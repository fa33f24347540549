//! What the words of a signature mean, for people: reports explain them where they stand.

use super::compare::Level;

/// A word, with its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    /// As signatures begin.
    pub word: &'static str,
    /// What it says.
    pub meaning: &'static str,
}

/// The beginnings of signatures, in their order.
const WORDS: [(Option<Level>, Word); 13] = {
    const fn level(level: Level, word: &'static str, meaning: &'static str) -> (Option<Level>, Word) {
        (Some(level), Word { word, meaning })
    }
    const fn inconclusive(word: &'static str, meaning: &'static str) -> (Option<Level>, Word) {
        (None, Word { word, meaning })
    }
    [
        level(
            Level::FailsAlike,
            "fails-alike",
            "one gives a value and the other an error, a crash or another exit status",
        ),
        level(Level::Value, "value", "both give a value, and standard output differs: the kinds of what differs first"),
        level(
            Level::Effects,
            "effects",
            "the same result, with other lines of trace and warnings: missing, additional, more or less often, in another \
             order",
        ),
        level(Level::Work, "work", "the same result, with more or fewer calls of functions or builtins"),
        level(Level::Message, "message", "both fail, and the last message differs"),
        level(
            Level::Stderr,
            "stderr",
            "the same result and message, and the rest of standard error differs: traces, places, excerpts",
        ),
        inconclusive("inconclusive: time", "a limit of time was reached, so that nothing can be said"),
        inconclusive(
            "inconclusive: budget",
            "a limit of memory, output or steps was reached, so that nothing can be said",
        ),
        inconclusive("inconclusive: crash", "both crashed"),
        inconclusive("inconclusive: stack", "one ran out of its native stack, the other did not"),
        inconclusive("inconclusive: not asked", "an engine could not be asked: the reason stands with the case"),
        inconclusive("inconclusive: not the same twice", "an engine answered differently when it was asked again"),
        inconclusive("inconclusive", "nothing can be said"),
    ]
};

/// The words with which these signatures begin, each once and in their order.
pub fn of<'a>(signatures: impl IntoIterator<Item = &'a str>) -> Vec<Word> {
    let mut found: Vec<usize> = signatures.into_iter().filter_map(position).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|index| WORDS[index].1).collect()
}

/// What a level means.
pub fn meaning(level: Level) -> &'static str {
    WORDS.iter().find(|(of, _)| *of == Some(level)).map_or("", |(_, word)| word.meaning)
}

fn position(signature: &str) -> Option<usize> {
    WORDS.iter().position(|(_, word)| {
        signature.strip_prefix(word.word).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    })
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn every_level_is_explained_under_its_own_word() {
        for level in Level::value_variants() {
            let words = of([format!("{level}: a / b").as_str()]);
            assert_eq!(words.iter().map(|word| word.word).collect::<Vec<_>>(), [level.to_string()]);
            assert_eq!(words[0].meaning, meaning(*level));
            assert!(!meaning(*level).is_empty());
        }
    }

    #[test]
    fn words_come_once_and_in_their_order() {
        let words = |signatures: &[&str]| of(signatures.iter().copied()).iter().map(|it| it.word).collect::<Vec<_>>();
        assert_eq!(words(&["stderr: a", "value: a", "value: b"]), ["value", "stderr"]);
        assert_eq!(words(&["inconclusive: time", "inconclusive: new"]), ["inconclusive: time", "inconclusive"]);
        assert_eq!(words(&["values: a", ""]), Vec::<&str>::new());
    }
}
