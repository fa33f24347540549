//! The effects of an evaluation: what it traced and warned of, in order. They show which thunks were forced, in which
//! order and how often.

use bstr::ByteSlice;

use super::error;

/// How the first line of an effect begins.
const BEGINNINGS: [&[u8]; 4] = [b"trace: ", b"warning: ", b"evaluation warning: ", b"warning:\n"];

/// The effects on this standard error, each with its further lines.
pub(super) fn of(stderr: &[u8]) -> Vec<&[u8]> {
    let log = error::parts(stderr).log;
    let mut effects = Vec::new();
    let mut start = None;
    let mut at = 0;
    for line in log.lines_with_terminator() {
        if BEGINNINGS.iter().any(|beginning| line.starts_with(beginning)) {
            effects.extend(start.map(|start| &log[start..at]));
            start = Some(at);
        }
        at += line.len();
    }
    effects.extend(start.map(|start| &log[start..]));
    effects
}

/// How two different sequences of effects differ, in a word or two.
pub(super) fn difference(subject: &[&[u8]], reference: &[&[u8]]) -> &'static str {
    let sorted = |effects: &[&[u8]], distinct: bool| {
        let mut sorted: Vec<Vec<u8>> = effects.iter().map(|effect| effect.to_vec()).collect();
        sorted.sort();
        if distinct {
            sorted.dedup();
        }
        sorted
    };
    if sorted(subject, false) == sorted(reference, false) {
        return "another order";
    }
    let (ours, theirs) = (sorted(subject, true), sorted(reference, true));
    if ours == theirs {
        return if subject.len() > reference.len() { "more often" } else { "less often" };
    }
    let missing = theirs.iter().any(|effect| ours.binary_search(effect).is_err());
    let extra = ours.iter().any(|effect| theirs.binary_search(effect).is_err());
    match (missing, extra) {
        (true, false) => "missing",
        (false, _) => "additional",
        (true, true) => "other text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_are_taken_with_their_further_lines() {
        let check = |stderr: &str, expected: &[&str]| {
            let effects: Vec<_> = of(stderr.as_bytes()).iter().map(|effect| effect.to_str_lossy()).collect();
            assert_eq!(effects, expected, "{stderr}");
        };
        check("trace: a\ntrace: b\nb2\nwarning: c\nerror: x\n", &["trace: a\n", "trace: b\nb2\n", "warning: c\n"]);
        check("noise\nevaluation warning: w\n", &["evaluation warning: w\n"]);
        check("error:\n  … while x\n  error: y\n", &[]);
    }

    #[test]
    fn differences_are_told_apart() {
        let check = |subject: &[&str], reference: &[&str], expected| {
            let bytes = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>();
            let (subject, reference) = (bytes(subject), bytes(reference));
            let slices = |of: &[Vec<u8>]| of.iter().map(Vec::len).sum::<usize>();
            assert!(slices(&subject) + slices(&reference) > 0);
            let subject: Vec<&[u8]> = subject.iter().map(Vec::as_slice).collect();
            let reference: Vec<&[u8]> = reference.iter().map(Vec::as_slice).collect();
            assert_eq!(difference(&subject, &reference), expected);
        };
        check(&["a", "b"], &["b", "a"], "another order");
        check(&["a", "a"], &["a"], "more often");
        check(&["a"], &["a", "a"], "less often");
        check(&["a"], &["a", "b"], "missing");
        check(&["a", "b"], &["a"], "additional");
        check(&["a"], &["b"], "other text");
    }
}
