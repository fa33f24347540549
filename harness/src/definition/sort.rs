//! Sorts as the reference does: which elements it compares, and in which order, is observable.
//!
//! It is a merge sort that makes use of runs: it looks for one from both ends and around the middle, merges there, and
//! sorts short ranges by insertion. A comparison says whether its first argument goes before its second.

use super::value::{Outcome, Slot};

/// Ranges of at most so many elements are sorted by insertion.
const SHORT: usize = 16;

/// Whether one element goes before another.
type Before<'b> = &'b mut dyn FnMut(Slot, Slot) -> Outcome<bool>;

/// Sorts.
pub(super) fn sort(elements: &mut [Slot], before: Before<'_>) -> Outcome<()> {
    match elements.len() {
        0 | 1 => Ok(()),
        2 => {
            if before(elements[1], elements[0])? {
                elements.swap(0, 1);
            }
            Ok(())
        }
        length => sort_but(elements, 0, length, before),
    }
}

/// Sorts a range of which the elements before `left` and those from `right` on are runs already.
fn sort_but(all: &mut [Slot], left: usize, right: usize, before: Before<'_>) -> Outcome<()> {
    let end = all.len();
    if left == end || right == 0 {
        return Ok(());
    }
    if end <= SHORT {
        return insert(all, before);
    }
    let middle = end / 2;
    if middle <= left {
        sort_but(&mut all[left..], 1, right - left, before)?;
        return merge(all, left, before);
    }
    if middle >= right {
        sort_but(&mut all[..right], left, right - 1, before)?;
        return merge(all, right, before);
    }
    let (from, to);
    if before(all[middle], all[middle - 1])? {
        let mut start = middle;
        while start - 1 > left && before(all[start - 1], all[start - 2])? {
            start -= 1;
        }
        let mut stop = middle - 1;
        while stop + 1 != right && before(all[stop + 1], all[stop])? {
            stop += 1;
        }
        (from, to) = (start - 1, stop + 1);
        all[from..to].reverse();
    } else {
        let mut start = middle;
        while start - 1 > left && !before(all[start - 1], all[start - 2])? {
            start -= 1;
        }
        let mut stop = middle - 1;
        while stop + 1 != right && !before(all[stop + 1], all[stop])? {
            stop += 1;
        }
        (from, to) = (start - 1, stop + 1);
    }
    if from == 0 && to == end {
        return Ok(());
    }
    if middle - from < to - middle {
        sort_but(&mut all[..from], left, from.saturating_sub(1), before)?;
        sort_but(&mut all[from..], to - from, right - from, before)?;
        merge(all, from, before)
    } else {
        sort_but(&mut all[..to], left, from, before)?;
        sort_but(&mut all[to..], 1, right - to, before)?;
        merge(all, to, before)
    }
}

fn insert(all: &mut [Slot], before: Before<'_>) -> Outcome<()> {
    for current in 1..all.len() {
        let mut at = current;
        while at > 0 && before(all[at], all[at - 1])? {
            all.swap(at, at - 1);
            at -= 1;
        }
    }
    Ok(())
}

/// Merges two runs that meet at `middle`.
fn merge(all: &mut [Slot], middle: usize, before: Before<'_>) -> Outcome<()> {
    let copy = all.to_vec();
    let (mut left, mut right) = copy.split_at(middle);
    let mut at = 0;
    while let (Some((one, left_rest)), Some((other, right_rest))) = (left.split_first(), right.split_first()) {
        if before(*other, *one)? {
            all[at] = *other;
            right = right_rest;
        } else {
            all[at] = *one;
            left = left_rest;
        }
        at += 1;
    }
    for slot in left.iter().chain(right) {
        all[at] = *slot;
        at += 1;
    }
    Ok(())
}
