//! A profile as a table for a terminal: the functions that took the most, and the files.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use super::calls::Names;
use super::stacks::{Cost, Stacks};

/// How many functions and files are shown.
const SHOWN: usize = 30;

/// The table. What a function took by itself counts in `self`; `total` is with all that it called, where a call within a
/// call of the same function counts once.
pub fn table(names: Names<'_>) -> String {
    let made = Stacks::of(names);
    let mut own = vec![Cost::default(); made.functions.len()];
    let mut total = own.clone();
    let mut files: BTreeMap<&str, Cost> = BTreeMap::new();
    let mut seen = HashSet::new();
    for (stack, cost) in &made.stacks {
        let Some(last) = stack.last() else { continue };
        own[*last].add(*cost);
        let file = made.functions[*last].file.as_deref().unwrap_or("builtins and the rest");
        files.entry(file).or_default().add(*cost);
        seen.clear();
        for number in stack {
            if seen.insert(*number) {
                total[*number].add(*cost);
            }
        }
    }
    let whole = total.first().copied().unwrap_or_default();
    let mut text = format!(
        "{} in {}, {} allocated, as measured with every call watched\n\n",
        counted(whole.calls, "call"),
        duration(whole.time),
        size(whole.bytes)
    );
    let mut order: Vec<usize> = (0..made.functions.len()).collect();
    order.sort_by_key(|number| std::cmp::Reverse(own[*number].time));
    text.push_str("      self      total      calls  allocated  function\n");
    for number in order.into_iter().take(SHOWN).filter(|number| own[*number] != Cost::default()) {
        let (own, total) = (own[number], total[number]);
        let _ = writeln!(
            text,
            "{:>10} {:>10} {:>10} {:>10}  {}",
            duration(own.time),
            duration(total.time),
            own.calls,
            size(own.bytes),
            made.functions[number].label()
        );
    }
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_by_key(|(_, cost)| std::cmp::Reverse(cost.time));
    text.push_str("\n      self                 calls  allocated  file\n");
    for (file, cost) in files.into_iter().take(SHOWN) {
        let _ = writeln!(
            text,
            "{:>10} {:>10} {:>10} {:>10}  {file}",
            duration(cost.time),
            "",
            cost.calls,
            size(cost.bytes)
        );
    }
    text
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn duration(nanoseconds: u64) -> String {
    match nanoseconds {
        0..10_000 => format!("{nanoseconds} ns"),
        10_000..10_000_000 => format!("{} µs", nanoseconds / 1000),
        _ => format!("{} ms", nanoseconds / 1_000_000),
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_a_unit_and_at_most_four_digits() {
        assert_eq!([0, 9_999, 10_000, 123_456_789].map(duration), ["0 ns", "9999 ns", "10 µs", "123 ms"]);
        assert_eq!([0, 9_999, 10_000, 123_456_789].map(size), ["0 B", "9999 B", "10 kB", "123 MB"]);
        assert_eq!([0, 1, 2].map(|count| counted(count, "call")), ["0 calls", "1 call", "2 calls"]);
    }
}
