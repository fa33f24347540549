//! Finds names similar to one that does not exist, for `Did you mean …?`.

/// How many names are suggested.
const LIMIT: usize = 5;
/// How many letters may be wrong.
const MAXIMUM_DISTANCE: usize = 2;

/// The names of `candidates` closest to `name`, for [`Error::suggestions`](super::Error): best first, equally good ones
/// in order, without duplicates. At most five, each with at most two wrong letters.
pub fn best_matches<'names>(candidates: impl IntoIterator<Item = &'names [u8]>, name: &[u8]) -> Vec<Box<[u8]>> {
    let mut matches: Vec<(usize, &[u8])> = candidates
        .into_iter()
        // A name much longer or shorter cannot be close; most names need no table.
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= MAXIMUM_DISTANCE)
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= MAXIMUM_DISTANCE)
        .collect();
    matches.sort_unstable();
    matches.dedup();
    matches.into_iter().take(LIMIT).map(|(_, name)| name.into()).collect()
}

/// The number of bytes to insert, delete or replace to turn one text into the other (Levenshtein).
fn distance(from: &[u8], to: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, byte) in from.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (column, other) in to.iter().enumerate() {
            let substitution = diagonal + usize::from(byte != other);
            diagonal = row[column + 1];
            row[column + 1] = substitution.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the reference suggests for `{ CANDIDATES… = 1; }.NAME`.
    #[track_caller]
    fn check(candidates: &str, name: &str, expected: &str) {
        let found = best_matches(candidates.split(' ').map(str::as_bytes), name.as_bytes());
        let found: Vec<_> = found.iter().map(|name| String::from_utf8_lossy(name)).collect();
        assert_eq!(found.join(" "), expected);
    }

    #[test]
    fn suggestions_of_the_reference() {
        check("x y z xx xxx", "a", "x y z xx");
        check("abc abd acb bca abcdef a ab", "abcx", "abc ab abd acb bca");
        check("foo bar fooo f", "foooo", "fooo foo");
        check("länge lange", "laenge", "lange länge");
        check("nothing close here", "x", "");
        check("g f e d c b a", "x", "a b c d e");
    }
}
